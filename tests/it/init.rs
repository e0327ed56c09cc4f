//! What `init` writes is all that a new repository needs: with its names filled in, and nothing else, it conforms so far.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "fills in a form as people do")]

use std::path::Path;

use crate::support::{Repo, Run, lookback, rules};

const PROCEDURE: &str = "docs/security-review-procedure.md";
const ACTION: &str = "acme/lookback@0123456789abcdef0123456789abcdef01234567";

/// A repository with a commit of today's and a release, and what `init` wrote into it.
fn started(more: &[&str]) -> (Repo, Run) {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit(&today(), "First");
    repo.tag("v1.0.0");
    let run = lookback(&[&["init", "--repo", repo.path(), "--action", ACTION], more].concat());
    assert_eq!(run.code, 0, "{}", run.all());
    (repo, run)
}

fn today() -> String {
    chrono::Utc::now().date_naive().to_string()
}

/// Puts a name into each place of the head that asks for one.
fn filled_in(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let names = ["Robin Meyer", "Dr. Anna Weber"];
    let mut at = 0;
    let filled: String = text
        .lines()
        .map(|line| match line.split_once('[') {
            Some((head, rest)) if line.starts_with("| ") => {
                at += 1;
                format!("{head}{}{}\n", names[at - 1], rest.split_once(']').unwrap().1)
            }
            _ => format!("{line}\n"),
        })
        .collect();
    assert_eq!(at, 2, "{text}");
    std::fs::write(path, filled).unwrap();
}

#[test]
fn with_its_names_filled_in_a_new_repository_conforms_so_far() {
    for language in ["en", "de"] {
        let (repo, run) = started(&["--lang", language]);
        assert!(run.out.contains(&format!("put the names of owner and approver into {PROCEDURE}")), "{}", run.out);
        repo.commit(&today(), "What init wrote");
        // Nobody answers for it yet.
        let report = repo.run("check", &["--offline", "--format", "json"]).json();
        assert_eq!(report["verdict"], "undetermined", "{language}: {report:#}");
        let remedies = report["findings"].as_array().unwrap().iter().map(|finding| finding["remedy"].as_str().unwrap());
        for remedy in remedies {
            let name = if language == "en" { "[Name of the approver]" } else { "[Name der freigebenden Person]" };
            assert!(remedy.starts_with("Fill in what is left open: ") && remedy.contains(name), "{language}: {remedy}");
        }
        // What only bears on what is not due is no step yet.
        let said = repo.run("check", &["--offline"]).out;
        assert!(
            said.contains(&format!("Next: fill in the names that {PROCEDURE}:9 leaves open")),
            "{language}: {said}"
        );
        let path = repo.root().join(PROCEDURE);
        let read = lookback(&["read", path.to_str().unwrap()]).out;
        assert!(read.contains("Owner: R. Meyer") && !read.contains("Status: effective"), "{language}: {read}");
        filled_in(&path);
        repo.commit(&today(), "Names");
        let run = repo.run("check", &["--offline"]);
        assert_eq!(run.code, 0, "{language}: {}", run.all());
        assert!(run.out.contains("conforms so far, first review due"), "{language}: {}", run.out);
        let report = repo.run("check", &["--offline", "--format", "json"]).json();
        assert!(rules(&report).is_empty(), "{language}: {report:#}");
        // The form is one, and counts as nothing.
        let form = lookback(&[
            "read",
            "--format",
            "json",
            repo.root().join("docs/templates/security-review-form.md").to_str().unwrap(),
        ]);
        assert_eq!(form.json()[0]["kind"], "template", "{language}: {}", form.out);
    }
}

#[test]
fn beside_what_is_there_in_a_subfolder_and_in_an_empty_repository() {
    let repo = Repo::new();
    repo.write("lookback.toml", "[issues]\nfiles = []\n").write("src/deep/a.c", "1");
    let deep = repo.root().join("src/deep");
    let run = lookback(&["init", "--repo", deep.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(run.out.contains("kept lookback.toml, which was there"), "{}", run.out);
    assert_eq!(std::fs::read_to_string(repo.root().join("lookback.toml")).unwrap(), "[issues]\nfiles = []\n");
    assert!(repo.root().join(PROCEDURE).exists() && !deep.join("docs").exists());
    // A program built from source knows no action, and writes no place to be filled in.
    assert!(run.out.contains("--action OWNER/NAME@COMMIT"), "{}", run.out);
    assert!(!repo.root().join(".github").exists());
    let again = lookback(&["init", "--repo", repo.path()]);
    assert_eq!(again.code, 2, "{}", again.all());
    assert!(again.err.contains("are already there"), "{}", again.err);
}

#[test]
fn outside_git_it_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let run = lookback(&["init", "--repo", folder.path().to_str().unwrap()]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(run.err.contains("is in no Git repository; run `git init` there first"), "{}", run.err);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
