//! The changelog of a Jira issue → what happened to it, in order of time. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::intake::item::{Intake, JsonItem, is_security_by_name, marks_security};
use crate::intake::jira::server::{JiraServer, Unsure, labels, person, rated};
use crate::intake::source::Gaps;
use crate::intake::words;
use crate::model::issue::{Event, EventKind, Issue};
use lookback_reading::fold;

/// One changed field.
struct Change<'a> {
    at: DateTime<Utc>,
    actor: Option<&'a str>,
    field: &'a str,
    field_id: &'a str,
    from: &'a str,
    to: &'a str,
}

/// All changes of an issue in order of time.
pub(crate) struct Changelog<'a> {
    list: Vec<Change<'a>>,
    /// Did Jira send only a part of them?
    pub cut: bool,
}

impl<'a> Changelog<'a> {
    /// `None` when there is no changelog.
    pub(crate) fn read(item: &JsonItem<'a>, intake: &mut Intake<'_>) -> Option<Self> {
        let changelog = item.child("changelog")?;
        let mut histories = changelog.list("histories");
        let total = changelog.number("total").unwrap_or(0);
        let cut = total > histories.len() as u64 || changelog.number("startAt").unwrap_or(0) > 0;
        let mut list: Vec<Change<'a>> = Vec::new();
        // Cloud sends the newest first. Turned round, changes of the same moment keep their order.
        let times: Vec<_> = histories.iter().map(|history| history.text("created").unwrap_or_default()).collect();
        if times.first() > times.last() {
            histories.reverse();
        }
        for history in histories {
            let Some(at) = history.date("created", intake) else { continue };
            let author = history.child("author");
            let actor = author.as_ref().and_then(person).map(|(_, name)| name);
            for change in history.list("items") {
                let text = |path: &str| change.get(path).and_then(Value::as_str).unwrap_or_default();
                let (field, field_id) = (text("field"), text("fieldId"));
                list.push(Change { at, actor, field, field_id, from: text("fromString"), to: text("toString") });
            }
        }
        // The resolution of the same moment first, so that the closing can name it.
        list.sort_by_key(|change| (change.at, !change.is("resolution")));
        Some(Changelog { list, cut })
    }

    fn of<'s>(&'s self, field: &'s str) -> impl DoubleEndedIterator<Item = &'s Change<'a>> {
        self.list.iter().filter(move |change| change.is(field))
    }

    /// The keys that the issue had in other projects.
    pub(crate) fn former_keys(&self) -> impl Iterator<Item = &'a str> {
        self.list.iter().filter(|change| change.is("Key")).map(|change| change.from).filter(|key| !key.is_empty())
    }
}

impl Change<'_> {
    fn is(&self, field: &str) -> bool {
        self.field.eq_ignore_ascii_case(field)
    }

    fn event(&self, kind: EventKind, note: &str) -> Event {
        Event { at: self.at, kind, actor: self.actor.map(str::to_owned), note: Some(fold(note)) }
    }
}

/// The history of one issue in its tracker.
pub(crate) struct JiraHistory<'h, 'a> {
    pub tracker: &'h JiraServer<'a>,
    pub changes: &'h Changelog<'a>,
    pub created: Option<DateTime<Utc>>,
}

impl<'a> JiraHistory<'_, 'a> {
    /// Closings and reopenings. A state that nobody knows counts as closed while the issue has a resolution.
    pub(crate) fn states(
        &self,
        item: &JsonItem<'a>,
        issue: &mut Issue,
        gaps: &mut Gaps,
        unsure: &mut Unsure,
        intake: &mut Intake<'_>,
    ) {
        let present = item.text("fields.status.name").unwrap_or_default();
        let first = self.changes.of("status").next().map_or(present, |change| change.from);
        let last = self.changes.of("status").next_back().map_or(present, |change| change.to);
        let present_resolution = item.text("fields.resolution.name").unwrap_or_default();
        let mut resolution = self.changes.of("resolution").next().map_or(present_resolution, |change| change.from);
        let mut state = first;
        let mut unknown: BTreeSet<&str> = BTreeSet::new();
        let mut closed = false;
        let mut judge = |state: &'a str, resolution: &str| {
            self.tracker.is_closed(state).unwrap_or_else(|| {
                // Without any state at all the resolution is all there is to know.
                unknown.extend(Some(state).filter(|state| !state.is_empty()));
                !resolution.is_empty()
            })
        };
        if judge(state, resolution) {
            closed = true;
            // A changelog without a change of state does not tell of the closing; where the fields do not either, it was so
            // from the start.
            let silent = self.changes.of("status").next().is_none();
            if !silent || !JiraServer::closed_by_fields(item, issue, gaps, intake) {
                self.born_closed(issue, gaps, state);
            }
        }
        for change in &self.changes.list {
            match change {
                change if change.is("status") => state = change.to,
                change if change.is("resolution") => resolution = change.to,
                _ => continue,
            }
            if change.is("resolution") && self.closes_at(change.at) {
                // The change of state of the same moment decides.
                continue;
            }
            let next = judge(state, resolution);
            if next != closed {
                closed = next;
                let kind = if closed { EventKind::Closed } else { EventKind::Reopened };
                let note = if closed && !resolution.is_empty() { resolution } else { state };
                let state_event = |event: &Event| matches!(event.kind, EventKind::Closed | EventKind::Reopened);
                // Two changes of one moment that undo each other are none: events of one moment have a fixed order.
                match issue.events.iter().rposition(state_event) {
                    Some(last) if issue.events[last].at == change.at => drop(issue.events.remove(last)),
                    _ => issue.events.push(change.event(kind, note)),
                }
            }
        }
        for state in unknown {
            gaps.unknown_states.entry(state.to_owned()).or_default().push(issue.id.clone());
        }
        if last != present && !present.is_empty() {
            unsure.contradicted.push(issue.id.clone());
            self.believe_present(item, issue, closed, present);
        }
    }

    fn closes_at(&self, at: DateTime<Utc>) -> bool {
        let from = self.changes.list.partition_point(|change| change.at < at);
        self.changes.list[from..].iter().take_while(|change| change.at == at).any(|change| change.is("status"))
    }

    fn born_closed(&self, issue: &mut Issue, gaps: &mut Gaps, state: &str) {
        match self.created {
            Some(at) => {
                issue.events.push(Event { at, kind: EventKind::Closed, actor: None, note: Some(fold(state)) });
            }
            None => gaps.closed_unknown.push(issue.id.clone()),
        }
    }

    /// The changelog ends in another state than the present one: the last change known brings it about.
    fn believe_present(&self, item: &JsonItem<'a>, issue: &mut Issue, closed: bool, present: &str) {
        let Some(now) = self.tracker.is_closed(present).filter(|now| *now != closed) else { return };
        let updated = item.text("fields.updated").and_then(|text| crate::intake::dates::parse(text, None).ok());
        let Some(at) = updated.or_else(|| self.changes.list.last().map(|change| change.at)).or(self.created) else {
            return;
        };
        let kind = if now { EventKind::Closed } else { EventKind::Reopened };
        issue.events.push(Event { at, kind, actor: None, note: Some(fold(present)) });
    }

    /// Changelog of severity, of its own field or, where the severity is the priority, of that.
    pub(crate) fn severities(&self, item: &JsonItem<'a>, issue: &mut Issue) {
        let field = &self.tracker.severity;
        let is_severity = |change: &Change<'_>| {
            field.names.iter().any(|name| words::same(name, change.field))
                || !change.field_id.is_empty() && field.key.as_deref() == Some(change.field_id)
        };
        let own = self.tracker.stated_severity(item).is_some();
        for change in &self.changes.list {
            let by_priority = !own && change.is("priority");
            let (from, to) = (rated(change.from), rated(change.to));
            if is_severity(change) || by_priority && from.or(to).is_some() {
                if from == to {
                    continue;
                }
                let word = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
                let note = format!("{} → {}", word(change.from), word(change.to));
                issue.events.push(change.event(EventKind::SeverityChanged, &note));
            }
        }
    }

    /// Was it a security issue at any time? Adds when it was recognised, and when it was declassified.
    pub(crate) fn recognition(&self, item: &JsonItem<'a>, issue: &mut Issue) -> bool {
        let source = self.tracker.source;
        if is_security_by_name(issue, source) {
            return true;
        }
        let mut marks = self.first_marks(item);
        let marked = |marks: &BTreeSet<String>| marks_security(marks, source);
        let mut now = marked(&marks);
        let mut ever = now;
        for change in &self.changes.list {
            if !apply(change, &mut marks) {
                continue;
            }
            let next = marked(&marks);
            if next && !ever {
                issue.events.push(change.event(EventKind::Recognised, &format!("{}: {}", change.field, change.to)));
            } else if now && !next {
                issue
                    .events
                    .push(change.event(EventKind::Declassified, &format!("{}: was {}", change.field, change.from)));
            }
            (now, ever) = (next, ever || next);
        }
        ever
    }

    /// Labels, type and components as they were at the beginning.
    fn first_marks(&self, item: &JsonItem<'a>) -> BTreeSet<String> {
        let mut marks = labels(item);
        for change in self.changes.list.iter().rev() {
            let back = Change { from: change.to, to: change.from, ..*change };
            apply(&back, &mut marks);
        }
        marks
    }
}

/// Applies a change of labels, type or components; `false` for any other.
fn apply(change: &Change<'_>, marks: &mut BTreeSet<String>) -> bool {
    if change.is("labels") {
        // Labels of Jira hold no blanks, and the changelog lists all of them.
        for label in change.from.split_whitespace() {
            marks.remove(label);
        }
        marks.extend(change.to.split_whitespace().map(str::to_owned));
    } else if change.is("issuetype") || change.is("Component") {
        marks.remove(change.from);
        marks.extend(Some(change.to.to_owned()).filter(|to| !to.is_empty()));
    } else {
        return false;
    }
    true
}
