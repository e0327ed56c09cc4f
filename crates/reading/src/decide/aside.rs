//! What a document says beside the matter is set aside before it is judged: the project list, the training and the canteen in the minutes
//! that also hold the review. What names the review or the record there, or signs it, stays.

use crate::decide::cut::Cut;
use crate::facts::clauses;
use crate::facts::refusals::{CLOSING, plainly};
use crate::grammar::labels;
use crate::grammar::lexicon::lexicon;
use crate::grammar::patterns::sentences;
use crate::grammar::references::{self, Extra};
use crate::grammar::terms::Term;
use crate::grammar::units::{self, Form, Unit};
use crate::value::document::{Document, Shape};

/// A line of so many words tells who signed the document, wherever it stands.
const SIGNED: usize = 16;

/// What refuses a record on a line of its own, below whatever heading: "Nobody came."
const ALONE: [Term; 5] = [Term::NoQuorum, Term::NeverHeld, Term::HeldAct, Term::Approves, Term::ReadByNobody];

/// A document and its cut without what stands below headings of other matters; as they are where nothing does, or nothing else would be
/// left.
pub(crate) fn set_aside(mut doc: Document, cut: Cut) -> (Document, Cut) {
    let foreign = |section: usize| cut.titles.foreign(section);
    let matters = doc.blocks.iter().any(|block| !matches!(block.shape, Shape::Heading(_)) && !foreign(block.section));
    if !matters || !(0..doc.sections.len()).any(foreign) {
        return (doc, cut);
    }
    let mut stays: Vec<bool> = doc.blocks.iter().map(|block| !foreign(block.section)).collect();
    let mut before = None;
    for unit in &cut.units {
        let first = before != Some(unit.block);
        before = Some(unit.block);
        if let Some(stays) = stays.get_mut(unit.block).filter(|stays| !**stays && unit.form != Form::Heading) {
            let rest =
                doc.sections.get(unit.section).is_some_and(|own| sentences().of("heading-of-rest").matches(&own.title));
            *stays = speaks(unit) || first && alone(unit, rest);
        }
    }
    let last = doc.blocks.len();
    for (at, (block, stays)) in doc.blocks.iter().zip(&mut stays).enumerate() {
        if !matches!(block.shape, Shape::Paragraph(_) | Shape::Item { .. }) {
            continue;
        }
        let closing = at + CLOSING >= last;
        *stays |= block.shape.texts().any(|text| text.text.lines().any(|line| signs(line, closing)));
    }
    doc.keep(|section| !foreign(section), &stays);
    let cut = Cut::of(&doc);
    (doc, cut)
}

/// Does it speak of the review or the record, or of what was examined?
fn speaks(unit: &Unit) -> bool {
    let row = unit.form == Form::Row && unit.text.matches('|').count() > 1;
    let examines = || {
        ["examines", "excludes-plainly", "left-label"].iter().any(|name| sentences().of(name).matches(&unit.text))
            && !references::find(&unit.text, &[], &Extra::default()).is_empty()
    };
    let drops = || sentences().of("item-dropped").matches(&unit.text);
    !row && (clauses::whole(unit).names_the_review() || examines() || drops())
}

/// Does it begin a paragraph with what may refuse the record, and name nobody else? `rest`: its section takes whatever is left over,
/// where items may speak of the review as well.
fn alone(unit: &Unit, rest: bool) -> bool {
    let form = unit.form == Form::Sentence || rest && unit.form == Form::Item;
    form && !clauses::whole(unit).led_by_another() && (unit.marks.any(&ALONE) || plainly(&unit.text))
}

/// Is it a line that tells who approved the document, or is still to, and nothing else; or does a sentence of it do so behind a label?
/// `closing`: it stands where people sign.
fn signs(line: &str, closing: bool) -> bool {
    let awaits = |text: &str| closing && sentences().of("signature-awaited").matches(text);
    let tells = |text: &str| {
        let marks = lexicon().marks(text);
        marks.has(Term::Approves) || closing && marks.has(Term::Awaiting) || awaits(text)
    };
    let labelled = |text: &str| {
        let field =
            |label: &str| labels::field(label).is_some_and(|field| matches!(field, "approved_by" | "approved_on"));
        text.split_once(':').is_some_and(|(label, _)| tells(label) || field(label))
    };
    let short = |text: &str| text.split_whitespace().count() <= SIGNED;
    let parts = units::sentences(line);
    let first = parts.first().map(|part| &line[part.clone()]);
    parts.len() == 1 && short(line) && tells(line)
        || first.is_some_and(|part| short(part) && awaits(part))
        || parts.into_iter().map(|part| &line[part]).any(|part| short(part) && labelled(part))
}
