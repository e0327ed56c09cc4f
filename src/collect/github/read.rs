//! GitHub as a source: issues with their timelines, security advisories, Dependabot, code-scanning and secret-scanning
//! alerts, and releases, as neutral values. What cannot be seen becomes a limit that names the permission.

use crate::collect::github::advisories;
use crate::collect::github::alerts;
use crate::collect::github::issues;
use crate::collect::github::limits;
use crate::collect::github::place::{About, AskedRepository, KindRead};
use crate::collect::github::releases;
use crate::collect::source::summarised;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};

use crate::net::client::Client;
use crate::net::error::NetError;
use lookback_core::intake::SourceRead;
use lookback_core::join::issues::join_records;
use lookback_core::model::{GitHubKind, Policy};
use lookback_core::model::{Issue, Limit, LimitKind, Release, SourceSummary, Visibility};
use lookback_reading::Constraint;

/// What to ask GitHub for.
pub struct GitHubRequest<'a> {
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
pub struct GitHubRead {
    /// Security issues of all kinds, those of one problem joined, and what could not be seen.
    pub read: SourceRead,
    /// Releases of the own repository by tag: the day of publication, or `None` for a pre-release.
    pub published: BTreeMap<String, Option<NaiveDate>>,
    /// Who may read which repository, where GitHub says; names are lower-case.
    pub visibilities: BTreeMap<String, Visibility>,
    /// Releases of the other repositories; tags are written `owner/name@tag`.
    pub releases: Vec<Release>,
    /// What was read, by kind and repository.
    pub summaries: Vec<SourceSummary>,
}

/// The limit for all of GitHub, when there is no client to ask with.
pub(crate) fn unreachable(repositories: &[String], error: &NetError) -> Vec<Limit> {
    let what = |name: &String| format!("GitHub issues, advisories and alerts of {name}");
    let needs = "read access to the repository";
    repositories.iter().map(|name| limits::of(what(name), error, needs, &Constraint::OF_ISSUES)).collect()
}

/// The limit for a repository of an owner whose installation of the app nobody allowed to use.
pub(crate) fn foreign(name: &str) -> Vec<Limit> {
    let limit = Limit::new(
        LimitKind::Tracker,
        format!("GitHub issues, advisories and alerts of {name}"),
        "the app takes a token of another owner only where the environment says so",
        "List the owner in LOOKBACK_APP_OWNERS, or take the repository out of the sources.",
    );
    vec![limit.affecting(&Constraint::OF_ISSUES)]
}

/// The limits when GitHub was asked for, but the network is not to be used.
pub(crate) fn offline(repositories: &[String]) -> Vec<Limit> {
    let limit = |name: &String| {
        Limit::new(
            LimitKind::Tracker,
            format!("GitHub issues, advisories and alerts of {name}"),
            "--offline: the network is not used",
            "Run without --offline, or give issue files instead (--issues FILE).",
        )
        .affecting(&Constraint::OF_ISSUES)
    };
    repositories.iter().map(limit).collect()
}

/// Reads all repositories. Never fails: what could not be had is a limit.
pub async fn read(client: &Client, ask: &GitHubRequest<'_>) -> GitHubRead {
    let mut found = GitHubRead::default();
    let mut issues = Vec::new();
    for repository in ask.repositories {
        let end = ask.as_of.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN).and_utc();
        let own = repository.eq_ignore_ascii_case(ask.own);
        let place = AskedRepository { client, repository, own, policy: ask.policy, end };
        issues.extend(Box::pin(read_one(&place, &mut found)).await);
    }
    found.read.issues = join_records(issues, ask.own);
    found
}

async fn read_one(place: &AskedRepository<'_>, found: &mut GitHubRead) -> Vec<Issue> {
    let wanted = |kind| place.policy.issues.github.contains(&kind);
    let about = match place.client.get::<About>(&place.path("")).await {
        Ok(answer) => answer.value,
        // One question tells that all others would end the same way.
        Err(error @ (NetError::NotFound { .. } | NetError::Permission { .. } | NetError::RateLimited { .. })) => {
            let what = format!("GitHub issues, advisories and alerts of {}", place.repository);
            found.read.limits.push(limits::of(what, &error, "metadata: read, issues: read", &Constraint::OF_ISSUES));
            return Vec::new();
        }
        Err(_) => About::unknown(),
    };
    found.visibilities.extend(about.visibility().map(|visibility| (place.repository.to_lowercase(), visibility)));
    let (issues, advisories, alerts, releases) = tokio::join!(
        async { if wanted(GitHubKind::Issues) { issues::read(place, &about).await } else { KindRead::default() } },
        async {
            if wanted(GitHubKind::Advisories) { advisories::read(place, &about).await } else { KindRead::default() }
        },
        alerts::read(place),
        releases::read(place),
    );
    let mut all = Vec::new();
    let mut kinds = Vec::new();
    if wanted(GitHubKind::Issues) {
        kinds.push(("github issues", issues));
    }
    if wanted(GitHubKind::Advisories) {
        kinds.push(("github advisories", advisories));
    }
    kinds.extend(alerts);
    for (kind, KindRead { seen, read }) in kinds {
        let summary = summarised(place.repository, kind, Some(seen), read.issues.len(), read.limits.len());
        found.summaries.push(summary);
        all.extend(read.issues);
        found.read.limits.extend(read.limits);
    }
    found.read.limits.extend(releases.limits);
    found.published.extend(releases.published);
    found.releases.extend(releases.elsewhere);
    all
}
