//! Tables in reStructuredText, AsciiDoc and plain text.

use crate::formats::lines::{Lines, Markup, indent};
use crate::value::document::Text;

/// Rows of cells, and the index of the line after them.
type Table = (Vec<Vec<Text>>, usize);

/// The table that begins at a line, whose words without indentation are `body`; `None` if there is none.
pub(crate) fn table(text: &Lines<'_>, markup: Markup, index: usize, body: &str) -> Option<Table> {
    Some(match markup {
        Markup::AsciiDoc if body.starts_with("|===") => asciidoc_table(text, index),
        Markup::Rst if body.starts_with("+-") || body.starts_with("+=") => piped(text, index),
        Markup::Rst if body.starts_with("* - ") => list_table(text, index),
        Markup::Rst if columns(body).len() > 1 => simple_table(text, index),
        _ if body.starts_with('|') && body.len() > 1 && body.ends_with('|') => piped(text, index),
        Markup::Plain if body.contains('\t') && text.line(index + 1).contains('\t') => tabbed(text, index),
        _ => return None,
    })
}

fn piped(text: &Lines<'_>, index: usize) -> Table {
    let mut rows: Vec<Vec<Text>> = Vec::new();
    let mut fresh = true;
    let mut at = index;
    let grid = text.line(index).trim_start().starts_with('+');
    while at < text.len() {
        let line = text.line(at);
        let body = line.trim_start();
        if !body.starts_with(['|', '+']) {
            break;
        }
        let rule = body.chars().all(|c| matches!(c, '|' | '+' | '-' | '=' | ':' | ' '));
        if rule {
            fresh = true;
        } else {
            let base = text.start(at) + (line.len() - body.len());
            let mut cells = Vec::new();
            let mut start = 1;
            for (end, _) in body.match_indices('|').filter(|(end, _)| *end > 0) {
                cells.push(text.cell(base + start, base + end));
                start = end + 1;
            }
            match rows.last_mut().filter(|row| grid && !fresh && row.len() == cells.len()) {
                Some(row) => {
                    for (cell, more) in row.iter_mut().zip(cells) {
                        if !more.is_blank() {
                            cell.push("\n", more.source_of(0).saturating_sub(1));
                            cell.push(&more.text, more.source_of(0));
                        }
                    }
                }
                None => rows.push(cells),
            }
            fresh = false;
        }
        at += 1;
    }
    (rows, at)
}

fn tabbed(text: &Lines<'_>, index: usize) -> Table {
    let mut rows = Vec::new();
    let mut at = index;
    while at < text.len() && text.line(at).contains('\t') {
        let mut start = text.start(at);
        let mut row = Vec::new();
        for piece in text.line(at).split('\t') {
            row.push(text.cell(start, start + piece.len()));
            start += piece.len() + 1;
        }
        rows.push(row);
        at += 1;
    }
    (rows, at)
}

fn simple_table(text: &Lines<'_>, index: usize) -> Table {
    let columns = columns(text.line(index));
    let mut rows = Vec::new();
    let mut at = index + 1;
    let mut rules = 1;
    while at < text.len() {
        let line = text.line(at);
        if !self::columns(line).is_empty() {
            rules += 1;
            let last = text.line(at + 1).trim().is_empty() && rules > 2;
            at += 1;
            if last {
                break;
            }
            continue;
        }
        if !line.trim().is_empty() {
            let base = text.start(at);
            let ends = columns.iter().skip(1).copied().chain([line.len()]);
            let row = columns.iter().zip(ends).map(|(start, end)| {
                let (start, end) = ((*start).min(line.len()), end.min(line.len()));
                if line.is_char_boundary(start) && line.is_char_boundary(end) {
                    text.cell(base + start, base + end.max(start))
                } else {
                    Text::default()
                }
            });
            rows.push(row.collect());
        }
        at += 1;
    }
    (rows, at)
}

fn list_table(text: &Lines<'_>, index: usize) -> Table {
    let mut rows: Vec<Vec<Text>> = Vec::new();
    let mut at = index;
    let own = indent(text.line(index));
    while at < text.len() {
        let line = text.line(at);
        let body = line.trim_start();
        if !body.is_empty() {
            if indent(line) < own {
                break;
            }
            let base = text.start(at) + (line.len() - body.len());
            if body.starts_with("* -") {
                rows.push(vec![text.cell(base + 3, base + body.len())]);
            } else if body.starts_with('-') {
                if let Some(row) = rows.last_mut() {
                    row.push(text.cell(base + 1, base + body.len()));
                }
            } else if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                cell.push("\n", base.saturating_sub(1));
                cell.push(body, base);
            }
        }
        at += 1;
    }
    (rows, at)
}

fn asciidoc_table(text: &Lines<'_>, index: usize) -> Table {
    let mut cells: Vec<Text> = Vec::new();
    let mut width = 0;
    let mut at = index + 1;
    while at < text.len() && !text.line(at).trim_start().starts_with("|===") {
        let line = text.line(at);
        let base = text.start(at);
        let starts: Vec<usize> = line.match_indices('|').map(|(i, _)| i).collect();
        if starts.is_empty()
            && let Some(cell) = cells.last_mut().filter(|_| !line.is_empty())
        {
            cell.push("\n", base.saturating_sub(1));
            cell.push(line, base);
        }
        for (i, start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).copied().unwrap_or(line.len());
            cells.push(text.cell(base + start + 1, base + end));
        }
        if width == 0 {
            width = starts.len();
        }
        at += 1;
    }
    let width = declared_width(text, index).unwrap_or(width).max(1);
    let mut rows = Vec::new();
    let mut row = Vec::new();
    for cell in cells {
        row.push(cell);
        if row.len() == width {
            rows.push(std::mem::take(&mut row));
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    (rows, at + 1)
}

/// `[cols="1,2,3"]` above an AsciiDoc table.
fn declared_width(text: &Lines<'_>, index: usize) -> Option<usize> {
    let above = text.line(index.checked_sub(1)?);
    let spec = above.split("cols=\"").nth(1)?.split('"').next()?;
    Some(spec.split(',').count())
}

/// Starts of the columns of a reStructuredText simple table's rule.
fn columns(line: &str) -> Vec<usize> {
    if !line.contains("==") || !line.chars().all(|c| c == '=' || c == ' ') || !line.trim().contains(' ') {
        return Vec::new();
    }
    let mut starts = Vec::new();
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c == '=' && before == ' ' {
            starts.push(at);
        }
        before = c;
    }
    starts
}
