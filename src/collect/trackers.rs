//! Door, with the table of the trackers on the network: a new one is its file, its row and its settings (`TrackerKind`).

pub(crate) mod address;
pub(crate) mod gitlab;
pub(crate) mod jira;
pub(crate) mod source;
#[cfg(test)]
mod tests;
pub(crate) mod tracker;

use crate::collect::trackers::tracker::Tracker;

/// All trackers.
pub(crate) static TRACKERS: [&Tracker; 2] = [&jira::JIRA, &gitlab::GITLAB];
