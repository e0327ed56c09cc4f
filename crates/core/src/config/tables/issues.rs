//! `[issues]`: which issues are security issues, and where they come from.

use toml::de::DeTable;

use crate::config::checks::texts;
use crate::config::key::{Key, KeyKind, list, nothing, quoted, set};
use crate::config::walk::{ConfigWalk, clean, one_of};
use crate::model::period::DateOrder;
use crate::model::policy::{ISSUE_COLUMNS, Policy};

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 17] = [
    Key {
        path: "issues.labels",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.issues.labels),
        example: r#"["security"]"#,
        says: "Labels of security issues, compared without case; the part after `:` or `/` counts too (`kind/security`).",
        set: |w, p, e| set(&mut p.issues.labels, w.list(e, r#"labels = ["security"]"#).map(texts)),
    },
    Key {
        path: "issues.types",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.issues.types),
        example: r#"["Security"]"#,
        says: "Types of security issues, on trackers that have types (GitHub), compared without case.",
        set: |w, p, e| set(&mut p.issues.types, w.list(e, r#"types = ["Security"]"#).map(texts)),
    },
    Key {
        path: "issues.title",
        kind: KeyKind::Pattern,
        default_of: |p| quoted(p.issues.title.as_str()),
        example: "'vulnerability'",
        says: "A title that matches, without regard to case, makes an issue a security issue.",
        set: |w, p, e| set(&mut p.issues.title, w.pattern(e, true, "title = 'vulnerability'")),
    },
    Key {
        path: "issues.tracker_keys",
        kind: KeyKind::Patterns,
        default_of: |_| "[]".to_owned(),
        example: r"['SEC-\d+']",
        says: "Patterns of tracker keys: every such key, also in a commit message, is a security issue.",
        set: |w, p, e| {
            let Some(found) = w.list(e, r"tracker_keys = ['SEC-\d+']") else { return };
            p.issues.tracker_keys = found.iter().filter_map(|(at, text)| w.compile(e.name, *at, text, false)).collect();
        },
    },
    Key {
        path: "issues.from_history",
        kind: KeyKind::Flag,
        default_of: |p| p.issues.from_history.to_string(),
        example: "true",
        says: "Are security fixes that commit messages name a source of issues?",
        set: |w, p, e| set(&mut p.issues.from_history, w.flag(e)),
    },
    Key {
        path: "issues.modules",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.issues.modules),
        example: r#"["security"]"#,
        says: "Names of parts of the software that read like words of security: as the prefix of a commit's subject (`security: …`) they say nothing. The folders `security/` and `src/security/` are found without it.",
        set: |w, p, e| set(&mut p.issues.modules, w.list(e, r#"modules = ["security"]"#).map(texts)),
    },
    Key {
        path: "issues.since",
        kind: KeyKind::Date,
        default_of: nothing,
        example: "2026-01-01",
        says: "Where a team with years of history begins: security issues that had ended before this day are left out of every count, and how many is said as a limit. Needs since_reason. An issue that was open on this day stays.",
        set: |w, p, e| p.issues.since = w.date(e).or(p.issues.since),
    },
    Key {
        path: "issues.since_reason",
        kind: KeyKind::Text,
        default_of: nothing,
        example: r#""Earlier issues were closed under the old process, see QM-117.""#,
        says: "Why earlier issues are left out; it is shown with their number.",
        set: |w, p, e| {
            p.issues.since_reason = w.text(e, r#"since_reason = "Closed under the old process, see QM-117.""#);
        },
    },
    Key {
        path: "issues.files",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.issues.files),
        example: r#"["docs/security/issues.csv"]"#,
        says: "Issue files, relative to the repository: JSON of GitHub, Jira, GitLab, CSAF, OpenVEX, OSV or CycloneDX, or CSV.",
        set: |w, p, e| {
            if let Some(found) = w.list(e, r#"files = ["docs/issues.csv"]"#) {
                p.issues.files = w.inside(found);
            }
        },
    },
    Key {
        path: "issues.time_zone",
        kind: KeyKind::Text,
        default_of: nothing,
        example: r#""Europe/Berlin""#,
        says: "The zone of times in issue files that name none, such as Jira's CSV, by its IANA name. Without it they are read as UTC.",
        set: |w, p, e| {
            if let Some(name) = w.text(e, r#"time_zone = "Europe/Berlin""#) {
                p.issues.time_zone = w.time_zone(e, &name);
            }
        },
    },
    Key {
        path: "issues.date_order",
        kind: KeyKind::Choice,
        default_of: nothing,
        example: r#""mdy""#,
        says: "The order of dates such as 3/4/2025 in tables of issues: \"dmy\", \"mdy\" or \"ymd\". Without it the other dates of the column tell; where they do not, such a date is not read.",
        set: |w, p, e| {
            let orders = [("dmy", DateOrder::Dmy), ("mdy", DateOrder::Mdy), ("ymd", DateOrder::Ymd)];
            p.issues.date_order = w.choice(e, &orders).or(p.issues.date_order);
        },
    },
    Key {
        path: "issues.sources",
        kind: KeyKind::Texts,
        default_of: nothing,
        example: r#"["github"]"#,
        says: "Trackers to ask over the network: \"github\" (this repository and every [[subject]]) or \"github:owner/name\"; [] asks none. In GitHub Actions the default is [\"github\"], elsewhere []. [\"history\"] alone says that there is nothing else to ask: the commits tell of every issue. Needs sources_reason.",
        set: |w, p, e| {
            if let Some(found) = w.list(e, r#"sources = ["github"]"#) {
                p.issues.sources = Some(w.sources(found));
            }
        },
    },
    Key {
        path: "issues.sources_reason",
        kind: KeyKind::Text,
        default_of: nothing,
        example: r#""No tracker: every problem has a CVE and lives in the commits.""#,
        says: "Why the history is the only source; it is shown with the limits.",
        set: |w, p, e| p.issues.sources_reason = w.text(e, r#"sources_reason = "No tracker, see QM-12.""#),
    },
    Key {
        path: "issues.github",
        kind: KeyKind::Texts,
        default_of: |p| list(&p.issues.github.iter().map(|kind| kind.word().to_owned()).collect::<Vec<_>>()),
        example: r#"["issues", "advisories"]"#,
        says: "What is read of GitHub: \"issues\", \"advisories\", \"dependabot\", \"code-scanning\", \"secret-scanning\". Leave out what the team does not use, and say so in the procedure.",
        set: |w, p, e| {
            if let Some(found) = w.list(e, r#"github = ["issues", "advisories"]"#) {
                p.issues.github = w.github_kinds(found);
            }
        },
    },
    Key {
        path: "issues.columns.<field>",
        kind: KeyKind::Text,
        default_of: nothing,
        example: r#"opened = "Gemeldet am""#,
        says: "The CSV column that holds a field, where its header is not one of the common names.",
        set: |w, p, e| {
            if !ISSUE_COLUMNS.contains(&e.name) {
                let help = one_of(e.name, &ISSUE_COLUMNS, "fields");
                w.error_at(e.at, format!("there is no field `{}` of an issue", clean(e.name)), help);
            } else if let Some(header) = w.text(e, r#"opened = "Created""#) {
                p.issues.columns.push((e.name.to_owned(), header));
            }
        },
    },
    Key {
        path: "issues.states.<state>",
        kind: KeyKind::Choice,
        default_of: nothing,
        example: r#"Monitoring = "closed""#,
        says: "Whether issues in a state of your tracker are \"open\" or \"closed\", where its name is not one of the common ones.",
        set: |w, p, e| {
            if let Some(closed) = w.choice(e, &[("open", false), ("closed", true)]) {
                p.issues.states.push((e.name.to_owned(), closed));
            }
        },
    },
    Key {
        path: "issues.resolutions.<resolution>",
        kind: KeyKind::Choice,
        default_of: nothing,
        example: r#"Retired = "accepted""#,
        says: "What a resolution (or the reason of a dismissal) of your tracker means: \"fixed\", \"mitigated\", \"accepted\", \"not-affected\", \"duplicate\" or \"none\". It comes before the common words.",
        set: |w, p, e| {
            if let Some(kind) = w.word(e) {
                p.issues.resolutions.push((e.name.to_owned(), kind));
            }
        },
    },
];

/// A day and its reason belong together, and so do the history as the only source and its own.
pub(crate) fn across(walk: &mut ConfigWalk<'_>, policy: &Policy, tree: &DeTable<'_>) {
    let Some(issues) = tree.get("issues").and_then(|value| value.get_ref().as_table()) else { return };
    let alone = policy.issues.history_alone();
    match (issues.get_key_value("sources"), issues.get_key_value("sources_reason")) {
        (Some((key, _)), _) if alone && !policy.issues.from_history => walk.error_at(
            key.span().start,
            "`sources = [\"history\"]` with `from_history = false`",
            "leave one of them out: without the history there would be no source at all",
        ),
        (Some((key, _)), None) if alone => walk.error_at(
            key.span().start,
            "`sources = [\"history\"]` without `sources_reason`",
            "say why there is nothing else to ask: `sources_reason = \"No tracker: each problem is a CVE and lives in the commits.\"`",
        ),
        (_, Some((key, _))) if !alone => walk.error_at(
            key.span().start,
            "`sources_reason` without `sources = [\"history\"]`",
            "write `sources = [\"history\"]` too, or leave the reason out",
        ),
        _ => {}
    }
    match (issues.get_key_value("since"), issues.get_key_value("since_reason")) {
        (Some((key, _)), None) => walk.error_at(
            key.span().start,
            "`since` without `since_reason`",
            "say why earlier issues are left out: `since_reason = \"Closed under the old process, see QM-117.\"`",
        ),
        (None, Some((key, _))) => walk.error_at(
            key.span().start,
            "`since_reason` without `since`",
            "write the day too, `since = 2026-01-01`, or leave the reason out",
        ),
        _ => {}
    }
}
