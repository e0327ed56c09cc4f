//! Markdown → document model, with front matter. HTML in it is read as such; code and struck-out text are left out.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::formats::front_matter::front_matter;
use crate::formats::html;
use crate::formats::site_marks;
use crate::value::document::{Document, Link, Setting, Text};

/// Parses Markdown. Front matter between `---` (YAML-like) or `+++` (TOML-like) becomes pairs.
pub(crate) fn parse(source: String) -> Document {
    let mut doc = Document::over(source);
    let body = front_matter(&mut doc);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let source = std::mem::take(&mut doc.source);
    let mut builder = Builder { doc, ..Builder::default() };
    let shown = site_marks::shown(&source, body);
    for (event, range) in Parser::new_ext(&shown[body..], options).into_offset_iter() {
        let range = range.start + body..range.end + body;
        if !builder.html.contains(&range.start) {
            builder.event(event, range, &source);
        }
    }
    builder.flush();
    let mut doc = builder.doc;
    doc.source = source;
    doc
}

#[derive(Default)]
struct Builder {
    doc: Document,
    current: Text,
    checked: Option<bool>,
    items: usize,
    in_item: bool,
    /// For each open quotation: is it one, or a note that is set in?
    quotes: Vec<bool>,
    silent: usize,
    heading: Option<u8>,
    bold: Vec<usize>,
    header: Vec<Text>,
    rows: Vec<Vec<Text>>,
    row: Vec<Text>,
    links: Vec<usize>,
    /// The stretch of HTML that was read as such.
    html: Range<usize>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, range: Range<usize>, source: &str) {
        match event {
            Event::Start(Tag::HtmlBlock) => self.html(range, source),
            Event::Start(tag) => self.start(tag, range, source),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.silent == 0 => self.verbatim(&text, range, source),
            Event::Code(code) if self.silent == 0 => {
                let start = self.current.text.len();
                self.verbatim(&code, range, source);
                self.current.code.push(start..self.current.text.len());
            }
            Event::SoftBreak | Event::HardBreak => self.current.push("\n", range.start),
            Event::InlineHtml(html) if html.starts_with("<br") => self.current.push("\n", range.start),
            // `<enter your name>` is no element of HTML but words.
            Event::InlineHtml(html) if self.silent == 0 && is_words(&html) => self.verbatim(&html, range, source),
            Event::TaskListMarker(checked) => self.checked = Some(checked),
            _ => {}
        }
    }

    /// Reads a block of HTML; a table in it to its end, though blank lines stand in between.
    fn html(&mut self, block: Range<usize>, source: &str) {
        self.flush();
        let end = table_end(source, &block).unwrap_or(block.end);
        html::parse_within(source, block.start..end, &mut self.doc);
        self.html = block.start..end;
    }

    /// Pushes text at the place where the source has the same bytes; otherwise at the start of its range.
    fn verbatim(&mut self, text: &str, range: Range<usize>, source: &str) {
        let at =
            source.get(range.clone()).and_then(|slice| slice.find(text)).map_or(range.start, |at| range.start + at);
        self.current.push(text, at);
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>, source: &str) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(level as u8);
            }
            Tag::Paragraph if (!self.in_item || !self.current.is_blank()) => {
                self.flush();
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes.push(source.as_bytes().get(range.start) == Some(&b'>'));
            }
            Tag::List(_) => self.flush(),
            Tag::Item => {
                self.flush();
                self.items += 1;
                self.in_item = true;
            }
            Tag::CodeBlock(_) | Tag::MetadataBlock(_) => {
                self.flush();
                self.silent += 1;
            }
            Tag::Strikethrough => self.silent += 1,
            Tag::Table(_) => {
                self.flush();
                self.header.clear();
                self.rows.clear();
            }
            Tag::TableHead | Tag::TableRow => self.row.clear(),
            Tag::TableCell => {
                self.current = Text::default();
                // An empty cell still has a place.
                self.current.push("", range.start);
            }
            Tag::Strong => self.bold.push(self.current.text.len()),
            Tag::Link { dest_url, .. } => self.link(&dest_url, range.start, false),
            Tag::Image { dest_url, .. } => self.link(&dest_url, range.start, true),
            _ => {}
        }
    }

    fn link(&mut self, url: &str, at: usize, image: bool) {
        let section = self.doc.current_section();
        self.links.push(self.doc.links.len());
        self.doc.links.push(Link { url: url.to_owned(), at, section, image });
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::FootnoteDefinition => self.flush(),
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes.pop();
            }
            TagEnd::Item => {
                self.flush();
                self.items = self.items.saturating_sub(1);
                self.in_item = false;
                self.checked = None;
            }
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) | TagEnd::Strikethrough => {
                self.silent = self.silent.saturating_sub(1);
            }
            TagEnd::TableCell => self.row.push(std::mem::take(&mut self.current)),
            TagEnd::TableHead => self.header = std::mem::take(&mut self.row),
            TagEnd::TableRow => self.rows.push(std::mem::take(&mut self.row)),
            TagEnd::Table => {
                let header = std::mem::take(&mut self.header);
                self.doc.add_table(std::iter::once(header).chain(std::mem::take(&mut self.rows)));
                self.current = Text::default();
            }
            TagEnd::Strong => {
                if let Some(start) = self.bold.pop() {
                    let end = self.current.text.len();
                    if start < end {
                        self.current.bold.push(start..end);
                    }
                }
            }
            _ => {}
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.current);
        self.bold.clear();
        let heading = self.heading.take();
        let checked = self.checked.take();
        if text.is_blank() && (heading.is_some() || checked.is_none()) {
            return;
        }
        let item = self.in_item.then_some(checked);
        self.in_item &= heading.is_some();
        self.doc.add_text(text, Setting { heading, item, quoted: self.quotes.contains(&true) });
    }
}

/// Where the table ends that a block of HTML leaves open.
fn table_end(source: &str, block: &Range<usize>) -> Option<usize> {
    const CLOSE: &str = "</table>";
    let lower = source.get(block.clone())?.to_ascii_lowercase();
    let open = lower.matches("<table").count().checked_sub(lower.matches(CLOSE).count())?;
    let rest = source.get(block.end..)?.to_ascii_lowercase();
    let (at, _) = rest.match_indices(CLOSE).nth(open.checked_sub(1)?)?;
    Some(block.end + at + CLOSE.len())
}

/// Is a "tag" no element of HTML but a placeholder in angle brackets?
fn is_words(tag: &str) -> bool {
    const ELEMENTS: [&str; 46] = [
        "a",
        "abbr",
        "b",
        "bdo",
        "blockquote",
        "button",
        "center",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "li",
        "mark",
        "ol",
        "p",
        "picture",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "source",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "u",
        "ul",
    ];
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    inner.starts_with(|c: char| c.is_ascii_alphabetic())
        && !inner.contains(['=', '/', '!'])
        && !ELEMENTS.contains(&name.as_str())
        && !["td", "th", "tr", "tbody", "thead", "var", "video", "wbr", "ruby", "script", "style"]
            .contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::document::Shape;

    #[test]
    fn html_is_read_at_its_place() {
        let text = "# Review\n\n<table>\n<tr><th>Issue</th><th>State</th></tr>\n\n<tr><td>#3</td><td>closed &amp; <b>fixed</b></td></tr>\n</table>\n\n<details>\n<summary>Date held: 2026-01-09</summary>\n\nAll *resolved*.\n\n</details>\n<!-- not said -->\n";
        let doc = parse(text.to_owned());
        let words: Vec<Vec<&str>> =
            doc.blocks.iter().map(|block| block.shape.texts().map(|text| text.text.trim()).collect()).collect();
        let expected: [&[&str]; 4] =
            [&["Review"], &["Issue", "State", "#3", "closed & fixed"], &["Date held: 2026-01-09"], &["All resolved."]];
        assert_eq!(words, expected);
        let Shape::Table { rows, .. } = &doc.blocks[1].shape else { panic!("{:?}", doc.blocks[1]) };
        let quote = doc.quote(rows[0][0].whole());
        assert_eq!((quote.text.as_str(), quote.line.get(), quote.column.get()), ("#3", 6, 9));
        assert_eq!(doc.line_of(doc.blocks[2].shape.texts().next().unwrap().source_of(0)), 10);
    }
}
