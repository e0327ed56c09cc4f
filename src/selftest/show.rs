//! The record of a self-test: a table for the terminal, JSON, and Markdown to be signed and filed.

use std::io::{self, Write};

use crate::selftest::record::SelfTestRecord;
use lookback_core::render::escape;
use lookback_core::render::escape::markdown as inert;
use lookback_core::render::json::safe;
use lookback_core::render::layout::columns;
use lookback_reading::count;

/// Writes a table with one line per scenario; where a result differs, what was expected and observed.
pub(crate) fn text(record: &SelfTestRecord, out: &mut dyn Write) -> io::Result<()> {
    for (name, value) in head(record) {
        writeln!(out, "{name}: {}", escape::line(&value))?;
    }
    writeln!(out)?;
    let mut rows = vec![["scenario", "requirement", "result", "expected"].map(str::to_owned).to_vec()];
    rows.extend(
        record
            .rows
            .iter()
            .map(|row| [row.id, row.requirement, word(row.passed), &row.expected].map(escape::line).to_vec()),
    );
    for line in columns(&rows, &[]) {
        writeln!(out, "{line}")?;
    }
    for row in record.rows.iter().filter(|row| !row.passed) {
        writeln!(out, "\n{}: {}", row.id, row.title)?;
        writeln!(out, "  expected: {}\n  observed: {}", row.expected, escape::line(&row.observed))?;
    }
    writeln!(out, "\n{}", conclusion(record))
}

/// Writes the record as JSON.
pub(crate) fn json(record: &SelfTestRecord, out: &mut dyn Write) -> io::Result<()> {
    safe::write(record, out)
}

/// Writes the record as a document with room for signatures.
pub(crate) fn markdown(record: &SelfTestRecord, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Self-test of {} {}\n\n| Field | Value |\n|---|---|", record.tool, record.version)?;
    for (name, value) in head(record) {
        writeln!(out, "| {name} | {} |", inert(&value))?;
    }
    writeln!(
        out,
        "\nEach scenario is a Git repository with a known history. It is run through the command line and compared with the result \
         that follows from the requirement; also compared are a second run, a run from stored evidence, and all output formats.\n\n\
         | Scenario | Requirement | What happens | Expected | Observed | Result |\n|---|---|---|---|---|---|"
    )?;
    for row in &record.rows {
        let observed = if row.passed { "as expected".to_owned() } else { inert(&row.observed) };
        writeln!(
            out,
            "| {} | {} | {} | {} | {observed} | {} |",
            row.id,
            inert(row.requirement),
            inert(row.title),
            inert(&row.expected),
            word(row.passed)
        )?;
    }
    writeln!(
        out,
        "\n**{}**\n\n| | Name | Date | Signature |\n|---|---|---|---|\n| Executed by | | | |\n| Reviewed by | | | |",
        conclusion(record)
    )
}

/// The final line.
pub(crate) fn conclusion(record: &SelfTestRecord) -> String {
    let failed = record.rows.iter().filter(|row| !row.passed).count();
    if failed == 0 {
        format!("Passed: all {} gave the expected result.", count(record.rows.len(), "scenario"))
    } else {
        format!("FAILED: {failed} of {} gave another result.", count(record.rows.len(), "scenario"))
    }
}

pub(crate) fn head(record: &SelfTestRecord) -> [(&'static str, String); 4] {
    let executable = record.executable_sha256.clone().unwrap_or_else(|| "could not be read".to_owned());
    [
        ("Tool", format!("{} {}", record.tool, record.version)),
        ("Executable (SHA-256)", executable),
        ("Platform", record.platform.clone()),
        ("Date", record.date.to_string()),
    ]
}

pub(crate) fn word(passed: bool) -> &'static str {
    if passed { "pass" } else { "FAIL" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selftest::record::Row;

    fn record(observed: &str) -> SelfTestRecord {
        let row = |id, observed: &str| Row {
            id,
            requirement: "4.1.8#d",
            title: "the day after the due date is overdue",
            expected: "nonconforming (1), overdue".to_owned(),
            observed: observed.to_owned(),
            passed: observed == "nonconforming (1), overdue",
        };
        let rows = vec![row("overdue", "nonconforming (1), overdue"), row("other", observed)];
        SelfTestRecord {
            tool: "Lookback",
            version: "1.2.3",
            executable_sha256: Some("c0ffee".to_owned()),
            platform: "linux x86_64".to_owned(),
            date: "2026-11-24".parse().unwrap(),
            passed: rows.iter().all(|row| row.passed),
            rows,
        }
    }

    fn shown(write: fn(&SelfTestRecord, &mut dyn Write) -> io::Result<()>, record: &SelfTestRecord) -> String {
        let mut out = Vec::new();
        write(record, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_failure_is_told_in_full_and_in_the_last_line() {
        insta::assert_snapshot!(shown(text, &record("conforms (0), current\u{1b}[2J")), @r##"
        Tool: Lookback 1.2.3
        Executable (SHA-256): c0ffee
        Platform: linux x86_64
        Date: 2026-11-24

        scenario  requirement  result  expected
        overdue   4.1.8#d      pass    nonconforming (1), overdue
        other     4.1.8#d      FAIL    nonconforming (1), overdue

        other: the day after the due date is overdue
          expected: nonconforming (1), overdue
          observed: conforms (0), current␛[2J

        FAILED: 1 of 2 scenarios gave another result.
        "##);
        assert!(
            shown(text, &record("nonconforming (1), overdue"))
                .ends_with("Passed: all 2 scenarios gave the expected result.\n")
        );
    }

    #[test]
    fn the_document_has_room_for_signatures() {
        let text = shown(markdown, &record("a | b"));
        assert!(text.contains("| a &#124; b | FAIL |") && text.contains("| Executed by | | | |"), "{text}");
    }

    #[test]
    fn the_json_names_build_and_platform() {
        let value: serde_json::Value = serde_json::from_str(&shown(json, &record("x"))).unwrap();
        assert_eq!(value["executable_sha256"], "c0ffee");
        assert_eq!((&value["passed"], &value["rows"][0]["passed"]), (&false.into(), &true.into()));
    }
}
