//! In which folders of the software commits change something: what tells the components of fixes where no source does.

use std::collections::BTreeSet;

use git2::Oid;

use crate::collect::git::between::TreeComparison;
use crate::collect::git::graph::Walk;
use crate::collect::git::repository::Repository;
use lookback_core::join::paths::{PathSort, path_sort};

/// Entries of trees that are looked at for one commit.
const ENTRIES: usize = 20_000;

impl Repository {
    /// The folders of the software that a commit changes, against its first parent; the root is `.`. Nothing, where not all of it
    /// could be seen.
    pub(crate) fn folders_changed(&self, walk: &Walk, commit: &str) -> BTreeSet<String> {
        self.seen(walk, commit).unwrap_or_default()
    }

    fn seen(&self, walk: &Walk, commit: &str) -> Option<BTreeSet<String>> {
        let tree = |at: u32| walk.nodes[at as usize].tree;
        let at = walk.find(Oid::from_str(commit).ok()?)?;
        let before = walk.parents_of(at).first().map(|parent| tree(*parent));
        let wanted = |path: &str| path_sort(path) == PathSort::Software;
        let mut compare = TreeComparison { odb: self.objects().ok()?, wanted: &wanted, left: ENTRIES };
        let changed = compare.between(before, Some(tree(at))).filter(|between| between.unread.is_empty())?;
        let folder = |path: &str| path.rsplit_once('/').map_or_else(|| ".".to_owned(), |(folder, _)| folder.to_owned());
        Some(changed.files.iter().map(|(path, ..)| folder(path)).collect())
    }
}
