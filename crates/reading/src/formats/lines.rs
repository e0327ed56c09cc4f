//! Lines of a line-based markup, and the cells that stand in them.

use crate::value::document::Text;

/// Which markup a text uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Markup {
    /// reStructuredText.
    Rst,
    /// AsciiDoc.
    AsciiDoc,
    /// Plain text.
    Plain,
}

/// A line without its end.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
}

/// The lines of a text.
pub(crate) struct Lines<'s> {
    source: &'s str,
    lines: Vec<Line>,
}

impl<'s> Lines<'s> {
    /// The lines from an offset on; in plain text without the signs by which letters quote each other.
    pub(crate) fn of(source: &'s str, from: usize, markup: Markup) -> Self {
        let mut lines = Vec::new();
        let mut at = from;
        for line in source[from..].split_inclusive('\n') {
            let end = at + line.trim_end().len();
            let quoting = if markup == Markup::Plain { quoting(&source[at..end]) } else { 0 };
            lines.push(Line { start: at + quoting, end });
            at += line.len();
        }
        Lines { source, lines }
    }

    /// Their number.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// A line's words; nothing behind the last.
    pub(crate) fn line(&self, index: usize) -> &'s str {
        self.lines.get(index).map_or("", |line| &self.source[line.start..line.end])
    }

    /// Where a line begins in the source.
    pub(crate) fn start(&self, index: usize) -> usize {
        self.lines.get(index).map_or(self.source.len(), |line| line.start)
    }

    /// The trimmed text of a stretch of the source.
    pub(crate) fn cell(&self, start: usize, end: usize) -> Text {
        let slice = self.source.get(start..end).unwrap_or("");
        let inner = slice.trim();
        let mut text = Text::default();
        text.push(inner, start + (slice.len() - slice.trim_start().len()));
        text
    }
}

/// How many bytes quote a line: "> > It is on."
fn quoting(line: &str) -> usize {
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix('>') {
        rest = inner.strip_prefix(' ').filter(|inner| inner.starts_with('>')).unwrap_or(inner);
    }
    let rest = if rest.len() < line.len() { rest.strip_prefix(' ').unwrap_or(rest) } else { rest };
    line.len() - rest.len()
}

/// By how many bytes a line is indented.
pub(crate) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
