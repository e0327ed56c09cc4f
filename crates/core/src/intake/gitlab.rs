//! GitLab's JSON → issues: issues of the REST API or of a project export, with their state and label events where they are
//! there, and vulnerabilities of the REST or the GraphQL API. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::intake::format::IssueFormat;
use crate::intake::item::{Intake, JsonItem, is_security_by_name, marks_security};
use crate::intake::seen::Seen;
use crate::intake::severity;
use crate::intake::source::{Gaps, IssueFileError, IssueSource, SourceRead, add, settle};
use crate::intake::{cvss, words};
use crate::model::issue::{Event, EventKind, Issue, Resolution};
use lookback_reading::fold;

/// The row of GitLab's issues.
pub(crate) static ISSUES: IssueFormat =
    IssueFormat { called: "GitLab issues (REST API or project export)", knows: knows_issue, read: read_issues };

/// The row of GitLab's vulnerabilities.
pub(crate) static VULNERABILITIES: IssueFormat = IssueFormat {
    called: "GitLab vulnerabilities (REST or GraphQL API)",
    knows: knows_vulnerability,
    read: read_vulnerabilities,
};

/// Is it an issue of GitLab?
fn knows_issue(value: &Value) -> bool {
    let page = value.get("web_url").or(value.get("webUrl")).and_then(Value::as_str);
    let linked = page.is_some_and(|url| url.contains("/-/"));
    value.get("iid").is_some() && (linked || value.get("project_id").is_some() || value.get("title").is_some())
        || nodes(&JsonItem::new(value, ""), "issues").is_some()
}

/// Is it a vulnerability of GitLab, or the answer of a query for some?
fn knows_vulnerability(value: &Value) -> bool {
    let typed = value.get("report_type").is_some() || value.get("reportType").is_some();
    typed && value.get("state").is_some() || nodes(&JsonItem::new(value, ""), "vulnerabilities").is_some()
}

/// Reads issues.
fn read_issues(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    let (mut without_events, mut seen) = (Vec::new(), Seen::default());
    let pages = JsonItem::all(values);
    for item in pages.into_iter().flat_map(|item| nodes(&item, "issues").unwrap_or_else(|| vec![item])) {
        // GraphQL writes numbers as texts.
        let Some(number) = item.word("iid").and_then(|number| number.parse().ok()) else {
            intake.wrong(&item.path("iid"), "is not the number of an issue");
            continue;
        };
        let mut gaps = Gaps::default();
        let mut issue = source.issue(format!("#{number}"));
        describe(source, &item, number, &mut issue);
        dates(source, &item, &mut issue, &mut gaps, &mut intake);
        let security = recognition(source, &item, &mut issue, &mut intake);
        settle(&mut issue, &mut gaps);
        if security {
            seen.note(&issue, &item.path("iid"));
        }
        if security && item.get("resource_state_events").is_none() {
            without_events.push(issue.id.clone());
        }
        intake.take(issue, gaps, security);
    }
    intake.limit(seen.limit(source));
    intake.limit(source.limit(
        &without_events,
        "no history",
        "the state events are not part of an export, so reopenings are not seen",
        "use GitLab as a source of its own, or add the answers of resource_state_events and resource_label_events to each issue",
        &[],
    ));
    intake.finish()
}

fn describe(source: &IssueSource<'_>, item: &JsonItem<'_>, number: u64, issue: &mut Issue) {
    issue.title = fold(item.text("title").unwrap_or_default());
    issue.url = item.any_text(&["web_url", "webUrl"]).map(str::to_owned);
    issue.aliases.extend(issue.url.clone());
    let linked = issue.url.as_deref().and_then(place);
    if let Some(place) = linked.filter(|(_, n)| *n == number).map(|(project, n)| format!("{project}#{n}")) {
        issue.aliases.insert(place);
    }
    issue.aliases.extend(item.text("references.full").filter(|text| text.contains('#')).map(str::to_owned));
    issue.aliases.extend(words::title_ids(&issue.title));
    issue.aliases.extend(words::leading_key(&issue.title, source.policy));
    issue.aliases.extend(words::body_ids(item.text("description").unwrap_or_default()));
    issue.labels = labels(item);
    issue.cwe = issue.labels.iter().flat_map(|label| words::cwes(label)).chain(words::cwes(&issue.title)).collect();
    let incident = item.text("severity").and_then(severity::word);
    issue.severity = severity::labels(&issue.labels).or(incident);
    issue.deployed = words::deployed_labels(&issue.labels);
    issue.private = item.flag("confidential") == Some(true);
    issue.resolution = issue.labels.iter().map(|label| label_resolution(source, label)).min().unwrap_or_default();
    if item.get("duplicated_to_id").is_some() {
        issue.resolution = issue.resolution.min(Resolution::Duplicate);
    }
}

/// `group/sub/project` and number of an issue's page; `work_items` is the newer form of the same page.
fn place(url: &str) -> Option<(String, u64)> {
    let (project, number, pull) = words::issue_url(&url.replacen("/-/work_items/", "/-/issues/", 1))?;
    (!pull).then_some((project, number))
}

fn label_resolution(source: &IssueSource<'_>, label: &str) -> Resolution {
    let own = source.policy.issues.resolutions.iter().find(|(name, _)| words::same(name, label));
    own.map_or_else(|| words::resolution_word(label), |(_, kind)| *kind)
}

fn labels(item: &JsonItem<'_>) -> BTreeSet<String> {
    let detailed = [item.list("labels"), item.list("labels.nodes")].concat();
    let exported = item.list("label_links");
    item.texts("labels")
        .chain(detailed.iter().filter_map(|label| label.any_text(&["name", "title"])))
        .chain(exported.iter().filter_map(|link| link.any_text(&["label.title", "label.name"])))
        .map(str::to_owned)
        .collect()
}

fn dates(source: &IssueSource<'_>, item: &JsonItem<'_>, issue: &mut Issue, gaps: &mut Gaps, intake: &mut Intake<'_>) {
    let author = item.any_text(&["author.username", "author.name"]);
    let mut date = |rest: &str, graph: &str| item.date(rest, intake).or_else(|| item.date(graph, intake));
    add(issue, EventKind::Opened, date("created_at", "createdAt"), author, None);
    let closed_at = date("closed_at", "closedAt");
    let updated = date("updated_at", "updatedAt");
    first_response(item, issue, author, intake);
    let closed = match item.text("state").and_then(|state| source.closed(state)) {
        Some(closed) => closed,
        None => item.number("state_id").map_or(closed_at.is_some(), |id| id == 2),
    };
    if let Some(at) = closed_at.filter(|_| !closed) {
        // A reopened issue of an export may keep the date of its former closing; only the events can tell.
        gaps.closed_but_open
            .extend(Some(at).filter(|_| item.get("resource_state_events").is_none()).map(|_| issue.id.clone()));
    }
    let last = state_events(item, issue, intake);
    // The events of before GitLab recorded them are missing: the last closing is then only in the fields.
    if closed && last != Some(true) {
        let at = closed_at.or(updated);
        match closed_at {
            Some(_) => {}
            None if at.is_some() => gaps.closed_from_other.push(issue.id.clone()),
            None => gaps.closed_unknown.push(issue.id.clone()),
        }
        add(issue, EventKind::Closed, at, item.any_text(&["closed_by.username", "closed_by.name"]), None);
    } else if !closed && last == Some(true) {
        add(issue, EventKind::Reopened, updated, None, None);
    }
}

/// Closings and reopenings; was the last one a closing?
fn state_events(item: &JsonItem<'_>, issue: &mut Issue, intake: &mut Intake<'_>) -> Option<bool> {
    let mut events: Vec<(DateTime<Utc>, bool, Option<&str>)> = Vec::new();
    for event in item.list("resource_state_events") {
        let Some(at) = event.date("created_at", intake) else { continue };
        let closed = match event.text("state") {
            Some("closed") => true,
            Some("reopened" | "opened") => false,
            _ => match event.number("state") {
                // A project export writes the numbers of the database.
                Some(2) => true,
                Some(1 | 5) => false,
                _ => continue,
            },
        };
        events.push((at, closed, event.any_text(&["user.username", "user.name"])));
    }
    events.sort_by_key(|(at, ..)| *at);
    let mut last = None;
    for (at, closed, actor) in events {
        if closed == last.unwrap_or(false) {
            continue;
        }
        let kind = if closed { EventKind::Closed } else { EventKind::Reopened };
        add(issue, kind, Some(at), actor, None);
        last = Some(closed);
    }
    last
}

/// The first comment by a person other than the author. Without the author's name nobody can tell.
fn first_response(item: &JsonItem<'_>, issue: &mut Issue, author: Option<&str>, intake: &mut Intake<'_>) {
    let Some(author) = author else { return };
    let mut first = None;
    for note in item.list("notes") {
        let Some(who) = note.any_text(&["author.username", "author.name"]) else { continue };
        let bot = note.flag("author.bot") == Some(true) || who.contains("_bot_");
        if note.flag("system") == Some(true) || who == author || bot {
            continue;
        }
        let Some(at) = note.date("created_at", intake) else { continue };
        if first.is_none_or(|(earliest, _)| at < earliest) {
            first = Some((at, who));
        }
    }
    add(issue, EventKind::FirstResponse, first.map(|(at, _)| at), first.map(|(_, who)| who), None);
}

/// Was it a security issue at any time? From the label events: when it was recognised, and when declassified.
fn recognition(source: &IssueSource<'_>, item: &JsonItem<'_>, issue: &mut Issue, intake: &mut Intake<'_>) -> bool {
    let now = marks_security(&issue.labels, source);
    if is_security_by_name(issue, source) {
        return true;
    }
    let mut events: Vec<(DateTime<Utc>, bool, String, Option<&str>)> = Vec::new();
    for event in item.list("resource_label_events") {
        // The label of an event is gone when the label was deleted.
        let Some(label) = event.any_text(&["label.name", "label.title"]) else { continue };
        let Some(at) = event.date("created_at", intake) else { continue };
        let added = match (event.text("action"), event.number("action")) {
            (Some("add"), _) | (_, Some(1)) => true,
            (Some("remove"), _) | (_, Some(2)) => false,
            _ => continue,
        };
        events.push((at, added, label.to_owned(), event.any_text(&["user.username", "user.name"])));
    }
    events.sort_by_key(|(at, ..)| *at);
    let mut marks = issue.labels.clone();
    for (_, added, label, _) in events.iter().rev() {
        if *added {
            marks.remove(label)
        } else {
            marks.insert(label.clone())
        };
    }
    // Labels given while filing the issue belong to it from the start.
    let opened = issue.events.iter().find(|event| event.kind == EventKind::Opened).map(|event| event.at);
    let filed = |at: DateTime<Utc>| opened.is_some_and(|opened| at - opened < chrono::TimeDelta::minutes(1));
    let marked = |marks: &BTreeSet<String>| marks_security(marks, source);
    let mut before = marked(&marks);
    let mut ever = before || now;
    let mut recognised = before;
    for (at, added, label, actor) in events {
        if added {
            marks.insert(label.clone())
        } else {
            marks.remove(&label)
        };
        let after = marked(&marks);
        let kind = match (before, after) {
            (false, true) if !recognised => (!filed(at)).then_some(EventKind::Recognised),
            (true, false) => Some(EventKind::Declassified),
            _ => None,
        };
        if let Some(kind) = kind {
            issue.events.push(Event {
                at,
                kind,
                actor: actor.map(str::to_owned),
                note: Some(fold(&format!("label {label}"))),
            });
        }
        (before, recognised, ever) = (after, recognised || after, ever || after);
    }
    ever
}

/// The issues or vulnerabilities of a GraphQL answer, at whatever depth of `project` or `group` they stand.
fn nodes<'a>(item: &JsonItem<'a>, what: &str) -> Option<Vec<JsonItem<'a>>> {
    ["data.project", "data.group", "data.instance", "data", "project", "group"]
        .iter()
        .map(|place| format!("{place}.{what}.nodes"))
        .find(|path| item.get(path).is_some())
        .map(|path| item.list(&path))
}

/// Reads vulnerabilities: every one is a security issue.
fn read_vulnerabilities(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    for item in JsonItem::all(values) {
        for one in &nodes(&item, "vulnerabilities").unwrap_or_else(|| vec![item]) {
            let Some(id) = one.word("id") else {
                intake.wrong(&one.path("id"), "is missing; expected the number of the vulnerability");
                continue;
            };
            // GraphQL writes `gid://gitlab/Vulnerability/12`.
            let number = id.rsplit('/').next().unwrap_or(&id);
            let mut issue = source.issue(format!("vulnerability {number}"));
            let mut gaps = Gaps::default();
            vulnerability(source, one, &mut issue, &mut gaps, &mut intake);
            settle(&mut issue, &mut gaps);
            intake.take(issue, gaps, true);
        }
    }
    intake.finish()
}

fn vulnerability(
    source: &IssueSource<'_>,
    item: &JsonItem<'_>,
    issue: &mut Issue,
    gaps: &mut Gaps,
    intake: &mut Intake<'_>,
) {
    issue.title = fold(item.any_text(&["title", "name"]).unwrap_or_default());
    issue.url = item.any_text(&["web_url", "webUrl"]).map(str::to_owned);
    issue.aliases.extend(issue.url.clone());
    let identifiers = [item.list("identifiers"), item.list("finding.identifiers")].concat();
    let names: BTreeSet<String> = identifiers
        .iter()
        .flat_map(|one| [one.text("name"), one.any_text(&["external_id", "externalId"])])
        .flatten()
        .map(words::usual)
        .collect();
    issue.cwe = names.iter().flat_map(|name| words::cwes(name)).collect();
    // One finding that names several CVEs is not each of them.
    issue.aliases.extend(words::title_ids(&names.iter().cloned().collect::<Vec<_>>().join(" ")));
    issue.aliases.extend(words::title_ids(&issue.title));
    let vectors = item.list("cvss");
    let vector = vectors.iter().find_map(|one| one.any_text(&["vector", "vector_string"]).and_then(cvss::severity));
    issue.severity = item.text("severity").and_then(severity::word).or(vector);
    let state = item.text("state").map(str::to_lowercase).unwrap_or_default();
    // The scanner's page and details are shown to members only.
    issue.private = true;
    let opened = ["detected_at", "detectedAt", "created_at", "createdAt"];
    let opened = opened.iter().find_map(|field| item.date(field, intake));
    add(issue, EventKind::Opened, opened, None, None);
    let reason = item.any_text(&["dismissal_reason", "dismissalReason"]);
    issue.resolution = match state.as_str() {
        "resolved" => Resolution::Fixed,
        "dismissed" => reason.map(|reason| source.resolution(&reason.replace('_', " "))).unwrap_or_default(),
        _ => Resolution::None,
    };
    if item.flag("false_positive").or(item.flag("falsePositive")) == Some(true) && state == "dismissed" {
        issue.resolution = issue.resolution.min(Resolution::NotAffected);
    }
    transitions(item, issue, &state, reason, gaps, intake);
}

/// What was done about a vulnerability: the transitions where they are there, else the dates of its states.
fn transitions(
    item: &JsonItem<'_>,
    issue: &mut Issue,
    state: &str,
    reason: Option<&str>,
    gaps: &mut Gaps,
    intake: &mut Intake<'_>,
) {
    let closes = |state: &str| matches!(state, "dismissed" | "resolved");
    let mut steps: Vec<(DateTime<Utc>, String, Option<&str>, Option<String>)> = Vec::new();
    let listed = [item.list("state_transitions"), item.list("stateTransitions.nodes")].concat();
    for step in &listed {
        let at = ["created_at", "createdAt"].iter().find_map(|field| step.date(field, intake));
        let Some(to) = step.any_text(&["to_state", "toState"]).map(str::to_lowercase) else { continue };
        let note = step.any_text(&["comment", "dismissal_reason", "dismissalReason"]).map(fold);
        steps.extend(at.map(|at| (at, to, step.any_text(&["author.username", "author.name"]), note)));
    }
    if listed.is_empty() {
        // The date of a state that it no longer has is that of a former closing.
        for name in
            ["confirmed", "dismissed", "resolved"].into_iter().filter(|name| *name == "confirmed" || *name == state)
        {
            let at = [format!("{name}_at"), format!("{name}At")].iter().find_map(|field| item.date(field, intake));
            let who = [format!("{name}_by.username"), format!("{name}By.username")];
            let who = who.iter().find_map(|path| item.text(path));
            let note = reason.filter(|_| name == "dismissed").map(fold);
            steps.extend(at.map(|at| (at, name.to_owned(), who, note)));
        }
    }
    steps.sort_by_key(|(at, ..)| *at);
    let mut closed = false;
    for (at, to, actor, note) in steps {
        if to == "confirmed" && !issue.events.iter().any(|event| event.kind == EventKind::FirstResponse) {
            add(issue, EventKind::FirstResponse, Some(at), actor, Some("confirmed".to_owned()));
        }
        if closes(&to) != closed {
            closed = !closed;
            let kind = if closed { EventKind::Closed } else { EventKind::Reopened };
            add(issue, kind, Some(at), actor, note.or(Some(to)));
        }
    }
    let updated = ["updated_at", "updatedAt"].iter().find_map(|field| item.date(field, intake));
    match (closes(state), closed) {
        (true, false) => {
            match updated {
                Some(_) => gaps.closed_from_other.push(issue.id.clone()),
                None => gaps.closed_unknown.push(issue.id.clone()),
            }
            add(issue, EventKind::Closed, updated, None, Some(reason.unwrap_or(state).to_owned()));
        }
        (false, true) => add(issue, EventKind::Reopened, updated, None, Some(state.to_owned())),
        _ => {}
    }
}
