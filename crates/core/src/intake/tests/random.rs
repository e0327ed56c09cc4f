//! No input panics, the changelog agrees with a brute-force model, and much stays linear.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::intake::tests::*;
use crate::join::population;
use crate::model::report::IssueState;

/// JSON that resembles the formats: their own field names with any values.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("2025-01-01T00:00:00Z".to_owned()),
        Just("closed".to_owned()),
        Just("security".to_owned()),
        Just("status".to_owned()),
        Just("CVE-2025-1234".to_owned()),
        Just("not_affected".to_owned()),
        Just("labels".to_owned()),
        Just("CycloneDX".to_owned()),
        Just("https://openvex.dev/ns".to_owned()),
        Just("CVSS:3.1/AV:N/AC:L".to_owned()),
        "\\PC{0,12}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.prop_map(Value::from)
    ];
    let name = prop::sample::select(vec![
        "key",
        "fields",
        "issues",
        "changelog",
        "histories",
        "items",
        "field",
        "fromString",
        "toString",
        "created",
        "labels",
        "status",
        "name",
        "iid",
        "project_id",
        "title",
        "state",
        "resource_state_events",
        "resource_label_events",
        "label",
        "action",
        "created_at",
        "id",
        "report_type",
        "document",
        "csaf_version",
        "tracking",
        "vulnerabilities",
        "product_status",
        "known_affected",
        "remediations",
        "category",
        "product_ids",
        "date",
        "@context",
        "statements",
        "vulnerability",
        "products",
        "timestamp",
        "modified",
        "affected",
        "ranges",
        "events",
        "fixed",
        "severity",
        "score",
        "published",
        "withdrawn",
        "aliases",
        "bomFormat",
        "analysis",
        "ratings",
        "number",
        "url",
        "total",
        "names",
        "author",
        "comment",
        "comments",
    ]);
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..7)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The state of a Jira issue on a day by reading the changes one by one: the brute-force model.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Hours since the last one.
    hours: i64,
    /// The state it leads to.
    to: usize,
}

const STATES: [(&str, &str); 4] =
    [("To Do", "new"), ("Coding", "indeterminate"), ("Shipped", "done"), ("Rejected", "done")];

fn step() -> impl Strategy<Value = Step> {
    (1..200_i64, 0..4_usize).prop_map(|(hours, to)| Step { hours, to })
}

fn jira(first: usize, steps: &[Step], newest_first: bool) -> (Value, Vec<(DateTime<Utc>, bool)>) {
    let mut at = DateTime::from_timestamp(1_735_689_600, 0).unwrap();
    let created = at;
    let closed = |state: usize| STATES[state].1 == "done";
    let (mut state, mut model, mut histories) = (first, vec![(at, closed(first))], Vec::new());
    for step in steps {
        at += TimeDelta::hours(step.hours);
        histories.push(json!({"created": at.to_rfc3339(), "author": {"displayName": "Ann"},
            "items": [{"field": "status", "fromString": STATES[state].0, "toString": STATES[step.to].0}]}));
        state = step.to;
        model.push((at, closed(state)));
    }
    if newest_first {
        histories.reverse();
    }
    let issue = json!({"key": "SEC-1", "fields": {"summary": "x", "labels": ["security"], "created": created.to_rfc3339(),
        "status": {"name": STATES[state].0, "statusCategory": {"key": STATES[state].1}}},
        "changelog": {"total": histories.len(), "histories": histories}});
    (issue, model)
}

proptest! {
    #[test]
    fn any_json_ends_in_issues_or_an_error(value in any_json()) {
        let _ = read_file("a.json", value.to_string().as_bytes(), &Policy::default());
        for lead in [json!({"key": "A-1", "fields": value, "changelog": value}), json!({"iid": 1, "title": "x", "labels": value, "resource_label_events": value}),
            json!({"document": {"csaf_version": "2.0", "tracking": {"id": "x"}}, "vulnerabilities": [value]}),
            json!({"@context": "https://openvex.dev/ns", "statements": [value]}), json!({"id": "x", "modified": "2025-01-01", "affected": [value]}),
            json!({"bomFormat": "CycloneDX", "vulnerabilities": [value]}), json!({"id": 1, "report_type": "x", "state": "resolved", "finding": value})] {
            let _ = read_file("a.json", lead.to_string().as_bytes(), &Policy::default());
        }
    }

    /// At every moment the state is that of the last change before it.
    #[test]
    fn the_changelog_agrees_with_reading_it_one_by_one(first in 0..4_usize, steps in prop::collection::vec(step(), 0..12), newest_first: bool, probe in 0..2400_i64) {
        let (issue, model) = jira(first, &steps, newest_first);
        // Another issue tells the category of every state.
        let others = STATES.map(|(name, key)| json!({"key": "X-1", "fields": {"status": {"name": name, "statusCategory": {"key": key}}}}));
        let text = json!({"issues": [issue, others[0], others[1], others[2], others[3]]}).to_string();
        let read = read("a.json", &text);
        let moment = model[0].0 + TimeDelta::hours(probe);
        let expected = model.iter().rev().find(|(at, _)| *at < moment).map(|(_, closed)| if *closed { IssueState::Closed } else { IssueState::Open });
        prop_assert_eq!(population::state_before(&read.issues[0], moment), expected);
        prop_assert!(!read.limits.iter().any(|limit| !limit.affects.is_empty()), "{:?}", read.limits);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests take the time")]
fn ten_thousand_issues_stay_linear() {
    let time = |n: usize| {
        let steps: Vec<Step> =
            (0..8).zip([0, 1, 2, 3].into_iter().cycle()).map(|(at, to)| Step { hours: 1 + at, to }).collect();
        let (issue, _) = jira(0, &steps, true);
        let issues: Vec<Value> = (0..n)
            .map(|at| {
                let mut one = issue.clone();
                one["key"] = json!(format!("SEC-{at}"));
                one
            })
            .collect();
        let text = json!({"issues": issues}).to_string();
        let start = std::time::Instant::now();
        let read = read("a.json", &text);
        assert_eq!(read.issues.len(), n);
        (start.elapsed().as_secs_f64(), join(read.issues, "acme/pump").len())
    };
    let (small, _) = time(1_000);
    let (large, joined) = time(10_000);
    assert_eq!(joined, 10_000);
    // Ten times as much may take some more than ten times as long, not a hundred times.
    assert!(large < small * 40.0 + 1.0, "{small} s for a thousand, {large} s for ten thousand");
}
