//! The shape of the JSON report: its own structs, so that a renamed field inside can't change what other programs read. Every
//! key is always present; absent values are `null`.
#![allow(missing_docs, reason = "the schema describes each key that its name does not explain")]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::action::ActionResult;
use crate::model::evidence::{SourceSummary, Subject};
use crate::model::finding::{Level, Related};
use crate::model::issue::{Event, ReleaseRule, Resolution, Severity};
use crate::model::limit::Limit;
use crate::model::metrics::Metrics;
use crate::model::period::{Period, State};
use crate::model::policy_base::PolicyOrigin;
use crate::model::record_words::{DefectAnalysis, ExaminedCount, ReviewWords};
use crate::model::report::{Approval, Balance, CountedAs, Gap, IssueState, MatchedBy, NextPopulation, Verdict};
use crate::model::span::Span;
use crate::render::json::rows::JsonRows;
use lookback_reading::{Constraint, DateSource, Kind, Location};

/// Version of the report format; raised when a field changes its meaning or goes.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The report of `lookback check`.
#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Lookback report")]
pub(crate) struct JsonReport<'a> {
    /// 1; raised when a field changes its meaning or goes.
    pub schema_version: u32,
    /// The writer.
    pub tool: Tool,
    /// What was looked at.
    pub subject: Subject,
    /// Overall judgement.
    pub verdict: Verdict,
    /// 0 conforms, 1 nonconforming, 3 undetermined, of the lane; `--strict` counts warnings as errors.
    pub exit_code: u8,
    /// What of the judgement counts in this run.
    pub lane: JsonLane,
    /// Do warnings count as errors?
    pub strict: bool,
    /// Rules that the configuration switches off: nothing is known of their faults.
    pub rules_off: Vec<String>,
    /// Web address of the repository; `null` where its origin tells none.
    pub origin: Option<String>,
    /// The configuration that judged; `null`: the defaults.
    pub policy: Option<PolicyOrigin>,
    /// The six constraints, in order.
    pub constraints: Vec<JsonConstraint>,
    /// When reviews were and will be due.
    pub cadence: JsonCadence,
    /// Conformance over the whole history, oldest first.
    pub spans: Vec<Span>,
    /// Documents that carry the path signal, the content signal or both.
    pub documents: Vec<JsonDocument>,
    /// Documents that present themselves as periodic reviews, oldest first.
    pub reviews: Vec<JsonReview>,
    /// What was asked for issues, and what came.
    pub sources: Vec<SourceSummary>,
    /// All security issues, by id; behind them the candidates, by date.
    pub issues: JsonRows<'a, JsonIssue<'a>>,
    /// Did the last held review examine the issues of its period? `null` without a held review.
    pub coverage: Option<JsonCoverage>,
    /// Issues of the window that is open now: what the next review has to examine so far.
    pub next_population: NextPopulation,
    /// The improvement actions that held reviews decided, oldest first.
    pub actions: Vec<ActionResult>,
    /// What documents that count say of security defects of deployed software, the latest document first.
    pub analyses: Vec<DefectAnalysis>,
    /// Counts, times and ages.
    pub metrics: Metrics,
    /// All findings, worst first; waived ones included.
    pub findings: JsonRows<'a, JsonFinding<'a>>,
    /// What could not be seen.
    pub limits: Vec<Limit>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct JsonLane {
    /// `enforce`: everything counts; `pull-request`: see `policy`.
    pub name: String,
    /// On a pull request: `changed` (faults in what it changes count), `all`, or `report` (nothing counts).
    pub policy: Option<String>,
    /// The judgement on what the lane looks at; `verdict` above is the one on everything.
    pub verdict: Verdict,
    /// The exit code that follows.
    pub exit_code: u8,
    /// Full id of the merge base, on a pull request.
    pub base: Option<String>,
    /// Documents of the review that the pull request changes or deletes.
    pub changed: Vec<String>,
    /// Indexes into `findings`: those that fail this run.
    pub enforced: Vec<usize>,
    /// Indexes into `findings`: errors that stand and do not fail this run.
    pub not_enforced: Vec<usize>,
    /// What stopped the judgement of the lane.
    pub not_seen: Vec<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct JsonConstraint {
    pub id: Constraint,
    pub verdict: Verdict,
    /// What kept it from being judged in full.
    pub not_assessed: Vec<String>,
    /// Indexes into `findings`.
    pub findings: Vec<usize>,
    /// The words that support the judgement.
    pub evidence: Vec<JsonEvidence>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct JsonEvidence {
    pub path: String,
    pub line: NonZeroU32,
    /// Where a reader does not see lines: page, paragraph, sheet and cell; `null` elsewhere.
    pub place: Option<String>,
    pub quote: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct JsonCadence {
    pub state: State,
    /// How long a review holds: `12-months`, `365-days`, `calendar-year`, `iso13485-4.1.3`.
    pub window: String,
    pub last_review: Option<NaiveDate>,
    pub due: Option<NaiveDate>,
    /// Days to the due date; negative when overdue.
    pub days_left: Option<i64>,
    /// Consecutive reviews further apart than the window.
    pub gaps: Vec<Gap>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct JsonDocument {
    pub path: String,
    pub matched_by: MatchedBy,
    pub kind: Kind,
    /// Does its content record a review, an improvement or an analysis? `null`: unsure.
    pub content_match: Option<bool>,
    /// `null`: counts as nothing.
    pub counted_as: Option<CountedAs>,
    pub why: String,
    /// Who confirmed what was unsure in it.
    pub confirmed_by: Option<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct JsonReview {
    pub path: String,
    pub doc_id: Option<String>,
    pub title: Option<String>,
    pub date_held: Option<NaiveDate>,
    pub date_source: Option<DateSource>,
    pub period: Option<Period>,
    /// Is the end of the period stated? Else it is the date held.
    pub period_stated: bool,
    pub status: Option<String>,
    pub approved_by: Option<String>,
    pub approval: Approval,
    /// Does it count as a held review? `null`: unsure.
    pub counted: Option<bool>,
    pub why_not: Option<String>,
    /// How many issues of its period it examined, where it is held.
    pub examined: Option<ExaminedCount>,
    /// Where it says what is told of it.
    pub words: ReviewWords,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Security issue")]
#[expect(clippy::struct_excessive_bools, reason = "the keys of the format")]
pub(crate) struct JsonIssue<'a> {
    pub id: Cow<'a, str>,
    pub aliases: Cow<'a, BTreeSet<String>>,
    pub title: Cow<'a, str>,
    pub url: Option<Cow<'a, str>>,
    pub severity: Option<Severity>,
    pub cwe: Cow<'a, BTreeSet<String>>,
    pub sources: Cow<'a, BTreeSet<String>>,
    /// Why it is taken for a security issue, or for a candidate.
    pub why: Cow<'a, str>,
    /// Only a candidate: a commit that looks like a security fix. Nobody has to examine it, and it counts nowhere.
    pub candidate: bool,
    pub state: IssueState,
    pub opened: Option<NaiveDate>,
    pub closed: Option<NaiveDate>,
    pub resolution: Resolution,
    pub fix_commits: Cow<'a, [String]>,
    /// The first release that contains the fix.
    pub released_in: Option<JsonRelease>,
    /// Is software in the field affected? `null`: nobody says.
    pub deployed: Option<bool>,
    /// Sources that call it closed, and since when, though it counts as open because another one calls it open.
    #[serde(default)]
    pub closed_by: Cow<'a, BTreeMap<String, NaiveDate>>,
    /// Under embargo (draft advisory, private alert)? Where more people read the report than may know of it, its title and details
    /// are masked.
    pub private: bool,
    /// The other repositories that tell of it.
    pub repositories: Cow<'a, BTreeSet<String>>,
    /// Managed in the period of the last held review?
    pub managed: bool,
    /// Named by the record of the last held review?
    pub examined: bool,
    /// What happened, in order of time.
    pub events: Cow<'a, [Event]>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Release of a fix")]
pub(crate) struct JsonRelease {
    /// Tag name without `refs/tags/`.
    pub tag: String,
    /// Tagger date, else commit date, UTC.
    pub date: NaiveDate,
    /// Only where there are several fixes: which of them it goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<ReleaseRule>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct JsonCoverage {
    pub period: Period,
    /// Path of the record.
    pub record: String,
    pub managed: usize,
    pub examined: usize,
    /// Ids of the issues that were managed but are not named.
    pub missing: Vec<String>,
    /// Ids of the issues of which the record's words leave open whether they were examined.
    pub unsure: Vec<String>,
    pub balance: Balance,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct JsonFinding<'a> {
    pub rule: Cow<'a, str>,
    pub level: Level,
    /// `null` for findings about waivers.
    pub constraint: Option<Constraint>,
    pub message: Cow<'a, str>,
    pub remedy: Cow<'a, str>,
    /// The sure form: what to write so that it is read for sure.
    pub form: Cow<'a, str>,
    /// What it is about: an issue id, a path, a tag or the repository.
    pub subject: Cow<'a, str>,
    /// Which of several faults of the rule in one subject.
    pub facet: Option<Cow<'a, str>>,
    pub location: Option<Cow<'a, Location>>,
    /// The words at the place.
    pub quote: Option<Cow<'a, str>>,
    pub related: Cow<'a, [Related]>,
    /// The reason of the waiver that holds; `null`: the finding stands.
    pub waived: Option<Cow<'a, str>>,
    /// Does it rest on something that is not committed?
    pub uncommitted: bool,
}
