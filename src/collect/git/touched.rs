//! What a commit changed, as far as it matters: software, or only what is beside it. Two trees are compared until the first file of
//! software that differs; nothing of the files themselves is read.

use std::collections::HashSet;

use git2::{Odb, Oid};

use crate::collect::git::tree::{Differing, TreeEntries, folder_id, raw_tree};
use lookback_core::join::commits::Changed;
use lookback_core::join::paths::{FolderPlace, PathSort, file_sort, folder_sort};

/// Folders in folders that are looked into.
const DEEPEST: usize = 64;
/// Entries that are compared: some thousand objects can hold any number of paths.
const ENTRIES: usize = 500_000;
/// Folders of modules, and where they lie.
const MODULES: [&str; 2] = ["security", "sec"];
const MODULES_IN: [&str; 2] = ["", "src"];

/// What differs between two trees; no tree is an empty one. A tree that is not there leaves it unknown.
pub(crate) fn touched(odb: &Odb<'_>, before: Option<Oid>, after: Oid) -> Changed {
    let mut seen = Seen { left: ENTRIES, ..Seen::default() };
    match seen.compare(odb, (before, Some(after)), Place::default(), 0) {
        None if seen.software => Changed::Software,
        Some(()) if seen.doubtful => Changed::Doubtful,
        Some(()) if seen.ignore_list => Changed::IgnoreLists,
        Some(()) if seen.beside => Changed::Beside,
        // Nothing at all, or not all of it could be seen.
        Some(()) | None => Changed::Unknown,
    }
}

/// Can all that differs between two trees be listed? Objects that are used again and again can make any number of paths.
pub(crate) fn is_small(odb: &Odb<'_>, before: Option<Oid>, after: Oid) -> bool {
    let mut left = ENTRIES;
    let mut pairs = vec![((before, Some(after)), 0)];
    while let Some(((before, after), depth)) = pairs.pop() {
        let (Some(before), Some(after)) = (raw_tree(odb, before), raw_tree(odb, after)) else { return false };
        for (one, two) in Differing::new(&before, &after) {
            left = left.saturating_sub(1);
            if left == 0 || depth > DEEPEST {
                return false;
            }
            let (one, two) = (folder_id(one.as_ref()), folder_id(two.as_ref()));
            if one.is_some() || two.is_some() {
                pairs.push(((one, two), depth + 1));
            }
        }
    }
    true
}

/// Names of modules that read like words of security: the folders `security/` and `src/security/` where software lies in them.
pub(crate) fn modules(odb: &Odb<'_>, tree: Oid) -> Vec<String> {
    let folder = |tree: Oid, name: &str| {
        let data = raw_tree(odb, Some(tree))?;
        folder_id(TreeEntries(&data).find(|entry| entry.is_folder() && entry.name == name.as_bytes()).as_ref())
    };
    let mut found = Vec::new();
    for place in MODULES_IN {
        let Some(place) = (if place.is_empty() { Some(tree) } else { folder(tree, place) }) else { continue };
        let named = MODULES
            .iter()
            .filter(|name| folder(place, name).is_some_and(|folder| touched(odb, None, folder) == Changed::Software));
        found.extend(named.map(|name| (*name).to_owned()));
    }
    found
}

/// Two trees, of which one may not be there.
type Pair = (Option<Oid>, Option<Oid>);

/// Where two trees stand, as far as it matters for what lies in them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Place {
    /// Where their folders lie.
    folders: FolderPlace,
    /// In a folder that may be one of tests or documents, or of the software.
    doubtful: bool,
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sort of file that differs or not")]
struct Seen {
    software: bool,
    doubtful: bool,
    beside: bool,
    ignore_list: bool,
    /// Trees that were compared to their end, by where they stood: they tell nothing new elsewhere.
    known: HashSet<(Pair, Place)>,
    /// Entries that may still be compared.
    left: usize,
}

impl Seen {
    /// `None`: there is no need, or no way, to look further.
    fn compare(&mut self, odb: &Odb<'_>, pair: Pair, place: Place, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        if self.known.contains(&(pair, place)) {
            return Some(());
        }
        let (before, after) = (raw_tree(odb, pair.0)?, raw_tree(odb, pair.1)?);
        // Files tell at once: folders wait, and those that only may tell wait longest.
        let (mut folders, mut later) = (Vec::new(), Vec::new());
        for (one, two) in Differing::new(&before, &after) {
            self.left = self.left.checked_sub(1)?;
            let Some(entry) = two.as_ref().or(one.as_ref()) else { break };
            let name = String::from_utf8_lossy(entry.name);
            if !entry.is_folder() {
                self.file(&name, place)?;
                continue;
            }
            // What was a file may be a folder now, and the other way round.
            let pair = (folder_id(one.as_ref()), folder_id(two.as_ref()));
            let (sort, below) = folder_sort(&name, place.folders);
            match sort {
                PathSort::Beside | PathSort::IgnoreList => self.beside = true,
                PathSort::Doubtful => later.push((pair, Place { folders: below, doubtful: true })),
                PathSort::Software => folders.push((pair, Place { folders: below, ..place })),
            }
        }
        for (pair, place) in folders.into_iter().chain(later) {
            self.compare(odb, pair, place, depth + 1)?;
        }
        self.known.insert((pair, place));
        Some(())
    }

    fn file(&mut self, name: &str, place: Place) -> Option<()> {
        match file_sort(name) {
            PathSort::Software if !place.doubtful => {
                self.software = true;
                return None;
            }
            PathSort::Software | PathSort::Doubtful => self.doubtful = true,
            PathSort::Beside => self.beside = true,
            PathSort::IgnoreList => self.ignore_list = true,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fourteen trees, each of which holds the one below ten times: more paths than anybody can list.
    #[test]
    fn trees_that_are_used_again_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init_bare(folder.path()).unwrap();
        let odb = git.odb().unwrap();
        let mut tree = git.treebuilder(None).unwrap();
        let blob = git.blob(b"x").unwrap();
        tree.insert("README.md", blob, 0o100_644).unwrap();
        let mut id = tree.write().unwrap();
        for _ in 0..14 {
            let mut above = git.treebuilder(None).unwrap();
            for n in 0..10 {
                above.insert(format!("part{n}"), id, 0o040_000).unwrap();
            }
            id = above.write().unwrap();
        }
        assert_eq!(touched(&odb, None, id), Changed::Beside);
        assert!(!is_small(&odb, None, id));
        assert!(is_small(&odb, Some(id), id));
    }
}
