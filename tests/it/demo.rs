//! The demo shows what it is made to show.

use crate::support::{lookback, rules, run_on};

#[test]
fn the_last_review_has_just_the_gaps_it_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("demo");
    let run = lookback(&["demo", folder.to_str().unwrap(), "--as-of", "2026-11-25"]);
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
