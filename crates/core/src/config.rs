//! Door.

pub mod checks;
pub mod key;
pub mod keys;
pub mod page;
pub mod parse;
pub mod tables;
#[cfg(test)]
pub mod tests;
pub mod values;
pub mod walk;
