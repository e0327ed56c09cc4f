//! The demo: a small real Git repository of an infusion pump's firmware, built with libgit2 alone. Four years, releases, issues,
//! a procedure, three reviews: one of them late, the last with gaps. Same day in, same commits out.
#![expect(clippy::disallowed_methods, reason = "writes the demo's folder")]

mod texts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use git2::{Oid, Repository, Signature, Time};

/// What stopped the building.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder holds something already.
    #[error("{0} is not empty; name a folder that does not exist yet, and the demo is built there")]
    NotEmpty(PathBuf),
    /// Writing failed.
    #[error("cannot write the demo into {path}: {source}")]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Git failed.
    #[error("cannot build the demo's repository: {0}")]
    Git(#[from] git2::Error),
}

/// What was built.
pub struct Demo {
    /// One line.
    pub what: String,
    /// The newest commit.
    pub head: Oid,
    /// Commands to try next.
    pub next: Vec<String>,
}

/// One commit of the demo.
struct Step {
    /// Days before today.
    ago: u64,
    message: String,
    files: Vec<(String, String)>,
    tag: Option<&'static str>,
}

/// Builds the demo in a folder that is empty or does not exist, as it would stand on `today`.
pub fn build(folder: &Path, today: NaiveDate) -> Result<Demo, DemoError> {
    let failed = |source| DemoError::Write { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(DemoError::NotEmpty(folder.to_owned()));
    }
    let repository = Repository::init(folder)?;
    // Whatever the user's own Git says: the demo has one branch of this name, and its files are written as they are.
    repository.set_head("refs/heads/main")?;
    let steps = texts::steps(today);
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut head: Option<Oid> = None;
    let commits = steps.len();
    for step in steps {
        for (path, text) in &step.files {
            files.insert(path.clone(), text.clone());
        }
        head = Some(commit(&repository, head, &files, &step, today)?);
    }
    for (path, text) in &files {
        let path = folder.join(path);
        let write = || -> std::io::Result<()> {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&path, text)
        };
        write().map_err(failed)?;
    }
    // The index follows the tree, so that `git status` is clean.
    let head = head.ok_or_else(|| git2::Error::from_str("the demo has no commits"))?;
    let tree = repository.find_commit(head)?.tree()?;
    let mut index = repository.index()?;
    index.read_tree(&tree)?;
    index.write()?;
    let place = folder.display();
    Ok(Demo {
        what: format!("an infusion pump's firmware with four years of history ({commits} commits)"),
        head,
        next: vec![
            format!("lookback issues --repo {place}"),
            format!("lookback timeline --repo {place}"),
            format!("lookback check --repo {place} --as-of {}", before(today, texts::SECOND_REVIEW + 30)),
            format!("lookback read {place}/docs/reviews/{}", texts::last_record_name(today)),
            "lookback explain issue-not-examined".to_owned(),
        ],
    })
}

fn before(today: NaiveDate, ago: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(ago)).unwrap_or(today)
}

fn commit(
    repository: &Repository,
    parent: Option<Oid>,
    files: &BTreeMap<String, String>,
    step: &Step,
    today: NaiveDate,
) -> Result<Oid, git2::Error> {
    let mut index = git2::Index::new()?;
    for (path, text) in files {
        let blob = repository.blob(text.as_bytes())?;
        index.add(&git2::IndexEntry {
            ctime: git2::IndexTime::new(0, 0),
            mtime: git2::IndexTime::new(0, 0),
            dev: 0,
            ino: 0,
            mode: 0o100_644,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: blob,
            flags: 0,
            flags_extended: 0,
            path: path.as_bytes().to_vec(),
        })?;
    }
    let tree = repository.find_tree(index.write_tree_to(repository)?)?;
    let at = before(today, step.ago).and_hms_opt(9, 30, 0).map_or(0, |time| time.and_utc().timestamp());
    let who = Signature::new("Robin Meyer", "robin.meyer@acme-medical.example", &Time::new(at, 0))?;
    let parent = parent.map(|id| repository.find_commit(id)).transpose()?;
    let parents: Vec<_> = parent.iter().collect();
    let id = repository.commit(Some("refs/heads/main"), &who, &who, &step.message, &tree, &parents)?;
    if let Some(tag) = step.tag {
        let target = repository.find_object(id, None)?;
        repository.tag(tag, &target, &who, &format!("Release {tag}"), false)?;
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        "2026-11-24".parse().unwrap()
    }

    #[test]
    fn the_same_day_gives_the_same_commits() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_eq!(build(a.path(), day()).unwrap().head, build(b.path(), day()).unwrap().head);
        let clean = Repository::open(a.path()).unwrap().statuses(None).unwrap().is_empty();
        assert!(clean, "git status is clean");
    }

    #[test]
    fn never_into_a_folder_that_holds_something() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine"), "").unwrap();
        assert!(matches!(build(folder.path(), day()), Err(DemoError::NotEmpty(_))));
    }
}
