//! Where a fleet stands: an entry for each repository of the plan, and the counts of all. Data only.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::fleet::NotChecked;
use crate::model::period::State;
use crate::model::report::Verdict;
use crate::model::visibility::Visibility;

/// Where a repository stands; who needs somebody most is first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum FleetState {
    /// Its review is overdue.
    Overdue,
    /// It does not conform for another reason.
    Nonconforming,
    /// It was not checked; so stands what nothing is known of.
    #[default]
    NotChecked,
    /// Its review is due within the notice period.
    DueSoon,
    /// It cannot be told.
    Undetermined,
    /// It conforms, or nothing is due yet.
    Conforming,
}

impl FleetState {
    /// All of them, in this order.
    pub const ALL: &[FleetState] = <FleetState as strum::VariantArray>::VARIANTS;

    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One repository of a fleet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FleetEntry {
    /// Its name in the plan.
    pub name: String,
    /// Whose it is.
    pub team: Option<String>,
    /// Who may read it.
    pub visibility: Option<Visibility>,
    /// Its page on the web, where its address tells one.
    pub web: Option<String>,
    /// Where it stands; with reviews in another repository, as that one does.
    pub state: FleetState,
    /// Its own verdict; `null`: not checked.
    pub verdict: Option<Verdict>,
    /// Where its own cadence stands.
    pub cadence: Option<State>,
    /// When the next review is due.
    pub due: Option<NaiveDate>,
    /// Days to it, negative when overdue.
    pub days_left: Option<i64>,
    /// When the last review was held.
    pub last_review: Option<NaiveDate>,
    /// The document id of its record, or its path.
    pub record: Option<String>,
    /// Issues managed in the period of the last review.
    pub managed: Option<usize>,
    /// Of these, how many its record names.
    pub examined: Option<usize>,
    /// Issues that are open.
    pub open: Option<usize>,
    /// Days since the oldest of them was opened.
    pub oldest_open_days: Option<i64>,
    /// Errors that stand.
    pub errors: Option<usize>,
    /// Warnings that stand.
    pub warnings: Option<usize>,
    /// Repositories of the plan whose reviews cover it.
    pub covered_by: Vec<String>,
    /// Repositories that its own reviews cover.
    pub subjects: Vec<String>,
    /// What it loosens of the floor, as `key: floor, here value`; it was judged by the floor.
    pub loosened: Vec<String>,
    /// Why it was not checked, in one word.
    pub cause: Option<NotChecked>,
    /// The same in a sentence.
    pub why: Option<String>,
    /// The day of its last check; `null`: never.
    pub checked_on: Option<NaiveDate>,
    /// By which version of Lookback.
    pub version: Option<String>,
    /// The commit that was judged.
    pub revision: Option<String>,
    /// SHA-256 of what was seen.
    pub evidence: Option<String>,
    /// The file of its dossier in the site; `null`: there is none.
    pub page: Option<String>,
}

/// How many repositories stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FleetCounts {
    /// All of the plan.
    pub repositories: usize,
    /// Overdue.
    pub overdue: usize,
    /// Nonconforming for another reason.
    pub nonconforming: usize,
    /// Not checked.
    pub not_checked: usize,
    /// Due soon.
    pub due_soon: usize,
    /// Undetermined.
    pub undetermined: usize,
    /// Conforming.
    pub conforming: usize,
}

impl FleetCounts {
    /// Counts states.
    pub fn of(states: impl Iterator<Item = FleetState>) -> FleetCounts {
        let mut counts = FleetCounts::default();
        for state in states {
            counts.repositories += 1;
            *match state {
                FleetState::Overdue => &mut counts.overdue,
                FleetState::Nonconforming => &mut counts.nonconforming,
                FleetState::NotChecked => &mut counts.not_checked,
                FleetState::DueSoon => &mut counts.due_soon,
                FleetState::Undetermined => &mut counts.undetermined,
                FleetState::Conforming => &mut counts.conforming,
            } += 1;
        }
        counts
    }

    /// How many stand in a state.
    pub fn get(&self, state: FleetState) -> usize {
        match state {
            FleetState::Overdue => self.overdue,
            FleetState::Nonconforming => self.nonconforming,
            FleetState::NotChecked => self.not_checked,
            FleetState::DueSoon => self.due_soon,
            FleetState::Undetermined => self.undetermined,
            FleetState::Conforming => self.conforming,
        }
    }
}

/// A week of the fleet: its last night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FleetWeek {
    /// The Monday.
    pub from: NaiveDate,
    /// The night.
    pub night: NaiveDate,
    /// Where the repositories stood.
    pub counts: FleetCounts,
}

/// A whole fleet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Lookback fleet")]
pub struct Fleet {
    /// 1; raised when a field changes its meaning or goes.
    pub schema_version: u32,
    /// The day that was judged for.
    pub as_of: NaiveDate,
    /// The day on which results were put together.
    pub merged_on: NaiveDate,
    /// The version of Lookback that checked.
    pub version: String,
    /// SHA-256 of its table of rules.
    pub rules: String,
    /// SHA-256 of what the plan names, however it is shared out to shards.
    pub plan: String,
    /// Where the repositories stand.
    pub counts: FleetCounts,
    /// Private repositories that are counted above and not shown.
    pub not_shown: usize,
    /// The repositories, by name.
    pub repositories: Vec<FleetEntry>,
    /// The weeks before, oldest first.
    pub weeks: Vec<FleetWeek>,
}

impl Fleet {
    /// Days since anything was checked, where the last night is missing.
    pub fn silent_days(&self) -> Option<i64> {
        Some((self.merged_on - self.as_of).num_days()).filter(|days| *days > 0)
    }
}
