//! A firm's own Word form: content controls whose tags name what belongs into them are filled, all else stays byte for byte. The words
//! are those of the shipped form: a control takes the table of the block that its tag names.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::model::draft::RecordDraft;
use crate::render::draft::controls::{Control, ControlPlace, controls};
use crate::render::draft::error::DraftError;
use crate::render::draft::form::{ReviewForm, write};
use crate::render::draft::marks::{DraftPart, parts};
use crate::render::draft::table::{RowLine, lines_of};
use crate::render::draft::word_note::{WordNote, noted};
use crate::render::draft::word_xml::{cells_of, paragraph, plain_table, rows_of, run, words};

/// Bytes of a Word form.
pub const MOST_OF_A_WORD_FORM: u64 = 50 * 1024 * 1024;
/// Bytes that its text, unpacked, may have.
const MOST_TEXT: u64 = 32 * 1024 * 1024;
/// Where a Word file has its text.
pub(crate) const DOCUMENT: &str = "word/document.xml";
/// What tags begin with.
pub(crate) const OURS: &str = "lookback:";
/// What a form must have a place for: without these it is no record.
const NEEDED: [&str; 2] = ["period", "population"];
/// Values of one line.
const LINES: [&str; 5] = ["period", "previous", "procedures", "product", "repository"];
/// Values that are tables: the blocks of the shipped forms.
const TABLES: [&str; 12] = [
    "actions",
    "balance",
    "candidates",
    "deployed",
    "head",
    "metrics",
    "missed",
    "outliers",
    "population",
    "sources",
    "targets",
    "unseen",
];

/// What goes into a control.
enum WordValue {
    Line(String),
    /// A table, with the names of the columns that are left to people.
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
        theirs: Vec<String>,
    },
}

/// Fills a Word form. `words`: the shipped form whose words are taken; `name`: the file, for messages.
pub fn fill(draft: &RecordDraft, words: &ReviewForm<'_>, name: &str, bytes: &[u8]) -> Result<Vec<u8>, DraftError> {
    if bytes.len() as u64 > MOST_OF_A_WORD_FORM {
        let what = format!("the form has {} bytes; at most {MOST_OF_A_WORD_FORM} are read", bytes.len());
        return Err(DraftError::of(name, what, "Take large pictures out of the form."));
    }
    let text = document(name, bytes)?;
    let place = format!("{name} ({DOCUMENT})");
    let found = controls(&text, OURS).map_err(|what| DraftError::of(&place, what, FIX))?;
    for needed in NEEDED {
        if !found.iter().any(|control| control.name == needed) {
            let what = format!("no content control has the tag {OURS}{needed}");
            let next = format!("Put one around the place for it, with the tag {OURS}{needed} (docs/draft.md).");
            return Err(DraftError::of(&place, what, next));
        }
    }
    if let Some(control) = found.iter().find(|control| control.note.is_some()) {
        let what = format!("the control {OURS}{} is filled already: this is a record, not its form", control.name);
        return Err(DraftError::of(&place, what, "Name the empty form with --form, and the record with -o."));
    }
    let filled = write(draft, words)?;
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for control in &found {
        let value = value(draft, &filled, words.name, &control.name)
            .ok_or_else(|| DraftError::of(&place, format!("the tag {OURS}{} is unknown", control.name), known()))??;
        let (new, note) = content(&text, control, &value).map_err(|what| DraftError::of(&place, what, FIX))?;
        let tag = format!("{OURS}{}{}", control.name, noted(&new, &note));
        // Word takes what stands in a control for a hint as long as this says so.
        let mut before = [Some((control.tag.clone(), tag.as_str())), control.hint.clone().map(|hint| (hint, ""))];
        before.sort_by_key(|part| part.as_ref().map(|(range, _)| range.start));
        for (range, instead) in before.into_iter().flatten() {
            out.push_str(&text[at..range.start]);
            out.push_str(instead);
            at = range.end;
        }
        out.push_str(&text[at..control.content.start]);
        out.push_str(&new);
        at = control.content.end;
    }
    out.push_str(&text[at..]);
    repacked(name, bytes, out.as_bytes())
}

const FIX: &str = "Mend the form in Word (Developer, Design Mode), or begin anew with another control; docs/draft.md says what may stand where.";

fn known() -> String {
    let mut names: Vec<&str> = LINES.iter().chain(&TABLES).copied().collect();
    names.sort_unstable();
    format!("Tags are {}.", names.iter().map(|name| format!("{OURS}{name}")).collect::<Vec<_>>().join(", "))
}

/// The text of a Word file.
pub(crate) fn document(name: &str, bytes: &[u8]) -> Result<String, DraftError> {
    let broken = |what: String| DraftError::of(name, what, "Save the form as .docx, without a password.");
    let mut zip = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| broken("the form is no Word file (.docx), or damaged".into()))?;
    let mut part =
        zip.by_name(DOCUMENT).map_err(|_| broken(format!("the form has no {DOCUMENT}, or it is encrypted")))?;
    let mut text = Vec::new();
    let read = part.by_ref().take(MOST_TEXT + 1).read_to_end(&mut text);
    if text.len() as u64 > MOST_TEXT {
        return Err(broken(format!("{DOCUMENT} unpacks to more than {} MiB", MOST_TEXT >> 20)));
    }
    read.map_err(|_| broken(format!("{DOCUMENT} is damaged")))?;
    String::from_utf8(text).map_err(|_| broken(format!("{DOCUMENT} is not UTF-8")))
}

/// The same archive with another text; every other part is copied as it is packed.
pub(crate) fn repacked(name: &str, bytes: &[u8], text: &[u8]) -> Result<Vec<u8>, DraftError> {
    let damaged = |error: zip::result::ZipError| {
        DraftError::of(name, format!("a part of the form cannot be copied: {error}"), "Save the form again in Word.")
    };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    for index in 0..zip.len() {
        let part = zip.by_index_raw(index).map_err(damaged)?;
        if part.name().is_ok_and(|part| part == DOCUMENT) {
            let options = SimpleFileOptions::default().last_modified_time(part.last_modified().unwrap_or_default());
            out.start_file(DOCUMENT, options).map_err(damaged)?;
            out.write_all(text).map_err(|error| damaged(error.into()))?;
        } else {
            out.raw_copy_file(part).map_err(damaged)?;
        }
    }
    out.finish().map(Cursor::into_inner).map_err(damaged)
}

/// What belongs under a name; `None`: nothing is called so.
fn value(draft: &RecordDraft, filled: &str, form: &str, name: &str) -> Option<Result<WordValue, DraftError>> {
    let line = |text: String| Some(Ok(WordValue::Line(text)));
    let from = || draft.begins.map_or_else(String::new, |day| day.to_string());
    match name {
        "period" => line(format!("{} – {}", from(), draft.period.to)),
        "product" => line(draft.product.clone().unwrap_or_else(|| draft.repository.clone())),
        "repository" => line(draft.repository.clone()),
        "procedures" => line(draft.procedures.join(", ")),
        "previous" => line(draft.previous.as_ref().map(|last| last.path.clone()).unwrap_or_default()),
        table if TABLES.contains(&table) => Some(parts(form, filled).map(|parts| table_of(&parts, table))),
        _ => None,
    }
}

/// The table of a block; none where the draft has no such block.
fn table_of(parts: &[DraftPart<'_>], name: &str) -> WordValue {
    let block = parts.iter().find_map(|part| match part {
        DraftPart::Ours(block) if block.name == name => Some(block),
        _ => None,
    });
    let (mut head, mut rows) = (Vec::new(), Vec::new());
    if let Some(block) = block {
        for line in lines_of(&block.lines, &block.theirs) {
            match line {
                RowLine::Head(cells, _) => head = cells.iter().map(|cell| unescaped(cell)).collect(),
                RowLine::Row(cells, _) => rows.push(cells.iter().map(|cell| unescaped(cell)).collect()),
                _ => {}
            }
        }
    }
    WordValue::Table { head, rows, theirs: block.map(|block| block.theirs.clone()).unwrap_or_default() }
}

/// A cell of Markdown as plain text: what [`crate::render::escape::markdown`], links and inline code made of it is undone.
fn unescaped(cell: &str) -> String {
    let fence = cell.len() - cell.trim_start_matches('`').len();
    if fence > 0 && cell.len() > 2 * fence {
        return cell[fence..cell.len() - fence].trim().replace("\\|", "|");
    }
    let mut text = String::with_capacity(cell.len());
    let mut rest = cell;
    // A link of ours begins its cell.
    if let Some((inner, _)) = cell.strip_prefix('[').and_then(|inner| inner.rsplit_once("](")) {
        rest = inner;
    }
    while let Some(c) = rest.chars().next() {
        let entity = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&#124;", "|"), ("&#36;", "$"), ("&#8203;", "")];
        if let Some((code, plain)) = entity.iter().find(|(code, _)| rest.starts_with(code)) {
            text.push_str(plain);
            rest = &rest[code.len()..];
        } else if let Some(escaped) = rest.strip_prefix('\\').and_then(|after| after.chars().next()) {
            text.push(escaped);
            rest = &rest[1 + escaped.len_utf8()..];
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    text
}

/// What the control is to hold, and what of it is ours.
fn content(text: &str, control: &Control, value: &WordValue) -> Result<(String, WordNote), String> {
    let old = &text[control.content.clone()];
    let tag = format!("{OURS}{}", control.name);
    match (value, control.place) {
        (WordValue::Line(line), ControlPlace::Line) => Ok((run(old, line), WordNote::default())),
        (WordValue::Line(line), ControlPlace::Block) => Ok((paragraph(old, line), WordNote::default())),
        (WordValue::Table { .. }, ControlPlace::Line) => Err(format!(
            "the control {tag} stands within a line, and a table belongs into it: put it around a whole paragraph or table"
        )),
        (WordValue::Table { head, rows, theirs }, ControlPlace::Block) => match rows_of(old) {
            Err(why) => Err(format!("the control {tag}: {why}")),
            Ok(found) if found.is_empty() => {
                let theirs = (0..head.len()).filter(|n| theirs.contains(&head[*n])).collect();
                Ok((plain_table(head, rows) + "<w:p/>", WordNote { head: 1, theirs }))
            }
            Ok(found) => {
                // The last row is the pattern; a single one is the head too.
                let pattern = found[found.len() - 1].clone();
                let keeps = if found.len() == 1 { pattern.end } else { pattern.start };
                let shape = &old[pattern.clone()];
                let cells = cells_of(shape);
                let columns =
                    chosen(shape, &cells, head, found.len() > 1).map_err(|why| format!("the table in {tag}: {why}"))?;
                let mut new = old[..keeps].to_owned();
                for row in rows {
                    let mut at = 0;
                    for (cell, column) in cells.iter().zip(&columns) {
                        new.push_str(&shape[at..cell.start]);
                        let said = column.and_then(|n| row.get(n)).map_or("", String::as_str);
                        new.push_str(&words(&shape[cell.clone()], said));
                        at = cell.end;
                    }
                    new.push_str(&shape[at..]);
                }
                let left =
                    |column: Option<usize>| column.is_none_or(|n| head.get(n).is_none_or(|name| theirs.contains(name)));
                let theirs = (0..columns.len()).filter(|n| left(columns[*n])).collect();
                Ok((new + &old[pattern.end..], WordNote { head: found.len().saturating_sub(1).max(1), theirs }))
            }
        },
    }
}

/// Which column goes into which cell: by the names in the pattern row, else in order. `None`: the cell is left to people.
fn chosen(
    shape: &str,
    cells: &[std::ops::Range<usize>],
    head: &[String],
    named: bool,
) -> Result<Vec<Option<usize>>, String> {
    let names: Vec<String> =
        cells.iter().map(|cell| crate::render::draft::word_xml::text_of(&shape[cell.clone()])).collect();
    // The draft has nothing to put there.
    if head.is_empty() {
        return Ok(vec![None; cells.len()]);
    }
    if !named || names.iter().all(String::is_empty) {
        if cells.len() != head.len() {
            return Err(format!(
                "it has {} columns, the data have {}: {}; write their names into its last row to choose among them",
                cells.len(),
                head.len(),
                head.join(", ")
            ));
        }
        return Ok((0..head.len()).map(Some).collect());
    }
    let find = |name: &String| match head.iter().position(|known| known == name) {
        _ if name.is_empty() => Ok(None),
        Some(at) => Ok(Some(at)),
        None => Err(format!("no column is called \"{name}\"; there are {}", head.join(", "))),
    };
    names.iter().map(find).collect()
}
