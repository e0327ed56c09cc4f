//! Issues in tables.

pub(crate) mod columns;
pub(crate) mod headers;
pub(crate) mod read;
pub(crate) mod text;
pub(crate) mod tracker;
