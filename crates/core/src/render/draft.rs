//! Door: the draft of the next record in a form, put together with what people wrote into an earlier one.

mod commands;
mod controls;
mod error;
mod form;
mod marks;
mod merge;
mod table;
#[cfg(test)]
mod tests;
mod word_form;
mod word_xml;

pub use crate::render::draft::commands::{ActionTracker, action_commands};
pub use crate::render::draft::error::DraftError;
pub use crate::render::draft::form::{REVIEWER, ReviewForm, places, write};
pub use crate::render::draft::merge::{Merged, is_draft, merge};
pub use crate::render::draft::word_form::{MOST_OF_A_WORD_FORM, fill};
