//! Door.

pub mod gitlab;
pub mod jira;
pub mod read;
#[cfg(test)]
mod tests;
