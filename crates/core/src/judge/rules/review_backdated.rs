//! Committed long after, or dated after, its own commit.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::{Constraint, DateSource};

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-backdated",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Warning,
    title: "committed long after, or dated after, its own commit",
    why: "A record that appears in the repository months after the stated day, or before it, needs an explanation.",
    remedy: "Commit the record when the review is held; where it came late, say why in the record.",
    form: "Date held: 2026-01-09",
    calendar: false,
    good: "Held on 2025-03-14, committed on 2025-03-20.",
    bad: "Held on 2024-03-14, committed on 2025-02-28; or dated 2025-05-01 in a commit of 2025-03-02.",
    example: Example::HeldAndCommitted,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    let mut unseen = 0;
    for held in &facts.held {
        for record in &held.records {
            let review = &facts.reviews[*record];
            if review.date_source == Some(DateSource::Inferred) {
                continue;
            }
            let document = facts.document(*record);
            let Some(history) = &document.history else {
                unseen += 1;
                continue;
            };
            let (added, changed) = (history.added.committed.date_naive(), history.last_change.committed.date_naive());
            let after = crate::model::period::days_left(added, held.date);
            let message = if after > i64::from(facts.policy.cadence.backdating_days) {
                format!(
                    "The review is dated {} and its record was committed {after} days later, on {added} ({}).",
                    held.date,
                    history.added.short()
                )
            } else if crate::model::period::days_left(held.date, changed) > 1 {
                format!(
                    "The review is dated {}, after the last commit of its record on {changed} ({}).",
                    held.date,
                    history.last_change.short()
                )
            } else {
                continue;
            };
            let quote = document.reading.fields.date_held.as_ref().map(|stated| &stated.quote);
            findings.push(
                RULE.about_review(facts, held, &document.path, message).in_file(document).at_some(document, quote),
            );
        }
    }
    if unseen > 0 {
        let records = if unseen == 1 { "1 record was".to_owned() } else { format!("{unseen} records were") };
        return Outcome::Partly(findings, format!("the history does not tell when {records} added"));
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn late_and_early_commits() {
        let fired = |committed: &str| {
            Scene::new().record("2025-03-14").committed(committed).fired("2025-12-01", "review-backdated")
        };
        assert!(fired("2025-03-20").is_empty());
        assert!(fired("2025-05-13").is_empty(), "60 days");
        assert!(fired("2025-05-14")[0].message.contains("committed 61 days later, on 2025-05-14"));
        assert!(fired("2025-03-13").is_empty(), "one day covers time zones");
        assert!(fired("2025-03-01")[0].message.contains("after the last commit"));
    }

    #[test]
    fn one_of_unknown_age_stays_open_beside_one_that_is_late() {
        let mut world = Scene::new().record("2024-03-14").committed("2025-02-28").record("2025-03-14");
        world.evidence.documents[1].history = None;
        assert_eq!(world.fired("2025-12-01", "review-backdated").len(), 1);
        assert!(world.not_assessed("2025-12-01", "review-backdated"));
    }
}
