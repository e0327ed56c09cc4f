//! Door.

pub(crate) mod driver;
pub(crate) mod log;
