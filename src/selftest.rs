//! The self-test: known histories through the whole tool, and the record of it.

#[cfg(test)]
mod examples;
pub(crate) mod expected;
pub(crate) mod record;
pub(crate) mod scenarios;
pub(crate) mod show;
pub(crate) mod suite;
pub(crate) mod texts;
