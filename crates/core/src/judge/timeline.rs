//! Conformance over the whole history: from when to when the review was on time, and when it had lapsed. Pure.

use chrono::NaiveDate;

use crate::judge::facts::Facts;
use crate::model::period::State;
use crate::model::span::Span;

/// Spans from the start of the clock to the date judged for, without holes, oldest first.
pub fn spans(facts: &Facts) -> Vec<Span> {
    let mut spans = Vec::new();
    let next_day = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    let mut starts: Vec<(NaiveDate, State, String)> = Vec::new();
    if let Some(start) = &facts.clock_start
        && facts.held.first().is_none_or(|first| start.date < first.date)
    {
        starts.push((start.date, State::Never, format!("the clock starts with {}", start.by)));
    }
    for held in &facts.held {
        let record = facts.records(held).next().map(|record| record.path.clone()).unwrap_or_default();
        starts.push((held.date, State::Current, format!("review held ({record})")));
    }
    for (index, (from, state, note)) in starts.iter().enumerate() {
        if *from > facts.as_of {
            break;
        }
        let until = match starts.get(index + 1) {
            Some((next, ..)) => next.pred_opt().unwrap_or(*next).min(facts.as_of),
            None => facts.as_of,
        };
        let due = facts.window.due(*from);
        spans.push(Span { from: *from, to: until.min(due), state: *state, why: note.clone() });
        if until > due {
            let days = lookback_reading::count(usize::try_from((until - due).num_days()).unwrap_or_default(), "day");
            spans.push(Span {
                from: next_day(due),
                to: until,
                state: State::Overdue,
                why: format!("lapsed for {days}; the review was due on {due}"),
            });
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use crate::judge::confirmed::Settled;
    use crate::judge::facts::Facts;
    use crate::judge::testing::Scene;

    #[test]
    fn lapses_are_spans_of_their_own() {
        let world = Scene::new().release("v1.0.0", "2022-01-10").record("2022-06-01").record("2024-01-10");
        let settled = Settled::new(&world.evidence, "2025-02-01".parse().unwrap());
        let facts = Facts::new(&settled, &world.policy, "2025-02-01".parse().unwrap());
        let lines: Vec<String> =
            super::spans(&facts).iter().map(|s| format!("{} {} {} {}", s.from, s.to, s.state.word(), s.why)).collect();
        assert_eq!(
            lines,
            [
                "2022-01-10 2022-05-31 never the clock starts with release v1.0.0",
                "2022-06-01 2023-06-01 current review held (docs/reviews/security-review-2022-06-01.md)",
                "2023-06-02 2024-01-09 overdue lapsed for 222 days; the review was due on 2023-06-01",
                "2024-01-10 2025-01-10 current review held (docs/reviews/security-review-2024-01-10.md)",
                "2025-01-11 2025-02-01 overdue lapsed for 22 days; the review was due on 2025-01-10",
            ]
        );
    }
}
