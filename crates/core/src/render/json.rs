//! Door.

pub mod read;
pub mod reading;
pub mod report;
pub mod shape;
#[cfg(test)]
pub mod tests;
