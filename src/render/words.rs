//! The words of our enums as people read them; the same as in the JSON report.

use crate::evidence::{Resolution, Severity};
use crate::period::State;
use crate::reading::Kind;
use crate::report::{IssueState, MatchedBy};

/// Severity; `unrated` where the source says nothing.
pub(crate) fn severity(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Low) => "low",
        Some(Severity::Medium) => "medium",
        Some(Severity::High) => "high",
        Some(Severity::Critical) => "critical",
        None => "unrated",
    }
}

/// Disposition.
pub(crate) fn resolution(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Fixed => "fixed",
        Resolution::Mitigated => "mitigated",
        Resolution::Accepted => "accepted",
        Resolution::NotAffected => "not-affected",
        Resolution::Duplicate => "duplicate",
        Resolution::None => "none",
    }
}

/// Sort of document.
pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Record => "record",
        Kind::Procedure => "procedure",
        Kind::Template => "template",
        Kind::Other => "other",
    }
}

/// Which signal found a document.
pub(crate) fn matched_by(matched_by: MatchedBy) -> &'static str {
    match matched_by {
        MatchedBy::Path => "path",
        MatchedBy::Content => "content",
        MatchedBy::Both => "path and content",
    }
}

/// Open or closed.
pub(crate) fn issue_state(state: IssueState) -> &'static str {
    match state {
        IssueState::Open => "open",
        IssueState::Closed => "closed",
    }
}

/// Where the cadence stands.
pub(crate) fn state(state: State) -> &'static str {
    match state {
        State::Never => "never held",
        State::Current => "current",
        State::DueSoon => "due soon",
        State::Overdue => "overdue",
    }
}

/// `yes` or `no`.
pub(crate) fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// Begins with a capital and ends with a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.ends_with(['.', '!', '?', '…']) { text } else { text + "." }
}

/// With a capital first.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
