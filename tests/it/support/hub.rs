//! A change on a GitHub of our own: a base with its policy, a branch with a change, and runs of the binary as a container action is
//! run, with the events of GitHub.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::github::github;
use super::server::{Reply, Seen, Server, Spoil};
use super::{PROCEDURE, Repo, Run, git, record};

pub const DAY: &str = "2026-02-20";
pub const REPORT: &str = "lookback-report/report.json";
pub const RECORD: &str = "docs/reviews/security-review-2026.md";
pub const WORKFLOW: &str = "on: pull_request\njobs:\n  review:\n    steps:\n      - uses: acme/lookback@v1\n";
/// A policy that is stricter than the defaults, so that deleting it is loosening.
pub const POLICY: &str = "[cadence]\nwindow = \"6-months\"\n[issues]\nsources = []\nfiles = [\"issues.csv\"]\n";
pub const ISSUES: &str =
    "id,title,labels,state,opened\nSEC-1,Overflow,security,closed,2025-11-02\nSEC-2,Leak,security,open,2025-12-01\n";
/// All that a change could try at once.
pub const HOSTILE: &str = "[cadence]\nwindow = \"calendar-year\"\n[documents]\nexclude = [\"**\"]\n[issues]\nsources = []\n\
    from_history = false\n[on]\npull_request = \"report\"\n[rules]\nreview-never-held = \"off\"\nreview-overdue = \"off\"\n\
    policy-weakened = \"off\"\n[embargo]\nshow = true\n[github]\nname = \"CI / build\"\ncheck_run = true\nstatus = true\n\
    [[waiver]]\nrule = \"review-never-held\"\nsubject = \"*\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2027-01-01\n";

/// What the server keeps and says.
#[derive(Default)]
pub struct Hub {
    /// Reviews of the pull request.
    pub reviews: Value,
    /// Last commit of the pull request.
    pub head: String,
    /// Last commit of the base.
    pub base: String,
    /// Who may do what.
    pub access: Vec<(String, String)>,
    /// Author and committer of the commits of the pull request.
    pub commits: Vec<(&'static str, &'static str)>,
    /// Commits of it that are counted and not listed.
    pub not_listed: usize,
    /// Files of the base, by path.
    pub files: Vec<(&'static str, String)>,
    pub written: Vec<(String, Value)>,
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
    let (not_found, large) = (json!({ "message": "Not Found" }), 1_000_000);
    let person = |login: &str| json!({ "login": login, "type": "User" });
    let pull = json!({ "number": 7, "commits": hub.commits.len() + hub.not_listed, "user": { "login": "robin", "type": "User" }, "merged_at": null,
        "head": { "sha": hub.head, "ref": "topic" }, "base": { "ref": "main" } });
    match parts.as_slice() {
        ["pulls", "7"] => Reply::json(200, &pull),
        ["pulls", "7", "reviews"] => Reply::json(200, &hub.reviews),
        ["commits", _, "pulls"] => Reply::json(200, &json!([pull])),
        ["commits", _, "check-runs"] => Reply::json(200, &json!({ "check_runs": [] })),
        ["commits", _, "statuses"] | ["issues", _, "comments"] => Reply::json(200, &json!([])),
        ["pulls", "7", "commits"] => {
            let commits = hub.commits.iter().map(
                |(author, committer)| json!({ "author": person(author), "committer": person(committer), "commit": {} }),
            );
            Reply::json(200, &Value::Array(commits.collect()))
        }
        ["collaborators", login, "permission"] => match hub.access.iter().find(|(known, _)| known == login) {
            Some((_, permission)) => Reply::json(200, &json!({ "permission": permission, "user": person(login) })),
            None => Reply::json(404, &not_found),
        },
        ["git", "ref", "heads", "main"] => {
            Reply::json(200, &json!({ "object": { "sha": hub.base, "type": "commit" } }))
        }
        ["git", "blobs", at] => {
            let text = &hub.files[at.parse::<usize>().unwrap()].1;
            Reply::json(
                200,
                &json!({ "encoding": "base64", "content": BASE64_STANDARD.encode(text), "size": text.len() }),
            )
        }
        ["commits", "HEAD"] => Reply::json(200, &json!({ "sha": hub.base, "commit": {} })),
        ["commits", sha] => Reply::json(200, &json!({ "sha": sha, "author": { "login": "robin" }, "commit": {} })),
        ["contents", ..] => {
            let wanted = parts[1..].join("/");
            let found = hub.files.iter().position(|(path, _)| *path == wanted);
            let listed: Vec<Value> = hub
                .files
                .iter()
                .filter_map(|(path, _)| Some(json!({ "name": path.strip_prefix(&format!("{wanted}/"))? })))
                .collect();
            match found {
                Some(at) => {
                    let text = &hub.files[at].1;
                    let (encoding, content) = if text.len() > large {
                        ("none", String::new())
                    } else {
                        ("base64", BASE64_STANDARD.encode(text))
                    };
                    let file =
                        json!({ "encoding": encoding, "content": content, "size": text.len(), "sha": at.to_string() });
                    Reply::json(200, &file)
                }
                None if !listed.is_empty() => Reply::json(200, &Value::Array(listed)),
                None => Reply::json(404, &not_found),
            }
        }
        _ => github(seen, own),
    }
}

pub struct Place {
    pub repo: Repo,
    pub base: String,
    pub hub: Arc<Mutex<Hub>>,
    pub server: Server,
}

pub struct Ran {
    pub code: i32,
    pub log: String,
    pub report: Value,
}

impl Ran {
    pub fn findings(&self, rule: &str) -> Vec<&Value> {
        let all = self.report["findings"].as_array().unwrap_or_else(|| panic!("{}", self.log));
        all.iter().filter(|finding| finding["rule"] == rule).collect()
    }

    /// Subjects of what is loosened, with the level.
    pub fn loosened(&self) -> Vec<String> {
        let told = |finding: &&Value| {
            format!("{} {}", finding["level"].as_str().unwrap(), finding["subject"].as_str().unwrap())
        };
        self.findings("policy-weakened").iter().map(told).collect()
    }

    pub fn verdict(&self, constraint: &str) -> &str {
        let all = self.report["constraints"].as_array().unwrap();
        all.iter().find(|one| one["id"] == constraint).unwrap()["verdict"].as_str().unwrap()
    }
}

impl Place {
    /// The base: procedure, one record, an issue file, and, unless it is empty, a configuration with the workflow that runs it.
    pub fn new(policy: &str) -> Place {
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
        let commits = vec![("robin", "web-flow")];
        let hub = Hub { reviews: json!([]), base: base.clone(), commits, ..Hub::default() };
        let hub = Arc::new(Mutex::new(hub));
        let kept = Arc::clone(&hub);
        let server = Server::start(Spoil::Nothing, move |seen, own| answer(&kept, seen, own));
        Place { repo, base, hub, server }
    }

    /// Commits a change on the branch: files with their text, or without one to delete them.
    pub fn change(&self, files: &[(&str, Option<&str>)]) -> String {
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

    /// Somebody of the organisation, who may do this much in the repository, has approved this commit.
    pub fn approved(&self, login: &str, permission: &str, commit: &str) -> &Self {
        let mut hub = self.hub.lock().unwrap();
        hub.access = vec![(login.to_owned(), permission.to_owned())];
        hub.reviews = json!([{ "user": { "login": login, "type": "User" }, "state": "APPROVED",
            "author_association": "MEMBER", "commit_id": commit, "submitted_at": "2026-02-20T09:00:00Z" }]);
        drop(hub);
        self
    }

    /// Another command than the action, with the environment of a CI system.
    pub fn run(&self, arguments: &[&str], env: &[(&str, &str)]) -> Run {
        let mut command = super::command(arguments);
        command.current_dir(self.repo.root()).args(["--as-of", DAY]).envs(env.iter().copied());
        super::run(&mut command)
    }

    pub fn command(&self, event: &str, more: &Value, root: &Path) -> Command {
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

    pub fn done(&self, command: &mut Command, root: &Path) -> Ran {
        let _gone = std::fs::remove_file(root.join(REPORT));
        let done = command.output().unwrap();
        let log = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        let report = std::fs::read_to_string(root.join(REPORT)).unwrap_or_default();
        Ran { code: done.status.code().unwrap(), log, report: serde_json::from_str(&report).unwrap_or_default() }
    }

    pub fn pull_request(&self, event: &str, head: &str, inputs: &[(&str, &str)]) -> Ran {
        let payload = json!({ "pull_request": { "number": 7, "base": { "sha": self.base, "ref": "main" },
            "head": { "sha": head, "repo": { "full_name": "acme/pump" } } } });
        let mut command = self.command(event, &payload, self.repo.root());
        command.env("GITHUB_REF", "refs/pull/7/merge");
        command.env("GITHUB_WORKFLOW_REF", "acme/pump/.github/workflows/review.yml@refs/pull/7/merge");
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        self.done(&mut command, self.repo.root())
    }

    /// Another event, for a commit of this ref.
    pub fn event(&self, event: &str, more: &Value, reference: &str, commit: &str, inputs: &[(&str, &str)]) -> Ran {
        let mut command = self.command(event, more, self.repo.root());
        command.env("GITHUB_REF", reference).env("GITHUB_SHA", commit);
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        self.done(&mut command, self.repo.root())
    }
}
