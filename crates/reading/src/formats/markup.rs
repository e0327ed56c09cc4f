//! reStructuredText, AsciiDoc and plain text → document model, line by line. Not full parsers: headings, lists, tables,
//! fields, comments and code are told apart, which is what the reader needs.

use crate::formats::format::DATA;
use crate::formats::front_matter::front_matter;
use crate::formats::hints::Hints;
use crate::formats::lines::{Lines, Markup, indent};
use crate::formats::markup_tables;
use crate::formats::resolved::{leveled, resolved};
use crate::value::document::{Document, Link, Setting, Text};

/// Parses line by line.
pub(crate) fn parse(source: String, markup: Markup, hints: Hints) -> Document {
    let mut doc = Document::over(resolved(source, markup));
    let body = front_matter(&mut doc);
    let source = std::mem::take(&mut doc.source);
    let leveled = leveled(&source, markup);
    let lines = Lines::of(&leveled, body, markup);
    let mut scan = Scan { lines: &lines, markup, hints, doc, current: None, adornments: Vec::new() };
    let mut index = 0;
    while index < lines.len() {
        index = scan.step(index).max(index + 1);
    }
    scan.flush();
    let mut doc = scan.doc;
    drop(leveled);
    doc.source = source;
    doc
}

struct Scan<'s> {
    lines: &'s Lines<'s>,
    markup: Markup,
    hints: Hints,
    doc: Document,
    current: Option<(Text, Option<Option<bool>>)>,
    adornments: Vec<char>,
}

impl<'s> Scan<'s> {
    fn line(&self, index: usize) -> &'s str {
        self.lines.line(index)
    }

    fn flush(&mut self) {
        let Some((text, item)) = self.current.take() else { return };
        if text.is_blank() {
            return;
        }
        self.doc.add_text(text, Setting { item, ..Setting::default() });
    }

    /// Handles the line at `index`; returns the next index.
    fn step(&mut self, index: usize) -> usize {
        let line = self.line(index);
        let body = line.trim_start();
        if body.is_empty() {
            self.flush();
            return index + 1;
        }
        if self.includes(index) {
            self.flush();
            return index + 1;
        }
        let offset = self.lines.start(index) + (line.len() - body.len());
        if let Some(from) = framed(body).filter(|_| self.markup == Markup::Rst) {
            self.flush();
            let mut text = Text::default();
            text.push(&body[from..], offset + from);
            self.current = Some((text, None));
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
        if let Some((marker, checked)) = bullet(body, self.hints) {
            self.flush();
            let mut text = Text::default();
            text.push(&body[marker..], offset + marker);
            self.current = Some((text, Some(checked)));
            return index + 1;
        }
        // "Completeness ........ GREEN" is a line of its own.
        if self.markup == Markup::Plain && body.find("....").is_some_and(|at| at > 0) {
            self.flush();
        }
        let (text, _) = self.current.get_or_insert_with(|| (Text::default(), None));
        if !text.text.is_empty() {
            text.push("\n", offset.saturating_sub(1));
        }
        text.push(body, offset);
        index + 1
    }

    /// Takes up a file that a line puts into the document: a table of data is attached, anything else is not read.
    fn includes(&mut self, index: usize) -> bool {
        let line = self.line(index);
        let body = line.trim_start();
        let file = match self.markup {
            Markup::AsciiDoc => {
                body.strip_prefix("include::").and_then(|rest| rest.split_once('[')).map(|(file, _)| file)
            }
            Markup::Rst => [".. include::", ":file:", ":url:"].iter().find_map(|word| body.strip_prefix(word)),
            Markup::Plain => None,
        };
        // What stands in angle brackets comes with the program and says nothing.
        let Some(file) = file.map(str::trim).filter(|file| !file.is_empty() && !file.starts_with('<')) else {
            return false;
        };
        if !file.contains("://") && DATA.iter().any(|ending| file.to_lowercase().ends_with(ending)) {
            let at = self.lines.start(index) + (line.len() - body.len());
            let section = self.doc.current_section();
            self.doc.links.push(Link { url: file.to_owned(), at, section, image: false });
        } else {
            self.doc.unread.push(file.to_owned());
        }
        true
    }

    /// Comments, code and directives: returns the line after them.
    fn skipped(&self, index: usize, line: &str, body: &str) -> Option<usize> {
        match self.markup {
            Markup::AsciiDoc => {
                if let Some(fence) = ["////", "----", "....", "++++"].into_iter().find(|fence| line == *fence) {
                    return Some(self.until(index + 1, |text| text == fence));
                }
                // The fence of a note, an example, a side remark or a quotation: what stands between is read.
                let fence = line.len() >= 4 && ["====", "****", "____"].iter().any(|mark| line.starts_with(mark));
                if fence && line.bytes().all(|byte| byte == line.as_bytes()[0]) {
                    return Some(index + 1);
                }
                let comment = line.starts_with("//") || (line.starts_with('[') && line.ends_with(']'));
                comment.then_some(index + 1)
            }
            Markup::Rst => {
                let kept = [".. list-table", ".. csv-table", ".. table"];
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
        } else if self.markup == Markup::Plain && self.doc.blocks.is_empty() && self.current.is_none() && shouted(line)
        {
            // Nothing underlined further down stands above it.
            self.adornments.insert(0, '\0');
            (1, 0, index + 1)
        } else if self.markup == Markup::Plain && self.current.is_none() && (shouted(line) || self.numbered(index)) {
            (2, 0, index + 1)
        } else if let Some(from) = between_marks(line).filter(|_| self.markup == Markup::Plain) {
            (2, from, index + 1)
        } else {
            return None;
        };
        self.flush();
        self.add_heading(index, level, from);
        Some(next)
    }

    /// Does a short numbered line stand alone: "2. Assessment"? The points of a list follow each other, or end like sentences.
    fn numbered(&self, index: usize) -> bool {
        let alone = |at: usize| self.line(at).trim().is_empty();
        let line = self.line(index).trim();
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ')');
        let number = line.len() - rest.len();
        (1..=6).contains(&number)
            && line.starts_with(|c: char| c.is_ascii_digit())
            && rest.starts_with([' ', '\t'])
            && rest.trim_start().starts_with(char::is_uppercase)
            && rest.split_whitespace().count() <= 6
            && !line.ends_with(['.', ';', ',', ':'])
            && !rest.contains(['(', '#'])
            && !(self.hints.begins_with_month)(rest.trim_start())
            && (index == 0 || alone(index - 1))
            && alone(index + 1)
            && index + 2 < self.lines.len()
    }

    fn add_heading(&mut self, index: usize, level: u8, from: usize) {
        self.flush();
        let line = self.line(index);
        let mut text = Text::default();
        let from = from + (line[from..].len() - line[from..].trim_start().len());
        let end =
            if between_marks(line).is_some() { line.trim_end_matches(MARKS).trim_end().len() } else { line.len() };
        text.push(&line[from..end.max(from)], self.lines.start(index) + from);
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
        let (rows, next) = markup_tables::table(self.lines, self.markup, index, body)?;
        self.flush();
        let included = (index..next).filter(|index| self.includes(*index)).count();
        if rows.is_empty() {
            return (included > 0).then_some(next);
        }
        self.doc.add_table(rows);
        Some(next)
    }
}

/// Where the words begin of a note or a footnote of reStructuredText, whose further lines are set in.
fn framed(body: &str) -> Option<usize> {
    const NOTES: [&str; 22] = [
        "note",
        "warning",
        "important",
        "attention",
        "caution",
        "danger",
        "error",
        "hint",
        "tip",
        "admonition",
        "seealso",
        "topic",
        "sidebar",
        "rubric",
        "container",
        "compound",
        "highlights",
        "epigraph",
        "versionadded",
        "versionchanged",
        "deprecated",
        "only",
    ];
    let rest = body.strip_prefix(".. ")?;
    let at = match rest.strip_prefix('[') {
        Some(note) => 2 + note.find("] ")?,
        None => rest.find("::").filter(|at| NOTES.contains(&&rest[..*at]))? + 1,
    };
    let words = rest[at..].trim_start_matches([':', ' ']);
    Some(body.len() - words.len())
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

/// Marks that set off a heading on both sides.
const MARKS: [char; 5] = ['-', '=', '*', '#', '~'];

/// Where the words begin of a line set off by marks on both sides: "--- Slide 4 ---".
fn between_marks(line: &str) -> Option<usize> {
    let inner = line.trim_matches(MARKS);
    let marks = line.len() - inner.len();
    let set_off = inner.starts_with(' ') && inner.ends_with(' ') && !inner.trim().is_empty() && inner.len() <= 80;
    (marks >= 4 && set_off).then(|| line.find(inner).unwrap_or(0))
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
fn bullet(body: &str, hints: Hints) -> Option<(usize, Option<bool>)> {
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
    if marker > 2 && (hints.begins_with_month)(rest) {
        return None;
    }
    Some((marker + if boxed.is_some() { 3 } else { 0 }, boxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_and_footnotes_are_read() {
        let hints = Hints { is_day: |_| false, begins_with_month: |_| false };
        for text in [
            ".. note:: Not held.\n",
            ".. note::\n\n   Not held.\n",
            ".. admonition:: Meeting\n   :class: x\n\n   Not held.\n",
            ".. attention:: Really:\n   Not held.\n",
            ".. [1] Not held.\n",
        ] {
            let doc = parse(text.to_owned(), Markup::Rst, hints);
            let words: String =
                doc.blocks.iter().flat_map(|block| block.shape.texts()).map(|text| text.text.as_str()).collect();
            assert!(words.contains("Not held."), "{text}: {words}");
        }
        let doc = parse(".. Not held.\n.. image:: a.png\n   :alt: Not held.\n".to_owned(), Markup::Rst, hints);
        assert!(doc.blocks.is_empty(), "{:?}", doc.blocks);
    }

    #[test]
    fn files_that_belong_into_the_text_are_attached_or_named() {
        let hints = Hints { is_day: |_| false, begins_with_month: |_| false };
        for (markup, text, attached, unread) in [
            (
                Markup::Rst,
                ".. csv-table:: Issues\n   :file: data/issues.csv\n   :header-rows: 1\n",
                "data/issues.csv",
                "",
            ),
            (Markup::Rst, ".. include:: parts/judgement.rst\n\n.. include:: <isonum.txt>\n", "", "parts/judgement.rst"),
            (
                Markup::Rst,
                ".. csv-table::\n   :url: https://t.example/issues.csv\n",
                "",
                "https://t.example/issues.csv",
            ),
            (Markup::AsciiDoc, "[format=csv]\n|===\ninclude::issues.csv[]\n|===\n", "issues.csv", ""),
            (Markup::AsciiDoc, "include::{parts}/judgement.adoc[leveloffset=1]\n", "", "{parts}/judgement.adoc"),
            (Markup::AsciiDoc, "----\ninclude::example.c[]\n----\n", "", ""),
            (Markup::Plain, "include::a.adoc[]\n", "", ""),
        ] {
            let doc = parse(text.to_owned(), markup, hints);
            assert_eq!(doc.links.iter().map(|link| link.url.as_str()).collect::<String>(), attached, "{text}");
            assert_eq!(doc.unread.is_empty(), unread.is_empty(), "{text}");
            assert!(doc.unread.iter().all(|why| why.contains(unread)), "{:?}", doc.unread);
        }
    }
}
