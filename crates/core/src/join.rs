//! What several sources say of one problem, and its state at a moment.

pub(crate) mod commit_words;
pub mod commits;
pub mod embargo;
pub mod issues;
pub mod message;
pub mod population;
pub(crate) mod sets;
