//! What a document is, and which constraints it proves.

pub(crate) mod aside;
pub(crate) mod cut;
pub(crate) mod document;
#[cfg(fuzzing)]
pub mod doors;
pub(crate) mod entries;
pub(crate) mod evidence;
pub(crate) mod judge;
pub(crate) mod material;
pub(crate) mod proofs;
#[cfg(test)]
mod properties;
pub(crate) mod reader;
pub(crate) mod signs;
pub(crate) mod subject;
pub(crate) mod verdict;
