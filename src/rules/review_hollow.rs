//! Only the date changed, or nearly all of the text is last year's, or nothing of the period is named.

use super::{Check, Outcome, Rule};
use crate::facts::Facts;
use crate::finding::Level;
use crate::requirement::Constraint;
use crate::text::Location;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-hollow",
    constraint: Some(Constraint::IssuesExamined),
    level: Level::Warning,
    title: "only the date changed, or nearly all of the text is last year's, or nothing of the period is named",
    why: "A copy of last year's record shows that a file was written, not that issues were examined.",
    remedy: "Write what this period showed: its issues, its judgement, its actions.",
    good: "The record names the issues of its period and judges them.",
    bad: "The record equals last year's but for its date.",
    check: Check::Facts(check),
};

/// Share of equal sentences, in percent, from which a record counts as a copy.
const COPY_PERCENT: usize = 90;

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for (index, held) in facts.held.iter().enumerate() {
        if held.coverage.managed > 0 && held.coverage.examined == 0 {
            let message = format!(
                "The record names none of the {} managed in its period.",
                crate::text::count(held.coverage.managed, "issue")
            );
            findings.push(RULE.about_review(facts, held, held.date.to_string(), message));
        }
        let Some(before) = index.checked_sub(1).map(|before| &facts.held[before]) else { continue };
        for record in facts.records(held) {
            for earlier in facts.records(before) {
                let Some(percent) = similarity(&record.reading.fingerprint, &earlier.reading.fingerprint) else {
                    continue;
                };
                let message = match percent {
                    100 => format!("But for dates and numbers the record equals the one of {}.", before.date),
                    COPY_PERCENT.. => format!("{percent} % of the record's sentences are those of {}.", before.date),
                    _ => continue,
                };
                findings.push(
                    RULE.about_review(facts, held, &record.path, message)
                        .in_file(record)
                        .related("the record before", Some(Location::file(&earlier.path))),
                );
            }
        }
    }
    findings.into()
}

/// Equal sentences as a share of all, in percent (Jaccard); `None` when either text is too short to tell.
fn similarity(a: &[u32], b: &[u32]) -> Option<usize> {
    use std::collections::BTreeSet;
    if a.len() < 5 || b.len() < 5 {
        return None;
    }
    let (a, b): (BTreeSet<_>, BTreeSet<_>) = (a.iter().collect(), b.iter().collect());
    Some(a.intersection(&b).count() * 100 / a.union(&b).count())
}

#[cfg(test)]
mod tests {
    use crate::evidence::EventKind::*;
    use crate::rules::testing::*;

    fn with(print: std::ops::Range<u32>) -> World {
        World::new()
            .record_with("2024-03-14", |mut reading| {
                reading.0.fingerprint = (0..20).collect();
                reading
            })
            .record_with("2025-03-14", |mut reading| {
                reading.0.fingerprint = print.collect();
                reading
            })
    }

    #[test]
    fn copies_of_last_year() {
        let rule = "review-hollow";
        assert_eq!(
            with(0..20).fired("2025-07-01", rule)[0].message,
            "But for dates and numbers the record equals the one of 2024-03-14."
        );
        assert_eq!(
            with(0..21).fired("2025-07-01", rule)[0].message,
            "95 % of the record's sentences are those of 2024-03-14."
        );
        assert!(with(10..40).fired("2025-07-01", rule).is_empty());
    }

    #[test]
    fn nothing_of_the_period_is_named() {
        let world = World::new().issue("#3", &[("2025-01-10", Opened)]).record("2025-03-14");
        assert_eq!(
            world.fired("2025-07-01", "review-hollow")[0].message,
            "The record names none of the 1 issue managed in its period."
        );
    }
}
