//! A change that is not merged, beside the tree that it is to be merged into: what it would loosen of the policy that judges it, who
//! approved that, and what it takes away.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use git2::Oid;

use crate::collect::base_tree::BaseTree;
use crate::collect::files::{AtFork, BaseFile, MOST};
use crate::collect::filter::{declarations, globs};
use crate::collect::git::commit_name::CommitName;
use crate::collect::git::repository::Repository;
use crate::collect::policy_approval::{self, Approvals};
use crate::collect::request::PolicyTip;
use crate::commands::policy::{Judging, inside, parsed, text};
use crate::event::CiEvent;
use crate::net::session::Net;
use lookback_core::config::ConfigErrors;
use lookback_core::config::line::KeyLines;
use lookback_core::intake::read::MAX_BYTES;
use lookback_core::judge::rules::policy_weakened::keys;
use lookback_core::model::{ConfigText, DeclaredPath, Limit, LimitKind, Loosened, Policy, PolicyBase, github_source};
use lookback_reading::{Constraint, DeclaredAs, Location, count, listed};

/// Keys named one by one.
const NAMED: usize = 10;
/// Commits of a change in a queue, at most.
const LONGEST: usize = 1000;

/// A change that is not merged, and the tree that it is to be merged into.
pub(crate) struct Change<'a> {
    /// The repository that is looked at.
    pub repository: &'a Repository,
    /// What started the run.
    pub event: &'a CiEvent,
    /// The network.
    pub net: &'a Net<'a>,
    /// Sources that the command line names; `None`: no issues are collected.
    pub issues: Option<&'a [PathBuf]>,
    /// The tree of the base.
    pub tree: &'a BaseTree<'a>,
    /// The commit looked at.
    pub head: Option<Oid>,
    /// The tree that is judged.
    pub seen: Option<Oid>,
    /// The last commit that the change and the base have in common; `None`: it cannot be seen.
    pub fork: Option<Oid>,
    /// Path of the configuration.
    pub path: &'a str,
    /// The configuration that the change brings.
    pub proposed: Option<String>,
}

impl Change<'_> {
    /// The base's policy judges, and what the change would loosen of it is told.
    pub(crate) fn judged_by(&self, mut policy: Policy, config: Option<ConfigText>) -> Judging {
        let mut limits = Vec::new();
        let at_fork = |fork| self.repository.file_in(fork, self.path, MOST).ok();
        let theirs = self.fork.and_then(at_fork).map(|found| found.map(|bytes| text(&bytes)));
        let set_out = theirs.is_some();
        let same = theirs.as_ref().map_or_else(
            || self.proposed.as_deref() == config.as_ref().map(|config| config.text.as_str()),
            |theirs| *theirs == self.proposed,
        );
        let own = self.fork.zip(self.seen).map(|(fork, seen)| self.repository.added_or_changed(fork, seen));
        let own = own.unwrap_or_default();
        let mut found: Vec<Loosened> = self.workflows(&mut limits);
        if !same {
            let before = theirs.flatten().map(|text| parsed(self.path, &text));
            match self.proposed.as_ref().map(|text| parsed(self.path, text)) {
                None if config.is_some() => {
                    let gone = self.file("there", "deleted");
                    found.extend(keys::loosened(&policy, &Policy::default(), &|_| None, &|_| false));
                    found.insert(0, Loosened { location: None, ..gone });
                }
                None => {}
                Some(Err(errors)) => found.push(self.file("sound", &format!("broken ({})", first(&errors)))),
                Some(Ok(proposed)) => {
                    let fresh = self.fresh(&proposed, &own);
                    let told = |before: &Policy| self.loosened(before, &proposed, &|glob| fresh.contains(glob));
                    // What the base tightened since is not loosened by who has not seen it yet.
                    let since = before.and_then(Result::ok).map(|before| told(&before));
                    let keys: Option<BTreeSet<&str>> =
                        since.as_ref().map(|since| since.iter().map(|one| one.key.as_str()).collect());
                    let is_own = |one: &Loosened| keys.as_ref().is_none_or(|keys| keys.contains(one.key.as_str()));
                    found.extend(told(&policy).into_iter().filter(is_own));
                    declare(&mut policy, &proposed, &own);
                }
            }
        }
        // What differs may be what the base changed since.
        if !set_out && !found.is_empty() {
            limits.push(not_seen(&found));
            found.clear();
        }
        let found = keys::bounded(found);
        let files = self.issues.map(|named| self.issue_files(named, &policy, &mut limits)).unwrap_or_default();
        let mut base = PolicyBase { loosened: found, ..PolicyBase::default() };
        if !base.loosened.is_empty() {
            self.approvals(&mut base, &mut limits);
        }
        Judging { policy, config, base: Some(base), files, limits }
    }

    /// What the configuration of the change makes looser than a policy. `fresh`: is a glob about nothing but what the change adds or
    /// changes?
    pub(crate) fn loosened(&self, before: &Policy, after: &Policy, fresh: &dyn Fn(&str) -> bool) -> Vec<Loosened> {
        let lines = KeyLines::new(self.proposed.as_deref().unwrap_or_default());
        keys::loosened(before, after, &|key| lines.of(key), fresh)
    }

    /// Globs of declared documents that are about nothing in the revision but what the change adds or changes.
    fn fresh(&self, proposed: &Policy, own: &BTreeSet<String>) -> BTreeSet<String> {
        let declared: Vec<String> = proposed.documents.declared.iter().map(|one| one.path.clone()).collect();
        let files = self.seen.and_then(|seen| self.repository.tree_files(seen).ok()).filter(|tree| !tree.full);
        let (Some(files), Ok(set)) = (files, globs(&declared)) else { return BTreeSet::new() };
        let mut fresh = vec![true; declared.len()];
        let mut matched = Vec::new();
        for file in files.files.iter().filter(|file| !own.contains(&file.path)) {
            set.matches_into(&file.path, &mut matched);
            for at in &matched {
                fresh[*at] = false;
            }
        }
        declared.into_iter().zip(fresh).filter_map(|(glob, fresh)| fresh.then_some(glob)).collect()
    }

    /// Workflows that run Lookback and that the change touches.
    fn workflows(&self, limits: &mut Vec<Limit>) -> Vec<Loosened> {
        let Some(seen) = self.seen else { return Vec::new() };
        let runners = match self.fork {
            Some(fork) => BaseTree::Clone(self.repository, fork).runners(),
            None => self.tree.runners(),
        };
        let runners = runners.unwrap_or_else(|why| {
            let why = format!("whether the change touches what runs Lookback is not known: {why}");
            let remedy =
                "Check out the whole repository (`fetch-depth: 0`, no filter), or give the token `contents: read`.";
            limits.push(
                Limit::new(LimitKind::PullRequest, "workflows of the base", why, remedy).affecting(&Constraint::ALL),
            );
            Vec::new()
        });
        let mut found = Vec::new();
        for (path, before) in runners {
            let after = self.repository.file_at(seen, &path, MOST);
            let word = match &after {
                Some(after) if *after == before => continue,
                Some(_) => "changed",
                None => "deleted",
            };
            let location = after.map(|_| Location::file(&path));
            found.push(Loosened {
                key: path,
                before: "what runs this check".to_owned(),
                after: word.to_owned(),
                location,
            });
        }
        found
    }

    fn file(&self, before: &str, after: &str) -> Loosened {
        let location = Some(Location::file(self.path));
        Loosened { key: self.path.to_owned(), before: before.to_owned(), after: after.to_owned(), location }
    }

    /// The issue files that the policy and the command line name, as the base has them.
    fn issue_files(&self, named: &[PathBuf], policy: &Policy, limits: &mut Vec<Limit>) -> Vec<BaseFile> {
        let given = named.iter().filter(|path| path.to_str().and_then(github_source).is_none());
        let named = given.filter_map(|path| Some((path.display().to_string(), inside(self.repository, path)?)));
        let tracked = policy.issues.files.iter().map(|path| (path.clone(), path.clone()));
        let mut files = Vec::new();
        for (name, path) in named.chain(tracked) {
            match self.tree.file(&path, MAX_BYTES) {
                Ok(Some(bytes)) => {
                    let before = self.fork.map(|fork| self.repository.file_in(fork, &path, MAX_BYTES));
                    let fork = match before {
                        Some(Ok(Some(before))) if before == bytes => AtFork::Same,
                        Some(Ok(before)) => AtFork::Other(before),
                        Some(Err(_)) | None => AtFork::Unknown,
                    };
                    files.push(BaseFile { name, bytes, fork });
                }
                Ok(None) => {}
                Err(why) => limits.push(no_issues(&name, &why)),
            }
        }
        files
    }

    /// Who approved it, as far as that counts.
    fn approvals(&self, base: &mut PolicyBase, limits: &mut Vec<Limit>) {
        let Some(head) = self.head else { return };
        let Some(repository) = self.event.repository.as_deref().filter(|_| !self.net.is_offline()) else { return };
        let review = &self.event.review;
        let made = if review.queued { self.made_by_the_queue(repository, review.behind.as_deref()) } else { Some(0) };
        let Some(made) = made else {
            limits.push(policy_approval::queued());
            base.together = true;
            return;
        };
        let mut commits = vec![head.to_string()];
        // What GitHub checks out on a pull request merges its last commit.
        let merged = self.repository.parents(head).into_iter().nth(1);
        commits.extend(merged.filter(|_| self.event.pull_request.is_some()));
        let asked = self.net.block_on(async {
            let client = self.net.github(Some(repository)).await?;
            policy_approval::approved_by(Arc::as_ref(&client), repository, review, &commits, made).await
        });
        let approvals = asked.and_then(|asked| asked).unwrap_or_else(|error| {
            limits.push(policy_approval::unknown(&error.to_string()));
            Approvals::default()
        });
        if approvals.by.is_empty() && !approvals.by_makers.is_empty() {
            limits.push(policy_approval::of_makers(&approvals.by_makers));
        }
        base.approved_by = approvals.by;
    }

    /// How many commits the queue put after what waits before it; `None`: that touches the policy too, or cannot be seen. What waits
    /// before it was approved, if at all, by others.
    fn made_by_the_queue(&self, repository: &str, behind: Option<&str>) -> Option<usize> {
        let tip = PolicyTip { revs: vec![CommitName::Commit(behind?.to_owned())], by_hand: false };
        let before = BaseTree::find(self.repository, &tip, self.net, Some(repository)).ok()?.ok()?;
        let how = |tree: &BaseTree<'_>| Some((tree.file(self.path, MOST).ok()?, tree.runners().ok()?));
        let last = before.commit().filter(|_| how(&before).is_some_and(|before| how(self.tree) == Some(before)))?;
        let first_parent = |commit: &Oid| Oid::from_str(self.repository.parents(*commit).first()?).ok();
        std::iter::successors(self.head, first_parent).take(LONGEST).position(|commit| commit == last)
    }
}

fn first(errors: &ConfigErrors) -> String {
    let at = errors.errors.first().map(|error| format!("line {}: {}", error.line, error.message));
    at.unwrap_or_else(|| errors.path.clone())
}

/// What a change declares its own documents to be counts, but that they are none.
fn declare(policy: &mut Policy, proposed: &Policy, own: &BTreeSet<String>) {
    let (Ok(ours), Ok(theirs)) = (declarations(&policy.documents), declarations(&proposed.documents)) else { return };
    let said = |path: &&String| theirs.of(path).filter(|said| said.is != DeclaredAs::None && ours.of(path).is_none());
    let more: Vec<DeclaredPath> = own
        .iter()
        .filter_map(|path| Some(DeclaredPath { path: globset::escape(path), declaration: said(&path)?.clone() }))
        .collect();
    policy.documents.declared.extend(more);
}

/// The configuration differs from the base's, and who changed it cannot be seen.
fn not_seen(found: &[Loosened]) -> Limit {
    let mut keys: Vec<&str> = found.iter().map(|one| one.key.as_str()).collect();
    keys.dedup();
    let why = format!(
        "it is looser here than where it is to be merged ({}: {}), and whether the change did that or the base was tightened since cannot be seen: the commit that both have in common, or the configuration there, cannot be read in this clone",
        count(found.len(), "difference"),
        listed(&keys, NAMED)
    );
    let remedy = "Check out the whole history (`fetch-depth: 0`).";
    Limit::new(LimitKind::PullRequest, "what the change loosens of the policy", why, remedy).affecting(&Constraint::ALL)
}

/// What an issue file of the base holds is not known, and what the change takes out of it neither.
fn no_issues(name: &str, why: &str) -> Limit {
    let why = format!("what the change takes out of it cannot be seen, because the base's cannot be read: {why}");
    let remedy = "Check out the whole repository (`fetch-depth: 0`, no filter), or give the token `contents: read`.";
    Limit::new(LimitKind::PullRequest, name, why, remedy).affecting(&Constraint::OF_ISSUES)
}
