//! Door.

pub mod catalog;
pub mod facts;
pub mod lane;
pub mod metrics;
pub mod rule;
pub mod rules;
#[cfg(any(test, feature = "fixtures"))]
pub mod testing;
pub mod timeline;
pub mod verdict;
