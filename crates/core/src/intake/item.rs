//! What the readers of JSON formats share: an object with its path for messages, and the intake that gathers issues, gaps and
//! mistakes. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::intake::source::{
    Gaps, IssueFileError, IssueSource, Problems, SourceRead, none_security, printable, settle,
};
use crate::intake::{dates, words};
use crate::model::issue::Issue;
use crate::model::limit::Limit;
use lookback_reading::fold;

/// A JSON value and where it stands in its file, as a path (`issues[3].fields`).
#[derive(Clone)]
pub(crate) struct JsonItem<'a> {
    value: &'a Value,
    at: String,
}

impl<'a> JsonItem<'a> {
    /// A value at a path.
    pub(crate) fn new(value: &'a Value, at: impl Into<String>) -> Self {
        JsonItem { value, at: at.into() }
    }

    /// The values of a file one after the other, lists among them opened: `[0]`, `[1]`….
    pub(crate) fn all(values: &'a [Value]) -> Vec<Self> {
        let mut items = Vec::new();
        for value in values {
            match value {
                Value::Array(list) => items.extend(JsonItem::all(list)),
                other => items.push(JsonItem::new(other, "")),
            }
        }
        if items.len() > 1 || values.first().is_some_and(Value::is_array) {
            for (index, item) in items.iter_mut().enumerate() {
                item.at = format!("[{index}]");
            }
        }
        items
    }

    /// The value itself.
    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// The path of a field below this value.
    pub(crate) fn path(&self, name: &str) -> String {
        if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) }
    }

    /// The value at a dotted path below, unless it is not there or `null`.
    pub(crate) fn get(&self, path: &str) -> Option<&'a Value> {
        let mut value = self.value;
        for part in path.split('.') {
            value = value.get(part)?;
        }
        (!value.is_null()).then_some(value)
    }

    /// The object or value at a dotted path below.
    pub(crate) fn child(&self, path: &str) -> Option<JsonItem<'a>> {
        self.get(path).map(|value| JsonItem::new(value, self.path(path)))
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, path: &str) -> Option<&'a str> {
        self.get(path).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The first of several texts.
    pub(crate) fn any_text(&self, paths: &[&str]) -> Option<&'a str> {
        paths.iter().find_map(|path| self.text(path))
    }

    /// A text or a number, as text.
    pub(crate) fn word(&self, path: &str) -> Option<String> {
        match self.get(path)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A whole number.
    pub(crate) fn number(&self, path: &str) -> Option<u64> {
        self.get(path).and_then(Value::as_u64)
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, path: &str) -> Option<bool> {
        self.get(path).and_then(Value::as_bool)
    }

    /// The value itself as a text.
    pub(crate) fn own_text(&self) -> Option<&'a str> {
        self.value.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The elements of a list, none when there is no list.
    pub(crate) fn list(&self, path: &str) -> Vec<JsonItem<'a>> {
        let Some(Value::Array(list)) = self.get(path) else { return Vec::new() };
        let at = self.path(path);
        list.iter().enumerate().map(|(index, value)| JsonItem::new(value, format!("{at}[{index}]"))).collect()
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, path: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let list = match self.get(path) {
            Some(Value::Array(list)) => list.as_slice(),
            _ => &[],
        };
        list.iter().filter_map(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The text is one of a field's words; a mistake otherwise.
    pub(crate) fn must(&self, path: &str, expected: &str, intake: &mut Intake<'_>) -> Option<&'a str> {
        let found = self.text(path);
        if found.is_none() {
            intake.wrong(&self.path(path), &format!("is missing; expected {expected}"));
        }
        found
    }

    /// A date or time. What is none, or could mean two, is a mistake of the file.
    pub(crate) fn date(&self, path: &str, intake: &mut Intake<'_>) -> Option<DateTime<Utc>> {
        let value = self.get(path)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if text.trim().is_empty() {
            return None;
        }
        match dates::parse(&text, intake.source.policy.issues.time_zone) {
            Ok(at) => Some(at),
            Err(why) => {
                let what = format!("\"{}\" {why}; expected YYYY-MM-DDTHH:MM:SSZ", printable(&text));
                intake.wrong(&self.path(path), &what);
                None
            }
        }
    }
}

/// Gathers what a file says.
pub(crate) struct Intake<'a> {
    pub source: &'a IssueSource<'a>,
    pub gaps: Gaps,
    pub problems: Problems,
    read: SourceRead,
    rows: usize,
    /// Rows without a mistake, and the mistakes before the present one.
    sound: usize,
    mistakes: usize,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(source: &'a IssueSource<'a>) -> Self {
        Intake {
            source,
            gaps: Gaps::default(),
            problems: Problems::default(),
            read: SourceRead::default(),
            rows: 0,
            sound: 0,
            mistakes: 0,
        }
    }

    /// A mistake of the file at a path.
    pub(crate) fn wrong(&mut self, path: &str, what: &str) {
        let path = if path.is_empty() { "the file" } else { path };
        self.problems.wrong(format!("{}: {} {what}", self.source.name, printable(path)));
    }

    /// Reads records that are all of security: the id of each (without one it is a mistake), then what else it says.
    pub(crate) fn each(
        &mut self,
        records: Vec<JsonItem<'_>>,
        id: impl Fn(&JsonItem<'_>, &mut Self) -> Option<String>,
        read: impl Fn(&JsonItem<'_>, &mut Issue, &mut Gaps, &mut Self),
    ) {
        for item in records {
            let Some(found) = id(&item, self) else { continue };
            let mut issue = self.source.issue(words::usual(&fold(&found)));
            let mut gaps = Gaps::default();
            read(&item, &mut issue, &mut gaps, self);
            settle(&mut issue, &mut gaps);
            self.take(issue, gaps, true);
        }
    }

    /// Takes an issue when it is a security issue; its gaps count only then.
    pub(crate) fn take(&mut self, issue: Issue, gaps: Gaps, security: bool) {
        self.rows += 1;
        self.sound += usize::from(self.problems.count() == self.mistakes);
        self.mistakes = self.problems.count();
        if security {
            self.gaps.extend(gaps);
            self.read.issues.push(issue);
        } else {
            self.read.set_aside(issue);
        }
    }

    /// Adds a limit, if there is one.
    pub(crate) fn limit(&mut self, limit: Option<Limit>) {
        self.read.limits.extend(limit);
    }

    /// What was read, or all mistakes.
    pub(crate) fn finish(mut self) -> Result<SourceRead, IssueFileError> {
        let mistakes = self.problems.limit(self.source, self.sound)?;
        let mut limits = self.gaps.limits(self.source);
        limits.extend(mistakes);
        limits.append(&mut self.read.limits);
        limits.extend(none_security(self.source, self.rows, &self.read.issues));
        self.read.limits = limits;
        Ok(self.read)
    }
}

/// Is it a security issue by these labels, its title, its id or its other ids?
pub(crate) fn is_security(issue: &Issue, labels: &BTreeSet<String>, source: &IssueSource<'_>) -> bool {
    marks_security(labels, source) || is_security_by_name(issue, source)
}

/// Do labels mark a security issue: one of the team's own, or a class of weakness?
pub(crate) fn marks_security(labels: &BTreeSet<String>, source: &IssueSource<'_>) -> bool {
    words::security_label(labels, source.policy) || labels.iter().any(|label| !words::cwes(label).is_empty())
}

/// The same without labels: what does not change over time.
pub(crate) fn is_security_by_name(issue: &Issue, source: &IssueSource<'_>) -> bool {
    words::security_title(&issue.title, source.policy)
        || words::security_id(&issue.id, source.policy)
        || issue.aliases.iter().any(|alias| words::security_id(alias, source.policy))
        || !words::cwes(&issue.title).is_empty()
}
