//! Lines of pages → headings, paragraphs, items and tables, by where they stand and how large they
//! are.

use std::collections::HashMap;

use crate::formats::extract::{Extract, Rich};
use crate::formats::hints::Hints;
use crate::formats::pdf::lines::{Line, bullet};

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
pub(crate) fn write(pages: &[(u32, Vec<Line>, Vec<String>)], hints: Hints, out: &mut Extract) {
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
        one_page(&kept, (*number == 1).then_some(hints), &style, out);
    }
}

/// Writes a page; the cover comes with what tells a day from other words.
fn one_page(lines: &[Line], cover: Option<Hints>, style: &Style, out: &mut Extract) {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some(next) = lines.get(at + 1).filter(|next| labels(line, next)) {
            out.paragraph(&Rich::from(format!("{} {}", line.text(), next.text()).as_str()));
            at += 2;
            continue;
        }
        if line.cells.len() == 1 && cover.is_some_and(|hints| (hints.is_day)(&line.text())) {
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

/// Does `next` follow `line` within so many times its size?
fn near(line: &Line, next: &Line, times: f32) -> bool {
    let gap = line.y - next.y;
    gap >= 0.0 && gap <= times * line.size.max(next.size).max(1.0)
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
