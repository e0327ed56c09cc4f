//! The values of reading: text with its places, documents, constraints, what was read.

pub(crate) mod constraint;
pub(crate) mod declared;
pub(crate) mod document;
pub(crate) mod guard;
pub(crate) mod reading;
pub(crate) mod text;
