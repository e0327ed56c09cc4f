//! The history as the walk leaves it: a compact graph, the commits that speak of security, and for every release the commits it
//! was the first to contain.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Utc};
use git2::Oid;

use crate::collect::git::commit::time;
use crate::collect::git::releases::ReleaseTag;
use lookback_core::join::commits::CommitReference;
use lookback_core::model::{Limit, Release};

/// What is kept of a commit.
pub struct CommitNode {
    pub id: Oid,
    pub tree: Oid,
    pub committed: i64,
    pub authored: i64,
    pub(super) first_parent: u32,
    pub(super) parents: u32,
    /// Index of the first release that contains it, by date, then by version.
    pub(super) release: u32,
}

pub(crate) const NONE: u32 = u32::MAX;

/// The walked history.
#[derive(Default)]
pub struct Walk {
    /// Commits read.
    pub commits: usize,
    /// The earliest sound commit time.
    pub first: Option<DateTime<Utc>>,
    /// Commit time of the revision.
    pub last: Option<DateTime<Utc>>,
    /// Releases, by date, then by version.
    pub releases: Vec<Release>,
    /// Commits that speak of security, newest first.
    pub references: Vec<CommitReference>,
    /// What could not be seen.
    pub limits: Vec<Limit>,
    pub nodes: Vec<CommitNode>,
    pub(super) parents: Vec<u32>,
    index: HashMap<Oid, u32>,
    /// Nodes by id.
    sorted: Vec<u32>,
    pub(super) release_commits: Vec<u32>,
}

impl Walk {
    /// The place of a commit; a new one is queued.
    pub fn reserve(&mut self, id: Oid, queue: &mut VecDeque<u32>) -> u32 {
        if let Some(at) = self.index.get(&id) {
            return *at;
        }
        let at = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.index.insert(id, at);
        self.nodes.push(CommitNode {
            id,
            tree: Oid::ZERO_SHA1,
            committed: 0,
            authored: 0,
            first_parent: 0,
            parents: 0,
            release: NONE,
        });
        queue.push_back(at);
        at
    }

    pub fn parents_of(&self, at: u32) -> &[u32] {
        let node = &self.nodes[at as usize];
        &self.parents[node.first_parent as usize..(node.first_parent + node.parents) as usize]
    }

    pub fn find(&self, id: Oid) -> Option<u32> {
        self.index.get(&id).copied()
    }

    /// Takes the releases, and orders what was walked. Tags whose commits are not there are no releases.
    pub fn finish(&mut self, tags: Vec<ReleaseTag>) {
        for tag in tags {
            if let Some(at) = self.find(tag.commit) {
                self.release_commits.push(at);
                self.releases.push(tag.release);
            }
        }
        self.propagate();
        self.sorted = (0..u32::try_from(self.nodes.len()).unwrap_or(NONE)).collect();
        self.sorted.sort_unstable_by_key(|at| self.nodes[*at as usize].id);
        self.references.sort_by(|a, b| (b.committed, &b.commit).cmp(&(a.committed, &a.commit)));
    }

    /// One propagation for all fixes: releases in ascending order each mark their unmarked ancestors, so every commit is
    /// visited once.
    fn propagate(&mut self) {
        let mut stack = Vec::new();
        for (release, start) in self.release_commits.clone().into_iter().enumerate() {
            let release = u32::try_from(release).unwrap_or(NONE);
            stack.push(start);
            while let Some(at) = stack.pop() {
                if self.nodes[at as usize].release != NONE {
                    continue;
                }
                self.nodes[at as usize].release = release;
                let parents =
                    self.parents_of(at).iter().copied().filter(|parent| self.nodes[*parent as usize].release == NONE);
                stack.extend(parents.collect::<Vec<_>>());
            }
        }
    }

    /// The full id of a commit known to the walk, from a prefix of at least seven digits that only it has.
    pub fn resolve_commit(&self, prefix: &str) -> Option<String> {
        self.by_prefix(prefix).map(|at| self.nodes[at as usize].id.to_string())
    }

    fn by_prefix(&self, prefix: &str) -> Option<u32> {
        let prefix = prefix.trim().to_lowercase();
        if prefix.len() < 7 || prefix.len() > 40 || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let low = Oid::from_str(&format!("{prefix:0<40}")).ok()?;
        let id = |at: &u32| self.nodes[*at as usize].id;
        let from = self.sorted.partition_point(|at| id(at) < low);
        let matches = |place: usize| self.sorted.get(place).filter(|at| id(at).to_string().starts_with(&prefix));
        matches(from).filter(|_| matches(from + 1).is_none()).copied()
    }

    /// The place of a commit, by its full id or by a prefix that only it has.
    pub(super) fn find_named(&self, commit: &str) -> Option<u32> {
        match Oid::from_str(commit) {
            Ok(id) if commit.len() == 40 => self.find(id),
            _ => self.by_prefix(commit),
        }
    }

    /// The first release that contains a commit.
    pub fn first_release(&self, commit: &str) -> Option<Release> {
        let at = self.by_prefix(commit)?;
        self.releases.get(self.nodes[at as usize].release as usize).cloned()
    }

    /// For asking which commits come after a release.
    pub fn ancestry(&self) -> Ancestry<'_> {
        let mut known = vec![None; self.nodes.len()];
        for at in &self.release_commits {
            known[*at as usize] = Some(true);
        }
        Ancestry { walk: self, known }
    }

    /// Committer time of a commit: when it landed.
    pub fn landed(&self, commit: &str) -> Option<DateTime<Utc>> {
        time(self.nodes[self.by_prefix(commit)? as usize].committed)
    }
}

/// Which commits come after a release. Every commit is visited once, however many are asked for.
pub struct Ancestry<'a> {
    walk: &'a Walk,
    /// Is the commit, or one of its ancestors, a release?
    known: Vec<Option<bool>>,
}

impl Ancestry<'_> {
    /// Is a release among the proper ancestors of a commit? `None`: the commit is not in the history.
    pub fn has_release_before(&mut self, commit: &str) -> Option<bool> {
        let at = self.walk.by_prefix(commit)?;
        Some(self.walk.parents_of(at).iter().any(|parent| self.released(*parent)))
    }

    fn released(&mut self, start: u32) -> bool {
        let mut stack = vec![start];
        while let Some(at) = stack.last().copied() {
            if self.known[at as usize].is_none() {
                let parents = self.walk.parents_of(at);
                let after = parents.iter().any(|parent| self.known[*parent as usize] == Some(true));
                let unknown = parents.iter().find(|parent| self.known[**parent as usize].is_none());
                match unknown {
                    Some(parent) if !after => {
                        stack.push(*parent);
                        continue;
                    }
                    _ => self.known[at as usize] = Some(after),
                }
            }
            stack.pop();
        }
        self.known[start as usize] == Some(true)
    }
}
