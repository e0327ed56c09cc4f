//! Rows of a sheet → paragraphs, pairs and tables: blank rows part them, the first full row of a part is its header.

use crate::formats::extract::{Extract, Rich};

/// Most filled cells that are read of one spreadsheet.
pub(crate) const MOST_CELLS: usize = 400_000;

/// A filled cell of a sheet.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// 0-based.
    pub(crate) row: u32,
    /// 0-based.
    pub(crate) column: u32,
    /// What it shows; dates as `YYYY-MM-DD`.
    pub(crate) text: String,
    /// Where it leads.
    pub(crate) links: Vec<String>,
}

impl From<&Cell> for Rich {
    fn from(cell: &Cell) -> Rich {
        Rich { links: cell.links.iter().map(|url| (0, url.clone())).collect(), ..Rich::from(cell.text.as_str()) }
    }
}

/// What stands for a formula of which the file keeps no result: the cell is not empty, and what it shows is not known.
pub(crate) const UNSOLVED: &str = "=formula";

/// The limit for cells whose formulas have no result.
pub(crate) fn unsolved(sheet: &str, cells: &[String]) -> String {
    let more = if cells.len() > 5 { format!(" and {} more", cells.len() - 5) } else { String::new() };
    let named = cells.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    format!(
        "sheet {sheet} holds formulas without a result ({named}{more}): open it in a spreadsheet program and save it"
    )
}

/// Name of a cell as spreadsheets show it: column letters and 1-based row.
pub(crate) fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        left -= 1;
        letters.push(b'A' + u8::try_from(left % 26).unwrap_or(0));
        left /= 26;
    }
    letters.reverse();
    format!("{}{}", String::from_utf8_lossy(&letters), u64::from(row) + 1)
}

/// Writes a sheet's filled cells, which come in order of rows, then columns.
pub(crate) fn sheet(name: &str, cells: &[Cell], out: &mut Extract) {
    out.place(format!("sheet {name}"));
    if !generic(name) {
        out.heading(2, &Rich::from(name));
    }
    let mut rows: Vec<&[Cell]> = Vec::new();
    for row in cells.chunk_by(|a, b| a.row == b.row) {
        if rows.last().is_some_and(|last| last[0].row + 1 != row[0].row) {
            part(name, &std::mem::take(&mut rows), out);
        }
        rows.push(row);
    }
    part(name, &rows, out);
}

/// Names that programs give by themselves.
fn generic(name: &str) -> bool {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    matches!(bare.to_lowercase().as_str(), "sheet" | "tabelle" | "table" | "worksheet" | "blatt" | "")
}

fn part(name: &str, rows: &[&[Cell]], out: &mut Extract) {
    let widest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let mut from = 0;
    // Lines and pairs above a wider table are not its header.
    while from < rows.len() && rows[from].len() < widest.min(3) {
        let same = rows[from..].iter().take_while(|row| row.len() == rows[from].len()).count();
        if rows[from].len() == 1 {
            for row in &rows[from..from + same] {
                out.place(format!("{name}!{}", cell_name(row[0].row, row[0].column)));
                out.paragraph(&Rich::from(&row[0]));
            }
        } else {
            table(name, &rows[from..from + same], out);
        }
        from += same;
    }
    table(name, &rows[from..], out);
}

fn table(name: &str, rows: &[&[Cell]], out: &mut Extract) {
    // Only columns in which something stands: two far cells make no wide table.
    let mut columns: Vec<u32> = rows.iter().flat_map(|row| row.iter().map(|cell| cell.column)).collect();
    columns.sort_unstable();
    columns.dedup();
    if rows.len() == 1 && columns.len() == 1 {
        out.place(format!("{name}!{}", cell_name(rows[0][0].row, rows[0][0].column)));
        return out.paragraph(&Rich::from(&rows[0][0]));
    }
    if columns.len().saturating_mul(rows.len()) > 2_000_000 {
        return out.limit(format!("sheet {name} is too wide and long: not read"));
    }
    let written: Vec<Vec<(Rich, Option<String>)>> = rows
        .iter()
        .map(|row| {
            let mut cells = row.iter().peekable();
            columns
                .iter()
                .map(|column| match cells.next_if(|cell| cell.column == *column) {
                    Some(cell) => (Rich::from(cell), Some(format!("{name}!{}", cell_name(cell.row, cell.column)))),
                    None => (Rich::default(), None),
                })
                .collect()
        })
        .collect();
    out.table(&written);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::document::Shape;

    #[test]
    fn names_of_cells() {
        assert_eq!(cell_name(6, 1), "B7");
        assert_eq!(cell_name(0, 25), "Z1");
        assert_eq!(cell_name(0, 26), "AA1");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
        let _ = cell_name(u32::MAX, u32::MAX);
    }

    #[test]
    fn title_pairs_and_table() {
        let lines: [&[&str]; 6] = [
            &["Security review 2025"],
            &["Date held", "2025-03-14"],
            &["Document ID", "QR-4"],
            &[],
            &["Issue", "Severity", "State"],
            &["#12", "high", "closed"],
        ];
        let cells: Vec<Cell> = (0u32..)
            .zip(lines)
            .flat_map(|(row, line)| {
                (0u32..).zip(line).map(move |(column, text)| Cell {
                    row,
                    column,
                    text: (*text).to_owned(),
                    links: Vec::new(),
                })
            })
            .collect();
        let mut out = Extract::default();
        sheet("Review", &cells, &mut out);
        let (doc, _) = out.finish();
        let shapes: Vec<String> = doc
            .blocks
            .iter()
            .map(|block| match &block.shape {
                Shape::Heading(text) => format!("# {}", text.text),
                Shape::Paragraph(text) => text.text.clone(),
                Shape::Table { header, rows } => format!("{}x{}", header.len(), rows.len()),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(shapes, ["# Review", "Security review 2025", "2x1", "3x1"]);
        let at = doc.source.find("#12").unwrap();
        assert_eq!(doc.place_of(at).as_deref(), Some("Review!A6"));
        assert_eq!(doc.place_of(doc.source.find("closed").unwrap()).as_deref(), Some("Review!C6"));
    }
}
