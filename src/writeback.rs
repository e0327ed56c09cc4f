//! What is written back: to GitHub a check run, one comment on a pull request, one reminder issue, a commit status; to GitLab comment
//! and reminder, to Jira the reminder, to a webhook a message.
//!
//! Each is planned by a pure function of the finished report and of what stands there already, so that a second run writes
//! nothing; `executor` looks, writes, and looks again where it is not known whether a request was acted on. Judges nothing: the
//! exit code is settled before.

pub(crate) mod check_run;
pub(crate) mod comment;
pub(crate) mod executor;
pub(crate) mod fleet;
pub(crate) mod marker;
pub(crate) mod notify;
pub(crate) mod outcome;
pub(crate) mod post;
pub(crate) mod reminder;
pub(crate) mod status;
