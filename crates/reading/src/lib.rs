//! Door.

pub mod decide;
pub mod facts;
pub mod formats;
pub mod grammar;
pub mod value;
