//! PDF: text laid out on pages.

pub(crate) mod columns;
pub(crate) mod content;
pub(crate) mod fonts;
pub(crate) mod layout;
pub(crate) mod lines;
pub(crate) mod objects;
pub(crate) mod read;
