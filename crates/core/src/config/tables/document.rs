//! `[[document]]`: what documents are declared to be.

use toml::de::DeTable;

use crate::config::key::{Key, KeyKind, part};
use crate::config::walk::ConfigWalk;
use crate::model::policy::DeclaredPath;
use lookback_reading::{Declaration, DeclaredAs, Location, one_based};

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 2] = [
    part(
        "document[].path",
        KeyKind::Text,
        r#""quality/PSR-*.docx""#,
        "A glob of paths. Of several that match, the first one counts; a declaration goes before the path signal and before documents.exclude.",
    ),
    part(
        "document[].is",
        KeyKind::Choice,
        r#""review""#,
        "What these documents are: \"review\" (records of the periodic review), \"procedure\", \"analysis\" (of security defects in deployed software) or \"none\" (no evidence). It settles the kind; denials, drafts, gaps, dates, judgements and coverage are judged all the same.",
    ),
];

/// Reads one table.
pub(crate) fn document(
    walk: &mut ConfigWalk<'_>,
    origin: &str,
    at: usize,
    table: &DeTable<'_>,
) -> Option<DeclaredPath> {
    let path = walk.required(&KEYS, "document", at, table, "path");
    let path = path.and_then(|entry| walk.glob(&entry, r#"path = "quality/PSR-*.docx""#));
    let entry = walk.required(&KEYS, "document", at, table, "is");
    let choices = DeclaredAs::ALL.map(|is| (is.word(), is));
    let is = entry.and_then(|entry| walk.choice(&entry, &choices));
    let at = Location { line: Some(one_based(walk.places.of(at).0)), ..Location::file(origin) };
    Some(DeclaredPath { path: path?, declaration: Declaration { is: is?, at } })
}
