//! Day and period that only sentences tell: "we met on 6 May and looked at 1 May 2024 to 30 April 2025".

use chrono::{Datelike, NaiveDate};

use crate::facts::statements::Titles;
use crate::grammar::dates;
use crate::grammar::dates::Written;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::{Fields, Stated};
use crate::value::text::fold;

/// How far the verb may stand from the day on which something was held.
const NEAR: usize = 90;

/// The day of the review where a sentence says that it was held then. One of another time, or of another matter, is none.
pub(crate) fn day(doc: &Document, units: &[Unit], titles: &Titles) -> Option<Stated<NaiveDate>> {
    let all = sentences();
    let this = [
        Term::ThisReview,
        Term::MeetingTitle,
        Term::ReviewAct,
        Term::LookBack,
        Term::JudgeAct,
        Term::HandlingSubject,
        Term::We,
    ];
    let told = units.iter().filter(|unit| matches!(unit.mood, Mood::Fact)).filter_map(|unit| {
        if matches!(unit.form, Form::Heading | Form::Row)
            || titles.beside(unit.section)
            || !unit.marks.any(&this) && !all.of("names-look-back").matches(&unit.text)
            || unit.text.contains('#')
        {
            return None;
        }
        let value = dates::find(&unit.text).into_iter().find_map(|found| {
            let Written::Day(day) = found.written else { return None };
            let (before, after) = (&unit.text[..found.range.start], &unit.text[found.range.end..]);
            let clause = &before[before.rfind([';', ':', '(']).map_or(0, |at| at + 1)..];
            let clause = &clause[clause.len() - clause.len().min(floor(clause, NEAR))..];
            let held = all.of("held-on").matches(clause)
                || all.of("opens-with-day").matches(clause) && all.of("held-then").matches(after);
            (held && !all.of("held-another-time").matches(clause)).then_some(day)
        })?;
        Some((value, unit))
    });
    // Of several days the latest: the one before it is told as well.
    let (value, unit) = told.max_by_key(|(day, unit)| (*day, std::cmp::Reverse(unit.span.start)))?;
    Some(Stated { value, quote: doc.quote(unit.span.clone()) })
}

/// At most so many bytes from the end of a text, whole characters.
fn floor(text: &str, most: usize) -> usize {
    (0..=most.min(text.len())).rev().find(|len| text.is_char_boundary(text.len() - len)).unwrap_or(0)
}

/// The days of a period, at least and at most.
const LENGTH: std::ops::RangeInclusive<i64> = 45..=500;

/// The most days between the end of a period and the review of it.
const WAITS: i64 = 200;

/// The period where no field names it (`written`), and the name of the document at most a year: the first stretch of two days, in a sentence or a short row, that may be one. It ends before the
/// review was held, is about a year or a part of one, and is no earlier or later one.
pub(crate) fn period(doc: &Document, titles: &Titles, written: bool, fields: &mut Fields) {
    let named = fields.period_from.as_ref().zip(fields.period_to.as_ref());
    // "Report 2025" may well be on another twelve months.
    let year = named.is_some_and(|(from, to)| {
        from.value.year() == to.value.year() && from.value.ordinal() == 1 && to.value.month() == 12
    });
    if written || named.is_some() && !year || fields.period_to.is_some() && named.is_none() {
        return;
    }
    let held = fields.date_held.as_ref().map(|held| held.value);
    let fits = |from: NaiveDate, to: NaiveDate| {
        LENGTH.contains(&to.signed_duration_since(from).num_days())
            && held.is_none_or(|held| (0..=WAITS).contains(&held.signed_duration_since(to).num_days()))
    };
    for block in &doc.blocks {
        if titles.beside(block.section) {
            continue;
        }
        let of_text = |text: &Text| {
            crate::grammar::units::sentences(&text.text)
                .into_iter()
                .find_map(|range| Some((between(&fold(&text.text[range.clone()]), &fits)?, text.span(range))))
        };
        let found = match &block.shape {
            Shape::Paragraph(text) | Shape::Item { text, .. } | Shape::Quote(text) | Shape::Heading(text) => {
                of_text(text)
            }
            // The head of a list has more columns; what stands in them is no period of the review.
            Shape::Table { header, rows } => {
                let short = std::iter::once(header).chain(rows).filter(|row| row.len() <= 4);
                short.flatten().find_map(of_text)
            }
        };
        if let Some(((from, to), span)) = found {
            let quote = doc.quote(span);
            fields.period_from = Some(Stated { value: from, quote: quote.clone() });
            fields.period_to = Some(Stated { value: to, quote });
            return;
        }
    }
}

/// The two days of a sentence between which a period lies.
fn between(sentence: &str, fits: &dyn Fn(NaiveDate, NaiveDate) -> bool) -> Option<(NaiveDate, NaiveDate)> {
    let all = sentences();
    let days: Vec<dates::Found> = dates::find(sentence);
    days.windows(2).find_map(|pair| {
        let [one, other] = pair else { return None };
        let (before, joint) = (&sentence[..one.range.start], &sentence[one.range.end..other.range.start]);
        let plain = [one, other].iter().all(|found| matches!(found.written, Written::Day(_) | Written::Month(..)));
        let (from, to) = (one.written.first()?, other.written.last()?);
        (plain
            && all.of("joins-days").matches(joint)
            && !all.of("before-another-period").matches(before)
            && !before.contains('#')
            && !all.of("of-something-else").matches(sentence)
            && fits(from, to))
        .then_some((from, to))
    })
}
