//! HTML → document model. The extracted text keeps the lines of the file, and the columns at which blocks begin; markup is
//! left out. Scripts, styles, comments, navigation, hidden and deleted text, and preformatted code don't count.

use std::ops::Range;

use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};
use html5gum::{Spanned, Tokenizer};

use crate::value::document::{Document, Link, Pair, Setting, Text};
use crate::value::text::{fold, leading_day};

/// Elements whose words are not the document's.
const SILENT: [&str; 20] = [
    "script", "style", "template", "noscript", "nav", "svg", "math", "iframe", "object", "select", "textarea", "del",
    "s", "strike", "pre", "button", "canvas", "audio", "video", "noframes",
];
/// The property by which a page declares what it is.
const DECLARES: &str = "lookback";
/// Elements that hold nothing.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements that stand on lines of their own.
#[rustfmt::skip]
const BLOCKS: [&str; 29] = [
    "p", "div", "section", "article", "header", "footer", "main", "aside", "address", "fieldset",
    "form", "figure", "figcaption", "ul", "ol", "li", "dl", "dt", "dd", "blockquote",
    "caption", "summary", "details", "body", "html", "hr", "legend", "hgroup", "center",
];
/// Tables in tables deeper than this are read as part of the outer one.
const DEEPEST_TABLE: usize = 16;

/// Parses HTML.
pub(crate) fn parse(source: &str) -> Document {
    let mut page = Page { raw: source, ..Page::new() };
    page.read();
    page.finish()
}

/// Reads HTML that stands in another text, whose places are kept.
pub(crate) fn parse_within(source: &str, range: Range<usize>, doc: &mut Document) {
    let raw = source.get(range.clone()).unwrap_or("");
    let mut page = Page { raw, within: Some(range.start), doc: std::mem::take(doc), ..Page::new() };
    page.read();
    page.end_blocks();
    *doc = page.doc;
}

/// Hands the elements and words of HTML to a page.
fn tokens(source: &str, page: &mut Page<'_>) {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(source, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => page.start(&tag),
            Ok(Token::EndTag(tag)) => page.end(&String::from_utf8_lossy(&tag.name)),
            Ok(Token::String(words)) => page.words(&words),
            Ok(_) => {}
            Err(never) => match never {},
        }
    }
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<Text>>,
    in_cell: bool,
}

struct Page<'s> {
    raw: &'s str,
    /// Where `raw` begins in the text that places point into, where that is not `out`.
    within: Option<usize>,
    /// Everything of `raw` before this has its lines in `out`.
    raw_at: usize,
    raw_column: usize,
    out: String,
    out_column: usize,
    doc: Document,
    current: Text,
    heading: Option<u8>,
    item: bool,
    checked: Option<bool>,
    quotes: usize,
    bold: usize,
    code: usize,
    /// The element that is left out, and how often it is open.
    silent: Option<(String, usize)>,
    title: Option<Text>,
    /// In an element whose day was read from its attribute?
    dated: bool,
    tables: Vec<Table>,
    deeper: usize,
}

impl Page<'_> {
    fn new() -> Self {
        Page {
            raw: "",
            within: None,
            raw_at: 0,
            raw_column: 0,
            out: String::new(),
            out_column: 0,
            doc: Document::over(String::new()),
            current: Text::default(),
            heading: None,
            item: false,
            checked: None,
            quotes: 0,
            bold: 0,
            code: 0,
            silent: None,
            title: None,
            dated: false,
            tables: Vec::new(),
            deeper: 0,
        }
    }

    fn read(&mut self) {
        tokens(self.raw, self);
    }

    /// The place at which the next words stand.
    fn here(&self) -> usize {
        self.within.map_or(self.out.len(), |start| start + self.raw_at)
    }

    fn emit(&mut self, words: &str) -> usize {
        let at = self.here();
        self.out.push_str(words);
        match words.rfind('\n') {
            Some(last) => self.out_column = words[last + 1..].chars().count(),
            None => self.out_column += words.chars().count(),
        }
        at
    }

    /// Brings the lines of `out` up to an offset of the file; returns how many lines were added.
    fn catch_up(&mut self, to: usize) -> usize {
        let Some(passed) = self.raw.get(self.raw_at..to) else { return 0 };
        let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
        match passed.rfind('\n') {
            Some(last) => self.raw_column = passed[last + 1..].chars().count(),
            None => self.raw_column += passed.chars().count(),
        }
        self.raw_at = to;
        if lines > 0 {
            self.emit(&"\n".repeat(lines));
        }
        lines
    }

    fn words(&mut self, words: &Spanned<html5gum::HtmlString, usize>) {
        if self.silent.is_some() || self.dated {
            return;
        }
        let span = words.span.start.min(self.raw.len())..words.span.end.min(self.raw.len());
        let before = self.here();
        if self.catch_up(span.start) > 0 && !self.target().is_blank() {
            self.target().push("\n", before);
        }
        let mut shown = String::from_utf8_lossy(&words.value).into_owned();
        let lines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
        let aligned = lines(&shown) == self.raw.get(span.clone()).map_or(0, lines);
        if !aligned {
            // A line end written as a reference, or lost to the parser's clean-up, is a blank.
            shown = shown.replace('\n', " ");
        }
        let (mut column, raw_at) = (self.raw_column, self.raw_at);
        for piece in shown.split_inclusive('\n') {
            self.piece(piece, column);
            if self.within.is_some() {
                self.raw_at = (self.raw_at + piece.len()).min(span.end);
            }
            column = if piece.ends_with('\n') { 0 } else { column + piece.chars().count() };
        }
        self.raw_at = raw_at;
        if aligned {
            let raw = self.raw.get(span.clone()).unwrap_or("");
            self.raw_column = match raw.rfind('\n') {
                Some(last) => raw[last + 1..].chars().count(),
                None => self.raw_column + raw.chars().count(),
            };
            self.raw_at = span.end.max(self.raw_at);
        } else {
            self.catch_up(span.end);
        }
    }

    /// Words of one line, which begin in a column of the file.
    fn piece(&mut self, piece: &str, column: usize) {
        let mut words = piece;
        if self.target().is_blank() {
            words = piece.trim_start();
            if words.is_empty() {
                if piece.ends_with('\n') {
                    self.emit("\n");
                }
                return;
            }
            let wanted = column + (piece.chars().count() - words.chars().count());
            if wanted > self.out_column {
                self.emit(&" ".repeat(wanted - self.out_column));
            }
        }
        let at = self.emit(words) + self.within.map_or(0, |_| piece.len() - words.len());
        let (bold, code) = (self.bold > 0, self.code > 0);
        let target = self.target();
        let start = target.text.len();
        target.push(words, at);
        let end = target.text.len();
        if bold {
            match target.bold.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => target.bold.push(start..end),
            }
        }
        if code {
            target.code.push(start..end);
        }
    }

    fn target(&mut self) -> &mut Text {
        self.title.as_mut().unwrap_or(&mut self.current)
    }

    fn start(&mut self, tag: &StartTag<usize>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let void = VOID.contains(&name.as_str());
        if let Some((silent, open)) = &mut self.silent {
            *open += usize::from(*silent == name && !void);
            return;
        }
        let attribute = |key: &str| {
            tag.attributes.get(key.as_bytes()).map(|value| String::from_utf8_lossy(&value.value).into_owned())
        };
        let unseen = attribute("hidden").is_some()
            || attribute("aria-hidden").as_deref() == Some("true")
            || attribute("style").is_some_and(|style| {
                let style = style.replace(' ', "").to_lowercase();
                style.contains("display:none") || style.contains("visibility:hidden")
            });
        if !void && (SILENT.contains(&name.as_str()) || unseen) {
            self.silent = Some((name, 1));
            return;
        }
        self.catch_up(tag.span.start.min(self.raw.len()));
        if BLOCKS.contains(&name.as_str()) || name.starts_with('h') && heading(&name).is_some() {
            self.flush();
        }
        match name.as_str() {
            "title" => self.title = Some(Text::default()),
            "li" => self.item = true,
            "blockquote" => self.quotes += 1,
            "b" | "strong" => self.bold += 1,
            "code" | "kbd" | "samp" | "tt" => self.code += 1,
            "br" => {
                let at = self.here();
                if !self.target().is_blank() {
                    self.target().push("\n", at.saturating_sub(1));
                }
            }
            "input" if attribute("type").as_deref() == Some("checkbox") => {
                self.checked = Some(attribute("checked").is_some());
            }
            "meta" if attribute("name").as_deref() == Some(DECLARES) => {
                let value = attribute("content").unwrap_or_default();
                let at = self.emit(&value);
                self.doc.properties.push(Pair::new(DECLARES, &value, at..at + value.len()));
            }
            "time" => {
                if let Some(day) = attribute("datetime").as_deref().and_then(leading_day) {
                    // What is shown may be any form of it, or nothing.
                    self.piece(day, self.raw_column);
                    self.dated = !tag.self_closing;
                }
            }
            "a" => self.link(attribute("href"), false),
            "img" => self.link(attribute("src"), true),
            "table" | "dl" => self.start_table(),
            "tr" => self.row(),
            "td" | "th" | "dd" => self.cell(),
            "dt" => {
                self.row();
                self.cell();
            }
            name => {
                if let Some(level) = heading(name) {
                    self.heading = Some(level);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((silent, open)) = &mut self.silent {
            if silent == name {
                *open -= 1;
                if *open == 0 {
                    self.silent = None;
                }
            }
            return;
        }
        match name {
            "title" => self.end_title(),
            "time" => self.dated = false,
            "b" | "strong" => self.bold = self.bold.saturating_sub(1),
            "code" | "kbd" | "samp" | "tt" => self.code = self.code.saturating_sub(1),
            "td" | "th" | "dd" | "dt" => self.end_cell(),
            "table" | "dl" => self.end_table(),
            name if BLOCKS.contains(&name) || heading(name).is_some() => self.flush(),
            _ => {}
        }
        match name {
            "li" => (self.item, self.checked) = (false, None),
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            _ => {}
        }
    }

    fn link(&mut self, url: Option<String>, image: bool) {
        if let Some(url) = url.filter(|url| url.len() <= 2000) {
            let (at, section) = (self.here(), self.doc.current_section());
            self.doc.links.push(Link { url, at, section, image });
        }
    }

    fn in_cell(&self) -> bool {
        self.tables.last().is_some_and(|table| table.in_cell)
    }

    /// Ends a block; in a cell it only ends a line.
    fn flush(&mut self) {
        self.dated = false;
        if self.in_cell() {
            let at = self.here();
            if !self.current.is_blank() && !self.current.text.ends_with('\n') {
                self.current.push("\n", at.saturating_sub(1));
            }
            return;
        }
        let text = std::mem::take(&mut self.current);
        let heading = self.heading.take();
        if text.is_blank() {
            return;
        }
        let item = (self.item && heading.is_none()).then(|| self.checked.take());
        self.item &= heading.is_some();
        self.doc.add_text(text, Setting { heading, item, quoted: self.quotes > 0 });
    }

    fn start_table(&mut self) {
        self.flush();
        if self.tables.len() >= DEEPEST_TABLE || self.in_cell() {
            self.deeper += 1;
        } else {
            self.tables.push(Table::default());
        }
    }

    fn row(&mut self) {
        if self.deeper > 0 {
            return self.flush();
        }
        self.end_cell();
        if let Some(table) = self.tables.last_mut() {
            table.rows.push(Vec::new());
        }
    }

    fn cell(&mut self) {
        if self.deeper > 0 {
            return self.flush();
        }
        self.end_cell();
        self.flush();
        let Some(table) = self.tables.last_mut() else { return };
        if table.rows.is_empty() {
            table.rows.push(Vec::new());
        }
        table.in_cell = true;
        self.current = Text::default();
    }

    fn end_cell(&mut self) {
        self.dated = false;
        if self.deeper > 0 || !self.in_cell() {
            return;
        }
        let text = std::mem::take(&mut self.current);
        self.heading = None;
        if let Some(table) = self.tables.last_mut() {
            table.in_cell = false;
            if let Some(row) = table.rows.last_mut() {
                row.push(text);
            }
        }
    }

    fn end_table(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return self.flush();
        }
        self.end_cell();
        let Some(table) = self.tables.pop() else { return };
        self.current = Text::default();
        self.doc.add_table(table.rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_blank())));
    }

    fn end_title(&mut self) {
        let Some(text) = self.title.take().filter(|text| !text.is_blank()) else { return };
        let value = fold(&text.text);
        self.doc.properties.push(Pair::new("Title", &value, text.whole()));
    }

    fn end_blocks(&mut self) {
        self.end_title();
        while !self.tables.is_empty() {
            self.deeper = 0;
            self.end_table();
        }
        self.flush();
    }

    fn finish(mut self) -> Document {
        self.end_blocks();
        self.doc.set_source(self.out);
        self.doc
    }
}

/// Level of `h1` to `h6`.
fn heading(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::document::Shape;
    use proptest::prelude::*;

    fn shapes(html: &str) -> Vec<String> {
        let words = |text: &Text| fold(&text.text);
        parse(html)
            .blocks
            .iter()
            .map(|block| match &block.shape {
                Shape::Heading(text) => format!("# {}", words(text)),
                Shape::Paragraph(text) => words(text),
                Shape::Quote(text) => format!("> {}", words(text)),
                Shape::Item { text, checked } => format!("- {checked:?} {}", words(text)),
                Shape::Table { header, rows } => std::iter::once(header)
                    .chain(rows)
                    .map(|row| row.iter().map(words).collect::<Vec<_>>().join(" | "))
                    .collect::<Vec<_>>()
                    .join(" / "),
            })
            .collect()
    }

    #[test]
    fn the_day_of_an_element_counts_before_what_it_shows() {
        assert_eq!(
            shapes(
                "<table><tr><td>Date held</td><td><time datetime=\"2026-01-09\" /></td></tr></table>\
                 <p>Held <time datetime='2026-01-09T10:00'>last Friday</time> in Bonn, for <time datetime=PT2H>two hours</time>.\
                 <p>Due <time datetime=2026-02-01><p>never closed"
            ),
            ["Date held | 2026-01-09", "Held 2026-01-09 in Bonn, for two hours.", "Due 2026-02-01", "never closed"]
        );
    }

    #[test]
    fn blocks() {
        assert_eq!(
            shapes(
                "<!doctype html><title>T</title><h1>Review <em>2025</em></h1><p>All <b>fixed</b>.<p>Second\
                 <ul><li><input type=checkbox checked> done<li>open</ul><table><tr><th>Id<th>State\
                 <tr><td>#1<td>closed<br>late</table><dl><dt>Date<dd>2025-03-14</dl><blockquote>said</blockquote>"
            ),
            [
                "# Review 2025",
                "All fixed.",
                "Second",
                "- Some(true) done",
                "- None open",
                "Id | State / #1 | closed late",
                "Date | 2025-03-14",
                "> said",
            ]
        );
    }

    #[test]
    fn what_nobody_sees_does_not_count() {
        assert_eq!(
            shapes(
                "<p>a</p><script>var x = '<p>no</p>'</script><style>p{}</style><!-- no --><nav><div>no</div></nav>\
                 <p hidden>no</p><div style='display: none'><div>no</div>no</div><p>b <del>no</del>c</p><pre>no</pre>"
            ),
            ["a", "b c"]
        );
    }

    #[test]
    fn lines_and_columns_are_those_of_the_file() {
        let html =
            "<html>\n<body\n class=x>\n  <p>The review\nwas &uuml;ber <b>held</b>.</p><p>Next</p>\n<h2\n>End</h2>";
        let doc = parse(html);
        let at = |words: &str| {
            let quote = doc.quote(doc.source.find(words).unwrap()..doc.source.len());
            (quote.line.get(), quote.column.get())
        };
        assert_eq!(at("The"), (4, 6));
        assert_eq!(at("was"), (5, 1));
        assert_eq!(at("Next"), (5, 34));
        assert_eq!(at("End"), (7, 2));
        let Shape::Paragraph(text) = &doc.blocks[0].shape else { panic!() };
        assert_eq!(doc.quote(text.whole()).text, "The review was über held.");
    }

    proptest! {
        #[test]
        fn lines_are_kept_whatever_comes(pieces in prop::collection::vec(
            prop::sample::select(vec!["<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<li>", "a", "\n", "&#10;", "&amp;", "<b\n>",
                "<!--\n", "-->", "<title>", "</title>", "<script>", "</script>", "ü", "<h2>", "<div hidden>", "</div>", "\r\n", "<"]), 0..40)) {
            let html = pieces.concat().replace("\r\n", " \n");
            let marked = format!("{html}</title></script>--></pre></div></div></div></div></div></div></div></div></div></div><p>zzz");
            let doc = parse(&marked);
            if let Some(found) = doc.source.find("zzz") {
                prop_assert_eq!(doc.line_of(found), 1 + html.matches('\n').count());
            }
        }

        #[test]
        fn never_panics(html in "(?s)[<>/a-z \n&;='\"!-]{0,200}") {
            let _ = parse(&html);
        }
    }
}
