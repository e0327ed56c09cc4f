//! A waiver ran out.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use chrono::{Months, NaiveDate};

/// A waiver that holds longer than this many months is one for ever.
const LONGEST: u32 = 13;

/// The rule.
pub static RULE: Rule = Rule {
    id: "waiver-expired",
    constraint: None,
    level: Level::Error,
    title: "a waiver ran out",
    why: "A waiver is a decision for a time; somebody has to take it again or mend the fault.",
    remedy: "Mend the fault and delete the waiver, or have it approved again with a new date.",
    form: "expires = \"2026-12-31\"",
    calendar: true,
    good: "`expires = 2026-12-31`, judged on 2026-11-24.",
    bad: "`expires = 2026-06-30`, judged on 2026-11-24.",
    example: Example::ExpiryAndJudged,
    check: RuleCheck::Waivers(check),
};

fn check(facts: &Facts, _: &[usize]) -> Outcome {
    let expired = facts.policy.waivers.iter().filter(|waiver| waiver.expires < facts.as_of);
    let findings = expired.map(|waiver| {
        let message = format!(
            "The waiver of {} for {} ran out on {}; {} approved it: {}",
            waiver.rule, waiver.subject, waiver.expires, waiver.approver, waiver.reason
        );
        RULE.finding(&waiver.subject, message).set_by(facts, Some(waiver.line), "the waiver")
    });
    let mut findings: Vec<_> = findings.collect();
    let latest = facts.as_of.checked_add_months(Months::new(LONGEST)).unwrap_or(NaiveDate::MAX);
    for waiver in facts.policy.waivers.iter().filter(|waiver| waiver.expires > latest) {
        let message = format!(
            "The waiver of {} for {} holds until {}, more than {LONGEST} months from now: nobody has to take the decision again for a whole \
             cycle.",
            waiver.rule, waiver.subject, waiver.expires
        );
        let finding = RULE.finding(&waiver.subject, message).level(Level::Warning);
        findings.push(finding.remedy("Let it end within a year.").set_by(facts, Some(waiver.line), "the waiver"));
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::issue::EventKind::*;

    #[test]
    fn holds_through_its_last_day() {
        let world = Scene::new().issue("#3", &[("2025-01-10", Opened)]).record("2025-03-14").waive(
            "issue-not-examined",
            "#3",
            "2025-07-01",
        );
        assert!(world.fired("2025-07-01", "waiver-expired").is_empty());
        assert!(world.fired("2025-07-01", "issue-not-examined")[0].waived.is_some());
        assert_eq!(world.fired("2025-07-02", "waiver-expired").len(), 1);
        assert!(world.fired("2025-07-02", "issue-not-examined")[0].waived.is_none());
    }
}
