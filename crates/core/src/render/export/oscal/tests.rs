//! Both documents: no reference leads nowhere, nothing that is not proven is satisfied, identifiers are stable.

use std::collections::BTreeSet;

use base64::Engine as _;
use proptest::prelude::*;
use serde_json::Value;

use crate::model::report::{Report, Verdict};
use crate::render::export::{Export, export};
use crate::render::sample;

fn value(wanted: Export, report: &Report) -> Value {
    serde_json::from_str(&export(wanted, report).unwrap()).unwrap()
}

/// Documents with those that are embedded in them.
fn documents(wanted: Export, report: &Report) -> Vec<Value> {
    let mut out = vec![value(wanted, report)];
    let resources = out[0].pointer("/assessment-results/back-matter/resources").and_then(Value::as_array).cloned();
    for resource in resources.into_iter().flatten() {
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(resource["base64"]["value"].as_str().unwrap()).unwrap();
        out.push(serde_json::from_slice(&bytes).unwrap());
    }
    out
}

/// What a document defines, and what it points at.
fn references(value: &Value, defined: &mut Vec<String>, named: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, defined, named)),
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value.as_str()) {
                    ("uuid" | "id", Some(id)) => defined.push(id.to_owned()),
                    ("href", Some(href)) if href.starts_with('#') => named.push(href[1..].to_owned()),
                    (key, Some(id)) if key.ends_with("-uuid") => named.push(id.to_owned()),
                    ("control-id" | "objective-id" | "target-id", Some(id)) => named.push(id.to_owned()),
                    _ => references(value, defined, named),
                }
            }
        }
        _ => {}
    }
}

fn assert_whole(report: &Report) {
    for wanted in [Export::Oscal, Export::Poam] {
        let (mut defined, mut named) = (Vec::new(), Vec::new());
        for document in documents(wanted, report) {
            references(&document, &mut defined, &mut named);
        }
        let known: BTreeSet<&String> = defined.iter().collect();
        let lost: Vec<_> = named.iter().filter(|id| !known.contains(id)).collect();
        assert!(lost.is_empty() && !named.is_empty(), "{wanted:?}: {lost:?}");
        // The id of the system stands once as a name and once as a resource.
        assert_eq!(known.len(), defined.len(), "{wanted:?}: an identifier twice");
    }
}

#[test]
fn no_reference_leads_nowhere() {
    assert_whole(&sample::report());
    let mut twice = sample::report();
    let finding = twice.findings[0].clone();
    twice.findings.extend([finding.clone(), finding]);
    let evidence = twice.constraints[0].evidence.clone();
    twice.constraints[0].evidence.extend(evidence);
    assert_whole(&twice);
}

#[test]
fn only_what_conforms_is_satisfied() {
    for verdict in [Verdict::Conforms, Verdict::NotDue, Verdict::Undetermined, Verdict::Nonconforming] {
        let mut report = sample::report();
        for result in &mut report.constraints {
            result.verdict = verdict;
            result.not_assessed.clear();
        }
        report.constraints[0].not_assessed = vec!["a file could not be read".to_owned()];
        let value = value(Export::Oscal, &report);
        let findings = value.pointer("/assessment-results/results/0/findings").unwrap().as_array().unwrap();
        let satisfied = findings.iter().filter(|one| one["target"]["status"]["state"] == "satisfied").count();
        assert_eq!((findings.len(), satisfied), (6, if verdict == Verdict::Conforms { 5 } else { 0 }), "{verdict:?}");
    }
}

#[test]
fn a_plan_holds_faults_what_cannot_be_judged_actions_and_the_next_review() {
    let mut report = sample::report();
    report.actions[0].state = crate::model::action::ActionState::Open;
    let value = value(Export::Poam, &report);
    let titles: Vec<_> = value["plan-of-action-and-milestones"]["poam-items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect();
    insta::assert_snapshot!(titles.join("\n"), @r#"
    issue-not-examined (IEC 81001-5-1 4.1.8#b)
    conclusion-contradicted (IEC 81001-5-1 4.1.8#c)
    review-overdue (IEC 81001-5-1 4.1.8#d)
    review-unfilled (IEC 81001-5-1 4.1.8#d)
    action-untracked (IEC 81001-5-1 4.1.6#a)
    review-gap (IEC 81001-5-1 4.1.8#d)
    review-altered (IEC 81001-5-1 4.1.8#d)
    closed-without-resolution (IEC 81001-5-1 4.1.8#c)
    Make IEC 81001-5-1 4.1.6#b (deployed defects analysed) possible to judge
    Extend the fuzzing plan to the service port
    Hold the next review by 2026-02-03
    "#);
    report.findings.clear();
    report.constraints.clear();
    report.actions.clear();
    report.cadence.due = None;
    assert!(export(Export::Poam, &report).unwrap_err().next.contains("cadence.start"));
}

/// The same fault keeps its identifier when days pass and lines move; the document gets another.
#[test]
fn identifiers_stand_for_what_they_name() {
    let before = sample::report();
    let mut after = sample::report();
    after.subject.as_of = "2026-06-15".parse().unwrap();
    for finding in &mut after.findings {
        finding.message += " still";
    }
    let ids = |report: &Report, pointer: &str| -> Vec<Value> {
        let value = value(Export::Poam, report);
        value.pointer(pointer).unwrap().as_array().unwrap().iter().map(|one| one["uuid"].clone()).collect()
    };
    for list in ["observations", "risks"] {
        let pointer = format!("/plan-of-action-and-milestones/{list}");
        assert_eq!(ids(&before, &pointer), ids(&after, &pointer), "{list}");
    }
    let whole = |report: &Report| value(Export::Poam, report)["plan-of-action-and-milestones"]["uuid"].clone();
    assert_ne!(whole(&before), whole(&after));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn hostile_words_are_text(words in "(\r|\n|<b>|`|\\[x\\]\\(y\\)|\u{2028}|\\PC){0,30}") {
        let report = sample::poisoned(&words);
        assert_whole(&report);
        let value = value(Export::Oscal, &report);
        for observation in value.pointer("/assessment-results/results/0/observations").unwrap().as_array().unwrap() {
            let title = observation["title"].as_str().unwrap();
            prop_assert!(!title.is_empty() && !title.contains(['\n', '<']), "{}", title);
        }
    }
}
