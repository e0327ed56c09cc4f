//! Door.

pub mod delimited;
pub mod html;
pub mod markdown;
pub mod markup;
pub mod office;
pub mod pdf;
pub mod table;
