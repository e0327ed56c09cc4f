//! Conformance over the whole history: when the cadence lapsed, and for how long.

use std::io::{self, Write};

use crate::model::limit::Limit;
use crate::model::period::State;
use crate::model::span::Span;
use crate::render::escape::{line, no_command};
use crate::render::layout::{Paint, columns};
use crate::render::limits;
use crate::render::style::Style;
use lookback_reading::{Constraint, count};

/// What the repository held on each day: its spans, or `None` where nobody knows; and what could not be seen.
#[derive(Clone, Copy)]
pub struct OnRecord<'a> {
    /// The spans.
    pub spans: Option<&'a [Span]>,
    /// What could not be seen.
    pub limits: &'a [Limit],
}

/// Writes the two lines, a row a span, each with how long reviews were overdue altogether, and what could not be seen.
pub fn render(held: &[Span], on_record: OnRecord<'_>, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let OnRecord { spans, limits } = on_record;
    let paint = Paint { color: style.color };
    let mut text = String::new();
    if held.is_empty() && spans.is_none_or(<[Span]>::is_empty) {
        text.push_str("nothing to show: no release, no review and no cadence.start starts the clock\n");
    } else {
        text += &format!("{}\n", paint.bold("held, by the dates that records state"));
        one_line(held, paint, &mut text);
        text += &format!("\n{}\n", paint.bold("on record, by what the repository could prove that day"));
        match spans {
            Some(spans) => one_line(spans, paint, &mut text),
            None => text += "not known: evidence that was collected before tells only what it held on its own day\n",
        }
    }
    // What only bears on issues says nothing of the days.
    limits::closing(&limits::bearing(limits, Constraint::HeldAnnually), style, &mut text);
    out.write_all(text.as_bytes())
}

fn one_line(spans: &[Span], paint: Paint, text: &mut String) {
    let head = ["from", "to", "days", "state", ""].map(str::to_owned).to_vec();
    let mut rows = vec![head];
    rows.extend(spans.iter().map(|span| {
        vec![
            span.from.to_string(),
            span.to.to_string(),
            span.days().to_string(),
            span.word().to_owned(),
            line(&span.why),
        ]
    }));
    for (at, row) in columns(&rows, &[2]).into_iter().enumerate() {
        let row = no_command(&row);
        let row = match at.checked_sub(1).and_then(|at| spans.get(at)) {
            None => paint.bold(&row),
            Some(span) if span.state == Some(State::Overdue) => paint.state(State::Overdue, &row),
            Some(_) => row,
        };
        text.push_str(&row);
        text.push('\n');
    }
    for told in overdue(spans) {
        text.push_str(&format!("{told}\n"));
    }
}

/// How long reviews were overdue altogether, and of how many days nobody knows.
pub(crate) fn overdue(spans: &[Span]) -> Vec<String> {
    let overdue: Vec<_> = spans.iter().filter(|span| span.state == Some(State::Overdue)).collect();
    let all: i64 = overdue.iter().map(|span| span.days()).sum();
    let unknown: i64 = spans.iter().filter(|span| span.state.is_none()).map(Span::days).sum();
    let days = |days: i64| count(usize::try_from(days).unwrap_or(0), "day");
    let told = match overdue.len() {
        0 if unknown > 0 => "not overdue on any day that is known".to_owned(),
        0 => "never overdue".to_owned(),
        1 => format!("overdue once, {}", days(all)),
        n => format!("overdue {n} times, {} altogether", days(all)),
    };
    std::iter::once(told).chain((unknown > 0).then(|| format!("unknown for {}", days(unknown)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str, state: State, note: &str) -> Span {
        Span { from: from.parse().unwrap(), to: to.parse().unwrap(), state: Some(state), why: note.to_owned() }
    }

    fn text(spans: &[Span]) -> String {
        let mut out = Vec::new();
        let on_record = OnRecord { spans: Some(&spans[..spans.len().min(1)]), limits: &[] };
        render(spans, on_record, &mut out, &Style::default()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn spans_align_and_overdue_days_add_up() {
        let spans = [
            span("2022-01-10", "2022-11-13", State::Never, "first release v1.0.0"),
            span("2022-11-14", "2023-09-14", State::Current, "SR-2022 held"),
            span("2024-11-11", "2025-02-02", State::Overdue, "due 2024-11-10"),
            span("2026-02-04", "2026-05-15", State::Overdue, "due 2026-02-03\u{1b}[2J\nx"),
        ];
        insta::assert_snapshot!(text(&spans), @r#"
        held, by the dates that records state
        from        to          days  state
        2022-01-10  2022-11-13   308  never    first release v1.0.0
        2022-11-14  2023-09-14   305  current  SR-2022 held
        2024-11-11  2025-02-02    84  overdue  due 2024-11-10
        2026-02-04  2026-05-15   101  overdue  due 2026-02-03␛[2J x
        overdue 2 times, 185 days altogether

        on record, by what the repository could prove that day
        from        to          days  state
        2022-01-10  2022-11-13   308  never  first release v1.0.0
        never overdue
        "#);
        assert_eq!(text(&spans[..2]).lines().last(), Some("never overdue"));
        let mut out = Vec::new();
        let limit = Limit::new(crate::model::limit::LimitKind::History, "the history", "it is shallow", "Fetch it.");
        let limits = [limit.clone().affecting(&Constraint::ALL), limit];
        let mut open = spans.clone();
        open[2].state = None;
        render(&open, OnRecord { spans: None, limits: &limits }, &mut out, &Style::default()).unwrap();
        let told = String::from_utf8(out).unwrap();
        assert!(told.contains("not known: evidence") && told.contains("unknown for 84 days"), "{told}");
        assert!(told.ends_with("\nNot seen (1)\n  the history: it is shallow\n    help: Fetch it.\n"), "{told}");
        assert!(text(&[]).starts_with("nothing to show"));
    }
}
