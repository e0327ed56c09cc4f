//! What a rule says: findings with a level, one primary place and related ones. Data only.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use lookback_reading::{Constraint, Location, Quote};

/// How bad a finding is. The order is the order of printing, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// To be mended before the audit.
    Warning,
    /// A nonconformity.
    Error,
}

impl Level {
    /// The word as printed and configured.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One fault, as found by a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Rule id.
    pub rule: &'static str,
    /// Level after policy.
    pub level: Level,
    /// The constraint it counts against; waiver rules have none.
    pub constraint: Option<Constraint>,
    /// What is wrong, with the evidence, in one or two sentences.
    pub message: String,
    /// What to do.
    pub remedy: Cow<'static, str>,
    /// The sure form: what to write so that it is read for sure.
    pub form: Cow<'static, str>,
    /// What it is about, the handle of waivers: an issue id, a path, a tag, or the repository.
    pub subject: String,
    /// Which of several faults of the rule in one subject, e.g. `efficiency`; keeps their identities apart.
    pub facet: Option<String>,
    /// The primary place; `None` only when nothing in the tree can carry it.
    pub location: Option<Location>,
    /// The words at the primary place, for a source snippet.
    pub quote: Option<Quote>,
    /// Further places, each with a word on what it shows.
    pub related: Vec<Related>,
    /// Reason of the waiver that holds, if any.
    pub waived: Option<String>,
    /// Does it rest on something that is not committed?
    pub uncommitted: bool,
}

/// A further place that a finding points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Related {
    /// What is seen there.
    pub message: String,
    /// Where; `null` for things outside the tree (commits, issues), which the message names.
    pub location: Option<Location>,
}
