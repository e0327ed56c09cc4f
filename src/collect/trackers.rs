//! Trackers on the network: Jira and GitLab.

pub(crate) mod address;
pub(crate) mod gitlab;
pub(crate) mod jira;
pub(crate) mod source;
#[cfg(test)]
mod tests;
