//! Door.

pub mod constraint;
pub mod document;
pub mod reading;
pub mod text;
