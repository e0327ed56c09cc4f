//! Improvement actions are followed from the record that decided them to what shows that they were carried out: histories in which each
//! of several actions is shown in a way of its own, or not at all.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::{Repo, dated, git, lookback, record, run_on};

/// An action, what the next record says of it, and what happens in between.
struct Told {
    row: &'static str,
    later: &'static str,
    happens: fn(&Repo),
    /// Words that each proof begins with (kind and what); none: nothing shows it.
    shown: &'static [&'static str],
}

/// Generated histories.
const HISTORIES: usize = 12;

const ACTIONS: [(&str, Told); 12] = [
    (
        "A1",
        Told {
            row: "Extend the unit tests to the parser | R. Meyer | 2024-06-30 | #41 | open",
            later: "A1: done.",
            happens: |_| {},
            shown: &["issue #41"],
        },
    ),
    (
        "A2",
        Told {
            row: "Ask suppliers for their advisories | R. Meyer | 2024-06-30 | #42 | open",
            later: "A2: done.",
            happens: |repo| {
                repo.write("suppliers.txt", "two").commit("2024-05-02", "Suppliers write to us now (#42)");
            },
            shown: &["commit "],
        },
    ),
    (
        "A3",
        Told {
            row: "Renew the certificates | R. Meyer | 2024-06-30 | | open",
            later: "A3: done.",
            happens: |repo| {
                repo.write("certificates.txt", "x").commit("2024-05-03", "New ones\n\nFor SEC-REV-2024-01-10, A3.");
            },
            shown: &["commit "],
        },
    ),
    (
        "A4",
        Told {
            row: "Rotate the signing keys of the bootloader | R. Meyer | 2024-06-30 | | open",
            later: "A4: done.",
            happens: |repo| {
                repo.write("keys.txt", "x").commit("2024-05-04", "Rotate signing keys of the bootloader");
            },
            shown: &["commit "],
        },
    ),
    (
        "A5",
        Told {
            row: "Add the radio to the threat model | R. Meyer | 2024-06-30 | | open",
            later: "A5: done.",
            happens: |repo| {
                repo.write("docs/threat-model.md", "# Threats\n\nRadio: jamming.\n").commit("2024-05-05", "Radio");
            },
            shown: &["file docs/threat-model.md"],
        },
    ),
    (
        "A6",
        Told {
            row: "Ship the new updater | R. Meyer | 2024-06-30 | | open",
            later: "A6: done, shipped in v2.0.0.",
            happens: |repo| {
                repo.write("src/a.c", "2").commit("2024-05-06", "Version 2");
                repo.tag("v2.0.0");
            },
            shown: &["release v2.0.0"],
        },
    ),
    (
        "A7",
        Told {
            row: "Train the developers | R. Meyer | 2024-06-30 | | open",
            later: "A7: done, see training record TR-2024-11.",
            happens: |_| {},
            shown: &["elsewhere "],
        },
    ),
    (
        "A8",
        Told {
            row: "Read the mailbox daily | R. Meyer | 2024-06-30 | | open",
            later: "A8: done.",
            happens: |_| {},
            shown: &[],
        },
    ),
    (
        "A9",
        Told {
            row: "Put the scanner into the pipeline | R. Meyer | 2024-06-30 | #43 | open",
            later: "A9: done.",
            happens: |_| {},
            shown: &[],
        },
    ),
    (
        "A10",
        Told {
            row: "Review the access list | R. Meyer | 2024-06-30 | | open",
            later: "A10: still open.",
            happens: |_| {},
            shown: &[],
        },
    ),
    (
        "A11",
        Told {
            row: "Sign the images in the build | R. Meyer | 2024-06-30 | #57 | open",
            later: "A11: done.",
            happens: |repo| merged(repo, "2024-05-07", "#57", "Signatures"),
            shown: &["pull-request #57"],
        },
    ),
    (
        "A12",
        Told {
            row: "Lock the debug port of the bolus board | R. Meyer | 2024-06-30 | | open",
            later: "A12: done.",
            happens: |repo| merged(repo, "2024-05-08", "#58", "Lock the debug port of the bolus board"),
            shown: &["pull-request #58"],
        },
    ),
];

/// A pull request as GitHub merges it.
fn merged(repo: &Repo, day: &str, number: &str, title: &str) {
    git(repo.root(), &["checkout", "--quiet", "-b", "topic"]);
    repo.write(&format!("topics/{}.txt", &number[1..]), "x").commit(day, "First part");
    git(repo.root(), &["checkout", "--quiet", "main"]);
    let message = format!("Merge pull request {number} from acme/topic\n\n{title}");
    dated(repo.root(), &format!("{day}T13:00:00Z"), &["merge", "--quiet", "--no-ff", "-m", &message, "topic"]);
    git(repo.root(), &["branch", "--quiet", "-D", "topic"]);
}

/// A history with these actions, and its report.
fn followed(which: &[usize]) -> (Repo, Value) {
    let repo = Repo::new();
    repo.write("src/a.c", "1").write("docs/threat-model.md", "# Threats\n").commit("2023-01-10", "First");
    repo.tag("v1.0.0");
    let issue = |number: u32, closed: Option<&str>| {
        json!({
            "number": number, "title": "work", "labels": [], "state": if closed.is_some() { "CLOSED" } else { "OPEN" },
            "createdAt": "2024-01-12T08:00:00Z", "closedAt": closed,
        })
    };
    let issues = json!([issue(41, Some("2024-05-01T08:00:00Z")), issue(42, None), issue(43, None)]);
    repo.write("issues.json", issues.to_string()).write("lookback.toml", "[issues]\nfiles = [\"issues.json\"]\n");
    let whole = record("2024-01-10", "2023-01-10", "2024-01-10", &[]);
    let (head, _) = whole.split_once("| Id | Action").expect("a table of actions");
    let chosen: Vec<_> = which.iter().map(|at| &ACTIONS[*at]).collect();
    let rows: String = chosen.iter().map(|(id, told)| format!("| {id} | {} |\n", told.row)).collect();
    let table = "| Id | Action | Owner | Due | Issue | State |\n|---|---|---|---|---|---|\n";
    repo.write("docs/security-review-2024.md", format!("{head}{table}{rows}")).commit("2024-01-12", "Review");
    for (_, told) in &chosen {
        (told.happens)(&repo);
    }
    let later: String = chosen.iter().map(|(_, told)| format!("- {}\n", told.later)).collect();
    let whole = record("2025-01-09", "2024-01-11", "2025-01-09", &[]);
    let (head, _) = whole.split_once("## Improvement actions").expect("a table of actions");
    let text = format!("{head}## Follow-up of earlier actions\n\n{later}");
    // The commit of the record names the actions, and carries none of them out.
    let ids: Vec<&str> = chosen.iter().map(|(id, _)| *id).collect();
    let message = format!("Review\n\nFollows up {} of SEC-REV-2024-01-10.", ids.join(", "));
    repo.write("docs/security-review-2025.md", text).commit("2025-01-10", &message);
    let report = repo.report("2025-06-01");
    (repo, report)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn what_shows_an_action_exists_and_what_nothing_shows_is_told() {
    // All of them, each alone, and one without those that anything shows.
    let mut histories: Vec<Vec<usize>> = (0..ACTIONS.len()).map(|at| vec![at]).collect();
    histories.push((0..ACTIONS.len()).collect());
    // And some of them in any order, by a seeded generator.
    let mut runner = TestRunner::deterministic();
    let all: Vec<usize> = (0..ACTIONS.len()).collect();
    let any = proptest::sample::subsequence(all, 2..=ACTIONS.len()).prop_shuffle();
    histories.extend((0..HISTORIES).map(|_| any.new_tree(&mut runner).unwrap().current()));
    for which in histories {
        let (repo, report) = followed(&which);
        let unproven: Vec<&str> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["rule"] == "action-unproven")
            .map(|finding| text(finding, "subject"))
            .collect();
        let found: BTreeMap<&str, &Value> =
            report["actions"].as_array().unwrap().iter().map(|action| (text(action, "id"), action)).collect();
        assert_eq!(found.len(), which.len(), "{found:#?}");
        for at in which {
            let (id, told) = &ACTIONS[at];
            let action = found[id];
            let done = !told.later.contains("open");
            assert_eq!(text(action, "state"), if done { "done" } else { "open" }, "{action:#}");
            assert_eq!(unproven.contains(id), done && told.shown.is_empty(), "{id}: {action:#}");
            let proof = action["proof"].as_array().unwrap();
            assert_eq!(proof.is_empty(), told.shown.is_empty(), "{action:#}");
            for words in told.shown {
                let is = |one: &Value| format!("{} {}", text(one, "kind"), text(one, "what")).starts_with(words);
                assert!(proof.iter().any(is), "{id} {words}: {action:#}");
            }
            for one in proof {
                exists(repo.root(), action, one);
            }
        }
    }
}

/// Every proof can be looked up, or is the record's own words.
fn exists(root: &Path, action: &Value, proof: &Value) {
    let what = text(proof, "what");
    match text(proof, "kind") {
        "commit" => assert_eq!(git(root, &["cat-file", "-t", what]).trim(), "commit"),
        "file" => {
            let commit = text(proof, "note").rsplit(' ').next().expect("a commit");
            let changed = git(root, &["show", "--name-only", "--format=", commit]);
            assert!(changed.lines().any(|path| path == what), "{proof:#}: {changed}");
        }
        "pull-request" => {
            let commit = text(proof, "note").rsplit(' ').next().expect("a commit");
            assert!(git(root, &["show", "--no-patch", "--format=%B", commit]).contains(what), "{proof:#}");
        }
        "release" => assert!(git(root, &["tag", "--list", what]).contains(what)),
        "issue" => {
            let listed = git(root, &["show", "HEAD:issues.json"]).replace(' ', "");
            assert!(listed.contains(&format!(":{},", &what[1..])), "{proof:#}");
        }
        kind => {
            assert_eq!(kind, "elsewhere");
            let said = |path: &str| !path.is_empty() && git(root, &["show", &format!("HEAD:{path}")]).contains(what);
            assert!(["called_done", "decided_in"].iter().any(|place| said(text(&action[*place], "path"))), "{proof:#}");
        }
    }
}

#[test]
fn of_the_demo_one_is_proven_one_is_not_and_one_came_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("demo");
    lookback(&["demo", root.to_str().unwrap(), "--as-of", "2026-11-25"]);
    let report = run_on(&root, "check", &["--as-of", "2026-11-25", "--format", "json"]).json();
    let found: BTreeMap<&str, &Value> =
        report["actions"].as_array().unwrap().iter().map(|action| (text(action, "id"), action)).collect();
    let counts = |id: &str, key: &str| found[id][key].as_array().unwrap().len();
    assert!(counts("A1", "proof") > 0 && counts("A5", "proof") == 0, "{found:#?}");
    assert_eq!(text(found["A5"], "state"), "done", "called so, and nothing shows it");
    assert_eq!(found.values().filter(|action| !action["recurrence"].as_array().unwrap().is_empty()).count(), 1);
    for action in found.values() {
        for proof in action["proof"].as_array().unwrap() {
            exists(&root, action, proof);
        }
    }
}

#[test]
fn on_a_day_of_the_past_only_what_was_there_shows_anything() {
    let (repo, _) = followed(&[0, 4]);
    let proof = |day: &str| -> Vec<usize> {
        let report = repo.report(day);
        report["actions"].as_array().unwrap().iter().map(|action| action["proof"].as_array().unwrap().len()).collect()
    };
    assert_eq!(proof("2024-04-01"), [0, 0]);
    assert_eq!(proof("2024-05-03"), [1, 0]);
    assert_eq!(proof("2024-05-06"), [1, 1]);
}

#[test]
fn the_state_of_its_issues_at_each_later_cut_off_is_told() {
    let (_, report) = followed(&[0, 1, 7]);
    let at = |action: usize| report["actions"][action]["cut_offs"].clone();
    assert_eq!(at(0), json!([{ "on": "2025-01-09", "open": [], "closed": ["#41"] }]), "{report:#}");
    assert_eq!(at(1), json!([{ "on": "2025-01-09", "open": ["#42"], "closed": [] }]));
    assert_eq!(at(2), json!([]), "it names none");
}

/// What came again of the defect #12 in `src/bolus`: its later ones are fixed in these folders, and filed under these components.
fn came_again(first: &str, later: [(&str, &str); 2]) -> Vec<(String, Vec<Value>)> {
    let repo = Repo::new();
    repo.write("src/a.c", "1").write("lookback.toml", "[issues]\nfiles = [\"issues.csv\"]\nfrom_history = false\n");
    repo.commit("2023-01-10", "First");
    repo.tag("v1.0.0");
    let fix = |folder: &str, day: &str| repo.write(&format!("{folder}/frame.c"), day).commit(day, "Check the length");
    let mut rows = format!(
        "id,title,severity,cwe,created,closed,fix commit,component\n#12,Overrun,high,CWE-787,2023-06-01,2023-06-20,{},{first}\n",
        fix("src/bolus", "2023-06-20")
    );
    let whole = record("2024-01-10", "2023-01-10", "2024-01-10", &["#12"]);
    let (head, _) = whole.split_once("| Id | Action").expect("a table of actions");
    let table = "| Id | Action | Owner | Due | Issue | State |\n|---|---|---|---|---|---|\n";
    let row = "| A1 | Check every length | R. Meyer | 2024-01-09 | #12 | closed, proof: TR-2024-1 |\n";
    repo.write("docs/security-review-2024.md", format!("{head}{table}{row}")).commit("2024-01-12", "Review");
    for (number, (folder, component)) in (30..).zip(later) {
        let commit = fix(folder, &format!("2024-05-{number}"));
        rows += &format!("#{number},Overrun,high,CWE-787,2024-05-01,2024-05-{number},{commit},{component}\n");
    }
    repo.write("issues.csv", rows).commit("2024-06-10", "Issues");
    let report = repo.report("2024-07-01");
    let again = report["actions"][0]["recurrence"].as_array().expect("a list").clone();
    again
        .iter()
        .map(|one| (text(one, "id").to_owned(), one["components"].as_array().expect("a list").clone()))
        .collect()
}

#[test]
fn a_defect_of_another_component_is_another_defect() {
    let found = |first: &str, later| came_again(first, later);
    let told = |id: &str, component: &str| (id.to_owned(), vec![json!(component)]);
    // Where nobody names components, the folders of the fixes tell.
    assert_eq!(found("", [("src/bolus/frame", ""), ("src/radio", "")]), [told("#30", "src/bolus")]);
    // What the list names goes before.
    assert_eq!(found("Frames", [("src/bolus", "Radio"), ("src/radio", "frames")]), [told("#31", "frames")]);
}
