//! `[[tracker]]`: trackers on the network.

use toml::de::DeTable;

use crate::config::key::{Key, KeyKind, optional, part};
use crate::config::walk::{ConfigWalk, Entry, clean};
use crate::model::policy::{TRACKER_KEYS, TrackerKind, TrackerPolicy};

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 7] = [
    part("tracker[].kind", KeyKind::Choice, r#""jira-cloud""#, TRACKER_KEYS[0]),
    part(
        "tracker[].url",
        KeyKind::Text,
        r#""https://acme.atlassian.net""#,
        "Its address; else that of JIRA_URL or GITLAB_URL.",
    ),
    part("tracker[].query", KeyKind::Text, r#""project = SEC""#, TRACKER_KEYS[1]),
    part("tracker[].project", KeyKind::Text, r#""group/project""#, TRACKER_KEYS[2]),
    part(
        "tracker[].vulnerabilities",
        KeyKind::Flag,
        "true",
        "GitLab: ask for the vulnerability report too; true unless set.",
    ),
    part(
        "tracker[].reminder",
        KeyKind::Text,
        r#""SEC""#,
        "Jira: key of the project that keeps the reminder issue, in place of GitHub or GitLab, where `check --reminder` or `[github] reminder` asks for one.",
    ),
    part("tracker[].reminder_type", KeyKind::Text, r#""Task""#, "Jira: type of the reminder issue; Task unless set."),
];

/// Reads one table; a key that its kind does not know is a mistake.
pub(crate) fn tracker(walk: &mut ConfigWalk<'_>, at: usize, table: &DeTable<'_>) -> Option<TrackerPolicy> {
    let kind: Option<TrackerKind> =
        walk.required(&KEYS, "tracker", at, table, "kind").and_then(|entry| walk.word(&entry));
    let url = optional(table, "url").and_then(|entry| address(walk, &entry));
    let kind = kind?;
    let (needed, example) = kind.scope();
    let others = ["query", "project"].into_iter().filter(|name| *name != needed);
    let of_jira = ["reminder", "reminder_type"].into_iter().filter(|_| !kind.keeps_reminders());
    for name in others.chain(of_jira).chain((!kind.has_vulnerabilities()).then_some("vulnerabilities")) {
        if let Some(entry) = optional(table, name) {
            let message = format!("`{name}` has no effect with kind = \"{}\"", kind.word());
            walk.error_at(entry.at, message, "leave it out");
        }
    }
    let what = walk.required(&KEYS, "tracker", at, table, needed).and_then(|entry| walk.text(&entry, example));
    let vulnerabilities = optional(table, "vulnerabilities").and_then(|entry| walk.flag(&entry));
    let vulnerabilities = vulnerabilities.unwrap_or(kind.has_vulnerabilities());
    let (query, project) = if needed == "query" { (what?, String::new()) } else { (String::new(), what?) };
    let reminder = optional(table, "reminder").and_then(|entry| project_key(walk, &entry));
    let reminder_type =
        optional(table, "reminder_type").and_then(|entry| walk.text(&entry, r#"reminder_type = "Task""#));
    let reminder_type = reminder_type.unwrap_or_else(|| "Task".to_owned());
    let line = walk.places.of(at).0;
    Some(TrackerPolicy { kind, url, query, project, vulnerabilities, reminder, reminder_type, line })
}

/// It becomes part of a query and of a path.
fn project_key(walk: &mut ConfigWalk<'_>, entry: &Entry<'_>) -> Option<String> {
    let text = walk.text(entry, r#"reminder = "SEC""#)?;
    let sound = text.len() <= 50
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if !sound {
        let message = format!("`reminder` = \"{}\" is no key of a project", clean(&text));
        walk.error_at(entry.value.span().start, message, r#"write the key in capitals, as in `reminder = "SEC"`"#);
        return None;
    }
    Some(text)
}

fn address(walk: &mut ConfigWalk<'_>, entry: &Entry<'_>) -> Option<String> {
    let text = walk.text(entry, r#"url = "https://acme.atlassian.net""#)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let sound = rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(|c: char| c.is_whitespace() || "@?#\"\\".contains(c))
    });
    if !sound {
        let message = format!("`url` = \"{}\" is not an address", clean(&text));
        walk.error_at(
            entry.value.span().start,
            message,
            "write `https://host` or `https://host/path`, without user, query or token",
        );
        return None;
    }
    Some(text.trim_end_matches('/').to_owned())
}
