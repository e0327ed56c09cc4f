//! What comes near a refusal: words that turn round, put off or disown something about the review or the record, in a way that no
//! sure pattern settles. Doubt is never a pass, and no denial either.

use std::ops::Range;

use crate::facts::clauses::{Clause, ClauseSubject};
use crate::grammar::lexicon::Hit;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::grammar::units::Form;

/// Does it turn round, put off or disown something about the review or the record, in words that nothing here settles?
pub(crate) fn doubtful(clause: &Clause<'_>) -> bool {
    let row = clause.unit.form == Form::Row && clause.unit.text.matches('|').count() != 1;
    if row
        || clause.names_issue()
        || clause.has(Term::HeldOtherwise)
        || sentences().of("moved-in-space").matches(clause.text())
    {
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
    lost || bids || doubts.iter().any(|term| clause.hits(*term).any(said)) || begins(clause)
}

/// Does a banner begin it: "Withdrawn on 14 January", "Sample for work instruction 14"?
fn begins(clause: &Clause<'_>) -> bool {
    let marks = [Term::MadeUp, Term::NoRecord, Term::NotInForce, Term::CalledOff, Term::Generated, Term::NoRecordTitle];
    // "Template T-009 v6" names the form that was used.
    let numbered =
        clause.text().split_whitespace().nth(1).is_some_and(|word| word.contains(|c: char| c.is_ascii_digit()));
    let first = |hit: &&Hit| clause.between(0, hit.range.start) == 0 && !clause.other_noun_after(&hit.range, 3);
    // "Draft 0.9 was circulated and corrected" tells of another one.
    clause.range.start == 0
        && matches!(clause.unit.form, Form::Sentence | Form::Quote)
        && !clause.has(Term::Passive)
        && !numbered
        && marks.iter().any(|term| clause.hits(*term).find(first).is_some())
}
