//! Conformance over the whole history: when the cadence lapsed, and for how long.

use std::io::{self, Write};

use crate::model::period::State;
use crate::model::span::Span;
use crate::render::escape::{line, no_command};
use crate::render::layout::{Paint, columns};
use crate::render::style::Style;
use lookback_reading::count;

/// Writes one line per span, in the order given, and how long reviews were overdue altogether.
pub fn render(spans: &[Span], out: &mut dyn Write, style: &Style) -> io::Result<()> {
    if spans.is_empty() {
        return out.write_all(b"nothing to show: no release, no review and no cadence.start starts the clock\n");
    }
    let paint = Paint { color: style.color };
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
    let mut text = String::new();
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
        0 => "\nnever overdue\n".to_owned(),
        1 => format!("\noverdue once, {}\n", count(usize::try_from(days).unwrap_or(0), "day")),
        n => format!("\noverdue {n} times, {} altogether\n", count(usize::try_from(days).unwrap_or(0), "day")),
    };
    text.push_str(&closing);
    out.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str, state: State, note: &str) -> Span {
        Span { from: from.parse().unwrap(), to: to.parse().unwrap(), state, why: note.to_owned() }
    }

    fn text(spans: &[Span]) -> String {
        let mut out = Vec::new();
        render(spans, &mut out, &Style::default()).unwrap();
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
        from        to          days  state
        2022-01-10  2022-11-13   308  never    first release v1.0.0
        2022-11-14  2023-09-14   305  current  SR-2022 held
        2024-11-11  2025-02-02    84  overdue  due 2024-11-10
        2026-02-04  2026-05-15   101  overdue  due 2026-02-03␛[2J x

        overdue 2 times, 185 days altogether
        "#);
        assert_eq!(text(&spans[..2]).lines().last(), Some("never overdue"));
        assert!(text(&[]).starts_with("nothing to show"));
    }
}
