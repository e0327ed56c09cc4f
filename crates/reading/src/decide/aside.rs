//! What a document says beside the matter is set aside before it is judged: the project list, the training and the canteen in the minutes
//! that also hold the review. What names the review or the record there, or signs it, stays.

use crate::decide::cut::Cut;
use crate::facts::clauses;
use crate::grammar::lexicon::lexicon;
use crate::grammar::patterns::sentences;
use crate::grammar::references::{self, Extra};
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Unit};
use crate::value::document::{Block, Document, Shape, Text};

/// A line of so many words tells who signed the document, wherever it stands.
const CLOSING: usize = 16;

/// The document without what stands below headings of other matters, cut anew; `None` where nothing does, or nothing else would be left.
pub(crate) fn without(doc: &Document, cut: &Cut) -> Option<(Document, Cut)> {
    let foreign = |section: usize| cut.titles.foreign(section);
    let matters = |block: &&Block| !matches!(block.shape, Shape::Heading(_)) && !foreign(block.section);
    if !(0..doc.sections.len()).any(foreign) || !doc.blocks.iter().any(|block| matters(&block)) {
        return None;
    }
    let spoken: Vec<&Unit> =
        cut.units.iter().filter(|unit| foreign(unit.section) && unit.form != Form::Heading && speaks(unit)).collect();
    let signs = |block: &Block| {
        let approves = |line: &str| {
            line.split_whitespace().count() <= CLOSING
                && (lexicon().marks(line).any(&[Term::Approves, Term::Awaiting])
                    || sentences().of("signature-awaited").matches(line))
        };
        matches!(block.shape, Shape::Paragraph(_)) && block.shape.texts().any(|text| text.text.lines().any(approves))
    };
    let spared = |block: &Block| {
        let own = block.shape.texts().map(Text::whole);
        let told = |span: std::ops::Range<usize>| {
            spoken.iter().any(|unit| unit.span.start < span.end && span.start < unit.span.end)
        };
        signs(block) || own.into_iter().any(told)
    };
    let mut out = doc.clone();
    out.keep_sections(|section| !foreign(section), spared);
    let cut = Cut::of(&out);
    Some((out, cut))
}

/// Does it speak of the review or the record, or of what was examined?
fn speaks(unit: &Unit) -> bool {
    let row = unit.form == Form::Row && unit.text.matches('|').count() > 1;
    let examines = || {
        ["examines", "excludes-plainly", "left-label"].iter().any(|name| sentences().of(name).matches(&unit.text))
            && !references::find(&unit.text, &[], &Extra::default()).is_empty()
    };
    !row && (clauses::whole(unit).names_the_review() || examines())
}
