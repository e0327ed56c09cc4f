//! SARIF for code scanning.

pub(crate) mod driver;
pub(crate) mod log;
