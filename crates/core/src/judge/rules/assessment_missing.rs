//! Completeness, efficiency or resolution is not judged.

use crate::judge::facts::Facts;
use crate::judge::held::Held;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::unclear::{Unclear, judgements};
use crate::model::finding::Level;
use lookback_reading::{Answer, Aspect, Constraint, shorten};

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
    let (mut findings, mut said_not) = (Vec::new(), false);
    let open = |held: &Held| if facts.is_latest(held) { judgements(facts, held) } else { Vec::new() };
    let unclear: Vec<Unclear> = facts.held.iter().flat_map(open).collect();
    for held in &facts.held {
        for aspect in Aspect::ALL {
            let found = |answer: Answer| {
                facts.records(held).find_map(|record| {
                    let mut own = record.reading.assessments.iter();
                    own.find(|found| found.aspect == aspect && found.answer == answer).map(|found| (record, found))
                })
            };
            if found(Answer::Proven).is_some() {
                continue;
            }
            let denied = found(Answer::Denied);
            said_not |= denied.is_some() && facts.is_latest(held);
            if denied.is_none() && found(Answer::Unsure).is_some() {
                continue;
            }
            let question = match aspect {
                Aspect::Completeness => "Were all security issues and all steps of their handling covered?",
                Aspect::Efficiency => "Were they handled in good time, against the team's targets?",
                Aspect::Resolution => "Did the handling lead to resolution, and what is left open?",
            };
            let subject =
                facts.records(held).next().map_or_else(|| held.date.to_string(), |record| record.path.clone());
            let message = match denied {
                Some((_, denied)) => format!(
                    "The review of {} says that it does not judge {}: \"{}\"",
                    held.date,
                    aspect.word(),
                    shorten(&denied.quote.text, 120)
                ),
                None => format!("The review of {} does not judge {}.", held.date, aspect.word()),
            };
            let finding = RULE
                .about_review(facts, held, subject, message)
                .facet(aspect.word())
                .remedy(format!("Add a reasoned judgement on {}: {question}", aspect.word()));
            findings.push(match denied {
                Some((record, denied)) => finding.at(record, &denied.quote),
                None => finding,
            });
        }
    }
    if !said_not
        && findings.iter().any(|finding| finding.level == Level::Error)
        && let Some(why) = facts.latest().and_then(|held| facts.unread_part(held, Constraint::ProcessAssessed))
    {
        return Outcome::NotAssessed(why);
    }
    if findings.iter().all(|finding| finding.level < Level::Error) && !unclear.is_empty() {
        let near = |open: &Unclear| {
            let words = open.quote.map_or("", |quote| quote.text.as_str());
            let aspect = open.facet.unwrap_or_default();
            format!("whether {} judges {aspect} is not clear: \"{}\"", open.document.path, shorten(words, 120))
        };
        return Outcome::Partly(findings, unclear.iter().map(near).collect::<Vec<_>>().join("; "));
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use lookback_reading::{Answer, Aspect};

    #[test]
    fn one_finding_for_each_of_the_three() {
        let world = Scene::new().record_with("2025-03-14", |mut reading| {
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
        assert!(Scene::new().record("2025-03-14").fired("2025-04-01", "assessment-missing").is_empty());
    }

    #[test]
    fn a_denial_is_a_fault_and_what_is_unclear_stops() {
        let world = |answer: Answer| {
            Scene::new().record_with("2025-03-14", |mut reading| {
                reading.0.assessments[1].answer = answer;
                reading
            })
        };
        let denied = world(Answer::Denied).fired("2025-04-01", "assessment-missing");
        assert_eq!(denied.len(), 1);
        assert!(denied[0].message.contains("says that it does not judge efficiency"), "{}", denied[0].message);
        assert!(world(Answer::Unsure).fired("2025-04-01", "assessment-missing").is_empty());
        assert!(world(Answer::Unsure).not_assessed("2025-04-01", "assessment-missing"));
        let note = world(Answer::Unsure).fired("2025-04-01", "wording-unclear");
        assert_eq!(note.len(), 1);
        assert_eq!(
            (note[0].facet.as_deref(), note[0].form.split(':').next()),
            (Some("efficiency"), Some("Efficiency"))
        );
        assert_eq!(note[0].constraint.map(lookback_reading::Constraint::id), Some("4.1.8#c"));
        // A second record of the day judges it.
        let proven = world(Answer::Unsure).record("2025-03-14").fired("2025-04-01", "wording-unclear");
        assert!(proven.is_empty(), "{proven:?}");
    }
}
