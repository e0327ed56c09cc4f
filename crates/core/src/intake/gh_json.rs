//! GitHub's JSON, as `gh issue list --json …` and `gh api repos/…/issues` write it → issues. Any subset of the fields will do.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::intake::format::IssueFormat;
use crate::intake::seen::Seen;
use crate::intake::severity;
use crate::intake::source::REMINDER_MARK;
use crate::intake::source::{
    Gaps, IssueFileError, IssueSource, Problems, SourceRead, add, none_security, printable, settle,
};
use crate::intake::{dates, words};
use crate::model::issue::{EventKind, Issue};
use crate::model::limit::{Limit, LimitKind};
use lookback_reading::{count, fold};

/// The row of the format.
pub(crate) static FORMAT: IssueFormat = IssueFormat {
    called: "GitHub issues (`gh issue list --json number,title,labels,state,stateReason,createdAt,closedAt,url,body,author,comments` or REST API)",
    knows,
    read,
};

/// Is it an issue of GitHub, or a list of them?
fn knows(value: &Value) -> bool {
    let linked = |field| value.get(field).and_then(Value::as_str).and_then(words::issue_url).is_some();
    numbered(value)
        || listed(value).is_some()
        || value.get("pull_request").is_some()
        || linked("html_url")
        || linked("url")
}

/// A number is that of an issue where a field of an issue stands beside it, and no page of something else.
fn numbered(value: &Value) -> bool {
    const BESIDE: [&str; 9] =
        ["title", "labels", "state", "createdAt", "created_at", "closedAt", "closed_at", "body", "url"];
    let text = |field| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let elsewhere =
        ["html_url", "url"].iter().any(|field| text(field).contains("/security/") || text(field).contains("/alerts/"));
    value.get("number").is_some() && !elsewhere && BESIDE.iter().any(|field| value.get(*field).is_some())
}

/// Reads a list of issues, several lists one after the other (`gh api --paginate`), a list of lists (`--slurp`), one issue a
/// line, or the answer of a search (`items`).
pub(crate) fn read(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut items = Vec::new();
    for value in values {
        flatten(value, &mut items);
    }
    let mut problems = Problems::default();
    let (mut rows, mut labelled) = (Vec::new(), false);
    for (index, item) in items.iter().enumerate() {
        let Value::Object(fields) = item else {
            problems.wrong(format!("{}: item {}: not an issue but a bare value", source.name, index + 1));
            continue;
        };
        let row = Row { fields, source, item: index + 1 };
        if !knows(item) {
            problems.wrong(format!(
                "{}: item {}: no issue; it has neither a `number` with a title or state, nor the `url` of an issue",
                source.name,
                index + 1
            ));
            continue;
        }
        if !row.is_pull_request() && !row.is_reminder() {
            labelled |= row.get(&["labels"]).is_some();
            rows.push(row);
        }
    }
    let (mut read, mut gaps) = (SourceRead::default(), Gaps::default());
    let (mut sound, mut seen) = (0, Seen::default());
    for row in &rows {
        // Gaps of issues that are no security issues do not matter, hence a set of its own first.
        let mut own = Gaps { place: format!("item {}", row.item), ..Gaps::default() };
        let mistakes = problems.count();
        let Some(issue) = row.issue(&mut own, &mut problems) else { continue };
        sound += usize::from(problems.count() == mistakes);
        seen.note(&issue, &format!("item {}", row.item));
        if !labelled || row.is_security(&issue) {
            gaps.extend(own);
            read.issues.push(issue);
        } else {
            read.set_aside(issue);
        }
    }
    read.limits = gaps.limits(source);
    read.limits.extend(problems.limit(source, sound)?);
    read.limits.extend(seen.limit(source));
    if !labelled && !rows.is_empty() {
        read.limits.push(Limit::new(
            LimitKind::IssueSource,
            format!("{}: labels of {}", source.short, count(rows.len(), "issue")),
            "the field `labels` was not exported, so every issue of the file counts as a security issue",
            "export it: `gh issue list --json number,title,labels,…`",
        ));
    }
    read.limits.extend(none_security(source, rows.len(), &read.issues));
    Ok(read)
}

/// The list of an answer: of a search of the REST API, or of a question in GraphQL.
fn listed(value: &Value) -> Option<&Vec<Value>> {
    ["/items", "/data/repository/issues/nodes", "/data/search/nodes"]
        .iter()
        .find_map(|place| value.pointer(place).and_then(Value::as_array))
}

fn flatten<'a>(value: &'a Value, items: &mut Vec<&'a Value>) {
    match value.as_array().or_else(|| listed(value)) {
        Some(list) => list.iter().for_each(|inner| flatten(inner, items)),
        None => items.push(value),
    }
}

/// One issue as exported.
struct Row<'a> {
    fields: &'a Map<String, Value>,
    source: &'a IssueSource<'a>,
    /// 1-based place in the file.
    item: usize,
}

impl<'a> Row<'a> {
    /// The first of these fields that is there and not `null`.
    fn get(&self, names: &[&str]) -> Option<&'a Value> {
        names.iter().filter_map(|name| self.fields.get(*name)).find(|value| !value.is_null())
    }

    fn text(&self, names: &[&str]) -> Option<&'a str> {
        self.get(names).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    fn date(&self, names: &[&str], problems: &mut Problems) -> Option<DateTime<Utc>> {
        let value = self.get(names)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // `gh` writes the year 1 where there is no date.
        if text.is_empty() || text.starts_with("0001-01-01") {
            return None;
        }
        match dates::parse(&text, self.source.policy.issues.time_zone) {
            Ok(at) => Some(at),
            Err(why) => {
                let field = names.iter().find(|name| self.fields.contains_key(**name)).unwrap_or(&names[0]);
                let shown = printable(&text);
                problems.wrong(format!(
                    "{}: item {}, field \"{field}\": \"{shown}\" {why}; write YYYY-MM-DDTHH:MM:SSZ",
                    self.source.name, self.item
                ));
                None
            }
        }
    }

    fn link(&self) -> Option<&'a str> {
        // The REST API's own `url` leads to JSON, `html_url` to the page.
        self.text(&["html_url", "url"])
    }

    fn is_pull_request(&self) -> bool {
        self.get(&["pull_request"]).is_some()
            || self.get(&["isPullRequest"]).and_then(Value::as_bool) == Some(true)
            || self.link().and_then(words::issue_url).is_some_and(|(_, _, pull)| pull)
    }

    /// Is it a reminder of ours? What a person writes at the head of an issue hides none: the author is a program.
    fn is_reminder(&self) -> bool {
        let author = self.get(&["author", "user"]);
        let of = |field: &str| author.and_then(|author| author.get(field));
        let bot = of("is_bot").and_then(Value::as_bool) == Some(true)
            || of("type").and_then(Value::as_str) == Some("Bot")
            || of("login").and_then(Value::as_str).is_some_and(|login| login.ends_with("[bot]"));
        bot && self.text(&["body"]).is_some_and(|body| body.starts_with(REMINDER_MARK))
    }

    fn is_security(&self, issue: &Issue) -> bool {
        let policy = self.source.policy;
        words::security_label(&issue.labels, policy)
            || words::security_title(&issue.title, policy)
            || issue.aliases.iter().any(|alias| words::security_id(alias, policy))
            || !issue.cwe.is_empty()
    }

    fn issue(&self, gaps: &mut Gaps, problems: &mut Problems) -> Option<Issue> {
        let linked = self.link().and_then(words::issue_url);
        let number = self.get(&["number"]).and_then(Value::as_u64).or(linked.as_ref().map(|(_, number, _)| *number));
        let Some(number) = number else {
            problems
                .wrong(format!("{}: item {}: neither `number` nor the `url` of an issue", self.source.name, self.item));
            return None;
        };
        let mut issue = self.source.issue(format!("#{number}"));
        issue.title = fold(self.text(&["title"]).unwrap_or_default());
        issue.url = self.link().map(str::to_owned);
        issue.aliases.extend(issue.url.clone());
        // A transferred issue keeps its URL, an export of another tracker its own numbers: only a matching number is an alias.
        issue
            .aliases
            .extend(linked.filter(|(_, n, _)| *n == number).map(|(repository, n, _)| format!("{repository}#{n}")));
        issue.aliases.extend(words::title_ids(&issue.title));
        issue.aliases.extend(words::leading_key(&issue.title, self.source.policy));
        issue.aliases.extend(words::body_ids(self.text(&["body"]).unwrap_or_default()));
        let labels = self.get(&["labels"]).and_then(|labels| labels.get("nodes").unwrap_or(labels).as_array());
        if let Some(labels) = labels {
            let name = |label: &Value| label.get("name").unwrap_or(label).as_str().map(|name| name.trim().to_owned());
            issue.labels = labels.iter().filter_map(name).filter(|name| !name.is_empty()).collect();
        }
        issue.cwe = issue.labels.iter().flat_map(|label| words::cwes(label)).chain(words::cwes(&issue.title)).collect();
        issue.severity = severity::labels(&issue.labels);
        issue.deployed = words::deployed_labels(&issue.labels);
        let reason = self.text(&["stateReason", "state_reason"]).map(str::to_lowercase);
        issue.resolution = words::resolution_labels(&issue.labels);
        if let Some(reason) = &reason {
            issue.resolution = issue.resolution.min(self.source.resolution(&reason.replace('_', "-")));
        }
        self.events(&mut issue, reason, gaps, problems);
        Some(issue)
    }

    fn events(&self, issue: &mut Issue, reason: Option<String>, gaps: &mut Gaps, problems: &mut Problems) {
        let author = self.get(&["author", "user"]).and_then(login);
        add(issue, EventKind::Opened, self.date(&["createdAt", "created_at"], problems), author, None);
        let closed_at = self.date(&["closedAt", "closed_at"], problems);
        let updated = self.date(&["updatedAt", "updated_at"], problems);
        let closed = match self.text(&["state"]).map(str::to_lowercase).as_deref() {
            Some("closed") => true,
            Some(_) => {
                gaps.closed_but_open.extend(closed_at.map(|_| issue.id.clone()));
                false
            }
            None => {
                issue.untold = closed_at.is_none();
                closed_at.is_some()
            }
        };
        let response = self.first_response(author, problems);
        add(issue, EventKind::FirstResponse, response.map(|(at, _)| at), response.map(|(_, who)| who), None);
        if closed {
            match (closed_at, updated) {
                (None, None) => gaps.closed_unknown.push(issue.id.clone()),
                (None, Some(_)) => gaps.closed_from_other.push(issue.id.clone()),
                _ => {}
            }
            add(issue, EventKind::Closed, closed_at.or(updated), None, reason);
        } else if issue.events.is_empty() {
            // Known only to have changed: a date, though not that of an opening.
            add(issue, EventKind::Opened, updated, author, None);
            gaps.opened_from_other.extend(updated.map(|_| issue.id.clone()));
        }
        settle(issue, gaps);
    }

    /// The first comment by a person other than the author. Without the author's name nobody can tell.
    fn first_response(&self, author: Option<&str>, problems: &mut Problems) -> Option<(DateTime<Utc>, &'a str)> {
        let (author, Some(Value::Array(comments))) = (author?, self.get(&["comments"])) else { return None };
        let mut first: Option<(DateTime<Utc>, &str)> = None;
        for comment in comments.iter().filter_map(Value::as_object) {
            let row = Row { fields: comment, ..*self };
            let Some(who) = row.get(&["author", "user"]) else { continue };
            let Some(name) = login(who).filter(|name| !name.eq_ignore_ascii_case(author) && !is_bot(who, name)) else {
                continue;
            };
            let Some(at) = row.date(&["createdAt", "created_at"], problems) else { continue };
            if first.is_none_or(|(earliest, _)| at < earliest) {
                first = Some((at, name));
            }
        }
        first
    }
}

fn login(person: &Value) -> Option<&str> {
    person.get("login").unwrap_or(person).as_str().filter(|name| !name.is_empty())
}

fn is_bot(person: &Value, name: &str) -> bool {
    person.get("is_bot").and_then(Value::as_bool) == Some(true)
        || person.get("type").and_then(Value::as_str) == Some("Bot")
        || name.ends_with("[bot]")
        || name == "github-actions"
}
