//! The line of time as a picture: what was held above, what was on record below. Each state has a colour and a height of its own.

use std::io;

use plotters::prelude::{IntoFont, RGBColor, Rectangle, Text};
use plotters::style::Color;

use crate::model::period::State;
use crate::model::span::Span;
use crate::render::axis::Axis;
use crate::render::charts::{Colour, FRAME, GRID, INK, TEXT, framed, number, picture, time, wrong};
use crate::render::timeline::{OnRecord, overdue};

/// Width and height in pixels.
const SIZE: (u32, u32) = (440, 170);

/// A state, what stands for its colour, and how high it stands in its line.
const STATES: [(Option<State>, RGBColor, f64); 5] = [
    (Some(State::Never), GRID, 0.3),
    (Some(State::Current), CURRENT, 0.5),
    (Some(State::DueSoon), DUE_SOON, 0.65),
    (Some(State::Overdue), OVERDUE, 0.9),
    (None, INK, 0.08),
];
const CURRENT: RGBColor = RGBColor(3, 3, 3);
const DUE_SOON: RGBColor = RGBColor(4, 4, 4);
const OVERDUE: RGBColor = RGBColor(5, 5, 5);
const COLOURS: [Colour; 5] = [
    FRAME[0],
    FRAME[1],
    (CURRENT, "current", "#3d8a57", "#5bb377"),
    (DUE_SOON, "due-soon", "#b5861d", "#e0b04a"),
    (OVERDUE, "overdue", "#b3261e", "#ff8f86"),
];

/// Draws the two lines; what nobody knows is not drawn.
pub fn chart(held: &[Span], on_record: OnRecord<'_>) -> io::Result<String> {
    let lines = [("held", Some(held)), ("record", on_record.spans)];
    let told: Vec<String> = lines
        .iter()
        .filter_map(|(name, spans)| Some((name, (*spans).filter(|spans| !spans.is_empty())?)))
        .map(|(name, spans)| {
            let states = spans.iter().map(|span| format!("{} {} to {}", span.word(), span.from, span.to));
            format!("{name}: {}. {}.", states.collect::<Vec<_>>().join(", "), overdue(spans).join(", "))
        })
        .collect();
    let all = || lines.iter().filter_map(|(_, spans)| *spans).flatten();
    let (from, to) = (all().map(|span| span.from).min(), all().map(|span| span.to).max());
    let nothing = "nothing to show: no release, no review and no cadence.start starts the clock".to_owned();
    let description = if told.is_empty() { nothing } else { told.join(" ") };
    picture(("State of the yearly review", &description), SIZE, &COLOURS, |area| {
        let Some((from, to)) = from.zip(to) else { return Ok(()) };
        // Above the two lines is a place for what their colours mean.
        let up = Axis::naming(-0.15..2.55, vec![(0.0, "record".to_owned()), (1.0, "held".to_owned())]);
        let mut chart = framed(area, time(from, to.succ_opt().unwrap_or(to)), up)?;
        let length = number(to) + 1.0 - number(from);
        let present = STATES.into_iter().filter(|(state, ..)| all().any(|span| span.state == *state));
        let mut left = number(from);
        for (state, colour, _) in present {
            let mark = Rectangle::new([(left, 2.21), (left + length * 0.024, 2.39)], colour.filled());
            chart.draw_series([mark]).map_err(wrong)?;
            let font = ("sans-serif", TEXT).into_font().color(&INK);
            let word = state.map_or("unknown", State::word);
            chart.draw_series([Text::new(word, (left + length * 0.034, 2.43), font)]).map_err(wrong)?;
            // As wide as the word, with a gap.
            left += length * (0.022 * f64::from(u32::try_from(word.len()).unwrap_or_default()) + 0.055);
        }
        for (base, spans) in [(1.0, Some(held)), (0.0, on_record.spans)] {
            for span in spans.unwrap_or_default() {
                let Some((_, colour, height)) = STATES.iter().find(|(state, ..)| *state == span.state) else {
                    continue;
                };
                let (left, right) = (number(span.from), number(span.to) + 1.0);
                let bar = Rectangle::new([(left, base), (right, base + height)], colour.filled());
                chart.draw_series([bar]).map_err(wrong)?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str, state: Option<State>) -> Span {
        Span { from: from.parse().unwrap(), to: to.parse().unwrap(), state, why: "x".to_owned() }
    }

    #[test]
    fn every_state_is_drawn_and_told() {
        let held = [
            span("2022-01-10", "2022-11-13", Some(State::Never)),
            span("2022-11-14", "2023-09-14", Some(State::Current)),
            span("2023-09-15", "2023-11-14", Some(State::DueSoon)),
            span("2023-11-15", "2024-02-02", Some(State::Overdue)),
        ];
        let recorded = [span("2022-01-10", "2024-02-02", None)];
        let on_record = OnRecord { spans: Some(&recorded), limits: &[] };
        let svg = chart(&held, on_record).unwrap();
        for name in ["grid", "current", "due-soon", "overdue", "ink"] {
            assert!(svg.contains(&format!("\"var(--{name})\"")), "{name}: {svg}");
        }
        assert!(svg.contains("overdue 2023-11-15 to 2024-02-02. overdue once, 80 days."), "{svg}");
        assert!(svg.contains("record: unknown 2022-01-10 to 2024-02-02."), "{svg}");
        assert!(!svg.contains("\"#0"), "a colour that no page can set: {svg}");
        let empty = chart(&[], OnRecord { spans: None, limits: &[] }).unwrap();
        assert!(empty.contains("<desc>nothing to show") && empty.ends_with("</svg>\n"), "{empty}");
    }
}
