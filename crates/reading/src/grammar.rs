//! Door.

pub mod dates;
pub mod intervals;
pub mod language;
#[allow(dead_code, reason = "the whole set algebra, also where only tests use it")]
pub mod lexicon;
pub mod names;
pub mod references;
pub mod tense;
pub mod units;
