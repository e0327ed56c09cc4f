//! Alerts: Dependabot, code scanning, secret scanning, with who dismissed them, why and in which words. All are private. Of a
//! found secret nothing is read but its kind.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::collect::github::limits;
use crate::collect::github::place::{AskedRepository, KindRead};
use crate::collect::github::rest::Who;
use lookback_core::intake::SourceRead;
use lookback_core::intake::severity;
use lookback_core::intake::words;
use lookback_core::model::GitHubKind;
use lookback_core::model::{Event, EventKind, Issue, Resolution};
use lookback_reading::{Constraint, fold};

/// Reads the kinds of alerts that the policy wants, each with its name among the sources.
pub(crate) async fn read(place: &AskedRepository<'_>) -> Vec<(&'static str, KindRead)> {
    let (dependabot, code, secrets) = tokio::join!(
        one::<Dependabot>(place, GitHubKind::Dependabot),
        one::<Code>(place, GitHubKind::CodeScanning),
        one::<Leaked>(place, GitHubKind::SecretScanning),
    );
    [dependabot, code, secrets].into_iter().flatten().collect()
}

/// A kind of alert: where it is listed, what reading it takes, and what it comes to.
pub(crate) trait Alert: DeserializeOwned {
    const PATH: &'static str;
    /// Its name among the sources.
    const SOURCE: &'static str;
    const NAME: &'static str;
    const PERMISSION: &'static str;
    /// Answers that hold more than is to lie on a disk are not kept.
    const KEEP: bool = true;

    /// `None` when it is no matter of security.
    fn issue(self, place: &AskedRepository<'_>) -> Option<Issue>;
}

pub(crate) async fn one<A: Alert>(place: &AskedRepository<'_>, kind: GitHubKind) -> Option<(&'static str, KindRead)> {
    if !place.policy.issues.github.contains(&kind) {
        return None;
    }
    let mut read = SourceRead::default();
    let path = place.path(A::PATH);
    let pages =
        if A::KEEP { place.client.pages::<A>(&path).await } else { place.client.pages_unkept::<A>(&path).await };
    if let Some(error) = &pages.missing {
        let what = format!("{} of {}", A::NAME, place.repository);
        read.limits.push(limits::of(what, error, A::PERMISSION, &Constraint::OF_ISSUES));
    }
    let seen = pages.items.len();
    read.issues = pages.items.into_iter().filter_map(|alert| alert.issue(place)).collect();
    Some((A::SOURCE, KindRead { seen, read }))
}

/// How an alert ended.
#[derive(Default)]
struct End {
    at: Option<DateTime<Utc>>,
    by: Option<String>,
    reason: Option<String>,
    comment: Option<String>,
}

/// What all alerts have in common.
fn started(place: &AskedRepository<'_>, id: String, source: &str, url: Option<String>, at: DateTime<Utc>) -> Issue {
    let mut issue = place.blank(id, source);
    issue.aliases.extend(url.clone());
    issue.url = url;
    issue.private = true;
    issue.events.push(Event { at, kind: EventKind::Opened, actor: None, note: None });
    issue
}

fn ended(place: &AskedRepository<'_>, issue: &mut Issue, end: End, resolution: Resolution) {
    let Some(at) = end.at else { return };
    let note = match (end.reason, end.comment) {
        (Some(reason), Some(comment)) => Some(format!("{reason}: {}", fold(&comment))),
        (one, two) => one.or(two.map(|comment| fold(&comment))),
    };
    if resolution == Resolution::Fixed {
        issue.events.push(Event { at, kind: EventKind::Fixed, actor: None, note: None });
    }
    issue.events.push(Event { at, kind: EventKind::Closed, actor: end.by, note });
    if place.counts(at) {
        issue.resolution = resolution;
    }
}

pub(crate) fn login(who: Option<Who>) -> Option<String> {
    who.map(|who| who.login)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dependabot {
    number: u64,
    state: String,
    html_url: Option<String>,
    created_at: DateTime<Utc>,
    fixed_at: Option<DateTime<Utc>>,
    dismissed_at: Option<DateTime<Utc>>,
    auto_dismissed_at: Option<DateTime<Utc>>,
    dismissed_by: Option<Who>,
    dismissed_reason: Option<String>,
    dismissed_comment: Option<String>,
    dependency: Option<Dependency>,
    security_advisory: AlertAdvisory,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    package: Option<Package>,
    manifest_path: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
}

#[derive(Debug, Deserialize)]
struct AlertAdvisory {
    ghsa_id: String,
    cve_id: Option<String>,
    summary: String,
    severity: Option<String>,
    #[serde(default)]
    cwes: Vec<Cwe>,
}

#[derive(Debug, Deserialize)]
struct Cwe {
    cwe_id: String,
}

impl Alert for Dependabot {
    const PATH: &'static str = "/dependabot/alerts?per_page=100&sort=created&direction=asc";
    const SOURCE: &'static str = "github dependabot";
    const NAME: &'static str = "Dependabot alerts";
    const PERMISSION: &'static str = "Dependabot alerts: read (vulnerability_alerts)";

    fn issue(self, place: &AskedRepository<'_>) -> Option<Issue> {
        let id = words::usual(&self.security_advisory.ghsa_id);
        let mut issue = started(place, id, Self::SOURCE, self.html_url, self.created_at);
        issue.aliases.insert(place.id("dependabot", self.number));
        issue.aliases.extend(self.security_advisory.cve_id.map(|id| words::usual(&id)));
        issue.title = fold(&self.security_advisory.summary);
        if let Some(dependency) = self.dependency {
            let package = dependency.package.map(|package| package.name);
            let place: Vec<String> = package.into_iter().chain(dependency.manifest_path).collect();
            issue.title += &format!(" ({})", fold(&place.join(" in ")));
        }
        issue.severity = self.security_advisory.severity.as_deref().and_then(severity::word);
        issue.cwe = self.security_advisory.cwes.iter().flat_map(|cwe| words::cwes(&cwe.cwe_id)).collect();
        let (end, resolution) = match self.state.as_str() {
            "fixed" => (End { at: self.fixed_at, ..End::default() }, Resolution::Fixed),
            "dismissed" => {
                let resolution = self.dismissed_reason.as_deref().map(words::dismissal).unwrap_or_default();
                let by = login(self.dismissed_by);
                let (reason, comment) = (self.dismissed_reason, self.dismissed_comment);
                (End { at: self.dismissed_at, by, reason, comment }, resolution)
            }
            "auto_dismissed" => {
                let reason = Some("auto-dismissed".to_owned());
                (End { at: self.auto_dismissed_at, reason, ..End::default() }, Resolution::None)
            }
            _ => (End::default(), Resolution::None),
        };
        ended(place, &mut issue, end, resolution);
        Some(issue)
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Code {
    number: u64,
    state: Option<String>,
    html_url: Option<String>,
    created_at: DateTime<Utc>,
    fixed_at: Option<DateTime<Utc>>,
    dismissed_at: Option<DateTime<Utc>>,
    dismissed_by: Option<Who>,
    dismissed_reason: Option<String>,
    dismissed_comment: Option<String>,
    rule: Rule,
}

#[derive(Debug, Deserialize)]
struct Rule {
    id: Option<String>,
    description: Option<String>,
    security_severity_level: Option<String>,
    tags: Option<Vec<String>>,
}

impl Alert for Code {
    const PATH: &'static str = "/code-scanning/alerts?per_page=100&sort=created&direction=asc";
    const SOURCE: &'static str = "github code-scanning";
    const NAME: &'static str = "code-scanning alerts";
    const PERMISSION: &'static str = "code scanning alerts: read (security-events: read)";

    fn issue(self, place: &AskedRepository<'_>) -> Option<Issue> {
        let tags = self.rule.tags.unwrap_or_default();
        // Scanners report style and quality too.
        let secure = self.rule.security_severity_level.is_some()
            || tags.iter().any(|tag| tag.eq_ignore_ascii_case("security") || !words::cwes(tag).is_empty());
        if !secure {
            return None;
        }
        let id = place.id("code-scanning", self.number);
        let mut issue = started(place, id, Self::SOURCE, self.html_url, self.created_at);
        issue.title = fold(&self.rule.description.or(self.rule.id).unwrap_or_default());
        issue.severity = self.rule.security_severity_level.as_deref().and_then(severity::word);
        issue.cwe = tags.iter().flat_map(|tag| words::cwes(tag)).collect();
        let (end, resolution) = match self.state.as_deref() {
            Some("fixed") => (End { at: self.fixed_at, ..End::default() }, Resolution::Fixed),
            Some("dismissed") => {
                let resolution = self.dismissed_reason.as_deref().map(words::dismissal).unwrap_or_default();
                let by = login(self.dismissed_by);
                let (reason, comment) = (self.dismissed_reason, self.dismissed_comment);
                (End { at: self.dismissed_at, by, reason, comment }, resolution)
            }
            _ => (End::default(), Resolution::None),
        };
        ended(place, &mut issue, end, resolution);
        Some(issue)
    }
}

/// A secret that was found. The secret itself is neither asked for nor read.
#[derive(Debug, Deserialize)]
pub(crate) struct Leaked {
    number: u64,
    html_url: Option<String>,
    created_at: DateTime<Utc>,
    state: Option<String>,
    resolution: Option<String>,
    resolved_at: Option<DateTime<Utc>>,
    resolved_by: Option<Who>,
    resolution_comment: Option<String>,
    secret_type_display_name: Option<String>,
    secret_type: Option<String>,
}

impl Alert for Leaked {
    const PATH: &'static str = "/secret-scanning/alerts?per_page=100&sort=created&direction=asc&hide_secret=true";
    const SOURCE: &'static str = "github secret-scanning";
    const NAME: &'static str = "secret-scanning alerts";
    const PERMISSION: &'static str = "secret scanning alerts: read (secret_scanning_alerts)";
    // An older server does not know `hide_secret`.
    const KEEP: bool = false;

    fn issue(self, place: &AskedRepository<'_>) -> Option<Issue> {
        let id = place.id("secret-scanning", self.number);
        let mut issue = started(place, id, Self::SOURCE, self.html_url, self.created_at);
        let kind = self.secret_type_display_name.or(self.secret_type).unwrap_or_else(|| "secret".to_owned());
        issue.title = format!("Leaked: {}", fold(&kind));
        if self.state.as_deref() == Some("resolved") {
            let resolution = self.resolution.as_deref().map(words::dismissal).unwrap_or_default();
            let (at, by) = (self.resolved_at, login(self.resolved_by));
            let end = End { at, by, reason: self.resolution, comment: self.resolution_comment };
            ended(place, &mut issue, end, resolution);
        }
        Some(issue)
    }
}
