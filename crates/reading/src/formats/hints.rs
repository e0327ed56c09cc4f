//! What a parser must be told of the language, where that decides what a line is.

/// Asked by parsers; answered by who knows dates.
#[derive(Clone, Copy)]
pub(crate) struct Hints {
    /// Is the text nothing but one day? Alone on a cover it is the document's date.
    pub(crate) is_day: fn(&str) -> bool,
    /// Does the text begin with a month's name? "14. March 2025" begins a date, not a list.
    pub(crate) begins_with_month: fn(&str) -> bool,
}
