//! Which issues count as examined: by the heading above, the words before a list, the clause, the table row.

use lookback_reading::{Reader, Reading};

fn read(text: &str) -> Reading {
    Reader::new(&[], &[]).read("docs/review.md", format!("# Security defect review 2025\n\n{text}\n").as_bytes())
}

/// Ids that count as examined, and those that don't, in order.
fn split(text: &str) -> (Vec<String>, Vec<String>) {
    let (yes, no): (Vec<_>, Vec<_>) =
        read(text).references.into_iter().partition(|reference| reference.examined == Some(true));
    let ids = |references: Vec<lookback_reading::Reference>| references.into_iter().map(|r| r.id).collect();
    (ids(yes), ids(no))
}

#[track_caller]
fn check(text: &str, yes: &[&str], no: &[&str]) {
    let (found_yes, found_no) = split(text);
    assert_eq!((found_yes, found_no), (words(yes), words(no)), "{text}");
}

fn words(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn sections_that_are_out_of_scope() {
    check(
        "## Issues examined\n\n- #1\n- #2\n\n## Not examined\n\n- #3\n\n## Actions\n\n- #4 add tests",
        &["#1", "#2", "#4"],
        &["#3"],
    );
    check("## Untersucht\n\n#1\n\n## Nicht betrachtet\n\n### Werkzeuge\n\n#2", &["#1"], &["#2"]);
    check("## Out of scope\n\n| Issue | Reason |\n|---|---|\n| #7 | other product |", &[], &["#7"]);
}

#[test]
fn words_before_a_list() {
    check(
        "Issues #1 to #3 were examined.\n\nThe following issues were not examined:\n\n- #4\n- #5\n\nIssue #6 was closed.",
        &["#1", "#2", "#3", "#6"],
        &["#4", "#5"],
    );
    check("Nicht untersucht wurden:\n\n- SEC-4\n- SEC-5", &[], &["SEC-4", "SEC-5"]);
}

#[test]
fn clauses_of_a_sentence() {
    check("#1 and #2 were examined; #3 was deferred to the next review.", &["#1", "#2"], &["#3"]);
    check("We examined #1, but #2 was not examined.", &["#1"], &["#2"]);
    check("#1 wurde untersucht, während #2 nicht betrachtet wurde.", &["#1"], &["#2"]);
    check("Nothing was excluded: #1, #2 and #3 were examined.", &["#1", "#2", "#3"], &[]);
    check("Keine Meldung wurde ausgenommen; #1 und #2 wurden geprüft.", &["#1", "#2"], &[]);
}

#[test]
fn rows_of_a_table() {
    check(
        "| Issue | Result |\n|---|---|\n| #1 | fixed |\n| #2 | not examined, other product |\n| [#3](https://github.com/acme/pump/issues/3) | out of scope |",
        &["#1"],
        &["#2", "#3", "acme/pump#3"],
    );
}

#[test]
fn lists_over_line_breaks() {
    check(
        "Examined: #1,\n#2, GH-3,\nacme/pump#4 and\nCVE-2024-1001",
        &["#1", "#2", "#3", "acme/pump#4", "CVE-2024-1001"],
        &[],
    );
    check(
        "Examined: SEC-3..SEC-5, #12–#14 and #20-22",
        &["#12", "#13", "#14", "#20", "#21", "#22", "SEC-3", "SEC-4", "SEC-5"],
        &[],
    );
}
