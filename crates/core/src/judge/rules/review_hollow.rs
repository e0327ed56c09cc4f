//! Only the date changed, or nearly all of the text is last year's, or nothing of the period is named.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::unclear::EXAMINED;
use crate::model::evidence::FoundDocument;
use crate::model::finding::Level;
use lookback_reading::{ClaimKind, Constraint, Location, Reading};

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-hollow",
    constraint: Some(Constraint::IssuesExamined),
    level: Level::Warning,
    title: "only the date changed, or nearly all of the text is last year's, or nothing of the period is named",
    why: "A copy of last year's record shows that a file was written, not that issues were examined.",
    remedy: "Write what this period showed: its issues, its judgement, its actions.",
    form: EXAMINED,
    calendar: false,
    good: "The record names the issues of its period and judges them.",
    bad: "The record equals last year's but for its date.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

/// Share of equal sentences, in percent, from which a record counts as a copy.
const COPY_PERCENT: usize = 90;

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for (index, held) in facts.held.iter().enumerate() {
        if held.coverage.managed > 0 && held.coverage.examined == 0 {
            let message = format!(
                "The record names none of the {} managed in its period.",
                lookback_reading::count(held.coverage.managed, "issue")
            );
            findings.push(RULE.about_review(facts, held, held.date.to_string(), message));
        }
        for record in facts.records(held) {
            // Of two quiet years there is the same to say.
            if held.coverage.managed == 0 && nothing_came(record) {
                continue;
            }
            // The nearest of all earlier records: a copy of the record before last is a copy too.
            let earlier = facts.held[..index].iter().flat_map(|before| facts.records(before).map(move |e| (before, e)));
            let nearest = earlier
                .filter_map(|(before, e)| Some((similarity(&record.reading, &e.reading)?, before, e)))
                .max_by_key(|(percent, before, _)| (*percent, before.date));
            let Some((percent, before, earlier)) = nearest.filter(|(percent, ..)| *percent >= COPY_PERCENT) else {
                continue;
            };
            let mut message = if record.reading.fingerprint == earlier.reading.fingerprint {
                format!("But for dates and numbers the record equals the one of {} (similarity 100 %).", before.date)
            } else {
                format!("{percent} % of the record's sentences are those of {}.", before.date)
            };
            let new = new_references(record, earlier);
            let mut finding = RULE.about_review(facts, held, &record.path, String::new()).in_file(record);
            if new > 0 {
                let _ = write!(
                    message,
                    " It names {} that the earlier one does not.",
                    lookback_reading::count(new, "issue")
                );
                finding.level = finding.level.min(Level::Note);
            }
            finding.message = message;
            findings.push(finding.related("the earlier record", Some(Location::file(&earlier.path))));
        }
    }
    findings.into()
}

/// Does the record say that there was nothing to examine?
fn nothing_came(record: &FoundDocument) -> bool {
    record.reading.claims.iter().any(|claim| claim.kind == ClaimKind::NoIssues && !claim.near)
}

/// Share of the record's sentences that an earlier one has too, in percent; `None` when either is too short to tell.
fn similarity(record: &Reading, earlier: &Reading) -> Option<usize> {
    let (own, old) = (&record.fingerprint, &earlier.fingerprint);
    if own.len() < 5 || old.len() < 5 {
        return None;
    }
    Some(own.iter().filter(|hash| old.binary_search(hash).is_ok()).count() * 100 / own.len())
}

/// How many ids the record names as examined that the earlier one does not name.
fn new_references(record: &FoundDocument, earlier: &FoundDocument) -> usize {
    let old: BTreeSet<&str> = earlier.reading.references.iter().map(|reference| reference.id.as_str()).collect();
    let own = record.reading.references.iter().filter(|reference| reference.examined != Some(false));
    own.map(|reference| reference.id.as_str()).filter(|id| !old.contains(id)).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::issue::EventKind::*;

    fn with(print: std::ops::Range<u32>) -> Scene {
        Scene::new()
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
            "But for dates and numbers the record equals the one of 2024-03-14 (similarity 100 %)."
        );
        assert_eq!(
            with(0..21).fired("2025-07-01", rule)[0].message,
            "95 % of the record's sentences are those of 2024-03-14."
        );
        assert!(with(10..40).fired("2025-07-01", rule).is_empty());
        // Sentences left out make no other record; a few added do.
        assert_eq!(with(0..10).fired("2025-07-01", rule).len(), 1);
        assert!(with(0..30).fired("2025-07-01", rule).is_empty());
    }

    #[test]
    fn two_quiet_years_read_alike() {
        let quiet = |mut reading: Draft| {
            reading.0.fingerprint = (0..20).collect();
            reading.claims(lookback_reading::ClaimKind::NoIssues)
        };
        let world = || Scene::new().record_with("2024-03-14", quiet).record_with("2025-03-14", quiet);
        assert!(world().fired("2025-07-01", "review-hollow").is_empty());
        let came = world().issue("#3", &[("2025-01-10", Opened)]);
        assert_eq!(came.fired("2025-07-01", "review-hollow").len(), 2, "there was something to examine");
    }

    #[test]
    fn a_copy_of_the_record_before_last() {
        let print = |range: std::ops::Range<u32>| {
            move |mut reading: Draft| {
                reading.0.fingerprint = range.collect();
                reading
            }
        };
        let world = Scene::new()
            .record_with("2023-03-14", print(0..20))
            .record_with("2024-03-14", print(50..70))
            .record_with("2025-03-14", print(0..20));
        let fired = world.fired("2025-07-01", "review-hollow");
        assert_eq!(fired.len(), 1);
        assert!(fired[0].message.contains("2023-03-14"), "{}", fired[0].message);
    }

    #[test]
    fn the_same_words_about_other_issues_are_a_note() {
        let like = |id: &'static str| {
            move |mut reading: Draft| {
                reading.0.fingerprint = (0..20).collect();
                reading.names(id)
            }
        };
        let world = Scene::new().record_with("2024-03-14", like("#1")).record_with("2025-03-14", like("#2"));
        let fired = world.fired("2025-07-01", "review-hollow");
        assert_eq!(fired[0].level, crate::model::finding::Level::Note);
        assert!(fired[0].message.ends_with("It names 1 issue that the earlier one does not."), "{}", fired[0].message);
    }

    #[test]
    fn nothing_of_the_period_is_named() {
        let world = Scene::new().issue("#3", &[("2025-01-10", Opened)]).record("2025-03-14");
        assert_eq!(
            world.fired("2025-07-01", "review-hollow")[0].message,
            "The record names none of the 1 issue managed in its period."
        );
    }
}
