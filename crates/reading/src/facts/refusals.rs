//! What refuses a record, wherever it stands in it: that the review was not held, was called off, lies ahead, is made up, is not in
//! force. What it is said of decides: a training that was cancelled refuses nothing.

use std::ops::Range;

use chrono::Datelike;

use crate::facts::clauses;
use crate::facts::clauses::{Clause, ClauseSubject};
use crate::facts::doubts::{begins, doubtful, learned, not_far};
use crate::facts::statements::Titles;
use crate::grammar::lexicon::{Hit, Lexicon, words};
use crate::grammar::patterns::{Part, sentences};
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::Document;
use crate::value::reading::Fields;
use crate::value::text::Quote;

/// Why a record does not count, with its own words.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// In one sentence.
    pub(crate) why: &'static str,
    /// The words that say so.
    pub(crate) quotes: Vec<Quote>,
    /// Does the text say it, or does it only come near?
    pub(crate) sure: bool,
    /// Is it about the standing of the document, and not about what it reports?
    pub(crate) standing: bool,
}

impl Refusal {
    /// One that the text states.
    pub(crate) fn sure(why: &'static str, quotes: Vec<Quote>) -> Self {
        Refusal { why, quotes, sure: true, standing: false }
    }

    /// One about the document's standing.
    pub(crate) fn standing(why: &'static str, quotes: Vec<Quote>) -> Self {
        Refusal { why, quotes, sure: true, standing: true }
    }
}

const NOT_HELD: &str = "it says that it was not held";
const CALLED_OFF: &str = "it says that the review was called off or put off";
const NO_QUORUM: &str = "it says that too few took part";
const PLANNED: &str = "it says what is planned";
pub(crate) const NO_RECORD: &str = "it calls itself something else than a record of what was held";
pub(crate) const MADE_UP: &str = "it is marked as an example or a simulation";
pub(crate) const NOT_IN_FORCE: &str = "it says that it is not in force";
pub(crate) const AWAITING: &str = "it says that an approval is awaited";
pub(crate) const UNREAD: &str = "it says that nobody has read it";
pub(crate) const GENERATED: &str = "it was generated, and nothing says that people reviewed it";
const DOUBTFUL: &str = "it is not clear whether it says that the review was not held, or that this is no record of it";

/// What is said of the review or its record wherever it stands, also among things that do not belong to it.
const OWN: [Term; 10] = [
    Term::ThisReview,
    Term::ThisRecord,
    Term::RecordMatter,
    Term::MeetingTitle,
    Term::NoQuorum,
    Term::NeverHeld,
    Term::HeldAct,
    Term::Approves,
    Term::Awaiting,
    Term::ReadByNobody,
];

/// So many paragraphs end a document, with who signed it.
pub(crate) const CLOSING: usize = 3;

/// The most words of a cell that tells nothing of its own.
const SHORT: usize = 4;

/// The most words of a line that may say of the whole document what it is.
const BANNER: usize = 6;

/// Does a whole wording refuse a record, whatever words it is made of?
pub(crate) fn plainly(text: &str) -> bool {
    ["plainly-not-held", "plainly-made-up", "plainly-void"].iter().any(|name| sentences().of(name).matches(text))
}

/// Does a statement say in whole words what these patterns tell, of the review or the record, or begin with it?
pub(crate) fn says(clause: &Clause<'_>, name: &str, text: &str) -> bool {
    let begins = |at: usize| !text[..at].contains(char::is_alphanumeric);
    let found = sentences().of(name).first(text);
    found.and_then(|found| found.get(0).map(Part::start)).is_some_and(|at| begins(at) || !clause.led_by_another())
}

/// The first sentence that refuses the record; where none does, in a record about a review (`about`), one that comes near.
pub(crate) fn find(
    doc: &Document,
    units: &[Unit],
    titles: &Titles,
    lexicon: &Lexicon,
    (fields, about): (&Fields, bool),
) -> Option<Refusal> {
    let case = Case { doc, units, titles, lexicon, fields, about, own_years: own_years(fields) };
    let mut near = None;
    // Of what the sentence before it in its section speaks; an item stands for itself, as a row does.
    let mut before = (usize::MAX, ClauseSubject::Unnamed);
    // The section in which a sentence said that what follows does not belong to the review.
    let mut aside = None;
    for (index, unit) in units.iter().enumerate() {
        aside = aside.filter(|section| *section == unit.section && unit.form == Form::Item);
        if aside.is_some() && !unit.marks.any(&OWN) {
            continue;
        }
        if sentences().of("sets-aside").matches(&unit.text) {
            aside = Some(unit.section);
        }
        // The title is read by itself; other headings name matters and state nothing.
        if unit.form == Form::Heading || unit.form == Form::Quote && unit.section > 1 {
            continue;
        }
        let goes_on = before.0 == unit.section && unit.form != Form::Item;
        let clauses = clauses::of(unit, if goes_on { before.1 } else { ClauseSubject::Unnamed });
        for (place, clause) in clauses.iter().enumerate() {
            if let Some(refusal) = case.judged(index, &clauses, place, clause) {
                if refusal.sure {
                    return Some(refusal);
                }
                near.get_or_insert(refusal);
            }
        }
        near = near.or_else(|| case.learned(index, &clauses));
        before = (unit.section, clauses.last().map_or(ClauseSubject::Unnamed, Clause::topic));
    }
    near
}

/// Years that the record is of.
fn own_years(fields: &Fields) -> Vec<i32> {
    let title = fields.title.iter().flat_map(|title| years(&title.value));
    fields.date_held.iter().map(|held| held.value.year()).chain(title).collect()
}

fn years(text: &str) -> Vec<i32> {
    let found = words(text);
    let year = |text: &str| (text.len() == 4 && text.starts_with("20")).then(|| text.parse().ok()).flatten();
    found.iter().filter_map(|word| year(&word.text)).collect()
}

pub(crate) struct Case<'a> {
    doc: &'a Document,
    pub(crate) units: &'a [Unit],
    pub(crate) titles: &'a Titles,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) fields: &'a Fields,
    about: bool,
    own_years: Vec<i32>,
}

impl Case<'_> {
    fn judged(&self, index: usize, clauses: &[Clause<'_>], place: usize, clause: &Clause<'_>) -> Option<Refusal> {
        let unit = clause.unit;
        let found = |why| Some(Refusal::sure(why, vec![self.doc.quote(unit.span.clone())]));
        // "This is how we would have discussed it, had the power not failed."
        if place == 0 && says(clause, "would-have-been", &unit.text) || self.drops_the_item(clause) {
            return found(NOT_HELD);
        }
        // A sheet of exercises may end with a question.
        let asks = unit.section <= 1 && unit.form == Form::Sentence && unit.text.trim_end().ends_with('?');
        if asks && place == 0 && sentences().of("banner-of-sample").matches(&unit.text) {
            return found(MADE_UP);
        }
        let supposed = unit.text.trim_end().ends_with('?') || clause.has(Term::Supposing);
        // In a section about something else a sentence that names neither the review nor the record is about that.
        // A short one that follows another goes on about it: "J. Welter wants other hours. Postponed."
        let banner = unit.length <= BANNER && !self.follows(index);
        let beside = self.titles.beside(unit.section)
            && !banner
            && !unit.marks.any(&OWN)
            && !plainly(&unit.text)
            && !(self.closes(index) && sentences().of("signature-awaited").matches(&unit.text))
            && !self.titles.own(unit.section).any(&[Term::DocumentHeading, Term::SignHeading]);
        if supposed || beside || unit.checked == Some(false) || self.heads(index) || self.states_a_part(unit) {
            return None;
        }
        let rule = clause.has(Term::StrongObligation) || unit.mood == Mood::Obligation && !unit.told;
        let elsewhere = self.elsewhere(clause);
        if self.moved(clause) && !self.made_up_for(clauses, place, index) {
            return found(CALLED_OFF);
        }
        if !elsewhere && !rule {
            // "Could not take decisions" names what nobody could do, and not who.
            let own = |hit: &Hit| clause.subject_before(&(hit.range.start..hit.range.start)) != ClauseSubject::Other;
            let asked = !sentences().of("quorum-not-asked").matches(clause.text());
            let few = asked && clause.hits(Term::NoQuorum).any(own) && !clause.led_by_another()
                || place == 0 && sentences().of("row-no-quorum").matches(&unit.text);
            if few && !self.made_up_for(clauses, place, index) {
                return found(NO_QUORUM);
            }
            let labelled = place == 0 && labels_not_held(unit);
            // "Broken off after ten minutes, not resumed": only the statement itself takes that back, and not what follows it.
            let goes_on = || clauses[place + 1..].iter().any(|clause| self.was_held(clause, clause.range.start));
            let plainly = place == 0 && self.plainly_not_held(clause);
            if plainly && !goes_on() || (labelled || self.denies(clause)) && !self.made_up_for(clauses, place, index) {
                return found(NOT_HELD);
            }
            if self.calls_off(clause) && !self.made_up_for(clauses, place, index) {
                return found(CALLED_OFF);
            }
        }
        let will_meet = sentences().of("they-will-meet").matches(clause.text())
            && !sentences().of("meets-again").matches(clause.text());
        if !elsewhere && (self.plans(clause) || will_meet) {
            return found(PLANNED);
        }
        if clause.has(Term::Invites) {
            return found(NO_RECORD);
        }
        if let Some(why) = self.disowns(clause) {
            let standing = why == NOT_IN_FORCE || why == AWAITING;
            let quotes = vec![self.doc.quote(unit.span.clone())];
            return Some(Refusal { why, quotes, sure: why != GENERATED, standing });
        }
        if !self.about {
            return None;
        }
        let doubtful = !elsewhere
            && !sentences().of("no-denial").matches(&unit.text)
            && !lists_numbers(&unit.text)
            && !self.titles.beside(unit.section)
            && !rule
            && (doubtful(clause) && not_far(unit, self.units.len()) || begins(clause))
            && !self.made_up_for(clauses, place, index);
        doubtful.then(|| self.doubt(unit))
    }

    /// What only the model takes for a denial, whatever clauses it has: "Let me know whether you can come on 3 December."
    fn learned(&self, index: usize, clauses: &[Clause<'_>]) -> Option<Refusal> {
        let unit = &self.units[index];
        let whole = clauses::whole(unit);
        let asked = unit.text.trim_end().ends_with('?') || unit.checked == Some(false);
        if !self.about
            || asked
            || self.heads(index)
            || self.states_a_part(unit)
            || lists(unit)
            || of_the_next(&whole)
            || ["another-body", "no-denial"].iter().any(|name| sentences().of(name).matches(&unit.text))
        {
            return None;
        }
        let named = self.titles.own(1).any(&[Term::ReviewTitle, Term::ManagementReview]);
        let actions = matches!(unit.form, Form::Row | Form::Item)
            && self.titles.all(unit.section).any(&[Term::ActionHeading, Term::FollowUp]);
        // What a field says of the document's standing is read by itself.
        let field = self.field(unit).is_some_and(|field| !field.starts_with("date"));
        // "Only so far." judges there, and denies elsewhere.
        let beside = self.titles.beside(unit.section) || self.titles.judges(unit.section);
        let near = !actions
            && !field
            && !lists_numbers(&unit.text)
            && learned(&whole, self.units.len(), (self.elsewhere(&whole), beside, named))
            && !self.made_up_for(clauses, 0, index);
        near.then(|| self.doubt(unit))
    }

    /// "Item 5 was dropped for lack of time", where item 5 is the review.
    fn drops_the_item(&self, clause: &Clause<'_>) -> bool {
        let named = sentences().of("item-dropped").first(clause.text());
        let Some(number) = named.as_ref().and_then(|found| found.name("n")).map(|n| n.as_str().to_owned()) else {
            return false;
        };
        let own = [Term::ThisReview, Term::SecurityDefect, Term::HandlingSubject, Term::ReviewSubject];
        self.doc.sections.iter().enumerate().skip(1).any(|(at, section)| {
            let first = section.title.split(|c: char| !c.is_ascii_digit() && c != '.').find(|part| !part.is_empty());
            first.is_some_and(|first| first.trim_end_matches('.') == number)
                && !self.titles.beside(at)
                && self.titles.own(at).any(&own)
        })
    }

    /// "Status: draft" below the heading of an issue, or of the canteen, is the status of that.
    fn states_a_part(&self, unit: &Unit) -> bool {
        if sentences().of("status-of-a-part").matches(&unit.text) {
            return true;
        }
        let title = self.doc.sections.get(unit.section).map_or("", |section| section.title.as_str());
        let of_issue = || unit.section > 1 && !references::find(title, &[], &Extra::default()).is_empty();
        self.field(unit) == Some("status") && (self.titles.beside(unit.section) || of_issue())
    }

    /// Does it begin one of the last paragraphs, where people sign, whatever their section is about?
    fn closes(&self, index: usize) -> bool {
        let last = self.units.last().map_or(0, |unit| unit.block);
        !self.follows(index) && self.units[index].block + CLOSING > last
    }

    /// Does a sentence stand behind another in its paragraph?
    fn follows(&self, index: usize) -> bool {
        let unit = &self.units[index];
        let before = index.checked_sub(1).map(|before| &self.units[before]);
        unit.form == Form::Sentence && before.is_some_and(|before| before.block == unit.block)
    }

    /// "Agenda", above its points, names them.
    fn heads(&self, index: usize) -> bool {
        let unit = &self.units[index];
        unit.text.split_whitespace().count() <= 2
            && self.units.get(index + 1).is_some_and(|next| next.form == Form::Item && next.section == unit.section)
    }

    fn doubt(&self, unit: &Unit) -> Refusal {
        Refusal { sure: false, ..Refusal::sure(DOUBTFUL, vec![self.doc.quote(unit.span.clone())]) }
    }

    /// Is it about another review than this?
    fn elsewhere(&self, clause: &Clause<'_>) -> bool {
        self.other_time(clause) || sentences().of("another-review").matches(clause.text())
    }

    /// Is it about a review of another time, or about one besides this?
    pub(crate) fn other_time(&self, clause: &Clause<'_>) -> bool {
        let past = !sentences().of("up-to-now").matches(clause.text()) && self.past(clause.text());
        let next = clause.has(Term::NextTime) || self.titles.own(clause.unit.section).has(Term::NextTime);
        past || next || clause.has(Term::EarlierTime)
    }

    /// Does it name years, all of them before those of the record?
    pub(crate) fn past(&self, text: &str) -> bool {
        let years = years(text);
        !years.is_empty()
            && !self.own_years.is_empty()
            && years.iter().all(|year| self.own_years.iter().all(|own| year < own))
    }

    /// Does it say in whole words that nobody met, came or went on?
    fn plainly_not_held(&self, clause: &Clause<'_>) -> bool {
        // What stands before "because" or "before" may need it: "cut short before the issues came up".
        let text = if clause.range.start == 0 { clause.unit.text.as_str() } else { clause.text() };
        !clauses::whole(clause.unit).names_issue()
            && ["plainly-not-held", "outcome-not-held"].iter().any(|name| says(clause, name, text))
    }

    /// "The review was not held", "no meeting took place", "wurde nicht durchgeführt".
    fn denies(&self, clause: &Clause<'_>) -> bool {
        let all = sentences();
        let review = clause.on_review().unwrap_or_default();
        let nominal = all.of("call-off-of-review").matches(&review) && !clause.has(Term::Not);
        if nominal || all.of("goes-without-review").matches(&review) {
            return true;
        }
        let another = clause.led_by_another();
        if self.plainly_not_held(clause) {
            return true;
        }
        if clause.has(Term::HeldOtherwise) {
            return false;
        }
        if clause.has(Term::NeverHeld) && !another
            || all.of("denies-review").matches(&review)
            || all.of("nobody-came").matches(clause.text()) && !another
        {
            return true;
        }
        clause
            .hits(Term::HeldAct)
            .any(|act| clause.hits(Term::Not).any(|not| self.turns(clause, &not.range, &act.range)))
    }

    /// Does the negation belong to the verb, and the verb to the review?
    fn turns(&self, clause: &Clause<'_>, not: &Range<usize>, act: &Range<usize>) -> bool {
        let near = if not.end <= act.start {
            clause.between(not.end, act.start) <= 6
        } else {
            not.start < act.end || clause.between(act.end, not.start) <= 6 && german_verb(clause, act)
        };
        near && self.on_review(clause, act)
    }

    pub(crate) fn on_review(&self, clause: &Clause<'_>, at: &Range<usize>) -> bool {
        match clause.subject(at) {
            ClauseSubject::Review => true,
            ClauseSubject::Record | ClauseSubject::Other => false,
            // "Not held." stands alone, or before its reason: "Not held: nobody was free."
            ClauseSubject::Unnamed => {
                let text = &clause.unit.text;
                let said = text.find([':', '–', '—']).unwrap_or(text.len());
                !lists_numbers(text)
                    && clause.unit.form == Form::Sentence
                    && at.end <= said
                    && words(&text[..said]).len() <= 3
                    && self.names_nothing(clause)
            }
        }
    }

    /// "Not held.", and not "Nothing was postponed."
    fn names_nothing(&self, clause: &Clause<'_>) -> bool {
        let begins = words(clause.text()).first().map_or(0, |word| clause.range.start + word.range.start);
        !clause.unit.hits.iter().any(|hit| hit.term == Term::Negation && hit.range.start == begins)
            || clause.hits(Term::HeldAct).next().is_some()
    }
}

/// Does it begin with the next review, and not only put this one off to it?
fn of_the_next(clause: &Clause<'_>) -> bool {
    clause.hits(Term::NextTime).any(|hit| clause.between(0, hit.range.start) <= 1)
}

/// A row of a list of many things, whose cells are too short to tell of the review: "C-408 | 6 May | CO2-9 | alarm too loud | rejected".
fn lists(unit: &Unit) -> bool {
    let named = unit.marks.any(&[Term::ThisReview, Term::ThisRecord, Term::MeetingTitle]);
    unit.form == Form::Row
        && !named
        && unit.text.matches('|').count() >= 2
        && unit.text.split('|').all(|cell| cell.split_whitespace().count() <= SHORT)
}

/// "Left out: 44, 45 and 47", and not "Held: 3 May".
fn lists_numbers(text: &str) -> bool {
    text.split_once([':', '–', '—'])
        .is_some_and(|(label, rest)| words(label).len() <= 3 && sentences().of("numbers-alone").matches(rest))
}

/// "Review 2025: dropped", "Held: no".
fn labels_not_held(unit: &Unit) -> bool {
    unit.text.contains([':', '|', '–', '—', '?'])
        && sentences()
            .of("label-not-held")
            .matches(&clauses::whole(unit).on_review().unwrap_or_else(|| unit.text.clone()))
}

/// A finite verb whose negation follows: "fand … nicht", "erfolgte nicht".
fn german_verb(clause: &Clause<'_>, act: &Range<usize>) -> bool {
    let word = &clause.unit.text[act.clone()];
    word.to_lowercase().ends_with("te") || word.contains(' ')
}
