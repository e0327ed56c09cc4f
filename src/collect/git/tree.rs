//! The entries of a tree as it is stored. Read straight from the object database.

use std::cmp::Ordering;

use git2::Oid;

const FOLDER: &[u8] = b"40000";
const SUBMODULE: &[u8] = b"160000";

/// One entry.
pub(crate) struct TreeEntry<'a> {
    pub mode: &'a [u8],
    pub name: &'a [u8],
    id: &'a [u8],
}

impl TreeEntry<'_> {
    pub(crate) fn id(&self) -> Option<Oid> {
        Oid::from_bytes(self.id).ok()
    }

    pub(crate) fn is_folder(&self) -> bool {
        self.mode == FOLDER
    }

    pub(crate) fn is_same(&self, other: &TreeEntry<'_>) -> bool {
        (self.mode, self.id) == (other.mode, other.id)
    }

    /// Git's order: folders sort as if their names ended in a slash.
    pub(crate) fn order(&self, other: &TreeEntry<'_>) -> Ordering {
        let tail = |entry: &TreeEntry<'_>| if entry.is_folder() { Some(b'/') } else { None };
        let ours = self.name.iter().copied().chain(tail(self));
        ours.cmp(other.name.iter().copied().chain(tail(other)))
    }
}

/// The entries of a raw tree; what is broken ends them.
pub(crate) struct TreeEntries<'a>(pub &'a [u8]);

impl<'a> Iterator for TreeEntries<'a> {
    type Item = TreeEntry<'a>;

    fn next(&mut self) -> Option<TreeEntry<'a>> {
        let space = self.0.iter().position(|byte| *byte == b' ')?;
        let (mode, after) = (&self.0[..space], &self.0[space + 1..]);
        let end = after.iter().position(|byte| *byte == 0)?;
        let id = after.get(end + 1..end + 21)?;
        self.0 = &after[end + 21..];
        Some(TreeEntry { mode, name: &after[..end], id })
    }
}

/// An entry of a raw tree: whether it is a folder, and its id.
pub(crate) fn entry(tree: &[u8], name: &str) -> Option<(bool, Oid)> {
    let found = TreeEntries(tree).find(|entry| entry.name == name.as_bytes())?;
    // Submodules lead nowhere: like a folder where a file is wanted, and no tree to enter.
    Some((found.is_folder() || found.mode == SUBMODULE, found.id()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tree(entries: &[(&str, &str, u8)]) -> Vec<u8> {
        let mut tree = Vec::new();
        for (mode, name, id) in entries {
            tree.extend(format!("{mode} {name}\0").into_bytes());
            tree.extend([*id; 20]);
        }
        tree
    }

    #[test]
    fn entries_of_a_raw_tree() {
        let tree = tree(&[("100644", "a", 1), ("40000", "docs", 2), ("160000", "sub module", 3)]);
        let id = |id| Oid::from_bytes(&[id; 20]).unwrap();
        assert_eq!(entry(&tree, "a"), Some((false, id(1))));
        assert_eq!(entry(&tree, "docs"), Some((true, id(2))));
        assert_eq!(entry(&tree, "sub module"), Some((true, id(3))));
        assert_eq!(entry(&tree, "doc"), None);
        assert_eq!(entry(&tree[..tree.len() - 1], "sub module"), None);
    }

    #[test]
    fn folders_sort_behind_a_dot() {
        let tree = tree(&[("100644", "lib.c", 1), ("40000", "lib", 2), ("100644", "lib0", 3)]);
        let all: Vec<TreeEntry<'_>> = TreeEntries(&tree).collect();
        assert!(all.is_sorted_by(|a, b| a.order(b).is_lt()));
    }

    proptest! {
        #[test]
        fn raw_trees_never_panic(tree in prop::collection::vec(any::<u8>(), 0..200), name in ".{0,5}") {
            let _ = entry(&tree, &name);
        }
    }
}
