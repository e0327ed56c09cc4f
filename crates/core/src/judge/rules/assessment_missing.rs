//! Completeness, efficiency or resolution is not judged.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::{Aspect, Constraint};

/// The rule.
pub static RULE: Rule = Rule {
    id: "assessment-missing",
    constraint: Some(Constraint::ProcessAssessed),
    level: Level::Error,
    title: "completeness, efficiency or resolution is not judged",
    why: "A list of closed issues is the input; the judgement on how they were managed is the review.",
    remedy: "Add a reasoned sentence on each: was the management complete, was it efficient, did it lead to resolution?",
    form: "Completeness: complete. Every issue was recorded and analysed.\nEfficiency: efficient. The targets were met.\nResolution: achieved. Every issue is fixed or accepted with a reason.",
    calendar: false,
    good: "Three sections or sentences with a judgement each, and the reason.",
    bad: "The record lists issues and ends.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    if facts.held.is_empty() && facts.overdue() {
        return Outcome::NotAssessed("no review has been held that could have judged the process".to_owned());
    }
    let mut findings = Vec::new();
    for held in &facts.held {
        for aspect in Aspect::ALL {
            if facts.records(held).any(|record| record.reading.assessments.iter().any(|found| found.aspect == aspect)) {
                continue;
            }
            let question = match aspect {
                Aspect::Completeness => "Were all security issues and all steps of their handling covered?",
                Aspect::Efficiency => "Were they handled in good time, against the team's targets?",
                Aspect::Resolution => "Did the handling lead to resolution, and what is left open?",
            };
            let subject =
                facts.records(held).next().map_or_else(|| held.date.to_string(), |record| record.path.clone());
            let message = format!("The review of {} does not judge {}.", held.date, aspect.word());
            findings.push(
                RULE.about_review(facts, held, subject, message)
                    .facet(aspect.word())
                    .remedy(format!("Add a reasoned judgement on {}: {question}", aspect.word())),
            );
        }
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use lookback_reading::Aspect;

    #[test]
    fn one_finding_for_each_of_the_three() {
        let world = World::new().record_with("2025-03-14", |mut reading| {
            reading.0.assessments.retain(|found| found.aspect == Aspect::Completeness);
            reading
        });
        let found = world.fired("2025-04-01", "assessment-missing");
        let messages: Vec<_> = found.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "The review of 2025-03-14 does not judge efficiency.",
                "The review of 2025-03-14 does not judge resolution."
            ]
        );
        assert!(World::new().record("2025-03-14").fired("2025-04-01", "assessment-missing").is_empty());
    }
}
