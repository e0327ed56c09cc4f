//! The versioned JSON report, the list of readings and the list of issues: their own structs, so that a renamed field
//! inside can't change what other programs read. Every key is always present; absent values are `null`.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::num::NonZeroU32;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::judge::metrics::Metrics;
use crate::model::evidence::{Limit, Release, Resolution, Severity, Subject};
use crate::model::finding::{Finding, Level, Related};
use crate::model::period::{Period, State};
use crate::model::report::{Approval, Balance, Gap, IssueResult, IssueState, MatchedBy, Report, Verdict};
use crate::render::{escape, lane};
use lookback_reading::{Constraint, DateSource, Kind, Location, Reading};

pub use crate::render::json::reading::JsonReading;

/// Version of the report format; raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `lookback check`.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Lookback report")]
pub struct JsonReport<'a> {
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
    counted: Option<bool>,
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
