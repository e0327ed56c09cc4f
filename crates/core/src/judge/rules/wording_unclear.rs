//! Words that come near to what is asked and do not say it: nobody is accused, nothing is passed.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::unclear;
use crate::model::finding::Level;

/// The rule.
pub static RULE: Rule = Rule {
    id: "wording-unclear",
    constraint: None,
    level: Level::Note,
    title: "the words leave open what is asked",
    why: "What a text only comes near to must neither pass nor be called missing; a labelled line settles it.",
    remedy: "Say it on a line of its own in a form that is read for certain, like the one shown.",
    form: "Status: approved",
    calendar: false,
    good: "\"Status: approved\", or an approval with name and date; \"Efficiency: efficient. The targets were met.\"",
    bad: "\"Status: green\" in the head of the record or of the procedure; \"Efficiency: a few words were said on it.\"",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let found = unclear::all(facts).into_iter().map(|open| {
        let finding = RULE
            .finding(&open.document.path, open.message)
            .on(open.constraint)
            .form(open.form)
            .in_file(open.document)
            .at_some(open.document, open.quote);
        match open.facet {
            Some(facet) => finding.facet(facet),
            None => finding,
        }
    });
    found.collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use lookback_reading::{Answer, Answered, Quote};

    #[test]
    fn an_unclear_review_neither_counts_nor_is_missed() {
        let world = Scene::new().record("2024-03-14").record_with("2025-03-10", |mut reading| {
            let words = vec![Quote::at(4, 1, "Status: green")];
            reading.0.held = Answered::not(Answer::Unsure, words, "its status says neither");
            reading
        });
        assert_eq!(world.held(), ["2024-03-14"]);
        assert_eq!(world.fired("2025-03-12", "wording-unclear").len(), 1);
        assert!(world.fired("2025-03-20", "review-overdue").is_empty());
        assert!(world.not_assessed("2025-03-20", "review-overdue"), "undetermined");
        // A later review that was held makes it history.
        let world = world.record("2025-04-01");
        assert!(world.fired("2025-05-01", "wording-unclear").is_empty());
    }
}
