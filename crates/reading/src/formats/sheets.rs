//! Door.

pub mod ods;
pub mod xlsx;
