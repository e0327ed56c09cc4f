//! A small whole GitHub: `acme/pump` with issues, timelines, advisories, alerts and releases, in GitHub's shapes.

use serde_json::{Value, json};

use super::server::{Reply, Seen};

/// A secret that an alert shows; it must never leave the client.
pub const LEAKED: &str = "s3cr3t-of-the-team";

/// Titles, comments and labels as an attacker would write them.
pub fn hostile() -> String {
    let long = "A".repeat(10_000);
    format!("::error::x ##[add-mask]y</script>![x](http://evil.example/x)\u{1b}[31m\u{202e}<b>{long}")
}

fn issue(number: u64, title: &str, labels: &[&str], closed: Option<&str>) -> Value {
    json!({
        "number": number, "node_id": format!("I_{number}"), "title": title,
        "state": if closed.is_some() { "closed" } else { "open" },
        "state_reason": closed.map(|_| "completed"),
        "created_at": "2025-01-10T00:00:00Z", "updated_at": "2025-06-01T00:00:00Z", "closed_at": closed,
        "html_url": format!("https://github.com/acme/pump/issues/{number}"),
        "user": { "login": "rita", "type": "User" },
        "labels": labels.iter().map(|name| json!({ "name": name, "color": "f00" })).collect::<Vec<_>>(),
        "type": null, "comments": 1, "body": "Seen in the field.", "unknown": { "field": [1] },
    })
}

fn who(login: &str) -> Value {
    json!({ "__typename": if login.ends_with("[bot]") { "Bot" } else { "User" }, "login": login })
}

fn labelled(at: &str, label: &str) -> Value {
    json!({ "__typename": "LabeledEvent", "createdAt": at, "actor": who("tom"), "label": { "name": label } })
}

fn timeline(id: &str) -> Value {
    let items = match id {
        // Labelled in March, answered by a person after a bot, closed by a commit, reopened, closed by a pull request.
        "I_1" => vec![
            json!({ "__typename": "IssueComment", "createdAt": "2025-01-10T00:00:05Z", "author": who("hint[bot]") }),
            json!({ "__typename": "IssueComment", "createdAt": "2025-01-11T00:00:00Z", "author": who("tom") }),
            labelled("2025-03-01T00:00:00Z", "security"),
            labelled("2025-03-01T00:00:01Z", "severity: high"),
            json!({ "__typename": "ClosedEvent", "createdAt": "2025-04-01T00:00:00Z", "actor": who("tom"),
                "stateReason": "COMPLETED", "closer": { "__typename": "Commit", "oid": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } }),
            json!({ "__typename": "ReopenedEvent", "createdAt": "2025-04-05T00:00:00Z", "actor": who("rita") }),
            json!({ "__typename": "ClosedEvent", "createdAt": "2025-05-01T00:00:00Z", "actor": who("tom"),
                "stateReason": "COMPLETED", "closer": { "__typename": "PullRequest", "url": "https://github.com/acme/pump/pull/9",
                "mergedAt": "2025-05-01T00:00:00Z", "mergeCommit": { "oid": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" } } }),
            json!({ "__typename": "SubscribedEvent" }),
        ],
        // The label is gone today.
        "I_3" => vec![
            labelled("2025-01-10T00:00:02Z", "security"),
            json!({ "__typename": "UnlabeledEvent", "createdAt": "2025-02-01T00:00:00Z", "actor": who("mona"),
                "label": { "name": "security" } }),
        ],
        _ => Vec::new(),
    };
    json!({ "id": id, "timelineItems": { "pageInfo": { "hasNextPage": false, "endCursor": null }, "nodes": items } })
}

fn alert(number: u64, state: &str, more: &Value) -> Value {
    let mut alert = json!({
        "number": number, "state": state, "html_url": format!("https://github.com/acme/pump/security/dependabot/{number}"),
        "created_at": "2025-02-01T00:00:00Z", "fixed_at": null, "dismissed_at": null,
        "dependency": { "package": { "ecosystem": "cargo", "name": "libfoo" }, "manifest_path": "Cargo.lock" },
        "security_advisory": { "ghsa_id": "GHSA-2222-3333-4444", "cve_id": "CVE-2025-1111", "summary": "Overflow in libfoo",
            "severity": "critical", "cwes": [{ "cwe_id": "CWE-787", "name": "x" }] },
    });
    for (name, value) in more.as_object().unwrap() {
        alert[name] = value.clone();
    }
    alert
}

/// The whole of a small GitHub.
pub fn github(seen: &Seen, own: &str) -> Reply {
    let path = seen.path.split('?').next().unwrap();
    let ok = |value: &Value| Reply::json(200, value);
    match path {
        "/repos/acme/pump" => ok(&json!({ "has_issues": true, "private": false, "permissions": { "admin": true } })),
        "/repos/acme/pump/issues" if !seen.path.contains("&page=2") => {
            let link = format!("<{own}{}&page=2>; rel=\"next\", <{own}{}&page=2>; rel=\"last\"", seen.path, seen.path);
            ok(&json!([
                issue(1, "Crash on long input", &["security", "severity: high"], Some("2025-05-01T00:00:00Z")),
                issue(2, "Wrong colour", &["bug"], None),
                json!({ "number": 9, "pull_request": {}, "title": "x", "state": "open", "html_url": "x",
                    "created_at": "2025-01-10T00:00:00Z", "updated_at": "2025-01-10T00:00:00Z" }),
            ]))
            .with("link", &link)
        }
        "/repos/acme/pump/issues" => ok(&json!([
            issue(3, "Odd log line", &[], None),
            issue(4, &format!("{} CVE-2025-7777", hostile()), &[], None),
        ])),
        "/graphql" => {
            let body: Value = serde_json::from_str(&seen.body).unwrap();
            let ids = body["variables"]["ids"].as_array().unwrap();
            let nodes: Vec<Value> = ids.iter().map(|id| timeline(id.as_str().unwrap())).collect();
            ok(&json!({ "data": { "nodes": nodes } }))
        }
        "/repos/acme/pump/security-advisories" => ok(&json!([
            { "ghsa_id": "GHSA-5555-6666-7777", "cve_id": null, "summary": "Draft: pump stops", "severity": "high", "state": "draft",
              "created_at": "2025-05-05T00:00:00Z", "cwe_ids": ["CWE-400"], "html_url": "https://github.com/acme/pump/security/advisories/GHSA-5555-6666-7777" },
            { "ghsa_id": "GHSA-8888-9999-cccc", "cve_id": "CVE-2025-2222", "summary": "Published", "severity": "moderate", "state": "published",
              "created_at": "2025-01-01T00:00:00Z", "published_at": "2025-01-20T00:00:00Z",
              "vulnerabilities": [{ "patched_versions": "1.2.3" }] },
        ])),
        "/repos/acme/pump/dependabot/alerts" => ok(&json!([
            alert(1, "fixed", &json!({ "fixed_at": "2025-03-03T00:00:00Z" })),
            alert(
                2,
                "dismissed",
                &json!({ "dismissed_at": "2025-04-04T00:00:00Z", "dismissed_by": { "login": "mona" },
                "dismissed_reason": "tolerable_risk", "dismissed_comment": "only in tests" })
            ),
        ])),
        "/repos/acme/pump/code-scanning/alerts" => ok(&json!([
            { "number": 1, "state": "open", "created_at": "2025-02-02T00:00:00Z", "html_url": "https://github.com/acme/pump/security/code-scanning/1",
              "rule": { "id": "cpp/x", "description": "Use after free", "security_severity_level": "high", "tags": ["security", "external/cwe/cwe-416"] } },
            { "number": 2, "state": "open", "created_at": "2025-02-02T00:00:00Z", "rule": { "id": "cpp/style", "tags": ["maintainability"] } },
        ])),
        "/repos/acme/pump/secret-scanning/alerts" => ok(&json!([
            { "number": 1, "state": "resolved", "resolution": "revoked", "resolved_at": "2025-02-03T00:00:00Z", "resolved_by": { "login": "mona" },
              "created_at": "2025-02-02T00:00:00Z", "secret_type_display_name": "Cloud key", "secret": LEAKED },
        ])),
        "/repos/acme/pump/releases" => ok(&json!([
            { "tag_name": "v1.0.0", "published_at": "2024-12-01T00:00:00Z", "draft": false, "prerelease": false },
            { "tag_name": "v1.1.0", "published_at": "2025-06-01T00:00:00Z", "draft": false, "prerelease": true },
        ])),
        _ => Reply::json(404, &json!({ "message": "Not Found" })),
    }
}
