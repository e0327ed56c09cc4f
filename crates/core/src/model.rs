//! Door.

pub mod evidence;
pub mod finding;
pub mod period;
pub mod policy;
pub mod report;
