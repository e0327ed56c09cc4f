//! Issues that the base's tracked files hold: what a change takes out of them stays, and what it has not seen yet it did not take.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::json;

use crate::support::git;
use crate::support::hub::{ISSUES, POLICY, Place, Ran};

const LESS: &str = "id,title,labels,state,opened\nSEC-1,Overflow,security,closed,2025-11-02\n";

fn ids(ran: &Ran) -> Vec<&str> {
    let issues = ran.report["issues"].as_array().unwrap_or_else(|| panic!("{}", ran.log));
    let mut ids: Vec<&str> = issues.iter().map(|issue| issue["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// The table with this row more, and with rows of no interest until it is large.
fn large(text: &str) -> String {
    let row = format!("FEAT-1,{},feature,open,2025-11-02\n", "a colour ".repeat(20));
    format!("{text}{}", row.repeat(7000))
}

#[test]
fn an_issue_that_a_change_takes_out_of_its_file_stays() {
    for text in [Some(LESS), None] {
        let place = Place::new(POLICY);
        let head = place.change(&[("issues.csv", text)]);
        let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
        assert_eq!(ids(&ran), ["SEC-1", "SEC-2"], "{}", ran.log);
        assert!(ran.log.contains("they stay in the population") && ran.log.contains("SEC-2"), "{}", ran.log);
    }
}

#[test]
fn a_large_file_is_looked_at_as_well() {
    let place = Place::new(POLICY);
    let whole = large(ISSUES);
    assert!(whole.len() > 1 << 20);
    let base = place.change(&[("issues.csv", Some(&whole))]);
    git(place.repo.root(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    place.hub.lock().unwrap().base.clone_from(&base);
    let place = Place { base, ..place };
    let head = place.change(&[("issues.csv", Some(LESS))]);
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert_eq!(ids(&ran), ["SEC-1", "SEC-2"], "{}", ran.log);
    assert!(ran.log.contains("the change takes 1 issue out of it"), "{}", ran.log);
    // Over the API the same, without a word on who did it.
    let clone = place.repo.beside("clone");
    let from = format!("file://{}", place.repo.path());
    git(place.repo.root(), &["clone", "--quiet", "--depth=1", "--branch=topic", &from, clone.to_str().unwrap()]);
    git(&clone, &["remote", "set-url", "origin", "https://github.com/acme/pump.git"]);
    place.hub.lock().unwrap().files = vec![("lookback.toml", POLICY.into()), ("issues.csv", whole)];
    let payload = json!({ "pull_request": { "number": 7, "base": { "sha": place.base, "ref": "main" }, "head": { "sha": head } } });
    let ran = place.done(&mut place.command("pull_request", &payload, &clone), &clone);
    assert_eq!(ids(&ran), ["SEC-1", "SEC-2"], "{}", ran.log);
    assert!(ran.log.contains("cannot be seen") && !ran.log.contains("the change takes"), "{}", ran.log);
}

#[test]
fn what_the_base_got_since_the_change_did_not_take() {
    let place = Place::new(&POLICY.replace("issues.csv", "issues.csv\", \"more.csv"));
    let head = place.change(&[("notes.txt", Some("x"))]);
    git(place.repo.root(), &["checkout", "--quiet", "-b", "main2", &place.base]);
    let three = format!("{ISSUES}SEC-3,Injection,security,open,2026-02-01\n");
    let more = ISSUES.replace("SEC-", "MORE-");
    let tip = place.change(&[("issues.csv", Some(&three)), ("more.csv", Some(&more))]);
    git(place.repo.root(), &["checkout", "--quiet", "topic"]);
    let place = Place { base: tip, ..place };
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert_eq!(ids(&ran), ["MORE-1", "MORE-2", "SEC-1", "SEC-2", "SEC-3"], "{}", ran.log);
    assert!(ran.log.contains("has got 1 issue more since") && ran.log.contains("has got 2 issues more"), "{}", ran.log);
    assert!(!ran.log.contains("the change takes"), "{}", ran.log);
}

#[test]
fn a_file_of_the_base_that_cannot_be_read_stops_the_gate() {
    let place = Place::new(POLICY);
    let base = place.change(&[("issues.csv", Some("\0\0\0 once a spreadsheet"))]);
    let place = Place { base, ..place };
    let head = place.change(&[("issues.csv", Some(LESS))]);
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert_eq!(ran.code, 3, "{}", ran.log);
    assert!(ran.report["lane"]["not_seen"].to_string().contains("issues.csv"), "{}", ran.log);
}

#[test]
fn a_workflow_of_the_base_that_cannot_be_read_stops_the_gate() {
    let place = Place::new(POLICY);
    let long = "# a comment\n".repeat(100_000);
    let base = place.change(&[(".github/workflows/long.yml", Some(&long))]);
    let place = Place { base, ..place };
    let head = place.change(&[(".github/workflows/review.yml", None)]);
    let ran = place.pull_request("pull_request", &head, &[("offline", "true")]);
    assert_eq!(ran.code, 3, "{}", ran.log);
    assert!(ran.report["limits"].to_string().contains("long.yml"), "{}", ran.log);
}
