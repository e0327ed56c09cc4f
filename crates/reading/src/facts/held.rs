//! The date held: from fields, sentences, lines of their own, titles and names.

use chrono::NaiveDate;

use crate::facts::periods::is_report;
use crate::facts::written::{HEAD_BLOCKS, WrittenField};
use crate::grammar::dates;
use crate::grammar::dates::{Found, Written, spaced};
use crate::grammar::lexicon::lexicon;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::value::document::{Document, Shape};
use crate::value::reading::{DateSource, Fields, Stated};
use crate::value::text::{Quote, fold};

/// The dates that a title or a file name names, but none of a range: that is a period. The last day of a range of a few days is
/// kept, for a meeting may take two.
fn named(text: &str) -> Vec<Found> {
    let range = dates::range(text);
    let of_range = |found: &Found| {
        range.as_ref().is_some_and(|(range, from, to)| {
            let few = to.signed_duration_since(*from).num_days() < 27;
            range.contains(&found.range.start) && !(few && found.written.last() == Some(*to))
        })
    };
    // Of a period and a day side by side the day is one.
    let mixed = dates::mixed(text);
    let wide = |found: &Found| {
        !matches!(found.written, Written::Day(_))
            && mixed.as_ref().is_some_and(|place| found.range.start < place.end && place.start < found.range.end)
    };
    dates::find(text).into_iter().filter(|found| !of_range(found) && !wide(found)).collect()
}

/// The first day that a text or a file name names.
fn day_in(text: &str) -> Option<NaiveDate> {
    named(&spaced(text)).into_iter().find_map(|found| match found.written {
        Written::Day(day) => Some(day),
        _ => None,
    })
}

/// `2025-03-14T10:00:00Z`
fn stamped(value: &str) -> bool {
    value.as_bytes().windows(4).any(|w| w[0] == b'T' && w[1].is_ascii_digit() && w[2].is_ascii_digit() && w[3] == b':')
}

/// In a running log of reviews the latest dated heading is the latest review; a log of one entry has a heading that begins with it.
fn latest_entry(doc: &Document, fields: &Fields, path: &str) -> Option<(NaiveDate, Quote)> {
    let name = path.rsplit('/').next().unwrap_or(path).replace(['_', '-'], " ").to_lowercase();
    let title = fields.title.as_ref().map(|title| title.value.to_lowercase()).unwrap_or_default();
    if !["review", "log", "minutes", "protokoll", "überprüfung"]
        .iter()
        .any(|word| name.contains(word) || title.contains(word))
    {
        return None;
    }
    let dated = doc.sections.iter().skip(2).filter_map(|section| Some((day_in(&section.title)?, section)));
    let dated: Vec<_> = dated.collect();
    if let [(_, only)] = dated.as_slice()
        && dates::find(&only.title).first().is_none_or(|found| found.range.start > 0)
    {
        return None;
    }
    let (day, section) = dated.into_iter().max_by_key(|(day, _)| *day)?;
    Some((day, doc.quote(section.span.clone())))
}

/// Finds the date held: stated in a field or a sentence, on a line of its own, in the title, the file name.
pub(crate) fn read(
    doc: &Document,
    path: &str,
    all: &[WrittenField],
    told: Option<Stated<NaiveDate>>,
    fields: &mut Fields,
) {
    let file = path.rsplit('/').next().unwrap_or(path);
    // A day that is stated in a form that is not read is no missing day.
    let mut unread = None;
    let (mut told, mut sent) = (told, None);
    for name in ["date_held", "date"] {
        // "Date: 14 July" of a memo is that of the memo, where a sentence says when they met.
        if name == "date"
            && let Some(told) = told.take()
        {
            return set(fields, told.value, DateSource::Stated, told.quote);
        }
        let mut candidates: Vec<&WrittenField> =
            all.iter().filter(|w| w.field == name && !w.empty && (name == "date_held" || w.head)).collect();
        candidates.sort_by_key(|w| !w.head);
        for w in candidates {
            // When a letter was sent says little of a day in it.
            if name == "date" && sentences().of("sent-stamp").matches(&w.value) {
                sent = sent.or_else(|| Some((day_in(&w.value)?, doc.quote(w.span.clone()))));
                continue;
            }
            let found = dates::find(&spaced(&w.value));
            let Some(first) = found.first() else {
                if name == "date_held" && w.value.bytes().any(|byte| byte.is_ascii_digit()) {
                    unread.get_or_insert_with(|| doc.quote(w.span.clone()));
                }
                continue;
            };
            // The date begins the value: "reviewed on 2025-03-14", not a sentence about something else.
            if first.range.start > 40 {
                continue;
            }
            let quote = doc.quote(w.span.clone());
            match first.written {
                Written::Ambiguous => {
                    fields.ambiguous_date.get_or_insert(quote);
                    return;
                }
                // A time stamp is when something was noted; against another day in the file's name it proves nothing.
                Written::Day(value)
                    if stamped(&w.value) && name == "date" && day_in(file).is_some_and(|day| day != value) =>
                {
                    return;
                }
                Written::Day(value) => return set(fields, value, DateSource::Stated, quote),
                Written::Month(..) | Written::Quarter(..) => {
                    if let Some(value) = first.written.first() {
                        return set(fields, value, DateSource::StatedMonth, quote);
                    }
                }
                Written::Half(..) | Written::Year(_) if name == "date_held" => {
                    unread.get_or_insert(quote);
                }
                Written::Half(..) | Written::Year(_) => {}
            }
        }
    }
    if let Some((value, quote)) = sentence_held(doc) {
        return set(fields, value, DateSource::Stated, quote);
    }
    if let Some((value, quote)) = own_line(doc) {
        return set(fields, value, DateSource::Stated, quote);
    }
    // A review looks back: what a title or a name dates before the end of its period is something else.
    let end = fields.period_to.as_ref().map(|end| end.value);
    let behind = |found: &Found| end.zip(found.written.last()).is_none_or(|(end, last)| last >= end);
    if let Some(title) = fields.title.clone() {
        for found in named(&title.value).into_iter().filter(behind) {
            match found.written {
                // A title and a file name that disagree name an event and a day of writing: which is the review's is not said.
                Written::Day(value) if day_in(file).is_some_and(|day| day != value) => return,
                Written::Day(value) => return set(fields, value, DateSource::Title, title.quote),
                // A monthly report's month is its period; in a script that is not read the day may be named.
                Written::Month(..) if !is_report(&title.value) && !foreign(doc) => {
                    if let Some(first) = found.written.first() {
                        // "Outages (October 2025)" in `2025-10-21-outages.md`: the name knows the day.
                        let exact = day_in(file).filter(|day| first <= *day && found.written.last() >= Some(*day));
                        let source = if exact.is_some() { DateSource::FileName } else { DateSource::Title };
                        return set(fields, exact.unwrap_or(first), source, title.quote);
                    }
                }
                Written::Ambiguous => {
                    fields.ambiguous_date.get_or_insert(title.quote.clone());
                }
                _ => {}
            }
        }
    }
    if let Some((value, quote)) = latest_entry(doc, fields, path) {
        return set(fields, value, DateSource::Title, quote);
    }
    for found in named(&spaced(file)).into_iter().filter(behind) {
        let report = || is_report(file) || fields.title.as_ref().is_some_and(|title| is_report(&title.value));
        let fits = match found.written {
            Written::Day(_) => true,
            Written::Month(..) => !report(),
            _ => false,
        };
        if fits && let Some(value) = found.written.first() {
            let quote = fields.title.as_ref().map_or_else(|| Quote::at(1, 1, ""), |title| title.quote.clone());
            return set(fields, value, DateSource::FileName, quote);
        }
    }
    if let Some(quote) = unread {
        fields.ambiguous_date.get_or_insert(quote);
        return;
    }
    if let Some((value, quote)) = sent {
        return set(fields, value, DateSource::Stated, quote);
    }
    // When the text was made is not when the review was held: better than nothing, and flagged.
    if let Some((value, w)) = made(doc, all) {
        set(fields, value, DateSource::Inferred, doc.quote(w.span.clone()));
    }
}

/// The day the text was made; else that of its latest revision in the front matter; else that of its last update, where a heading
/// of the same day says what was updated.
fn made<'a>(doc: &Document, all: &'a [WrittenField]) -> Option<(NaiveDate, &'a WrittenField)> {
    let days = |field: &'static str| {
        all.iter().filter(move |w| w.field == field && w.head).filter_map(|w| Some((day_in(&w.value)?, w)))
    };
    let headed = |day: NaiveDate| doc.sections.iter().skip(2).any(|section| day_in(&section.title) == Some(day));
    days("made")
        .next()
        .or_else(|| days("revised").filter(|(_, w)| w.value.starts_with("date")).max_by_key(|(day, _)| *day))
        .or_else(|| days("not_held").chain(days("effective")).find(|(day, _)| headed(*day)))
}

/// Is part of the head written in another script?
fn foreign(doc: &Document) -> bool {
    let texts = doc.blocks.iter().take(HEAD_BLOCKS).flat_map(|block| block.shape.texts());
    texts.flat_map(|text| text.text.chars()).any(|c| c.is_alphabetic() && c as u32 > 0x0370)
}

/// A date that stands alone on a line below the title, or ends a byline: "14 March 2025", "Product security, March 9 2024".
fn own_line(doc: &Document) -> Option<(NaiveDate, Quote)> {
    for block in doc.blocks.iter().take(6) {
        let Shape::Paragraph(text) = &block.shape else { continue };
        let mut at = 0;
        for line in text.text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let found = dates::find(line);
            let [only] = found.as_slice() else { continue };
            let Written::Day(value) = only.written else { continue };
            let before = line[..only.range.start].trim_matches(|c: char| !c.is_alphanumeric() && c != ',');
            let after = line[only.range.end..].trim_matches(|c: char| !c.is_alphanumeric());
            let byline = sentences().of("place-before-day").matches(before) && before.split_whitespace().count() <= 7;
            let weekday = before.ends_with(',') && before.split_whitespace().count() == 1;
            // "9 February 2021 | Recording | Announcement" stands below the titles of minutes.
            let first = before.is_empty() && line[only.range.end..].trim_start().starts_with('|');
            // "Standing meeting of the board, Thursday 18 September 2025"
            let marks = lexicon().marks(before);
            let meeting = before.split_whitespace().count() <= 16
                && !before.contains(':')
                && marks.any(&[Term::ThisReview, Term::MeetingTitle])
                && !marks.any(&[Term::EarlierTime, Term::NextTime, Term::ToCome, Term::Not, Term::CalledOff]);
            // A day with the hours of a day is one on which people met.
            let clock = sentences().of("clock-behind").matches(&line[only.range.end..])
                && !sentences().of("made-before").matches(&line[..only.range.start]);
            if clock || first || after.is_empty() && (before.is_empty() || byline || weekday || meeting) {
                return Some((value, doc.quote(text.span(start..at.max(start + 1)))));
            }
        }
    }
    None
}

fn set(fields: &mut Fields, value: NaiveDate, source: DateSource, quote: Quote) {
    fields.date_held = Some(Stated { value, quote });
    fields.date_source = Some(source);
}

const HELD_WORDS: [&str; 22] = [
    "held on",
    "took place on",
    "was conducted on",
    "was performed on",
    "carried out on",
    "reviewed on",
    "review of the",
    "met on",
    "durchgeführt am",
    "fand am",
    "wurde am",
    "abgehalten am",
    "am",
    "held",
    "conducted on",
    "performed on",
    "meeting on",
    "review on",
    "took place",
    "stattgefunden am",
    "überprüft am",
    "sitzung vom",
];

/// "The review was held on 14 March 2025." in the head of the document.
fn sentence_held(doc: &Document) -> Option<(NaiveDate, Quote)> {
    for block in doc.blocks.iter().take(HEAD_BLOCKS) {
        let (Shape::Paragraph(text) | Shape::Item { text, .. } | Shape::Quote(text)) = &block.shape else { continue };
        for range in crate::grammar::units::sentences(&text.text) {
            let sentence = &text.text[range.clone()];
            let lower = sentence.to_lowercase();
            let begins = ["held on", "conducted on", "carried out on", "durchgeführt am", "abgehalten am"];
            let met = |at: usize| sentences().of("met-on").matches(&sentence[..at]);
            let day = dates::find(sentence).into_iter().find(|found| matches!(found.written, Written::Day(_)));
            if let Some(found) = day.filter(|found| met(found.range.start) && !sentence.contains('#'))
                && let Written::Day(value) = found.written
            {
                return Some((value, doc.quote(text.span(range))));
            }
            if !begins.iter().any(|w| lower.starts_with(w))
                && !["review", "meeting", "überprüfung", "sitzung", "besprechung", "bewertung"]
                    .iter()
                    .any(|w| lower.contains(w))
                || [
                    "next",
                    "nächste",
                    "previous",
                    "last ",
                    "vorige",
                    "letzte",
                    "vorherige",
                    " not ",
                    "nicht",
                    "will ",
                    "wird ",
                ]
                .iter()
                .any(|w| lower.contains(w))
            {
                continue;
            }
            for found in dates::find(sentence) {
                let Written::Day(value) = found.written else { continue };
                let before = fold(&sentence[..found.range.start].to_lowercase());
                if HELD_WORDS.iter().any(|words| {
                    before.ends_with(words)
                        && (*words != "am"
                            || before.contains("überprüfung")
                            || before.contains("sitzung")
                            || before.contains("review"))
                }) {
                    return Some((value, doc.quote(text.span(range))));
                }
            }
        }
    }
    None
}
