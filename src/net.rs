//! HTTP for those who collect and those who write back: one client per address that is a good guest of the servers it asks
//! (bounded concurrency, retries with jitter, rate limits, conditional requests with a cache on disk) and that says in types why
//! an answer did not come. Owns the network; knows no issue, no rule and no format.

pub(crate) mod app;
pub(crate) mod auth;
pub(crate) mod cache;
pub(crate) mod client;
pub(crate) mod error;
pub(crate) mod github;
pub(crate) mod graphql;
pub(crate) mod ledger;
pub(crate) mod limits;
pub(crate) mod pages;
pub(crate) mod secrets;
pub(crate) mod session;
pub(crate) mod settings;
#[cfg(test)]
mod tests;
pub(crate) mod transport;
