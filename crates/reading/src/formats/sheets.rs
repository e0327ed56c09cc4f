//! Door.

pub(crate) mod ods;
pub(crate) mod xlsx;
