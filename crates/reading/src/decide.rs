//! Door.

pub mod document;
pub mod judge;
pub mod material;
pub mod proofs;
pub mod reader;
pub mod signs;
pub mod verdict;
