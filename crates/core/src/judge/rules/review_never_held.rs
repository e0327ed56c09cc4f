//! No held review on record although the first one was due.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-never-held",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Error,
    title: "no held review on record",
    why: "A procedure without a single record shows that the review is planned, not that it takes place.",
    remedy: "Hold the review: `lookback draft` writes its record with all that data say. Fill it in, and commit it.",
    form: "Date held: 2026-01-09",
    calendar: true,
    good: "`docs/reviews/security-review-2025.md` reports a review held on 2025-03-14.",
    bad: "Releases since 2023, and no document reports a periodic review of security defect management.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    if facts.latest().is_some() || !facts.overdue() {
        return Outcome::Satisfied;
    }
    let (Some(start), Some(due)) = (&facts.clock_start, facts.cadence.due) else { return Outcome::Satisfied };
    if let Some(why) = facts.unseen().or_else(|| facts.unsure_why()) {
        return Outcome::NotAssessed(why);
    }
    let message = format!(
        "No held review is on record. The first one was due on {due}, {} after {} of {}.",
        facts.cadence.window.replace('-', " "),
        start.by,
        start.date
    );
    let mut finding = RULE.finding(&facts.evidence.subject.repository, message);
    for review in &facts.reviews {
        if let Some(why) = &review.why_not {
            let location = lookback_reading::Location::file(&review.path);
            finding = finding.related(format!("{} does not count: {why}", review.path), Some(location));
        }
    }
    vec![finding.set_by(facts, facts.policy.cadence.window_line, "the window")].into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn fires_once_the_first_review_is_overdue() {
        let world = Scene::new().release("v1.0.0", "2024-01-10");
        assert!(world.fired("2025-01-10", "review-never-held").is_empty());
        let found = world.fired("2025-01-11", "review-never-held");
        assert_eq!(
            found[0].message,
            "No held review is on record. The first one was due on 2025-01-10, 12 months after release v1.0.0 of 2024-01-10."
        );
        assert!(world.record("2024-06-01").fired("2025-01-11", "review-never-held").is_empty());
    }
}
