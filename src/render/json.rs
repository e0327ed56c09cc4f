//! The versioned JSON report, the list of readings and the list of issues: their own structs, so that a renamed field
//! inside can't change what other programs read. Every key is always present; absent values are `null`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::num::NonZeroU32;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{escape, lane};
use crate::evidence::{Limit, Release, Resolution, Severity, Subject};
use crate::finding::{Finding, Level, Related};
use crate::metrics::Metrics;
use crate::period::{Period, State};
use crate::reading::{DateSource, Kind, Reading, Reference, Stated};
use crate::report::{Approval, Balance, Gap, IssueResult, IssueState, MatchedBy, Report, Verdict};
use crate::requirement::Constraint;
use crate::text::Location;

/// Version of the report format; raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `lookback check`.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Lookback report")]
pub(super) struct JsonReport<'a> {
    /// 1; raised when a field changes its meaning or goes.
    schema_version: u32,
    /// The writer.
    tool: Tool,
    /// What was looked at.
    subject: &'a Subject,
    /// Overall judgement.
    verdict: Verdict,
    /// 0 conforms, 1 nonconforming, 3 undetermined, of the lane; `--strict` counts warnings as errors.
    exit_code: u8,
    /// What of the judgement counts in this run.
    lane: JsonLane<'a>,
    /// The six constraints, in order.
    constraints: Vec<JsonConstraint<'a>>,
    /// When reviews were and will be due.
    cadence: JsonCadence<'a>,
    /// Documents that carry the path signal, the content signal or both.
    documents: Vec<JsonDocument<'a>>,
    /// Documents that present themselves as periodic reviews, oldest first.
    reviews: Vec<JsonReview<'a>>,
    /// All security issues, by id.
    issues: Vec<JsonIssue<'a>>,
    /// Did the last held review examine the issues of its period? `null` without a held review.
    coverage: Option<JsonCoverage<'a>>,
    /// Counts, times and ages.
    metrics: &'a Metrics,
    /// All findings, worst first; waived ones included.
    findings: Vec<JsonFinding<'a>>,
    /// What could not be seen.
    limits: &'a [Limit],
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonLane<'a> {
    /// `enforce`: everything counts; `pull-request`: see `policy`.
    name: &'static str,
    /// On a pull request: `changed` (faults in what it changes count), `all`, or `report` (nothing counts).
    policy: Option<&'static str>,
    /// The judgement on what the lane looks at; `verdict` above is the one on everything.
    verdict: Verdict,
    /// Full id of the merge base, on a pull request.
    base: Option<&'a str>,
    /// Documents of the review that the pull request changes or deletes.
    changed: &'a [String],
    /// Indexes into `findings`: those that fail this run.
    enforced: &'a [usize],
    /// Indexes into `findings`: errors that stand and do not fail this run.
    not_enforced: &'a [usize],
    /// What stopped the judgement of the lane.
    not_seen: &'a [String],
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonConstraint<'a> {
    id: Constraint,
    verdict: Verdict,
    /// Indexes into `findings`.
    findings: &'a [usize],
    /// The words that support the judgement.
    evidence: Vec<JsonEvidence<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonEvidence<'a> {
    path: &'a str,
    line: NonZeroU32,
    /// Only where a reader does not see lines: page, paragraph, sheet and cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    quote: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonCadence<'a> {
    state: State,
    /// How long a review holds: `12-months`, `365-days`, `calendar-year`, `iso13485-4.1.3`.
    window: &'a str,
    last_review: Option<NaiveDate>,
    due: Option<NaiveDate>,
    /// Days to the due date; negative when overdue.
    days_left: Option<i64>,
    /// Consecutive reviews further apart than the window.
    gaps: &'a [Gap],
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonDocument<'a> {
    path: &'a str,
    matched_by: MatchedBy,
    kind: Kind,
    content_match: bool,
    /// `review`, `procedure`, `analysis` or `improvement`; `null`: counts as nothing.
    counted_as: Option<&'static str>,
    why: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonReview<'a> {
    path: &'a str,
    doc_id: Option<&'a str>,
    title: Option<&'a str>,
    date_held: Option<NaiveDate>,
    date_source: Option<DateSource>,
    period: Option<Period>,
    status: Option<&'a str>,
    approved_by: Option<&'a str>,
    approval: Approval,
    /// Does it count as a held review?
    counted: bool,
    why_not: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Security issue")]
struct JsonIssue<'a> {
    id: &'a str,
    aliases: &'a BTreeSet<String>,
    title: &'a str,
    url: Option<&'a str>,
    severity: Option<Severity>,
    cwe: &'a BTreeSet<String>,
    sources: &'a BTreeSet<String>,
    state: IssueState,
    opened: Option<NaiveDate>,
    closed: Option<NaiveDate>,
    resolution: Resolution,
    fix_commits: &'a [String],
    /// The first release that contains the fix.
    released_in: Option<&'a Release>,
    /// Is software in the field affected? `null`: nobody says.
    deployed: Option<bool>,
    /// Under embargo (draft advisory, private alert)? On a public repository its title and details are masked.
    private: bool,
    /// Managed in the period of the last held review?
    managed: bool,
    /// Named by the record of the last held review?
    examined: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonCoverage<'a> {
    period: Period,
    managed: usize,
    examined: usize,
    /// Ids of the issues that were managed but are not named.
    missing: &'a [String],
    balance: Balance,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonFinding<'a> {
    rule: &'static str,
    level: Level,
    /// `null` for findings about waivers.
    constraint: Option<Constraint>,
    message: &'a str,
    remedy: &'a str,
    /// What it is about: an issue id, a path, a tag or the repository.
    subject: &'a str,
    location: Option<&'a Location>,
    related: &'a [Related],
    /// The reason of the waiver that holds; `null`: the finding stands.
    waived: Option<&'a str>,
}

impl<'a> From<&'a Report> for JsonReport<'a> {
    fn from(report: &'a Report) -> Self {
        JsonReport {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "lookback", version: env!("CARGO_PKG_VERSION") },
            subject: &report.subject,
            verdict: report.verdict,
            exit_code: report.exit_code,
            lane: JsonLane {
                name: lane::name(report.lane.lane),
                policy: lane::policy(report.lane.lane),
                verdict: report.lane.verdict,
                base: report.lane.base.as_deref(),
                changed: &report.lane.changed,
                enforced: &report.lane.enforced,
                not_enforced: &report.lane.not_enforced,
                not_seen: &report.lane.not_seen,
            },
            constraints: report
                .constraints
                .iter()
                .map(|result| JsonConstraint {
                    id: result.constraint,
                    verdict: result.verdict,
                    findings: &result.findings,
                    evidence: result
                        .evidence
                        .iter()
                        .map(|(path, quote)| JsonEvidence {
                            path,
                            line: quote.line,
                            place: quote.place.as_deref(),
                            quote: &quote.text,
                        })
                        .collect(),
                })
                .collect(),
            cadence: JsonCadence {
                state: report.cadence.state,
                window: &report.cadence.window,
                last_review: report.cadence.last_review,
                due: report.cadence.due,
                days_left: report.cadence.days_left,
                gaps: &report.cadence.gaps,
            },
            documents: report
                .documents
                .iter()
                .map(|document| JsonDocument {
                    path: &document.path,
                    matched_by: document.matched_by,
                    kind: document.kind,
                    content_match: document.content_match,
                    counted_as: document.counted_as,
                    why: &document.why,
                })
                .collect(),
            reviews: report
                .reviews
                .iter()
                .map(|review| JsonReview {
                    path: &review.path,
                    doc_id: review.doc_id.as_deref(),
                    title: review.title.as_deref(),
                    date_held: review.date_held,
                    date_source: review.date_source,
                    period: review.period,
                    status: review.status.as_deref(),
                    approved_by: review.approved_by.as_deref(),
                    approval: review.approval,
                    counted: review.counted,
                    why_not: review.why_not.as_deref(),
                })
                .collect(),
            issues: report.issues.iter().map(JsonIssue::from).collect(),
            coverage: report.coverage.as_ref().map(|coverage| JsonCoverage {
                period: coverage.period,
                managed: coverage.managed,
                examined: coverage.examined,
                missing: &coverage.missing,
                balance: coverage.balance,
            }),
            metrics: &report.metrics,
            findings: report.findings.iter().map(JsonFinding::from).collect(),
            limits: &report.limits,
        }
    }
}

impl<'a> From<&'a IssueResult> for JsonIssue<'a> {
    fn from(issue: &'a IssueResult) -> Self {
        JsonIssue {
            id: &issue.id,
            aliases: &issue.aliases,
            title: &issue.title,
            url: issue.url.as_deref(),
            severity: issue.severity,
            cwe: &issue.cwe,
            sources: &issue.sources,
            state: issue.state,
            opened: issue.opened,
            closed: issue.closed,
            resolution: issue.resolution,
            fix_commits: &issue.fix_commits,
            released_in: issue.released_in.as_ref(),
            deployed: issue.deployed,
            private: issue.private,
            managed: issue.managed,
            examined: issue.examined,
        }
    }
}

impl<'a> From<&'a Finding> for JsonFinding<'a> {
    fn from(finding: &'a Finding) -> Self {
        JsonFinding {
            rule: finding.rule,
            level: finding.level,
            constraint: finding.constraint,
            message: &finding.message,
            remedy: &finding.remedy,
            subject: &finding.subject,
            location: finding.location.as_ref(),
            related: &finding.related,
            waived: finding.waived.as_deref(),
        }
    }
}

/// What the reader sees in one file.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Lookback reading")]
pub(super) struct JsonReading<'a> {
    path: &'a str,
    kind: Kind,
    /// How sure the judge is of the kind, in percent.
    confidence: u8,
    /// Does it record a periodic review, an improvement, or an analysis of deployed defects?
    content_match: bool,
    /// All six constraints.
    constraints: BTreeMap<Constraint, JsonAnswer<'a>>,
    fields: JsonFields<'a>,
    /// Issues that it names.
    references: &'a [Reference],
    /// Improvement actions.
    actions: Vec<JsonAction<'a>>,
    /// What could not be read or judged.
    limits: &'a [String],
}

#[derive(Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonAnswer<'a> {
    met: bool,
    quotes: Vec<JsonQuote<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonQuote<'a> {
    line: NonZeroU32,
    /// Only where a reader does not see lines: page, paragraph, sheet and cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    text: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonFields<'a> {
    doc_id: Option<&'a str>,
    title: Option<&'a str>,
    version: Option<&'a str>,
    status: Option<&'a str>,
    product: Option<&'a str>,
    date_held: Option<NaiveDate>,
    date_source: Option<DateSource>,
    /// `null` when neither end is stated.
    period: Option<StatedPeriod>,
    next_review: Option<NaiveDate>,
    participants: Vec<&'a str>,
    author: Option<&'a str>,
    approved_by: Option<&'a str>,
    approved_on: Option<NaiveDate>,
    /// Only where the file carries a digital signature; what is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
}

/// A period as stated: either end may be missing.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct StatedPeriod {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonAction<'a> {
    id: Option<&'a str>,
    text: &'a str,
    owner: Option<&'a str>,
    /// As written.
    due: Option<&'a str>,
    references: &'a [String],
    state: Option<&'a str>,
    line: NonZeroU32,
    /// Only where a reader does not see lines: page, paragraph, sheet and cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
}

impl<'a> JsonReading<'a> {
    fn new(path: &'a str, reading: &'a Reading) -> Self {
        let words = |stated: &'a Option<Stated<String>>| stated.as_ref().map(|stated| stated.value.as_str());
        let date = |stated: &Option<Stated<NaiveDate>>| stated.as_ref().map(|stated| stated.value);
        let fields = &reading.fields;
        let (from, to) = (date(&fields.period_from), date(&fields.period_to));
        JsonReading {
            path,
            kind: reading.kind,
            confidence: reading.confidence,
            content_match: reading.content_match,
            constraints: Constraint::ALL
                .into_iter()
                .map(|constraint| {
                    let answer =
                        reading.constraints.get(&constraint).map_or_else(JsonAnswer::default, |answer| JsonAnswer {
                            met: answer.met,
                            quotes: answer
                                .quotes
                                .iter()
                                .map(|quote| JsonQuote {
                                    line: quote.line,
                                    place: quote.place.as_deref(),
                                    text: &quote.text,
                                })
                                .collect(),
                        });
                    (constraint, answer)
                })
                .collect(),
            fields: JsonFields {
                doc_id: words(&fields.doc_id),
                title: words(&fields.title),
                version: words(&fields.version),
                status: words(&fields.status),
                product: words(&fields.product),
                date_held: date(&fields.date_held),
                date_source: fields.date_source,
                period: (from.is_some() || to.is_some()).then_some(StatedPeriod { from, to }),
                next_review: date(&fields.next_review),
                participants: fields.participants.iter().map(|stated| stated.value.as_str()).collect(),
                author: words(&fields.author),
                approved_by: words(&fields.approved_by),
                approved_on: date(&fields.approved_on),
                signature: fields.signature.as_ref().map(|quote| quote.text.as_str()),
            },
            references: &reading.references,
            actions: reading
                .actions
                .iter()
                .map(|action| JsonAction {
                    id: action.id.as_deref(),
                    text: &action.text,
                    owner: action.owner.as_deref(),
                    due: action.due.as_deref(),
                    references: &action.references,
                    state: action.state.as_deref(),
                    line: action.quote.line,
                    place: action.quote.place.as_deref(),
                })
                .collect(),
            limits: &reading.limits,
        }
    }
}

/// Writes the report, one value with a line end.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write(&JsonReport::from(report), out)
}

/// Writes the security issues: the array `issues` of the report.
pub fn issues_json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write(&report.issues.iter().map(JsonIssue::from).collect::<Vec<_>>(), out)
}

/// Writes what the reader saw: an array with one value per file, in the order given.
pub fn read_json(readings: &[(String, Reading)], out: &mut dyn Write) -> io::Result<()> {
    write(&readings.iter().map(|(path, reading)| JsonReading::new(path, reading)).collect::<Vec<_>>(), out)
}

fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    out.write_all(escape::json(&text).as_bytes())?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::render::{sample, schema};

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
                "schema_version tool subject verdict exit_code lane constraints cadence documents reviews issues coverage metrics findings limits",
            ),
            (
                4,
                "name version repository revision as_of name policy verdict base changed enforced not_enforced not_seen state window last_review due days_left gaps period managed examined missing balance period previous",
            ),
        ] {
            let found: Vec<_> = text
                .lines()
                .filter(|line| {
                    line.len() > indent && line[..indent].trim().is_empty() && line[indent..].starts_with('"')
                })
                .filter_map(|line| line[indent + 1..].split_once("\":").map(|(key, _)| key))
                .collect();
            assert_eq!(found.join(" "), keys);
        }
        let value = value(&sample::report());
        for (pointer, keys) in [
            ("/constraints/0", "id verdict findings evidence"),
            ("/constraints/0/evidence/0", "path line quote"),
            ("/cadence/gaps/0", "from to days"),
            ("/documents/0", "path matched_by kind content_match counted_as why"),
            (
                "/reviews/3",
                "path doc_id title date_held date_source period status approved_by approval counted why_not",
            ),
            ("/reviews/0/period", "from to"),
            (
                "/issues/0",
                "id aliases title url severity cwe sources state opened closed resolution fix_commits released_in deployed private managed examined",
            ),
            ("/issues/2/released_in", "tag date"),
            ("/coverage", "period managed examined missing balance"),
            ("/coverage/balance", "open_start opened reopened closed open_end"),
            ("/findings/0", "rule level constraint message remedy subject location related waived"),
            ("/findings/0/location", "path line column end_line end_column"),
            ("/limits/0", "what why remedy affects"),
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
        let validator = jsonschema::validator_for(&schema("report").unwrap()).unwrap();
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
        let validator = jsonschema::validator_for(&schema("reading").unwrap()).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(
            value[0]["constraints"]["4.1.8#d"],
            serde_json::json!({"met": true, "quotes": [{"line": 4, "text": "held on 2025-02-03"}]})
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
}
