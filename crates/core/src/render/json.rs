//! Door.

pub mod reading;
pub mod report;
#[cfg(test)]
pub mod tests;
