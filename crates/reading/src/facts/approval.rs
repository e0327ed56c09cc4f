//! Who approved the document, and when: in labelled fields, in tables of signatures, in sentences. Somebody who is still to approve
//! is no approver.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use crate::facts::actions;
use crate::facts::clauses;
use crate::facts::clauses::{Clause, ClauseSubject};
use crate::facts::statements::Titles;
use crate::facts::written::WrittenField;
use crate::grammar::dates;
use crate::grammar::dates::Written;
use crate::grammar::labels;
use crate::grammar::learned::Said;
use crate::grammar::lexicon::{Lexicon, words};
use crate::grammar::names::key;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::{Answer, Fields, Stated};
use crate::value::text::fold;

/// What makes an approval none, or one of another record.
const UNDONE: [Term; 7] =
    [Term::Not, Term::Awaiting, Term::ToCome, Term::Supposing, Term::NotInForce, Term::EarlierTime, Term::NextTime];

/// The most words of a line below an approval with the name of who gave it.
const SIGNED: usize = 14;

/// The longest value that names an approver.
const LONGEST: usize = 160;

/// Finds the approver and the day of the approval.
pub(crate) fn read(
    doc: &Document,
    units: &[Unit],
    titles: &Titles,
    lexicon: &Lexicon,
    written: &[WrittenField],
    fields: &mut Fields,
) {
    fields.approved_by = None;
    // Of initials and a name in one table the name says more.
    let initials = |(by, _): &Found| by.value.len() <= 3 && by.value.bytes().all(|byte| byte.is_ascii_uppercase());
    let named = labelled(doc, units, lexicon, written);
    let found = named
        .clone()
        .filter(|found| !initials(found))
        .or_else(|| signed(doc, titles, lexicon))
        .or(named)
        .or_else(|| told(doc, (units, titles), lexicon, fields));
    if let Some((by, on)) = found {
        if fields.approved_on.is_none() {
            fields.approved_on = on.map(|value| Stated { value, quote: by.quote.clone() });
        }
        fields.approved_by = Some(by);
    }
}

type Found = (Stated<String>, Option<NaiveDate>);

/// `Approved by: J. Doe, 2025-03-20`, wherever it stands.
fn labelled(doc: &Document, units: &[Unit], lexicon: &Lexicon, written: &[WrittenField]) -> Option<Found> {
    // Beside an open box it is still to be approved.
    let open = |w: &WrittenField| {
        units
            .iter()
            .any(|unit| unit.checked == Some(false) && unit.span.start < w.span.end && w.span.start < unit.span.end)
    };
    let named = |w: &&WrittenField| w.field == "approved_by" && !w.empty && w.value.chars().count() <= LONGEST;
    written
        .iter()
        .filter(named)
        // "R. Ammann, 12 June; the leave of B. Wu was not refused" tells of something else behind the semicolon.
        .map(|w| (w, w.value.split(';').next().unwrap_or_default().trim()))
        .filter(|(w, value)| names_somebody(value, lexicon) && !open(w))
        .map(|(w, value)| {
            let by = Stated { value: value.to_owned(), quote: doc.quote(w.span.clone()) };
            (by, day(value))
        })
        .next()
}

fn day(text: &str) -> Option<NaiveDate> {
    dates::find(text).into_iter().find_map(|found| match found.written {
        Written::Day(day) => Some(day),
        _ => None,
    })
}

/// Does a value name a person or an office, and not a gap, a refusal or somebody who is still asked?
pub(crate) fn names_somebody(value: &str, lexicon: &Lexicon) -> bool {
    let mut text = value.to_owned();
    for found in dates::find(value).into_iter().rev() {
        text.replace_range(found.range, "");
    }
    let found = words(&text);
    let hits = lexicon.hits(&found);
    let at = |term: Term| hits.iter().filter(|hit| hit.term == term).map(|hit| hit.range.start).min();
    let led = |at: usize| found.iter().filter(|word| word.range.start < at).count();
    let none = at(Term::NoApprover).is_some_and(|at| led(at) == 0)
        || [Term::Awaiting, Term::ToCome, Term::NotInForce, Term::Not, Term::Gap, Term::Placeholder]
            .into_iter()
            .any(|term| at(term).is_some());
    // Behind the name: "M. Keller (pending)", "T. Adams – noch offen".
    let waits = hits.iter().any(|hit| {
        hit.term == Term::NoApprover && led(hit.range.start) > 0 && {
            let before = text[..hit.range.start].trim_end();
            before.ends_with(['(', '–', '—', '-', ',', ':', ';', '['])
        }
    });
    let somebody = found.iter().any(|word| {
        let own = &text[word.range.clone()];
        own.starts_with(|c: char| c.is_alphabetic())
            && own.chars().count() >= 2
            && (own.starts_with(char::is_uppercase) || text[..word.range.start].ends_with('@') || found.len() == 1)
    });
    let other = sentences().of("no-signatory").matches(value);
    somebody && !none && !waits && !other && !text.trim_start().starts_with(['[', '<', '{'])
}

/// A table in which people sign, a row each: "Approved | J. Doe | 2025-03-20".
fn signed(doc: &Document, titles: &Titles, lexicon: &Lexicon) -> Option<Found> {
    doc.blocks.iter().enumerate().find_map(|(at, block)| {
        let Shape::Table { header, rows } = &block.shape else { return None };
        // A bold line above it is its heading as well.
        let above = at.checked_sub(1).map(|at| &doc.blocks[at].shape);
        let above = match above {
            Some(Shape::Paragraph(text)) if text.text.split_whitespace().count() <= 7 => text.text.as_str(),
            _ => "",
        };
        let is = |cell: &Text, term: Term| {
            cell.text.split_whitespace().count() <= 4 && lexicon.marks(&key(&cell.text)).has(term)
        };
        let column = |term: Term| header.iter().position(|cell| is(cell, term));
        let (name, date) = (column(Term::NameColumn), column(Term::DateColumn));
        let signs = titles.own(block.section).has(Term::SignHeading) || name.is_some() && date.is_some();
        if !signs || actions::is_list(header) {
            return None;
        }
        // "Author | Reviewer | Approver", and who they were below.
        let approver = |cell: &Text| {
            cell.text.split_whitespace().count() <= 4
                && lexicon.marks(&cell.text).has(Term::Approves)
                && !lexicon.marks(&cell.text).any(&[Term::Not, Term::NotInForce, Term::Awaiting, Term::ToCome])
        };
        if header.len() >= 3
            && let Some(column) = header.iter().skip(1).position(approver).map(|at| at + 1)
            && header.iter().filter(|cell| sentences().of("step-of-making").matches(&cell.text)).count() >= 1
        {
            let cells = || rows.iter().filter_map(|row| row.get(column));
            if cells().any(|cell| unsigned(cell, lexicon)) {
                return None;
            }
            let by = cells().find(|cell| day(&cell.text).is_none() && names_somebody(&cell.text, lexicon));
            return by.map(|cell| {
                let stated = Stated { value: fold(cell.text.trim()), quote: doc.quote(cell.whole()) };
                (stated, cells().find_map(|cell| day(&cell.text)))
            });
        }
        rows.iter()
            .chain(std::iter::once(header).filter(|header| header.len() >= 2))
            .filter(|row| !lacks_signature(header, row))
            .find_map(|row| approval_row(doc, row, name, lexicon))
            .or_else(|| {
                // Below "Release" all who signed released it: the last of them did so last.
                let titles = [doc.sections[block.section].title.as_str(), above];
                let steps = rows.iter().flatten().any(|cell| sentences().of("step-of-making").matches(&cell.text));
                let heading = !steps && titles.iter().any(|title| sentences().of("heads-approval").matches(title));
                let (name, _) = name.zip(date).filter(|_| heading)?;
                rows.iter().rev().find_map(|row| signed_row(doc, row, name, lexicon))
            })
    })
}

/// Is there a column for signatures, and is it empty here?
fn lacks_signature(header: &[Text], row: &[Text]) -> bool {
    let signs = |cell: &Text| sentences().of("signature-column").matches(&cell.text);
    header.iter().position(signs).and_then(|at| row.get(at)).is_some_and(Text::is_blank)
}

/// Is a cell empty, or does it say that it is still to come?
fn unsigned(cell: &Text, lexicon: &Lexicon) -> bool {
    let open =
        [Term::NoApprover, Term::Awaiting, Term::ToCome, Term::NotInForce, Term::Not, Term::Gap, Term::Placeholder];
    cell.text.chars().all(|c| !c.is_alphanumeric()) || lexicon.marks(&cell.text).any(&open)
}

/// Somebody who signed on a day; where one cell says that it is still to come, nobody did.
fn signed_row(doc: &Document, row: &[Text], name: usize, lexicon: &Lexicon) -> Option<Found> {
    let cell = row.get(name).filter(|cell| names_somebody(&cell.text, lexicon))?;
    let on = row.iter().find_map(|cell| day(&cell.text))?;
    (!row.iter().any(|cell| unsigned(cell, lexicon)))
        .then(|| (Stated { value: fold(cell.text.trim()), quote: doc.quote(cell.whole()) }, Some(on)))
}

fn approval_row(doc: &Document, row: &[Text], name: Option<usize>, lexicon: &Lexicon) -> Option<Found> {
    let label = row.iter().position(|cell| {
        let marks = lexicon.marks(&cell.text);
        cell.text.split_whitespace().count() <= 4
            && marks.has(Term::Approves)
            && !marks.any(&[Term::Not, Term::NotInForce, Term::Awaiting, Term::ToCome])
    })?;
    let states =
        |cell: &Text| lexicon.marks(&cell.text).any(&[Term::NoApprover, Term::Awaiting, Term::NotInForce, Term::Not]);
    if row.iter().enumerate().any(|(at, cell)| at != label && states(cell)) {
        return None;
    }
    let others = || row.iter().enumerate().filter(|(at, _)| *at != label);
    let fits = |cell: &Text| {
        day(&cell.text).is_none()
            && names_somebody(&cell.text, lexicon)
            && !lexicon.marks(&cell.text).has(Term::NameColumn)
    };
    let cell = match name.filter(|name| *name != label).and_then(|name| row.get(name)) {
        Some(cell) => Some(cell).filter(|cell| fits(cell) || names_somebody(&cell.text, lexicon) && !cell.is_blank()),
        None => others().map(|(_, cell)| cell).find(|cell| fits(cell)),
    }?;
    let on = others().find_map(|(_, cell)| day(&cell.text));
    Some((Stated { value: fold(cell.text.trim()), quote: doc.quote(cell.whole()) }, on))
}

static PERSON: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?:\p{Lu}\p{L}+(?:-\p{Lu}?\p{L}+)?|\p{Lu}\.)(?:[ \u{a0}]+\p{Lu}\.)*[ \u{a0}]+(?:(?:von|van|de|der|den|zu)[ ]+)*\p{Lu}[\p{L}'’]+(?:-\p{Lu}?\p{L}+)?").expect("constant pattern")
});

/// "This record was approved by J. Doe on 20 March 2025."
fn told(doc: &Document, (units, titles): (&[Unit], &Titles), lexicon: &Lexicon, fields: &Fields) -> Option<Found> {
    let mut before = ClauseSubject::Unnamed;
    for (index, unit) in units.iter().enumerate() {
        let clauses = clauses::of(unit, before);
        before = clauses.last().map_or(ClauseSubject::Unnamed, Clause::topic);
        let skipped = matches!(unit.form, Form::Heading | Form::Row)
            || unit.mood == Mood::Obligation
            || unit.text.trim_end().ends_with('?')
            || unit.checked == Some(false);
        if skipped {
            continue;
        }
        // A label in the middle of a line: "Agreed by all. Signed: J. Doe".
        if let Some((label, value)) = unit.text.split_once(':')
            && let Some(field) = labels::field(label)
        {
            if field == "approved_by" && value.chars().count() <= LONGEST && names_somebody(value, lexicon) {
                let by = Stated { value: fold(value.trim()), quote: doc.quote(unit.span.clone()) };
                return Some((by, day(value)));
            }
            continue;
        }
        let says = |name: &str| sentences().of(name).matches(&unit.text);
        let awaited = ["sent-to-sign", "signature-awaited"].iter().any(|name| says(name)) && !says("no-longer-awaited");
        if awaited || says("approves-other") {
            continue;
        }
        // "QA  Bettina Kruse  /s/ B. Kruse  3 April 2025", below a heading for signatures.
        if titles.own(unit.section).has(Term::SignHeading)
            && sentences().of("signature-sign").matches(&unit.text)
            && !UNDONE.iter().any(|term| unit.has(*term))
            && let (Some(name), Some(on)) = (person(&clauses::whole(unit), lexicon, fields), day(&unit.text))
        {
            return Some((Stated { value: name, quote: doc.quote(unit.span.clone()) }, Some(on)));
        }
        for clause in &clauses {
            if let Some(name) = approves(clause, lexicon, fields) {
                let by = Stated { value: name, quote: doc.quote(unit.span.clone()) };
                return Some((by, day(clause.text()).or_else(|| day(&unit.text))));
            }
        }
        if let Some((name, on)) = learned(units, index, lexicon, fields) {
            let by = Stated { value: name, quote: doc.quote(unit.span.clone()) };
            return Some((by, on));
        }
    }
    None
}

/// Who approves the record in a sentence in other words; a line with the name and the day may follow it.
fn learned(units: &[Unit], index: usize, lexicon: &Lexicon, fields: &Fields) -> Option<(String, Option<NaiveDate>)> {
    let unit = &units[index];
    let consents = sentences().of("consents").matches(&unit.text);
    if !consents && unit.said().answer(Said::Approved) != Answer::Proven
        || lies_ahead(unit)
        || UNDONE.iter().any(|term| unit.has(*term))
    {
        return None;
    }
    let named = |unit: &Unit| person(&clauses::whole(unit), lexicon, fields);
    if let Some(name) = named(unit) {
        return Some((name, day(&unit.text)));
    }
    // The line of the place and the day, and that of the name.
    let next = units[index + 1..].iter().take(3).filter(|next| next.section == unit.section && next.length <= SIGNED);
    next.filter(|next| next.form == Form::Sentence)
        .find_map(|next| Some((named(next)?, day(&next.text).or_else(|| day(&unit.text)))))
}

/// "Ines Falk approves as soon as the figures are there", and not "After the corrections it was approved".
fn lies_ahead(unit: &Unit) -> bool {
    !unit.told && sentences().of("approval-later").matches(&unit.text)
}

/// Who approves the record in this statement.
fn approves(clause: &Clause<'_>, lexicon: &Lexicon, fields: &Fields) -> Option<String> {
    if UNDONE.iter().any(|term| clause.has(*term)) || lies_ahead(clause.unit) {
        return None;
    }
    let unit = clause.unit;
    clause.hits(Term::Approves).find_map(|act| {
        let pronoun = clause
            .hits(Term::Pronoun)
            .any(|hit| hit.range.start >= act.range.end && clause.between(act.range.end, hit.range.start) == 0);
        let label = clause.between(clause.range.start, act.range.start) == 0 && clause.range.start == 0;
        let thing = clause
            .hits(Term::ApprovedThing)
            .any(|hit| hit.range.end <= act.range.start && clause.between(hit.range.end, act.range.start) <= 8);
        let of_record = match clause.subject(&act.range) {
            ClauseSubject::Record | ClauseSubject::Review => true,
            ClauseSubject::Other => thing && !clause.transitive(&act.range),
            ClauseSubject::Unnamed => thing,
        };
        let carried = pronoun && matches!(clause.carried, ClauseSubject::Record | ClauseSubject::Review);
        let plainly = sentences().of("approval-given").matches(clause.text());
        if !(of_record || carried || label || plainly) {
            return None;
        }
        person(clause, lexicon, fields).or_else(|| {
            let rest = &unit.text[act.range.end..clause.range.end];
            (label && rest.contains(char::is_uppercase) && names_somebody(rest, lexicon))
                .then(|| fold(rest.trim_matches([' ', ':', '.', ','])))
        })
    })
}

/// A participant named in the statement, else two words that look like a name and are none of the vocabulary.
fn person(clause: &Clause<'_>, lexicon: &Lexicon, fields: &Fields) -> Option<String> {
    let text = clause.text();
    let plain = |value: &str| value.split(['(', ',']).next().unwrap_or(value).trim().to_owned();
    let known = fields
        .participants
        .iter()
        .map(|person| plain(&person.value))
        .find(|name| name.len() > 3 && text.contains(name.as_str()));
    // "Mrs Falk" is the participant of that name.
    let titled = || {
        let titles = sentences().of("title-word").all(text);
        let last = |name: &str| name.rsplit(' ').next().unwrap_or(name).to_owned();
        let follows = |name: &String| {
            let last = last(name);
            titles
                .iter()
                .filter_map(|found| found.get(0))
                .any(|title| text[title.end()..].trim_start().starts_with(&last))
        };
        fields.participants.iter().map(|person| plain(&person.value)).filter(|name| name.contains(' ')).find(follows)
    };
    known.or_else(titled).or_else(|| {
        let mut untitled = text.to_owned();
        for title in sentences().of("title-word").all(text).iter().rev().filter_map(|found| found.get(0)) {
            untitled.replace_range(title.start()..title.end(), "");
        }
        PERSON
            .find_iter(&untitled)
            .map(|found| found.as_str())
            .find(|name| {
                name.split_whitespace().all(|word| {
                    lexicon.hits(&words(word)).is_empty()
                        && dates::find(&format!("1 {word} 2024")).iter().all(|d| !matches!(d.written, Written::Day(_)))
                })
            })
            .map(fold)
    })
}
