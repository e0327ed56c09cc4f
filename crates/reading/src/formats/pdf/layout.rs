//! Runs of text on pages → lines, headings, paragraphs, items and tables, by where they stand and how large they are.

use std::collections::HashMap;

use crate::formats::office::extract::{Extract, Rich};
use crate::formats::pdf::content::Run;
use crate::grammar::dates;

/// A stretch of a line that stands apart from the next.
#[derive(Clone, Debug)]
struct Cell {
    x: f32,
    end: f32,
    text: String,
    /// So close to the cell before that only the lines around can tell whether it is a column.
    close: bool,
}

/// A line of a page.
#[derive(Clone, Debug)]
pub struct Line {
    y: f32,
    size: f32,
    bold: bool,
    cells: Vec<Cell>,
}

impl Line {
    fn text(&self) -> String {
        self.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn length(&self) -> usize {
        self.cells.iter().map(|cell| cell.text.len()).sum()
    }
}

/// The lines of a page from top to bottom; turned text comes last.
pub fn lines(runs: Vec<Run>) -> Vec<Line> {
    let (mut upright, turned): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(|run| run.upright);
    upright.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<Vec<Run>> = Vec::new();
    for run in upright {
        let same = rows
            .last()
            .and_then(|row| row.first())
            .is_some_and(|first| (first.y - run.y).abs() <= 0.4 * first.size.max(run.size).max(1.0));
        match rows.last_mut().filter(|_| same) {
            Some(row) => row.push(run),
            None => rows.push(vec![run]),
        }
    }
    // Where blanks are written as letters, a gap without one is no gap between words.
    let all: usize = rows.iter().flatten().map(|run| run.text.len()).sum();
    let blanks: usize = rows.iter().flatten().map(|run| run.text.matches(' ').count()).sum();
    let spelled_out = blanks * 12 > all;
    let mut out: Vec<Line> = rows.into_iter().filter_map(|runs| line(runs, spelled_out)).collect();
    settle(&mut out);
    out.retain(|line| !leads_to_a_page(&line.text()));
    out.extend(turned.into_iter().map(|run| Line {
        y: run.y,
        size: run.size,
        bold: false,
        cells: vec![Cell { x: run.x, end: run.x, text: run.text.trim().to_owned(), close: false }],
    }));
    out
}

fn line(mut runs: Vec<Run>, spelled_out: bool) -> Option<Line> {
    runs.sort_by(|a, b| a.x.total_cmp(&b.x));
    let longest = runs.iter().max_by_key(|run| run.text.trim().len())?;
    let (y, size) = (longest.y, longest.size);
    let bold = runs.iter().all(|run| run.bold);
    let mut cells: Vec<Cell> = Vec::new();
    let mut before: Option<&Run> = None;
    for run in &runs {
        // Bold is sometimes faked by writing twice.
        if before.is_some_and(|last| last.text == run.text && (run.x - last.x).abs() < 0.2 * size) {
            continue;
        }
        before = Some(run);
        let text = run.text.replace(['\n', '\r', '\t'], " ");
        let unit = size.max(run.size);
        match cells.last_mut() {
            Some(cell) if run.x - cell.end <= APART * unit && !may_part(cell, run, unit) => {
                let apart = run.x - cell.end > 0.17 * size.min(run.size);
                if apart && !cell.text.ends_with(' ') && !text.starts_with(' ') {
                    cell.text.push(' ');
                }
                cell.text.push_str(&text);
                cell.end = cell.end.max(run.end);
            }
            last => {
                let close = last.is_some_and(|cell| run.x - cell.end <= APART * unit) && !spelled_out;
                cells.push(Cell { x: run.x, end: run.end, text, close });
            }
        }
    }
    for cell in &mut cells {
        cell.text = crate::value::text::fold(&spelled(&cell.text));
    }
    cells.retain(|cell| !cell.text.is_empty());
    if cells.len() > 1 && bullet(&format!("{} ", cells[0].text)).is_some_and(|length| length > cells[0].text.len()) {
        // The mark of an item is no column.
        let mark = cells.remove(0);
        cells[0].text = format!("{} {}", mark.text, cells[0].text);
        cells[0].x = mark.x;
    }
    (!cells.is_empty()).then_some(Line { y, size, bold, cells })
}

/// Gaps wider than so many times the size part columns.
const APART: f32 = 1.8;
/// Gaps wider than this may part columns, if the words behind were set at a place of their own.
const CLOSE: f32 = 0.4;

/// May a run begin a new column close behind a cell?
fn may_part(cell: &Cell, run: &Run, unit: f32) -> bool {
    run.placed && run.x - cell.end > CLOSE * unit && !cell.text.ends_with(' ') && !run.text.starts_with(' ')
}

/// Cells that stand close count as columns where a line above or below has one at the very same place; else they are words.
fn settle(lines: &mut [Line]) {
    let starts: Vec<Vec<f32>> =
        lines.iter().map(|line| line.cells.iter().skip(1).map(|cell| cell.x).collect()).collect();
    let spots: Vec<(f32, f32)> = lines.iter().map(|line| (line.y, line.size)).collect();
    for (index, line) in lines.iter_mut().enumerate() {
        let near: Vec<f32> = [index.checked_sub(1), Some(index + 1)]
            .into_iter()
            .flatten()
            .filter(|other| spots.get(*other).is_some_and(|(y, size)| (y - line.y).abs() <= 3.0 * size.max(line.size)))
            .flat_map(|other| starts[other].iter().copied())
            .collect();
        let slack = 0.08 * line.size.max(1.0);
        let mut cells: Vec<Cell> = Vec::with_capacity(line.cells.len());
        for cell in std::mem::take(&mut line.cells) {
            let column = !cell.close || near.iter().any(|x| (x - cell.x).abs() <= slack);
            match cells.last_mut().filter(|_| !column) {
                Some(last) => {
                    last.text.push(' ');
                    last.text.push_str(&cell.text);
                    last.end = last.end.max(cell.end);
                }
                None => cells.push(cell),
            }
        }
        line.cells = cells;
    }
}

/// Ligatures as the letters that they are.
fn spelled(text: &str) -> String {
    if !text.contains(|c: char| ('\u{FB00}'..='\u{FB04}').contains(&c)) {
        return text.to_owned();
    }
    [('ﬀ', "ff"), ('ﬁ', "fi"), ('ﬂ', "fl"), ('ﬃ', "ffi"), ('ﬄ', "ffl")]
        .into_iter()
        .fold(text.to_owned(), |text, (ligature, letters)| text.replace(ligature, letters))
}

/// A line of a table of contents: dots, then the number of a page.
fn leads_to_a_page(text: &str) -> bool {
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let words = dense.trim_end_matches(|c: char| c.is_ascii_digit());
    words.len() < dense.len() && words.ends_with(".....")
}

/// How the document is set.
struct Style {
    /// Size of running text.
    body: f32,
    /// Is running text in bold?
    bold: bool,
    /// Sizes of headings, largest first.
    sizes: Vec<u32>,
}

fn tenths(size: f32) -> u32 {
    // Sizes of letters are small and positive.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
    let rounded = (size.clamp(0.0, 10_000.0) * 2.0).round() as u32;
    rounded
}

impl Style {
    fn of(pages: &[(u32, Vec<Line>, Vec<String>)]) -> Style {
        let mut by_size: HashMap<u32, usize> = HashMap::new();
        let (mut bold, mut all) = (0, 0);
        for line in pages.iter().flat_map(|(_, lines, _)| lines) {
            *by_size.entry(tenths(line.size)).or_default() += line.length();
            all += line.length();
            bold += if line.bold { line.length() } else { 0 };
        }
        let most = by_size.into_iter().max_by_key(|(size, length)| (*length, *size)).map_or(20, |(size, _)| size);
        #[expect(clippy::cast_precision_loss, reason = "at most 20,000")]
        let body = most as f32 / 2.0;
        let mut style = Style { body, bold: bold * 2 > all, sizes: Vec::new() };
        let mut sizes: Vec<u32> = pages
            .iter()
            .flat_map(|(_, lines, _)| lines)
            .filter(|line| style.is_large(line))
            .map(|line| tenths(line.size))
            .collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes.dedup();
        style.sizes = sizes;
        style
    }

    fn is_large(&self, line: &Line) -> bool {
        line.cells.len() == 1 && line.size >= self.body * 1.12 && line.length() <= 140
    }

    /// The level of a line that is a heading.
    fn heading(&self, line: &Line) -> Option<u8> {
        let text = line.text();
        if !text.chars().any(char::is_alphabetic) {
            return None;
        }
        if self.is_large(line) {
            let rank = self.sizes.iter().position(|size| *size == tenths(line.size)).unwrap_or(4);
            return Some(u8::try_from(rank + 1).unwrap_or(5).min(5));
        }
        let bold = line.bold && !self.bold && line.cells.len() == 1 && text.len() <= 80;
        (bold && !text.contains(':') && !text.ends_with(['.', ',', ';'])).then_some(6)
    }
}

/// Lines at the edges of pages that come again and again, word for word, count once.
fn repeated(pages: &[(u32, Vec<Line>, Vec<String>)]) -> HashMap<String, usize> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (_, lines, _) in pages {
        let mut own: Vec<String> = edges(lines).map(Line::text).collect();
        own.sort();
        own.dedup();
        for text in own {
            *seen.entry(text).or_default() += 1;
        }
    }
    seen.retain(|_, count| *count >= 3 && *count * 2 >= pages.len());
    seen
}

fn edges(lines: &[Line]) -> impl Iterator<Item = &Line> {
    let tail = lines.len().saturating_sub(3).max(3.min(lines.len()));
    lines.iter().take(3).chain(&lines[tail..])
}

/// Writes the pages: (number, lines, targets of links).
pub fn write(pages: &[(u32, Vec<Line>, Vec<String>)], out: &mut Extract) {
    let style = Style::of(pages);
    let left_out = repeated(pages);
    let mut shown: Vec<String> = Vec::with_capacity(left_out.len());
    for (number, lines, links) in pages {
        out.place(format!("page {number}"));
        for url in links {
            out.link(url);
        }
        let tail = lines.len().saturating_sub(3).max(3.min(lines.len()));
        let kept: Vec<Line> = lines
            .iter()
            .enumerate()
            .filter(|(index, line)| {
                if *index >= 3 && *index < tail {
                    return true;
                }
                let text = line.text();
                if !left_out.contains_key(&text) {
                    return true;
                }
                let first = !shown.contains(&text);
                if first {
                    shown.push(text);
                }
                first
            })
            .map(|(_, line)| line.clone())
            .collect();
        one_page(&kept, *number == 1, &style, out);
    }
}

fn one_page(lines: &[Line], first: bool, style: &Style, out: &mut Extract) {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some(next) = lines.get(at + 1).filter(|next| labels(line, next)) {
            out.paragraph(&Rich::from(format!("{} {}", line.text(), next.text()).as_str()));
            at += 2;
            continue;
        }
        if first && line.cells.len() == 1 && is_day(&line.text()) {
            // A day that stands alone on the cover is the document's date.
            let words = line.text();
            let controls = vec![(0..words.len(), "Date".to_owned())];
            out.paragraph(&Rich { text: words, controls, ..Rich::default() });
            at += 1;
            continue;
        }
        if let Some(level) = style.heading(line) {
            let mut rich = Rich::from(line.text().as_str());
            at += 1;
            while let Some(next) = lines
                .get(at)
                .filter(|next| style.heading(next) == Some(level) && level < 6 && near(&lines[at - 1], next, 1.6))
            {
                rich.line(&Rich::from(next.text().as_str()));
                at += 1;
            }
            out.heading(level, &rich);
            continue;
        }
        if line.cells.len() > 1
            && let Some(next) = table(lines, at, style, out)
        {
            at = next;
            continue;
        }
        at = paragraph(lines, at, style, out);
    }
}

/// A label on a line of its own, with its value below.
fn labels(line: &Line, next: &Line) -> bool {
    let (label, value) = (line.text(), next.text());
    line.cells.len() == 1
        && next.cells.len() == 1
        && label.ends_with(':')
        && label.len() <= 40
        && value.len() <= 80
        && !value.contains(':')
        && bullet(&value).is_none()
        && near(line, next, 2.5)
}

/// Nothing but one day?
fn is_day(text: &str) -> bool {
    match dates::find(text).as_slice() {
        [found] => matches!(found.written, dates::Written::Day(_)) && found.range.len() == text.trim().len(),
        _ => false,
    }
}

/// Does `next` follow `line` within so many times its size?
fn near(line: &Line, next: &Line, times: f32) -> bool {
    let gap = line.y - next.y;
    gap >= 0.0 && gap <= times * line.size.max(next.size).max(1.0)
}

fn bullet(text: &str) -> Option<usize> {
    ["•", "▪", "◦", "●", "■", "–", "·", "", "-", "o"].iter().find_map(|mark| {
        let rest = text.strip_prefix(mark)?;
        rest.starts_with(' ').then_some(mark.len() + 1)
    })
}

fn paragraph(lines: &[Line], from: usize, style: &Style, out: &mut Extract) -> usize {
    let first = &lines[from];
    let words = first.text();
    let skip = bullet(&words);
    let mut rich = Rich::default();
    rich.push(&words[skip.unwrap_or(0)..], first.bold);
    let mut at = from + 1;
    while let Some(next) = lines.get(at) {
        let text = next.text();
        let goes_on = next.cells.len() == 1
            && first.cells.len() == 1
            && near(&lines[at - 1], next, 1.7)
            && (next.size - first.size).abs() < 0.6
            && style.heading(next).is_none()
            && bullet(&text).is_none()
            && !text.starts_with(['☐', '☒', '☑']);
        if !goes_on {
            break;
        }
        if !splits_id(&rich.text, &text) {
            rich.push("\n", false);
        }
        rich.push(&text, next.bold);
        at += 1;
    }
    if skip.is_some() {
        out.item(&rich);
    } else {
        out.paragraph(&rich);
    }
    at
}

/// Does a line end within an id (`CVE-2024-`, then `1234`)?
fn splits_id(before: &str, after: &str) -> bool {
    before.ends_with('-')
        && after.starts_with(|c: char| c.is_ascii_digit())
        && before.trim_end_matches('-').ends_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
}

/// Writes the table that begins at a line, and returns the line after it; `None` if there is none.
fn table(lines: &[Line], from: usize, style: &Style, out: &mut Extract) -> Option<usize> {
    let first = &lines[from];
    let columns: Vec<f32> = first.cells.iter().map(|cell| cell.x).collect();
    let mut rows: Vec<Vec<String>> = vec![first.cells.iter().map(|cell| cell.text.clone()).collect()];
    let mut at = from + 1;
    while let Some(line) = lines.get(at) {
        let before = &lines[at - 1];
        if !near(before, line, 4.0) || style.heading(line).is_some_and(|level| level < 6) {
            break;
        }
        let Some(places) = places(&columns, line) else { break };
        let broken = rows.last().is_some_and(|row| row[0].ends_with('-'));
        let goes_on = near(before, line, 1.5)
            && (places[0] > 0 || broken || line.cells.len() == 1 && line.cells[0].end < columns[1] && !line.bold);
        if line.cells.len() == 1 && !goes_on {
            break;
        }
        if goes_on && (places[0] > 0 || broken || line.cells.len() == 1) {
            // Words that did not fit into the cells of the row above.
            let row = rows.last_mut()?;
            for (cell, place) in line.cells.iter().zip(&places) {
                let target = &mut row[*place];
                if !target.is_empty() && !splits_id(target, &cell.text) {
                    target.push('\n');
                }
                target.push_str(&cell.text);
            }
        } else {
            let mut row = vec![String::new(); columns.len()];
            for (cell, place) in line.cells.iter().zip(&places) {
                if !row[*place].is_empty() {
                    row[*place].push(' ');
                }
                row[*place].push_str(&cell.text);
            }
            rows.push(row);
        }
        at += 1;
    }
    if rows.len() == 1 && columns.len() != 2 {
        return None;
    }
    let rows: Vec<Vec<(Rich, Option<String>)>> =
        rows.into_iter().map(|row| row.into_iter().map(|cell| (Rich::from(cell.as_str()), None)).collect()).collect();
    out.table(&rows);
    Some(at)
}

/// The column of each cell of a line; `None` if the line does not belong to the columns.
fn places(columns: &[f32], line: &Line) -> Option<Vec<usize>> {
    let slack = 1.2 * line.size.max(6.0);
    let mut out = Vec::with_capacity(line.cells.len());
    for cell in &line.cells {
        let (place, distance) = columns
            .iter()
            .enumerate()
            .map(|(index, x)| (index, (cell.x - x).abs()))
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        // A cell may begin further right (numbers), but not left of its column.
        let inside =
            cell.x >= columns[place] - slack && columns.get(place + 1).is_none_or(|next| cell.end <= next + slack);
        if distance > slack && !inside {
            return None;
        }
        out.push(place);
    }
    Some(out)
}
