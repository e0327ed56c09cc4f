//! Pieces of a Word text: rows and cells of a table as ranges, and words put in place of words with their look kept.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::render::escape::xml;

/// The rows of the one table in a piece of text; none where it has no table.
pub(crate) fn rows_of(piece: &str) -> Result<Vec<Range<usize>>, String> {
    let tables = ranges(piece, "w:tbl");
    match tables.as_slice() {
        [] => Ok(Vec::new()),
        [table] => {
            let inner = &piece[table.clone()];
            let rows: Vec<Range<usize>> = ranges(inner, "w:tr");
            if rows.is_empty() {
                return Err("its table has no row".to_owned());
            }
            if inner[5..].contains("<w:tbl>") {
                return Err("its table holds another table".to_owned());
            }
            Ok(rows.into_iter().map(|row| table.start + row.start..table.start + row.end).collect())
        }
        more => Err(format!("it holds {} tables; one is filled", more.len())),
    }
}

/// The cells of a row.
pub(crate) fn cells_of(row: &str) -> Vec<Range<usize>> {
    ranges(row, "w:tc")
}

/// The words of a piece of text.
pub(crate) fn text_of(piece: &str) -> String {
    let mut out = String::new();
    for range in ranges(piece, "w:t") {
        let inner = &piece[range];
        let from = inner.find('>').map_or(0, |at| at + 1);
        let to = inner.rfind("</").unwrap_or(inner.len()).max(from);
        out +=
            &quick_xml::escape::unescape(&inner[from..to]).map_or_else(|_| String::new(), std::borrow::Cow::into_owned);
    }
    out.trim().to_owned()
}

/// The outermost elements of a name, in order.
fn ranges(piece: &str, name: &str) -> Vec<Range<usize>> {
    let mut reader = Reader::from_str(piece);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
    let (mut out, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    loop {
        let before = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(start)) if start.name().as_ref() == name => {
                if depth == 0 {
                    from = before;
                }
                depth += 1;
            }
            Ok(Event::End(end)) if end.name().as_ref() == name && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    out.push(from..position(&reader));
                }
            }
            Ok(Event::Eof) | Err(_) => return out,
            Ok(_) => {}
        }
    }
}

/// The first element of a name, as written.
fn first<'p>(piece: &'p str, name: &str) -> &'p str {
    ranges(piece, name).into_iter().next().map_or("", |range| &piece[range])
}

/// A run with the look of the first one in the old text.
pub(crate) fn run(old: &str, text: &str) -> String {
    let look = first(first(old, "w:r"), "w:rPr");
    format!("<w:r>{look}<w:t xml:space=\"preserve\">{}</w:t></w:r>", xml(text))
}

/// A paragraph with the look of the first one in the old text.
pub(crate) fn paragraph(old: &str, text: &str) -> String {
    let own = first(old, "w:p");
    format!("<w:p>{}{}</w:p>", first(own, "w:pPr"), run(own, text))
}

/// A cell with other words; its properties stay.
pub(crate) fn words(cell: &str, text: &str) -> String {
    let open = cell.find('>').map_or("<w:tc>", |at| &cell[..=at]);
    format!("{open}{}{}</w:tc>", first(cell, "w:tcPr"), paragraph(cell, text))
}

/// A table without a pattern.
pub(crate) fn plain_table(head: &[String], rows: &[Vec<String>]) -> String {
    if head.is_empty() {
        return String::new();
    }
    let edge = |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>");
    let edges: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(edge).concat();
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{}</w:tblGrid>",
        "<w:gridCol/>".repeat(head.len())
    );
    let mut row = |cells: &[String], look: &str| {
        out += "<w:tr>";
        for cell in cells {
            out += &format!("<w:tc><w:p><w:r>{look}<w:t xml:space=\"preserve\">{}</w:t></w:r></w:p></w:tc>", xml(cell));
        }
        out += "</w:tr>";
    };
    row(head, "<w:rPr><w:b/></w:rPr>");
    for cells in rows {
        row(cells, "");
    }
    out + "</w:tbl>"
}
