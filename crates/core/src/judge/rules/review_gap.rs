//! Two consecutive reviews lie further apart than the window.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::{Finding, Level};
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-gap",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Warning,
    title: "two consecutive reviews lie further apart than the window",
    why: "Auditors sample several years. Yesterday's review does not heal a hole before it.",
    remedy: "State in the later record why it was late and what was done about it; a hole can be explained, not repaired.",
    form: "Held late: the review was due on 2025-03-14; it was held on 2025-11-20 because …",
    calendar: true,
    good: "Reviews on 2024-03-14 and 2025-03-10.",
    bad: "Reviews on 2023-03-14 and 2024-11-20.",
    example: Example::TwoReviews,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for gap in &facts.cadence.gaps {
        let Some(later) = facts.held.iter().find(|held| held.date == gap.to) else { continue };
        let message = format!(
            "{} days lie between the reviews of {} and {}; the later one was due on {}.",
            gap.days,
            gap.from,
            gap.to,
            facts.window.due(gap.from)
        );
        let mut finding = RULE.about_review(facts, later, gap.to.to_string(), message);
        if let Some(earlier) =
            facts.held.iter().find(|held| held.date == gap.from).and_then(|held| facts.records(held).next())
        {
            finding = finding.related("the review before", Some(lookback_reading::Location::file(&earlier.path)));
        }
        findings.push(finding.set_by(facts, facts.policy.cadence.window_line, "the window"));
    }
    findings.extend(late_start(facts));
    findings.into()
}

/// `cadence.start` moves the first due date; more than a window after the first release it hides a gap.
fn late_start(facts: &Facts) -> Option<Finding> {
    let start = facts.policy.cadence.start?;
    let first = facts.evidence.releases.iter().map(|release| release.date).min()?;
    let due = facts.window.due(first);
    (start > due && facts.held.first().is_none_or(|held| held.date > due)).then(|| {
        let message =
            format!("`cadence.start` is {start}, but the first release was on {first}: a review was due on {due}.");
        RULE.finding(start.to_string(), message)
            .remedy("Say in the first record why no review was held before, or name the true start.")
    })
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn every_pair_is_tested() {
        let world = Scene::new().record("2022-01-10").record("2023-09-20").record("2024-09-20").record("2025-09-20");
        let found = world.fired("2025-10-01", "review-gap");
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].message,
            "618 days lie between the reviews of 2022-01-10 and 2023-09-20; the later one was due on 2023-01-10."
        );
        assert!(Scene::new().record("2024-02-29").record("2025-02-28").fired("2025-10-01", "review-gap").is_empty());
    }
}
