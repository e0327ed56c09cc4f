//! Places in a text and the words found there: positions, quotes, locations. Imports nothing of ours.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

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
    #[serde(default)]
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

/// Words in one form of Unicode, handed on piece by piece with the offset of each in `words`: composed letters, `-` for every
/// hyphen and minus, a blank for every space, letters for ligatures and wide forms, nothing for what is not seen. A dash stays
/// one, except where it stands for a hyphen.
pub(crate) fn normal_pieces(words: &str, mut piece: impl FnMut(&str, usize)) {
    if words.is_ascii() {
        return piece(words, 0);
    }
    let (mut kept, mut at) = (0, 0);
    while let Some(first) = words[at..].chars().next() {
        let marks = words[at + first.len_utf8()..].chars().take_while(|c| is_combining_mark(*c) && !is_unseen(*c));
        let end = at + first.len_utf8() + marks.map(char::len_utf8).sum::<usize>();
        if let Some((form, end)) = other_form(words, at, first, end) {
            if kept < at {
                piece(&words[kept..at], kept);
            }
            if !form.is_empty() {
                piece(&form, at);
            }
            (kept, at) = (end, end);
        } else {
            at = end;
        }
    }
    if kept < words.len() {
        piece(&words[kept..], kept);
    }
}

/// Words in one form of Unicode.
pub fn normal(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    normal_pieces(words, |piece, _| out.push_str(piece));
    out
}

/// The form that a letter with its marks (up to `end`) takes, and where what it stands for ends; `None` where it stays as it is.
fn other_form(words: &str, at: usize, first: char, end: usize) -> Option<(String, usize)> {
    if first.is_ascii() && end == at + 1 {
        return None;
    }
    let alone = || at + first.len_utf8();
    match first {
        '\u{AD}' => {
            // At the end of a line it parts a word that goes on in the next.
            let rest = words[end..].trim_start_matches([' ', '\t']);
            let rest = rest.strip_prefix('\n').map_or(&words[end..], |next| next.trim_start_matches([' ', '\t']));
            Some((String::new(), words.len() - rest.len()))
        }
        '\u{2010}'..='\u{2012}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => Some(("-".to_owned(), alone())),
        '\u{2013}' if joins(&words[..at], &words[alone()..]) => Some(("-".to_owned(), alone())),
        '\u{FB00}'..='\u{FB06}' | '\u{FF01}'..='\u{FF5E}' => Some((words[at..alone()].nfkc().collect(), alone())),
        '\u{2028}' | '\u{2029}' | '\u{85}' => Some(("\n".to_owned(), alone())),
        _ if is_unseen(first) => Some((String::new(), alone())),
        _ if first.is_whitespace() && !first.is_ascii() => Some((" ".to_owned(), alone())),
        _ if is_nfc_quick(words[at..end].chars()) == IsNormalized::Yes => None,
        _ => Some((words[at..end].nfc().collect(), end)),
    }
}

/// Characters that only tell how others are shown.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Does a dash between these stand for a hyphen: in a day (`2025–03–14`), or between the letters and the number of an id?
fn joins(before: &str, after: &str) -> bool {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let digits_before = |text: &str| text.chars().rev().take_while(char::is_ascii_digit).count();
    let hyphen = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2013}');
    let (left, right) = (digits_before(before), digits(after));
    let year_month = || before[..before.len() - left].strip_suffix(hyphen).is_some_and(|year| digits_before(year) == 4);
    let month_day = || after[right..].strip_prefix(hyphen).is_some_and(|day| digits(day) == 2);
    before.ends_with(|c: char| c.is_ascii_uppercase()) && right > 0
        || left == 4 && right == 2 && month_day()
        || left == 2 && right == 2 && year_month()
}

/// The day (`YYYY-MM-DD`) with which a date of a machine begins.
pub(crate) fn leading_day(date: &str) -> Option<&str> {
    let day = date.trim().get(..10)?;
    let shape = |(index, byte): (usize, u8)| if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    day.bytes().enumerate().all(shape).then_some(day)
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

/// The first so many of a list, and how many more there are: `a, b and 3 more`.
pub fn listed(items: &[impl AsRef<str>], most: usize) -> String {
    let shown = items.iter().take(most).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if items.len() > most { format!("{shown} and {} more", items.len() - most) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_of_unicode() {
        for (written, read) in [
            ("2026\u{2011}01\u{2010}09", "2026-01-09"),
            ("2026\u{2013}01\u{2013}09", "2026-01-09"),
            ("2026\u{2212}01\u{FF0D}09", "2026-01-09"),
            ("SEC\u{2011}12, SEC\u{2013}13", "SEC-12, SEC-13"),
            // A dash that is one stays.
            (
                "2025\u{2013}26, #12\u{2013}#18, 12\u{2013}14, held \u{2013} and",
                "2025\u{2013}26, #12\u{2013}#18, 12\u{2013}14, held \u{2013} and",
            ),
            ("\u{FB01}xed, e\u{FB03}cient, \u{FB02}aw, Au\u{FB06}ellung", "fixed, efficient, flaw, Austellung"),
            ("U\u{308}berpru\u{308}fung", "Überprüfung"),
            ("14.\u{A0}March\u{202F}2025\u{3000}", "14. March 2025 "),
            ("com\u{AD}plete, re\u{AD}\n  solved", "complete, resolved"),
            ("\u{FEFF}Date\u{200B} held\u{2060}: #\u{200D}3", "Date held: #3"),
            ("\u{FF03}\u{FF11}\u{FF12}", "#12"),
            ("Müller – geprüft", "Müller – geprüft"),
        ] {
            assert_eq!(normal(written), read, "{written:?}");
            assert_eq!(normal(read), read);
        }
    }
}
