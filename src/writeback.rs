//! What is written back to GitHub: a check run, one comment on a pull request, one reminder issue, a commit status.
//!
//! Each is planned by a pure function of the finished report and of what stands there already, so that a second run writes
//! nothing; `executor` looks, writes, and looks again where it is not known whether a request was acted on. Judges nothing: the
//! exit code is settled before.

pub mod check_run;
pub mod comment;
mod executor;
pub mod marker;
pub mod reminder;
pub mod status;

pub use crate::writeback::executor::{Annotations, Done, Target, Wanted, nothing_written, write};
