//! The values of a fleet: its plan, and what a run says of a repository and of a shard. Data only.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::evidence::ConfigText;
use crate::model::policy_base::Loosened;
use crate::model::visibility::Visibility;

/// Version of the files of a fleet; raised when a field changes its meaning.
pub const FLEET_VERSION: u32 = 1;
/// The most shards of a plan: a matrix of GitHub holds no more jobs.
pub const MOST_SHARDS: u32 = 256;

/// Which repositories are checked, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetPlan {
    /// [`FLEET_VERSION`] of the writer.
    pub schema_version: u32,
    /// How many shards there are.
    pub shards: u32,
    /// `fleet.toml` as it was, so that every shard goes by the same.
    pub config: Option<ConfigText>,
    /// The repositories, by name.
    pub repositories: Vec<PlannedRepository>,
}

/// One repository of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedRepository {
    /// What it is called everywhere: `owner/name` where its address tells it.
    pub name: String,
    /// Where it is fetched from, and nowhere else.
    pub url: String,
    /// The branch that is judged; `None`: the server's `HEAD`.
    pub branch: Option<String>,
    /// Who may read it; `None`: nobody said.
    pub visibility: Option<Visibility>,
    /// Whose it is.
    pub team: Option<String>,
    /// When something was last pushed, where the server tells.
    pub pushed: Option<DateTime<Utc>>,
    /// What it is expected to take, in milliseconds.
    pub cost_ms: u64,
    /// Which shard checks it, from 1.
    pub shard: u32,
}

/// What a run says of one repository, beside its report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetRow {
    /// [`FLEET_VERSION`] of the writer.
    pub schema_version: u32,
    /// Its name in the plan.
    pub name: String,
    /// SHA-256 of the plan.
    pub plan: String,
    /// The day that was judged for.
    pub as_of: NaiveDate,
    /// The version of Lookback.
    pub version: String,
    /// SHA-256 of its table of rules.
    pub rules: String,
    /// What became of it.
    pub outcome: FleetOutcome,
}

/// What became of one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FleetOutcome {
    /// It was judged; its report lies beside.
    Checked(CheckedRepository),
    /// It was not, and why: never a pass.
    NotChecked {
        /// In one word.
        cause: NotChecked,
        /// In a sentence: what happened, and what to do.
        why: String,
    },
}

/// What the report of a repository does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckedRepository {
    /// SHA-256 of the report.
    pub report: String,
    /// SHA-256 of the evidence.
    pub evidence: String,
    /// The commit that was judged.
    pub revision: Option<String>,
    /// The repositories that its reviews cover.
    pub subjects: Vec<String>,
    /// What it loosens of the floor; it was judged by the floor.
    pub loosened: Vec<Loosened>,
    /// Does its policy show private issues where everybody may read?
    pub shows_embargoed: bool,
}

/// Why a repository was not checked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum NotChecked {
    /// The time, the requests or the disk that a run may use were used up.
    Budget,
    /// The server asks who is there, or refuses.
    Access,
    /// There is no such repository.
    Missing,
    /// It moved elsewhere.
    Moved,
    /// The server counts requests, and there were too many.
    RateLimit,
    /// The server failed.
    Server,
    /// Nobody answered, or the line broke.
    Connection,
    /// The line stood still.
    Stalled,
    /// More bytes than one repository may take.
    TooLarge,
    /// What came is no sound repository.
    Corrupt,
    /// The branch is not there.
    BranchGone,
    /// Its configuration has mistakes.
    Configuration,
    /// The cache cannot be used.
    Cache,
    /// Nothing can be written.
    Disk,
    /// There is no result of it.
    NoResult,
    /// A fault of ours.
    Internal,
}

impl NotChecked {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// That a shard came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetShard {
    /// [`FLEET_VERSION`] of the writer.
    pub schema_version: u32,
    /// SHA-256 of the plan.
    pub plan: String,
    /// Which one, from 1.
    pub shard: u32,
    /// Of how many.
    pub shards: u32,
    /// The day that was judged for.
    pub as_of: NaiveDate,
    /// The version of Lookback.
    pub version: String,
    /// SHA-256 of its table of rules.
    pub rules: String,
    /// How many repositories were checked.
    pub checked: usize,
    /// How many were not.
    pub not_checked: usize,
}

/// What checking one repository took. Not the same from run to run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FleetCost {
    /// Its name in the plan.
    pub name: String,
    /// Milliseconds from its begin to its end.
    pub ms: u64,
    /// Bytes that Git transferred.
    pub bytes: u64,
    /// Runs of `git`.
    pub transfers: u64,
    /// Requests to servers of issues.
    pub requests: u64,
    /// Bytes of its clone.
    pub cache_bytes: u64,
    /// Bytes of its report.
    pub report_bytes: u64,
    /// Was its evidence that of an earlier run?
    pub unchanged: bool,
    /// What `git` said where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}
