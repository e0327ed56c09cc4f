//! Why a report cannot be exported.

/// Why there is nothing to export, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ExportError {
    /// What is missing.
    pub what: String,
    /// What to do next.
    pub next: String,
}
