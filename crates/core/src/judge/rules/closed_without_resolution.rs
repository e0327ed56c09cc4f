//! Closed with neither fix, release, advisory, accepted risk nor reason.

use crate::join::population;
use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use crate::model::issue::{EventKind, Issue, Resolution};
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "closed-without-resolution",
    constraint: Some(Constraint::ProcessAssessed),
    level: Level::Warning,
    title: "closed with neither fix, release, advisory, accepted risk nor reason",
    why: "A stale bot or a bulk dismissal before the review closes tickets, not problems.",
    remedy: "Link the fix, the advisory or the risk decision, or give the reason for closing.",
    form: "Resolution: fixed (commit 1a2b3c4), accepted (reason), not affected (reason) or duplicate (of #12)",
    calendar: false,
    good: "Closed by the commit that fixes it, or as accepted risk with a label that says so.",
    bad: "Closed by a stale bot two days before the review.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    let Some(held) = facts.latest() else { return Outcome::Satisfied };
    // The last period and the window that is open now.
    let period = crate::model::period::Period { from: held.period.from, to: facts.as_of.max(held.period.to) };
    for issue in &facts.evidence.issues {
        let Some(closed) = population::closed_before(issue, period.end()).filter(|at| period.contains(*at)) else {
            continue;
        };
        if !population::managed(issue, period) || has_resolution(issue) {
            continue;
        }
        let last = issue.events.iter().rev().find(|event| event.kind == EventKind::Closed);
        let by = last.and_then(|event| event.actor.as_ref()).map(|actor| format!(" by {actor}")).unwrap_or_default();
        let reason = last.and_then(|event| event.note.as_ref()).map(|note| format!(" ({note})")).unwrap_or_default();
        let message = format!(
            "{} was closed on {}{by}{reason} with neither fix, release, advisory, accepted risk nor reason: {}",
            issue.id,
            closed.date_naive(),
            lookback_reading::shorten(&issue.title, 120)
        );
        let finding = RULE.about_review(facts, held, &issue.id, message);
        findings.push(match &issue.url {
            Some(url) => finding.related(url.clone(), None),
            None => finding,
        });
    }
    findings.into()
}

fn has_resolution(issue: &Issue) -> bool {
    issue.resolution != Resolution::None
        || !issue.fix_commits.is_empty()
        || issue.released_in.is_some()
        || issue.events.iter().any(|event| matches!(event.kind, EventKind::Published | EventKind::Fixed))
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::issue::EventKind::*;
    use crate::model::issue::Resolution;

    #[test]
    fn a_reason_is_needed() {
        let mut world = Scene::new()
            .issue("#3", &[("2025-01-10", Opened), ("2025-02-10", Closed)])
            .issue("#4", &[("2025-01-10", Opened), ("2025-02-10", Closed), ("2025-02-10", Published)])
            .issue("#5", &[("2025-01-10", Opened), ("2025-02-10", Closed), ("2025-02-11", Reopened)])
            .record("2025-03-14");
        assert_eq!(world.fired("2025-07-01", "closed-without-resolution").len(), 1);
        world.evidence.issues[0].resolution = Resolution::Accepted;
        assert!(world.fired("2025-07-01", "closed-without-resolution").is_empty());
    }
}
