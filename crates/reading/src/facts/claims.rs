//! Statements that data can contradict.

pub(crate) mod clause;
pub(crate) mod counts;
pub(crate) mod durations;
pub(crate) mod find;
pub(crate) mod linked;
pub(crate) mod near;
pub(crate) mod singles;
pub(crate) mod spans;
pub(crate) mod wholes;
