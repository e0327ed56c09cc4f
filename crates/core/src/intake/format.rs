//! What a format of issue files is.

use serde_json::Value;

use crate::intake::source::{IssueFileError, IssueSource, SourceRead};

/// A format of issue files in JSON.
pub(crate) struct IssueFormat {
    /// What users call it.
    pub(crate) called: &'static str,
    /// Is an object of a file in this format?
    pub(crate) knows: fn(&Value) -> bool,
    /// What a file says.
    pub(crate) read: fn(&IssueSource<'_>, &[Value]) -> Result<SourceRead, IssueFileError>,
}
