//! Door.

pub mod read;
pub mod text;
pub mod tracker;
