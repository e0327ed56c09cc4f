//! No template and none of the hard cases of the labelled documents counts as a review that was held. The documents lie
//! beside the repository; without them the test says so and ends.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test that reads files")]

use std::path::{Path, PathBuf};

use lookback_reading::{Constraint, Reader, Reading};
use serde_json::Value;

/// Skeleton, simulated, absent, planned, empty, pending, deployed defects that are not about security, product features.
const NOT_HELD: [u64; 13] = [23, 48, 63, 67, 73, 74, 84, 122, 124, 151, 174, 177, 188];

/// Procedures whose cadence is longer than a year.
const TOO_SELDOM: [u64; 2] = [112, 172];

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if folder.join("manifest.jsonl").is_file() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not here", folder.display());
    None
}

fn documents(folder: &Path) -> Vec<(Value, Reading)> {
    let text = |value: &Value| value.as_str().map_or_else(|| panic!("no text: {value}"), str::to_owned);
    let reader = Reader::new(&[], &[]);
    let Ok(manifest) = std::fs::read_to_string(folder.join("manifest.jsonl")) else { panic!("no manifest") };
    let read = |line: &str| {
        let label: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let file = folder.join(text(&label["file"]));
        let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let reading = reader.read(&text(&label["path"]), &bytes);
        (label, reading)
    };
    manifest.lines().map(read).collect()
}

#[test]
fn templates_and_hard_cases_are_no_held_reviews() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for (label, reading) in documents(&folder) {
        let id = label["id"].as_u64().unwrap_or_default();
        let met = |constraint| reading.constraints[&constraint].met();
        let held =
            reading.content_match.is_proven() || met(Constraint::IssuesExamined) || met(Constraint::ProcessAssessed);
        if (label["kind"] == "template" || NOT_HELD.contains(&id)) && held {
            wrong.push(format!("{id} {} counts as held", label["path"]));
        }
        if TOO_SELDOM.contains(&id) && met(Constraint::HeldAnnually) {
            wrong.push(format!("{id} {} counts as yearly", label["path"]));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
