//! A running log of reviews, cut into its entries: sections with a date in their heading, or the rows of a table with a column of
//! dates. Each becomes a document of its own over the same source, with what stands outside all entries.

use crate::grammar::dates;
use crate::grammar::labels;
use crate::grammar::lexicon::lexicon;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::value::document::{Block, Document, Shape, Text};
use crate::value::reading::{Answer, Reading};

/// More entries than that no team has written, and no longer a log.
const MOST: usize = 40;
const LONGEST: usize = 1 << 20;

/// Among so many blocks below its heading an entry states its day.
const FIRST: usize = 3;

/// Reviews lie further apart than the steps of one incident, in days.
const APART: i64 = 28;

/// What `read` makes of each entry that a document may consist of, one after the other; nothing where it has no two of them.
pub(crate) fn each(doc: &Document, read: impl Fn(&Document) -> Reading) -> Vec<Reading> {
    if doc.source.len() > LONGEST {
        return Vec::new();
    }
    let sections = by_sections(doc);
    if sections.is_empty() {
        by_rows(doc, read)
    } else {
        sections.iter().map(|entry| read(&keep(doc, &sections, *entry))).collect()
    }
}

/// Are these readings of entries those of reviews, each with its day, and at least two with what a review says? A year in which none
/// was held says little.
pub(crate) fn are_reviews(readings: &[Reading]) -> bool {
    let says = |reading: &Reading| {
        let judges = reading.assessments.iter().any(|found| found.answer != Answer::Unsure);
        reading.presents_review && reading.fields.date_held.is_some() && (judges || !reading.references.is_empty())
    };
    let mut days: Vec<_> =
        readings.iter().filter_map(|reading| Some(reading.fields.date_held.as_ref()?.value)).collect();
    days.sort_unstable();
    let saying = readings.iter().filter(|reading| says(reading)).count();
    saying > 1
        && days.len() == readings.len()
        && saying * 2 >= readings.len()
        && days.windows(2).all(|pair| pair[1].signed_duration_since(pair[0]).num_days() >= APART)
}

/// Sections side by side with a date in their headings.
fn by_sections(doc: &Document) -> Vec<usize> {
    let days = |index: usize| {
        let mut own =
            doc.blocks.iter().filter(|block| block.section == index).take(FIRST).flat_map(|block| block.shape.texts());
        own.any(|text| {
            text.text.lines().any(|line| {
                line.split_once(':').is_some_and(|(label, day)| {
                    labels::field(label) == Some("date_held") && !dates::find(day).is_empty()
                })
            })
        })
    };
    let dated = |index: usize| {
        let title = &doc.sections[index].title;
        title.chars().count() <= 80 && (!dates::find(title).is_empty() || days(index))
    };
    // The level on which most headings carry a date.
    let on = |level: u8| (2..doc.sections.len()).filter(move |index| doc.sections[*index].level == level);
    let level = (1..=4).max_by_key(|level| (on(*level).filter(|index| dated(*index)).count(), 9 - level));
    let Some(level) = level else { return Vec::new() };
    let own: Vec<usize> = on(level).filter(|index| dated(*index)).collect();
    if own.len() < 2 || own.len() > MOST {
        return Vec::new();
    }
    own
}

/// A document with one entry: the others' blocks go, and what stands right below its heading speaks of it as a whole.
fn keep(doc: &Document, entries: &[usize], entry: usize) -> Document {
    let mut out = doc.clone();
    // Sections come after the one that holds them.
    let mut mine: Vec<bool> = Vec::with_capacity(doc.sections.len());
    for (index, section) in doc.sections.iter().enumerate() {
        let above = section.parent.is_none_or(|parent| mine[parent]);
        mine.push(index == entry || above && !entries.contains(&index));
    }
    let stays: Vec<bool> = doc.blocks.iter().map(|block| mine[block.section]).collect();
    out.keep(|section| mine[section], &stays);
    let top = usize::from(out.sections.get(1).is_some_and(|section| section.level < doc.sections[entry].level));
    for block in out.blocks.iter_mut().filter(|block| block.section == entry) {
        if !matches!(block.shape, Shape::Heading(_)) {
            block.section = top;
        }
    }
    // What is said of the day begins with the day.
    let title = &mut out.sections[entry].title;
    if let Some(found) = dates::find(title).first() {
        *title = title[found.range.start..].to_owned();
    }
    out
}

/// The rows of the one table that lists reviews: a column of days, and at least two of what a review states.
fn by_rows(doc: &Document, read: impl Fn(&Document) -> Reading) -> Vec<Reading> {
    let field = |name: &str| labels::field(name);
    let judges = [Term::Completeness, Term::Efficiency, Term::Resolution];
    let of_a_review = |name: &str| {
        matches!(field(name), Some("period" | "approved_by" | "participants"))
            || lexicon().marks(name).any(&judges)
            || sentences().of("issue-column").matches(name.trim())
            || sentences().of("examined-label").matches(&format!("{}:", name.trim()))
    };
    let logs = doc.blocks.iter().enumerate().filter_map(|(index, block)| {
        let Shape::Table { header, rows } = &block.shape else { return None };
        let held = header.iter().position(|cell| matches!(field(&cell.text), Some("date_held" | "date")))?;
        let dated = |row: &Vec<Text>| row.get(held).is_some_and(|cell| !dates::find(&cell.text).is_empty());
        let asked = header.iter().filter(|cell| of_a_review(&cell.text)).count();
        (asked >= 2 && (2..=MOST).contains(&rows.len()) && rows.iter().all(dated)).then_some((index, header, rows))
    });
    let logs: Vec<_> = logs.collect();
    let [(index, header, rows)] = logs.as_slice() else { return Vec::new() };
    let section = doc.blocks[*index].section;
    let entry = |row: &Vec<Text>| {
        let lines = header.iter().zip(row).filter(|(_, cell)| !cell.is_blank()).map(|(name, cell)| {
            let mut line = Text::default();
            // What stands between them has no place of its own: each character of it lies where the cell begins.
            for (piece, at) in [(name.text.trim(), name), (":", cell), (" ", cell), (&cell.text, cell)] {
                line.push(piece, at.source_of(0));
            }
            Block { shape: Shape::Paragraph(line), section: section.min(1) }
        });
        let mut out = doc.clone();
        out.blocks.splice(index..=index, lines);
        // What the heading of the table says that the reviews are of, they are of.
        if section > 1 && sentences().of("names-reviews").matches(&doc.sections[section].title) {
            out.sections[1].title.clone_from(&doc.sections[section].title);
        }
        out
    };
    rows.iter().map(|row| read(&entry(row))).collect()
}
