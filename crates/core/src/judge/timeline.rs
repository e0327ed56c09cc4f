//! Conformance over the whole history, day by day, on two lines: *held*, by the dates that records state, and *on record*, by what the
//! repository could prove that day. Pure.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::judge::confirmed::Settled;
use crate::judge::facts::Facts;
use crate::model::confirmation::ConfirmedValue;
use crate::model::evidence::Evidence;
use crate::model::past::Recorded;
use crate::model::period::State;
use crate::model::policy::Policy;
use crate::model::span::Span;
use lookback_reading::Reading;

/// The line of what was held: spans from the start of the clock to the date judged for, without holes, oldest first.
pub fn spans(facts: &Facts) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut starts: Vec<(NaiveDate, bool, String)> = Vec::new();
    if let Some(start) = &facts.clock_start
        && facts.held.first().is_none_or(|first| start.date < first.date)
    {
        starts.push((start.date, false, started(&start.by)));
    }
    for held in &facts.held {
        let record = facts.records(held).next().map(|record| record.path.clone()).unwrap_or_default();
        starts.push((held.date, true, format!("review held ({record})")));
    }
    for (index, (from, held, why)) in starts.iter().enumerate().filter(|(_, (from, ..))| *from <= facts.as_of) {
        let until = match starts.get(index + 1) {
            Some((next, ..)) => next.pred_opt().unwrap_or(*next).min(facts.as_of),
            None => facts.as_of,
        };
        let stretch = Stretch { from: *from, until, due: facts.window.due(*from), held: *held, why: why.clone() };
        stretch.lay(facts.policy, &mut spans);
    }
    told(spans)
}

/// The line of what was on record: the state that a judgement for each day gives, from the documents that the repository held then.
/// It can change only on a day on which a document changes or that one names; in between it follows from the due date.
pub fn on_record(evidence: &Evidence, past: &[Recorded], policy: &Policy, as_of: NaiveDate) -> Vec<Span> {
    let days = days(evidence, past, policy, as_of);
    let mut state = Evidence {
        documents: Vec::new(),
        releases: Vec::new(),
        issues: Vec::new(),
        candidates: Vec::new(),
        confirmations: Vec::new(),
        ..evidence.clone()
    };
    let (mut spans, mut standing) = (Vec::new(), None);
    for (index, day) in days.iter().enumerate() {
        let there = past.iter().rposition(|recorded| recorded.from <= *day);
        if there != standing {
            let recorded = there.map(|there| past[there].clone()).unwrap_or_default();
            (state.documents, state.confirmations) = (recorded.documents, recorded.confirmations);
            standing = there;
        }
        state.releases = evidence.releases.iter().filter(|release| release.date <= *day).cloned().collect();
        state.history.first = evidence.history.first.filter(|first| first.date_naive() <= *day);
        let settled = Settled::new(&state, *day);
        let facts = Facts::new(&settled, policy, *day);
        let Some(due) = facts.cadence.due else { continue };
        let why = match (facts.latest(), &facts.clock_start) {
            (Some(held), _) => {
                let record = facts.records(held).next().map(|record| record.path.as_str()).unwrap_or_default();
                format!("review of {} on record ({record})", held.date)
            }
            (None, start) => started(start.as_ref().map_or("", |start| start.by.as_str())),
        };
        let until = days.get(index + 1).and_then(NaiveDate::pred_opt).unwrap_or(as_of);
        Stretch { from: *day, until, due, held: facts.latest().is_some(), why }.lay(policy, &mut spans);
    }
    told(spans)
}

/// Days on which what is on record may change, up to the day judged for.
fn days(evidence: &Evidence, past: &[Recorded], policy: &Policy, as_of: NaiveDate) -> Vec<NaiveDate> {
    let mut days: BTreeSet<NaiveDate> = evidence.releases.iter().map(|release| release.date).collect();
    days.extend(policy.cadence.start);
    days.extend(evidence.history.first.map(|first| first.date_naive()));
    for recorded in past {
        days.insert(recorded.from);
        for document in &recorded.documents {
            days.extend(document.history.as_ref().map(|history| history.added.authored.date_naive()));
            days.extend(std::iter::once(&document.reading).chain(&document.reading.earlier).flat_map(named));
        }
        for confirmation in &recorded.confirmations {
            days.insert(confirmation.on);
            days.extend(if let ConfirmedValue::Day(day) = confirmation.value { Some(day) } else { None });
        }
    }
    days.into_iter().filter(|day| *day <= as_of).collect()
}

/// Days from which on a document counts, or counts no more.
fn named(reading: &Reading) -> impl Iterator<Item = NaiveDate> {
    let held = reading.fields.date_held.as_ref().map(|held| held.value);
    let effective = reading.effective.as_ref().map(|effective| effective.value);
    let expired = reading.expires.as_ref().and_then(|expires| expires.value.succ_opt());
    held.into_iter().chain(effective).chain(expired)
}

fn started(by: &str) -> String {
    format!("the clock starts with {by}")
}

/// Days with one review behind them, or none, and one due date ahead.
struct Stretch {
    from: NaiveDate,
    until: NaiveDate,
    due: NaiveDate,
    held: bool,
    why: String,
}

impl Stretch {
    /// Lays its states behind what is laid already.
    fn lay(self, policy: &Policy, spans: &mut Vec<Span>) {
        let Stretch { from, until, due, held, why } = self;
        let soon = due.checked_sub_days(Days::new(policy.cadence.notice_days.into())).unwrap_or(from);
        let after = due.succ_opt().unwrap_or(due);
        let before = |day: NaiveDate| day.pred_opt().unwrap_or(day);
        let lapsed = format!("the review was due on {due}");
        let parts = if held {
            vec![
                (from, before(soon), State::Current, why),
                (soon, due, State::DueSoon, format!("the next review is due on {due}")),
                (after, until, State::Overdue, lapsed),
            ]
        } else {
            vec![(from, due, State::Never, why), (after, until, State::Overdue, lapsed)]
        };
        for (first, last, state, why) in parts {
            let (first, last) = (first.max(from), last.min(until));
            if first > last {
                continue;
            }
            match spans.last_mut() {
                Some(span) if span.state == state && span.why == why && span.to == before(first) => span.to = last,
                _ => spans.push(Span { from: first, to: last, state, why }),
            }
        }
    }
}

/// With how long each lapse was.
fn told(mut spans: Vec<Span>) -> Vec<Span> {
    for span in spans.iter_mut().filter(|span| span.state == State::Overdue) {
        let days = lookback_reading::count(usize::try_from(span.days()).unwrap_or_default(), "day");
        span.why = format!("lapsed for {days}; {}", span.why);
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::Scene;

    fn lines(spans: &[Span]) -> Vec<String> {
        spans.iter().map(|s| format!("{} {} {} {}", s.from, s.to, s.state.word(), s.why)).collect()
    }

    #[test]
    fn lapses_are_spans_of_their_own() {
        let world = Scene::new().release("v1.0.0", "2022-01-10").record("2022-06-01").record("2024-01-10");
        let settled = Settled::new(&world.evidence, "2025-02-01".parse().unwrap());
        let facts = Facts::new(&settled, &world.policy, "2025-02-01".parse().unwrap());
        assert_eq!(
            lines(&spans(&facts)),
            [
                "2022-01-10 2022-05-31 never the clock starts with release v1.0.0",
                "2022-06-01 2023-04-01 current review held (docs/reviews/security-review-2022-06-01.md)",
                "2023-04-02 2023-06-01 due-soon the next review is due on 2023-06-01",
                "2023-06-02 2024-01-09 overdue lapsed for 222 days; the review was due on 2023-06-01",
                "2024-01-10 2024-11-10 current review held (docs/reviews/security-review-2024-01-10.md)",
                "2024-11-11 2025-01-10 due-soon the next review is due on 2025-01-10",
                "2025-01-11 2025-02-01 overdue lapsed for 22 days; the review was due on 2025-01-10",
            ]
        );
    }

    #[test]
    fn a_record_proves_nothing_before_it_is_committed() {
        let world = Scene::new()
            .release("v1.0.0", "2023-06-01")
            .record("2024-01-10")
            .record("2025-01-09")
            .committed("2025-03-01");
        let documents = &world.evidence.documents;
        let recorded = |from: &str, n: usize| Recorded {
            from: from.parse().unwrap(),
            documents: documents[..n].to_vec(),
            confirmations: Vec::new(),
        };
        let past = [recorded("2023-05-01", 0), recorded("2024-01-10", 1), recorded("2025-03-01", 2)];
        assert_eq!(
            lines(&on_record(&world.evidence, &past, &world.policy, "2025-04-01".parse().unwrap())),
            [
                "2023-06-01 2024-01-09 never the clock starts with release v1.0.0",
                "2024-01-10 2024-11-10 current review of 2024-01-10 on record (docs/reviews/security-review-2024-01-10.md)",
                "2024-11-11 2025-01-10 due-soon the next review is due on 2025-01-10",
                "2025-01-11 2025-02-28 overdue lapsed for 49 days; the review was due on 2025-01-10",
                "2025-03-01 2025-04-01 current review of 2025-01-09 on record (docs/reviews/security-review-2025-01-09.md)",
            ]
        );
    }
}
