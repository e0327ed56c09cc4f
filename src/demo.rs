//! Door.

pub mod build;
mod texts;
