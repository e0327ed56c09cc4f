//! No procedure establishes the periodic review.

use chrono::NaiveDate;

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::unclear;
use crate::model::finding::Level;
use lookback_reading::{Constraint, Location, Quote, Reading};

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-procedure-missing",
    constraint: Some(Constraint::ReviewEstablished),
    level: Level::Error,
    title: "no procedure establishes the periodic review",
    why: "An activity is established when it is documented and done. Records alone show that it was done once.",
    remedy: "Write a procedure that says who reviews how security defects were managed, how often (at least annually), and on which inputs.",
    form: "The security problem resolution process is reviewed at least every 12 months.",
    calendar: false,
    good: "`docs/security-review-procedure.md` prescribes a yearly review with participants and inputs.",
    bad: "Review records, and no document that prescribes the review.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    if !facts.procedures.is_empty() {
        return Outcome::Satisfied;
    }
    if let Some(why) = facts.unseen().or_else(|| unclear::why(facts, Constraint::ReviewEstablished)) {
        return Outcome::NotAssessed(why);
    }
    let mut finding = RULE.finding(
        &facts.evidence.subject.repository,
        "No document prescribes a periodic review of how security defects are managed.",
    );
    for document in &facts.evidence.documents {
        if document.reading.kind == lookback_reading::Kind::Procedure {
            let answer = document.reading.constraints.get(&Constraint::ReviewEstablished);
            let (why, quote) = match (out_of_time(&document.reading, facts.as_of), answer) {
                (Some((why, quote)), Some(answer)) if answer.met() => (why, Some(quote)),
                (_, answer) => {
                    let why = answer.and_then(|answer| answer.why_not.clone());
                    let plain = || "it does not prescribe the periodic review".to_owned();
                    (why.unwrap_or_else(plain), answer.and_then(|answer| answer.quotes.first()))
                }
            };
            let place =
                quote.map_or_else(|| Location::file(&document.path), |quote| Location::of(&document.path, quote));
            finding = finding.related(format!("{}: {why}", document.path), Some(place));
        }
        if finding.related.len() == 5 {
            break;
        }
    }
    vec![finding].into()
}

/// Why a procedure is not in force on the day judged for, by the days that it names itself.
fn out_of_time(reading: &Reading, as_of: NaiveDate) -> Option<(String, &Quote)> {
    let ahead = reading.effective.as_ref().filter(|day| day.value > as_of);
    let over = reading.expires.as_ref().filter(|day| day.value < as_of);
    ahead
        .map(|day| (format!("it is in force from {} on", day.value), &day.quote))
        .or_else(|| over.map(|day| (format!("it was in force until {}", day.value), &day.quote)))
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use lookback_reading::{Answer, Answered, Quote, Stated};

    #[test]
    fn records_alone_do_not_establish_the_review() {
        let world = Scene::new().record("2025-03-14");
        assert_eq!(world.fired("2025-04-01", "review-procedure-missing").len(), 1);
        assert!(world.procedure(Some(12)).fired("2025-04-01", "review-procedure-missing").is_empty());
    }

    #[test]
    fn a_procedure_counts_from_its_day_to_its_end() {
        let day = |text: &str| Some(Stated { value: text.parse().unwrap(), quote: Quote::at(3, 1, text) });
        let world = |from: &str, to: &str| {
            let mut world = Scene::new().record("2025-03-14").procedure(Some(12));
            let reading = &mut world.evidence.documents[1].reading;
            (reading.effective, reading.expires) = (day(from), day(to));
            world
        };
        let rule = "review-procedure-missing";
        assert!(world("2025-01-01", "2025-12-31").fired("2025-12-31", rule).is_empty());
        for (as_of, why) in [
            ("2024-12-31", "docs/procedure.md: it is in force from 2025-01-01 on"),
            ("2026-01-01", "docs/procedure.md: it was in force until 2025-12-31"),
        ] {
            let found = world("2025-01-01", "2025-12-31").fired(as_of, rule);
            assert_eq!(found[0].related[0].message, why);
        }
    }

    #[test]
    fn a_standing_that_is_not_clear_stops_and_shortens_nothing() {
        let doubt = || {
            let words = vec![Quote::at(4, 1, "Status: green")];
            Answered::not(Answer::Unsure, words, "its status says neither")
        };
        let mut world = Scene::new().record("2025-03-14").procedure(Some(6));
        let reading = &mut world.evidence.documents[1].reading;
        reading.in_force = doubt();
        reading.constraints.values_mut().for_each(|answer| *answer = doubt());
        assert!(world.fired("2025-10-01", "review-procedure-missing").is_empty());
        assert!(world.not_assessed("2025-10-01", "review-procedure-missing"));
        assert!(world.fired("2025-10-01", "review-overdue").is_empty(), "its six months are not in force");
        let found = world.fired("2025-10-01", "wording-unclear");
        assert_eq!(found[0].constraint.map(lookback_reading::Constraint::id), Some("4.1.8#a"));
        assert_eq!(found[0].quote.as_ref().map(|quote| quote.text.as_str()), Some("Status: green"));
        assert!(found[0].form.starts_with("Status: effective"), "{}", found[0].form);
        // Another in force proves it.
        let world = world.procedure(Some(12));
        assert!(world.fired("2025-10-01", "wording-unclear").is_empty());
    }
}
