//! The values: evidence, policy, findings, periods, report.

pub(crate) mod action;
pub(crate) mod chart;
pub(crate) mod confirmation;
pub(crate) mod digest;
pub(crate) mod draft;
pub(crate) mod evidence;
pub(crate) mod finding;
pub(crate) mod fleet;
pub(crate) mod fleet_state;
pub(crate) mod github_writes;
pub(crate) mod issue;
pub(crate) mod limit;
pub(crate) mod metrics;
pub(crate) mod past;
pub mod period;
pub(crate) mod policy;
pub(crate) mod policy_base;
pub(crate) mod record_words;
pub(crate) mod report;
pub(crate) mod sources;
pub(crate) mod span;
pub(crate) mod trust;
pub(crate) mod visibility;

pub use crate::model::action::{
    ActionResult, ActionState, ActionTrace, CutOffState, Proof, ProofKind, Recurrence, SaidInRecord,
};
pub use crate::model::chart::{ChartValues, FixTaken, FixesOfSeverity, IssueAge, OpenFrom};
pub use crate::model::confirmation::{CONFIRMATIONS, Confirmation, ConfirmationKey, ConfirmedFact, ConfirmedValue};
pub use crate::model::digest::sha256;
pub use crate::model::draft::{
    DraftAction, DraftCandidate, DraftDefect, DraftIssue, DraftMetrics, DraftSource, DraftStep, DraftTarget, Outlier,
    PreviousReview, RecordDraft, UnseenPart,
};
pub use crate::model::evidence::{
    ChangedFile, Changes, ConfigText, DocumentHistory, EVIDENCE_VERSION, Endorsement, Evidence, FoundDocument, History,
    Judged, PullRequestApproval, Revision, SourceSummary, Subject,
};
pub use crate::model::finding::{Finding, Level, Related};
pub use crate::model::fleet::{
    CheckedRepository, FLEET_VERSION, FleetCost, FleetOutcome, FleetPlan, FleetRow, FleetShard, MOST_SHARDS,
    NotChecked, PlannedRepository,
};
pub use crate::model::fleet_state::{Fleet, FleetCounts, FleetEntry, FleetState, FleetWeek};
pub use crate::model::github_writes::GithubWrites;
pub use crate::model::issue::{Event, EventKind, Issue, Release, ReleaseRule, Resolution, Severity};
pub use crate::model::limit::{Limit, LimitKind};
pub use crate::model::metrics::{
    ActionNumbers, Caveat, CaveatKind, Division, Metrics, Numbers, PeriodMetrics, Recurring, Spread, Survival,
    SurvivalStep, Trend,
};
pub use crate::model::past::{Past, Stood, UnreadStretch};
pub use crate::model::policy::{
    CadencePolicy, DeclaredPath, DocumentPolicy, IssuePolicy, Policy, PullRequestLane, ReleasePolicy,
    SubjectRepository, Targets, TrackerKind, TrackerPolicy, Waiver,
};
pub use crate::model::policy_base::{Loosened, PolicyBase, PolicyOrigin};
pub use crate::model::record_words::{DefectAnalysis, ReviewWords};
pub use crate::model::report::{
    Approval, Balance, CadenceResult, ConstraintResult, CountedAs, Coverage, DocumentResult, Gap, IssueResult,
    IssueState, Lane, LaneResult, MatchedBy, NextPopulation, Report, Review, Verdict,
};
pub use crate::model::sources::{GitHubKind, github_source};
pub use crate::model::span::Span;
pub use crate::model::visibility::Visibility;
