//! A Git repository through libgit2, or straight from its object database. Opens and reads only: no hook, no filter, no external
//! program, no write.

pub(crate) mod absent;
pub(crate) mod backports;
pub(crate) mod between;
pub(crate) mod changes;
pub(crate) mod checkout;
pub(crate) mod commit;
pub(crate) mod commit_name;
pub(crate) mod documents;
pub(crate) mod error;
pub(crate) mod fixed_in;
pub(crate) mod graph;
pub(crate) mod held;
pub(crate) mod library;
pub(crate) mod merged;
pub(crate) mod releases;
pub(crate) mod repository;
pub(crate) mod sound;
pub(crate) mod touched;
pub(crate) mod tree;
pub(crate) mod walk;
