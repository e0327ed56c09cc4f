//! What a repository held of reviews, day by day. Each content once, with the days on which it stood. Data only.

use chrono::NaiveDate;

use crate::model::confirmation::Confirmation;
use crate::model::evidence::Revision;
use lookback_reading::Reading;

/// What the repository held, from its first day on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// What the reader saw in records of reviews and in procedures, without what does not bear on the cadence.
    pub readings: Vec<Reading>,
    /// Where and when each of them stood.
    pub stood: Vec<Stood>,
    /// What people had confirmed, from each day on; oldest first.
    pub confirmed: Vec<(NaiveDate, Vec<Confirmation>)>,
    /// What could not be read, and may have been a record.
    pub unseen: Vec<UnreadStretch>,
    /// The first day of which anything is known, where the history is cut off there.
    pub cut: Option<NaiveDate>,
}

/// A document as it stood at one path.
#[derive(Clone, Debug, PartialEq)]
pub struct Stood {
    /// Its path.
    pub path: String,
    /// Does the path carry the path signal?
    pub path_signal: bool,
    /// Id of its Git blob.
    pub blob: String,
    /// Which of the readings is its own.
    pub reading: usize,
    /// The commit that added it, where its day hangs on that.
    pub added: Option<Revision>,
    /// First day.
    pub from: NaiveDate,
    /// The first day on which it stood there no more.
    pub until: Option<NaiveDate>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadStretch {
    /// Which file or folder.
    pub what: String,
    /// First day.
    pub from: NaiveDate,
    /// The first day on which it did not stand there any more.
    pub until: Option<NaiveDate>,
}
