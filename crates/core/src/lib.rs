//! Door.

pub mod config;
#[cfg(any(test, feature = "fixtures"))]
pub mod fixtures;
pub mod intake;
pub mod join;
pub mod judge;
pub mod model;
pub mod render;
