//! The line of time says for every day what a judgement for that day says.
#![expect(clippy::disallowed_methods, reason = "writes a configuration beside the repository")]

use crate::support::{PROCEDURE, Repo, git, lookback, record, run_on};
use chrono::{Days, NaiveDate};
use serde_json::Value;
use std::path::Path;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// The state of a day on a line; nothing before the clock starts.
pub(crate) fn state_on(line: &Value, at: NaiveDate) -> Option<&str> {
    let date = |value: &Value| day(value.as_str().expect("a day"));
    let spans = line.as_array().expect("spans");
    let span = spans.iter().find(|span| date(&span["from"]) <= at && at <= date(&span["to"]))?;
    span["state"].as_str()
}

/// The state that a judgement for a day gives: a first review that was not held by its due date is overdue.
fn judged(root: &Path, at: NaiveDate) -> Option<String> {
    let report = run_on(root, "check", &["--as-of", &at.to_string(), "--format", "json"]).json();
    let cadence = &report["cadence"];
    state_of(cadence["state"].as_str().expect("a state"), cadence["days_left"].as_i64())
}

pub(crate) fn state_of(state: &str, days_left: Option<i64>) -> Option<String> {
    Some(if state == "never" && days_left? < 0 { "overdue" } else { state }.to_owned())
}

/// The same without starting the program anew.
pub(crate) fn judged_here(root: &Path, at: NaiveDate) -> Option<String> {
    let cadence = crate::library::example::judged(root, &at.to_string()).expect("a judgement").cadence;
    state_of(cadence.state.word(), Some(cadence.days_left?))
}

pub(crate) fn timeline(root: &Path, as_of: &str) -> Value {
    run_on(root, "timeline", &["--as-of", as_of, "--format", "json"]).json()
}

fn agrees(root: &Path, line: &Value, days: impl Iterator<Item = NaiveDate>) {
    for at in days {
        assert_eq!(state_on(line, at).map(str::to_owned), judged(root, at), "{at}: {line:#}");
    }
}

#[test]
fn the_demo_day_by_day() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("demo");
    lookback(&["demo", folder.to_str().unwrap(), "--as-of", "2026-11-25"]);
    let line = timeline(&folder, "2026-11-25");
    let sampled: Vec<NaiveDate> = (0..156).map(|n| day("2026-11-25") - Days::new(n * 10 + n % 7)).collect();
    // The same judgement in this process; the command on some of the days.
    for at in &sampled {
        assert_eq!(state_on(&line["on_record"], *at).map(str::to_owned), judged_here(&folder, *at), "{at}: {line:#}");
    }
    agrees(&folder, &line["on_record"], sampled.into_iter().step_by(13));
    let states = ["never", "current", "due-soon", "overdue"];
    for state in states {
        assert!(line["held"].as_array().unwrap().iter().any(|span| span["state"] == state), "{state}: {line:#}");
    }
}

#[test]
fn the_picture_tells_the_same_days() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("demo");
    lookback(&["demo", folder.to_str().unwrap(), "--as-of", "2026-11-25"]);
    let svg = run_on(&folder, "timeline", &["--as-of", "2026-11-25", "--format", "svg"]).out;
    let line = timeline(&folder, "2026-11-25");
    for span in ["held", "on_record"].iter().flat_map(|name| line[*name].as_array().unwrap()) {
        let [state, from, to] = ["state", "from", "to"].map(|key| span[key].as_str().unwrap());
        assert!(svg.contains(&format!("{state} {from} to {to}")), "{span}: {svg}");
    }
    assert!(svg.starts_with("<svg ") && svg.contains("<title>") && svg.matches("<rect").count() > 10, "{svg}");
}

#[test]
fn late_edited_drafted_renamed_and_deleted_records() {
    let repo = Repo::new();
    let held = |on: &str, from: &str| record(on, from, on, &[]);
    repo.write("docs/procedure.md", PROCEDURE).write("src/a.c", "1").commit("2023-01-10", "First");
    repo.tag("v1.0.0");
    repo.write("docs/security-review-2024.md", held("2024-01-10", "2023-01-10")).commit("2024-01-12", "Review");
    // Dated 9 January, committed on 1 March; a draft first.
    let late = held("2025-01-09", "2024-01-11");
    repo.write("docs/security-review-2025.md", format!("---\nstatus: draft\n---\n{late}"))
        .commit("2025-02-10", "Draft");
    repo.write("docs/security-review-2025.md", &late).commit("2025-03-01", "Review");
    git(repo.root(), &["mv", "docs/security-review-2025.md", "docs/periodic-security-review-2025.md"]);
    repo.commit("2025-05-01", "Move it");
    repo.write("docs/procedure.md", PROCEDURE.replace("every 12 months", "every 6 months"))
        .commit("2025-06-01", "Shorter");
    git(repo.root(), &["rm", "-q", "docs/periodic-security-review-2025.md"]);
    repo.commit("2025-09-01", "Delete it");
    let line = timeline(repo.root(), "2025-10-15");
    assert_eq!(state_on(&line["on_record"], day("2025-02-01")), Some("overdue"), "{line:#}");
    assert_eq!(state_on(&line["on_record"], day("2025-03-01")), Some("current"), "{line:#}");
    let days = [
        "2023-01-09",
        "2023-01-10",
        "2023-06-01",
        "2024-01-10",
        "2024-01-11",
        "2024-01-12",
        "2024-11-10",
        "2024-11-11",
        "2025-01-10",
        "2025-01-11",
        "2025-02-09",
        "2025-02-10",
        "2025-02-28",
        "2025-03-01",
        "2025-04-30",
        "2025-05-01",
        "2025-05-31",
        "2025-06-01",
        "2025-07-08",
        "2025-07-09",
        "2025-07-10",
        "2025-08-31",
        "2025-09-01",
        "2025-10-15",
    ];
    agrees(repo.root(), &line["on_record"], days.into_iter().map(day));
}

/// Two years with a review each, and a third that only the work tree holds.
fn two_years() -> Repo {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE).write("src/a.c", "1").commit("2023-01-10", "First");
    repo.tag("v1.0.0");
    for (held, from) in [("2024-01-10", "2023-01-10"), ("2025-01-09", "2024-01-11")] {
        let path = format!("docs/security-review-{}.md", &held[..4]);
        repo.write(&path, record(held, from, held, &[])).commit(held, "Review");
    }
    repo.commit("2025-02-01", "More");
    repo
}

#[test]
fn what_a_clone_does_not_hold_is_unknown_and_said() {
    let repo = two_years();
    let url = format!("file://{}", repo.root().display());
    git(repo.root(), &["config", "uploadpack.allowFilter", "true"]);
    let config = repo.beside("lookback.toml");
    std::fs::write(&config, "[cadence]\nstart = \"2023-01-10\"\n").unwrap();
    let arguments = ["--as-of", "2025-06-01", "--config", config.to_str().unwrap()];
    for filter in ["--depth=1", "--filter=blob:none"] {
        let clone = repo.beside(&filter[2..].replace(':', "-"));
        git(repo.root(), &["clone", "--quiet", "--bare", filter, &url, clone.to_str().unwrap()]);
        let line = run_on(&clone, "timeline", &[&arguments[..], &["--format", "json"]].concat()).json();
        for day in ["2024-06-01", "2025-01-31"].map(day) {
            assert_eq!(state_on(&line["on_record"], day), None, "{filter} {day}: {line:#}");
        }
        let overdue = |line: &Value| line.as_array().unwrap().iter().any(|span| span["state"] == "overdue");
        assert!(!overdue(&line["on_record"]) && !overdue(&line["held"]), "{filter}: {line:#}");
        let text = run_on(&clone, "timeline", &arguments).out;
        assert!(text.contains("unknown") && text.contains("\nNot seen ("), "{filter}: {text}");
        assert!(!text.contains("never overdue"), "{filter}: {text}");
        assert_eq!(state_on(&line["on_record"], day("2025-06-01")).is_some(), filter == "--depth=1", "{line:#}");
    }
}

#[test]
fn what_is_not_committed_counts_from_today_on() {
    let repo = two_years();
    repo.write("docs/security-review-2026.md", record("2026-01-05", "2025-01-10", "2026-01-05", &[]));
    let last = |more: &[&str]| {
        let arguments = [&["--as-of", "2026-02-01", "--format", "json"], more].concat();
        let line = repo.run("timeline", &arguments).json();
        let last = line["on_record"].as_array().unwrap().last().unwrap().clone();
        (last["from"].as_str().unwrap().to_owned(), last["state"].as_str().unwrap().to_owned())
    };
    assert_eq!(last(&[]), ("2026-02-01".to_owned(), "current".to_owned()));
    assert_eq!(last(&["--committed"]), ("2026-01-10".to_owned(), "overdue".to_owned()));
}
