//! What the tests of the binary share: Git repositories in temporary folders with fixed dates, and runs in a scrubbed
//! environment. Git itself builds the repositories, so that it is an oracle too.
#![allow(clippy::disallowed_methods, reason = "tests write their repositories")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

pub mod fleet;
pub mod git_server;
pub mod github;
pub mod gitlab;
pub mod hub;
pub mod jira;
pub mod office;
pub mod server;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use lookback_core::model::Report;
use serde_json::Value;

/// A repository in a temporary folder; gone when dropped.
pub struct Repo {
    folder: tempfile::TempDir,
    root: PathBuf,
}

/// A finished run of the binary.
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    fn of(output: &Output) -> Run {
        Run {
            code: output.status.code().expect("ended by itself, not by a signal"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    /// Everything that was printed.
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// Where `git` is. By its whole path it is spawned; by its name alone, beside a scrubbed environment, the standard library forks, and
/// thousands of forks copied the tables of a large process.
pub static GIT: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here = |folder: PathBuf| Some(folder.join("git")).filter(|git| git.is_file());
    std::env::split_paths(&path).find_map(here).unwrap_or_else(|| PathBuf::from("git"))
});

/// `git` with nothing of the machine's own configuration; every date is fixed.
pub fn git_command(folder: &Path) -> Command {
    let mut git = Command::new(&*GIT);
    git.current_dir(folder).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        git.env("PATH", path);
    }
    let null = if cfg!(windows) { "NUL" } else { "/dev/null" };
    git.env("GIT_CONFIG_GLOBAL", null).env("GIT_CONFIG_SYSTEM", null).env("HOME", folder);
    git.env("GIT_AUTHOR_NAME", "Dev").env("GIT_AUTHOR_EMAIL", "dev@example.com");
    git.env("GIT_COMMITTER_NAME", "Dev").env("GIT_COMMITTER_EMAIL", "dev@example.com");
    git.env("GIT_AUTHOR_DATE", "2024-01-01T12:00:00Z").env("GIT_COMMITTER_DATE", "2024-01-01T12:00:00Z");
    git
}

/// Runs `git` and returns what it printed; panics when it fails.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    dated(folder, "2024-01-01T12:00:00Z", arguments)
}

/// The same at a date.
pub fn dated(folder: &Path, date: &str, arguments: &[&str]) -> String {
    let output = git_command(folder)
        .env("GIT_AUTHOR_DATE", date)
        .env("GIT_COMMITTER_DATE", date)
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// The binary with a scrubbed environment.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
    command.env_clear().env("TZ", "UTC").args(arguments);
    command
}

/// Runs the binary.
pub fn lookback(arguments: &[&str]) -> Run {
    Run::of(&command(arguments).output().expect("lookback runs"))
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Run {
    Run::of(&command.output().expect("it runs"))
}

impl Repo {
    /// An empty repository with an unborn branch `main`.
    pub fn new() -> Repo {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("pump");
        std::fs::create_dir(&root).expect("a folder");
        git(&root, &["init", "--quiet", "--initial-branch=main"]);
        Repo { folder, root }
    }

    /// Its root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The root, as an argument.
    pub fn path(&self) -> &str {
        self.root.to_str().expect("UTF-8")
    }

    /// A place beside it, for clones.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the working tree.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        self
    }

    /// Commits everything at a date (`2024-03-14`, noon UTC, or a full time) and returns the id.
    pub fn commit(&self, date: &str, message: &str) -> String {
        let date =
            if date.len() == 10 && !date.starts_with('@') { format!("{date}T12:00:00Z") } else { date.to_owned() };
        git(&self.root, &["add", "--all"]);
        dated(&self.root, &date, &["commit", "--quiet", "--allow-empty", "-m", message]);
        git(&self.root, &["rev-parse", "HEAD"])
    }

    /// A light tag on HEAD.
    pub fn tag(&self, name: &str) -> &Self {
        git(&self.root, &["tag", name]);
        self
    }

    /// Runs a command on it.
    pub fn run(&self, command: &str, more: &[&str]) -> Run {
        run_on(&self.root, command, more)
    }

    /// The JSON report for a date.
    pub fn report(&self, as_of: &str) -> Value {
        self.run("check", &["--as-of", as_of, "--format", "json"]).json()
    }
}

/// Runs a command on a repository.
pub fn run_on(root: &Path, command: &str, more: &[&str]) -> Run {
    let mut arguments = vec![command, "--repo", root.to_str().expect("UTF-8")];
    arguments.extend(more);
    lookback(&arguments)
}

/// A procedure that prescribes the yearly review and the improvement of the life cycle.
pub const PROCEDURE: &str = "# Security defect management procedure

The quality manager shall review the management of security defects at least every 12 months.
The review shall examine every security issue managed since the last review.
Lessons of security defects in released products shall be analysed and shall lead to changes of the security processes.
";

/// A complete record of a review.
pub fn record(held: &str, from: &str, to: &str, issues: &[&str]) -> String {
    let list: String = issues.iter().map(|id| format!("| {id} | high | closed | fixed |\n")).collect();
    format!(
        "# Periodic review of security defect management

| Field | Value |
|---|---|
| Document ID | SEC-REV-{held} |
| Version | 1.0 |
| Status | Approved |
| Date held | {held} |
| Period | {from} to {to} |
| Author | Robin Meyer |
| Approved by | Dr. Anna Weber, quality manager |
| Approval date | {held} |

## Issues examined

| Issue | Severity | State | Disposition |
|---|---|---|---|
{list}
## Completeness

The handling was complete: every security issue was triaged, analysed and tested.

## Efficiency

The handling was efficient: every fix was available within the time targets of the team.

## Resolution

The handling led to resolution: all security issues of the period were resolved.

## Analysis of deployed defects

The defects of the deployed software escaped because the parser was not in the fuzzing plan; the fuzzing plan was extended.

## Improvement actions

| Id | Action | Owner | Due | State |
|---|---|---|---|---|
| A1 | Extend the fuzzing plan to all parsers | Robin Meyer | {to} | closed, proof: TR-{to} |
"
    )
}

/// The same report with each finding at a line of its own: cases of one rule at one place would be one annotation.
pub fn spread(mut report: Report) -> Report {
    for (finding, n) in report.findings.iter_mut().zip(1..) {
        if let Some(location) = &mut finding.location {
            (location.line, location.end_line) = (NonZeroU32::new(n), NonZeroU32::new(n));
        }
    }
    report
}

/// Names of rules in a report's findings, with level, sorted.
pub fn rules(report: &Value) -> Vec<String> {
    let mut out: Vec<String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            format!("{} {}", finding["level"].as_str().unwrap_or("?"), finding["rule"].as_str().unwrap_or("?"))
        })
        .collect();
    out.sort();
    out
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
