//! What could not be seen, why, and what to do about it. Each is made beside its cause, which knows the remedy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use lookback_reading::Constraint;

/// Something that could not be seen. Never a pass, never a fail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Limit {
    /// What could not be seen.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
    /// The constraints whose judgement depends on it; empty when it is only worth knowing.
    pub affects: Vec<Constraint>,
    /// Which part of the run it stopped.
    #[serde(default)]
    pub kind: LimitKind,
    /// May what was not seen be the record or the procedure that is missed? While there is any such limit, "there is none"
    /// cannot be said.
    #[serde(default)]
    pub unseen: bool,
}

/// Which part of the run a limit stopped.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum LimitKind {
    /// There is no commit, or none as old as the date judged for.
    NothingToLookAt,
    /// A folder of the tree, or a submodule, was not entered.
    Tree,
    /// A document or its attachment was not read, or not in full.
    Document,
    /// Commits, dates or releases are missing in the history.
    History,
    /// What a pull request changes cannot be seen.
    PullRequest,
    /// Nobody could be asked who approved.
    Approval,
    /// A product in another repository was not looked at.
    Product,
    /// An issue file does not say everything.
    IssueSource,
    /// A tracker did not answer, or not in full.
    Tracker,
    /// Something was not written back.
    Writing,
    /// Of an older version of the evidence, which did not say.
    #[default]
    Other,
}

impl Limit {
    /// What could not be seen and why, in a line.
    pub fn told(&self) -> String {
        format!("{}: {}", self.what, self.why)
    }

    /// Something that is only worth knowing, until more is said of it.
    pub fn new(kind: LimitKind, what: impl Into<String>, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Limit { what: what.into(), why: why.into(), remedy: remedy.into(), affects: Vec::new(), kind, unseen: false }
    }

    /// The judgement of these constraints depends on it.
    #[must_use]
    pub fn affecting(mut self, constraints: &[Constraint]) -> Self {
        self.affects = constraints.to_vec();
        self
    }

    /// What was not seen may be the record or the procedure that is missed.
    #[must_use]
    pub fn may_hide_a_record(mut self) -> Self {
        self.unseen = true;
        self
    }

    /// The same of something else.
    #[must_use]
    pub fn of(mut self, what: impl Into<String>) -> Self {
        self.what = what.into();
        self
    }
}

impl LimitKind {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
