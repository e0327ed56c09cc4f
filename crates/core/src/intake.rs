//! Door.

pub mod csaf;
pub mod csv;
pub mod cvss;
pub mod cyclonedx;
pub mod dates;
pub mod gh_json;
pub mod gitlab;
pub mod intake;
pub mod jira;
pub mod json;
pub mod openvex;
pub mod osv;
pub mod read;
pub mod source;
#[cfg(test)]
pub mod tests;
pub mod vex;
pub mod words;
