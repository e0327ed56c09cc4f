//! The security advisories of a repository as GitHub's REST API lists them → issues: private reports, drafts, published and
//! withdrawn ones. What is not published is private. Pure.

use serde_json::Value;

use crate::intake::format::IssueFormat;
use crate::intake::item::{Intake, JsonItem};
use crate::intake::severity;
use crate::intake::source::{Gaps, IssueFileError, IssueSource, SourceRead, add};
use crate::intake::words;
use crate::model::issue::{EventKind, Issue, Resolution};
use lookback_reading::fold;

/// The row of the format.
pub(crate) static FORMAT: IssueFormat =
    IssueFormat { called: "GitHub advisories (`repos/OWNER/NAME/security-advisories`)", knows, read };

/// Is it an advisory of a repository? Those of GitHub's public database have no state: they are about anybody's software.
fn knows(value: &Value) -> bool {
    value.get("ghsa_id").is_some() && value.get("state").is_some()
}

/// Reads advisories in all states.
fn read(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    intake.each(
        JsonItem::all(values),
        |item, intake| item.must("ghsa_id", "the id of an advisory (GHSA-…)", intake).map(str::to_owned),
        |item, issue, gaps, intake| {
            describe(item, issue);
            events(item, issue, gaps, intake);
        },
    );
    intake.finish()
}

fn describe(item: &JsonItem<'_>, issue: &mut Issue) {
    issue.aliases.extend(item.text("cve_id").map(words::usual));
    let identifiers = item.list("identifiers");
    issue.aliases.extend(identifiers.iter().filter_map(|one| one.text("value")).map(words::usual));
    issue.url = item.text("html_url").map(str::to_owned);
    issue.aliases.extend(issue.url.clone());
    issue.aliases.remove(&issue.id);
    issue.title = fold(item.text("summary").unwrap_or_default());
    issue.severity = item.text("severity").and_then(severity::word);
    issue.cwe = item.texts("cwe_ids").flat_map(words::cwes).collect();
}

fn events(item: &JsonItem<'_>, issue: &mut Issue, gaps: &mut Gaps, intake: &mut Intake<'_>) {
    let state = item.text("state").unwrap_or_default().to_lowercase();
    issue.private = !matches!(state.as_str(), "published" | "withdrawn");
    let [created, published, closed, withdrawn, updated] =
        ["created_at", "published_at", "closed_at", "withdrawn_at", "updated_at"].map(|field| item.date(field, intake));
    add(issue, EventKind::Opened, created, item.text("author.login"), None);
    add(issue, EventKind::Published, published, None, None);
    let told = match state.as_str() {
        // What is published has no fix before each of its packages has one.
        "published" if withdrawn.is_none() && !patched(item) => {
            issue.untold = item.list("vulnerabilities").is_empty();
            return;
        }
        "published" => published,
        // One that was published first was done with then.
        "closed" | "withdrawn" => published.or(closed).or(withdrawn),
        "draft" | "triage" => return,
        _ => {
            gaps.unknown_states.entry(state).or_default().push(issue.id.clone());
            return;
        }
    };
    match (told, updated) {
        (None, None) => gaps.closed_unknown.push(issue.id.clone()),
        (None, Some(_)) => gaps.closed_from_other.push(issue.id.clone()),
        _ => {}
    }
    let fixed = state == "published" && withdrawn.is_none();
    issue.resolution = if fixed { Resolution::Fixed } else { Resolution::NotAffected };
    add(issue, EventKind::Closed, told.or(updated), None, Some(state));
}

/// Does every package that the advisory names have a version with the fix?
fn patched(item: &JsonItem<'_>) -> bool {
    let packages = item.list("vulnerabilities");
    !packages.is_empty() && packages.iter().all(|one| one.text("patched_versions").is_some_and(words::names_version))
}

#[cfg(test)]
mod tests {
    use crate::intake::read::read_file;
    use crate::model::issue::{EventKind, Resolution};
    use crate::model::policy::Policy;

    #[test]
    fn states_of_advisories() {
        for (state, dates, patched, closed, private, resolution) in [
            ("triage", "", "", None, true, Resolution::None),
            ("draft", "", "1.2", None, true, Resolution::None),
            (
                "published",
                r#""published_at": "2025-02-01T00:00:00Z","#,
                "1.2",
                Some("2025-02-01"),
                false,
                Resolution::Fixed,
            ),
            ("published", r#""published_at": "2025-02-01T00:00:00Z","#, "", None, false, Resolution::None),
            (
                "published",
                r#""published_at": "2025-02-01T00:00:00Z", "withdrawn_at": "2025-03-01T00:00:00Z","#,
                "",
                Some("2025-02-01"),
                false,
                Resolution::NotAffected,
            ),
            (
                "closed",
                r#""closed_at": "2025-03-01T00:00:00Z","#,
                "",
                Some("2025-03-01"),
                true,
                Resolution::NotAffected,
            ),
            (
                "withdrawn",
                r#""withdrawn_at": "2025-03-01T00:00:00Z","#,
                "",
                Some("2025-03-01"),
                false,
                Resolution::NotAffected,
            ),
        ] {
            let text = format!(
                r#"[[{{"ghsa_id": "GHSA-2222-3333-4444", "cve_id": "CVE-2025-1234", "summary": "Leak", "severity": "high", {dates}
                "state": "{state}", "created_at": "2025-01-02T00:00:00Z", "cwe_ids": ["CWE-347"],
                "html_url": "https://github.com/acme/pump/security/advisories/GHSA-2222-3333-4444",
                "vulnerabilities": [{{"patched_versions": "{patched}"}}]}}]]"#
            );
            let read = read_file("advisories.json", text.as_bytes(), &Policy::default()).unwrap();
            let [issue] = read.issues.as_slice() else { panic!("{state}: {read:?}") };
            assert!(issue.aliases.contains("CVE-2025-1234") && issue.cwe.contains("CWE-347"), "{state}");
            assert_eq!((issue.private, issue.resolution), (private, resolution), "{state}");
            let end = issue.events.iter().find(|event| event.kind == EventKind::Closed);
            assert_eq!(end.map(|event| event.at.date_naive().to_string()).as_deref(), closed, "{state}");
            assert!(read.limits.is_empty(), "{state}: {:?}", read.limits);
        }
    }

    #[test]
    fn what_is_published_is_open_until_each_package_has_a_fix() {
        for (packages, told, fixed) in [
            (r#"[{"patched_versions": "1.2"}]"#, true, true),
            (r#"[{"patched_versions": ">= 1.2, < 2"}, {"patched_versions": "2.0.1"}]"#, true, true),
            (r#"[{"patched_versions": "1.2"}, {"patched_versions": null}]"#, true, false),
            (r#"[{"patched_versions": "1.2"}, {"package": {"name": "pump"}}]"#, true, false),
            (r#"[{"patched_versions": null}]"#, true, false),
            (r#"[{"patched_versions": "None"}]"#, true, false),
            (r#"[{"patched_versions": "not yet"}]"#, true, false),
            ("[]", false, false),
        ] {
            let text = format!(
                r#"[{{"ghsa_id": "GHSA-2222-3333-4444", "state": "published", "created_at": "2025-01-02T00:00:00Z",
                "published_at": "2025-02-01T00:00:00Z", "vulnerabilities": {packages}}}]"#
            );
            let read = read_file("advisories.json", text.as_bytes(), &Policy::default()).unwrap();
            let [issue] = read.issues.as_slice() else { panic!("{packages}: {read:?}") };
            let closed = issue.events.iter().any(|event| event.kind == EventKind::Closed);
            assert_eq!((!issue.untold, closed), (told, fixed), "{packages}");
            let resolution = if fixed { Resolution::Fixed } else { Resolution::None };
            assert_eq!(issue.resolution, resolution, "{packages}");
        }
    }

    #[test]
    fn the_public_database_is_no_list_of_ours() {
        let text = r#"[{"ghsa_id": "GHSA-2222-3333-4444", "summary": "Leak", "type": "reviewed", "published_at": "2025-01-02T00:00:00Z"}]"#;
        assert!(read_file("a.json", text.as_bytes(), &Policy::default()).is_err());
    }

    #[test]
    fn a_state_that_is_not_known_is_a_limit_and_open() {
        let text = r#"[{"ghsa_id": "GHSA-2222-3333-4444", "state": "parked", "created_at": "2025-01-02T00:00:00Z"}]"#;
        let read = read_file("a.json", text.as_bytes(), &Policy::default()).unwrap();
        assert!(read.limits.iter().any(|limit| limit.what.contains("parked")), "{:?}", read.limits);
        assert_eq!(read.issues[0].events.len(), 1);
    }
}
