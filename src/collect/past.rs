//! What the repository held of reviews on each day of its history, as `check --as-of` would find it: every distinct content is read
//! once, and days on which nothing of it changed are not looked at again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use chrono::NaiveDate;
use git2::Oid;

use crate::collect::budget;
use crate::collect::confirmations;
use crate::collect::documents::read_blobs;
use crate::collect::error::CollectError;
use crate::collect::filter::{declarations, document_filter};
use crate::collect::git::checkout::Snapshot;
use crate::collect::git::documents::document_histories;
use crate::collect::git::graph::Walk;
use crate::collect::git::repository::{Repository, TreeFile};
use lookback_core::model::{CONFIRMATIONS, DocumentPolicy, FoundDocument, Recorded};
use lookback_reading::{Kind, Reader, Reading};

/// A path and what stood there.
type Content = (String, Oid);

/// What the repository held from each day on, oldest first; up to and without what comes after `as_of`.
pub(crate) fn recorded(
    repository: &Repository,
    walk: &Walk,
    tip: Oid,
    as_of: NaiveDate,
    policy: &DocumentPolicy,
    reader: &Reader,
) -> Result<Vec<Recorded>, CollectError> {
    let is_document = document_filter(policy)?;
    let wanted = |path: &str| path == CONFIRMATIONS || is_document(path);
    let mut trees = Trees { repository, wanted: &wanted, known: HashMap::new() };
    let mut states: Vec<(NaiveDate, Oid, Vec<Content>)> = Vec::new();
    let mut last: Option<Rc<Vec<Content>>> = None;
    for (from, commit, tree) in repository.days(tip, as_of) {
        let contents = trees.contents(tree, "", 0);
        if last.as_ref().is_none_or(|before| **before != *contents) {
            states.push((from, commit, chosen(&contents, policy)));
            last = Some(contents);
        }
    }
    let contents: BTreeSet<&Content> = states.iter().flat_map(|(.., contents)| contents.iter()).collect();
    let blobs = contents.into_iter().filter(|(path, _)| path != CONFIRMATIONS);
    let blobs = blobs.map(|(path, oid)| (path.clone(), *oid, repository.blob(*oid, policy.max_size)));
    let read = read_blobs(reader, &declarations(policy)?, blobs);
    let bears = |reading: &Reading| reading.presents_review || reading.kind == Kind::Procedure;
    let readings: BTreeMap<Content, Reading> =
        read.into_iter().filter_map(|(path, oid, reading)| Some(((path, oid), reading.ok().filter(bears)?))).collect();
    let mut out: Vec<Recorded> = Vec::new();
    let mut before: Option<Vec<&Content>> = None;
    for (from, commit, contents) in &states {
        let matter = |content: &&Content| content.0 == CONFIRMATIONS || readings.contains_key(*content);
        let kept: Vec<&Content> = contents.iter().filter(matter).collect();
        if before.as_ref() == Some(&kept) {
            continue;
        }
        let documents = kept.iter().filter_map(|content| Some((*content, readings.get(*content)?)));
        let mut documents: Vec<FoundDocument> = documents
            .map(|((path, oid), reading)| FoundDocument {
                path: path.clone(),
                path_signal: policy.path_signal.is_match(path),
                blob: Some(oid.to_string()),
                reading: reading.clone(),
                history: None,
            })
            .collect();
        documents.sort_by(|a, b| a.path.cmp(&b.path));
        let paths: Vec<String> = documents.iter().map(|document| document.path.clone()).collect();
        let (histories, _) = document_histories(repository, walk, Some(*commit), &paths);
        for (document, history) in documents.iter_mut().zip(histories) {
            document.history = history;
        }
        let confirmations = confirmations::read(repository, walk, &Snapshot::of(Some(*commit)), None, &mut Vec::new());
        out.push(Recorded { from: *from, documents, confirmations });
        before = Some(kept);
    }
    Ok(out)
}

/// What of it a judgement of that day reads.
fn chosen(contents: &[Content], policy: &DocumentPolicy) -> Vec<Content> {
    let files = contents.iter().map(|(path, oid)| TreeFile { path: path.clone(), oid: *oid });
    let (files, _) = budget::within(files.collect(), |path| path == CONFIRMATIONS || policy.path_signal.is_match(path));
    files.into_iter().map(|file| (file.path, file.oid)).collect()
}

/// Folders nested deeper hold no documents, as for one revision.
const DEEPEST: usize = 64;

/// The wanted files of trees; what does not change from commit to commit is looked at once.
struct Trees<'a> {
    repository: &'a Repository,
    wanted: &'a dyn Fn(&str) -> bool,
    known: HashMap<(Oid, String), Rc<Vec<Content>>>,
}

impl Trees<'_> {
    fn contents(&mut self, tree: Oid, folder: &str, depth: usize) -> Rc<Vec<Content>> {
        let key = (tree, folder.to_owned());
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let mut out = Vec::new();
        let (files, folders) = self.repository.entries(tree, folder);
        out.extend(files.into_iter().map(|file| (file.path, file.oid)).filter(|(path, _)| (self.wanted)(path)));
        for (path, below) in folders.into_iter().filter(|_| depth < DEEPEST) {
            out.extend(self.contents(below, &format!("{path}/"), depth + 1).iter().cloned());
        }
        let out = Rc::new(out);
        self.known.insert(key, Rc::clone(&out));
        out
    }
}
