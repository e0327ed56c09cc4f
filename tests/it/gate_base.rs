//! Whose policy judges: the base that an event names, found wherever it is and nowhere else.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::json;

use crate::support::git;
use crate::support::hub::{HOSTILE, POLICY, Place, RECORD, WORKFLOW};

#[test]
fn events_that_run_for_one_commit_and_look_at_another_are_judged_by_the_first() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    let main = "refs/heads/main";
    let queue = "refs/heads/gh-readonly-queue/main/pr-7-b0";
    let comment = json!({ "issue": { "number": 7, "pull_request": {} } });
    let group = json!({ "merge_group": { "base_sha": place.base, "base_ref": main, "head_ref": queue } });
    for (event, payload, reference, commit) in [
        ("workflow_run", &json!({ "workflow_run": { "head_sha": head } }), main, &place.base),
        ("issue_comment", &comment, main, &place.base),
        ("schedule", &json!({}), main, &place.base),
        ("merge_group", &group, queue, &head),
        ("push", &json!({}), "refs/heads/topic", &head),
        ("workflow_dispatch", &json!({}), "refs/heads/topic", &head),
    ] {
        let ran = place.event(event, payload, reference, commit, &[]);
        assert_eq!(ran.code, 1, "{event}: {}", ran.log);
        assert!(ran.loosened().contains(&"error on.pull_request".to_owned()), "{event}: {}", ran.log);
        assert_eq!(ran.findings("review-never-held").len(), 1, "{event}: {}", ran.log);
        place.approved("anna", "MEMBER", &head);
        let approved = place.event(event, payload, reference, commit, &[]);
        assert!(approved.loosened().iter().all(|one| one.starts_with("warning ")), "{event}: {}", approved.log);
        place.hub.lock().unwrap().reviews = json!([]);
    }
    // Merged, it is the policy.
    let ran = place.event("push", &json!({}), main, &head, &[]);
    assert!(ran.loosened().is_empty() && ran.findings("review-never-held").is_empty(), "{}", ran.log);
}

#[test]
fn a_fork_that_is_checked_out_with_the_rights_of_the_base_brings_no_policy() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    git(place.repo.root(), &["remote", "set-url", "origin", "https://github.com/mallory/renamed.git"]);
    let payload = json!({ "pull_request": { "number": 7, "base": { "sha": place.base, "ref": "main" },
        "head": { "sha": head, "repo": { "full_name": "mallory/renamed" } } } });
    let mut command = place.command("pull_request_target", &payload, place.repo.root());
    let ran = place.done(command.env("INPUT_OFFLINE", "true"), place.repo.root());
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert!(ran.loosened().len() > 5, "{}", ran.log);
}

#[test]
fn a_base_that_is_not_in_the_clone_is_asked_for_or_nothing_is_judged() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    let clone = place.repo.beside("clone");
    let from = format!("file://{}", place.repo.path());
    git(place.repo.root(), &["clone", "--quiet", "--depth=1", "--branch=topic", &from, clone.to_str().unwrap()]);
    git(&clone, &["remote", "set-url", "origin", "https://github.com/acme/pump.git"]);
    let payload = json!({ "pull_request": { "number": 7, "base": { "sha": place.base, "ref": "main" }, "head": { "sha": head } } });
    let run = |inputs: &[(&str, &str)]| {
        let mut command = place.command("pull_request", &payload, &clone);
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        place.done(&mut command, &clone)
    };
    let blind = run(&[("offline", "true")]);
    assert_eq!(blind.code, 3, "{}", blind.log);
    assert_eq!(blind.report["findings"], json!([]), "no finding by defaults");
    assert!(blind.log.contains("fetch-depth: 0") && blind.log.contains("whose policy judges"), "{}", blind.log);
    place.hub.lock().unwrap().files = vec![("lookback.toml", POLICY), (".github/workflows/review.yml", WORKFLOW)];
    let asked = run(&[]);
    assert_eq!(asked.code, 1, "{}", asked.log);
    assert!(asked.loosened().contains(&"error on.pull_request".to_owned()), "{}", asked.log);
    // No configuration there, but a workflow that runs it: the defaults are the policy.
    place.hub.lock().unwrap().files = vec![(".github/workflows/review.yml", WORKFLOW)];
    let asked = run(&[]);
    assert!(asked.loosened().contains(&"error cadence.window".to_owned()), "{}", asked.log);
}
