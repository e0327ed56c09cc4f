//! The finished `Report`: what every renderer shows. `report::judge` makes one from evidence, policy and date. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::action::ActionResult;
use crate::model::evidence::{SourceSummary, Subject};
use crate::model::finding::Finding;
use crate::model::issue::Issue;
use crate::model::limit::Limit;
use crate::model::period::{Period, State};
use crate::model::policy::PullRequestLane;
use crate::model::policy_base::PolicyOrigin;
use crate::model::record_words::{DefectAnalysis, ExaminedCount, ReviewWords};
use crate::model::span::Span;
use lookback_reading::{Constraint, DateSource, Kind, Quote};

/// The judgement on one constraint, or on all.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// No error stands and nothing stopped the judgement.
    Conforms,
    /// There is nothing to judge yet: the first review is not due.
    NotDue,
    /// A limit stopped the judgement and no error stands.
    Undetermined,
    /// An error stands.
    Nonconforming,
}

impl Verdict {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The exit code of a run that ended with it.
    pub fn exit_code(self) -> u8 {
        match self {
            Verdict::Conforms | Verdict::NotDue => 0,
            Verdict::Nonconforming => 1,
            Verdict::Undetermined => 3,
        }
    }
}

/// Everything that is shown.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was looked at.
    pub subject: Subject,
    /// Overall.
    pub verdict: Verdict,
    /// Exit code of the run: that of the lane (strictness included).
    pub exit_code: u8,
    /// Do warnings count as errors?
    pub strict: bool,
    /// Rules that the policy switched off: nothing is known of their faults.
    pub rules_off: Vec<String>,
    /// Web address of the repository, where its origin tells one; never with credentials.
    pub origin: Option<String>,
    /// The configuration that judged; `None`: the defaults.
    pub policy: Option<PolicyOrigin>,
    /// What of the judgement counts in this run.
    pub lane: LaneResult,
    /// One per constraint, in order.
    pub constraints: Vec<ConstraintResult>,
    /// When reviews were and will be due.
    pub cadence: CadenceResult,
    /// Conformance over the whole history, oldest first.
    pub spans: Vec<Span>,
    /// Documents that carry a signal, by path.
    pub documents: Vec<DocumentResult>,
    /// Documents that present themselves as reviews, oldest first.
    pub reviews: Vec<Review>,
    /// What was asked for issues, and what came.
    pub sources: Vec<SourceSummary>,
    /// All security issues, by id.
    pub issues: Vec<IssueResult>,
    /// Commits that look like security fixes and that no issue knows, by date.
    pub candidates: Vec<IssueResult>,
    /// Did the last held review examine the issues of its period? `None` without a held review.
    pub coverage: Option<Coverage>,
    /// Issues of the window that is open now: what the next review has to examine so far.
    pub next_population: NextPopulation,
    /// The improvement actions that held reviews decided, oldest first.
    pub actions: Vec<ActionResult>,
    /// What documents that count say of security defects of deployed software, the latest document first.
    pub analyses: Vec<DefectAnalysis>,
    /// Numbers, by name, in the order of printing.
    pub metrics: crate::model::metrics::Metrics,
    /// All findings, worst first, those of a rule together; waived ones last.
    pub findings: Vec<Finding>,
    /// What could not be seen.
    pub limits: Vec<Limit>,
}

/// Where a run stands: on a pull request, or where everything is enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Everything counts.
    Enforce,
    /// What the pull request changes counts, as far as the policy says.
    PullRequest(PullRequestLane),
}

/// What of the judgement counts in this run. `Report::verdict` stays the judgement on everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneResult {
    /// Which lane.
    pub lane: Lane,
    /// The judgement on what the lane looks at.
    pub verdict: Verdict,
    /// The exit code that follows.
    pub exit_code: u8,
    /// Full id of the merge base, on a pull request.
    pub base: Option<String>,
    /// Paths of the review's documents that the pull request changes or deletes, sorted.
    pub changed: Vec<String>,
    /// Indexes into `Report::findings`: those that fail the run.
    pub enforced: Vec<usize>,
    /// Indexes into `Report::findings`: errors that stand and do not fail this run.
    pub not_enforced: Vec<usize>,
    /// What stopped the judgement of the lane.
    pub not_seen: Vec<String>,
}

impl LaneResult {
    /// Everything counts.
    pub fn enforced(verdict: Verdict) -> Self {
        LaneResult {
            lane: Lane::Enforce,
            verdict,
            exit_code: verdict.exit_code(),
            base: None,
            changed: Vec::new(),
            enforced: Vec::new(),
            not_enforced: Vec::new(),
            not_seen: Vec::new(),
        }
    }
}

/// The judgement on one constraint.
#[derive(Clone, Debug)]
pub struct ConstraintResult {
    /// Which.
    pub constraint: Constraint,
    /// The judgement.
    pub verdict: Verdict,
    /// Indexes into `Report::findings`.
    pub findings: Vec<usize>,
    /// The words that support it: path and quote.
    pub evidence: Vec<(String, Quote)>,
    /// What stopped the judgement, when undetermined.
    pub not_assessed: Vec<String>,
}

impl ConstraintResult {
    /// Is something missed, or not known?
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.verdict, Verdict::Nonconforming | Verdict::Undetermined)
    }
}

/// When reviews were and will be due.
#[derive(Clone, Debug)]
pub struct CadenceResult {
    /// The state at the date judged for.
    pub state: State,
    /// The window in effect, e.g. `12-months`.
    pub window: String,
    /// Date of the last held review.
    pub last_review: Option<NaiveDate>,
    /// The next due date; `None` when nothing starts the clock.
    pub due: Option<NaiveDate>,
    /// Days to the due date, negative when overdue.
    pub days_left: Option<i64>,
    /// Consecutive reviews further apart than the window: (from, to, days).
    pub gaps: Vec<Gap>,
}

/// Two consecutive reviews that lie further apart than the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Gap {
    /// The earlier review.
    pub from: NaiveDate,
    /// The later one.
    pub to: NaiveDate,
    /// Days between them.
    pub days: i64,
}

/// A document that carries the path signal, the content signal or both.
#[derive(Clone, Debug)]
pub struct DocumentResult {
    /// Repository-relative path.
    pub path: String,
    /// Which signal found it.
    pub matched_by: MatchedBy,
    /// Sort of document.
    pub kind: Kind,
    /// The content judge's answer; `None`: unsure.
    pub content_match: Option<bool>,
    /// What it counts as; `None`: nothing.
    pub counted_as: Option<CountedAs>,
    /// Why it counts, or why not.
    pub why: String,
    /// Who confirmed what was unsure in it.
    pub confirmed_by: Option<String>,
}

/// What a document counts as.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum CountedAs {
    /// A held review.
    Review,
    /// The procedure that prescribes it.
    Procedure,
    /// An analysis of defects in deployed software.
    Analysis,
    /// An improvement of the life cycle.
    Improvement,
}

impl CountedAs {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Which signal found a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MatchedBy {
    /// The path only.
    Path,
    /// The content only.
    Content,
    /// Both.
    Both,
    /// A declaration, whatever path and content say.
    Declared,
}

/// A document that presents itself as a periodic review.
#[derive(Clone, Debug)]
pub struct Review {
    /// Repository-relative path.
    pub path: String,
    /// Document id.
    pub doc_id: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Date held.
    pub date_held: Option<NaiveDate>,
    /// Where the date comes from.
    pub date_source: Option<DateSource>,
    /// The period as stated; `to` falls back to the date held.
    pub period: Option<Period>,
    /// Is the cut-off stated (else it is the date held)?
    pub period_stated: bool,
    /// Status as written.
    pub status: Option<String>,
    /// Approver as written.
    pub approved_by: Option<String>,
    /// How the approval is known.
    pub approval: Approval,
    /// Does it count as a held review? `None`: its words leave it open.
    pub counted: Option<bool>,
    /// Why not, or why that is open.
    pub why_not: Option<String>,
    /// How many issues of its period a held review examined.
    pub examined: Option<ExaminedCount>,
    /// Where it says so.
    pub words: ReviewWords,
    /// Index of the document in the evidence.
    pub document: usize,
}

/// How an approval is known, weakest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// Nothing says so.
    None,
    /// The text says so.
    Claimed,
    /// The file carries a digital signature, not verified.
    SignedDocument,
    /// The text says so, and the commit carries a signature, not verified.
    SignedCommit,
    /// The text says so, and the platform verified the commit's signature.
    VerifiedCommit,
    /// Merged through a pull request that somebody else approved.
    PullRequest,
}

/// A security issue as the report shows it: as at the end of the date judged for, later events and releases left out.
#[derive(Clone, Debug)]
pub struct IssueResult {
    /// The issue. Its labels and components are not part of the report.
    pub issue: Issue,
    /// Open or closed at the end of the date judged for.
    pub state: IssueState,
    /// Day of the opening.
    pub opened: Option<NaiveDate>,
    /// Day of the last closing, when closed.
    pub closed: Option<NaiveDate>,
    /// Was it managed in the period of the last held review?
    pub managed: bool,
    /// Does the last held review's record name it?
    pub examined: bool,
}

/// Open or closed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum IssueState {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

impl IssueState {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Did the last held review examine the issues of its period?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The period: from the day after the previous cut-off to the cut-off.
    pub period: Period,
    /// Path of the record.
    pub record: String,
    /// Issues managed in the period.
    pub managed: usize,
    /// Those that the record names.
    pub examined: usize,
    /// Ids of those that it does not.
    pub missing: Vec<String>,
    /// Ids of those of which its words leave open whether they were examined.
    pub unsure: Vec<String>,
    /// The balance.
    pub balance: Balance,
}

/// Issues managed in the window that is open now: after the last cut-off, up to the date judged for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NextPopulation {
    /// The window.
    pub period: Period,
    /// Ids of the issues.
    pub managed: Vec<String>,
    /// The balance.
    pub balance: Balance,
    /// Places that a draft of the next record leaves to people; `null`: it is not the next step, or nobody asked.
    #[serde(default)]
    pub places: Option<usize>,
}

/// open at start + opened + reopened − closed = open at end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Balance {
    /// Open when the period begins.
    pub open_start: usize,
    /// Opened (or recognised) in it.
    pub opened: usize,
    /// Reopened in it.
    pub reopened: usize,
    /// Closed in it.
    pub closed: usize,
    /// Open at the cut-off.
    pub open_end: usize,
}

impl Report {
    /// The verdict in words: what is not due yet, and what somebody answers for, is said with it.
    pub fn said(&self) -> String {
        let word = self.verdict.word();
        if self.verdict != Verdict::Conforms {
            return word.to_owned();
        }
        let early = self.constraints.iter().any(|result| result.verdict == Verdict::NotDue);
        let word = match (early, self.cadence.last_review, self.cadence.due) {
            (true, None, Some(due)) => format!("{word} so far, first review due {due}"),
            (true, ..) => format!("{word} so far"),
            (false, ..) => word.to_owned(),
        };
        match self.findings.iter().filter(|finding| finding.waived.is_some()).count() {
            0 => word,
            waived => format!("{word} ({waived} waived)"),
        }
    }

    /// Findings that count: not waived.
    pub fn standing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.waived.is_none())
    }

    /// How many standing findings per level.
    pub fn counts(&self) -> BTreeMap<crate::model::finding::Level, usize> {
        let mut counts = BTreeMap::new();
        for finding in self.standing() {
            *counts.entry(finding.level).or_default() += 1;
        }
        counts
    }
}
