//! `[[subject]]`: products in other repositories.

use toml::de::DeTable;

use crate::config::key::{Key, KeyKind, optional, part};
use crate::config::walk::{ConfigWalk, clean};
use crate::model::policy::SubjectRepository;

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 4] = [
    part(
        "subject[].repository",
        KeyKind::Text,
        r#""owner/product""#,
        "A repository whose issues and releases the reviews kept here cover.",
    ),
    part(
        "subject[].name",
        KeyKind::Text,
        r#""Infusion pump""#,
        "The product's name in reports; the repository's where not given.",
    ),
    part(
        "subject[].tag",
        KeyKind::Pattern,
        r"'^v\d+\.\d+\.\d+$'",
        "Its own release pattern, where that of [releases] does not fit.",
    ),
    part(
        "subject[].path",
        KeyKind::Text,
        r#""../product""#,
        "A clone of it, relative to the root of this repository: its history and releases are read there, without network.",
    ),
];

/// Reads one table.
pub(crate) fn subject(walk: &mut ConfigWalk<'_>, at: usize, table: &DeTable<'_>) -> Option<SubjectRepository> {
    let entry = walk.required(&KEYS, "subject", at, table, "repository");
    let repository = entry.and_then(|entry| Some((walk.text(&entry, r#"repository = "owner/product""#)?, entry)));
    let name = optional(table, "name").and_then(|entry| walk.text(&entry, r#"name = "Infusion pump""#));
    let tag = optional(table, "tag").and_then(|entry| walk.pattern(&entry, false, r"tag = '^v\d+'"));
    let path = optional(table, "path").and_then(|entry| walk.text(&entry, r#"path = "../product""#));
    let (repository, entry) = repository?;
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let Some((_, last)) = repository.split_once('/').filter(|(owner, last)| word(owner) && word(last)) else {
        let message = format!("`repository` = \"{}\" is not a repository", clean(&repository));
        walk.error_at(entry.value.span().start, message, "write `owner/name`");
        return None;
    };
    let name = name.unwrap_or_else(|| last.to_owned());
    Some(SubjectRepository { repository, name, tag, path, line: walk.places.of(at).0 })
}
