//! Door.

pub mod changes;
pub mod documents;
pub mod message;
pub mod repository;
pub mod walk;
