//! Door: every repository of a maker. A plan names them, a run checks a shard of them, a merge puts the results of all shards together.

pub(crate) mod cache;
pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod error;
pub(crate) mod files;
pub(crate) mod git;
pub(crate) mod hosts;
pub(crate) mod list;
pub(crate) mod memory;
pub(crate) mod merge;
pub(crate) mod mirror;
pub(crate) mod names;
pub(crate) mod plan;
pub(crate) mod room;
pub(crate) mod run;
pub(crate) mod shard;
pub(crate) mod site;
pub(crate) mod worker;
