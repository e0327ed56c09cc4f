//! What stops a draft: where, what is wrong, and what to do. Nothing is written then.

/// Why there is no draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct DraftError {
    /// The file, with the line where there is one: `docs/review.md:12`.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub next: String,
}

impl DraftError {
    /// At a line of a file, 1-based.
    pub(crate) fn at(file: &str, line: usize, what: impl Into<String>, next: impl Into<String>) -> Self {
        DraftError { place: format!("{file}:{line}"), what: what.into(), next: next.into() }
    }

    /// In a file.
    pub(crate) fn of(file: &str, what: impl Into<String>, next: impl Into<String>) -> Self {
        DraftError { place: file.to_owned(), what: what.into(), next: next.into() }
    }
}
