//! What is not due yet: where there is nothing to judge, nothing is missed and nothing granted. Pure.

use crate::judge::facts::Facts;
use crate::model::limit::{Limit, LimitKind};
use lookback_reading::Constraint;

/// Is there nothing to judge yet? Until the first review is due nobody misses what it would have looked at; a defect in the field is
/// analysed within a window. `stopped`: something keeps it from being judged.
pub(crate) fn not_due(facts: &Facts, constraint: Constraint, stopped: bool) -> bool {
    // Where there is no commit, or no policy, nothing was looked at.
    if facts.evidence.subject.revision.is_none()
        || facts.evidence.policy_base.as_ref().and_then(|base| base.unread.as_ref()).is_some()
    {
        return false;
    }
    // What is not seen may have started the clock: a shallow clone always looks young. A day that the team sets does not.
    let set = facts.policy.cadence.start.is_some_and(|start| facts.window.due(start) >= facts.as_of);
    let starts = |limit: &Limit| {
        matches!(limit.kind, LimitKind::History | LimitKind::Product) && limit.affects.contains(&constraint)
    };
    if !set && facts.evidence.limits.iter().any(starts) {
        return false;
    }
    match constraint {
        Constraint::IssuesExamined | Constraint::ProcessAssessed | Constraint::HeldAnnually => facts.first_is_ahead(),
        Constraint::DeployedDefectsAnalysed if facts.has_defect_to_analyse() => false,
        Constraint::DeployedDefectsAnalysed => {
            // Sources that are missing stop nothing until the first review is due; later they may know of a defect that waits.
            let early = facts.first_is_ahead() || facts.evidence.releases.is_empty();
            (early || !sources_missing(facts)) && (stopped || !facts.has_analysis())
        }
        Constraint::ImprovementEstablished | Constraint::ReviewEstablished => false,
    }
}

/// May issues be missing, so that nobody knows whether a deployed defect waits?
fn sources_missing(facts: &Facts) -> bool {
    let of_issues = |limit: &Limit| {
        limit.kind != LimitKind::Document && limit.affects.contains(&Constraint::DeployedDefectsAnalysed)
    };
    facts.evidence.limits.iter().any(of_issues)
}
