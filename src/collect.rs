//! Everything that is read of the world, through one door: `collect` takes a request, a policy and the network, and gives one
//! immutable `Evidence`. With the table of the sources: a new one is its file, its row and its settings; a tracker has its row in
//! `trackers`.

pub(crate) mod actions;
pub(crate) mod answers;
pub(crate) mod approvals;
pub(crate) mod attachments;
pub(crate) mod base_tree;
pub(crate) mod budget;
pub(crate) mod changes;
pub(crate) mod confirmations;
pub(crate) mod documents;
pub(crate) mod error;
pub(crate) mod files;
pub(crate) mod filter;
pub(crate) mod gather;
pub(crate) mod git;
pub(crate) mod github;
pub(crate) mod history;
pub(crate) mod issue_files;
pub(crate) mod links;
pub(crate) mod logs;
pub(crate) mod originals;
pub(crate) mod passed_over;
pub(crate) mod past;
pub(crate) mod policy_approval;
pub(crate) mod request;
pub(crate) mod since;
pub(crate) mod source;
pub(crate) mod state;
pub(crate) mod still;
pub(crate) mod subjects;
pub(crate) mod trackers;
pub(crate) mod unread;
pub(crate) mod wanted;

use crate::collect::source::Source;

/// All kinds of sources.
pub fn sources() -> impl Iterator<Item = &'static Source> {
    let trackers = trackers::TRACKERS.iter().map(|tracker| &tracker.source);
    let after = [&github::source::GITHUB, &history::HISTORY];
    std::iter::once(&issue_files::ISSUE_FILES).chain(trackers).chain(after)
}
