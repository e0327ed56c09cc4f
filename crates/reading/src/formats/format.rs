//! What a document format is.

use crate::formats::extract::Extract;
use crate::formats::hints::Hints;
use crate::value::document::Document;

/// Endings of data files.
pub(crate) const DATA: [&str; 5] = [".csv", ".tsv", ".xlsx", ".ods", ".json"];

/// A format of documents.
pub(crate) struct DocumentFormat {
    /// The extensions, in lower case, by which its files are looked for.
    pub(crate) extensions: &'static [&'static str],
    /// Further extensions of its files, for those that are named or attached.
    pub(crate) further: &'static [&'static str],
    /// What limits call it.
    pub(crate) name: &'static str,
    /// How a file of it is read.
    pub(crate) read: Read,
}

/// How a file is read.
pub(crate) enum Read {
    /// As text: its lines are those of the file.
    Text(fn(String, Hints) -> Document),
    /// As bytes, out of which text is extracted; the error says why nothing of it was read.
    Bytes(fn(&[u8], Hints, &mut Extract) -> Result<(), String>),
    /// Not at all; what to do instead.
    Not(&'static str),
}
