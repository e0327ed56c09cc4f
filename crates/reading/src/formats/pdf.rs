//! Door.

pub mod content;
pub mod fonts;
pub mod layout;
pub mod read;
