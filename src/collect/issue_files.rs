//! Issue files as a source: exports of trackers, advisories, tables.

use std::collections::BTreeSet;

use crate::collect::error::CollectError;
use crate::collect::files::{AtFork, BaseFile};
use crate::collect::source::{Asked, Asking, Source, SourceAnswer};
use lookback_core::intake::ahead;
use lookback_core::intake::read::read_file;
use lookback_core::model::{Issue, Limit, LimitKind, Policy};
use lookback_reading::{Constraint, count, listed};

/// Issues named one by one.
const NAMED: usize = 20;

/// The row of issue files.
pub(crate) static ISSUE_FILES: Source = Source { name: "issue file", permissions: &[], ask };

fn ask<'a>(asking: &'a Asking<'a>) -> Result<Asked<'a>, CollectError> {
    let mut answers = Vec::new();
    for file in asking.files {
        let mut read = read_file(&file.name, &file.bytes, asking.policy)?;
        read.limits.extend(ahead(&file.name, &read, asking.today, asking.policy));
        let seen = read.issues.len() + read.others.len();
        answers.push(SourceAnswer::plain(0, &file.name, ISSUE_FILES.name, Some(seen), read));
    }
    Ok(Asked::Now(answers))
}

/// Issues that the files hold on the branch whose policy judges, and that no source of the revision holds any more: they stay, and
/// are named. What that branch got after the change set out, the change did not take away.
pub(crate) fn taken_away(base: &[BaseFile], policy: &Policy, told: &mut Vec<Issue>, limits: &mut Vec<Limit>) {
    if base.is_empty() {
        return;
    }
    let mut known: BTreeSet<String> = told.iter().flat_map(ids).collect();
    for file in base {
        let read = match read_file(&file.name, &file.bytes, policy) {
            Ok(read) => read,
            Err(error) => {
                limits.push(unreadable(&file.name, &error.to_string()));
                continue;
            }
        };
        let gone: Vec<Issue> =
            read.issues.into_iter().filter(|issue| !ids(issue).any(|id| known.contains(&id))).collect();
        let before: Option<BTreeSet<String>> = match &file.fork {
            AtFork::Same => Some(gone.iter().flat_map(ids).collect()),
            AtFork::Other(None) => Some(BTreeSet::new()),
            AtFork::Other(Some(bytes)) => {
                let read = read_file(&file.name, bytes, policy);
                read.ok().map(|read| read.issues.iter().flat_map(ids).collect())
            }
            AtFork::Unknown => None,
        };
        let stood = |issue: &&Issue| before.as_ref().is_some_and(|before| ids(issue).any(|id| before.contains(&id)));
        let (taken, other): (Vec<&Issue>, Vec<&Issue>) = gone.iter().partition(stood);
        let mut tell = |issues: &[&Issue], who: &str, remedy: &str| {
            if !issues.is_empty() {
                let names: Vec<&str> = issues.iter().map(|issue| issue.id.as_str()).collect();
                let (n, names) = (count(issues.len(), "issue"), listed(&names, NAMED));
                let why = format!("{}; they stay in the population: {names}", who.replace("{n}", &n));
                limits.push(Limit::new(LimitKind::IssueSource, &file.name, why, remedy));
            }
        };
        let looked_at = "Bring them back, or have the change merged after somebody else looked at it.";
        tell(&taken, "the change takes {n} out of it", looked_at);
        let (who, remedy) = if before.is_some() {
            ("the branch that it goes into has got {n} more since", "Merge that branch into the change.")
        } else {
            (
                "the branch that it goes into has {n} more, and whether the change took them out cannot be seen",
                "Check out the whole history (`fetch-depth: 0`), or merge that branch into the change.",
            )
        };
        tell(&other, who, remedy);
        known.extend(gone.iter().flat_map(ids));
        told.extend(gone);
    }
}

/// All names of an issue, without regard to case.
fn ids(issue: &Issue) -> impl Iterator<Item = String> + '_ {
    issue.aliases.iter().chain([&issue.id]).map(|id| id.to_lowercase())
}

/// What the base holds is not known.
fn unreadable(name: &str, why: &str) -> Limit {
    let why = format!("what the change takes out of it cannot be seen, because the base's cannot be read: {why}");
    Limit::new(LimitKind::PullRequest, name, why, "Mend the file on the branch that the change goes into.")
        .affecting(&Constraint::OF_ISSUES)
}
