//! The demo: a small real Git repository of an infusion pump's firmware. Four years, releases, issues, a procedure, three
//! reviews: one of them late, the last with gaps. Same day in, same commits out.

use std::path::Path;

use chrono::NaiveDate;
use git2::Oid;

use crate::demo::texts::{self, DemoDocuments, before};
use crate::demo::{english, german};
use crate::scenario;
use crate::scenario::{BuildError, ScenarioCommit};

/// What was built.
pub struct Demo {
    /// One line.
    pub what: String,
    /// The newest commit.
    pub head: Oid,
    /// Commands to try next.
    pub next: Vec<String>,
    /// What makes it conform: in which file, and its lines from the bottom up.
    pub mends: (String, Vec<DemoMend>),
}

/// One change of a line.
pub struct DemoMend {
    /// The line, from 1.
    pub line: usize,
    /// Does the text stand instead of the line? Else after it.
    pub instead: bool,
    /// What to write.
    pub text: String,
}

/// Builds the demo in a folder that is empty or does not exist, as it would stand on `today`; its documents in English or German.
pub fn build(folder: &Path, today: NaiveDate, is_german: bool) -> Result<Demo, BuildError> {
    let documents = if is_german { german::documents(today) } else { english::documents(today) };
    let commits: Vec<ScenarioCommit> = texts::steps(today, &documents)
        .into_iter()
        .map(|step| ScenarioCommit {
            on: before(today, step.ago),
            message: step.message,
            files: step.files,
            tag: step.tag.map(str::to_owned),
        })
        .collect();
    let head = scenario::build(folder, &commits)?.ok_or_else(|| git2::Error::from_str("the demo has no commits"))?;
    let commits = commits.len();
    let place = folder.display();
    Ok(Demo {
        what: format!("an infusion pump's firmware with four years of history ({commits} commits)"),
        head,
        next: vec![
            format!("lookback issues --repo {place}"),
            format!("lookback timeline --repo {place}"),
            format!("lookback check --repo {place} --as-of {}", before(today, texts::SECOND_REVIEW + 30)),
            format!("lookback read {place}/docs/reviews/{}", texts::last_record_name(today)),
            format!("lookback draft --repo {place} -o -"),
            "lookback explain issue-not-examined".to_owned(),
        ],
        mends: (format!("docs/reviews/{}", texts::last_record_name(today)), mends(&documents)),
    })
}

/// The changes with their lines, from the bottom up: so they keep their numbers while somebody edits.
fn mends(documents: &DemoDocuments) -> Vec<DemoMend> {
    let [.., record] = &documents.records;
    let line = |at: &str| record.lines().position(|line| line.starts_with(at)).map_or(1, |at| at + 1);
    let of = |mend: &texts::Mend| DemoMend { line: line(mend.at), instead: mend.instead, text: mend.text.clone() };
    documents.mends.iter().rev().map(of).collect()
}

#[cfg(test)]
mod tests {
    use git2::Repository;

    use super::*;

    fn day() -> NaiveDate {
        "2026-11-24".parse().unwrap()
    }

    #[test]
    fn the_same_day_gives_the_same_commits() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_eq!(build(a.path(), day(), false).unwrap().head, build(b.path(), day(), false).unwrap().head);
        let clean = Repository::open(a.path()).unwrap().statuses(None).unwrap().is_empty();
        assert!(clean, "git status is clean");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the folder is filled for the test")]
    fn never_into_a_folder_that_holds_something() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine"), "").unwrap();
        assert!(matches!(build(folder.path(), day(), false), Err(BuildError::NotEmpty(_))));
    }
}
