//! Workbooks: tables on sheets.

pub(crate) mod ods;
pub(crate) mod xlsx;
pub(crate) mod xlsx_beside;
