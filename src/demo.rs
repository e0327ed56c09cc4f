//! The demo: a small real repository with gaps.

pub(crate) mod build;
pub(crate) mod english;
pub(crate) mod german;
pub(crate) mod texts;
