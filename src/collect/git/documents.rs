//! The history of documents across renames: all documents in one pass over the graph that the walk left, reading only the
//! trees of commits at which a document still lives, and only the folders that hold one.

use std::collections::HashMap;

use git2::{DiffFindOptions, DiffOptions, Oid};

use super::{Repository, Walk, time};
use crate::evidence::{DocumentHistory, Limit, Revision};
use crate::requirement::Constraint;

/// The histories of documents (in the order given) that stand in the tree of `head`; `None` where the history does not reach
/// back to the commit that added it.
pub fn document_histories(
    repository: &Repository,
    walk: &Walk,
    head: Option<Oid>,
    paths: &[String],
) -> (Vec<Option<DocumentHistory>>, Vec<Limit>) {
    let Some(head) = head.and_then(|head| walk.find(head)) else { return (vec![None; paths.len()], Vec::new()) };
    let mut pass = Pass {
        repository,
        walk,
        live: HashMap::new(),
        revisions: vec![Vec::new(); paths.len()],
        complete: vec![true; paths.len()],
        blobs: HashMap::new(),
        trees: HashMap::new(),
    };
    pass.live.insert(head, paths.iter().enumerate().map(|(document, path)| (document, path.clone())).collect());
    for at in topological(walk, head) {
        if pass.live.is_empty() {
            break;
        }
        if let Some(documents) = pass.live.remove(&at) {
            pass.visit(at, documents);
        }
    }
    let mut limits = Vec::new();
    let mut unknown = Vec::new();
    let Pass { revisions, complete, .. } = pass;
    let histories = revisions.into_iter().zip(complete).zip(paths).map(|((mut revisions, complete), path)| {
        revisions.sort_by(|a, b| (a.committed, &a.commit).cmp(&(b.committed, &b.commit)));
        let sound = complete && revisions.iter().all(|revision| revision.committed.timestamp() > 0);
        if let (true, Some(added), Some(last_change)) = (sound, revisions.first().cloned(), revisions.last().cloned()) {
            Some(DocumentHistory { added, last_change, revisions })
        } else {
            unknown.push(path.clone());
            None
        }
    });
    let histories: Vec<_> = histories.collect();
    if !unknown.is_empty() {
        let more = if unknown.len() > 5 { format!(" and {} more", unknown.len() - 5) } else { String::new() };
        unknown.truncate(5);
        limits.push(Limit {
            what: format!("when {}{more} was added and changed", unknown.join(", ")),
            why: "the history does not reach back to the commit that added it, or that commit has no sound date"
                .to_owned(),
            remedy: "Fetch the whole history: `fetch-depth: 0` for actions/checkout, `git fetch --unshallow` by hand."
                .to_owned(),
            affects: vec![Constraint::HeldAnnually],
        });
    }
    (histories, limits)
}

/// Ancestors of a commit, children before parents; among the ready ones the newest first.
fn topological(walk: &Walk, head: u32) -> Vec<u32> {
    let mut children: Vec<u32> = vec![0; walk.nodes.len()];
    let mut seen = vec![false; walk.nodes.len()];
    let mut stack = vec![head];
    seen[head as usize] = true;
    while let Some(at) = stack.pop() {
        for parent in walk.parents_of(at) {
            children[*parent as usize] += 1;
            if !std::mem::replace(&mut seen[*parent as usize], true) {
                stack.push(*parent);
            }
        }
    }
    let mut ready =
        std::collections::BinaryHeap::from([(walk.nodes[head as usize].committed, std::cmp::Reverse(head))]);
    let mut order = Vec::new();
    while let Some((_, std::cmp::Reverse(at))) = ready.pop() {
        order.push(at);
        for parent in walk.parents_of(at) {
            children[*parent as usize] -= 1;
            if children[*parent as usize] == 0 {
                ready.push((walk.nodes[*parent as usize].committed, std::cmp::Reverse(*parent)));
            }
        }
    }
    order
}

struct Pass<'a> {
    repository: &'a Repository,
    walk: &'a Walk,
    /// Documents that still live at a commit, each with the path it has there.
    live: HashMap<u32, Vec<(usize, String)>>,
    revisions: Vec<Vec<Revision>>,
    complete: Vec<bool>,
    /// (tree of a folder, name) → entry; the two newest generations are enough, older ones are dropped.
    trees: HashMap<Oid, HashMap<String, Option<Oid>>>,
    blobs: HashMap<(Oid, String), Option<Oid>>,
}

/// Bound of the memory for tree lookups.
const CACHED: usize = 20_000;

impl Pass<'_> {
    fn visit(&mut self, at: u32, documents: Vec<(usize, String)>) {
        let walk = self.walk;
        let parents = walk.parents_of(at);
        let tree = walk.nodes[at as usize].tree;
        let boundary = self.repository.shallow.contains(&walk.nodes[at as usize].id);
        for (document, path) in documents {
            let Some(here) = self.blob(tree, &path) else {
                // The tree cannot be read: the line ends here, and so does what is known.
                self.complete[document] = false;
                continue;
            };
            let mut before: Vec<(u32, Oid)> = Vec::new();
            for parent in parents {
                if walk.nodes[*parent as usize].tree.is_zero() {
                    self.complete[document] = false;
                    continue;
                }
                if let Some(blob) = self.blob(walk.nodes[*parent as usize].tree, &path) {
                    before.push((*parent, blob));
                }
            }
            // Git's own simplification: a parent that has the same file explains it alone.
            if let Some((parent, _)) = before.iter().find(|(_, blob)| *blob == here) {
                self.live.entry(*parent).or_default().push((document, path));
                continue;
            }
            if boundary {
                self.complete[document] = false;
                continue;
            }
            self.revise(document, at, &path);
            if before.is_empty() {
                for parent in parents {
                    if let Some(old) = self.renamed_from(at, *parent, &path, here) {
                        self.live.entry(*parent).or_default().push((document, old));
                        break;
                    }
                }
            }
            for (parent, _) in before {
                self.live.entry(parent).or_default().push((document, path.clone()));
            }
        }
        for parent in parents {
            if let Some(documents) = self.live.get_mut(parent) {
                documents.sort();
                documents.dedup();
            }
        }
    }

    fn revise(&mut self, document: usize, at: u32, path: &str) {
        let node = &self.walk.nodes[at as usize];
        let (Some(details), Some(authored), Some(committed)) =
            (self.repository.details(node.id), time(node.authored), time(node.committed))
        else {
            self.complete[document] = false;
            return;
        };
        self.revisions[document].push(Revision {
            commit: node.id.to_string(),
            path: path.to_owned(),
            author: details.author,
            authored,
            committed,
            signed: details.signed,
        });
    }

    /// The blob at a path of a tree; `None` when it is not there or cannot be read.
    fn blob(&mut self, tree: Oid, path: &str) -> Option<Oid> {
        let mut tree = tree;
        let mut rest = path;
        while let Some((folder, below)) = rest.split_once('/') {
            tree = self.entry(tree, folder)?;
            rest = below;
        }
        let key = (tree, rest.to_owned());
        if let Some(found) = self.blobs.get(&key) {
            return *found;
        }
        let found = self.entry(tree, rest);
        if self.blobs.len() > CACHED {
            self.blobs.clear();
        }
        self.blobs.insert(key, found);
        found
    }

    fn entry(&mut self, tree: Oid, name: &str) -> Option<Oid> {
        if let Some(found) = self.trees.get(&tree).and_then(|names| names.get(name)) {
            return *found;
        }
        let found = self
            .repository
            .inner
            .find_tree(tree)
            .ok()
            .and_then(|tree| tree.get_name_bytes(name.as_bytes()).map(|entry| entry.id()));
        if self.trees.len() > CACHED {
            self.trees.clear();
        }
        self.trees.entry(tree).or_default().insert(name.to_owned(), found);
        found
    }

    /// The path that the file had before, if this commit renamed it: the same or a similar file is gone since the parent.
    fn renamed_from(&self, at: u32, parent: u32, path: &str, blob: Oid) -> Option<String> {
        let repository = &self.repository.inner;
        let new = repository.find_tree(self.walk.nodes[at as usize].tree).ok()?;
        let old = repository.find_tree(self.walk.nodes[parent as usize].tree).ok()?;
        let mut diff = repository
            .diff_tree_to_tree(Some(&old), Some(&new), Some(DiffOptions::new().skip_binary_check(true)))
            .ok()?;
        let wanted = |file: &git2::DiffFile| {
            file.id() == blob && file.path_bytes().is_some_and(|bytes| bytes == path.as_bytes())
        };
        // A commit that deletes nothing renames nothing.
        if !diff.deltas().any(|delta| delta.status() == git2::Delta::Deleted) {
            return None;
        }
        diff.find_similar(Some(DiffFindOptions::new().renames(true).rename_limit(1000))).ok()?;
        let delta = diff.deltas().find(|delta| delta.status() == git2::Delta::Renamed && wanted(&delta.new_file()))?;
        delta.old_file().path_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }
}
