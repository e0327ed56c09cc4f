//! What a commit changed, as far as it matters: software, or only what is beside it. Two trees are compared until the first file of
//! software that differs; nothing of the files themselves is read.

use std::cmp::Ordering;

use git2::{ObjectType, Odb, Oid};

use crate::collect::git::tree::{TreeEntries, TreeEntry};
use lookback_core::join::commits::Changed;
use lookback_core::join::paths::{PathSort, file_sort, is_folder_beside};

/// Folders in folders that are looked into.
const DEEPEST: usize = 64;
/// Folders of modules, and where they lie.
const MODULES: [&str; 2] = ["security", "sec"];
const MODULES_IN: [&str; 2] = ["", "src"];

/// What differs between two trees; no tree is an empty one. A tree that is not there leaves it unknown.
pub(crate) fn touched(odb: &Odb<'_>, before: Option<Oid>, after: Oid) -> Changed {
    let mut seen = Seen::default();
    match seen.compare(odb, before, Some(after), 0) {
        None if seen.software => Changed::Software,
        Some(()) if seen.ignore_list => Changed::IgnoreLists,
        Some(()) if seen.beside => Changed::Beside,
        // Nothing at all, or not all of it could be seen.
        Some(()) | None => Changed::Unknown,
    }
}

/// Names of modules that read like words of security: the folders `security/` and `src/security/` where software lies in them.
pub(crate) fn modules(odb: &Odb<'_>, tree: Oid) -> Vec<String> {
    let folder = |tree: Oid, name: &str| {
        let data = read(odb, Some(tree))?;
        TreeEntries(&data).find(|entry| entry.is_folder() && entry.name == name.as_bytes())?.id()
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

#[derive(Default)]
struct Seen {
    software: bool,
    beside: bool,
    ignore_list: bool,
}

impl Seen {
    /// `None`: there is no need, or no way, to look further.
    fn compare(&mut self, odb: &Odb<'_>, before: Option<Oid>, after: Option<Oid>, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let (before, after) = (read(odb, before)?, read(odb, after)?);
        let (mut old, mut new) = (TreeEntries(&before).peekable(), TreeEntries(&after).peekable());
        // Files tell at once: folders wait.
        let mut folders = Vec::new();
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.order(new),
            };
            let one = order.is_le().then(|| old.next()).flatten();
            let two = order.is_ge().then(|| new.next()).flatten();
            match (&one, &two) {
                (Some(one), Some(two)) if one.is_same(two) => continue,
                _ => {}
            }
            let Some(entry) = two.as_ref().or(one.as_ref()) else { break };
            let name = String::from_utf8_lossy(entry.name);
            if !entry.is_folder() {
                self.file(&name)?;
            } else if is_folder_beside(&name, depth == 0) {
                self.beside = true;
            } else {
                let id = |entry: &Option<TreeEntry<'_>>| entry.as_ref().and_then(TreeEntry::id);
                folders.push((id(&one), id(&two)));
            }
        }
        for (old, new) in folders {
            self.compare(odb, old, new, depth + 1)?;
        }
        Some(())
    }

    fn file(&mut self, name: &str) -> Option<()> {
        match file_sort(name) {
            PathSort::Software => {
                self.software = true;
                return None;
            }
            PathSort::Beside => self.beside = true,
            PathSort::IgnoreList => self.ignore_list = true,
        }
        Some(())
    }
}

fn read(odb: &Odb<'_>, tree: Option<Oid>) -> Option<Vec<u8>> {
    let Some(id) = tree else { return Some(Vec::new()) };
    let object = odb.read(id).ok().filter(|object| object.kind() == ObjectType::Tree)?;
    Some(object.data().to_vec())
}
