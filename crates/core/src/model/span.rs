//! Conformance over the whole history, as stretches of days. Data only.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::period::State;

/// A stretch of days, both ends included, in which the cadence had one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The state on each of its days; `null`: nobody can tell from what could be seen.
    pub state: Option<State>,
    /// What began or ended it, in a few words.
    pub why: String,
}

impl Span {
    /// The state as printed.
    pub fn word(&self) -> &'static str {
        self.state.map_or("unknown", State::word)
    }

    /// Days, both ends included.
    pub fn days(&self) -> i64 {
        self.to.signed_duration_since(self.from).num_days().saturating_add(1).max(0)
    }
}
