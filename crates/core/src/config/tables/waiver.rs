//! `[[waiver]]`: findings that somebody answers for.

use toml::de::DeTable;

use crate::config::key::{Key, KeyKind, optional, part};
use crate::config::walk::ConfigWalk;
use crate::model::policy::Waiver;

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 5] = [
    part("waiver[].rule", KeyKind::Text, r#""issue-not-examined""#, "The rule whose finding somebody answers for."),
    part("waiver[].subject", KeyKind::Text, r##""#12""##, "What the finding is about: an issue id, a path, or \"*\"."),
    part("waiver[].reason", KeyKind::Text, r#""Examined in the risk file RMF-7.""#, "Why it is acceptable."),
    part("waiver[].approver", KeyKind::Text, r#""Jane Doe, QA""#, "Who answers for it."),
    part("waiver[].expires", KeyKind::Date, "2026-12-31", "The last day on which it holds."),
];

/// Reads one table.
pub(crate) fn waiver(walk: &mut ConfigWalk<'_>, at: usize, table: &DeTable<'_>) -> Option<Waiver> {
    let mut field = |name: &'static str, example: &str| {
        let entry = walk.required(&KEYS, "waiver", at, table, name)?;
        walk.text(&entry, example)
    };
    let rule = field("rule", r#"rule = "issue-not-examined""#);
    let subject = field("subject", r##"subject = "#12""##);
    let reason = field("reason", r#"reason = "Examined in the risk file RMF-7.""#);
    let approver = field("approver", r#"approver = "Jane Doe, QA""#);
    let expires = walk.required(&KEYS, "waiver", at, table, "expires").and_then(|entry| walk.date(&entry));
    if let (Some(id), Some(entry)) = (&rule, optional(table, "rule")) {
        walk.rule(entry.value.span().start, id);
    }
    let line = walk.places.of(at).0;
    Some(Waiver { rule: rule?, subject: subject?, reason: reason?, approver: approver?, expires: expires?, line })
}
