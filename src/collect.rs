//! Door.

pub mod approvals;
mod attachments;
pub mod changes;
pub mod gather;
pub mod git;
pub mod github;
pub mod history;
pub mod subjects;
pub mod trackers;
