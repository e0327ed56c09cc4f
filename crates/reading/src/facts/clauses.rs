//! Sentences cut into statements, and what a word in one is said of: the review, the record, or something else.

use std::ops::Range;

use crate::grammar::lexicon::{Hit, words};
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Unit};

/// What something is said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClauseSubject {
    /// The review.
    Review,
    /// The document, or what it is made of.
    Record,
    /// Something else.
    Other,
    /// Nothing that is named.
    Unnamed,
}

/// Defects and the like: what a review is of, and no event beside it.
const MATTERS: [Term; 3] = [Term::Defect, Term::SecurityDefect, Term::Attack];

/// A part of a unit that states one thing.
pub(crate) struct Clause<'a> {
    /// The sentence, item or row.
    pub(crate) unit: &'a Unit,
    /// Its stretch of the unit's text.
    pub(crate) range: Range<usize>,
    /// The first noun of the statement before, for "it".
    pub(crate) carried: ClauseSubject,
    /// Does it go on with the first statement, behind a clause or in the next cell?
    goes_on: bool,
}

/// The statements of a unit; `before` is what the unit before it was about.
pub(crate) fn of(unit: &Unit, before: ClauseSubject) -> Vec<Clause<'_>> {
    let mut cuts: Vec<usize> = vec![0, unit.text.len()];
    for (at, c) in unit.text.char_indices() {
        let dash = matches!(c, '–' | '—') && unit.text[..at].ends_with(' ');
        let cell = c == '|' && unit.form == Form::Row;
        if c == ';' || cell || dash && unit.form != Form::Row {
            cuts.push(at + c.len_utf8());
        }
    }
    let starts: Vec<usize> = unit.hits.iter().filter(|hit| starts(unit, hit)).map(|hit| hit.range.start).collect();
    // Behind the comma that ends it the main statement goes on: "could not, because …, be held".
    let resumed: Vec<usize> =
        starts.iter().filter_map(|start| unit.text[*start..].rfind(", ").map(|comma| start + comma + 2)).collect();
    cuts.extend(starts.iter().chain(&resumed));
    cuts.sort_unstable();
    cuts.dedup();
    let mut out: Vec<Clause<'_>> = Vec::new();
    // A row says nothing of the one before.
    let before = if unit.form == Form::Row { ClauseSubject::Unnamed } else { before };
    let (mut carried, mut first) = (before, ClauseSubject::Unnamed);
    for pair in cuts.windows(2) {
        let goes_on = resumed.contains(&pair[0]) || unit.form == Form::Row && pair[0] > 0;
        let carried_in = if goes_on && first != ClauseSubject::Unnamed { first } else { carried };
        let clause = Clause { unit, range: pair[0]..pair[1], carried: carried_in, goes_on };
        let topic = clause.topic();
        if topic != ClauseSubject::Unnamed {
            carried = topic;
            if first == ClauseSubject::Unnamed {
                first = topic;
            }
        }
        out.push(clause);
    }
    out
}

/// The unit as one statement.
pub(crate) fn whole(unit: &Unit) -> Clause<'_> {
    Clause { unit, range: 0..unit.text.len(), carried: ClauseSubject::Unnamed, goes_on: false }
}

/// Does a statement begin here? "for that day" begins none.
fn starts(unit: &Unit, hit: &Hit) -> bool {
    let led = |term: Term| {
        unit.hits.iter().any(|before| {
            before.term == term
                && before.range.end < hit.range.start
                && unit.text[before.range.end..hit.range.start].trim().is_empty()
        })
    };
    hit.term == Term::ClauseStart && !led(Term::Preposition)
}

impl<'a> Clause<'a> {
    /// The phrases of a class in it.
    pub(crate) fn hits(&self, term: Term) -> impl DoubleEndedIterator<Item = &'a Hit> {
        let range = self.range.clone();
        let unit: &'a Unit = self.unit;
        unit.hits
            .iter()
            .filter(move |hit| hit.term == term && hit.range.start >= range.start && hit.range.end <= range.end)
    }

    /// Has a phrase of the class?
    pub(crate) fn has(&self, term: Term) -> bool {
        self.hits(term).next().is_some()
    }

    /// Its words.
    pub(crate) fn text(&self) -> &'a str {
        &self.unit.text[self.range.clone()]
    }

    /// The number of words between two places, the smaller first.
    pub(crate) fn between(&self, from: usize, to: usize) -> usize {
        if from >= to { 0 } else { words(&self.unit.text[from..to]).len() }
    }

    /// What the statement begins with, for a pronoun in the next one.
    pub(crate) fn topic(&self) -> ClauseSubject {
        // What no list knows stands for nothing here: "The mailbox was read. The approval is still open."
        let nouns = self.known_nouns();
        let free = nouns.iter().find(|(range, _)| !self.governed(range));
        free.or_else(|| nouns.first()).map_or(ClauseSubject::Unnamed, |(_, what)| *what)
    }

    /// The nouns of the statement in order, with what it begins with.
    fn nouns(&self) -> Vec<(Range<usize>, ClauseSubject)> {
        let mut found = self.known_nouns();
        let overlaps =
            |own: &Range<usize>| found.iter().any(|(range, _)| range.start < own.end && own.start < range.end);
        if let Some(stranger) = self.stranger().filter(|own| !overlaps(own)) {
            let at = found.partition_point(|(range, _)| range.start < stranger.start);
            found.insert(at, (stranger, ClauseSubject::Other));
        }
        found
    }

    /// The nouns that the lists know. Of two that overlap the longer one counts.
    fn known_nouns(&self) -> Vec<(Range<usize>, ClauseSubject)> {
        let classes = [
            (Term::ThisReview, ClauseSubject::Review),
            (Term::ThisRecord, ClauseSubject::Record),
            (Term::RecordMatter, ClauseSubject::Record),
            (Term::AnotherEvent, ClauseSubject::Other),
            (Term::LifeCycle, ClauseSubject::Other),
            (Term::AnotherSubject, ClauseSubject::Other),
        ];
        let matters = MATTERS.iter().map(|term| (*term, ClauseSubject::Other));
        let mut found: Vec<(Range<usize>, ClauseSubject)> = classes
            .into_iter()
            .chain(matters)
            .flat_map(|(term, what)| self.hits(term).map(move |hit| (hit.range.clone(), what)))
            .chain(self.references().map(|range| (range, ClauseSubject::Other)))
            .collect();
        // The longest phrase at a place says what it is; "code review" is no review of the handling.
        let inside = |a: &Range<usize>, b: &Range<usize>| b.start <= a.start && a.end <= b.end && b.len() > a.len();
        let all = found.clone();
        found.retain(|(range, _)| !all.iter().any(|(other, _)| inside(range, other)));
        // "Codereview" is one of the reviews, and another: what says which goes first.
        found.sort_by_key(|(range, what)| (range.start, *what != ClauseSubject::Other));
        found.dedup_by(|b, a| a.0 == b.0);
        found
    }

    /// What the statement begins with, before its verb, where no list knows it: "The offer is a draft". A body, a person or an approval may
    /// be the review's own.
    fn stranger(&self) -> Option<Range<usize>> {
        let all = sentences();
        let found = all.of("leading-noun").first(self.text())?;
        let noun = found.name("noun")?;
        let own = all.of("own-noun").matches(noun.as_str()) && !all.of("another-body").matches(noun.as_str());
        (!own).then(|| self.range.start + noun.start()..self.range.start + noun.end())
    }

    /// Does it begin with another thing or body than the review or its own: "The steering committee had no quorum"?
    pub(crate) fn led_by_another(&self) -> bool {
        // "After the first item we broke off": that is when, and not who.
        let begins = words(self.text()).first().map_or(0, |word| self.range.start + word.range.start);
        let when = self.hits(Term::Preposition).any(|hit| hit.range.start == begins);
        sentences().of("another-body").matches(self.text())
            || !when
                && self.nouns().first().is_some_and(|(range, what)| {
                    *what == ClauseSubject::Other
                        && self.between(self.range.start, range.start) <= 2
                        && !self.governed(range)
                })
    }

    /// Does it name the review or the record, and not "the evaluation of the foil"?
    pub(crate) fn names_the_review(&self) -> bool {
        let nouns = self.nouns();
        // "The report" may be any.
        let own = |range: &Range<usize>| sentences().of("own-record").matches(&self.unit.text[range.clone()]);
        nouns.iter().any(|(range, what)| {
            (*what == ClauseSubject::Review || *what == ClauseSubject::Record && own(range))
                && !self.of_something_else(range, &nouns)
                && !self.of_unknown(range, &nouns)
        })
    }

    /// "The evaluation of the foil": a review of what no list knows.
    fn of_unknown(&self, noun: &Range<usize>, nouns: &[(Range<usize>, ClauseSubject)]) -> bool {
        let rest = &self.unit.text[noun.end..self.range.end];
        let Some(found) = sentences().of("of-what").first(rest) else { return false };
        let Some(what) = found.name("what").map(|what| noun.end + what.start()..noun.end + what.end()) else {
            return false;
        };
        let known = nouns.iter().any(|(range, _)| range.start < what.end && what.start < range.end);
        let matter = self.unit.hits.iter().any(|hit| {
            hit.range.start < what.end
                && what.start < hit.range.end
                && [
                    Term::Security,
                    Term::SecurityDefect,
                    Term::HandlingSubject,
                    Term::ReviewSubject,
                    Term::Handling,
                    Term::Defect,
                ]
                .contains(&hit.term)
        });
        !known && !matter && !sentences().of("review-of-time").matches(&self.unit.text[what])
    }

    /// Does another thing than the review or the record follow within so many words?
    pub(crate) fn other_noun_after(&self, at: &Range<usize>, words: usize) -> bool {
        let follows = |noun: &Range<usize>| noun.start >= at.end && self.between(at.end, noun.start) <= words;
        self.nouns().iter().any(|(noun, what)| *what == ClauseSubject::Other && follows(noun))
    }

    /// Does it name an issue or an action?
    pub(crate) fn names_issue(&self) -> bool {
        self.references().next().is_some()
    }

    /// Is the review or the record, or a word for it, what it speaks of, and not only where or by what something is?
    pub(crate) fn speaks_of_review(&self) -> bool {
        let nouns = self.nouns();
        let hangs = |at: usize| {
            let (noun, _) = &nouns[at];
            self.governed(noun)
                || at > 0 && self.between(nouns[at - 1].0.end, noun.start) == 0 && self.governed(&nouns[at - 1].0)
        };
        let own = |at: usize| matches!(nouns[at].1, ClauseSubject::Review | ClauseSubject::Record);
        (0..nouns.len()).any(|at| own(at) && !hangs(at)) || !(0..nouns.len()).any(own)
    }

    /// Does it name another thing than the review or the record?
    pub(crate) fn names_another(&self) -> bool {
        self.nouns().iter().any(|(_, what)| *what == ClauseSubject::Other)
    }

    /// Ids of issues and actions: `#14`, `SEC-3`, `A1`.
    fn references(&self) -> impl Iterator<Item = Range<usize>> {
        let text = &self.unit.text;
        words(self.text()).into_iter().filter_map(move |word| {
            let range = self.range.start + word.range.start..self.range.start + word.range.end;
            let own = &text[range.clone()];
            let numbered = text[..range.start].ends_with(['#', '!']) && own.bytes().all(|b| b.is_ascii_digit());
            let short = own.len() <= 4
                && own.starts_with(|c: char| c.is_ascii_uppercase())
                && own.len() >= 2
                && own[1..].bytes().all(|b| b.is_ascii_digit());
            let keyed = own.bytes().all(|b| b.is_ascii_uppercase())
                && own.len() >= 2
                && text[range.end..]
                    .strip_prefix('-')
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            (numbered || short || keyed).then_some(range)
        })
    }

    /// Does a preposition stand before it: "in the review", "bei der Sitzung"?
    fn governed(&self, noun: &Range<usize>) -> bool {
        let before = &self.unit.text[self.range.start..noun.start];
        if before.trim_end().ends_with([',', '|', ':', '(', ')']) {
            return false;
        }
        let mut end = noun.start;
        for _ in 0..3 {
            let Some(word) = words(&self.unit.text[self.range.start..end]).pop() else { return false };
            let range = self.range.start + word.range.start..self.range.start + word.range.end;
            let is = |term| self.hits(term).any(|hit| hit.range.end == range.end);
            if is(Term::Preposition) {
                return true;
            }
            if !is(Term::Article) {
                return false;
            }
            end = range.start;
        }
        false
    }

    /// Is it "the review of the suppliers", the review of something else?
    fn of_something_else(&self, noun: &Range<usize>, nouns: &[(Range<usize>, ClauseSubject)]) -> bool {
        let next = nouns.iter().find(|(other, what)| other.start >= noun.end && *what == ClauseSubject::Other);
        let Some((other, _)) = next else { return false };
        let matter = self.unit.hits.iter().any(|hit| MATTERS.contains(&hit.term) && hit.range.start == other.start);
        let between = &self.unit.text[noun.end..other.start];
        let linked = words(between);
        let owned = self
            .hits(Term::Belonging)
            .any(|hit| hit.range.start >= noun.end && self.between(noun.end, hit.range.start) == 0);
        !matter && owned && linked.len() <= 3
    }

    /// Its words with `_review_` for the review, where it names the review and not the review of something else.
    pub(crate) fn on_review(&self) -> Option<String> {
        let nouns = self.nouns();
        let mut out = String::new();
        let mut last = self.range.start;
        for (range, what) in &nouns {
            if *what == ClauseSubject::Review && !self.of_something_else(range, &nouns) && range.start >= last {
                out.push_str(&self.unit.text[last..range.start]);
                out.push_str("_review_");
                last = range.end;
            }
        }
        out.push_str(&self.unit.text[last..self.range.end]);
        (last > self.range.start).then_some(out)
    }

    /// What a phrase at this place is said of.
    pub(crate) fn subject(&self, at: &Range<usize>) -> ClauseSubject {
        let nouns = self.nouns();
        let outside = |range: &Range<usize>| range.end <= at.start || range.start > at.start && range.end <= at.end;
        let judged = |(range, what): &(Range<usize>, ClauseSubject)| {
            let ours = matches!(what, ClauseSubject::Review | ClauseSubject::Record);
            if ours && (self.of_something_else(range, &nouns) || self.of_unknown(range, &nouns)) {
                ClauseSubject::Other
            } else {
                *what
            }
        };
        // A defect that belongs to the review: "die Überprüfung der Sicherheitsprobleme".
        let belongs = |range: &Range<usize>| {
            let matter = self.unit.hits.iter().any(|hit| MATTERS.contains(&hit.term) && hit.range.start == range.start);
            matter
                && nouns.iter().any(|(other, what)| {
                    *what == ClauseSubject::Review
                        && other.end <= range.start
                        && self.between(other.end, range.start) <= 3
                })
        };
        // "Eine Verlegung der Sitzung": the review is what the noun before it is of.
        let owned = |range: &Range<usize>| {
            nouns.iter().any(|(other, what)| {
                *what == ClauseSubject::Other
                    && other.end <= range.start
                    && self.hits(Term::Belonging).any(|hit| {
                        other.end <= hit.range.start
                            && hit.range.end <= range.start
                            && self.between(other.end, range.start) == 1
                    })
            })
        };
        let free = |range: &Range<usize>| !self.governed(range) && !belongs(range) && !owned(range);
        if self.transitive(at)
            && let Some(object) = nouns.iter().find(|(range, _)| range.start >= at.end)
            && self.between(at.end, object.0.start) <= 4
        {
            return judged(object);
        }
        let before: Vec<&(Range<usize>, ClauseSubject)> = nouns.iter().filter(|(range, _)| outside(range)).collect();
        if let Some(nearest) = before.iter().rev().find(|(range, _)| free(range)) {
            return if self.relative(at) && judged(nearest) == ClauseSubject::Other {
                self.carried
            } else {
                judged(nearest)
            };
        }
        if self.begins_with_pronoun() {
            return self.carried;
        }
        let led = self.between(self.range.start, at.start);
        if led <= 3
            && let Some(after) = nouns.iter().find(|(range, _)| range.start >= at.end && free(range))
        {
            return judged(after);
        }
        if let Some(governed) = before.iter().rev().find(|(range, _)| !belongs(range)) {
            return judged(governed);
        }
        let after = nouns.iter().find(|(range, _)| range.start >= at.end).filter(|_| led <= 3);
        after.map_or(if self.goes_on { self.carried } else { ClauseSubject::Unnamed }, judged)
    }

    /// What a phrase is said of that stands before it.
    pub(crate) fn subject_before(&self, at: &Range<usize>) -> ClauseSubject {
        let nouns = self.nouns();
        let before = || {
            nouns
                .iter()
                .rev()
                .filter(|(range, _)| range.end <= at.start || range.start > at.start && range.end <= at.end)
        };
        let free = before().find(|(range, _)| !self.governed(range)).or_else(|| before().next());
        match free {
            Some((_, what)) => *what,
            None if self.begins_with_pronoun() || self.goes_on => self.carried,
            None => ClauseSubject::Unnamed,
        }
    }

    /// Behind "the review that the procedure asks for" the verb of the review comes second.
    fn relative(&self, at: &Range<usize>) -> bool {
        let text = &self.unit.text;
        let start = self.range.start;
        let hangs = start > 0
            && self.unit.hits.iter().any(|hit| {
                hit.term == Term::ThisReview && hit.range.end < start && text[hit.range.end..start].trim().is_empty()
            });
        let auxiliary =
            self.hits(Term::Passive).filter(|hit| hit.range.end <= at.start).map(|hit| hit.range.start).next_back();
        hangs && auxiliary.is_some_and(|auxiliary| self.between(start, auxiliary) >= 4)
    }

    fn begins_with_pronoun(&self) -> bool {
        let start = self.range.start;
        let nouns = self.nouns();
        self.hits(Term::Pronoun).any(|hit| {
            let stands_alone = !nouns.iter().any(|(noun, _)| {
                noun.start <= hit.range.start && hit.range.end <= noun.end
                    || noun.start >= hit.range.end && self.between(hit.range.end, noun.start) == 0
            });
            self.between(start, hit.range.start) <= 2 && stands_alone
        })
    }

    /// An active verb with its object behind it: "management skipped the review".
    pub(crate) fn transitive(&self, at: &Range<usize>) -> bool {
        let passive =
            self.hits(Term::Passive).any(|hit| hit.range.end <= at.start && self.between(hit.range.end, at.start) <= 3);
        let object = self
            .hits(Term::Article)
            .chain(self.hits(Term::ThisRecord))
            .any(|hit| hit.range.start >= at.end && self.between(at.end, hit.range.start) == 0);
        !passive && object
    }
}
