//! Writing back to GitLab and Jira, against servers of our own that take nothing their APIs do not take: once, in place, nothing twice
//! whatever fails, within the same fences as on GitHub, and nothing at all where it is only planned.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests write files and stop where they fail")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::gitlab::{self, Gitlab, stranger};
use crate::support::jira::{self, Jira};
use crate::support::server::{Fault, Seen, Server, Spoil};
use crate::support::{PROCEDURE, Repo, Run, command, git, record, run};
use lookback::{
    Auth, Client, Secret, Settings, WriteHost, WriteTarget, WriteWanted, WrittenBack, block_on, write_back,
};
use lookback_core::judge::verdict::judge;
use lookback_core::model::{Evidence, Policy, Report};

const COMMIT: &str = "c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff";
const FAULTS: [Fault; 6] =
    [Fault::Internal, Fault::BadGateway, Fault::Truncated, Fault::WrongJson, Fault::Hang, Fault::Reset];

/// A held review of March 2025, and where `more` one of March 2026; twelve issues, one with a title that wants to be obeyed.
fn evidence(more: bool) -> Evidence {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE);
    repo.write("docs/reviews/2025.md", record("2025-03-14", "2024-03-01", "2025-03-14", &["#1"]));
    repo.commit("2025-03-14", "Record");
    if more {
        repo.write("docs/reviews/2026.md", record("2026-03-10", "2025-03-15", "2026-03-10", &["#1"]));
        repo.commit("2026-03-10", "Record");
    }
    let mut issues = String::from("id,title,opened,labels\n");
    for n in 1..=12 {
        let title = if n == 3 { "/close {noformat} !https://evil.example/x.png! [~admin] @all" } else { "Overflow" };
        issues += &format!("#{n},{title},2025-04-0{},security\n", 1 + n % 9);
    }
    repo.write("issues.csv", issues);
    let issues = repo.root().join("issues.csv");
    let run = repo.run("collect", &["--as-of", "2027-02-20", "--issues", issues.to_str().unwrap()]);
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err))
}

fn report(evidence: &Evidence, day: &str) -> Report {
    judge(evidence, &Policy::default(), day.parse().unwrap(), false)
}

fn wanted() -> WriteWanted {
    let labels = vec!["review due".to_owned()];
    WriteWanted { comment: true, reminder: true, name: "Lookback".into(), labels, ..WriteWanted::default() }
}

fn target(host: WriteHost) -> WriteTarget {
    WriteTarget {
        host,
        repository: gitlab::PROJECT.into(),
        commit: Some(COMMIT.into()),
        pull_request: Some(7),
        default_branch: true,
        run_url: None,
    }
}

fn written_as(server: &Server, auth: Auth, host: WriteHost, report: &Report, wanted: &WriteWanted) -> WrittenBack {
    let mut settings = Settings::new(&server.address, auth);
    settings.timeout = Duration::from_millis(400);
    settings.pause = Duration::from_millis(5);
    block_on(async { write_back(&Client::new(settings).unwrap(), report, wanted, &target(host)).await }).unwrap()
}

fn on_gitlab(server: &Server, report: &Report) -> WrittenBack {
    let auth = Auth::Header { name: "private-token", value: Secret::new(gitlab::TOKEN) };
    written_as(server, auth, WriteHost::Gitlab, report, &wanted())
}

fn jira_of(cloud: bool) -> (Auth, WriteHost) {
    let token = Secret::new(jira::TOKEN);
    let auth = if cloud { Auth::Basic { user: jira::EMAIL.into(), password: token } } else { Auth::Bearer(token) };
    (auth, WriteHost::Jira { cloud, project: "SEC".into(), issue_type: "Task".into() })
}

fn in_jira(server: &Server, cloud: bool, report: &Report) -> WrittenBack {
    let (auth, host) = jira_of(cloud);
    written_as(server, auth, host, report, &wanted())
}

/// All that a year of one repository asks of GitLab and of Jira, Cloud and Data Center: read, written, changed, closed, opened again.
pub(crate) fn requests_of_a_year() -> [Vec<Seen>; 3] {
    let (before, after) = (evidence(false), evidence(true));
    let days = [(&before, "2026-02-20"), (&before, "2026-04-01"), (&after, "2026-04-02"), (&after, "2027-02-20")];
    let hub = Arc::new(Mutex::new(Gitlab::default()));
    let host = Gitlab::serve(&hub, Spoil::Nothing);
    let [cloud, own] = [true, false].map(|cloud| {
        let server = Jira::serve(&Arc::new(Mutex::new(Jira::new(cloud))), Spoil::Nothing);
        for (evidence, day) in days {
            in_jira(&server, cloud, &report(evidence, day));
        }
        server.seen()
    });
    for (evidence, day) in days {
        on_gitlab(&host, &report(evidence, day));
    }
    [host.seen(), cloud, own]
}

#[test]
fn a_year_on_gitlab() {
    let (before, after) = (evidence(false), evidence(true));
    let shared = Arc::new(Mutex::new(Gitlab::default()));
    let server = Gitlab::serve(&shared, Spoil::Nothing);
    // A note of GitLab itself, and somebody who copies our mark: neither is ours.
    let mark = "<!-- lookback:comment key=2d956cea96dc -->\nNothing to see.";
    shared.lock().unwrap().notes.extend([stranger("changed the description"), stranger(mark), stranger("Fine.")]);
    shared.lock().unwrap().notes[0]["system"] = true.into();
    let step = |evidence: &Evidence, day: &str| {
        let done = on_gitlab(&server, &report(evidence, day));
        assert!(done.limits.is_empty() && done.planned.is_empty(), "{day}: {:?}", done.limits);
        let again = on_gitlab(&server, &report(evidence, day));
        assert_eq!(again, WrittenBack::default(), "{day}: the second run writes nothing");
        done.written
    };
    assert_eq!(step(&before, "2026-02-20"), ["comment written on !7", "reminder issue opened"]);
    assert_eq!(step(&before, "2026-02-21"), [""; 0], "what changes with the calendar alone is no news");
    assert_eq!(step(&before, "2026-04-01"), ["comment updated on !7", "reminder issue #1 updated"]);
    assert_eq!(
        step(&after, "2026-04-02"),
        ["comment updated on !7", "1 comment on reminder issue #1", "reminder issue #1 closed"]
    );
    assert_eq!(step(&after, "2027-02-20"), ["comment updated on !7", "reminder issue #1 opened again"]);
    let kept = shared.lock().unwrap();
    assert_eq!((kept.ours().len(), kept.issues.len(), kept.issue_notes.len()), (1, 1, 1));
    assert_eq!(kept.issues[0]["labels"], "review due");
    let text = kept.issues[0]["description"].as_str().unwrap();
    assert!(text.starts_with(lookback_core::intake::REMINDER_MARK) && !text.contains("@all"), "{text}");
}

#[test]
fn a_year_in_jira() {
    let (before, after) = (evidence(false), evidence(true));
    for cloud in [true, false] {
        let shared = Arc::new(Mutex::new(Jira::new(cloud)));
        let server = Jira::serve(&shared, Spoil::Nothing);
        let step = |evidence: &Evidence, day: &str| {
            let done = in_jira(&server, cloud, &report(evidence, day));
            assert!(done.limits.is_empty(), "{day}: {:?}", done.limits);
            let again = in_jira(&server, cloud, &report(evidence, day));
            assert_eq!(again, WrittenBack::default(), "{day}: the second run writes nothing");
            done.written
        };
        assert_eq!(step(&before, "2026-02-20"), ["reminder issue opened"]);
        assert_eq!(step(&before, "2026-02-21"), [""; 0]);
        assert_eq!(step(&before, "2026-04-01"), ["reminder issue SEC-11 updated"]);
        assert_eq!(step(&after, "2026-04-02"), ["1 comment on reminder issue SEC-11", "reminder issue SEC-11 closed"]);
        assert_eq!(step(&after, "2027-02-20"), ["reminder issue SEC-11 opened again"]);
        let kept = shared.lock().unwrap();
        assert_eq!((kept.issues.len(), kept.comments.len()), (1, 1));
        let fields = &kept.issues[0]["fields"];
        assert_eq!(fields["labels"][1], "review-due");
        assert_eq!(fields["status"]["statusCategory"]["key"], "new");
        let text = fields["description"].as_str().unwrap();
        assert!(
            text.contains("* Hold the review") && text.contains("lookback draft") && !text.contains("- [ ]"),
            "{text}"
        );
        assert!(text.ends_with("]\n{noformat}") && text.contains("\n[lookback:reminder key="), "{text}");
    }
}

/// The case in which the server acted before it failed is the harder one; a second run makes up for what did not arrive.
#[test]
fn whatever_fails_on_the_way_nothing_is_written_twice_on_gitlab() {
    let (before, after) = (evidence(false), evidence(true));
    let (due, held) = (report(&before, "2026-02-20"), report(&after, "2026-04-02"));
    let requests = {
        let server = Gitlab::serve(&Arc::default(), Spoil::Nothing);
        on_gitlab(&server, &due);
        server.seen().len()
    };
    assert!(requests >= 7, "{requests}");
    std::thread::scope(|scope| {
        for fault in FAULTS {
            let (due, held) = (&due, &held);
            scope.spawn(move || {
                for at in 0..requests + 3 {
                    let what = format!("{fault:?} at request {at}");
                    let shared = Arc::new(Mutex::new(Gitlab::default()));
                    let done = on_gitlab(&Gitlab::serve(&shared, Spoil::Once(at, fault)), due);
                    assert!(!format!("{done:?}").contains(gitlab::TOKEN), "{what}");
                    assert!(done.limits.iter().all(|limit| limit.affects.is_empty()), "{what}");
                    let again = on_gitlab(&Gitlab::serve(&shared, Spoil::Nothing), due);
                    assert!(again.limits.is_empty(), "{what}: {:?}", again.limits);
                    let spoilt = on_gitlab(&Gitlab::serve(&shared, Spoil::Once(at, fault)), held);
                    assert!(!format!("{spoilt:?}").contains(gitlab::TOKEN), "{what}");
                    let closed = on_gitlab(&Gitlab::serve(&shared, Spoil::Nothing), held);
                    assert!(closed.limits.is_empty(), "{what}: {:?}", closed.limits);
                    let kept = shared.lock().unwrap();
                    assert_eq!((kept.notes.len(), kept.issues.len(), kept.issue_notes.len()), (1, 1, 1), "{what}");
                    assert_eq!(kept.issues[0]["state"], "closed", "{what}");
                }
            });
        }
    });
}

#[test]
fn whatever_fails_on_the_way_nothing_is_written_twice_in_jira() {
    let (before, after) = (evidence(false), evidence(true));
    let (due, held) = (report(&before, "2026-02-20"), report(&after, "2026-04-02"));
    std::thread::scope(|scope| {
        for fault in FAULTS {
            let (due, held) = (&due, &held);
            scope.spawn(move || {
                for (cloud, at) in (0..9).map(|at| (at % 2 == 0, at)).chain((0..9).map(|at| (at % 2 == 1, at))) {
                    let what = format!("{fault:?} at request {at}, cloud {cloud}");
                    let shared = Arc::new(Mutex::new(Jira::new(cloud)));
                    for (report, spoil) in [
                        (due, Spoil::Once(at, fault)),
                        (due, Spoil::Nothing),
                        (held, Spoil::Once(at, fault)),
                        (held, Spoil::Nothing),
                    ] {
                        let done = in_jira(&Jira::serve(&shared, spoil), cloud, report);
                        assert!(!format!("{done:?}").contains(jira::TOKEN), "{what}");
                        assert!(spoil != Spoil::Nothing || done.limits.is_empty(), "{what}: {:?}", done.limits);
                    }
                    let kept = shared.lock().unwrap();
                    assert_eq!((kept.issues.len(), kept.comments.len()), (1, 1), "{what}");
                    assert_eq!(kept.issues[0]["fields"]["status"]["statusCategory"]["key"], "done", "{what}");
                }
            });
        }
    });
}

#[test]
fn a_refusal_is_said_with_what_it_takes_and_a_rate_limit_is_waited_for() {
    let due = report(&evidence(false), "2026-02-20");
    for status in [401, 403, 404] {
        let shared = Arc::new(Mutex::new(Gitlab { refusals: vec![(status, vec![]); 4], ..Gitlab::default() }));
        let done = on_gitlab(&Gitlab::serve(&shared, Spoil::Nothing), &due);
        let what: Vec<&str> = done.limits.iter().map(|limit| limit.what.as_str()).collect();
        assert_eq!(what, ["note on the merge request: not written", "reminder issue: not written"], "{status}");
        assert!(done.limits.iter().all(|limit| limit.remedy.contains("scope `api`")), "{:?}", done.limits);
        assert!(!format!("{done:?}").contains(gitlab::TOKEN) && shared.lock().unwrap().writes == 0);
        let shared = Arc::new(Mutex::new(Jira { refusals: vec![(status, vec![]); 4], ..Jira::new(true) }));
        let done = in_jira(&Jira::serve(&shared, Spoil::Nothing), true, &due);
        assert_eq!(done.limits[0].what, "reminder issue in Jira: not written", "{status}");
        assert!(done.limits[0].remedy.contains("Create issues") && !format!("{done:?}").contains(jira::TOKEN));
    }
    for refusal in [(429, vec![("retry-after", "1")]), (500, vec![]), (503, vec![("retry-after", "1")])] {
        let shared = Arc::new(Mutex::new(Gitlab { refusals: vec![refusal.clone()], ..Gitlab::default() }));
        let done = on_gitlab(&Gitlab::serve(&shared, Spoil::Nothing), &due);
        assert!(done.limits.is_empty() && done.written.len() == 2, "{refusal:?}: {:?}", done.limits);
        let shared = Arc::new(Mutex::new(Jira { refusals: vec![refusal.clone()], ..Jira::new(false) }));
        let done = in_jira(&Jira::serve(&shared, Spoil::Nothing), false, &due);
        assert!(done.limits.is_empty() && done.written.len() == 1, "{refusal:?}: {:?}", done.limits);
    }
}

#[test]
fn who_cannot_tell_its_own_words_writes_none() {
    let due = report(&evidence(false), "2026-02-20");
    for status in [401, 403, 404, 500] {
        let shared = Arc::new(Mutex::new(Gitlab { nobody: Some(status), ..Gitlab::default() }));
        let done = on_gitlab(&Gitlab::serve(&shared, Spoil::Nothing), &due);
        assert_eq!((done.limits.len(), shared.lock().unwrap().writes), (2, 0), "{status}");
    }
    let server = Gitlab::serve(&Arc::default(), Spoil::Nothing);
    let done = written_as(&server, Auth::None, WriteHost::Gitlab, &due, &wanted());
    assert!(server.seen().is_empty() && done.limits[0].why.contains("GITLAB_TOKEN"), "{:?}", done.limits);
}

#[test]
fn a_workflow_without_a_way_is_said() {
    let (before, after) = (evidence(false), evidence(true));
    let shared = Arc::new(Mutex::new(Jira { workflow: false, ..Jira::new(false) }));
    let server = Jira::serve(&shared, Spoil::Nothing);
    in_jira(&server, false, &report(&before, "2026-02-20"));
    let done = in_jira(&server, false, &report(&after, "2026-04-02"));
    assert!(done.limits[0].why.contains("the workflow of SEC-11 has no way"), "{:?}", done.limits);
}

/// A repository at GitLab, checked out by a pipeline.
struct Pipeline {
    repo: Repo,
    base: String,
    head: String,
}

impl Pipeline {
    fn new() -> Pipeline {
        let repo = Repo::new();
        git(repo.root(), &["remote", "add", "origin", "https://gitlab.example/group/sub/pump.git"]);
        repo.write("docs/procedure.md", PROCEDURE);
        repo.write("docs/reviews/2025.md", record("2025-03-14", "2024-03-01", "2025-03-14", &["#1"]));
        let base = repo.commit("2025-03-14", "Record");
        git(repo.root(), &["update-ref", "refs/remotes/origin/main", &base]);
        repo.write(
            "docs/reviews/2026.md",
            record("2026-02-10", "2025-03-15", "2026-02-10", &["#2"]).replace("Approved |", "Draft |"),
        );
        let head = repo.commit("2026-02-10", "Record of 2026");
        Pipeline { repo, base, head }
    }

    /// `check` in a pipeline of this kind for this commit.
    fn run(&self, server: &str, kind: &str, commit: &str, more: &[&str], env: &[(&str, &str)]) -> Run {
        git(self.repo.root(), &["checkout", "--quiet", commit]);
        let mut arguments = vec!["check", "--as-of", "2026-02-20", "--comment", "--reminder"];
        arguments.extend(more);
        let mut command = command(&arguments);
        command.current_dir(self.repo.root()).env("CI", "true").env("GITLAB_CI", "true").env("CI_SERVER_URL", server);
        command
            .env("CI_PROJECT_PATH", gitlab::PROJECT)
            .env("CI_DEFAULT_BRANCH", "main")
            .env("GITLAB_TOKEN", gitlab::TOKEN);
        command.env("CI_COMMIT_SHA", commit).env("CI_PROJECT_VISIBILITY", "public");
        match kind {
            "merge request" => {
                command.env("CI_MERGE_REQUEST_IID", "7").env("CI_MERGE_REQUEST_PROJECT_PATH", gitlab::PROJECT);
                command
                    .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &self.base)
                    .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
            }
            branch => {
                command.env("CI_COMMIT_BRANCH", branch);
            }
        }
        let ran = run(command.envs(env.iter().copied()));
        assert!(!ran.all().contains(gitlab::TOKEN) && !ran.all().contains(jira::TOKEN), "no token anywhere");
        ran
    }
}

#[test]
fn a_merge_request_gets_a_note_and_the_default_branch_the_reminder() {
    let pipeline = Pipeline::new();
    let shared = Arc::new(Mutex::new(Gitlab::default()));
    let server = Gitlab::serve(&shared, Spoil::Nothing);
    let kept = || {
        let kept = shared.lock().unwrap();
        (kept.notes.len(), kept.issues.len())
    };
    let ran = pipeline.run(&server.address, "merge request", &pipeline.head, &[], &[]);
    assert_eq!(kept(), (1, 0), "{}", ran.all());
    assert!(ran.out.contains("Written: comment written on !7"), "{}", ran.out);
    // A branch has neither, and says nothing of it.
    let ran = pipeline.run(&server.address, "topic", &pipeline.head, &[], &[]);
    assert!(kept() == (1, 0) && !ran.out.contains("not written"), "{}", ran.out);
    let ran = pipeline.run(&server.address, "main", &pipeline.base, &[], &[]);
    assert_eq!(kept(), (1, 1), "{}", ran.all());
    assert!(ran.out.contains("Written: reminder issue opened"), "{}", ran.out);
    assert!(server.seen().iter().all(|seen| seen.path.starts_with("/api/v4/")));
}

#[test]
fn the_fences_on_gitlab_are_those_of_github() {
    let pipeline = Pipeline::new();
    let shared = Arc::new(Mutex::new(Gitlab::default()));
    let server = Gitlab::serve(&shared, Spoil::Nothing);
    let at = server.address.as_str();
    let silent = |ran: &Run, why: &str| {
        let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("not written") && said.contains(why), "{why}: {}", ran.all());
        assert_eq!(shared.lock().unwrap().writes, 0, "{why}");
    };
    // Another commit than the pipeline's, a day of the past, what is not committed, a token of another server, no network.
    let other = [("CI_COMMIT_SHA", COMMIT)];
    silent(&pipeline.run(at, "main", &pipeline.base, &[], &other), "the pipeline is one of commit c0ffee");
    let ran = pipeline.run(at, "main", &pipeline.head, &["--rev", &pipeline.base], &[]);
    silent(&ran, "the pipeline is one of commit");
    pipeline.repo.write("docs/procedure.md", "# Other\n");
    silent(&pipeline.run(at, "main", &pipeline.head, &["--work-tree"], &[]), "not committed");
    git(pipeline.repo.root(), &["checkout", "--quiet", "--", "."]);
    silent(
        &pipeline.run(at, "main", &pipeline.base, &[], &[("GITLAB_URL", "https://gitlab.other.example")]),
        "no token for this server",
    );
    assert!(server.seen().is_empty(), "nobody was asked");
    silent(&pipeline.run(at, "main", &pipeline.base, &["--offline"], &[]), "--offline");
    // Evidence names nobody to write to.
    let evidence = pipeline.repo.beside("evidence.json");
    let evidence = evidence.to_str().unwrap();
    assert_eq!(pipeline.repo.run("collect", &["-o", evidence, "--as-of", "2026-02-20"]).code, 0);
    let mut judged = command(&["check", "--evidence", evidence, "--reminder"]);
    judged.env("GITLAB_CI", "true").env("CI_SERVER_URL", at).env("CI_PROJECT_PATH", gitlab::PROJECT);
    silent(&run(judged.env("GITLAB_TOKEN", gitlab::TOKEN)), "what a file of evidence names");
}

#[test]
fn a_plan_says_what_would_be_written_and_writes_nothing() {
    let pipeline = Pipeline::new();
    let shared = Arc::new(Mutex::new(Gitlab::default()));
    let server = Gitlab::serve(&shared, Spoil::Nothing);
    let plan = |kind: &str, commit: &str, more: &[&str]| {
        let before = server.seen().len();
        let ran = pipeline.run(&server.address, kind, commit, &[&["--plan"], more].concat(), &[]);
        assert!(server.seen()[before..].iter().all(|seen| seen.method == "GET"), "{}", ran.out);
        ran.out
    };
    assert!(plan("merge request", &pipeline.head, &[]).contains("\nPlanned: comment written on !7\n"));
    let out = plan("main", &pipeline.base, &["-v"]);
    assert!(out.contains("\nPlanned: reminder issue opened\n    <!-- lookback:reminder "), "{out}");
    assert!(out.contains("\n    - [ ] Hold the review"), "{out}");
    assert_eq!(shared.lock().unwrap().writes, 0);
    pipeline.run(&server.address, "main", &pipeline.base, &[], &[]);
    assert!(plan("main", &pipeline.base, &[]).contains("\nPlanned: nothing\n"));
}

#[test]
fn a_confidential_issue_is_masked_in_what_is_written() {
    let pipeline = Pipeline::new();
    let shared = Arc::new(Mutex::new(Gitlab::default()));
    let server = Gitlab::serve(&shared, Spoil::Nothing);
    let issue = serde_json::json!([{ "iid": 2, "id": 2, "project_id": 1, "title": "canary9e1 stops", "state": "opened",
        "created_at": "2025-05-01T00:00:00Z", "updated_at": "2025-05-01T00:00:00Z", "closed_at": null,
        "labels": ["security"], "confidential": true, "web_url": "https://gitlab.example/group/sub/pump/-/issues/2" }]);
    let file = pipeline.repo.beside("gitlab.json");
    std::fs::write(&file, issue.to_string()).unwrap();
    let more = ["--issues", file.to_str().unwrap()];
    pipeline.run(&server.address, "main", &pipeline.base, &more, &[]);
    pipeline.run(&server.address, "merge request", &pipeline.head, &more, &[]);
    let kept = shared.lock().unwrap();
    assert_eq!((kept.notes.len(), kept.issues.len()), (1, 1));
    let said = format!("{:?}{:?}", kept.notes, kept.issues);
    assert!(!said.contains("canary9e1") && said.contains("under embargo"), "{said}");
}

/// The reminder goes where the trusted configuration says, once, and its own issue is none of the product.
#[test]
fn the_reminder_lives_in_jira_where_the_configuration_says_so() {
    let pipeline = Pipeline::new();
    let (gitlab, jira) = (Arc::new(Mutex::new(Gitlab::default())), Arc::new(Mutex::new(Jira::new(false))));
    let (at_gitlab, at_jira) = (Gitlab::serve(&gitlab, Spoil::Nothing), Jira::serve(&jira, Spoil::Nothing));
    git(pipeline.repo.root(), &["checkout", "--quiet", &pipeline.base]);
    let config = format!(
        "[[tracker]]\nkind = \"jira-data-center\"\nurl = \"{}\"\nquery = \"project = SEC\"\nreminder = \"SEC\"\n",
        at_jira.address
    );
    pipeline.repo.write("lookback.toml", config);
    let base = pipeline.repo.commit("2026-02-11", "Jira");
    git(pipeline.repo.root(), &["update-ref", "refs/remotes/origin/main", &base]);
    let env = [("JIRA_URL", at_jira.address.as_str()), ("JIRA_TOKEN", jira::TOKEN)];
    let ran = pipeline.run(&at_gitlab.address, "main", &base, &["--plan"], &env);
    assert!(ran.out.contains("Planned: reminder issue opened") && jira.lock().unwrap().writes == 0, "{}", ran.all());
    let ran = pipeline.run(&at_gitlab.address, "main", &base, &[], &env);
    assert!(ran.out.contains("Written: reminder issue opened"), "{}", ran.all());
    assert_eq!((jira.lock().unwrap().issues.len(), gitlab.lock().unwrap().issues.len()), (1, 0));
    // Its own issue is none of the product.
    let ran = pipeline.run(&at_gitlab.address, "main", &base, &["--format", "json"], &env);
    let known = ran.json();
    assert!(
        known["sources"].to_string().contains("\"read\":0") && known["issues"] == serde_json::json!([]),
        "{known:#}"
    );
    let elsewhere = [("JIRA_URL", "https://jira.other.example"), ("JIRA_TOKEN", jira::TOKEN)];
    let before = jira.lock().unwrap().writes;
    let ran = pipeline.run(&at_gitlab.address, "main", &base, &[], &elsewhere);
    assert!(ran.out.contains("reminder issue in Jira: not written"), "{}", ran.all());
    assert_eq!(jira.lock().unwrap().writes, before, "a token goes to no other address");
}
