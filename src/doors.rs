//! A door for the fuzz targets to what is otherwise private.

use crate::collect::git::message::MessageReader;

/// What a commit message says.
pub fn message(raw: &[u8]) {
    let reader = MessageReader::new(&[]);
    let _ = (reader.read(raw, false), reader.read(raw, true));
}
