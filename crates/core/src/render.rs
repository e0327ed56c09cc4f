//! Door.

pub mod anchor;
pub mod codequality;
pub mod csv;
#[cfg(test)]
mod embargo_tests;
pub mod escape;
pub mod format;
pub mod github;
pub mod issues;
pub mod json;
pub mod junit;
pub mod lane;
pub mod layout;
pub mod markdown;
pub mod metrics;
pub mod reading;
#[cfg(any(test, feature = "fixtures"))]
pub mod sample;
pub mod sarif;
pub mod schema;
pub mod snippet;
pub mod status;
pub mod style;
pub mod text;
pub mod timeline;
pub mod words;
