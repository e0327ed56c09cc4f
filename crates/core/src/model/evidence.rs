//! The values that flow from the collectors to the judgement: one immutable, serialisable `Evidence`. Data only.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::action::ActionTrace;
use crate::model::confirmation::Confirmation;
use crate::model::issue::{Issue, Release};
use crate::model::limit::Limit;
use crate::model::policy_base::PolicyBase;
use crate::model::visibility::Visibility;
use lookback_reading::Reading;

/// Version of the evidence format; raised when a field changes its meaning.
pub const EVIDENCE_VERSION: u32 = 1;

/// Everything the judgement may look at. Same evidence, policy and date: same report, byte for byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// [`EVIDENCE_VERSION`] of the writer.
    pub schema_version: u32,
    /// What was looked at.
    pub subject: Subject,
    /// The configuration in force when it was collected, so that it is judged alike elsewhere.
    pub config: Option<ConfigText>,
    /// Web address of the repository, from its origin, without credentials; `None` where the origin is no such address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Size and span of the history that was walked.
    pub history: History,
    /// Candidate documents, by path.
    pub documents: Vec<FoundDocument>,
    /// Paths of documents that could be read but are not evidence of anything (kept as a count only).
    pub documents_read: usize,
    /// Releases, by date, then by version.
    pub releases: Vec<Release>,
    /// Security issues from all sources, joined by alias, by id.
    pub issues: Vec<Issue>,
    /// Commits that look like security fixes and that no issue knows, by date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Issue>,
    /// Issues that are no security issues and that records or actions name: id, other ids and events alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracked: Vec<Issue>,
    /// What the repository shows of the actions that its records decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traces: Vec<ActionTrace>,
    /// What could not be seen.
    pub limits: Vec<Limit>,
    /// Files and folders that may hold the record or the procedure and could not be read (each has its limit too). While there
    /// are any, "there is none" cannot be said.
    #[serde(default)]
    pub unseen: Vec<String>,
    /// What a pull request changes; `None`: this is none, and everything is enforced.
    #[serde(default)]
    pub changes: Option<Changes>,
    /// Who may read what is said of it: those who may read the repository that the run takes place in. `None`: unknown, taken for
    /// public.
    #[serde(default, alias = "private")]
    pub sink: Option<Visibility>,
    /// Who may read which repository, as far as somebody told; names are lower-case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub visibilities: BTreeMap<String, Visibility>,
    /// What was asked for issues, and what came.
    #[serde(default)]
    pub sources: Vec<SourceSummary>,
    /// What people confirmed of documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmations: Vec<Confirmation>,
    /// Whose policy judges, where that is not the revision's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_base: Option<PolicyBase>,
}

/// What one source of issues gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceSummary {
    /// Which one: a file, a repository, the address of a tracker.
    pub name: String,
    /// What it is: `issue file`, `jira`, `github advisories`, `history`…
    pub kind: String,
    /// How many issues, alerts, advisories or commits it holds, security or not; `None` where it does not tell.
    pub read: Option<usize>,
    /// How many of these are security issues, before those of one problem are joined.
    pub security: usize,
    /// How many limits it has.
    pub limits: usize,
}

/// What a pull request changes, from the merge base to the revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// The base, as named.
    pub base: String,
    /// Full id of the merge base; `None` when it cannot be seen.
    pub merge_base: Option<String>,
    /// Files that differ, of all kinds.
    pub files: usize,
    /// Changed documents and the configuration, by path.
    pub changed: Vec<ChangedFile>,
    /// Why the changes cannot be seen, if so.
    pub unseen: Option<String>,
}

/// A changed document, or the configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedFile {
    /// Path in the revision; the former one when it was deleted.
    pub path: String,
    /// Is it gone?
    pub deleted: bool,
    /// Changed lines in the revision, first and last of each run, 1-based; empty where lines cannot be told.
    pub lines: Vec<(u32, u32)>,
    /// What the reader saw in it at the merge base (under its name there); `None` for a new file.
    #[schemars(with = "Option<serde_json::Value>")]
    pub before: Option<Reading>,
}

impl ChangedFile {
    /// Is the line among the changed ones?
    pub(crate) fn has_line(&self, line: u32) -> bool {
        self.lines.is_empty() || self.lines.iter().any(|(first, last)| (*first..=*last).contains(&line))
    }
}

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// `owner/name` where the origin tells it, else the folder's name.
    pub repository: String,
    /// Full id of the commit whose tree was read; `null` where there is none.
    pub revision: Option<String>,
    /// The date judged for; its whole day in UTC counts.
    pub as_of: NaiveDate,
    /// Paths of documents, configuration and issue files that were not judged as the commit has them, those that are gone included.
    #[serde(default)]
    pub uncommitted: Vec<String>,
    /// The commit alone, or with what is checked out or staged on top of it; where nothing of that matters, the commit.
    #[serde(default)]
    pub judged: Judged,
    /// How many of such files are changed and were not looked at.
    #[serde(default)]
    pub not_looked_at: usize,
}

/// Which state of a repository is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Judged {
    /// What the commit holds.
    #[default]
    Commit,
    /// What is checked out, committed or not.
    WorkTree,
    /// What would be committed now.
    Index,
}

/// A configuration file as found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigText {
    /// Where it lies, for messages.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// The walked history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct History {
    /// Commits walked (revision and releases).
    pub commits: usize,
    /// The earliest sound commit time.
    pub first: Option<DateTime<Utc>>,
    /// Commit time of the revision.
    pub last: Option<DateTime<Utc>>,
}

/// A file in the tree of the revision, with what the reader saw and its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundDocument {
    /// Repository-relative path with `/`.
    pub path: String,
    /// Does the path carry the path signal?
    pub path_signal: bool,
    /// Id of its Git blob, where it comes from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// What the reader saw, as far as it is of use to the judgement: its shape follows the reader and is no part of the format.
    #[schemars(with = "serde_json::Value")]
    pub reading: Reading,
    /// Where it comes from; `None` when the history could not tell (see the limits).
    pub history: Option<DocumentHistory>,
}

/// The revisions of one document across renames, oldest first, never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentHistory {
    /// The commit that added it.
    pub added: Revision,
    /// The last commit that changed it.
    pub last_change: Revision,
    /// All commits that changed it, oldest first (the first is `added`, the last `last_change`).
    pub revisions: Vec<Revision>,
    /// Of a running log, by the day of a review: the place in `revisions` of the first that tells of it, where that is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub entries: BTreeMap<NaiveDate, usize>,
}

/// One commit that changed a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Revision {
    /// Full commit id.
    pub commit: String,
    /// The document's path in that commit.
    pub path: String,
    /// Author name and address as written in the commit.
    pub author: String,
    /// Author time.
    pub authored: DateTime<Utc>,
    /// Committer time.
    pub committed: DateTime<Utc>,
    /// Does the commit carry a signature (not verified here)?
    pub signed: bool,
    /// Did the commit only give it another path, its contents unchanged?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moved: bool,
    /// How the hosting platform vouches for it; `None`: nobody asked, or it does not know the commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endorsement: Option<Endorsement>,
}

/// How the hosting platform vouches for a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Endorsement {
    /// Is its signature verified? `None`: it carries none.
    pub verified: Option<bool>,
    /// The merged pull request that it came through, if any.
    pub pull_request: Option<PullRequestApproval>,
}

/// Who approved a merged pull request, before it was merged and beside its author.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PullRequestApproval {
    /// Its number.
    pub number: u64,
    /// Its author's login.
    pub author: Option<String>,
    /// Logins of those who approved what was merged, sorted.
    pub approved_by: Vec<String>,
    /// Logins of those who approved an earlier version of it only, sorted.
    pub approved_earlier: Vec<String>,
}

impl Revision {
    /// What stands for the id of a commit that is not there yet.
    pub const NOT_COMMITTED: &'static str = "not committed";

    /// Its id as people write it.
    pub fn short(&self) -> &str {
        if self.is_committed() { self.commit.get(..12).unwrap_or(&self.commit) } else { &self.commit }
    }

    /// Is there a commit, or does a change only wait for one?
    pub fn is_committed(&self) -> bool {
        self.commit != Self::NOT_COMMITTED
    }

    /// The pull request that others approved in the version that was merged.
    pub fn approved(&self) -> Option<&PullRequestApproval> {
        let pull = self.endorsement.as_ref()?.pull_request.as_ref()?;
        (!pull.approved_by.is_empty()).then_some(pull)
    }
}
