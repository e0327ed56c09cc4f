//! `[[tracker]]` as written → the tracker as meant.

use toml::de::DeTable;

use crate::config::keys::optional;
use crate::config::walk::{Entry, Walk, clean};
use crate::model::policy::{Tracker, TrackerKind};

/// Reads one table; a key that its kind does not know is a mistake.
pub fn tracker(walk: &mut Walk<'_>, at: usize, table: &DeTable<'_>) -> Option<Tracker> {
    let kinds = [
        ("jira-cloud", TrackerKind::JiraCloud),
        ("jira-data-center", TrackerKind::JiraDataCenter),
        ("gitlab", TrackerKind::Gitlab),
    ];
    let kind = walk.required("tracker", at, table, "kind").and_then(|entry| walk.choice(&entry, &kinds));
    let url = optional(table, "url").and_then(|entry| address(walk, &entry));
    let kind = kind?;
    let gitlab = kind == TrackerKind::Gitlab;
    let (needed, other) = if gitlab { ("project", "query") } else { ("query", "project") };
    for name in [other, "vulnerabilities"].into_iter().filter(|name| !gitlab || *name == "query") {
        if let Some(entry) = optional(table, name) {
            let message = format!("`{name}` has no effect with kind = \"{}\"", word(kind));
            walk.error_at(entry.at, message, "leave it out");
        }
    }
    let example = if gitlab { r#"project = "group/project""# } else { r#"query = "project = SEC""# };
    let what = walk.required("tracker", at, table, needed).and_then(|entry| walk.text(&entry, example));
    let vulnerabilities = optional(table, "vulnerabilities").and_then(|entry| walk.flag(&entry)).unwrap_or(gitlab);
    let (query, project) = if gitlab { (String::new(), what?) } else { (what?, String::new()) };
    Some(Tracker { kind, url, query, project, vulnerabilities, line: walk.places.of(at).0 })
}

fn word(kind: TrackerKind) -> &'static str {
    match kind {
        TrackerKind::JiraCloud => "jira-cloud",
        TrackerKind::JiraDataCenter => "jira-data-center",
        TrackerKind::Gitlab => "gitlab",
    }
}

fn address(walk: &mut Walk<'_>, entry: &Entry<'_>) -> Option<String> {
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
