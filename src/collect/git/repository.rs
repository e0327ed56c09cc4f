//! Reads a Git repository through libgit2: revisions, trees, blobs. Opens and reads only: no hook, no filter, no external
//! program, no write. The walk over the history is in `walk`, the histories of documents in `documents`.
#![expect(clippy::disallowed_methods, reason = "reads where a shallow clone ends")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate};
use git2::{ErrorCode, ObjectType, Oid};

use crate::collect::git::absent::AbsentObjects;
use crate::collect::git::error::{BlobProblem, GitError};
use crate::collect::git::library;
use crate::collect::git::sound::sound;
use lookback_core::model::period;
use lookback_core::model::{Limit, LimitKind};
use lookback_reading::Constraint;

/// Folders deeper than this are not entered.
const MAX_DEPTH: usize = 64;

/// More files of a tree are not listed: some thousand objects can hold any number of paths.
pub(crate) const MAX_FILES: usize = 500_000;

/// A file in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Path with `/`; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// The blob.
    pub oid: Oid,
}

/// The files of a tree and what was left out.
#[derive(Debug, Default)]
pub struct TreeFiles {
    /// Regular and executable files, by path.
    pub files: Vec<TreeFile>,
    /// Are there more files than are listed?
    pub full: bool,
    /// Entries that were looked at.
    entered: usize,
    /// Links, by path: to what they point.
    pub links: Vec<TreeFile>,
    /// Paths of submodules.
    pub submodules: Vec<String>,
    /// Submodules, missing trees.
    pub limits: Vec<Limit>,
}

/// An open repository.
pub struct Repository {
    /// What libgit2 has of it.
    pub(super) inner: git2::Repository,
    /// Commits at the boundary of a shallow clone.
    pub(super) shallow: BTreeSet<Oid>,
    /// Where it is noted what a partial clone lacks; `None`: nowhere.
    absent: Option<AbsentObjects>,
}

impl Repository {
    /// Opens the repository that encloses a path: a working tree, a folder in it, a bare repository, a linked worktree.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(library::configure);
        // Found and opened in one: the Git directory alone does not tell which work tree it was found from.
        let beyond: [&std::ffi::OsStr; 0] = [];
        match git2::Repository::open_ext(path, git2::RepositoryOpenFlags::CROSS_FS, beyond) {
            Ok(inner) => {
                let shallow = shallow_boundary(inner.commondir());
                Ok(Repository { inner, shallow, absent: None })
            }
            Err(error) if error.code() == ErrorCode::NotFound => {
                Err(GitError::NotFound { path: path.display().to_string() })
            }
            Err(error) => Err(GitError::Open { path: path.display().to_string(), why: error.message().to_owned() }),
        }
    }

    /// Notes what is asked for and not here.
    #[must_use]
    pub(crate) fn noting(mut self, absent: Option<&AbsentObjects>) -> Self {
        self.absent = absent.cloned();
        self
    }

    /// Notes an object that was asked for, where it is not here.
    pub(super) fn note_absent(&self, odb: &git2::Odb<'_>, id: Oid) {
        if let Some(absent) = self.absent.as_ref().filter(|_| !id.is_zero() && !odb.exists(id)) {
            absent.note(self.inner.path(), id);
        }
    }

    /// The Git directory.
    pub fn path(&self) -> &Path {
        self.inner.path()
    }

    /// The root of the working tree; `None` for a bare repository.
    pub fn workdir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// The object database.
    pub(crate) fn objects(&self) -> Result<git2::Odb<'_>, GitError> {
        self.inner.odb().map_err(|error| GitError::Object {
            what: "the object database".to_owned(),
            why: error.message().to_owned(),
        })
    }

    /// Is the history cut off?
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// `owner/name` where the origin tells it, else the folder's name.
    pub fn name(&self) -> String {
        let origin = self.inner.find_remote("origin").ok();
        let url = origin.as_ref().and_then(|remote| remote.url().ok()).unwrap_or_default();
        if let Some(name) = owner_and_name(url) {
            return name;
        }
        let folder: PathBuf = self.inner.workdir().map_or_else(|| self.inner.path().to_owned(), Path::to_owned);
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.trim_end_matches(".git").to_owned()
    }

    /// The address of the origin for a browser, without credentials; `None` for a local path.
    pub fn web_url(&self) -> Option<String> {
        let origin = self.inner.find_remote("origin").ok()?;
        web_url(origin.url().ok()?)
    }

    /// The commit to look at. With a date: the first one along first parents from the revision whose committer time is not after
    /// the end of that day in UTC. `None`: unborn branch, empty repository, or no commit as old as that.
    pub fn resolve(&self, rev: Option<&str>, as_of: Option<NaiveDate>) -> Result<Option<Oid>, GitError> {
        let tip = match rev {
            None => match self.inner.head() {
                Ok(head) => head.peel_to_commit(),
                Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => return Ok(None),
                Err(error) => Err(error),
            },
            Some(rev) => self.inner.revparse_single(rev).and_then(|object| object.peel_to_commit()),
        };
        let tip = tip.map_err(|error| match rev {
            Some(rev) => GitError::Revision { rev: rev.to_owned(), why: error.message().to_owned() },
            None => GitError::Object { what: "the commit of HEAD".to_owned(), why: error.message().to_owned() },
        })?;
        let end = as_of.map_or(i64::MAX, |day| period::end_of_day(day).timestamp());
        let mut commit = tip;
        while commit.time().seconds() >= end {
            match commit.parent(0) {
                Ok(parent) => commit = parent,
                Err(_) => return Ok(None),
            }
        }
        let failed = |error: git2::Error| GitError::Object {
            what: format!("commit {}", commit.id()),
            why: error.message().to_owned(),
        };
        self.inner.odb().and_then(|odb| sound(&odb, commit.id()).map(drop)).map_err(failed)?;
        Ok(Some(commit.id()))
    }

    /// From which day on which commit is the one that `resolve` gives for a day, with its tree, oldest first; and whether there was
    /// more before, which is not here.
    pub(crate) fn days(&self, tip: Oid, as_of: NaiveDate) -> (Vec<(NaiveDate, Oid, Oid)>, bool) {
        let mut days = Vec::new();
        let mut cut = false;
        let mut next = self.inner.find_commit(tip).ok();
        let mut until = Some(as_of);
        while let (Some(commit), Some(last)) = (next, until) {
            let day = DateTime::from_timestamp(commit.time().seconds(), 0).map(|time| time.date_naive());
            if let Some(day) = day.filter(|day| *day <= last) {
                days.push((day, commit.id(), commit.tree_id()));
                until = day.pred_opt();
            }
            next = commit.parent(0).ok();
            cut = next.is_none() && (commit.parent_count() > 0 || self.shallow.contains(&commit.id()));
        }
        days.reverse();
        (days, cut)
    }

    /// Does Git track anything in this folder?
    pub fn tracks(&self, folder: &Path) -> bool {
        let inside = self.workdir().and_then(|root| {
            let (root, folder) = (root.canonicalize().ok()?, folder.canonicalize().ok()?);
            folder.strip_prefix(&root).ok().map(Path::to_path_buf)
        });
        let Some(inside) = inside else { return false };
        self.inner.index().is_ok_and(|index| {
            index.iter().any(|entry| Path::new(&*String::from_utf8_lossy(&entry.path)).starts_with(&inside))
        })
    }

    /// A tree, or that of a commit; each is what its name says.
    pub(super) fn tree(&self, id: Oid) -> Result<git2::Tree<'_>, git2::Error> {
        let odb = self.inner.odb()?;
        sound(&odb, id)?;
        let tree = self.inner.find_object(id, None).and_then(|object| object.peel_to_tree())?;
        if tree.id() != id {
            sound(&odb, tree.id())?;
        }
        Ok(tree)
    }

    /// What stands at a path of a commit's tree: its id, and whether it is a folder. `None`: nothing.
    fn entry(&self, commit: Oid, path: &str) -> Result<Option<(Oid, bool)>, git2::Error> {
        let mut found = Some((commit, true));
        for name in path.split('/') {
            let Some((folder, true)) = found else { return Ok(None) };
            let tree = self.tree(folder)?;
            let entry = tree.get_name_bytes(name.as_bytes());
            found = entry.map(|entry| (entry.id(), entry.kind() == Some(ObjectType::Tree)));
        }
        Ok(found)
    }

    /// All files of a tree, or of a commit's.
    pub fn tree_files(&self, commit: Oid) -> Result<TreeFiles, GitError> {
        let failed = |error: &git2::Error| GitError::Object {
            what: format!("the tree of {commit}"),
            why: error.message().to_owned(),
        };
        let tree = self.tree(commit).map_err(|error| failed(&error))?;
        let mut out = TreeFiles::default();
        self.enter(&tree, "", 0, &mut out);
        if !out.submodules.is_empty() {
            out.submodules.sort();
            out.limits.push(Limit::new(
                LimitKind::Tree,
                format!("submodules: {}", out.submodules.join(", ")),
                "submodules are named, not entered",
                "Run Lookback in the submodule's own repository if records are kept there.",
            ));
        }
        out.files.sort_by(|a, b| a.path.cmp(&b.path));
        out.links.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(out)
    }

    fn enter(&self, tree: &git2::Tree, prefix: &str, depth: usize, out: &mut TreeFiles) {
        for entry in tree {
            if out.entered >= MAX_FILES {
                out.full = true;
                return;
            }
            out.entered += 1;
            let path = format!("{prefix}{}", String::from_utf8_lossy(entry.name_bytes()));
            match (entry.kind(), entry.filemode()) {
                (Some(ObjectType::Blob), mode) if is_file(mode) => {
                    out.files.push(TreeFile { path, oid: entry.id() });
                }
                (Some(ObjectType::Commit), _) => out.submodules.push(path),
                (Some(ObjectType::Tree), _) if depth < MAX_DEPTH => match self.tree(entry.id()) {
                    Ok(below) => self.enter(&below, &format!("{path}/"), depth + 1, out),
                    Err(error) => out.limits.push(missing_folder(&path, error.message())),
                },
                (Some(ObjectType::Tree), _) => {
                    out.limits.push(missing_folder(&path, "the folders are nested too deeply"));
                }
                // Symbolic links are not followed.
                (Some(ObjectType::Blob), LINK) => out.links.push(TreeFile { path, oid: entry.id() }),
                _ => {}
            }
        }
    }

    /// The contents of a blob of at most `max` bytes.
    pub fn blob(&self, oid: Oid, max: u64) -> Result<Vec<u8>, BlobProblem> {
        let problem = |error: git2::Error| match error.code() {
            ErrorCode::NotFound => BlobProblem::Absent,
            _ => BlobProblem::Unreadable(error.message().to_owned()),
        };
        let odb = self.inner.odb().map_err(problem)?;
        let (size, _) = odb.read_header(oid).map_err(|error| {
            self.note_absent(&odb, oid);
            problem(error)
        })?;
        if size as u64 > max {
            return Err(BlobProblem::TooLarge(size as u64));
        }
        Ok(sound(&odb, oid).map_err(problem)?.data().to_owned())
    }

    /// The blob of one file of a commit's tree, if it is there.
    pub fn file_id(&self, commit: Oid, path: &str) -> Option<Oid> {
        self.entry(commit, path).ok()?.map(|(id, _)| id)
    }

    /// One file of a commit's tree, if it is there and not larger than `max` bytes.
    pub fn file_at(&self, commit: Oid, path: &str, max: u64) -> Option<Vec<u8>> {
        self.file_in(commit, path, max).ok()?
    }

    /// One file of a commit's tree; `None` where the tree holds none.
    ///
    /// # Errors
    ///
    /// It is there and cannot be read.
    pub fn file_in(&self, commit: Oid, path: &str, max: u64) -> Result<Option<Vec<u8>>, BlobProblem> {
        match self.entry(commit, path) {
            Ok(found) => found.map(|(id, _)| self.blob(id, max)).transpose(),
            Err(error) => Err(BlobProblem::Unreadable(error.message().to_owned())),
        }
    }

    /// The submodule that a path lies in.
    pub(crate) fn submodule_above(&self, commit: Oid, path: &str) -> Option<String> {
        let tree = self.inner.find_object(commit, None).ok()?.peel_to_tree().ok()?;
        let is_module = |above: &&Path| {
            !above.as_os_str().is_empty()
                && tree.get_path(above).is_ok_and(|entry| entry.kind() == Some(ObjectType::Commit))
        };
        Path::new(path).ancestors().skip(1).find(is_module).map(|above| above.display().to_string())
    }

    /// The files of one folder of a commit's tree, without those of the folders in it.
    pub fn folder(&self, commit: Oid, path: &str) -> Vec<TreeFile> {
        let found = self.entry(commit, path).ok().flatten();
        let folder = found.filter(|(_, is_folder)| *is_folder).and_then(|(id, _)| self.tree(id).ok());
        let entries = folder
            .iter()
            .flat_map(|tree| tree.iter().map(|entry| (entry.kind(), entry.id(), entry.name_bytes().to_vec())));
        entries
            .filter(|(kind, ..)| *kind == Some(ObjectType::Blob))
            .map(|(_, oid, name)| TreeFile { path: format!("{path}/{}", String::from_utf8_lossy(&name)), oid })
            .collect()
    }

    /// Does the checkout leave out part of the tree?
    pub fn is_sparse(&self) -> bool {
        self.inner.config().is_ok_and(|config| config.get_bool("core.sparseCheckout").unwrap_or(false))
    }
}

fn missing_folder(path: &str, why: &str) -> Limit {
    Limit::new(
        LimitKind::Tree,
        format!("folder {path}"),
        format!("its tree cannot be read: {why}"),
        "Clone the whole repository (`fetch-depth: 0`, no filter) and check it with `git fsck`.",
    )
    .affecting(&Constraint::ALL)
    .may_hide_a_record()
}

/// The commits that `shallow` in the Git directory lists.
fn shallow_boundary(folder: &Path) -> BTreeSet<Oid> {
    let text = std::fs::read_to_string(folder.join("shallow")).unwrap_or_default();
    text.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()
}

/// `owner/name` from a remote's URL; credentials and hosts are dropped. `None` for a local path.
fn owner_and_name(url: &str) -> Option<String> {
    let rest = match url.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.split_once('/')?.1,
        // git@host:owner/name.git, but not C:\folder
        None => url.split_once(':').filter(|(host, _)| host.len() > 1 && !host.contains('/'))?.1,
    };
    let rest = rest.trim_matches('/').trim_end_matches(".git");
    let mut parts = rest.rsplit('/');
    let name = parts.next().filter(|name| !name.is_empty())?;
    let owner = parts.next().filter(|owner| !owner.is_empty())?;
    Some(format!("{owner}/{name}"))
}

/// `https://host/path` from a remote's URL. User, password and the port of another protocol are dropped; `None` for a local
/// path and for anything that is not plainly a host and a path.
pub(crate) fn web_url(url: &str) -> Option<String> {
    let (web, rest) = match url.split_once("://") {
        Some(("http" | "https", rest)) => (true, rest),
        Some(("ssh" | "git", rest)) => (false, rest),
        Some(_) => return None,
        None => (false, url),
    };
    let at = rest.find(if url.contains("://") { '/' } else { ':' })?;
    let (authority, path) = (&rest[..at], rest[at + 1..].trim_matches('/').trim_end_matches(".git"));
    let host = authority.rsplit('@').next()?;
    let host = if web { host } else { host.split(':').next()? };
    let plain = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let sound = host.len() > 1 && plain(host, ".-:") && path.contains('/') && plain(path, "./-_~");
    sound.then(|| format!("https://{host}/{path}"))
}

/// The mode of a symbolic link.
const LINK: i32 = 0o120_000;

/// Is it a file, and no link?
fn is_file(mode: i32) -> bool {
    matches!(mode, 0o100_644 | 0o100_755 | 0o100_664)
}

#[cfg(test)]
mod tests {
    use super::{owner_and_name, web_url};

    #[test]
    fn web_addresses_hold_no_credentials() {
        for (url, web) in [
            ("https://github.com/acme/pump.git", Some("https://github.com/acme/pump")),
            ("https://user:to@ken@git.acme.example:8443/acme/pump", Some("https://git.acme.example:8443/acme/pump")),
            ("git@github.com:acme/pump.git", Some("https://github.com/acme/pump")),
            ("ssh://git@host:2222/group/sub/pump.git/", Some("https://host/group/sub/pump")),
            ("https://github.com/acme/pump?token=x", None),
            ("file:///srv/pump.git", None),
            ("/srv/git/pump.git", None),
            ("../pump", None),
            ("C:\\git\\pump", None),
            ("", None),
        ] {
            assert_eq!(web_url(url).as_deref(), web, "{url}");
        }
    }

    #[test]
    fn names_from_remotes() {
        for (url, name) in [
            ("https://github.com/acme/pump.git", Some("acme/pump")),
            ("https://user:token@github.com/acme/pump", Some("acme/pump")),
            ("git@github.com:acme/pump.git", Some("acme/pump")),
            ("ssh://git@host:2222/group/sub/pump.git/", Some("sub/pump")),
            ("file:///srv/pump.git", None),
            ("/srv/git/pump.git", None),
            ("../pump", None),
            ("C:\\git\\pump", None),
            ("", None),
        ] {
            assert_eq!(owner_and_name(url).as_deref(), name, "{url}");
        }
    }
}
