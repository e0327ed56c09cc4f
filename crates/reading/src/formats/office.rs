//! Door.

pub mod archive;
pub mod docx;
pub mod docx_body;
pub mod extract;
pub mod odf;
pub mod properties;
pub mod tables;
pub mod xlsx;
pub mod xml;
