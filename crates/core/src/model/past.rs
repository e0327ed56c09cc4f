//! What a repository held of reviews, from one day to the next change. Data only.

use chrono::NaiveDate;

use crate::model::confirmation::Confirmation;
use crate::model::evidence::FoundDocument;

/// The documents that bear on the cadence, as they stood from this day on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// First day.
    pub from: NaiveDate,
    /// Records of reviews and procedures.
    pub documents: Vec<FoundDocument>,
    /// What people had confirmed of them.
    pub confirmations: Vec<Confirmation>,
}
