//! Door.

pub(crate) mod constraint;
pub(crate) mod document;
pub(crate) mod guard;
pub(crate) mod reading;
pub(crate) mod text;
