//! Door.

pub mod content;
pub mod fonts;
pub mod layout;
pub mod lines;
pub mod objects;
pub mod read;
