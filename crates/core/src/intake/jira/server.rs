//! What is known of one Jira: its states, the field of the severity, and what could not be seen of its issues. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::intake::item::{Intake, JsonItem};
use crate::intake::seen::Seen;
use crate::intake::severity;
use crate::intake::source::IssueSource;
use crate::intake::{cvss, words};
use crate::model::issue::Severity;
use lookback_reading::Constraint;

/// Names of fields that hold the severity, best first, where the configuration names none.
pub const SEVERITY_FIELDS: [&str; 5] = ["Severity", "Schweregrad", "CVSS Score", "CVSS", "CVSS Vector"];

/// What is known of this Jira: its states, the field that holds the severity.
pub(crate) struct JiraServer<'a> {
    pub source: &'a IssueSource<'a>,
    /// State → is it closed?, by Jira's own category.
    pub closed: BTreeMap<&'a str, bool>,
    pub severity: SeverityField,
}

/// The name of the severity's field for people, and its key.
pub(crate) struct SeverityField {
    pub names: Vec<String>,
    pub key: Option<String>,
}

pub(crate) fn severity_field(source: &IssueSource<'_>) -> SeverityField {
    let own = source.policy.issues.columns.iter().find(|(field, _)| field == "severity");
    match own {
        Some((_, name)) => SeverityField { names: vec![name.clone()], key: Some(name.clone()) },
        None => SeverityField { names: SEVERITY_FIELDS.map(str::to_owned).to_vec(), key: None },
    }
}

/// Issues of which something could not be seen.
#[derive(Default)]
pub(crate) struct Unsure {
    pub without_changelog: Vec<String>,
    pub cut_changelog: Vec<String>,
    pub contradicted: Vec<String>,
    pub seen: Seen,
}

impl Unsure {
    pub(crate) fn limits(&self, intake: &mut Intake<'_>) {
        use Constraint::{IssuesExamined, ProcessAssessed};
        let source = intake.source;
        intake.limit(self.seen.limit(source));
        intake.limit(source.limit(
            &self.without_changelog,
            "no changelog",
            "reopenings, later labels and changes of severity are not seen; the state before the export follows from the dates of the fields",
            "export with expand=changelog",
            &[],
        ));
        intake.limit(source.limit(
            &self.cut_changelog,
            "an incomplete changelog",
            "Jira sent only a part of it, so changes of state may be missing",
            "fetch the rest (/rest/api/3/issue/KEY/changelog), or use the tracker as a source of its own",
            &[IssuesExamined, ProcessAssessed],
        ));
        intake.limit(source.limit(
            &self.contradicted,
            "a changelog that does not lead to the present state",
            "changes of state are missing in it; the present state was believed",
            "export the whole changelog",
            &[IssuesExamined, ProcessAssessed],
        ));
    }
}

impl<'a> JiraServer<'a> {
    /// `expand=names` says what the custom fields are called.
    pub(crate) fn learn_names(&mut self, item: &JsonItem<'a>) {
        let Some(Value::Object(names)) = item.get("names") else { return };
        let found = self.severity.names.iter().find_map(|wanted| {
            names.iter().find(|(_, name)| name.as_str().is_some_and(|name| words::same(name, wanted)))
        });
        if let Some((key, _)) = found {
            self.severity.key = Some(key.clone());
        }
    }

    pub(crate) fn learn_state(&mut self, issue: &JsonItem<'a>) {
        let (name, category) = (issue.text("fields.status.name"), issue.text("fields.status.statusCategory.key"));
        if let (Some(name), Some(category)) = (name, category) {
            self.closed.insert(name, category == "done");
        }
    }

    /// Does a state mean closed? The team's own words, then Jira's category, then the common words.
    pub(crate) fn is_closed(&self, state: &str) -> Option<bool> {
        let own = self.source.own_state(state);
        own.or_else(|| self.closed.get(state).copied()).or_else(|| words::closed_word(state))
    }

    pub(crate) fn stated_severity(&self, item: &JsonItem<'a>) -> Option<Severity> {
        let key = self.severity.key.as_deref().into_iter().chain(["severity"]);
        key.filter_map(|key| item.child("fields").and_then(|fields| option(&fields, key))).find_map(|text| rated(&text))
    }
}

impl Unsure {
    /// What is not seen of issues that are no security issues does not matter.
    pub(crate) fn keep(&mut self, security: bool, id: &str) {
        if security {
            return;
        }
        for list in [&mut self.without_changelog, &mut self.cut_changelog, &mut self.contradicted] {
            if list.last().is_some_and(|last| last == id) {
                list.pop();
            }
        }
    }
}

/// Labels, type and components: all that a team marks issues with.
pub(crate) fn labels(item: &JsonItem<'_>) -> BTreeSet<String> {
    let marks = item.texts("fields.labels").chain(item.text("fields.issuetype.name"));
    marks.chain(components(item)).map(str::to_owned).collect()
}

/// The parts of the product that it is filed under.
pub(crate) fn components<'a>(item: &JsonItem<'a>) -> impl Iterator<Item = &'a str> {
    item.list("fields.components").into_iter().filter_map(|component| component.text("name"))
}

/// The key that tells people apart, and the name to show. Data Center has `name`, Cloud has `accountId`.
pub(crate) fn person<'a>(person: &JsonItem<'a>) -> Option<(&'a str, &'a str)> {
    let id = person.any_text(&["accountId", "key", "name", "emailAddress", "displayName"])?;
    Some((id, person.any_text(&["displayName", "name"]).unwrap_or(id)))
}

/// The words of a field: a text, a number, or an option with `value` or `name`.
fn option(fields: &JsonItem<'_>, key: &str) -> Option<String> {
    // Keys of fields hold no dots; a configured name may.
    let value = fields.value().get(key)?;
    let inner = JsonItem::new(value, "");
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => inner.word("value").or_else(|| inner.word("name")),
        _ => None,
    }
}

pub(crate) fn rated(text: &str) -> Option<Severity> {
    cvss::severity(text).or_else(|| severity::cell(text))
}
