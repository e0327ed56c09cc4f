//! The client against a server of our own: what it repeats, waits for, remembers and refuses.
#![expect(clippy::disallowed_methods, reason = "looks into the cache")]

mod reach;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::net::auth::{Auth, Secret};
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::pages::Pages;
use crate::net::settings::Settings;

const CANARY: &str = "ghp_canary0123456789";

fn settings(server: &MockServer) -> Settings {
    let mut settings = Settings::new(&server.uri(), Auth::Bearer(Secret::new(CANARY)));
    settings.graphql = Some(format!("{}/graphql", server.uri()));
    settings.pause = Duration::from_millis(1);
    settings.timeout = Duration::from_millis(500);
    settings.patience = Duration::from_secs(3);
    settings
}

fn client(server: &MockServer) -> Client {
    Client::new(settings(server)).unwrap()
}

/// Answers with each template once, then with the last.
fn in_turn(answers: Vec<ResponseTemplate>) -> impl Fn(&Request) -> ResponseTemplate {
    let turn = AtomicUsize::new(0);
    move |_: &Request| {
        let at = turn.fetch_add(1, Ordering::SeqCst);
        answers[at.min(answers.len() - 1)].clone()
    }
}

fn status(code: u16) -> ResponseTemplate {
    ResponseTemplate::new(code).set_body_json(json!({ "message": format!("no, {CANARY}") }))
}

fn good() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!([1, 2]))
}

async fn serve(server: &MockServer, answers: Vec<ResponseTemplate>) {
    Mock::given(path("/list")).respond_with(in_turn(answers)).mount(server).await;
}

#[tokio::test]
async fn passing_faults_are_repeated_and_lasting_ones_named() {
    for (answers, requests, error) in [
        (vec![status(500), good()], 2, None),
        (vec![status(502), status(503), good()], 3, None),
        (vec![ResponseTemplate::new(200).set_body_string("[1, "), good()], 2, None),
        (vec![good().set_delay(Duration::from_secs(2)), good()], 2, None),
        (vec![status(429).insert_header("retry-after", "0"), good()], 2, None),
        (vec![status(403).insert_header("retry-after", "1"), good()], 2, None),
        (vec![status(500)], 4, Some("the server failed (500)")),
        (vec![ResponseTemplate::new(200).set_body_json(json!({ "odd": 1 }))], 4, Some("not understood")),
        (vec![status(429).insert_header("retry-after", "3600")], 1, Some("3600 seconds")),
        (vec![status(401)], 1, Some("access refused (401)")),
        (vec![status(403)], 1, Some("access refused (403)")),
        (vec![status(404)], 1, Some("not found")),
        (vec![status(422)], 1, Some("refused (422)")),
    ] {
        let server = MockServer::start().await;
        serve(&server, answers).await;
        let answer = client(&server).get::<Vec<u32>>("/list").await;
        let sent = server.received_requests().await.unwrap().len();
        assert_eq!(sent, requests, "{error:?}");
        match (answer, error) {
            (Ok(answer), None) => assert_eq!(answer.value, [1, 2]),
            (Err(found), Some(words)) => {
                assert!(found.to_string().contains(words), "{found}");
                assert!(!format!("{found} {found:?}").contains(CANARY), "{found}");
            }
            (found, wanted) => panic!("{found:?} instead of {wanted:?}"),
        }
    }
}

#[tokio::test]
async fn the_primary_limit_is_waited_for_by_the_servers_clock() {
    let server = MockServer::start().await;
    let used_up = |seconds: u32| {
        status(403)
            .insert_header("x-ratelimit-remaining", "0")
            .insert_header("date", "Wed, 01 Jan 2020 00:00:00 GMT")
            .insert_header("x-ratelimit-reset", (1_577_836_800 + seconds).to_string())
    };
    serve(&server, vec![used_up(0), good()]).await;
    assert_eq!(client(&server).get::<Vec<u32>>("/list").await.unwrap().value, [1, 2]);

    let server = MockServer::start().await;
    serve(&server, vec![used_up(1800)]).await;
    let error = client(&server).get::<Vec<u32>>("/list").await.unwrap_err();
    assert!(matches!(error, NetError::RateLimited { wait: 1801, .. }), "{error:?}");
}

#[tokio::test]
async fn refusals_name_the_permission_and_tell_off_from_forbidden() {
    let server = MockServer::start().await;
    let forbidden = ResponseTemplate::new(403)
        .insert_header("x-accepted-github-permissions", "security_events=read")
        .set_body_json(json!({ "message": "Resource not accessible by integration" }));
    let off = |code: u16, words: &str| ResponseTemplate::new(code).set_body_json(json!({ "message": words }));
    serve(
        &server,
        vec![
            forbidden,
            off(403, "Dependabot alerts are disabled for this repository."),
            off(404, "Secret scanning is disabled on this repository."),
        ],
    )
    .await;
    let alerts = "/repos/acme/pump/secret-scanning/alerts";
    let sentences = vec![
        off(404, "Secret scanning is disabled on this repository."),
        off(404, "Secret scanning is disabled on this repository. Ask rita"),
        off(404, "no analysis found"),
        off(403, "Secret scanning is disabled on this repository."),
    ];
    Mock::given(path(alerts)).respond_with(in_turn(sentences)).mount(&server).await;
    let client = client(&server);
    let error = client.get::<Value>("/list").await.unwrap_err();
    assert!(
        matches!(&error, NetError::Permission { needs: Some(needs), .. } if needs == "security_events=read"),
        "{error:?}"
    );
    // Words of a refusal are none of an answer, and a sentence counts where it belongs, word for word.
    let error = client.get::<Value>("/list").await.unwrap_err();
    assert!(matches!(error, NetError::Permission { .. }), "{error:?}");
    let error = client.get::<Value>("/list").await.unwrap_err();
    assert!(matches!(error, NetError::NotFound { .. }), "{error:?}");
    for off in [true, false, false, false] {
        let error = client.get::<Value>(alerts).await.unwrap_err();
        assert_eq!(matches!(error, NetError::FeatureOff { .. }), off, "{error:?}");
    }
}

#[tokio::test]
async fn writes_are_repeated_only_when_they_were_not_acted_on() {
    for (answers, requests, well) in [
        (vec![status(502), good()], 1, false),
        (vec![good().set_delay(Duration::from_secs(2)), good()], 1, false),
        (vec![status(403).insert_header("retry-after", "0"), good()], 2, true),
        (vec![good()], 1, true),
    ] {
        let server = MockServer::start().await;
        serve(&server, answers).await;
        let answer = client(&server).send::<Value>(Method::POST, "/list", &json!({})).await;
        assert_eq!(answer.is_ok(), well, "{answer:?}");
        assert_eq!(server.received_requests().await.unwrap().len(), requests);
    }
}

#[tokio::test]
async fn pages_are_fetched_at_once_and_stay_in_order() {
    let server = MockServer::start().await;
    for page in 1..=5u32 {
        let link = |n: u32, rel: &str| format!("<{}/list?per_page=2&page={n}>; rel=\"{rel}\"", server.uri());
        let mut answer = ResponseTemplate::new(200).set_body_json(json!([page * 2, page * 2 + 1]));
        if page < 5 {
            answer = answer.insert_header("link", format!("{}, {}", link(page + 1, "next"), link(5, "last")));
        }
        let answer = answer.set_delay(Duration::from_millis(u64::from(60 - page * 10)));
        let given = Mock::given(path("/list")).and(header("authorization", format!("Bearer {CANARY}")));
        if page == 1 {
            given.and(wiremock::matchers::query_param_is_missing("page")).respond_with(answer).mount(&server).await;
        } else {
            given.and(query_param("page", page.to_string())).respond_with(answer).mount(&server).await;
        }
    }
    let list = client(&server).pages::<u32>("/list?per_page=2").await;
    assert_eq!(list, Pages { items: (2..=11).collect(), missing: None });
}

#[tokio::test]
async fn a_missing_page_is_said_and_links_to_elsewhere_are_not_followed() {
    let server = MockServer::start().await;
    let elsewhere = good().insert_header("link", "<http://other.example/list?page=2>; rel=\"next\"");
    serve(&server, vec![elsewhere]).await;
    let list = client(&server).pages::<u32>("/list").await;
    assert!(
        matches!(&list.missing, Some(NetError::Malformed { why, .. }) if why.contains("another server")),
        "{list:?}"
    );
    assert_eq!(list.items, [1, 2], "the page itself is good");

    let server = MockServer::start().await;
    let more = good().insert_header("link", format!("<{}/list?page=2>; rel=\"next\"", server.uri()));
    serve(&server, vec![more, status(500)]).await;
    let list = client(&server).pages::<u32>("/list").await;
    assert_eq!(list.items, [1, 2]);
    assert!(list.missing.is_some());
}

#[tokio::test]
async fn a_kept_answer_is_asked_for_with_its_tag() {
    let server = MockServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    Mock::given(header("if-none-match", "\"v1\"")).respond_with(ResponseTemplate::new(304)).mount(&server).await;
    let link = format!("<{}/list?page=2>; rel=\"next\"", server.uri());
    let fresh = good().insert_header("etag", "\"v1\"").insert_header("link", link);
    Mock::given(method("GET")).respond_with(fresh).mount(&server).await;
    let with = || {
        let mut settings = settings(&server);
        settings.cache = Some(folder.path().to_owned());
        Client::new(settings).unwrap()
    };
    let first = with().get::<Vec<u32>>("/list").await.unwrap();
    let second = with().get::<Vec<u32>>("/list").await.unwrap();
    assert_eq!(first, second);
    assert_eq!(first.next.as_deref(), Some("/list?page=2"));
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].headers.contains_key("if-none-match"));
    for file in files(folder.path()) {
        assert!(!String::from_utf8_lossy(&std::fs::read(file).unwrap()).contains(CANARY));
    }
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[tokio::test]
async fn graphql_errors_are_told_apart() {
    let server = MockServer::start().await;
    let error = |kind: &str, words: &str| {
        ResponseTemplate::new(200)
            .set_body_json(json!({ "data": null, "errors": [{ "type": kind, "message": words }] }))
    };
    let answers = vec![
        ResponseTemplate::new(200).set_body_json(json!({ "data": { "n": 1 } })),
        error("FORBIDDEN", "Resource not accessible"),
        error("NOT_FOUND", "Could not resolve"),
        error("undefinedField", "Field 'x' doesn't exist"),
    ];
    Mock::given(path("/graphql")).respond_with(in_turn(answers)).mount(&server).await;
    let client = client(&server);
    assert_eq!(client.graphql::<Value>("{n}", json!({})).await.unwrap(), json!({ "n": 1 }));
    assert!(matches!(client.graphql::<Value>("{n}", json!({})).await, Err(NetError::Permission { .. })));
    assert!(matches!(client.graphql::<Value>("{n}", json!({})).await, Err(NetError::NotFound { .. })));
    assert!(matches!(client.graphql::<Value>("{n}", json!({})).await, Err(NetError::Rejected { .. })));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_no_panic() {
    let mut settings = Settings::new("http://127.0.0.1:9", Auth::Bearer(Secret::new(CANARY)));
    settings.pause = Duration::from_millis(1);
    settings.progress = Arc::new(|_| ());
    let error = Client::new(settings).unwrap().send::<Value>(Method::POST, "/x", &json!({})).await.unwrap_err();
    assert!(matches!(error, NetError::Transport { sent: false, .. }), "{error:?}");
    assert!(Client::new(Settings::new("ftp://x", Auth::None)).is_err());
    assert!(Client::new(Settings::new("https://x", Auth::Bearer(Secret::new("a\nb")))).is_err());
    assert_eq!(format!("{:?}", Auth::Bearer(Secret::new(CANARY))), "Bearer(Secret(…))");
}

#[tokio::test]
async fn renamed_repositories_are_followed_on_the_same_server_only() {
    let server = MockServer::start().await;
    let moved = |to: String| ResponseTemplate::new(301).insert_header("location", to);
    Mock::given(path("/old")).respond_with(moved(format!("{}/list", server.uri()))).mount(&server).await;
    Mock::given(path("/away")).respond_with(moved("https://evil.example/list".into())).mount(&server).await;
    serve(&server, vec![good()]).await;
    let client = client(&server);
    assert_eq!(client.get::<Vec<u32>>("/old").await.unwrap().value, [1, 2]);
    assert!(matches!(client.get::<Vec<u32>>("/away").await, Err(NetError::Malformed { .. })));
}

/// A list without end costs no more than what is taken from one server; what is asked afterwards has a budget of its own.
#[tokio::test]
async fn more_than_is_taken_from_one_server_is_named() {
    let server = MockServer::start().await;
    let turn = AtomicUsize::new(0);
    let base = server.uri();
    let endless = move |_: &Request| {
        let next = turn.fetch_add(1, Ordering::SeqCst);
        good().insert_header("link", format!("<{base}/list?cursor={next}>; rel=\"next\"").as_str())
    };
    Mock::given(path("/list")).respond_with(endless).mount(&server).await;
    let client = Client::new(Settings { most_bytes: 12, ..settings(&server) }).unwrap();
    let Pages { items, missing } = client.pages::<u32>("/list").await;
    assert_eq!((items.len(), server.received_requests().await.unwrap().len()), (4, 3));
    assert!(matches!(missing, Some(NetError::Budget { .. })), "{missing:?}");
    assert!(client.get::<Value>("/list").await.is_err());
    client.begin();
    assert!(client.get::<Value>("/list").await.is_ok());
}

/// Item 2 is taken out after the first page was read, so that 3 slips into it.
#[tokio::test]
async fn what_slips_between_pages_is_found() {
    let server = MockServer::start().await;
    let next = format!("<{0}/list?page=2>; rel=\"next\", <{0}/list?page=2>; rel=\"last\"", server.uri());
    let page = |items: Value| ResponseTemplate::new(200).set_body_json(items).insert_header("link", next.as_str());
    let second = Mock::given(path("/list")).and(query_param("page", "2"));
    second.respond_with(ResponseTemplate::new(200).set_body_json(json!([4]))).with_priority(1).mount(&server).await;
    serve(&server, vec![page(json!([1, 2])), page(json!([1, 3]))]).await;
    let list = client(&server).pages_settled::<u32, _>("/list", |item| *item).await;
    assert_eq!((list.items, list.missing), (vec![1, 2, 4, 3], None));
}
