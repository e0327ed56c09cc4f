//! What a record says of itself: that it is made up, is something else, is not in force, awaits a signature, was read by nobody.

use std::ops::Range;

use crate::facts::approval::names_somebody;
use crate::facts::clauses;
use crate::facts::clauses::{Clause, ClauseSubject};
use crate::facts::refusals::{AWAITING, Case, GENERATED, MADE_UP, NO_RECORD, NOT_IN_FORCE, UNREAD, says};
use crate::grammar::dates;
use crate::grammar::lexicon::{Hit, words};
use crate::grammar::patterns::{Part, sentences};
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Mood, Unit};

impl Case<'_> {
    /// What the record says of itself.
    pub(crate) fn disowns(&self, clause: &Clause<'_>) -> Option<&'static str> {
        let unit = clause.unit;
        // "Nothing in this record is invented."
        let nothing = sentences().of("begins-nothing").matches(&unit.text);
        let of_itself = |term: Term, reviews: bool| {
            if nothing {
                return false;
            }
            clause.hits(term).any(|hit| {
                let denied = clause
                    .hits(Term::Not)
                    .any(|not| not.range.end <= hit.range.start && clause.between(not.range.end, hit.range.start) <= 2);
                // "This is now a part of the agenda."
                let part = sentences().of("one-of-several").matches(&unit.text[clause.range.start..hit.range.start]);
                !denied && !part && self.said_of_itself(clause, &hit.range, reviews, term == Term::NotInForce)
            })
        };
        if clause.has(Term::EarlierTime) || self.other_version(clause.text()) {
            return None;
        }
        // "#21 got out since nobody has looked at the update channel."
        let of_issue = clauses::whole(unit).names_issue();
        // A list tells of what is listed.
        let listed = unit.form == Form::Row && unit.text.matches('|').count() > 1;
        let unread = |hit: &Hit| {
            let subject = clause.subject(&hit.range);
            unit.has(Term::Generated)
                || subject != ClauseSubject::Other && !(listed && subject == ClauseSubject::Unnamed)
        };
        if !of_issue && clause.hits(Term::ReadByNobody).any(unread) {
            return Some(UNREAD);
        }
        let plainly = |name: &str| clause.range.start == 0 && !of_issue && says(clause, name, &unit.text);
        let head = unit.section <= 1 && matches!(unit.form, Form::Sentence | Form::Quote);
        if plainly("plainly-made-up") || head && plainly("banner-of-sample") {
            return Some(MADE_UP);
        }
        if plainly("plainly-void") {
            return Some(NOT_IN_FORCE);
        }
        if of_itself(Term::MadeUp, true) || clause.range.start == 0 && sentences().of("banner").matches(&unit.text) {
            return Some(MADE_UP);
        }
        if of_itself(Term::NoRecord, false) {
            return Some(NO_RECORD);
        }
        // "Such reports are always rejected" tells of a habit.
        if !sentences().of("habit").matches(clause.text()) && of_itself(Term::NotInForce, false) {
            return Some(NOT_IN_FORCE);
        }
        // "Release | K. Vollmer | 14 May | not granted": who was to release it did not.
        let label = unit.text.split('|').next().unwrap_or("");
        let refused = unit.form == Form::Row
            && clause.range.start == 0
            && (self.lexicon.marks(label).has(Term::Approves) || self.titles.own(unit.section).has(Term::SignHeading))
            && sentences().of("approval-refused").matches(&unit.text);
        if refused {
            return Some(NOT_IN_FORCE);
        }
        let waits = |hit: Range<usize>| match clause.subject(&hit) {
            ClauseSubject::Record | ClauseSubject::Review => true,
            // A short cell is the state of its row.
            ClauseSubject::Unnamed => {
                clause.carried != ClauseSubject::Other && (unit.form != Form::Row || words(clause.text()).len() >= 4)
            }
            ClauseSubject::Other => false,
        };
        let lacks = unit.text.contains(['|', ':'])
            && clause.range.start == 0
            && sentences().of("row-lacks-signature").matches(&unit.text);
        let refuses = clause.range.start == 0 && sentences().of("refuses-to-sign").matches(&unit.text);
        if lacks || refuses {
            return Some(AWAITING);
        }
        if sentences().of("no-longer-awaited").matches(&unit.text) {
            return None;
        }
        // In the statement or behind it: "the first was given, the second is awaited".
        let onwards = &unit.text[clause.range.start..];
        if sentences().of("signature-came").matches(onwards) && !clause.has(Term::Not) {
            return None;
        }
        let row_awaits = clause.range.start == 0 && sentences().of("row-awaits-signature").matches(&unit.text);
        // "Approved by: I. Kern (R. Low has not been there)" names who did.
        let nobody = || {
            let value = unit.text.split_once([':', '|']).map_or("", |(_, value)| value);
            self.field(unit) == Some("approved_by") && !names_somebody(value, self.lexicon)
        };
        if row_awaits && nobody() {
            return Some(AWAITING);
        }
        let row = row_awaits
            || (matches!(unit.mood, Mood::Fact | Mood::Plan) || sentences().of("must-sign").matches(clause.text()))
                && !clause.led_by_another()
                && !of_issue
                && sentences().of("signature-awaited").matches(clause.text());
        if self.field(unit).is_none() && (row || clause.hits(Term::Awaiting).any(|hit| waits(hit.range.clone()))) {
            return Some(AWAITING);
        }
        let generated = clause.hits(Term::Generated).any(|hit| clause.subject(&hit.range) == ClauseSubject::Record);
        let people = !self.fields.participants.is_empty() || self.fields.approved_by.is_some();
        (generated && !people).then_some(GENERATED)
    }

    /// Does it name a version that is not the record's own, by its number or by a day before the review: "Rev. B withdrawn on 2 May 2023"?
    fn other_version(&self, text: &str) -> bool {
        let named = sentences().of("names-version").first(text);
        let Some(version) = named.as_ref().and_then(|found| found.name("version")).map(Part::as_str) else {
            return false;
        };
        match (&self.fields.version, &self.fields.date_held) {
            (Some(own), _) => !own.value.eq_ignore_ascii_case(version),
            (None, Some(held)) => {
                dates::find(text).iter().filter_map(|found| found.written.last()).any(|day| day < held.value)
            }
            (None, None) => false,
        }
    }

    /// The field of the head that the unit fills in.
    pub(crate) fn field(&self, unit: &Unit) -> Option<&str> {
        let (name, _) = unit.text.split_once([':', '|'])?;
        crate::grammar::labels::field(name)
    }

    /// Is the phrase said of the record: with it as the subject before, or as a banner that begins the sentence?
    fn said_of_itself(&self, clause: &Clause<'_>, at: &Range<usize>, reviews: bool, acts: bool) -> bool {
        let unit = clause.unit;
        let before = &unit.text[clause.range.start..at.start];
        // What follows a label begins anew: "Note: example only".
        let start =
            before.rfind(':').filter(|colon| before[..*colon].split_whitespace().count() <= 3).map_or(0, |at| at + 1);
        let led = words(&before[start..]).len();
        let noun =
            clause.hits(Term::AnotherEvent).chain(clause.hits(Term::Defect)).any(|hit| hit.range.start >= at.start);
        let banner = led <= 1
            && matches!(unit.form, Form::Sentence | Form::Quote)
            && clause.range.start == 0
            && unit.length <= 14
            && !noun
            && !unit.told
            && self.stands_alone(clause, at, led);
        if banner {
            return true;
        }
        // "The director rejected this record" names it behind the verb; a draft of the record does not.
        let subject = if reviews || acts { clause.subject(at) } else { clause.subject_before(at) };
        match subject {
            ClauseSubject::Record => true,
            ClauseSubject::Review => reviews && self.linked(clause, at),
            ClauseSubject::Other | ClauseSubject::Unnamed => false,
        }
    }

    /// "Draft – not released", "Draft minutes", and not "the draft leaflet".
    fn stands_alone(&self, clause: &Clause<'_>, at: &Range<usize>, led: usize) -> bool {
        let unit = clause.unit;
        let begins = |hit: &&Hit, terms: &[Term]| {
            terms.contains(&hit.term)
                && hit.range.start >= at.end
                && unit.text[at.end..hit.range.start].trim().is_empty()
        };
        let article = clause.hits(Term::Article).any(|hit| hit.range.end <= at.start);
        let ends = unit.text[at.end..].trim_start().starts_with(|c: char| !c.is_alphanumeric());
        let own = [
            Term::Preposition,
            Term::Passive,
            Term::Not,
            Term::ThisReview,
            Term::MeetingTitle,
            Term::MadeUp,
            Term::NoRecord,
            Term::RecordMatter,
        ];
        !(led == 1 && article)
            && (ends || unit.text[at.end..].trim().is_empty() || unit.hits.iter().any(|hit| begins(&hit, &own)))
    }

    /// "The review was an exercise": linked by an auxiliary that stands near.
    fn linked(&self, clause: &Clause<'_>, at: &Range<usize>) -> bool {
        clause.hits(Term::Passive).any(|hit| hit.range.end <= at.start && clause.between(hit.range.end, at.start) <= 3)
    }
}
