//! Door.

pub(crate) mod changes;
pub(crate) mod read;
pub(crate) mod server;
