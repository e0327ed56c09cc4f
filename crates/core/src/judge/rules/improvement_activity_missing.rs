//! Nothing establishes continuous improvement of the security life cycle.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::unclear;
use crate::model::finding::Level;
use lookback_reading::{Constraint, Kind};

/// The rule.
pub static RULE: Rule = Rule {
    id: "improvement-activity-missing",
    constraint: Some(Constraint::ImprovementEstablished),
    level: Level::Error,
    title: "nothing establishes continuous improvement of the security life cycle",
    why: "The usual gap: no recurring cycle after the first implementation; lessons of incidents do not change the process.",
    remedy: "Prescribe in a procedure how lessons of security defects change the life cycle, and record the changes (improvement actions of the review, post-mortems).",
    form: "Improvement action: extend the fuzzing plan; owner R. Meyer; due 2026-06-30",
    calendar: false,
    good: "The procedure asks for improvement of the life cycle; the record lists process changes with owner and due date.",
    bad: "Neither a procedure nor a record speaks of improving the security processes.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let a = Constraint::ImprovementEstablished;
    let procedures = facts.meeting(a, &[Kind::Procedure]);
    let records = facts.meeting(a, &[Kind::Record]);
    let subject = &facts.evidence.subject.repository;
    match (procedures.first(), records.first()) {
        (Some(_), Some(_)) => Outcome::Satisfied,
        (None, None) => {
            if let Some(why) = facts.unseen().or_else(|| unclear::why(facts, a)) {
                return Outcome::NotAssessed(why);
            }
            vec![RULE.finding(subject, "No document prescribes or records an improvement of the security life cycle.")]
                .into()
        }
        (Some(procedure), None) => {
            // Before the first review is due a procedure is all that can exist.
            if facts.held.is_empty() && !facts.overdue() {
                return Outcome::Satisfied;
            }
            let document = &facts.evidence.documents[*procedure];
            let message = "A procedure prescribes improvement of the security life cycle, and no record shows one.";
            vec![RULE.finding(&document.path, message).level(Level::Warning).in_file(document)].into()
        }
        (None, Some(record)) => {
            let document = &facts.evidence.documents[*record];
            let message =
                "Records show improvements of the security life cycle, and no procedure prescribes the activity.";
            vec![RULE.finding(&document.path, message).level(Level::Warning).in_file(document)].into()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::finding::Level;
    use lookback_reading::Constraint::ImprovementEstablished;
    use lookback_reading::{Answer, Answered};

    #[test]
    fn takes_a_procedure_and_records() {
        let level = |world: Scene| world.fired("2025-04-01", "improvement-activity-missing").first().map(|f| f.level);
        let without = |date: &str| {
            Scene::new().record_with(date, |mut reading| {
                reading.0.constraints.remove(&ImprovementEstablished);
                reading
            })
        };
        assert_eq!(level(without("2025-03-14")), Some(Level::Error));
        assert_eq!(level(Scene::new().record("2025-03-14")), Some(Level::Warning));
        assert_eq!(level(without("2025-03-14").procedure(Some(12))), Some(Level::Warning));
        assert_eq!(level(Scene::new().record("2025-03-14").procedure(Some(12))), None);
        assert_eq!(level(Scene::new().procedure(Some(12))), None, "nothing is due yet");
        let held = |answer: Answer| {
            Scene::new().record_with("2025-03-14", move |mut reading| {
                reading.0.held = Answered::not(answer, Vec::new(), "it lies among samples");
                reading
            })
        };
        assert_eq!(level(held(Answer::Denied)), Some(Level::Error), "a record that does not count shows nothing");
        assert_eq!(level(held(Answer::Unsure)), None, "one that may count accuses nobody");
    }
}
