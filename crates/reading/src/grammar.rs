//! What words are.

pub(crate) mod dates;
pub(crate) mod gate;
pub(crate) mod intervals;
pub(crate) mod labels;
pub(crate) mod language;
pub(crate) mod learned;
pub(crate) mod lexicon;
pub(crate) mod names;
#[cfg(test)]
mod needs;
pub(crate) mod patterns;
mod plain;
pub(crate) mod references;
#[cfg(test)]
mod table;
pub(crate) mod tense;
pub(crate) mod terms;
pub(crate) mod units;
