//! Door.

pub mod driver;
pub mod log;
