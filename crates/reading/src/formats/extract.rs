//! Makes a `Document` out of a format that is no text: the text that a reader sees is written down line by line, with the
//! places (page, paragraph, cell) at which it stands. Quotes and lines are those of this extracted text.

use std::ops::Range;

use crate::value::document::{Document, Link, Pair, Shape, Text};

/// Most bytes of text that are taken from one document; what is beyond is a limit.
const MOST_TEXT: usize = 8 << 20;

/// The limit for a part in a format of its own that is not read.
pub(crate) const FOREIGN_PART: &str =
    "a part that another program put into it is not read: open it in Word and save it";

/// What programs write where the author wrote nothing.
const DEFAULTS: [&str; 8] =
    ["untitled", "anonymous", "unspecified", "unknown", "openpyxl", "python-docx", "document1", "word document"];

/// Words with their dress, before they have a place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rich {
    /// The words.
    pub(crate) text: String,
    /// Stretches in bold.
    pub(crate) bold: Vec<Range<usize>>,
    /// Stretches that are placeholders by the format's own mark; they are shown, but are no words of the document.
    pub(crate) gaps: Vec<Range<usize>>,
    /// Targets of links, with the offset at which each stands.
    pub(crate) links: Vec<(usize, String)>,
    /// Stretches that are the value of a named control (a date picker called "Date of review").
    pub(crate) controls: Vec<(Range<usize>, String)>,
}

impl Rich {
    /// The words of a text in a document of its own.
    pub(crate) fn of(text: &Text, doc: &Document) -> Rich {
        let span = text.whole();
        let links = doc.links.iter().filter(|link| !link.image && (span.start..=span.end).contains(&link.at));
        let start = text.text.len() - text.text.trim_start().len();
        Rich {
            text: text.text.trim().to_owned(),
            bold: text.bold.iter().map(|bold| bold.start.max(start) - start..bold.end.max(start) - start).collect(),
            links: links.map(|link| (text.text_of(link.at).max(start) - start, link.url.clone())).collect(),
            ..Rich::default()
        }
    }

    /// Appends words.
    pub(crate) fn push(&mut self, words: &str, bold: bool) {
        let start = self.text.len();
        self.text.push_str(words);
        if bold && start < self.text.len() {
            match self.bold.last_mut() {
                Some(last) if last.end == start => last.end = self.text.len(),
                _ => self.bold.push(start..self.text.len()),
            }
        }
    }

    /// Appends other words on a line of their own.
    pub(crate) fn line(&mut self, other: &Rich) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let at = self.text.len();
        let moved = |ranges: &[Range<usize>]| -> Vec<Range<usize>> {
            ranges.iter().map(|range| range.start + at..range.end + at).collect()
        };
        self.bold.extend(moved(&other.bold));
        self.gaps.extend(moved(&other.gaps));
        self.links.extend(other.links.iter().map(|(offset, url)| (offset + at, url.clone())));
        self.controls.extend(other.controls.iter().map(|(r, key)| (r.start + at..r.end + at, key.clone())));
        self.text.push_str(&other.text);
    }

    /// Nothing but white space?
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl From<&str> for Rich {
    fn from(words: &str) -> Self {
        Rich { text: words.to_owned(), ..Rich::default() }
    }
}

/// A document in the making.
#[derive(Debug)]
pub(crate) struct Extract {
    doc: Document,
    source: String,
    /// What could not be read.
    pub(crate) limits: Vec<String>,
    full: bool,
}

impl Default for Extract {
    fn default() -> Self {
        Extract { doc: Document::over(String::new()), source: String::new(), limits: Vec::new(), full: false }
    }
}

impl Extract {
    /// Adds a limit once.
    pub(crate) fn limit(&mut self, limit: impl Into<String>) {
        let limit = limit.into();
        if !self.limits.contains(&limit) {
            self.limits.push(limit);
        }
    }

    /// What follows stands there.
    pub(crate) fn place(&mut self, place: impl Into<String>) {
        let (at, place) = (self.source.len(), place.into());
        match self.doc.places.last_mut() {
            Some(last) if last.0 == at => last.1 = place,
            Some(last) if last.1 == place => {}
            _ => self.doc.places.push((at, place)),
        }
    }

    /// Is there room for more text? The first no is a limit.
    fn room(&mut self, bytes: usize) -> bool {
        if self.source.len() + bytes > MOST_TEXT && !self.full {
            self.full = true;
            self.limit(format!("only the first {} MiB of its text were read", MOST_TEXT >> 20));
        }
        !self.full
    }

    /// Writes words and returns them as text of the document; gaps are written, but are not part of it.
    fn write(&mut self, rich: &Rich) -> Text {
        let mut text = Text::default();
        if !self.room(rich.text.len()) {
            return text;
        }
        let base = self.source.len();
        self.source.push_str(&rich.text);
        let mut at = 0;
        for gap in rich.gaps.iter().chain([&(rich.text.len()..rich.text.len())]) {
            text.push(rich.text.get(at..gap.start).unwrap_or(""), base + at);
            at = gap.end;
            if !gap.is_empty() {
                self.doc.gaps.push(base + gap.start..base + gap.end);
            }
        }
        if text.text.is_empty() {
            text.push("", base);
        }
        for bold in &rich.bold {
            let range = text.text_of(base + bold.start)..text.text_of(base + bold.end);
            if range.start < range.end
                && text.text.is_char_boundary(range.start)
                && text.text.is_char_boundary(range.end)
            {
                text.bold.push(range);
            }
        }
        let section = self.doc.current_section();
        for (offset, url) in &rich.links {
            self.doc.links.push(Link { url: url.clone(), at: base + offset, section, image: false });
        }
        for (range, key) in &rich.controls {
            let value = rich.text.get(range.clone()).unwrap_or("").trim().to_owned();
            if !value.is_empty() {
                self.doc.pairs.push(Pair::new(key, &value, base + range.start..base + range.end));
            }
        }
        text
    }

    fn end_line(&mut self) {
        self.source.push('\n');
    }

    /// A heading; level 1 is the highest.
    pub(crate) fn heading(&mut self, level: u8, rich: &Rich) {
        if rich.is_blank() {
            return;
        }
        let text = self.write(rich);
        self.end_line();
        if !text.is_blank() {
            self.doc.add_heading(level.clamp(1, 9), text);
        }
    }

    /// A paragraph. One that begins with a box is an item with that box.
    pub(crate) fn paragraph(&mut self, rich: &Rich) {
        match boxed(rich.text.trim_start()) {
            Some((checked, length)) => {
                let skipped = rich.text.len() - rich.text.trim_start().len();
                self.item_after(skipped + length, rich, Some(checked));
            }
            None => self.block(rich, Shape::Paragraph),
        }
    }

    /// A list item.
    pub(crate) fn item(&mut self, rich: &Rich) {
        match boxed(rich.text.trim_start()) {
            Some(_) => self.paragraph(rich),
            None => self.block(rich, |text| Shape::Item { text, checked: None }),
        }
    }

    fn item_after(&mut self, skip: usize, rich: &Rich, checked: Option<bool>) {
        // The box is written, but is not part of the item's words.
        let mark = Rich { text: rich.text[..skip].to_owned(), ..Rich::default() };
        let less = |ranges: &[Range<usize>]| -> Vec<Range<usize>> {
            ranges.iter().filter(|r| r.end > skip).map(|r| r.start.max(skip) - skip..r.end - skip).collect()
        };
        let words = Rich {
            text: rich.text[skip..].to_owned(),
            bold: less(&rich.bold),
            gaps: less(&rich.gaps),
            links: rich.links.iter().map(|(at, url)| (at.saturating_sub(skip), url.clone())).collect(),
            controls: Vec::new(),
        };
        self.write(&mark);
        self.block(&words, |text| Shape::Item { text, checked });
    }

    fn block(&mut self, rich: &Rich, shape: impl FnOnce(Text) -> Shape) {
        if rich.is_blank() {
            return;
        }
        let text = self.write(rich);
        self.end_line();
        if !text.is_blank() {
            self.doc.add(shape(text));
        }
    }

    /// A table: rows of cells, each with its place if it has one of its own; the first row is the header.
    pub(crate) fn table(&mut self, rows: &[Vec<(Rich, Option<String>)>]) {
        let mut written: Vec<Vec<Text>> = Vec::with_capacity(rows.len());
        for row in rows {
            let mut cells = Vec::with_capacity(row.len());
            for (index, (rich, place)) in row.iter().enumerate() {
                if index > 0 {
                    self.source.push_str(" | ");
                }
                if let Some(place) = place {
                    self.place(place.clone());
                }
                cells.push(self.write(rich));
            }
            self.end_line();
            written.push(cells);
        }
        if written.iter().flatten().any(|cell| !cell.is_blank()) {
            self.doc.add_table(written);
        }
    }

    /// A property kept beside the text, written at the end of the extracted text.
    pub(crate) fn property(&mut self, key: &str, value: &str) {
        let value = value.trim();
        if DEFAULTS.contains(&value.to_lowercase().trim_matches(['(', ')']))
            || key.trim().is_empty()
            || value.is_empty()
            || !self.room(key.len() + value.len())
        {
            return;
        }
        self.source.push_str(key.trim());
        self.source.push_str(": ");
        let start = self.source.len();
        self.source.push_str(value);
        let span = start..self.source.len();
        self.end_line();
        self.doc.properties.push(Pair::new(key.trim(), value, span));
    }

    /// A digital signature over the document; `words` say what is known of it.
    pub(crate) fn signature(&mut self, words: &str) {
        self.place("digital signature");
        let start = self.source.len();
        self.source.push_str(words.trim());
        self.doc.signature.get_or_insert(start..self.source.len());
        self.end_line();
    }

    /// A link that stands where the text now ends.
    pub(crate) fn link(&mut self, url: &str) {
        let section = self.doc.current_section();
        self.doc.links.push(Link { url: url.to_owned(), at: self.source.len(), section, image: false });
    }

    /// The document and its limits.
    pub(crate) fn finish(mut self) -> (Document, Vec<String>) {
        self.doc.set_source(self.source);
        (self.doc, self.limits)
    }
}

/// The state of a box at the beginning of a text, and the bytes of the box.
fn boxed(text: &str) -> Option<(bool, usize)> {
    let first = text.chars().next()?;
    match first {
        '☐' | '□' | '❏' | '❑' => Some((false, first.len_utf8())),
        '☑' | '☒' | '✓' | '✔' | '🗹' | '🗷' => Some((true, first.len_utf8())),
        '[' => match text.get(..3)? {
            "[ ]" => Some((false, 3)),
            "[x]" | "[X]" => Some((true, 3)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_written_but_are_no_words() {
        let mut extract = Extract::default();
        extract.place("paragraph 1");
        let rich = Rich {
            text: "Date: Click here. Owner: Ann".to_owned(),
            gaps: std::iter::once(6..17).collect(),
            bold: std::iter::once(18..23).collect(),
            ..Rich::default()
        };
        extract.paragraph(&rich);
        let (doc, limits) = extract.finish();
        assert!(limits.is_empty());
        let Shape::Paragraph(text) = &doc.blocks[0].shape else { panic!("{:?}", doc.blocks) };
        assert_eq!(text.text, "Date:  Owner: Ann");
        assert_eq!(&text.text[text.bold[0].clone()], "Owner");
        assert_eq!(&doc.source[text.span(7..12)], "Owner");
        assert_eq!(&doc.source[doc.gaps[0].clone()], "Click here.");
        assert_eq!(doc.quote(doc.gaps[0].clone()).place.as_deref(), Some("paragraph 1"));
    }

    #[test]
    fn boxes_make_items() {
        let mut extract = Extract::default();
        extract.paragraph(&Rich::from("☐ all issues reviewed"));
        extract.item(&Rich::from("[x] signed"));
        let (doc, _) = extract.finish();
        let states: Vec<_> = doc
            .blocks
            .iter()
            .map(|block| match &block.shape {
                Shape::Item { text, checked } => (text.text.trim().to_owned(), *checked),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(states, [("all issues reviewed".to_owned(), Some(false)), ("signed".to_owned(), Some(true))]);
        assert_eq!(doc.source, "☐ all issues reviewed\n[x] signed\n");
    }

    #[test]
    fn text_beyond_the_bound_is_a_limit() {
        let mut extract = Extract::default();
        let long = Rich::from("a ".repeat(1 << 19).as_str());
        (0..20).for_each(|_| extract.paragraph(&long));
        let (doc, limits) = extract.finish();
        assert!(doc.source.len() <= MOST_TEXT + 100);
        assert_eq!(limits, ["only the first 8 MiB of its text were read"]);
    }
}
