//! Words that come near to what is asked and do not say it: nobody is accused, nothing is passed.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "wording-unclear",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Note,
    title: "the words leave open whether a review was held",
    why: "What a text only comes near to must neither pass nor be called missing; a labelled line settles it.",
    remedy: "Say it in a form that is read for certain: `Status: approved`, `Date held: 2025-03-14`, `Approved by: NAME, DATE`.",
    form: "Status: approved",
    calendar: false,
    good: "\"Status: approved\", or an approval with name and date.",
    bad: "\"Status: green\" in the head of the record.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let Some(review) = facts.unsure() else { return Outcome::Satisfied };
    let document = &facts.evidence.documents[review.document];
    let why = review.why_not.as_deref().unwrap_or("its words leave it open");
    let message = format!("Whether this review counts as held cannot be told: {why}.");
    let quote = document.reading.held.quotes.first();
    vec![RULE.finding(&review.path, message).in_file(document).at_some(document, quote)].into()
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
