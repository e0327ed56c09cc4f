//! What a tracker is: a source that is asked over the network by its `[[tracker]]` table.

use futures_util::future::LocalBoxFuture;

use crate::collect::source::Source;
use crate::collect::trackers::address::{Account, TrackerAddress, TrackerAnswer};
use crate::net::client::Client;
use lookback_core::model::{Policy, TrackerKind, TrackerPolicy};

/// A kind of tracker.
pub(crate) struct Tracker {
    /// Its row among all sources.
    pub source: Source,
    /// The kinds of the configuration that it answers for.
    pub kinds: &'static [TrackerKind],
    /// As whom it is asked, by the variables of the environment.
    pub account: fn(TrackerKind, &dyn Fn(&str) -> Option<String>) -> Account,
    /// Asks it. What came is kept when something else fails; every failure is a limit.
    pub fetch: for<'a> fn(&'a Question<'a>) -> LocalBoxFuture<'a, TrackerAnswer>,
}

/// What one tracker is asked.
pub(crate) struct Question<'a> {
    /// Through which the server is spoken to.
    pub client: &'a Client,
    /// Its table.
    pub tracker: &'a TrackerPolicy,
    /// Which issues are security issues.
    pub policy: &'a Policy,
    /// Where it is.
    pub place: &'a TrackerAddress,
}
