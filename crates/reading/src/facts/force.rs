//! Is a procedure in force, in its own words: its status, a banner, a sentence about itself, the field that names its successor,
//! its own name and folder. From when and until when it holds.

use chrono::NaiveDate;

use crate::facts::refusals::Refusal;
use crate::facts::written::WrittenField;
use crate::grammar::dates;
use crate::grammar::patterns::sentences;
use crate::grammar::units::{Form, Unit};
use crate::value::document::Document;
use crate::value::reading::{Answer, Answered, Fields, Stated};
use crate::value::text::Quote;

const NOT_IN_FORCE: &str = "it is marked as not in force";
const SUPERSEDED: &str = "it says that another document replaces it";
const PLACED: &str = "its name or its folder says that it is not in force";
const NO_DAY: &str = "the day from which it is in force is left open";
const NOT_FILLED: &str = "it is not filled in";

/// So many places that are not filled in make a form of it.
const GAPS: usize = 3;

/// The most sentences before the first section in which a banner stands.
const BANNER: usize = 12;

/// Is the document in force, as far as its words, its name and its place tell? `standing` is what its status says.
pub(crate) fn read(
    doc: &Document,
    path: &str,
    (units, written): (&[Unit], &[WrittenField]),
    (fields, standing): (&Fields, Option<&Refusal>),
    gaps: &OpenPlaces<'_>,
) -> Answered {
    let denied = |why: &str, quotes| Answered::not(Answer::Denied, quotes, why);
    if let Some(refusal) = standing.filter(|refusal| refusal.sure) {
        return denied(refusal.why, refusal.quotes.clone());
    }
    let ended = |status: &&Stated<String>| sentences().of("not-in-force").matches(&status.value);
    if let Some(status) = fields.status.as_ref().filter(ended) {
        return denied(NOT_IN_FORCE, vec![status.quote.clone()]);
    }
    if let Some(draft) = &fields.draft {
        return denied(NOT_IN_FORCE, vec![draft.clone()]);
    }
    let front = |name: &'static str| written.iter().filter(move |w| w.field == name && w.front && !w.empty);
    let nobody = |value: &str| sentences().of("nobody").matches(value) || !value.chars().any(char::is_alphanumeric);
    if let Some(successor) = front("superseded_by").find(|w| !nobody(&w.value)) {
        return denied(SUPERSEDED, vec![doc.quote(successor.span.clone())]);
    }
    if let Some(words) = disowned(doc, units) {
        return denied(NOT_IN_FORCE, vec![words]);
    }
    if placed_away(path) {
        return denied(PLACED, Vec::new());
    }
    if let Some(refusal) = standing {
        return Answered::not(Answer::Unsure, refusal.quotes.clone(), refusal.why);
    }
    let open = |w: &&WrittenField| nobody(&w.value) && w.value.chars().any(char::is_alphanumeric);
    if let Some(day) = front("effective").find(open) {
        return Answered::not(Answer::Unsure, vec![doc.quote(day.span.clone())], NO_DAY);
    }
    let blank = |w: &&WrittenField| w.head && !w.empty && BLANKS.contains(&w.field.as_str()) && (gaps.is_gap)(&w.value);
    if let Some(field) = written.iter().find(blank) {
        return Answered::not(Answer::Unsure, vec![doc.quote(field.span.clone())], NOT_FILLED);
    }
    // "TBD" may be a word of a glossary; "[Company]" stands for a name.
    let open: Vec<&Quote> = gaps.places.iter().filter(|place| place.text.starts_with(['[', '<', '{', '_'])).collect();
    if open.len() >= GAPS {
        return Answered::not(Answer::Unsure, open.into_iter().take(GAPS).cloned().collect(), NOT_FILLED);
    }
    Answered::proven(Vec::new())
}

/// What is not filled in.
pub(crate) struct OpenPlaces<'a> {
    /// Is a value none?
    pub(crate) is_gap: &'a dyn Fn(&str) -> bool,
    /// Places where one is missing, anywhere.
    pub(crate) places: &'a [Quote],
}

/// Fields of the head without which nobody answers for a procedure.
const BLANKS: [&str; 5] = ["approved_by", "approved_on", "author", "effective", "status"];

/// "This procedure has been withdrawn", "SUPERSEDED by SOP-21".
fn disowned(doc: &Document, units: &[Unit]) -> Option<Quote> {
    let all = sentences();
    let said = |unit: &&Unit| {
        unit.form != Form::Heading
            && (all.of("procedure-ended").matches(&unit.text)
                || all.of("procedure-ends").matches(&unit.text) && !all.of("on-condition").matches(&unit.text))
    };
    let text = units.iter().filter(|unit| unit.form != Form::Heading).take(BANNER);
    let banner = text
        .filter(|unit| unit.section <= 1 && matches!(unit.form, Form::Sentence | Form::Quote))
        .find(|unit| all.of("ended-banner").matches(&unit.text) && !all.of("on-condition").matches(&unit.text));
    banner.or_else(|| units.iter().find(said)).map(|unit| doc.quote(unit.span.clone()))
}

/// `SOP-12_withdrawn.md`, `archive/SOP-12.md`.
fn placed_away(path: &str) -> bool {
    let all = sentences();
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    folders.split('/').any(|folder| all.of("ended-folder").matches(folder)) || all.of("ended-name").matches(stem)
}

/// From when on the document is in force: by a field of its head, else by a sentence about itself.
pub(crate) fn begins(doc: &Document, written: &[WrittenField], units: &[Unit]) -> Option<Stated<NaiveDate>> {
    edge(doc, written, units, ("effective", "in-force-from"))
}

/// Until when it is in force.
pub(crate) fn ends(doc: &Document, written: &[WrittenField], units: &[Unit]) -> Option<Stated<NaiveDate>> {
    edge(doc, written, units, ("expires", "in-force-until"))
}

fn edge(
    doc: &Document,
    written: &[WrittenField],
    units: &[Unit],
    (field, said): (&str, &str),
) -> Option<Stated<NaiveDate>> {
    let mut fields = written.iter().filter(|w| w.field == field && w.head);
    let stated = fields.find_map(|w| Some(Stated { value: day(&w.value)?, quote: doc.quote(w.span.clone()) }));
    stated.or_else(|| {
        units.iter().filter(|unit| unit.form != Form::Heading).find_map(|unit| {
            let found = sentences().of(said).first(&unit.text)?;
            let value = day(found.name("day")?.as_str())?;
            Some(Stated { value, quote: doc.quote(unit.span.clone()) })
        })
    })
}

/// The day that a text begins with naming.
fn day(text: &str) -> Option<NaiveDate> {
    match dates::find(text).first()?.written {
        dates::Written::Day(day) => Some(day),
        _ => None,
    }
}
