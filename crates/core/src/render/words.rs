//! The words of our enums as people read them; the same as in the JSON report.

use crate::model::evidence::{Resolution, Severity};
use crate::model::period::State;
use crate::model::report::{IssueState, MatchedBy};
use lookback_reading::Kind;

/// Severity; `unrated` where the source says nothing.
pub fn severity(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Low) => "low",
        Some(Severity::Medium) => "medium",
        Some(Severity::High) => "high",
        Some(Severity::Critical) => "critical",
        None => "unrated",
    }
}

/// Disposition.
pub fn resolution(resolution: Resolution) -> &'static str {
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
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Record => "record",
        Kind::Procedure => "procedure",
        Kind::Template => "template",
        Kind::Other => "other",
    }
}

/// Which signal found a document.
pub fn matched_by(matched_by: MatchedBy) -> &'static str {
    match matched_by {
        MatchedBy::Path => "path",
        MatchedBy::Content => "content",
        MatchedBy::Both => "path and content",
    }
}

/// Open or closed.
pub fn issue_state(state: IssueState) -> &'static str {
    match state {
        IssueState::Open => "open",
        IssueState::Closed => "closed",
    }
}

/// Where the cadence stands.
pub fn state(state: State) -> &'static str {
    match state {
        State::Never => "never held",
        State::Current => "current",
        State::DueSoon => "due soon",
        State::Overdue => "overdue",
    }
}

/// `yes` or `no`.
pub fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// Begins with a capital and ends with a full stop.
pub fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.ends_with(['.', '!', '?', '…']) { text } else { text + "." }
}

/// With a capital first.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
