//! Which release is the first to hold what a commit changed: one that contains it and also the commit that takes it back does not. And
//! which commits a merge that is taken back had brought in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use git2::Oid;

use crate::collect::git::graph::{NONE, Walk};
use crate::collect::git::repository::Repository;
use lookback_core::join::commits::{CommitReference, reverts};
use lookback_core::join::reverts::Reverts;
use lookback_core::model::Release;

/// Commits that take one another back, looked at for one fix.
const MOST: usize = 64;
/// Commits of one merge.
const MERGED: usize = 10_000;

/// A walked history, and what in it takes what back.
pub(crate) struct HeldChanges<'w> {
    walk: &'w Walk,
    reverts: Reverts<'w>,
    /// The change that a commit carries.
    changes: BTreeMap<&'w str, &'w str>,
    /// The commits that take a change back.
    takers: BTreeMap<&'w str, Vec<u32>>,
}

impl<'w> HeldChanges<'w> {
    /// Of a walk that is over.
    pub(crate) fn of(walk: &'w Walk) -> Self {
        let carried = |one: &'w CommitReference| (one.commit.as_str(), one.carried.change.as_str());
        let changes: BTreeMap<&str, &str> = walk.references.iter().map(carried).collect();
        let mut takers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for one in &walk.references {
            for target in &one.says.reverts {
                let change = changes.get(target.as_str()).copied().unwrap_or(target);
                takers.entry(change).or_default().extend(walk.find_named(&one.commit));
            }
        }
        HeldChanges { walk, reverts: reverts(&walk.references), changes, takers }
    }

    /// Is the commit taken back, and not brought back?
    pub(crate) fn is_undone(&self, commit: &str) -> bool {
        self.reverts.is_undone(commit)
    }

    /// The commit that brought it back after it had been taken back.
    pub(crate) fn brought_back_by(&self, commit: &str) -> Option<&'w str> {
        self.reverts.brought_back_by(commit)
    }

    /// The first release that holds what a commit changed: with the commit, or one that brought it back, and without any that takes
    /// that one back.
    pub(crate) fn first_release(&self, commit: &str) -> Option<Release> {
        let start = self.walk.find_named(commit)?;
        let marks = self.marks(start);
        if marks.len() == 1 {
            return self.walk.first_release(commit);
        }
        let mut contained = Contained::new(self.walk, &marks);
        if marks.len() > MOST || contained.floor == NONE {
            return None;
        }
        let below: Vec<u64> = marks.iter().map(|mark| contained.of(mark.at)).collect();
        let bit = |at: usize| 1_u64 << at;
        let stands = |has: u64, at: usize, mark: &Mark| {
            let taken = mark.takers.iter().any(|by| has & bit(*by) != 0 && below[*by] & bit(at) != 0);
            mark.brings && has & bit(at) != 0 && !taken
        };
        let holds = |has: u64| marks.iter().enumerate().any(|(at, mark)| stands(has, at, mark));
        let mut releases = self.walk.release_commits.iter().zip(&self.walk.releases);
        releases.find(|(at, _)| holds(contained.of(**at))).map(|(_, release)| release.clone())
    }

    /// A commit, those that take it back, those that take these back, and so on.
    fn marks(&self, start: u32) -> Vec<Mark> {
        let mut marks = vec![Mark { at: start, brings: true, takers: Vec::new() }];
        let mut next = 0;
        while next < marks.len() && marks.len() <= MOST {
            let id = self.walk.nodes[marks[next].at as usize].id.to_string();
            let change = self.changes.get(id.as_str()).copied().unwrap_or(&id);
            for taker in self.takers.get(change).into_iter().flatten() {
                let place = marks.iter().position(|mark| mark.at == *taker).unwrap_or_else(|| {
                    marks.push(Mark { at: *taker, brings: !marks[next].brings, takers: Vec::new() });
                    marks.len() - 1
                });
                marks[next].takers.push(place);
            }
            next += 1;
        }
        marks
    }
}

/// A commit that brings the change in, or takes it out.
struct Mark {
    at: u32,
    brings: bool,
    /// Places of the marks that take it back.
    takers: Vec<usize>,
}

/// Which marks the history of a commit contains, itself included.
struct Contained<'w> {
    walk: &'w Walk,
    own: HashMap<u32, u64>,
    known: HashMap<u32, u64>,
    /// The first release that contains any of them: what an earlier one contains, contains none.
    floor: u32,
}

impl<'w> Contained<'w> {
    fn new(walk: &'w Walk, marks: &[Mark]) -> Self {
        let own = marks.iter().take(MOST).enumerate().map(|(at, mark)| (mark.at, 1_u64 << at)).collect();
        let floor = marks.iter().map(|mark| walk.nodes[mark.at as usize].release).min().unwrap_or(NONE);
        Contained { walk, own, known: HashMap::new(), floor }
    }

    fn of(&mut self, start: u32) -> u64 {
        let mut stack = vec![start];
        while let Some(at) = stack.last().copied() {
            if !self.known.contains_key(&at) {
                let early = self.walk.nodes[at as usize].release < self.floor;
                let parents = if early { &[][..] } else { self.walk.parents_of(at) };
                if let Some(parent) = parents.iter().find(|parent| !self.known.contains_key(parent)) {
                    stack.push(*parent);
                    continue;
                }
                let below = parents.iter().fold(0, |all, parent| all | self.known[parent]);
                self.known.insert(at, below | self.own.get(&at).copied().unwrap_or(0));
            }
            stack.pop();
        }
        self.known.get(&start).copied().unwrap_or(0)
    }
}

impl Repository {
    /// Who takes a merge back takes back what it merged.
    pub(super) fn open_merges(&self, walk: &Walk, references: &mut [CommitReference]) {
        let told: BTreeSet<String> = references.iter().map(|one| one.commit.clone()).collect();
        for one in references.iter_mut().filter(|one| !one.says.reverts.is_empty()) {
            let merged = one.says.reverts.iter().filter_map(|id| walk.find_named(id));
            let merged: Vec<String> =
                merged.flat_map(|at| self.merged(walk, at)).filter(|id| told.contains(id)).collect();
            one.says.reverts.extend(merged);
            one.says.reverts.sort();
            one.says.reverts.dedup();
        }
    }

    /// The commits that a merge brought into its first parent.
    fn merged(&self, walk: &Walk, at: u32) -> Vec<String> {
        let [first, rest @ ..] = walk.parents_of(at) else { return Vec::new() };
        if rest.is_empty() {
            return Vec::new();
        }
        let id = |at: u32| walk.nodes[at as usize].id;
        let commits = || -> Result<Vec<Oid>, git2::Error> {
            let mut commits = self.inner.revwalk()?;
            commits.hide(id(*first))?;
            for parent in rest {
                commits.push(id(*parent))?;
            }
            commits.take(MERGED).collect()
        };
        commits().unwrap_or_default().into_iter().map(|id| id.to_string()).collect()
    }
}
