//! GitHub as a source: issues with their timelines, security advisories, Dependabot, code-scanning and secret-scanning
//! alerts, and releases, as neutral values. What cannot be seen becomes a limit that names the permission.

use crate::collect::github::advisories;
use crate::collect::github::alerts;
use crate::collect::github::issues;
use crate::collect::github::limits;
use crate::collect::github::releases;
use crate::collect::github::timelines;
use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use crate::net::base::{Client, NetError};
use lookback_core::intake::source::SourceRead;
use lookback_core::join::issues::join_records;
use lookback_core::model::evidence::{Issue, Limit, LimitKind, Release};
use lookback_core::model::policy::{GitHubKind, Policy};

/// What to ask GitHub for.
pub struct Ask<'a> {
    /// `owner/name` of the repository that keeps the records; its issues go by bare numbers (`#12`).
    pub own: &'a str,
    /// Repositories to read, as `owner/name`, the own one among them where it is to be read.
    pub repositories: &'a [String],
    /// Which issues are security issues, what a release is.
    pub policy: &'a Policy,
    /// State and labels are those at the end of this day (UTC).
    pub as_of: NaiveDate,
}

/// What GitHub says.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Security issues of all kinds, those of one problem joined, and what could not be seen.
    pub read: SourceRead,
    /// Releases of the own repository by tag: the day of publication, or `None` for a pre-release.
    pub published: BTreeMap<String, Option<NaiveDate>>,
    /// Is the own repository private, if GitHub says?
    pub private: Option<bool>,
    /// Releases of the other repositories; tags are written `owner/name@tag`.
    pub releases: Vec<Release>,
}

/// All questions to GraphQL as they are sent, to be checked against a server's schema.
pub fn graphql_questions() -> [String; 2] {
    [timelines::QUERY, timelines::MORE].map(|question| format!("{question}{}", timelines::ITEM))
}

/// What all readers of one repository share.
pub struct Place<'a> {
    pub client: &'a Client,
    /// `owner/name`.
    pub repository: &'a str,
    /// Is it the repository that keeps the records?
    pub own: bool,
    pub policy: &'a Policy,
    /// The first moment that does not count any more.
    pub end: DateTime<Utc>,
}

/// The limit for all of GitHub, when there is no client to ask with.
pub fn unreachable(repositories: &[String], error: &NetError) -> Vec<Limit> {
    let what = |name: &String| format!("GitHub issues, advisories and alerts of {name}");
    let needs = "read access to the repository";
    repositories.iter().map(|name| limits::of(what(name), error, needs, &limits::ISSUES)).collect()
}

/// The limits when GitHub was asked for, but the network is not to be used.
pub fn offline(repositories: &[String]) -> Vec<Limit> {
    let limit = |name: &String| Limit {
        kind: LimitKind::Tracker,
        unseen: false,
        what: format!("GitHub issues, advisories and alerts of {name}"),
        why: "--offline: the network is not used".to_owned(),
        remedy: "Run without --offline, or give issue files instead (--issues FILE).".to_owned(),
        affects: limits::ISSUES.to_vec(),
    };
    repositories.iter().map(limit).collect()
}

/// Reads all repositories. Never fails: what could not be had is a limit.
pub async fn read(client: &Client, ask: &Ask<'_>) -> Found {
    let mut found = Found::default();
    let mut issues = Vec::new();
    for repository in ask.repositories {
        let end = ask.as_of.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN).and_utc();
        let own = repository.eq_ignore_ascii_case(ask.own);
        let place = Place { client, repository, own, policy: ask.policy, end };
        issues.extend(Box::pin(read_one(&place, &mut found)).await);
    }
    found.read.issues = join_records(issues, ask.own);
    found
}

pub async fn read_one(place: &Place<'_>, found: &mut Found) -> Vec<Issue> {
    let wanted = |kind| place.policy.issues.github.contains(&kind);
    let about = match place.client.get::<About>(&place.path("")).await {
        Ok(answer) => answer.value,
        // One question tells that all others would end the same way.
        Err(error @ (NetError::NotFound { .. } | NetError::Permission { .. } | NetError::RateLimited { .. })) => {
            let what = format!("GitHub issues, advisories and alerts of {}", place.repository);
            found.read.limits.push(limits::of(what, &error, "metadata: read, issues: read", &limits::ISSUES));
            return Vec::new();
        }
        Err(_) => About { has_issues: true, permissions: None, private: None },
    };
    if place.own {
        found.private = about.private;
    }
    let (issues, advisories, alerts, releases) = tokio::join!(
        async { if wanted(GitHubKind::Issues) { issues::read(place, &about).await } else { SourceRead::default() } },
        async {
            if wanted(GitHubKind::Advisories) { advisories::read(place, &about).await } else { SourceRead::default() }
        },
        alerts::read(place),
        releases::read(place),
    );
    let mut all = Vec::new();
    for read in [issues, advisories, alerts] {
        all.extend(read.issues);
        found.read.limits.extend(read.limits);
    }
    found.read.limits.extend(releases.limits);
    found.published.extend(releases.published);
    found.releases.extend(releases.elsewhere);
    all
}

/// What the repository says of itself.
#[derive(Debug, Deserialize)]
pub struct About {
    #[serde(default = "yes")]
    pub has_issues: bool,
    #[serde(default)]
    pub permissions: Option<Permissions>,
    #[serde(default)]
    private: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Permissions {
    #[serde(default)]
    pub admin: bool,
}

pub fn yes() -> bool {
    true
}

impl Place<'_> {
    /// A path below the repository's.
    pub fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.repository)
    }

    /// The id of something that has a number in this repository: `#12`, elsewhere `owner/name#12`.
    pub fn id(&self, what: &str, number: u64) -> String {
        match (self.own, what) {
            (true, _) => format!("{what}#{number}"),
            (false, "") => format!("{}#{number}", self.repository),
            (false, _) => format!("{} {what}#{number}", self.repository),
        }
    }

    /// An issue of which nothing is known yet.
    pub fn blank(&self, id: String, source: &str) -> Issue {
        Issue::new(id, source)
    }

    /// Did it happen by the day judged for?
    pub fn counts(&self, at: DateTime<Utc>) -> bool {
        at < self.end
    }
}
