//! The JSON report, written and read back.

pub(crate) mod read;
pub(crate) mod reading;
pub mod report;
pub(crate) mod rows;
pub mod safe;
pub(crate) mod shape;
#[cfg(test)]
mod tests;
