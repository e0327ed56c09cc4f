//! The period of a review: from fields, titles and names, opening sentences; the fiscal year that stands for one.

use chrono::NaiveDate;

use crate::facts::written::{HEAD_BLOCKS, WrittenField};
use crate::grammar::dates;
use crate::grammar::dates::Written;
use crate::grammar::patterns::sentences;
use crate::value::document::{Document, Shape};
use crate::value::reading::{Fields, FiscalYear, Stated};
use crate::value::text::{Quote, fold};

/// Finds the period: in its fields, the title and names, the opening sentences. Is it stated in a field?
pub(crate) fn periods(doc: &Document, path: &str, all: &[WrittenField], fields: &mut Fields) -> bool {
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
    let written = fields.period_from.is_some() || fields.period_to.is_some();
    if !written {
        named_period(doc, path, fields);
    }
    written
}

/// The fiscal year that a text names.
fn fiscal_year(text: &str) -> Option<FiscalYear> {
    let found = sentences().of("fiscal-year").first(text)?;
    let year = |name: &str| {
        let digits = found.name(name)?.as_str();
        let year: i32 = digits.parse().ok()?;
        Some(if digits.len() == 2 { 2000 + year } else { year })
    };
    let (first, last) = (year("from_year")?, year("to_year"));
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

/// The period in the title, the document id or the file name (a quarter, a half-year or a range), or in an opening sentence.
fn named_period(doc: &Document, path: &str, fields: &mut Fields) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (file, as_text) = (name.replace(['_', '.'], " "), dates::spaced(name));
    let title = fields.title.clone();
    let names = title.iter().map(|title| title.value.to_lowercase()).chain([file.to_lowercase()]);
    let reports =
        names.collect::<Vec<_>>().iter().any(|name| is_report(name) || sentences().of("named-by-period").matches(name));
    if reports {
        let id = fields.doc_id.clone();
        let top = title.as_ref().map_or_else(|| Quote::at(1, 1, ""), |title| title.quote.clone());
        let names =
            title.into_iter().chain(id).map(|s| (s.value, s.quote)).chain([(file, top.clone()), (as_text, top)]);
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
            let tells = all.of("tells-period").matches(&lower)
                || all.of("spans-period").matches(&lower) && !sentence.contains('#') && all_year(&sentence);
            if !tells || all.of("another-period").matches(&lower) {
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

/// Does a title say that the document reports on a stretch of time?
pub(crate) fn is_report(title: &str) -> bool {
    let lower = title.to_lowercase();
    let named = sentences().of("reports").matches(&lower);
    // A month and nothing else is what the text is about.
    let bare = matches!(dates::find(title).as_slice(), [only] if title[..only.range.start].trim().is_empty()
        && title[only.range.end..].trim().is_empty());
    (named || bare) && !sentences().of("reports-no-time").matches(&lower)
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
