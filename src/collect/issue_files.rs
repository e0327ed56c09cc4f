//! Issue files as a source: exports of trackers, advisories, tables.

use std::collections::BTreeSet;

use crate::collect::error::CollectError;
use crate::collect::files::IssueFile;
use crate::collect::source::{Asked, Asking, Source, SourceAnswer};
use lookback_core::intake::ahead;
use lookback_core::intake::read::read_file;
use lookback_core::model::{Issue, Limit, LimitKind, Policy};
use lookback_reading::count;

/// Issues named one by one.
const NAMED: usize = 20;

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

/// Issues that the files hold on the branch whose policy judges, and that no source of the revision holds any more: they stay, and
/// are named.
pub(crate) fn taken_away(base: &[IssueFile], policy: &Policy, told: &mut Vec<Issue>, limits: &mut Vec<Limit>) {
    let ids = |issue: &Issue| -> Vec<String> {
        issue.aliases.iter().chain([&issue.id]).map(|id| id.to_lowercase()).collect()
    };
    let mut known: BTreeSet<String> = told.iter().flat_map(ids).collect();
    for file in base {
        // One that cannot be read there was no source there.
        let Ok(read) = read_file(&file.name, &file.bytes, policy) else { continue };
        let gone: Vec<Issue> =
            read.issues.into_iter().filter(|issue| !ids(issue).iter().any(|id| known.contains(id))).collect();
        if gone.is_empty() {
            continue;
        }
        let names: Vec<&str> = gone.iter().map(|issue| issue.id.as_str()).collect();
        limits.push(Limit::new(
            LimitKind::IssueSource,
            &file.name,
            format!(
                "the change takes {} out of it; they stay in the population: {}",
                count(gone.len(), "issue"),
                listed(&names)
            ),
            "Bring them back, or have the change merged after somebody else looked at it.",
        ));
        known.extend(gone.iter().flat_map(ids));
        told.extend(gone);
    }
}

fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED { format!("{shown} and {} more", names.len() - NAMED) } else { shown }
}
