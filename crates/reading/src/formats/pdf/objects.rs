//! Looking things up in the objects of a PDF.

use lopdf::{Dictionary, Document, Object};

/// Most bytes that the content of one page may unpack to.
pub(crate) const MOST_PAGE: usize = 4 << 20;

/// A finite number.
pub(crate) fn number(object: &Object) -> Option<f32> {
    object.as_float().ok().filter(|n| n.is_finite())
}

/// A dictionary's entry, or that of the field that it belongs to.
pub(crate) fn inherited<'a>(doc: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut dict = dict;
    for _ in 0..8 {
        if let Ok(found) = dict.get_deref(key, doc) {
            return Some(found);
        }
        dict = dict.get_deref(b"Parent", doc).ok()?.as_dict().ok()?;
    }
    None
}
