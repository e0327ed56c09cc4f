//! GitHub as a source against servers that others made: emulate behind prism's check of GitHub's contract, prism's examples, and
//! GitHub's GraphQL schema. Run by `tests/servers/run`, which starts them; skipped where they are not.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "tests are told where the servers are")]

use std::collections::BTreeSet;
use std::time::Duration;

use http::Method;
use lookback::graphql_questions;
use lookback::{Auth, Client, NetError, Secret, Settings, block_on};
use lookback::{GitHubRead, GitHubRequest, read_github};
use lookback_core::join::population::state_before;
use lookback_core::model::EventKind;
use lookback_core::model::IssueState;
use lookback_core::model::{GitHubKind, Policy};
use serde_json::{Value, json};

/// The address of a server, or `None` with the reason printed.
fn server(name: &str) -> Option<String> {
    let address = std::env::var(format!("LOOKBACK_TEST_{name}")).ok();
    if address.is_none() {
        eprintln!("skipped: LOOKBACK_TEST_{name} is not set; run tests/servers/run");
    }
    address
}

fn settings(base: &str) -> Settings {
    let mut settings = Settings::new(base, Auth::Bearer(Secret::new("test_token_admin")));
    settings.headers = vec![("accept", "application/vnd.github+json".to_owned())];
    settings.timeout = Duration::from_secs(60);
    settings.pause = Duration::from_millis(50);
    settings.concurrency = 4;
    settings
}

async fn ask(client: &Client, repository: &str, policy: &Policy) -> GitHubRead {
    let repositories = [repository.to_owned()];
    let today = chrono::Utc::now().date_naive();
    read_github(client, &GitHubRequest { own: repository, repositories: &repositories, policy, as_of: today }).await
}

/// Emulate keeps the state, prism checks every request and answer against GitHub's contract.
#[test]
fn state_and_pages_of_a_repository() {
    let (Some(front), Some(direct)) = (server("FRONT"), server("EMULATE")) else { return };
    block_on(async {
        let maker = Client::new(settings(&direct)).unwrap();
        let name = format!("pump{}", chrono::Utc::now().timestamp_micros());
        let post = |path: String, body: Value| {
            let maker = &maker;
            async move { maker.send::<Value>(Method::POST, &path, &body).await.unwrap() }
        };
        post("/user/repos".to_owned(), json!({ "name": name })).await;
        let repository = format!("admin/{name}");
        for number in 1..=230 {
            let labels = if number % 5 == 0 { json!(["security", "severity: high"]) } else { json!(["bug"]) };
            let body = json!({ "title": format!("Issue {number}"), "labels": labels });
            post(format!("/repos/{repository}/issues"), body).await;
        }
        let patch = |number: u32, body: Value| {
            let (maker, path) = (&maker, format!("/repos/{repository}/issues/{number}"));
            async move { maker.send::<Value>(Method::PATCH, &path, &body).await.unwrap() }
        };
        patch(5, json!({ "state": "closed", "state_reason": "completed" })).await;
        patch(10, json!({ "state": "closed", "state_reason": "not_planned" })).await;
        patch(10, json!({ "state": "open" })).await;

        let mut policy = Policy::default();
        policy.issues.github = vec![GitHubKind::Issues];
        let client = Client::new(settings(&front)).unwrap();
        let found = ask(&client, &repository, &policy).await;
        let ids: BTreeSet<&str> = found.read.issues.iter().map(|issue| issue.id.as_str()).collect();
        let expected: BTreeSet<String> = (1..=46).map(|n| format!("#{}", n * 5)).collect();
        assert_eq!(ids, expected.iter().map(String::as_str).collect(), "{:?}", found.read.limits);
        let issue = |id: &str| found.read.issues.iter().find(|issue| issue.id == id).unwrap();
        let state = |id: &str| state_before(issue(id), chrono::Utc::now());
        assert_eq!(state("#5"), Some(IssueState::Closed));
        assert_eq!(state("#10"), Some(IssueState::Open));
        assert!(issue("#10").events.iter().any(|event| event.kind == EventKind::Reopened), "{:?}", issue("#10").events);
        assert_eq!(found.read.limits, []);
        let broken = client.get::<Vec<String>>("/violations").await.unwrap().value;
        assert_eq!(broken, Vec::<String>::new(), "requests against GitHub's contract");
    })
    .unwrap();
}

/// Prism answers with GitHub's own examples: they are understood, and each error code ends in a limit.
#[test]
fn the_examples_of_github_are_understood() {
    let Some(prism) = server("PRISM") else { return };
    block_on(async {
        let policy = Policy::default();
        // Its links lead to the real GitHub, which is said and not followed.
        let client = Client::new(settings(&prism)).unwrap();
        let found = ask(&client, "octocat/hello-world", &policy).await;
        for limit in &found.read.limits {
            let known = limit.why.contains("links to another server") || limit.what.contains("draft advisories");
            assert!(known || limit.what.contains("timelines"), "{limit:?}");
        }
        let sources: BTreeSet<&str> =
            found.read.issues.iter().flat_map(|issue| issue.sources.iter().map(String::as_str)).collect();
        for source in ["github advisories", "github dependabot", "github code-scanning", "github secret-scanning"] {
            assert!(sources.contains(source), "{source} in {sources:?} {:?}", found.read.limits);
        }
        for (code, expected) in [(403, "Permission"), (404, "NotFound"), (422, "Rejected")] {
            let mut settings = settings(&prism);
            settings.headers.push(("prefer", format!("code={code}")));
            let client = Client::new(settings).unwrap();
            let path = "/repos/octocat/hello-world/dependabot/alerts";
            let error: NetError = client.get::<Value>(path).await.unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{code}: {error:?}");
        }
    })
    .unwrap();
}

/// Both questions are valid in GitHub's schema, and answers of its shapes are understood.
#[test]
fn the_graphql_questions_fit_the_schema() {
    let Some(address) = server("GRAPHQL") else { return };
    block_on(async {
        let mut settings = settings(&address);
        settings.graphql = Some(format!("{address}/graphql"));
        let client = Client::new(settings).unwrap();
        let variables = json!({ "ids": ["a", "b"], "id": "a", "after": "x" });
        for question in graphql_questions() {
            let answer = client.graphql::<Value>(&question, variables.clone()).await;
            assert!(answer.is_ok(), "{answer:?}\n{question}");
        }
        let wrong = client.graphql::<Value>("{ viewer { nonsense } }", json!({})).await;
        assert!(matches!(wrong, Err(NetError::Rejected { .. })), "{wrong:?}");
    })
    .unwrap();
}
