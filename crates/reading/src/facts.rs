//! Door.

pub(crate) mod actions;
pub(crate) mod blanks;
pub(crate) mod cadence;
pub(crate) mod claims;
pub(crate) mod examined;
pub(crate) mod fields;
pub(crate) mod figures;
pub(crate) mod held;
pub(crate) mod statements;
pub(crate) mod written;
