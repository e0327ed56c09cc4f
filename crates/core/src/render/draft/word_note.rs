//! What a draft notes of a control behind the name in its tag: which rows are the head of its table, which columns are left to people,
//! and a digest of all else (`lookback:population#1#4#87d89ee7…`). Pure.

use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::render::draft::word_xml::{cells_of, rows_of, text_of};

/// How a control is divided among us and people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordNote {
    /// Rows of the table before those of the data.
    pub(crate) head: usize,
    /// Columns that are left to people.
    pub(crate) theirs: Vec<usize>,
}

/// What a tag bears behind its name, for a control with this content.
pub(crate) fn noted(content: &str, note: &WordNote) -> String {
    let theirs: Vec<String> = note.theirs.iter().map(usize::to_string).collect();
    format!("#{}#{}#{}", note.head, theirs.join(","), digest(content, note))
}

/// The same, read again: the division and the digest.
pub(crate) fn read(note: &str) -> Option<(WordNote, &str)> {
    let mut parts = note.splitn(3, '#');
    let head = parts.next()?.parse().ok()?;
    let theirs = parts.next()?.split(',').filter(|n| !n.is_empty()).map(|n| n.parse().ok()).collect::<Option<_>>()?;
    Some((WordNote { head, theirs }, parts.next()?))
}

/// The digest of what is ours in a control: its words without those of people, however Word cuts them.
pub(crate) fn digest(content: &str, note: &WordNote) -> String {
    let mut ours = String::new();
    match rows(content, note) {
        Some(rows) => {
            for row in rows {
                ours += &own(&content[row], note).join("\u{1f}");
                ours.push('\n');
            }
        }
        None => ours = text_of(content),
    }
    Sha256::digest(ours.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The rows of the data; `None` where there is no table.
pub(crate) fn rows(content: &str, note: &WordNote) -> Option<Vec<Range<usize>>> {
    let rows = rows_of(content).ok().filter(|rows| !rows.is_empty())?;
    Some(rows.into_iter().skip(note.head).collect())
}

/// The words of a row that are ours.
pub(crate) fn own(row: &str, note: &WordNote) -> Vec<String> {
    let cells = cells_of(row).into_iter().enumerate();
    cells.filter(|(n, _)| !note.theirs.contains(n)).map(|(_, cell)| text_of(&row[cell])).collect()
}
