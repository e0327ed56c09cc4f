//! The facts, the rules, the verdict.

pub(crate) mod action_numbers;
pub(crate) mod actions;
pub mod catalog;
mod caveats;
pub(crate) mod charts;
pub(crate) mod confirmed;
mod doubts_of_sources;
pub(crate) mod draft;
pub(crate) mod facts;
pub mod fleet;
pub mod floor;
pub(crate) mod held;
pub(crate) mod lane;
pub(crate) mod logs;
pub(crate) mod metrics;
mod not_due;
mod product;
pub(crate) mod record_words;
pub(crate) mod review;
pub(crate) mod rule;
pub mod rules;
pub(crate) mod security_reason;
pub(crate) mod spread;
mod survival;
#[cfg(any(test, feature = "fixtures"))]
pub(crate) mod testing;
pub(crate) mod timeline;
pub(crate) mod times;
pub(crate) mod unclear;
pub mod verdict;

pub use crate::judge::charts::{of as chart_values, of_report as chart_values_of_report};
pub use crate::judge::confirmed::{ConfirmationOutcome, OpenPoint, Settled, Unsettled, points};
pub use crate::judge::draft::{actions_to_track, draft, missed_by_last, next_record_path};
pub use crate::judge::facts::Facts;
pub use crate::judge::metrics::by as metrics_by;
pub use crate::judge::rule::{Example, Rule};
pub use crate::judge::rules::RULES;
#[cfg(any(test, feature = "fixtures"))]
pub use crate::judge::testing::{Draft, Scene};
pub use crate::judge::timeline::{on_record, spans};
