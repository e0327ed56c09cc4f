//! Jira and GitLab on loopback: pages, refusals, tokens that stay at home.

use serde_json::{Value, json};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::collect::answers;
use crate::collect::source::Asking;
use crate::collect::trackers::address::{encoded, origin};
use crate::collect::wanted::Wanted;
use crate::net::session::{Net, NetOptions};
use lookback_core::intake::SourceRead;
use lookback_core::model::EventKind;
use lookback_core::model::{Policy, TrackerKind, TrackerPolicy};
use lookback_reading::Constraint;

const CANARY: &str = "canary-0123456789";

fn tracker(kind: TrackerKind, server: &MockServer) -> TrackerPolicy {
    let jira = kind != TrackerKind::Gitlab;
    TrackerPolicy {
        kind,
        url: Some(server.uri()),
        query: if jira { "project = SEC".to_owned() } else { String::new() },
        project: if jira { String::new() } else { "acme/pump".to_owned() },
        vulnerabilities: !jira,
        reminder: None,
        reminder_type: String::new(),
        line: 7,
    }
}

/// Asks one tracker; `env` as pairs. Runs on a thread of its own: the collector brings its own runtime.
fn asked(one: TrackerPolicy, env: Vec<(&'static str, String)>, offline: bool) -> SourceRead {
    let run = move || {
        let policy = Policy { trackers: vec![one], ..Policy::default() };
        let env = move |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let net = Net::new(&env, chrono::DateTime::UNIX_EPOCH, NetOptions { offline, ..NetOptions::default() });
        let wanted = Wanted::default();
        let asking = Asking {
            policy: &policy,
            net: &net,
            files: &[],
            wanted: &wanted,
            as_of: chrono::NaiveDate::MAX,
            today: chrono::NaiveDate::MAX,
        };
        let answers = answers::answers(answers::prepare(&asking).unwrap(), &net).unwrap();
        SourceRead { issues: answers.issues, others: answers.others, limits: answers.limits }
    };
    std::thread::spawn(run).join().unwrap()
}

fn jira_env(server: &MockServer) -> Vec<(&'static str, String)> {
    vec![("JIRA_URL", server.uri()), ("JIRA_TOKEN", CANARY.to_owned()), ("JIRA_EMAIL", "ann@acme.example".to_owned())]
}

fn gitlab_env(server: &MockServer) -> Vec<(&'static str, String)> {
    vec![("GITLAB_URL", server.uri()), ("GITLAB_TOKEN", CANARY.to_owned())]
}

fn issue(key: usize, total: usize) -> Value {
    json!({"id": key.to_string(), "key": format!("SEC-{key}"), "fields": {"summary": "x", "labels": ["security"],
        "created": "2025-01-01T00:00:00.000+0000", "status": {"name": "Done", "statusCategory": {"key": "done"}}, "customfield_1": {"value": "High"}},
        "changelog": {"startAt": 0, "total": total, "histories": [
            {"created": "2025-02-01T00:00:00.000+0000", "author": {"displayName": "Bob"}, "items": [{"field": "status", "fromString": "To Do", "toString": "Done"}]}]}})
}

fn get(at: &str) -> wiremock::MockBuilder {
    Mock::given(method("GET")).and(path(at))
}

fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

async fn fields(server: &MockServer, version: u8) {
    let body = json!([{"id": "summary", "name": "Summary"}, {"id": "customfield_1", "name": "Severity"}]);
    get(&format!("/rest/api/{version}/field")).respond_with(ok(body)).mount(server).await;
}

fn ids(read: &SourceRead) -> Vec<&str> {
    read.issues.iter().map(|issue| issue.id.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn jira_cloud_by_pages_of_tokens_with_long_changelogs_completed() {
    let server = MockServer::start().await;
    fields(&server, 3).await;
    let search = "/rest/api/3/search/jql";
    get(search)
        .and(query_param("nextPageToken", "two+/="))
        .respond_with(ok(json!({"issues": [issue(3, 1)], "isLast": true})))
        .with_priority(1)
        .mount(&server)
        .await;
    get(search)
        .and(header("authorization", "Basic YW5uQGFjbWUuZXhhbXBsZTpjYW5hcnktMDEyMzQ1Njc4OQ=="))
        .and(query_param("jql", "project = SEC ORDER BY created ASC, key ASC"))
        .and(query_param("expand", "changelog"))
        .respond_with(ok(json!({"issues": [issue(1, 1), issue(2, 3)], "nextPageToken": "two+/=", "isLast": false})))
        .mount(&server)
        .await;
    let change = |at: &str, from: &str, to: &str| json!({"created": at, "items": [{"field": "status", "fromString": from, "toString": to}]});
    let all = json!([
        change("2025-01-02T00:00:00.000+0000", "To Do", "Done"),
        change("2025-01-03T00:00:00.000+0000", "Done", "To Do"),
        change("2025-02-01T00:00:00.000+0000", "To Do", "Done")
    ]);
    get("/rest/api/3/issue/SEC-2/changelog").respond_with(ok(json!({"total": 3, "values": all}))).mount(&server).await;

    let read = asked(tracker(TrackerKind::JiraCloud, &server), jira_env(&server), false);
    assert_eq!(ids(&read), ["SEC-1", "SEC-2", "SEC-3"]);
    assert!(read.limits.is_empty(), "{:?}", read.limits);
    let kinds: Vec<EventKind> = read.issues[1].events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Opened, EventKind::Closed, EventKind::Reopened, EventKind::Closed]);
    assert_eq!(read.issues[0].severity, Some(lookback_core::model::Severity::High));
}

#[tokio::test(flavor = "multi_thread")]
async fn jira_data_center_by_pages_of_numbers() {
    let server = MockServer::start().await;
    fields(&server, 2).await;
    let page = |request: &Request| {
        let start: usize = request.url.query_pairs().find(|(name, _)| name == "startAt").unwrap().1.parse().unwrap();
        let issues: Vec<Value> = (start..(start + 2).min(5)).map(|at| issue(at + 1, 1)).collect();
        ok(json!({"startAt": start, "maxResults": 2, "total": 5, "issues": issues}))
    };
    get("/rest/api/2/search")
        .and(header("authorization", format!("Bearer {CANARY}").as_str()))
        .respond_with(page)
        .mount(&server)
        .await;
    let read = asked(tracker(TrackerKind::JiraDataCenter, &server), jira_env(&server), false);
    assert_eq!(ids(&read), ["SEC-1", "SEC-2", "SEC-3", "SEC-4", "SEC-5"]);
    assert!(read.limits.is_empty(), "{:?}", read.limits);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_had_is_a_limit_that_matters_and_holds_no_token() {
    let refused =
        |status: u16| ResponseTemplate::new(status).set_body_json(json!({"errorMessages": [format!("no, {CANARY}")]}));
    for (search, words) in [
        (refused(401), "Browse projects"),
        (refused(403), "Browse projects"),
        (refused(404), "line 7"),
        (refused(400), "`query`"),
        (ok(json!({"issues": "none"})), "no list of `issues`"),
        (ok(json!({"issues": [issue(1, 1)], "total": 9})), "of 9 issues only"),
        (ok(json!({"issues": []})), "how many issues"),
        (ok(json!({"issues": [], "total": 3})), "and sent 0"),
        (ok(json!({"issues": [{"key": "SEC-1", "fields": {"created": "banana"}}], "total": 1})), "banana"),
        (ResponseTemplate::new(429).insert_header("retry-after", "4000"), "--cache"),
    ] {
        let server = MockServer::start().await;
        fields(&server, 2).await;
        let turned = std::sync::atomic::AtomicBool::new(false);
        // The first page as it is, every other one empty.
        let answer = move |_: &Request| {
            if turned.swap(true, std::sync::atomic::Ordering::SeqCst) {
                ok(json!({"issues": [], "total": 9}))
            } else {
                search.clone()
            }
        };
        get("/rest/api/2/search").respond_with(answer).mount(&server).await;
        let read = asked(tracker(TrackerKind::JiraDataCenter, &server), jira_env(&server), false);
        let limit = read.limits.iter().find(|limit| limit.affects.contains(&Constraint::IssuesExamined)).unwrap();
        assert!(format!("{} {}", limit.why, limit.remedy).contains(words), "{words}: {limit:?}");
        assert!(!format!("{read:?}").contains(CANARY), "{read:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_goes_only_where_the_environment_sends_it() {
    let server = MockServer::start().await;
    fields(&server, 2).await;
    get("/rest/api/2/search").respond_with(ok(json!({"issues": [issue(1, 1)], "total": 1}))).mount(&server).await;
    let other = vec![("JIRA_URL", "https://jira.acme.example".to_owned()), ("JIRA_TOKEN", CANARY.to_owned())];
    for env in [other, vec![("JIRA_TOKEN", CANARY.to_owned())], Vec::new()] {
        let read = asked(tracker(TrackerKind::JiraDataCenter, &server), env, false);
        assert_eq!(ids(&read), ["SEC-1"]);
        assert!(read.limits[0].why.contains("without a token"), "{:?}", read.limits);
        assert!(read.limits[0].affects.contains(&Constraint::IssuesExamined));
    }
    for request in server.received_requests().await.unwrap() {
        assert!(!request.headers.contains_key("authorization"), "{request:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_asks_nobody() {
    let server = MockServer::start().await;
    for kind in [TrackerKind::JiraCloud, TrackerKind::Gitlab] {
        let read = asked(tracker(kind, &server), jira_env(&server), true);
        assert!(read.issues.is_empty() && read.limits[0].why.contains("--offline"));
        assert!(!read.limits[0].affects.is_empty());
    }
    let nowhere = TrackerPolicy { url: None, ..tracker(TrackerKind::JiraCloud, &server) };
    assert!(asked(nowhere, Vec::new(), false).limits[0].why.contains("no address"));
    assert!(server.received_requests().await.unwrap().is_empty());
}

fn gitlab_issue(iid: usize, labels: &[&str]) -> Value {
    json!({"id": 900 + iid, "iid": iid, "project_id": 5, "title": "x", "state": "closed", "labels": labels, "created_at": "2025-01-01T00:00:00Z",
        "closed_at": "2025-02-01T00:00:00Z", "web_url": format!("https://gitlab.example/acme/pump/-/issues/{iid}")})
}

async fn gitlab(server: &MockServer, graphql: ResponseTemplate) {
    let project = "/api/v4/projects/acme%2Fpump";
    let token = || header("private-token", CANARY);
    get(project)
        .and(token())
        .respond_with(ok(json!({"id": 5, "path_with_namespace": "acme/pump"})))
        .mount(server)
        .await;
    let next = format!(
        "<{}/api/v4/projects/5/issues?page=2&per_page=100>; rel=\"next\", <{}/api/v4/projects/5/issues?page=2&per_page=100>; rel=\"last\"",
        server.uri(),
        server.uri()
    );
    get(&format!("{project}/issues"))
        .respond_with(
            ok(json!([gitlab_issue(1, &["security"]), gitlab_issue(2, &["bug"])])).insert_header("link", next.as_str()),
        )
        .mount(server)
        .await;
    get("/api/v4/projects/5/issues").respond_with(ok(json!([gitlab_issue(3, &["security"])]))).mount(server).await;
    let states = json!([{"state": "closed", "created_at": "2025-01-10T00:00:00Z", "user": {"username": "bob"}}, {"state": "reopened", "created_at": "2025-01-11T00:00:00Z"}, {"state": "closed", "created_at": "2025-02-01T00:00:00Z"}]);
    let labels = json!([{"action": "add", "created_at": "2025-01-05T00:00:00Z", "label": {"name": "security"}, "user": {"username": "cy"}}]);
    get(&format!("{project}/issues/1/resource_state_events")).respond_with(ok(states)).mount(server).await;
    get(&format!("{project}/issues/1/resource_label_events")).respond_with(ok(labels)).mount(server).await;
    get(&format!("{project}/issues/3/resource_state_events"))
        .respond_with(ResponseTemplate::new(403))
        .mount(server)
        .await;
    get(&format!("{project}/issues/3/resource_label_events")).respond_with(ok(json!([]))).mount(server).await;
    Mock::given(method("POST")).and(path("/api/graphql")).respond_with(graphql).mount(server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gitlab_with_events_and_vulnerabilities() {
    let server = MockServer::start().await;
    let nodes = json!([{"id": "gid://gitlab/Vulnerability/9", "title": "XSS", "state": "DETECTED", "severity": "HIGH", "reportType": "SAST", "detectedAt": "2025-01-01T00:00:00Z"}]);
    let page = json!({"data": {"project": {"vulnerabilities": {"pageInfo": {"hasNextPage": false, "endCursor": null}, "nodes": nodes}}}});
    gitlab(&server, ok(page)).await;
    let read = asked(tracker(TrackerKind::Gitlab, &server), gitlab_env(&server), false);
    assert_eq!(ids(&read), ["#1", "#3", "vulnerability 9"]);
    let kinds: Vec<EventKind> = read.issues[0].events.iter().map(|event| event.kind).collect();
    use EventKind::*;
    assert_eq!(kinds, [Opened, Recognised, Closed, Reopened, Closed]);
    // The history of one issue was refused: a limit that matters.
    let matters: Vec<&str> =
        read.limits.iter().filter(|limit| !limit.affects.is_empty()).map(|limit| limit.what.as_str()).collect();
    assert_eq!(matters.len(), 1, "{:?}", read.limits);
    assert!(matters[0].starts_with("history of 1 issue of GitLab"), "{matters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn gitlab_without_a_vulnerability_report_says_so_unless_told() {
    let server = MockServer::start().await;
    gitlab(&server, ok(json!({"data": {"project": {"vulnerabilities": null}}}))).await;
    let what = |read: &SourceRead| read.limits.iter().any(|limit| limit.what.starts_with("vulnerabilities of GitLab"));
    assert!(what(&asked(tracker(TrackerKind::Gitlab, &server), gitlab_env(&server), false)));
    let told = TrackerPolicy { vulnerabilities: false, ..tracker(TrackerKind::Gitlab, &server) };
    assert!(!what(&asked(told, gitlab_env(&server), false)));
}

#[test]
fn addresses_and_their_parts() {
    assert_eq!(origin("https://Acme.example/jira"), origin("https://acme.example:443/"));
    assert_ne!(origin("https://acme.example"), origin("http://acme.example"));
    assert_ne!(origin("https://acme.example"), origin("https://acme.example.evil.example"));
    assert_eq!(origin("https://user@acme.example"), None);
    assert_eq!(origin("ftp://acme.example"), None);
    assert_eq!(encoded("acme/sub pump?&#ü"), "acme%2Fsub%20pump%3F%26%23%C3%BC");
}
