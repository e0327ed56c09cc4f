//! One repository on GitHub as it is asked: by which client, what belongs to it, and how things in it are called.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::net::client::Client;
use lookback_core::intake::SourceRead;
use lookback_core::model::Issue;
use lookback_core::model::{Policy, Visibility};

/// What all readers of one repository share.
pub(crate) struct AskedRepository<'a> {
    pub client: &'a Client,
    /// `owner/name`.
    pub repository: &'a str,
    /// Is it the repository that keeps the records?
    pub own: bool,
    pub policy: &'a Policy,
    /// The first moment that does not count any more.
    pub end: DateTime<Utc>,
}

impl AskedRepository<'_> {
    /// A path below the repository's.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.repository)
    }

    /// The id of something that has a number in this repository: `#12`, elsewhere `owner/name#12`.
    pub(crate) fn id(&self, what: &str, number: u64) -> String {
        match (self.own, what) {
            (true, _) => format!("{what}#{number}"),
            (false, "") => format!("{}#{number}", self.repository),
            (false, _) => format!("{} {what}#{number}", self.repository),
        }
    }

    /// An issue of which nothing is known yet.
    pub(crate) fn blank(&self, id: String, source: &str) -> Issue {
        let elsewhere = (!self.own).then(|| self.repository.to_owned());
        Issue { repositories: elsewhere.into_iter().collect(), ..Issue::new(id, source) }
    }

    /// Did it happen by the day judged for?
    pub(crate) fn counts(&self, at: DateTime<Utc>) -> bool {
        at < self.end
    }
}

/// What a list of one kind says.
#[derive(Default)]
pub(crate) struct KindRead {
    /// How many there are, security issues or not.
    pub seen: usize,
    /// The security issues, and what could not be seen.
    pub read: SourceRead,
}

/// What the repository says of itself.
#[derive(Debug, Deserialize)]
pub(crate) struct About {
    #[serde(default = "yes")]
    pub has_issues: bool,
    #[serde(default)]
    pub permissions: Option<Permissions>,
    #[serde(default)]
    private: Option<bool>,
    #[serde(default)]
    visibility: Option<String>,
}

impl About {
    /// What is assumed where nobody answers.
    pub(crate) fn unknown() -> Self {
        About { has_issues: true, permissions: None, private: None, visibility: None }
    }

    /// Who may read it.
    pub(crate) fn visibility(&self) -> Option<Visibility> {
        Visibility::told(self.visibility.as_deref(), self.private)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Permissions {
    #[serde(default)]
    pub admin: bool,
}

fn yes() -> bool {
    true
}
