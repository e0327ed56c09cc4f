//! Findings and issues as comma-separated values (RFC 4180, UTF-8, one head row), for spreadsheets and other programs.
//!
//! Cells come from outside and spreadsheets run what looks like a formula: see [`crate::render::escape::cell`].

use std::io::{self, Write};

use chrono::NaiveDate;

use crate::model::report::Report;
use crate::render::anchor;
use crate::render::anchor::UNSEEN;
use crate::render::{escape, words};

/// Head of the findings.
pub(crate) const FINDINGS: [&str; 11] =
    ["rule", "level", "constraint", "subject", "message", "remedy", "path", "line", "column", "waived", "id"];
/// Head of the issues.
pub const ISSUES: [&str; 16] = [
    "id",
    "aliases",
    "title",
    "url",
    "severity",
    "cwe",
    "sources",
    "state",
    "opened",
    "closed",
    "resolution",
    "fix_commits",
    "released_in",
    "released_on",
    "managed",
    "examined",
];

/// Writes one row per finding, waived ones included; then one per constraint that could not be judged in full, with the rule
/// `not-assessed` and the level `undetermined`.
pub fn findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(FINDINGS)?;
    for found in anchor::findings(report) {
        let finding = found.finding;
        let place = finding.location.as_ref();
        let number = |n: Option<std::num::NonZeroU32>| n.map_or_else(String::new, |n| n.to_string());
        table.write_record([
            finding.rule.to_owned(),
            finding.level.word().to_owned(),
            finding.constraint.map_or_else(String::new, |constraint| constraint.id().to_owned()),
            escape::cell(&finding.subject),
            escape::cell(&words::told(finding)),
            escape::cell(&finding.remedy),
            place.map_or_else(String::new, |place| escape::cell(&place.path)),
            number(place.and_then(|place| place.line)),
            number(place.and_then(|place| place.column)),
            finding.waived.as_deref().map_or_else(String::new, escape::cell),
            found.id,
        ])?;
    }
    for unseen in anchor::unseen(report) {
        let constraint = unseen.result.constraint.id();
        let message = escape::cell(&unseen.message);
        table.write_record([
            UNSEEN,
            "undetermined",
            constraint,
            constraint,
            &message,
            "",
            "",
            "",
            "",
            "",
            &unseen.id,
        ])?;
    }
    table.flush()
}

/// Writes one row per issue, in the order of the report. `managed` and `examined` speak of the last held review.
pub fn issues(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(ISSUES)?;
    for result in &report.issues {
        let issue = &result.issue;
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let all = |words: &mut dyn Iterator<Item = &String>| {
            escape::cell(&words.map(String::as_str).collect::<Vec<_>>().join(" "))
        };
        let release = issue.released_in.as_ref();
        table.write_record([
            escape::cell(&issue.id),
            all(&mut issue.aliases.iter()),
            escape::cell(&issue.title),
            issue.url.as_deref().map_or_else(String::new, escape::cell),
            words::severity(issue.severity).to_owned(),
            all(&mut issue.cwe.iter()),
            all(&mut issue.sources.iter()),
            result.state.word().to_owned(),
            day(result.opened),
            day(result.closed),
            issue.resolution.word().to_owned(),
            all(&mut issue.fix_commits.iter()),
            release.map_or_else(String::new, |release| escape::cell(&release.tag)),
            day(release.map(|release| release.date)),
            words::yes(result.managed).to_owned(),
            // A record that covers another period can't be blamed for this issue.
            if result.managed || result.examined { words::yes(result.examined) } else { "" }.to_owned(),
        ])?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::sample;

    fn text(write: fn(&Report, &mut dyn Write) -> io::Result<()>, report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        let findings = text(findings, &sample::report());
        let rows: Vec<_> = findings.lines().collect();
        assert_eq!(rows[0], FINDINGS.join(","));
        insta::assert_snapshot!([rows[4], rows[8], rows[10]].join("\n"), @r##"
        review-overdue,error,4.1.8#d,acme/pump,"the last review was held on 2025-02-03, the next was due on 2026-02-03: 101 days late",hold the review and commit its record; `lookback draft` writes one with the data filled in,docs/quality/SR-2024.md,7,14,,4aecf465be1b222715324c23eb78c7cc:1
        closed-without-resolution,warning,4.1.8#c,#9,"#9 was closed with neither fix, release, advisory, accepted risk nor reason",state in the issue why it was closed,docs/quality/SR-2024.md,,,"duplicate of #7, closed by hand (R. Vogel, until 2026-12-31)",b2fe6c778068c6924c756ca07c0e4aaf:1
        not-assessed,undetermined,4.1.6#b,4.1.6#b,IEC 81001-5-1 4.1.6#b (deployed defects analysed) could not be judged in full: nobody says which issues affect deployed software,,,,,,b357a564be3efe77518ad290227f5be9:1
        "##);
        insta::assert_snapshot!(text(issues, &sample::report()), @r##"
        id,aliases,title,url,severity,cwe,sources,state,opened,closed,resolution,fix_commits,released_in,released_on,managed,examined
        #12,,Service port accepts the default password,https://github.com/acme/pump/issues/12,high,,history issues.json,open,2024-06-03,,none,,,,yes,no
        #15,,Bluetooth pairing without confirmation (審査中),https://github.com/acme/pump/issues/15,low,,history issues.json,open,2025-11-30,,none,,,,no,
        #7,,Update check accepts an expired certificate,https://github.com/acme/pump/issues/7,medium,,history issues.json,closed,2023-12-01,2024-01-18,fixed,,v2.3.0,2024-02-01,yes,yes
        #9,,Log shows the pairing key,https://github.com/acme/pump/issues/9,unrated,,history issues.json,closed,2024-02-11,2024-12-30,none,,,,yes,yes
        CVE-2025-1234,GHSA-2222-3333-4444,Heap overflow in the drug library parser,,critical,CWE-122,history issues.json,closed,2025-01-20,2025-04-02,fixed,0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c,v2.4.1,2025-04-09,yes,no
        "##);
    }

    #[test]
    fn an_undetermined_report_is_not_an_empty_table() {
        let mut report = sample::report();
        report.findings.clear();
        let text = text(findings, &report);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains("not-assessed,undetermined,4.1.6#b"), "{text}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_cell_is_a_formula_and_no_row_a_command(words in prop_oneof![
            "[=+@\t\r-][^\u{0}]{0,20}", Just("\n=1+1".to_owned()), Just("::error::x".to_owned()), any::<String>()
        ]) {
            let report = sample::poisoned(&words);
            for (write, columns) in [(findings as fn(&Report, &mut dyn Write) -> _, 11), (issues, 16)] {
                let text = text(write, &report);
                prop_assert!(!text.contains("##[") && !text.lines().any(|row| row.trim_start().starts_with("::")));
                let mut table = csv::Reader::from_reader(text.as_bytes());
                for row in table.records() {
                    let row = row.unwrap();
                    prop_assert_eq!(row.len(), columns);
                    for cell in &row {
                        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{:?}", cell);
                    }
                }
            }
        }
    }
}
