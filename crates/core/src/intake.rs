//! Door, with the table of the formats: a new one is its file and its row. Issue files and answers of trackers → issues; the file
//! of confirmations.

pub mod confirmations;
pub(crate) mod csaf;
pub(crate) mod csv;
pub(crate) mod cvss;
pub(crate) mod cyclonedx;
pub(crate) mod dates;
pub(crate) mod format;
pub(crate) mod gh_advisories;
pub(crate) mod gh_alerts;
pub(crate) mod gh_json;
pub(crate) mod gitlab;
pub(crate) mod item;
pub(crate) mod jira;
pub(crate) mod json;
pub(crate) mod openvex;
pub(crate) mod osv;
pub(crate) mod pages;
pub(crate) mod products;
pub mod read;
mod seen;
pub mod severity;
pub(crate) mod source;
#[cfg(test)]
mod tests;
pub(crate) mod vex;
pub mod words;

use crate::intake::format::IssueFormat;

pub use crate::intake::jira::server::SEVERITY_FIELDS;
pub use crate::intake::source::{HISTORY, IssueFileError, REMINDER_MARK, SourceRead, ahead};

/// All JSON formats; the first that knows an object takes the file.
pub(crate) static FORMATS: &[&IssueFormat] = &[
    &jira::read::FORMAT,
    &csaf::FORMAT,
    &openvex::FORMAT,
    &cyclonedx::FORMAT,
    &osv::FORMAT,
    &gitlab::VULNERABILITIES,
    &gitlab::ISSUES,
    &gh_alerts::FORMAT,
    &gh_advisories::FORMAT,
    &gh_json::FORMAT,
];
