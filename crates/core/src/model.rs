//! Door.

pub mod evidence;
pub mod finding;
pub mod metrics;
pub mod period;
pub mod policy;
pub mod report;
pub mod span;
