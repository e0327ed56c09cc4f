//! Data files that a record links: the ids in them count as named by the record. Only files of the same tree are opened.

use std::borrow::Cow;
use std::collections::BTreeMap;

use git2::Oid;
use percent_encoding::percent_decode_str;

use crate::collect::git::repository::Repository;
use crate::collect::unread::unread;
use lookback_core::model::{Limit, LimitKind};
use lookback_reading::{Constraint, Kind, Reader, Reading, data_references};

/// Most attachments of one document.
const MOST: usize = 20;

/// The files of a tree, by path.
pub(crate) type FilesByPath = BTreeMap<String, Oid>;

/// Reads the attachments of a document into its reading; what cannot be read is a limit.
pub(crate) fn attach(
    repository: &Repository,
    tree: &FilesByPath,
    document: &str,
    reading: &mut Reading,
    reader: &Reader,
    max_size: u64,
) -> Vec<Limit> {
    let mut limits = Vec::new();
    // Only what a record of a review attaches belongs to what it examined.
    let record = reading.presents_review || reading.kind == Kind::Record;
    let affects: &[Constraint] = if record { &[Constraint::IssuesExamined] } else { &[] };
    let mut limit = |what: &str, why: String, remedy: &str| {
        limits.push(
            Limit::new(LimitKind::Document, format!("{what}, attached to {document}"), why, remedy).affecting(affects),
        );
    };
    for (index, written) in reading.attachments.clone().iter().enumerate() {
        if index == MOST {
            limit(
                written,
                format!("only the first {MOST} attachments of a document are read"),
                "Name the issues in the record.",
            );
            break;
        }
        let Some(path) = resolve(document, written) else {
            limit(
                written,
                "it leads out of the repository".to_owned(),
                "Keep the file in the repository, beside the record.",
            );
            continue;
        };
        // People write paths from the document's folder or from the root.
        let root = written.trim_start_matches('/').to_owned();
        let Some((path, oid)) = [path, root].into_iter().find_map(|path| tree.get_key_value(&path)) else {
            limit(written, "there is no such file in the revision".to_owned(), "Commit the file, or correct the link.");
            continue;
        };
        match repository.blob(*oid, max_size) {
            Ok(bytes) => {
                let attached = data_references(path, &bytes, reader);
                reading.references.extend(attached.references);
                for why in attached.limits {
                    limit(written, why, "Keep the issue table as CSV, XLSX, ODS or JSON.");
                }
            }
            Err(problem) => {
                let seen = unread(path, &problem, false, max_size);
                limit(written, seen.why, &seen.remedy);
            }
        }
    }
    limits
}

/// The path in the repository of a link in a document; `None` where it leads out of it.
fn resolve(document: &str, link: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    if !link.starts_with('/') {
        parts.extend(document.split('/').map(str::to_owned));
        parts.pop();
    }
    for part in link.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(decoded(part)),
        }
    }
    Some(parts.join("/"))
}

/// `%20` and its like as the characters they stand for.
fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8().map_or_else(|_| part.to_owned(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn links_are_relative_to_the_document_and_stay_in_the_tree() {
        for (link, expected) in [
            ("issues.csv", Some("docs/q/issues.csv")),
            ("./data/issues.csv", Some("docs/q/data/issues.csv")),
            ("../issues%20of%202025.xlsx", Some("docs/issues of 2025.xlsx")),
            ("/issues.csv", Some("issues.csv")),
            ("../../issues.csv", Some("issues.csv")),
            ("../../../issues.csv", None),
            ("..\\..\\..\\issues.csv", None),
            ("100%.csv", Some("docs/q/100%.csv")),
        ] {
            assert_eq!(resolve("docs/q/review.md", link).as_deref(), expected, "{link}");
        }
    }

    proptest! {
        #[test]
        fn no_link_leads_out(link in "[a.%/\\\\2e]{0,30}") {
            if let Some(path) = resolve("a/b.md", &link) {
                prop_assert!(!path.starts_with('/'));
            }
        }
    }
}
