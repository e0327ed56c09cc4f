//! The date held is missing, inferred or ambiguous.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::{Constraint, DateSource};

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-undated",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Warning,
    title: "the date held is missing, inferred or ambiguous",
    why: "The yearly cadence is counted from the day of the review; a guessed day is no evidence.",
    remedy: "State the day of the review in the record as YYYY-MM-DD.",
    form: "Date held: 2026-01-09",
    calendar: false,
    good: "\"Date held: 2025-03-14\"",
    bad: "No date, \"03/04/2025\", or \"March 2025\" (counted from its first day, as a note).",
    example: Example::DateHeld,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let last = facts.latest().map(|held| held.date);
    let mut findings = Vec::new();
    for (index, review) in facts.reviews.iter().enumerate() {
        let document = facts.document(index);
        let fields = &document.reading.fields;
        let ambiguous = fields.ambiguous_date.as_ref().filter(|_| fields.date_held.is_none());
        let (level, message, quote) = match (ambiguous, review.date_source, review.date_held) {
            (Some(quote), _, _) => {
                (Level::Warning, format!("The date \"{}\" does not name one day for certain.", quote.text), Some(quote))
            }
            (None, None, _) | (None, _, None) => (Level::Warning, "The record states no date held.".to_owned(), None),
            (None, Some(DateSource::Inferred), Some(date)) => {
                let made = fields.date_held.as_ref().filter(|made| made.value == date).map(|made| &made.quote);
                let day = made.map_or("the day of the commit that added it", |_| "the day on which it was written");
                (Level::Warning, format!("The record states no date held; {date}, {day}, is taken."), made)
            }
            (None, Some(DateSource::StatedMonth), Some(date)) => {
                let message = format!(
                    "The record states only the month or quarter of the review; its first day, {date}, is taken."
                );
                (Level::Note, message, fields.date_held.as_ref().map(|stated| &stated.quote))
            }
            _ => continue,
        };
        if review.counted != Some(true) && last.is_some_and(|last| review.date_held.is_some_and(|date| date < last)) {
            continue;
        }
        findings.push(RULE.finding(&review.path, message).level(level).in_file(document).at_some(document, quote));
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::finding::Level;
    use lookback_reading::{DateSource, Quote};

    #[test]
    fn inferred_ambiguous_and_month_only_dates_are_flagged() {
        let inferred = Scene::new().record_with("2025-03-14", |mut reading| {
            reading.0.fields.date_held = None;
            reading
        });
        let found = inferred.fired("2025-07-01", "review-undated");
        assert!(found[0].message.contains("2025-03-14, the day of the commit"), "{}", found[0].message);
        for (made, taken) in [
            ("2025-03-10", "2025-03-10, the day on which it was written,"),
            ("2026-05-01", "2025-03-14, the day of the commit that added it,"),
        ] {
            let written = Scene::new().record_with("2025-03-14", |mut reading| {
                if let Some(date) = &mut reading.0.fields.date_held {
                    date.value = made.parse().unwrap();
                }
                reading.0.fields.date_source = Some(DateSource::Inferred);
                reading
            });
            let found = written.fired("2026-06-01", "review-undated");
            assert!(found[0].message.contains(taken), "{}", found[0].message);
        }
        let ambiguous = Scene::new().record_with("2025-03-14", |mut reading| {
            reading.0.fields.date_held = None;
            reading.0.fields.ambiguous_date = Some(Quote::at(3, 7, "03/04/2025"));
            reading
        });
        assert_eq!(
            ambiguous.fired("2025-07-01", "review-undated")[0].message,
            "The date \"03/04/2025\" does not name one day for certain."
        );
        let month = Scene::new().record_with("2025-03-01", |mut reading| {
            reading.0.fields.date_source = Some(DateSource::StatedMonth);
            reading
        });
        assert_eq!(month.fired("2025-07-01", "review-undated")[0].level, Level::Note);
        assert!(Scene::new().record("2025-03-14").fired("2025-07-01", "review-undated").is_empty());
    }
}
