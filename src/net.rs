//! Door.

pub mod base;
mod cache;
mod client;
mod error;
pub mod github;
mod graphql;
mod limits;
mod pages;
#[cfg(test)]
mod tests;
mod transport;
