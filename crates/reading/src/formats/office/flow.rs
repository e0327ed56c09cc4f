//! Paragraphs and tables of an office text on their way into the extract, whatever the format: a paragraph goes into the cell that
//! is open, a table in a cell becomes lines of that cell, and what stands on its own gets its place.

use crate::formats::extract::{Extract, Rich};
use crate::value::document::{Document, Shape};

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The document's title.
    Title,
    /// A heading of a level.
    Heading(u8),
    /// An item of a list.
    Item,
    /// A line of a table of contents, which says nothing of its own.
    Contents,
    /// Running text.
    Text,
}

/// The rows of a table.
type Rows = Vec<Vec<Rich>>;

/// Writes one part of a document.
pub(crate) struct Flow<'a> {
    out: &'a mut Extract,
    /// What the part is called; empty for the body, whose paragraphs and tables are counted.
    part: &'static str,
    tables: Vec<Rows>,
    /// Tables within the open ones, which follow them.
    inner: Vec<Rows>,
    paragraphs: usize,
    tables_seen: usize,
    titled: bool,
}

impl<'a> Flow<'a> {
    /// Writes a part into an extract.
    pub(crate) fn new(part: &'static str, out: &'a mut Extract) -> Self {
        Flow { out, part, tables: Vec::new(), inner: Vec::new(), paragraphs: 0, tables_seen: 0, titled: false }
    }

    /// Adds a limit.
    pub(crate) fn limit(&mut self, limit: String) {
        self.out.limit(limit);
    }

    /// The extract, for what is no paragraph and no table of a text.
    pub(crate) fn out(&mut self) -> &mut Extract {
        self.out
    }

    /// How many tables are open, one in the other.
    pub(crate) fn depth(&self) -> usize {
        self.tables.len()
    }

    /// A paragraph that has ended.
    pub(crate) fn paragraph(&mut self, rich: &Rich, role: Role) {
        if rich.is_blank() {
            return;
        }
        if !self.tables.is_empty() {
            if let Some(cell) = self.cell() {
                cell.line(rich);
            }
            return;
        }
        if role == Role::Contents {
            return;
        }
        self.paragraphs += 1;
        let place = if self.part.is_empty() { format!("paragraph {}", self.paragraphs) } else { self.part.to_owned() };
        self.out.place(place);
        match role {
            Role::Title => {
                self.titled = true;
                self.out.heading(1, rich);
            }
            Role::Heading(level) => self.out.heading(level + u8::from(self.titled), rich),
            Role::Item => self.out.item(rich),
            Role::Text | Role::Contents => self.out.paragraph(rich),
        }
    }

    /// A document that stands in this one.
    pub(crate) fn embed(&mut self, doc: &Document) {
        for block in &doc.blocks {
            match &block.shape {
                Shape::Heading(text) => {
                    self.paragraph(&Rich::of(text, doc), Role::Heading(doc.sections[block.section].level));
                }
                Shape::Item { text, checked: None } => self.paragraph(&Rich::of(text, doc), Role::Item),
                Shape::Item { text, checked: Some(checked) } => {
                    let mut rich = Rich::from(if *checked { "☒" } else { "☐" });
                    rich.line(&Rich::of(text, doc));
                    self.paragraph(&rich, Role::Item);
                }
                Shape::Paragraph(text) | Shape::Quote(text) => self.paragraph(&Rich::of(text, doc), Role::Text),
                Shape::Table { header, rows } => {
                    self.start_table();
                    for row in std::iter::once(header).chain(rows) {
                        self.start_row();
                        if let Some(open) = self.row() {
                            open.extend(row.iter().map(|cell| Rich::of(cell, doc)));
                        }
                    }
                    self.end_table();
                }
            }
        }
    }

    /// A table begins.
    pub(crate) fn start_table(&mut self) {
        self.tables.push(Rows::new());
    }

    /// A row begins.
    pub(crate) fn start_row(&mut self) {
        if let Some(rows) = self.tables.last_mut() {
            rows.push(Vec::new());
        }
    }

    /// A cell begins.
    pub(crate) fn start_cell(&mut self) {
        if let Some(row) = self.row() {
            row.push(Rich::default());
        }
    }

    /// The row that is open.
    pub(crate) fn row(&mut self) -> Option<&mut Vec<Rich>> {
        self.tables.last_mut()?.last_mut()
    }

    /// The cell that is open.
    pub(crate) fn cell(&mut self) -> Option<&mut Rich> {
        self.row()?.last_mut()
    }

    /// Leaves out the rows of the open table that have come so far.
    pub(crate) fn forget_rows(&mut self) {
        if let Some(rows) = self.tables.last_mut() {
            rows.clear();
        }
    }

    /// Leaves out the open table.
    pub(crate) fn forget_table(&mut self) {
        self.tables.pop();
    }

    /// A table ends.
    pub(crate) fn end_table(&mut self) {
        let Some(rows) = self.tables.pop() else { return };
        if !self.tables.is_empty() {
            let own = rows.len() > 1 && rows.iter().all(|row| row.len() > 1);
            // Beside its label it is the value; alone in its cell it is a table that is set in a frame.
            let labelled = self.row().is_some_and(|row| row.len() > 1 && !row[0].is_blank());
            if let Some(cell) = self.cell().filter(|_| labelled || !own) {
                for row in &rows {
                    let words: Vec<&str> = row.iter().map(|cell| cell.text.trim()).collect();
                    cell.line(&Rich::from(words.join(" | ").as_str()));
                }
            }
            self.inner.extend(own.then_some(rows));
            return;
        }
        let inner = std::mem::take(&mut self.inner);
        for rows in std::iter::once(rows).chain(inner) {
            self.write_table(rows);
        }
    }

    fn write_table(&mut self, rows: Rows) {
        if rows.iter().flatten().all(Rich::is_blank) {
            return;
        }
        self.tables_seen += 1;
        let (number, part) = (self.tables_seen, self.part);
        let place = |row: usize, column: usize| {
            if part.is_empty() { format!("table {number}, row {row}, column {column}") } else { part.to_owned() }
        };
        let rows: Vec<Vec<(Rich, Option<String>)>> = (1..)
            .zip(rows)
            .map(|(row, cells)| (1..).zip(cells).map(|(column, rich)| (rich, Some(place(row, column)))).collect())
            .collect();
        self.out.table(&rows);
    }
}
