//! The history of documents across renames: all documents in one pass over the graph that the walk left, reading only the
//! trees of commits at which a document still lives, and of these only the folders that lead to one and changed.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use git2::{DiffFindOptions, DiffOptions, Oid};

use crate::collect::git::commit::time;
use crate::collect::git::graph::Walk;
use crate::collect::git::repository::Repository;
use crate::collect::git::tree::{Folder, raw_tree};
use lookback_core::model::{DocumentHistory, Limit, LimitKind, Revision};
use lookback_reading::{Constraint, listed};

/// The histories of documents (in the order given) that stand in the tree of `head`; `None` where the history does not reach
/// back to the commit that added it.
pub(crate) fn document_histories(
    repository: &Repository,
    walk: &Walk,
    head: Option<Oid>,
    paths: &[String],
) -> (Vec<Option<DocumentHistory>>, Vec<Limit>) {
    let odb = repository.inner.odb();
    let (Some(head), Ok(odb)) = (head.and_then(|head| walk.find(head)), odb) else {
        return (vec![None; paths.len()], Vec::new());
    };
    let mut pass = Pass {
        repository,
        odb,
        walk,
        live: HashMap::new(),
        revisions: vec![Vec::new(); paths.len()],
        complete: vec![true; paths.len()],
        trees: HashMap::new(),
        held: 0,
    };
    pass.start(head, paths);
    let order = if pass.live.is_empty() { Order::default() } else { Order::new(walk, head) };
    for at in order.parents_first.iter().rev() {
        if let Some(documents) = pass.live.remove(at) {
            pass.visit(*at, documents);
        } else if pass.live.is_empty() {
            break;
        }
    }
    let mut unknown = Vec::new();
    let Pass { revisions, complete, .. } = pass;
    let histories = revisions.into_iter().zip(complete).zip(paths).map(|((mut revisions, complete), path)| {
        revisions.sort_by_key(|(at, _)| order.rank[*at as usize]);
        let revisions: Vec<Revision> = revisions.into_iter().map(|(_, revision)| revision).collect();
        let sound = complete && revisions.iter().all(|revision| revision.committed.timestamp() > 0);
        if let (true, Some(added), Some(last_change)) = (sound, revisions.first().cloned(), revisions.last().cloned()) {
            Some(DocumentHistory { added, last_change, revisions, entries: BTreeMap::new() })
        } else {
            unknown.push(path.clone());
            None
        }
    });
    let histories: Vec<_> = histories.collect();
    (histories, unknown_histories(&unknown).into_iter().collect())
}

fn unknown_histories(unknown: &[String]) -> Option<Limit> {
    if unknown.is_empty() {
        return None;
    }
    Some(
        Limit::new(
            LimitKind::History,
            format!("when {} was added and changed", listed(unknown, 5)),
            "the history does not reach back to the commit that added it, or that commit has no sound date",
            "Fetch the whole history: `fetch-depth: 0` for actions/checkout, `git fetch --unshallow` by hand.",
        )
        .affecting(&[Constraint::HeldAnnually]),
    )
}

/// The ancestors of a commit in two orders.
#[derive(Default)]
struct Order {
    /// Every commit after its parents.
    parents_first: Vec<u32>,
    /// By node: a date that is never before that of a parent, whatever the clocks said, then the place in `parents_first`.
    rank: Vec<(i64, u32)>,
}

impl Order {
    fn new(walk: &Walk, head: u32) -> Self {
        const NEW: u32 = u32::MAX;
        let mut rank = vec![(i64::MIN, NEW); walk.nodes.len()];
        let mut parents_first = Vec::with_capacity(walk.nodes.len());
        let mut stack = vec![(head, 0usize)];
        while let Some((at, next)) = stack.pop() {
            if rank[at as usize].1 != NEW {
                continue;
            }
            let parents = walk.parents_of(at);
            if let Some(parent) = parents.get(next) {
                stack.push((at, next + 1));
                if rank[*parent as usize].1 == NEW {
                    stack.push((*parent, 0));
                }
                continue;
            }
            let latest = parents.iter().map(|parent| rank[*parent as usize].0).max().unwrap_or(i64::MIN);
            let place = u32::try_from(parents_first.len()).unwrap_or(NEW);
            rank[at as usize] = (walk.nodes[at as usize].committed.max(latest), place);
            parents_first.push(at);
        }
        Order { parents_first, rank }
    }
}

/// A document at a commit where it lives.
#[derive(Clone)]
struct Living {
    document: usize,
    /// Its path there.
    path: Rc<str>,
    /// The ids of the folders that lead to it, and last its own.
    trail: Rc<[Oid]>,
}

struct Pass<'a> {
    repository: &'a Repository,
    odb: git2::Odb<'a>,
    walk: &'a Walk,
    live: HashMap<u32, Vec<Living>>,
    /// By document: the commits that changed it, newest first.
    revisions: Vec<Vec<(u32, Revision)>>,
    complete: Vec<bool>,
    /// Raw trees that several documents or children may ask for.
    trees: HashMap<Oid, Option<Rc<Folder>>>,
    /// Bytes in `trees`.
    held: usize,
}

/// Bound of the memory for trees, in bytes.
const HELD: usize = 4 << 20;

/// A tree that is not there or cannot be read.
pub(crate) struct Unreadable;

impl Pass<'_> {
    fn start(&mut self, head: u32, paths: &[String]) {
        let tree = self.walk.nodes[head as usize].tree;
        for (document, path) in paths.iter().enumerate() {
            match self.trail(tree, path, &[]) {
                Ok(Some(trail)) => {
                    let living = Living { document, path: path.as_str().into(), trail };
                    self.live.entry(head).or_default().push(living);
                }
                _ => self.complete[document] = false,
            }
        }
    }

    fn visit(&mut self, at: u32, mut documents: Vec<Living>) {
        let walk = self.walk;
        let boundary = self.repository.shallow.contains(&walk.nodes[at as usize].id);
        documents.sort_by(|a, b| (a.document, &a.path).cmp(&(b.document, &b.path)));
        documents.dedup_by(|a, b| a.document == b.document && a.path == b.path);
        for living in documents {
            let here = living.trail.last();
            let mut before: Vec<(u32, Living)> = Vec::new();
            for parent in walk.parents_of(at) {
                match self.trail(walk.nodes[*parent as usize].tree, &living.path, &living.trail) {
                    Ok(Some(trail)) => before.push((*parent, Living { trail, ..living.clone() })),
                    Ok(None) => {}
                    Err(Unreadable) => self.complete[living.document] = false,
                }
            }
            // Git's own simplification: a parent that has the same file explains it alone.
            if let Some(same) = before.iter().position(|(_, old)| old.trail.last() == here) {
                let (parent, old) = before.swap_remove(same);
                self.live.entry(parent).or_default().push(old);
                continue;
            }
            if boundary {
                self.complete[living.document] = false;
                continue;
            }
            let was = if before.is_empty() { self.renamed(at, &living) } else { None };
            let moved = was.as_ref().is_some_and(|(_, old)| old.trail.last() == here);
            self.revise(&living, at, moved);
            before.extend(was);
            for (parent, old) in before {
                self.live.entry(parent).or_default().push(old);
            }
        }
    }

    fn revise(&mut self, living: &Living, at: u32, moved: bool) {
        let document = living.document;
        let node = &self.walk.nodes[at as usize];
        let (Some(details), Some(authored), Some(committed)) =
            (self.repository.details(node.id), time(node.authored), time(node.committed))
        else {
            self.complete[document] = false;
            return;
        };
        let revision = Revision {
            commit: node.id.to_string(),
            path: living.path.to_string(),
            author: details.author,
            authored,
            committed,
            signed: details.signed,
            moved,
            endorsement: None,
        };
        self.revisions[document].push((at, revision));
    }

    /// The ids on the way to a path of a tree. `near` is the way in a tree that is probably much the same: where both meet,
    /// nothing more has to be read. `None`: there is no such file.
    fn trail(&mut self, tree: Oid, path: &str, near: &[Oid]) -> Result<Option<Rc<[Oid]>>, Unreadable> {
        let mut folder = tree;
        let mut trail = Vec::with_capacity(near.len());
        let mut names = path.split('/').enumerate().peekable();
        while let Some((depth, name)) = names.next() {
            let Some((is_folder, id)) = self.tree(folder)?.entry(name) else { return Ok(None) };
            if near.get(depth) == Some(&id) {
                trail.extend_from_slice(&near[depth..]);
                return Ok(Some(trail.into()));
            }
            if is_folder == names.peek().is_none() {
                return Ok(None);
            }
            trail.push(id);
            folder = id;
        }
        Ok(Some(trail.into()))
    }

    /// A raw tree object.
    fn tree(&mut self, id: Oid) -> Result<Rc<Folder>, Unreadable> {
        if let Some(known) = self.trees.get(&id) {
            return known.clone().ok_or(Unreadable);
        }
        let folder = raw_tree(&self.odb, Some(id)).map(|raw| Rc::new(Folder::new(raw)));
        if self.held > HELD {
            self.trees.clear();
            self.held = 0;
        }
        self.held += folder.as_ref().map_or(0, |folder| folder.size()) + size_of::<Oid>();
        self.trees.insert(id, folder.clone());
        folder.ok_or(Unreadable)
    }

    /// The parent and the path there from which this commit renamed a document.
    fn renamed(&mut self, at: u32, new: &Living) -> Option<(u32, Living)> {
        for parent in self.walk.parents_of(at) {
            match self.renamed_from(at, *parent, new) {
                Ok(Some(path)) => {
                    let trail = self.trail(self.walk.nodes[*parent as usize].tree, &path, &[]).ok()??;
                    return Some((*parent, Living { document: new.document, path: path.into(), trail }));
                }
                Ok(None) => {}
                Err(Unreadable) => self.complete[new.document] = false,
            }
        }
        None
    }

    /// The path that the file had in the parent, if this commit renamed it: the same or a similar file is gone since.
    fn renamed_from(&self, at: u32, parent: u32, new: &Living) -> Result<Option<String>, Unreadable> {
        let repository = &self.repository.inner;
        let tree = |at: u32| repository.find_tree(self.walk.nodes[at as usize].tree).map_err(|_| Unreadable);
        let (old_tree, new_tree) = (tree(parent)?, tree(at)?);
        let diff = |options: &mut DiffOptions| {
            repository
                .diff_tree_to_tree(Some(&old_tree), Some(&new_tree), Some(options.skip_binary_check(true)))
                .map_err(|_| Unreadable)
        };
        let all = diff(&mut DiffOptions::new())?;
        let gone = all.deltas().filter(|delta| delta.status() == git2::Delta::Deleted);
        let gone: Vec<(Oid, &[u8])> =
            gone.filter_map(|delta| Some((delta.old_file().id(), delta.old_file().path_bytes()?))).collect();
        let path = |bytes: &[u8]| Some(String::from_utf8_lossy(bytes).into_owned());
        let file_name = |path: &[u8]| path.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_owned();
        let name = file_name(new.path.as_bytes());
        let same = gone.iter().filter(|(id, _)| Some(id) == new.trail.last());
        if let Some((_, old)) = same.min_by_key(|(_, old)| (file_name(old) != name, *old)) {
            return Ok(path(old));
        }
        if gone.is_empty() || gone.len() > RENAME_LIMIT {
            return Ok(None);
        }
        if gone.iter().any(|(id, _)| !self.odb.exists(*id)) {
            let compared = gone.iter().map(|(id, _)| *id).chain(new.trail.last().copied());
            compared.for_each(|id| self.repository.note_absent(&self.odb, id));
            return Err(Unreadable);
        }
        // Only this file is compared with those that are gone; all pairs of a big commit would take seconds.
        let mut options = DiffOptions::new();
        options.disable_pathspec_match(true).pathspec(new.path.as_bytes());
        for (_, old) in &gone {
            options.pathspec(*old);
        }
        let mut few = diff(&mut options)?;
        few.find_similar(Some(DiffFindOptions::new().renames(true).rename_limit(RENAME_LIMIT)))
            .map_err(|_| Unreadable)?;
        let renamed = few.deltas().find(|delta| {
            delta.status() == git2::Delta::Renamed && delta.new_file().path_bytes() == Some(new.path.as_bytes())
        });
        Ok(renamed.and_then(|delta| path(delta.old_file().path_bytes()?)))
    }
}

/// Files that are gone in one commit, beyond which only unchanged ones are followed (as in Git's `diff.renameLimit`).
const RENAME_LIMIT: usize = 1000;
