//! Runs of text on a page → lines with their cells, by where they stand.

use crate::formats::pdf::content::Run;
use crate::value::text::fold;

/// A stretch of a line that stands apart from the next.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    /// Left edge.
    pub(crate) x: f32,
    /// Right edge.
    pub(crate) end: f32,
    /// Base line, size and weight of its first words: lines of columns side by side share none.
    pub(crate) set: SetWords,
    /// The words.
    pub(crate) text: String,
    /// So close to the cell before that only the lines around can tell whether it is a column.
    close: bool,
}

/// How words are set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetWords {
    /// Base line.
    pub(crate) y: f32,
    /// Size of letters.
    pub(crate) size: f32,
    /// In bold?
    pub(crate) bold: bool,
}

/// A line of a page.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Base line; grows upwards.
    pub(crate) y: f32,
    /// Size of its letters.
    pub(crate) size: f32,
    /// All in bold?
    pub(crate) bold: bool,
    /// What stands apart in it, from left to right.
    pub(crate) cells: Vec<Stretch>,
}

impl Line {
    /// Its words.
    pub(crate) fn text(&self) -> String {
        self.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// How many bytes its words have.
    pub(crate) fn length(&self) -> usize {
        self.cells.iter().map(|cell| cell.text.len()).sum()
    }
}

/// The lines of a page from top to bottom; turned text comes last, as one reads it who turns the page.
pub(crate) fn lines(mut runs: Vec<Run>) -> Vec<Line> {
    runs.sort_by_key(|run| run.turn);
    runs.chunk_by(|a, b| a.turn == b.turn).flat_map(|runs| lines_of(runs.to_vec())).collect()
}

/// The lines of words that are turned alike.
fn lines_of(mut runs: Vec<Run>) -> Vec<Line> {
    runs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<Vec<Run>> = Vec::new();
    for run in runs {
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
    out
}

fn line(mut runs: Vec<Run>, spelled_out: bool) -> Option<Line> {
    runs.sort_by(|a, b| a.x.total_cmp(&b.x));
    let longest = runs.iter().max_by_key(|run| run.text.trim().len())?;
    let (y, size) = (longest.y, longest.size);
    let bold = runs.iter().all(|run| run.bold);
    let mut cells: Vec<Stretch> = Vec::new();
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
                let set = SetWords { y: run.y, size: run.size, bold: run.bold };
                cells.push(Stretch { x: run.x, end: run.end, set, text, close });
            }
        }
    }
    for cell in &mut cells {
        cell.text = fold(&cell.text);
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
fn may_part(cell: &Stretch, run: &Run, unit: f32) -> bool {
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
        let mut cells: Vec<Stretch> = Vec::with_capacity(line.cells.len());
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

/// A line of a table of contents: dots, then the number of a page.
fn leads_to_a_page(text: &str) -> bool {
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let words = dense.trim_end_matches(|c: char| c.is_ascii_digit());
    words.len() < dense.len() && words.ends_with(".....")
}

/// The length of the mark with which a text begins as an item does.
pub(crate) fn bullet(text: &str) -> Option<usize> {
    ["•", "▪", "◦", "●", "■", "–", "·", "", "-", "o"].iter().find_map(|mark| {
        let rest = text.strip_prefix(mark)?;
        rest.starts_with(' ').then_some(mark.len() + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_words_are_read_as_one_reads_them_who_turns_the_page() {
        let at = |turn, x, y, text: &str| Run { turn, ..Run::at(x, y, x + 20.0, text) };
        let runs = vec![
            at(1, 100.0, -300.0, "closed"),
            at(0, 50.0, 700.0, "Issues examined"),
            at(1, 10.0, -280.0, "Issue"),
            at(1, 10.0, -300.0, "#3"),
            at(1, 100.0, -280.0, "State"),
        ];
        let found: Vec<Vec<String>> =
            lines(runs).iter().map(|line| line.cells.iter().map(|cell| cell.text.clone()).collect()).collect();
        assert_eq!(found, [vec!["Issues examined"], vec!["Issue", "State"], vec!["#3", "closed"]]);
    }
}
