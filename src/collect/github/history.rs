//! From a timeline to the events of an issue: when it became a security issue and ceased to be one, when it was closed and
//! why, what fixed it, and what its labels and title were on a given day. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::collect::issues::words;
use crate::evidence::{Event, EventKind, Severity};
use crate::policy::Policy;

/// One thing that happened to an issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Moment {
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
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
pub(super) struct Now<'a> {
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
pub(super) struct Told {
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
pub(super) fn tell(now: &Now<'_>, moments: &[Moment], policy: &Policy, end: DateTime<Utc>) -> Option<Told> {
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
    teller.severity = words::severity_labels(&teller.labels);
    teller.classify(now.opened, now.author, None);
    for moment in moments {
        teller.step(moment, end);
    }
    teller.finish(end)
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

fn event(at: DateTime<Utc>, kind: EventKind, actor: Option<&str>, note: Option<String>) -> Event {
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
        let severity = words::severity_labels(&self.labels);
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

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
