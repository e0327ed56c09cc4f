//! CSV → document model. The file is its own source: lines and columns are those of the file.

use crate::value::document::{Document, Text};

/// Most cells that are read.
const MOST_CELLS: usize = 1_000_000;

/// Parses delimited text; the first row is the header.
pub(crate) fn parse(source: String) -> Document {
    let mut doc = Document::over(source);
    let source = std::mem::take(&mut doc.source);
    let separator = separator(&source);
    doc.add_table(rows(&source, separator));
    doc.source = source;
    doc
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
            if row.iter().any(|cell: &Text| !cell.is_blank()) {
                rows.push(std::mem::take(&mut row));
            }
            row.clear();
        }
    }
    if row.iter().any(|cell| !cell.is_blank()) {
        rows.push(row);
    }
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
