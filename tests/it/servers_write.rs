//! Writing back to servers that others made: emulate keeps the state, prism checks every request and answer against GitHub's
//! contract. Run by `tests/servers/run`, which starts them; skipped where they are not.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests are told where the servers are"
)]

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::server::Seen;
use crate::support::{PROCEDURE, Repo, record, spread};
use crate::writeback_hosts::requests_of_a_year;
use http::Method;
use lookback::{Annotations, WriteHost, WriteTarget, WriteWanted, WrittenBack, write_back};
use lookback::{Auth, Client, NetError, Secret, Settings, block_on};
use lookback::{CheckRun, CheckWrite};
use lookback_core::judge::verdict::judge;
use lookback_core::model::Policy;
use lookback_core::model::Report;
use serde_json::{Value, json};

fn server(name: &str) -> Option<String> {
    let address = std::env::var(format!("LOOKBACK_TEST_{name}")).ok();
    if address.is_none() {
        eprintln!("skipped: LOOKBACK_TEST_{name} is not set; run tests/servers/run");
    }
    address
}

fn client(base: &str, more: &[(&'static str, &str)]) -> Client {
    let mut settings = Settings::new(base, Auth::Bearer(Secret::new("test_token_admin")));
    settings.headers = vec![("accept", "application/vnd.github+json".to_owned())];
    settings.headers.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    settings.timeout = Duration::from_secs(60);
    settings.pause = Duration::from_millis(50);
    Client::new(settings).unwrap()
}

/// Reports of one repository at several days: its review of March 2025 examines one issue of 120; the next one, of March 2026,
/// is there from its day on.
fn reports(days: &[&str]) -> Vec<Report> {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE);
    repo.write("docs/reviews/security-review-2025.md", record("2025-03-14", "2024-03-01", "2025-03-14", &["#1"]));
    let issues: Vec<Value> = (1..=120)
        .map(|n| {
            json!({ "number": n, "title": format!("Overflow ::error:: <b>@admin</b> {n}"), "labels": [{ "name": "security" }],
                "state": "OPEN", "createdAt": "2025-01-10T00:00:00Z" })
        })
        .collect();
    repo.write("issues.json", Value::Array(issues).to_string());
    repo.commit("2025-03-14", "Record of 2025");
    repo.write("docs/reviews/security-review-2026.md", record("2026-03-10", "2025-03-15", "2026-03-10", &["#1–#120"]));
    repo.commit("2026-03-10", "Record of 2026");
    let issues = repo.root().join("issues.json");
    let report = |day: &&str| {
        let run = repo.run("collect", &["--as-of", day, "--issues", issues.to_str().unwrap()]);
        let evidence = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err));
        spread(judge(&evidence, &Policy::default(), day.parse().unwrap(), false))
    };
    days.iter().map(report).collect()
}

async fn get(client: &Client, path: &str) -> Value {
    client.get::<Value>(path).await.unwrap().value
}

async fn written(client: &Client, report: &Report, repository: &str, commit: &str) -> WrittenBack {
    let wanted = WriteWanted {
        comment: true,
        check_run: true,
        reminder: true,
        status: false,
        name: "Lookback".into(),
        labels: vec!["review".into()],
        plan: false,
    };
    let target = WriteTarget {
        host: WriteHost::Github,
        repository: repository.to_owned(),
        commit: Some(commit.to_owned()),
        pull_request: Some(1),
        default_branch: true,
        run_url: Some("https://github.com/acme/pump/actions/runs/42".to_owned()),
    };
    write_back(client, report, &wanted, &target).await
}

#[test]
fn a_year_of_writing_on_a_github_that_keeps_its_state() {
    let (Some(front), Some(direct)) = (server("FRONT"), server("EMULATE")) else { return };
    let reports = reports(&["2026-02-20", "2026-03-12", "2027-02-20"]);
    let [soon, held, next_year] = reports.as_slice() else { panic!("three reports") };
    let annotations = soon.standing().filter(|finding| finding.location.is_some()).count();
    assert!(annotations > 100);
    block_on(async {
        let maker = client(&direct, &[]);
        let name = format!("write{}", chrono::Utc::now().timestamp_micros());
        let body = json!({ "name": name, "auto_init": true });
        maker.send::<Value>(Method::POST, "/user/repos", &body).await.unwrap();
        let repository = format!("admin/{name}");
        let path = |rest: &str| format!("/repos/{repository}{rest}");
        let commits = get(&maker, &path("/commits")).await;
        let commit = commits[0]["sha"].as_str().unwrap();
        // Emulate lets an issue stand for the pull request that is commented on. A stranger's copy of the marker is left alone.
        let body = json!({ "title": "A change", "body": "text" });
        maker.send::<Value>(Method::POST, &path("/issues"), &body).await.unwrap();

        let client = client(&front, &[]);
        let first = written(&client, soon, &repository, commit).await;
        assert_eq!(first.limits, []);
        assert_eq!(
            first.written,
            ["check run \"Lookback\": failure", "comment written on #1", "reminder issue opened"]
        );
        let nothing = WrittenBack { annotations: Annotations::CheckRun, ..WrittenBack::default() };
        assert_eq!(written(&client, soon, &repository, commit).await, nothing, "the second run writes nothing");
        let runs = get(&maker, &path(&format!("/commits/{commit}/check-runs"))).await;
        assert_eq!((&runs["total_count"], &runs["check_runs"][0]["conclusion"]), (&json!(1), &json!("failure")));
        // GitHub adds the annotations of later requests; emulate keeps those of the last one.
        assert_eq!(runs["check_runs"][0]["output"]["annotations_count"], json!(annotations % 50));
        let reminder = get(&maker, &path("/issues/2")).await;
        assert_eq!((&reminder["state"], &reminder["labels"][0]["name"]), (&json!("open"), &json!("review")));
        assert!(reminder["body"].as_str().unwrap().contains("- [ ] "), "a checklist");

        let done = written(&client, held, &repository, commit).await;
        assert_eq!(done.limits, []);
        assert!(done.written.ends_with(&["reminder issue #2 closed".to_owned()]), "{:?}", done.written);
        assert_eq!(get(&maker, &path("/issues/2")).await["state"], "closed");
        assert_eq!(get(&maker, &path("/issues/2/comments")).await.as_array().unwrap().len(), 1);
        assert_eq!(written(&client, held, &repository, commit).await, nothing);

        let done = written(&client, next_year, &repository, commit).await;
        assert!(
            done.written.contains(&"reminder issue #2 opened again".to_owned()),
            "{:?} {:?}",
            done.written,
            done.limits
        );
        let comments = get(&maker, &path("/issues/1/comments")).await;
        assert_eq!(comments.as_array().unwrap().len(), 1, "one comment, updated in place");
        let all = get(&maker, &path("/issues?state=all")).await;
        assert_eq!(all.as_array().unwrap().len(), 2, "never a second reminder");

        let broken = client.get::<Vec<String>>("/violations").await.unwrap().value;
        assert_eq!(broken, Vec::<String>::new(), "requests against GitHub's contract");
    })
    .unwrap();
}

#[test]
fn the_contract_refuses_what_we_never_send_and_takes_what_we_do() {
    let Some(prism) = server("PRISM") else { return };
    let reports = reports(&["2026-02-20"]);
    let run = CheckRun::new(&reports[0], "Lookback", "c0ffee", Some("https://github.com/acme/pump/actions/runs/42"));
    block_on(async {
        let client = client(&prism, &[]);
        let send = |method: Method, path: &'static str, body: Value| {
            let client = &client;
            async move { client.send::<Value>(method, path, &body).await }
        };
        let runs = "/repos/octocat/hello-world/check-runs";
        let mut body = run.body(&CheckWrite::Create);
        assert_eq!(body["output"]["annotations"].as_array().unwrap().len(), 50);
        send(Method::POST, runs, body.clone()).await.unwrap();
        let more = body["output"]["annotations"][0].clone();
        body["output"]["annotations"].as_array_mut().unwrap().push(more);
        let error = send(Method::POST, runs, body).await.unwrap_err();
        assert!(matches!(error, NetError::Rejected { status: 422, .. }), "51 annotations: {error:?}");
        let rest = run.body(&CheckWrite::Continue(4, 100));
        send(Method::PATCH, "/repos/octocat/hello-world/check-runs/4", rest).await.unwrap();
        let status = lookback::commit_status(&reports[0], "Lookback", None);
        client.send::<Value>(Method::POST, "/repos/octocat/hello-world/statuses/c0ffee", &status).await.unwrap();
    })
    .unwrap();
}

#[test]
fn a_server_that_refuses_everything_ends_in_limits() {
    let Some(prism) = server("PRISM") else { return };
    let reports = reports(&["2026-02-20"]);
    for code in [403, 404, 422] {
        let prefer = format!("code={code}");
        let conversation = async {
            let client = client(&prism, &[("prefer", &prefer)]);
            written(&client, &reports[0], "octocat/hello-world", "c0ffee").await
        };
        let done = block_on(conversation).unwrap();
        assert!(done.written.is_empty(), "{code}: {:?}", done.written);
        assert_eq!(done.limits.len(), 3, "{code}: {:?}", done.limits);
        assert!(done.limits.iter().all(|limit| limit.affects.is_empty()));
    }
}

/// The status with which a server answers a request that was sent to another one, and what it says.
fn replayed(address: &str, Seen { method, path, headers, body }: &Seen) -> (u16, String) {
    let authority = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(authority).unwrap();
    let own = headers
        .iter()
        .filter(|(name, _)| !["host", "connection", "content-length", "accept-encoding"].contains(&name.as_str()));
    let own: String = own.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n{own}content-length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (answer.split_whitespace().nth(1).unwrap().parse().unwrap(), answer)
}

/// What a year asks of our GitLab and our Jira is what the published APIs take, request by request; they refuse what is wrong.
#[test]
fn gitlab_and_jira_take_what_is_written() {
    let (Some(gitlab), Some(jira)) = (server("GITLAB"), server("JIRA")) else { return };
    let [on_gitlab, cloud, own] = requests_of_a_year();
    // The document is older than the search by token, whose parameters are those of the plain one.
    let plain = |seen: Seen| Seen { path: seen.path.replacen("/search/jql?", "/search?", 1), ..seen };
    let all = [(&gitlab, on_gitlab), (&jira, cloud.into_iter().map(plain).collect()), (&jira, own)];
    for (address, requests) in all {
        let writes = requests.iter().filter(|seen| seen.method != "GET");
        let methods: BTreeSet<&str> = writes.clone().map(|seen| seen.method.as_str()).collect();
        assert!(methods.contains("POST") && methods.contains("PUT"), "{methods:?}");
        for seen in &requests {
            let (status, answer) = replayed(address, seen);
            assert!((200..300).contains(&status), "{} {}\n{}\n{answer}", seen.method, seen.path, seen.body);
        }
        // A validator that takes everything would show nothing.
        for seen in writes.filter(|seen| seen.path.ends_with("/issues") || seen.path.ends_with("/issue")) {
            let wrong = Seen { body: r#"{"title": ["x"], "fields": "x"}"#.to_owned(), ..seen.clone() };
            let status = replayed(address, &wrong).0;
            assert!([400, 422].contains(&status), "{}: {status}", seen.path);
        }
    }
}
