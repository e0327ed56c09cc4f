//! The strip of the cadence: where states, reviews, years, the day judged for and the due day stand, in percent of its length. It is drawn
//! as SVG without a scale, so that words keep their size on a phone; words that would meet others are left out, first there.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::model::report::Report;
use crate::model::span::Span;

/// The strip.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct StripView {
    /// First day and last.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
    segments: Vec<SegmentView>,
    reviews: Vec<MarkView>,
    years: Vec<MarkView>,
    judged: MarkView,
    due: Option<MarkView>,
}

#[derive(Debug, PartialEq, Serialize)]
struct SegmentView {
    x: String,
    width: String,
    state: &'static str,
}

/// A mark with its words.
#[derive(Debug, PartialEq, Serialize)]
struct MarkView {
    x: String,
    day: NaiveDate,
    label: String,
    /// `start`, `middle`, `end`: on which side of the mark the words stand.
    anchor: &'static str,
    /// `all`, `wide` (where the page is wide) or `none`: where the words have a place.
    shown: &'static str,
}

/// Length of a label in percent of a wide strip, and of that of a phone.
const WIDE: f64 = 7.5;
const NARROW: f64 = 19.0;
/// The same of the words at the due day.
const DUE_WIDE: f64 = 14.0;
const DUE_NARROW: f64 = 38.0;

/// The strip of a report; `None` where nothing started the clock.
pub(crate) fn strip(report: &Report) -> Option<StripView> {
    let (first, last) = (report.spans.first()?, report.spans.last()?);
    let held: Vec<NaiveDate> = report
        .reviews
        .iter()
        .filter(|review| review.counted == Some(true))
        .filter_map(|review| review.date_held)
        .collect();
    let from = held.iter().copied().min().map_or(first.from, |held| held.min(first.from));
    let to = report.cadence.due.map_or(last.to, |due| due.max(last.to));
    // What is due in a far future would leave no place for the past.
    let to = if days(last.to, to) > days(from, last.to).max(800.0) { last.to } else { to };
    let scale = Scale { from, length: days(from, to).max(1.0) };
    let due = report.cadence.due.filter(|due| *due <= to);
    let segments = report.spans.iter().map(|span| segment(span, &scale)).collect();
    Some(StripView {
        from,
        to,
        segments,
        reviews: reviews(&held, due, &scale),
        years: years(from, to, &scale),
        judged: scale.mark(report.subject.as_of, report.subject.as_of.to_string(), "all"),
        due: due.map(|due| scale.mark(due, due.to_string(), "all")),
    })
}

struct Scale {
    from: NaiveDate,
    length: f64,
}

impl Scale {
    fn at(&self, day: NaiveDate) -> f64 {
        (days(self.from, day) / self.length * 100.0).clamp(0.0, 100.0)
    }

    fn mark(&self, day: NaiveDate, label: String, shown: &'static str) -> MarkView {
        let at = self.at(day);
        let anchor = match at {
            ..16.0 => "start",
            84.0.. => "end",
            _ => "middle",
        };
        MarkView { x: percent(at), day, label, anchor, shown }
    }
}

fn days(from: NaiveDate, to: NaiveDate) -> f64 {
    f64::from(to.num_days_from_ce()) - f64::from(from.num_days_from_ce())
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

fn segment(span: &Span, scale: &Scale) -> SegmentView {
    let (from, to) = (scale.at(span.from), scale.at(span.to.succ_opt().unwrap_or(span.to)));
    SegmentView { x: percent(from), width: percent((to - from).max(0.05)), state: span.word() }
}

/// Marks of which each stands far enough from the one before it.
fn reviews(held: &[NaiveDate], due: Option<NaiveDate>, scale: &Scale) -> Vec<MarkView> {
    let mut held = held.to_vec();
    held.sort_unstable();
    held.dedup();
    let due = due.map_or(f64::INFINITY, |due| scale.at(due));
    let (mut wide, mut narrow) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let mut out: Vec<MarkView> = Vec::new();
    // The latest reviews say most.
    for day in held.into_iter().rev() {
        let at = scale.at(day);
        let clear = |taken: f64, length: f64, due_length: f64| {
            (taken == f64::NEG_INFINITY || taken - at >= length) && due - at >= due_length
        };
        let shown = if clear(narrow, NARROW, DUE_NARROW) {
            (wide, narrow) = (at, at);
            "all"
        } else if clear(wide, WIDE, DUE_WIDE) {
            wide = at;
            "wide"
        } else {
            "none"
        };
        out.push(scale.mark(day, format!("{}-{:02}", day.year(), day.month()), shown));
    }
    out.reverse();
    out
}

fn years(from: NaiveDate, to: NaiveDate, scale: &Scale) -> Vec<MarkView> {
    let all: Vec<NaiveDate> = (from.year()..=to.year())
        .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1))
        .filter(|day| *day >= from && *day <= to && scale.at(*day) < 97.0)
        .collect();
    // What a phone shows is some of what a wide page shows, which is evenly spaced.
    let wide = all.len().div_ceil(14).max(1);
    let narrow = all.len().div_ceil(5).next_multiple_of(wide);
    let told = all.iter().enumerate().map(|(at, day)| {
        // On a phone a year is a tenth as long as the strip.
        let shown = if at % narrow == 0 && scale.at(*day) < 88.0 {
            "all"
        } else if at % wide == 0 {
            "wide"
        } else {
            "none"
        };
        MarkView { anchor: "start", ..scale.mark(*day, day.year().to_string(), shown) }
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_stand_evenly_however_many_there_are() {
        for length in 1..60 {
            let day = |year: i32, month| NaiveDate::from_ymd_opt(year, month, 14).unwrap_or_default();
            let (from, to) = (day(2000, 3), day(2000 + length, 6));
            let scale = Scale { from, length: days(from, to) };
            let years = years(from, to, &scale);
            let shown: Vec<i32> =
                years.iter().filter(|mark| mark.shown != "none").map(|mark| mark.day.year()).collect();
            let steps: Vec<i32> = shown.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(steps.windows(2).all(|pair| pair[0] == pair[1]) && shown.len() <= 14, "{length} years: {shown:?}");
            assert!(years.iter().filter(|mark| mark.shown == "all").count() <= 5, "{length} years");
        }
    }
}
