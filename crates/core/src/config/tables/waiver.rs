//! `[[waiver]]`: findings that somebody answers for.

use toml::de::DeTable;

use crate::config::checks::texts;
use crate::config::key::{Key, KeyKind, optional, part};
use crate::config::walk::ConfigWalk;
use crate::model::policy::Waiver;

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 5] = [
    part("waiver[].rule", KeyKind::Text, r#""issue-not-examined""#, "The rule whose finding somebody answers for."),
    part(
        "waiver[].subject",
        KeyKind::TextOrTexts,
        r##""#12""##,
        "What the finding is about: an issue id, a path, or \"*\"; or a list of them, which one reason answers for.",
    ),
    part("waiver[].reason", KeyKind::Text, r#""Examined in the risk file RMF-7.""#, "Why it is acceptable."),
    part("waiver[].approver", KeyKind::Text, r#""Jane Doe, QA""#, "Who answers for it."),
    part("waiver[].expires", KeyKind::Date, "2026-12-31", "The last day on which it holds."),
];

/// Reads one table: a waiver a subject.
pub(crate) fn waivers(walk: &mut ConfigWalk<'_>, at: usize, table: &DeTable<'_>) -> Vec<Waiver> {
    let subjects = subjects(walk, at, table);
    let mut field = |name: &'static str, example: &str| {
        let entry = walk.required(&KEYS, "waiver", at, table, name)?;
        walk.text(&entry, example)
    };
    let rule = field("rule", r#"rule = "issue-not-examined""#);
    let reason = field("reason", r#"reason = "Examined in the risk file RMF-7.""#);
    let approver = field("approver", r#"approver = "Jane Doe, QA""#);
    let expires = walk.required(&KEYS, "waiver", at, table, "expires").and_then(|entry| walk.date(&entry));
    if let (Some(id), Some(entry)) = (&rule, optional(table, "rule")) {
        walk.rule(entry.value.span().start, id);
    }
    let line = walk.places.of(at).0;
    let (Some(rule), Some(reason), Some(approver), Some(expires)) = (rule, reason, approver, expires) else {
        return Vec::new();
    };
    let of = |subject| Waiver {
        rule: rule.clone(),
        subject,
        reason: reason.clone(),
        approver: approver.clone(),
        expires,
        line,
    };
    subjects.into_iter().map(of).collect()
}

/// What it is about: one subject, or several.
fn subjects(walk: &mut ConfigWalk<'_>, at: usize, table: &DeTable<'_>) -> Vec<String> {
    let Some(entry) = walk.required(&KEYS, "waiver", at, table, "subject") else { return Vec::new() };
    let example = r##"subject = "#12""##;
    if entry.value.get_ref().as_array().is_some() {
        return walk.list(&entry, example).map(texts).unwrap_or_default();
    }
    walk.text(&entry, example).into_iter().collect()
}
