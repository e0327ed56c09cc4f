//! What data say of the window that is open: the values of a draft of the next record. Data only; no judgement is among them.

use std::fmt;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use crate::model::metrics::PeriodMetrics;
use crate::model::period::Period;
use crate::model::report::Balance;

/// Version of the marks that a draft is written with; raised when they change their meaning.
pub(crate) const DRAFT_VERSION: u32 = 1;

/// The values of a draft.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordDraft {
    /// `owner/name` of the repository.
    pub repository: String,
    /// The product, as the last record names it.
    pub product: Option<String>,
    /// The window that is open; its end is the cut-off.
    pub period: Period,
    /// The first day to look at: that of the window, else the earliest day that commits and issues know.
    pub begins: Option<NaiveDate>,
    /// The last held review; `None`: it is the first one.
    pub previous: Option<PreviousReview>,
    /// Paths of the procedures in force that prescribe the review.
    pub procedures: Vec<String>,
    /// What was asked for issues, and what came.
    pub sources: Vec<DraftSource>,
    /// What could not be seen of issues.
    pub unseen: Vec<UnseenPart>,
    /// The issues managed in the window.
    pub issues: Vec<DraftIssue>,
    /// Its balance.
    pub balance: Balance,
    /// Issues of the period before that the last record does not name, or not surely.
    pub missed: Vec<DraftIssue>,
    /// Commits of the window that look like security fixes and that no issue knows.
    pub candidates: Vec<DraftCandidate>,
    /// Issues of the window that affect deployed software, or of which nobody says whether they do.
    pub deployed: Vec<DraftDefect>,
    /// Actions of the last record that are not closed there.
    pub actions: Vec<DraftAction>,
    /// The numbers.
    pub metrics: DraftMetrics,
}

/// The review before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviousReview {
    /// Date held.
    pub date: NaiveDate,
    /// Path of its record.
    pub path: String,
    /// Document id.
    pub id: Option<String>,
    /// Its period.
    pub period: Period,
}

/// A source of issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DraftSource {
    /// Which one: a file, a repository, the address of a tracker.
    pub name: String,
    /// What was asked of it.
    pub kind: String,
    /// How many entries answered; `None`: it does not tell.
    pub read: Option<usize>,
    /// How many of these are security issues.
    pub security: usize,
    /// SHA-256 of the file, in hexadecimal digits; `None` for what is no file.
    pub digest: Option<String>,
}

/// Something that could not be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnseenPart {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// An issue with the steps of its handling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DraftIssue {
    /// Its id.
    pub id: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// One line.
    pub title: String,
    /// `critical`, `high`, `medium`, `low`, `unrated`.
    pub severity: &'static str,
    /// `open`, `closed`: at the cut-off.
    pub state: &'static str,
    /// `fixed`, `mitigated`, `accepted`, `not-affected`, `duplicate`, `none`.
    pub resolution: &'static str,
    /// When it became known.
    pub recorded: DraftStep,
    /// First answer by another person.
    pub acknowledged: DraftStep,
    /// First trace of a decision: a severity set, a fix, a closing.
    pub decided: DraftStep,
    /// The last part of the fix landed.
    pub fixed: DraftStep,
    /// Nothing that is collected tells of a verification, and a closing is none: missing wherever there is a fix.
    pub verified: DraftStep,
    /// The first release that contains the fix.
    pub released: DraftStep,
    /// Its tag.
    pub release: Option<String>,
    /// Published.
    pub disclosed: DraftStep,
    /// Closed, and closed at the cut-off.
    pub closed: Option<NaiveDate>,
}

/// What data say of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftStep {
    /// Done on this day.
    On(NaiveDate),
    /// No data show it.
    Missing,
    /// Not to be expected yet, or not at all.
    NotDue,
}

impl fmt::Display for DraftStep {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DraftStep::On(day) => day.fmt(to),
            DraftStep::Missing => to.write_str("missing"),
            DraftStep::NotDue => to.write_str("not-due"),
        }
    }
}

impl Serialize for DraftStep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A commit to decide on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DraftCandidate {
    /// `commit 1a2b3c4d5e6f`.
    pub id: String,
    /// Its subject.
    pub title: String,
    /// When it landed.
    pub on: Option<NaiveDate>,
    /// The first release that contains it.
    pub release: Option<String>,
}

/// A defect to trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DraftDefect {
    /// The issue's id.
    pub id: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// One line.
    pub title: String,
    /// As of an issue.
    pub severity: &'static str,
    /// Is it known to affect deployed software? Else nobody says.
    pub known: bool,
    /// Documents of the window that analyse it already.
    pub analysed_in: Vec<String>,
}

/// An action to follow up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DraftAction {
    /// Its id, else its place in the list: `1`. No two are alike.
    pub id: String,
    /// What was to be done.
    pub text: String,
    /// Who.
    pub owner: Option<String>,
    /// By when, as written.
    pub due: Option<String>,
    /// Issues that it names.
    pub references: Vec<String>,
    /// State as written.
    pub state: Option<String>,
    /// The record that decided it.
    pub record: String,
}

/// The numbers of the window, against the period before and the team's own targets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DraftMetrics {
    /// Of the window.
    pub now: PeriodMetrics,
    /// Of the period before.
    pub before: Option<PeriodMetrics>,
    /// The team's own targets.
    pub targets: Vec<DraftTarget>,
    /// Issues that took longer than their target.
    pub outliers: Vec<Outlier>,
}

/// A target of the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DraftTarget {
    /// For issues of this severity.
    pub severity: &'static str,
    /// Days to resolve.
    pub days: u32,
    /// Issues of the window that met it.
    pub met: usize,
    /// Issues that missed it by the cut-off.
    pub missed: usize,
}

/// An issue that took longer than its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outlier {
    /// Its id.
    pub id: String,
    /// Days up to the fix, the closing or the cut-off.
    pub days: i64,
    /// The target in days.
    pub target: u32,
}
