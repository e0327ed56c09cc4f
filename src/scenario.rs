//! A history as data, and the Git repository made of it, with libgit2 alone: for the demo and the self-test. Same data in, same
//! commits out.
#![expect(clippy::disallowed_methods, reason = "writes the folder it is given")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use git2::{Oid, Repository, Signature, Time};

/// What stopped the building.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The folder holds something already.
    #[error("{0} is not empty; name a folder that does not exist yet, and the repository is built there")]
    NotEmpty(PathBuf),
    /// Writing failed.
    #[error("cannot write the repository into {path}: {source}")]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Git failed.
    #[error("cannot build the repository: {0}")]
    Git(#[from] git2::Error),
}

/// One commit: what changes, and the release that it is.
#[derive(Clone, Debug)]
pub struct ScenarioCommit {
    /// Author and committer day; the time is 09:30 UTC.
    pub on: NaiveDate,
    /// The message.
    pub message: String,
    /// Files that it writes: repository-relative path and text. All others stay.
    pub files: Vec<(String, String)>,
    /// An annotated tag on it.
    pub tag: Option<String>,
}

/// Builds a repository with one branch, `main`, and its working tree, in a folder that is empty or does not exist. Returns the
/// newest commit; `None` without commits.
pub(crate) fn build(folder: &Path, commits: &[ScenarioCommit]) -> Result<Option<Oid>, BuildError> {
    let failed = |source| BuildError::Write { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(BuildError::NotEmpty(folder.to_owned()));
    }
    let repository = Repository::init(folder)?;
    // Whatever the user's own Git says: there is one branch of this name, and files are written as they are.
    repository.set_head("refs/heads/main")?;
    let mut files: BTreeMap<&str, &str> = BTreeMap::new();
    let mut head: Option<Oid> = None;
    for step in commits {
        files.extend(step.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        head = Some(commit(&repository, head, &files, step)?);
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
    if let Some(head) = head {
        // The index follows the tree, so that `git status` is clean.
        let tree = repository.find_commit(head)?.tree()?;
        let mut index = repository.index()?;
        index.read_tree(&tree)?;
        index.write()?;
    }
    Ok(head)
}

fn commit(
    repository: &Repository,
    parent: Option<Oid>,
    files: &BTreeMap<&str, &str>,
    step: &ScenarioCommit,
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
    let at = step.on.and_hms_opt(9, 30, 0).map_or(0, |time| time.and_utc().timestamp());
    let who = Signature::new("Robin Meyer", "robin.meyer@acme-medical.example", &Time::new(at, 0))?;
    let parent = parent.map(|id| repository.find_commit(id)).transpose()?;
    let parents: Vec<_> = parent.iter().collect();
    let id = repository.commit(Some("refs/heads/main"), &who, &who, &step.message, &tree, &parents)?;
    if let Some(tag) = &step.tag {
        let target = repository.find_object(id, None)?;
        repository.tag(tag, &target, &who, &format!("Release {tag}"), false)?;
    }
    Ok(id)
}

/// Makes the repository a shallow clone whose history ends at its newest commit.
pub(crate) fn make_shallow(folder: &Path, head: Oid) -> Result<(), BuildError> {
    let path = folder.join(".git").join("shallow");
    std::fs::write(&path, format!("{head}\n")).map_err(|source| BuildError::Write { path, source })
}
