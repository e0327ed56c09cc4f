//! The values that flow from the collectors to the judgement: one immutable, serialisable `Evidence`. Data only.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::confirmation::Confirmation;
use crate::model::limit::Limit;
use crate::model::policy_base::PolicyBase;
use lookback_reading::Reading;

/// Version of the evidence format; raised when a field changes its meaning.
pub const EVIDENCE_VERSION: u32 = 1;

/// Everything the judgement may look at. Same evidence, policy and date: same report, byte for byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// What could not be seen.
    pub limits: Vec<Limit>,
    /// Files and folders that may hold the record or the procedure and could not be read (each has its limit too). While there
    /// are any, "there is none" cannot be said.
    #[serde(default)]
    pub unseen: Vec<String>,
    /// What a pull request changes; `None`: this is none, and everything is enforced.
    #[serde(default)]
    pub changes: Option<Changes>,
    /// Can only those read the log who may read the repository's advisories? `None`: unknown, taken for public.
    #[serde(default)]
    pub private: Option<bool>,
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChangedFile {
    /// Path in the revision; the former one when it was deleted.
    pub path: String,
    /// Is it gone?
    pub deleted: bool,
    /// Changed lines in the revision, first and last of each run, 1-based; empty where lines cannot be told.
    pub lines: Vec<(u32, u32)>,
    /// What the reader saw in it at the merge base (under its name there); `None` for a new file.
    pub before: Option<Reading>,
}

impl ChangedFile {
    /// Is the line among the changed ones?
    pub fn has_line(&self, line: u32) -> bool {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigText {
    /// Where it lies, for messages.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// The walked history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Commits walked (revision and releases).
    pub commits: usize,
    /// The earliest sound commit time.
    pub first: Option<DateTime<Utc>>,
    /// Commit time of the revision.
    pub last: Option<DateTime<Utc>>,
}

/// A file in the tree of the revision, with what the reader saw and its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundDocument {
    /// Repository-relative path with `/`.
    pub path: String,
    /// Does the path carry the path signal?
    pub path_signal: bool,
    /// Id of its Git blob, where it comes from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// What the reader saw.
    pub reading: Reading,
    /// Where it comes from; `None` when the history could not tell (see the limits).
    pub history: Option<DocumentHistory>,
}

/// The revisions of one document across renames, oldest first, never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// How the hosting platform vouches for it; `None`: nobody asked, or it does not know the commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endorsement: Option<Endorsement>,
}

/// How the hosting platform vouches for a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endorsement {
    /// Is its signature verified? `None`: it carries none.
    pub verified: Option<bool>,
    /// The merged pull request that it came through, if any.
    pub pull_request: Option<PullRequestApproval>,
}

/// Who approved a merged pull request, before it was merged and beside its author.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// A tag that matches the release pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// Tag name without `refs/tags/`.
    pub tag: String,
    /// Tagger date, else commit date, UTC.
    pub date: NaiveDate,
}

/// A security issue, from any source. The same problem seen by two sources is one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The id people use for it: `#12`, `SEC-4`, `CVE-2025-1234`, `commit 1a2b3c4d5e6f`.
    pub id: String,
    /// Every other id of the same problem.
    pub aliases: BTreeSet<String>,
    /// One line.
    pub title: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// As the source states it.
    pub severity: Option<Severity>,
    /// `CWE-79`, sorted.
    pub cwe: BTreeSet<String>,
    /// Labels, as named by the source.
    pub labels: BTreeSet<String>,
    /// Names of the sources that know it (`history`, `issues.json`), sorted.
    pub sources: BTreeSet<String>,
    /// What happened, in order of time.
    pub events: Vec<Event>,
    /// How it was disposed of.
    pub resolution: Resolution,
    /// Full ids of the commits that fix it, where the history holds them; else as the source names them.
    pub fix_commits: Vec<String>,
    /// The first release that contains every fix commit.
    pub released_in: Option<Release>,
    /// Which of several fixes the release goes by; `None`: there is one fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_rule: Option<ReleaseRule>,
    /// Is software in the field affected? `None`: nobody says.
    pub deployed: Option<bool>,
    /// Why the history takes it for a security issue, or for a candidate; `None`: a tracker tells of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Under embargo (draft advisory, private alert)?
    #[serde(default)]
    pub private: bool,
    /// Does its one source leave open whether it is open (a list of advisories, a fix without a closing)? Of no meaning once the
    /// sources are joined.
    #[serde(skip)]
    pub untold: bool,
}

impl Issue {
    /// An issue of a source about which nothing else is known yet.
    pub fn new(id: impl Into<String>, source: &str) -> Self {
        Issue {
            id: id.into(),
            aliases: BTreeSet::new(),
            title: String::new(),
            url: None,
            severity: None,
            cwe: BTreeSet::new(),
            labels: BTreeSet::new(),
            sources: BTreeSet::from([source.to_owned()]),
            events: Vec::new(),
            resolution: Resolution::None,
            fix_commits: Vec::new(),
            released_in: None,
            release_rule: None,
            deployed: None,
            why: None,
            private: false,
            untold: false,
        }
    }
}

/// Which of several fixes the release of an issue goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ReleaseRule {
    /// The same change was put on several branches: the first release that holds one of them.
    EarliestBackport,
    /// The fix has several parts: the first release that holds the last of them.
    LatestPart,
}

impl ReleaseRule {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// How bad it is, in the words of CVSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Severity {
    /// CVSS 0.1 to 3.9.
    Low,
    /// CVSS 4.0 to 6.9; GitHub's `moderate`.
    Medium,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 9.0 to 10.0.
    Critical,
}

impl Severity {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One thing that happened to an issue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Who, if the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Words of the source: reason, label, severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Kinds of events. The order is the order of effect at equal times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// Reported or filed; the earliest evidence of awareness.
    Opened,
    /// Recognised as security-related (a label added later than the opening).
    Recognised,
    /// First answer by somebody other than the reporter.
    FirstResponse,
    /// The severity changed.
    SeverityChanged,
    /// The label was removed.
    Declassified,
    /// A fix was committed.
    Fixed,
    /// Closed.
    Closed,
    /// Opened again.
    Reopened,
    /// Published (advisory).
    Published,
}

/// How an issue was disposed of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Resolution {
    /// A fix exists.
    Fixed,
    /// Mitigated without a fix.
    Mitigated,
    /// The risk was accepted, with a statement.
    Accepted,
    /// The product is not affected (false positive).
    NotAffected,
    /// Another issue covers it.
    Duplicate,
    /// Nothing is known.
    #[default]
    None,
}

impl Resolution {
    /// The word as printed and configured.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
