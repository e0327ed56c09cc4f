//! Door: a file per table of the configuration.

pub mod cadence;
pub mod documents;
pub mod embargo;
pub mod github;
pub mod issues;
pub mod on;
pub mod releases;
pub mod rules;
pub mod subject;
pub mod targets;
pub mod tracker;
pub mod waiver;
