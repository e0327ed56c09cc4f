//! Conformance over the whole history: when the cadence lapsed, and for how long.

use std::io::{self, Write};

use crate::model::period::State;
use crate::model::span::Span;
use crate::render::escape::{line, no_command};
use crate::render::layout::{Paint, columns};
use crate::render::style::Style;
use lookback_reading::count;

/// Writes the two lines, a row a span, each with how long reviews were overdue altogether. `on_record` is `None` where nobody
/// knows what the repository held on other days.
pub fn render(held: &[Span], on_record: Option<&[Span]>, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    if held.is_empty() && on_record.is_none_or(<[Span]>::is_empty) {
        return out.write_all(b"nothing to show: no release, no review and no cadence.start starts the clock\n");
    }
    let paint = Paint { color: style.color };
    let mut text = paint.bold("held, by the dates that records state") + "\n";
    one_line(held, paint, &mut text);
    text += &format!("\n{}\n", paint.bold("on record, by what the repository could prove that day"));
    match on_record {
        Some(spans) => one_line(spans, paint, &mut text),
        None => text += "not known: evidence that was collected before tells only what it held on its own day\n",
    }
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
            span.state.word().to_owned(),
            line(&span.why),
        ]
    }));
    for (at, row) in columns(&rows, &[2]).into_iter().enumerate() {
        let row = no_command(&row);
        let row = match at.checked_sub(1).and_then(|at| spans.get(at)) {
            None => paint.bold(&row),
            Some(span) if span.state == State::Overdue => paint.state(span.state, &row),
            Some(_) => row,
        };
        text.push_str(&row);
        text.push('\n');
    }
    let overdue: Vec<_> = spans.iter().filter(|span| span.state == State::Overdue).collect();
    let days: i64 = overdue.iter().map(|span| span.days()).sum();
    let closing = match overdue.len() {
        0 => "never overdue\n".to_owned(),
        1 => format!("overdue once, {}\n", count(usize::try_from(days).unwrap_or(0), "day")),
        n => format!("overdue {n} times, {} altogether\n", count(usize::try_from(days).unwrap_or(0), "day")),
    };
    text.push_str(&closing);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str, state: State, note: &str) -> Span {
        Span { from: from.parse().unwrap(), to: to.parse().unwrap(), state, why: note.to_owned() }
    }

    fn text(spans: &[Span]) -> String {
        let mut out = Vec::new();
        render(spans, Some(&spans[..spans.len().min(1)]), &mut out, &Style::default()).unwrap();
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
        render(&spans, None, &mut out, &Style::default()).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("not known: evidence"));
        assert!(text(&[]).starts_with("nothing to show"));
    }
}
