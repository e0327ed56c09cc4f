//! The content of an ODF text or spreadsheet: paragraphs, spans, lists, tables.

use crate::formats::cells::{Cell, MOST_CELLS, UNSOLVED, cell_name, sheet, unsolved};
use crate::formats::extract::{Extract, Rich};
use crate::formats::office::flow::{Flow, Role};
use crate::formats::office::odf_looks::{Look, Looks};
use crate::formats::office::xml::{Handler, Tag};
use crate::value::text::leading_day;

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
pub(crate) enum Office {
    /// `.odt`
    Text,
    /// `.ods`
    Sheet,
}

struct Paragraph {
    rich: Rich,
    /// Level of a heading.
    level: Option<u8>,
    look: Look,
}

/// What is known of an open table beside its rows.
#[derive(Default)]
struct Grid {
    name: String,
    row: u32,
    column: u32,
    /// Columns that the open cell stands for.
    repeat: u32,
    repeat_rows: u32,
    /// A typed date, which counts before its shown form.
    date: Option<String>,
    /// A typed value, which counts where nothing is shown.
    value: Option<String>,
    /// Does the open cell hold a formula?
    formula: bool,
    /// Filled cells, of a sheet.
    cells: Vec<Cell>,
    /// Names of cells whose formula has no result.
    unsolved: Vec<String>,
}

/// Reads the body, or one part of the master pages.
pub(crate) struct OdfText<'a> {
    flow: Flow<'a>,
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
    grids: Vec<Grid>,
    cells_seen: usize,
    /// In a field whose day was read from its attribute?
    dated: bool,
}

impl<'a> OdfText<'a> {
    /// Reads a part into an extract.
    pub(crate) fn new(part: &'static str, office: Office, looks: &'a Looks, out: &'a mut Extract) -> Self {
        OdfText {
            flow: Flow::new(part, out),
            office,
            looks,
            part,
            inside: usize::from(part.is_empty()),
            silent: 0,
            lists: 0,
            gap: false,
            paragraphs: Vec::new(),
            spans: Vec::new(),
            grids: Vec::new(),
            cells_seen: 0,
            dated: false,
        }
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
        let role = match (paragraph.level, paragraph.look.title) {
            (_, true) => Role::Title,
            (Some(level), _) => Role::Heading(level),
            _ if self.lists > 0 => Role::Item,
            _ => Role::Text,
        };
        self.flow.paragraph(&paragraph.rich, role);
    }

    fn start_cell(&mut self, tag: &Tag<'_>) {
        let number = |name: &str| tag.attribute(name).and_then(|v| v.parse::<u32>().ok()).unwrap_or(1).max(1);
        let Some(grid) = self.grids.last_mut() else { return };
        grid.repeat = number("number-columns-repeated");
        grid.date = tag.attribute("date-value").map(|date| date.chars().take(10).collect());
        grid.value = tag.attribute("string-value").or_else(|| tag.attribute("value"));
        grid.formula = tag.attribute("formula").is_some() && tag.attribute("value-type").is_none();
        self.flow.start_cell();
    }

    fn end_cell(&mut self) {
        let sheet = self.office == Office::Sheet && self.flow.depth() == 1;
        let Some(grid) = self.grids.last_mut() else { return };
        let (date, value, repeat) = (grid.date.take(), grid.value.take(), grid.repeat.max(1));
        let unsolved = std::mem::take(&mut grid.formula);
        let Some(row) = self.flow.row() else { return };
        if let Some(cell) = row.last_mut() {
            if let Some(value) = date.or_else(|| value.filter(|_| cell.is_blank())) {
                cell.text.clone_from(&value);
                cell.bold.clear();
            } else if unsolved && cell.is_blank() {
                UNSOLVED.clone_into(&mut cell.text);
                grid.unsolved.push(cell_name(grid.row, grid.column));
            }
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
                    self.flow.limit(format!("only its first {MOST_CELLS} cells were read"));
                    break;
                }
                self.cells_seen += 1;
                grid.cells.push(Cell {
                    row: grid.row,
                    column: grid.column.saturating_add(column),
                    text: cell.text.trim().to_owned(),
                    links: cell.links.iter().map(|(_, url)| url.clone()).collect(),
                });
            }
        }
        grid.column = grid.column.saturating_add(repeat);
    }

    fn end_row(&mut self) {
        if let Some(grid) = self.grids.last_mut().filter(|_| self.office == Office::Sheet) {
            self.flow.forget_rows();
            // A repeated row is filling, or the same words again: once is enough.
            grid.row = grid.row.saturating_add(grid.repeat_rows.max(1));
            grid.column = 0;
        }
    }

    fn end_table(&mut self) {
        let Some(grid) = self.grids.pop() else { return };
        if !grid.unsolved.is_empty() {
            self.flow.limit(unsolved(&grid.name, &grid.unsolved));
        }
        if self.office == Office::Sheet && self.grids.is_empty() {
            self.flow.forget_table();
            return sheet(&grid.name, &grid.cells, self.flow.out());
        }
        self.flow.end_table();
    }
}

impl Handler for OdfText<'_> {
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
                let mut look = self.looks.of(&style);
                look.title |= style == "Title";
                let level = tag.attribute("outline-level").and_then(|level| level.parse::<u8>().ok());
                let level = (name == "h").then(|| level.unwrap_or(1).clamp(1, 9));
                self.paragraphs.push(Paragraph { rich: Rich::default(), level, look });
            }
            "span" => {
                let style = tag.attribute("style-name").unwrap_or_default();
                self.spans.push(self.looks.of(&style));
            }
            "s" => {
                let spaces = tag.attribute("c").and_then(|c| c.parse::<usize>().ok()).unwrap_or(1).min(200);
                self.push(&" ".repeat(spaces));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            "placeholder" => self.gap = true,
            "date" | "creation-date" => {
                if let Some(day) = tag.attribute("date-value").as_deref().and_then(leading_day) {
                    self.push(day);
                    self.dated = true;
                }
            }
            "a" => {
                if let (Some(url), Some(paragraph)) = (tag.attribute("href"), self.paragraphs.last_mut()) {
                    paragraph.rich.links.push((paragraph.rich.text.len(), url));
                }
            }
            "list" => self.lists += 1,
            "table" => {
                let name = tag.attribute("name").unwrap_or_default();
                self.flow.start_table();
                self.grids.push(Grid { name, ..Grid::default() });
            }
            "table-row" => {
                let repeat = tag.attribute("number-rows-repeated").and_then(|v| v.parse().ok()).unwrap_or(1);
                self.flow.start_row();
                if let Some(grid) = self.grids.last_mut() {
                    grid.repeat_rows = repeat;
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
            "date" | "creation-date" => self.dated = false,
            "list" => self.lists = self.lists.saturating_sub(1),
            "table-cell" | "covered-table-cell" => self.end_cell(),
            "table-row" => self.end_row(),
            "table" => self.end_table(),
            _ => {}
        }
    }

    fn words(&mut self, words: &str) {
        if self.paragraphs.is_empty() || self.dated {
            return;
        }
        // White space of the file's layout is one blank.
        let folded: String = words.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
        self.push(&folded);
    }
}
