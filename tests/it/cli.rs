//! The command line as a user meets it: mistakes, files, pipes, formats.
#![expect(clippy::disallowed_methods, reason = "tests read what was written")]

use std::io::Read as _;
use std::process::Stdio;

use crate::support::{PROCEDURE, Repo, command, lookback, record, run};

fn repository() -> Repo {
    let repo = Repo::new();
    repo.write("docs/security-procedure.md", PROCEDURE).commit("2024-01-10", "Procedure");
    repo
}

#[test]
fn all_mistakes_of_a_configuration_at_once_with_their_places() {
    let repo = repository();
    repo.write(
        "lookback.toml",
        "[cadence]\nwindow = \"twelve\"\nnotice = 3\n\n[rules]\nreview-overdu = \"off\"\nreview-gap = \"fatal\"\n\n[[waiver]]\nrule = \"review-gap\"\nexpires = \"soon\"\n",
    );
    let run = repo.run("check", &[]);
    assert_eq!(run.code, 2);
    for place in ["lookback.toml:2:", "lookback.toml:3:", "lookback.toml:6:", "lookback.toml:7:", "lookback.toml:11:"] {
        assert!(run.err.contains(place), "{place}: {}", run.err);
    }
    for words in ["notice", "review-overdue", "fatal", "soon"] {
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
    assert!(run.out.is_empty());
}

#[test]
fn a_malformed_issue_file_names_row_and_column() {
    let repo = repository();
    repo.write("issues.csv", "id,title,severity,opened\n#2,b,terrible,03/04/2024\n");
    let file = repo.root().join("issues.csv");
    let run = repo.run("check", &["--issues", file.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("row 2") && run.err.contains("opened"), "{}", run.err);
    // Among others it costs itself.
    repo.write("issues.csv", "id,title,severity,opened\n#1,a,high,2024-01-02\n#2,b,terrible,03/04/2024\n");
    let run = repo.run("check", &["--format", "json", "--issues", file.to_str().unwrap()]);
    assert!(run.code != 2 && run.out.contains("row 3, column"), "{}", run.all());
    repo.write("issues.json", "[{\"number\": 1, \"title\": }]");
    let file = repo.root().join("issues.json");
    let run = repo.run("check", &["--issues", file.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("line 1, column 25"), "{}", run.err);
    let run = repo.run("check", &["--issues", "absent.csv"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("absent.csv"), "{}", run.err);
}

#[test]
fn several_formats_in_one_run_each_whole() {
    let repo = repository();
    let place = |name: &str| repo.beside(name).to_str().unwrap().to_owned();
    let (json, markdown) = (place("report.json"), place("report.md"));
    let formats = [format!("json={json}"), format!("markdown={markdown}"), "github".to_owned(), "text".to_owned()];
    let mut arguments = vec!["--as-of", "2025-06-01"];
    for format in &formats {
        arguments.extend(["--format", format]);
    }
    let run = repo.run("check", &arguments);
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(run.out.contains("::error ") && run.out.contains("Constraints"), "{}", run.out);
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    assert_eq!(report["verdict"], "nonconforming");
    assert!(std::fs::read_to_string(&markdown).unwrap().starts_with('#'));
    // A file that cannot be written: an error that names it, and no half of a file.
    let absent = place("no-such-folder/report.json");
    let run = repo.run("check", &["--format", &format!("json={absent}")]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no-such-folder"), "{}", run.err);
    let run = repo.run("check", &["--format", "html5"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("html5") && run.err.contains("json"), "{}", run.err);
}

#[test]
fn the_report_fits_the_schema_that_is_published() {
    let repo = repository();
    let schema = lookback(&["schema", "report"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for day in ["2023-01-01", "2024-06-01", "2026-01-01"] {
        let report = repo.report(day);
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{day}: {errors:?}");
    }
    let reading =
        lookback(&["read", "--format", "json", repo.root().join("docs/security-procedure.md").to_str().unwrap()]);
    let schema = lookback(&["schema", "reading"]).json();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&reading.json()), "{}", reading.out);
}

#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let repo = repository();
    let arguments = ["check", "--repo", repo.path(), "--as-of", "2026-06-01", "-vv"];
    let mut child = command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "the verdict is the same");
    assert_eq!(err, "");
}

#[test]
fn colour_on_a_terminal_only() {
    let repo = repository();
    let colour = |more: &[&str]| {
        let mut arguments = vec!["--as-of", "2026-06-01"];
        arguments.extend(more);
        repo.run("check", &arguments).out.contains('\u{1b}')
    };
    assert!(!colour(&[]), "a pipe is no terminal");
    assert!(colour(&["--color", "always"]));
    assert!(!colour(&["--color", "never"]));
}

#[test]
fn strict_and_quiet() {
    let repo = repository();
    // The first review is due soon: a warning.
    let plain = repo.run("check", &["--as-of", "2025-01-01"]);
    assert_eq!(plain.code, 0, "{}", plain.out);
    let strict = repo.run("check", &["--as-of", "2025-01-01", "--strict", "--format", "json"]);
    assert_eq!((strict.code, strict.json()["exit_code"].as_i64()), (1, Some(1)), "{}", strict.out);
    let quiet = repo.run("check", &["--as-of", "2025-01-01", "-q"]);
    assert!(quiet.out.lines().count() < plain.out.lines().count());
}

#[test]
fn evidence_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evidence.json");
    for text in ["", "{}", "[1", "{\"schema_version\": 999}", "\u{0}"] {
        std::fs::write(&file, text).unwrap();
        let run = lookback(&["check", "--evidence", file.to_str().unwrap()]);
        assert_eq!(run.code, 2, "{text}");
        assert!(run.err.contains("evidence.json") && run.err.contains("lookback collect"), "{}", run.err);
    }
}

#[test]
fn every_rule_and_constraint_is_explained() {
    let all = lookback(&["explain"]);
    assert_eq!(all.code, 0);
    for rule in lookback_core::judge::catalog::ids() {
        assert!(all.out.contains(rule), "{rule}");
        let run = lookback(&["explain", rule]);
        assert!(run.code == 0 && run.out.len() > 200, "{rule}");
    }
    for constraint in ["4.1.6#a", "4.1.8#d"] {
        assert!(lookback(&["explain", constraint]).out.contains(&format!("IEC 81001-5-1 {constraint}")));
    }
    let run = lookback(&["explain", "review-overdu"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("review-overdue"), "{}", run.err);
}

#[test]
fn completions_and_manual() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(lookback(&["completions", shell]).out.contains("lookback"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let mut man = command(&["man", folder.path().to_str().unwrap()]);
    assert_eq!(run(&mut man).code, 0);
    let pages: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(pages.contains(&"lookback.1".to_owned()) && pages.contains(&"lookback-check.1".to_owned()), "{pages:?}");
}

/// A repository with two years of reviews, and faults in the first of them.
fn with_a_history() -> Repo {
    let repo = repository();
    repo.write("issues.csv", "id,title,severity,state,created,closed,labels\n1,Overrun,high,closed,2023-02-01,2023-03-01,security\n2,Leak,high,closed,2024-05-01,2024-06-01,security\n3,Bypass,high,open,2023-05-01,,security\n");
    repo.write("lookback.toml", "[issues]\nfiles = [\"issues.csv\"]\n").commit("2024-01-11", "Issues");
    repo.tag("v1.0.0");
    repo.write("docs/security-review-2025.md", record("2025-01-09", "2024-01-10", "2025-01-08", &[]));
    repo.commit("2025-01-09", "Review");
    repo
}

#[test]
fn a_baseline_waives_what_stands_and_never_what_is_overdue() {
    let repo = with_a_history();
    let terms = ["--reason", "Before QM-117", "--approver", "Jane Doe, QA"];
    let baseline = |more: &[&str]| {
        let mut words = vec!["baseline", "--repo", repo.path()];
        words.extend(terms);
        words.extend(more);
        lookback(&words)
    };
    let on = |day: &str| repo.run("check", &["--as-of", day, "--format", "json"]);
    assert_eq!(on("2025-03-01").code, 1);
    let printed = baseline(&["--as-of", "2025-03-01", "--print"]);
    assert!(printed.code == 0 && printed.out.contains("subject = [\"#2\",\"#3\"]"), "{}", printed.all());
    assert!(!std::fs::read_to_string(repo.root().join("lookback.toml")).unwrap().contains("waiver"));

    let written = baseline(&["--as-of", "2025-03-01"]);
    assert!(written.code == 0 && written.out.contains("in the name of Jane Doe, QA"), "{}", written.all());
    let config = std::fs::read_to_string(repo.root().join("lookback.toml")).unwrap();
    assert!(
        config.starts_with("[issues]\nfiles") && config.contains("[[waiver]]\nrule = \"issue-not-examined\""),
        "{config}"
    );
    let report = on("2025-03-01");
    assert_eq!(report.code, 0, "{}", report.out);
    // A year later the review is overdue, and no baseline helps.
    assert_eq!(on("2026-03-01").code, 1);
    let late = baseline(&["--as-of", "2026-03-01", "--print"]);
    assert!(late.out.contains("Not waived") && late.out.contains("review-overdue"), "{}", late.out);
    assert!(!late.out.contains("rule = \"review-overdue\""), "{}", late.out);

    let long = baseline(&["--expires", "2099-01-01"]);
    assert!(long.code == 2 && long.err.contains("within a year") && long.err.contains("hint:"), "{}", long.err);
    assert_eq!(lookback(&["baseline", "--repo", repo.path(), "--reason", "x"]).code, 2, "somebody answers for it");
}

#[test]
fn issues_that_ended_before_the_team_began_are_left_out_and_counted() {
    let repo = with_a_history();
    let ids = || {
        let report = repo.run("check", &["--as-of", "2025-03-01", "--format", "json"]).json();
        let ids: Vec<String> =
            report["issues"].as_array().unwrap().iter().map(|issue| issue["id"].as_str().unwrap().to_owned()).collect();
        (ids, report["limits"].to_string())
    };
    assert_eq!(ids().0, ["#1", "#2", "#3"]);
    repo.write(
        "lookback.toml",
        "[issues]\nfiles = [\"issues.csv\"]\nsince = 2024-01-01\nsince_reason = \"Old process, QM-117\"\n",
    );
    let (left, limits) = ids();
    assert_eq!(left, ["#2", "#3"], "what was open on that day stays");
    assert!(
        limits.contains("1 security issue that had ended before 2024-01-01") && limits.contains("QM-117"),
        "{limits}"
    );
    repo.write("lookback.toml", "[issues]\nsince = 2024-01-01\n");
    let run = repo.run("check", &[]);
    assert!(run.code == 2 && run.err.contains("lookback.toml:2:") && run.err.contains("since_reason"), "{}", run.err);
}

#[test]
fn what_passes_because_there_is_nothing_says_so() {
    let repo = repository();
    repo.tag("v1.0.0").write("docs/security-review-2025.md", record("2025-01-09", "2024-01-10", "2025-01-08", &[]));
    repo.write("lookback.toml", "[issues]\nsources = [\"history\"]\nsources_reason = \"Commits tell of all.\"\n");
    repo.commit("2025-01-09", "Review");
    let run = repo.run("check", &["--as-of", "2025-03-01"]);
    assert!(run.out.contains("issues examined            nothing to examine in the period"), "{}", run.out);
    let markdown = repo.run("check", &["--as-of", "2025-03-01", "--format", "markdown"]).out;
    assert!(markdown.contains("nothing to examine in the period"), "{markdown}");
}
