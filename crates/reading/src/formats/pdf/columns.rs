//! Text that is set in columns side by side → one column after the other. Rows of a table stand beside each other on one base line;
//! lines of two columns of text do not, and follow each other closely in each of them.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::formats::pdf::lines::{Line, Stretch};

/// Fewer lines are no column.
const FEWEST: usize = 6;
/// How far apart the left edges of one column may lie.
const SLACK: f32 = 2.0;

/// The lines of a page, from top to bottom, in the order in which they are read.
pub(crate) fn one_after_the_other(lines: Vec<Line>) -> Vec<Line> {
    let Some((edge, range)) = gutter(&lines) else { return lines };
    let mut lines = lines;
    let below = lines.split_off(range.end);
    let beside = lines.split_off(range.start);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for line in beside {
        let (of_left, of_right): (Vec<_>, Vec<_>) = line.cells.iter().cloned().partition(|cell| cell.x < edge - SLACK);
        left.extend(alone(of_left));
        right.extend(alone(of_right));
    }
    lines.extend(left);
    lines.extend(one_after_the_other(right));
    lines.extend(one_after_the_other(below));
    lines
}

/// The cells of one column as a line of their own.
fn alone(cells: Vec<Stretch>) -> Option<Line> {
    let set = cells.first()?.set;
    let bold = cells.iter().all(|cell| cell.set.bold);
    Some(Line { y: set.y, size: set.size, bold, cells })
}

/// Where a second column begins, and the lines beside each other.
fn gutter(lines: &[Line]) -> Option<(f32, Range<usize>)> {
    let mut starts: BTreeMap<i64, usize> = BTreeMap::new();
    for cell in lines.iter().flat_map(|line| &line.cells) {
        *starts.entry(tenths(cell.x)).or_default() += 1;
    }
    let first = *starts.keys().next()?;
    let edges = starts.iter().filter(|(x, count)| **x > first + 1000 && **count >= FEWEST);
    edges
        .filter_map(|(x, _)| {
            #[expect(clippy::cast_precision_loss, reason = "a place on a page")]
            let edge = *x as f32 / 10.0;
            let crosses = |line: &Line| line.cells.iter().any(|cell| cell.x < edge - SLACK && cell.end > edge - SLACK);
            let mut ranges: Vec<Range<usize>> = Vec::new();
            for (at, line) in lines.iter().enumerate() {
                match ranges.last_mut() {
                    _ if crosses(line) => {}
                    Some(range) if range.end == at => range.end = at + 1,
                    _ => ranges.push(at..at + 1),
                }
            }
            let range = ranges.into_iter().max_by_key(ExactSizeIterator::len)?;
            are_columns(&lines[range.clone()], edge).then_some((edge, range))
        })
        .max_by_key(|(_, range)| range.len())
}

fn are_columns(lines: &[Line], edge: f32) -> bool {
    let side = |line: &&Line, left: bool| line.cells.iter().any(|cell| (cell.x < edge - SLACK) == left);
    let left: Vec<&Line> = lines.iter().filter(|line| side(line, true)).collect();
    let right: Vec<&Line> = lines.iter().filter(|line| side(line, false)).collect();
    let on_one = |line: &&Line| {
        let (of_left, of_right): (Vec<_>, Vec<_>) = line.cells.iter().partition(|cell| cell.x < edge - SLACK);
        let meets = |one: &Stretch, other: &Stretch| (one.set.y - other.set.y).abs() <= 0.1 * line.size.max(1.0);
        of_left.iter().any(|one| of_right.iter().any(|other| meets(one, other)))
    };
    let shared = lines.iter().filter(on_one).count();
    let at_edge = |cell: f32| (cell - edge).abs() <= SLACK;
    let flush = right.iter().filter(|line| line.cells.iter().any(|cell| at_edge(cell.x))).count();
    let few = left.len().min(right.len());
    few >= FEWEST && shared * 2 < few && flush * 3 >= right.len() * 2 && is_close(&left) && is_close(&right)
}

/// Do most lines follow the one above as lines of running text do?
fn is_close(lines: &[&Line]) -> bool {
    let close = lines.windows(2).filter(|pair| pair[0].y - pair[1].y <= 1.8 * pair[0].size.max(1.0)).count();
    close * 2 >= lines.len()
}

fn tenths(x: f32) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped before")]
    let rounded = (x.clamp(-1.0e6, 1.0e6) * 10.0).round() as i64;
    rounded
}

#[cfg(test)]
mod tests {
    use crate::formats::pdf::content::Run;
    use crate::formats::pdf::lines::lines;

    fn read(runs: Vec<Run>) -> Vec<String> {
        super::one_after_the_other(lines(runs)).iter().map(super::Line::text).collect()
    }

    /// Lines of a column from `y` on, 14 apart.
    fn column(x: f32, y: f32, words: &[&str]) -> Vec<Run> {
        let mut y = y + 14.0;
        words
            .iter()
            .map(|words| {
                y -= 14.0;
                Run::at(x, y, x + 200.0, words)
            })
            .collect()
    }

    #[test]
    fn columns_of_text_are_read_one_after_the_other() {
        let (left, right) = (["a", "b", "c", "d", "e", "f", "g"], ["1", "2", "3", "4", "5", "6", "7"]);
        let mut runs = vec![Run::at(50.0, 760.0, 500.0, "Title")];
        runs.extend(column(50.0, 700.0, &left));
        runs.extend(column(315.0, 697.0, &right));
        runs.push(Run::at(50.0, 500.0, 500.0, "End"));
        let all: Vec<&str> = ["Title"].into_iter().chain(left).chain(right).chain(["End"]).collect();
        assert_eq!(read(runs), all);
    }

    #[test]
    fn rows_of_a_table_stay_together() {
        let (left, right) = (["a", "b", "c", "d", "e", "f", "g"], ["1", "2", "3", "4", "5", "6", "7"]);
        let mut runs = column(50.0, 700.0, &left);
        runs.extend(column(315.0, 700.0, &right));
        assert_eq!(read(runs), ["a 1", "b 2", "c 3", "d 4", "e 5", "f 6", "g 7"]);
        // One line beside two, in the middle between them.
        let mut runs: Vec<Run> = left
            .iter()
            .zip(0_u8..)
            .map(|(words, at)| Run::at(50.0, 700.0 - 36.0 * f32::from(at), 100.0, words))
            .collect();
        for (words, at) in right.iter().zip(0_u8..) {
            let y = 707.0 - 36.0 * f32::from(at);
            runs.extend([Run::at(315.0, y, 400.0, words), Run::at(315.0, y - 14.0, 400.0, "more")]);
        }
        let found = read(runs);
        assert!(found.iter().position(|text| text == "2") < found.iter().position(|text| text == "c"), "{found:?}");
    }
}
