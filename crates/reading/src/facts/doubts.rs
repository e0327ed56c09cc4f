//! What comes near a refusal: words that turn round, put off or disown something about the review or the record, in a way that no
//! sure pattern settles. Doubt is never a pass, and no denial either.

use std::ops::Range;

use crate::facts::clauses::{Clause, ClauseSubject};
use crate::grammar::learned::Said;
use crate::grammar::lexicon::Hit;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Unit};

/// Does it turn round, put off or disown something about the review or the record, in words that nothing here settles?
pub(crate) fn doubtful(clause: &Clause<'_>) -> bool {
    let row = clause.unit.form == Form::Row && clause.unit.text.matches('|').count() != 1;
    if row || clause.names_issue() || settled(clause, clause.text()) {
        return false;
    }
    let nouns = |at: &Range<usize>| clause.other_noun_after(at, 3);
    let finds = |at: &Range<usize>| {
        clause.hits(Term::Finds).any(|hit| hit.range.start >= at.start && clause.between(at.end, hit.range.start) <= 3)
            || clause
                .hits(Term::Finds)
                .any(|hit| hit.range.end <= at.start && clause.between(hit.range.end, at.start) <= 3)
    };
    let spoken_of = |what| matches!(what, ClauseSubject::Review | ClauseSubject::Record) && clause.speaks_of_review();
    // A small word is of the noun before it: "could not attend the meeting" is about somebody else.
    let own = |hit: &Hit| match hit.term {
        Term::Not | Term::Doubt if !spoken_of(clause.subject_before(&hit.range)) => false,
        Term::Doubt if clause.names_another() => false,
        _ => spoken_of(clause.subject(&hit.range)),
    };
    // "Nobody sat down over it" names nothing that it is said of.
    let alone = |at: &Range<usize>| clause.subject(at) == ClauseSubject::Unnamed && !clause.names_another();
    let lost = clause.has(Term::HeldAct) && clause.hits(Term::NoPerson).any(|hit| alone(&hit.range));
    let bids = clause.has(Term::Bids) && clause.has(Term::ThisReview);
    let doubts = [Term::Not, Term::CalledOff, Term::MadeUp, Term::Doubt, Term::NotInForce, Term::ReadByNobody];
    let said = |hit: &Hit| own(hit) && !nouns(&hit.range) && !finds(&hit.range);
    lost || bids || doubts.iter().any(|term| clause.hits(*term).any(said))
}

/// Held in another room or way, or told of an earlier version: that is no doubt.
fn settled(clause: &Clause<'_>, text: &str) -> bool {
    let patterns = ["moved-in-space", "earlier-version"];
    clause.has(Term::HeldOtherwise) || patterns.iter().any(|name| sentences().of(name).matches(text))
}

/// Does a banner begin it: "Withdrawn on 14 January", "Sample for work instruction 14"?
pub(crate) fn begins(clause: &Clause<'_>) -> bool {
    let marks = [Term::MadeUp, Term::NoRecord, Term::NotInForce, Term::CalledOff, Term::Generated, Term::NoRecordTitle];
    // "Template T-009 v6" names the form that was used.
    let numbered =
        clause.text().split_whitespace().nth(1).is_some_and(|word| word.contains(|c: char| c.is_ascii_digit()));
    let first = |hit: &&Hit| clause.between(0, hit.range.start) == 0 && !clause.other_noun_after(&hit.range, 3);
    // "Draft 0.9 was circulated and corrected" tells of another one.
    let listing = clause
        .unit
        .text
        .split_once(':')
        .is_some_and(|(_, list)| list.trim_start().starts_with('1') && list.matches(',').count() >= LISTED);
    clause.range.start == 0
        && !leads(clause.unit)
        && !listing
        && matches!(clause.unit.form, Form::Sentence | Form::Quote)
        && !clause.has(Term::Passive)
        && !numbered
        && marks.iter().any(|term| clause.hits(*term).find(first).is_some())
}

/// So many commas behind a label make a list: "Agenda as sent out: 1 Follow-up, 2 Complaints, 3 Audits, 4 Suppliers".
const LISTED: usize = 3;

/// "To do:" leads to what follows and says nothing by itself.
fn leads(unit: &Unit) -> bool {
    unit.text.trim_end().ends_with(':')
}

/// What scores less is no doubt, whatever its words.
const FAR: f32 = 0.1;
/// What scores more is one, in a text of few sentences; in ten times as many it has to score more by a step.
const NEAR: f32 = 0.1;
const FEW: f32 = 40.0;
const STEP: f32 = 0.5;
/// What so few words deny, they deny with a word for it.
const FEW_WORDS: usize = 6;
/// From here on a text without sections is a long one: of a hundred sentences.
const LONG: f32 = 0.2;
/// By how much more, for each thing that speaks against it.
const MORE: f32 = 0.4;

/// Does the sentence come near to a denial in words that only the model knows? `units`: how many sentences there are: each has its chance
/// to look like one, so the more there are, the plainer one has to be. `elsewhere`: it speaks of another time; `beside`: its section is
/// on something else; `named`: the document is named after a review.
pub(crate) fn learned(clause: &Clause<'_>, units: usize, (elsewhere, beside, named): (bool, bool, bool)) -> bool {
    let unit = clause.unit;
    let score = unit.said().of(Said::Unheld);
    // "I have read this record and approve it", "had it not been held, the hole would have stayed".
    if sentences().of("no-denial").matches(&unit.text)
        || fragment(unit)
        || score < NEAR
        || leads(unit)
        || unit.said().of(Said::Approved) > score
    {
        return false;
    }
    // Where a long text has no sections, a sentence may be about anything.
    let own =
        !beside && many(units) <= LONG || unit.marks.any(&[Term::ThisReview, Term::ThisRecord, Term::MeetingTitle]);
    let listed = unit.form == Form::Row && unit.text.matches('|').count() > 1;
    // What answers a question on something else, or would have been so.
    let (answers, supposes) = (unit.context.ends_with('?'), clause.has(Term::Supposing));
    // "We met on that day."
    let holds = clause.has(Term::HeldAct) && !clause.has(Term::Not) && !clause.has(Term::ToCome);
    let against =
        [elsewhere, !own, !named, listed, answers, supposes, holds, settled(clause, &unit.text), clause.names_issue()];
    let more = against.into_iter().filter(|doubt| *doubt).count();
    #[expect(clippy::cast_precision_loss, reason = "at most nine")]
    let more = more as f32 * MORE;
    score >= NEAR + many(units) + more
}

/// Is it not far from a denial, for the model?
pub(crate) fn not_far(unit: &Unit, units: usize) -> bool {
    unit.said().of(Said::Unheld) > FAR + many(units)
}

/// A few words without one that could deny, or the row of who did what in making the document: "One entry a review, WI-44.",
/// "Written | L. Falk | 4 July".
fn fragment(unit: &Unit) -> bool {
    let cues = [
        Term::Not,
        Term::Negation,
        Term::CalledOff,
        Term::MadeUp,
        Term::Doubt,
        Term::NotInForce,
        Term::ReadByNobody,
        Term::Awaiting,
        Term::ToCome,
        Term::Plan,
        Term::NextTime,
        Term::NoRecord,
        Term::NoRecordTitle,
        Term::NoPerson,
        Term::NoQuorum,
        Term::NeverHeld,
        Term::Example,
        Term::Supposing,
        Term::Invites,
        Term::Bids,
        Term::Generated,
        Term::HeldAct,
    ];
    let makes =
        unit.form == Form::Row && unit.text.contains('|') && sentences().of("step-of-making").matches(&unit.text);
    makes || unit.length <= FEW_WORDS && !unit.marks.any(&cues)
}

/// How much plainer a doubt has to be in so many sentences.
fn many(units: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
    let times = units as f32 / FEW;
    times.max(0.5).log10() * STEP
}
