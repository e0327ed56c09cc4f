//! Door.

#[cfg(test)]
mod examples;
mod scenarios;
pub mod show;
pub mod suite;
mod texts;
