//! Names of a commit, each found in one way only: the id of a commit is never taken for a branch, and a branch of the origin never for
//! a branch or a tag that somebody gave the same name.

use std::fmt;

use git2::{Oid, ReferenceType};

use crate::collect::git::error::GitError;
use crate::collect::git::repository::Repository;
use crate::collect::git::sound::sound;

/// Letters of a commit's id, at least: some CI systems shorten it.
const SHORTEST: usize = 12;
/// Letters of a whole one.
const WHOLE: usize = 40;
/// Where the clone keeps the branches of its origin.
const BRANCHES: &str = "refs/remotes/origin/";

/// What a commit is named by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitName {
    /// Its id.
    Commit(String),
    /// A branch of the origin, as it is now.
    Branch(String),
    /// The default branch of the origin, where the clone knows it.
    Default,
    /// A branch of a repository that this is no clone of, `None`: its default branch. It is not here, whatever is called so.
    Elsewhere(Option<String>),
    /// Whatever Git understands, a branch of the origin before all else: only a user names one so.
    Written(String),
}

impl fmt::Display for CommitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommitName::Commit(text) | CommitName::Written(text) => f.write_str(text),
            CommitName::Branch(name) | CommitName::Elsewhere(Some(name)) => write!(f, "origin/{name}"),
            CommitName::Default | CommitName::Elsewhere(None) => f.write_str("origin/HEAD"),
        }
    }
}

impl CommitName {
    /// What something is called that has these names, the most exact first.
    pub fn called(names: &[CommitName]) -> String {
        names.first().map(CommitName::to_string).unwrap_or_default()
    }

    /// A branch, with or without `refs/heads/`.
    pub fn branch(name: &str) -> CommitName {
        CommitName::Branch(name.strip_prefix("refs/heads/").unwrap_or(name).to_owned())
    }

    /// The whole id of a commit.
    pub fn is_whole_id(text: &str) -> bool {
        text.len() == WHOLE && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

impl Repository {
    /// The commit of this name, where the clone holds it.
    ///
    /// # Errors
    /// [`GitError::Revision`]: there is none.
    pub fn named(&self, name: &CommitName) -> Result<Oid, GitError> {
        let here = |reference: &str| self.inner.find_reference(reference).and_then(|found| found.peel_to_commit());
        let found = match name {
            // Git takes a tag of that name first.
            CommitName::Written(text) => {
                match text.strip_prefix("origin/").map(|branch| here(&format!("{BRANCHES}{branch}"))) {
                    Some(Ok(commit)) => Ok(commit),
                    _ => self.inner.revparse_single(text).and_then(|object| object.peel_to_commit()),
                }
            }
            CommitName::Commit(id) if CommitName::is_whole_id(id) => {
                Oid::from_str(id).and_then(|id| self.inner.find_commit(id))
            }
            CommitName::Commit(id) if id.len() >= SHORTEST => self.inner.find_commit_by_prefix(id),
            CommitName::Commit(_) => Err(git2::Error::from_str("it is no id of a commit")),
            CommitName::Branch(branch) => here(&format!("{BRANCHES}{branch}")),
            CommitName::Default => match self.default_branch() {
                Some(branch) => here(&format!("{BRANCHES}{branch}")),
                None => Err(git2::Error::from_str("the clone does not know which branch that is")),
            },
            CommitName::Elsewhere(_) => {
                Err(git2::Error::from_str("it is a branch of another repository than the clone's"))
            }
        };
        let missing =
            |error: git2::Error| GitError::Revision { rev: name.to_string(), why: error.message().to_owned() };
        // A branch leads by what its commit says.
        let sound = |id: Oid| self.inner.odb().and_then(|odb| sound(&odb, id).map(|_| id));
        found.and_then(|commit| sound(commit.id())).map_err(missing)
    }

    /// The default branch of the origin, where the clone knows it. A branch of the origin that is itself called `HEAD` is not it.
    pub fn default_branch(&self) -> Option<String> {
        let head = self.inner.find_reference(&format!("{BRANCHES}HEAD")).ok()?;
        let link = head.kind() == Some(ReferenceType::Symbolic);
        let target = head.symbolic_target().ok()??.strip_prefix(BRANCHES)?.to_owned();
        link.then_some(target)
    }

    /// Was it cloned from somewhere, or will it be sent somewhere?
    pub fn has_remotes(&self) -> bool {
        self.inner.remotes().is_ok_and(|remotes| !remotes.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_one_way_only() {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init_bare(folder.path()).unwrap();
        let who = git2::Signature::new("R. Meyer", "r@example.org", &git2::Time::new(1_700_000_000, 0)).unwrap();
        let tree = git.find_tree(git.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let commit = |message: &str| git.commit(None, &who, &who, message, &tree, &[]).unwrap();
        let (base, hostile) = (commit("base"), commit("hostile"));
        let absent = "0123456789abcdef0123456789abcdef01234567";
        for name in ["heads/origin/main", "tags/origin/main", "tags/refs/remotes/origin/main", "heads/main"] {
            git.reference(&format!("refs/{name}"), hostile, true, "").unwrap();
        }
        git.reference(&format!("refs/heads/{absent}"), hostile, true, "").unwrap();
        git.reference(&format!("refs/heads/{}", &absent[..12]), hostile, true, "").unwrap();
        let repository = Repository::open(folder.path()).unwrap();
        let found = |name: CommitName| repository.named(&name).ok();
        assert_eq!(found(CommitName::branch("main")), None);
        assert_eq!(found(CommitName::Commit(absent.into())), None, "a branch that is called like a commit");
        assert_eq!(found(CommitName::Commit(absent[..12].into())), None);
        assert_eq!(found(CommitName::Written("main".into())), Some(hostile));
        git.reference("refs/remotes/origin/main", base, true, "").unwrap();
        for name in [CommitName::branch("refs/heads/main"), CommitName::Written("origin/main".into())] {
            assert_eq!(found(name.clone()), Some(base), "{name}");
        }
        let id = base.to_string();
        assert_eq!(
            (found(CommitName::Commit(id[..12].into())), found(CommitName::Commit(id[..11].into()))),
            (Some(base), None)
        );
        assert_eq!(found(CommitName::Commit(id)), Some(base));
        assert_eq!(found(CommitName::Elsewhere(Some("main".into()))), None);
        // A branch of the origin may be called so.
        git.reference("refs/remotes/origin/HEAD", hostile, true, "").unwrap();
        assert_eq!((found(CommitName::Default), repository.default_branch()), (None, None));
        git.reference_symbolic("refs/remotes/origin/HEAD", "refs/remotes/origin/main", true, "").unwrap();
        assert_eq!((found(CommitName::Default), repository.default_branch().as_deref()), (Some(base), Some("main")));
    }
}
