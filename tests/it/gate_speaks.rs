//! For whom a run speaks: the reminder for the default branch as it is, comment and status for the event's own commit, and evidence
//! for nobody.
#![expect(clippy::disallowed_methods, reason = "tests read, write and run")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::github::github;
use crate::support::hub::{DAY, POLICY, Place, RECORD};
use crate::support::server::{Reply, Server, Spoil};
use crate::support::{PROCEDURE, Repo, git, record};

/// The reminder of a lapse, written by us, on a GitHub that keeps its state.
fn lapsed() -> (Repo, Server, Arc<Mutex<Vec<Value>>>) {
    let repo = Repo::new();
    git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
    repo.write("docs/procedure.md", PROCEDURE).commit("2024-01-10", "Procedure");
    let issues: Arc<Mutex<Vec<Value>>> = Arc::default();
    let kept = Arc::clone(&issues);
    let server = Server::start(Spoil::Nothing, move |seen, own| {
        let mut issues = kept.lock().unwrap();
        let body: Value = serde_json::from_str(&seen.body).unwrap_or_default();
        let path = seen.path.split('?').next().unwrap();
        match (seen.method.as_str(), path.strip_prefix("/repos/acme/pump/issues")) {
            ("GET", Some("")) => {
                let state = seen.path.split("state=").nth(1).unwrap_or_default().split('&').next().unwrap();
                let found = issues.iter().filter(|issue| state == "all" || issue["state"] == state).cloned().collect();
                Reply::json(200, &Value::Array(found))
            }
            ("GET", Some(_)) => Reply::json(200, &json!([])),
            ("POST", Some("")) => {
                let number = issues.len() + 1;
                let mut issue = json!({ "number": number, "state": "open", "user": { "login": "github-actions[bot]", "type": "Bot" },
                    "created_at": "2025-02-01T00:00:00Z", "updated_at": "2025-02-01T00:00:00Z", "labels": [{ "name": "security" }],
                    "node_id": "I_9", "html_url": format!("https://github.com/acme/pump/issues/{number}") });
                issue.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
                issue["labels"] = json!([{ "name": "security" }]);
                issues.push(issue.clone());
                Reply::json(201, &issue)
            }
            ("POST", Some(_)) => Reply::json(201, &json!({ "id": 1 })),
            ("PATCH", Some(rest)) => {
                let number: usize = rest.trim_start_matches('/').parse().unwrap();
                let issue = &mut issues[number - 1];
                issue.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
                Reply::json(200, issue)
            }
            _ if path == "/user" => Reply::json(200, &json!({ "login": "github-actions[bot]" })),
            _ => github(seen, own),
        }
    });
    (repo, server, issues)
}

#[test]
fn only_the_default_branch_as_it_is_speaks_by_the_reminder() {
    let (repo, server, issues) = lapsed();
    let before = git(repo.root(), &["rev-parse", "HEAD"]);
    let nightly = |sha: &str, more: &[&str]| {
        let payload = repo.beside("event.json");
        std::fs::write(&payload, r#"{"repository": {"full_name": "acme/pump", "default_branch": "main"}}"#).unwrap();
        let mut arguments = vec!["check", "--repo", repo.path(), "--reminder"];
        arguments.extend(more);
        if !more.contains(&"--as-of") {
            arguments.extend(["--as-of", DAY]);
        }
        let mut command = crate::support::command(&arguments);
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_NAME", "schedule").env("GITHUB_SHA", sha);
        command.env("GITHUB_REPOSITORY", "acme/pump").env("GITHUB_REF", "refs/heads/main");
        command.env("GITHUB_EVENT_PATH", payload).env("GITHUB_API_URL", &server.address).env("GITHUB_TOKEN", "ghp_x");
        crate::support::run(&mut command)
    };
    let state = || issues.lock().unwrap()[0]["state"].as_str().unwrap().to_owned();
    let opened = nightly(&before, &[]);
    assert_eq!(state(), "open", "{}", opened.all());
    // It is no security issue itself, though it carries the label of one.
    let report = nightly(&before, &["--issues", "github", "--format", "json"]).json();
    assert!(report["issues"].as_array().unwrap().iter().all(|issue| issue["id"] != "#1"), "{}", report["issues"]);
    // A record that is not merged, looked at in every way.
    git(repo.root(), &["checkout", "--quiet", "-b", "topic"]);
    repo.write(RECORD, record("2026-01-10", "2025-01-11", "2026-01-10", &[]));
    let head = repo.commit("2026-01-11", "Record");
    let other = nightly(&before, &[]);
    assert!(other.out.contains("was looked at"), "{}", other.all());
    assert_eq!(state(), "open", "another commit is checked out");
    git(repo.root(), &["checkout", "--quiet", "main"]);
    nightly(&before, &["--rev", &head]);
    assert_eq!(state(), "open", "--rev");
    nightly(&before, &["--rev", "topic", "--as-of", DAY]);
    assert_eq!(state(), "open", "--rev");
    // Before the lapse nothing was due: a day that leaves commits out.
    git(repo.root(), &["merge", "--quiet", "--ff-only", "topic"]);
    std::fs::remove_file(repo.root().join(RECORD)).unwrap();
    let lost = repo.commit("2026-02-01", "Taken back");
    let past = nightly(&lost, &["--as-of", "2026-01-15"]);
    assert_eq!(state(), "open", "--as-of: {}", past.all());
    // Evidence of another revision, and of any where nobody says of which repository the run is.
    let file = repo.beside("evidence.json");
    let collected = repo.run("collect", &["--rev", &head, "--as-of", DAY, "-o", file.to_str().unwrap()]);
    assert_eq!(collected.code, 0, "{}", collected.all());
    let mut command = crate::support::command(&[
        "check",
        "--evidence",
        file.to_str().unwrap(),
        "--reminder",
        "--check-run",
        "--as-of",
        DAY,
    ]);
    command.env("GITHUB_API_URL", &server.address).env("GITHUB_TOKEN", "ghp_x");
    let run = crate::support::run(&mut command);
    assert!(
        run.out.replace("\n    ", " ").contains("what a file of evidence names is written to nobody"),
        "{}",
        run.all()
    );
    assert_eq!(state(), "open", "--evidence");
    // Merged, it closes; taken back, it opens again.
    git(repo.root(), &["reset", "--quiet", "--hard", &head]);
    let held = nightly(&head, &[]);
    assert_eq!(state(), "closed", "{}", held.all());
    git(repo.root(), &["reset", "--quiet", "--hard", &lost]);
    nightly(&lost, &[]);
    assert_eq!(state(), "open", "the lapse is back, and it was we who closed it");
    let asked: Vec<String> = server.seen().into_iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect();
    assert!(!asked.iter().any(|path| path.contains("check-runs")), "{asked:?}");
}

#[test]
fn evidence_names_nobody_to_write_to_and_shows_nothing() {
    let place = Place::new("[embargo]\nshow = true\n[github]\ncheck_run = true\nname = \"CI / build\"\n");
    let file = place.repo.beside("evidence.json");
    let mut command =
        crate::support::command(&["collect", "--repo", place.repo.path(), "--issues", "github", "--as-of", DAY, "-o"]);
    command.arg(&file).env("GITHUB_API_URL", &place.server.address).env("GITHUB_TOKEN", "ghp_x");
    let run = crate::support::run(command.env("GITHUB_GRAPHQL_URL", format!("{}/graphql", place.server.address)));
    assert_eq!(run.code, 0, "{}", run.all());
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("Use after free"), "the policy that is merged shows it");
    let mut command = crate::support::command(&["check", "--evidence"]);
    command
        .arg(&file)
        .args(["--as-of", DAY, "-vv"])
        .env("GITHUB_API_URL", &place.server.address)
        .env("GITHUB_TOKEN", "ghp_x");
    let run = crate::support::run(&mut command);
    assert!(!run.out.contains("Use after free"), "{}", run.all());
    assert!(place.hub.lock().unwrap().written.is_empty());
}

#[test]
fn a_locked_conversation_is_said_as_such() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None)]);
    let server = Server::start(Spoil::Nothing, |seen, _| match seen.method.as_str() {
        "GET" if seen.path == "/user" => Reply::json(200, &json!({ "login": "github-actions[bot]" })),
        "GET" => Reply::json(200, &json!([])),
        _ => Reply::json(403, &json!({ "message": "Unable to create comment because issue is locked." })),
    });
    let payload = json!({ "pull_request": { "number": 7, "base": { "sha": place.base, "ref": "main" }, "head": { "sha": head } } });
    let mut command = place.command("pull_request", &payload, place.repo.root());
    command.env("GITHUB_API_URL", &server.address).env("INPUT_COMMENT", "true");
    let ran = place.done(&mut command, place.repo.root());
    let limits = ran.report["limits"].to_string();
    assert!(limits.contains("the conversation is locked") && limits.contains("Unlock the conversation"), "{limits}");
}

/// `pull_request_target` checks out the base: nobody looked at the pull request, whatever is enforced.
#[test]
fn a_pull_request_that_nobody_looked_at_gets_no_success() {
    let place = Place::new("[on]\npull_request = \"all\"\n[issues]\nsources = []\n");
    let head = place.change(&[(RECORD, None)]);
    git(place.repo.root(), &["checkout", "--quiet", &place.base]);
    let payload = json!({ "pull_request": { "number": 7, "base": { "sha": place.base, "ref": "main" },
        "head": { "sha": head, "repo": { "full_name": "acme/pump" } } } });
    for arguments in [
        &["action"][..],
        &["check", "--on-pull-request", "all", "--status", "--as-of", DAY],
        &["check", "--base", &place.base, "--on-pull-request", "changed", "--status", "--as-of", DAY],
        &["check", "--base", &place.base, "--on-pull-request", "all", "--status", "--as-of", DAY],
    ] {
        let mut action = place.command("pull_request_target", &payload, place.repo.root());
        action.env("GITHUB_SHA", &place.base).env("GITHUB_REF", "refs/heads/main").env("INPUT_STATUS", "true");
        let mut command = crate::support::command(arguments);
        command.current_dir(place.repo.root()).env("GITHUB_TOKEN", "ghs_canary0123456789");
        command.envs(action.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let run = crate::support::run(&mut command);
        assert_eq!(run.code, 3, "{arguments:?}: {}", run.all());
        assert!(run.all().contains("does not contain"), "{arguments:?}: {}", run.all());
        assert!(place.hub.lock().unwrap().written.is_empty(), "{arguments:?}: {:?}", place.hub.lock().unwrap().written);
    }
}
