//! The date held and the period: from fields, sentences, lines of their own, titles and names.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use crate::facts::written::{HEAD_BLOCKS, WrittenField};
use crate::grammar::dates;
use crate::grammar::dates::Written;
use crate::grammar::lexicon::lexicon;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::value::document::{Document, Shape};
use crate::value::reading::{DateSource, Fields, FiscalYear, Stated};
use crate::value::text::{Quote, fold};

/// Finds the period: in its fields, the title and names, the opening sentences.
pub(crate) fn periods(doc: &Document, path: &str, all: &[WrittenField], fields: &mut Fields) {
    for w in all.iter().filter(|w| w.field == "period" && !w.empty) {
        let (from, to) = stretch(&w.value);
        if from.is_some() || to.is_some() {
            let quote = doc.quote(w.span.clone());
            fields.period_from = from.map(|value| Stated { value, quote: quote.clone() });
            fields.period_to = to.map(|value| Stated { value, quote });
            break;
        }
        if let Some(value) = fiscal_year(&w.value) {
            fields.fiscal_year = Some(Stated { value, quote: doc.quote(w.span.clone()) });
            break;
        }
    }
    let edge = |name: &str, last: bool| {
        all.iter().filter(|w| w.field == name).find_map(|w| {
            let written = dates::find(&w.value).first()?.written;
            let value = if last { written.last() } else { written.first() }?;
            Some(Stated { value, quote: doc.quote(w.span.clone()) })
        })
    };
    if fields.period_from.is_none() {
        fields.period_from = edge("period_from", false);
    }
    if fields.period_to.is_none() {
        fields.period_to = edge("period_to", true);
    }
    if fields.period_from.is_none() && fields.period_to.is_none() {
        named_period(doc, path, fields);
    }
}

/// The fiscal year that a text names.
fn fiscal_year(text: &str) -> Option<FiscalYear> {
    let found = sentences().of("fiscal-year").first(text)?;
    let year = |name: &str| {
        let digits = found.name(name)?.as_str();
        let year: i32 = digits.parse().ok()?;
        Some(if digits.len() == 2 { 2000 + year } else { year })
    };
    let (first, last) = (year("first")?, year("last"));
    // Two years that do not follow each other name something else.
    last.is_none_or(|last| last == first + 1).then_some(FiscalYear { first, last })
}

/// First and last day of a period as written. A fiscal year begins on a day that it does not name, so it is left open unless its days
/// stand beside it; a year is less exact than the days that follow it: "2025 (3 February 2025 to 31 January 2026)".
fn stretch(value: &str) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let found = dates::find(value);
    let mut days = found.iter().filter(|found| matches!(found.written, Written::Day(_)));
    if let (Some(first), Some(_)) = (days.next(), days.next()) {
        return dates::period(&value[first.range.start..]);
    }
    let fiscal = sentences().of("fiscal-year").first(value);
    if let Some(named) = fiscal.as_ref().and_then(|found| found.get(0)) {
        let beside = format!("{} {}", &value[..named.start()], &value[named.end()..]);
        return match dates::period(&beside) {
            (Some(from), Some(to)) => (Some(from), Some(to)),
            _ => (None, None),
        };
    }
    match found.as_slice() {
        [year, day, _, ..] if is_year(year) && !is_year(day) => dates::period(&value[day.range.start..]),
        _ => dates::period(value),
    }
}

fn is_year(found: &dates::Found) -> bool {
    matches!(found.written, Written::Year(_))
}

/// Kinds of documents whose name carries the period: "Q2 2025 report", "2023 July–December report", "MR-2023-Q3".
const REPORTS: [&str; 14] = [
    "report",
    "review",
    "minutes",
    "update",
    "log",
    "summary",
    "bericht",
    "protokoll",
    "überprüfung",
    "bewertung",
    "meeting",
    "retrospective",
    "metrics",
    "wg",
];

/// The period in the title, the document id or the file name (a quarter, a half-year or a range), or in an opening sentence.
fn named_period(doc: &Document, path: &str, fields: &mut Fields) {
    let file = path.rsplit('/').next().unwrap_or(path).replace(['_', '.'], " ");
    let title = fields.title.clone();
    let names = title.iter().map(|title| title.value.to_lowercase()).chain([file.to_lowercase()]);
    let reports =
        names.collect::<Vec<_>>().iter().any(|name| is_report(name) || REPORTS.iter().any(|word| name.contains(word)));
    if reports {
        let id = fields.doc_id.clone();
        let top = title.as_ref().map_or_else(|| Quote::at(1, 1, ""), |title| title.quote.clone());
        let names = title.into_iter().chain(id).map(|s| (s.value, s.quote)).chain([(file, top)]);
        for (name, quote) in names {
            if let Some(value) = fiscal_year(&name) {
                fields.fiscal_year.get_or_insert(Stated { value, quote: quote.clone() });
            }
            let month = || match dates::find(&name).as_slice() {
                _ if sentences().of("fiscal-year").matches(&name) => None,
                [only] if is_report(&name) && matches!(only.written, Written::Month(..) | Written::Year(_)) => {
                    Some((only.written.first()?, only.written.last()?))
                }
                _ => None,
            };
            if let Some((from, to)) = dates::span(&name).or_else(month) {
                fields.period_from = Some(Stated { value: from, quote: quote.clone() });
                fields.period_to = Some(Stated { value: to, quote });
                return;
            }
        }
    }
    for block in doc.blocks.iter().take(HEAD_BLOCKS) {
        let (Shape::Paragraph(text) | Shape::Item { text, .. }) = &block.shape else { continue };
        for range in crate::grammar::units::sentences(&text.text) {
            let sentence = fold(&text.text[range.clone()]);
            let lower = sentence.to_lowercase();
            let all = sentences();
            let other = ["next", "previous", "will ", "nächste", "vorige", "wird "];
            let tells = all.of("tells-period").matches(&lower)
                || all.of("spans-period").matches(&lower) && !sentence.contains('#') && all_year(&sentence);
            if !tells || other.iter().any(|w| lower.contains(w)) {
                continue;
            }
            if let Some((from, to)) = dates::span(&sentence) {
                let quote = doc.quote(text.span(range));
                fields.period_from = Some(Stated { value: from, quote: quote.clone() });
                fields.period_to = Some(Stated { value: to, quote });
                return;
            }
        }
    }
}

/// Are the days of a sentence at least two months apart?
fn all_year(sentence: &str) -> bool {
    dates::span(sentence).is_some_and(|(from, to)| to.signed_duration_since(from).num_days() >= 60)
}

/// The first day that a text or a file name names.
fn day_in(text: &str) -> Option<NaiveDate> {
    dates::find(&spaced(text)).into_iter().find_map(|found| match found.written {
        Written::Day(day) => Some(day),
        _ => None,
    })
}

static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(^|[^0-9])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([^0-9]|$)").expect("constant pattern")
});

/// A file name in which dates stand as in a text: `review_20250314.md` → `review-2025-03-14.md`.
fn spaced(name: &str) -> String {
    COMPACT.replace_all(&name.replace('_', "-"), "$1$2-$3-$4$5").into_owned()
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
pub(crate) fn read(doc: &Document, path: &str, all: &[WrittenField], fields: &mut Fields) {
    let file = path.rsplit('/').next().unwrap_or(path);
    // A day that is stated in a form that is not read is no missing day.
    let mut unread = None;
    for name in ["date_held", "date"] {
        let mut candidates: Vec<&WrittenField> =
            all.iter().filter(|w| w.field == name && !w.empty && (name == "date_held" || w.head)).collect();
        candidates.sort_by_key(|w| !w.head);
        for w in candidates {
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
    if let Some(title) = fields.title.clone() {
        for found in dates::find(&title.value) {
            match found.written {
                // A title and a file name that disagree name an event and a day of writing: which is the review's is not said.
                Written::Day(value) if day_in(file).is_some_and(|day| day != value) => return,
                Written::Day(value) => return set(fields, value, DateSource::Title, title.quote),
                // A monthly report's month is its period; in a script that is not read the day may be named.
                Written::Month(..) if !is_report(&title.value) && !foreign(doc) => {
                    if let Some(value) = found.written.first() {
                        return set(fields, value, DateSource::Title, title.quote);
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
    for found in dates::find(&spaced(file)) {
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

/// Does a title say that the document reports on a stretch of time?
fn is_report(title: &str) -> bool {
    let lower = title.to_lowercase();
    let named =
        ["monthly", "report", "update", "bericht", "metrics", "kennzahlen"].iter().any(|word| lower.contains(word));
    // A month and nothing else is what the text is about.
    let bare = matches!(dates::find(title).as_slice(), [only] if title[..only.range.start].trim().is_empty()
        && title[only.range.end..].trim().is_empty());
    (named || bare)
        && ![
            "incident",
            "vorfall",
            "audit",
            "prüf",
            "nonconformity",
            "abweichung",
            "assessment",
            "pentest",
            "penetration",
        ]
        .iter()
        .any(|word| lower.contains(word))
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
            let byline =
                before.ends_with(',') && !before.contains([':', '.']) && before.split_whitespace().count() <= 6;
            let weekday = before.ends_with(',') && before.split_whitespace().count() == 1;
            // "9 February 2021 | Recording | Announcement" stands below the titles of minutes.
            let first = before.is_empty() && line[only.range.end..].trim_start().starts_with('|');
            // "Standing meeting of the board, Thursday 18 September 2025"
            let marks = lexicon().marks(before);
            let meeting = before.split_whitespace().count() <= 16
                && !before.contains(':')
                && marks.any(&[Term::ThisReview, Term::MeetingTitle])
                && !marks.any(&[Term::EarlierTime, Term::NextTime, Term::ToCome, Term::Not, Term::CalledOff]);
            if first || after.is_empty() && (before.is_empty() || byline || weekday || meeting) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_yields_to_days_and_a_fiscal_year_is_none_by_itself() {
        for (value, from, to) in [
            ("2025", "2025-01-01", "2025-12-31"),
            ("calendar year 2025", "2025-01-01", "2025-12-31"),
            ("2025 (3 February 2025 to 31 January 2026)", "2025-02-03", "2026-01-31"),
            ("FY2025 (2024-10-01 to 2025-09-30)", "2024-10-01", "2025-09-30"),
            ("Geschäftsjahr 2024/25 (01.10.2024 bis 30.09.2025)", "2024-10-01", "2025-09-30"),
            ("fiscal year 2024-10-01 to 2025-09-30", "2024-10-01", "2025-09-30"),
            ("FY 2025", "", ""),
            ("FY25", "", ""),
            ("FY 2024/25", "", ""),
            ("fiscal year 2025", "", ""),
            ("Geschäftsjahr 2025", "", ""),
            ("GJ 2024/2025", "", ""),
        ] {
            let (first, last) = stretch(value);
            let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
            assert_eq!((day(first), day(last)), (from.to_owned(), to.to_owned()), "{value}");
        }
    }
}
