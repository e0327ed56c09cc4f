//! Door.

pub mod archive;
pub mod docx;
pub mod docx_body;
pub mod docx_styles;
pub mod flow;
pub mod odf;
pub mod odf_body;
pub mod odf_looks;
pub mod package;
pub mod properties;
pub mod xml;
