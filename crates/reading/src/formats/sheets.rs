//! Workbooks: tables on sheets.

pub(crate) mod ods;
pub(crate) mod xlsx;
