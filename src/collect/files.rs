//! The files that the user or the configuration names: the configuration itself, and issue files. Read from the state that is judged:
//! the work tree (what it lacks because the checkout is sparse, from the commit), else the tree.
#![expect(clippy::disallowed_methods, reason = "reads the files that are named")]

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use git2::Oid;

use crate::collect::error::CollectError;
use crate::collect::git::checkout::inside;
use crate::collect::git::error::BlobProblem;
use crate::collect::git::repository::Repository;
use crate::collect::unread::reason;
use lookback_core::config::line::KeyLines;
use lookback_core::intake::read::MAX_BYTES;
use lookback_core::model::{ConfigText, Judged, Policy};

/// Where the configuration lies unless somebody says otherwise.
pub(crate) const NAME: &str = "lookback.toml";
/// Bytes of a configuration.
pub(crate) const MOST: u64 = 1 << 20;

/// An issue file with its name for messages.
#[derive(Clone)]
pub struct IssueFile {
    /// Name as the user gave it.
    pub name: String,
    /// Contents.
    pub bytes: Vec<u8>,
}

/// An issue file as the branch has it whose policy judges.
#[derive(Clone)]
pub struct BaseFile {
    /// Name as the user gave it.
    pub name: String,
    /// Contents.
    pub bytes: Vec<u8>,
    /// The same file where the change set out from that branch.
    pub fork: AtFork,
}

/// What a file was where a change set out from its base.
#[derive(Clone)]
pub enum AtFork {
    /// What the base has now.
    Same,
    /// This, or not there.
    Other(Option<Vec<u8>>),
    /// Nobody knows.
    Unknown,
}

/// The configuration in force: the named file, else `lookback.toml` of the state that is judged. `tree`: a tree, or a commit.
pub fn find_config(
    repository: &Repository,
    named: Option<&Path>,
    judged: Judged,
    tree: Option<Oid>,
) -> Result<Option<ConfigText>, CollectError> {
    if let Some(path) = named {
        return Ok(Some(ConfigText { path: path.display().to_string(), text: read_text(path)? }));
    }
    let found = match on_disk(repository, NAME, judged) {
        Some(path) => Some(read_text(&path?)?),
        None if judged == Judged::WorkTree && repository.workdir().is_some() && !repository.is_sparse() => None,
        None => in_tree(repository, NAME, tree, MOST)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    };
    Ok(found.map(|text| ConfigText { path: NAME.to_owned(), text }))
}

/// Where a file of the state that is judged lies on disk; `None` where it is to be read from the tree.
fn on_disk(repository: &Repository, name: &str, judged: Judged) -> Option<Result<PathBuf, CollectError>> {
    let root = repository.workdir().filter(|_| judged == Judged::WorkTree)?;
    root.join(name).symlink_metadata().ok()?;
    Some(inside(root, name).map_err(|source| CollectError::Read { path: name.to_owned(), source }))
}

/// A file of the tree; `None` where it holds none. One that is there and cannot be read is no missing one.
fn in_tree(repository: &Repository, name: &str, tree: Option<Oid>, max: u64) -> Result<Option<Vec<u8>>, CollectError> {
    let Some(tree) = tree else { return Ok(None) };
    repository.file_in(tree, name, max).map_err(|problem| {
        let (why, of_documents) = reason(&problem, max);
        // No key makes room for a larger configuration.
        let large = name == NAME && matches!(problem, BlobProblem::TooLarge(_));
        let remedy =
            if large { "Shorten it: one table for many paths takes patterns.".to_owned() } else { of_documents };
        CollectError::Read { path: name.to_owned(), source: io::Error::other(format!("{why}. {remedy}")) }
    })
}

/// Reads a text file of the size of a configuration: a regular one, so that no device and no pipe keeps the run.
pub(crate) fn read_text(path: &Path) -> Result<String, CollectError> {
    let text = || {
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is no regular file; name one"));
        }
        let bytes = at_most(path, MOST)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    text().map_err(|source| CollectError::Read { path: path.display().to_string(), source })
}

/// The bytes of a file, however large it says that it is.
fn at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!(
            "it holds more than the {most} bytes that are read; name a smaller file"
        )));
    }
    Ok(bytes)
}

/// Reads the issue files named on the command line (relative to the current folder) and by the configuration (relative to the
/// repository's root, in the state that is judged). One that only the branch has whose policy judges (`kept`) is no mistake: a change
/// took it away.
pub(crate) fn issue_files(
    repository: &Repository,
    named: &[PathBuf],
    (policy, config): (&Policy, Option<&ConfigText>),
    judged: Judged,
    tree: Option<Oid>,
    kept: &[BaseFile],
) -> Result<Vec<IssueFile>, CollectError> {
    let read = |path: &Path| -> Result<Vec<u8>, CollectError> {
        let failed = |source| CollectError::Read { path: path.display().to_string(), source };
        let size = std::fs::metadata(path).map_err(failed)?.len();
        lookback_core::intake::read::check_size(&path.display().to_string(), size)?;
        at_most(path, MAX_BYTES).map_err(failed)
    };
    let mut files = Vec::new();
    let mut add = |name: String, bytes: Result<Vec<u8>, CollectError>| match bytes {
        Ok(bytes) => {
            files.push(IssueFile { name, bytes });
            Ok(())
        }
        Err(CollectError::Read { source, .. })
            if source.kind() == io::ErrorKind::NotFound && kept.iter().any(|file| file.name == name) =>
        {
            Ok(())
        }
        Err(error) => Err(error),
    };
    for path in named {
        let name = path.display().to_string();
        add(name.clone(), read(path)).map_err(|error| match error {
            CollectError::Read { source, .. } => CollectError::Named { name, source },
            other => other,
        })?;
    }
    for name in &policy.issues.files {
        let bytes = match on_disk(repository, name, judged) {
            Some(path) => path.and_then(|path| read(&path)),
            None => in_tree(repository, name, tree, MAX_BYTES).and_then(|bytes| {
                bytes.ok_or_else(|| CollectError::Read {
                    path: name.clone(),
                    source: missing(repository, name, judged, tree),
                })
            }),
        };
        add(name.clone(), bytes).map_err(|error| configured(error, name, config))?;
    }
    Ok(files)
}

/// With the line that names the file.
fn configured(error: CollectError, name: &str, config: Option<&ConfigText>) -> CollectError {
    let Some(config) = config else { return error };
    let CollectError::Read { source, .. } = error else { return error };
    let line = KeyLines::new(&config.text).of("issues.files");
    CollectError::Configured { config: config.path.clone(), line, name: name.to_owned(), source }
}

/// A file that the configuration names is not there.
fn missing(repository: &Repository, name: &str, judged: Judged, tree: Option<Oid>) -> io::Error {
    if let Some(module) = tree.and_then(|tree| repository.submodule_above(tree, name)) {
        let why = format!(
            "it lies in the submodule {module}, which is not entered where it is not checked out; `git submodule update --init {module}`, or name the file with --issues"
        );
        return io::Error::other(why);
    }
    let why = match judged {
        Judged::WorkTree => "there is no such file",
        Judged::Index => "it is not staged; `git add` it, or name it with --issues",
        Judged::Commit => "it is not in the commit that is judged; commit it, or name it with --issues",
    };
    io::Error::new(io::ErrorKind::NotFound, why)
}
