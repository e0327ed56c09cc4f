//! Door.

pub mod actions;
pub mod blanks;
pub mod cadence;
pub mod claims;
pub mod examined;
pub mod fields;
pub mod held;
pub mod statements;
pub mod written;
