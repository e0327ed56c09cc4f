//! What a pull request changes: the difference between the merge base and the revision, with the changed lines.

use std::collections::BTreeSet;
use std::path::Path;

use git2::{Delta, DiffOptions, ErrorCode, Oid, Patch};

use crate::collect::git::commit_name::CommitName;
use crate::collect::git::error::GitError;
use crate::collect::git::repository::Repository;

/// Files that differ, or why that cannot be told.
#[derive(Debug, PartialEq, Eq)]
pub enum Difference {
    /// Told.
    Seen {
        /// The merge base.
        base: Oid,
        /// Files that differ, by path.
        files: Vec<FileChange>,
    },
    /// The history does not reach back to the merge base.
    Unseen(String),
}

/// One file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Path in the revision; the former one when the file is gone.
    pub path: String,
    /// The blob and its path at the merge base; `None` for a new file.
    pub before: Option<(Oid, String)>,
    /// Is it gone?
    pub deleted: bool,
    /// Changed lines in the revision, first and last of each run; empty where lines cannot be told.
    pub lines: Vec<(u32, u32)>,
}

impl Repository {
    /// What differs between the merge base of `base` and `head`, and `head`. Lines are told for paths that `wanted` accepts.
    ///
    /// # Errors
    /// [`GitError::Revision`] when `base` names nothing in a complete clone.
    pub fn difference(
        &self,
        base: &CommitName,
        head: Oid,
        tree: Oid,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Difference, GitError> {
        let tip = match self.named(base) {
            Ok(commit) => commit,
            Err(error) if self.shallow.is_empty() => return Err(error),
            Err(_) => return Ok(unseen(&format!("the base {base} is not in this shallow clone"))),
        };
        let merge_base = match self.inner.merge_base(tip, head) {
            Ok(merge_base) => merge_base,
            Err(error) if error.code() == ErrorCode::NotFound && !self.shallow.is_empty() => {
                return Ok(unseen(&format!("this shallow clone does not reach the merge base with {base}")));
            }
            Err(error) if error.code() == ErrorCode::NotFound => {
                return Ok(unseen(&format!("{base} and the revision have no common history")));
            }
            Err(error) => return Ok(unseen(&format!("no merge base with {base}: {}", error.message()))),
        };
        let files = self.files_between(merge_base, tree, wanted).map_err(|error| GitError::Object {
            what: format!("the difference between {merge_base} and {head}"),
            why: error.message().to_owned(),
        })?;
        Ok(Difference::Seen { base: merge_base, files })
    }

    fn files_between(
        &self,
        base: Oid,
        head: Oid,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<FileChange>, git2::Error> {
        let tree = |id: Oid| self.tree(id);
        let mut options = DiffOptions::new();
        options.context_lines(0).ignore_submodules(true);
        let mut diff = self.inner.diff_tree_to_tree(Some(&tree(base)?), Some(&tree(head)?), Some(&mut options))?;
        // A rename that cannot be found (a blob is absent) shows as one file gone and one new: nothing is lost.
        let _ = diff.find_similar(None);
        let mut files = Vec::new();
        for at in 0..diff.deltas().len() {
            let Some(delta) = diff.get_delta(at) else { continue };
            let deleted = delta.status() == Delta::Deleted;
            let name = |path: Option<&Path>| path.map(|path| path.to_string_lossy().replace('\\', "/"));
            let (old, new) = (name(delta.old_file().path()), name(delta.new_file().path()));
            let Some(path) = (if deleted { old.clone() } else { new }) else { continue };
            let before = (delta.status() != Delta::Added).then(|| Some((delta.old_file().id(), old?))).flatten();
            let lines = if !deleted && wanted(&path) { lines(&diff, at) } else { Vec::new() };
            files.push(FileChange { path, before, deleted, lines });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// The commit that two have in common; `None` where none can be seen.
    pub fn merge_base(&self, one: Oid, other: Oid) -> Option<Oid> {
        self.inner.merge_base(one, other).ok()
    }

    /// Paths of files that `head` adds to or changes of `base`.
    pub fn added_or_changed(&self, base: Oid, head: Oid) -> BTreeSet<String> {
        let tree = |id: Oid| self.tree(id);
        let diff = tree(base).and_then(|base| self.inner.diff_tree_to_tree(Some(&base), Some(&tree(head)?), None));
        let paths = diff
            .iter()
            .flat_map(|diff| diff.deltas().filter(|delta| delta.status() != Delta::Deleted).collect::<Vec<_>>());
        paths.filter_map(|delta| Some(delta.new_file().path()?.to_string_lossy().replace('\\', "/"))).collect()
    }

    /// Does the history of `head` hold this commit? `None`: the commit is unknown here.
    pub fn contains(&self, head: Oid, commit: &str) -> Option<bool> {
        let commit = Oid::from_str(commit).ok()?;
        self.inner.find_commit(commit).ok()?;
        Some(head == commit || self.inner.graph_descendant_of(head, commit).unwrap_or(false))
    }

    /// The parents of a commit.
    pub fn parents(&self, commit: Oid) -> Vec<String> {
        self.inner
            .find_commit(commit)
            .map(|commit| commit.parent_ids().map(|id| id.to_string()).collect())
            .unwrap_or_default()
    }
}

pub(crate) fn unseen(why: &str) -> Difference {
    Difference::Unseen(why.to_owned())
}

/// Runs of changed lines in the new file; a pure deletion counts as the line before it.
pub(crate) fn lines(diff: &git2::Diff, at: usize) -> Vec<(u32, u32)> {
    let Ok(Some(patch)) = Patch::from_diff(diff, at) else { return Vec::new() };
    let hunks = (0..patch.num_hunks()).filter_map(|hunk| patch.hunk(hunk).ok());
    hunks
        .map(|(hunk, _)| {
            let first = hunk.new_start().max(1);
            (first, first + hunk.new_lines().saturating_sub(1))
        })
        .collect()
}
