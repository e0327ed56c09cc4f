//! The history as a source: what the walk knows of the commits that fix issues, and of the releases that hold them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::collect::error::CollectError;
use crate::collect::git::backports::ChangesOf;
use crate::collect::git::graph::{Ancestry, Walk};
use crate::collect::git::held::HeldChanges;
use crate::collect::git::repository::Repository;
use crate::collect::source::{Asked, Asking, Source};
use crate::collect::subjects;
use lookback_core::join::carried::{Carried, by_change};
use lookback_core::join::embargo::MASK;
use lookback_core::join::population;
use lookback_core::model::period;
use lookback_core::model::{Event, EventKind, Issue, Limit, LimitKind, Release, ReleaseRule, Resolution};

pub(crate) use lookback_core::intake::HISTORY as SOURCE;

/// The row of the history.
pub(crate) static HISTORY: Source = Source { name: SOURCE, permissions: &[], ask };

#[expect(clippy::unnecessary_wraps, reason = "sources are asked alike")]
fn ask<'a>(_: &'a Asking<'a>) -> Result<Asked<'a>, CollectError> {
    Ok(Asked::WithTheWalk)
}

/// One walked history: of the repository that keeps the records, or of a product.
pub(crate) struct WalkedHistory<'a> {
    /// `owner/name`; `None`: the repository that keeps the records, whose tags are written without a name.
    pub product: Option<&'a str>,
    /// Its history.
    pub walk: &'a Walk,
    /// Where that is kept.
    pub repository: &'a Repository,
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
    let held: Vec<HeldChanges<'_>> = places.iter().map(|place| HeldChanges::of(place.walk)).collect();
    for issue in &mut *issues {
        unknown.extend(name_fixes(issue, places, &held));
    }
    let changes = changes(issues, places);
    let stands = |fix: &str| !held.iter().any(|held| held.is_undone(fix));
    let landed = |fix: &str| places.iter().find_map(|place| place.walk.landed(fix)).filter(|_| stands(fix));
    for issue in &mut *issues {
        let landings = landings(issue, &landed, &changes);
        let known = issue.events.iter().any(|event| event.kind == EventKind::Fixed);
        if !known && let Some((at, fix)) = landings.iter().filter_map(|of| of.first()).max() {
            let note = Some(format!("commit {}", &fix[..12.min(fix.len())]));
            issue.events.push(Event { at: *at, kind: EventKind::Fixed, actor: None, note });
        }
        once_a_change(issue, &landings);
        issue.events.sort();
        issue.events.dedup();
        let closed = population::closed_before(issue, DateTime::<Utc>::MAX_UTC).is_some();
        if issue.resolution == Resolution::None && closed && !issue.fix_commits.is_empty() {
            issue.resolution = Resolution::Fixed;
        }
        issue.fixed_in = fixed_in(issue, places);
        release(issue, places, &held, &changes);
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

/// The folders of the software that the fixes of an issue change, where its class may come again. Those of a product bear its name.
fn fixed_in(issue: &Issue, places: &[WalkedHistory<'_>]) -> BTreeSet<String> {
    if issue.cwe.is_empty() || issue.private {
        return BTreeSet::new();
    }
    let of = |fix: &String| {
        let place = places.iter().find(|place| place.walk.landed(fix).is_some())?;
        let folders = place.repository.folders_changed(place.walk, fix);
        Some(folders.into_iter().map(|folder| match place.product {
            Some(product) if folder == "." => product.to_owned(),
            Some(product) => format!("{product}/{folder}"),
            None => folder,
        }))
    };
    issue.fix_commits.iter().filter_map(of).flatten().collect()
}

/// Gives the fixes of an issue their full ids, names the commit instead that brought one back after it had been taken back, and tells of
/// those that are not in any history.
fn name_fixes(issue: &mut Issue, places: &[WalkedHistory<'_>], held: &[HeldChanges<'_>]) -> Vec<String> {
    let (mut fixes, mut unknown): (Vec<String>, Vec<String>) = Default::default();
    let mut seen = BTreeSet::new();
    for named in &issue.fix_commits {
        let full = places.iter().find_map(|place| place.walk.resolve_commit(named));
        if full.is_none() {
            // Which commit fixes an issue under embargo is part of the secret.
            unknown.push(if issue.private {
                MASK.to_owned()
            } else {
                format!("{} ({})", named.get(..12).unwrap_or(named), issue.id)
            });
        }
        let full = full.unwrap_or_else(|| named.clone());
        let full = held.iter().find_map(|held| held.brought_back_by(&full)).map_or(full, str::to_owned);
        if seen.insert(full.clone()) {
            fixes.push(full);
        }
    }
    issue.fix_commits = fixes;
    unknown
}

/// The changes that commits carry: of issues with several fixes also those of commits that only a tracker names.
fn changes(issues: &[Issue], places: &[WalkedHistory<'_>]) -> ChangesOf {
    let several = issues.iter().filter(|issue| issue.fix_commits.len() > 1);
    let named: BTreeSet<String> = several.flat_map(|issue| issue.fix_commits.iter().cloned()).collect();
    places.iter().flat_map(|place| place.repository.changes_of(place.walk, &named)).collect()
}

/// The fixes of an issue, each with the changes that it carries; itself, where nothing else is known of it.
fn carried(issue: &Issue, changes: &ChangesOf) -> Vec<(Carried, String)> {
    let of = |fix: &String| changes.get(fix).cloned().unwrap_or_else(|| Carried::itself(fix.as_str()));
    issue.fix_commits.iter().map(|fix| (of(fix), fix.clone())).collect()
}

/// When each change of the fix landed, and by which commits, the earliest first: one change may be on several branches.
type Landings = Vec<BTreeSet<(DateTime<Utc>, String)>>;

fn landings(issue: &Issue, landed: &dyn Fn(&str) -> Option<DateTime<Utc>>, changes: &ChangesOf) -> Landings {
    let fixes = carried(issue, changes);
    let fixes = fixes.iter().filter_map(|(carried, fix)| Some((carried, (landed(fix)?, fix.clone()))));
    by_change(fixes).into_values().map(|of| of.into_iter().collect()).collect()
}

/// A change is available where it landed first: on other branches it is the same fix again.
fn once_a_change(issue: &mut Issue, landings: &Landings) {
    let firsts: BTreeSet<DateTime<Utc>> = landings.iter().filter_map(|of| of.first()).map(|(at, _)| *at).collect();
    let again = landings.iter().flat_map(|of| of.iter().skip(1)).map(|(at, _)| *at);
    let again: BTreeSet<DateTime<Utc>> = again.filter(|at| !firsts.contains(at)).collect();
    let fixed = issue.events.iter().filter(|event| event.kind == EventKind::Fixed);
    let told: BTreeSet<DateTime<Utc>> = fixed.map(|event| event.at).collect();
    if firsts.is_subset(&told) {
        issue.events.retain(|event| event.kind != EventKind::Fixed || !again.contains(&event.at));
    }
}

/// The first release that holds the fix, what was taken back before it left out: of one change that several branches carry, the earliest; of several changes, the latest.
fn release(issue: &mut Issue, places: &[WalkedHistory<'_>], held: &[HeldChanges<'_>], changes: &ChangesOf) {
    let first = |fix: &String| {
        let mut places = places.iter().zip(held);
        let (place, release) = places.find_map(|(place, held)| Some((place, held.first_release(fix)?)))?;
        Some(place.product.map_or(release.clone(), |product| subjects::named(&release, product)))
    };
    let fixes = carried(issue, changes);
    let by_change = by_change(fixes.iter().map(|(carried, fix)| (carried, first(fix))));
    issue.release_rule = match (by_change.len(), issue.fix_commits.len()) {
        (_, 0 | 1) => None,
        (1, _) => Some(ReleaseRule::EarliestBackport),
        _ => Some(ReleaseRule::LatestPart),
    };
    let earliest = |releases: Vec<Option<Release>>| releases.into_iter().flatten().min_by_key(|release| release.date);
    let releases: Option<Vec<Release>> = by_change.into_values().map(earliest).collect();
    issue.released_in = releases.and_then(|releases| releases.into_iter().max_by_key(|release| release.date));
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
