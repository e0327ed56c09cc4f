//! reStructuredText, AsciiDoc and plain text → document model, line by line. Not full parsers: headings, lists, tables,
//! fields, comments and code are told apart, which is what the reader needs.

use crate::formats::markdown::front_matter;
use crate::value::document::{Document, Shape, Text};

/// Which markup a text uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// reStructuredText.
    Rst,
    /// AsciiDoc.
    AsciiDoc,
    /// Plain text.
    Plain,
}

#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
}

/// Parses line by line.
pub fn parse(source: String, markup: Markup) -> Document {
    let mut doc = Document::over(source);
    let body = front_matter(&mut doc);
    let source = std::mem::take(&mut doc.source);
    let mut lines = Vec::new();
    let mut at = body;
    for line in source[body..].split_inclusive('\n') {
        lines.push(Line { start: at, end: at + line.trim_end().len() });
        at += line.len();
    }
    let mut scan = Scan { source: &source, lines: &lines, markup, doc, current: None, adornments: Vec::new() };
    let mut index = 0;
    while index < lines.len() {
        index = scan.step(index).max(index + 1);
    }
    scan.flush();
    let mut doc = scan.doc;
    doc.source = source;
    doc
}

struct Scan<'s> {
    source: &'s str,
    lines: &'s [Line],
    markup: Markup,
    doc: Document,
    current: Option<(Text, Option<Option<bool>>)>,
    adornments: Vec<char>,
}

impl<'s> Scan<'s> {
    fn line(&self, index: usize) -> &'s str {
        self.lines.get(index).map_or("", |line| &self.source[line.start..line.end])
    }

    fn flush(&mut self) {
        let Some((text, item)) = self.current.take() else { return };
        if text.is_blank() {
            return;
        }
        self.doc.add(match item {
            Some(checked) => Shape::Item { text, checked },
            None => Shape::Paragraph(text),
        });
    }

    /// Handles the line at `index`; returns the next index.
    fn step(&mut self, index: usize) -> usize {
        let line = self.line(index);
        let body = line.trim_start();
        if body.is_empty() {
            self.flush();
            return index + 1;
        }
        if let Some(next) = self.skipped(index, line, body) {
            self.flush();
            return next;
        }
        if let Some(next) = self.heading(index, line) {
            return next;
        }
        if let Some(next) = self.table(index, body) {
            return next;
        }
        let offset = self.lines[index].start + (line.len() - body.len());
        if let Some((marker, checked)) = bullet(body) {
            self.flush();
            let mut text = Text::default();
            text.push(&body[marker..], offset + marker);
            self.current = Some((text, Some(checked)));
            return index + 1;
        }
        let (text, _) = self.current.get_or_insert_with(|| (Text::default(), None));
        if !text.text.is_empty() {
            text.push("\n", offset.saturating_sub(1));
        }
        text.push(body, offset);
        index + 1
    }

    /// Comments, code and directives: returns the line after them.
    fn skipped(&self, index: usize, line: &str, body: &str) -> Option<usize> {
        match self.markup {
            Markup::AsciiDoc => {
                if let Some(fence) = ["////", "----", "....", "++++"].into_iter().find(|fence| line == *fence) {
                    return Some(self.until(index + 1, |text| text == fence));
                }
                let comment = line.starts_with("//") || (line.starts_with('[') && line.ends_with(']'));
                comment.then_some(index + 1)
            }
            Markup::Rst => {
                let kept = [".. list-table", ".. csv-table", ".. table", ".. note", ".. warning", ".. important"];
                if body.starts_with(".. ") || body == ".." {
                    if kept.iter().any(|name| body.starts_with(name)) {
                        return Some(index + 1);
                    }
                    return Some(self.indented(index));
                }
                if body.starts_with(':') && body.contains("-rows:") || body.starts_with(":widths:") {
                    return Some(index + 1);
                }
                (body == "::").then(|| self.indented(index))
            }
            Markup::Plain => {
                body.starts_with("```").then(|| self.until(index + 1, |t| t.trim_start().starts_with("```")))
            }
        }
    }

    fn until(&self, from: usize, found: impl Fn(&str) -> bool) -> usize {
        (from..self.lines.len()).find(|i| found(self.line(*i))).map_or(self.lines.len(), |i| i + 1)
    }

    /// The first line after an indented body.
    fn indented(&self, index: usize) -> usize {
        let own = indent(self.line(index));
        (index + 1..self.lines.len())
            .find(|i| !self.line(*i).is_empty() && indent(self.line(*i)) <= own)
            .unwrap_or(self.lines.len())
    }

    fn heading(&mut self, index: usize, line: &str) -> Option<usize> {
        let (level, from, next) = if let Some(level) = marked(line, self.markup) {
            (level, line.len() - line[usize::from(level)..].trim_start().len(), index + 1)
        } else if self.markup != Markup::AsciiDoc
            && adornment(line).is_some()
            && adornment(self.line(index + 2)) == adornment(line)
            && !self.line(index + 1).trim().is_empty()
            && adornment(self.line(index + 1)).is_none()
        {
            let level = self.level_of(adornment(line)?);
            self.add_heading(index + 1, level, 0);
            return Some(index + 3);
        } else if let Some(mark) = adornment(self.line(index + 1)).filter(|_| {
            self.current.is_none() && adornment(line).is_none() && self.line(index + 1).len() * 2 >= line.len()
        }) {
            (self.level_of(mark), 0, index + 2)
        } else if self.markup == Markup::Plain && self.current.is_none() && shouted(line) {
            (2, 0, index + 1)
        } else {
            return None;
        };
        self.flush();
        self.add_heading(index, level, from);
        Some(next)
    }

    fn add_heading(&mut self, index: usize, level: u8, from: usize) {
        self.flush();
        let line = self.line(index);
        let mut text = Text::default();
        let from = from + (line[from..].len() - line[from..].trim_start().len());
        text.push(&line[from..], self.lines[index].start + from);
        if !text.is_blank() {
            self.doc.add_heading(level, text);
        }
    }

    fn level_of(&mut self, mark: char) -> u8 {
        let index = self.adornments.iter().position(|c| *c == mark).unwrap_or_else(|| {
            self.adornments.push(mark);
            self.adornments.len() - 1
        });
        u8::try_from(index + 1).unwrap_or(6).min(6)
    }

    fn table(&mut self, index: usize, body: &str) -> Option<usize> {
        let (rows, next) = match self.markup {
            Markup::AsciiDoc if body.starts_with("|===") => self.asciidoc_table(index),
            Markup::Rst if body.starts_with("+-") || body.starts_with("+=") => self.piped(index),
            Markup::Rst if body.starts_with("* - ") => self.list_table(index),
            Markup::Rst if columns(body).len() > 1 => self.simple_table(index),
            _ if body.starts_with('|') && body.len() > 1 && body.ends_with('|') => self.piped(index),
            Markup::Plain if body.contains('\t') && self.line(index + 1).contains('\t') => self.tabbed(index),
            _ => return None,
        };
        self.flush();
        let mut rows = rows.into_iter();
        let header = rows.next()?;
        self.doc.add(Shape::Table { header, rows: rows.collect() });
        Some(next)
    }

    fn cell(&self, start: usize, end: usize) -> Text {
        let slice = self.source.get(start..end).unwrap_or("");
        let inner = slice.trim();
        let mut text = Text::default();
        text.push(inner, start + (slice.len() - slice.trim_start().len()));
        text
    }

    fn piped(&self, index: usize) -> (Vec<Vec<Text>>, usize) {
        let mut rows: Vec<Vec<Text>> = Vec::new();
        let mut fresh = true;
        let mut at = index;
        let grid = self.line(index).trim_start().starts_with('+');
        while at < self.lines.len() {
            let line = self.line(at);
            let body = line.trim_start();
            if !body.starts_with(['|', '+']) {
                break;
            }
            let rule = body.chars().all(|c| matches!(c, '|' | '+' | '-' | '=' | ':' | ' '));
            if rule {
                fresh = true;
            } else {
                let base = self.lines[at].start + (line.len() - body.len());
                let mut cells = Vec::new();
                let mut start = 1;
                for (end, _) in body.match_indices('|').filter(|(end, _)| *end > 0) {
                    cells.push(self.cell(base + start, base + end));
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

    fn tabbed(&self, index: usize) -> (Vec<Vec<Text>>, usize) {
        let mut rows = Vec::new();
        let mut at = index;
        while at < self.lines.len() && self.line(at).contains('\t') {
            let mut start = self.lines[at].start;
            let mut row = Vec::new();
            for piece in self.line(at).split('\t') {
                row.push(self.cell(start, start + piece.len()));
                start += piece.len() + 1;
            }
            rows.push(row);
            at += 1;
        }
        (rows, at)
    }

    fn simple_table(&self, index: usize) -> (Vec<Vec<Text>>, usize) {
        let columns = columns(self.line(index));
        let mut rows = Vec::new();
        let mut at = index + 1;
        let mut rules = 1;
        while at < self.lines.len() {
            let line = self.line(at);
            if !self::columns(line).is_empty() {
                rules += 1;
                let last = self.line(at + 1).trim().is_empty() && rules > 2;
                at += 1;
                if last {
                    break;
                }
                continue;
            }
            if !line.trim().is_empty() {
                let base = self.lines[at].start;
                let ends = columns.iter().skip(1).copied().chain([line.len()]);
                let row = columns.iter().zip(ends).map(|(start, end)| {
                    let (start, end) = ((*start).min(line.len()), end.min(line.len()));
                    if line.is_char_boundary(start) && line.is_char_boundary(end) {
                        self.cell(base + start, base + end.max(start))
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

    fn list_table(&self, index: usize) -> (Vec<Vec<Text>>, usize) {
        let mut rows: Vec<Vec<Text>> = Vec::new();
        let mut at = index;
        let own = indent(self.line(index));
        while at < self.lines.len() {
            let line = self.line(at);
            let body = line.trim_start();
            if !body.is_empty() {
                if indent(line) < own {
                    break;
                }
                let base = self.lines[at].start + (line.len() - body.len());
                if body.starts_with("* -") {
                    rows.push(vec![self.cell(base + 3, base + body.len())]);
                } else if body.starts_with('-') {
                    if let Some(row) = rows.last_mut() {
                        row.push(self.cell(base + 1, base + body.len()));
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

    fn asciidoc_table(&self, index: usize) -> (Vec<Vec<Text>>, usize) {
        let mut cells: Vec<Text> = Vec::new();
        let mut width = 0;
        let mut at = index + 1;
        while at < self.lines.len() && !self.line(at).trim_start().starts_with("|===") {
            let line = self.line(at);
            let base = self.lines[at].start;
            let starts: Vec<usize> = line.match_indices('|').map(|(i, _)| i).collect();
            if starts.is_empty()
                && let Some(cell) = cells.last_mut().filter(|_| !line.is_empty())
            {
                cell.push("\n", base.saturating_sub(1));
                cell.push(line, base);
            }
            for (i, start) in starts.iter().enumerate() {
                let end = starts.get(i + 1).copied().unwrap_or(line.len());
                cells.push(self.cell(base + start + 1, base + end));
            }
            if width == 0 {
                width = starts.len();
            }
            at += 1;
        }
        let width = self.declared_width(index).unwrap_or(width).max(1);
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
    fn declared_width(&self, index: usize) -> Option<usize> {
        let above = self.line(index.checked_sub(1)?);
        let spec = above.split("cols=\"").nth(1)?.split('"').next()?;
        Some(spec.split(',').count())
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
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

/// A line of one repeated mark, as under or over a heading.
fn adornment(line: &str) -> Option<char> {
    let line = line.trim_end();
    let first = line.chars().next()?;
    (line.len() >= 3 && "=-~^\"'`#*+:.".contains(first) && line.chars().all(|c| c == first)).then_some(first)
}

/// Level of `== Title` in AsciiDoc or `## Title` elsewhere.
fn marked(line: &str, markup: Markup) -> Option<u8> {
    let mark = if markup == Markup::AsciiDoc { '=' } else { '#' };
    if markup == Markup::Rst {
        return None;
    }
    let level = line.chars().take_while(|c| *c == mark).count();
    let rest = &line[level..];
    (1..=6).contains(&level).then_some(())?;
    (rest.starts_with(' ') && !rest.trim().is_empty()).then(|| u8::try_from(level).unwrap_or(6))
}

/// A short line in capitals, as plain text sets headings.
fn shouted(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 4
        && line.len() <= 80
        && !line.ends_with(['.', ';', ','])
        && !line.chars().any(char::is_lowercase)
        && !line.contains(':')
}

/// Length of a list marker with its box, and the state of the box.
fn bullet(body: &str) -> Option<(usize, Option<bool>)> {
    let marker = match body.as_bytes() {
        [b'-' | b'*' | b'+', b' ', ..] => 2,
        _ if body.starts_with("• ") => "• ".len(),
        _ if body.starts_with("** ") => 3,
        _ => {
            let digits = body.bytes().take_while(u8::is_ascii_digit).count();
            match body.as_bytes().get(digits..digits + 2) {
                Some([b'.' | b')', b' ']) if (1..=3).contains(&digits) => digits + 2,
                _ if body.starts_with("[ ]") || body.starts_with("[x]") || body.starts_with("[X]") => 0,
                _ => return None,
            }
        }
    };
    let rest = &body[marker..];
    let boxed = match rest.get(..3) {
        Some("[ ]") => Some(false),
        Some("[x]" | "[X]" | "[*]") => Some(true),
        _ => None,
    };
    // "14. March 2025" begins a date, not a list.
    if marker > 2 && crate::grammar::dates::starts_with_month(rest) {
        return None;
    }
    Some((marker + if boxed.is_some() { 3 } else { 0 }, boxed))
}
