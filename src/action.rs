//! The container action: its inputs, its outputs, what the runner reads, and `action.yml`, all from two tables.

pub(crate) mod error;
pub(crate) mod inputs;
pub(crate) mod metadata;
pub(crate) mod outputs;
pub(crate) mod workflow;
