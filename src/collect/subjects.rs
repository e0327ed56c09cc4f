//! Products in other repositories that the reviews kept here cover: walks the local clones that the configuration names, and
//! gives their issues and releases the name of their repository. What nobody looked at is a limit.
#![expect(clippy::disallowed_methods, reason = "looks whether two paths are one clone")]

use std::path::Path;

use chrono::NaiveDate;
use regex::Regex;

use crate::collect::git::absent::AbsentObjects;
use crate::collect::git::error::GitError;
use crate::collect::git::graph::Walk;
use crate::collect::git::releases::ReleaseTags;
use crate::collect::git::repository::Repository;
use crate::collect::git::walk::WalkOptions;
use lookback_core::join::embargo::Audience;
use lookback_core::model::period;
use lookback_core::model::{Issue, Limit, LimitKind, Release};
use lookback_core::model::{Policy, SubjectRepository};
use lookback_reading::Constraint;

/// The walked clone of one product.
pub(crate) struct WalkedProduct {
    /// `owner/name`.
    pub repository: String,
    /// Its history; tags of releases are as in its repository.
    pub walk: Walk,
    /// The clone.
    pub clone: Repository,
}

/// Until when, and how, the clones are walked.
pub(crate) struct CloneWalk<'a> {
    /// Clones lie below this folder, where there is one: a policy must not look around on a runner.
    pub within: Option<&'a Path>,
    /// The root that paths are relative to; `None` in a bare repository.
    pub root: Option<&'a Path>,
    /// `owner/name` of the repository that keeps the records.
    pub own: &'a str,
    /// Looks at the clones as they stood at the end of this day; `None`: at their HEAD.
    pub as_of: Option<NaiveDate>,
    /// The day judged for.
    pub day: NaiveDate,
    /// Repositories that were asked for over the network.
    pub asked: &'a [String],
    /// Where it is noted what partial clones lack.
    pub absent: Option<&'a AbsentObjects>,
    /// Called with the number of commits walked.
    pub progress: &'a (dyn Fn(usize) + Sync),
}

/// Walks the clones. Of a product without one, and not asked for over the network, nothing is known: that is a limit.
pub(crate) fn walk(policy: &Policy, options: &CloneWalk<'_>, limits: &mut Vec<Limit>) -> Vec<WalkedProduct> {
    let mut products = Vec::new();
    for subject in &policy.subjects {
        if subject.repository.eq_ignore_ascii_case(options.own) {
            continue;
        }
        let asked = options.asked.iter().any(|name| name.eq_ignore_ascii_case(&subject.repository));
        match &subject.path {
            Some(path) => match one(subject, path, policy, options) {
                Ok(mut product) => {
                    let name = &subject.name;
                    limits.extend(product.walk.limits.drain(..).map(|limit| {
                        let what = format!("{name}: {}", limit.what);
                        limit.of(what)
                    }));
                    products.push(product);
                }
                Err(why) => limits.push(unseen(subject, &why)),
            },
            None if asked => {}
            None => limits
                .push(unseen(subject, "its table names no clone (`path`), and it was not asked for over the network")),
        }
    }
    products
}

pub(crate) fn one(
    subject: &SubjectRepository,
    path: &str,
    policy: &Policy,
    options: &CloneWalk<'_>,
) -> Result<WalkedProduct, String> {
    let whole = Path::new(path).is_absolute().then_some(Path::new(path));
    let root = options.root.or(whole).ok_or("a bare repository has no folder that `path` could be relative to")?;
    let clone = Repository::open(&root.join(path)).map_err(|error| error.to_string())?.noting(options.absent);
    let outside = |within: &&Path| {
        !clone.path().canonicalize().is_ok_and(|at| within.canonicalize().is_ok_and(|top| at.starts_with(top)))
    };
    if options.within.as_ref().is_some_and(outside) {
        return Err(format!("{path} leads out of the workspace"));
    }
    // A path to a folder without a repository of its own would find the one around it.
    let encloses = |outer: &Path| clone.workdir().is_some_and(|inner| same(inner, outer));
    if encloses(root) {
        return Err(format!("{path} is in this repository, not in a clone of its own"));
    }
    let found = clone.name();
    if found.contains('/') && !found.eq_ignore_ascii_case(&subject.repository) {
        return Err(format!("the clone at {path} is of {found}"));
    }
    let failed = |error: GitError| error.to_string();
    let head = clone.resolve(None, options.as_of).map_err(failed)?;
    if head.is_none() {
        return Err(format!("the clone at {path} has no commit as old as that"));
    }
    let release: &Regex = subject.tag.as_ref().unwrap_or(&policy.releases.tag);
    let how = WalkOptions {
        tags: ReleaseTags { release, prerelease: &policy.releases.prerelease },
        tracker_keys: &policy.issues.tracker_keys,
        modules: &policy.issues.modules,
        progress: options.progress,
    };
    let mut walk = clone.walk(head, options.day, &how, Default::default).map_err(failed)?;
    let end = period::end_of_day(options.day);
    walk.references.retain(|reference| reference.committed < end);
    Ok(WalkedProduct { repository: subject.repository.clone(), walk, clone })
}

fn same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

pub(crate) fn unseen(subject: &SubjectRepository, why: &str) -> Limit {
    use Constraint::{DeployedDefectsAnalysed, IssuesExamined, ProcessAssessed};
    Limit::new(LimitKind::Product, format!("issues, history and releases of {} ({})", subject.name, subject.repository), why, format!(
            "In the [[subject]] of line {} name a clone (`path = \"../{}\"`), or read it over the network (--issues github).",
            subject.line,
            subject.repository.rsplit('/').next().unwrap_or("product")
        )).affecting(&[DeployedDefectsAnalysed, IssuesExamined, ProcessAssessed])
}

/// Bare numbers of another repository with its name: `#12` becomes `owner/name#12`.
pub(crate) fn placed(issues: &mut [Issue], repository: &str) {
    let name = |id: &str| if id.starts_with('#') { format!("{repository}{id}") } else { id.to_owned() };
    for issue in issues {
        belongs(issue, repository);
        issue.id = name(&issue.id);
        issue.aliases = issue.aliases.iter().map(|alias| name(alias)).collect();
    }
}

/// The issue is one of another repository.
pub(crate) fn belongs(issue: &mut Issue, repository: &str) {
    issue.repositories.insert(repository.to_owned());
}

/// Of which products nobody said who may read them, so that they are masked where more people read the log than may know of them.
pub(crate) fn masked(products: &[WalkedProduct], audience: &Audience<'_>) -> Vec<Limit> {
    let unknown = |product: &&WalkedProduct| !audience.visibilities.contains_key(&product.repository.to_lowercase());
    let hidden = products.iter().filter(unknown).filter(|product| audience.hides(&product.repository));
    let limit = |product: &WalkedProduct| {
        Limit::new(
            LimitKind::Product,
            format!("who may read {}", product.repository),
            "nobody was asked, so its issues are masked where everybody may read the log",
            "Read it over the network too (--issues github), or write `show = true` under [embargo] if all of it is public.",
        )
    };
    hidden.map(limit).collect()
}

/// A release of another repository as reports name it: `owner/name@tag`.
pub(crate) fn named(release: &Release, repository: &str) -> Release {
    Release { tag: format!("{repository}@{}", release.tag), date: release.date }
}

/// The words by which a record may call a product before a `#`: its name and the last part of its repository's.
pub(crate) fn words(policy: &Policy, own: &str) -> Vec<(String, String)> {
    let mut words = Vec::new();
    for subject in policy.subjects.iter().filter(|subject| !subject.repository.eq_ignore_ascii_case(own)) {
        let last = subject.repository.rsplit('/').next().unwrap_or_default();
        for word in [subject.name.as_str(), last] {
            words.push((word.to_lowercase(), subject.repository.clone()));
        }
    }
    // A word that two products share names neither.
    let clash = |one: &(String, String)| words.iter().any(|other| other.0 == one.0 && other.1 != one.1);
    words.iter().filter(|word| !word.0.is_empty() && !clash(word)).cloned().collect()
}
