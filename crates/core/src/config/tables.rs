//! Door: a file per table of the configuration.

pub(crate) mod cadence;
pub(crate) mod documents;
pub(crate) mod embargo;
pub(crate) mod github;
pub(crate) mod issues;
pub(crate) mod on;
pub(crate) mod releases;
pub(crate) mod rules;
pub(crate) mod subject;
pub(crate) mod targets;
pub(crate) mod tracker;
pub(crate) mod waiver;
