//! No token in any output: whatever a server repeats of it, and wherever, nothing that is written, kept or said holds it.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail at any step, and looks into folders"
)]

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use crate::support::github::{LEAKED, github};
use crate::support::server::{Reply, Seen, Server, Spoil};
use crate::support::{Repo, files};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lookback::{Auth, Client, Secret, Settings, block_on};
use lookback::{GitHubRead, GitHubRequest, read_github};
use lookback::{WriteHost, WriteTarget, WriteWanted, write_back};
use lookback_core::judge::verdict::judge;
use lookback_core::model::Evidence;
use lookback_core::model::Policy;
use lookback_core::render;
use lookback_core::render::Format;
use lookback_core::render::Style;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Everything that is asked of the small GitHub.
const PLACES: [&str; 8] = [
    "/repos/acme/pump",
    "/repos/acme/pump/issues",
    "/graphql",
    "/repos/acme/pump/security-advisories",
    "/repos/acme/pump/dependabot/alerts",
    "/repos/acme/pump/code-scanning/alerts",
    "/repos/acme/pump/secret-scanning/alerts",
    "/repos/acme/pump/releases",
];

/// How a server repeats the token.
#[derive(Clone, Debug)]
enum Echo {
    /// In a refusal with this status.
    Refusal(u16),
    /// In every text that people write: titles, names, labels, comments.
    Data,
    /// In an answer that is no JSON.
    Broken,
    /// In the address of the next page, here or elsewhere.
    Link(bool),
    /// In the address to which it says all has moved.
    Moved,
    /// In an error that GraphQL reports with status 200.
    GraphQl,
    /// In the permission that it says is needed.
    Needs,
}

fn echo() -> impl Strategy<Value = Echo> {
    prop_oneof![
        prop::sample::select(vec![400, 401, 403, 404, 410, 422, 429, 451, 500, 503]).prop_map(Echo::Refusal),
        Just(Echo::Data),
        Just(Echo::Broken),
        any::<bool>().prop_map(Echo::Link),
        Just(Echo::Moved),
        Just(Echo::GraphQl),
        Just(Echo::Needs),
    ]
}

fn spread(value: &mut Value, token: &str) {
    const TEXTS: [&str; 9] = [
        "title",
        "login",
        "name",
        "summary",
        "description",
        "dismissed_comment",
        "tag_name",
        "body",
        "secret_type_display_name",
    ];
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| spread(value, token)),
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if TEXTS.contains(&key.as_str()) => *text = format!("{text} {token}"),
                    other => spread(other, token),
                }
            }
        }
        _ => {}
    }
}

fn answer(seen: &Seen, own: &str, place: &str, echo: &Echo, token: &str) -> Reply {
    let reply = github(seen, own);
    if seen.path.split('?').next() != Some(place) {
        return reply;
    }
    let header = seen.headers.get("authorization").cloned().unwrap_or_default();
    let message =
        |status: u16| Reply::json(status, &json!({ "message": format!("Not for {header}, see https://x:{token}@h/") }));
    match echo {
        Echo::Refusal(status) => message(*status),
        Echo::Data => {
            let mut body: Value = serde_json::from_str(&reply.body).unwrap();
            spread(&mut body, token);
            Reply { body: body.to_string(), ..reply }
        }
        Echo::Broken => Reply { body: format!("<html>{token}</html>{}", reply.body), ..reply },
        Echo::Link(here) => {
            let host = if *here { own } else { "https://elsewhere.example" };
            reply.with("link", &format!("<{host}/{token}?page=2>; rel=\"next\""))
        }
        Echo::Moved => Reply::json(301, &json!({})).with("location", &format!("{own}/{token}/{}", seen.path.len())),
        Echo::GraphQl => {
            Reply::json(200, &json!({ "data": null, "errors": [{ "type": token, "message": format!("no, {token}") }] }))
        }
        Echo::Needs => message(403).with("x-accepted-github-permissions", &format!("{token}=read")),
    }
}

fn ask(server: &Server, auth: Auth, cache: &Path) -> GitHubRead {
    let mut settings = Settings::new(&server.address, auth);
    settings.graphql = Some(format!("{}/graphql", server.address));
    settings.pause = Duration::from_millis(1);
    settings.timeout = Duration::from_secs(5);
    settings.patience = Duration::from_millis(100);
    settings.attempts = 2;
    settings.cache = Some(cache.to_owned());
    let policy = Policy::default();
    let repositories = ["acme/pump".to_owned()];
    let ask = GitHubRequest {
        own: "acme/pump",
        repositories: &repositories,
        policy: &policy,
        as_of: "2025-12-31".parse().unwrap(),
    };
    block_on(async { read_github(&Client::new(settings).unwrap(), &ask).await }).unwrap()
}

/// What was found, joined to a repository of one commit.
fn evidence(found: &GitHubRead) -> Evidence {
    static EMPTY: LazyLock<Evidence> = LazyLock::new(|| {
        let repo = Repo::new();
        repo.commit("2025-01-01", "First");
        serde_json::from_str(&repo.run("collect", &["--as-of", "2025-12-31", "--offline"]).out).unwrap()
    });
    Evidence { issues: found.read.issues.clone(), limits: found.read.limits.clone(), ..EMPTY.clone() }
}

/// Everything the program can write of what was found, one text a sink.
fn sinks(found: &GitHubRead) -> Vec<(String, String)> {
    let evidence = evidence(found);
    let report = judge(&evidence, &Policy::default(), "2025-12-31".parse().unwrap(), false);
    let text = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    };
    let mut sinks = vec![
        ("what was found".to_owned(), format!("{found:?}")),
        ("evidence".to_owned(), serde_json::to_string(&evidence).unwrap()),
        ("status".to_owned(), render::status::status_line(&report)),
        ("badge".to_owned(), render::status::badge_json(&report).to_string()),
        ("issues as JSON".to_owned(), text(&|out| render::json::report::issues_json(&report, out).unwrap())),
    ];
    for verbosity in [-1, 2] {
        let style = Style { verbosity, ..Style::default() };
        sinks.push(("issues".to_owned(), text(&|out| render::issues::render(&report, out, &style).unwrap())));
        for &format in Format::ALL {
            sinks.push((format.to_string(), text(&|out| render::render(format, &report, &style, out).unwrap())));
        }
    }
    sinks
}

/// What is written back to a server that refuses all of it with the token in its words.
fn written_back(found: &GitHubRead, token: &str) -> String {
    let refused = token.to_owned();
    let server = Server::start(Spoil::Nothing, move |seen, _| match seen.method.as_str() {
        "GET" => Reply::json(200, &json!([])),
        _ => Reply::json(403, &json!({ "message": format!("{refused} may not") })),
    });
    let evidence = evidence(found);
    let report = judge(&evidence, &Policy::default(), "2025-12-31".parse().unwrap(), false);
    let wanted = WriteWanted {
        comment: true,
        check_run: true,
        reminder: true,
        status: true,
        name: "Lookback".into(),
        labels: vec![],
        plan: false,
    };
    let target = WriteTarget {
        host: WriteHost::Github,
        repository: "acme/pump".into(),
        commit: Some("c0ffee".repeat(7)[..40].to_owned()),
        pull_request: Some(7),
        default_branch: true,
        run_url: None,
    };
    let mut settings = Settings::new(&server.address, Auth::Bearer(Secret::new(token)));
    settings.pause = Duration::from_millis(1);
    settings.patience = Duration::from_millis(100);
    let done =
        block_on(async { write_back(&Client::new(settings).unwrap(), &report, &wanted, &target).await }).unwrap();
    let bodies: Vec<String> = server.seen().into_iter().map(|seen| format!("{}{}", seen.path, seen.body)).collect();
    format!("{done:?}{}", bodies.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_token_reaches_any_sink(
        token in "(ghp_|ghs_|github_pat_|v1\\.)?[A-Za-z0-9_.=-]{16,60}", place in prop::sample::select(PLACES.to_vec()), echo in echo(),
        basic in any::<bool>(),
    ) {
        let auth = if basic {
            Auth::Basic { user: "rita".into(), password: Secret::new(&token) }
        } else {
            Auth::Bearer(Secret::new(&token))
        };
        let both = BASE64_STANDARD.encode(format!("rita:{token}"));
        let (spoken, plan, at) = (token.clone(), echo.clone(), place.to_owned());
        let server = Server::start(Spoil::Nothing, move |seen, own| answer(seen, own, &at, &plan, &spoken));
        let cache = tempfile::tempdir().unwrap();
        let found = ask(&server, auth, cache.path());
        prop_assert!(server.seen().iter().any(|seen| seen.path.starts_with(place)), "the place is asked");
        let mut sinks = sinks(&found);
        sinks.push(("writing back".to_owned(), written_back(&found, &token)));
        for file in files(cache.path()) {
            sinks.push((file.display().to_string(), String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned()));
        }
        for (sink, text) in sinks {
            prop_assert!(!text.contains(&token), "{}: {}", sink, text);
            prop_assert!(!text.contains(&both), "{}: {}", sink, text);
            prop_assert!(!text.contains(LEAKED), "{}: a leaked secret: {}", sink, text);
        }
    }
}
