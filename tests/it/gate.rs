//! A gate that cannot be talked round: a change is judged by the policy of the branch that it goes into, whatever it brings itself,
//! run as a container action is, with the events of GitHub, against a GitHub of our own.
#![expect(clippy::disallowed_methods, reason = "tests read, write and run")]

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::hub::{DAY, HOSTILE, POLICY, Place, RECORD, Ran, WORKFLOW};
use crate::support::server::{Reply, Server, Spoil};
use crate::support::{git, record};

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
    for (login, permission, commit) in [
        ("robin", "admin", head.as_str()),
        ("mallory", "none", &head),
        ("mallory", "read", &head),
        ("anna", "write", &place.base),
    ] {
        place.approved(login, permission, commit);
        assert_eq!(run(&[]).code, 1, "{login}, {permission}, {commit}");
    }
    place.approved("anna", "write", &head);
    // Who made one of its commits, in whatever role, does not look at it from outside.
    for commits in [vec![("robin", "web-flow"), ("Anna", "web-flow")], vec![("robin", "anna"), ("robin", "robin")]] {
        place.hub.lock().unwrap().commits = commits;
        let ran = run(&[]);
        assert_eq!(ran.code, 1);
        assert!(ran.log.contains("anna approved it and made a commit of it"), "{}", ran.log);
    }
    // GitHub lists no more than so many commits: who made the others is not known.
    place.hub.lock().unwrap().commits = vec![("robin", "web-flow"); 250];
    assert_eq!(run(&[]).code, 0);
    place.hub.lock().unwrap().not_listed = 1;
    let ran = run(&[]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert!(ran.log.contains("GitHub lists 250 of its commits only"), "{}", ran.log);
    place.hub.lock().unwrap().not_listed = 0;
    place.hub.lock().unwrap().commits = vec![("robin", "web-flow")];
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

/// Somebody prescribes the check; the change that brings the first configuration does not say what fails it.
#[test]
fn the_first_configuration_decides_nothing_where_what_runs_does_not_come_with_it() {
    let config = "[on]\npull_request = \"report\"\n[documents]\nexclude = [\"docs/**\"]\n[issues]\nfiles = [\"issues.csv\"]\n\
        [rules]\nissue-not-examined = \"off\"\n\
        [[waiver]]\nrule = \"issue-not-examined\"\nsubject = \"*\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2027-01-01\n";
    let faulty = record("2026-01-10", "2025-01-11", "2026-01-10", &["SEC-1"]);
    let (own, named) = ("acme/pump/.github/workflows/review.yml@refs/pull/7/merge", ".github/workflows/review.yml");
    let base_runs = "on: pull_request\njobs:\n  quality:\n    uses: acme/rules/.github/workflows/quality.yml@v1\n";
    for (workflow, before, after, decides) in [
        ("acme/rules/.github/workflows/review.yml@refs/heads/main", None, Some(WORKFLOW), false),
        ("acme/rules/.github/workflows/review.yml@refs/heads/main", None, None, false),
        // The base runs it by the workflow of others, and does not name it.
        (own, Some(base_runs), None, false),
        (own, Some(base_runs), Some(WORKFLOW), true),
        (own, None, Some(WORKFLOW), true),
        ("", None, Some(WORKFLOW), false),
        ("", None, None, false),
    ] {
        let mut place = Place::new("");
        if let Some(text) = before {
            place.base = place.change(&[(named, Some(text))]);
            git(place.repo.root(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        }
        let mut files = vec![("lookback.toml", Some(config)), (RECORD, Some(faulty.as_str()))];
        files.extend(after.map(|text| (named, Some(text))));
        let head = place.change(&files);
        let payload = json!({ "pull_request": { "number": 7, "base": { "sha": place.base, "ref": "main" }, "head": { "sha": head } } });
        let mut command = place.command("pull_request", &payload, place.repo.root());
        command
            .env("GITHUB_REF", "refs/pull/7/merge")
            .env("GITHUB_WORKFLOW_REF", workflow)
            .env("INPUT_OFFLINE", "true");
        let ran = place.done(&mut command, place.repo.root());
        assert_eq!(ran.code, i32::from(!decides), "{workflow} {before:?} {after:?}: {}", ran.log);
        assert_eq!(ran.report["rules_off"] == json!(["issue-not-examined"]), decides, "{}", ran.log);
        assert_eq!(ran.loosened(), ["warning *"], "{}", ran.log);
        let said = ran.report["limits"].to_string().contains("does not come with the change");
        assert_eq!(said, !decides, "{}", ran.log);
    }
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

/// Evidence beside a configuration that the change brings is judged as the change itself is.
#[test]
fn a_configuration_of_the_change_judges_no_evidence() {
    let place = Place::new(POLICY);
    place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    let file = place.repo.beside("evidence.json");
    let file = file.to_str().unwrap();
    let env = [("CI", "true"), ("CHANGE_TARGET", "main"), ("BRANCH_NAME", "PR-7")];
    assert_eq!(place.run(&["collect", "-o", file], &env).code, 0);
    for config in ["lookback.toml", "./docs/../lookback.toml"] {
        let judged = ["check", "--evidence", file, "--config", config, "--format", "json"];
        let run = place.run(&judged, &env);
        assert_eq!((run.code, &run.json()["rules_off"]), (1, &json!([])), "{}", run.all());
        assert!(run.out.contains("on.pull_request is changed and would be report"), "{}", run.all());
    }
    // A repository inside the repository is of the change's own choosing.
    let nested = place.repo.root().join("nested");
    std::fs::create_dir(&nested).unwrap();
    git(&nested, &["init", "--quiet"]);
    std::fs::write(nested.join("lookback.toml"), HOSTILE).unwrap();
    let run = place.run(&["check", "--evidence", file, "--config", "nested/lookback.toml", "--format", "json"], &env);
    assert_eq!(run.json()["rules_off"], json!([]), "{}", run.all());
    // The user's own, or one from outside, is what was asked for.
    let judged = ["check", "--evidence", file, "--config", "lookback.toml", "--format", "json"];
    assert!(place.run(&judged, &[]).json()["rules_off"].as_array().unwrap().len() > 1);
}

/// Who comments may have chosen which repository is checked out, with every file in it.
#[test]
fn a_configuration_in_a_repository_that_strangers_choose_is_not_trusted_by_its_name() {
    let place = Place::new(POLICY);
    let config = "[embargo]\nshow = true\n[issues]\nsources = [\"github:acme/pump\"]\n[github]\nstatus = true\n";
    let head = place.change(&[("lookback.toml", Some(config))]);
    git(place.repo.root(), &["remote", "set-url", "origin", "https://github.com/mallory/other.git"]);
    for inputs in [&[("config", "lookback.toml")][..], &[]] {
        let ran = place.event("issue_comment", &json!({}), "refs/heads/main", &head, inputs);
        assert!(!ran.log.contains("Use after free"), "{}", ran.log);
        let asked: Vec<String> = place.server.seen().into_iter().map(|seen| seen.path).collect();
        assert!(!asked.iter().any(|path| path.contains("/issues")), "{inputs:?}: {asked:?}");
    }
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
        "[issues]\nfrom_history = false",
        "[issues]\ngithub = []",
        "[issues]\ntypes = [\"Vulnerability\"]\nexclude_labels = [\"security\"]",
        "[releases]\ntag = 'none'",
        "[documents]\npath_signal = 'nothing'",
        "[[document]]\npath = \"**\"\nis = \"none\"",
        "[[subject]]\nrepository = \"acme/other\"\npath = \"/\"",
        "[cadence]\nwindow = \"1-months\"",
        "[[[ not TOML",
    ];
    // Tables that are named twice are one, so that most of it is TOML.
    prop::sample::subsequence(lines.to_vec(), 0..7).prop_shuffle().prop_map(|tables| {
        let mut merged: Vec<(&str, String)> = Vec::new();
        for table in tables {
            let (head, keys) = table.split_once('\n').unwrap_or((table, ""));
            match merged.iter_mut().find(|(known, _)| *known == head && !head.starts_with("[[")) {
                Some((_, text)) => *text += &format!("{keys}\n"),
                None => merged.push((head, format!("{keys}\n"))),
            }
        }
        merged.into_iter().map(|(head, keys)| format!("{head}\n{keys}")).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever a change writes into the configuration: who is asked, what is shown, what is written and the verdict on each
    /// constraint are those without it.
    #[test]
    fn a_configuration_that_is_not_merged_changes_nothing_but_what_is_told_of_it(text in key()) {
        let place = Place::new("[issues]\nsources = [\"github\"]\n[cadence]\nwindow = \"6-months\"\n[github]\nname = \"Review\"\ncheck_run = true\nstatus = true\n");
        let trap = Server::start(Spoil::Nothing, |_, _| Reply::json(200, &json!([])));
        let seen = |ran: &Ran| {
            let issues = ran.report["issues"].clone();
            let rest: Vec<Value> = ran.report["findings"].as_array().unwrap().iter()
                .filter(|finding| finding["rule"] != "policy-weakened").cloned().collect();
            let constraints: Vec<Value> = ran.report["constraints"].as_array().unwrap().iter()
                .map(|one| json!([one["id"], one["verdict"]])).collect();
            // Titles in the log too, without what is told of the policy and of commits.
            let titles = ["Crash on long input", "Use after free", "Draft: pump stops", "Overflow in libfoo"].map(|title| ran.log.contains(title));
            (issues, rest, constraints, titles)
        };
        // What was written: where, and under which name.
        let names = |place: &Place| {
            let mut names: Vec<String> = std::mem::take(&mut place.hub.lock().unwrap().written).into_iter()
                .map(|(to, body)| format!("{} {} {}", to.replace(|c: char| c.is_ascii_hexdigit(), ""), body["name"], body["context"]))
                .collect();
            names.sort();
            names.dedup();
            names
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
        let (before, written) = (asked(&place), names(&place));
        prop_assert!(written.iter().any(|one| one.contains("Review")), "{:?}\n{}", written, plain.log);
        let head = place.change(&[("lookback.toml", Some(&text.replace("TRAP", &trap.address)))]);
        let ran = place.pull_request("pull_request", &head, &[]);
        prop_assert_eq!(seen(&ran), seen(&plain), "{}\n{}", text, ran.log);
        prop_assert_eq!(asked(&place), before);
        prop_assert!(trap.seen().is_empty(), "nobody else is asked");
        prop_assert_eq!(names(&place), written, "{}", text);
        prop_assert_eq!(ran.code, 1);
        // Without a window of its own the default holds, which is longer than the base's.
        let loose = ["exclude", "\"off\"", "report", "show = true", "[[waiver]]", "[[["].iter().any(|words| text.contains(words));
        let tighter = text.contains("1-months") && !loose;
        prop_assert!(tighter || !ran.loosened().is_empty(), "{}\n{}", text, ran.log);
    }
}
