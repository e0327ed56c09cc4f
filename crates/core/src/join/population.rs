//! What state a security issue was in and when, which issues a period holds, and the balance of a period. Pure.

use chrono::{DateTime, Utc};

use crate::intake::source::STAND_IN;
use crate::model::issue::{Event, EventKind, Issue};
use crate::model::period::Period;
use crate::model::report::{Balance, IssueState};

/// Does a source say when it became known? Without that it has no time to anything.
pub(crate) fn is_reported(issue: &Issue) -> bool {
    let says = |event: &Event| event.kind == EventKind::Opened && event.note.as_deref() != Some(STAND_IN);
    issue.events.iter().any(|event| says(event) || event.kind == EventKind::Recognised)
}

/// The earliest evidence of awareness: the opening, else the first thing that is known to have happened.
pub fn opened(issue: &Issue) -> Option<DateTime<Utc>> {
    let at = |kind| issue.events.iter().filter(|event| event.kind == kind).map(|event| event.at).min();
    at(EventKind::Opened).or_else(|| issue.events.iter().map(|event| event.at).min())
}

/// When it became part of the population: recognised as a security issue. An issue that was never labelled later than it was
/// opened is one from the start.
pub fn entered(issue: &Issue) -> Option<DateTime<Utc>> {
    let opened = opened(issue)?;
    let recognised =
        issue.events.iter().filter(|event| event.kind == EventKind::Recognised).map(|event| event.at).min();
    Some(recognised.map_or(opened, |at| at.max(opened)))
}

/// Changes between open and closed in order of time, beginning with the opening; repeated ones are dropped.
pub fn changes(issue: &Issue) -> Vec<(DateTime<Utc>, IssueState)> {
    let Some(opened) = opened(issue) else { return Vec::new() };
    let mut events: Vec<_> = issue.events.iter().filter(|event| event.at >= opened).collect();
    events.sort_by_key(|event| (event.at, event.kind));
    let mut changes = vec![(opened, IssueState::Open)];
    for event in events {
        let state = match event.kind {
            EventKind::Closed => IssueState::Closed,
            EventKind::Reopened => IssueState::Open,
            _ => continue,
        };
        if changes.last().is_some_and(|(_, last)| *last != state) {
            changes.push((event.at, state));
        }
    }
    changes
}

/// The state just before a moment; `None` before it was recognised as a security issue.
pub fn state_before(issue: &Issue, moment: DateTime<Utc>) -> Option<IssueState> {
    if entered(issue)? >= moment {
        return None;
    }
    changes(issue).into_iter().take_while(|(at, _)| *at < moment).last().map(|(_, state)| state)
}

/// The last closing before a moment, when it was closed then.
pub fn closed_before(issue: &Issue, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let last = changes(issue).into_iter().take_while(|(at, _)| *at < moment).last()?;
    (last.1 == IssueState::Closed).then_some(last.0)
}

/// Was it managed in the period: open at any moment of it, or any event in it? Not so while nobody had recognised it by the cut-off.
pub fn managed(issue: &Issue, period: Period) -> bool {
    let Some(entered) = entered(issue) else { return false };
    if entered >= period.end() {
        return false;
    }
    let open_at_start = match period.start() {
        Some(start) => state_before(issue, start) == Some(IssueState::Open),
        None => false,
    };
    open_at_start || issue.events.iter().any(|event| period.contains(event.at)) || period.contains(entered)
}

/// What happened to one issue in the period, as a balance of one.
pub(crate) fn balance_of(issue: &Issue, period: Period) -> Balance {
    let mut balance = Balance::default();
    let Some(entered) = entered(issue).filter(|at| *at < period.end()) else { return balance };
    let first = period.start().map_or(entered, |start| start.max(entered));
    let known_before = period.start().is_some_and(|start| entered < start);
    let changes = changes(issue);
    let (before, mut after) = changes.split_at(changes.partition_point(|(at, _)| *at < first));
    let mut state = before.last().map_or(IssueState::Open, |(_, state)| *state);
    // What opens it, or opens it again, at the moment of its entry is the entry; what closes it then is a closing of its own.
    if !known_before
        && let [(at, IssueState::Open), rest @ ..] = after
        && *at == first
    {
        (state, after) = (IssueState::Open, rest);
    }
    if state == IssueState::Open {
        if known_before { balance.open_start = 1 } else { balance.opened = 1 }
    }
    for (_, next) in after.iter().take_while(|(at, _)| *at < period.end()) {
        match next {
            IssueState::Open => balance.reopened += 1,
            IssueState::Closed => balance.closed += 1,
        }
        state = *next;
    }
    balance.open_end = usize::from(state == IssueState::Open);
    balance
}

/// The balance of a period over all issues: open at start + opened + reopened − closed = open at end.
pub fn balance<'a>(issues: impl IntoIterator<Item = &'a Issue>, period: Period) -> Balance {
    let mut sum = Balance::default();
    for issue in issues {
        let one = balance_of(issue, period);
        sum.open_start += one.open_start;
        sum.opened += one.opened;
        sum.reopened += one.reopened;
        sum.closed += one.closed;
        sum.open_end += one.open_end;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{issue, period, time};
    use crate::model::issue::Event;
    use proptest::prelude::*;

    #[test]
    fn managed_in_a_period() {
        use EventKind::*;
        let year = period("2025-01-01", "2025-12-31");
        for (events, expected) in [
            (vec![("2025-03-01", Opened)], true),
            (vec![("2024-03-01", Opened)], true),
            (vec![("2024-03-01", Opened), ("2024-12-31T23:59:59Z", Closed)], false),
            (vec![("2024-03-01", Opened), ("2025-01-01T00:00:00Z", Closed)], true),
            (vec![("2026-01-01T00:00:00Z", Opened)], false),
            (vec![("2025-12-31T23:59:59Z", Opened)], true),
            (vec![("2024-01-01", Opened), ("2024-02-01", Closed), ("2025-05-01", Published)], true),
            (vec![("2024-01-01", Opened), ("2024-02-01", Closed), ("2026-05-01", Reopened)], false),
            (vec![("2025-02-01", Opened), ("2026-02-01", Recognised)], false),
            (vec![("2023-02-01", Opened), ("2023-03-01", Closed), ("2025-02-01", Recognised)], true),
            (vec![], false),
        ] {
            assert_eq!(managed(&issue("#1", &events), year), expected, "{events:?}");
        }
    }

    #[test]
    fn closed_before_it_was_recognised_moves_no_balance() {
        use EventKind::*;
        let one = issue("#1", &[("2025-02-01", Opened), ("2025-03-01", Closed), ("2025-06-01", Recognised)]);
        assert_eq!(balance([&one], period("2025-01-01", "2025-12-31")), Balance::default());
        assert_eq!(state_before(&one, time("2025-04-01")), None);
        assert_eq!(state_before(&one, time("2025-07-01")), Some(IssueState::Closed));
    }

    #[test]
    fn opened_and_closed_at_one_moment_counts_as_both() {
        use EventKind::*;
        let year = period("2025-01-01", "2025-12-31");
        let both = Balance { opened: 1, closed: 1, ..Balance::default() };
        for events in [
            vec![("2025-02-01", Opened), ("2025-02-01", Closed)],
            vec![("2025-01-01T00:00:00Z", Opened), ("2025-01-01T00:00:00Z", Closed)],
            vec![("2025-02-01", Opened), ("2025-03-01", Recognised), ("2025-03-01", Closed)],
        ] {
            assert_eq!(balance([&issue("#1", &events)], year), both, "{events:?}");
        }
        let again = [("2025-02-01", Opened), ("2025-02-01", Closed), ("2025-02-01", Reopened)];
        let open = Balance { reopened: 1, open_end: 1, ..both };
        assert_eq!(balance([&issue("#1", &again)], year), open);
    }

    fn events() -> impl Strategy<Value = Vec<(u32, u8)>> {
        prop::collection::vec((0u32..40, 0u8..6), 0..8)
    }

    proptest! {
        /// The balance holds over random histories, consecutive periods join up, and a day-by-day model agrees.
        #[test]
        fn balance_adds_up(histories in prop::collection::vec(events(), 0..6), cut in 1u32..39) {
            use EventKind::*;
            let kinds = [Opened, Closed, Reopened, Recognised, FirstResponse, Published];
            let day = |n: u32| time("2025-01-01") + chrono::Days::new(u64::from(n));
            let issues: Vec<Issue> = histories.iter().enumerate().map(|(n, events)| {
                let mut one = issue(&format!("#{n}"), &[]);
                one.events = events.iter().map(|(at, kind)| crate::model::issue::Event { at: day(*at), kind: kinds[*kind as usize], actor: None, note: None }).collect();
                one
            }).collect();
            let first = Period { from: Some(day(0).date_naive()), to: day(cut).date_naive() };
            let second = Period { from: Some(day(cut + 1).date_naive()), to: day(45).date_naive() };
            for period in [first, second, Period { from: None, to: day(cut).date_naive() }] {
                let b = balance(&issues, period);
                prop_assert_eq!(b.open_start + b.opened + b.reopened, b.closed + b.open_end);
                let open = issues.iter().filter(|one| state_before(one, period.end()) == Some(IssueState::Open)).count();
                prop_assert_eq!(b.open_end, open);
                for one in &issues {
                    let alone = balance_of(one, period);
                    if alone != Balance::default() { prop_assert!(managed(one, period), "{:?}", one.events); }
                }
            }
            prop_assert_eq!(balance(&issues, first).open_end, balance(&issues, second).open_start);
        }

        /// Who is in the population of a period, and in which state, as somebody would find out who looks at every hour.
        #[test]
        fn agrees_with_looking_every_hour(events in prop::collection::vec((0u32..400, 0u8..9), 0..10), from in 0u32..10, days in 0u32..8) {
            use EventKind::*;
            let kinds = [Opened, Recognised, Closed, Reopened, FirstResponse, Declassified, SeverityChanged, Fixed, Published];
            let hour = |n: u32| time("2025-01-01T00:00:00Z") + chrono::TimeDelta::hours(i64::from(n));
            let mut one = issue("#1", &[]);
            one.events = events.iter().map(|(at, kind)| Event { at: hour(*at), kind: kinds[*kind as usize], actor: None, note: None }).collect();
            let mut sorted = one.events.clone();
            sorted.sort_by_key(|event| (event.at, event.kind));
            let opening = sorted.iter().find(|event| event.kind == Opened).or(sorted.first()).map(|event| event.at);

            // What it is just after each hour.
            let late = sorted.iter().any(|event| event.kind == Recognised);
            let after = |n: u32| {
                let opening = opening.filter(|at| *at <= hour(n))?;
                let seen = sorted.iter().filter(|event| event.at <= hour(n));
                let known = !late || seen.clone().any(|event| event.kind == Recognised);
                let open = seen.filter(|event| event.at >= opening).fold(true, |open, event| match event.kind {
                    Closed => false,
                    Reopened => true,
                    _ => open,
                });
                known.then_some(if open { IssueState::Open } else { IssueState::Closed })
            };
            for n in 1..420 {
                prop_assert_eq!(state_before(&one, hour(n)), after(n - 1), "before hour {}: {:?}", n, sorted);
            }

            let (first, last) = (from * 24, (from + days) * 24 + 23);
            let period = Period { from: Some(hour(first).date_naive()), to: hour(last).date_naive() };
            let open = (first..=last).any(|n| after(n) == Some(IssueState::Open))
                || first > 0 && after(first - 1) == Some(IssueState::Open);
            let entered_within = after(last).is_some() && (first == 0 || after(first - 1).is_none());
            let happened = sorted.iter().any(|event| event.at >= hour(first) && event.at <= hour(last));
            let expected = after(last).is_some() && (open || entered_within || happened);
            prop_assert_eq!(managed(&one, period), expected, "{:?} in {:?}", sorted, period);

            // Who enters within the period and was not closed before that is identified in it, however soon it is closed.
            let entry = entered(&one).filter(|at| period.contains(*at));
            let closed_at_entry = entry.is_some_and(|at| closed_before(&one, at).is_some());
            let opened_then = entry.is_some_and(|at| changes(&one).contains(&(at, IssueState::Open)));
            let identified = entry.is_some() && (!closed_at_entry || opened_then);
            prop_assert_eq!(balance_of(&one, period).opened, usize::from(identified), "{:?} in {:?}", sorted, period);
        }
    }
}
