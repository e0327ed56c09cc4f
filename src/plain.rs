//! What the system says of a file, in plain words: no error numbers, no names that nobody gave.

use std::io;

/// Why a file could not be read or written.
pub(crate) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound if of_system(error) => "there is no such file or folder".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of its path is a file, not a folder".to_owned(),
        io::ErrorKind::PermissionDenied if of_system(error) => "this user may not".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "nothing can be written there".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

/// Said by the system, and not by us in better words?
fn of_system(error: &io::Error) -> bool {
    error.get_ref().is_none()
}

/// Without the temporary name that stood in for the one that was given.
pub(crate) fn unnamed(error: io::Error) -> io::Error {
    match error.kind() {
        kind @ (io::ErrorKind::NotFound
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::StorageFull) => io::Error::from(kind),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_number_and_no_temporary_name() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("absent");
        let wrapped = tempfile::Builder::new().prefix(".ours-").tempfile_in(&absent).unwrap_err();
        assert_eq!(why(&unnamed(wrapped)), "there is no such file or folder");
        assert_eq!(why(&io::Error::from_raw_os_error(21)), "it is a folder");
        let own = io::Error::new(io::ErrorKind::NotFound, "it is not staged");
        assert_eq!(why(&own), "it is not staged", "own words are better");
    }
}
