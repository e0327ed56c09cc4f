//! What a document leaves blank: stand-ins, empty cells and sections, tables that only explain fields; and how much of it is
//! code.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::grammar::names::key;
use crate::value::document::{Document, Shape, Text};

/// A number of things, to be weighed.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
pub(crate) fn count(n: usize) -> f32 {
    n as f32
}

/// Share of the text that is set as code, times four.
pub(crate) fn code(doc: &Document) -> f32 {
    let (mut code, mut all) = (0, 0);
    for (text, _) in doc.texts() {
        all += text.text.len();
        code += text.code.iter().map(std::iter::ExactSizeIterator::len).sum::<usize>();
    }
    if all > 0 { (count(code) / count(all) * 4.0).min(1.0) } else { 0.0 }
}

/// The same name set in bold again and again inside sentences stands for one to be put in: `__NewCorp__`.
pub(crate) fn stand_in(doc: &Document, units: usize) -> bool {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (text, _) in doc.texts() {
        for bold in text.bold.iter().filter(|bold| bold.start > 0 && underscored(doc, text, bold)) {
            let name = text.text.get(bold.clone()).unwrap_or_default().trim();
            if name.starts_with(char::is_uppercase)
                && name.chars().any(char::is_lowercase)
                && !name.contains([':', ' '])
            {
                *seen.entry(name).or_default() += 1;
            }
        }
    }
    // Now and then in a long text it is a term of its own.
    let enough = (units / 25).max(5);
    seen.values().any(|times| *times >= enough)
}

/// Is it set off by underscores, as a blank is: `__Company__`? Stars only stress.
fn underscored(doc: &Document, text: &Text, bold: &Range<usize>) -> bool {
    let at = text.source_of(bold.start);
    at > 0 && doc.source.as_bytes().get(at - 1) == Some(&b'_')
}

/// Share of empty cells in the tables.
pub(crate) fn empty_cells(doc: &Document) -> f32 {
    let tables = doc.blocks.iter().filter_map(|block| match &block.shape {
        Shape::Table { rows, .. } => Some(rows),
        _ => None,
    });
    let cells: Vec<&Text> = tables.flatten().flatten().collect();
    let empty = cells.iter().filter(|cell| cell.is_blank()).count();
    if cells.is_empty() { 0.0 } else { count(empty) / count(cells.len()) }
}

/// Share of sections with nothing in them.
pub(crate) fn empty_sections(doc: &Document) -> f32 {
    let sections = doc.sections.len();
    let mut filled = vec![false; sections];
    for block in doc.blocks.iter().filter(|block| !matches!(block.shape, Shape::Heading(_))) {
        filled[block.section] |= block.shape.texts().any(|text| !text.is_blank());
    }
    for section in &doc.sections {
        if let Some(parent) = section.parent {
            filled[parent] = true;
        }
    }
    if sections < 4 { 0.0 } else { count((1..sections).filter(|i| !filled[*i]).count()) / count(sections - 1) }
}

/// A table that explains fields: "Field | Description".
pub(crate) fn field_table(doc: &Document) -> bool {
    doc.blocks.iter().any(|block| match &block.shape {
        Shape::Table { header, rows } if header.len() == 2 && rows.len() >= 3 => {
            let name = |cell: &Text| key(&cell.text);
            let first = ["field", "feld", "item", "section", "column", "entry", "abschnitt", "spalte", "attribute"];
            let second = [
                "description",
                "beschreibung",
                "guidance",
                "explanation",
                "meaning",
                "what to enter",
                "hinweis",
                "bedeutung",
                "instruction",
                "instructions",
            ];
            first.contains(&name(&header[0]).as_str()) && second.contains(&name(&header[1]).as_str())
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::markdown;

    fn stands_in(text: &str) -> bool {
        stand_in(&markdown::parse(text.to_owned()), 30)
    }

    #[test]
    fn a_name_set_off_by_underscores_again_and_again() {
        let sentence = |name: &str| format!("The head of {name} approves it.\n\n").repeat(5);
        assert!(stands_in(&sentence("__Company__")));
        assert!(!stands_in(&sentence("**Operations**")), "stars only stress");
        assert!(!stands_in(&sentence("Operations")));
    }
}
