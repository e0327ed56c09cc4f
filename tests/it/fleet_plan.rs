//! `fleet plan`: lists, folders, an organisation of GitHub and a group of GitLab on loopback; bad input is told, never planned.
#![expect(clippy::disallowed_methods, reason = "tests write their repositories")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any step")]

use std::path::Path;

use serde_json::{Value, json};

use crate::support::server::{Reply, Server, Spoil};
use crate::support::{Repo, Run, command, lookback, run};

fn plan(list: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["fleet", "plan", "--list", list.to_str().unwrap()];
    arguments.extend(more);
    lookback(&arguments)
}

#[test]
fn a_list_is_planned_the_same_in_any_order() {
    let repo = Repo::new();
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.txt"), folder.path().join("two.txt"));
    let lines = [
        format!("{} name=acme/local visibility=private", repo.path()),
        "https://github.com/acme/pump.git branch=main".to_owned(),
        "file:///srv/valve.git".to_owned(),
        "https://git.example/../../etc".to_owned(),
        format!("file:///srv/x name={}", "x".repeat(300)),
        "file:///srv/CON".to_owned(),
    ];
    std::fs::write(&one, lines.join("\n")).unwrap();
    std::fs::write(&two, lines.iter().rev().cloned().collect::<Vec<_>>().join("\n")).unwrap();
    let first = plan(&one, &["--shards", "2"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert_eq!(first.out, plan(&two, &["--shards", "2"]).out);
    let made = first.json();
    assert_eq!(made["shards"], 2);
    let all = made["repositories"].as_array().unwrap();
    assert_eq!(all.len(), 6);
    let of = |name: &str| all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}: {made:#}"));
    assert!(of("acme/local")["url"].as_str().unwrap().starts_with("file:///"));
    assert_eq!(of("acme/local")["visibility"], "private");
    assert_eq!((&of("acme/pump")["branch"], &of("acme/pump")["visibility"]), (&json!("main"), &Value::Null));
    assert!(all.iter().filter(|one| one["shard"] == 1).count() == 3, "{made:#}");
}

#[test]
fn folders_are_planned_and_shards_are_a_matrix() {
    let (pump, place) = (Repo::new(), tempfile::tempdir().unwrap());
    let plan = place.path().join("plan.json");
    let out = lookback(&["fleet", "plan", pump.path(), "--shards", "3", "--matrix", "-o", plan.to_str().unwrap()]);
    assert_eq!((out.code, out.out.as_str()), (0, "{\"shard\":[\"1/3\",\"2/3\",\"3/3\"]}\n"), "{}", out.err);
    let made: Value = serde_json::from_slice(&std::fs::read(&plan).unwrap()).unwrap();
    assert_eq!(made["repositories"][0]["name"], "pump");
}

#[test]
fn bad_input_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.txt");
    let of = |text: &str, more: &[&str]| {
        std::fs::write(&list, text).unwrap();
        let run = plan(&list, more);
        assert_eq!(run.code, 2, "{text}: {}", run.out);
        assert!(run.err.contains("hint:"), "{}", run.err);
        run.err
    };
    assert!(of("# nothing\n", &[]).contains("the plan is empty"));
    for shards in ["0", "257"] {
        assert!(of("https://host/a/b", &["--shards", shards]).contains("1 to 256"));
    }
    assert!(of("https://host/a/b\nhttps://other/a/b\n", &[]).contains("a/b is named twice"));
    assert!(of("https://host/a/b\nhttp://host/c/d\n", &[]).contains("list.txt:2: http is for this machine alone"));
    assert!(of("ext::sh -c x", &[]).contains("list.txt:1"));
    assert!(of("https://me:secret@host/a/b", &[]).contains("come from the environment alone"));
    let config = folder.path().join("fleet.toml");
    std::fs::write(&config, "fail_on = \"sometimes\"\n").unwrap();
    let told = of("https://host/a/b", &["--config", config.to_str().unwrap()]);
    assert!(told.contains("fleet.toml:1:"), "{told}");
    assert_eq!(plan(Path::new("/nowhere/list"), &[]).code, 2);
    assert_eq!(lookback(&["fleet", "plan"]).code, 2);
}

#[test]
fn teams_and_costs_share_out() {
    let folder = tempfile::tempdir().unwrap();
    let (list, config, costs) =
        (folder.path().join("list"), folder.path().join("fleet.toml"), folder.path().join("night/costs"));
    std::fs::write(&list, "https://h/a/long\nhttps://h/a/one\nhttps://h/a/two\n").unwrap();
    std::fs::write(&config, "[[team]]\nname = \"Long\"\nrepositories = [\"a/l*\"]\n").unwrap();
    std::fs::create_dir_all(&costs).unwrap();
    for (name, ms) in [("a/long", 9000), ("a/one", 100), ("a/two", 100)] {
        let cost = json!({ "name": name, "ms": ms });
        std::fs::write(costs.join(format!("{ms}-{}.json", name.replace('/', "-"))), cost.to_string()).unwrap();
    }
    let night = folder.path().join("night");
    let more = ["--config", config.to_str().unwrap(), "--costs", night.to_str().unwrap(), "--shards", "2"];
    let made = plan(&list, &more).json();
    let shards: Vec<u64> =
        made["repositories"].as_array().unwrap().iter().map(|one| one["shard"].as_u64().unwrap()).collect();
    assert_eq!(shards, [1, 2, 2], "{made:#}");
    assert_eq!((&made["repositories"][0]["team"], &made["repositories"][1]["team"]), (&json!("Long"), &Value::Null));
}

fn hosted(name: &str, more: &Value) -> Value {
    let mut told = json!({ "full_name": name, "clone_url": format!("https://github.com/{name}.git"), "default_branch": "main",
        "visibility": "public", "private": false, "archived": false, "fork": false, "pushed_at": "2026-01-02T03:04:05Z", "topics": ["medical"] });
    told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    told
}

fn on_github(server: &Server, more: &[&str]) -> Run {
    let mut arguments = vec!["fleet", "plan", "--org", "acme"];
    arguments.extend(more);
    let mut command = command(&arguments);
    run(command.env("GITHUB_API_URL", &server.address).env("GITHUB_TOKEN", "of-the-test"))
}

fn names(run: &Run) -> Vec<String> {
    assert_eq!(run.code, 0, "{}", run.err);
    let plan = run.json();
    plan["repositories"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_organisation_is_listed_with_its_filters() {
    let server = Server::start(Spoil::Nothing, |seen, own| {
        let path = seen.path.split('?').next().unwrap();
        if path == "/orgs/acme/properties/values" {
            let value = json!([{ "repository_full_name": "acme/pump", "properties": [{ "property_name": "class", "value": "IIb" }] }]);
            return Reply::json(200, &value);
        }
        if path != "/orgs/acme/repos" {
            return Reply::json(404, &json!({ "message": "Not Found" }));
        }
        if seen.path.contains("&page=2") {
            return Reply::json(
                200,
                &json!([
                    hosted("acme/valve", &json!({ "visibility": "private", "private": true, "topics": [] })),
                    hosted("acme/pump", &json!({})),
                ]),
            );
        }
        let link = format!("<{own}{}&page=2>; rel=\"next\", <{own}{}&page=2>; rel=\"last\"", seen.path, seen.path);
        let first = json!([
            hosted("acme/old", &json!({ "archived": true })),
            hosted("acme/pump", &json!({})),
            hosted("acme/fork", &json!({ "fork": true })),
        ]);
        Reply::json(200, &first).with("link", &link)
    });
    let all = on_github(&server, &[]);
    assert_eq!(names(&all), ["acme/pump", "acme/valve"]);
    let plan = all.json();
    assert_eq!(plan["repositories"][1]["visibility"], "private");
    assert_eq!(plan["repositories"][0]["pushed"], "2026-01-02T03:04:05Z");
    assert_eq!(all.out, on_github(&server, &[]).out, "same answers, same bytes");
    assert_eq!(names(&on_github(&server, &["--archived", "--forks"])).len(), 4);
    assert_eq!(names(&on_github(&server, &["--topic", "medical"])), ["acme/pump"]);
    assert_eq!(names(&on_github(&server, &["--matching", "acme/v*"])), ["acme/valve"]);
    assert_eq!(names(&on_github(&server, &["--property", "class=IIb"])), ["acme/pump"]);
    let none = on_github(&server, &["--property", "class=III"]);
    assert!(none.code == 2 && none.err.contains("the plan is empty"), "{}", none.err);
}

/// What is missing in a plan nobody would miss.
#[test]
fn a_list_that_is_cut_off_is_no_plan() {
    let server = Server::start(Spoil::Nothing, |seen, own| {
        if seen.path.contains("&page=2") {
            return Reply::json(403, &json!({ "message": "Resource not accessible by integration" }));
        }
        let link = format!("<{own}{}&page=2>; rel=\"next\", <{own}{}&page=2>; rel=\"last\"", seen.path, seen.path);
        Reply::json(200, &json!([hosted("acme/pump", &json!({}))])).with("link", &link)
    });
    let run = on_github(&server, &[]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("cannot list the repositories of acme") && run.err.contains("hint:"), "{}", run.err);
}

#[test]
fn a_group_of_gitlab_is_listed() {
    let server = Server::start(Spoil::Nothing, |seen, _| {
        let path = seen.path.split('?').next().unwrap();
        if path != "/api/v4/groups/acme%2Fdevices/projects"
            || seen.headers.get("private-token").is_none_or(|t| t != "secret")
        {
            return Reply::json(404, &json!({ "message": "404 Group Not Found" }));
        }
        let project = |name: &str, archived: bool| {
            json!({ "path_with_namespace": format!("acme/devices/{name}"), "http_url_to_repo": format!("https://gitlab.example/acme/devices/{name}.git"),
                "default_branch": "main", "visibility": "internal", "archived": archived, "last_activity_at": "2026-01-02T03:04:05.678Z", "topics": [] })
        };
        Reply::json(200, &json!([project("pump", false), project("old", true)]))
    });
    let mut command = command(&["fleet", "plan", "--group", "acme/devices"]);
    let run = run(command.env("GITLAB_URL", &server.address).env("GITLAB_TOKEN", "secret"));
    assert_eq!(names(&run), ["acme/devices/pump"]);
    assert_eq!(run.json()["repositories"][0]["visibility"], "internal");
    assert!(!run.out.contains("secret"));
}
