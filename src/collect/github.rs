//! GitHub as a source: issues with their timelines, advisories, alerts and releases.

pub(crate) mod advisories;
pub(crate) mod alerts;
pub(crate) mod history;
pub(crate) mod issues;
pub(crate) mod limits;
pub(crate) mod listed;
pub(crate) mod place;
pub(crate) mod read;
pub(crate) mod releases;
pub(crate) mod rest;
pub(crate) mod source;
pub(crate) mod timelines;
