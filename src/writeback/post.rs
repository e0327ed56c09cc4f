//! Door: comments and reminders in the words of each host, a file a host. Decides nothing: what is written is planned elsewhere.

mod github;
mod gitlab;
mod host;
mod jira;
pub(crate) mod place;
