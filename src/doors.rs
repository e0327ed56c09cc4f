//! A door for the fuzz targets to what is otherwise private.

use crate::collect::git::message::Reader;

/// What a commit message says.
pub fn message(raw: &[u8]) {
    let reader = Reader::new(&[]);
    let _ = (reader.read(raw, false), reader.read(raw, true));
}
