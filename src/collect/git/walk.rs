//! The one walk over history: every commit object is read once, straight from the object database.

use std::collections::VecDeque;

use chrono::{DateTime, NaiveDate, Utc};
use git2::{ObjectType, Oid};
use regex::Regex;

use crate::collect::git::backports::trees;
use crate::collect::git::commit::{RawCommit, parse, time};
use crate::collect::git::error::GitError;
use crate::collect::git::graph::{NONE, Walk};
use crate::collect::git::releases::{Published, ReleaseTags};
use crate::collect::git::repository::Repository;
use crate::collect::git::touched::{modules, touched};
use lookback_core::join::change::{name_changes, name_reverts};
use lookback_core::join::commits::{Changed, CommitReference};
use lookback_core::join::message::MessageReader;
use lookback_core::model::period;
use lookback_core::model::{Limit, LimitKind};
use lookback_reading::Constraint;

/// What the walk looks for.
pub struct WalkOptions<'a> {
    /// Which tags are releases.
    pub tags: ReleaseTags<'a>,
    /// Patterns of tracker keys.
    pub tracker_keys: &'a [Regex],
    /// Names of modules that read like words of security.
    pub modules: &'a [String],
    /// Called now and then with the number of commits read.
    pub progress: &'a (dyn Fn(usize) + Sync),
}

impl Repository {
    /// Walks everything reachable from the revision and from the releases dated up to `as_of`. When releases were published is
    /// asked for after the revision's own history was walked: until then a server may take its time.
    pub fn walk(
        &self,
        head: Option<Oid>,
        as_of: NaiveDate,
        options: &WalkOptions<'_>,
        published: impl FnOnce() -> Published,
    ) -> Result<Walk, GitError> {
        let odb = self.objects()?;
        let tree = head.and_then(|head| self.inner.find_commit(head).ok()).map(|commit| commit.tree_id());
        let mut named = tree.map(|tree| modules(&odb, tree)).unwrap_or_default();
        named.extend_from_slice(options.modules);
        let mut walker = Walker {
            repository: self,
            odb,
            options,
            reader: MessageReader::new(options.tracker_keys).with_modules(named),
            end: head.is_none().then(|| period::end_of_day(as_of)),
            walk: Walk::default(),
            queue: VecDeque::new(),
            missing: Vec::new(),
            earliest: None,
        };
        let mut limits = self.limits();
        if let Some(head) = head {
            walker.enter(head);
        }
        let tags = self.releases(as_of, &options.tags, &published(), &mut limits);
        for tag in &tags {
            walker.enter(tag.commit);
        }
        walker.look_at_changes();
        let Walker { mut walk, missing, earliest, .. } = walker;
        if !missing.is_empty() {
            limits.push(missing_commits(&missing));
        }
        walk.limits = limits;
        walk.first = earliest.and_then(time);
        walk.last = head.and_then(|head| walk.find(head)).and_then(|at| time(walk.nodes[at as usize].committed));
        walk.finish(tags);
        Ok(walk)
    }

    /// Shallow and partial clones, replaced objects.
    fn limits(&self) -> Vec<Limit> {
        let mut limits = Vec::new();
        if self.inner.is_shallow() {
            limits.push(
                Limit::new(
                    LimitKind::History,
                    "the history before the shallow boundary",
                    "the clone is shallow",
                    "Fetch all of it: `fetch-depth: 0` for actions/checkout, `git fetch --unshallow --tags` by hand.",
                )
                .affecting(&Constraint::ALL),
            );
        }
        let replaced = self.inner.references_glob("refs/replace/*").map_or(0, |names| names.flatten().count());
        if replaced > 0 {
            limits.push(Limit::new(
                LimitKind::History,
                lookback_reading::count(replaced, "replaced object"),
                "refs/replace is not followed: the objects are read as they were recorded",
                "Nothing, if the replacements are not evidence; else record them as commits.",
            ));
        }
        limits
    }
}

struct Walker<'a> {
    repository: &'a Repository,
    odb: git2::Odb<'a>,
    options: &'a WalkOptions<'a>,
    reader: MessageReader,
    /// Where no revision is looked at, commits from here on do not count.
    end: Option<DateTime<Utc>>,
    walk: Walk,
    queue: VecDeque<u32>,
    missing: Vec<Oid>,
    earliest: Option<i64>,
}

impl Walker<'_> {
    /// Walks what is reachable from one commit, depth first: neighbours in history are neighbours in the pack, and thousands of
    /// releases walked side by side would ask for every part of it in turn.
    fn enter(&mut self, id: Oid) {
        self.walk.reserve(id, &mut self.queue);
        while let Some(at) = self.queue.pop_back() {
            self.visit(at);
        }
    }

    fn visit(&mut self, at: u32) {
        let id = self.walk.nodes[at as usize].id;
        let object = match self.odb.read(id) {
            Ok(object) if object.kind() == ObjectType::Commit => object,
            Ok(_) | Err(_) => {
                self.missing.push(id);
                return;
            }
        };
        let Some(raw) = parse(object.data()) else {
            self.missing.push(id);
            return;
        };
        self.walk.commits += 1;
        if self.walk.commits.is_multiple_of(4096) {
            (self.options.progress)(self.walk.commits);
        }
        let first_parent = u32::try_from(self.walk.parents.len()).unwrap_or(NONE);
        // Commits at the boundary name parents that are not there: one limit, not a missing object each.
        if !self.repository.shallow.contains(&id) {
            for parent in &raw.parents {
                let parent = self.walk.reserve(*parent, &mut self.queue);
                self.walk.parents.push(parent);
            }
        }
        let node = &mut self.walk.nodes[at as usize];
        node.tree = raw.tree;
        node.committed = raw.committed;
        node.authored = raw.authored;
        node.first_parent = first_parent;
        node.parents = u32::try_from(self.walk.parents.len()).unwrap_or(NONE) - first_parent;
        if raw.committed > 0 && self.earliest.is_none_or(|earliest| raw.committed < earliest) {
            self.earliest = Some(raw.committed);
        }
        let reference = self.reference(id, &raw);
        self.walk.references.extend(reference);
    }

    /// The commit, if it speaks of security, closes an issue or reverts another commit.
    fn reference(&self, id: Oid, raw: &RawCommit<'_>) -> Option<CommitReference> {
        let says = self.reader.read(&raw.message(), raw.parents.len() > 1)?;
        let (authored, committed) = (time(raw.authored)?, time(raw.committed)?);
        if self.end.is_some_and(|end| committed >= end) {
            return None;
        }
        let reference = CommitReference::new(id.to_string(), authored);
        Some(CommitReference { author: raw.author(), committed, says, ..reference })
    }

    /// What the commits changed that speak of security, and which of them carry one change. Of all others nothing is read: work in
    /// proportion to what is said.
    fn look_at_changes(&mut self) {
        let mut references = std::mem::take(&mut self.walk.references);
        for reference in references.iter_mut().filter(|one| one.says.asks_for_changes()) {
            if let Some((before, after)) = trees(&self.walk, &reference.commit) {
                reference.changed = touched(&self.odb, before, after);
            }
        }
        let software = |one: &CommitReference| one.changed == Changed::Software;
        self.repository.compare_patches(&self.walk, &mut references, software);
        name_changes(&mut references);
        self.repository.open_merges(&self.walk, &mut references);
        name_reverts(&mut references);
        self.walk.references = references;
    }
}

fn missing_commits(missing: &[Oid]) -> Limit {
    let first: Vec<String> = missing.iter().take(3).map(|id| id.to_string()[..12].to_owned()).collect();
    Limit::new(
        LimitKind::History,
        lookback_reading::count(missing.len(), "commit"),
        format!("they are named by other commits and cannot be read ({})", first.join(", ")),
        "Fetch the whole history (`fetch-depth: 0`, `git fetch --unshallow --tags`) and check it with `git fsck`.",
    )
    .affecting(&Constraint::ALL)
}
