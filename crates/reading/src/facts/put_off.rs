//! Reviews that were put off, called off or lie ahead, and whether one that was put off was held after all.

use std::ops::Range;

use chrono::{Days, NaiveDate, TimeDelta};

use crate::facts::clauses;
use crate::facts::clauses::{Clause, ClauseSubject};
use crate::facts::refusals::Case;
use crate::grammar::dates;
use crate::grammar::lexicon::Hit;
use crate::grammar::patterns::{Part, sentences};
use crate::grammar::terms::Term;

/// A plan for a day later than this after the review is one for the next.
const NEXT: Days = Days::new(150);
/// The longest stretch that names a day.
const MONTH: TimeDelta = TimeDelta::days(32);

impl Case<'_> {
    /// "Today's review has to be moved to the second quarter." What is said of the time to come is no word of another review.
    pub(crate) fn moved(&self, clause: &Clause<'_>) -> bool {
        let text = clause.text();
        let Some(found) = sentences().of("moved-in-time").first(text) else { return false };
        let (lead, act) = (found.get(0).map_or(0, Part::start), found.name("act"));
        let at = |at: usize| clause.range.start + at;
        let before = |hit: &Hit| hit.range.start < at(lead);
        let other = clause.hits(Term::EarlierTime).any(before)
            || clause.hits(Term::NextTime).any(before)
            || self.past(&text[..lead])
            || sentences().of("another-review").matches(text);
        !other && act.is_some_and(|act| self.on_review(clause, &(at(act.start())..at(act.end()))))
    }

    /// "The review was postponed", "the meeting had to be moved to January", "fiel aus".
    pub(crate) fn calls_off(&self, clause: &Clause<'_>) -> bool {
        if ["moved-in-space", "another-body"].iter().any(|name| sentences().of(name).matches(clause.text())) {
            return false;
        }
        clause.hits(Term::CalledOff).any(|act| {
            let negated = clause
                .hits(Term::Not)
                .any(|not| not.range.end <= act.range.start && clause.between(not.range.end, act.range.start) <= 2);
            !negated && self.on_review(clause, &act.range)
        })
    }

    /// Was it held after all: in the same sentence or the next, or on the very day to which it was put off?
    pub(crate) fn made_up_for(&self, clauses: &[Clause<'_>], place: usize, index: usize) -> bool {
        let section = self.units[index].section;
        let held = |clause: &Clause<'_>, from: usize| self.was_held(clause, from);
        let own = &clauses[place];
        let from = own.hits(Term::CalledOff).map(|hit| hit.range.end).min().unwrap_or(own.range.end);
        let day = self.fields.date_held.as_ref().map(|held| held.value);
        let on_the_day = |text: &str| {
            let found = dates::find(text);
            let covers = |date: &dates::Found| {
                let (from, to) = (date.written.first()?, date.written.last()?);
                // "Review 2025: dropped" names the year, not the day.
                day.map(|day| from <= day && day <= to && to.signed_duration_since(from) < MONTH)
            };
            found.iter().any(|date| covers(date).unwrap_or(false))
        };
        let next = self.units.get(index + 1).filter(|next| next.section == section && next.form == own.unit.form);
        held(own, from)
            || on_the_day(&own.unit.text) && own.has(Term::CalledOff) && has_move(own)
            || clauses[place + 1..].iter().any(|clause| held(clause, clause.range.start))
            || next.is_some_and(|next| {
                clauses::of(next, own.topic()).iter().any(|clause| {
                    held(clause, clause.range.start)
                        && !self.other_time(clause)
                        && (on_the_day(clause.text()) || clause.topic() == ClauseSubject::Review)
                })
            })
    }

    /// Does it say, from a place on, that the review was held?
    pub(crate) fn was_held(&self, clause: &Clause<'_>, from: usize) -> bool {
        clause.hits(Term::HeldAct).any(|act| {
            act.range.start >= from
                && !clause.has(Term::ToCome)
                && !clause.has(Term::Supposing)
                && clause.subject(&act.range) != ClauseSubject::Other
                && !clause.hits(Term::Not).any(|not| self.turns_any(clause, &not.range, &act.range))
        })
    }

    fn turns_any(&self, clause: &Clause<'_>, not: &Range<usize>, act: &Range<usize>) -> bool {
        not.end <= act.start && clause.between(not.end, act.start) <= 6 || not.start < act.end && not.start > act.start
    }

    /// "The review will be held on 12 March", "findet am 3. Mai statt".
    pub(crate) fn plans(&self, clause: &Clause<'_>) -> bool {
        if clause.unit.has(Term::Periodic) || clause.has(Term::Regularly) || clause.unit.told {
            return false;
        }
        let held = self.fields.date_held.as_ref().map(|held| held.value);
        let later = |day: NaiveDate| held.and_then(|held| held.checked_add_days(NEXT)).is_some_and(|next| day > next);
        let next = dates::find(clause.text()).iter().filter_map(|date| date.written.first()).any(later);
        let bound = |come: &Range<usize>| {
            clause
                .hits(Term::HeldAct)
                .any(|act| act.range.end > come.start && clause.between(come.end, act.range.start) <= 14)
        };
        !next
            && clause.hits(Term::ToCome).any(|come| {
                let long = clause.between(come.range.start, come.range.end);
                (long >= 3 || bound(&come.range) || long == 2 && self.dated_or_planned(clause))
                    && clause.subject(&come.range) == ClauseSubject::Review
            })
    }

    fn dated_or_planned(&self, clause: &Clause<'_>) -> bool {
        clause.has(Term::Plan) || !dates::find(clause.text()).is_empty()
    }
}

/// Was it moved, and not dropped?
fn has_move(clause: &Clause<'_>) -> bool {
    !dates::find(clause.text()).is_empty()
}
