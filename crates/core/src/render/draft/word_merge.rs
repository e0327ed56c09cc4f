//! Drafting again into a Word record: what is ours follows the data, what people wrote stays. What
//! lies outside the controls is never touched. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::render::draft::controls::{Control, controls};
use crate::render::draft::error::DraftError;
use crate::render::draft::merge::is_said;
use crate::render::draft::word_form::{DOCUMENT, OURS, document, repacked};
use crate::render::draft::word_note::{WordNote, digest, noted, own, read, rows};
use crate::render::draft::word_xml::{cells_of, rows_of, text_of};

/// A Word record put together with an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordMerged {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Does it differ from what was there?
    pub changes: bool,
    /// What was kept against the data: a sentence each.
    pub kept: Vec<String>,
}

/// Is it a record that a draft filled?
pub fn is_word_draft(bytes: &[u8]) -> bool {
    let found = document("", bytes).ok().and_then(|text| controls(&text, OURS).ok());
    found.is_some_and(|found| found.iter().any(|control| control.note.is_some()))
}

/// Puts the new draft, filled into the same form, into the record that is there. `file`: its name, for messages.
pub fn merge_word(file: &str, there: &[u8], new: &[u8]) -> Result<WordMerged, DraftError> {
    let (old, fresh) = (document(file, there)?, document(file, new)?);
    let found = |text: &str| {
        let place = format!("{file} ({DOCUMENT})");
        let next = "Take the change back in Word, or name another file with -o.";
        controls(text, OURS).map_err(|what| DraftError::of(&place, what, next))
    };
    let (had, now) = (found(&old)?, found(&fresh)?);
    if !had.iter().any(|control| control.note.is_some()) {
        let next = "Name another file with -o, or move this one away; a file without the marks of a draft is never overwritten.";
        return Err(DraftError::of(file, "is there already, and no draft of Lookback", next));
    }
    let mut merged = WordMerged { bytes: Vec::new(), changes: false, kept: Vec::new() };
    let (mut out, mut at) = (String::with_capacity(old.len()), 0);
    for control in &had {
        let place = format!("{file}: the control {OURS}{}", control.name);
        let content = &old[control.content.clone()];
        match follow(content, control, (&fresh, &now), &place) {
            Err(why) => merged.kept.extend(why),
            Ok((content, note, kept)) => {
                merged.kept.extend(kept);
                out.push_str(&old[at..control.tag.start]);
                out += &format!("{OURS}{}{}", control.name, noted(&content, &note));
                out.push_str(&old[control.tag.end..control.content.start]);
                out.push_str(&content);
                at = control.content.end;
            }
        }
    }
    out.push_str(&old[at..]);
    let gone = now.iter().filter(|control| !had.iter().any(|old| old.name == control.name));
    merged.kept.extend(gone.map(|c| format!("{file}: the control {OURS}{} was taken out, and stays out", c.name)));
    merged.changes = out != old;
    merged.bytes = if merged.changes { repacked(file, there, out.as_bytes())? } else { there.to_vec() };
    Ok(merged)
}

/// The content that follows the data, how it is divided, and what was kept against the data; `Err`: it has to stay as it is, and why.
fn follow(
    content: &str,
    control: &Control,
    (fresh, now): (&str, &[Control]),
    place: &str,
) -> Result<(String, WordNote, Vec<String>), Vec<String>> {
    let Some((note, sum)) = control.note.as_deref().and_then(read) else {
        return Err(vec![format!("{place} was not filled by a draft; it is kept as it is")]);
    };
    let new = now.iter().find(|new| new.name == control.name);
    let Some((new, (division, new_sum))) = new.and_then(|new| Some((new, read(new.note.as_deref()?)?))) else {
        return Err(vec![format!("{place} is none of the form's; it is kept as it is")]);
    };
    if digest(content, &note) != sum {
        return Err(vec![format!("{place} was changed by hand; it is kept as it is, and does not follow the data")]);
    }
    // The same data, however often Word has written the file.
    if new_sum == sum && division == note {
        return Err(Vec::new());
    }
    let new = &fresh[new.content.clone()];
    let (Some(old_rows), Some(new_rows)) = (rows(content, &note), rows(new, &division)) else {
        return Ok((new.to_owned(), division, Vec::new()));
    };
    if division != note {
        return Err(vec![format!("{place} has other columns than the form; it is kept as it is")]);
    }
    let key = |row: &str| own(row, &note).into_iter().next().unwrap_or_default();
    let had: BTreeMap<String, &str> =
        old_rows.iter().map(|row| &content[row.clone()]).map(|row| (key(row), row)).collect();
    let (mut lines, mut used, mut kept) = (String::new(), BTreeSet::new(), Vec::new());
    for row in new_rows.iter().map(|row| &new[row.clone()]) {
        let name = key(row);
        match had.get(&name) {
            Some(before) if own(before, &note) == own(row, &note) => lines.push_str(before),
            Some(before) => lines += &with_theirs(row, before, &note.theirs),
            None => lines.push_str(row),
        }
        used.insert(name);
    }
    for (name, row) in had.iter().filter(|(name, _)| !used.contains(*name)) {
        let said = |cell: (usize, Range<usize>)| note.theirs.contains(&cell.0) && is_said(&text_of(&row[cell.1]));
        if cells_of(row).into_iter().enumerate().any(said) {
            lines.push_str(row);
            kept.push(format!("{place} keeps the row {name}, which the data have no more, for its remarks"));
        }
    }
    // Behind its head the table of the record goes on, as people have made it look.
    let heads = rows_of(content).unwrap_or_default();
    let start = old_rows.first().map(|row| row.start);
    let start = start.or_else(|| heads.last().map(|row| row.end)).unwrap_or(content.len());
    let end = old_rows.last().map_or(start, |row| row.end);
    Ok((format!("{}{lines}{}", &content[..start], &content[end..]), note, kept))
}

/// A new row with what people wrote into the old one.
fn with_theirs(row: &str, before: &str, theirs: &[usize]) -> String {
    let (new, old) = (cells_of(row), cells_of(before));
    let (mut out, mut at) = (String::new(), 0);
    for n in theirs {
        if let (Some(cell), Some(said)) = (new.get(*n), old.get(*n)) {
            out.push_str(&row[at..cell.start]);
            out.push_str(&before[said.clone()]);
            at = cell.end;
        }
    }
    out + &row[at..]
}
