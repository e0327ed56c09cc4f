//! A gate that cannot be talked round: a change is judged by the policy of the branch that it goes into, whatever it brings itself,
//! run as a container action is, with the events of GitHub, against a GitHub of our own.
#![expect(clippy::disallowed_methods, reason = "tests read, write and run")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::github::github;
use crate::support::server::{Reply, Seen, Server, Spoil};
use crate::support::{PROCEDURE, Repo, git, record};

const DAY: &str = "2026-02-20";
const REPORT: &str = "lookback-report/report.json";
const RECORD: &str = "docs/reviews/security-review-2026.md";
const WORKFLOW: &str = "on: pull_request\njobs:\n  review:\n    steps:\n      - uses: acme/lookback@v1\n";
/// A policy that is stricter than the defaults, so that deleting it is loosening.
const POLICY: &str = "[cadence]\nwindow = \"6-months\"\n[issues]\nsources = []\nfiles = [\"issues.csv\"]\n";
const ISSUES: &str =
    "id,title,labels,state,opened\nSEC-1,Overflow,security,closed,2025-11-02\nSEC-2,Leak,security,open,2025-12-01\n";
/// All that a change could try at once.
const HOSTILE: &str = "[cadence]\nwindow = \"calendar-year\"\n[documents]\nexclude = [\"**\"]\n[issues]\nsources = []\n\
    from_history = false\n[on]\npull_request = \"report\"\n[rules]\nreview-never-held = \"off\"\nreview-overdue = \"off\"\n\
    policy-weakened = \"off\"\n[embargo]\nshow = true\n[github]\nname = \"CI / build\"\ncheck_run = true\nstatus = true\n\
    [[waiver]]\nrule = \"review-never-held\"\nsubject = \"*\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2027-01-01\n";

/// What the server keeps and says.
#[derive(Default)]
struct Hub {
    /// Reviews of the pull request.
    reviews: Value,
    /// Last commit of the pull request.
    head: String,
    /// Files of the base, by path.
    files: Vec<(&'static str, &'static str)>,
    written: Vec<(String, Value)>,
}

fn answer(hub: &Arc<Mutex<Hub>>, seen: &Seen, own: &str) -> Reply {
    let mut hub = hub.lock().unwrap();
    let path = seen.path.split('?').next().unwrap();
    let rest = path.strip_prefix("/repos/acme/pump/").unwrap_or_default();
    let parts: Vec<&str> = rest.split('/').collect();
    if seen.method != "GET" && path != "/graphql" {
        hub.written.push((format!("{} {path}", seen.method), serde_json::from_str(&seen.body).unwrap_or_default()));
        return Reply::json(201, &json!({ "id": 1, "number": 1 }));
    }
    if path == "/user" {
        return Reply::json(200, &json!({ "login": "github-actions[bot]" }));
    }
    let pull = json!({ "number": 7, "user": { "login": "robin", "type": "User" }, "merged_at": null,
        "head": { "sha": hub.head, "ref": "topic" }, "base": { "ref": "main" } });
    match parts.as_slice() {
        ["pulls", "7"] => Reply::json(200, &pull),
        ["pulls", "7", "reviews"] => Reply::json(200, &hub.reviews),
        ["commits", _, "pulls"] => Reply::json(200, &json!([pull])),
        ["commits", _, "check-runs"] => Reply::json(200, &json!({ "check_runs": [] })),
        ["commits", _, "statuses"] | ["issues", _, "comments"] => Reply::json(200, &json!([])),
        ["commits", _] => Reply::json(200, &json!({ "author": { "login": "robin" }, "commit": {} })),
        ["contents", ..] => {
            let wanted = parts[1..].join("/");
            let found = hub.files.iter().find(|(path, _)| *path == wanted);
            let listed: Vec<Value> = hub
                .files
                .iter()
                .filter_map(|(path, _)| Some(json!({ "name": path.strip_prefix(&format!("{wanted}/"))? })))
                .collect();
            match found {
                Some((_, text)) => {
                    Reply::json(200, &json!({ "encoding": "base64", "content": BASE64_STANDARD.encode(text) }))
                }
                None if !listed.is_empty() => Reply::json(200, &Value::Array(listed)),
                None => Reply::json(404, &json!({ "message": "Not Found" })),
            }
        }
        _ => github(seen, own),
    }
}

struct Place {
    repo: Repo,
    base: String,
    hub: Arc<Mutex<Hub>>,
    server: Server,
}

struct Ran {
    code: i32,
    log: String,
    report: Value,
}

impl Ran {
    fn findings(&self, rule: &str) -> Vec<&Value> {
        let all = self.report["findings"].as_array().unwrap_or_else(|| panic!("{}", self.log));
        all.iter().filter(|finding| finding["rule"] == rule).collect()
    }

    /// Subjects of what is loosened, with the level.
    fn loosened(&self) -> Vec<String> {
        let told = |finding: &&Value| {
            format!("{} {}", finding["level"].as_str().unwrap(), finding["subject"].as_str().unwrap())
        };
        self.findings("policy-weakened").iter().map(told).collect()
    }

    fn verdict(&self, constraint: &str) -> &str {
        let all = self.report["constraints"].as_array().unwrap();
        all.iter().find(|one| one["id"] == constraint).unwrap()["verdict"].as_str().unwrap()
    }
}

impl Place {
    /// The base: procedure, one record, an issue file, and, unless it is empty, a configuration with the workflow that runs it.
    fn new(policy: &str) -> Place {
        let repo = Repo::new();
        git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
        repo.write("docs/procedure.md", PROCEDURE).commit("2024-01-10", "Procedure");
        repo.write("issues.csv", ISSUES);
        repo.write(RECORD, record("2026-01-10", "2025-01-11", "2026-01-10", &["SEC-1", "SEC-2"]));
        if !policy.is_empty() {
            repo.write("lookback.toml", policy).write(".github/workflows/review.yml", WORKFLOW);
        }
        let base = repo.commit("2026-01-11", "Base");
        git(repo.root(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        git(repo.root(), &["checkout", "--quiet", "-b", "topic"]);
        let hub = Arc::new(Mutex::new(Hub { reviews: json!([]), ..Hub::default() }));
        let kept = Arc::clone(&hub);
        let server = Server::start(Spoil::Nothing, move |seen, own| answer(&kept, seen, own));
        Place { repo, base, hub, server }
    }

    /// Commits a change on the branch: files with their text, or without one to delete them.
    fn change(&self, files: &[(&str, Option<&str>)]) -> String {
        for (path, text) in files {
            match text {
                Some(text) => {
                    self.repo.write(path, text);
                }
                None => std::fs::remove_file(self.repo.root().join(path)).unwrap(),
            }
        }
        // Reports of earlier runs are no part of it.
        let _gone = std::fs::remove_dir_all(self.repo.root().join("lookback-report"));
        let head = self.repo.commit("2026-02-19", "Change");
        self.hub.lock().unwrap().head.clone_from(&head);
        head
    }

    fn approved(&self, login: &str, association: &str, commit: &str) -> &Self {
        self.hub.lock().unwrap().reviews = json!([{ "user": { "login": login, "type": "User" }, "state": "APPROVED",
            "author_association": association, "commit_id": commit, "submitted_at": "2026-02-20T09:00:00Z" }]);
        self
    }

    fn command(&self, event: &str, more: &Value, root: &Path) -> Command {
        let file = |name: &str| self.repo.beside(name);
        let mut payload =
            json!({ "repository": { "full_name": "acme/pump", "private": false, "default_branch": "main" } });
        payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        for (name, text) in [("event.json", payload.to_string()), ("output", String::new()), ("summary", String::new())]
        {
            std::fs::write(file(name), text).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
        command.arg("action").current_dir(root).env_clear();
        for (name, value) in [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", event),
            ("GITHUB_REPOSITORY", "acme/pump"),
            ("GITHUB_API_URL", &self.server.address),
            ("GITHUB_GRAPHQL_URL", &format!("{}/graphql", self.server.address)),
            ("INPUT_TOKEN", "ghs_canary0123456789"),
            ("INPUT_AS-OF", DAY),
            ("INPUT_FORMAT", "json"),
        ] {
            command.env(name, value);
        }
        command.env("GITHUB_EVENT_PATH", file("event.json")).env("GITHUB_WORKSPACE", root);
        command.env("GITHUB_OUTPUT", file("output")).env("GITHUB_STEP_SUMMARY", file("summary"));
        command
    }

    fn done(&self, command: &mut Command, root: &Path) -> Ran {
        let _gone = std::fs::remove_file(root.join(REPORT));
        let done = command.output().unwrap();
        let log = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        let report = std::fs::read_to_string(root.join(REPORT)).unwrap_or_default();
        Ran { code: done.status.code().unwrap(), log, report: serde_json::from_str(&report).unwrap_or_default() }
    }

    fn pull_request(&self, event: &str, head: &str, inputs: &[(&str, &str)]) -> Ran {
        let payload = json!({ "pull_request": { "number": 7, "base": { "sha": self.base, "ref": "main" },
            "head": { "sha": head, "repo": { "full_name": "acme/pump" } } } });
        let mut command = self.command(event, &payload, self.repo.root());
        command.env("GITHUB_REF", "refs/pull/7/merge");
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        self.done(&mut command, self.repo.root())
    }

    /// Another event, for a commit of this ref.
    fn event(&self, event: &str, more: &Value, reference: &str, commit: &str, inputs: &[(&str, &str)]) -> Ran {
        let mut command = self.command(event, more, self.repo.root());
        command.env("GITHUB_REF", reference).env("GITHUB_SHA", commit);
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        self.done(&mut command, self.repo.root())
    }
}

/// The fault that started it: delete the only record, and write a policy that does not miss it.
#[test]
fn who_deletes_the_record_and_the_policy_that_misses_it_is_told_both() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    for (event, inputs) in
        [("pull_request", &[][..]), ("pull_request_target", &[]), ("pull_request_review", &[("status", "true")])]
    {
        let ran = place.pull_request(event, &head, inputs);
        assert_eq!(ran.code, 1, "{event}: {}", ran.log);
        let loosened = ran.loosened().join("\n");
        for key in [
            "cadence.window",
            "documents.exclude",
            "issues.from_history",
            "issues.files",
            "on.pull_request",
            "rules.review-never-held",
            "rules.policy-weakened",
            "embargo.show",
            "github.name",
            "waiver review-never-held *",
        ] {
            assert!(loosened.contains(&format!("error {key}")), "{event}: {key} in {loosened}");
        }
        assert!(ran.log.contains("::error title=policy-weakened,file=lookback.toml,line="), "{}", ran.log);
        assert_eq!(ran.verdict("4.1.8#d"), "nonconforming", "{event}: {}", ran.log);
        let missed = ran.findings("review-never-held");
        assert_eq!(missed.len(), 1, "{event}: the base's policy misses the record: {}", ran.log);
        let enforced = ran.report["lane"]["enforced"].as_array().unwrap();
        assert!(enforced.len() > 10, "{enforced:?}");
    }
    let hub = place.hub.lock().unwrap();
    assert!(
        hub.written.iter().all(|(path, body)| path.ends_with(&head) && body["context"] == "Lookback"),
        "{:?}",
        hub.written
    );
    assert!(!hub.written.is_empty(), "the status that was asked for, under its own name");
}

#[test]
fn deleting_the_configuration_or_the_workflow_is_loosening() {
    let place = Place::new(POLICY);
    let head = place.change(&[("lookback.toml", None), (".github/workflows/review.yml", Some("on: push\n"))]);
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    let told = ran.loosened();
    for key in ["error lookback.toml", "error .github/workflows/review.yml", "error cadence.window"] {
        assert!(told.iter().any(|one| one == key), "{key}: {told:?}");
    }
    let broken = place
        .change(&[("lookback.toml", Some("[cadence\nwindow = 3")), (".github/workflows/review.yml", Some(WORKFLOW))]);
    let ran = place.pull_request("pull_request", &broken, &[("offline", "true")]);
    assert_eq!((ran.code, ran.loosened()), (1, vec!["error lookback.toml".to_owned()]), "{}", ran.log);
}

#[test]
fn an_honest_loosening_becomes_green_by_somebody_else() {
    let place = Place::new(POLICY);
    let head = place.change(&[("lookback.toml", Some(&POLICY.replace("6-months", "12-months")))]);
    let run = |inputs: &[(&str, &str)]| place.pull_request("pull_request", &head, inputs);
    let ran = run(&[]);
    assert_eq!((ran.code, ran.loosened()), (1, vec!["error cadence.window".to_owned()]), "{}", ran.log);
    for (login, association, commit) in [
        ("robin", "OWNER", head.as_str()),
        ("mallory", "NONE", &head),
        ("mallory", "CONTRIBUTOR", &head),
        ("anna", "MEMBER", &place.base),
    ] {
        place.approved(login, association, commit);
        assert_eq!(run(&[]).code, 1, "{login}, {association}, {commit}");
    }
    place.approved("anna", "MEMBER", &head);
    let ran = run(&[]);
    assert_eq!((ran.code, ran.loosened()), (0, vec!["warning cadence.window".to_owned()]), "{}", ran.log);
    assert!(ran.log.contains("anna approved it"), "{}", ran.log);
    // A further commit is not approved.
    let later = place.change(&[("notes.txt", Some("x"))]);
    assert_eq!(place.pull_request("pull_request", &later, &[]).code, 1);
    assert_eq!(place.pull_request("pull_request", &later, &[("policy-changes", "report")]).code, 0);
    // Tightening is none.
    let tight = place.change(&[("lookback.toml", Some(&POLICY.replace("6-months", "3-months")))]);
    let ran = place.pull_request("pull_request", &tight, &[]);
    assert_eq!((ran.code, ran.loosened().len()), (0, 0), "{}", ran.log);
}

#[test]
fn what_the_base_tightened_meanwhile_is_no_loosening_of_who_has_not_seen_it() {
    let place = Place::new(&POLICY.replace("6-months", "12-months"));
    let head = place.change(&[("notes.txt", Some("x"))]);
    git(place.repo.root(), &["checkout", "--quiet", "-b", "main2", &place.base]);
    let tip = place.change(&[("lookback.toml", Some(POLICY))]);
    git(place.repo.root(), &["checkout", "--quiet", "topic"]);
    let place = Place { base: tip, ..place };
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert_eq!((ran.code, ran.loosened().len()), (0, 0), "{}", ran.log);
    assert_eq!(ran.report["cadence"]["window"], "6-months", "the tip judges, not the merge base");
}

#[test]
fn the_first_configuration_becomes_green_and_is_not_trusted_before_the_merge() {
    let place = Place::new("");
    let config = "[cadence]\nwindow = \"calendar-year\"\n[embargo]\nshow = true\n[github]\ncheck_run = true\nname = \"CI / build\"\n\
        [rules]\npolicy-weakened = \"off\"\nreview-gap = \"off\"\n";
    let head = place.change(&[("lookback.toml", Some(config)), (".github/workflows/review.yml", Some(WORKFLOW))]);
    let ran = place.pull_request("pull_request", &head, &[]);
    assert_eq!((ran.code, ran.loosened()), (0, vec!["warning *".to_owned()]), "{}", ran.log);
    assert!(ran.log.contains("cadence.window (12-months, here calendar-year)"), "{}", ran.log);
    assert_eq!(ran.report["rules_off"], json!(["review-gap"]), "it judges");
    assert!(!ran.log.contains("Use after free") && !ran.report.to_string().contains("Use after free"), "embargo");
    assert!(place.hub.lock().unwrap().written.is_empty(), "no writing that nobody trusted asked for");
    // Where a workflow of the base runs it already, the defaults are the base's policy.
    let place = Place::new("#\n");
    place.change(&[("lookback.toml", None)]);
    git(place.repo.root(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let place = Place { base: git(place.repo.root(), &["rev-parse", "HEAD"]), ..place };
    let head = place.change(&[("lookback.toml", Some(config))]);
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert_eq!(ran.report["rules_off"], json!([]));
}

#[test]
fn events_that_run_for_one_commit_and_look_at_another_are_judged_by_the_first() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    let main = "refs/heads/main";
    let queue = "refs/heads/gh-readonly-queue/main/pr-7-b0";
    let comment = json!({ "issue": { "number": 7, "pull_request": {} } });
    let group = json!({ "merge_group": { "base_sha": place.base, "base_ref": main, "head_ref": queue } });
    for (event, payload, reference, commit) in [
        ("workflow_run", &json!({ "workflow_run": { "head_sha": head } }), main, &place.base),
        ("issue_comment", &comment, main, &place.base),
        ("schedule", &json!({}), main, &place.base),
        ("merge_group", &group, queue, &head),
        ("push", &json!({}), "refs/heads/topic", &head),
        ("workflow_dispatch", &json!({}), "refs/heads/topic", &head),
    ] {
        let ran = place.event(event, payload, reference, commit, &[]);
        assert_eq!(ran.code, 1, "{event}: {}", ran.log);
        assert!(ran.loosened().contains(&"error on.pull_request".to_owned()), "{event}: {}", ran.log);
        assert_eq!(ran.findings("review-never-held").len(), 1, "{event}: {}", ran.log);
        place.approved("anna", "MEMBER", &head);
        let approved = place.event(event, payload, reference, commit, &[]);
        assert!(approved.loosened().iter().all(|one| one.starts_with("warning ")), "{event}: {}", approved.log);
        place.hub.lock().unwrap().reviews = json!([]);
    }
    // Merged, it is the policy.
    let ran = place.event("push", &json!({}), main, &head, &[]);
    assert!(ran.loosened().is_empty() && ran.findings("review-never-held").is_empty(), "{}", ran.log);
}

#[test]
fn a_fork_that_is_checked_out_with_the_rights_of_the_base_brings_no_policy() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    git(place.repo.root(), &["remote", "set-url", "origin", "https://github.com/mallory/renamed.git"]);
    let payload = json!({ "pull_request": { "number": 7, "base": { "sha": place.base, "ref": "main" },
        "head": { "sha": head, "repo": { "full_name": "mallory/renamed" } } } });
    let mut command = place.command("pull_request_target", &payload, place.repo.root());
    let ran = place.done(command.env("INPUT_OFFLINE", "true"), place.repo.root());
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert!(ran.loosened().len() > 5, "{}", ran.log);
}

#[test]
fn a_base_that_is_not_in_the_clone_is_asked_for_or_nothing_is_judged() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    let clone = place.repo.beside("clone");
    let from = format!("file://{}", place.repo.path());
    git(place.repo.root(), &["clone", "--quiet", "--depth=1", "--branch=topic", &from, clone.to_str().unwrap()]);
    git(&clone, &["remote", "set-url", "origin", "https://github.com/acme/pump.git"]);
    let payload = json!({ "pull_request": { "number": 7, "base": { "sha": place.base, "ref": "main" }, "head": { "sha": head } } });
    let run = |inputs: &[(&str, &str)]| {
        let mut command = place.command("pull_request", &payload, &clone);
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        place.done(&mut command, &clone)
    };
    let blind = run(&[("offline", "true")]);
    assert_eq!(blind.code, 3, "{}", blind.log);
    assert_eq!(blind.report["findings"], json!([]), "no finding by defaults");
    assert!(blind.log.contains("fetch-depth: 0") && blind.log.contains("whose policy judges"), "{}", blind.log);
    place.hub.lock().unwrap().files = vec![("lookback.toml", POLICY), (".github/workflows/review.yml", WORKFLOW)];
    let asked = run(&[]);
    assert_eq!(asked.code, 1, "{}", asked.log);
    assert!(asked.loosened().contains(&"error on.pull_request".to_owned()), "{}", asked.log);
    // No configuration there, but a workflow that runs it: the defaults are the policy.
    place.hub.lock().unwrap().files = vec![(".github/workflows/review.yml", WORKFLOW)];
    let asked = run(&[]);
    assert!(asked.loosened().contains(&"error cadence.window".to_owned()), "{}", asked.log);
}

#[test]
fn an_issue_that_a_change_takes_out_of_its_file_stays() {
    for text in [Some("id,title,labels,state,opened\nSEC-1,Overflow,security,closed,2025-11-02\n"), None] {
        let place = Place::new(POLICY);
        let head = place.change(&[("issues.csv", text)]);
        let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
        let ids: Vec<&str> =
            ran.report["issues"].as_array().unwrap().iter().map(|issue| issue["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["SEC-1", "SEC-2"], "{}", ran.log);
        assert!(ran.log.contains("they stay in the population") && ran.log.contains("SEC-2"), "{}", ran.log);
    }
}

#[test]
fn what_a_change_says_of_its_own_documents_counts_but_none() {
    let place = Place::new(POLICY);
    let text = record("2026-02-18", "2026-01-11", "2026-02-18", &["SEC-2"]);
    let declared = |is: &str, path: &str| format!("{POLICY}[[document]]\npath = \"{path}\"\nis = \"{is}\"\n");
    let (path, review) = ("quality/R-2.md", declared("review", "quality/R-*.md"));
    let head = place.change(&[(path, Some(&text)), ("lookback.toml", Some(&review))]);
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert!(ran.loosened().is_empty(), "{}", ran.log);
    let documents = ran.report["documents"].as_array().unwrap();
    let found = documents.iter().find(|document| document["path"] == path).unwrap();
    assert_eq!(found["matched_by"], "declared", "{found}");
    let head = place.change(&[("lookback.toml", Some(&declared("none", RECORD)))]);
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert_eq!(ran.loosened(), [format!("error document {RECORD}")], "{}", ran.log);
}

/// By hand and elsewhere the same.
#[test]
fn a_base_by_hand_judges_too() {
    let place = Place::new(POLICY);
    place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    let run = place.repo.run("check", &["--as-of", DAY, "--base", &place.base, "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.all());
    let report = run.json();
    let loosened = report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == "policy-weakened");
    assert!(loosened.count() > 10, "{}", run.all());
    // What lies outside the repository is nobody's change.
    let outside = place.repo.beside("policy.toml");
    std::fs::write(&outside, "[rules]\nreview-never-held = \"off\"\n").unwrap();
    let config = outside.to_str().unwrap();
    let run = place.repo.run("check", &["--as-of", DAY, "--base", &place.base, "--config", config, "--format", "json"]);
    assert_eq!(run.json()["rules_off"], json!(["review-never-held"]), "{}", run.all());
    // One inside it is read from the base, from wherever it is named.
    let named = place.repo.root().join("docs/../lookback.toml");
    let config = named.to_str().unwrap();
    let run = place.repo.run("check", &["--as-of", DAY, "--base", &place.base, "--config", config, "--format", "json"]);
    assert!(run.out.contains("on.pull_request is changed and would be report"), "{}", run.all());
}

fn key() -> impl Strategy<Value = String> {
    let lines = [
        "[cadence]\nwindow = \"calendar-year\"",
        "[cadence]\nnotice_days = 3\nstart = 2030-01-01",
        "[documents]\nexclude = [\"**\"]",
        "[documents]\ninclude = [\"nothing/**\"]\nextensions = [\"x\"]",
        "[issues]\nsources = [\"github:otherorg/secret\", \"github\"]\nlabels = []\nfiles = []",
        "[issues.states]\nopen = \"closed\"",
        "[on]\npull_request = \"report\"",
        "[rules]\nreview-never-held = \"off\"\nissue-not-examined = \"note\"\npolicy-weakened = \"off\"",
        "[embargo]\nshow = true",
        "[github]\ncheck_run = true\nstatus = true\ncomment = true\nname = \"CI / build\"",
        "[[subject]]\nrepository = \"otherorg/product\"",
        "[[tracker]]\nkind = \"gitlab\"\nproject = \"a/b\"\nurl = \"TRAP\"",
        "[[waiver]]\nrule = \"review-never-held\"\nsubject = \"*\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2030-01-01",
        "[targets]\nhigh = 3000",
        "[cadence]\nwindow = \"1-months\"",
        "[[[ not TOML",
    ];
    prop::collection::vec(prop::sample::select(lines.to_vec()), 0..6).prop_map(|lines| lines.join("\n") + "\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever a change writes into the configuration: who is asked, what is shown, what is written and the verdict on each
    /// constraint are those without it.
    #[test]
    fn a_configuration_that_is_not_merged_changes_nothing_but_what_is_told_of_it(text in key()) {
        let place = Place::new("[issues]\nsources = [\"github\"]\n[cadence]\nwindow = \"6-months\"\n");
        let trap = Server::start(Spoil::Nothing, |_, _| Reply::json(200, &json!([])));
        let seen = |ran: &Ran| {
            let issues = ran.report["issues"].clone();
            let rest: Vec<Value> = ran.report["findings"].as_array().unwrap().iter()
                .filter(|finding| finding["rule"] != "policy-weakened").cloned().collect();
            let constraints: Vec<Value> = ran.report["constraints"].as_array().unwrap().iter()
                .map(|one| json!([one["id"], one["verdict"]])).collect();
            (issues, rest, constraints)
        };
        let asked = |place: &Place| {
            let mut paths: Vec<String> = place.server.seen().into_iter()
                .map(|seen| format!("{} {}", seen.method, seen.path.split('?').next().unwrap()))
                .filter(|path| !path.contains("/pulls/7") && !path.contains("/commits/"))
                .collect();
            paths.sort();
            paths.dedup();
            paths
        };
        let head = place.change(&[(RECORD, None)]);
        let plain = place.pull_request("pull_request", &head, &[]);
        let before = asked(&place);
        let head = place.change(&[("lookback.toml", Some(&text.replace("TRAP", &trap.address)))]);
        let ran = place.pull_request("pull_request", &head, &[]);
        prop_assert_eq!(seen(&ran), seen(&plain), "{}\n{}", text, ran.log);
        prop_assert_eq!(asked(&place), before);
        prop_assert!(trap.seen().is_empty(), "nobody else is asked");
        prop_assert!(place.hub.lock().unwrap().written.is_empty());
        prop_assert_eq!(ran.code, 1);
        let tight = text.trim().is_empty() || !text.contains("report") && !text.contains("[[[");
        prop_assert!(tight || !ran.loosened().is_empty(), "{}\n{}", text, ran.log);
    }
}

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
    assert!(run.out.contains("what a file of evidence names is written to nobody"), "{}", run.all());
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
