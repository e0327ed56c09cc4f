//! Tables of Markdown in a block: their cells, which columns belong to people, and what a person may change without changing what is
//! ours.

use unicode_width::UnicodeWidthStr;

/// What one line of a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowLine {
    /// Anything but a table.
    Plain,
    /// The head of a table; the columns that are theirs.
    Head(Vec<String>, Vec<usize>),
    /// The line below it.
    Rule,
    /// A row of the table above: its cells, and the columns that are theirs.
    Row(Vec<String>, Vec<usize>),
    /// A row that has not as many cells as its head.
    Broken,
}

/// Reads the lines of a block.
pub(crate) fn lines_of(lines: &[&str], theirs: &[String]) -> Vec<RowLine> {
    let mut out: Vec<RowLine> = Vec::with_capacity(lines.len());
    let mut open: Option<(usize, Vec<usize>)> = None;
    for (at, line) in lines.iter().enumerate() {
        let Some(found) = cells(line) else {
            open = None;
            out.push(RowLine::Plain);
            continue;
        };
        let ruled = lines.get(at + 1).is_some_and(|next| is_rule(next));
        out.push(match &open {
            None if ruled => {
                let columns: Vec<usize> = (0..found.len()).filter(|n| theirs.contains(&found[*n])).collect();
                open = Some((found.len(), columns.clone()));
                RowLine::Head(found, columns)
            }
            None => RowLine::Plain,
            Some(_) if matches!(out.last(), Some(RowLine::Head(..))) => RowLine::Rule,
            Some((width, columns)) if found.len() == *width => RowLine::Row(found, columns.clone()),
            Some(_) => RowLine::Broken,
        });
    }
    out
}

/// What is ours in a block, in a form that neither columns of people nor the width of cells change.
pub(crate) fn ours(lines: &[&str], theirs: &[String]) -> String {
    let mut out = String::new();
    for (line, read) in lines.iter().zip(lines_of(lines, theirs)) {
        match read {
            RowLine::Plain if line.trim().is_empty() => {}
            RowLine::Rule => {}
            RowLine::Plain | RowLine::Broken => out += &format!("{}\n", line.trim_end()),
            RowLine::Head(cells, _) => out += &format!("{}\n", cells.join("\u{1f}")),
            RowLine::Row(cells, columns) => {
                let own =
                    cells.iter().enumerate().map(|(n, cell)| if columns.contains(&n) { "" } else { cell.as_str() });
                out += &format!("{}\n", own.collect::<Vec<_>>().join("\u{1f}"));
            }
        }
    }
    out
}

/// A row as we write it.
pub(crate) fn written(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// The key of a row: its first cell, without the link around it.
pub(crate) fn key(cells: &[String]) -> String {
    let first = cells.first().map(String::as_str).unwrap_or_default();
    let inner = first.strip_prefix('[').and_then(|rest| rest.split_once("](")).map_or(first, |(text, _)| text);
    inner.trim_matches(|c| c == '*' || c == '`').trim().to_owned()
}

/// The cells of a line that begins and ends with a bar.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?;
    let inner = inner.strip_suffix('|').filter(|rest| !rest.ends_with('\\'))?;
    let (mut out, mut cell, mut escaped) = (Vec::new(), String::new(), false);
    for c in inner.chars() {
        if c == '|' && !escaped {
            out.push(cell.trim().to_owned());
            cell.clear();
        } else {
            cell.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    out.push(cell.trim().to_owned());
    Some(out)
}

fn is_rule(line: &str) -> bool {
    let sound = |cell: &String| cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':'));
    cells(line).is_some_and(|cells| cells.iter().all(sound))
}

/// The lines of a block; where a fence shows them as they are, the cells of a table stand below each other.
pub(crate) fn aligned(lines: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let (mut fenced, mut from) = (false, 0);
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("```") {
            if fenced {
                align(&mut out, from);
            }
            fenced = !fenced;
            from = at + 1;
        }
        out.push((*line).to_owned());
    }
    out
}

fn align(lines: &mut [String], from: usize) {
    let rows: Vec<Option<Vec<String>>> = lines[from..].iter().map(|line| cells(line)).collect();
    let wide = |column: usize| {
        let of = rows.iter().flatten().filter(|row| !row.iter().all(|cell| cell.starts_with('-')));
        of.filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(3)
    };
    for (line, row) in lines[from..].iter_mut().zip(&rows) {
        let Some(row) = row else { continue };
        let rule = row.iter().all(|cell| cell.starts_with('-'));
        let padded = row.iter().enumerate().map(|(column, cell)| match wide(column) {
            width if rule => "-".repeat(width),
            width => format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))),
        });
        *line = written(&padded.collect::<Vec<_>>());
    }
}
