//! The demo shows what it is made to show.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![expect(clippy::disallowed_methods, reason = "tests edit the record")]

use std::path::Path;

use crate::support::{Run, lookback, rules, run_on};

/// Changes the record as the demo says: `line N, write below it:` and what to write, indented.
fn mend(folder: &Path, run: &Run) {
    let (_, told) = run.out.split_once("with these lines of\n").unwrap();
    let (record, told) = told.split_once(",\n").unwrap();
    let path = folder.join(record);
    let mut lines: Vec<String> = std::fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
    let mut mended = 0;
    for part in told.split("\n  line ").skip(1) {
        let (head, text) = part.split_once(":\n").unwrap();
        let (number, how) = head.split_once(", ").unwrap();
        let text = text.lines().map_while(|line| line.strip_prefix("    ")).map(str::to_owned);
        let at: usize = number.parse().unwrap();
        lines.splice(if how == "write instead" { at - 1..at } else { at..at }, text.collect::<Vec<_>>());
        mended += 1;
    }
    assert_eq!(mended, 4, "{told}");
    std::fs::write(path, lines.join("\n") + "\n").unwrap();
}

#[test]
fn the_lines_that_it_names_turn_it_green() {
    for language in [None, Some("--german")] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("demo");
        let arguments = ["demo", folder.to_str().unwrap(), "--as-of", "2026-11-25"];
        let run = lookback(&arguments.into_iter().chain(language).collect::<Vec<_>>());
        let judged = || run_on(&folder, "check", &["--as-of", "2026-11-25", "--format", "json"]);
        assert_eq!(judged().code, 1);
        mend(&folder, &run);
        let report = judged();
        assert_eq!(report.code, 0, "{language:?}: {}", report.out);
        assert_eq!(report.json()["verdict"], "conforms");
    }
}

#[test]
fn the_last_review_has_just_the_gaps_it_was_made_with() {
    for language in [None, Some("--german")] {
        the_gaps(language);
    }
}

fn the_gaps(language: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("demo");
    let arguments = ["demo", folder.to_str().unwrap(), "--as-of", "2026-11-25"];
    let run = lookback(&arguments.into_iter().chain(language).collect::<Vec<_>>());
    assert_eq!(run.code, 0, "{}", run.all());
    let report = run_on(&folder, "check", &["--as-of", "2026-11-25", "--format", "json"]).json();
    assert_eq!(
        rules(&report),
        [
            "error assessment-missing",
            "error conclusion-contradicted",
            "error deployed-defects-not-analysed",
            "error issue-not-examined",
            "error issue-not-examined",
            "note defect-recurred",
            "note target-missed",
            "note target-missed",
            "warning action-not-followed-up",
            "warning action-unproven",
            "warning action-untracked",
            "warning closed-without-resolution",
            "warning review-due-soon",
            "warning review-gap",
        ]
    );
    assert_eq!(report["coverage"]["missing"], serde_json::json!(["#14", "#18"]));
    assert_eq!(report["coverage"]["balance"]["open_end"], 1);
    assert_eq!(report["reviews"].as_array().unwrap().iter().filter(|review| review["counted"] == true).count(), 3);

    // A month after the second review nothing is wrong but the hole before it.
    let earlier = run_on(&folder, "check", &["--as-of", "2025-02-09", "--format", "json"]);
    assert_eq!(earlier.json()["verdict"], "conforms", "{}", earlier.out);
    assert_eq!(rules(&earlier.json()), ["note target-missed", "warning review-gap"]);

    // The commands it names work.
    for line in run.out.lines().filter(|line| line.starts_with("  lookback ")) {
        let arguments: Vec<&str> = line.split_whitespace().skip(1).collect();
        let run = lookback(&arguments);
        assert!(run.code == 0 || run.code == 1, "{line}: {}", run.all());
        assert!(!run.out.is_empty(), "{line}");
    }
}
