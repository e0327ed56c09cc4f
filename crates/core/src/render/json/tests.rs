//! The shape of the JSON report, key by key, and that it holds whatever the texts are.

use proptest::prelude::*;
use serde_json::Value;

use crate::model::evidence::Evidence;
use crate::model::metrics::Metrics;
use crate::model::policy::PullRequestLane;
use crate::model::report::Lane;
use crate::model::report::Report;
use crate::render::Format;
use crate::render::dossier::{DossierWords, dossier};
use crate::render::json::read;
use crate::render::json::report::*;
use crate::render::style::Style;
use crate::render::{sample, schema};
use lookback_reading::Reading;

fn value(report: &Report) -> Value {
    let mut out = Vec::new();
    render(report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn text(report: &Report) -> String {
    let mut out = Vec::new();
    render(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The shape in the specification, key by key and in its order.
#[test]
fn keys_are_those_of_the_specification() {
    let text = text(&sample::report());
    for (indent, keys) in [
        (
            2,
            "schema_version tool subject verdict exit_code lane strict rules_off origin policy constraints cadence spans documents reviews sources issues coverage next_population actions analyses metrics findings limits",
        ),
        (
            4,
            "name version repository revision as_of uncommitted judged not_looked_at name policy verdict exit_code base changed enforced not_enforced not_seen path sha256 state window last_review due days_left gaps period record managed examined missing unsure balance period managed balance places period previous",
        ),
    ] {
        let found: Vec<_> = text
            .lines()
            .filter(|line| line.len() > indent && line[..indent].trim().is_empty() && line[indent..].starts_with('"'))
            .filter_map(|line| line[indent + 1..].split_once("\":").map(|(key, _)| key))
            .collect();
        assert_eq!(found.join(" "), keys);
    }
    let value = value(&sample::report());
    for (pointer, keys) in [
        ("/constraints/0", "id verdict not_assessed findings evidence"),
        ("/constraints/0/evidence/0", "path line place quote"),
        ("/cadence/gaps/0", "from to days"),
        ("/documents/0", "path matched_by kind content_match counted_as why confirmed_by"),
        (
            "/reviews/3",
            "path doc_id title date_held date_source period period_stated status approved_by approval counted why_not examined words",
        ),
        ("/reviews/0/period", "from to"),
        (
            "/issues/0",
            "id aliases title url severity cwe sources why candidate state opened closed resolution fix_commits released_in deployed closed_by private repositories managed examined events",
        ),
        ("/issues/2/released_in", "tag date"),
        ("/coverage", "period record managed examined missing unsure balance"),
        ("/coverage/balance", "open_start opened reopened closed open_end"),
        (
            "/findings/0",
            "rule level constraint message remedy form subject facet location quote related waived uncommitted",
        ),
        ("/findings/0/location", "path line column end_line end_column place"),
        ("/spans/0", "from to state why"),
        ("/sources/0", "name kind read security limits"),
        ("/next_population", "period managed balance places"),
        ("/limits/0", "what why remedy affects kind unseen"),
    ] {
        let found = value.pointer(pointer).unwrap().as_object().unwrap();
        let mut wanted: Vec<_> = keys.split(' ').collect();
        wanted.sort_unstable();
        let mut found: Vec<_> = found.keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, wanted, "{pointer}");
    }
    for (pointer, expected) in [
        ("/schema_version", Value::from(1)),
        ("/tool/name", "lookback".into()),
        ("/subject/as_of", "2026-05-15".into()),
        ("/verdict", "nonconforming".into()),
        ("/constraints/3/id", "4.1.8#b".into()),
        ("/constraints/3/findings", serde_json::json!([0, 1])),
        ("/cadence/state", "overdue".into()),
        ("/cadence/days_left", Value::from(-101)),
        ("/documents/3/matched_by", "path".into()),
        ("/documents/3/counted_as", Value::Null),
        ("/reviews/0/date_source", "stated".into()),
        ("/reviews/0/approval", "claimed".into()),
        ("/reviews/3/date_held", Value::Null),
        ("/issues/0/closed", Value::Null),
        ("/issues/0/deployed", Value::Null),
        ("/findings/0/waived", Value::Null),
        ("/findings/7/waived", "duplicate of #7, closed by hand (R. Vogel, until 2026-12-31)".into()),
        ("/findings/2/related/1/location", Value::Null),
        ("/metrics/period/groups/all/days_to_first_response/median", Value::Null),
    ] {
        assert_eq!(value.pointer(pointer), Some(&expected), "{pointer}");
    }
}

#[test]
fn the_report_obeys_its_schema() {
    let validator = jsonschema::validator_for(&schema::schema("report").unwrap()).unwrap();
    let mut bare = sample::report();
    bare.coverage = None;
    bare.metrics = Metrics::default();
    bare.subject.revision = None;
    bare.findings[0].location = None;
    bare.findings[0].constraint = None;
    for report in [sample::report(), bare, sample::poisoned("\u{0}\u{1b}\"")] {
        let value = value(&report);
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let mut wrong = value(&sample::report());
    wrong["verdict"] = "fine".into();
    assert!(!validator.is_valid(&wrong));
    let mut lacking = value(&sample::report());
    lacking.as_object_mut().unwrap().remove("coverage");
    assert!(!validator.is_valid(&lacking), "every key is required");
}

#[test]
fn readings_obey_their_schema_and_hold_plain_values() {
    let reading = sample::reading();
    let mut out = Vec::new();
    read_json(&[("docs/SR-2024.md".to_owned(), reading), ("empty.md".to_owned(), Reading::default())], &mut out)
        .unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    let validator = jsonschema::validator_for(&schema::schema("reading").unwrap()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(
        value[0]["constraints"]["4.1.8#d"],
        serde_json::json!({
            "met": true,
            "answer": "proven",
            "quotes": [{"line": 4, "text": "held on 2025-02-03"}],
            "why": null,
        })
    );
    assert_eq!(value[0]["constraints"].as_object().unwrap().len(), 6);
    assert_eq!(value[0]["fields"]["doc_id"], "SR-2024");
    assert_eq!(value[0]["fields"]["period"], serde_json::json!({"from": null, "to": "2025-01-31"}));
    assert_eq!(value[0]["fields"]["participants"], serde_json::json!(["R. Vogel (quality)"]));
    assert_eq!(value[0]["references"], serde_json::json!([{"id": "#12", "line": 1, "examined": false}]));
    assert_eq!(value[1]["fields"]["period"], Value::Null);
}

#[test]
fn issues_are_those_of_the_report() {
    let mut out = Vec::new();
    issues_json(&sample::report(), &mut out).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), value(&sample::report())["issues"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn words_survive_and_control_characters_do_not(words in any::<String>()) {
        let report = sample::poisoned(&words);
        prop_assert!(!text(&report).chars().any(|c| c != '\n' && c.is_control()));
        let value = value(&report);
        prop_assert_eq!(value["findings"][0]["message"].as_str(), Some(words.as_str()));
    }
}

/// Everything that is shown of a report: every format, at every loudness, and the lists and lines of the other commands.
fn shown(report: &Report) -> Vec<u8> {
    let mut out = Vec::new();
    for &format in Format::ALL {
        for verbosity in -1..=2 {
            crate::render::render(format, report, &Style { verbosity, ..Style::default() }, &mut out).unwrap();
        }
    }
    issues_json(report, &mut out).unwrap();
    crate::render::csv::issues(report, &mut out).unwrap();
    crate::render::issues::render(report, &mut out, &Style { verbosity: 2, ..Style::default() }).unwrap();
    out.extend(crate::render::status::status_line(report).bytes());
    out.extend(crate::render::status::badge_json(report).to_string().bytes());
    out.extend(dossier(report, &DossierWords::shipped("en").unwrap()).unwrap().bytes());
    out
}

/// A report in which whatever may be absent, unsure or unusual is so by the bits.
fn varied(words: &str, hostile: bool, bits: u32) -> Report {
    let mut report = if hostile { sample::poisoned(words) } else { sample::report() };
    let bit = |n: u32| bits >> n & 1 == 1;
    report.strict = bit(0);
    report.origin = report.origin.filter(|_| bit(1));
    report.policy = report.policy.filter(|_| bit(1));
    if bit(2) {
        report.coverage = None;
        report.metrics = Metrics::default();
    }
    report.lane.lane = match bits >> 3 & 3 {
        0 => Lane::Enforce,
        1 => Lane::PullRequest(PullRequestLane::Changed),
        2 => Lane::PullRequest(PullRequestLane::All),
        _ => Lane::PullRequest(PullRequestLane::Report),
    };
    report.lane.base = bit(5).then(|| words.to_owned());
    report.lane.not_seen = if bit(6) { vec![words.to_owned()] } else { Vec::new() };
    report.subject.revision = report.subject.revision.filter(|_| bit(7));
    for (at, finding) in report.findings.iter_mut().enumerate() {
        let turn = u32::try_from(at).unwrap();
        finding.uncommitted = bit(turn % 7 + 8);
        finding.facet = bit(turn % 5 + 9).then(|| words.to_owned());
        match bits >> (turn % 11) & 7 {
            0 => (finding.location, finding.quote) = (None, None),
            1 => finding.constraint = None,
            2 => finding.quote = None,
            3 => {
                if let (Some(location), Some(quote)) = (&mut finding.location, &mut finding.quote) {
                    quote.place = Some(words.to_owned());
                    *location = lookback_reading::Location::of(location.path.clone(), quote);
                }
            }
            _ => {}
        }
    }
    for (at, document) in report.documents.iter_mut().enumerate() {
        document.content_match = [None, Some(true), Some(false)][(bits as usize + at) % 3];
        document.confirmed_by = bit(12).then(|| words.to_owned());
    }
    for (at, review) in report.reviews.iter_mut().enumerate() {
        review.counted = [None, Some(true), Some(false)][(bits as usize / 2 + at) % 3];
    }
    for result in &mut report.issues {
        result.issue.private = bit(13);
        result.managed = bit(14);
        result.issue.cwe = std::collections::BTreeSet::from([words.to_owned()]);
    }
    report
}

#[test]
fn what_cannot_be_read_back_is_said() {
    let error = |text: &str| read::report(text).unwrap_err().to_string();
    assert!(error("[]").starts_with("this is no report of `lookback check --format json`"));
    let mut later = value(&sample::report());
    later["schema_version"] = 99.into();
    assert!(error(&later.to_string()).contains("version 99"));
    let mut strange = value(&sample::report());
    strange["findings"][0]["rule"] = "no-such-rule\u{1b}".into();
    assert_eq!(
        error(&strange.to_string()),
        "the report names the rule `no-such-rule␛`, which this lookback does not know"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// JSON → report → every format: the same bytes.
    #[test]
    fn a_report_survives_the_round_trip(words in any::<String>(), hostile in any::<bool>(), bits in any::<u32>()) {
        let report = varied(&words, hostile, bits);
        let back = read::report(&text(&report)).unwrap();
        let words = |report: &Report| String::from_utf8(shown(report)).unwrap();
        prop_assert_eq!(words(&back), words(&report));
    }

    /// The evidence likewise.
    #[test]
    fn evidence_survives_the_round_trip(words in any::<String>(), bits in any::<u32>()) {
        let report = varied(&words, true, bits);
        let mut world = crate::judge::testing::Scene::new().release("v1.0.0", "2023-01-10").record("2025-03-14");
        world.evidence.issues = report.issues.iter().map(|result| result.issue.clone()).collect();
        world.evidence.limits.clone_from(&report.limits);
        world.evidence.sources.clone_from(&report.sources);
        world.evidence.origin.clone_from(&report.origin);
        world.evidence.documents[0].reading = sample::reading();
        let text = serde_json::to_string(&world.evidence).unwrap();
        let back: Evidence = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&back, &world.evidence);
    }
}
