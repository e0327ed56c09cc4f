//! From a timeline to the events of an issue: when it became a security issue and ceased to be one, when it was closed and
//! why, what fixed it, and what its labels and title were on a given day. Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use lookback_core::intake::severity;
use lookback_core::intake::words;
use lookback_core::model::Policy;
use lookback_core::model::{Event, EventKind, Severity};

/// One thing that happened to an issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Moment {
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    pub what: What,
}

impl Moment {
    /// The same, with labels under the names that they have today.
    fn under(&self, renamed: &BTreeMap<String, String>) -> Moment {
        let today = |label: &String| renamed.get(label).unwrap_or(label).clone();
        let what = match &self.what {
            What::Labelled(label) => What::Labelled(today(label)),
            What::Unlabelled(label) => What::Unlabelled(today(label)),
            other => other.clone(),
        };
        Moment { what, ..self.clone() }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    Labelled(String),
    Unlabelled(String),
    Closed {
        reason: Option<String>,
        commit: Option<String>,
    },
    Reopened,
    Renamed {
        from: String,
        to: String,
    },
    Commented {
        bot: bool,
    },
    /// A pull request that was linked as its solution; it was merged then.
    Merged {
        pull: String,
        at: DateTime<Utc>,
        commit: Option<String>,
    },
    Disconnected {
        pull: String,
    },
}

/// An issue as the list has it, as far as its history depends on it.
pub(crate) struct Now<'a> {
    pub title: &'a str,
    pub labels: &'a BTreeSet<String>,
    pub author: Option<&'a str>,
    pub opened: DateTime<Utc>,
    /// When it was closed, if it is.
    pub closed: Option<DateTime<Utc>>,
    pub closed_because: Option<&'a str>,
    /// Security by something that has no history here (type, ids in the body).
    pub always: bool,
}

/// What the timeline comes to.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub events: Vec<Event>,
    /// As they were at the end.
    pub title: String,
    pub labels: BTreeSet<String>,
    /// The reason of the last closing before the end.
    pub reason: Option<String>,
    /// Commits that fix it, by the end.
    pub fixes: Vec<String>,
}

/// Labels that come with the issue's form are recorded seconds after its opening.
const AT_ONCE: TimeDelta = TimeDelta::seconds(60);

/// Tells the history; `None` for what never was a security issue. `end`: labels, title and fixes are those before it.
pub(crate) fn tell(now: &Now<'_>, moments: &[Moment], policy: &Policy, end: DateTime<Utc>) -> Option<Told> {
    let renamed = renamed(now, moments, policy);
    let moments: Cow<'_, [Moment]> =
        if renamed.is_empty() { moments.into() } else { moments.iter().map(|one| one.under(&renamed)).collect() };
    let mut moments: Vec<&Moment> = moments.iter().collect();
    moments.sort_by_key(|moment| moment.at);
    let (title, labels) = at_first(now, &moments);
    let mut teller = Teller {
        now,
        policy,
        secure: false,
        ever: false,
        title: title.clone(),
        labels,
        severity: None,
        open: true,
        told: Told { title, ..Told::default() },
        merged: BTreeMap::new(),
    };
    teller.told.events.push(event(now.opened, EventKind::Opened, now.author, None));
    teller.told.labels.clone_from(&teller.labels);
    teller.severity = severity::labels(&teller.labels);
    teller.classify(now.opened, now.author, None);
    for moment in moments {
        teller.step(moment, end);
    }
    teller.finish(end)
}

/// Labels that were given under another name than today's: nobody tells of the renaming. One that is there and was never given is one
/// that was given and is there no more; where several may be meant, the one that was given first.
fn renamed(now: &Now<'_>, moments: &[Moment], policy: &Policy) -> BTreeMap<String, String> {
    let mut given: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut in_time: Vec<&Moment> = moments.iter().collect();
    in_time.sort_by_key(|moment| moment.at);
    for moment in in_time {
        match &moment.what {
            What::Labelled(label) => {
                known.insert(label);
                given.entry(label).or_insert(moment.at);
            }
            What::Unlabelled(label) => {
                known.insert(label);
                given.remove(label.as_str());
            }
            _ => {}
        }
    }
    let mut gone: Vec<(DateTime<Utc>, &str)> =
        given.into_iter().filter(|(label, _)| !now.labels.contains(*label)).map(|(label, at)| (at, label)).collect();
    gone.sort_unstable();
    let unexplained = now.labels.iter().filter(|label| !known.contains(label.as_str()));
    let security = |label: &&String| words::security_label(&BTreeSet::from([(*label).clone()]), policy);
    let (first, others): (Vec<&String>, Vec<&String>) = unexplained.partition(security);
    gone.into_iter().zip(first.into_iter().chain(others)).map(|((_, old), new)| (old.to_owned(), new.clone())).collect()
}

/// Title and labels at the opening: today's, with all that happened taken back.
fn at_first(now: &Now<'_>, moments: &[&Moment]) -> (String, BTreeSet<String>) {
    let (mut title, mut labels) = (now.title.to_owned(), now.labels.clone());
    for moment in moments.iter().rev() {
        match &moment.what {
            What::Labelled(label) => {
                labels.remove(label);
            }
            What::Unlabelled(label) => {
                labels.insert(label.clone());
            }
            What::Renamed { from, .. } => title.clone_from(from),
            _ => {}
        }
    }
    (title, labels)
}

pub(crate) fn event(at: DateTime<Utc>, kind: EventKind, actor: Option<&str>, note: Option<String>) -> Event {
    Event { at, kind, actor: actor.map(str::to_owned), note }
}

struct Teller<'a> {
    now: &'a Now<'a>,
    policy: &'a Policy,
    secure: bool,
    ever: bool,
    title: String,
    labels: BTreeSet<String>,
    severity: Option<Severity>,
    open: bool,
    told: Told,
    /// Linked pull requests: when they were merged, as which commit.
    merged: BTreeMap<String, (DateTime<Utc>, Option<String>)>,
}

impl Teller<'_> {
    fn push(&mut self, moment: &Moment, kind: EventKind, note: Option<String>) {
        self.told.events.push(event(moment.at, kind, moment.actor.as_deref(), note));
    }

    fn step(&mut self, moment: &Moment, end: DateTime<Utc>) {
        let before = moment.at < end;
        match &moment.what {
            What::Labelled(label) => {
                self.labels.insert(label.clone());
                self.classify(moment.at, moment.actor.as_deref(), Some(label));
            }
            What::Unlabelled(label) => {
                self.labels.remove(label);
                self.classify(moment.at, moment.actor.as_deref(), Some(label));
            }
            What::Renamed { to, .. } => {
                self.title.clone_from(to);
                self.classify(moment.at, moment.actor.as_deref(), None);
            }
            What::Closed { reason, commit } => {
                self.open = false;
                self.push(moment, EventKind::Closed, reason.clone());
                if let Some(commit) = commit {
                    self.push(moment, EventKind::Fixed, Some(format!("commit {}", short(commit))));
                    if before {
                        self.told.fixes.push(commit.clone());
                    }
                }
                if before {
                    self.told.reason.clone_from(reason);
                }
            }
            What::Reopened => {
                self.open = true;
                self.push(moment, EventKind::Reopened, None);
                if before {
                    // What was taken for the fix was none.
                    self.told.fixes.clear();
                    self.told.reason = None;
                }
            }
            What::Commented { bot } => {
                if !bot && moment.actor.is_some() && moment.actor.as_deref() != self.now.author {
                    self.respond(moment);
                }
            }
            What::Merged { pull, at, commit } => {
                self.merged.insert(pull.clone(), (*at, commit.clone()));
            }
            What::Disconnected { pull } => {
                self.merged.remove(pull);
            }
        }
        if before {
            self.told.labels.clone_from(&self.labels);
            self.told.title.clone_from(&self.title);
        }
    }

    fn respond(&mut self, moment: &Moment) {
        if !self.told.events.iter().any(|event| event.kind == EventKind::FirstResponse) {
            self.push(moment, EventKind::FirstResponse, None);
        }
    }

    /// Is it a security issue now, and was it before? Does its severity change?
    fn classify(&mut self, at: DateTime<Utc>, actor: Option<&str>, label: Option<&String>) {
        let secure = self.now.always
            || words::security_label(&self.labels, self.policy)
            || words::security_title(&self.title, self.policy)
            || self.labels.iter().any(|label| !words::cwes(label).is_empty());
        let note = label.map(|label| format!("label {label}"));
        if secure && !self.secure {
            if at > self.now.opened + AT_ONCE {
                self.told.events.push(event(at, EventKind::Recognised, actor, note));
            } else if !self.ever {
                // From the start. Said outright, so that being recognised again later does not count as the first time.
                self.told.events.push(event(self.now.opened, EventKind::Recognised, actor, note));
            }
            self.ever = true;
        } else if self.secure && !secure {
            self.told.events.push(event(at, EventKind::Declassified, actor, note));
        }
        self.secure = secure;
        let severity = severity::labels(&self.labels);
        if severity != self.severity && at > self.now.opened + AT_ONCE {
            let word = |severity: Option<Severity>| match severity {
                Some(Severity::Low) => "low",
                Some(Severity::Medium) => "medium",
                Some(Severity::High) => "high",
                Some(Severity::Critical) => "critical",
                None => "none",
            };
            let note = format!("{} → {}", word(self.severity), word(severity));
            self.told.events.push(event(at, EventKind::SeverityChanged, actor, Some(note)));
        }
        self.severity = severity;
    }

    fn finish(mut self, end: DateTime<Utc>) -> Option<Told> {
        if !self.ever {
            return None;
        }
        // The list is newer than, or all there is beside, the timeline.
        match self.now.closed {
            Some(at) if self.open => {
                let reason = self.now.closed_because.map(str::to_owned);
                self.told.events.push(event(at, EventKind::Closed, None, reason.clone()));
                if at < end {
                    self.told.reason = reason;
                }
            }
            None if !self.open => {
                let last = self.told.events.iter().map(|event| event.at).max().unwrap_or(self.now.opened);
                self.told.events.push(event(last, EventKind::Reopened, None, None));
            }
            _ => {}
        }
        for (at, commit) in self.merged.into_values() {
            let note = commit.as_ref().map(|commit| format!("commit {}", short(commit)));
            self.told.events.push(event(at, EventKind::Fixed, None, note));
            self.told.fixes.extend(commit.filter(|_| at < end));
        }
        let again = self.told.events.iter().filter(|event| event.kind == EventKind::Recognised).count() > 1;
        let opened = self.now.opened;
        self.told.events.retain(|event| again || event.kind != EventKind::Recognised || event.at > opened);
        self.told.events.sort();
        self.told.events.dedup();
        self.told.fixes.sort();
        self.told.fixes.dedup();
        Some(self.told)
    }
}

pub(crate) fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::join::population;
    use lookback_core::model::Issue;
    use lookback_core::model::IssueState;
    use proptest::prelude::*;

    fn hour(n: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_735_689_600, 0).unwrap() + TimeDelta::hours(n)
    }

    /// What an issue is at one moment, kept by the simplest means: doing what the events say.
    #[derive(Clone, Debug, PartialEq)]
    struct Model {
        labels: BTreeSet<String>,
        open: bool,
        title: String,
    }

    impl Model {
        fn secure(&self) -> bool {
            self.labels.contains("security") || self.title.contains("vulnerability")
        }

        /// Does one thing, if it changes anything, and says what GitHub would write down.
        fn act(&mut self, action: u8) -> Option<What> {
            let label = ["security", "severity: high", "severity: low"][usize::from(action % 3)].to_owned();
            match action {
                0..3 if self.labels.insert(label.clone()) => Some(What::Labelled(label)),
                3..6 if self.labels.remove(&label) => Some(What::Unlabelled(label)),
                6 | 7 if self.open => {
                    self.open = false;
                    Some(What::Closed {
                        reason: Some("completed".into()),
                        commit: (action == 7).then(|| "f".repeat(40)),
                    })
                }
                8 if !self.open => {
                    self.open = true;
                    Some(What::Reopened)
                }
                9 => {
                    let from = self.title.clone();
                    self.title = if self.secure() { "crash".into() } else { "a vulnerability".into() };
                    (from != self.title).then(|| What::Renamed { from, to: self.title.clone() })
                }
                _ => None,
            }
        }
    }

    proptest! {
        /// State, labels, recognition and declassification agree with a model that does the events one by one, at every cut-off.
        #[test]
        fn agrees_with_doing_the_events(start in 0u8..4, actions in prop::collection::vec((1i64..20, 0u8..10), 0..14), cut in 0i64..120) {
            let mut model = Model { labels: BTreeSet::new(), open: true, title: "crash".into() };
            for (bit, label) in ["security", "severity: high"].into_iter().enumerate() {
                if start >> bit & 1 == 1 { model.labels.insert(label.to_owned()); }
            }
            let mut states = vec![(hour(0), model.clone())];
            let (mut moments, mut at) = (Vec::new(), 0);
            for (pause, action) in actions {
                at += pause;
                if let Some(what) = model.act(action) {
                    moments.push(Moment { at: hour(at), actor: Some("tom".into()), what });
                    states.push((hour(at), model.clone()));
                }
            }
            let closed = states.iter().rev().take_while(|(_, state)| !state.open).last().map(|(at, _)| *at);
            let now = Now { title: &model.title, labels: &model.labels, author: Some("rita"), opened: hour(0), closed, closed_because: None, always: false };
            let end = hour(cut);
            let told = tell(&now, &moments, &Policy::default(), end);
            let first = states.iter().find(|(_, state)| state.secure()).map(|(at, _)| *at);
            prop_assert_eq!(told.is_some(), first.is_some());
            let Some(told) = told else { return Ok(()) };

            let before = |end: DateTime<Utc>| states.iter().take_while(|(at, _)| *at < end).last().map(|(_, state)| state);
            if let Some(state) = before(end) {
                prop_assert_eq!(&told.labels, &state.labels);
                prop_assert_eq!(&told.title, &state.title);
                prop_assert!(!state.open || told.fixes.is_empty(), "an open issue has no fix");
            }
            let issue = Issue { events: told.events.clone(), ..lookback_core::fixtures::issue("#1", &[]) };
            prop_assert_eq!(population::entered(&issue), first);
            for n in 0..at + 2 {
                let expected = first.filter(|first| *first < hour(n)).and(before(hour(n))).map(|state| if state.open { IssueState::Open } else { IssueState::Closed });
                prop_assert_eq!(population::state_before(&issue, hour(n)), expected, "before hour {}: {:?}", n, told.events);
            }
            let gone: Vec<DateTime<Utc>> = states.windows(2).filter(|pair| pair[0].1.secure() && !pair[1].1.secure()).map(|pair| pair[1].0).collect();
            let declassified: Vec<DateTime<Utc>> = told.events.iter().filter(|event| event.kind == EventKind::Declassified).map(|event| event.at).collect();
            prop_assert_eq!(declassified, gone);
        }
    }

    /// An issue that is open and of which nothing else is told.
    fn open_crash(labels: &BTreeSet<String>) -> Now<'_> {
        Now { title: "crash", labels, author: None, opened: hour(0), closed: None, closed_because: None, always: false }
    }

    #[test]
    fn a_label_that_was_renamed_keeps_the_day_on_which_it_was_given() {
        let labels = BTreeSet::from(["security".to_owned(), "ui".to_owned()]);
        let now = open_crash(&labels);
        let moment = |at, what| Moment { at: hour(at), actor: None, what };
        let moments = [
            moment(3, What::Labelled("ui".into())),
            moment(4, What::Labelled("sec".into())),
            moment(5, What::Labelled("gone".into())),
            moment(6, What::Unlabelled("gone".into())),
        ];
        let told = tell(&now, &moments, &Policy::default(), hour(100)).unwrap();
        let recognised: Vec<DateTime<Utc>> =
            told.events.iter().filter(|event| event.kind == EventKind::Recognised).map(|event| event.at).collect();
        assert_eq!(recognised, [hour(4)]);
        assert_eq!(told.labels, labels);
    }

    #[test]
    fn without_a_timeline_the_list_speaks() {
        let labels = BTreeSet::from(["security".to_owned()]);
        let now = Now { closed: Some(hour(5)), closed_because: Some("not-planned"), ..open_crash(&labels) };
        let told = tell(&now, &[], &Policy::default(), hour(9)).unwrap();
        assert_eq!(
            told.events.iter().map(|event| event.kind).collect::<Vec<_>>(),
            [EventKind::Opened, EventKind::Closed]
        );
        assert_eq!(told.reason.as_deref(), Some("not-planned"));
        assert_eq!(tell(&now, &[], &Policy::default(), hour(3)).unwrap().reason, None);
    }

    #[test]
    fn a_linked_pull_request_is_a_fix_when_it_was_merged_and_stayed_linked() {
        let labels = BTreeSet::from(["security".to_owned()]);
        let now = open_crash(&labels);
        let merged = |pull: &str, commit: &str| Moment {
            at: hour(1),
            actor: None,
            what: What::Merged { pull: pull.into(), at: hour(4), commit: Some(commit.into()) },
        };
        let gone = Moment { at: hour(2), actor: None, what: What::Disconnected { pull: "b".into() } };
        let moments = [merged("a", "c1"), merged("b", "c2"), gone];
        assert_eq!(tell(&now, &moments, &Policy::default(), hour(9)).unwrap().fixes, ["c1"]);
        assert_eq!(tell(&now, &moments, &Policy::default(), hour(3)).unwrap().fixes, [] as [&str; 0]);
    }
}
