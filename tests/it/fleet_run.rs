//! `fleet run`: results as `check` gives them for whole clones, resumed and repeated to the same bytes; faults are rows.
#![expect(clippy::disallowed_methods, reason = "tests write their repositories")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any step")]

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::fleet::{DAY, Fleet, cause, json, of, results, reviewed};
use crate::support::server::{Reply, Server, Spoil};
use crate::support::{PROCEDURE, Repo, git, lookback, record, run};

/// A log of reviews that grows: its older revisions are read.
fn logged() -> Repo {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE).commit("2023-01-01", "Begin");
    let mut log = "# Security defect review log\n\n".to_owned();
    for year in [2023, 2024, 2025] {
        log += &format!(
            "## Review of {year}-12-01\n\nDate held: {year}-12-01\n\nThe review of how security problems were handled was held. The handling was complete, efficient, and led to resolution.\n\n"
        );
        repo.write("docs/security-review-log.md", &log).commit(&format!("{year}-12-02"), "Log the review");
    }
    repo
}

fn whole_clone(fleet: &Fleet, url: &str, name: &str) -> Vec<u8> {
    let place = fleet.at("clones").join(name);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    git(fleet.folder.path(), &["clone", "--quiet", url, place.to_str().unwrap()]);
    let ran = lookback(&["check", "--repo", place.to_str().unwrap(), "--as-of", DAY, "--format", "json"]);
    ran.out.into_bytes()
}

#[test]
fn results_are_those_of_check_on_whole_clones() {
    let fleet = Fleet::new();
    let empty = Repo::new();
    let mut lines = Vec::new();
    let all = [("pump", reviewed()), ("log", logged()), ("bare", Repo::new()), ("demo", Repo::new())];
    all[2].1.write("README.md", "x").commit("2024-01-01", "Begin");
    lookback::build_demo(&fleet.at("demo"), DAY.parse().unwrap(), false).unwrap();
    for (name, repo) in &all[..3] {
        lines.push(fleet.serve(repo, name));
    }
    git(&fleet.at("demo"), &["clone", "--quiet", "--bare", ".", &fleet.path("srv/demo.git")]);
    git(&fleet.at("srv/demo.git"), &["config", "uploadpack.allowFilter", "true"]);
    lines.push(format!("file://{}", fleet.path("srv/demo.git")));
    lines.push(fleet.serve(&empty, "empty"));
    fleet.plan(&lines, &[]);
    let ran = fleet.run("out", "cache", &[]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.out.contains("5 repositories: 5 checked (0 unchanged"), "{}", ran.out);
    let out = fleet.at("out");
    for (line, name) in lines.iter().zip(["pump", "log", "bare", "demo", "empty"]) {
        let ours = of(&out, "results", name).unwrap_or_default();
        let theirs = whole_clone(&fleet, line, name);
        assert!(ours == theirs, "{name}:\n{}\n{}", String::from_utf8_lossy(&ours), String::from_utf8_lossy(&theirs));
    }
    // Nothing but commits, trees and what was read came.
    for entry in std::fs::read_dir(fleet.at("cache/repositories")).unwrap() {
        let mirror = entry.unwrap().path().join("mirror.git");
        git(&mirror, &["fsck", "--no-progress"]);
    }
    let pump = &fleet.at("cache/repositories");
    let lacking = std::fs::read_dir(pump).unwrap().map(|entry| {
        let mirror = entry.unwrap().path().join("mirror.git");
        git(&mirror, &["rev-list", "--objects", "--all", "--missing=print"])
            .lines()
            .filter(|line| line.starts_with('?'))
            .count()
    });
    assert!(lacking.sum::<usize>() > 0, "files that nobody reads were fetched");

    // Nothing changed: the same bytes, from the evidence of before.
    let again = fleet.run("again", "cache", &[]);
    assert!(again.out.contains("5 checked (5 unchanged"), "{}", again.out);
    assert!(results(&out) == results(&fleet.at("again")));
    assert_eq!(json(&fleet.at("again"), "costs", "pump")["bytes"], 0);
    // A run that was finished does nothing more.
    let there = fleet.run("again", "other-cache", &[]);
    assert!(there.out.contains("5 checked (0 unchanged, 5 finished before)"), "{}", there.out);
}

#[test]
fn a_lapse_shows_on_its_day_without_a_transfer() {
    let fleet = Fleet::new();
    fleet.plan(&[fleet.serve(&reviewed(), "pump")], &[]);
    assert_eq!(fleet.run("today", "cache", &[]).code, 0);
    let before = json(&fleet.at("today"), "results", "pump");
    let due: chrono::NaiveDate = before["cadence"]["due"].as_str().unwrap().parse().unwrap();
    assert_eq!(before["cadence"]["state"], "due-soon");
    let after = due.succ_opt().unwrap().to_string();
    let ran = fleet.run("after", "cache", &["--as-of", &after]);
    assert!(ran.out.contains("1 unchanged"), "{}", ran.out);
    let report = json(&fleet.at("after"), "results", "pump");
    assert_eq!((&report["cadence"]["state"], &report["subject"]["as_of"]), (&"overdue".into(), &after.as_str().into()));
    let cost = json(&fleet.at("after"), "costs", "pump");
    assert_eq!((&cost["bytes"], &cost["transfers"]), (&0.into(), &1.into()), "it asked for the refs, and no more");
    // As a look at the whole clone would say it.
    assert_eq!(fleet.run("anew", "new-cache", &["--as-of", &after]).code, 0);
    assert_eq!(of(&fleet.at("after"), "results", "pump"), of(&fleet.at("anew"), "results", "pump"));
    assert_eq!(of(&fleet.at("after"), "rows", "pump"), of(&fleet.at("anew"), "rows", "pump"));
}

#[test]
fn what_changed_is_fetched_and_what_is_damaged_is_made_anew() {
    let fleet = Fleet::new();
    let repo = reviewed();
    fleet.plan(&[fleet.serve(&repo, "pump")], &[]);
    assert_eq!(fleet.run("one", "cache", &[]).code, 0);
    repo.write("docs/Security-Review-2026.md", record("2026-01-10", "2025-02-01", "2026-01-05", &[]));
    repo.commit("2026-01-10", "Review");
    git(repo.root(), &["push", "--quiet", &fleet.path("srv/pump.git"), "main"]);
    assert!(fleet.run("two", "cache", &[]).out.contains("1 checked (0 unchanged"));
    assert_eq!(json(&fleet.at("two"), "results", "pump")["cadence"]["last_review"], "2026-01-10");
    // A force push away from it, and a tag that is gone.
    git(repo.root(), &["push", "--quiet", "--force", &fleet.path("srv/pump.git"), "main~1:main"]);
    git(&fleet.at("srv/pump.git"), &["tag", "-d", "v1.0.1"]);
    assert_eq!(fleet.run("three", "cache", &[]).code, 0);
    assert_eq!(fleet.run("three-anew", "other", &[]).code, 0);
    assert!(results(&fleet.at("three")) == results(&fleet.at("three-anew")));
    // Damage of every file of the copy is mended, or never believed.
    let mirrors = fleet.at("cache/repositories");
    let entry = std::fs::read_dir(&mirrors).unwrap().next().unwrap().unwrap().path();
    for spoil in ["mirror.git/HEAD", "mirror.git/config", "mirror.git/objects/pack", "evidence.gz"] {
        let path = entry.join(spoil);
        if path.is_dir() {
            std::fs::remove_dir_all(&path).unwrap();
        } else {
            std::fs::write(&path, "x").unwrap();
        }
        let out = format!("after-{}", spoil.replace('/', "-"));
        assert_eq!(fleet.run(&out, "cache", &[]).code, 0);
        assert!(results(&fleet.at("three")) == results(&fleet.at(&out)), "{spoil}");
    }
}

#[test]
fn faults_are_rows_and_leave_the_others_alone() {
    let fleet = Fleet::new();
    let good = fleet.serve(&reviewed(), "good");
    let broken = Repo::new();
    broken.write("lookback.toml", "[cadence]\nwindw = 1\n").commit("2024-01-01", "Begin");
    let corrupt = fleet.serve(&reviewed(), "corrupt");
    for path in crate::support::files(&fleet.at("srv/corrupt.git/objects")) {
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "x").unwrap();
    }
    let gone = fleet.serve(&reviewed(), "gone");
    git(&fleet.at("srv/gone.git"), &["symbolic-ref", "HEAD", "refs/heads/nowhere"]);
    let shallow = fleet.at("srv/shallow.git");
    git(fleet.folder.path(), &["clone", "--quiet", "--bare", "--depth", "1", &good, shallow.to_str().unwrap()]);
    let lines = [
        good.clone(),
        fleet.serve(&broken, "broken"),
        corrupt,
        gone,
        format!("file://{}", shallow.display()),
        format!("file://{}", fleet.path("srv/missing.git")),
        format!("{good} name=branch branch=no-such"),
        "http://127.0.0.1:1/acme/closed.git".to_owned(),
    ];
    fleet.plan(&lines, &[]);
    let ran = fleet.run("out", "cache", &[]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let out = fleet.at("out");
    for (name, told) in [
        ("broken", "configuration"),
        ("corrupt", "corrupt"),
        ("gone", "branch-gone"),
        ("missing", "missing"),
        ("branch", "branch-gone"),
        ("acme-closed", "connection"),
    ] {
        assert_eq!(cause(&out, name), told, "{name}: {}", json(&out, "costs", name));
        assert!(of(&out, "results", name).is_none(), "{name} has a report");
    }
    let shallow = json(&out, "results", "shallow");
    assert_ne!(shallow["verdict"], "conforms", "never a pass");
    assert!(shallow["limits"].to_string().contains("the clone is shallow"), "{}", shallow["limits"]);
    fleet.plan(&[good], &[]);
    assert_eq!(fleet.run("alone", "other", &[]).code, 0);
    assert_eq!(of(&out, "results", "good"), of(&fleet.at("alone"), "results", "good"));
}

#[test]
fn budgets_end_a_run_cleanly_and_it_goes_on_later() {
    let fleet = Fleet::new();
    let lines: Vec<String> = ["a", "b", "c"].iter().map(|name| fleet.serve(&reviewed(), name)).collect();
    fleet.plan(&lines, &[]);
    let ran = fleet.run("out", "cache", &["--time", "0"]);
    assert!(ran.code == 0 && ran.out.contains("3 not checked"), "{}", ran.all());
    assert_eq!(cause(&fleet.at("out"), "a"), "budget");
    let each = fleet.run("each", "cache", &["--time-each", "0"]);
    assert!(each.out.contains("3 not checked"), "{}", each.all());
    let small = fleet.run("small", "small-cache", &["--disk-each", "0"]);
    assert_eq!((small.code, cause(&fleet.at("small"), "b")), (0, "too-large".to_owned()));
    assert_eq!(fleet.run("out", "cache", &[]).code, 0);
    assert_eq!(fleet.run("whole", "other", &[]).code, 0);
    assert!(results(&fleet.at("out")) == results(&fleet.at("whole")));
    // Shards and numbers of jobs change nothing.
    assert_eq!(fleet.run("jobs", "third", &["--jobs", "1", "--shard", "1/1"]).code, 0);
    assert!(results(&fleet.at("jobs")) == results(&fleet.at("whole")));
    assert_eq!(fleet.run("x", "cache", &["--shard", "5/4"]).code, 2);
    assert_eq!(fleet.run("x", "cache", &["--shard", "auto"]).code, 2);
}

/// Servers of issues are asked again every night, and each of them once for a repository, however many files were missing.
#[test]
fn issues_of_github_are_asked_for_once_a_night() {
    let server = Server::start(Spoil::Nothing, |seen, _| match seen.path.split('?').next().unwrap() {
        "/repos/acme/pump" => Reply::json(200, &serde_json::json!({ "has_issues": true, "visibility": "public" })),
        _ => Reply::json(200, &serde_json::json!([])),
    });
    let fleet = Fleet::new();
    let repo = reviewed();
    repo.write("lookback.toml", "[issues]\nsources = [\"github\"]\n").commit("2025-02-05", "Ask GitHub");
    git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
    fleet.plan(&[format!("{} name=acme/pump", fleet.serve(&repo, "pump"))], &[]);
    let night = |out: &str, more: &[&str]| {
        let before = server.seen().len();
        let mut command = fleet.running(out, "cache", more);
        let ran = run(command.env("GITHUB_API_URL", &server.address).env("GITHUB_TOKEN", "of-the-test"));
        assert!(ran.out.contains("1 checked (0 unchanged"), "{}", ran.all());
        let asked =
            server.seen()[before..].iter().filter(|seen| seen.path.starts_with("/repos/acme/pump/issues?")).count();
        (asked, server.seen().len() - before)
    };
    let (first, all) = night("one", &[]);
    assert_eq!(first, 1, "{:?}", server.seen().iter().map(|seen| seen.path.clone()).collect::<Vec<_>>());
    assert_eq!(json(&fleet.at("one"), "costs", "acme-pump")["requests"], all);
    assert_eq!(night("two", &[]).0, 1);
    assert_eq!(night("offline", &["--offline"]).1, 0);
    assert!(json(&fleet.at("offline"), "results", "acme-pump")["limits"].to_string().contains("offline"));
}

/// A GitHub of one repository with two issues, whose answers are marked; alerts are refused. Tells what was answered in full.
struct Marked {
    server: Server,
    title: Arc<Mutex<String>>,
    full: Arc<Mutex<Vec<String>>>,
}

impl Marked {
    fn start() -> Marked {
        let (title, full) = (Arc::new(Mutex::new("Overflow".to_owned())), Arc::<Mutex<Vec<String>>>::default());
        let (told, noted) = (Arc::clone(&title), Arc::clone(&full));
        let server = Server::start(Spoil::Nothing, move |seen, _| {
            let path = seen.path.split('?').next().unwrap();
            if path == "/graphql" {
                let asked: Value = serde_json::from_str(&seen.body).unwrap();
                let nodes: Vec<Value> = asked["variables"]["ids"].as_array().unwrap().iter().map(|id| {
                    serde_json::json!({ "id": id, "timelineItems": { "pageInfo": { "hasNextPage": false, "endCursor": null }, "nodes": [] } })
                }).collect();
                return Reply::json(200, &serde_json::json!({ "data": { "nodes": nodes } }));
            }
            let reply = match path.strip_prefix("/repos/acme/pump") {
                Some("") => Reply::json(200, &serde_json::json!({ "has_issues": true, "visibility": "public" })),
                Some("/issues") => {
                    let title = told.lock().unwrap().clone();
                    let issue = |n: usize| {
                        serde_json::json!({ "number": n, "node_id": format!("I_{n}"), "title": format!("{title} {n}"), "state": "open", "state_reason": null,
                            "created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-02T00:00:00Z", "closed_at": null,
                            "html_url": format!("https://github.com/acme/pump/issues/{n}"), "user": { "login": "dev", "type": "User" },
                            "labels": [{ "name": "security" }], "comments": 0, "type": null, "body": "" })
                    };
                    Reply::json(200, &serde_json::json!([issue(1), issue(2)]))
                }
                Some("/dependabot/alerts") => Reply::json(
                    403,
                    &serde_json::json!({ "message": "Dependabot alerts are disabled for this repository." }),
                ),
                Some(rest) if rest.starts_with("/commits/") && !rest.ends_with("/pulls") => {
                    Reply::json(200, &serde_json::json!({ "commit": {} }))
                }
                _ => Reply::json(200, &serde_json::json!([])),
            };
            let reply = reply.marked(seen);
            if reply.status == 200 {
                noted.lock().unwrap().push(path.to_owned());
            }
            reply
        });
        Marked { server, title, full }
    }

    /// One night: how many were unchanged, what was answered in full, how many requests there were.
    fn night(&self, fleet: &Fleet, out: &str, more: &[&str]) -> (bool, Vec<String>, usize) {
        self.full.lock().unwrap().clear();
        let before = self.server.seen().len();
        let mut command = fleet.running(out, "cache", more);
        let ran = run(command.env("GITHUB_API_URL", &self.server.address).env("GITHUB_TOKEN", "of-the-test"));
        assert!(ran.out.contains("1 checked"), "{}", ran.all());
        (ran.out.contains("1 unchanged"), self.full.lock().unwrap().clone(), self.server.seen().len() - before)
    }
}

fn asking_github(fleet: &Fleet) {
    let repo = reviewed();
    repo.write("lookback.toml", "[issues]\nsources = [\"github\"]\n").commit("2025-02-05", "Ask GitHub");
    fleet.plan(&[format!("{} name=acme/pump", fleet.serve(&repo, "pump"))], &[]);
}

/// Nothing changed is also: every answer of a server of issues is as it was (304), and then none is read again.
#[test]
fn what_a_server_of_issues_says_did_not_change_is_not_read_again() {
    let (fleet, github) = (Fleet::new(), Marked::start());
    asking_github(&fleet);
    // A day that is to come, so that nothing of what a server tells is left out.
    let (day, next) = ("2099-01-01", "2099-01-02");
    let (unchanged, full, asked) = github.night(&fleet, "one", &["--as-of", day]);
    assert!(!unchanged && full.iter().any(|path| path.ends_with("/issues")), "{full:?}");
    let (unchanged, full, again) = github.night(&fleet, "two", &["--as-of", day]);
    assert!(unchanged && full.is_empty() && again < asked, "{full:?}, {again} of {asked} requests");
    assert!(results(&fleet.at("one")) == results(&fleet.at("two")));
    let (unchanged, full, _) = github.night(&fleet, "three", &["--as-of", next]);
    assert!(unchanged && full.is_empty(), "{full:?}");
    fleet.run("anew", "other", &["--offline", "--as-of", next]);
    assert_eq!(json(&fleet.at("three"), "costs", "acme-pump")["bytes"], 0);
    // A night without the network keeps nothing, and believes nothing that nobody confirms.
    let (unchanged, _, asked) = github.night(&fleet, "offline", &["--offline", "--as-of", next]);
    assert!(!unchanged && asked == 0);
    assert!(results(&fleet.at("offline")) == results(&fleet.at("anew")));
    // One issue has another title: the page that holds it is read, and no other but what is never kept.
    *github.title.lock().unwrap() = "Underflow".to_owned();
    let (unchanged, full, _) = github.night(&fleet, "four", &["--as-of", next]);
    let read: Vec<&str> =
        full.iter().filter_map(|path| path.rsplit('/').nth(usize::from(path.ends_with("alerts")))).collect();
    assert!(!unchanged && read.iter().all(|what| ["issues", "secret-scanning"].contains(what)), "{full:?}");
    assert!(
        of(&fleet.at("four"), "results", "acme-pump")
            .is_some_and(|report| String::from_utf8_lossy(&report).contains("Underflow 1"))
    );
    assert!(github.night(&fleet, "five", &["--as-of", next]).0);
    // What a server told of later days was left out of the evidence of a day that is past.
    assert!(!github.night(&fleet, "past", &["--as-of", "2025-06-01"]).0);
    assert!(github.night(&fleet, "past-again", &["--as-of", "2025-06-01"]).0);
    assert!(!github.night(&fleet, "less-past", &["--as-of", "2025-06-02"]).0);
}

#[test]
fn requests_are_bounded_for_each_repository_and_for_the_shard() {
    let (fleet, github) = (Fleet::new(), Marked::start());
    asking_github(&fleet);
    let run = |out: &str, more: &[&str]| {
        let before = github.server.seen().len();
        let mut command = fleet.running(out, out, more);
        let ran = run(command.env("GITHUB_API_URL", &github.server.address).env("GITHUB_TOKEN", "of-the-test"));
        assert_eq!(ran.code, 0, "{}", ran.all());
        github.server.seen().len() - before
    };
    let all = run("all", &[]);
    assert!(all > 5, "{all}");
    for (out, more, most) in
        [("each", ["--requests-each", "3"], 3), ("shard", ["--requests", "4"], 4), ("none", ["--requests", "0"], 0)]
    {
        assert_eq!(run(out, &more), most, "{out}");
        assert_eq!(cause(&fleet.at(out), "acme-pump"), "budget");
        assert!(of(&fleet.at(out), "results", "acme-pump").is_none());
    }
    // With enough of them it ends as without a bound.
    assert_eq!(run("each", &["--requests-each", "100", "--requests", "100"]), all);
    assert!(results(&fleet.at("each")) == results(&fleet.at("all")));
}

/// Evidence in which nobody could be asked is no evidence any more where somebody can be.
#[test]
fn who_can_be_asked_is_part_of_what_did_not_change() {
    let fleet = Fleet::new();
    let repo = reviewed();
    repo.write("lookback.toml", "[[tracker]]\nkind = \"jira-cloud\"\nquery = \"project = PUMP\"\n")
        .commit("2025-02-05", "Ask");
    fleet.plan(&[fleet.serve(&repo, "pump")], &[]);
    let server = Server::start(Spoil::Nothing, |_, _| Reply::json(404, &serde_json::json!({ "message": "404" })));
    let night = |out: &str, address: &str| {
        let mut command = fleet.running(out, "cache", &[]);
        let ran = run(command.env("JIRA_URL", address));
        assert!(ran.out.contains("1 checked"), "{}", ran.all());
        (ran.out.contains("1 unchanged"), server.seen().len())
    };
    assert_eq!(night("one", ""), (false, 0));
    assert_eq!(night("two", ""), (true, 0));
    let (unchanged, asked) = night("three", &server.address);
    assert!(!unchanged && asked > 0);
    // A refusal that lasts is asked for again, and is the same.
    let (unchanged, again) = night("four", &server.address);
    assert!(unchanged && again > asked);
    assert!(results(&fleet.at("three")) == results(&fleet.at("four")));
}
