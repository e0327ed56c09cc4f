//! Places in a text and the words found there: positions, quotes, locations. Imports nothing of ours.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Words of a document with the place where they stand. `text` is the document's own text, white space folded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// 1-based line (for PDF the line within the extracted page text).
    pub line: NonZeroU32,
    /// 1-based column in characters.
    #[serde(default = "first")]
    pub column: NonZeroU32,
    /// The words.
    pub text: String,
    /// Where a reader finds it in a format without lines: `page 3`, `paragraph 12`, `Issues!B7`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

fn first() -> NonZeroU32 {
    NonZeroU32::MIN
}

impl Quote {
    /// A quote at a line and column; zero counts as one.
    pub fn at(line: usize, column: usize, text: impl Into<String>) -> Self {
        Quote { line: one_based(line), column: one_based(column), text: text.into(), place: None }
    }
}

impl Quote {
    /// Where a reader finds it: the place, else the line.
    pub fn whereabouts(&self) -> String {
        self.place.clone().unwrap_or_else(|| format!("line {}", self.line))
    }
}

/// Clamps to 1..=`u32::MAX`.
pub fn one_based(n: usize) -> NonZeroU32 {
    u32::try_from(n).ok().and_then(NonZeroU32::new).unwrap_or(if n == 0 { NonZeroU32::MIN } else { NonZeroU32::MAX })
}

/// A place in a file of the repository, 1-based, repository-relative with `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Repository-relative path.
    pub path: String,
    /// First line; `null` when the finding is about the whole file.
    pub line: Option<NonZeroU32>,
    /// First column, in characters.
    pub column: Option<NonZeroU32>,
    /// Last line.
    pub end_line: Option<NonZeroU32>,
    /// Column after the last character.
    pub end_column: Option<NonZeroU32>,
    /// Where a reader finds it in a format without lines (`page 3`); line is then that of the extracted text, without columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl Location {
    /// The whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Location { path: path.into(), line: None, column: None, end_line: None, end_column: None, place: None }
    }

    /// The place of a quote in a file; the end is set when the quote lies on one line.
    pub fn of(path: impl Into<String>, quote: &Quote) -> Self {
        if quote.place.is_some() {
            return Location { line: Some(quote.line), place: quote.place.clone(), ..Location::file(path) };
        }
        let length = quote.text.chars().count();
        Location {
            path: path.into(),
            line: Some(quote.line),
            column: Some(quote.column),
            end_line: Some(quote.line),
            end_column: Some(one_based(quote.column.get() as usize + length)),
            place: None,
        }
    }

    /// `path:line`, or `path, page 3`, with the path as the caller shows it.
    pub fn position(&self, path: &str) -> String {
        match (&self.place, self.line) {
            (Some(place), _) => format!("{path}, {place}"),
            (None, Some(line)) => format!("{path}:{line}"),
            (None, None) => path.to_owned(),
        }
    }
}

/// Folds runs of white space to one blank and trims.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Cuts after `most` characters and marks the cut with `…`.
pub fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
    }
}

/// `1 issue`, `2 issues`: the count with the noun in the right number.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
