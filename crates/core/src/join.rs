//! What several sources say of one problem, and its state at a moment.

pub mod action_words;
pub(crate) mod aside;
pub mod candidates;
pub mod carried;
pub mod change;
pub(crate) mod commit_claims;
pub(crate) mod commit_words;
pub mod commits;
pub mod components;
pub mod embargo;
pub mod issues;
pub mod message;
pub mod paths;
pub mod population;
pub mod reverts;
pub(crate) mod sets;
pub(crate) mod suspicion;
