//! A finished report in every format.

pub(crate) mod anchor;
pub(crate) mod codequality;
pub mod csv;
#[cfg(test)]
mod embargo_tests;
pub mod escape;
pub mod format;
pub mod github;
pub mod issues;
pub mod json;
pub(crate) mod junit;
pub mod lane;
pub mod layout;
pub mod markdown;
pub(crate) mod metrics;
pub mod open;
pub mod reading;
#[cfg(any(test, feature = "fixtures"))]
pub mod sample;
pub(crate) mod sarif;
pub mod schema;
pub(crate) mod snippet;
pub mod status;
pub(crate) mod style;
pub(crate) mod text;
pub mod timeline;
pub(crate) mod words;

pub use crate::render::json::read::{ReportError, report as read_report};
pub use crate::render::style::Style;
