//! What is more private than the log stays out of everything that a run says, writes and keeps.
#![expect(clippy::disallowed_methods, reason = "tests read, write and run")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::github::github;
use crate::support::hub::{DAY, RECORD};
use crate::support::server::{Reply, Seen, Server, Spoil};
use crate::support::{PROCEDURE, Repo, Run, command, files, git, record, run};

/// In every word of the product that nobody else may read.
const CANARY: &str = "canary5b1d";
const CVE: &str = "CVE-2031-5151";
const GHSA: &str = "GHSA-5b1d-5b1d-5b1d";

/// The product as GitHub tells of it; `about`: who may read it.
fn product(rest: &str, about: &Value) -> Reply {
    let at = |day: &str| format!("{day}T00:00:00Z");
    match rest {
        "" => Reply::json(200, about),
        "/issues" => Reply::json(
            200,
            &json!([{ "number": 4, "node_id": "I_4", "title": format!("{CANARY} stops ({CVE})"),
            "state": "open", "created_at": at("2025-11-10"), "updated_at": at("2025-11-10"), "closed_at": null,
            "html_url": "https://github.com/acme/secret/issues/4", "user": { "login": CANARY, "type": "User" },
            "labels": [{ "name": "security" }, { "name": CANARY }], "comments": 0 }]),
        ),
        "/dependabot/alerts" => Reply::json(
            200,
            &json!([{ "number": 3, "state": "open", "created_at": at("2025-11-11"),
            "html_url": "https://github.com/acme/secret/security/dependabot/3",
            "dependency": { "package": { "name": CANARY }, "manifest_path": CANARY },
            "security_advisory": { "ghsa_id": GHSA, "cve_id": null, "summary": CANARY, "severity": "high" } }]),
        ),
        "/releases" => {
            Reply::json(200, &json!([{ "tag_name": CANARY, "published_at": at("2024-12-01"), "draft": false }]))
        }
        _ => Reply::json(200, &json!([])),
    }
}

/// A quality repository whose reviews cover the product, and a GitHub that has both.
struct World {
    repo: Repo,
    server: Server,
    written: Arc<Mutex<Vec<String>>>,
}

impl World {
    fn new(about: Value, config: &str) -> World {
        let repo = Repo::new();
        git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
        repo.write("docs/procedure.md", PROCEDURE).commit("2024-01-10", "Procedure");
        repo.write("lookback.toml", format!("[[subject]]\nrepository = \"acme/secret\"\n{config}"));
        repo.write(RECORD, record("2025-01-10", "2024-01-11", "2025-01-10", &[])).commit("2025-01-11", "Record");
        let written: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&written);
        let answer = move |seen: &Seen, own: &str| {
            let path = seen.path.split('?').next().unwrap();
            if seen.method != "GET" && path != "/graphql" {
                kept.lock().unwrap().push(format!("{} {path} {}", seen.method, seen.body));
                return Reply::json(201, &json!({ "id": 1, "number": 1, "node_id": "I_77" }));
            }
            match path.strip_prefix("/repos/acme/secret") {
                Some(rest) => product(rest, &about),
                None if path == "/user" => Reply::json(200, &json!({ "login": "github-actions[bot]" })),
                None if path.ends_with("/comments") || path.ends_with("/statuses") => Reply::json(200, &json!([])),
                None if path.ends_with("/check-runs") => Reply::json(200, &json!({ "check_runs": [] })),
                None if seen.path.contains("state=all") || seen.path.contains("labels=") => github(seen, own),
                None => github(seen, own),
            }
        };
        World { repo, server: Server::start(Spoil::Nothing, answer), written }
    }

    /// A command with the environment of an event in the quality repository.
    fn run(&self, arguments: &[&str], event: &str, repository: &Value, inputs: &[(&str, &str)]) -> Run {
        let head = git(self.repo.root(), &["rev-parse", "HEAD"]);
        let mut payload = json!({ "repository": { "full_name": "acme/pump", "default_branch": "main" } });
        payload["repository"].as_object_mut().unwrap().extend(repository.as_object().unwrap().clone());
        let mut reference = "refs/heads/main";
        if event == "pull_request" {
            payload["pull_request"] = json!({ "number": 7, "base": { "sha": head, "ref": "main" },
                "head": { "sha": head, "repo": { "full_name": "acme/pump" } } });
            reference = "refs/pull/7/merge";
        }
        std::fs::write(self.repo.beside("event.json"), payload.to_string()).unwrap();
        let mut command = command(arguments);
        command.current_dir(self.repo.root()).env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_NAME", event);
        command.env("GITHUB_EVENT_PATH", self.repo.beside("event.json")).env("GITHUB_REPOSITORY", "acme/pump");
        command.env("GITHUB_REF", reference).env("GITHUB_SHA", &head).env("GITHUB_WORKSPACE", self.repo.root());
        command.env("GITHUB_API_URL", &self.server.address).env("INPUT_TOKEN", "ghs_canary0123456789");
        command.env("GITHUB_GRAPHQL_URL", format!("{}/graphql", self.server.address));
        command.env("GITHUB_TOKEN", "ghs_canary0123456789");
        command
            .env("GITHUB_OUTPUT", self.repo.beside("output"))
            .env("GITHUB_STEP_SUMMARY", self.repo.beside("summary"));
        command.envs(inputs.iter().map(|(name, value)| (format!("INPUT_{}", name.to_uppercase()), *value)));
        run(&mut command)
    }

    /// Everything that every command says, writes and keeps where these may read the log.
    fn everything(&self, repository: &Value) -> String {
        let mut said = String::new();
        let formats = "text=out/a.txt,json=out/a.json,markdown=out/a.md,github=out/a.gh,sarif=out/a.sarif,junit=out/a.xml,\
            codequality=out/a.cq.json,csv=out/a.csv";
        std::fs::create_dir_all(self.repo.root().join("out")).unwrap();
        for (event, writes) in [("schedule", "reminder"), ("pull_request", "comment")] {
            let inputs = [
                ("format", formats),
                ("as-of", DAY),
                ("check-run", "true"),
                ("status", "true"),
                (writes, "true"),
                ("fail-on", "never"),
            ];
            let ran = self.run(&["action"], event, repository, &inputs);
            assert_eq!(ran.code, 0, "{}", ran.all());
            said += &ran.all();
        }
        let out = self.repo.beside("more");
        std::fs::create_dir_all(&out).unwrap();
        let file = |name: &str| out.join(name).to_str().unwrap().to_owned();
        let evidence = file("evidence.json");
        for arguments in [
            &["collect", "-o", &evidence][..],
            &["check", "-vv", "--evidence", &evidence],
            &["collect", "--pack", &file("evidence.zip")],
            &["report", "-o", &file("dossier.html")],
            &["draft", "-o", &file("draft.md")],
            &["metrics"],
            &["metrics", "--format", "json", "--svg", &file("")],
            &["issues", "-v"],
            &["issues", "--format", "json"],
            &["timeline"],
            &["status"],
            &["status", "--badge", &file("badge.json")],
            &["check", "-vv"],
        ] {
            let arguments: Vec<&str> = arguments.iter().copied().chain(["--as-of", DAY]).collect();
            let ran = self.run(&arguments, "schedule", repository, &[]);
            assert!([0, 1, 3].contains(&ran.code), "{arguments:?}: {}", ran.all());
            said += &ran.all();
        }
        for folder in [out, self.repo.root().join("out")] {
            for path in files(&folder) {
                said += &String::from_utf8_lossy(&std::fs::read(path).unwrap());
            }
            std::fs::remove_dir_all(folder).unwrap();
        }
        for name in ["output", "summary"] {
            said += &std::fs::read_to_string(self.repo.beside(name)).unwrap_or_default();
        }
        said + &self.written.lock().unwrap().join("\n")
    }
}

fn about(visibility: &str) -> Value {
    json!({ "has_issues": true, "private": visibility != "public", "visibility": visibility, "permissions": { "admin": true } })
}

#[test]
fn nothing_of_a_product_reaches_who_may_not_read_it() {
    let world = World::new(about("private"), "");
    for sink in ["public", "internal"] {
        let said = world.everything(&about(sink));
        for word in [CANARY, CVE, GHSA] {
            let at = said.find(word).map(|at| said[at.saturating_sub(300)..].chars().take(400).collect::<String>());
            assert!(at.is_none(), "{sink}: {}", at.unwrap());
        }
        // Number, age and state remain, and it was written to every sink.
        assert!(said.contains("acme/secret#4") && said.contains("acme/secret dependabot#3"), "{sink}");
    }
    let written = world.written.lock().unwrap().join("\n");
    for kind in ["/check-runs", "/issues ", "/comments"] {
        assert!(written.contains(kind), "{kind}: {written}");
    }
}

#[test]
fn who_may_read_the_product_reads_of_it() {
    for (of_product, sink, config) in [
        ("private", "private", ""),
        ("internal", "internal", ""),
        ("public", "public", ""),
        ("private", "public", "[embargo]\nshow = true\n"),
    ] {
        let world = World::new(about(of_product), config);
        let said = world.run(&["issues", "-v", "--as-of", DAY], "schedule", &about(sink), &[]).all();
        assert!(said.contains(&format!("{CANARY} stops")), "{of_product} in {sink}: {said}");
    }
}

/// Evidence of a private repository, judged in a public one: nothing of it is for those who read that log.
#[test]
fn evidence_of_a_private_repository_is_masked_elsewhere() {
    let world = World::new(about("private"), "");
    let file = world.repo.beside("evidence.json");
    let file = file.to_str().unwrap();
    let collected = world.run(&["collect", "-o", file, "--as-of", DAY], "schedule", &about("private"), &[]);
    assert_eq!(collected.code, 0, "{}", collected.all());
    assert!(std::fs::read_to_string(file).unwrap().contains(CANARY));
    let judge = |sink: &str| world.run(&["check", "-vv", "--evidence", file], "schedule", &about(sink), &[]).all();
    assert!(judge("private").contains(CANARY));
    assert!(!judge("public").contains(CANARY));
}

/// A clone tells nobody who may read it.
#[test]
fn a_clone_of_which_nobody_says_who_may_read_it_is_masked_in_public() {
    let product = Repo::new();
    git(product.root(), &["remote", "add", "origin", "https://github.com/acme/secret.git"]);
    product
        .write("src/a.c", "1")
        .commit("2025-02-01", &format!("Fix the overflow of the {CANARY}, {CVE}\n\nFixes #12"));
    product.write("src/a.c", "2").commit("2025-03-01", &format!("Fix buffer overflow in the {CANARY} parser"));
    product.tag(&format!("v1.{CANARY}"));
    let world = World::new(about("private"), "");
    let config =
        format!("[issues]\nsources = []\n[[subject]]\nrepository = \"acme/secret\"\npath = '{}'\n", product.path());
    world.repo.write("lookback.toml", config).commit("2025-01-12", "Clone");
    let ask = |sink: &str| {
        let mut command = command(&["check", "-vv", "--format", "json", "--as-of", DAY, "--offline"]);
        command.current_dir(world.repo.root()).env("CI_PROJECT_VISIBILITY", sink);
        run(&mut command)
    };
    let public = ask("public");
    assert!(!public.all().contains(CANARY) && !public.all().contains(CVE), "{}", public.all());
    assert!(public.all().contains("acme/secret#12"), "{}", public.all());
    assert!(public.json()["limits"].to_string().contains("who may read acme/secret"), "{}", public.all());
    assert!(ask("private").out.contains(CANARY));
    assert!(ask("").out.contains(CANARY), "by hand the clone is the user's own");
}
