//! Writing back to GitHub, against a server of our own that keeps what it is sent: written once, updated in place, nothing
//! twice whatever fails, and polite about what a token may not do.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests write files and stop where they fail")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::server::{Fault, Reply, Seen, Server, Spoil};
use crate::support::{PROCEDURE, Repo, Run, command, record, run, spread};
use lookback::{Annotations, WriteHost, WriteTarget, WriteWanted, WrittenBack, write_back};
use lookback::{Auth, Client, Secret, Settings, block_on};
use lookback_core::judge::verdict::judge;
use lookback_core::model::Policy;
use lookback_core::model::Report;
use lookback_core::model::{Changes, Evidence};
use serde_json::{Value, json};

const TOKEN: &str = "ghp_canary0123456789";
const BOT: &str = "github-actions[bot]";
const COMMIT: &str = "c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff";

/// What the server keeps.
#[derive(Default)]
struct Hub {
    comments: Vec<Value>,
    issues: Vec<Value>,
    checks: Vec<Value>,
    statuses: Vec<Value>,
    /// Status codes with which the next writes are refused, before anything is kept.
    refusals: Vec<(u16, Vec<(&'static str, &'static str)>)>,
    writes: usize,
}

fn author() -> Value {
    json!({ "login": BOT, "type": "Bot" })
}

impl Hub {
    fn answer(&mut self, seen: &Seen) -> Reply {
        let path = seen.path.split('?').next().unwrap();
        let body: Value = serde_json::from_str(&seen.body).unwrap_or(Value::Null);
        assert_eq!(seen.headers["authorization"], format!("Bearer {TOKEN}"));
        if path == "/user" {
            return Reply::json(403, &json!({ "message": "Resource not accessible by integration" }));
        }
        if path == "/graphql" {
            return Reply::json(200, &json!({ "data": { "viewer": { "login": BOT } } }));
        }
        if seen.method != "GET" {
            if !self.refusals.is_empty() {
                let (status, headers) = self.refusals.remove(0);
                let reply = Reply::json(status, &json!({ "message": "Resource not accessible by integration" }));
                return headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value));
            }
            self.writes += 1;
        }
        let parts: Vec<&str> = path.strip_prefix("/repos/acme/pump/").expect("our repository").split('/').collect();
        let number = |text: &str| text.parse::<usize>().unwrap();
        match (seen.method.as_str(), parts.as_slice()) {
            ("GET", ["commits", COMMIT, "check-runs"]) => Reply::json(200, &json!({ "check_runs": self.checks })),
            ("POST", ["check-runs"]) => Self::check(&mut self.checks, None, &body),
            ("PATCH", ["check-runs", id]) => Self::check(&mut self.checks, Some(number(id)), &body),
            ("GET", ["commits", COMMIT, "statuses"]) => {
                Reply::json(200, &Value::Array(self.statuses.iter().rev().cloned().collect()))
            }
            ("POST", ["statuses", COMMIT]) => Self::kept(&mut self.statuses, body),
            ("GET", ["issues", _, "comments"]) => Reply::json(200, &Value::Array(self.comments.clone())),
            ("POST", ["issues", _, "comments"]) => Self::kept(&mut self.comments, body),
            ("PATCH", ["issues", "comments", id]) => Self::changed(&mut self.comments, number(id), &body),
            ("GET", ["issues"]) => {
                let state = if seen.path.contains("state=open") { "open" } else { "closed" };
                let found = self.issues.iter().filter(|issue| issue["state"] == state).cloned().collect();
                Reply::json(200, &Value::Array(found))
            }
            ("POST", ["issues"]) => {
                let mut issue = body;
                issue["state"] = "open".into();
                issue["number"] = (self.issues.len() + 1).into();
                Self::kept(&mut self.issues, issue)
            }
            ("PATCH", ["issues", number_of]) => Self::changed(&mut self.issues, number(number_of), &body),
            other => panic!("unexpected request {other:?}"),
        }
    }

    fn kept(list: &mut Vec<Value>, mut item: Value) -> Reply {
        item["id"] = (list.len() + 1).into();
        item["user"] = author();
        item["creator"] = author();
        list.push(item.clone());
        Reply::json(201, &item)
    }

    fn changed(list: &mut [Value], id: usize, body: &Value) -> Reply {
        let item = &mut list[id - 1];
        for (name, value) in body.as_object().unwrap() {
            item[name] = value.clone();
        }
        Reply::json(200, item)
    }

    fn check(list: &mut Vec<Value>, id: Option<usize>, body: &Value) -> Reply {
        let annotations = body["output"]["annotations"].as_array().cloned().unwrap_or_default();
        assert!(annotations.len() <= 50 && body["output"]["summary"].as_str().unwrap().chars().count() <= 65_535);
        if id.is_none() {
            assert_eq!(body["head_sha"], COMMIT);
            list.push(json!({ "id": list.len() + 1, "output": { "annotations_count": 0 }, "annotations": [] }));
        }
        let at = id.unwrap_or(list.len());
        let run = &mut list[at - 1];
        for name in ["external_id", "status", "conclusion", "name"] {
            run[name] = body[name].clone();
        }
        run["annotations"].as_array_mut().unwrap().extend(annotations);
        run["output"]["annotations_count"] = run["annotations"].as_array().unwrap().len().into();
        Reply::json(200, run)
    }

    /// Everything stands there once, and completely.
    fn assert_once(&self, annotations: usize, what: &str) {
        assert_eq!((self.comments.len(), self.issues.len()), (1, 1), "{what}");
        assert_eq!((self.checks.len(), self.statuses.len()), (1, 0), "{what}");
        let run = &self.checks[0];
        assert_eq!((&run["status"], &run["conclusion"]), (&json!("completed"), &json!("failure")), "{what}");
        assert_eq!(run["annotations"].as_array().unwrap().len(), annotations, "{what}");
    }
}

type Shared = Arc<Mutex<Hub>>;

fn serve(hub: &Shared, spoil: Spoil) -> Server {
    let hub = Arc::clone(hub);
    Server::start(spoil, move |seen, _| hub.lock().unwrap().answer(seen))
}

/// A repository with one held review of March 2025 and 120 issues that its record does not name, on 2026-02-20: due soon.
fn evidence() -> Evidence {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE);
    repo.write("docs/reviews/security-review-2025.md", record("2025-03-14", "2024-03-01", "2025-03-14", &["#1"]));
    let issues: Vec<Value> = (1..=120)
        .map(|n| {
            json!({ "number": n, "title": format!("Overflow {n}"), "labels": [{ "name": "security" }], "state": "OPEN",
                "createdAt": "2025-01-10T00:00:00Z" })
        })
        .collect();
    repo.write("issues.json", Value::Array(issues).to_string());
    repo.commit("2025-03-14", "Record");
    let issues = repo.root().join("issues.json");
    let run = repo.run("collect", &["--as-of", "2026-02-20", "--issues", issues.to_str().unwrap()]);
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err))
}

fn report(evidence: &Evidence) -> Report {
    spread(judge(evidence, &Policy::default(), "2026-02-20".parse().unwrap(), false))
}

fn wanted() -> WriteWanted {
    WriteWanted {
        comment: true,
        check_run: true,
        reminder: true,
        status: true,
        name: "Lookback".into(),
        labels: vec!["review".into()],
        plan: false,
    }
}

fn target() -> WriteTarget {
    WriteTarget {
        host: WriteHost::Github,
        repository: "acme/pump".into(),
        commit: Some(COMMIT.into()),
        pull_request: Some(7),
        default_branch: true,
        run_url: None,
    }
}

fn written(server: &Server, report: &Report) -> WrittenBack {
    let mut settings = Settings::new(&server.address, Auth::Bearer(Secret::new(TOKEN)));
    settings.graphql = Some(format!("{}/graphql", server.address));
    settings.timeout = Duration::from_millis(400);
    settings.pause = Duration::from_millis(5);
    block_on(async {
        let client = Client::new(settings).unwrap();
        write_back(&client, report, &wanted(), &target()).await
    })
    .unwrap()
}

fn annotations(report: &Report) -> usize {
    report.standing().filter(|finding| finding.location.is_some()).count()
}

#[test]
fn all_of_it_once_and_nothing_the_second_time() {
    let report = report(&evidence());
    assert!(annotations(&report) > 100, "several requests of annotations");
    let hub = Shared::default();
    let server = serve(&hub, Spoil::Nothing);
    let first = written(&server, &report);
    assert!(first.limits.is_empty(), "{:?}", first.limits);
    assert_eq!(
        first.written,
        ["check run \"Lookback\": failure", "comment written on #7", "reminder issue opened"],
        "no status beside a check run"
    );
    hub.lock().unwrap().assert_once(annotations(&report), "first");
    let writes = hub.lock().unwrap().writes;
    let second = WrittenBack { annotations: Annotations::CheckRun, ..WrittenBack::default() };
    assert_eq!(written(&server, &report), second);
    assert_eq!(hub.lock().unwrap().writes, writes, "the second run writes nothing");
}

#[test]
fn whatever_fails_on_the_way_nothing_is_written_twice() {
    let report = report(&evidence());
    let all = annotations(&report);
    let requests = {
        let server = serve(&Shared::default(), Spoil::Nothing);
        written(&server, &report);
        server.seen().len()
    };
    assert!(requests > 8);
    // All of these answer after the server acted on the request, which is the harder case.
    let faults = [Fault::Internal, Fault::BadGateway, Fault::Truncated, Fault::WrongJson, Fault::Hang, Fault::Reset];
    std::thread::scope(|scope| {
        for fault in faults {
            let report = &report;
            scope.spawn(move || {
                for at in 0..requests {
                    let hub = Shared::default();
                    let done = written(&serve(&hub, Spoil::Once(at, fault)), report);
                    let what = format!("{fault:?} at request {at}: {:?}", done.limits);
                    // What did not arrive is said, and a second run makes up for it.
                    let again = written(&serve(&hub, Spoil::Nothing), report);
                    assert!(again.limits.is_empty(), "{what}");
                    hub.lock().unwrap().assert_once(all, &what);
                    assert!(done.limits.iter().all(|limit| limit.affects.is_empty()), "{what}");
                    assert!(!format!("{done:?}").contains(TOKEN), "{what}");
                }
            });
        }
    });
}

#[test]
fn a_rate_limit_is_waited_for_and_a_fault_before_acting_is_repeated() {
    let report = report(&evidence());
    for refusal in [(429, vec![("retry-after", "1")]), (403, vec![("retry-after", "1")]), (500, vec![]), (502, vec![])]
    {
        let hub = Shared::default();
        hub.lock().unwrap().refusals = vec![refusal.clone()];
        let done = written(&serve(&hub, Spoil::Nothing), &report);
        assert!(done.limits.is_empty(), "{refusal:?}: {:?}", done.limits);
        hub.lock().unwrap().assert_once(annotations(&report), &format!("{refusal:?}"));
    }
}

#[test]
fn a_read_only_token_is_said_and_changes_nothing() {
    let report = report(&evidence());
    let hub = Shared::default();
    hub.lock().unwrap().refusals = vec![(403, vec![]); 10];
    let done = written(&serve(&hub, Spoil::Nothing), &report);
    assert!(done.written.is_empty() && done.annotations == Annotations::Refused);
    let what: Vec<&str> = done.limits.iter().map(|limit| limit.what.as_str()).collect();
    assert_eq!(
        what,
        [
            "check run: not written",
            "commit status: not written",
            "comment on the pull request: not written",
            "reminder issue: not written"
        ]
    );
    assert!(done.limits.iter().all(|limit| limit.affects.is_empty() && limit.remedy.contains(": write`")));
    assert_eq!(hub.lock().unwrap().writes, 0);
}

#[test]
fn a_status_stands_in_for_a_refused_check_run() {
    let report = report(&evidence());
    let hub = Shared::default();
    hub.lock().unwrap().refusals = vec![(403, vec![])];
    let server = serve(&hub, Spoil::Nothing);
    let done = written(&server, &report);
    assert!(done.written.contains(&"commit status \"Lookback\": failure".to_owned()), "{:?}", done.written);
    let hub = hub.lock().unwrap();
    assert_eq!((hub.checks.len(), hub.statuses.len()), (0, 1));
    assert_eq!(hub.statuses[0]["context"], "Lookback");
}

#[test]
fn a_list_that_is_not_whole_stops_the_writing() {
    let report = report(&evidence());
    let hub = Shared::default();
    let inner = Arc::clone(&hub);
    let server = Server::start(Spoil::Nothing, move |seen, _| {
        if seen.method == "GET" && seen.path.contains("/issues") {
            return Reply::json(500, &json!({ "message": "oops" }));
        }
        inner.lock().unwrap().answer(seen)
    });
    let done = written(&server, &report);
    let hub = hub.lock().unwrap();
    assert_eq!((hub.comments.len(), hub.issues.len()), (0, 0));
    assert_eq!(done.limits.len(), 2, "{:?}", done.limits);
}

#[test]
fn who_cannot_tell_its_own_words_writes_none() {
    let report = report(&evidence());
    for (status, message) in [(500, "oops"), (401, "Bad credentials")] {
        let hub = Shared::default();
        let inner = Arc::clone(&hub);
        let server = Server::start(Spoil::Nothing, move |seen, _| {
            if seen.path == "/user" {
                return Reply::json(status, &json!({ "message": message }));
            }
            inner.lock().unwrap().answer(seen)
        });
        let done = written(&server, &report);
        let hub = hub.lock().unwrap();
        assert_eq!((hub.comments.len(), hub.issues.len(), done.limits.len()), (0, 0, 2), "{status}");
    }
}

#[test]
fn a_pull_request_never_touches_the_reminder() {
    let mut evidence = evidence();
    evidence.changes = Some(Changes { merge_base: Some(COMMIT.into()), ..Changes::default() });
    let hub = Shared::default();
    let done = written(&serve(&hub, Spoil::Nothing), &report(&evidence));
    let hub = hub.lock().unwrap();
    assert!(done.limits.is_empty() && hub.issues.is_empty());
    assert_eq!(hub.checks[0]["conclusion"], "success", "it changes nothing of the review");
}

/// The real binary on a pull request that adds a faulty record.
struct PullRequest {
    repo: Repo,
    base: String,
    head: String,
}

fn pull_request() -> PullRequest {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE);
    repo.write("docs/reviews/security-review-2024.md", record("2024-03-14", "2023-03-01", "2024-03-14", &[]));
    let base = repo.commit("2024-03-14", "Record of 2024");
    repo.write("docs/reviews/security-review-2026.md", record("2026-02-10", "2024-03-15", "2026-02-10", &["SEC-1"]));
    repo.write("fixed.txt", "x");
    let head = repo.commit("2026-02-10", "Record of 2026\n\nFixes CVE-2025-1234, security hole in the parser");
    PullRequest { repo, base, head }
}

impl PullRequest {
    fn check(&self, server: &str, more: &[&str]) -> Run {
        let payload = self.repo.beside("event.json");
        let event = json!({
            "pull_request": { "number": 7, "base": { "sha": self.base }, "head": { "sha": self.head } },
            "repository": { "full_name": "acme/pump", "private": false, "default_branch": "main" },
        });
        std::fs::write(&payload, event.to_string()).unwrap();
        let mut arguments = vec!["check", "--repo", self.repo.path(), "--as-of", "2026-02-20"];
        arguments.extend(more);
        let mut command = command(&arguments);
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_NAME", "pull_request");
        command.env("GITHUB_REPOSITORY", "acme/pump").env("GITHUB_REF", "refs/pull/7/merge");
        command.env("GITHUB_EVENT_PATH", payload).env("GITHUB_API_URL", server).env("GITHUB_TOKEN", TOKEN);
        run(&mut command)
    }
}

#[test]
fn on_a_pull_request_the_binary_judges_the_change() {
    let pull = pull_request();
    let run = pull.check("http://127.0.0.1:9", &["--offline", "--format", "json"]);
    let report = run.json();
    assert_eq!(run.code, 1, "{}", run.all());
    assert_eq!(report["lane"]["name"], "pull-request");
    assert_eq!(report["lane"]["changed"], json!(["docs/reviews/security-review-2026.md"]));
    assert_eq!(report["exit_code"], 1);
    assert!(report["lane"]["enforced"].as_array().unwrap().iter().all(|at| {
        let finding = &report["findings"][usize::try_from(at.as_u64().unwrap()).unwrap()];
        finding["location"]["path"] == "docs/reviews/security-review-2026.md"
    }));
    // The same by hand, in any other CI.
    let by_hand = pull.repo.run("check", &["--as-of", "2026-02-20", "--base", &pull.base, "--format", "json"]);
    assert_eq!(by_hand.json()["lane"]["enforced"], report["lane"]["enforced"]);
    // A change of something else passes, and says what stands elsewhere.
    pull.repo.write("src.txt", "y");
    pull.repo.commit("2026-02-11", "Code");
    let code = pull.repo.run("check", &["--as-of", "2026-02-20", "--base", &pull.head]);
    assert_eq!(code.code, 0, "{}", code.all());
    assert!(code.out.contains("Not enforced here"), "{}", code.out);
    let wrong = pull.repo.run("check", &["--base", "nonsense"]);
    assert_eq!(wrong.code, 2, "{}", wrong.all());
}

#[test]
fn a_fork_falls_back_to_workflow_commands_and_keeps_the_exit_code() {
    let pull = pull_request();
    let plain = pull.check("http://127.0.0.1:9", &["--offline"]);
    let server =
        Server::start(Spoil::Nothing, |seen, _| match (seen.method.as_str(), seen.path.split('?').next().unwrap()) {
            ("GET", path) if path.ends_with("/check-runs") => Reply::json(200, &json!({ "check_runs": [] })),
            ("GET", path) if path.ends_with("/comments") => Reply::json(200, &json!([])),
            ("GET", _) => Reply::json(404, &json!({ "message": "Not Found" })),
            _ => Reply::json(403, &json!({ "message": format!("Resource not accessible by integration {TOKEN}") })),
        });
    let run = pull.check(&server.address, &["--check-run", "--comment", "--reminder"]);
    assert_eq!(run.code, plain.code, "{}", run.all());
    assert!(run.out.contains("check run: not written"), "{}", run.out);
    assert!(run.out.contains("\n::error title="), "{}", run.out);
    assert!(!run.out.contains("reminder issue: not written"), "a pull request has no reminder: {}", run.out);
    assert!(!run.all().contains(TOKEN), "no token anywhere");
    let json = pull.check(&server.address, &["--check-run", "--format", "json"]);
    assert!(json.json()["limits"].as_array().unwrap().iter().any(|limit| limit["what"] == "check run: not written"));
}

#[test]
fn what_a_check_run_annotates_is_not_annotated_twice() {
    let pull = pull_request();
    let server = Server::start(Spoil::Nothing, |seen, _| match seen.method.as_str() {
        "GET" => Reply::json(200, &json!({ "check_runs": [] })),
        _ => Reply::json(201, &json!({ "id": 1 })),
    });
    let plain = pull.check("http://127.0.0.1:9", &["--offline", "--format", "github"]);
    assert!(plain.out.contains("::error title="), "{}", plain.out);
    let run = pull.check(&server.address, &["--check-run", "--format", "github"]);
    assert_eq!(run.code, plain.code, "{}", run.all());
    assert!(!run.out.contains("::error") && run.out.contains("review-gap"), "the log tells it in words: {}", run.out);
}

#[test]
fn nothing_is_written_offline() {
    let pull = pull_request();
    let hub = Shared::default();
    let server = serve(&hub, Spoil::Nothing);
    let run = pull.check(&server.address, &["--offline", "--check-run", "--comment", "--status", "--reminder"]);
    assert_eq!(server.seen().len(), 0);
    assert!(run.out.contains("--offline"), "{}", run.out);
    assert!(!run.all().contains(TOKEN));
}
