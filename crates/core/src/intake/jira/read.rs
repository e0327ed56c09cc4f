//! Jira's JSON → issues: the answer of a search or a single issue, of Cloud or Data Center, with or without the changelog. State
//! changes come from the changelog; without it only the dates of the fields are known, which is said. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::intake::format::IssueFormat;
use crate::intake::item::{Intake, JsonItem};
use crate::intake::severity;
use crate::intake::source::{Gaps, IssueFileError, IssueSource, SourceRead, add, settle};
use crate::intake::words;
use crate::model::issue::{EventKind, Issue, Resolution};
use lookback_reading::fold;

use crate::intake::jira::changes::{Changelog, JiraHistory};
use crate::intake::jira::server::{JiraServer, Unsure, components, labels, person, severity_field};

/// The row of the format.
pub(crate) static FORMAT: IssueFormat =
    IssueFormat { called: "Jira search or issue (REST API, best with expand=changelog,names)", knows, read };

/// Is it an issue of Jira, or the answer of a search?
fn knows(value: &Value) -> bool {
    let issue = |value: &Value| value.get("key").is_some_and(Value::is_string) && value.get("fields").is_some();
    let search = ["total", "isLast", "startAt", "maxResults", "nextPageToken"];
    issue(value)
        || value.get("issues").and_then(Value::as_array).is_some_and(|issues| match issues.first() {
            Some(first) if issue(first) => true,
            _ => search.iter().any(|field| value.get(*field).is_some()),
        })
}

/// Reads the answers of a search, or issues.
fn read(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    let mut issues = Vec::new();
    let mut tracker = JiraServer { source, closed: BTreeMap::new(), severity: severity_field(source) };
    for item in JsonItem::all(values) {
        tracker.learn_names(&item);
        match item.get("issues") {
            Some(Value::Array(_)) => issues.extend(item.list("issues")),
            _ => issues.push(item),
        }
    }
    for issue in &issues {
        tracker.learn_state(issue);
    }
    let mut unsure = Unsure::default();
    for issue in &issues {
        tracker.take(issue, &mut intake, &mut unsure);
    }
    unsure.limits(&mut intake);
    intake.finish()
}

impl<'a> JiraServer<'a> {
    fn take(&self, item: &JsonItem<'a>, intake: &mut Intake<'_>, unsure: &mut Unsure) {
        if item.get("fields").is_none() {
            intake.wrong(&item.path("fields"), "is missing; ask for the fields (`fields=*all`)");
            return;
        }
        let Some(key) = item.must("key", "the key of the issue, such as SEC-12", intake) else { return };
        let mut issue = self.source.issue(key.to_owned());
        let mut gaps = Gaps::default();
        self.describe(item, &mut issue);
        let reporter = item.child("fields.reporter").or_else(|| item.child("fields.creator"));
        let reporter = reporter.as_ref().and_then(person);
        let created = item.date("fields.created", intake);
        add(&mut issue, EventKind::Opened, created, reporter.map(|(_, name)| name), None);
        self.first_response(item, &mut issue, reporter.map(|(id, _)| id), intake);
        let changes = Changelog::read(item, intake);
        let security = if let Some(changes) = &changes {
            issue.aliases.extend(changes.former_keys().filter(|former| *former != key).map(str::to_owned));
            if changes.cut {
                unsure.cut_changelog.push(issue.id.clone());
            }
            let history = JiraHistory { tracker: self, changes, created };
            history.severities(item, &mut issue);
            history.states(item, &mut issue, &mut gaps, unsure, intake);
            history.recognition(item, &mut issue)
        } else {
            unsure.without_changelog.push(issue.id.clone());
            self.present_state(item, &mut issue, &mut gaps, intake);
            crate::intake::item::is_security(&issue, &issue.labels, self.source)
        };
        settle(&mut issue, &mut gaps);
        unsure.keep(security, &issue.id);
        if security {
            unsure.seen.note(&issue, &item.path("key"));
        }
        intake.take(issue, gaps, security);
    }

    fn describe(&self, item: &JsonItem<'a>, issue: &mut Issue) {
        issue.title = fold(item.text("fields.summary").unwrap_or_default());
        issue.url = item
            .text("self")
            .and_then(|link| link.split_once("/rest/"))
            .map(|(base, _)| format!("{base}/browse/{}", issue.id));
        issue.aliases.extend(issue.url.clone());
        issue.aliases.extend(words::title_ids(&issue.title));
        issue.aliases.extend(words::leading_key(&issue.title, self.source.policy));
        let mut body = String::new();
        if let Some(description) = item.get("fields.description") {
            plain_text(description, &mut body);
        }
        issue.aliases.extend(words::body_ids(&body));
        issue.aliases.remove(&issue.id);
        issue.labels = labels(item);
        issue.components = components(item).map(str::to_owned).collect();
        issue.cwe = issue.labels.iter().flat_map(|label| words::cwes(label)).chain(words::cwes(&issue.title)).collect();
        let priority = item.text("fields.priority.name").and_then(severity::word);
        issue.severity = self.stated_severity(item).or_else(|| severity::labels(&issue.labels)).or(priority);
        let released = item.list("fields.versions").iter().any(|version| version.flag("released") == Some(true));
        issue.deployed = words::deployed_labels(&issue.labels).or(released.then_some(true));
        // An issue with a security level is shown to some only.
        issue.private = item.get("fields.security").is_some();
        issue.resolution = self.resolution(item, &issue.labels);
    }

    fn resolution(&self, item: &JsonItem<'a>, labels: &std::collections::BTreeSet<String>) -> Resolution {
        let stated = item.text("fields.resolution.name");
        let of = |text: Option<&str>| text.map(|text| self.source.resolution(text)).unwrap_or_default();
        let own = stated
            .is_some_and(|text| self.source.policy.issues.resolutions.iter().any(|(name, _)| words::same(name, text)));
        if own {
            return of(stated);
        }
        let state = item.text("fields.status.name").map(words::resolution_word).unwrap_or_default();
        let duplicate = item.list("fields.issuelinks").iter().any(|link| {
            link.text("type.name").is_some_and(|name| words::same(name, "duplicate"))
                && link.get("outwardIssue").is_some()
        });
        let found = of(stated).min(state).min(words::resolution_labels(labels));
        let closed = item.text("fields.status.name").and_then(|name| self.is_closed(name)) == Some(true);
        if found == Resolution::None && duplicate && closed { Resolution::Duplicate } else { found }
    }

    fn first_response(&self, item: &JsonItem<'a>, issue: &mut Issue, reporter: Option<&str>, intake: &mut Intake<'_>) {
        // Without the reporter's name nobody can tell who answered.
        let Some(reporter) = reporter else { return };
        let mut first = None;
        for comment in item.list("fields.comment.comments") {
            let Some(author) = comment.child("author") else { continue };
            let Some((id, name)) = person(&author) else { continue };
            if id == reporter || author.text("accountType") == Some("app") {
                continue;
            }
            let Some(at) = comment.date("created", intake) else { continue };
            if first.is_none_or(|(earliest, _)| at < earliest) {
                first = Some((at, name));
            }
        }
        add(issue, EventKind::FirstResponse, first.map(|(at, _)| at), first.map(|(_, name)| name), None);
    }

    /// Without a changelog: the present state and the dates of the fields.
    fn present_state(&self, item: &JsonItem<'a>, issue: &mut Issue, gaps: &mut Gaps, intake: &mut Intake<'_>) {
        let has_resolution = item.get("fields.resolutiondate").is_some() || item.get("fields.resolution").is_some();
        let state = item.text("fields.status.name");
        let closed = match state.map(|state| (state, self.is_closed(state))) {
            Some((_, Some(closed))) => closed,
            Some((state, None)) => {
                gaps.unknown_states.entry(state.to_owned()).or_default().push(issue.id.clone());
                has_resolution
            }
            None => has_resolution,
        };
        if closed && !Self::closed_by_fields(item, issue, gaps, intake) {
            gaps.closed_unknown.push(issue.id.clone());
        }
    }

    /// The closing by the dates of the fields; `false` where they hold none.
    pub(crate) fn closed_by_fields(
        item: &JsonItem<'a>,
        issue: &mut Issue,
        gaps: &mut Gaps,
        intake: &mut Intake<'_>,
    ) -> bool {
        let stated =
            item.date("fields.resolutiondate", intake).or(item.date("fields.statuscategorychangedate", intake));
        let at = stated.or(item.date("fields.updated", intake));
        if stated.is_none() && at.is_some() {
            gaps.closed_from_other.push(issue.id.clone());
        }
        let note = item.any_text(&["fields.resolution.name", "fields.status.name"]).map(fold);
        add(issue, EventKind::Closed, at, None, note);
        at.is_some()
    }
}

/// The text of a description: plain (version 2 of the API) or a tree of nodes (version 3).
fn plain_text(node: &Value, text: &mut String) {
    match node {
        Value::String(plain) => text.push_str(plain),
        Value::Object(_) => {
            if let Some(plain) = node.get("text").and_then(Value::as_str) {
                text.push_str(plain);
            }
            for inner in node.get("content").and_then(Value::as_array).into_iter().flatten() {
                plain_text(inner, text);
            }
            if !matches!(node.get("type").and_then(Value::as_str), Some("text" | "emoji" | "mention" | "inlineCard")) {
                text.push('\n');
            }
        }
        _ => {}
    }
}
