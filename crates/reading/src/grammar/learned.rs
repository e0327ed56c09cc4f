//! What a sentence says, as learned from sentences that this project wrote (`words/said/*.tsv`): a linear model over words and parts of
//! words, one score for each thing that can be said. A second opinion beside the patterns: it never denies by itself.

mod features;
mod model;
#[cfg(test)]
mod train;

pub(crate) use model::{Said, Scores, scores, scores_with};
