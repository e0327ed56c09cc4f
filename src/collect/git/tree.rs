//! The entries of a tree as it is stored. Read straight from the object database.

use std::cell::{Cell, OnceCell};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use git2::{ObjectType, Odb, Oid};

use crate::collect::git::sound::sound;

const FOLDER: &[u8] = b"40000";
const SUBMODULE: &[u8] = b"160000";
const FILE: &[u8] = b"100644";

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

    /// Is it a file, and no link?
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.mode, b"100644" | b"100755" | b"100664")
    }

    pub(crate) fn is_same(&self, other: &TreeEntry<'_>) -> bool {
        (self.mode, self.id) == (other.mode, other.id)
    }

    /// Git's order: folders sort as if their names ended in a slash.
    pub(crate) fn order(&self, other: &TreeEntry<'_>) -> Ordering {
        let shared = self.name.len().min(other.name.len());
        let next =
            |entry: &TreeEntry<'_>| entry.name.get(shared).copied().or_else(|| entry.is_folder().then_some(b'/'));
        self.name[..shared].cmp(&other.name[..shared]).then_with(|| next(self).cmp(&next(other)))
    }
}

/// The id of the folder that an entry is, if it is one.
pub(crate) fn folder_id(entry: Option<&TreeEntry<'_>>) -> Option<Oid> {
    entry.filter(|entry| entry.is_folder()).and_then(TreeEntry::id)
}

/// A raw tree; no tree is an empty one. `None`: it is not there, cannot be read, or is none.
pub(crate) fn raw_tree(odb: &Odb<'_>, id: Option<Oid>) -> Option<Vec<u8>> {
    let Some(id) = id else { return Some(Vec::new()) };
    let object = odb.read(id).ok().filter(|object| object.kind() == ObjectType::Tree)?;
    Some(object.data().to_vec())
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

/// The entries by which two raw trees differ, side by side.
pub(crate) struct Differing<'a> {
    old: std::iter::Peekable<TreeEntries<'a>>,
    new: std::iter::Peekable<TreeEntries<'a>>,
}

impl<'a> Differing<'a> {
    pub(crate) fn new(old: &'a [u8], new: &'a [u8]) -> Self {
        Differing { old: TreeEntries(old).peekable(), new: TreeEntries(new).peekable() }
    }
}

impl<'a> Iterator for Differing<'a> {
    type Item = (Option<TreeEntry<'a>>, Option<TreeEntry<'a>>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let order = match (self.old.peek(), self.new.peek()) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.order(new),
            };
            let one = order.is_le().then(|| self.old.next()).flatten();
            let two = order.is_ge().then(|| self.new.next()).flatten();
            match (&one, &two) {
                (Some(one), Some(two)) if one.is_same(two) => {}
                _ => return Some((one, two)),
            }
        }
    }
}

/// An entry of a raw tree: whether it is a folder, and its id.
fn entry(tree: &[u8], name: &str) -> Option<(bool, Oid)> {
    described(&TreeEntries(tree).find(|entry| entry.name == name.as_bytes())?)
}

fn described(entry: &TreeEntry<'_>) -> Option<(bool, Oid)> {
    // Submodules lead nowhere: like a folder where a file is wanted, and no tree to enter.
    Some((entry.is_folder() || entry.mode == SUBMODULE, entry.id()?))
}

/// A raw tree that many may ask for an entry.
pub(crate) struct Folder {
    raw: Vec<u8>,
    asked: Cell<usize>,
    by_name: OnceCell<HashMap<Box<[u8]>, (bool, Oid)>>,
}

/// So often it is cheaper to look through a tree than to sort it.
const LOOKS: usize = 4;

impl Folder {
    pub(crate) fn new(raw: Vec<u8>) -> Self {
        Folder { raw, asked: Cell::new(0), by_name: OnceCell::new() }
    }

    /// Bytes that it may take, with its index.
    pub(crate) fn size(&self) -> usize {
        self.raw.len() * 3
    }

    /// An entry: whether it is a folder, and its id.
    pub(crate) fn entry(&self, name: &str) -> Option<(bool, Oid)> {
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() <= LOOKS {
            return entry(&self.raw, name);
        }
        let index = self.by_name.get_or_init(|| {
            let mut index = HashMap::new();
            for entry in TreeEntries(&self.raw) {
                if let Some(found) = described(&entry) {
                    // Where a name stands twice the first one counts.
                    index.entry(entry.name.into()).or_insert(found);
                }
            }
            index
        });
        index.get(name.as_bytes()).copied()
    }
}

/// Writes a tree and tells its id.
pub(crate) type WriteTree<'a> = &'a dyn Fn(&[u8]) -> Result<Oid, git2::Error>;

/// The tree with files put in, or taken out where there is no blob; `None` where nothing is left. What takes the place of a folder or
/// of a file takes all of it.
pub(crate) fn spliced(
    odb: &Odb<'_>,
    tree: Option<Oid>,
    changes: &BTreeMap<&str, Option<Oid>>,
    write: WriteTree<'_>,
) -> Result<Option<Oid>, git2::Error> {
    let old = tree.map(|tree| sound(odb, tree)).transpose()?;
    let mut entries: BTreeMap<Vec<u8>, (Vec<u8>, Oid)> = BTreeMap::new();
    for entry in TreeEntries(old.as_ref().map(git2::OdbObject::data).unwrap_or_default()) {
        let Some(id) = entry.id() else { continue };
        entries.insert(key(entry.name, entry.is_folder()), (entry.mode.to_vec(), id));
    }
    let mut folders: BTreeMap<&str, BTreeMap<&str, Option<Oid>>> = BTreeMap::new();
    for (path, blob) in changes {
        if let Some((folder, rest)) = path.split_once('/') {
            folders.entry(folder).or_default().insert(rest, *blob);
            continue;
        }
        entries.remove(path.as_bytes());
        if let Some(blob) = blob {
            entries.remove(&key(path.as_bytes(), true));
            entries.insert(path.as_bytes().to_vec(), (FILE.to_vec(), *blob));
        }
    }
    for (folder, changes) in folders {
        let key = key(folder.as_bytes(), true);
        let below = entries.remove(&key).map(|(_, id)| id);
        if let Some(tree) = spliced(odb, below, &changes, write)? {
            entries.remove(folder.as_bytes());
            entries.insert(key, (FOLDER.to_vec(), tree));
        }
    }
    let mut data = Vec::new();
    for (key, (mode, id)) in &entries {
        let name = key.strip_suffix(b"/").unwrap_or(key);
        data.extend([mode, &b" "[..], name, b"\0", id.as_bytes()].concat());
    }
    (!data.is_empty()).then(|| write(&data)).transpose()
}

/// An entry in Git's order.
fn key(name: &[u8], folder: bool) -> Vec<u8> {
    let mut key = name.to_vec();
    key.extend(folder.then_some(b'/'));
    key
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

    /// Git itself reads what was put together.
    #[test]
    fn files_are_put_in_and_taken_out() {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init_bare(folder.path()).unwrap();
        let odb = git.odb().unwrap();
        let blob = git.blob(b"x").unwrap();
        let write = |data: &[u8]| odb.write(git2::ObjectType::Tree, data);
        let mut tree = None;
        for (changes, expected) in [
            (
                &[("docs/b/c.md", true), ("lib.c", true), ("lib/x", true), ("lib0", true)][..],
                "docs/b/c.md lib.c lib/x lib0",
            ),
            (&[("docs/b/c.md", false), ("lib.c", false), ("gone/away", false)], "lib/x lib0"),
            (&[("lib", true), ("lib0", false), ("lib0/y", true)], "lib lib0/y"),
            (&[("lib/z", true), ("a", true)], "a lib/z lib0/y"),
            (&[("a", false), ("lib/z", false), ("lib0/y", false)], ""),
        ] {
            let changes = changes.iter().map(|(path, there)| (*path, there.then_some(blob))).collect();
            tree = spliced(&odb, tree, &changes, &write).unwrap();
            let mut files = Vec::new();
            if let Some(tree) = tree {
                let tree = git.find_tree(tree).unwrap();
                tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
                    let file = entry.kind() == Some(git2::ObjectType::Blob);
                    files.extend(file.then(|| format!("{folder}{}", entry.name().unwrap())));
                    git2::TreeWalkResult::Ok
                })
                .unwrap();
            }
            assert_eq!(files.join(" "), expected);
        }
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
            let folder = Folder::new(tree.clone());
            for _ in 0..LOOKS + 2 {
                prop_assert_eq!(folder.entry(&name), entry(&tree, &name));
            }
        }
    }
}
