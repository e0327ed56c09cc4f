//! A waiver matches nothing.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;

/// The rule.
pub static RULE: Rule = Rule {
    id: "waiver-unused",
    constraint: None,
    level: Level::Warning,
    title: "a waiver matches nothing",
    why: "A waiver left behind hides the next fault of the same name.",
    remedy: "Delete it, or correct its rule and subject.",
    form: "[[waiver]]",
    calendar: true,
    good: "Every waiver matches a finding.",
    bad: "The fault was mended and its waiver stayed.",
    example: Example::Told,
    check: RuleCheck::Waivers(check),
};

fn check(facts: &Facts, matches: &[usize]) -> Outcome {
    let unused =
        facts.policy.waivers.iter().zip(matches).filter(|(waiver, n)| **n == 0 && waiver.expires >= facts.as_of);
    let findings = unused.map(|(waiver, _)| {
        let message = format!("The waiver of {} for {} matches nothing.", waiver.rule, waiver.subject);
        RULE.finding(&waiver.subject, message).set_by(facts, Some(waiver.line), "the waiver")
    });
    findings.collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::issue::EventKind::*;

    #[test]
    fn fires_when_nothing_matches() {
        let world = Scene::new().issue("#3", &[("2025-01-10", Opened)]).record("2025-03-14").waive(
            "issue-not-examined",
            "#4",
            "2026-07-01",
        );
        assert_eq!(
            world.fired("2025-07-01", "waiver-unused")[0].message,
            "The waiver of issue-not-examined for #4 matches nothing."
        );
        let world = Scene::new().issue("#3", &[("2025-01-10", Opened)]).record("2025-03-14").waive(
            "issue-not-examined",
            "#3",
            "2026-07-01",
        );
        assert!(world.fired("2025-07-01", "waiver-unused").is_empty());
    }
}
