//! Which issues a list names twice, and with other data.

use std::collections::BTreeMap;

use crate::intake::source::IssueSource;
use crate::model::digest::sha256;
use crate::model::issue::Issue;
use crate::model::limit::Limit;
use lookback_reading::Constraint;

/// Rows of a list in which each issue stands once.
#[derive(Default)]
pub(crate) struct Seen {
    first: BTreeMap<String, SeenRow>,
    twice: Vec<String>,
}

/// What is kept of a row to compare others with: a list may have many, and most stand once.
struct SeenRow {
    place: String,
    url: Option<String>,
    told: String,
}

impl Seen {
    /// Takes an issue with its place in the file.
    pub(crate) fn note(&mut self, issue: &Issue, place: &str) {
        let data = serde_json::to_vec(&(&issue.title, &issue.events, issue.severity, issue.resolution));
        let told = sha256(&data.unwrap_or_default());
        let Some(own) = self.first.get(&issue.id) else {
            let row = SeenRow { place: place.to_owned(), url: issue.url.clone(), told };
            self.first.insert(issue.id.clone(), row);
            return;
        };
        // Issues of two repositories may share a number.
        let elsewhere = own.url.is_some() && issue.url.is_some() && own.url != issue.url;
        if !elsewhere && own.told != told {
            self.twice.push(format!("{}, {} and {place}", issue.id, own.place));
        }
    }

    /// What two rows tell differently.
    pub(crate) fn limit(&self, source: &IssueSource<'_>) -> Option<Limit> {
        source.limit(
            &self.twice,
            "one id with other data",
            "nobody says which row holds; the issue counts as open while one of them is",
            "give each issue an id of its own, or leave one row",
            &[Constraint::IssuesExamined, Constraint::ProcessAssessed],
        )
    }
}
