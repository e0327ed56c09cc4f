//! `read`: what the reader sees in given files.
#![expect(clippy::disallowed_methods, reason = "reads the files that the user names")]

use std::path::PathBuf;

use clap::Args;

use crate::collect::error::CollectError;
use crate::collect::files::read_text;
use crate::collect::filter::declarations;
use crate::commands::arguments::{Manner, PlainFormat};
use crate::commands::policy::policy_of;
use crate::error::Error;
use crate::world::World;
use lookback_core::model::Policy;
use lookback_core::model::period::YearStart;
use lookback_core::render;
use lookback_reading::{Fields, Reader, Reading, Stated};

/// `read`
#[derive(Args, Debug)]
pub struct ReadArguments {
    /// Documents
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Output
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub format: PlainFormat,
    /// The configuration (for tracker keys, declared documents and the fiscal year)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback read docs/review-2026.md        what is met, what is missing
  lookback read --format json a.md b.docx  for programs";

/// The days of a fiscal year, where the configuration says when it begins.
fn tell_fiscal_year(fields: &mut Fields, start: Option<YearStart>) {
    let (Some(start), Some(year), Some(held), None) =
        (start, &fields.fiscal_year, &fields.date_held, &fields.period_to)
    else {
        return;
    };
    let Some(period) = start.days(year.value, held.value) else { return };
    let stated = |value| Stated { value, quote: year.quote.clone() };
    (fields.period_from, fields.period_to) = (period.from.map(stated), Some(stated(period.to)));
}

/// Reads the files, and shows what was read.
pub(crate) fn run(read: &ReadArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let policy = match &read.config {
        Some(path) => policy_of(Some((&path.display().to_string(), &read_text(path)?)))?,
        None => Policy::default(),
    };
    let reader = Reader::new(&policy.issues.tracker_keys, &[]);
    let declared = declarations(&policy.documents).map_err(CollectError::from)?;
    let mut readings: Vec<(String, Reading)> = Vec::new();
    for path in &read.files {
        let name = path.display().to_string();
        let failed = |source| CollectError::Read { path: name.clone(), source };
        let size = std::fs::metadata(path).map_err(failed)?.len();
        if size > policy.documents.max_size {
            return Err(Error::Usage(format!(
                "{name} has {size} bytes; at most {} are read (documents.max_size_mib)",
                policy.documents.max_size
            )));
        }
        let bytes = std::fs::read(path).map_err(failed)?;
        let mut reading = reader.read_as(&name, &bytes, declared.of(name.trim_start_matches("./")));
        tell_fiscal_year(&mut reading.fields, policy.cadence.fiscal_year_start);
        readings.push((name, reading));
    }
    let style = manner.style(world);
    match read.format {
        PlainFormat::Json => render::json::report::read_json(&readings, world.out)?,
        PlainFormat::Text => render::reading::render(&readings, world.out, &style)?,
    }
    Ok(0)
}
