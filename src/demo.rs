//! The demo: a small real repository with gaps.

pub(crate) mod build;
pub(crate) mod texts;
