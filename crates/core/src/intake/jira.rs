//! Issues as Jira tells them.

pub(crate) mod changes;
pub(crate) mod read;
pub(crate) mod server;
