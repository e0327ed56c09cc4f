//! `[documents]` and `[[document]]`: which files are documents, and what they are declared to be.

use toml::de::DeTable;

use crate::config::key::{Key, KeyKind, list, part, quoted, set};
use crate::config::walk::ConfigWalk;
use crate::model::policy::DeclaredPath;
use lookback_reading::{Declaration, DeclaredAs, Location, one_based};

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 5] = [
    Key {
        path: "documents.path_signal",
        kind: KeyKind::Pattern,
        default_of: |p| quoted(p.documents.path_signal.as_str().trim_start_matches("(?i)")),
        example: "'Security.*Review'",
        says: "Paths that match, without regard to case, are expected to be evidence.",
        set: |w, p, e| set(&mut p.documents.path_signal, w.pattern(e, true, "path_signal = 'Security.*Review'")),
    },
    Key {
        path: "documents.extensions",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.documents.extensions),
        example: r#"["md", "pdf"]"#,
        says: "File name extensions of documents.",
        set: |w, p, e| {
            if let Some(found) = w.list(e, r#"extensions = ["md", "pdf"]"#) {
                p.documents.extensions = w.extensions(found);
            }
        },
    },
    Key {
        path: "documents.exclude",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.documents.exclude),
        example: r#"["**/vendor/**"]"#,
        says: "Globs of paths that hold no documents of your own. Replaces the default list.",
        set: |w, p, e| set(&mut p.documents.exclude, w.globs(e)),
    },
    Key {
        path: "documents.include",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.documents.include),
        example: r#"["docs/**"]"#,
        says: "Globs; when there are any, only documents that match one are read.",
        set: |w, p, e| set(&mut p.documents.include, w.globs(e)),
    },
    Key {
        path: "documents.max_size_mib",
        kind: KeyKind::Number,
        default_of: |p| (p.documents.max_size >> 20).to_string(),
        example: "16",
        says: "Larger documents, in MiB, are not read but listed as a limit.",
        set: |w, p, e| set(&mut p.documents.max_size, w.number(e, 1, 1024, "MiB").map(|n| u64::from(n) << 20)),
    },
];

/// Keys of `[[document]]`, in the order in which they are written and documented.
pub(crate) static DECLARED: [Key; 2] = [
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

/// Reads one `[[document]]`.
pub(crate) fn document(
    walk: &mut ConfigWalk<'_>,
    origin: &str,
    at: usize,
    table: &DeTable<'_>,
) -> Option<DeclaredPath> {
    let path = walk.required(&DECLARED, "document", at, table, "path");
    let path = path.and_then(|entry| walk.glob(&entry, r#"path = "quality/PSR-*.docx""#));
    let entry = walk.required(&DECLARED, "document", at, table, "is");
    let choices = DeclaredAs::ALL.map(|is| (is.word(), is));
    let is = entry.and_then(|entry| walk.choice(&entry, &choices));
    let at = Location { line: Some(one_based(walk.places.of(at).0)), ..Location::file(origin) };
    Some(DeclaredPath { path: path?, declaration: Declaration { is: is?, at } })
}
