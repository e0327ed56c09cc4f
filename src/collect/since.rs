//! Where a team with years of history begins: issues that had ended before that day are left out, counted, and said.

use lookback_core::join::population;
use lookback_core::model::period::start_of_day;
use lookback_core::model::{Evidence, Issue, IssueState, Limit, LimitKind, Policy};
use lookback_reading::count;

/// Leaves out what `issues.since` says.
pub(crate) fn leave_out(evidence: &mut Evidence, policy: &Policy) {
    let Some(since) = policy.issues.since else { return };
    let start = start_of_day(since);
    let ended = |issue: &Issue| {
        population::state_before(issue, start) == Some(IssueState::Closed)
            && issue.events.iter().all(|event| event.at < start)
    };
    let all = evidence.issues.len();
    evidence.issues.retain(|issue| !ended(issue));
    let left = all - evidence.issues.len();
    if left > 0 {
        let why = format!(
            "{} that had ended before {since} left out by issues.since: {}",
            count(left, "security issue"),
            policy.issues.since_reason.as_deref().unwrap_or_default()
        );
        let remedy = "Take issues.since out of the configuration to judge them too.";
        evidence.limits.push(Limit::new(LimitKind::Other, "earlier issues", why, remedy));
    }
}
