//! Issues in tables.

pub(crate) mod columns;
pub(crate) mod read;
pub(crate) mod text;
pub(crate) mod tracker;
