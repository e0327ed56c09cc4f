//! The history as a source: what a commit changed decides whether it fixes anything, suppressing is no fix, a change on several
//! branches is one, and what only looks like a fix is listed apart.

use crate::support::{PROCEDURE, Repo, dated, git, git_command, record};
use serde_json::Value;

fn issues(repo: &Repo) -> Vec<Value> {
    let run = repo.run("issues", &["--as-of", "2025-06-01", "--format", "json"]);
    run.json().as_array().cloned().expect("a list")
}

fn told<'a>(issues: &'a [Value], candidate: bool, key: &str) -> Vec<&'a str> {
    issues
        .iter()
        .filter(|issue| issue["candidate"] == candidate)
        .map(|issue| issue[key].as_str().expect("a text"))
        .collect()
}

#[test]
fn what_changed_decides_what_is_a_fix() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write("docs/advisory.html", "x").commit("2024-02-01", "Fix the text on CVE-2024-1001");
    repo.write("CHANGELOG.md", "x").commit("2024-02-02", "Fixes CVE-2024-1002");
    repo.write("tests/a.c", "x").write("src/a_test.go", "x").commit("2024-02-03", "Reject long frames, CVE-2024-1003");
    repo.write(".github/workflows/a.yml", "x").commit("2024-02-04", "Bump action for CVE-2024-1004");
    repo.write("docs/notes.md", "x").commit("2024-02-05", "fix(security): explain the password rules");
    repo.write("docs/b.md", "x").write("src/a.c", "2").commit("2024-03-01", "Fix length check (CVE-2024-2001)");
    repo.write("src/a.c", "3")
        .commit("2024-03-02", "parser: stricter lengths\n\nA frame could overrun it (CVE-2024-2002).");
    repo.write("src/a.c", "4").commit("2024-03-03", "parser: split it\n\nSimilar to CVE-2024-1005.");
    repo.write("src/a.c", "5").commit("2024-03-04", "docs: explain why CVE-2024-1006 does not affect us");
    repo.write("src/a.c", "6").commit("2024-03-05", "Tidy up after CVE-2024-2001");
    let issues = issues(&repo);
    assert_eq!(told(&issues, false, "id"), ["CVE-2024-2001", "CVE-2024-2002"]);
    // What names a problem without claiming its fix is no part of a fix that another claims.
    assert_eq!(issues[0]["fix_commits"].as_array().unwrap().len(), 1);
    assert!(issues[1]["why"].as_str().unwrap().starts_with("a commit that changes software names it"), "{issues:#?}");
}

#[test]
fn a_fix_that_is_reverted_before_its_release_is_none_of_that_release() {
    let by_id = |id: &str| format!("Revert \"Fix CVE-2024-1001\"\n\nThis reverts commit {id}.");
    let again = |id: &str| format!("Reapply \"Fix CVE-2024-1001\"\n\nThis reverts commit {id}.");
    for (name, later, released) in [
        ("kept", "", Some("v1.1.0")),
        ("reverted", "r", None),
        ("reverted after the release", "tr", Some("v1.1.0")),
        ("reverted and brought back", "ra", Some("v1.1.0")),
        ("brought back after the release", "rta", Some("v1.2.0")),
        ("reverted by its subject", "s", None),
        ("brought back by its subject", "sb", Some("v1.1.0")),
        ("reverted twice", "rar", None),
    ] {
        let repo = Repo::new();
        repo.write("src/a.c", "1").commit("2024-01-01", "First");
        repo.tag("v1.0.0");
        let mut last = repo.write("src/a.c", "2").commit("2024-02-01", "Fix CVE-2024-1001");
        let fix = last.clone();
        let mut tagged = false;
        for (at, step) in later.chars().enumerate() {
            let message = match step {
                't' => {
                    repo.tag("v1.1.0");
                    tagged = true;
                    continue;
                }
                'r' => by_id(&last),
                'a' => again(&last),
                's' => "Revert \"Fix CVE-2024-1001\" (#13)".to_owned(),
                _ => "Reapply \"Fix CVE-2024-1001\" (#14)".to_owned(),
            };
            last = repo.write("src/a.c", format!("{step}{at}")).commit(&format!("2024-02-1{at}"), &message);
        }
        repo.tag(if tagged { "v1.2.0" } else { "v1.1.0" });
        let list = "id,title,labels,state,opened,closed,fix commit\n#7,Leak,security,closed,2024-01-05,2024-02-02,";
        repo.write("issues.csv", format!("{list}{fix}\n"));
        let path = repo.root().join("issues.csv");
        let run = repo
            .run("issues", &["--as-of", "2025-06-01", "--format", "json", "--issues", path.to_str().expect("UTF-8")]);
        let told = run.json();
        let of = |id: &str| {
            let issue = told.as_array().into_iter().flatten().find(|issue| issue["id"] == id);
            issue.and_then(|issue| issue["released_in"]["tag"].as_str().map(str::to_owned))
        };
        assert_eq!(of("#7").as_deref(), released, "{name}: {told:#}");
        let open = later.ends_with(['r', 's']);
        let history = told.as_array().into_iter().flatten().find(|issue| issue["id"] == "CVE-2024-1001");
        let state = history.map(|issue| issue["state"].as_str().unwrap_or_default().to_owned());
        // Where the list names the same commit, both are told apart by their ids alone.
        assert_eq!(state.as_deref(), Some(if open { "open" } else { "closed" }), "{name}: {told:#}");
        let own = of("CVE-2024-1001");
        assert_eq!(own.as_deref(), if open { None } else { released }, "{name}: {told:#}");
    }
}

#[test]
fn a_merge_that_is_reverted_takes_back_what_it_merged() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    git(repo.root(), &["checkout", "-q", "-b", "fix"]);
    repo.write("src/a.c", "2").commit("2024-02-01", "Fix CVE-2024-1001");
    git(repo.root(), &["checkout", "-q", "-"]);
    repo.write("src/b.c", "1").commit("2024-02-02", "Fix CVE-2024-1002");
    dated(
        repo.root(),
        "2024-02-03T12:00:00Z",
        &["merge", "-q", "--no-ff", "-m", "Merge pull request #5 from fix", "fix"],
    );
    let merge = git(repo.root(), &["rev-parse", "HEAD"]).trim().to_owned();
    let first = git(repo.root(), &["rev-parse", "HEAD^"]).trim().to_owned();
    let message =
        format!("Revert \"Merge pull request #5\"\n\nThis reverts commit {merge}, reversing\nchanges made to {first}.");
    repo.write("src/a.c", "1").commit("2024-02-04", &message);
    repo.tag("v1.0.0");
    let issues = issues(&repo);
    let told: Vec<(&str, &str)> =
        issues.iter().map(|issue| (issue["id"].as_str().unwrap(), issue["state"].as_str().unwrap())).collect();
    assert_eq!(told, [("CVE-2024-1001", "open"), ("CVE-2024-1002", "closed")]);
}

#[test]
fn what_scanners_shall_pass_over_is_accepted_or_not_affected() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write(".trivyignore", "CVE-2024-1001\n").commit("2024-02-01", "Fix the scan: CVE-2024-1001");
    repo.write(".snyk", "x").commit("2024-02-02", "Ignore GHSA-2345-cfgh-jmpq: we are not affected");
    repo.write("Makefile", "x").commit("2024-02-03", "Ignore libfoo CVE-2024-1003");
    repo.write("Makefile", "y").commit("2024-02-04", "Suppress some alerts\n\nCVE-2024-1004 is a false positive.");
    repo.write("osv-scanner.toml", "x").commit("2024-02-05", "Remove CVE-2024-1005 from the list");
    repo.write("src/a.c", "2").commit("2024-03-01", "Fix CVE-2024-1003");
    let issues = issues(&repo);
    let resolutions: Vec<(&str, &str, &str)> = issues
        .iter()
        .map(|issue| {
            let word = |key: &str| issue[key].as_str().unwrap();
            (word("id"), word("state"), word("resolution"))
        })
        .collect();
    assert_eq!(
        resolutions,
        [
            ("CVE-2024-1001", "closed", "accepted"),
            ("CVE-2024-1003", "closed", "fixed"),
            ("CVE-2024-1004", "closed", "not-affected"),
            // Nobody saw that scanners were told to pass over it, and now they are told not to.
            ("CVE-2024-1005", "open", "none"),
            ("GHSA-2345-cfgh-jmpq", "closed", "not-affected"),
        ]
    );
}

#[test]
fn words_of_a_vulnerability_make_a_candidate_that_is_listed_apart() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write("src/a.c", "2").commit("2024-02-01", "Fix heap buffer overflow in the parser");
    repo.write("tests/a.c", "2").commit("2024-02-02", "Fix use-after-free in the harness");
    repo.write("src/a.c", "3").commit("2024-02-03", "Fix text overflow in the menu");
    repo.write("src/a.c", "4").commit("2024-02-04", "Pufferüberlauf im Parser behoben");
    repo.write("src/a.c", "5").commit("2024-02-05", "Fix double free\n\nCVE-2024-1001");
    let issues = issues(&repo);
    assert_eq!(told(&issues, false, "id"), ["CVE-2024-1001"]);
    assert_eq!(
        told(&issues, true, "title"),
        ["Fix heap buffer overflow in the parser", "Pufferüberlauf im Parser behoben"]
    );
    assert_eq!(told(&issues, true, "why")[0], "the subject of a commit speaks of \"heap buffer overflow\"");
    // Nobody has to examine a candidate, and it counts nowhere.
    let report = repo.report("2025-06-01");
    assert_eq!(report["next_population"]["managed"], serde_json::json!(["CVE-2024-1001"]));
    let text = repo.run("issues", &["--as-of", "2025-06-01"]).out;
    assert!(text.contains("1 issue;") && text.contains("2 candidates: commits that look like"), "{text}");
}

#[test]
fn names_of_modules_are_no_words_of_security() {
    let subject = "security: rename the handle";
    let build = |path: &str| {
        let repo = Repo::new();
        repo.write(path, "1").write("src/a.c", "1").commit("2024-01-01", "First");
        repo.write("src/a.c", "2").commit("2024-02-01", subject);
        repo
    };
    assert_eq!(told(&issues(&build("src/b.c")), true, "title"), [subject]);
    // Documents on security are no module of the software.
    assert_eq!(told(&issues(&build("security/policy.md")), true, "title"), [subject]);
    assert!(issues(&build("security/lsm.c")).is_empty());
    assert!(issues(&build("src/security/lsm.c")).is_empty());
    let told_so = build("src/b.c");
    told_so.write("lookback.toml", "[issues]\nmodules = [\"security\"]\n").commit("2024-03-01", "Configuration");
    assert!(issues(&told_so).is_empty());
}

#[test]
fn one_change_on_several_branches_is_one_fix() {
    let repo = Repo::new();
    let id = |issues: &[Value]| issues[0]["released_in"].clone();
    repo.write("src/a.c", "1\n").commit("2024-01-01", "First");
    git(repo.root(), &["branch", "stable"]);
    repo.write("src/a.c", "2\n").commit("2024-02-01", "Fix bounds\n\nFixes CVE-2024-1001");
    let fix = git(repo.root(), &["rev-parse", "HEAD"]);
    repo.write("src/b.c", "1\n").commit("2024-02-02", "Fix integer overflow");
    let candidate = git(repo.root(), &["rev-parse", "HEAD"]);
    git(repo.root(), &["checkout", "--quiet", "stable"]);
    dated(repo.root(), "2024-03-01T12:00:00Z", &["cherry-pick", "-x", &fix]);
    dated(repo.root(), "2024-03-02T12:00:00Z", &["cherry-pick", &candidate]);
    git(repo.root(), &["tag", "v1.0.1"]);
    git(repo.root(), &["checkout", "--quiet", "main"]);
    repo.commit("2024-05-01", "Release");
    repo.tag("v1.1.0");
    let list = issues(&repo);
    assert_eq!(list.len(), 2, "{list:#?}");
    assert!(list.iter().all(|issue| issue["fix_commits"].as_array().unwrap().len() == 2), "{list:#?}");
    assert_eq!(id(&list), serde_json::json!({"tag": "v1.0.1", "date": "2024-03-02", "rule": "earliest-backport"}));
    // A second part: the release that holds the last of them.
    repo.write("src/a.c", "3\n").commit("2024-06-01", "Fix bounds of the second buffer\n\nFixes CVE-2024-1001");
    repo.commit("2024-07-01", "Release");
    repo.tag("v1.2.0");
    assert_eq!(id(&issues(&repo)), serde_json::json!({"tag": "v1.2.0", "date": "2024-07-01", "rule": "latest-part"}));
}

/// The days of the events of one kind.
fn days<'a>(issue: &'a Value, kind: &str) -> Vec<&'a str> {
    let events = issue["events"].as_array().expect("a list").iter();
    events.filter(|event| event["kind"] == kind).map(|event| &event["at"].as_str().expect("a time")[..10]).collect()
}

#[test]
fn a_backport_does_not_move_the_day_of_the_fix() {
    let repo = Repo::new();
    repo.write("src/a.c", "1\n").commit("2024-01-01", "First");
    git(repo.root(), &["branch", "stable"]);
    repo.write("src/a.c", "2\n").commit("2024-02-01", "Fix bounds\n\nFixes CVE-2024-1001");
    let fix = git(repo.root(), &["rev-parse", "HEAD"]);
    git(repo.root(), &["checkout", "--quiet", "stable"]);
    dated(repo.root(), "2024-08-01T12:00:00Z", &["cherry-pick", "-x", &fix]);
    repo.tag("v1.0.1");
    git(repo.root(), &["checkout", "--quiet", "main"]);
    let list = issues(&repo);
    assert_eq!(days(&list[0], "fixed"), ["2024-02-01"], "{list:#?}");
    // A part of its own counts.
    repo.write("src/a.c", "3\n").commit("2024-03-01", "Fix the second buffer\n\nFixes CVE-2024-1001");
    assert_eq!(days(&issues(&repo)[0], "fixed"), ["2024-02-01", "2024-03-01"]);
}

#[test]
fn a_squashed_backport_joins_nothing() {
    let repo = Repo::new();
    repo.write("src/a.c", "1\n").write("src/b.c", "1\n").commit("2024-01-01", "First");
    git(repo.root(), &["branch", "stable"]);
    let one = repo.write("src/a.c", "2\n").commit("2024-02-01", "Fix the parser (CVE-2024-1001)");
    repo.tag("v1.1.0");
    let two = repo.write("src/b.c", "2\n").commit("2024-05-01", "Fix the writer (CVE-2024-1001)");
    repo.tag("v1.2.0");
    git(repo.root(), &["checkout", "--quiet", "stable"]);
    let message = format!(
        "Backport both fixes of CVE-2024-1001\n\n(cherry picked from commit {one})\n(cherry picked from commit {two})"
    );
    repo.write("src/a.c", "2\n").write("src/b.c", "2\n").commit("2024-09-01", &message);
    repo.tag("v1.0.1");
    git(repo.root(), &["checkout", "--quiet", "main"]);
    let list = issues(&repo);
    let release = serde_json::json!({"tag": "v1.2.0", "date": "2024-05-01", "rule": "latest-part"});
    assert_eq!(list[0]["released_in"], release, "{list:#?}");
    assert_eq!(days(&list[0], "fixed"), ["2024-02-01", "2024-05-01"]);
}

#[test]
fn fixes_that_only_a_tracker_names_are_compared() {
    let repo = Repo::new();
    repo.write("src/a.c", "1\n").commit("2024-01-01", "First");
    git(repo.root(), &["branch", "stable"]);
    let one = repo.write("src/a.c", "2\n").commit("2024-02-01", "Tidy the length");
    repo.commit("2024-03-01", "Release");
    repo.tag("v1.1.0");
    git(repo.root(), &["checkout", "--quiet", "stable"]);
    let two = repo.write("src/a.c", "2\n").commit("2024-05-01", "[1.0] Tidy the length (#12)");
    repo.tag("v1.0.1");
    git(repo.root(), &["checkout", "--quiet", "main"]);
    let list = format!(
        "id,title,labels,opened,closed,resolution,fix commits\n#3,A,security,2024-01-10,2024-06-01,fixed,{one} {two}\n"
    );
    repo.write("issues.csv", list);
    let file = repo.root().join("issues.csv");
    let arguments = ["--as-of", "2025-06-01", "--format", "json", "--issues", file.to_str().unwrap()];
    let list = repo.run("issues", &arguments).json();
    assert_eq!(list[0]["fix_commits"].as_array().unwrap().len(), 2, "{list:#}");
    let release = serde_json::json!({"tag": "v1.1.0", "date": "2024-03-01", "rule": "earliest-backport"});
    assert_eq!(list[0]["released_in"], release, "{list:#}");
    assert_eq!(days(&list[0], "fixed"), ["2024-02-01"]);
}

#[test]
fn a_suppression_that_is_taken_back_opens_the_issue_again() {
    for lift in [
        "Do not ignore CVE-2024-1001 any more",
        "Remove CVE-2024-1001 from the list",
        "CVE-2024-1001 nicht mehr ignorieren",
        "Update .trivyignore: remove CVE-2024-1001",
        "Unsuppress CVE-2024-1001",
        "Ausnahme für CVE-2024-1001 aufgehoben",
    ] {
        let repo = Repo::new();
        repo.write("src/a.c", "1").commit("2024-01-01", "First");
        repo.write(".trivyignore", "CVE-2024-1001\n").commit("2024-02-01", "Ignore CVE-2024-1001");
        repo.write(".trivyignore", "\n").commit("2024-03-01", lift);
        let list = issues(&repo);
        assert_eq!((&list[0]["state"], &list[0]["resolution"]), (&"open".into(), &"none".into()), "{lift}: {list:#?}");
        assert_eq!(days(&list[0], "reopened"), ["2024-03-01"], "{lift}");
    }
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write("src/a.c", "2").commit("2024-02-01", "We ignored CVE-2024-1001 so far; fix it");
    let list = issues(&repo);
    assert_eq!((&list[0]["id"], &list[0]["resolution"]), (&"CVE-2024-1001".into(), &"fixed".into()), "{list:#?}");
}

#[test]
fn a_list_that_loses_one_id_and_gets_another() {
    for message in [
        "Remove CVE-2024-1001 and add CVE-2024-1002",
        "Update the list\n\nRemove CVE-2024-1001, ignore CVE-2024-1002",
        "CVE-2024-1001 entfernt; CVE-2024-1002 aufgenommen",
    ] {
        let repo = Repo::new();
        repo.write("src/a.c", "1").commit("2024-01-01", "First");
        repo.write(".trivyignore", "CVE-2024-1001\n").commit("2024-02-01", "Ignore CVE-2024-1001");
        repo.write(".trivyignore", "CVE-2024-1002\n").commit("2024-03-01", message);
        let list = issues(&repo);
        assert_eq!(told(&list, false, "resolution"), ["none", "accepted"], "{message}: {list:#?}");
        assert_eq!(told(&list, false, "state"), ["open", "closed"], "{message}: {list:#?}");
    }
    // What is fixed needs no exception, and is not open for want of one.
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write(".trivyignore", "CVE-2024-1001\n").commit("2024-02-01", "Ignore CVE-2024-1001");
    repo.write(".trivyignore", "\n").commit("2024-03-01", "Remove CVE-2024-1001 from the list: fixed in zlib 1.3");
    assert_eq!(told(&issues(&repo), false, "state"), ["closed"]);
}

#[test]
fn without_an_id_a_marked_fix_is_a_candidate() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write("src/a.c", "2").commit("2024-02-01", "fix(security): bounds of the journal");
    repo.write("src/a.c", "3").commit("2024-02-02", "[security] Check the handle");
    repo.write("src/a.c", "4").commit("2024-02-03", "Fix the handle of the pump\n\nCWE-416");
    repo.write("src/a.c", "5").commit("2024-02-04", "fix(security): handle\n\nFixes #12");
    let issues = issues(&repo);
    assert_eq!(told(&issues, false, "id"), ["#12"]);
    assert_eq!(
        told(&issues, true, "why"),
        [
            "a commit is marked as security",
            "the subject of a commit speaks of \"[security]\"",
            "a commit claims a fix and names CWE-416"
        ]
    );
}

#[test]
fn a_claimed_fix_of_what_may_be_tests_is_a_candidate() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write("lab/test/result.c", "1").commit("2024-02-01", "Fix CVE-2024-1001 in the result screen");
    repo.write("src/test_strip.c", "1").commit("2024-02-02", "Fix buffer overflow in the strip reader");
    repo.write("tests/result.c", "1").commit("2024-02-03", "Fix CVE-2024-1002 in the tests");
    repo.write("src/test/order.c", "1").commit("2024-02-04", "Add a test for the overflow of CVE-2024-1003");
    let list = issues(&repo);
    assert_eq!(told(&list, false, "id"), [""; 0]);
    assert_eq!(
        told(&list, true, "title"),
        ["Fix CVE-2024-1001 in the result screen", "Fix buffer overflow in the strip reader"]
    );
    let doubt = "and the paths that it changes may be tests or documents";
    assert_eq!(
        told(&list, true, "why"),
        [
            format!("a commit claims a fix and names CVE-2024-1001, {doubt}"),
            format!("the subject of a commit speaks of \"buffer overflow\", {doubt}"),
        ]
    );
    // Once the issue is known there is nothing to doubt.
    repo.write("src/a.c", "2").commit("2024-03-01", "Fix CVE-2024-1001");
    assert_eq!(told(&issues(&repo), true, "title"), ["Fix buffer overflow in the strip reader"]);
}

#[test]
fn what_claims_nothing_and_may_be_tests_is_a_candidate_too() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write("lab/test/result.c", "1")
        .commit("2024-02-01", "Stricter lengths\n\nA frame could overrun it (CVE-2024-1001).");
    repo.write("lab/test/result.c", "2").commit("2024-02-02", "Heap buffer overflow of the result screen");
    repo.write("src/test/java/Frames.java", "1").commit("2024-02-03", "Fix CVE-2024-1003 in the frames");
    repo.write("packages/lab/test/frames.js", "1").commit("2024-02-04", "Fix CVE-2024-1004 in the frames");
    let list = issues(&repo);
    assert_eq!(told(&list, false, "id"), [""; 0]);
    assert_eq!(told(&list, true, "title"), ["Stricter lengths", "Heap buffer overflow of the result screen"]);
}

#[test]
fn one_id_that_is_known_does_not_hide_another() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write("lab/test/result.c", "1").commit("2024-02-01", "Fix CVE-2024-1001 and CVE-2024-1002");
    repo.write("src/a.c", "2").commit("2024-03-01", "Fix CVE-2024-1001");
    let list = issues(&repo);
    assert_eq!(told(&list, false, "id"), ["CVE-2024-1001"]);
    let candidate = list.iter().find(|issue| issue["candidate"] == true).expect("a candidate");
    assert_eq!(candidate["aliases"], serde_json::json!(["CVE-2024-1002"]));
    repo.write("src/a.c", "3").commit("2024-03-02", "Fix CVE-2024-1002");
    assert_eq!(told(&issues(&repo), true, "id"), [""; 0]);
}

/// Two changes on main, and both of them in one commit on a branch.
fn squashed(one: &str, two: &str, both: &str) -> Vec<Value> {
    let repo = Repo::new();
    repo.write("src/a.c", "1\n").write("src/b.c", "1\n").commit("2024-01-01", "First");
    git(repo.root(), &["branch", "stable"]);
    let one = repo.write("src/a.c", "2\n").commit("2024-02-01", one);
    repo.tag("v1.1.0");
    let two = repo.write("src/b.c", "2\n").commit("2024-05-01", two);
    repo.tag("v1.2.0");
    git(repo.root(), &["checkout", "--quiet", "stable"]);
    let message = format!("{both}\n\n(cherry picked from commit {one})\n(cherry picked from commit {two})");
    repo.write("src/a.c", "2\n").write("src/b.c", "2\n").commit("2024-09-01", &message);
    repo.tag("v1.0.1");
    git(repo.root(), &["checkout", "--quiet", "main"]);
    issues(&repo)
}

#[test]
fn a_squashed_backport_lends_no_issue_the_changes_of_another() {
    let list = squashed(
        "Fix the parser (CVE-2024-1001)",
        "Fix the writer (CVE-2024-1002)",
        "Backport the fixes of CVE-2024-1001 and CVE-2024-1002",
    );
    let release = |tag: &str, date: &str| serde_json::json!({"tag": tag, "date": date, "rule": "earliest-backport"});
    assert_eq!(list[0]["released_in"], release("v1.1.0", "2024-02-01"), "{list:#?}");
    assert_eq!(list[1]["released_in"], release("v1.2.0", "2024-05-01"), "{list:#?}");
    assert_eq!((days(&list[0], "fixed"), days(&list[1], "fixed")), (vec!["2024-02-01"], vec!["2024-05-01"]));
}

#[test]
fn a_squashed_backport_of_an_issue_hides_no_candidate() {
    let candidate = "Fix heap overflow in the writer";
    let list = squashed("Fix the parser (CVE-2024-1001)", candidate, "Backport the fix of CVE-2024-1001 and more");
    assert_eq!((told(&list, false, "id"), told(&list, true, "title")), (vec!["CVE-2024-1001"], vec![candidate]));
    // The only one that its id can be of is no candidate beside it.
    let list = squashed("Tidy the parser", candidate, "Backport the fix of CVE-2024-1001");
    assert_eq!((told(&list, false, "id"), told(&list, true, "title")), (vec!["CVE-2024-1001"], vec![]));
}

#[test]
fn a_fix_is_there_when_it_landed() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    repo.write("src/a.c", "2");
    git(repo.root(), &["add", "--all"]);
    let done = git_command(repo.root())
        .env("GIT_AUTHOR_DATE", "2024-02-01T12:00:00Z")
        .env("GIT_COMMITTER_DATE", "2024-04-01T12:00:00Z")
        .args(["commit", "--quiet", "-m", "Fix CVE-2024-1001"])
        .status();
    assert!(done.unwrap().success());
    let list = issues(&repo);
    let events: Vec<(&str, &str)> = list[0]["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["kind"].as_str().unwrap(), &event["at"].as_str().unwrap()[..10]))
        .collect();
    assert_eq!(events, [("opened", "2024-02-01"), ("fixed", "2024-04-01"), ("closed", "2024-04-01")]);
}

#[test]
fn a_cve_and_its_advisory_are_one_problem() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    let message =
        "Fix two holes\n\nCVE-2024-1001 (GHSA-2345-cfgh-jmpq)\nCVE-2024-1002 (GHSA-2345-cfgh-jmpr)\nFixes #1, #2";
    repo.write("src/a.c", "2").commit("2024-02-01", message);
    repo.write("src/a.c", "3").commit("2024-02-02", "Fix the rest of CVE-2024-1001");
    let list = issues(&repo);
    assert_eq!(told(&list, false, "id"), ["GHSA-2345-cfgh-jmpq", "GHSA-2345-cfgh-jmpr"]);
    assert_eq!(list[0]["aliases"], serde_json::json!(["CVE-2024-1001"]));
}

#[test]
fn a_merge_counts_where_nothing_that_it_merges_names_the_problem() {
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("2024-01-01", "First");
    for (branch, inner, merge) in [
        ("one", "Check the length", "Merge pull request from GHSA-2345-cfgh-jmpq"),
        ("two", "Fix CVE-2024-1002", "Merge branch 'two'\n\nCVE-2024-1002"),
    ] {
        git(repo.root(), &["checkout", "--quiet", "-b", branch]);
        repo.write(&format!("src/{branch}.c"), "1").commit("2024-02-01", inner);
        git(repo.root(), &["checkout", "--quiet", "main"]);
        git(repo.root(), &["merge", "--quiet", "--no-ff", "-m", merge, branch]);
    }
    let list = issues(&repo);
    assert_eq!(told(&list, false, "id"), ["CVE-2024-1002", "GHSA-2345-cfgh-jmpq"]);
    assert!(list.iter().all(|issue| issue["fix_commits"].as_array().unwrap().len() == 1), "{list:#?}");
}

#[test]
fn a_fix_that_no_tracker_knows_is_a_warning() {
    let repo = Repo::new();
    repo.write("docs/security-procedure.md", PROCEDURE).write("src/a.c", "1").commit("2023-01-10", "First");
    repo.tag("v1.0.0");
    let first = record("2024-03-01", "2023-01-10", "2024-02-29", &["#3"]);
    repo.write("docs/reviews/security-review-2024.md", first).commit("2024-03-02", "Review");
    repo.write("src/a.c", "2").commit("2024-05-01", "Fix heap buffer overflow in the parser");
    repo.write("src/a.c", "3").commit("2024-05-02", "Fix use-after-free\n\nFixes #4");
    repo.write("issues.csv", "id,title,labels,opened,closed,resolution\n#3,A,security,2023-05-01,2023-06-01,fixed\n#4,B,security,2024-04-01,2024-05-02,fixed\n");
    let fired = |more: &[&str]| {
        let arguments = [&["--as-of", "2024-06-01", "--format", "json"], more].concat();
        let report = repo.run("check", &arguments).json();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.into_iter().filter(|finding| finding["rule"] == "fix-untracked").collect::<Vec<Value>>()
    };
    let file = repo.root().join("issues.csv");
    let found = fired(&["--issues", file.to_str().unwrap()]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0]["message"].as_str().unwrap().contains("Fix heap buffer overflow"), "{found:#?}");
    assert_eq!(found[0]["level"], "warning");
    assert!(fired(&[]).is_empty(), "nobody was asked who could know it");
}
