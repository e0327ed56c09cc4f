//! Embargo: draft advisories and alerts are private even where the log is public. Masked once, in the evidence, before anything
//! is judged: no rule and no renderer ever holds the words. Pure.

use crate::join::population;
use crate::model::evidence::Evidence;
use crate::model::issue::{Issue, Resolution};

/// What stands for a masked title.
pub const MASK: &str = "(under embargo)";

/// Masks title and details of private issues where the log may be public: unless the repository is known to be private, or the
/// policy shows them. Ids (by which records name them), times of events, state, resolution and whether deployed software is
/// affected remain, so that verdict and findings stay the same. Severity goes: such issues count as unrated.
pub fn mask(evidence: &mut Evidence, show: bool) {
    if show || evidence.private == Some(true) {
        return;
    }
    for issue in evidence.issues.iter_mut().filter(|issue| issue.private) {
        mask_issue(issue);
    }
}

fn mask_issue(issue: &mut Issue) {
    MASK.clone_into(&mut issue.title);
    let fixed = !issue.fix_commits.is_empty() || issue.released_in.is_some();
    let closed = population::closed_before(issue, chrono::DateTime::<chrono::Utc>::MAX_UTC).is_some();
    if issue.resolution == Resolution::None && fixed && closed {
        issue.resolution = Resolution::Fixed;
    }
    issue.url = None;
    issue.severity = None;
    issue.cwe.clear();
    issue.labels.clear();
    issue.released_in = None;
    if !issue.id.starts_with("commit ") {
        issue.fix_commits.clear();
    }
    for event in &mut issue.events {
        event.actor = None;
        event.note = None;
    }
}
