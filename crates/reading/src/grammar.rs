//! Door.

pub mod dates;
pub mod intervals;
pub mod language;
pub mod lexicon;
pub mod names;
pub mod references;
pub mod tense;
pub mod terms;
pub mod units;
