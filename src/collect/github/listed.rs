//! An issue as GitHub's list has it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use crate::collect::github::rest::Who;
use lookback_core::intake::{REMINDER_MARK, words};

/// An issue as the list has it.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub number: u64,
    #[serde(default)]
    pub node_id: String,
    pub updated_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub state: String,
    pub state_reason: Option<String>,
    pub title: String,
    pub html_url: String,
    pub user: Option<Who>,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(rename = "type")]
    kind: Option<NamedThing>,
    pub pull_request: Option<serde::de::IgnoredAny>,
    /// What of its body is kept.
    #[serde(default, deserialize_with = "body")]
    pub body: Body,
}

/// What of a body is kept; it can be long.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// Ids that it states as the issue's own.
    pub stated: BTreeSet<String>,
    /// Does it begin as our reminder does?
    pub reminder: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Label {
    Named(NamedThing),
    Text(String),
}

#[derive(Debug, Deserialize)]
struct NamedThing {
    name: Option<String>,
}

fn body<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Body, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    Ok(Body { stated: words::body_ids(&text), reminder: text.starts_with(REMINDER_MARK) })
}

impl Listed {
    /// Names of its labels.
    pub(crate) fn labels(&self) -> BTreeSet<String> {
        let name = |label: &Label| match label {
            Label::Named(label) => label.name.clone(),
            Label::Text(name) => Some(name.clone()),
        };
        self.labels.iter().filter_map(name).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    }

    /// Is it a reminder of ours, and no issue of the product? What a person writes at the head of an issue hides none: the author is a
    /// program, or the account that asks.
    pub(crate) fn is_reminder(&self, me: Option<&str>) -> bool {
        let ours = |who: &Who| who.is_bot() || me.is_some_and(|me| me.eq_ignore_ascii_case(&who.login));
        self.body.reminder && self.user.as_ref().is_some_and(ours)
    }

    /// Its type, where there is one.
    pub(crate) fn kind(&self) -> Option<&str> {
        self.kind.as_ref().and_then(|kind| kind.name.as_deref())
    }
}
