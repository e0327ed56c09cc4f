//! Door.

pub(crate) mod document;
pub(crate) mod judge;
pub(crate) mod material;
pub(crate) mod proofs;
pub(crate) mod reader;
pub(crate) mod signs;
pub(crate) mod verdict;
