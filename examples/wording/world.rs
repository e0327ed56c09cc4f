//! The repository in which a case stands: templates, data sets, and the evidence made of them. No Git: values only.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use lookback_core::model::Evidence;
use lookback_core::model::Policy;
use lookback_reading::Reader;
use serde_json::{Value, json};

/// Where the record of the case lies.
pub const RECORD: &str = "docs/quality/security-review-2025.md";
/// Where the procedure lies.
pub const PROCEDURE: &str = "docs/quality/SOP-031-security-problem-resolution.md";
const EARLIER: &str = "docs/quality/security-review-2024.md";

/// The texts that surround a case.
pub struct Templates {
    texts: BTreeMap<String, String>,
    parts: Value,
}

impl Templates {
    /// Reads them.
    pub fn load(folder: &Path) -> Self {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let names = ["record", "dated", "procedure"]
            .into_iter()
            .flat_map(|name| ["en", "de"].map(|lang| format!("{name}.{lang}")));
        Templates {
            texts: names.map(|name| (name.clone(), read(&format!("{name}.md")))).collect(),
            parts: serde_json::from_str(&read("parts.json")).unwrap_or_default(),
        }
    }

    /// A part in a language.
    pub fn part(&self, lang: &str, name: &str) -> String {
        self.parts[lang][name].as_str().unwrap_or_default().to_owned()
    }

    /// A template with its places filled.
    pub fn fill(&self, name: &str, places: &BTreeMap<&str, String>) -> String {
        let mut text = self.texts.get(name).cloned().unwrap_or_default();
        for (place, words) in places {
            text = text.replace(&format!("{{{place}}}"), words);
        }
        text
    }
}

/// An issue: number or key, title, severity, opened, closed.
type Row = (&'static str, &'static str, &'static str, &'static str, Option<&'static str>);

const SHELL: &str = "Debug shell reachable over USB";
const ROLLBACK: &str = "Signature check skipped on rollback";
const TOKEN: &str = "Session token readable in the log";
const PARSER: &str = "Overlong frame stops the parser";
const MIXED: &str = "Web view loads mixed content";

/// The issues of a data set.
pub fn issues(data: &str) -> Vec<Row> {
    let five = |critical: Option<&'static str>, last: Option<&'static str>| {
        vec![
            ("#21", SHELL, "high", "2025-03-04", Some("2025-03-14")),
            ("#22", ROLLBACK, "medium", "2025-04-07", Some("2025-04-19")),
            ("#23", TOKEN, "critical", "2025-05-05", critical),
            ("#24", PARSER, "high", "2025-07-01", Some("2025-07-25")),
            ("#25", MIXED, "medium", "2025-10-20", last),
        ]
    };
    match data {
        "one" => vec![("#21", SHELL, "high", "2025-03-04", Some("2025-03-28"))],
        "two" => vec![
            ("#21", SHELL, "high", "2025-03-04", Some("2025-03-28")),
            ("#22", ROLLBACK, "medium", "2025-08-11", Some("2025-09-06")),
        ],
        "five" => five(Some("2025-05-25"), None),
        "all5" => five(Some("2025-05-25"), Some("2025-11-09")),
        "late" => five(Some("2025-06-29"), Some("2025-11-09")),
        "critopen" => five(None, Some("2025-11-09")),
        "seven" => vec![
            ("#41", SHELL, "medium", "2025-02-05", Some("2025-02-25")),
            ("#42", ROLLBACK, "medium", "2025-03-05", Some("2025-03-25")),
            ("#43", TOKEN, "medium", "2025-04-05", Some("2025-04-25")),
            ("#44", PARSER, "medium", "2025-05-05", Some("2025-05-25")),
            ("#45", MIXED, "medium", "2025-06-05", Some("2025-06-25")),
            ("#46", "Certificate of the cloud not checked", "medium", "2025-07-05", Some("2025-07-25")),
            ("#47", "Default password of the service account", "medium", "2025-08-05", Some("2025-08-25")),
        ],
        "keys" => vec![
            ("SEC-61", "Heap overflow in the image library", "medium", "2025-02-05", Some("2025-02-25")),
            ("SEC-62", "Padding oracle in the TLS library", "medium", "2025-03-05", Some("2025-03-25")),
            ("SEC-63", SHELL, "medium", "2025-04-05", Some("2025-04-25")),
            ("SEC-64", TOKEN, "medium", "2025-05-05", Some("2025-05-25")),
            ("SEC-65", "Path traversal in the update service", "medium", "2025-06-05", Some("2025-06-25")),
        ],
        _ => Vec::new(),
    }
}

fn issue(row: &Row) -> Value {
    let (id, title, severity, opened, closed) = *row;
    let event = |at: &str, kind: &str| json!({"at": format!("{at}T09:00:00Z"), "kind": kind});
    let mut events = vec![event(opened, "opened")];
    events.extend(closed.map(|day| event(day, "closed")));
    let cve = match id {
        "SEC-61" | "SEC-62" | "SEC-65" => vec![format!("CVE-2025-400{}", &id[4..])],
        _ => Vec::new(),
    };
    json!({"id": id, "aliases": cve, "title": title, "url": null, "severity": severity, "cwe": [], "labels": ["security"],
        "sources": ["issues.json"], "events": events, "resolution": if closed.is_some() { "fixed" } else { "none" },
        "fix_commits": closed.map(|_| format!("{:040x}", title.len())).into_iter().collect::<Vec<_>>(),
        "released_in": closed.map(|day| json!({"tag": format!("v2.{}.0", &id[id.len() - 1..]), "date": day})),
        "deployed": true, "private": false})
}

fn document(reader: &Reader, path: &str, text: &str, committed: &str) -> Value {
    let revision = json!({"commit": format!("{:040x}", text.len()), "path": path, "author": "R. Meyer <r@example.org>",
        "authored": format!("{committed}T10:00:00Z"), "committed": format!("{committed}T10:00:00Z"), "signed": false});
    json!({"path": path, "path_signal": true, "reading": reader.read(path, text.as_bytes()),
        "history": {"added": revision, "last_change": revision, "revisions": [revision]}})
}

/// What a check of the repository says, as JSON; `record` is the document of the case, `action` an action that the review before left.
pub fn check(templates: &Templates, lang: &str, data: &str, record: &str, action: bool) -> Value {
    let policy = policy();
    let reader = Reader::new(&policy.issues.tracker_keys, &[]);
    let procedure: BTreeMap<&str, String> = [
        ("status", String::new()),
        ("heading", "Periodic review".to_owned()),
        ("text", "At least once a year the product security officer reviews how security problems were handled since the previous review: every issue is examined, and it is judged whether the handling was complete, efficient and led to resolution. The security life cycle is improved continuously; security defects found in released software are analysed for the activity that should have caught them.".to_owned()),
    ]
    .into();
    let mut earlier = record_with(templates, "en", "zero", &BTreeMap::new());
    earlier = earlier
        .replace("2025-11-28", "2024-12-01")
        .replace("2024-12-02", "2023-12-04")
        .replace("2025-12-03", "2024-12-04");
    earlier = earlier
        .replace("2025-12-05", "2024-12-05")
        .replace("QR-25-07", "QR-24-07")
        .replace("resolution 2025", "resolution 2024");
    if action {
        earlier = earlier.replace(&templates.part("en", "actions"), &templates.part("en", "earlier_action"));
    }
    let rows = issues(data);
    let evidence = json!({
        "schema_version": lookback_core::model::EVIDENCE_VERSION,
        "subject": {"repository": "acme/cardiolog", "revision": "c0ffee", "as_of": "2026-01-20"},
        "config": null,
        "history": {"commits": 20, "first": "2022-10-01T09:00:00Z", "last": "2026-01-10T09:00:00Z"},
        "documents": [
            document(&reader, PROCEDURE, &templates.fill("procedure.en", &procedure), "2022-11-02"),
            document(&reader, EARLIER, &earlier, "2024-12-05"),
            document(&reader, RECORD, record, "2025-12-05"),
        ],
        "documents_read": 3,
        "releases": [{"tag": "v2.0.0", "date": "2023-12-04"}],
        "issues": rows.iter().map(issue).collect::<Vec<_>>(),
        "limits": [],
    });
    let _ = lang;
    let evidence: Evidence = match serde_json::from_value(evidence) {
        Ok(evidence) => evidence,
        Err(error) => return json!({"error": error.to_string()}),
    };
    let day = NaiveDate::from_ymd_opt(2026, 1, 20).unwrap_or_default();
    let report = lookback_core::judge::verdict::judge(&evidence, &policy, day, false);
    let mut out = Vec::new();
    let written = lookback_core::render::json::report::render(&report, &mut out);
    written.ok().and_then(|()| serde_json::from_slice(&out).ok()).unwrap_or_default()
}

/// The configuration of the team.
pub fn policy() -> Policy {
    let text =
        "[targets]\ncritical = 30\nhigh = 30\nmedium = 60\nlow = 90\n[issues]\ntracker_keys = [\"SEC-\\\\d+\"]\n";
    lookback_core::config::parse::parse(text, "lookback.toml", &[]).unwrap_or_default()
}

/// The record in a language with some places changed.
pub fn record_with(templates: &Templates, lang: &str, data: &str, over: &BTreeMap<&str, String>) -> String {
    let part = |name: &str| templates.part(lang, name);
    let rows: Vec<String> = issues(data).iter().map(|row| format!("| {} | {} |", row.0, row.1)).collect();
    let table = if rows.is_empty() {
        part("quiet")
    } else {
        format!("{}\n|---|---|\n{}", part("issues_head"), rows.join("\n"))
    };
    let mut places: BTreeMap<&str, String> = [
        ("status", String::new()),
        ("date", "2025-12-03".to_owned()),
        ("row", part("approved")),
        ("note", String::new()),
        ("issues", table),
        ("complete", part("complete")),
        ("efficient", part("efficient")),
        ("resolved", part("resolved")),
        ("deployed_heading", part("deployed_heading")),
        ("deployed", part(if rows.is_empty() { "none_deployed" } else { "deployed" })),
        ("actions", part("actions")),
        ("followup", part("followup")),
        ("end", String::new()),
    ]
    .into();
    for (place, words) in over {
        places.insert(place, words.clone());
    }
    templates.fill(&format!("record.{lang}"), &places)
}
