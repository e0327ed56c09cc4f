//! Placeholders or draft status: not counted as held.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-unfilled",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Error,
    title: "placeholders or draft status: not counted as held",
    why: "A form with open fields is not a review; counting it would be the false pass that an auditor finds first.",
    remedy: "Fill in the open places and set the status, or delete the record.",
    form: "Status: approved",
    calendar: false,
    good: "Every field of the record is filled in and its status is approved.",
    bad: "\"Status: Draft\", \"Approved by: TBD\", unticked boxes.",
    example: Example::StatusOrApproval,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let last = facts.latest().map(|held| held.date);
    let mut findings = Vec::new();
    for (index, review) in facts.reviews.iter().enumerate() {
        let document = facts.document(index);
        let reading = &document.reading;
        if review.counted != Some(false) {
            continue;
        }
        let Some(quote) = reading.fields.draft.as_ref().or(reading.placeholders.first()) else { continue };
        let stated = reading.fields.date_held.as_ref().map(|stated| stated.value);
        // What a later held review superseded is history; what is being prepared is no fault before the due date.
        let superseded = last.is_some_and(|last| review.date_held.is_some_and(|date| date <= last));
        let prepared = stated.is_none_or(|date| date > facts.as_of) && !facts.overdue();
        let level = if superseded || prepared { Level::Warning } else { Level::Error };
        let why = review.why_not.as_deref().unwrap_or("it is not filled in");
        let message = format!("The review does not count as held: {why}.");
        let mut finding = RULE.finding(&review.path, message).level(level).at(document, quote);
        for more in reading.placeholders.iter().filter(|more| *more != quote).take(9) {
            finding = finding.related(
                format!("also open: \"{}\"", lookback_reading::shorten(&more.text, 80)),
                Some(lookback_reading::Location::of(&document.path, more)),
            );
        }
        findings.push(finding);
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::finding::Level;
    use lookback_reading::{Answer, Answered, Quote};

    fn level(date: &str, as_of: &str) -> Option<Level> {
        let world = Scene::new().record("2024-03-14").record_with(date, |mut reading| {
            let gap = Quote::at(9, 1, "TBD");
            reading.0.held = Answered::not(Answer::Denied, vec![gap.clone()], "it is not filled in");
            reading.0.placeholders = vec![gap];
            reading
        });
        assert!(!world.held().contains(&date.to_owned()));
        world.fired(as_of, "review-unfilled").first().map(|finding| finding.level)
    }

    #[test]
    fn an_unfilled_record_is_not_held() {
        assert_eq!(level("2025-03-10", "2025-03-12"), Some(Level::Error));
        assert_eq!(level("2023-03-10", "2025-03-12"), Some(Level::Warning), "superseded");
        assert_eq!(level("2025-03-13", "2025-03-12"), Some(Level::Warning), "being prepared");
        assert!(Scene::new().record("2024-03-14").fired("2025-01-01", "review-unfilled").is_empty());
    }
}
