//! Issues of a repository: the list by REST (pages at once, conditional), the timelines by [`crate::collect::github::timelines`].

use crate::collect::github::history;
use crate::collect::github::history::{Now, Told};
use crate::collect::github::limits;
use crate::collect::github::listed::Listed;
use crate::collect::github::place::{About, AskedRepository, KindRead};
use crate::collect::github::rest::Who;
use crate::collect::github::timelines;
use crate::collect::github::timelines::Timelines;
use lookback_core::intake::SourceRead;
use lookback_core::intake::severity;
use lookback_core::intake::words;
use lookback_core::model::{Issue, Limit, LimitKind};
use lookback_reading::{Constraint, count, fold};

/// Reads all issues that are or were security issues.
pub(crate) async fn read(place: &AskedRepository<'_>, about: &About) -> KindRead {
    let mut read = SourceRead::default();
    if !about.has_issues {
        let why = "issues are switched off in the repository".to_owned();
        let remedy = "Name the tracker that is used instead with --issues or [issues] sources.".to_owned();
        read.limits.push(Limit::new(LimitKind::Tracker, format!("issues of {}", place.repository), why, remedy));
        return KindRead { seen: 0, read };
    }
    let path = place.path("/issues?state=all&sort=created&direction=asc&per_page=100");
    let pages = place.client.pages_settled(&path, |issue: &Listed| issue.number).await;
    if let Some(error) = &pages.missing {
        let what = match pages.items.len() {
            0 => format!("issues of {}", place.repository),
            n => format!("issues of {} beyond {}", place.repository, count(n, "listed issue")),
        };
        read.limits.push(limits::of(what, error, "issues: read", &Constraint::OF_ISSUES));
    }
    let me = who(place, &pages.items).await;
    let own = |issue: &&Listed| issue.pull_request.is_none() && !issue.is_reminder(me.as_deref());
    let mut listed: Vec<&Listed> = pages.items.iter().filter(own).collect();
    // The present security issues first, should a limit cut it short; the others tell of labels that were removed.
    listed.sort_by_key(|issue| (!words::security_label(&issue.labels(), place.policy), issue.number));
    listed.dedup_by_key(|issue| issue.number);
    let timelines = timelines::read(place, &listed).await;
    read.limits.extend(unread(place, &listed, &timelines));
    read.issues = listed.iter().filter_map(|one| issue(place, one, &timelines)).collect();
    KindRead { seen: listed.len(), read }
}

/// The account that asks: wanted only where a person may have written a reminder.
async fn who(place: &AskedRepository<'_>, listed: &[Listed]) -> Option<String> {
    if !listed.iter().any(|issue| issue.body.reminder && !issue.is_reminder(None)) {
        return None;
    }
    Some(place.client.get_unkept::<Who>("/user").await.ok()?.value.login)
}

pub(crate) fn unread(place: &AskedRepository<'_>, listed: &[&Listed], timelines: &Timelines) -> Option<Limit> {
    let missing = listed.iter().filter(|issue| !timelines.of.contains_key(&issue.number)).count();
    let error = timelines.missing.as_ref().filter(|_| missing > 0)?;
    let what = format!(
        "timelines of {} of {} (labels added or removed later, earlier closings, fixes)",
        count(missing, "issue"),
        place.repository
    );
    Some(limits::of(what, error, "issues: read", &Constraint::OF_ISSUES))
}

pub(crate) fn issue(place: &AskedRepository<'_>, listed: &Listed, timelines: &Timelines) -> Option<Issue> {
    let policy = place.policy;
    let labels = listed.labels();
    let title = fold(&listed.title);
    let by_type =
        listed.kind().is_some_and(|kind| policy.issues.types.iter().any(|known| known.eq_ignore_ascii_case(kind)));
    let closed = listed.state.eq_ignore_ascii_case("closed");
    let reason = listed.state_reason.as_deref().map(|reason| reason.replace('_', "-"));
    let now = Now {
        title: &title,
        labels: &labels,
        author: listed.user.as_ref().map(|user| user.login.as_str()),
        opened: listed.created_at,
        closed: closed.then(|| listed.closed_at.unwrap_or(listed.updated_at)),
        closed_because: reason.as_deref(),
        always: by_type || listed.body.stated.iter().any(|id| words::security_id(id, policy)),
    };
    let moments = timelines.of.get(&listed.number).map(Vec::as_slice).unwrap_or_default();
    let told = history::tell(&now, moments, policy, place.end)?;
    Some(dressed(place, listed, told))
}

/// What labels and title say, as they were at the end.
fn dressed(place: &AskedRepository<'_>, listed: &Listed, told: Told) -> Issue {
    let mut issue = place.blank(place.id("", listed.number), "github");
    issue.title = fold(&told.title);
    issue.url = Some(listed.html_url.clone());
    issue.aliases.insert(listed.html_url.clone());
    issue.aliases.insert(format!("{}#{}", place.repository, listed.number));
    issue.aliases.extend(words::title_ids(&issue.title));
    issue.aliases.extend(words::leading_key(&issue.title, place.policy));
    issue.aliases.extend(listed.body.stated.iter().cloned());
    issue.aliases.remove(&issue.id);
    issue.cwe = told.labels.iter().flat_map(|label| words::cwes(label)).chain(words::cwes(&issue.title)).collect();
    issue.severity = severity::labels(&told.labels);
    issue.deployed = words::deployed_labels(&told.labels);
    issue.resolution = words::resolution_labels(&told.labels);
    if let Some(reason) = &told.reason {
        issue.resolution = issue.resolution.min(words::resolution_word(reason));
    }
    issue.labels = told.labels;
    issue.fix_commits = told.fixes;
    issue.events = told.events;
    issue
}
