//! The files that the user or the configuration names: the configuration itself, and issue files. Read from the working tree or,
//! where there is none, from the revision.
#![expect(clippy::disallowed_methods, reason = "reads the files that are named")]

use std::path::{Path, PathBuf};

use crate::collect::error::CollectError;
use crate::collect::git::repository::Repository;
use crate::collect::unread::reason;
use lookback_core::model::ConfigText;
use lookback_core::model::Policy;

/// An issue file with its name for messages.
#[derive(Clone)]
pub struct IssueFile {
    /// Name as the user gave it.
    pub name: String,
    /// Contents.
    pub bytes: Vec<u8>,
}

/// The configuration in force: the named file, else `lookback.toml` in the working tree, else (bare repository) in the revision.
pub fn find_config(
    repository: &Repository,
    named: Option<&Path>,
    rev: Option<&str>,
) -> Result<Option<ConfigText>, CollectError> {
    const NAME: &str = "lookback.toml";
    if let Some(path) = named {
        return Ok(Some(ConfigText { path: path.display().to_string(), text: read_text(path)? }));
    }
    if let Some(root) = repository.workdir() {
        let there = root.join(NAME).symlink_metadata().is_ok();
        if there {
            return Ok(Some(ConfigText { path: NAME.to_owned(), text: read_text(&inside(root, NAME)?)? }));
        }
        if !repository.is_sparse() {
            return Ok(None);
        }
    }
    let found = committed(repository, NAME, rev, 1 << 20)?;
    Ok(found.map(|bytes| ConfigText { path: NAME.to_owned(), text: String::from_utf8_lossy(&bytes).into_owned() }))
}

/// A file of the revision; `None` where it holds none. One that is there and cannot be read is no missing one.
fn committed(
    repository: &Repository,
    name: &str,
    rev: Option<&str>,
    max: u64,
) -> Result<Option<Vec<u8>>, CollectError> {
    let Some(commit) = repository.resolve(rev, None)? else { return Ok(None) };
    repository.file_in(commit, name, max).map_err(|problem| {
        let (why, remedy) = reason(&problem, max);
        CollectError::Read { path: name.to_owned(), source: std::io::Error::other(format!("{why}. {remedy}")) }
    })
}

/// A file of the working tree. A link that leads out of the tree is not followed: on a pull request a stranger made it.
fn inside(root: &Path, name: &str) -> Result<PathBuf, CollectError> {
    let failed = |source| CollectError::Read { path: name.to_owned(), source };
    let path = root.join(name).canonicalize().map_err(failed)?;
    if path.starts_with(root.canonicalize().map_err(failed)?) {
        return Ok(path);
    }
    Err(failed(std::io::Error::other("it is a link that leads out of the repository, and is not followed")))
}

/// Reads a text file.
pub(crate) fn read_text(path: &Path) -> Result<String, CollectError> {
    let bytes =
        std::fs::read(path).map_err(|source| CollectError::Read { path: path.display().to_string(), source })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads the issue files named on the command line (relative to the current folder) and by the configuration (relative to the
/// repository's root, in the working tree or, where there is none, in the revision). One that only the branch has whose policy judges
/// (`kept`) is no mistake: a change took it away.
pub(crate) fn issue_files(
    repository: &Repository,
    named: &[PathBuf],
    policy: &Policy,
    rev: Option<&str>,
    kept: &[IssueFile],
) -> Result<Vec<IssueFile>, CollectError> {
    let read = |path: &Path| -> Result<Vec<u8>, CollectError> {
        let failed = |source| CollectError::Read { path: path.display().to_string(), source };
        let size = std::fs::metadata(path).map_err(failed)?.len();
        lookback_core::intake::read::check_size(&path.display().to_string(), size)?;
        std::fs::read(path).map_err(failed)
    };
    let mut files = Vec::new();
    let mut add = |name: String, bytes: Result<Vec<u8>, CollectError>| match bytes {
        Ok(bytes) => {
            files.push(IssueFile { name, bytes });
            Ok(())
        }
        Err(CollectError::Read { source, .. })
            if source.kind() == std::io::ErrorKind::NotFound && kept.iter().any(|file| file.name == name) =>
        {
            Ok(())
        }
        Err(error) => Err(error),
    };
    for path in named {
        add(path.display().to_string(), read(path))?;
    }
    for name in &policy.issues.files {
        // What a sparse checkout leaves out is in the revision.
        let left_out = |root: &Path| repository.is_sparse() && root.join(name).symlink_metadata().is_err();
        let bytes = match repository.workdir().filter(|root| !left_out(root)) {
            Some(root) => inside(root, name).and_then(|path| read(&path)),
            None => committed(repository, name, rev, 256 << 20).and_then(|bytes| {
                let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
                bytes.ok_or_else(|| CollectError::Read { path: name.clone(), source: missing() })
            }),
        };
        add(name.clone(), bytes)?;
    }
    Ok(files)
}
