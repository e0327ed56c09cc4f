//! `fleet merge`: the same bytes from any shards in any order; what is missing, there twice or apart is told; what is private stays so.
#![expect(clippy::disallowed_methods, reason = "tests write their repositories")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any step")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::fleet::{DAY, Fleet, entry, results, reviewed, unreviewed};
use crate::support::server::{Reply, Server, Spoil};
use crate::support::{PROCEDURE, Repo, Run, command, files, git, lookback, record, run};

const PRIVATE: &str = "publish = \"private\"\n";

/// Six repositories: reviewed, overdue, broken, and one that is not there.
fn several(fleet: &Fleet) -> Vec<String> {
    let broken = Repo::new();
    broken.write("lookback.toml", "[cadence]\nwindw = 1\n").commit("2024-01-01", "Begin");
    let good = fleet.serve(&reviewed(), "good");
    vec![
        good.clone(),
        format!("{good} name=second"),
        fleet.serve(&unreviewed(), "late"),
        fleet.serve(&broken, "broken"),
        format!("file://{} name=acme/missing", fleet.path("srv/missing.git")),
        format!("{good} name=../../etc"),
    ]
}

fn all_outputs(fleet: &Fleet, folders: &[&str], to: &str) -> (Run, Vec<(String, Vec<u8>)>) {
    let at = |name: &str| fleet.path(&format!("{to}/{name}"));
    std::fs::create_dir_all(fleet.at(to)).unwrap();
    let (site, history, csv, json, ics, prom) =
        (at("site"), at("history.jsonl"), at("f.csv"), at("f.json"), at("f.ics"), at("f.prom"));
    let ran = fleet.merge(
        folders,
        &["--site", &site, "--history", &history, "--csv", &csv, "--json", &json, "--ics", &ics, "--metrics", &prom],
    );
    let mut made: Vec<(String, Vec<u8>)> = files(&fleet.at(to))
        .into_iter()
        .map(|path| (path.strip_prefix(fleet.at(to)).unwrap().display().to_string(), std::fs::read(path).unwrap()))
        .collect();
    made.sort();
    (ran, made)
}

#[test]
fn any_shards_in_any_order_are_the_same_fleet() {
    let fleet = Fleet::new();
    let lines = several(&fleet);
    let mut all: Vec<Vec<(String, Vec<u8>)>> = Vec::new();
    for shards in [1usize, 4, 16] {
        fleet.plan_by(&lines, PRIVATE, &["--shards", &shards.to_string()]);
        let mut names: Vec<String> = Vec::new();
        for shard in 1..=shards {
            let name = format!("run-{shards}-{shard}");
            let ran = fleet.run(&name, "cache", &["--shard", &format!("{shard}/{shards}")]);
            assert_eq!(ran.code, 0, "{}", ran.err);
            names.push(name);
        }
        let mut order: Vec<&str> = names.iter().map(String::as_str).collect();
        let (ran, first) = all_outputs(&fleet, &order, &format!("to-{shards}"));
        assert_eq!(ran.code, 1, "{}", ran.all());
        order.reverse();
        let (_, second) = all_outputs(&fleet, &order, &format!("to-{shards}-turned"));
        assert!(first == second, "{shards} shards turned round");
        all.push(first);
        // One folder that several shards wrote into is the same.
        for shard in 1..=shards {
            fleet.run(&format!("one-{shards}"), "cache", &["--shard", &format!("{shard}/{shards}")]);
        }
        let (_, third) = all_outputs(&fleet, &[&format!("one-{shards}")], &format!("to-{shards}-one"));
        assert!(all.last() == Some(&third), "{shards} shards in one folder");
    }
    let names = |made: &[(String, Vec<u8>)]| made.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    for other in &all[1..] {
        assert_eq!(names(&all[0]), names(other));
        assert!(&all[0] == other, "it does not show how many shards there were");
    }
    assert!(names(&all[0]).iter().any(|name| name.starts_with("site/repositories/etc-")), "{:?}", names(&all[0]));
}

#[test]
fn counts_add_up_and_the_night_fails_as_it_is_told() {
    let fleet = Fleet::new();
    let lines = several(&fleet);
    let mut codes = BTreeMap::new();
    for on in ["never", "overdue", "nonconforming", "not-checked"] {
        fleet.plan_by(&lines, &format!("{PRIVATE}fail_on = \"{on}\"\n"), &[]);
        fleet.run(&format!("run-{on}"), "cache", &[]);
        codes.insert(on, fleet.merge(&[&format!("run-{on}")], &[]).code);
    }
    assert_eq!(codes, BTreeMap::from([("never", 0), ("overdue", 1), ("nonconforming", 1), ("not-checked", 1)]));
    let told = fleet.merged(&["run-never"], &[]);
    let counts = &told["counts"];
    let sum: u64 = counts
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "repositories")
        .map(|(_, n)| n.as_u64().unwrap())
        .sum();
    assert_eq!((sum, &counts["repositories"]), (6, &6.into()), "{counts}");
    assert_eq!((&counts["not_checked"], &counts["overdue"]), (&2.into(), &1.into()), "{counts}");
    let broken = entry(&told, "broken");
    assert_eq!((&broken["state"], &broken["cause"]), (&"not-checked".into(), &"configuration".into()));
    assert!(broken["why"].as_str().unwrap().contains("lookback.toml:2"), "{broken}");
    // Only what is not checked fails a night that asks for it.
    fleet.plan_by(&lines[4..5], &format!("{PRIVATE}fail_on = \"not-checked\"\n"), &[]);
    fleet.run("lost", "cache", &[]);
    assert_eq!(fleet.merge(&["lost"], &[]).code, 1);
    fleet.plan_by(&lines[4..5], PRIVATE, &[]);
    fleet.run("lost-too", "cache", &[]);
    assert_eq!(fleet.merge(&["lost-too"], &[]).code, 0);
}

#[test]
fn the_json_is_as_its_schema_says() {
    let fleet = Fleet::new();
    fleet.plan_by(&several(&fleet), PRIVATE, &[]);
    fleet.run("run", "cache", &[]);
    let schema = lookback(&["schema", "fleet"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let told = fleet.merged(&["run"], &[]);
    let errors: Vec<String> = validator.iter_errors(&told).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn what_is_missing_twice_or_apart_is_told() {
    let fleet = Fleet::new();
    let lines = several(&fleet);
    fleet.plan_by(&lines, PRIVATE, &["--shards", "3"]);
    for shard in ["1", "2", "3"] {
        fleet.run(&format!("s{shard}"), "cache", &["--shard", shard]);
    }
    let wrong = |folders: &[&str], word: &str| {
        let ran = fleet.merge(folders, &[]);
        assert!(ran.code == 2 && ran.err.contains(word) && ran.err.contains("hint:"), "{word}: {}", ran.all());
    };
    wrong(&["s1", "s3"], "shard 2 of 3 is missing");
    wrong(&["s1"], "shards 2, 3 of 3 are missing");
    wrong(&["s1", "s2", "s3", "s2"], "shard 2 is there twice");
    let told = fleet.merged(&["s1", "s3"], &["--partial"]);
    assert_eq!(told["counts"]["repositories"], 6);
    let lost: Vec<&Value> =
        told["repositories"].as_array().unwrap().iter().filter(|one| one["cause"] == "no-result").collect();
    assert_eq!(lost.len(), 2, "{told}");
    assert!(lost.iter().all(|one| one["state"] == "not-checked" && one["checked_on"].is_null()));
    // Another day, another version, another plan, a report that was touched.
    fleet.run("later", "cache", &["--shard", "2", "--as-of", "2026-01-21"]);
    wrong(&["s1", "later", "s3"], "is judged for 2026-01-21");
    let shard = fleet.at("s3/shards/3.json");
    let text = std::fs::read_to_string(&shard).unwrap();
    std::fs::write(&shard, text.replace("\"version\": \"0.1.0\"", "\"version\": \"0.0.9\"")).unwrap();
    wrong(&["s1", "s2", "s3"], "version 0.0.9");
    std::fs::write(&shard, text).unwrap();
    fleet.plan_by(&lines[..2], PRIVATE, &[]);
    fleet.run("other", "cache", &[]);
    wrong(&["s1", "s2", "s3", "other"], "different plans");
    let report = files(&fleet.at("other/results")).remove(0);
    std::fs::write(&report, "{}").unwrap();
    wrong(&["other"], "its digest is not the one of its row");
    std::fs::remove_file(files(&fleet.at("s1/rows")).remove(0)).unwrap();
    wrong(&["s1", "s2", "s3"], "there is no result of");
    assert_eq!(fleet.merge(&["nowhere"], &[]).code, 2);
}

#[test]
fn silence_is_said_first_and_each_row_says_when_it_was_checked() {
    let fleet = Fleet::new();
    let lines = several(&fleet);
    fleet.plan_by(&lines, PRIVATE, &[]);
    fleet.run("run", "cache", &[]);
    let (site, history) = (fleet.path("site"), fleet.path("history.jsonl"));
    let to = ["--site", site.as_str(), "--history", history.as_str()];
    fleet.merge(&["run"], &to);
    let ran = fleet.merge(&["run"], &[&to[..], &["--as-of", "2026-01-23"]].concat());
    assert!(ran.out.starts_with("nothing was checked for 3 days: the last night was 2026-01-20"), "{}", ran.out);
    let index = std::fs::read_to_string(fleet.at("site/index.html")).unwrap();
    assert!(index.contains("Nothing was checked for 3 days"));
    assert_eq!(index.matches("<td>2026-01-20</td><td>0.1.0</td>").count(), 4);
    assert_eq!(index.matches("never checked").count(), 4, "twice in the list, twice in the table");
    // What was checked before and is not any more keeps its day.
    std::fs::remove_dir_all(fleet.at("srv/late.git")).unwrap();
    fleet.run("next", "cache", &["--as-of", "2026-01-21"]);
    let told = fleet.merged(&["next"], &["--history", &history, "--as-of", "2026-01-21"]);
    let late = entry(&told, "late");
    assert_eq!((&late["state"], &late["checked_on"]), (&"not-checked".into(), &DAY.into()), "{late}");
    let lines: Vec<Value> =
        std::fs::read_to_string(&history).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let nights: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "night").map(|line| &line["date"]).collect();
    assert_eq!(nights, ["2026-01-20", "2026-01-21"]);
    // The last line of each repository counts as the fleet does.
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["kind"] == "repository") {
        last.insert(line["name"].as_str().unwrap().to_owned(), line["state"].as_str().unwrap().to_owned());
    }
    let of = |state: &str| last.values().filter(|one| *one == state).count() as u64;
    assert_eq!(told["counts"]["not_checked"], of("not-checked"));
    assert_eq!(told["counts"]["overdue"], of("overdue"));
    assert_eq!(told["weeks"].as_array().unwrap().len(), 1);
}

/// A quality repository whose reviews cover these products.
fn quality(subjects: &[&str]) -> Repo {
    let repo = Repo::new();
    let config: String = subjects.iter().map(|name| format!("[[subject]]\nrepository = \"{name}\"\n")).collect();
    repo.write("lookback.toml", config).write("docs/procedure.md", PROCEDURE).commit("2024-05-02", "Procedure");
    repo.write("docs/Security-Review-2025.md", record("2025-06-02", "2024-06-01", "2025-06-01", &["acme/p1#12"]));
    repo.commit("2025-06-02", "Review");
    repo
}

#[test]
fn products_are_covered_by_the_repository_that_keeps_their_reviews() {
    let fleet = Fleet::new();
    let product = unreviewed();
    product
        .write("src/a.c", "int b;")
        .commit("2025-02-01", "Fix the overflow of the parser, CVE-2025-1234\n\nFixes #12");
    let mut lines: Vec<String> =
        (1..=5).map(|n| format!("{} name=acme/p{n}", fleet.serve(&product, &format!("acme/p{n}")))).collect();
    lines.push(format!("{} name=acme/alone", fleet.serve(&unreviewed(), "acme/alone")));
    lines.push(format!(
        "{} name=acme/quality",
        fleet.serve(&quality(&["acme/p1", "acme/p2", "acme/p3", "acme/p4", "acme/p5"]), "acme/quality")
    ));
    lines.push(format!("{} name=acme/second", fleet.serve(&quality(&["acme/p2", "acme/gone"]), "acme/second")));
    fleet.plan_by(&lines, PRIVATE, &["--shards", "4"]);
    let shards: Vec<String> = (1..=4).map(|shard| format!("s{shard}")).collect();
    for (at, shard) in shards.iter().enumerate() {
        let ran = fleet.run(shard, &format!("cache-{shard}"), &["--shard", &format!("{}/4", at + 1)]);
        assert!(ran.out.contains(" 0 not checked"), "{}", ran.all());
    }
    let names: Vec<&str> = shards.iter().map(String::as_str).collect();
    let told = fleet.merged(&names, &[]);
    let keeps = entry(&told, "acme/quality");
    assert!(
        keeps["open"].is_number() && keeps["managed"].as_u64() >= Some(1),
        "it saw the issue of the product: {keeps}"
    );
    for name in ["acme/p1", "acme/p3", "acme/p4", "acme/p5"] {
        let one = entry(&told, name);
        assert_eq!(
            (&one["covered_by"], &one["state"]),
            (&serde_json::json!(["acme/quality"]), &keeps["state"]),
            "{one}"
        );
        assert_eq!(one["due"], keeps["due"]);
    }
    let both = entry(&told, "acme/p2");
    assert_eq!(both["covered_by"], serde_json::json!(["acme/quality", "acme/second"]));
    let alone = entry(&told, "acme/alone");
    assert_eq!((&alone["covered_by"], &alone["state"]), (&serde_json::json!([]), &"overdue".into()));
    // The shard that it is in does not matter, and the evidence of the next night knows that a product moved on.
    fleet.plan_by(&lines, PRIVATE, &[]);
    fleet.run("one", "cache", &[]);
    let one = fleet.merged(&["one"], &[]);
    assert_eq!(entry(&one, "acme/quality"), keeps);
    // Nor does it where the cache has no room, and a product is fetched again for each who asks for it.
    assert!(fleet.run("tight", "tight", &["--cache-size", "0", "--jobs", "1"]).out.contains(" 0 not checked"));
    assert!(results(&fleet.at("tight")) == results(&fleet.at("one")));
    product.write("src/a.c", "int c;").commit("2025-03-01", "Fix the leak of the parser, CVE-2025-9999\n\nFixes #13");
    git(product.root(), &["push", "--quiet", &fleet.path("srv/acme/p3.git"), "main"]);
    assert!(fleet.run("next", "cache", &[]).out.contains("8 checked (6 unchanged"));
    let next = fleet.merged(&["next"], &[]);
    assert_ne!(entry(&next, "acme/quality")["evidence"], keeps["evidence"]);
    // Covered by one that is not checked.
    std::fs::remove_dir_all(fleet.at("srv/acme/quality.git")).unwrap();
    fleet.run("lost", "cache", &[]);
    let history = fleet.path("history.jsonl");
    fleet.merged(&["next"], &["--history", &history]);
    let lost = fleet.merged(&["lost"], &["--history", &history]);
    assert_eq!(entry(&lost, "acme/p1")["state"], "not-checked");
    assert_eq!(entry(&lost, "acme/p1")["covered_by"], serde_json::json!(["acme/quality"]));
}

#[test]
fn what_is_private_is_in_no_byte_of_a_public_site() {
    let fleet = Fleet::new();
    let good = reviewed();
    // A private alert that the policy shows all the same.
    let alert = json!([{ "number": 1, "state": "open", "created_at": "2025-02-01T00:00:00Z", "fixed_at": null,
        "html_url": "https://github.com/acme/open/security/dependabot/1",
        "dependency": { "package": { "ecosystem": "cargo", "name": "stripes" }, "manifest_path": "Cargo.lock" },
        "security_advisory": { "ghsa_id": "GHSA-2345-6789-cfgh", "cve_id": "CVE-2025-12345", "summary": "Zebra overflow", "severity": "high", "cwes": [] } }]);
    let github = Server::start(Spoil::Nothing, move |seen, _| match seen.path.split('?').next().unwrap() {
        "/repos/acme/open" => {
            Reply::json(200, &json!({ "has_issues": true, "visibility": "public", "permissions": { "admin": true } }))
        }
        "/repos/acme/open/dependabot/alerts" => Reply::json(200, &alert),
        _ => Reply::json(200, &json!([])),
    });
    good.write("lookback.toml", "[issues]\nsources = [\"github\"]\n[embargo]\nshow = true\n")
        .commit("2025-02-05", "Show");
    let checked = |fleet: &Fleet, out: &str| {
        let mut command = fleet.running(out, "cache", &[]);
        let ran = run(command.env("GITHUB_API_URL", &github.address).env("GITHUB_TOKEN", "of-the-test"));
        assert_eq!(ran.code, 0, "{}", ran.all());
    };
    let naming = unreviewed();
    // Its dossier would name the product that nobody may know of.
    naming.write("lookback.toml", "[[subject]]\nrepository = \"acme/hush-hush\"\n").commit("2025-01-01", "Name it");
    let hushed = quality(&["acme/covered", "acme/open"]);
    hushed
        .write("src/a.c", "int a;")
        .commit("2025-02-01", "Fix the overflow of the parser, CVE-2025-1234\n\nFixes #12");
    hushed.tag("v1.0.0");
    let lines = [
        format!("{} name=acme/open visibility=public", fleet.serve(&good, "open")),
        format!("{} name=acme/naming visibility=public", fleet.serve(&naming, "naming")),
        format!("{} name=acme/covered visibility=public", fleet.serve(&unreviewed(), "acme/covered")),
        format!("{} name=acme/hush-hush visibility=private", fleet.serve(&hushed, "acme/hush-hush")),
        format!("{} name=acme/unsaid", fleet.serve(&unreviewed(), "unsaid")),
        format!("file://{} name=acme/internal-lost visibility=internal", fleet.path("srv/lost.git")),
    ];
    fleet.plan(&lines, &[]);
    checked(&fleet, "run");
    let refused = fleet.merge(&["run"], &[]);
    assert!(
        refused.code == 2 && refused.err.contains("3 repositories are not known to be public"),
        "{}",
        refused.all()
    );
    // Where a private site stood before, nothing of it stays.
    fleet.plan_by(&lines, PRIVATE, &[]);
    checked(&fleet, "private");
    let at = |name: &str| fleet.path(&format!("public/{name}"));
    let site = at("site");
    fleet.merge(&["private"], &["--site", &site]);
    let before = files(&fleet.at("public/site/repositories"));
    let named = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap().contains("acme/hush-hush");
    let naming = before.iter().find(|path| path.to_str().unwrap().contains("acme-naming")).unwrap();
    assert!(before.len() >= 5 && named(naming), "what is to be left out is there");
    let zebra = |path: &&std::path::PathBuf| std::fs::read_to_string(path).unwrap().contains("Zebra overflow");
    assert_eq!(before.iter().filter(zebra).count(), 1, "and so is the title under embargo");
    let (csv, json, ics, prom) = (at("f.csv"), at("f.json"), at("f.ics"), at("f.prom"));
    let ran = fleet.merge(
        &["run"],
        &["--public", "--site", &site, "--csv", &csv, "--json", &json, "--ics", &ics, "--metrics", &prom],
    );
    assert!(ran.code < 2, "{}", ran.err);
    let mut seen = 0;
    for path in files(&fleet.at("public")) {
        let text =
            format!("{} {}", path.display(), String::from_utf8_lossy(&std::fs::read(&path).unwrap())).to_lowercase();
        for secret in ["hush", "unsaid", "internal-lost", "sec-rev-2025-06-02", "zebra", "ghsa-2345"] {
            assert!(!text.contains(secret), "{secret} in {}", path.display());
        }
        seen += 1;
    }
    assert!(seen >= 5, "{seen} files");
    for secret in ["hush", "unsaid", "internal-lost"] {
        assert!(!ran.all().contains(secret), "{}", ran.all());
    }
    let index = std::fs::read_to_string(fleet.at("public/site/index.html")).unwrap();
    assert!(index.contains("3 private repositories not shown") && index.contains("acme/open"));
    assert!(index.contains("6 repositories"), "the counts are those of the plan");
}

#[test]
fn one_issue_is_kept_and_written_only_when_the_state_changes() {
    let fleet = Fleet::new();
    let lines = several(&fleet);
    fleet.plan_by(&lines, PRIVATE, &[]);
    fleet.run("run", "cache", &[]);
    fleet.plan_by(&lines[..2], PRIVATE, &[]);
    fleet.run("fewer", "cache", &[]);
    let kept: Arc<Mutex<Option<Value>>> = Arc::default();
    let held = Arc::clone(&kept);
    let server = Server::start(Spoil::Nothing, move |seen, _| {
        let mut held = held.lock().unwrap();
        match (seen.method.as_str(), seen.path.split('?').next().unwrap()) {
            ("GET", "/user") => Reply::json(200, &json!({ "login": "fleet[bot]" })),
            ("GET", "/repos/acme/quality/issues") if seen.path.contains("state=open") => {
                Reply::json(200, &Value::Array(held.iter().cloned().collect()))
            }
            ("GET", _) => Reply::json(200, &json!([])),
            (method, _) => {
                let mut issue: Value = serde_json::from_str(&seen.body).unwrap();
                let old = if method == "PATCH" { held.take() } else { None };
                for key in ["title", "body"] {
                    if issue.get(key).is_none() {
                        issue[key] = old.as_ref().map_or(Value::Null, |old| old[key].clone());
                    }
                }
                (issue["number"], issue["state"]) = (7.into(), "open".into());
                issue["user"] = json!({ "login": "fleet[bot]", "type": "Bot" });
                *held = Some(issue.clone());
                Reply::json(201, &issue)
            }
        }
    });
    let merge = |out: &str| {
        let folder = fleet.path(out);
        let mut command = command(&[
            "fleet",
            "merge",
            &folder,
            "--issue",
            "acme/quality",
            "--page",
            "https://pages.example/fleet",
            "--as-of",
            DAY,
        ]);
        let ran = run(command.env("GITHUB_API_URL", &server.address).env("GITHUB_TOKEN", "of-the-test"));
        assert!(ran.code < 2, "{}", ran.all());
        server.seen().iter().filter(|seen| seen.method != "GET").count()
    };
    assert_eq!(merge("run"), 1);
    let first = kept.lock().unwrap().clone().unwrap();
    let (title, body) = (first["title"].as_str().unwrap(), first["body"].as_str().unwrap());
    assert!(
        title.contains("need somebody")
            && body.contains("acme/missing: missing")
            && body.contains("https://pages.example/fleet"),
        "{first}"
    );
    assert_eq!(merge("run"), 1, "nothing changed, nothing is written");
    assert_eq!(merge("fewer"), 2);
    let second = kept.lock().unwrap().clone().unwrap();
    assert!(!second["body"].as_str().unwrap().contains("missing"), "{second}");
}

#[test]
fn dossiers_are_written_where_something_changed() {
    let fleet = Fleet::new();
    let lines = [fleet.serve(&reviewed(), "same"), fleet.serve(&unreviewed(), "moved")];
    fleet.plan_by(&lines, PRIVATE, &[]);
    fleet.run("one", "cache", &[]);
    let (site, history) = (fleet.path("site"), fleet.path("history.jsonl"));
    let to = ["--site", site.as_str(), "--history", history.as_str()];
    fleet.merge(&["one"], &to);
    let page = |name: &str| {
        let all = files(&fleet.at("site/repositories"));
        all.into_iter().find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(name)).unwrap()
    };
    for name in ["same", "moved"] {
        assert!(std::fs::read_to_string(page(name)).unwrap().contains("<html"), "a dossier");
        std::fs::write(page(name), "of the night before").unwrap();
    }
    let moved = unreviewed();
    moved.write("docs/procedure.md", PROCEDURE).commit("2026-01-19", "Procedure");
    git(moved.root(), &["push", "--quiet", "--force", &fleet.path("srv/moved.git"), "main"]);
    fleet.run("two", "cache", &["--as-of", "2026-01-21"]);
    fleet.merge(&["two"], &[&to[..], &["--as-of", "2026-01-21"]].concat());
    assert_eq!(std::fs::read_to_string(page("same")).unwrap(), "of the night before");
    assert!(std::fs::read_to_string(page("moved")).unwrap().contains("<html"));
    fleet.merge(&["two"], &[&to[..], &["--as-of", "2026-01-21", "--dossiers", "all"]].concat());
    assert!(std::fs::read_to_string(page("same")).unwrap().contains("<html"));
    // What leaves the plan leaves the site; what is not ours stays.
    std::fs::write(fleet.at("site/repositories/notes.html"), "ours").unwrap();
    fleet.plan_by(&lines[..1], PRIVATE, &[]);
    fleet.run("three", "cache", &["--as-of", "2026-01-22"]);
    fleet.merge(&["three"], &[&to[..], &["--as-of", "2026-01-22"]].concat());
    let left: Vec<String> = files(&fleet.at("site/repositories"))
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(left.len() == 2 && left.iter().all(|name| name.starts_with("same-") || name == "notes.html"), "{left:?}");
}
