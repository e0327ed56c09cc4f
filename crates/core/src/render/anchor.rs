//! Where a finding shows and how it is known again, for formats that demand both of every entry (SARIF, Code Quality, CSV).
//!
//! Two demands that the report itself does not make: a file for each entry, also for what stands in no file, and an identity
//! that survives moved lines and passing days. Unseen constraints are entries too: a platform that closes what is no longer
//! listed must not take "could not look" for "mended".

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::model::finding::Finding;
use crate::model::report::{ConstraintResult, CountedAs, Report};
use lookback_reading::Location;

/// A finding with its place and identity.
pub(crate) struct Anchored<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Where it shows.
    pub place: Place,
    /// 32 hexadecimal digits, `:` and the how-manieth of this identity, from 1.
    pub id: String,
}

/// A constraint that could not be judged, or not in full.
pub(crate) struct Unseen<'a> {
    /// The constraint.
    pub result: &'a ConstraintResult,
    /// What could not be seen, as one text.
    pub message: String,
    /// Where it shows.
    pub place: Place,
    /// As in [`Anchored`].
    pub id: String,
}

/// The name under which unseen constraints are listed, where a rule's id stands otherwise.
pub(crate) const UNSEEN: &str = "not-assessed";

/// A file of the repository, and a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file, and its lines where the fault has some.
    pub location: Location,
    /// Does it only stand in for a fault that no file holds?
    pub stand_in: bool,
}

/// All findings, waived ones included, in the order of the report.
pub(crate) fn findings(report: &Report) -> Vec<Anchored<'_>> {
    let mut seen = BTreeMap::new();
    let identified = report.findings.iter().map(|finding| {
        let quote = finding.quote.as_ref().map(|quote| words(&quote.text)).unwrap_or_default();
        let id = identity(
            &[finding.rule, &finding.subject, finding.facet.as_deref().unwrap_or_default(), &quote],
            &mut seen,
        );
        Anchored { finding, place: place(report, finding), id }
    });
    identified.collect()
}

/// All constraints that something kept from being judged in full.
pub(crate) fn unseen(report: &Report) -> Vec<Unseen<'_>> {
    let mut seen = BTreeMap::new();
    let stopped = report.constraints.iter().filter(|result| !result.not_assessed.is_empty());
    stopped
        .map(|result| Unseen {
            result,
            message: format!(
                "{} ({}) could not be judged in full: {}",
                result.constraint,
                result.constraint.info().title,
                result.not_assessed.join("; ")
            ),
            place: stand_in(report),
            id: identity(&[UNSEEN, result.constraint.id()], &mut seen),
        })
        .collect()
}

/// Is it a path inside the repository, as every location should be?
pub(crate) fn inside(path: &str) -> bool {
    !path.is_empty() && !path.starts_with(['/', '\\']) && path.split(['/', '\\']).all(|part| part != "..")
}

/// Neither line nor message counts: lines move with every edit, messages hold day counts and titles.
fn identity(parts: &[&str], seen: &mut BTreeMap<String, usize>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut id = String::with_capacity(32);
    for byte in hash.finalize().iter().take(16) {
        // Writing to a String can't fail.
        let _ = write!(id, "{byte:02x}");
    }
    let count = seen.entry(id.clone()).or_default();
    *count += 1;
    format!("{id}:{count}")
}

/// The words of a quote: markup, case and white space may change without a new fault.
fn words(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

fn place(report: &Report, finding: &Finding) -> Place {
    match &finding.location {
        Some(location) if inside(&location.path) => Place { location: location.clone(), stand_in: false },
        _ => {
            let related = finding.related.iter().find_map(|related| related.location.as_ref());
            match related.filter(|location| inside(&location.path)) {
                Some(location) => Place { location: location.clone(), stand_in: true },
                None => stand_in(report),
            }
        }
    }
}

/// The file that a reader would open first: the procedure, the last held review, any other document, else the configuration
/// that would be written next.
fn stand_in(report: &Report) -> Place {
    let procedure = report.documents.iter().find(|document| document.counted_as == Some(CountedAs::Procedure));
    let review = report.reviews.iter().rev().find(|review| review.counted == Some(true));
    let path = procedure
        .map(|document| document.path.as_str())
        .or(review.map(|review| review.path.as_str()))
        .or(report.documents.first().map(|document| document.path.as_str()))
        .filter(|path| inside(path))
        .unwrap_or("lookback.toml");
    Place { location: Location::file(path), stand_in: true }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::render::sample;
    use lookback_reading::one_based;

    fn ids(report: &Report) -> Vec<String> {
        findings(report).into_iter().map(|found| found.id).collect()
    }

    #[test]
    fn moved_lines_new_markup_and_passing_days_keep_the_identity() {
        let before = ids(&sample::report());
        let mut report = sample::report();
        for finding in &mut report.findings {
            finding.message = finding.message.replace("101 days", "102 days");
            if let Some(location) = &mut finding.location {
                location.line = location.line.map(|line| one_based(line.get() as usize + 40));
            }
            if let Some(quote) = &mut finding.quote {
                quote.text = format!("**{}**", quote.text.to_uppercase());
            }
        }
        assert_eq!(ids(&report), before);
    }

    #[test]
    fn another_subject_rule_facet_or_claim_is_another_identity() {
        let changes: [fn(&mut Finding); 4] = [
            |finding| finding.subject = "#13".to_owned(),
            |finding| finding.rule = "review-gap",
            |finding| finding.facet = Some("efficiency".to_owned()),
            |finding| finding.quote.as_mut().unwrap().text.push_str(" in 2024"),
        ];
        let before = ids(&sample::report()).remove(0);
        for change in changes {
            let mut report = sample::report();
            change(&mut report.findings[0]);
            assert_ne!(ids(&report)[0], before);
        }
    }

    #[test]
    fn equal_faults_are_counted_not_merged() {
        let mut report = sample::report();
        let twin = report.findings[0].clone();
        report.findings.insert(1, twin);
        let ids = ids(&report);
        assert!(ids[0].ends_with(":1") && ids[1].ends_with(":2"), "{ids:?}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn a_fault_in_no_file_stands_at_the_best_file() {
        let mut report = sample::report();
        report.findings[0].location = None;
        let place = |report: &Report| {
            let found = findings(report).remove(0).place;
            assert!(found.stand_in);
            found.location.path
        };
        assert_eq!(place(&report), "docs/quality/problem-resolution-review-procedure.md");
        report.documents.retain(|document| document.counted_as != Some(CountedAs::Procedure));
        assert_eq!(place(&report), "docs/quality/SR-2024.md");
        report.reviews.clear();
        report.documents.remove(0);
        assert_eq!(place(&report), "docs/quality/SR-2025.md");
        report.documents.clear();
        assert_eq!(place(&report), "lookback.toml");
        report.findings[0].location = Some(Location::file("/etc/lookback.toml"));
        assert_eq!(place(&report), "lookback.toml");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_place_is_inside_the_repository(words in any::<String>()) {
            let report = sample::poisoned(&words);
            for found in findings(&report) {
                prop_assert!(inside(&found.place.location.path));
            }
            for found in unseen(&report) {
                prop_assert!(inside(&found.place.location.path));
            }
        }
    }
}
