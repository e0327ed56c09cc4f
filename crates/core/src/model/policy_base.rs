//! Whose configuration judges, where that is not the one of the revision looked at, and what the revision would loosen of it. Data
//! only.

use serde::{Deserialize, Serialize};

use lookback_reading::Location;

/// The branch whose policy judges a revision that is not merged into it yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyBase {
    /// Its tip as the event names it: a commit, or a branch.
    pub rev: String,
    /// Why its configuration cannot be read, if so: then nothing is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// Has it neither a configuration nor a workflow that runs Lookback? Then the revision's judges, compared with the defaults.
    #[serde(default)]
    pub adopted: bool,
    /// What the revision loosens, by key.
    #[serde(default)]
    pub loosened: Vec<Loosened>,
    /// Logins of those who may write, are not the author, and approved the revision's last commit.
    #[serde(default)]
    pub approved_by: Vec<String>,
    /// Does a queue merge it together with changes before it that touch the policy too?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub together: bool,
}

/// One key that a revision makes looser.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Loosened {
    /// The key (`cadence.window`), the waiver, or the path of a file.
    pub key: String,
    /// What it is where the policy judges.
    pub before: String,
    /// What it would become.
    pub after: String,
    /// Where that stands in the revision; `None` where nothing of it can carry it.
    pub location: Option<Location>,
}

/// Where a policy was read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct PolicyOrigin {
    /// Path of the configuration.
    pub path: String,
    /// SHA-256 of its text, in hexadecimal digits.
    pub sha256: String,
}
