//! The commands, a file each: its arguments beside its body. `cli` names them.

pub(crate) mod action;
pub(crate) mod arguments;
pub(crate) mod check;
pub(crate) mod collect;
pub(crate) mod completions;
pub(crate) mod confirm;
pub(crate) mod demo;
pub(crate) mod evidence;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod issues;
pub(crate) mod man;
pub(crate) mod read;
pub(crate) mod schema;
pub(crate) mod self_test;
pub(crate) mod status;
pub(crate) mod temporary;
pub(crate) mod timeline;
