//! Issue files as a source: exports of trackers, advisories, tables.

use crate::collect::error::CollectError;
use crate::collect::source::{Asked, Asking, Source, SourceAnswer};
use lookback_core::intake::ahead;
use lookback_core::intake::read::read_file;

/// The row of issue files.
pub(crate) static ISSUE_FILES: Source = Source { name: "issue file", permissions: &[], ask };

fn ask<'a>(asking: &'a Asking<'a>) -> Result<Asked<'a>, CollectError> {
    let mut answers = Vec::new();
    for file in asking.files {
        let mut read = read_file(&file.name, &file.bytes, asking.policy)?;
        read.limits.extend(ahead(&file.name, &read, asking.today, asking.policy));
        // How many rows it has that are no security issues, its reader does not tell.
        answers.push(SourceAnswer::plain(0, &file.name, ISSUE_FILES.name, None, read));
    }
    Ok(Asked::Now(answers))
}
