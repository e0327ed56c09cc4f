//! CSV → document model. The file is its own source: lines and columns are those of the file.

use crate::value::document::{Document, Text};

/// Most cells that are read.
const MOST_CELLS: usize = 1_000_000;

/// Parses delimited text; the first row is the header.
pub(crate) fn parse(source: String) -> Document {
    let mut doc = Document::over(source);
    let source = std::mem::take(&mut doc.source);
    let separator = separator(&source);
    for (index, group) in groups(rows(&source, separator)).into_iter().enumerate() {
        let mut rows = group.into_iter();
        // A row with one cell names the sheet below it.
        let titled = rows.as_slice().len() > 1 && rows.as_slice().first().is_some_and(|row| named(row).is_some());
        if titled && let Some(cell) = rows.next().and_then(|row| row.into_iter().find(|cell| !cell.is_blank())) {
            doc.add_heading(if index == 0 { 1 } else { 2 }, cell);
        }
        doc.add_table(rows);
    }
    doc.source = source;
    doc
}

/// The one cell of a row of several that is not empty.
fn named(row: &[Text]) -> Option<&Text> {
    let mut filled = row.iter().filter(|cell| !cell.is_blank());
    let only = filled.next()?;
    (row.len() > 1 && filled.next().is_none()).then_some(only)
}

/// The rows of each sheet: a spreadsheet that was saved as one file has an empty row before the next title. Cells that are empty in all
/// rows of a sheet lie outside it.
fn groups(rows: Vec<Vec<Text>>) -> Vec<Vec<Vec<Text>>> {
    let blank = |row: &Vec<Text>| row.iter().all(Text::is_blank);
    let mut out: Vec<Vec<Vec<Text>>> = Vec::new();
    let mut after_blank = true;
    for row in rows {
        if blank(&row) {
            after_blank = true;
            continue;
        }
        match out.last_mut() {
            Some(group) if !(after_blank && named(&row).is_some()) => group.push(row),
            _ => out.push(vec![row]),
        }
        after_blank = false;
    }
    if out.len() > 1 || out.first().is_some_and(|group| group.first().is_some_and(|row| named(row).is_some())) {
        for group in &mut out {
            let width = group
                .iter()
                .filter_map(|row| row.iter().rposition(|cell| !cell.is_blank()))
                .max()
                .map_or(0, |at| at + 1);
            for row in group {
                row.truncate(width);
            }
        }
    }
    out
}

/// The separator that the first line has most of.
fn separator(source: &str) -> u8 {
    let first = source.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |mark: u8| first.bytes().filter(|byte| *byte == mark).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

fn rows(source: &str, separator: u8) -> Vec<Vec<Text>> {
    let bytes = source.as_bytes();
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    let (mut at, mut cells) = (0, 0);
    while at < bytes.len() && cells < MOST_CELLS {
        let (cell, end) = cell(source, at, separator);
        row.push(cell);
        cells += 1;
        let mark = bytes.get(end).copied();
        at = end + 1;
        if mark != Some(separator) {
            rows.push(std::mem::take(&mut row));
        }
    }
    rows.push(row);
    rows
}

/// The cell that begins at an offset, and where it ends: at a separator, a line end or the end of the text.
fn cell(source: &str, start: usize, separator: u8) -> (Text, usize) {
    let bytes = source.as_bytes();
    let mut text = Text::default();
    let mut at = start;
    let plain_end = |from: usize| {
        bytes[from..].iter().position(|b| *b == separator || *b == b'\n').map_or(bytes.len(), |end| from + end)
    };
    if bytes.get(start) != Some(&b'"') {
        let end = plain_end(start);
        let words = &source[start..end];
        text.push(words.trim(), start + (words.len() - words.trim_start().len()));
        return (text, end);
    }
    at += 1;
    loop {
        let Some(length) = bytes[at..].iter().position(|byte| *byte == b'"') else {
            // Never closed: what is left of the line is the cell.
            let end = plain_end(start + 1);
            let mut text = Text::default();
            text.push(&source[start + 1..end], start + 1);
            return (text, end);
        };
        text.push(&source[at..at + length], at);
        at += length + 1;
        if bytes.get(at) != Some(&b'"') {
            return (text, plain_end(at));
        }
        text.push("\"", at);
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::document::Shape;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let doc = parse(text.to_owned());
        let Some(block) = doc.blocks.first() else { return Vec::new() };
        let Shape::Table { header, rows } = &block.shape else { panic!("{block:?}") };
        std::iter::once(header).chain(rows).map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect()
    }

    #[test]
    fn quotes_separators_and_line_breaks() {
        assert_eq!(
            cells("id;title\n#1;\"a; \"\"b\"\"\nc\"\n\n#2;x\n"),
            [["id", "title"], ["#1", "a; \"b\"\nc"], ["#2", "x"]]
        );
        assert_eq!(cells("a,\"open\nb,c"), [["a", "open"], ["b", "c"]]);
    }

    #[test]
    fn cells_keep_their_place() {
        let doc = parse("id,what\n\"#1\",\"one\n two\"\n".to_owned());
        let Shape::Table { rows, .. } = &doc.blocks[0].shape else { panic!() };
        assert_eq!(doc.quote(rows[0][1].whole()).text, "one two");
        assert_eq!(doc.quote(rows[0][1].whole()).line.get(), 2);
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_crate(rows in prop::collection::vec(prop::collection::vec("[a-z\", \n]{1,6}x", 2..4), 1..5)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            // An unquoted cell is trimmed, a quoted one is not.
            let trimmed = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
                rows.into_iter().map(|row| row.into_iter().map(|cell| cell.trim().to_owned()).collect()).collect()
            };
            if separator(&text) == b',' {
                prop_assert_eq!(trimmed(cells(&text)), trimmed(rows));
            }
        }

        #[test]
        fn never_panics(text in "(?s).{0,200}") {
            let _ = parse(text);
        }
    }
}
