//! Door: every repository of a maker. A plan names them, a run checks a shard of them, a merge puts the results of all shards together.

#[allow(dead_code, reason = "runs and merges go by the rest")]
pub(crate) mod config;
pub(crate) mod error;
#[allow(dead_code, reason = "runs and merges go by the rest")]
pub(crate) mod files;
pub(crate) mod hosts;
pub(crate) mod list;
#[allow(dead_code, reason = "runs and merges go by the rest")]
pub(crate) mod names;
pub(crate) mod plan;
