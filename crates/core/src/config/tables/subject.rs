//! `[[subject]]`: products in other repositories, and what advisories call the products that are ours.

use toml::de::DeTable;

use crate::config::key::{Key, KeyKind, optional, part};
use crate::config::walk::{ConfigWalk, clean};
use crate::model::policy::{Policy, SubjectRepository};

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 7] = [
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
        "The product's name in reports; the repository's where not given. A record that names a product which is plainly none of these (`name`, `product`) is no review of yours.",
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
    part(
        "subject[].product",
        KeyKind::Text,
        r#""Infusion pump*""#,
        "What advisories (CSAF, OpenVEX, CycloneDX, OSV) call the product, `*` for anything. Where `product`, `purl` or `cpe` is given in any table, what they say of other products is not counted. A table with one of them, or with `name`, needs no `repository`.",
    ),
    part(
        "subject[].purl",
        KeyKind::Text,
        r#""pkg:github/acme/pump""#,
        "The same by its package URL; without a version, all of them.",
    ),
    part(
        "subject[].cpe",
        KeyKind::Text,
        r#""cpe:2.3:a:acme:pump""#,
        "The same by its CPE; what is left out may be anything.",
    ),
];

/// Reads one table.
pub(crate) fn subject(walk: &mut ConfigWalk<'_>, policy: &mut Policy, at: usize, table: &DeTable<'_>) {
    let name = optional(table, "name").and_then(|entry| walk.text(&entry, r#"name = "Infusion pump""#));
    let mut products = Vec::new();
    for (key, example) in [
        ("product", r#"product = "Infusion pump*""#),
        ("purl", r#"purl = "pkg:github/acme/pump""#),
        ("cpe", r#"cpe = "cpe:2.3:a:acme:pump""#),
    ] {
        let Some(entry) = optional(table, key) else { continue };
        let Some(text) = walk.text(&entry, example) else { continue };
        let lead = match key {
            "purl" => "pkg:",
            "cpe" => "cpe:",
            _ => "",
        };
        if text.to_lowercase().starts_with(lead) {
            products.push(text);
        } else {
            let message = format!("`{key}` = \"{}\" does not begin with `{lead}`", clean(&text));
            walk.error_at(entry.value.span().start, message, format!("write for example {example}"));
        }
    }
    let alone = optional(table, "repository").is_none();
    // Without a repository the name is all that tells which product is meant.
    products.extend(name.clone().filter(|_| alone));
    let told = ["name", "product", "purl", "cpe"].iter().any(|key| optional(table, key).is_some());
    policy.products.append(&mut products);
    if !(alone && told) {
        policy.subjects.extend(repository(walk, name, at, table));
    }
}

fn repository(
    walk: &mut ConfigWalk<'_>,
    name: Option<String>,
    at: usize,
    table: &DeTable<'_>,
) -> Option<SubjectRepository> {
    let entry = walk.required(&KEYS, "subject", at, table, "repository");
    let repository = entry.and_then(|entry| Some((walk.text(&entry, r#"repository = "owner/product""#)?, entry)));
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
