//! What documents are declared to be and what people confirm of them, through the real binary.
#![expect(clippy::disallowed_methods, reason = "tests read what was written")]

use serde_json::Value;

use crate::support::{Repo, git};

const FILE: &str = "lookback.confirmations.toml";
const RECORD: &str = "docs/security-review-2025.md";

/// A record whose status stands in neither list.
fn record(status: &str, held: &str) -> String {
    format!(
        "# Yearly review of how security problems were handled, 2025

Date held: 2025-03-10
Period: 2024-03-01 to 2025-03-10
Status: {status}

{held} We looked at every security issue of the period, #1 and #2.

Completeness: complete, every report was recorded and assessed.
Efficiency: efficient, each fix came within 20 days.
Resolution: achieved, both issues are fixed and released.
"
    )
}

fn repository(text: &str) -> Repo {
    let repo = Repo::new();
    repo.write(RECORD, text).commit("2025-03-12", "Record");
    repo
}

fn report(repo: &Repo, more: &[&str]) -> Value {
    repo.run("check", &[&["--as-of", "2025-06-01", "--format", "json"], more].concat()).json()
}

fn counted(report: &Value) -> &Value {
    &report["reviews"][0]["counted"]
}

#[test]
fn a_confirmation_settles_what_is_open_until_the_document_changes() {
    let repo = repository(&record("green", "We met on that day."));
    assert_eq!(counted(&report(&repo, &[])), &Value::Null);
    let shown = repo.run("confirm", &[RECORD]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("held (4.1.8#d)") && shown.out.contains("green"), "{}", shown.out);
    assert!(!repo.root().join(FILE).exists(), "looking writes nothing");
    let confirm = ["--by", "Jane Doe, QA", "--on", "2025-03-20", "--quote", "We met on that day."];
    let run = repo.run("confirm", &[&[RECORD], &confirm[..]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    repo.commit("2025-03-20", "Confirm");
    let settled = report(&repo, &[]);
    assert_eq!(counted(&settled), &Value::Bool(true));
    assert_eq!(settled["documents"][0]["confirmed_by"], "Jane Doe, QA on 2025-03-20 (held)");
    for format in ["text", "markdown", "github", "sarif", "junit", "codequality", "csv"] {
        let run = repo.run("check", &["--as-of", "2025-06-01", "--format", format]);
        assert!(run.out.contains("Jane Doe, QA on 2025-03-20"), "{format}: {}{}", run.out, run.err);
    }
    repo.write(RECORD, record("green", "We met on that day, all of us.")).commit("2025-04-01", "Change");
    let stale = report(&repo, &[]);
    assert_eq!(counted(&stale), &Value::Null);
    let findings = stale["findings"].as_array().unwrap();
    let told = |finding: &&Value| finding["message"].as_str().unwrap().contains("the document has changed since");
    let found = findings.iter().find(told).expect("listed as stale");
    assert_eq!(found["location"]["path"], FILE);
}

#[test]
fn no_confirmation_settles_a_denial() {
    let text = record("approved", "The review was not carried out.");
    let repo = repository(&text);
    let run = repo.run("confirm", &[RECORD, "held", "--by", "Jane Doe"]);
    assert_eq!(run.code, 2);
    assert!(!repo.root().join(FILE).exists());
    // Nor does one that somebody writes by hand.
    let blob = git(repo.root(), &["rev-parse", &format!("HEAD:{RECORD}")]);
    let entry = format!(
        "[[confirmation]]\npath = \"{RECORD}\"\nblob = \"{blob}\"\nconstraint = \"4.1.8#d\"\nfact = \"held\"\nvalue = \"yes\"\nby = \"Jane Doe\"\non = \"2025-03-20\"\n"
    );
    repo.write(FILE, entry).commit("2025-03-20", "By hand");
    let report = report(&repo, &[]);
    assert_eq!(counted(&report), &Value::Bool(false));
    let messages: Vec<&str> =
        report["findings"].as_array().unwrap().iter().filter_map(|finding| finding["message"].as_str()).collect();
    assert!(messages.iter().any(|message| message.contains("no confirmation settles a denial")), "{messages:?}");
}

#[test]
fn what_a_pull_request_confirms_waits_for_the_merge() {
    let repo = repository(&record("green", "We met on that day."));
    let base = git(repo.root(), &["rev-parse", "HEAD"]);
    assert_eq!(repo.run("confirm", &[RECORD, "--by", "Jane Doe", "--on", "2025-03-20"]).code, 0);
    repo.commit("2025-03-20", "Confirm");
    let proposed = report(&repo, &["--base", &base]);
    assert_eq!(counted(&proposed), &Value::Null);
    assert!(proposed["findings"].to_string().contains("Dev <dev@example.com>"));
    assert_eq!(counted(&report(&repo, &["--base", "HEAD"])), &Value::Bool(true));
}

#[test]
fn a_record_that_looks_like_none_is_declared_and_one_in_french_is_confirmed() {
    let repo = Repo::new();
    let french = "# Revue annuelle de sécurité\n\nDate: 2025-03-10\n\nLa revue a eu lieu et les problèmes #1 et #2 ont été examinés par \
                  l'équipe. Nous avons vu les délais avec les équipes, et ils sont tenus dans tous les cas sur la période.\n";
    repo.write("quality/a-7.md", french).commit("2025-03-12", "Record");
    assert_eq!(report(&repo, &[])["reviews"].as_array().unwrap().len(), 0);
    repo.write("lookback.toml", "[[document]]\npath = \"quality/a-*.md\"\nis = \"review\"\n")
        .commit("2025-03-13", "Declare");
    let declared = report(&repo, &[]);
    assert_eq!(declared["documents"][0]["matched_by"], "declared");
    assert!(declared["documents"][0]["why"].as_str().unwrap().contains("declared as review in lookback.toml:1"));
    assert_eq!(counted(&declared), &Value::Null);
    let run = repo.run("confirm", &["quality/a-7.md", "--by", "Jane Doe", "--on", "2025-03-20"]);
    assert_eq!(run.code, 0, "{}", run.err);
    repo.commit("2025-03-20", "Confirm");
    let settled = report(&repo, &[]);
    assert_eq!(counted(&settled), &Value::Bool(true));
    let limit = settled["limits"].as_array().unwrap().iter().find(|limit| limit["what"] == "quality/a-7.md");
    assert_eq!(limit.expect("still listed")["affects"].as_array().unwrap().len(), 0);
}
