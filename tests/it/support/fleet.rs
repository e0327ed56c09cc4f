//! A fleet in temporary folders: bare repositories as a server has them, a plan, runs.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{PROCEDURE, Repo, Run, command, git, lookback, record, run};

pub const DAY: &str = "2026-01-20";

/// Repositories, their plan, and folders for runs.
pub struct Fleet {
    pub folder: tempfile::TempDir,
}

impl Fleet {
    pub fn new() -> Fleet {
        Fleet { folder: tempfile::tempdir().unwrap() }
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn path(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }

    /// A bare copy of a repository, as a server has it, that can filter.
    pub fn serve(&self, repo: &Repo, name: &str) -> String {
        let bare = self.at("srv").join(format!("{name}.git"));
        std::fs::create_dir_all(bare.parent().unwrap()).unwrap();
        git(repo.root(), &["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
        git(&bare, &["config", "uploadpack.allowFilter", "true"]);
        format!("file://{}", bare.display())
    }

    pub fn plan(&self, lines: &[String], more: &[&str]) {
        std::fs::write(self.at("list"), lines.join("\n")).unwrap();
        let (list, plan) = (self.path("list"), self.path("plan.json"));
        let mut arguments = vec!["fleet", "plan", "--list", &list, "-o", &plan];
        arguments.extend(more);
        let ran = lookback(&arguments);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }

    /// A plan with a `fleet.toml`.
    pub fn plan_by(&self, lines: &[String], config: &str, more: &[&str]) {
        std::fs::write(self.at("fleet.toml"), config).unwrap();
        let config = self.path("fleet.toml");
        self.plan(lines, &[&["--config", &config], more].concat());
    }

    pub fn running(&self, out: &str, cache: &str, more: &[&str]) -> std::process::Command {
        let (plan, out, cache) = (self.path("plan.json"), self.path(out), self.path(cache));
        let mut arguments = vec!["fleet", "run", &plan, "--out", &out, "--cache", &cache];
        arguments.extend(more);
        if !more.contains(&"--as-of") {
            arguments.extend(["--as-of", DAY]);
        }
        let mut command = command(&arguments);
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command
    }

    pub fn run(&self, out: &str, cache: &str, more: &[&str]) -> Run {
        run(&mut self.running(out, cache, more))
    }

    /// Puts folders together on the day that they are for.
    pub fn merge(&self, folders: &[&str], more: &[&str]) -> Run {
        let folders: Vec<String> = folders.iter().map(|folder| self.path(folder)).collect();
        let mut arguments = vec!["fleet", "merge"];
        arguments.extend(folders.iter().map(String::as_str));
        arguments.extend(more);
        if !more.contains(&"--as-of") {
            arguments.extend(["--as-of", DAY]);
        }
        lookback(&arguments)
    }

    /// The fleet as JSON; the exit code does not matter.
    pub fn merged(&self, folders: &[&str], more: &[&str]) -> Value {
        let to = self.path("merged.json");
        let ran = self.merge(folders, &[&["--json", &to], more].concat());
        assert!(ran.code < 2, "{}", ran.err);
        serde_json::from_slice(&std::fs::read(to).unwrap()).unwrap()
    }
}

/// One repository of the fleet as JSON.
pub fn entry<'a>(fleet: &'a Value, name: &str) -> &'a Value {
    let all = fleet["repositories"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

/// The file of a folder of a run that a repository has, if any.
pub fn of(out: &Path, sort: &str, name: &str) -> Option<Vec<u8>> {
    let lead = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let found = std::fs::read_dir(out.join(sort)).unwrap().map(|entry| entry.unwrap().path()).find(|path| {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        stem.rsplit_once('-').is_some_and(|(before, _)| before == lead)
    })?;
    Some(std::fs::read(found).unwrap())
}

pub fn json(out: &Path, sort: &str, name: &str) -> Value {
    serde_json::from_slice(&of(out, sort, name).unwrap_or_else(|| panic!("no {sort} of {name}"))).unwrap()
}

/// Why a repository was not checked, in one word.
pub fn cause(out: &Path, name: &str) -> String {
    let row = json(out, "rows", name);
    let told = &row["outcome"]["not-checked"];
    assert!(told["why"].as_str().is_some_and(|why| why.len() > 20), "{row}");
    told["cause"].as_str().unwrap().to_owned()
}

/// Everything of a run that is the same from run to run.
pub fn results(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for sort in ["rows", "results", "shards"] {
        for entry in std::fs::read_dir(out.join(sort)).unwrap() {
            let path = entry.unwrap().path();
            // What a killed run left half-written has no name that is read.
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
                continue;
            }
            let name = format!("{sort}/{}", path.file_name().unwrap().to_str().unwrap());
            all.push((name, std::fs::read(path).unwrap()));
        }
    }
    all.sort();
    all
}

/// A product with a procedure, a review, issues in a file, a renamed record and fixes on two branches.
pub fn reviewed() -> Repo {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE).write("src/a.c", "int a;").commit("2024-02-01", "Begin");
    repo.tag("v1.0.0");
    repo.write(
        "issues.csv",
        "id,title,labels,state,opened,closed\nSEC-1,Overflow,security,closed,2024-06-01,2024-07-01\n",
    );
    repo.write("lookback.toml", "[issues]\nfiles = [\"issues.csv\"]\ntracker_keys = ['SEC-\\d+']\n");
    repo.write("src/a.c", "int b;").commit("2024-06-20", "Fix SEC-1: overflow, CVE-2024-1234");
    let review = record("2025-02-03", "2024-02-01", "2025-01-31", &["SEC-1"]);
    repo.write("docs/review-draft.md", &review);
    repo.commit("2025-02-03", "Review of security problem resolution");
    git(repo.root(), &["mv", "docs/review-draft.md", "docs/Security-Review-2025.md"]);
    repo.write("docs/Security-Review-2025.md", review + "\nFiled.\n");
    repo.commit("2025-02-04", "File the review");
    git(repo.root(), &["checkout", "--quiet", "-b", "stable", "v1.0.0"]);
    repo.write("src/a.c", "int b;").commit("2024-06-25", "Fix SEC-1: overflow, CVE-2024-1234");
    git(repo.root(), &["tag", "v1.0.1"]);
    git(repo.root(), &["checkout", "--quiet", "main"]);
    repo
}

/// Code, a release, and no review.
pub fn unreviewed() -> Repo {
    let repo = Repo::new();
    repo.write("src/a.c", "int a;").commit("2023-02-01", "Begin");
    repo.tag("v1.0.0");
    repo
}
