//! Door, with the table of the exports: what other programs take from a report. A new one is its file and its row. Same report: same
//! bytes; nothing here looks at a clock or draws lots.

mod error;
mod ics;
mod in_toto;
pub(crate) mod openmetrics;
mod oscal;

use crate::model::report::Report;
use crate::render::json::safe::write;

pub use crate::render::export::error::ExportError;
pub use crate::render::export::ics::{calendar_of, event as calendar_event};

/// An export of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Export {
    /// A calendar with the next due date.
    Ics,
    /// State and measures, for a monitoring.
    Openmetrics,
    /// An in-toto statement on the commit.
    InToto,
    /// OSCAL: assessment results.
    Oscal,
    /// OSCAL: a plan of action and milestones.
    Poam,
}

impl Export {
    /// All exports.
    pub const ALL: &'static [Export] = <Export as strum::VariantArray>::VARIANTS;
}

/// The text of an export.
pub fn export(export: Export, report: &Report) -> Result<String, ExportError> {
    match export {
        Export::Ics => ics::calendar(report),
        Export::Openmetrics => Ok(openmetrics::openmetrics(report)),
        Export::InToto => in_toto::statement(report).map(|statement| json(&statement)),
        Export::Oscal => Ok(json(&oscal::results::results(report))),
        Export::Poam => oscal::poam::plan_of_action(report).map(|plan| json(&plan)),
    }
}

fn json(value: &impl serde::Serialize) -> String {
    let mut out = Vec::new();
    // Writing to memory can't fail.
    let _ = write(value, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
