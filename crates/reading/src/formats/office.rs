//! Word processors: packages of XML.

pub(crate) mod archive;
pub(crate) mod docx;
pub(crate) mod docx_body;
pub(crate) mod docx_styles;
pub(crate) mod flow;
pub(crate) mod odf;
pub(crate) mod odf_body;
pub(crate) mod odf_looks;
pub(crate) mod package;
pub(crate) mod properties;
pub(crate) mod xml;
