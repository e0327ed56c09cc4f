//! Door.

pub mod advisories;
pub mod alerts;
pub mod history;
pub mod issues;
pub mod limits;
pub mod read;
pub mod releases;
pub mod rest;
pub mod timelines;
