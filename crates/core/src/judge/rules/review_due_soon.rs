//! Due within the notice period.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use crate::model::period;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-due-soon",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Warning,
    title: "due within the notice period",
    why: "A review needs people, data and a date; weeks of notice are cheaper than a nonconformity.",
    remedy: "Fix a date and invite the participants; `lookback issues` lists what has to be examined.",
    form: "Date held: 2026-01-09",
    calendar: true,
    good: "The review is due in 61 days or more (the notice period is 60 days by default).",
    bad: "The review is due in 12 days.",
    example: Example::DaysLeft,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let (Some(due), Some(left)) = (facts.cadence.due, facts.cadence.days_left) else { return Outcome::Satisfied };
    if period::state(due, facts.as_of, facts.policy.cadence.notice_days) != period::State::DueSoon {
        return Outcome::Satisfied;
    }
    let fails = due.succ_opt().unwrap_or(due);
    let left = lookback_reading::count(usize::try_from(left).unwrap_or_default(), "day");
    let which = if facts.latest().is_some() { "The next review" } else { "The first review" };
    let message = format!("{which} is due on {due}, in {left}; from {fails} on this check fails.");
    let finding = match facts.latest() {
        Some(held) => RULE.about_review(facts, held, &facts.evidence.subject.repository, message),
        None => RULE.finding(&facts.evidence.subject.repository, message),
    };
    vec![finding.set_by(facts, facts.policy.cadence.window_line, "the window")].into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn warns_within_the_notice_and_names_the_day_it_will_fail() {
        let world = Scene::new().record("2025-03-14");
        assert!(world.fired("2026-01-12", "review-due-soon").is_empty());
        let found = world.fired("2026-01-13", "review-due-soon");
        assert_eq!(
            found[0].message,
            "The next review is due on 2026-03-14, in 60 days; from 2026-03-15 on this check fails."
        );
        assert!(!world.fired("2026-03-14", "review-due-soon").is_empty());
        assert!(world.fired("2026-03-15", "review-due-soon").is_empty());
    }
}
