//! The text parts of a DOCX file (body, headers, footers, notes): paragraphs, tables, content controls, tracked changes.

use std::collections::HashMap;

use crate::formats::extract::{Extract, FOREIGN_PART, Rich};
use crate::formats::office::docx_styles::Styles;
use crate::formats::office::flow::{Flow, Role};
use crate::formats::office::package::Relations;
use crate::formats::office::xml::{Handler, Tag};
use crate::value::document::Document;
use crate::value::text::leading_day;

/// Elements whose words are not the document's: deleted, moved away, field codes, the second copy of a drawing, old properties.
const SILENT: [&str; 13] = [
    "del",
    "moveFrom",
    "delText",
    "delInstrText",
    "Fallback",
    "rPrChange",
    "pPrChange",
    "tblPrChange",
    "tcPrChange",
    "trPrChange",
    "sectPrChange",
    "tblGridChange",
    "numberingChange",
];

#[derive(Default)]
struct Paragraph {
    rich: Rich,
    style: Option<String>,
    outline: Option<u8>,
    listed: bool,
}

/// A content control.
#[derive(Default)]
struct Control {
    placeholder: bool,
    key: Option<String>,
    /// The day that was picked, which counts before its shown form.
    day: Option<String>,
    /// Has the day been written?
    dated: bool,
    start: usize,
    paragraphs: usize,
}

/// Reads one part.
#[expect(clippy::struct_excessive_bools, reason = "each is a state of the text, set and cleared on its own")]
pub(crate) struct DocxText<'a> {
    flow: Flow<'a>,
    styles: &'a Styles,
    relations: &'a Relations,
    /// Is it the body, not a header, footer or note?
    main: bool,
    silent: usize,
    paragraphs: Vec<Paragraph>,
    /// Columns that the open cell of each open table spans.
    spans: Vec<usize>,
    controls: Vec<Control>,
    in_run: bool,
    bold: bool,
    hidden: bool,
    in_text: bool,
    box_state: Option<bool>,
    /// The instruction of the field that is open.
    instruction: String,
    in_instruction: bool,
    /// Parts in formats of their own, by id; `None` where one is not read.
    embedded: HashMap<String, Option<Document>>,
}

impl<'a> DocxText<'a> {
    /// Reads a part into an extract.
    pub(crate) fn new(part: &'static str, styles: &'a Styles, relations: &'a Relations, out: &'a mut Extract) -> Self {
        DocxText {
            flow: Flow::new(part, out),
            styles,
            relations,
            main: part.is_empty(),
            silent: 0,
            paragraphs: Vec::new(),
            spans: Vec::new(),
            controls: Vec::new(),
            in_run: false,
            bold: false,
            hidden: false,
            in_text: false,
            box_state: None,
            instruction: String::new(),
            in_instruction: false,
            embedded: HashMap::new(),
        }
    }

    /// The same, with the parts in formats of their own.
    pub(crate) fn with_embedded(self, embedded: HashMap<String, Option<Document>>) -> Self {
        DocxText { embedded, ..self }
    }

    /// Writes what is still open, for a part that was cut off.
    pub(crate) fn finish(&mut self) {
        while !self.paragraphs.is_empty() {
            self.end_paragraph();
        }
        while self.flow.depth() > 0 {
            self.end_table();
        }
    }

    fn push(&mut self, words: &str) {
        if self.silent > 0 || self.hidden {
            return;
        }
        let gap = self.controls.iter().any(|control| control.placeholder);
        let picked = self.controls.last_mut().filter(|_| !gap).and_then(|control| {
            let day = control.day.clone()?;
            Some(if std::mem::replace(&mut control.dated, true) { String::new() } else { day })
        });
        let words = picked.as_deref().unwrap_or(words);
        let bold = self.bold;
        if let Some(paragraph) = self.paragraphs.last_mut() {
            let start = paragraph.rich.text.len();
            paragraph.rich.push(words, bold);
            if gap {
                paragraph.rich.gaps.push(start..paragraph.rich.text.len());
            }
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let role = self.role(&paragraph);
        self.flow.paragraph(&paragraph.rich, role);
    }

    fn role(&self, paragraph: &Paragraph) -> Role {
        let by_style = paragraph.style.as_deref().map_or(Role::Text, |id| self.styles.role(id));
        if let Some(level) = paragraph.outline {
            return Role::Heading(level.saturating_add(1).min(9));
        }
        match by_style {
            Role::Text if paragraph.listed => Role::Item,
            Role::Text if self.main && looks_like_heading(&paragraph.rich) => Role::Heading(6),
            role => role,
        }
    }

    fn end_table(&mut self) {
        self.spans.pop();
        self.flow.end_table();
    }

    fn run_property(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "b" => self.bold = tag.is_on(),
            "vanish" => self.hidden = tag.is_on(),
            "rStyle" => {
                if let Some(style) = tag.attribute("val").and_then(|id| self.styles.get(&id)) {
                    self.hidden |= style.hidden;
                    self.bold |= style.bold;
                }
            }
            _ => {}
        }
    }

    fn paragraph_property(&mut self, name: &str, tag: &Tag<'_>) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        match name {
            "pStyle" => paragraph.style = tag.attribute("val"),
            "outlineLvl" => {
                paragraph.outline = tag.attribute("val").and_then(|v| v.parse().ok()).filter(|level| *level < 9);
            }
            "numId" => paragraph.listed = tag.attribute("val").is_some_and(|id| id != "0"),
            _ => {}
        }
    }

    fn control_property(&mut self, name: &str, tag: &Tag<'_>) {
        let Some(control) = self.controls.last_mut() else { return };
        match name {
            "showingPlcHdr" => control.placeholder = tag.is_on(),
            "alias" => control.key = tag.attribute("val"),
            "tag" if control.key.is_none() => control.key = tag.attribute("val"),
            "date" => {
                control.day = tag.attribute("fullDate").as_deref().and_then(leading_day).map(str::to_owned);
            }
            _ => {}
        }
    }

    /// Follows the instruction of a field.
    fn field(&mut self) {
        let url = address(&std::mem::take(&mut self.instruction));
        if let (Some(url), Some(paragraph)) = (url.filter(|_| self.silent == 0), self.paragraphs.last_mut()) {
            paragraph.rich.links.push((paragraph.rich.text.len(), url));
        }
    }

    /// Writes an embedded part.
    fn embed(&mut self, id: &str) {
        match self.embedded.get(id) {
            Some(Some(doc)) => self.flow.embed(doc),
            _ => self.flow.limit(FOREIGN_PART.to_owned()),
        }
    }

    fn end_control(&mut self) {
        if self.controls.last().is_some_and(|control| control.day.is_some() && !control.dated) {
            self.push(" ");
        }
        let Some(control) = self.controls.pop() else { return };
        let Some(key) = control.key.filter(|_| !control.placeholder && self.silent == 0) else { return };
        // Only a control within one paragraph has one value.
        if control.paragraphs == self.paragraphs.len()
            && let Some(paragraph) = self.paragraphs.last_mut()
        {
            paragraph.rich.controls.push((control.start..paragraph.rich.text.len(), key));
        }
    }
}

/// The address of a field that is a link; one to a place in the same document has none.
fn address(instruction: &str) -> Option<String> {
    let rest = instruction.trim_start().strip_prefix("HYPERLINK")?.trim_start();
    let url = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => rest.split_whitespace().next().filter(|word| !word.starts_with('\\')),
    };
    url.filter(|url| !url.is_empty()).map(str::to_owned)
}

/// A short paragraph all in bold, as people set headings without a style.
fn looks_like_heading(rich: &Rich) -> bool {
    let text = rich.text.trim();
    let bold: usize = rich.bold.iter().map(|range| rich.text[range.clone()].trim().len()).sum();
    !text.is_empty()
        && text.len() <= 100
        && bold + 1 >= text.len()
        && !text.contains(':')
        && !text.ends_with(['.', ';', ','])
        && rich.gaps.is_empty()
}

/// A character of a symbol font that stands for a box.
fn symbol(code: &str) -> &'static str {
    match code.to_uppercase().trim_start_matches("F0") {
        "FE" | "FD" | "FC" | "52" | "53" | "78" => "☒",
        "A8" | "6F" | "71" | "A3" => "☐",
        "B7" | "A7" => "• ",
        _ => " ",
    }
}

impl Handler for DocxText<'_> {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        if SILENT.contains(&name) {
            self.silent += 1;
        }
        if self.silent > 0 {
            return;
        }
        match name {
            "p" => {
                self.paragraphs.push(Paragraph::default());
                (self.bold, self.hidden) = (false, false);
            }
            "r" => {
                self.in_run = true;
                let style = self.paragraphs.last().and_then(|p| p.style.as_deref()).and_then(|id| self.styles.get(id));
                (self.bold, self.hidden) = style.map_or((false, false), |style| (false, style.hidden));
            }
            "t" => self.in_text = true,
            "tab" if self.in_run => self.push("\t"),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = tag.attribute("char").unwrap_or_default();
                self.push(symbol(&code));
            }
            "tbl" => {
                self.flow.start_table();
                self.spans.push(1);
            }
            "tr" => self.flow.start_row(),
            "tc" => {
                self.flow.start_cell();
                if let Some(span) = self.spans.last_mut() {
                    *span = 1;
                }
            }
            "gridSpan" => {
                if let Some(span) = self.spans.last_mut() {
                    *span = tag.attribute("val").and_then(|v| v.parse().ok()).unwrap_or(1).min(100);
                }
            }
            "fldChar" => match tag.attribute("fldCharType").as_deref() {
                Some("begin") => self.instruction.clear(),
                Some("separate") => self.field(),
                _ => {}
            },
            "instrText" => self.in_instruction = true,
            "fldSimple" => {
                self.instruction = tag.attribute("instr").unwrap_or_default();
                self.field();
            }
            "altChunk" => self.embed(&tag.attribute("id").unwrap_or_default()),
            "hyperlink" => {
                let target = tag.attribute("id").and_then(|id| self.relations.target(&id));
                if let (Some(url), Some(paragraph)) = (target, self.paragraphs.last_mut()) {
                    paragraph.rich.links.push((paragraph.rich.text.len(), url.clone()));
                }
            }
            "sdt" => {
                let start = self.paragraphs.last().map_or(0, |paragraph| paragraph.rich.text.len());
                let paragraphs = self.paragraphs.len();
                self.controls.push(Control { start, paragraphs, ..Control::default() });
            }
            "checkBox" => self.box_state = Some(false),
            "checked" | "default" if self.box_state.is_some() => self.box_state = Some(tag.is_on()),
            _ if self.in_run => self.run_property(name, tag),
            _ => {
                self.paragraph_property(name, tag);
                self.control_property(name, tag);
            }
        }
    }

    fn close(&mut self, name: &str) {
        if SILENT.contains(&name) {
            self.silent = self.silent.saturating_sub(1);
            return;
        }
        if self.silent > 0 {
            return;
        }
        match name {
            "p" => self.end_paragraph(),
            "r" => {
                self.in_run = false;
                (self.bold, self.hidden) = (false, false);
            }
            "t" => self.in_text = false,
            "instrText" => self.in_instruction = false,
            "ffData" => {
                if let Some(on) = self.box_state.take() {
                    self.push(if on { "☒" } else { "☐" });
                }
            }
            "tc" => {
                let more = self.spans.last().map_or(0, |span| span.saturating_sub(1));
                if let Some(row) = self.flow.row() {
                    row.extend(std::iter::repeat_n(Rich::default(), more));
                }
            }
            "tbl" => self.end_table(),
            "sdt" => self.end_control(),
            _ => {}
        }
    }

    fn words(&mut self, words: &str) {
        if self.in_text {
            self.push(words);
        } else if self.in_instruction && self.instruction.len() < 4000 {
            self.instruction.push_str(words);
        }
    }
}
