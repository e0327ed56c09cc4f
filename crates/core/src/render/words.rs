//! The words of our enums as people read them; the same as in the JSON report.

use crate::model::evidence::{Judged, Subject};
use crate::model::finding::Finding;
use crate::model::issue::{Issue, Severity};
use crate::model::period::{Period, State};
use crate::model::report::{Balance, ConstraintResult, MatchedBy, Report, Verdict};
use lookback_reading::{Constraint, Kind, count};

/// `2023-11-01 to 2025-01-31`.
pub(crate) fn period(period: Period) -> String {
    match period.from {
        Some(from) => format!("{from} to {}", period.to),
        None => format!("up to {}", period.to),
    }
}

/// `open at start 0 + opened 4 + reopened 0 − closed 2 = open at end 2`.
pub(crate) fn balance(balance: &Balance) -> String {
    format!(
        "open at start {} + opened {} + reopened {} − closed {} = open at end {}",
        balance.open_start, balance.opened, balance.reopened, balance.closed, balance.open_end
    )
}

/// Why a constraint passes although nothing was looked at, if so.
pub(crate) fn vacuous(report: &Report, result: &ConstraintResult) -> Option<&'static str> {
    match (result.constraint, result.verdict) {
        (Constraint::IssuesExamined, Verdict::Conforms) => {
            let empty = report.coverage.as_ref().is_some_and(|coverage| coverage.managed == 0);
            empty.then_some("nothing to examine in the period")
        }
        (Constraint::DeployedDefectsAnalysed, Verdict::NotDue) => {
            Some("no security defect of deployed software is known")
        }
        _ => None,
    }
}

/// Which state was judged, where that is more or less than the commit.
pub(crate) fn judged(subject: &Subject) -> String {
    let state = match subject.judged {
        Judged::Commit => "the commit",
        Judged::WorkTree => "the work tree",
        Judged::Index => "the index",
    };
    let (more, less) = (subject.uncommitted.len(), subject.not_looked_at);
    let more = (more > 0).then(|| format!(", {} not committed", count(more, "file")));
    let were = if less == 1 { "was" } else { "were" };
    let less = (less > 0).then(|| format!(", {} {were} not looked at", count(less, "changed file")));
    let said: String = more.into_iter().chain(less).collect();
    if said.is_empty() { said } else { format!(" (judged: {state}{said})") }
}

/// Beside a path.
pub(crate) fn not_committed(uncommitted: bool) -> &'static str {
    if uncommitted { " (not committed)" } else { "" }
}

/// What is wrong, for formats that have no place of their own for what is not committed.
pub(crate) fn told(finding: &Finding) -> String {
    format!("{}{}", finding.message, not_committed(finding.uncommitted))
}

/// Severity; `unrated` where the source says nothing.
pub(crate) fn severity(severity: Option<Severity>) -> &'static str {
    severity.map_or("unrated", Severity::word)
}

/// Why it is taken for a security issue, or for a candidate.
pub(crate) fn why(issue: &Issue) -> String {
    let sources = || issue.sources.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    issue.why.clone().unwrap_or_else(|| format!("told by {}", sources()))
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
        MatchedBy::Declared => "declaration",
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
