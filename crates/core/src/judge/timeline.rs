//! Conformance over the whole history, day by day, on two lines: *held*, by the dates that records state, and *on record*, by what the
//! repository could prove that day. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use crate::judge::confirmed::Settled;
use crate::judge::facts::{Facts, clock_start};
use crate::model::confirmation::{Confirmation, ConfirmedValue};
use crate::model::evidence::{DocumentHistory, Evidence, FoundDocument};
use crate::model::limit::LimitKind;
use crate::model::past::{Past, Stood};
use crate::model::period::State;
use crate::model::policy::Policy;
use crate::model::span::Span;
use lookback_reading::{Constraint, Reading};

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
    let unread = facts.unseen();
    let cut = facts
        .evidence
        .limits
        .iter()
        .find(|limit| limit.kind == LimitKind::History && limit.affects.contains(&Constraint::HeldAnnually));
    let unstarted = cut.map(|limit| format!("{}: {}", limit.what, limit.why));
    for (index, (from, held, why)) in starts.iter().enumerate().filter(|(_, (from, ..))| *from <= facts.as_of) {
        let until = match starts.get(index + 1) {
            Some((next, ..)) => next.pred_opt().unwrap_or(*next).min(facts.as_of),
            None => facts.as_of,
        };
        let stretch = Stretch {
            from: *from,
            until,
            due: facts.window.due(*from),
            held: *held,
            why: why.clone(),
            unread: unread.clone(),
            unstarted: unstarted.clone(),
        };
        stretch.lay(facts.policy, &mut spans);
    }
    told(spans)
}

/// The line of what was on record: the state that a judgement for each day gives, from the documents that the repository held then.
/// Each document is judged alone, on the days on which what it proves can change; the days of the line follow from these, so that work
/// is in proportion to what changed.
pub fn on_record(evidence: &Evidence, past: &Past, policy: &Policy, as_of: NaiveDate) -> Vec<Span> {
    let mut turns: BTreeMap<NaiveDate, Turn> = BTreeMap::new();
    let release = evidence.releases.iter().min_by_key(|release| release.date);
    let first = evidence.history.first.map(|first| first.date_naive());
    for day in [release.map(|release| release.date), first, policy.cadence.start, past.cut].into_iter().flatten() {
        turns.entry(day).or_default();
    }
    let mut alone = Alone::new(evidence, past, policy);
    for one in &past.stood {
        let mut standing = alone.proves(one).into_iter().peekable();
        while let Some((from, proof)) = standing.next() {
            let until = standing.peek().map(|(day, _)| *day).or(one.until);
            turns.entry(from).or_default().begins.push(proof.clone());
            if let Some(until) = until {
                turns.entry(until).or_default().ends.push(proof);
            }
        }
    }
    for unseen in &past.unseen {
        turns.entry(unseen.from).or_default().hides.push(&unseen.what);
        if let Some(until) = unseen.until {
            turns.entry(until).or_default().shows.push(&unseen.what);
        }
    }
    let mut living = Living::default();
    let mut spans = Vec::new();
    let mut turns = turns.into_iter().take_while(|(day, _)| *day <= as_of).peekable();
    while let Some((day, turn)) = turns.next() {
        living.turn(turn);
        let until = turns.peek().and_then(|(next, _)| next.pred_opt()).unwrap_or(as_of);
        let start =
            clock_start(release.filter(|release| release.date <= day), first.filter(|first| *first <= day), policy);
        let latest = living.held.keys().next();
        let window = policy.cadence.window.or_shorter(living.intervals.keys().next().copied());
        let Some(from) = latest.map(|(Reverse(date), _)| *date).or(start.as_ref().map(|start| start.date)) else {
            continue;
        };
        let why = match latest {
            Some((Reverse(date), path)) => format!("review of {date} on record ({path})"),
            None => started(start.as_ref().map_or("", |start| start.by.as_str())),
        };
        let cut = past.cut.map(|cut| format!("the history before {cut} is not in this clone"));
        let before = cut.clone().filter(|_| past.cut.is_some_and(|cut| day < cut));
        let hidden = living.hidden.keys().next().map(|what| {
            let more = living.hidden.len() - 1;
            let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
            format!("{what}{more} could not be read and may say what is missed here")
        });
        let stretch = Stretch {
            from: day,
            until,
            due: window.due(from),
            held: latest.is_some(),
            why,
            unread: before.or(hidden),
            unstarted: cut,
        };
        stretch.lay(policy, &mut spans);
    }
    told(spans)
}

/// What a document proves of the cadence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Proof {
    /// The day of the last review that it records, and its path.
    held: Option<(NaiveDate, String)>,
    /// The interval in months that it states.
    interval: Option<u32>,
}

/// What changes on a day.
#[derive(Default)]
struct Turn<'a> {
    begins: Vec<Proof>,
    ends: Vec<Proof>,
    hides: Vec<&'a str>,
    shows: Vec<&'a str>,
}

/// What stands on a day, the strongest first, each as often as it is proven.
#[derive(Default)]
struct Living<'a> {
    held: BTreeMap<(Reverse<NaiveDate>, String), usize>,
    intervals: BTreeMap<u32, usize>,
    hidden: BTreeMap<&'a str, usize>,
}

impl<'a> Living<'a> {
    fn turn(&mut self, turn: Turn<'a>) {
        for proof in turn.begins {
            more(&mut self.held, proof.held.map(|(date, path)| (Reverse(date), path)));
            more(&mut self.intervals, proof.interval);
        }
        for proof in turn.ends {
            less(&mut self.held, proof.held.map(|(date, path)| (Reverse(date), path)));
            less(&mut self.intervals, proof.interval);
        }
        turn.hides.into_iter().for_each(|what| more(&mut self.hidden, Some(what)));
        turn.shows.into_iter().for_each(|what| less(&mut self.hidden, Some(what)));
    }
}

fn more<K: Ord>(counts: &mut BTreeMap<K, usize>, key: Option<K>) {
    if let Some(key) = key {
        *counts.entry(key).or_default() += 1;
    }
}

fn less<K: Ord>(counts: &mut BTreeMap<K, usize>, key: Option<K>) {
    let Some(key) = key else { return };
    if let Some(count) = counts.get_mut(&key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&key);
        }
    }
}

/// Judges documents one by one, as if each stood alone: what several prove is what each of them does.
struct Alone<'a> {
    past: &'a Past,
    policy: &'a Policy,
    /// By path and content, for to others a confirmation says nothing: what people had confirmed, from each day on, where that changed.
    confirmed: BTreeMap<(&'a str, &'a str), Vec<(NaiveDate, Vec<&'a Confirmation>)>>,
    /// What is judged; everything but the document stays as it is.
    state: Evidence,
}

impl<'a> Alone<'a> {
    fn new(evidence: &Evidence, past: &'a Past, policy: &'a Policy) -> Self {
        let mut confirmed: BTreeMap<_, Vec<(NaiveDate, Vec<&Confirmation>)>> = BTreeMap::new();
        for (day, all) in &past.confirmed {
            let mut of: BTreeMap<_, Vec<&Confirmation>> = confirmed.keys().map(|key| (*key, Vec::new())).collect();
            for one in all {
                of.entry((one.path.as_str(), one.blob.as_str())).or_default().push(one);
            }
            for (key, now) in of {
                let before = confirmed.entry(key).or_default();
                if before.last().is_none_or(|(_, last)| *last != now) {
                    before.push((*day, now));
                }
            }
        }
        let state = Evidence {
            schema_version: evidence.schema_version,
            subject: evidence.subject.clone(),
            config: None,
            origin: None,
            history: crate::model::evidence::History::default(),
            documents: Vec::new(),
            documents_read: 0,
            releases: Vec::new(),
            issues: Vec::new(),
            candidates: Vec::new(),
            tracked: Vec::new(),
            traces: Vec::new(),
            limits: Vec::new(),
            unseen: Vec::new(),
            changes: None,
            sink: None,
            visibilities: BTreeMap::new(),
            sources: Vec::new(),
            confirmations: Vec::new(),
            policy_base: None,
        };
        Alone { past, policy, confirmed, state }
    }

    /// What a document proves, from each day on while it stood.
    fn proves(&mut self, one: &Stood) -> Vec<(NaiveDate, Proof)> {
        let Some(reading) = self.past.readings.get(one.reading) else { return Vec::new() };
        let none = Vec::new();
        let confirmed = self.confirmed.get(&(one.path.as_str(), one.blob.as_str())).unwrap_or(&none);
        let mut days: BTreeSet<NaiveDate> = BTreeSet::from([one.from]);
        days.extend(one.added.as_ref().map(|added| added.authored.date_naive()));
        days.extend(std::iter::once(reading).chain(&reading.earlier).flat_map(named));
        for (day, confirmations) in confirmed {
            days.insert(*day);
            for confirmation in confirmations {
                days.insert(confirmation.on);
                days.extend(if let ConfirmedValue::Day(day) = confirmation.value { Some(day) } else { None });
            }
        }
        days.retain(|day| one.from <= *day && one.until.is_none_or(|until| *day < until));
        self.state.documents = vec![FoundDocument {
            path: one.path.clone(),
            path_signal: one.path_signal,
            blob: Some(one.blob.clone()),
            reading: reading.clone(),
            history: one.added.clone().map(|added| DocumentHistory {
                last_change: added.clone(),
                revisions: vec![added.clone()],
                added,
                entries: BTreeMap::new(),
            }),
        }];
        let mut proofs: Vec<(NaiveDate, Proof)> = Vec::new();
        for day in days {
            let now = confirmed.iter().rfind(|(from, _)| *from <= day);
            self.state.confirmations = now.map(|(_, now)| now.iter().copied().cloned().collect()).unwrap_or_default();
            let settled = Settled::new(&self.state, day);
            let facts = Facts::new(&settled, self.policy, day);
            let proof =
                Proof { held: facts.latest().map(|held| (held.date, one.path.clone())), interval: facts.interval };
            if proofs.last().is_none_or(|(_, last)| *last != proof) {
                proofs.push((day, proof));
            }
        }
        proofs
    }
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
    /// What may be the record that is missed, and could not be read.
    unread: Option<String>,
    /// Why nobody knows when the clock of the first review started.
    unstarted: Option<String>,
}

impl Stretch {
    /// Lays its states behind what is laid already. Where something could not be read nobody can say that a review was missed.
    fn lay(self, policy: &Policy, spans: &mut Vec<Span>) {
        let Stretch { from, until, due, held, why, unread, unstarted } = self;
        let soon = due.checked_sub_days(Days::new(policy.cadence.notice_days.into())).unwrap_or(from);
        let after = due.succ_opt().unwrap_or(due);
        let before = |day: NaiveDate| day.pred_opt().unwrap_or(day);
        let lapsed = format!("the review was due on {due}");
        let known = |state: State, why: String, open: Option<String>| match open {
            Some(open) => (None, open),
            None => (Some(state), why),
        };
        let overdue = known(State::Overdue, lapsed, unread.clone());
        let parts = if held {
            vec![
                (from, before(soon), (Some(State::Current), why)),
                (soon, due, (Some(State::DueSoon), format!("the next review is due on {due}"))),
                (after, until, overdue),
            ]
        } else {
            vec![(from, due, known(State::Never, why, unread.or(unstarted))), (after, until, overdue)]
        };
        for (first, last, (state, why)) in parts {
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
    for span in spans.iter_mut().filter(|span| span.state == Some(State::Overdue)) {
        let days = lookback_reading::count(usize::try_from(span.days()).unwrap_or_default(), "day");
        span.why = format!("lapsed for {days}; {}", span.why);
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::Scene;
    use crate::model::past::UnreadStretch;

    fn lines(spans: &[Span]) -> Vec<String> {
        spans.iter().map(|s| format!("{} {} {} {}", s.from, s.to, s.word(), s.why)).collect()
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
        let past = past(&world, &[("2024-01-10", None), ("2025-03-01", None)]);
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
    /// The documents of a scene, each from a day on, and until another.
    fn past(world: &Scene, days: &[(&str, Option<&str>)]) -> Past {
        let documents = &world.evidence.documents;
        let stood = documents.iter().zip(days).enumerate().map(|(reading, (document, (from, until)))| Stood {
            path: document.path.clone(),
            path_signal: document.path_signal,
            blob: String::new(),
            reading,
            added: None,
            from: from.parse().unwrap(),
            until: until.map(|until| until.parse().unwrap()),
        });
        Past {
            stood: stood.collect(),
            readings: documents.iter().map(|document| document.reading.clone()).collect(),
            ..Past::default()
        }
    }

    #[test]
    fn what_is_not_here_is_unknown() {
        let world = Scene::new().release("v1.0.0", "2023-06-01").record("2024-01-10").record("2026-01-20");
        let mut past = past(&world, &[("2024-01-10", None), ("2026-01-20", None)]);
        let line = |past: &Past| lines(&on_record(&world.evidence, past, &world.policy, "2026-02-01".parse().unwrap()));
        past.cut = Some("2025-06-01".parse().unwrap());
        past.stood[0].from = past.cut.unwrap();
        assert_eq!(
            line(&past),
            [
                "2023-06-01 2025-05-31 unknown the history before 2025-06-01 is not in this clone",
                "2025-06-01 2026-01-19 overdue lapsed for 233 days; the review was due on 2025-01-10",
                "2026-01-20 2026-02-01 current review of 2026-01-20 on record (docs/reviews/security-review-2026-01-20.md)",
            ]
        );
        let unread = UnreadStretch {
            what: "docs/a.md".into(),
            from: past.cut.unwrap(),
            until: Some("2025-12-01".parse().unwrap()),
        };
        past.unseen.push(unread);
        assert_eq!(
            line(&past)[1..3],
            [
                "2025-06-01 2025-11-30 unknown docs/a.md could not be read and may say what is missed here",
                "2025-12-01 2026-01-19 overdue lapsed for 50 days; the review was due on 2025-01-10",
            ]
        );
    }
}
