//! Door.

pub mod changes;
pub mod read;
pub mod server;
