//! Door.

pub mod constraint;
pub mod document;
pub mod guard;
pub mod reading;
pub mod text;
