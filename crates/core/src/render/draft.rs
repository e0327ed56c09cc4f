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
mod word_merge;
mod word_note;
mod word_shipped;
mod word_xml;

pub use crate::render::draft::commands::{ActionTracker, action_commands};
pub use crate::render::draft::error::DraftError;
pub use crate::render::draft::form::{REVIEWER, ReviewForm, places, write};
pub use crate::render::draft::merge::{Merged, is_draft, merge};
pub use crate::render::draft::word_form::{MOST_OF_A_WORD_FORM, fill};
pub use crate::render::draft::word_merge::{WordMerged, is_word_draft, merge_word};
pub use crate::render::draft::word_shipped::word_form;
