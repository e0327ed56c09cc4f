//! Which files differ between two trees: only folders that differ are looked into, so that a walk from commit to commit is work in
//! proportion to what changed.

use git2::{Odb, Oid};

use crate::collect::git::tree::{Differing, TreeEntry, folder_id, raw_tree};

/// Folders nested deeper hold no documents, as for one revision.
const DEEPEST: usize = 64;

/// What the whole tree is called.
pub(crate) const ROOT: &str = "the repository";

/// What differs between two trees.
#[derive(Debug, Default)]
pub(crate) struct Between {
    /// Files by path: what stood there, and what stands there now.
    pub files: Vec<(String, Option<Oid>, Option<Oid>)>,
    /// Folders that differ, with a slash at the end.
    pub folders: Vec<String>,
    /// Folders of the second tree that cannot be read.
    pub unread: Vec<String>,
}

/// Compares trees, one pair after the other.
pub(crate) struct TreeComparison<'a> {
    /// Where they are read from.
    pub odb: Odb<'a>,
    /// Which files are told.
    pub wanted: &'a dyn Fn(&str) -> bool,
    /// Entries that may still be looked at, in all: objects that are used again and again make any number of paths.
    pub left: usize,
}

impl TreeComparison<'_> {
    /// What differs; no tree is an empty one. `None`: there is more than may be looked at.
    pub(crate) fn between(&mut self, before: Option<Oid>, after: Option<Oid>) -> Option<Between> {
        let mut out = Between::default();
        let mut open = vec![(String::new(), before, after)];
        while let Some((folder, before, after)) = open.pop() {
            let (old, new) = (raw_tree(&self.odb, before).unwrap_or_default(), raw_tree(&self.odb, after));
            if new.is_none() {
                out.unread.push(if folder.is_empty() { ROOT.to_owned() } else { folder.clone() });
            }
            let new = new.unwrap_or_default();
            for (one, two) in Differing::new(&old, &new) {
                self.left = self.left.checked_sub(1)?;
                let Some(entry) = one.as_ref().or(two.as_ref()) else { break };
                let path = format!("{folder}{}", String::from_utf8_lossy(entry.name));
                if entry.is_folder() {
                    let path = format!("{path}/");
                    out.folders.push(path.clone());
                    if path.matches('/').count() <= DEEPEST {
                        open.push((path, folder_id(one.as_ref()), folder_id(two.as_ref())));
                    }
                } else if (self.wanted)(&path) {
                    let id =
                        |entry: Option<&TreeEntry<'_>>| entry.filter(|entry| entry.is_file()).and_then(TreeEntry::id);
                    let (old, new) = (id(one.as_ref()), id(two.as_ref()));
                    if old != new {
                        out.files.push((path, old, new));
                    }
                }
            }
        }
        out.files.sort();
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init_bare(folder.path()).unwrap();
        let blob = |text: &str| git.blob(text.as_bytes()).unwrap();
        let tree = |entries: &[(&str, Oid, i32)]| {
            let mut builder = git.treebuilder(None).unwrap();
            for (name, id, mode) in entries {
                builder.insert(name, *id, *mode).unwrap();
            }
            builder.write().unwrap()
        };
        let (file, directory, link) = (0o100_644, 0o040_000, 0o120_000);
        let same = tree(&[("c.md", blob("c"), file)]);
        let one = tree(&[("a.md", blob("a"), file), ("b.md", blob("b"), file), ("same", same, directory)]);
        let gone = Oid::from_str("1234567890123456789012345678901234567890").unwrap();
        let inner = tree(&[("x.md", blob("x"), file), ("y.c", blob("y"), file)]);
        let two = git.treebuilder(Some(&git.find_tree(one).unwrap())).and_then(|mut builder| {
            builder.remove("a.md")?;
            builder.insert("b.md", blob("a.md"), link)?;
            builder.insert("docs", inner, directory)?;
            builder.write()
        });
        let mut compare = TreeComparison { odb: git.odb().unwrap(), wanted: &|path| path.contains(".md"), left: 1000 };
        let found = compare.between(Some(one), Some(two.unwrap())).unwrap();
        let told: Vec<(&str, bool, bool)> =
            found.files.iter().map(|(path, old, new)| (path.as_str(), old.is_some(), new.is_some())).collect();
        assert_eq!(told, [("a.md", true, false), ("b.md", true, false), ("docs/x.md", false, true)]);
        assert_eq!(found.folders, ["docs/"]);
        assert_eq!(compare.between(None, Some(gone)).unwrap().unread, ["the repository"]);
        compare.left = 2;
        assert!(compare.between(None, Some(one)).is_none());
    }
}
