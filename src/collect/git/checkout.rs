//! What is checked out or staged, beside what is committed: found by the status of libgit2, and laid over the tree of the commit in
//! memory, so that everything that reads a tree reads it. Nothing is written to the repository.
#![expect(clippy::disallowed_methods, reason = "reads files of the work tree")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use git2::{Delta, ObjectType, Oid, Status, StatusOptions};

use crate::collect::git::error::{BlobProblem, GitError};
use crate::collect::git::repository::Repository;
use crate::collect::git::tree::spliced;
use lookback_core::model::Judged;

/// Bytes of files that are not committed.
const MOST: u64 = 256 << 20;
/// Git's mark of an entry that a sparse checkout leaves out.
const SKIP_WORKTREE: u16 = 1 << 14;

/// Which state is judged, and where it is not what the commit holds.
#[derive(Clone, Debug, Default)]
pub struct Checkout {
    /// Which state.
    pub judged: Judged,
    /// By path, what stands there instead of what is committed.
    over: BTreeMap<String, Stands>,
    /// Changed files that are not part of it.
    left: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// Nothing, or a link: links are not followed.
    Gone,
    /// What lies in the work tree.
    Disk,
    /// A blob of the index.
    Staged(Oid),
    /// A merge left it undecided.
    Conflict,
}

impl Checkout {
    /// Is a changed file of this path not part of what is judged?
    pub(crate) fn leaves(&self, path: &str) -> bool {
        self.left.contains(path)
    }
}

/// Which files are laid over the commit.
pub(crate) struct Overlaid<'a> {
    /// Those that are judged. One that cannot be read is told.
    pub judged: &'a dyn Fn(&str) -> bool,
    /// Those that may be read beside them. One that cannot be read counts as not there.
    pub beside: &'a dyn Fn(&str) -> bool,
    /// Bytes of one.
    pub max_size: u64,
}

/// The tree that is looked at.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// The commit below it.
    pub commit: Option<Oid>,
    /// The tree: the commit's own, or one in memory.
    pub tree: Option<Oid>,
    /// Paths that are not as committed, those that are gone included, and whether they are judged or may only be read beside.
    pub uncommitted: BTreeMap<String, bool>,
    /// Of these what the commit holds as well: its path there.
    pub before: BTreeMap<String, String>,
    /// Files that are not to be read, and why.
    pub unread: Vec<(String, BlobProblem)>,
    /// Changed files that were not looked at.
    pub left: usize,
}

impl Snapshot {
    /// The commit as it is.
    pub(crate) fn of(commit: Option<Oid>) -> Self {
        Snapshot { commit, tree: commit, ..Snapshot::default() }
    }
}

impl Repository {
    /// Can the work tree be told from the commit at all? Not in a bare repository, nor where nothing is checked out yet.
    pub fn is_checked_out(&self) -> bool {
        self.inner.workdir().is_some() && self.inner.path().join("index").exists()
    }

    /// Compares what is checked out and staged with the commit of `HEAD`. `index`: another index than the repository's own, which
    /// Git names to its hooks.
    pub fn checkout(&self, judged: Judged, index: Option<&Path>) -> Result<Checkout, GitError> {
        let failed = |error: git2::Error| GitError::Object {
            what: "the state of the work tree".to_owned(),
            why: error.message().to_owned(),
        };
        if let Some(path) = index {
            let mut index = git2::Index::open(path).map_err(failed)?;
            self.inner.set_index(&mut index).map_err(failed)?;
        }
        let index = self.inner.index().map_err(failed)?;
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true).include_ignored(false);
        let mut found = Checkout { judged, ..Checkout::default() };
        for entry in self.inner.statuses(Some(&mut options)).map_err(failed)?.iter() {
            // What is no UTF-8 no pattern names; a folder is a repository of its own.
            let Some(path) = entry.path().ok().filter(|path| !path.ends_with('/')) else { continue };
            let staged = index.get_path(Path::new(path), 0);
            let left_out = staged.as_ref().is_some_and(|entry| entry.flags_extended & SKIP_WORKTREE != 0);
            let blob = staged.filter(|entry| entry.mode & 0o170_000 == 0o100_000).map(|entry| entry.id);
            let staged = blob.map_or(Stands::Gone, Stands::Staged);
            let status = entry.status();
            let here = || self.inner.workdir().is_some_and(|root| root.join(path).symlink_metadata().is_ok());
            let (over, left) = match judged {
                Judged::Commit => (None, !left_out),
                Judged::Index if status.is_conflicted() => (Some(Stands::Conflict), false),
                Judged::Index => {
                    (status.intersects(in_index()).then_some(staged), status.intersects(in_work_tree()) && !left_out)
                }
                Judged::WorkTree if left_out && !here() => (Some(staged), false),
                Judged::WorkTree => (Some(if here() { Stands::Disk } else { Stands::Gone }), false),
            };
            found.over.extend(over.map(|over| (path.to_owned(), over)));
            found.left.extend(left.then(|| path.to_owned()));
        }
        Ok(found)
    }

    /// The commit with what stands in its place laid over it.
    pub(crate) fn snapshot(
        &self,
        checkout: &Checkout,
        commit: Option<Oid>,
        wanted: &Overlaid<'_>,
    ) -> Result<Snapshot, GitError> {
        let mut seen = Snapshot::of(commit);
        seen.left = checkout.left.iter().filter(|path| (wanted.judged)(path)).count();
        let Some(commit) = commit.filter(|_| !checkout.over.is_empty()) else { return Ok(seen) };
        self.lay_over(&mut seen, checkout, commit, wanted).map_err(|error| GitError::Object {
            what: "what is not committed".to_owned(),
            why: error.message().to_owned(),
        })?;
        Ok(seen)
    }

    fn lay_over(
        &self,
        seen: &mut Snapshot,
        checkout: &Checkout,
        commit: Oid,
        wanted: &Overlaid<'_>,
    ) -> Result<(), git2::Error> {
        let odb = self.inner.odb()?;
        // What is written from here on stays in memory.
        odb.add_new_mempack_backend(1000)?;
        let base = self.tree(commit)?;
        let mut changes: BTreeMap<&str, Option<Oid>> = BTreeMap::new();
        let mut left = MOST;
        for (path, stands) in &checkout.over {
            let judged = (wanted.judged)(path);
            let before = base.get_path(Path::new(path)).ok().filter(|entry| entry.kind() == Some(ObjectType::Blob));
            let wanted_here = judged || (wanted.beside)(path);
            let found = match stands {
                // Whatever it is: a folder may have taken its place.
                Stands::Gone => None,
                _ if !wanted_here => continue,
                Stands::Staged(blob) => Some(Ok(*blob)),
                Stands::Conflict => Some(Err(BlobProblem::Unreadable("it is in conflict in the index".to_owned()))),
                Stands::Disk => match self.on_disk(path, wanted.max_size, left) {
                    Ok(None) => None,
                    Err(problem) => Some(Err(problem)),
                    Ok(Some(bytes)) => {
                        left = left.saturating_sub(bytes.len() as u64);
                        let blob = Oid::hash_object(ObjectType::Blob, &bytes)?;
                        write(&odb, ObjectType::Blob, &bytes, blob)?;
                        Some(Ok(blob))
                    }
                },
            };
            let same = matches!((&found, &before), (Some(Ok(blob)), Some(before)) if *blob == before.id());
            if same || found.is_none() && before.is_none() {
                continue;
            }
            if wanted_here {
                seen.uncommitted.insert(path.clone(), judged);
            }
            let blob = found.map(|found| found.map_err(|why| seen.unread.extend(judged.then(|| (path.clone(), why)))));
            changes.insert(path, blob.and_then(Result::ok));
        }
        if changes.is_empty() {
            return Ok(());
        }
        let new = |data: &[u8]| {
            let id = Oid::hash_object(ObjectType::Tree, data)?;
            write(&odb, ObjectType::Tree, data, id).map(|()| id)
        };
        let tree = match spliced(&odb, Some(base.id()), &changes, &new)? {
            Some(tree) => tree,
            None => new(&[])?,
        };
        seen.tree = Some(tree);
        seen.before = self.before(&base, &self.inner.find_tree(tree)?)?;
        Ok(())
    }

    /// What the commit called the files that are not as it has them.
    fn before(&self, base: &git2::Tree, tree: &git2::Tree) -> Result<BTreeMap<String, String>, git2::Error> {
        let mut diff = self.inner.diff_tree_to_tree(Some(base), Some(tree), None)?;
        // A rename that cannot be found (a blob is absent) shows as a new file.
        let _ = diff.find_similar(None);
        let name = |path: Option<&Path>| path.map(|path| path.to_string_lossy().replace('\\', "/"));
        let known = diff.deltas().filter(|delta| matches!(delta.status(), Delta::Modified | Delta::Renamed));
        Ok(known.filter_map(|delta| Some((name(delta.new_file().path())?, name(delta.old_file().path())?))).collect())
    }

    /// A file of the work tree; `None` where it is a link or no file.
    fn on_disk(&self, path: &str, max_size: u64, left: u64) -> Result<Option<Vec<u8>>, BlobProblem> {
        let unreadable = |error: std::io::Error| BlobProblem::Unreadable(error.to_string());
        let Some(root) = self.inner.workdir() else { return Ok(None) };
        let about = root.join(path).symlink_metadata().map_err(unreadable)?;
        if !about.is_file() {
            return Ok(None);
        }
        if about.len() > max_size {
            return Err(BlobProblem::TooLarge(about.len()));
        }
        if about.len() > left {
            return Err(BlobProblem::Unreadable(format!("more than {} MiB that are not committed", MOST >> 20)));
        }
        std::fs::read(inside(root, path).map_err(unreadable)?).map(Some).map_err(unreadable)
    }
}

/// Writes an object where the repository does not hold it: else the file that does would be touched.
fn write(odb: &git2::Odb<'_>, kind: ObjectType, data: &[u8], id: Oid) -> Result<(), git2::Error> {
    if odb.exists(id) { Ok(()) } else { odb.write(kind, data).map(drop) }
}

/// A file of the work tree. A link that leads out of the tree is not followed: on a pull request a stranger made it.
pub(crate) fn inside(root: &Path, name: &str) -> std::io::Result<PathBuf> {
    let path = root.join(name).canonicalize()?;
    if path.starts_with(root.canonicalize()?) {
        return Ok(path);
    }
    Err(std::io::Error::other("it is a link that leads out of the repository, and is not followed"))
}

fn in_index() -> Status {
    Status::INDEX_NEW
        | Status::INDEX_MODIFIED
        | Status::INDEX_DELETED
        | Status::INDEX_RENAMED
        | Status::INDEX_TYPECHANGE
}

fn in_work_tree() -> Status {
    Status::WT_NEW | Status::WT_MODIFIED | Status::WT_DELETED | Status::WT_RENAMED | Status::WT_TYPECHANGE
}
