//! GitHub's alerts (Dependabot, code scanning, secret scanning) as its REST API lists them → issues. Told from issues by their
//! content; the number of an alert is none of an issue. Of a found secret nothing is read but its kind. Pure.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::intake::format::IssueFormat;
use crate::intake::item::{Intake, JsonItem};
use crate::intake::severity;
use crate::intake::source::{Gaps, IssueFileError, IssueSource, SourceRead, add, settle};
use crate::intake::words;
use crate::model::issue::{EventKind, Issue, Resolution};
use lookback_reading::fold;

/// The row of the format.
pub(crate) static FORMAT: IssueFormat =
    IssueFormat { called: "GitHub alerts (Dependabot, code scanning or secret scanning, REST API)", knows, read };

static PAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"/([\w.-]+/[\w.-]+)/(?:security/)?(?:dependabot|code-scanning|secret-scanning)/(?:alerts/)?\d+$")
        .expect("a constant pattern is valid")
});

#[derive(Clone, Copy, PartialEq, Eq)]
enum AlertKind {
    Dependabot,
    Code,
    Secret,
}

impl AlertKind {
    fn of(value: &Value) -> Option<Self> {
        let has = |field: &str| value.get(field).is_some();
        if has("security_advisory") || has("security_vulnerability") {
            Some(AlertKind::Dependabot)
        } else if has("secret_type") || has("secret_type_display_name") {
            Some(AlertKind::Secret)
        } else if value.get("rule").is_some_and(Value::is_object) && (has("number") || has("most_recent_instance")) {
            Some(AlertKind::Code)
        } else {
            None
        }
    }

    /// As the page of an alert calls it.
    fn word(self) -> &'static str {
        match self {
            AlertKind::Dependabot => "dependabot",
            AlertKind::Code => "code-scanning",
            AlertKind::Secret => "secret-scanning",
        }
    }
}

fn knows(value: &Value) -> bool {
    AlertKind::of(value).is_some()
}

/// Reads alerts of all kinds.
fn read(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    for item in JsonItem::all(values) {
        let Some(kind) = AlertKind::of(item.value()) else {
            intake.wrong(&item.path("number"), "is of no alert; keep alerts and issues in files of their own");
            continue;
        };
        let Some(id) = id(&item, kind) else {
            intake.wrong(&item.path("number"), "is missing; expected the number of the alert");
            continue;
        };
        let mut issue = source.issue(id);
        // Alerts are private, also in a file.
        (issue.private, issue.from_own_file) = (true, true);
        let mut gaps = Gaps::default();
        let security = describe(&item, kind, &mut issue);
        events(&item, &mut issue, &mut gaps, &mut intake);
        settle(&mut issue, &mut gaps);
        intake.take(issue, gaps, security);
    }
    intake.finish()
}

/// An advisory's id where there is one, else the alert's, with the repository that it belongs to.
fn id(item: &JsonItem<'_>, kind: AlertKind) -> Option<String> {
    let advisory = item.any_text(&["security_advisory.ghsa_id", "security_advisory.cve_id"]).map(words::usual);
    advisory.or_else(|| numbered(item, kind))
}

fn numbered(item: &JsonItem<'_>, kind: AlertKind) -> Option<String> {
    let number = item.number("number")?;
    let page = item.any_text(&["html_url", "url"]).and_then(|url| PAGE.captures(url));
    let repository = page.map(|found| format!("{} ", &found[1])).unwrap_or_default();
    Some(format!("{repository}{}#{number}", kind.word()))
}

/// Ids, title, severity and classes; is it a matter of security?
fn describe(item: &JsonItem<'_>, kind: AlertKind, issue: &mut Issue) -> bool {
    issue.url = item.any_text(&["html_url", "url"]).map(str::to_owned);
    issue.aliases.extend(issue.url.clone());
    issue.aliases.extend(numbered(item, kind));
    match kind {
        AlertKind::Dependabot => {
            issue.aliases.extend(item.text("security_advisory.cve_id").map(words::usual));
            let place: Vec<&str> = [item.any_text(&["dependency.package.name", "security_vulnerability.package.name"])]
                .into_iter()
                .chain([item.text("dependency.manifest_path")])
                .flatten()
                .collect();
            issue.title = fold(item.text("security_advisory.summary").unwrap_or_default());
            if !place.is_empty() {
                issue.title += &format!(" ({})", fold(&place.join(" in ")));
            }
            let severity = ["security_advisory.severity", "security_vulnerability.severity"];
            issue.severity = item.any_text(&severity).and_then(severity::word);
            let classes = item.list("security_advisory.cwes");
            issue.cwe = classes.iter().filter_map(|class| class.text("cwe_id")).flat_map(words::cwes).collect();
        }
        AlertKind::Code => {
            issue.title = fold(item.any_text(&["rule.description", "rule.name", "rule.id"]).unwrap_or_default());
            issue.severity = item.text("rule.security_severity_level").and_then(severity::word);
            issue.cwe = item.texts("rule.tags").flat_map(words::cwes).collect();
            // Scanners report style and quality too.
            return issue.severity.is_some()
                || !issue.cwe.is_empty()
                || item.get("rule.tags").is_none()
                || item.texts("rule.tags").any(|tag| tag.eq_ignore_ascii_case("security"));
        }
        AlertKind::Secret => {
            let kind = item.any_text(&["secret_type_display_name", "secret_type"]).unwrap_or("secret");
            issue.title = format!("Leaked: {}", fold(kind));
        }
    }
    issue.aliases.remove(&issue.id);
    true
}

fn events(item: &JsonItem<'_>, issue: &mut Issue, gaps: &mut Gaps, intake: &mut Intake<'_>) {
    add(issue, EventKind::Opened, item.date("created_at", intake), None, None);
    let state = item.text("state").unwrap_or_default().to_lowercase();
    let (field, by) = match state.as_str() {
        "fixed" => ("fixed_at", ""),
        "dismissed" => ("dismissed_at", "dismissed_by.login"),
        "auto_dismissed" => ("auto_dismissed_at", ""),
        "resolved" => ("resolved_at", "resolved_by.login"),
        "closed" => ("closed_at", ""),
        "open" => return,
        "" => {
            issue.untold = true;
            return;
        }
        _ => {
            gaps.unknown_states.entry(state).or_default().push(issue.id.clone());
            return;
        }
    };
    let reason = item.any_text(&["dismissed_reason", "resolution"]);
    issue.resolution = match state.as_str() {
        "fixed" => Resolution::Fixed,
        _ => reason.map(words::dismissal).unwrap_or_default(),
    };
    let (at, updated) = (item.date(field, intake), item.date("updated_at", intake));
    match (at, updated) {
        (None, None) => gaps.closed_unknown.push(issue.id.clone()),
        (None, Some(_)) => gaps.closed_from_other.push(issue.id.clone()),
        _ => {}
    }
    let comment = item.any_text(&["dismissed_comment", "resolution_comment"]).map(fold);
    let note = reason.unwrap_or(&state).to_owned();
    let note = comment.map_or(note.clone(), |comment| format!("{note}: {comment}"));
    add(issue, EventKind::Closed, at.or(updated), item.text(by), Some(note));
}

#[cfg(test)]
mod tests {
    use crate::intake::read::read_file;
    use crate::model::issue::{EventKind, Resolution};
    use crate::model::policy::Policy;

    #[test]
    fn alerts_are_told_by_their_content() {
        let text = r#"[
          {"number": 7, "state": "open", "html_url": "https://github.com/acme/pump/security/code-scanning/7", "created_at": "2025-01-02T00:00:00Z",
           "rule": {"id": "c/overflow", "description": "Overflow", "security_severity_level": "high", "tags": ["security", "external/cwe/cwe-120"]}},
          {"number": 8, "state": "open", "created_at": "2025-01-02T00:00:00Z", "rule": {"id": "c/style", "tags": ["style"]}},
          {"number": 7, "state": "resolved", "resolution": "revoked", "created_at": "2025-01-02T00:00:00Z", "resolved_at": "2025-01-03T00:00:00Z",
           "secret_type": "api_key", "secret": "not to be read"},
          {"number": 7, "state": "dismissed", "dismissed_reason": "tolerable_risk", "created_at": "2025-01-02T00:00:00Z", "dismissed_at": "2025-02-03T00:00:00Z",
           "security_advisory": {"ghsa_id": "GHSA-2222-3333-4444", "cve_id": "CVE-2025-1234", "summary": "Leak", "severity": "low"}}]"#;
        let read = read_file("alerts.json", text.as_bytes(), &Policy::default()).unwrap();
        let ids: Vec<&str> = read.issues.iter().map(|issue| issue.id.as_str()).collect();
        assert_eq!(ids, ["acme/pump code-scanning#7", "secret-scanning#7", "GHSA-2222-3333-4444"]);
        assert!(read.issues[0].cwe.contains("CWE-120"));
        assert!(!format!("{:?}", read.issues).contains("not to be read"));
        assert_eq!(read.issues[1].resolution, Resolution::Mitigated);
        assert_eq!(read.issues[2].resolution, Resolution::Accepted);
        assert!(read.issues[2].aliases.contains("CVE-2025-1234") && read.issues[2].aliases.contains("dependabot#7"));
        let closed = |at: usize| read.issues[at].events.iter().any(|event| event.kind == EventKind::Closed);
        assert_eq!([closed(0), closed(1), closed(2)], [false, true, true]);
        assert!(read.limits.is_empty(), "{:?}", read.limits);
        assert!(read.issues.iter().all(|issue| issue.private && issue.from_own_file));
    }

    #[test]
    fn a_bare_number_is_no_issue() {
        let fails = |text: &str| read_file("a.json", text.as_bytes(), &Policy::default()).unwrap_err().to_string();
        assert!(fails(r#"[{"number": 3}]"#).contains("of no format"));
        assert!(
            fails(r#"[{"number": 3, "state": "open", "html_url": "https://github.com/a/b/security/other/3"}]"#)
                .contains("of no format")
        );
    }
}
