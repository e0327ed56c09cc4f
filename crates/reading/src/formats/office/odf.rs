//! ODF text and spreadsheets → document model. Deleted text of tracked changes, annotations and hidden text don't
//! count.

use std::collections::HashMap;

use crate::formats::office::archive::Archive;
use crate::formats::office::extract::{Extract, Rich};
use crate::formats::office::properties;
use crate::formats::office::tables::{Cell, sheet};
use crate::formats::office::xml::{Handler, Tag, walk};

/// Most filled cells of one spreadsheet.
pub const MOST_CELLS: usize = 400_000;

/// Elements whose words are not the document's.
const SILENT: [&str; 9] = [
    "tracked-changes",
    "annotation",
    "hidden-text",
    "hidden-paragraph",
    "note-citation",
    "index-title-template",
    "script",
    "table-of-content",
    "ruby-text",
];

/// Which document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    /// `.odt`
    Text,
    /// `.ods`
    Sheet,
}

/// Reads a document; the error says why nothing of it was read.
pub fn read(bytes: &[u8], office: Office, out: &mut Extract) -> Result<(), String> {
    let mut archive = Archive::open(bytes)?;
    if archive.text("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err("it is encrypted: save it without a password".to_owned());
    }
    let Some(content) = archive.text("content.xml")? else {
        return Err("it is no OpenDocument file: it has no content part".to_owned());
    };
    let styles = archive.text("styles.xml")?.unwrap_or_default();
    let mut looks = Looks::default();
    let _ = walk(&styles, &mut looks);
    let _ = walk(&content, &mut looks);
    if office == Office::Text {
        edges(&styles, "header", &looks, out);
    }
    let mut body = Body::new("", office, &looks, out);
    let done = walk(&content, &mut body);
    body.finish();
    if let Err(why) = done {
        out.limit(why);
    }
    if office == Office::Text {
        edges(&styles, "footer", &looks, out);
    }
    if let Some(meta) = archive.text("meta.xml")? {
        properties::read(&meta, out);
    }
    if archive.text("META-INF/documentsignatures.xml")?.is_some() {
        out.signature("The document carries a digital signature (not verified).");
    }
    Ok(())
}

/// Headers or footers of the master pages.
fn edges(styles: &str, which: &'static str, looks: &Looks, out: &mut Extract) {
    let mut body = Body::new(which, Office::Text, looks, out);
    let _ = walk(styles, &mut body);
    body.finish();
}

/// What the named and automatic styles look like.
#[derive(Default)]
struct Looks {
    by_name: HashMap<String, Look>,
    open: Option<String>,
}

#[derive(Clone, Copy, Default)]
struct Look {
    bold: bool,
    hidden: bool,
    title: bool,
}

impl Handler for Looks {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "style" => {
                self.open = tag.attribute("name");
                let parent = tag.attribute("parent-style-name").unwrap_or_default();
                let mut look = self.by_name.get(&parent).copied().unwrap_or_default();
                look.title |= parent == "Title" || self.open.as_deref() == Some("Title");
                if let Some(name) = &self.open {
                    self.by_name.insert(name.clone(), look);
                }
            }
            "text-properties" => {
                if let Some(look) = self.open.as_ref().and_then(|name| self.by_name.get_mut(name)) {
                    if let Some(weight) = tag.attribute("font-weight") {
                        look.bold = weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600);
                    }
                    look.hidden |= tag.attribute("display").as_deref() == Some("none");
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if name == "style" {
            self.open = None;
        }
    }

    fn words(&mut self, _: &str) {}
}

struct Paragraph {
    rich: Rich,
    /// Level of a heading.
    level: Option<u8>,
    title: bool,
    look: Look,
}

#[derive(Default)]
struct Table {
    name: String,
    rows: Vec<Vec<Rich>>,
    row: u32,
    column: u32,
    /// Columns that the open cell stands for.
    repeat: u32,
    repeat_rows: u32,
    /// A typed date, which counts before its shown form.
    date: Option<String>,
    cells: Vec<Cell>,
}

struct Body<'a> {
    out: &'a mut Extract,
    office: Office,
    looks: &'a Looks,
    /// Only the words in this element count; empty for the body.
    part: &'static str,
    inside: usize,
    silent: usize,
    lists: usize,
    gap: bool,
    paragraphs: Vec<Paragraph>,
    spans: Vec<Look>,
    tables: Vec<Table>,
    counted: usize,
    tables_seen: usize,
    cells_seen: usize,
    titled: bool,
}

impl<'a> Body<'a> {
    fn new(part: &'static str, office: Office, looks: &'a Looks, out: &'a mut Extract) -> Self {
        Body {
            out,
            office,
            looks,
            part,
            inside: usize::from(part.is_empty()),
            silent: 0,
            lists: 0,
            gap: false,
            paragraphs: Vec::new(),
            spans: Vec::new(),
            tables: Vec::new(),
            counted: 0,
            tables_seen: 0,
            cells_seen: 0,
            titled: false,
        }
    }

    fn finish(&mut self) {
        while !self.paragraphs.is_empty() {
            self.end_paragraph();
        }
        while !self.tables.is_empty() {
            self.end_table();
        }
    }

    fn push(&mut self, words: &str) {
        if self.silent > 0 || self.inside == 0 {
            return;
        }
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let hidden = paragraph.look.hidden || self.spans.iter().any(|look| look.hidden);
        if hidden {
            return;
        }
        let bold = paragraph.look.bold || self.spans.iter().any(|look| look.bold);
        let start = paragraph.rich.text.len();
        paragraph.rich.push(words, bold);
        if self.gap {
            paragraph.rich.gaps.push(start..paragraph.rich.text.len());
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        if paragraph.rich.is_blank() {
            return;
        }
        if let Some(table) = self.tables.last_mut() {
            if let Some(cell) = table.rows.last_mut().and_then(|row| row.last_mut()) {
                cell.line(&paragraph.rich);
            }
            return;
        }
        self.counted += 1;
        let place = if self.part.is_empty() { format!("paragraph {}", self.counted) } else { self.part.to_owned() };
        self.out.place(place);
        match (paragraph.level, paragraph.title) {
            (_, true) => {
                self.titled = true;
                self.out.heading(1, &paragraph.rich);
            }
            (Some(level), _) => self.out.heading(level + u8::from(self.titled), &paragraph.rich),
            _ if self.lists > 0 => self.out.item(&paragraph.rich),
            _ => self.out.paragraph(&paragraph.rich),
        }
    }

    fn start_cell(&mut self, tag: &Tag<'_>) {
        let number = |name: &str| tag.attribute(name).and_then(|v| v.parse::<u32>().ok()).unwrap_or(1).max(1);
        let Some(table) = self.tables.last_mut() else { return };
        table.repeat = number("number-columns-repeated");
        table.date = tag.attribute("date-value").map(|date| date.chars().take(10).collect());
        if let Some(row) = table.rows.last_mut() {
            row.push(Rich::default());
        }
    }

    fn end_cell(&mut self) {
        let sheet = self.office == Office::Sheet && self.tables.len() == 1;
        let Some(table) = self.tables.last_mut() else { return };
        let (date, repeat) = (table.date.take(), table.repeat.max(1));
        let Some(row) = table.rows.last_mut() else { return };
        if let (Some(date), Some(cell)) = (date, row.last_mut()) {
            *cell = Rich::from(date.as_str());
        }
        if !sheet {
            // Repeated cells of a text table are few; more are filling.
            let copy = row.last().cloned().unwrap_or_default();
            row.extend(std::iter::repeat_n(copy, (repeat as usize - 1).min(64)));
            return;
        }
        let cell = row.pop().unwrap_or_default();
        if !cell.is_blank() {
            for column in 0..repeat.min(256) {
                if self.cells_seen >= MOST_CELLS {
                    self.out.limit(format!("only its first {MOST_CELLS} cells were read"));
                    break;
                }
                self.cells_seen += 1;
                table.cells.push(Cell {
                    row: table.row,
                    column: table.column.saturating_add(column),
                    text: cell.text.trim().to_owned(),
                });
            }
        }
        table.column = table.column.saturating_add(repeat);
    }

    fn end_row(&mut self) {
        if let Some(table) = self.tables.last_mut().filter(|_| self.office == Office::Sheet) {
            table.rows.clear();
            // A repeated row is filling, or the same words again: once is enough.
            table.row = table.row.saturating_add(table.repeat_rows.max(1));
            table.column = 0;
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        if self.office == Office::Sheet && self.tables.is_empty() {
            return sheet(&table.name, &table.cells, self.out);
        }
        if let Some(outer) = self.tables.last_mut() {
            if let Some(cell) = outer.rows.last_mut().and_then(|row| row.last_mut()) {
                for row in &table.rows {
                    let words: Vec<&str> = row.iter().map(|cell| cell.text.trim()).collect();
                    cell.line(&Rich::from(words.join(" | ").as_str()));
                }
            }
            return;
        }
        self.tables_seen += 1;
        let (number, part) = (self.tables_seen, self.part);
        let place = |row: usize, column: usize| {
            if part.is_empty() { format!("table {number}, row {row}, column {column}") } else { part.to_owned() }
        };
        let rows: Vec<Vec<(Rich, Option<String>)>> = (1..)
            .zip(table.rows)
            .map(|(row, cells)| (1..).zip(cells).map(|(column, rich)| (rich, Some(place(row, column)))).collect())
            .collect();
        self.out.table(&rows);
    }
}

impl Handler for Body<'_> {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        if !self.part.is_empty() && name == self.part {
            self.inside += 1;
        }
        if SILENT.contains(&name) {
            self.silent += 1;
        }
        if self.silent > 0 || self.inside == 0 {
            return;
        }
        match name {
            "p" | "h" => {
                let style = tag.attribute("style-name").unwrap_or_default();
                let mut look = self.looks.by_name.get(&style).copied().unwrap_or_default();
                look.title |= style == "Title";
                let level = tag.attribute("outline-level").and_then(|level| level.parse::<u8>().ok());
                let level = (name == "h").then(|| level.unwrap_or(1).clamp(1, 9));
                self.paragraphs.push(Paragraph { rich: Rich::default(), level, title: look.title, look });
            }
            "span" => {
                let style = tag.attribute("style-name").unwrap_or_default();
                self.spans.push(self.looks.by_name.get(&style).copied().unwrap_or_default());
            }
            "s" => {
                let spaces = tag.attribute("c").and_then(|c| c.parse::<usize>().ok()).unwrap_or(1).min(200);
                self.push(&" ".repeat(spaces));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            "placeholder" => self.gap = true,
            "a" => {
                if let (Some(url), Some(paragraph)) = (tag.attribute("href"), self.paragraphs.last_mut()) {
                    paragraph.rich.links.push((paragraph.rich.text.len(), url));
                }
            }
            "list" => self.lists += 1,
            "table" => {
                let name = tag.attribute("name").unwrap_or_default();
                self.tables.push(Table { name, ..Table::default() });
            }
            "table-row" => {
                let repeat = tag.attribute("number-rows-repeated").and_then(|v| v.parse().ok()).unwrap_or(1);
                if let Some(table) = self.tables.last_mut() {
                    table.repeat_rows = repeat;
                    table.rows.push(Vec::new());
                }
            }
            "table-cell" | "covered-table-cell" => self.start_cell(tag),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if SILENT.contains(&name) {
            self.silent = self.silent.saturating_sub(1);
            return;
        }
        if !self.part.is_empty() && name == self.part {
            self.inside = self.inside.saturating_sub(1);
        }
        if self.silent > 0 || self.inside == 0 {
            return;
        }
        match name {
            "p" | "h" => self.end_paragraph(),
            "span" => {
                self.spans.pop();
            }
            "placeholder" => self.gap = false,
            "list" => self.lists = self.lists.saturating_sub(1),
            "table-cell" | "covered-table-cell" => self.end_cell(),
            "table-row" => self.end_row(),
            "table" => self.end_table(),
            _ => {}
        }
    }

    fn words(&mut self, words: &str) {
        if self.paragraphs.is_empty() {
            return;
        }
        // White space of the file's layout is one blank.
        let folded: String = words.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
        self.push(&folded);
    }
}
