//! A new folder for what a command builds.

use crate::error::Error;

/// A new folder for temporary files. A minimal image has no place for them: then the user names a folder.
pub(crate) fn temporary(prefix: &str, how: &str) -> Result<tempfile::TempDir, Error> {
    let made = tempfile::Builder::new().prefix(prefix).tempdir();
    made.map_err(|error| Error::Usage(format!("cannot make a temporary folder: {error}; name a folder {how}")))
}
