//! GitHub as a source, against a server of our own: what is read, what cannot be seen, and what happens when any request fails.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail at any step, and looks into folders"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::github::{github, hostile};
use crate::support::server::{FAULTS, Reply, Seen, Server, Spoil};
use crate::support::{Repo, Run, command, files};
use lookback::{Auth, Client, Secret, Settings, block_on};
use lookback::{GitHubRead, GitHubRequest, read_github};
use lookback_core::join::population::state_before;
use lookback_core::model::IssueState;
use lookback_core::model::Policy;
use lookback_core::model::{EventKind, Issue, Resolution, Severity};
use lookback_reading::Constraint;
use serde_json::{Value, json};

const CANARY: &str = "ghp_canary0123456789";

fn settings(server: &Server) -> Settings {
    let mut settings = Settings::new(&server.address, Auth::Bearer(Secret::new(CANARY)));
    settings.graphql = Some(format!("{}/graphql", server.address));
    settings.pause = Duration::from_millis(1);
    settings.timeout = Duration::from_millis(700);
    settings.patience = Duration::from_millis(2500);
    settings.attempts = 2;
    settings
}

fn ask_with(settings: Settings, as_of: &str) -> GitHubRead {
    let policy = Policy::default();
    let repositories = ["acme/pump".to_owned()];
    let ask =
        GitHubRequest { own: "acme/pump", repositories: &repositories, policy: &policy, as_of: as_of.parse().unwrap() };
    block_on(async { read_github(&Client::new(settings).unwrap(), &ask).await }).unwrap()
}

fn find<'a>(found: &'a GitHubRead, id: &str) -> &'a Issue {
    found.read.issues.iter().find(|issue| issue.id == id).unwrap_or_else(|| panic!("no {id} in {found:#?}"))
}

fn kinds(issue: &Issue) -> Vec<(String, EventKind)> {
    issue.events.iter().map(|event| (event.at.date_naive().to_string(), event.kind)).collect()
}

#[test]
fn everything_is_read_and_told_in_events() {
    let server = Server::start(Spoil::Nothing, github);
    let found = ask_with(settings(&server), "2025-12-31");
    assert_eq!(found.read.limits, []);
    let ids: Vec<&str> = found.read.issues.iter().map(|issue| issue.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "#1",
            "#3",
            "#4",
            "code-scanning#1",
            "secret-scanning#1",
            "GHSA-2222-3333-4444",
            "GHSA-5555-6666-7777",
            "GHSA-8888-9999-cccc"
        ]
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );

    let one = find(&found, "#1");
    let day = |day: &str, kind| (day.to_owned(), kind);
    assert_eq!(
        kinds(one),
        [
            day("2025-01-10", EventKind::Opened),
            day("2025-01-11", EventKind::FirstResponse),
            day("2025-03-01", EventKind::Recognised),
            day("2025-03-01", EventKind::SeverityChanged),
            day("2025-04-01", EventKind::Fixed),
            day("2025-04-01", EventKind::Closed),
            day("2025-04-05", EventKind::Reopened),
            day("2025-05-01", EventKind::Fixed),
            day("2025-05-01", EventKind::Closed),
        ]
    );
    assert_eq!(one.fix_commits, ["b".repeat(40)], "the fix before the reopening was none");
    assert_eq!(one.severity, Some(Severity::High));

    let gone = find(&found, "#3");
    assert_eq!(kinds(gone), [day("2025-01-10", EventKind::Opened), day("2025-02-01", EventKind::Declassified)]);
    assert_eq!(gone.events[1].actor.as_deref(), Some("mona"));

    let dependency = find(&found, "GHSA-2222-3333-4444");
    assert!(dependency.private && dependency.aliases.contains("CVE-2025-1111"));
    assert!(dependency.aliases.contains("dependabot#1") && dependency.aliases.contains("dependabot#2"));
    // Open until the last of its alerts is closed.
    let state = |issue: &Issue, at: &str| state_before(issue, format!("{at}T00:00:00Z").parse().unwrap());
    assert_eq!(state(dependency, "2025-03-15"), Some(IssueState::Open));
    assert_eq!(state(dependency, "2025-05-01"), Some(IssueState::Closed));
    let dismissed = dependency.events.iter().find(|event| event.kind == EventKind::Closed).unwrap();
    assert_eq!(dismissed.note.as_deref(), Some("tolerable_risk: only in tests"));
    assert_eq!(dismissed.actor.as_deref(), Some("mona"));

    let draft = find(&found, "GHSA-5555-6666-7777");
    assert!(draft.private && state(draft, "2025-12-01") == Some(IssueState::Open));
    let published = find(&found, "GHSA-8888-9999-cccc");
    assert!(!published.private && published.resolution == Resolution::Fixed);
    assert_eq!(find(&found, "secret-scanning#1").resolution, Resolution::Mitigated);
    assert_eq!(found.published["v1.0.0"].unwrap().to_string(), "2024-12-01");
    assert_eq!(found.published["v1.1.0"], None, "a pre-release is no release");
    assert!(!format!("{found:?}").contains("s3cr3t"));
}

#[test]
fn labels_and_fixes_are_those_of_the_day_judged_for() {
    let server = Server::start(Spoil::Nothing, github);
    let found = ask_with(settings(&server), "2025-04-02");
    let one = find(&found, "#1");
    assert_eq!(one.fix_commits, ["a".repeat(40)]);
    let found = ask_with(settings(&server), "2025-02-15");
    let one = find(&found, "#1");
    assert_eq!((one.severity, one.labels.len(), one.fix_commits.len()), (None, 0, 0));
}

#[test]
fn few_requests_and_fewer_with_a_cache() {
    let folder = tempfile::tempdir().unwrap();
    let tagged = |seen: &Seen, own: &str| {
        let reply = github(seen, own);
        if seen.headers.get("if-none-match").map(String::as_str) == Some("\"v1\"") {
            return Reply { status: 304, body: String::new(), ..reply };
        }
        if seen.method == "GET" { reply.with("etag", "\"v1\"") } else { reply }
    };
    let server = Server::start(Spoil::Nothing, tagged);
    let with = || {
        let mut settings = settings(&server);
        settings.cache = Some(folder.path().to_owned());
        ask_with(settings, "2025-12-31")
    };
    let first = with();
    let asked = server.seen().len();
    assert_eq!(
        asked, 10,
        "about, two pages of issues and the first again, one GraphQL, advisories, three kinds of alerts, releases"
    );
    let second = with();
    assert_eq!(format!("{:?}", first.read), format!("{:?}", second.read));
    let again = server.seen().split_off(asked);
    assert!(again.iter().all(|seen| seen.method == "GET"), "timelines come from the cache");
    let fresh = again.iter().filter(|seen| !seen.headers.contains_key("if-none-match"));
    let fresh: Vec<&str> = fresh.map(|seen| seen.path.split('?').next().unwrap()).collect();
    assert_eq!(fresh, ["/repos/acme/pump/secret-scanning/alerts"], "secrets never reach the disk");
    for file in files(folder.path()) {
        let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
        assert!(!text.contains(CANARY) && !text.contains("s3cr3t"));
    }
}

#[test]
fn a_missing_permission_is_a_limit_that_names_it() {
    let forbidden = |seen: &Seen, own: &str| {
        let path = seen.path.split('?').next().unwrap();
        let denied = |needs: &str| {
            // The words of a refusal are those of whoever refuses.
            Reply::json(403, &json!({ "message": "Dependabot alerts are disabled for this repository." }))
                .with("x-accepted-github-permissions", needs)
        };
        match path {
            "/repos/acme/pump/dependabot/alerts" => denied("vulnerability_alerts=read"),
            "/repos/acme/pump/code-scanning/alerts" => Reply::json(404, &json!({ "message": "no analysis found" })),
            "/repos/acme/pump/secret-scanning/alerts" => Reply::json(404, &json!({ "message": "Not Found" })),
            "/repos/acme/pump/security-advisories" => Reply::json(200, &json!([])),
            "/repos/acme/pump" => Reply::json(200, &json!({ "has_issues": true })),
            "/graphql" => Reply::json(404, &json!({ "message": "Not Found" })),
            "/repos/acme/pump/issues/1/timeline" => Reply::json(
                200,
                &json!([{ "event": "labeled", "created_at": "2025-03-01T00:00:00Z", "actor": { "login": "tom" }, "label": { "name": "security" } }]),
            ),
            path if path.ends_with("/timeline") => Reply::json(200, &json!([])),
            _ => github(seen, own),
        }
    };
    let server = Server::start(Spoil::Nothing, forbidden);
    let found = ask_with(settings(&server), "2025-12-31");
    let limit = |what: &str| {
        let found = found.read.limits.iter().find(|limit| limit.what.starts_with(what));
        found.unwrap_or_else(|| panic!("no limit on {what}"))
    };
    assert!(limit("Dependabot").why.contains("vulnerability_alerts"));
    assert!(limit("Dependabot").affects.contains(&Constraint::IssuesExamined));
    assert!(limit("code-scanning").why.contains("switched off") && limit("code-scanning").affects.is_empty());
    assert!(limit("secret-scanning").why.contains("secret_scanning_alerts"));
    assert!(limit("draft advisories").affects.contains(&Constraint::IssuesExamined));
    assert_eq!(found.read.limits.len(), 4);
    // Without GraphQL the timelines come by REST.
    assert!(find(&found, "#1").events.iter().any(|event| event.kind == EventKind::Recognised));
}

#[test]
fn a_repository_that_is_not_shown_is_one_limit() {
    let server = Server::start(Spoil::Nothing, |_, _| Reply::json(404, &json!({ "message": "Not Found" })));
    let found = ask_with(settings(&server), "2025-12-31");
    assert_eq!(found.read.limits.len(), 1);
    assert!(found.read.issues.is_empty() && server.seen().len() == 1);
}

/// Whatever happens to any request, once or always: the run ends, and either all is there or a limit says what is not.
#[test]
fn every_fault_on_every_request_ends_right_or_in_a_limit() {
    let server = Server::start(Spoil::Nothing, github);
    let whole = ask_with(settings(&server), "2025-12-31").read;
    let requests = server.seen().len();
    let mut plans = Vec::new();
    for at in 0..requests {
        for fault in FAULTS {
            plans.push(Spoil::Once(at, fault));
            plans.push(Spoil::Always(at, fault));
        }
    }
    let next = std::sync::Mutex::new(plans.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let plan = next.lock().unwrap().next();
                    let Some(plan) = plan else { return };
                    let server = Server::start(plan, github);
                    let found = ask_with(settings(&server), "2025-12-31");
                    assert!(!format!("{found:?}").contains(CANARY), "{plan:?}");
                    match plan {
                        // What the repository says of itself only spares questions.
                        Spoil::Always(0, _) if found.read == whole => {}
                        Spoil::Always(..) => assert!(!found.read.limits.is_empty(), "{plan:?}"),
                        _ => assert!(found.read == whole, "{plan:?}: {:?}", found.read.limits),
                    }
                }
            });
        }
    });
}

/// An issue that GraphQL does not show is said to be missing; the others are told.
#[test]
fn a_timeline_that_is_hidden_is_a_limit() {
    let hiding = |seen: &Seen, own: &str| {
        let mut reply = github(seen, own);
        if seen.path == "/graphql" {
            let mut answer: Value = serde_json::from_str(&reply.body).unwrap();
            let nodes = answer["data"]["nodes"].as_array_mut().unwrap();
            let at = nodes.iter().position(|node| node["id"] == "I_3").unwrap();
            nodes[at] = Value::Null;
            answer["errors"] = json!([{ "type": "NOT_FOUND", "path": ["nodes", at], "message": "Could not resolve" }]);
            reply.body = answer.to_string();
        }
        reply
    };
    let server = Server::start(Spoil::Nothing, hiding);
    let found = ask_with(settings(&server), "2025-12-31");
    assert_eq!(found.read.limits.len(), 1);
    assert!(found.read.limits[0].what.starts_with("timelines of 1 issue"), "{:?}", found.read.limits);
    assert!(find(&found, "#1").events.iter().any(|event| event.kind == EventKind::Recognised));
}

/// A fault that lasts on one list leaves the others whole.
#[test]
fn a_lasting_fault_costs_only_what_it_hit() {
    let broken = |seen: &Seen, own: &str| {
        if seen.path.contains("/dependabot/") {
            return Reply::json(500, &json!({ "message": format!("failed for {CANARY}") }));
        }
        github(seen, own)
    };
    let server = Server::start(Spoil::Nothing, broken);
    let found = ask_with(settings(&server), "2025-12-31");
    assert_eq!(found.read.limits.len(), 1);
    assert!(found.read.limits[0].what.contains("Dependabot") && found.read.limits[0].why.contains("***"));
    assert_eq!(found.read.issues.len(), 7);
}

/// Runs the real program, with a cache beside the repository.
fn run(server: &Server, repo: &Repo, arguments: &[&str]) -> Run {
    crate::support::run(
        command(arguments)
            .args(["--as-of", "2025-12-31", "--issues", "github", "--repo", repo.path(), "--cache"])
            .arg(repo.beside("cache"))
            .env("GITHUB_API_URL", &server.address)
            .env("GITHUB_TOKEN", CANARY),
    )
}

fn repository() -> Repo {
    let repo = Repo::new();
    repo.commit("2025-01-01", "First");
    crate::support::git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
    repo
}

/// Hostile titles reach every sink as text and nothing else, and the token reaches none.
#[test]
fn every_sink_stays_inert_and_holds_no_token() {
    let echoing = |seen: &Seen, own: &str| {
        if seen.path.contains("/dependabot/") {
            return Reply::json(403, &json!({ "message": format!("{CANARY} may not. {}", hostile()) }));
        }
        github(seen, own)
    };
    let server = Server::start(Spoil::Nothing, echoing);
    let repo = repository();
    for arguments in [
        &["check", "-vv"][..],
        &["check", "-vv", "--color", "always"],
        &["check", "--format", "json"],
        &["check", "--format", "markdown"],
        &["check", "--format", "github"],
        &["check", "--format", "sarif"],
        &["check", "--format", "junit"],
        &["check", "--format", "codequality"],
        &["check", "--format", "csv"],
        &["issues"],
        &["issues", "--format", "json"],
        &["timeline"],
        &["timeline", "--format", "json"],
        &["metrics"],
        &["metrics", "--format", "json"],
        &["draft", "-o", "-"],
        &["status"],
        &["collect"],
    ] {
        let Run { out, err, .. } = run(&server, &repo, arguments);
        assert!(!out.is_empty(), "{arguments:?}: {err}");
        for text in [&out, &err] {
            assert!(!text.contains(CANARY), "{arguments:?} shows the token");
            assert!(!text.contains("\u{1b}[31m::"), "{arguments:?} passes an escape on");
            assert!(!text.contains('\u{202e}'), "{arguments:?} passes a mark on that turns the text round");
            assert!(!text.contains("##["), "{arguments:?} passes a command of the runner on");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::error::x")), "{arguments:?}");
        }
        let json = ["json", "sarif", "codequality"].iter().any(|format| arguments.contains(format))
            || arguments[0] == "collect";
        if json {
            serde_json::from_str::<Value>(&out).unwrap();
        } else {
            assert!(!out.contains(&"A".repeat(1000)), "{arguments:?} writes all of a long title");
            assert!(!out.contains('\u{1b}') || arguments.contains(&"always"), "{arguments:?}");
        }
        if arguments.contains(&"junit") {
            assert!(!out.contains("</script>") && !out.contains("<b>"), "{out}");
        }
        if arguments.contains(&"csv") {
            assert!(!out.lines().any(|line| line.starts_with(['=', '+', '@'])), "{out}");
        }
        if arguments.contains(&"markdown") {
            assert!(!out.contains("</script>") && !out.contains("![x]("), "{out}");
        }
    }
    for file in files(&repo.beside("cache")) {
        assert!(!String::from_utf8_lossy(&std::fs::read(&file).unwrap()).contains(CANARY), "{}", file.display());
    }
}

#[test]
fn offline_asks_nobody_and_says_so() {
    let server = Server::start(Spoil::Nothing, github);
    let report = run(&server, &repository(), &["check", "--offline", "--format", "json"]).json();
    let limits = report["limits"].as_array().unwrap();
    assert!(limits.iter().any(|limit| limit["why"].as_str().unwrap().contains("--offline")), "{limits:?}");
    assert_eq!(server.seen().len(), 0);
}
