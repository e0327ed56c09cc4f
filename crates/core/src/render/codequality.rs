//! GitLab Code Quality: one JSON array, in the fields that GitLab documents (`description`, `check_name`, `fingerprint`,
//! `severity`, `location.path`, `location.lines.begin`).
//!
//! The format knows no suppression: waived findings are left out, as GitLab would show them as open.

use std::io::{self, Write};

use serde::Serialize;

use crate::model::finding::Level;
use crate::model::report::Report;
use crate::render::anchor;
use crate::render::anchor::{Place, UNSEEN};
use crate::render::escape;
use crate::render::json::safe::write;
use crate::render::words::{sentence, told};
use lookback_reading::shorten;

/// Characters of one description.
const DESCRIPTION: usize = 2_000;

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Where,
}

#[derive(Serialize)]
struct Where {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes standing findings, then constraints that could not be judged in full. Errors are `critical`, warnings `minor`, notes
/// `info`; what could not be judged is `major`.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut entries: Vec<Entry> = Vec::new();
    for found in anchor::findings(report).into_iter().filter(|found| found.finding.waived.is_none()) {
        let severity = match found.finding.level {
            Level::Error => "critical",
            Level::Warning => "minor",
            Level::Note => "info",
        };
        let text = format!("{} {}", sentence(&told(found.finding)), sentence(&found.finding.remedy));
        entries.push(entry(found.finding.rule, severity, &text, found.place, found.id));
    }
    for unseen in anchor::unseen(report) {
        entries.push(entry(UNSEEN, "major", &sentence(&unseen.message), unseen.place, unseen.id));
    }
    write(&entries, out)
}

fn entry(check_name: &'static str, severity: &'static str, text: &str, place: Place, fingerprint: String) -> Entry {
    let note = if place.stand_in { " (In no file; shown here.)" } else { "" };
    let begin = place.location.line.map_or(1, std::num::NonZeroU32::get);
    Entry {
        description: format!("{}{note}", shorten(&escape::line(text), DESCRIPTION)),
        check_name,
        fingerprint,
        severity,
        location: Where { path: place.location.path, lines: Lines { begin } },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::render::sample;

    fn entries(report: &Report) -> Vec<Value> {
        let mut out = Vec::new();
        render(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn the_sample() {
        let entries = entries(&sample::report());
        insta::assert_snapshot!(format!("{:#}", Value::Array([entries[3].clone(), entries[8].clone()].into())), @r##"
        [
          {
            "check_name": "review-overdue",
            "description": "The last review was held on 2025-02-03, the next was due on 2026-02-03: 101 days late. Hold the review and commit its record; `lookback draft` writes one with the data filled in.",
            "fingerprint": "4aecf465be1b222715324c23eb78c7cc:1",
            "location": {
              "lines": {
                "begin": 7
              },
              "path": "docs/quality/SR-2024.md"
            },
            "severity": "critical"
          },
          {
            "check_name": "not-assessed",
            "description": "IEC 81001-5-1 4.1.6#b (deployed defects analysed) could not be judged in full: nobody says which issues affect deployed software. (In no file; shown here.)",
            "fingerprint": "b357a564be3efe77518ad290227f5be9:1",
            "location": {
              "lines": {
                "begin": 1
              },
              "path": "docs/quality/problem-resolution-review-procedure.md"
            },
            "severity": "major"
          }
        ]
        "##);
        let waived = entries.iter().any(|entry| entry["check_name"] == "closed-without-resolution");
        assert!(!waived, "GitLab cannot show a waiver");
        let ids: BTreeSet<_> = entries.iter().map(|entry| entry["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), entries.len());
    }

    #[test]
    fn conforming_is_an_empty_list_and_undetermined_is_not() {
        let mut report = sample::report();
        report.findings.clear();
        assert_eq!(entries(&report).len(), 1);
        report.constraints.iter_mut().for_each(|result| result.not_assessed.clear());
        assert!(entries(&report).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_words_stay_in_their_fields(words in any::<String>()) {
            for entry in entries(&sample::poisoned(&words)) {
                prop_assert!(!entry["location"]["path"].as_str().unwrap().is_empty());
                prop_assert!(entry["location"]["lines"]["begin"].as_u64().unwrap() > 0);
                prop_assert!(!entry["description"].as_str().unwrap().chars().any(char::is_control));
            }
        }
    }
}
