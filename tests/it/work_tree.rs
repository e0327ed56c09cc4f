//! What is judged: the work tree where people work, the index for a hook, the commit in CI.
#![expect(clippy::disallowed_methods, reason = "tests change what is checked out")]

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{PROCEDURE, Repo, command, git, record, rules, run, run_on};

const RECORD: &str = "docs/reviews/security-review-2025.md";
const DAY: &str = "2025-06-01";
const HISTORY_ALONE: &str = "[issues]\nsources = [\"history\"]\nsources_reason = \"Commits name each.\"\n";

/// A procedure, a release with one fix, and the review that examined it.
fn conforming() -> Repo {
    let repo = Repo::new();
    repo.write("lookback.toml", HISTORY_ALONE);
    repo.write("docs/security-procedure.md", PROCEDURE).commit("2024-01-10", "Procedure");
    repo.write("src/a.c", "1").commit("2024-12-10", "Parser checks length\n\nFixes CVE-2024-2222");
    repo.tag("v1.0.0");
    repo.write(RECORD, review(&["CVE-2024-2222"])).commit("2025-02-21", "Review");
    repo
}

fn review(issues: &[&str]) -> String {
    record("2025-02-20", "2024-01-10", "2025-02-18", issues)
}

/// The report of the state that the flags choose, with its first line as text.
fn judged(root: &Path, flags: &[&str], env: &[(&str, &str)]) -> (Value, String) {
    let report = |format: &str| {
        let mut arguments = vec!["check", "--repo", root.to_str().expect("UTF-8"), "--as-of", DAY, "--format", format];
        arguments.extend(flags);
        run(command(&arguments).env("COLUMNS", "200").envs(env.iter().copied()))
    };
    (report("json").json(), report("text").out.lines().next().unwrap_or_default().to_owned())
}

fn says(report: &Value, rule: &str) -> bool {
    rules(report).iter().any(|found| found.ends_with(&format!(" {rule}")))
}

#[test]
fn an_edited_record_is_judged_and_marked() {
    let repo = conforming();
    let (clean, first) = judged(repo.root(), &[], &[]);
    assert_eq!(clean["verdict"], "conforms", "{clean:#}");
    assert!(first.ends_with("conforms"), "{first}");

    repo.write(RECORD, review(&[]));
    let (report, first) = judged(repo.root(), &[], &[]);
    assert!(first.ends_with("(judged: the work tree, 1 file not committed)"), "{first}");
    assert_eq!(report["subject"]["uncommitted"], json!([RECORD]));
    let found = report["findings"].as_array().unwrap();
    let finding = found.iter().find(|finding| finding["rule"] == "issue-not-examined").unwrap();
    assert_eq!((&finding["uncommitted"], &finding["location"]["path"]), (&json!(true), &json!(RECORD)));
    for (format, mark) in [("text", "review-2025.md:12:19 (not committed)"), ("markdown", "</code> (not committed)")] {
        let run = repo.run("check", &["--as-of", DAY, "--format", format]);
        assert!(run.out.contains(mark) && run.out.contains("1 file not committed"), "{}", run.out);
    }
    for format in ["sarif", "junit", "codequality", "csv", "github"] {
        let run = repo.run("check", &["--as-of", DAY, "--format", format]);
        assert!(run.out.contains("(not committed)"), "{format}: {}", run.out);
    }
    // The finding moves with the line.
    repo.write(RECORD, format!("\n\n{}", review(&[])));
    let moved = judged(repo.root(), &[], &[]).0;
    let moved = moved["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "issue-not-examined").cloned();
    assert_eq!(moved.unwrap()["location"]["line"], finding["location"]["line"].as_u64().unwrap() + 2);
}

#[test]
fn a_clean_tree_gives_the_report_of_the_commit() {
    let repo = conforming();
    for format in ["text", "json", "markdown", "sarif", "csv"] {
        let of = |flag: &str| repo.run("check", &["--as-of", DAY, flag, "-v", "--format", format]).out;
        let commit = of("--committed");
        assert_eq!(of("--work-tree"), commit, "{format}");
        assert_eq!(of("--staged"), commit, "{format}");
    }
}

#[test]
fn what_git_does_not_know_yet_counts_as_of_today() {
    let repo = Repo::new();
    repo.write("docs/security-procedure.md", PROCEDURE)
        .write(".gitignore", "drafts/\n")
        .commit("2024-01-10", "Procedure");
    repo.write("src/a.c", "1").commit("2024-12-10", "Parser checks length\n\nFixes CVE-2024-2222");
    repo.tag("v1.0.0");
    assert_eq!(repo.report(DAY)["reviews"], json!([]));
    repo.write("drafts/security-review-2025.md", review(&["CVE-2024-2222"]));
    assert_eq!(repo.report(DAY)["reviews"], json!([]), "ignored by Git");
    repo.write(RECORD, review(&["CVE-2024-2222"]));
    let report = repo.report(DAY);
    assert_eq!(report["subject"]["uncommitted"], json!([RECORD]));
    assert_eq!(report["reviews"][0]["counted"], true, "{report:#}");
    // 101 days after the review.
    assert!(says(&report, "review-backdated"), "{:?}", rules(&report));
    let text = repo.run("check", &["--as-of", DAY]).out;
    assert!(text.contains("later, on 2025-06-01 (not committed)"), "{text}");
}

#[test]
fn what_is_deleted_is_gone_and_what_is_renamed_keeps_its_history() {
    let repo = conforming();
    std::fs::create_dir(repo.root().join("quality")).unwrap();
    std::fs::rename(repo.root().join(RECORD), repo.root().join("quality/security-review-2025.md")).unwrap();
    let report = repo.report(DAY);
    assert_eq!(report["verdict"], "conforms", "{report:#}");
    assert_eq!(report["subject"]["uncommitted"], json!([RECORD, "quality/security-review-2025.md"]));
    assert!(!says(&report, "review-backdated"), "{:?}", rules(&report));
    std::fs::remove_file(repo.root().join("quality/security-review-2025.md")).unwrap();
    let report = repo.report(DAY);
    assert_eq!((&report["reviews"], &report["cadence"]["state"]), (&json!([]), &json!("never")));
}

#[test]
fn the_index_is_what_a_hook_judges() {
    let repo = conforming();
    repo.write(RECORD, review(&[]));
    let verdict = |flags: &[&str], env: &[(&str, &str)]| {
        let (report, first) = judged(repo.root(), flags, env);
        (
            report["verdict"].as_str().unwrap().to_owned(),
            first.split_once("judged: ").map(|(_, said)| said.to_owned()).unwrap_or_default(),
        )
    };
    let bad = || "nonconforming".to_owned();
    assert_eq!(
        verdict(&["--staged"], &[]),
        ("conforms".into(), "the commit, 1 changed file was not looked at)".into())
    );
    git(repo.root(), &["add", "."]);
    assert_eq!(verdict(&["--staged"], &[]), (bad(), "the index, 1 file not committed)".into()));
    repo.write(RECORD, review(&["CVE-2024-2222"]));
    let (found, said) = verdict(&["--staged"], &[]);
    assert_eq!((found, said.contains("1 changed file was not looked at")), (bad(), true), "what was staged: {said}");
    // `git commit -a` hands the hook another index.
    let other = repo.root().join(".git/other-index");
    std::fs::copy(repo.root().join(".git/index"), &other).unwrap();
    git(repo.root(), &["reset", "--quiet"]);
    assert_eq!(verdict(&["--staged"], &[]).0, "conforms");
    let mut hook = command(&["check", "--staged", "--as-of", DAY]);
    let hook = run(hook.current_dir(repo.root()).env("GIT_INDEX_FILE", ".git/other-index"));
    assert_eq!(hook.code, 1, "{}", hook.all());
    // The configuration comes from the index too.
    repo.write("lookback.toml", "[cadence]\nwindow = \"3 centuries\"\n");
    assert_eq!(repo.run("check", &["--as-of", DAY, "--staged"]).code, 0);
    git(repo.root(), &["add", "lookback.toml"]);
    assert_eq!(repo.run("check", &["--as-of", DAY, "--staged"]).code, 2);
}

#[test]
fn in_ci_the_commit_is_judged_and_what_was_left_out_is_said() {
    let repo = conforming();
    repo.write(RECORD, review(&[])).write("docs/notes.md", "New.").write("src/a.c", "changed");
    let left = "(judged: the commit, 2 changed files were not looked at)";
    for env in [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITLAB_CI", "true"),
        ("TF_BUILD", "True"),
        ("JENKINS_URL", "https://ci.acme.example"),
        ("BITBUCKET_BUILD_NUMBER", "7"),
        ("TEAMCITY_VERSION", "2026.1"),
    ] {
        let (report, first) = judged(repo.root(), &["--offline"], &[env]);
        assert_eq!(
            (&report["verdict"], &report["subject"]["uncommitted"]),
            (&json!("conforms"), &json!([])),
            "{env:?}"
        );
        assert!(first.ends_with(left), "{first}");
    }
    assert!(judged(repo.root(), &["--committed"], &[]).1.ends_with(left));
    assert_eq!(judged(repo.root(), &["--work-tree"], &[("CI", "true")]).0["verdict"], "nonconforming");
    assert_eq!(judged(repo.root(), &[], &[("CI", "false")]).0["verdict"], "nonconforming");
    assert_eq!(judged(repo.root(), &["--rev", "HEAD"], &[]).0["verdict"], "conforms");
    assert_eq!(
        repo.run("check", &["--as-of", "2025-02-20", "--format", "json"]).json()["subject"]["uncommitted"],
        json!([])
    );
}

#[test]
fn issue_files_of_the_configuration_come_from_what_is_judged() {
    let repo = conforming();
    repo.write("lookback.toml", "[issues]\nfiles = [\"issues.csv\"]\n").commit("2025-02-22", "Configuration");
    let rows = "id,title,state,created,closed,labels\nSEC-7,Default password,open,2024-05-01,,security\n";
    repo.write("issues.csv", rows);
    let report = repo.report(DAY);
    assert!(says(&report, "issue-not-examined"), "{report:#}");
    assert_eq!(report["subject"]["uncommitted"], json!(["issues.csv"]));
    let run = repo.run("check", &["--as-of", DAY, "--committed"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("issues.csv") && run.err.contains("name it with --issues"), "{}", run.err);
    let named = repo.root().join("issues.csv");
    git(repo.root(), &["rm", "--quiet", "lookback.toml"]);
    repo.commit("2025-02-23", "No configuration");
    git(repo.root(), &["rm", "--quiet", "--cached", "issues.csv"]);
    let run = repo.run("check", &["--as-of", DAY, "--committed", "--issues", named.to_str().unwrap()]);
    assert_eq!(run.code, 1, "{}", run.all());
    // One that nobody would look at is an error, and no default.
    repo.write("lookback.toml", "");
    let run = repo.run("check", &["--as-of", DAY, "--committed"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--config lookback.toml"), "{}", run.err);
}

#[test]
fn the_flags_exclude_each_other() {
    let repo = conforming();
    let pairs = [
        ["--work-tree", "--staged"],
        ["--work-tree", "--committed"],
        ["--staged", "--committed"],
        ["--work-tree", "--rev=HEAD"],
        ["--staged", "--rev=HEAD"],
        ["--staged", "--evidence=x.json"],
        ["--committed", "--evidence=x.json"],
    ];
    for pair in pairs {
        assert_eq!(repo.run("check", &pair).code, 2, "{pair:?}");
    }
    let bare = repo.beside("bare.git");
    git(repo.root(), &["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    let run = run_on(&bare, "check", &["--work-tree"]);
    assert!(run.code == 2 && run.err.contains("nothing is checked out"), "{}", run.err);
    let run = repo.run("check", &["--staged", "--as-of", "2025-01-01"]);
    assert!(run.code == 2 && run.err.contains("before the newest commit"), "{}", run.err);
}

#[test]
fn sparse_partial_and_bare_checkouts_give_the_verdict_of_the_full_one() {
    let repo = conforming();
    repo.write("lookback.toml", "[issues]\nfiles = [\"data/issues.csv\"]\n");
    repo.write("data/issues.csv", "id,title,state,created,closed,labels\n").commit("2025-02-22", "Configuration");
    git(repo.root(), &["config", "uploadpack.allowFilter", "true"]);
    let constraints = repo.report(DAY)["constraints"].clone();
    let url = format!("file://{}", repo.path());
    let clones: [(&str, &[&str]); 5] = [
        ("sparse", &["--sparse"]),
        ("unchecked", &["--no-checkout"]),
        ("partial", &["--filter=blob:none"]),
        ("bare", &["--bare"]),
        ("sparse-partial", &["--sparse", "--filter=blob:limit=1m"]),
    ];
    for (name, flags) in clones {
        let clone = repo.beside(name);
        let mut arguments = vec!["clone", "--quiet"];
        arguments.extend(flags);
        arguments.extend([url.as_str(), clone.to_str().unwrap()]);
        git(repo.root(), &arguments);
        if name.starts_with("sparse") {
            git(&clone, &["sparse-checkout", "set", "--cone", "src"]);
            assert!(!clone.join(RECORD).exists());
        }
        let report = run_on(&clone, "check", &["--as-of", DAY, "--format", "json"]).json();
        assert_eq!(report["constraints"], constraints, "{name}: {report:#}");
        assert_eq!(report["subject"]["uncommitted"], json!([]), "{name}");
    }
    // What is changed within the cone is seen, what lies outside of it is not deleted.
    let sparse = repo.beside("sparse");
    std::fs::write(sparse.join("src/security-review-2024.md"), "# Security review\n").unwrap();
    let report = run_on(&sparse, "check", &["--as-of", DAY, "--format", "json"]).json();
    assert_eq!(report["subject"]["uncommitted"], json!(["src/security-review-2024.md"]));
    assert_eq!(report["reviews"].as_array().unwrap().iter().filter(|review| review["path"] == RECORD).count(), 1);
    // An index in a form that is not read is said, and the commit judged.
    git(&sparse, &["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
    let report = run_on(&sparse, "check", &["--as-of", DAY, "--format", "json"]).json();
    assert_eq!(report["constraints"], constraints, "{report:#}");
    assert!(report["limits"].to_string().contains("no-sparse-index"), "{:#}", report["limits"]);
}

#[test]
fn all_of_it_may_be_gone() {
    let repo = conforming();
    for name in ["docs", "src"] {
        std::fs::remove_dir_all(repo.root().join(name)).unwrap();
    }
    assert_eq!(repo.report(DAY)["documents"], json!([]));
    // A file in the place of a folder, and the other way round.
    repo.write("docs", "No folder.").write("src/a.c/security-review.md", "# Security review\n");
    let report = repo.report(DAY);
    assert_eq!(report["documents"][0]["path"], "src/a.c/security-review.md", "{report:#}");
}

#[test]
fn a_file_that_is_too_large_is_named_and_not_taken_for_what_was_committed() {
    let repo = conforming();
    repo.write("lookback.toml", "[documents]\nmax_size_mib = 1\n").commit("2025-02-22", "Configuration");
    repo.write(RECORD, format!("{}{}", review(&["CVE-2024-2222"]), "x ".repeat(1 << 20)));
    let report = repo.report(DAY);
    assert_eq!(report["reviews"], json!([]));
    assert!(report["limits"].to_string().contains(RECORD), "{:#}", report["limits"]);
}

#[cfg(unix)]
#[test]
fn links_of_the_work_tree_are_not_followed() {
    let repo = conforming();
    let outside = repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("security-review-2026.md"), review(&["CVE-2024-2222"])).unwrap();
    std::os::unix::fs::symlink(&outside, repo.root().join("docs/more")).unwrap();
    std::os::unix::fs::symlink(
        outside.join("security-review-2026.md"),
        repo.root().join("docs/security-review-2026.md"),
    )
    .unwrap();
    std::fs::remove_file(repo.root().join(RECORD)).unwrap();
    std::os::unix::fs::symlink(outside.join("security-review-2026.md"), repo.root().join(RECORD)).unwrap();
    let report = repo.report(DAY);
    assert_eq!(report["reviews"], json!([]), "{report:#}");
}

#[test]
fn a_change_that_is_not_committed_is_part_of_the_pull_request_that_it_will_be() {
    let repo = conforming();
    git(repo.root(), &["checkout", "--quiet", "-b", "topic"]);
    repo.write(RECORD, review(&[]));
    repo.write("lookback.toml", "[rules]\nissue-not-examined = \"off\"\n");
    let run = repo.run("check", &["--as-of", DAY, "--base", "main", "--format", "json"]);
    let report = run.json();
    assert_eq!(report["lane"]["changed"], json!([RECORD]), "{report:#}");
    let run = repo.run("check", &["--as-of", DAY, "--base", "main", "--committed", "--format", "json"]);
    assert_eq!((run.code, &run.json()["lane"]["changed"]), (0, &json!([])));
}

#[test]
fn a_repository_is_never_written_to() {
    let repo = conforming();
    repo.write(RECORD, review(&[])).write("docs/new.md", "New.");
    let before = every_file(&repo.root().join(".git"));
    for flags in [&["--work-tree"][..], &["--staged"], &["--committed"]] {
        judged(repo.root(), flags, &[]);
    }
    assert_eq!(every_file(&repo.root().join(".git")), before);
}

fn every_file(folder: &Path) -> Vec<(String, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let about = entry.metadata().expect("a file");
        if about.is_dir() {
            found.extend(every_file(&entry.path()));
        } else {
            found.push((entry.path().display().to_string(), about.modified().expect("a time")));
        }
    }
    found.sort();
    found
}

#[test]
fn a_configuration_that_is_gone_is_said() {
    let repo = Repo::new();
    repo.write("lookback.toml", "[issues]\nfiles = [\"issues.csv\"]\n").write("issues.csv", "id,title,created\n");
    repo.commit("2023-01-10", "First");
    std::fs::remove_file(repo.root().join("lookback.toml")).unwrap();
    let report = repo.run("check", &["--format", "json"]).json();
    let told = report["limits"].as_array().unwrap().iter().find(|limit| limit["what"] == "lookback.toml");
    assert!(told.is_some_and(|limit| limit["affects"].to_string().contains("4.1.8#b")), "{:#}", report["limits"]);
    assert_eq!(report["subject"]["uncommitted"], serde_json::json!(["lookback.toml"]));
}
