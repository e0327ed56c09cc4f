//! Whose policy judges: the base that an event names, found wherever it is and nowhere else.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::json;

use crate::support::hub::{HOSTILE, POLICY, Place, RECORD, WORKFLOW};
use crate::support::{Run, git};

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
        place.approved("anna", "write", &head);
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
    let named = ".github/workflows/review.yml";
    let blind = run(&[("offline", "true")]);
    assert_eq!(blind.code, 3, "{}", blind.log);
    assert_eq!(blind.report["findings"], json!([]), "no finding by defaults");
    assert!(blind.log.contains("fetch-depth: 0") && blind.log.contains("whose policy judges"), "{}", blind.log);
    place.hub.lock().unwrap().files = vec![("lookback.toml", POLICY.into()), (named, WORKFLOW.into())];
    let asked = run(&[]);
    // By whose policy is known now, and what of the difference the change made is not.
    assert_eq!((asked.code, &asked.report["cadence"]["window"]), (3, &json!("6-months")), "{}", asked.log);
    assert!(asked.loosened().is_empty() && asked.report["rules_off"] == json!([]), "{}", asked.log);
    let limits = asked.report["limits"].to_string();
    assert!(limits.contains("what the change loosens") && limits.contains("on.pull_request"), "{limits}");
    // No configuration there, but a workflow that runs it: the defaults are the policy.
    place.hub.lock().unwrap().files = vec![(named, WORKFLOW.into())];
    let limits = run(&[]).report["limits"].to_string();
    assert!(limits.contains("what the change loosens") && limits.contains("cadence.window"), "{limits}");
}

/// The base tightened its policy and its workflow after an honest branch had set out: nobody is accused where that cannot be seen.
#[test]
fn a_branch_that_has_not_seen_its_base_is_not_accused_in_a_shallow_clone() {
    let place = Place::new(&POLICY.replace("6-months", "12-months"));
    let named = ".github/workflows/review.yml";
    let head = place.change(&[("notes.txt", Some("x"))]);
    git(place.repo.root(), &["checkout", "--quiet", "-b", "main2", &place.base]);
    let tip = place.change(&[("lookback.toml", Some(POLICY)), (named, Some("# lookback, later\n"))]);
    let clone = place.repo.beside("clone");
    let from = format!("file://{}", place.repo.path());
    git(place.repo.root(), &["clone", "--quiet", "--depth=1", "--branch=topic", &from, clone.to_str().unwrap()]);
    git(&clone, &["fetch", "--quiet", "--depth=1", "origin", "main2:refs/remotes/origin/main"]);
    git(&clone, &["remote", "set-url", "origin", "https://github.com/acme/pump.git"]);
    let payload =
        json!({ "pull_request": { "number": 7, "base": { "sha": tip, "ref": "main" }, "head": { "sha": head } } });
    for (event, reference) in [("pull_request", "refs/pull/7/merge"), ("push", "refs/heads/topic")] {
        let mut command = place.command(event, &payload, &clone);
        command.env("GITHUB_REF", reference).env("GITHUB_SHA", &head).env("INPUT_OFFLINE", "true");
        let ran = place.done(&mut command, &clone);
        assert!(ran.code != 0 && ran.loosened().is_empty(), "{event}: {}", ran.log);
        let limits = ran.report["limits"].to_string();
        assert!(limits.contains("what the change loosens") && limits.contains("fetch-depth: 0"), "{event}: {limits}");
    }
}

/// The main branch of a fork is whatever its owner pushes there.
#[test]
fn the_branches_of_a_fork_are_no_base() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(&format!("{HOSTILE}# sources\n")))]);
    git(place.repo.root(), &["remote", "set-url", "origin", "https://github.com/mallory/pump.git"]);
    git(place.repo.root(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(place.repo.root(), &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    // The fork has not fetched what it is to be merged into.
    let sha = "0123456789abcdef0123456789abcdef01234567";
    let run = |base: &serde_json::Value, inputs: &[(&str, &str)]| {
        let payload = json!({ "pull_request": { "number": 7, "base": base,
            "head": { "sha": head, "repo": { "full_name": "mallory/pump" } } } });
        let mut command = place.command("pull_request_target", &payload, place.repo.root());
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        place.done(&mut command, place.repo.root())
    };
    for base in [json!({ "sha": sha, "ref": "main" }), json!({ "ref": "main" }), json!({})] {
        let blind = run(&base, &[("offline", "true"), ("status", "true")]);
        assert_eq!((blind.code, blind.findings("review-never-held").len()), (3, 0), "{base}: {}", blind.log);
        assert!(blind.log.contains("whose policy judges"), "{base}: {}", blind.log);
        let mut hub = place.hub.lock().unwrap();
        sha.clone_into(&mut hub.base);
        let theirs = "[cadence]\nwindow = \"6-months\"\n[issues]\nsources = [\"github\"]\n";
        hub.files = vec![("lookback.toml", theirs.into()), (".github/workflows/review.yml", WORKFLOW.into())];
        drop(hub);
        let ran = run(&base, &[]);
        assert_eq!((ran.code, ran.findings("review-never-held").len()), (3, 1), "{base}: {}", ran.log);
        assert_eq!(ran.report["subject"]["repository"], "acme/pump", "{base}");
    }
    let asked: Vec<String> = place.server.seen().into_iter().map(|seen| seen.path).collect();
    assert!(asked.iter().any(|path| path.starts_with("/repos/acme/pump/issues")), "{asked:?}");
    assert!(asked.iter().all(|path| !path.contains("mallory")), "the fork is no source: {asked:?}");
    assert!(place.hub.lock().unwrap().written.is_empty());
}

/// What a CI system sets, and what of it names the branch that a change goes into.
const TARGETS: [&[(&str, &str)]; 4] = [
    &[("GITLAB_CI", "true"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")],
    &[("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")],
    &[("JENKINS_URL", "https://ci.acme.example"), ("CHANGE_TARGET", "main"), ("BRANCH_NAME", "PR-7")],
    &[("CI", "true"), ("BITBUCKET_PR_DESTINATION_BRANCH", "main"), ("BITBUCKET_BRANCH", "topic")],
];

/// Keys that are told to be loosened.
fn told(run: &Run) -> Vec<String> {
    let all = run.json()["findings"].as_array().unwrap().clone();
    let told = all.iter().filter(|finding| finding["rule"] == "policy-weakened");
    told.map(|finding| finding["subject"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_branch_or_a_tag_that_is_called_like_the_base_is_not_it() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    let named = ["refs/heads/origin/main", "refs/tags/origin/main", "refs/tags/refs/remotes/origin/main"];
    for reference in named {
        git(place.repo.root(), &["update-ref", reference, &head]);
    }
    let hostile = |told: &[String]| told.iter().any(|key| key.contains("on.pull_request"));
    let push = place.event("push", &json!({}), "refs/heads/topic", &head, &[("offline", "true")]);
    assert!(push.code == 1 && hostile(&push.loosened()), "{}", push.log);
    for env in TARGETS {
        let run = place.run(&["check", "--format", "json"], env);
        assert!(run.code == 1 && hostile(&told(&run)), "{env:?}: {}", run.all());
        assert_eq!(run.json()["lane"]["name"], "pull-request", "{env:?}");
    }
    let by_hand = place.run(&["check", "--base", "origin/main", "--format", "json"], &[]);
    assert!(by_hand.code == 1 && hostile(&told(&by_hand)), "{}", by_hand.all());
    // Where the base is not there at all, nothing else is.
    git(place.repo.root(), &["update-ref", "-d", "refs/remotes/origin/main"]);
    for env in TARGETS {
        let run = place.run(&["check", "--format", "json"], env);
        assert_eq!(run.code, 3, "{env:?}: {}", run.all());
        assert!(run.all().contains("git fetch origin +refs/heads/main"), "{env:?}: {}", run.all());
    }
    // GitHub is asked for the branch of that name, not for whatever is called so.
    let asked = place.event("push", &json!({}), "refs/heads/topic", &head, &[]);
    assert!(asked.code == 1 && hostile(&asked.loosened()), "{}", asked.log);
    let paths: Vec<String> = place.server.seen().into_iter().map(|seen| seen.path).collect();
    assert!(paths.contains(&"/repos/acme/pump/git/ref/heads/main".to_owned()), "{paths:?}");
}

#[test]
fn a_branch_build_of_another_system_brings_no_policy() {
    let place = Place::new(POLICY);
    let head = place.change(&[(RECORD, None), ("lookback.toml", Some(HOSTILE))]);
    let systems: [&[(&str, &str)]; 5] = [
        &[("JENKINS_URL", "https://ci.acme.example"), ("BRANCH_NAME", "topic")],
        &[("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/heads/topic")],
        &[("BITBUCKET_BUILD_NUMBER", "1"), ("BITBUCKET_BRANCH", "topic")],
        &[("CI", "true"), ("CIRCLECI", "true"), ("CIRCLE_BRANCH", "topic")],
        &[("TEAMCITY_VERSION", "2025.1")],
    ];
    let check = |env: &[(&str, &str)], more: &[(&str, &str)]| {
        place.run(&["check", "--offline", "--reminder", "--format", "json"], &[env, more].concat())
    };
    for env in systems {
        let blind = check(env, &[]);
        assert_eq!((blind.code, &blind.json()["findings"]), (3, &json!([])), "{env:?}: {}", blind.all());
        assert!(blind.out.contains("CI_DEFAULT_BRANCH"), "{env:?}: {}", blind.all());
        let told_so = check(env, &[("CI_DEFAULT_BRANCH", "main")]);
        assert!(told_so.code == 1 && told(&told_so).len() > 5, "{env:?}: {}", told_so.all());
    }
    git(place.repo.root(), &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    for env in systems {
        let known = check(env, &[]);
        assert!(known.code == 1 && told(&known).len() > 5, "{env:?}: {}", known.all());
    }
    // The branch that is the default one is judged by its own; a tag may stand on any commit.
    let own = check(&[("CI", "true"), ("BRANCH_NAME", "main")], &[]);
    assert!(told(&own).is_empty() && own.json()["rules_off"] != json!([]), "{}", own.all());
    let tag = check(&[("CI", "true"), ("TAG_NAME", "v1")], &[]);
    assert!(tag.code == 1 && told(&tag).len() > 5, "{}", tag.all());
    // GitHub deploys a commit that no ref names.
    let ran = place.event("deployment", &json!({}), "", &head, &[("offline", "true")]);
    assert!(ran.code == 1 && ran.loosened().len() > 5, "{}", ran.log);
}

/// A queue merges several changes at once; who approved the last of them has not approved the others.
#[test]
fn an_approval_of_the_last_change_in_a_queue_covers_no_other() {
    let place = Place::new(POLICY);
    let (main, queue) = ("refs/heads/main", "refs/heads/gh-readonly-queue/main/pr-7-b0");
    let group = |behind: &str| json!({ "merge_group": { "base_sha": behind, "base_ref": main, "head_ref": queue } });
    let notes = place.change(&[("notes.txt", Some("x"))]);
    let alone = place.change(&[("lookback.toml", Some(&POLICY.replace("6-months", "12-months")))]);
    place.approved("anna", "write", &alone);
    let ran = place.event("merge_group", &group(&notes), queue, &alone, &[]);
    assert_eq!(ran.loosened(), ["warning cadence.window"], "{}", ran.log);
    // Another one before it in the queue has loosened it, and this one a little more.
    let more = POLICY.replace("6-months\"", "12-months\"\nnotice_days = 1");
    let last = place.change(&[("lookback.toml", Some(&more))]);
    place.approved("anna", "write", &last);
    let ran = place.event("merge_group", &group(&alone), queue, &last, &[]);
    assert_eq!(ran.loosened(), ["error cadence.notice_days", "error cadence.window"], "{}", ran.log);
    assert!(ran.report["limits"].to_string().contains("together with other changes"), "{}", ran.log);
    let told = ran.findings("policy-weakened")[0]["message"].to_string();
    assert!(told.contains("or one that waits before it"), "{told}");
    // A queue that rebases puts each of its commits behind what waits before it.
    let place = Place::new(POLICY);
    let notes = place.change(&[("notes.txt", Some("x"))]);
    place.change(&[("lookback.toml", Some(&POLICY.replace("6-months", "12-months")))]);
    let two = place.change(&[("notes.txt", Some("y"))]);
    place.approved("anna", "write", &two);
    for (commits, level) in [(2, "warning"), (3, "error")] {
        place.hub.lock().unwrap().commits = vec![("robin", "robin"); commits];
        let ran = place.event("merge_group", &group(&notes), queue, &two, &[]);
        assert_eq!(ran.loosened(), [format!("{level} cadence.window")], "{commits}: {}", ran.log);
    }
}
