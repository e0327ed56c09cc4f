//! Puts finished bytes into a file, whole or not at all. The only part of rendering that touches the disk.
#![expect(clippy::disallowed_methods, reason = "the one place that writes files")]

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use crate::plain;

/// A file that could not be written. The old content, if any, is untouched.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {}", lookback_core::render::escape::line(&path.display().to_string()), plain::why(source))]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// What stopped it.
    pub source: io::Error,
}

impl WriteError {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        let folder = lookback_core::render::escape::line(&folder(&self.path).display().to_string());
        match self.source.kind() {
            io::ErrorKind::NotFound => format!("create the folder {folder} first, or name another file"),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                format!("make the folder {folder} writable, or name a file in another folder")
            }
            io::ErrorKind::IsADirectory => "name a file, not a folder".to_owned(),
            io::ErrorKind::StorageFull => format!("free some space in {folder}"),
            _ => "name another file".to_owned(),
        }
    }
}

/// Writes a file through a temporary one beside it, so that a reader never sees half of it.
///
/// A pipe or device (`/dev/stdout`, a FIFO) has no halves to hide and is written directly. A symbolic link is followed,
/// not replaced.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    write_through(path, |out| out.write_all(bytes))
}

/// The same of what is written piece by piece.
pub(crate) fn write_through(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    write(path, fill).map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Where a path lies below a folder, part by part: a link on the way is not followed, because a stranger's pull request may have made it.
pub(crate) fn below(folder: &Path, path: &str) -> Result<PathBuf, WriteError> {
    let refused = |path: PathBuf, why: &str| WriteError {
        path,
        source: io::Error::new(io::ErrorKind::InvalidInput, why.to_owned()),
    };
    let mut at = folder.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => continue,
            Component::Normal(name) => at.push(name),
            _ => return Err(refused(folder.join(path), "it leads out of the workspace")),
        }
        if at.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
            return Err(refused(at, "it is a symbolic link, and is not followed"));
        }
    }
    Ok(at)
}

fn write(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let filled = |file: &mut dyn Write| {
        let mut out = io::BufWriter::new(file);
        fill(&mut out)?;
        out.flush()
    };
    let existing = std::fs::metadata(path).ok();
    if existing.as_ref().is_some_and(std::fs::Metadata::is_dir) {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    if existing.as_ref().is_some_and(|file| !file.is_file()) {
        return filled(&mut std::fs::OpenOptions::new().write(true).open(path)?);
    }
    let target = if existing.is_some() { std::fs::canonicalize(path)? } else { path.to_owned() };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lookback-").suffix(".tmp");
    if let Some(file) = existing {
        if file.permissions().readonly() {
            return Err(io::Error::from(io::ErrorKind::PermissionDenied));
        }
        builder.permissions(file.permissions());
    } else {
        new_file_permissions(&mut builder);
    }
    let mut file = builder.tempfile_in(folder(&target)).map_err(plain::unnamed)?;
    filled(&mut file)?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are private by default; a report is as public as any other new file, subject to the umask.
#[cfg(unix)]
fn new_file_permissions(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn new_file_permissions(_: &mut tempfile::Builder<'_, '_>) {}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_the_whole_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        write_whole(&path, b"a longer first text").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn errors_name_the_file_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_whole(&folder.path().join("no/such/report.json"), b"x").unwrap_err();
        assert!(error.to_string().contains("report.json"), "{error}");
        assert!(error.remedy().contains("create the folder"), "{}", error.remedy());
        let error = write_whole(folder.path(), b"x").unwrap_err();
        assert_eq!(error.remedy(), "name a file, not a folder");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn below_a_folder_no_link_is_followed() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let link = |from: &str| std::os::unix::fs::symlink(elsewhere.path(), folder.path().join(from)).unwrap();
        std::fs::create_dir(folder.path().join("out")).unwrap();
        link("away");
        link("out/r.md");
        for (path, fine) in [
            ("r.md", true),
            ("./out/new.md", true),
            ("out/r.md", false),
            ("away/r.md", false),
            ("../r.md", false),
            ("out/../../r.md", false),
            ("/etc/r.md", false),
        ] {
            assert_eq!(below(folder.path(), path).is_ok(), fine, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_keeps_the_mode_and_respects_the_umask() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "old").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_whole(&link, b"new").unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write_whole(&ours, b"x").unwrap();
        std::fs::write(&plain, "x").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
        write_whole(Path::new("/dev/null"), b"x").unwrap();
    }
}
