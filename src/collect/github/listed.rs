//! An issue as GitHub's list has it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use crate::collect::github::rest::Who;
use lookback_core::intake::words;

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
    /// Ids that the body states as the issue's own.
    #[serde(default, rename = "body", deserialize_with = "ids")]
    pub stated: BTreeSet<String>,
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

/// The body can be long; only what it states as ids is kept.
fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<String>, D::Error> {
    let body = Option::<String>::deserialize(deserializer)?;
    Ok(words::body_ids(&body.unwrap_or_default()))
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

    /// Its type, where there is one.
    pub(crate) fn kind(&self) -> Option<&str> {
        self.kind.as_ref().and_then(|kind| kind.name.as_deref())
    }
}
