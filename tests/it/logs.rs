//! A running log of reviews: each entry is as old as the revision that first tells of it, not as the file.

use crate::support::{PROCEDURE, Repo, rules};
use serde_json::Value;

const HEAD: &str =
    "# Security review log\n\nThis log holds the yearly reviews of how security problems were handled.\n\n";

fn entry(heading: &str, from: &str, to: &str, said: &str) -> String {
    format!(
        "## {heading}\n\nPeriod: {from} to {to}\nApproved by: Ines Ortiz, {to}\n\nThe board looked at how every report was handled. {said}\n\n\
         Completeness: complete. Every report was recorded and analysed.\n\nEfficiency: efficient. The targets were met.\n\n\
         Resolution: achieved. Every issue is fixed.\n\n"
    )
}

fn backdated(repo: &Repo) -> Vec<String> {
    let report = repo.report("2026-02-20");
    assert!(report["reviews"].as_array().expect("a list").len() > 1, "{report:#}");
    let findings = report["findings"].as_array().expect("a list").iter();
    let found = findings.filter(|finding| finding["rule"] == "review-backdated");
    found.map(|finding| finding["message"].as_str().expect("a text").to_owned()).collect()
}

fn start() -> Repo {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE).write("src/a.c", "1").commit("2023-01-10", "First");
    repo.tag("v1.0.0");
    repo
}

const LOG: &str = "docs/security-review-log.md";

#[test]
fn an_entry_that_was_added_years_later_is_backdated() {
    let repo = start();
    let first = entry("2024-01-10", "2023-01-10", "2024-01-10", "The gate of the pump was discussed at length.");
    let invented = entry("2025-01-09", "2024-01-11", "2025-01-09", "The journal of alarms was discussed at length.");
    let last = entry("2026-01-08", "2025-01-10", "2026-01-08", "The radio of the pump was discussed at length.");
    repo.write(LOG, format!("{HEAD}{first}")).commit("2024-01-12", "Review");
    // The file changed on time, and told of no review.
    repo.write(LOG, format!("{HEAD}{first}\nPrinted for the archive.\n")).commit("2025-01-15", "Note");
    repo.write(LOG, format!("{HEAD}{first}{invented}{last}")).commit("2026-01-09", "Reviews");
    let found = backdated(&repo);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("dated 2025-01-09") && found[0].contains("on 2026-01-09"), "{found:?}");
}

#[test]
fn entries_that_were_added_in_time_are_not() {
    for heading in ["", "Review of ", "Yearly review, "] {
        let repo = start();
        let mut text = HEAD.to_owned();
        for (held, from, said) in [
            ("2024-01-10", "2023-01-10", "The gate of the pump was discussed at length."),
            ("2025-01-09", "2024-01-11", "The journal of alarms was discussed at length."),
            ("2026-01-08", "2025-01-10", "The radio of the pump was discussed at length."),
        ] {
            text += &entry(&format!("{heading}{held}"), from, held, said);
            repo.write(LOG, &text).commit(held, "Review");
        }
        // Set in another order, and moved.
        repo.write(LOG, text.replace("at length", "in length")).commit("2026-02-01", "Wording");
        assert_eq!(backdated(&repo), [""; 0], "{heading}");
        let report = repo.report("2026-02-20");
        assert!(!stopped(&report), "{heading}: {report:#}");
    }
}

#[test]
fn rows_are_entries_too() {
    let repo = start();
    let head = "# Security review log\n\nThis log holds the yearly reviews of how security problems were handled.\n\n\
                | Date held | Period | Issues examined | Completeness | Efficiency | Resolution | Approved by |\n|---|---|---|---|---|---|---|\n";
    let row = |held: &str, from: &str, id: &str| {
        format!(
            "| {held} | {from} to {held} | {id} | complete, every report was recorded | efficient, the targets were met | achieved, every issue is fixed | Ines Ortiz, {held} |\n"
        )
    };
    let (one, two) = (row("2024-01-10", "2023-01-10", "#11"), row("2025-01-09", "2024-01-11", "#21"));
    let three = row("2026-01-08", "2025-01-10", "#31");
    repo.write(LOG, format!("{head}{one}")).commit("2024-01-12", "Review");
    repo.write(LOG, format!("{head}{one}{two}")).commit("2025-01-10", "Review");
    repo.write(LOG, format!("{head}{one}{two}{three}")).commit("2026-01-09", "Review");
    assert_eq!(backdated(&repo), [""; 0]);
    // The day in another cell of a row is not the day of that row, and a row that is planned is no review.
    let other = start();
    let planned = "| 2025-01-09 | | | | | | |\n";
    let early = one.replace("2023-01-10 to", "2025-01-09, 2023-01-10 to");
    other.write(LOG, format!("{head}{early}")).commit("2024-01-12", "Review");
    other.write(LOG, format!("{head}{early}{planned}")).commit("2024-12-20", "Plan");
    other.write(LOG, format!("{head}{early}{two}{three}")).commit("2026-01-09", "Reviews");
    let found = backdated(&other);
    assert!(found.len() == 1 && found[0].contains("dated 2025-01-09"), "{found:?}");
    let late = row("2024-11-20", "2024-01-11", "#12");
    repo.write(LOG, format!("{head}{one}{late}{two}{three}")).commit("2026-02-01", "One more");
    let found = backdated(&repo);
    assert!(
        found.len() == 1 && found[0].contains("dated 2024-11-20"),
        "{found:?} {:?}",
        rules(&repo.report("2026-02-20"))
    );
}

/// Entries of three years, each committed on its day, below what stands there from the first day on.
fn sound(repo: &Repo, head: &str) -> String {
    let mut text = format!("{HEAD}{head}");
    for (held, from, said) in [
        ("2024-01-10", "2023-01-10", "The gate of the pump was discussed at length."),
        ("2025-01-09", "2024-01-11", "The journal of alarms was discussed at length."),
        ("2026-01-08", "2025-01-10", "The radio of the pump was discussed at length."),
    ] {
        text += &entry(held, from, held, said);
        repo.write(LOG, &text).commit(held, "Review");
    }
    text
}

const SCHEDULES: [&str; 2] = [
    "- 2024-01-10\n- 2025-01-09\n- 2026-01-08\n\n",
    "| Planned for | Room |\n|---|---|\n| 2024-01-10 | A1 |\n| 2025-01-09 | A2 |\n| 2026-01-08 | A3 |\n\n",
];

#[test]
fn a_schedule_dates_no_entry() {
    for schedule in SCHEDULES {
        let repo = start();
        sound(&repo, schedule);
        let report = repo.report("2026-02-20");
        assert_eq!(backdated(&repo), [""; 0], "{schedule}");
        assert!(!stopped(&report), "{schedule}: {report:#}");
        // The day stands there in time, and the review does not.
        let repo = start();
        let first = entry("2024-01-10", "2023-01-10", "2024-01-10", "The gate of the pump was discussed at length.");
        let invented = entry("2025-01-09", "2024-01-11", "2025-01-09", "The journal of alarms was discussed.");
        let last = entry("2026-01-08", "2025-01-10", "2026-01-08", "The radio of the pump was discussed.");
        repo.write(LOG, format!("{HEAD}{schedule}{first}")).commit("2024-01-12", "Review");
        repo.write(LOG, format!("{HEAD}{schedule}{first}\nPrinted.\n")).commit("2025-01-15", "Note");
        repo.write(LOG, format!("{HEAD}{schedule}{first}{invented}{last}")).commit("2026-01-09", "Reviews");
        let found = backdated(&repo);
        assert!(found.len() == 1 && found[0].contains("dated 2025-01-09"), "{schedule}: {found:?}");
    }
}

#[test]
fn what_was_written_before_its_day_is_neither_late_nor_in_time() {
    let repo = start();
    let first = entry("2024-01-10", "2023-01-10", "2024-01-10", "The gate of the pump was discussed at length.");
    let ahead = entry("2025-01-09", "2024-01-11", "2025-01-09", "The journal of alarms was discussed at length.");
    let last = entry("2026-01-08", "2025-01-10", "2026-01-08", "The radio of the pump was discussed at length.");
    repo.write(LOG, format!("{HEAD}{first}")).commit("2024-01-12", "Review");
    repo.write(LOG, format!("{HEAD}{first}{ahead}")).commit("2024-10-12", "Prepare the next one");
    repo.write(LOG, format!("{HEAD}{first}{ahead}{last}")).commit("2026-01-09", "Review");
    assert_eq!(backdated(&repo), [""; 0]);
    let report = repo.report("2026-02-20");
    assert!(stopped(&report), "{report:#}");
}

#[test]
fn what_is_not_read_of_a_log_is_a_limit() {
    let repo = start();
    let first = entry("2024-01-10", "2023-01-10", "2024-01-10", "The gate of the pump was discussed at length.");
    let invented = entry("2025-01-09", "2024-01-11", "2025-01-09", "The journal of alarms was discussed.");
    let last = entry("2026-01-08", "2025-01-10", "2026-01-08", "The radio of the pump was discussed.");
    let padding = "Nothing new was said on this day.\n".repeat(40_000);
    repo.write(LOG, format!("{HEAD}{first}")).commit("2024-01-12", "Review");
    repo.write(LOG, format!("{HEAD}{first}\n{padding}")).commit("2025-01-10", "Note");
    repo.write(LOG, format!("{HEAD}{first}{invented}{last}")).commit("2026-01-09", "Reviews");
    let report = repo.report("2026-02-20");
    let limits = report["limits"].as_array().expect("a list");
    // The last one is where it is looked for, whatever was not read before it.
    let told = limits.iter().any(|limit| limit["what"] == format!("when 1 entry of {LOG} was written"));
    assert!(told && stopped(&report), "{report:#}");
    assert_eq!(backdated(&repo), [""; 0]);
}

/// Is it left open when a record was written?
fn stopped(report: &Value) -> bool {
    let constraints = report["constraints"].as_array().expect("a list").iter();
    let open = constraints.filter_map(|constraint| constraint["not_assessed"].as_array()).flatten();
    open.filter_map(Value::as_str).any(|why| why.contains("does not tell when"))
}
