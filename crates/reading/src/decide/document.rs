//! Bytes of a file → the document model: picks the format by the file's extension, and keeps a fault of ours to the document at
//! which it shows.

use regex::Regex;

use crate::formats::FORMATS;
use crate::formats::decode::decode;
use crate::formats::extract::Extract;
use crate::formats::format::{DocumentFormat, Read};
use crate::formats::markdown;
use crate::grammar::dates;
use crate::value::document::Document;
use crate::value::guard::guarded;

/// A document with what could not be read of it.
pub(crate) struct Parsed {
    /// The document.
    pub(crate) doc: Document,
    /// What could not be read, a short sentence each.
    pub(crate) limits: Vec<String>,
}

/// The extension of a path, in lower case.
pub(crate) fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_lowercase())
}

/// Does something with a document. A panic in it costs this document: the error is the limit that names it.
pub(crate) fn with_document<T>(path: &str, work: impl FnOnce() -> T) -> Result<T, String> {
    guarded(work).ok_or_else(|| format!("{path} is not read: a fault in lookback itself, please report it"))
}

/// Parses a file by its extension. The error says why nothing of it was read, and what to do.
pub(crate) fn parse(path: &str, bytes: &[u8]) -> Result<Parsed, String> {
    let extension = extension(path);
    let mut formats = FORMATS.iter();
    match formats.find(|format| [format.extensions, format.further].iter().any(|all| all.contains(&extension.as_str())))
    {
        Some(DocumentFormat { read: Read::Not(instead), .. }) => Err((*instead).to_owned()),
        Some(DocumentFormat { read: Read::Bytes(read), name, .. }) => {
            let mut out = Extract::default();
            read(bytes, dates::HINTS, &mut out).map_err(|why| format!("{name} not read: {why}"))?;
            let (doc, limits) = out.finish();
            if doc.source.trim().is_empty() && limits.is_empty() {
                return Err("the document is empty".to_owned());
            }
            Ok(Parsed { doc, limits: limits.into_iter().map(|limit| format!("{name}: {limit}")).collect() })
        }
        Some(DocumentFormat { read: Read::Text(read), .. }) => text(bytes, |source| read(source, dates::HINTS)),
        None => text(bytes, markdown::parse),
    }
}

fn text(bytes: &[u8], read: impl FnOnce(String) -> Document) -> Result<Parsed, String> {
    let (source, lost) = decode(bytes);
    if source.trim().is_empty() {
        return Err(lost.unwrap_or_else(|| "the document is empty".to_owned()));
    }
    let mut doc = read(source);
    let unread = std::mem::take(&mut doc.unread).into_iter();
    let unread = unread.map(|file| format!("it includes {file}, which is not read: keep it in one file"));
    let limits = lost.into_iter().chain(unread).collect();
    Ok(Parsed { doc, limits })
}

/// A cheap look for any word that makes a document worth reading.
pub(crate) fn worth_reading(source: &str) -> bool {
    use std::sync::LazyLock;
    static ANY: LazyLock<Regex> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
        Regex::new(r"(?i)secur|s[ée]curit|segur|sicurez|vulnerab|cve-|ghsa-|incident|post-?mortem|corrective|review|problem|defect|audit|81001|62443|13485|sicherheit|schwachstelle|vorfall|ma(?:ß|ss)nahme|überprüfung|mängel|retrospective").expect("constant pattern")
    });
    ANY.is_match(source) || source.bytes().filter(|byte| *byte >= 0x80).count() * 4 > source.len()
}

/// Why a document without such a word meets nothing.
pub(crate) const SILENT: &str = "nothing in it is about security problems";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_has_one_format() {
        let all: Vec<&str> =
            FORMATS.iter().flat_map(|format| format.extensions.iter().chain(format.further)).copied().collect();
        for (index, one) in all.iter().enumerate() {
            assert!(!all[..index].contains(one), "{one}");
            assert_eq!(extension(&format!("docs/Review.{}", one.to_uppercase())), *one);
        }
    }

    #[test]
    fn a_fault_of_ours_costs_the_document() {
        assert_eq!(with_document("docs/a.md", || 1), Ok(1));
        let why = with_document("docs/a.md", || assert!(std::hint::black_box(false), "a fault")).unwrap_err();
        assert_eq!(why, "docs/a.md is not read: a fault in lookback itself, please report it");
    }
}
