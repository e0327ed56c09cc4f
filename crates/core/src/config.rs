//! `lookback.toml` as written → the policy as meant.

pub(crate) mod checks;
pub(crate) mod key;
pub mod keys;
pub mod line;
pub mod page;
pub mod parse;
pub mod schema;
pub(crate) mod tables;
#[cfg(test)]
mod tests;
pub(crate) mod values;
pub(crate) mod walk;

pub use crate::config::key::Key;
pub use crate::config::walk::{ConfigError, ConfigErrors, nearest};
