//! Door.

mod commands;
pub mod entry;
mod inputs;
mod metadata;
mod outputs;
