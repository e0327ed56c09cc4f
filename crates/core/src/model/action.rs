//! Improvement actions: what shows that they were carried out, as collected, and what became of each. Data only.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use lookback_reading::Quote;

/// What the repository shows of one action that a document decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionTrace {
    /// Path of the document.
    pub path: String,
    /// The words that decide it.
    pub quote: Quote,
    /// Commits that name it, and files changed for it, by day.
    pub proof: Vec<Proof>,
}

/// Something that shows that an action was carried out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Proof {
    /// The day; `null` where nobody tells.
    pub on: Option<NaiveDate>,
    /// What it is.
    pub kind: ProofKind,
    /// The id of the issue, the full id of the commit, the number of the pull request (`#57`), the path of the file, the tag of the release, or the words that say where it lies.
    pub what: String,
    /// What is said of it: the subject of the commit, the commit that changed the file or merged the pull request; empty where nothing is.
    pub note: String,
}

/// What a proof is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ProofKind {
    /// The issue that tracks it is closed.
    Issue,
    /// A commit names it.
    Commit,
    /// A pull request that names it, or that it names, was merged.
    PullRequest,
    /// A file that it names was changed.
    File,
    /// The release that it names is out.
    Release,
    /// The record says where outside the repository it lies; nobody looked there.
    Elsewhere,
}

impl ProofKind {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// An improvement action, from the held review that decided it on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ActionResult {
    /// Its own id (`A1`); `null` where it has none.
    pub id: Option<String>,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: Option<String>,
    /// The last day on which it is in time; `null` where none is stated, or what is stated is no day.
    pub due: Option<NaiveDate>,
    /// By when, as written.
    pub due_stated: Option<String>,
    /// Ids of the issues that it names.
    pub issues: Vec<String>,
    /// What the last record that speaks of it says.
    pub state: ActionState,
    /// Its state as the last row says it; `null` where none does.
    pub stated: Option<String>,
    /// The record that decided it.
    pub decided_in: SaidInRecord,
    /// Where it is called done; `null`: nowhere.
    pub called_done: Option<SaidInRecord>,
    /// What shows that it was carried out, by day.
    pub proof: Vec<Proof>,
    /// Those of its issues that are still open.
    pub open_issues: Vec<String>,
    /// The state of its issues at the cut-offs of the reviews that came after, oldest first; those alone that were known then.
    pub cut_offs: Vec<CutOffState>,
    /// Deployed defects of the same class that came after it was called done.
    pub recurrence: Vec<Recurrence>,
}

impl ActionResult {
    /// What people call it.
    pub fn name(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.text)
    }

    /// The day on which it was done, as far as that is known: that of its first proof, else that of the record which says so.
    pub(crate) fn done_on(&self) -> Option<NaiveDate> {
        let called = self.called_done.as_ref()?;
        Some(self.proof.iter().filter_map(|proof| proof.on).min().map_or(called.on, |shown| shown.min(called.on)))
    }
}

/// What records say of an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum ActionState {
    /// None says that it was carried out.
    #[default]
    Open,
    /// One says so.
    Done,
}

impl ActionState {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What state the issues of an action were in at a cut-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CutOffState {
    /// The cut-off.
    pub on: NaiveDate,
    /// Ids of those that were open at its end.
    pub open: Vec<String>,
    /// Ids of those that were closed.
    pub closed: Vec<String>,
}

/// Words of a held review's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SaidInRecord {
    /// Path of the record.
    pub path: String,
    /// Day of the review.
    pub on: NaiveDate,
    /// The words.
    pub quote: Quote,
}

/// A defect that came again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Recurrence {
    /// The defect that the action was for.
    pub of: String,
    /// The later one.
    pub id: String,
    /// When that became known.
    pub on: NaiveDate,
    /// The class that both have.
    pub cwe: String,
    /// The components in which both lie, as sources, labels or the folders of the fixes name them; none: nobody tells.
    pub components: Vec<String>,
}
