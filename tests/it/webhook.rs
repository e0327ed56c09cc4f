//! The message to a webhook: one where the state is another one, by a run that speaks for the default branch, its address never shown.
#![expect(clippy::unwrap_used, reason = "stops where it fails")]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::server::{Fault, Reply, Server, Spoil};
use crate::support::{PROCEDURE, Repo, Run, command, git, record, run};

const SECRET: &str = "T0canary/B0canary/x0canary0123456789";

struct World {
    repo: Repo,
    server: Server,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl World {
    fn new(spoil: Spoil, status: u16) -> World {
        let repo = Repo::new();
        git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
        repo.write("docs/procedure.md", PROCEDURE).write(".gitignore", "kept\n");
        repo.write("docs/reviews/2025.md", record("2025-03-14", "2024-03-01", "2025-03-14", &["#1"]));
        repo.commit("2025-03-14", "Record");
        let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
        let kept = Arc::clone(&heard);
        let server = Server::start(spoil, move |seen, _| {
            assert_eq!(
                (seen.method.as_str(), seen.path.as_str()),
                ("POST", format!("/hook/{SECRET}?sig=a%20b").as_str())
            );
            assert!(!seen.headers.contains_key("authorization"), "no token goes along");
            if status < 300 {
                kept.lock().unwrap().push(serde_json::from_str(&seen.body).unwrap());
            }
            // Slack answers in a word that is no JSON.
            Reply { status, headers: Vec::new(), body: "ok".to_owned() }
        });
        World { repo, server, heard }
    }

    fn check(&self, day: &str, more: &[&str], env: &[(&str, &str)]) -> Run {
        let mut command = command(&[&["check", "--as-of", day], more].concat());
        command.current_dir(self.repo.root()).env("GITHUB_TOKEN", "ghp_canary0123456789");
        command.env("LOOKBACK_NOTIFY_URL", format!("{}/hook/{SECRET}?sig=a%20b", self.server.address));
        let ran = run(command.envs(env.iter().copied()));
        assert!(
            !ran.all().contains("canary") && !ran.all().contains("/hook/"),
            "the address is a secret: {}",
            ran.all()
        );
        ran
    }

    fn states(&self) -> Vec<String> {
        self.heard.lock().unwrap().iter().map(|body| body["state"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn what_the_calendar_brings_is_told_on_its_day_and_remembered_changes_once() {
    let world = World::new(Spoil::Nothing, 200);
    // Without a memory: on the day, and on no other.
    for (day, told) in [("2025-12-01", 0), ("2026-01-12", 0), ("2026-01-13", 1), ("2026-01-14", 1), ("2026-03-15", 2)] {
        let ran = world.check(day, &[], &[]);
        assert_eq!(world.heard.lock().unwrap().len(), told, "{day}: {}", ran.all());
    }
    assert_eq!(world.states(), ["due-soon", "overdue"]);
    let first = &world.heard.lock().unwrap()[0];
    assert_eq!((&first["repository"], &first["due"]), (&json!("acme/pump"), &json!("2026-03-14")));
    // With one: whenever it runs, and once.
    let world = World::new(Spoil::Nothing, 200);
    let check = |day: &str| world.check(day, &["--cache", "kept"], &[]).out;
    check("2025-12-01");
    assert!(world.states().is_empty(), "nothing changed");
    assert!(check("2026-02-20").contains("Written: message to the webhook at 127.0.0.1: due-soon"));
    check("2026-02-21");
    check("2026-04-01");
    check("2026-04-01");
    world.repo.write("docs/reviews/2026.md", record("2026-03-10", "2025-03-15", "2026-03-10", &["#1"]));
    world.repo.commit("2026-04-02", "Record");
    check("2026-04-03");
    assert_eq!(world.states(), ["due-soon", "overdue", "current"]);
}

#[test]
fn the_forms_for_slack_and_teams_are_asked_for() {
    let world = World::new(Spoil::Nothing, 202);
    world.check("2026-03-15", &[], &[("LOOKBACK_NOTIFY_FORMAT", "slack")]);
    world.check("2026-03-15", &[], &[("LOOKBACK_NOTIFY_FORMAT", "teams")]);
    let heard = world.heard.lock().unwrap();
    assert!(heard[0]["text"].as_str().unwrap().starts_with("acme/pump: Review overdue: "), "{}", heard[0]);
    assert_eq!(heard[1]["attachments"][0]["content"]["type"], "AdaptiveCard");
    drop(heard);
    let ran = world.check("2026-03-15", &[], &[("LOOKBACK_NOTIFY_FORMAT", "teamz")]);
    assert!(ran.out.contains("none of json, slack, teams"), "{}", ran.out);
}

#[test]
fn who_does_not_speak_for_the_default_branch_tells_nobody() {
    let world = World::new(Spoil::Nothing, 200);
    let branch = [("CI", "true"), ("BRANCH_NAME", "topic"), ("CI_DEFAULT_BRANCH", "main")];
    let other = [("GITHUB_EVENT_NAME", "schedule"), ("GITHUB_REPOSITORY", "acme/pump"), ("GITHUB_SHA", "c0ffee")];
    for env in [&branch[..], &other] {
        world.check("2026-03-15", &[], env);
    }
    world.check("2026-03-15", &["--base", "HEAD"], &[]);
    world.check("2026-03-15", &["--offline"], &[]);
    let planned = world.check("2026-03-15", &["--plan", "-v"], &[]);
    assert!(planned.out.contains("Planned: message to the webhook at 127.0.0.1: overdue"), "{}", planned.out);
    world.repo.write("docs/procedure.md", format!("{PROCEDURE}\nMore.\n"));
    world.check("2026-03-15", &[], &[]);
    // A file names no address.
    world.repo.write("lookback.toml", "[notify]\nurl = \"https://evil.example\"\n");
    assert_eq!(world.check("2026-03-15", &[], &[]).code, 2);
    assert!(world.server.seen().is_empty());
}

#[test]
fn a_message_that_did_not_arrive_is_said_and_told_by_the_next_run() {
    for (spoil, status, why) in [
        (Spoil::Nothing, 401, "it answered 401"),
        (Spoil::Nothing, 403, "it answered 403"),
        (Spoil::Nothing, 404, "no such webhook"),
        (Spoil::Nothing, 500, "no answer came"),
        (Spoil::Once(0, Fault::Reset), 200, "no answer came"),
        (Spoil::Once(0, Fault::BadGateway), 200, "no answer came"),
        (Spoil::Nothing, 302, "none of a webhook"),
    ] {
        let world = World::new(spoil, status);
        let ran = world.check("2026-03-15", &["--cache", "kept"], &[]);
        let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("message to the webhook: not written") && said.contains(why), "{status}: {}", ran.out);
        if status == 200 {
            let before = world.heard.lock().unwrap().len();
            world.check("2026-03-16", &["--cache", "kept"], &[]);
            assert_eq!(world.heard.lock().unwrap().len(), before + 1, "{why}");
        }
    }
    let world = World::new(Spoil::Once(0, Fault::TooMany), 200);
    world.check("2026-03-15", &[], &[]);
    assert!(!world.heard.lock().unwrap().is_empty(), "a rate limit is waited for");
}
