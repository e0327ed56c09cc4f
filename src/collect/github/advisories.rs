//! Repository security advisories: published ones, and drafts and private reports where the token may see them.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::collect::github::limits;
use crate::collect::github::place::{About, AskedRepository, KindRead};
use crate::collect::github::rest::Who;
use lookback_core::intake::SourceRead;
use lookback_core::intake::severity;
use lookback_core::intake::words;
use lookback_core::model::{Event, EventKind, Issue, Limit, LimitKind, Resolution};
use lookback_reading::{Constraint, fold};

const PERMISSION: &str = "repository security advisories: read (repository_advisories)";

#[derive(Debug, Deserialize)]
pub(crate) struct RepositoryAdvisory {
    ghsa_id: String,
    cve_id: Option<String>,
    html_url: Option<String>,
    summary: String,
    severity: Option<String>,
    state: String,
    author: Option<Who>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    published_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    withdrawn_at: Option<DateTime<Utc>>,
    cwe_ids: Option<Vec<String>>,
    vulnerabilities: Option<Vec<Vulnerable>>,
}

#[derive(Debug, Deserialize)]
struct Vulnerable {
    patched_versions: Option<String>,
}

/// Reads all advisories that the token may see.
pub(crate) async fn read(place: &AskedRepository<'_>, about: &About) -> KindRead {
    let mut read = SourceRead::default();
    let path = place.path("/security-advisories?per_page=100&sort=created&direction=asc");
    let pages = place.client.pages_settled(&path, |one: &RepositoryAdvisory| one.ghsa_id.clone()).await;
    let what = format!("security advisories of {}", place.repository);
    let unpublished = pages.items.iter().any(|one| matches!(one.state.as_str(), "draft" | "triage"));
    let admin = about.permissions.as_ref().is_some_and(|may| may.admin);
    let sees = unpublished || admin || place.client.granted("repository_advisories");
    match &pages.missing {
        Some(error) => read.limits.push(limits::of(what, error, PERMISSION, &Constraint::OF_ISSUES)),
        // GitHub leaves out silently what the token may not see.
        None if !sees => read.limits.push(
            Limit::new(
                LimitKind::Tracker,
                format!("draft advisories and private reports of {}", place.repository),
                format!(
                    "none is shown, and {} is not known to see them: permission {PERMISSION}",
                    if place.client.authenticated() { "the token" } else { "whoever asks without a token" }
                ),
                "Use the token of an administrator or of a GitHub App with this permission, or leave advisories out of \
                     [issues] github when the team uses none; see docs/github.md.",
            )
            .affecting(&Constraint::OF_ISSUES),
        ),
        None => {}
    }
    let seen = pages.items.len();
    read.issues = pages.items.into_iter().filter_map(|advisory| issue(place, advisory)).collect();
    KindRead { seen, read }
}

pub(crate) fn issue(place: &AskedRepository<'_>, advisory: RepositoryAdvisory) -> Option<Issue> {
    let opened = advisory.created_at.or(advisory.published_at).or(advisory.updated_at)?;
    let mut issue = place.blank(words::usual(&advisory.ghsa_id), "github advisories");
    issue.aliases.extend(advisory.cve_id.map(|id| words::usual(&id)));
    issue.aliases.extend(advisory.html_url.clone());
    issue.url = advisory.html_url;
    issue.title = fold(&advisory.summary);
    issue.severity = advisory.severity.as_deref().and_then(severity::word);
    issue.cwe = advisory.cwe_ids.iter().flatten().flat_map(|id| words::cwes(id)).collect();
    issue.private = !matches!(advisory.state.as_str(), "published" | "withdrawn");
    let actor = advisory.author.map(|author| author.login);
    let mut add = |at: Option<DateTime<Utc>>, kind, actor: Option<String>, note: Option<&str>| {
        issue.events.extend(at.map(|at| Event { at, kind, actor, note: note.map(str::to_owned) }));
    };
    add(Some(opened), EventKind::Opened, actor, None);
    add(advisory.published_at, EventKind::Published, None, None);
    let ended = advisory.closed_at.or(advisory.withdrawn_at);
    let patched = patched(advisory.vulnerabilities.as_deref().unwrap_or_default());
    let withdrawn = advisory.withdrawn_at.is_some_and(|at| place.counts(at));
    match advisory.state.as_str() {
        "published" if patched || withdrawn => {
            add(advisory.published_at, EventKind::Closed, None, Some("published"));
        }
        // What is published has no fix before each of its packages has one.
        "published" => issue.untold = advisory.vulnerabilities.as_ref().is_none_or(Vec::is_empty),
        // An advisory that was published first counts as closed from then on.
        "closed" | "withdrawn" => {
            let at = advisory.published_at.or(ended).or(advisory.updated_at);
            add(at, EventKind::Closed, None, Some(&advisory.state));
        }
        _ => {}
    }
    issue.resolution = match advisory.state.as_str() {
        "closed" | "withdrawn" => Resolution::NotAffected,
        _ if withdrawn => Resolution::NotAffected,
        _ if patched && advisory.published_at.is_some_and(|at| place.counts(at)) => Resolution::Fixed,
        _ => Resolution::None,
    };
    Some(issue)
}

/// Does every package that the advisory names have a version with the fix?
fn patched(packages: &[Vulnerable]) -> bool {
    let version = |one: &Vulnerable| one.patched_versions.as_deref().is_some_and(words::names_version);
    !packages.is_empty() && packages.iter().all(version)
}
