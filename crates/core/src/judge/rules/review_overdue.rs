//! The due date has passed.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-overdue",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Error,
    title: "the due date has passed",
    why: "The review has to take place at least annually; the clause knows no grace.",
    remedy: "Hold the review now, examine every issue since the last cut-off, and record why it was late.",
    form: "Date held: 2026-01-09",
    calendar: true,
    good: "Last review 2025-03-14, judged on 2026-03-14.",
    bad: "Last review 2025-03-14, judged on 2026-03-15.",
    example: Example::LastAndJudged,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let Some(held) = facts.latest() else { return Outcome::Satisfied };
    let (Some(due), Some(left)) = (facts.cadence.due, facts.cadence.days_left) else { return Outcome::Satisfied };
    if left >= 0 {
        return Outcome::Satisfied;
    }
    if let Some(why) = facts.unseen().or_else(|| facts.unsure_why()) {
        return Outcome::NotAssessed(why);
    }
    let late = lookback_reading::count(usize::try_from(-left).unwrap_or(usize::MAX), "day");
    let message = format!("The review was due on {due} and is {late} late: the last one was held on {}.", held.date);
    let mut finding = RULE.about_review(facts, held, &facts.evidence.subject.repository, message);
    if let Some(record) = facts.records(held).next() {
        finding = finding.at_some(record, record.reading.fields.date_held.as_ref().map(|stated| &stated.quote));
    }
    vec![finding.set_by(facts, facts.policy.cadence.window_line, "the window")].into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn overdue_from_the_day_after() {
        let world = Scene::new().record("2024-02-29");
        assert!(world.fired("2025-02-28", "review-overdue").is_empty());
        let found = world.fired("2025-03-01", "review-overdue");
        assert_eq!(
            found[0].message,
            "The review was due on 2025-02-28 and is 1 day late: the last one was held on 2024-02-29."
        );
    }
}
