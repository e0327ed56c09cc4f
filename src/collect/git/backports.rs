//! Which commits carry one change, on whatever branch. A patch is read only where the words are the same and the times are not.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;

use crate::collect::git::commit::{RawCommit, parse, time};
use crate::collect::git::graph::Walk;
use crate::collect::git::repository::Repository;
use crate::collect::git::touched::is_small;
use lookback_core::join::carried::Carried;
use lookback_core::join::change::{bare_subject, name_changes};
use lookback_core::join::commits::{Changed, CommitReference};
use lookback_core::join::message::CommitMessage;

/// The changes that commits carry, by full id.
pub(crate) type ChangesOf = BTreeMap<String, Carried>;

impl Repository {
    /// The changes of the commits that speak of security, and of those that trackers name as fixes (full ids), whatever their
    /// messages say.
    pub(crate) fn changes_of(&self, walk: &Walk, named: &BTreeSet<String>) -> ChangesOf {
        let told: BTreeMap<&str, &CommitReference> =
            walk.references.iter().map(|one| (one.commit.as_str(), one)).collect();
        let compared = |id: &&String| told.get(id.as_str()).is_some_and(|one| one.changed == Changed::Software);
        let open: BTreeSet<&String> = named.iter().filter(|id| !compared(id)).collect();
        if open.is_empty() {
            return by_id(&walk.references);
        }
        let silent = open.iter().filter(|id| !told.contains_key(id.as_str()));
        let silent: Vec<CommitReference> = silent.filter_map(|id| self.unmarked(walk, id)).collect();
        let mut all: Vec<CommitReference> = walk.references.iter().cloned().chain(silent).collect();
        self.compare_patches(walk, &mut all, |one| open.contains(&one.commit));
        name_changes(&mut all);
        by_id(&all)
    }

    /// Reads the patches of these commits, where others have the same subject, and those of the others.
    pub(super) fn compare_patches(
        &self,
        walk: &Walk,
        references: &mut [CommitReference],
        concerned: impl Fn(&CommitReference) -> bool,
    ) {
        let mut same: BTreeMap<String, (bool, Vec<usize>)> = BTreeMap::new();
        for (at, one) in references.iter().enumerate().filter(|(_, one)| !one.says.merge) {
            let asked = concerned(one);
            if asked || one.changed == Changed::Software {
                let (any, places) = same.entry(bare_subject(&one.says.subject)).or_default();
                *any |= asked;
                places.push(at);
            }
        }
        for (_, places) in same.into_values().filter(|(any, _)| *any) {
            let first = references[places[0]].authored;
            if places.iter().all(|at| references[*at].authored == first) {
                continue;
            }
            for at in places {
                if references[at].patch.is_none() {
                    references[at].patch = self.patch(walk, &references[at].commit);
                }
            }
        }
    }

    /// A commit of the walk, with what its message says of where it comes from.
    fn unmarked(&self, walk: &Walk, id: &str) -> Option<CommitReference> {
        let node = &walk.nodes[walk.find(Oid::from_str(id).ok()?)? as usize];
        let odb = self.inner.odb().ok()?;
        let object = odb.read(node.id).ok()?;
        let raw: RawCommit<'_> = parse(object.data())?;
        let reference = CommitReference::new(id.to_owned(), time(node.authored)?);
        let says = CommitMessage::of_any(&raw.message(), raw.parents.len() > 1);
        Some(CommitReference { committed: time(node.committed)?, says, ..reference })
    }

    /// The id that Git gives to the patch of a commit, whatever branch it is on; `None` for one that is too large to compare.
    fn patch(&self, walk: &Walk, commit: &str) -> Option<String> {
        let (before, after) = trees(walk, commit)?;
        if !is_small(&self.inner.odb().ok()?, before, after) {
            return None;
        }
        let (before, after) = (self.inner.find_tree(before?).ok()?, self.inner.find_tree(after).ok()?);
        let diff = self.inner.diff_tree_to_tree(Some(&before), Some(&after), None).ok()?;
        let id = diff.patchid(None).ok().map(|id| id.to_string());
        if id.is_none()
            && let Ok(odb) = self.inner.odb()
        {
            diff.deltas()
                .flat_map(|delta| [delta.old_file().id(), delta.new_file().id()])
                .for_each(|blob| self.note_absent(&odb, blob));
        }
        id
    }
}

fn by_id(references: &[CommitReference]) -> ChangesOf {
    references.iter().map(|one| (one.commit.clone(), one.carried.clone())).collect()
}

/// The trees before and after a commit; the first parent's is the one before a merge.
pub(super) fn trees(walk: &Walk, commit: &str) -> Option<(Option<Oid>, Oid)> {
    let at = walk.find(Oid::from_str(commit).ok()?)?;
    let tree = |at: u32| walk.nodes[at as usize].tree;
    Some((walk.parents_of(at).first().map(|parent| tree(*parent)), tree(at)))
}
