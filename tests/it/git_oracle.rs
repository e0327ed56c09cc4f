//! Git itself is the oracle: on random histories with merges, renames and tags, first releases are those of
//! `git tag --contains`, and the histories of documents those of `git log`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::support::{git, git_command, run_on};
use proptest::prelude::*;
use serde_json::Value;

/// One commit of a random history. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
struct Step {
    /// How far back the parent lies; 0: the newest.
    back: usize,
    /// A second parent.
    merge: Option<usize>,
    /// What happens to the documents.
    change: Change,
    /// Is it a security fix?
    fix: bool,
    /// Is it tagged as a release?
    tag: bool,
    /// Seconds after the commit before; may be negative.
    later: i64,
}

#[derive(Clone, Debug)]
enum Change {
    None,
    Edit(usize),
    Rename(usize),
    Folder(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let change = prop_oneof![
        3 => Just(Change::None),
        4 => (0usize..3).prop_map(Change::Edit),
        1 => (0usize..3).prop_map(Change::Rename),
        1 => (0usize..3).prop_map(Change::Folder),
    ];
    let merge = prop::option::weighted(0.2, 1usize..6);
    (0usize..3, merge, change, prop::bool::weighted(0.3), prop::bool::weighted(0.2), -20_000i64..200_000)
        .prop_map(|(back, merge, change, fix, tag, later)| Step { back, merge, change, fix, tag, later })
}

/// A text long enough that an edited copy of it counts as the same file.
fn text(document: usize, version: usize) -> String {
    let mut out = format!("# Security review {document}\n\nStatus: Draft\n\n");
    for line in 0..40 {
        let _ = writeln!(out, "Line {line} of document {document}.");
    }
    let _ = writeln!(out, "Version {version}.");
    out
}

/// Writes the history as a `git fast-import` stream: a bare repository with `main` at the last commit.
fn build(folder: &Path, steps: &[Step], linear: bool) {
    git(folder, &["init", "--quiet", "--bare", "--initial-branch=main", "."]);
    let mut stream = String::new();
    let mut at = 1_500_000_000i64;
    // By commit: path and version of each document.
    let mut states: Vec<Vec<(String, usize)>> = Vec::new();
    let start: Vec<(String, usize)> = (0..3).map(|n| (format!("docs/security-review-{n}.md"), 0)).collect();
    for (n, step) in steps.iter().enumerate() {
        at += step.later;
        let parent = n.checked_sub(1).map(|last| if linear { last } else { last - step.back.min(last) });
        let merge =
            step.merge.filter(|_| !linear).and_then(|back| n.checked_sub(1 + back)).filter(|m| Some(*m) != parent);
        let mut state = parent.map_or_else(|| start.clone(), |parent| states[parent].clone());
        match step.change {
            Change::None => {}
            Change::Edit(d) => state[d].1 = n + 1,
            Change::Rename(d) => state[d].0 = format!("docs/security-review-{d}-{n}.md"),
            Change::Folder(d) => state[d].0 = format!("quality/{n}/security-review-{d}.md"),
        }
        let message = if step.fix {
            format!("fix(security): part {n}\n\nCVE-2020-{}\n", 10_000 + n)
        } else {
            format!("change {n}\n")
        };
        let _ = write!(stream, "commit refs/heads/main\nmark :{}\n", n + 1);
        let _ = write!(stream, "author A <a@example.com> {at} +0000\ncommitter A <a@example.com> {at} +0000\n");
        let _ = write!(stream, "data {}\n{message}\n", message.len());
        if let Some(parent) = parent {
            let _ = writeln!(stream, "from :{}", parent + 1);
        }
        if let Some(merge) = merge {
            let _ = writeln!(stream, "merge :{}", merge + 1);
        }
        stream.push_str("deleteall\n");
        for (d, (path, version)) in state.iter().enumerate() {
            let text = text(d, *version);
            let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
        }
        let _ = write!(stream, "M 100644 inline n.txt\ndata {}\n{n}\n", n.to_string().len());
        if step.tag {
            let _ = write!(stream, "reset refs/tags/v1.{n}.0\nfrom :{}\n\n", n + 1);
        }
        states.push(state);
    }
    let mut child = git_command(folder)
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    child.stdin.take().expect("a pipe").write_all(stream.as_bytes()).expect("git reads");
    assert!(child.wait().expect("git ends").success());
}

fn evidence(folder: &Path) -> Value {
    let run = run_on(folder, "collect", &[]);
    assert_eq!(run.code, 0, "{}", run.all());
    run.json()
}

/// The release with the earliest commit date, then the lowest version, of those that contain the commit.
fn first_release(folder: &Path, commit: &str) -> Option<String> {
    let tags = git(folder, &["tag", "--contains", commit]);
    let dated = tags.lines().map(|tag| {
        let date = git(folder, &["log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d", tag]);
        let minor: u64 = tag.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0);
        (date, minor, tag.to_owned())
    });
    dated.min().map(|(_, _, tag)| tag)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn first_releases_are_those_of_git_tag_contains(steps in prop::collection::vec(step(), 1..25)) {
        let folder = tempfile::tempdir().unwrap();
        build(folder.path(), &steps, false);
        for issue in evidence(folder.path())["issues"].as_array().unwrap() {
            let fix = issue["fix_commits"][0].as_str().unwrap();
            let expected = first_release(folder.path(), fix);
            prop_assert_eq!(issue["released_in"]["tag"].as_str(), expected.as_deref(), "{}", issue["id"]);
        }
    }

    #[test]
    fn document_histories_are_those_of_git_log_follow(steps in prop::collection::vec(step(), 1..25)) {
        let folder = tempfile::tempdir().unwrap();
        build(folder.path(), &steps, true);
        for document in evidence(folder.path())["documents"].as_array().unwrap() {
            let path = document["path"].as_str().unwrap();
            let log = git(folder.path(), &["log", "--follow", "--format=%H", "main", "--", path]);
            let mut expected: Vec<&str> = log.lines().collect();
            expected.reverse();
            let revisions = document["history"]["revisions"].as_array().unwrap();
            let ours: Vec<&str> = revisions.iter().filter_map(|revision| revision["commit"].as_str()).collect();
            prop_assert_eq!(ours, expected, "{}", path);
        }
    }

    /// With merges there are several right answers to "which commits changed it"; the commit that added it and the newest that
    /// changed it, as `git log` without simplification sees them, are among ours.
    #[test]
    fn documents_are_followed_through_merges(steps in prop::collection::vec(step(), 1..25)) {
        let folder = tempfile::tempdir().unwrap();
        build(folder.path(), &steps, false);
        let known = git(folder.path(), &["rev-list", "main"]);
        for document in evidence(folder.path())["documents"].as_array().unwrap() {
            let revisions = document["history"]["revisions"].as_array().unwrap();
            prop_assert!(!revisions.is_empty());
            for revision in revisions {
                let commit = revision["commit"].as_str().unwrap();
                prop_assert!(known.contains(commit));
                let at = format!("{commit}:{}", revision["path"].as_str().unwrap());
                git(folder.path(), &["cat-file", "-e", &at]);
            }
            prop_assert_eq!(&document["history"]["added"], &revisions[0]);
            prop_assert_eq!(&document["history"]["last_change"], &revisions[revisions.len() - 1]);
            // Where the file is what it is now, it has been since its last change.
            let path = document["path"].as_str().unwrap();
            let now = git(folder.path(), &["rev-parse", &format!("main:{path}")]);
            let last = &document["history"]["last_change"];
            let then = format!("{}:{}", last["commit"].as_str().unwrap(), last["path"].as_str().unwrap());
            prop_assert_eq!(git(folder.path(), &["rev-parse", &then]), now);
        }
    }
}
