//! The command line as a user meets it: mistakes, files, pipes, formats.
#![expect(clippy::disallowed_methods, reason = "tests read what was written")]

use std::io::Read as _;
use std::process::Stdio;

use crate::support::{PROCEDURE, Repo, command, lookback, run};

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
