//! A document as the reader sees it, whatever its format: blocks of text with their places in the source. Parsers fill
//! it, everything else reads it.

use std::collections::VecDeque;
use std::ops::Range;

use crate::value::text::{Quote, fold, normal, normal_pieces};

/// Longest quote, in bytes of source.
const LONGEST_QUOTE: usize = 800;

/// A cell of more words than this is no head of a column.
const HEAD: usize = 6;

/// Rendered text with the way back to the source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    /// The text, without markup. Line breaks of the source are kept as `\n`.
    pub(crate) text: String,
    /// Pieces: (offset in `text`, offset in the source), ascending.
    map: Vec<(usize, usize)>,
    /// Stretches of `text` set in bold.
    pub(crate) bold: Vec<Range<usize>>,
    /// Stretches of `text` set as code.
    pub(crate) code: Vec<Range<usize>>,
}

impl Text {
    /// Appends a piece that stands at `at` in the source, in one form of Unicode.
    pub(crate) fn push(&mut self, piece: &str, at: usize) {
        normal_pieces(piece, |piece, offset| {
            if !piece.is_empty() {
                self.map.push((self.text.len(), at + offset));
                self.text.push_str(piece);
            }
        });
    }

    /// Where a place in the source lies in the text, of pieces that stand in order.
    pub(crate) fn text_of(&self, source: usize) -> usize {
        let index = self.map.partition_point(|(_, at)| *at <= source);
        let end = self.map.get(index).map_or(self.text.len(), |(text, _)| *text);
        let Some((text, at)) = index.checked_sub(1).and_then(|i| self.map.get(i)) else { return 0 };
        (text + (source - at)).min(end)
    }

    /// How many words it has.
    fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }

    /// Nothing but white space?
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Offset in the source of a place in the text.
    pub(crate) fn source_of(&self, at: usize) -> usize {
        let index = self.map.partition_point(|(text, _)| *text <= at);
        match index.checked_sub(1).and_then(|i| self.map.get(i)) {
            Some((text, source)) => source + (at - text),
            None => self.map.first().map_or(0, |(_, source)| *source),
        }
    }

    /// The stretch of source from which a stretch of text comes.
    pub(crate) fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.source_of(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..(self.source_of(range.end - 1) + 1).max(start)
    }

    /// The stretch of source of the whole.
    pub(crate) fn whole(&self) -> Range<usize> {
        let start = self.text.len() - self.text.trim_start().len();
        self.span(start..self.text.trim_end().len().max(start))
    }
}

/// What a block is.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
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
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        let (one, header, rows): (Option<&Text>, &[Text], &[Vec<Text>]) = match self {
            Shape::Heading(text) | Shape::Paragraph(text) | Shape::Quote(text) | Shape::Item { text, .. } => {
                (Some(text), &[], &[])
            }
            Shape::Table { header, rows } => (None, header, rows),
        };
        one.into_iter().chain(header).chain(rows.iter().flatten())
    }
}

/// What a text is by what stands around it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Setting {
    /// The level of the heading that it is.
    pub(crate) heading: Option<u8>,
    /// Is it an item of a list, and of which state is its box?
    pub(crate) item: Option<Option<bool>>,
    /// Does it stand in a quotation?
    pub(crate) quoted: bool,
}

/// A block and the section in which it stands.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// What it is.
    pub(crate) shape: Shape,
    /// Index into `Document::sections`.
    pub(crate) section: usize,
}

/// A heading and what is below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    /// The heading's words; empty for the part before the first heading.
    pub(crate) title: String,
    /// 1 is the highest; 0 the part before the first heading.
    pub(crate) level: u8,
    /// The enclosing section.
    pub(crate) parent: Option<usize>,
    /// Where the heading stands in the source.
    pub(crate) span: Range<usize>,
}

/// A key with its value, from front matter or a document property.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// As written.
    pub(crate) key: String,
    /// As written, without quotation marks.
    pub(crate) value: String,
    /// Where the value stands in the source.
    pub(crate) span: Range<usize>,
}

impl Pair {
    /// A pair, in one form of Unicode.
    pub(crate) fn new(key: &str, value: &str, span: Range<usize>) -> Pair {
        Pair { key: normal(key), value: normal(value), span }
    }
}

/// A link or image.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Target.
    pub(crate) url: String,
    /// Where it stands in the source.
    pub(crate) at: usize,
    /// Index into `Document::sections`.
    pub(crate) section: usize,
    /// Is it an image?
    pub(crate) image: bool,
}

/// A parsed document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    /// The text that positions point into.
    pub(crate) source: String,
    /// Offsets at which lines start.
    lines: Vec<usize>,
    /// The blocks in order; code and comments are left out.
    pub(crate) blocks: Vec<Block>,
    /// The sections; the first is the part before the first heading.
    pub(crate) sections: Vec<Section>,
    /// Front matter or document properties.
    pub(crate) pairs: Vec<Pair>,
    /// Links and images.
    pub(crate) links: Vec<Link>,
    /// Where a reader finds what begins at an offset of the source (`page 3`), ascending; empty for text files, whose lines
    /// everybody sees.
    pub(crate) places: Vec<(usize, String)>,
    /// Stretches of the source that the format itself marks as not filled in.
    pub(crate) gaps: Vec<Range<usize>>,
    /// Properties kept beside the text; they count only where the text is silent.
    pub(crate) properties: Vec<Pair>,
    /// Files that belong into the document and were not read.
    pub(crate) unread: Vec<String>,
    /// Where the source names a digital signature over the document.
    pub(crate) signature: Option<Range<usize>>,
}

impl Document {
    /// An empty document over a source.
    pub(crate) fn over(source: String) -> Self {
        let mut doc = Document { sections: vec![Section::default()], ..Document::default() };
        doc.set_source(source);
        doc
    }

    /// Puts the source in place, for parsers that make it as they go.
    pub(crate) fn set_source(&mut self, source: String) {
        self.lines = vec![0];
        self.lines.extend(source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
        self.source = source;
    }

    /// The innermost section so far.
    pub(crate) fn current_section(&self) -> usize {
        self.sections.len() - 1
    }

    /// Appends a block to the current section; a heading opens a new one.
    pub(crate) fn add(&mut self, shape: Shape) {
        let section = self.current_section();
        self.blocks.push(Block { shape, section });
    }

    /// Opens a section with its heading.
    pub(crate) fn add_heading(&mut self, level: u8, text: Text) {
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

    /// Appends a text as what it is by what stands around it.
    pub(crate) fn add_text(&mut self, text: Text, setting: Setting) {
        match setting {
            Setting { heading: Some(level), .. } => self.add_heading(level, text),
            Setting { item: Some(checked), .. } => self.add(Shape::Item { text, checked }),
            Setting { quoted: true, .. } => self.add(Shape::Quote(text)),
            _ => self.add(Shape::Paragraph(text)),
        }
    }

    /// Appends a table, whose first row is the header; without a row there is none. A label with a sentence beside it heads nothing.
    pub(crate) fn add_table(&mut self, rows: impl IntoIterator<Item = Vec<Text>>) {
        let mut rows: VecDeque<Vec<Text>> = rows.into_iter().collect();
        let states = |row: &Vec<Text>| matches!(&row[..], [label, value] if label.words() <= 3 && !label.is_blank() && value.words() > HEAD);
        let header = match rows.front() {
            Some(row) if states(row) => vec![Text::default(); row.len()],
            _ => rows.pop_front().unwrap_or_default(),
        };
        if !header.is_empty() || !rows.is_empty() {
            self.add(Shape::Table { header, rows: rows.into() });
        }
    }

    /// Leaves only some sections and, of all blocks in order, those that stay: the others' titles, links and gaps go.
    pub(crate) fn keep(&mut self, keeps: impl Fn(usize) -> bool, stays: &[bool]) {
        let starts: Vec<usize> = self.sections.iter().map(|section| section.span.start).collect();
        let within = |gap: &Range<usize>| starts.partition_point(|start| *start <= gap.start).checked_sub(1);
        self.gaps.retain(|gap| within(gap).is_none_or(&keeps));
        let mut stays = stays.iter();
        self.blocks.retain(|_| stays.next().is_none_or(|stays| *stays));
        self.links.retain(|link| keeps(link.section));
        for (_, section) in self.sections.iter_mut().enumerate().filter(|(index, _)| !keeps(*index)) {
            section.title.clear();
        }
    }

    /// Every text of the blocks in order, cell by cell, with its section.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&Text, usize)> {
        self.blocks.iter().flat_map(|block| block.shape.texts().map(|text| (text, block.section)))
    }

    /// 1-based line of an offset.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    /// The document's own words at a stretch of source, in one form of Unicode, at the place where they stand.
    pub(crate) fn quote(&self, span: Range<usize>) -> Quote {
        let mut start = boundary(&self.source, span.start);
        let end = boundary(&self.source, span.end.min(start + LONGEST_QUOTE)).max(start);
        start += self.source[start..end].len() - self.source[start..end].trim_start().len();
        let line = self.line_of(start);
        let column = self.source[self.lines[line.max(1) - 1].min(start)..start].chars().count() + 1;
        Quote { place: self.place_of(start), ..Quote::at(line, column, fold(&normal(&self.source[start..end]))) }
    }

    /// Where a reader without line numbers finds an offset.
    pub(crate) fn place_of(&self, at: usize) -> Option<String> {
        let index = self.places.partition_point(|(start, _)| *start <= at);
        self.places.get(index.checked_sub(1)?).map(|(_, place)| place.clone())
    }
}

/// The first character boundary at or behind an offset; the end for one beyond it.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
