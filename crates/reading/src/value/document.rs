//! A document as the reader sees it, whatever its format: blocks of text with their places in the source. Parsers fill
//! it, everything else reads it.

use std::ops::Range;

use crate::value::text::{Quote, fold};

/// Longest quote, in bytes of source.
const LONGEST_QUOTE: usize = 800;

/// Rendered text with the way back to the source.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The text, without markup. Line breaks of the source are kept as `\n`.
    pub text: String,
    /// Pieces: (offset in `text`, offset in the source), ascending.
    map: Vec<(usize, usize)>,
    /// Stretches of `text` set in bold.
    pub bold: Vec<Range<usize>>,
    /// Stretches of `text` set as code.
    pub code: Vec<Range<usize>>,
}

impl Text {
    /// Appends a piece that stands at `at` in the source.
    pub fn push(&mut self, piece: &str, at: usize) {
        if !piece.is_empty() {
            self.map.push((self.text.len(), at));
            self.text.push_str(piece);
        }
    }

    /// Nothing but white space?
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Offset in the source of a place in the text.
    pub fn source_of(&self, at: usize) -> usize {
        let index = self.map.partition_point(|(text, _)| *text <= at);
        match index.checked_sub(1).and_then(|i| self.map.get(i)) {
            Some((text, source)) => source + (at - text),
            None => self.map.first().map_or(0, |(_, source)| *source),
        }
    }

    /// The stretch of source from which a stretch of text comes.
    pub fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.source_of(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..(self.source_of(range.end - 1) + 1).max(start)
    }

    /// The stretch of source of the whole.
    pub fn whole(&self) -> Range<usize> {
        let start = self.text.len() - self.text.trim_start().len();
        self.span(start..self.text.trim_end().len().max(start))
    }
}

/// What a block is.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A heading.
    Heading(Text),
    /// Running text.
    Paragraph(Text),
    /// A list item; `checked` where it carries a box.
    Item {
        /// Its words.
        text: Text,
        /// The state of its box.
        checked: Option<bool>,
    },
    /// A table.
    Table {
        /// The heading row, if any.
        header: Vec<Text>,
        /// The rows.
        rows: Vec<Vec<Text>>,
    },
    /// Text set as a quotation.
    Quote(Text),
}

impl Shape {
    /// Its pieces of text in order.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let (one, header, rows): (Option<&Text>, &[Text], &[Vec<Text>]) = match self {
            Shape::Heading(text) | Shape::Paragraph(text) | Shape::Quote(text) | Shape::Item { text, .. } => {
                (Some(text), &[], &[])
            }
            Shape::Table { header, rows } => (None, header, rows),
        };
        one.into_iter().chain(header).chain(rows.iter().flatten())
    }
}

/// A block and the section in which it stands.
#[derive(Clone, Debug)]
pub struct Block {
    /// What it is.
    pub shape: Shape,
    /// Index into `Document::sections`.
    pub section: usize,
}

/// A heading and what is below it.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The heading's words; empty for the part before the first heading.
    pub title: String,
    /// 1 is the highest; 0 the part before the first heading.
    pub level: u8,
    /// The enclosing section.
    pub parent: Option<usize>,
    /// Where the heading stands in the source.
    pub span: Range<usize>,
}

/// A key with its value, from front matter or a document property.
#[derive(Clone, Debug)]
pub struct Pair {
    /// As written.
    pub key: String,
    /// As written, without quotation marks.
    pub value: String,
    /// Where the value stands in the source.
    pub span: Range<usize>,
}

/// A link or image.
#[derive(Clone, Debug)]
pub struct Link {
    /// Target.
    pub url: String,
    /// Where it stands in the source.
    pub at: usize,
    /// Index into `Document::sections`.
    pub section: usize,
    /// Is it an image?
    pub image: bool,
}

/// A parsed document.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The text that positions point into.
    pub source: String,
    /// Offsets at which lines start.
    lines: Vec<usize>,
    /// The blocks in order; code and comments are left out.
    pub blocks: Vec<Block>,
    /// The sections; the first is the part before the first heading.
    pub sections: Vec<Section>,
    /// Front matter or document properties.
    pub pairs: Vec<Pair>,
    /// Links and images.
    pub links: Vec<Link>,
    /// Where a reader finds what begins at an offset of the source (`page 3`), ascending; empty for text files, whose lines
    /// everybody sees.
    pub places: Vec<(usize, String)>,
    /// Stretches of the source that the format itself marks as not filled in.
    pub gaps: Vec<Range<usize>>,
    /// Properties kept beside the text; they count only where the text is silent.
    pub properties: Vec<Pair>,
    /// Where the source names a digital signature over the document.
    pub signature: Option<Range<usize>>,
}

impl Document {
    /// An empty document over a source.
    pub fn over(source: String) -> Self {
        let mut doc = Document { sections: vec![Section::default()], ..Document::default() };
        doc.set_source(source);
        doc
    }

    /// Puts the source in place, for parsers that make it as they go.
    pub fn set_source(&mut self, source: String) {
        self.lines = vec![0];
        self.lines.extend(source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
        self.source = source;
    }

    /// The innermost section so far.
    pub fn current_section(&self) -> usize {
        self.sections.len() - 1
    }

    /// Appends a block to the current section; a heading opens a new one.
    pub fn add(&mut self, shape: Shape) {
        let section = self.current_section();
        self.blocks.push(Block { shape, section });
    }

    /// Opens a section with its heading.
    pub fn add_heading(&mut self, level: u8, text: Text) {
        let mut parent = Some(self.current_section());
        while let Some(index) = parent {
            if self.sections[index].level < level {
                break;
            }
            parent = self.sections[index].parent;
        }
        self.sections.push(Section { title: fold(&text.text), level, parent, span: text.whole() });
        self.add(Shape::Heading(text));
    }

    /// Every text of the blocks in order, cell by cell, with its section.
    pub fn texts(&self) -> impl Iterator<Item = (&Text, usize)> {
        self.blocks.iter().flat_map(|block| block.shape.texts().map(|text| (text, block.section)))
    }

    /// 1-based line of an offset.
    pub fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    /// The document's own words at a stretch of source.
    pub fn quote(&self, span: Range<usize>) -> Quote {
        let mut start = floor(&self.source, span.start);
        let end = floor(&self.source, span.end.min(start + LONGEST_QUOTE)).max(start);
        start += self.source[start..end].len() - self.source[start..end].trim_start().len();
        let line = self.line_of(start);
        let column = self.source[self.lines[line.max(1) - 1].min(start)..start].chars().count() + 1;
        Quote { place: self.place_of(start), ..Quote::at(line, column, fold(&self.source[start..end])) }
    }

    /// Where a reader without line numbers finds an offset.
    pub fn place_of(&self, at: usize) -> Option<String> {
        let index = self.places.partition_point(|(start, _)| *start <= at);
        self.places.get(index.checked_sub(1)?).map(|(_, place)| place.clone())
    }
}

/// The last character boundary at or before an offset (the end for one beyond it), moved past a split character.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Turns bytes into text: byte order marks, UTF-16, Windows-1252, lone carriage returns. The second value says what was lost.
pub fn decode(bytes: &[u8]) -> (String, Option<String>) {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => western(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()),
        },
    };
    let head = floor(&text, 8192);
    if text[..head].contains('\0') {
        return (String::new(), Some("binary content: not read".to_owned()));
    }
    let limit = text.contains('\u{FFFD}').then(|| "not valid UTF-8: some characters could not be read".to_owned());
    let text = if text.contains('\r') { lines_by_newline(&text) } else { text };
    (text, limit)
}

/// The text of bytes in Windows-1252 (and so in Latin-1), as older editors save. `None` where it is damaged UTF-8 or another set:
/// a sign of more than one byte in it, a byte that no text has, or too little that is ASCII.
fn western(bytes: &[u8]) -> Option<String> {
    let wide = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    let others = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0;
    (!wide && others * 5 < bytes.len() && !text.chars().any(control)).then(|| text.into_owned())
}

/// Old Macintosh line ends become `\n`; `\r\n` keeps its length.
fn lines_by_newline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\r' if chars.peek() == Some(&'\n') => ' ',
            '\r' => '\n',
            c => c,
        });
    }
    out
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn bytes_become_text_or_a_limit() {
        for (bytes, text, lost) in [
            (&b"M\xfcller gepr\xfcft \x96 fertig"[..], "Müller geprüft – fertig", false),
            ("Müller".as_bytes(), "Müller", false),
            (b"\xef\xbb\xbfM\xc3\xbcller", "Müller", false),
            (b"\xff\xfeM\x00\xfc\x00", "Mü", false),
            // Damaged UTF-8 is not taken for another set.
            (b"M\xc3\xbcller gepr\xc3 ft", "Müller gepr\u{FFFD} ft", true),
            // A set that uses most bytes above ASCII (here Shift-JIS) is none of ours.
            (b"\x83\x8c\x83r\x83\x85\x81[", "\u{FFFD}\u{FFFD}\u{FFFD}r\u{FFFD}\u{FFFD}\u{FFFD}[", true),
            (b"a\x81b is not a text at all", "a\u{FFFD}b is not a text at all", true),
            (b"PK\x00\x01\xff", "", true),
        ] {
            let (found, limit) = decode(bytes);
            assert_eq!((found.as_str(), limit.is_some()), (text, lost), "{bytes:?}");
        }
    }
}
