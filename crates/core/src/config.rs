//! Door.

pub mod checks;
pub mod keys;
pub mod page;
pub mod parse;
#[cfg(test)]
pub mod tests;
pub mod tracker;
pub mod values;
pub mod walk;
