//! Security issues as the history tells them: which commits fix what, and joining that to the issues of other sources.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::collect::error::CollectError;
use crate::collect::git::graph::{Ancestry, CommitReference, Walk};
use crate::collect::source::{Asked, Asking, Source};
use crate::collect::subjects;
use lookback_core::join::population;
use lookback_core::model::period;
use lookback_core::model::{Event, EventKind, Issue, Limit, LimitKind, Release, Resolution};

pub(crate) use lookback_core::intake::HISTORY as SOURCE;

/// The row of the history.
pub(crate) static HISTORY: Source = Source { name: SOURCE, permissions: &[], ask };

#[expect(clippy::unnecessary_wraps, reason = "sources are asked alike")]
fn ask<'a>(_: &'a Asking<'a>) -> Result<Asked<'a>, CollectError> {
    Ok(Asked::WithTheWalk)
}

/// The security issues that the commits tell of. A commit that only mentions a CVE makes no issue; one that fixes it does, and
/// so does any commit that names a key of the team's own security tracker.
pub(crate) fn issues(references: &[CommitReference], is_tracker_key: impl Fn(&str) -> bool) -> Vec<Issue> {
    let mut commits: Vec<&CommitReference> = references.iter().collect();
    commits.sort_by(|a, b| (a.authored, &a.commit).cmp(&(b.authored, &b.commit)));
    let mut issues: BTreeMap<String, Issue> = BTreeMap::new();
    let mut fixed_by: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut first_seen: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();

    for commit in commits {
        for id in &commit.security {
            first_seen.entry(id).or_insert(commit.authored);
        }
        for reverted in &commit.reverts {
            for id in fixed_by.get(reverted.as_str()).into_iter().flatten() {
                if let Some(issue) = issues.get_mut(id) {
                    issue.fix_commits.retain(|fix| fix != reverted);
                    issue.events.push(event(commit.committed, EventKind::Reopened, commit, "the fix was reverted"));
                    issue.resolution = Resolution::None;
                }
            }
        }
        for (id, aliases) in problems(commit, &is_tracker_key) {
            let opened = first_seen.get(id.as_str()).copied().unwrap_or(commit.authored);
            let issue = issues.entry(id.clone()).or_insert_with(|| blank(&id, commit, opened));
            issue.aliases.extend(aliases);
            issue.cwe.extend(commit.cwe.iter().cloned());
            if commit.is_fix {
                issue.fix_commits.push(commit.commit.clone());
                issue.events.push(event(commit.authored, EventKind::Fixed, commit, &commit.subject));
                issue.events.push(event(commit.committed, EventKind::Closed, commit, "fixed"));
                issue.resolution = Resolution::Fixed;
                fixed_by.entry(&commit.commit).or_default().push(id);
            }
        }
    }
    issues.into_values().collect()
}

/// The problems that one commit is about: each with its id and its other ids. Two CVEs in one commit are two problems; one CVE
/// with one GHSA, one key or one closed issue is one problem with several names.
fn problems(commit: &CommitReference, is_tracker_key: &impl Fn(&str) -> bool) -> Vec<(String, BTreeSet<String>)> {
    if !commit.is_fix {
        return commit
            .security
            .iter()
            .filter(|id| is_tracker_key(id))
            .map(|id| (id.clone(), BTreeSet::new()))
            .collect();
    }
    let of = |test: &dyn Fn(&str) -> bool| commit.security.iter().filter(|id| test(id)).collect::<Vec<_>>();
    let cves = of(&|id| id.starts_with("CVE-"));
    let advisories = of(&|id| id.starts_with("GHSA-"));
    let keys = of(&|id| !id.starts_with("CVE-") && !id.starts_with("GHSA-"));
    let closed: Vec<&String> = commit.issues.iter().collect();
    let names = [&keys, &closed, &advisories, &cves];
    if commit.security.is_empty() && commit.cwe.is_empty() && !commit.security_type {
        return Vec::new();
    }
    if names.iter().all(|ids| ids.len() <= 1) {
        let mut all = names.into_iter().flatten().map(|id| (*id).clone());
        return match all.next() {
            Some(id) => vec![(id, all.collect())],
            None => vec![(format!("commit {}", commit.commit.get(..12).unwrap_or(&commit.commit)), BTreeSet::new())],
        };
    }
    let security = commit.security.iter().map(|id| (id.clone(), BTreeSet::new()));
    let plain = closed.into_iter().filter(|_| commit.security.is_empty()).map(|id| (id.clone(), BTreeSet::new()));
    security.chain(plain).collect()
}

pub(crate) fn blank(id: &str, commit: &CommitReference, opened: DateTime<Utc>) -> Issue {
    Issue {
        title: commit.subject.clone(),
        events: vec![event(opened, EventKind::Opened, commit, "first named in the history")],
        ..Issue::new(id, SOURCE)
    }
}

pub(crate) fn event(at: DateTime<Utc>, kind: EventKind, commit: &CommitReference, note: &str) -> Event {
    let short = commit.commit.get(..12).unwrap_or(&commit.commit);
    Event { at, kind, actor: Some(commit.author.clone()), note: Some(format!("{note} (commit {short})")) }
}

/// The names of the issues that a tracker tells of, in small letters, and whether the tracker names their fix.
pub(crate) struct Tracked(BTreeMap<String, bool>);

impl Tracked {
    /// From the issues of all sources but the history.
    pub(crate) fn new(issues: &[Issue]) -> Self {
        let mut names = BTreeMap::new();
        for issue in issues {
            for name in issue.aliases.iter().chain([&issue.id]) {
                *names.entry(name.to_lowercase()).or_default() |= !issue.fix_commits.is_empty();
            }
        }
        Tracked(names)
    }

    /// Takes from an issue of the history what a tracker knows better: when it was opened and closed, and, where the tracker
    /// names the fix, the commits that only speak of the issue (a follow-up, a test, a backport).
    pub(crate) fn defer(&self, issue: &mut Issue) {
        let known: Vec<bool> = self.of(issue).collect();
        if known.is_empty() {
            return;
        }
        issue.events.retain(|event| event.kind == EventKind::Fixed);
        if known.contains(&true) {
            issue.events.clear();
            issue.fix_commits.clear();
        }
    }

    fn of(&self, issue: &Issue) -> impl Iterator<Item = bool> {
        issue.aliases.iter().chain([&issue.id]).filter_map(|name| self.0.get(&name.to_lowercase()).copied())
    }
}

/// Adds the commits that close a known issue without any word of security (`Fixes #12`), unless a tracker names its fix.
/// `repository` is the one whose commits these are, `home` the one that bare numbers of issues belong to.
pub(crate) fn attach_plain_fixes(
    issues: &mut [Issue],
    references: &[CommitReference],
    repository: &str,
    home: &str,
    tracked: &Tracked,
) {
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for (index, issue) in issues.iter().enumerate().filter(|(_, issue)| !tracked.of(issue).any(|fixed| fixed)) {
        for name in issue.aliases.iter().chain([&issue.id]) {
            by_name.insert(full(name, home), index);
        }
    }
    for commit in references.iter().filter(|commit| commit.is_fix || !commit.issues.is_empty()) {
        let named: BTreeSet<usize> =
            commit.issues.iter().filter_map(|id| by_name.get(&full(id, repository)).copied()).collect();
        for index in named {
            let issue = &mut issues[index];
            if !issue.fix_commits.contains(&commit.commit) {
                issue.fix_commits.push(commit.commit.clone());
                issue.events.push(event(commit.authored, EventKind::Fixed, commit, &commit.subject));
                issue.sources.insert(SOURCE.to_owned());
            }
        }
    }
}

/// A name in small letters, a bare number with its repository.
pub(crate) fn full(name: &str, repository: &str) -> String {
    if name.starts_with('#') { format!("{repository}{name}").to_lowercase() } else { name.to_lowercase() }
}

/// One walked history: of the repository that keeps the records, or of a product.
pub(crate) struct WalkedHistory<'a> {
    /// `owner/name`; `None`: the repository that keeps the records, whose tags are written without a name.
    pub product: Option<&'a str>,
    /// Its history.
    pub walk: &'a Walk,
}

/// Full commit ids, resolution, first release and deployment of every issue, from the histories. `releases` are all that are
/// known, those of products by `owner/name@tag`.
pub(crate) fn complete(
    issues: &mut [Issue],
    places: &[WalkedHistory<'_>],
    releases: &[Release],
    limits: &mut Vec<Limit>,
) {
    let mut unknown = Vec::new();
    let mut ancestries: Vec<Ancestry<'_>> = places.iter().map(|place| place.walk.ancestry()).collect();
    let resolve = |named: &str| places.iter().find_map(|place| place.walk.resolve_commit(named));
    let author_time = |fix: &str| places.iter().find_map(|place| place.walk.author_time(fix));
    for issue in &mut *issues {
        let mut fixes: Vec<String> = Vec::new();
        for named in &issue.fix_commits {
            let full = resolve(named);
            if full.is_none() {
                // Which commit fixes an issue under embargo is part of the secret.
                unknown.push(if issue.private {
                    issue.id.clone()
                } else {
                    format!("{} ({})", named.get(..12).unwrap_or(named), issue.id)
                });
            }
            let full = full.unwrap_or_else(|| named.clone());
            if !fixes.contains(&full) {
                fixes.push(full);
            }
        }
        issue.fix_commits = fixes;
        for fix in &issue.fix_commits {
            let known = issue.events.iter().any(|event| event.kind == EventKind::Fixed);
            if let Some(at) = author_time(fix).filter(|_| !known) {
                issue.events.push(Event {
                    at,
                    kind: EventKind::Fixed,
                    actor: None,
                    note: Some(format!("commit {}", &fix[..12.min(fix.len())])),
                });
            }
        }
        issue.events.sort();
        issue.events.dedup();
        let closed = population::closed_before(issue, DateTime::<Utc>::MAX_UTC).is_some();
        if issue.resolution == Resolution::None && closed && !issue.fix_commits.is_empty() {
            issue.resolution = Resolution::Fixed;
        }
        issue.released_in = first_release(issue, places);
        if issue.deployed.is_none() {
            issue.deployed = deployed(issue, places, &mut ancestries, releases);
        }
    }
    if !unknown.is_empty() {
        let n = unknown.len();
        unknown.truncate(5);
        limits.push(Limit::new(
            LimitKind::History,
            format!("{} named as a fix", lookback_reading::count(n, "commit")),
            format!("not in the history that was walked: {}", unknown.join(", ")),
            "Fetch the whole history (`git fetch --unshallow --tags`), or correct the commit id in the issue file.",
        ));
    }
}

/// The first release that contains every fix: the latest of their first releases.
pub(crate) fn first_release(issue: &Issue, places: &[WalkedHistory<'_>]) -> Option<Release> {
    let first = |fix: &String| {
        let (place, release) = places.iter().find_map(|place| Some((place, place.walk.first_release(fix)?)))?;
        Some(place.product.map_or(release.clone(), |product| subjects::named(&release, product)))
    };
    let releases: Option<Vec<Release>> = issue.fix_commits.iter().map(first).collect();
    releases?.into_iter().max_by_key(|release| release.date)
}

/// Was software in the field affected? Nobody says so outright: a release before the fix, or before the report, is presumed to
/// carry the defect; without any release nothing is deployed.
pub(crate) fn deployed(
    issue: &Issue,
    places: &[WalkedHistory<'_>],
    ancestries: &mut [Ancestry<'_>],
    releases: &[Release],
) -> Option<bool> {
    if issue.resolution == Resolution::NotAffected {
        return Some(false);
    }
    let mut before = |fix: &String| ancestries.iter_mut().find_map(|ancestry| ancestry.has_release_before(fix));
    if let Some(known) = issue.fix_commits.iter().find_map(&mut before) {
        return Some(known);
    }
    let opened: NaiveDate = population::opened(issue)?.date_naive();
    // An issue of a product can only be in that product's releases; one that belongs to no repository, in any.
    let owner = issue.aliases.iter().chain([&issue.id]).find_map(|name| {
        let owner = name.rsplit_once('#').filter(|(owner, _)| !owner.contains(':'))?.0;
        releases.iter().any(|release| of_product(release, owner)).then_some(owner)
    });
    let products: Vec<&str> = places.iter().filter_map(|place| place.product).collect();
    let counts = |release: &Release| match owner {
        Some(owner) => of_product(release, owner),
        None if issue.id.starts_with('#') => !products.iter().any(|product| of_product(release, product)),
        None => true,
    };
    Some(releases.iter().filter(|release| counts(release)).any(|release| period::days_left(opened, release.date) >= 0))
}

/// Is it a release of this repository (`owner/name@tag`)?
pub(crate) fn of_product(release: &Release, repository: &str) -> bool {
    !repository.is_empty()
        && release.tag.get(..repository.len()).is_some_and(|lead| lead.eq_ignore_ascii_case(repository))
        && release.tag[repository.len()..].starts_with('@')
}
