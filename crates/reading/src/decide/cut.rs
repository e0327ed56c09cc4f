//! What a document is cut into, and whether it is worth understanding: asked of what names it and stands in it, before the finders run.
//! What is turned away here would not have counted.

use crate::decide::document::worth_reading;
use crate::facts::fields;
use crate::facts::statements::Titles;
use crate::facts::written::{self, WrittenField};
use crate::grammar::intervals::interval_in;
use crate::grammar::lexicon::{Lexicon, lexicon};
use crate::grammar::terms::Term;
use crate::grammar::units::{self, Unit};
use crate::value::document::Document;

/// What a document of many is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// For all that it says, whatever it is about.
    Everything,
    /// For what it says of security problems.
    Security,
    /// For whether it records a periodic review or establishes one.
    Cadence,
}

/// A document cut into what is judged.
pub(crate) struct Cut {
    /// Its sentences, items, rows and headings.
    pub(crate) units: Vec<Unit>,
    /// What its headings say.
    pub(crate) titles: Titles,
    /// Its labelled fields.
    pub(crate) written: Vec<WrittenField>,
}

impl Cut {
    /// Cuts a document.
    pub(crate) fn of(doc: &Document) -> Cut {
        let lexicon = lexicon();
        let written = written::fields(doc, lexicon);
        let units = units::of(doc, lexicon);
        Cut { titles: Titles::of(doc, lexicon, &units), units, written }
    }

    /// May it record a periodic review, or establish one? What records one is named after it or states when it was held; what
    /// establishes one says how often, or that it is done now and again.
    pub(crate) fn bears_on_cadence(&self, path: &str, doc: &Document) -> bool {
        let lexicon = lexicon();
        let name = path.rsplit('/').next().unwrap_or(path).replace('_', " ");
        let named = |text: &str| lexicon.marks(text).has(Term::ReviewTitle);
        let fields = fields::read(doc, path, (&self.written, &self.units, &self.titles), lexicon, &|value| {
            is_placeholder(value, lexicon)
        });
        let often =
            |unit: &Unit| unit.marks.any(&[Term::Periodic, Term::Regularly]) || interval_in(&unit.text).is_some();
        named(&name)
            || fields.date_held.is_some()
            || fields.title.is_some_and(|title| named(&title.value))
            || doc.properties.iter().any(|pair| named(&pair.value))
            || declares(&doc.source)
            || doc.properties.iter().any(|pair| declares(&pair.key))
            || self.written.iter().any(|field| field.field == "interval")
            || doc.sections.iter().any(|section| interval_in(&section.title).is_some())
            || self.units.iter().any(often)
    }
}

/// May a document be one that counts? A cheap look at all that names it or stands in it, before anything of it is understood.
pub(crate) fn speaks(path: &str, doc: &Document) -> bool {
    let names = |text: &str| worth_reading(text) || declares(text);
    names(&doc.source)
        || worth_reading(path)
        || doc.properties.iter().any(|pair| names(&pair.key) || names(&pair.value))
}

/// Does a text hold a label under which documents declare themselves: `lookback: review`?
fn declares(text: &str) -> bool {
    let holds = |label: &str| text.as_bytes().windows(label.len()).any(|at| at.eq_ignore_ascii_case(label.as_bytes()));
    lexicon().fields.iter().any(|(label, field)| field == "declared" && holds(label))
}

/// Is a value a place to be filled in?
pub(crate) fn is_placeholder(value: &str, lexicon: &Lexicon) -> bool {
    let value = value.trim();
    (value.starts_with('[') && value.ends_with(']'))
        || value.starts_with("{{")
        || (value.starts_with('<') && value.ends_with('>'))
        || value.chars().all(|c| !c.is_alphanumeric())
        || value.chars().count() < 60 && lexicon.marks(value).has(Term::Placeholder)
}
