//! Issue files and answers of trackers → issues; the file of confirmations.

pub mod confirmations;
pub(crate) mod csaf;
pub(crate) mod csv;
pub(crate) mod cvss;
pub(crate) mod cyclonedx;
pub(crate) mod dates;
pub(crate) mod gh_json;
pub(crate) mod gitlab;
pub(crate) mod item;
pub(crate) mod jira;
pub(crate) mod json;
pub(crate) mod openvex;
pub(crate) mod osv;
pub mod read;
pub(crate) mod source;
#[cfg(test)]
mod tests;
pub(crate) mod vex;
pub mod words;

pub use crate::intake::jira::server::SEVERITY_FIELDS;
pub use crate::intake::source::{HISTORY, IssueFileError, SourceRead};
