//! What the repository held of reviews on each day of its history, as `check --as-of` would find it. From commit to commit only what
//! differs is looked at, every content is read once, and of a reading only what bears on the cadence is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use git2::Oid;

use crate::collect::budget;
use crate::collect::confirmations;
use crate::collect::documents::{hides_a_record, read_blobs};
use crate::collect::error::CollectError;
use crate::collect::filter::{Declarations, declarations, document_filter};
use crate::collect::git::between::{Between, ROOT, TreeComparison};
use crate::collect::git::checkout::Snapshot;
use crate::collect::git::documents::document_histories;
use crate::collect::git::graph::Walk;
use crate::collect::git::repository::Repository;
use crate::collect::state;
use crate::collect::unread::unread;
use lookback_core::model::{CONFIRMATIONS, DocumentPolicy, Past, Revision, Stood, UnreadStretch};
use lookback_reading::{DateSource, Kind, Reader, Reading, Sought};

/// Entries of trees that are looked at, in all.
const ENTRIES: usize = 50_000_000;

/// Copies of one content that are read: where it stands may say what it is. Further ones say what the first does.
const COPIES: usize = 3;

/// What the past is read from.
pub(crate) struct PastSource<'a> {
    /// Where it is kept.
    pub repository: &'a Repository,
    /// Its history.
    pub walk: &'a Walk,
    /// The state that is judged: the last of the past.
    pub seen: &'a Snapshot,
    /// The day judged for.
    pub as_of: NaiveDate,
    /// The day as of which what is not committed counts.
    pub today: NaiveDate,
    /// Which documents are read.
    pub policy: &'a DocumentPolicy,
    /// Reads them.
    pub reader: &'a Reader,
}

/// What stood at one path, and since when.
#[derive(Clone)]
struct Standing {
    path: String,
    blob: Oid,
    from: NaiveDate,
    /// `None`: what is not committed.
    commit: Option<Oid>,
    until: Option<NaiveDate>,
}

/// What the repository held up to the day judged for.
pub(crate) fn recorded(source: &PastSource<'_>) -> Result<Past, CollectError> {
    let Some(head) = source.seen.commit else { return Ok(Past::default()) };
    let is_document = document_filter(source.policy)?;
    let declared = declarations(source.policy)?;
    let (days, cut) = source.repository.days(head, source.as_of);
    let mut sweep = Sweep::new(source);
    sweep.past.cut = days.first().map(|(day, ..)| *day).filter(|_| cut);
    let wanted = |path: &str| path == CONFIRMATIONS || is_document(path);
    let odb = source.repository.objects()?;
    let mut compare = TreeComparison { odb, wanted: &wanted, left: ENTRIES };
    let mut before = None;
    let mut states: Vec<(NaiveDate, Option<Oid>, Oid)> =
        days.into_iter().map(|(day, commit, tree)| (day, Some(commit), tree)).collect();
    if let Some(tree) = source.seen.tree.filter(|_| !source.seen.uncommitted.is_empty()) {
        states.push((source.today, None, tree));
    }
    for (day, commit, tree) in states {
        let Some(between) = compare.between(before, Some(tree)) else {
            sweep.hide(day, "part of the tree".to_owned());
            break;
        };
        sweep.turn(day, commit, between);
        before = Some(tree);
    }
    Ok(sweep.read(&declared))
}

/// Goes through the days.
struct Sweep<'a> {
    source: &'a PastSource<'a>,
    standing: BTreeMap<String, Standing>,
    /// What stood once.
    gone: Vec<Standing>,
    /// Folders that cannot be read, and since when.
    hidden: BTreeMap<String, NaiveDate>,
    past: Past,
}

impl<'a> Sweep<'a> {
    fn new(source: &'a PastSource<'a>) -> Self {
        Sweep { source, standing: BTreeMap::new(), gone: Vec::new(), hidden: BTreeMap::new(), past: Past::default() }
    }

    fn hide(&mut self, from: NaiveDate, what: String) {
        self.past.unseen.push(UnreadStretch { what, from, until: None });
    }

    fn turn(&mut self, day: NaiveDate, commit: Option<Oid>, between: Between) {
        for folder in between.folders.into_iter().chain([ROOT.to_owned()]) {
            if let Some(from) = self.hidden.remove(&folder) {
                self.past.unseen.push(UnreadStretch { what: folder, from, until: Some(day) });
            }
        }
        self.hidden.extend(between.unread.into_iter().map(|folder| (folder, day)));
        for (path, old, new) in between.files {
            if path == CONFIRMATIONS {
                let at = commit.map(|commit| Snapshot::of(Some(commit)));
                let at = at.as_ref().unwrap_or(self.source.seen);
                let now = confirmations::read(self.source.repository, self.source.walk, at, None, &mut Vec::new());
                self.past.confirmed.push((day, now));
                continue;
            }
            if let Some(one) = old.and_then(|_| self.standing.remove(&path)).filter(|one| one.from < day) {
                self.gone.push(Standing { until: Some(day), ..one });
            }
            if let Some(blob) = new {
                let one = Standing { path: path.clone(), blob, from: day, commit, until: None };
                self.standing.insert(path, one);
            }
        }
        // What is not committed and cannot be read is no part of the tree.
        if commit.is_none() {
            let (seen, policy) = (self.source.seen, self.source.policy);
            for (path, problem) in &seen.unread {
                if unread(path, problem, policy.path_signal.is_match(path), policy.max_size).unseen {
                    self.hide(day, path.clone());
                }
            }
        }
    }

    /// Reads what stood.
    fn read(mut self, declared: &Declarations<'_>) -> Past {
        let (repository, policy) = (self.source.repository, self.source.policy);
        let mut all = std::mem::take(&mut self.gone);
        all.extend(std::mem::take(&mut self.standing).into_values());
        all.sort_by(|a, b| (a.from, &a.path).cmp(&(b.from, &b.path)));
        self.past.unseen.extend(std::mem::take(&mut self.hidden).into_iter().map(|(what, from)| UnreadStretch {
            what,
            from,
            until: None,
        }));
        let mut copies: HashMap<Oid, Vec<&str>> = HashMap::new();
        for one in &all {
            let paths = copies.entry(one.blob).or_default();
            if paths.len() < COPIES && !paths.contains(&one.path.as_str()) {
                paths.push(&one.path);
            }
        }
        let contents: BTreeSet<(&str, Oid)> =
            copies.iter().flat_map(|(blob, paths)| paths.iter().map(|path| (*path, *blob))).collect();
        let blobs =
            contents.into_iter().map(|(path, blob)| (path.to_owned(), blob, repository.blob(blob, policy.max_size)));
        // What somebody confirmed of a document may be more than its words say.
        let sought = if self.past.confirmed.is_empty() { Sought::Cadence } else { Sought::Security };
        let (found, left_out) = read_blobs(
            self.source.reader,
            (declared, policy, sought),
            budget::TEXT_OF_THE_PAST,
            blobs,
            |path, blob, reading| {
                let path_signal = policy.path_signal.is_match(&path);
                let read = match reading {
                    Ok(reading) => {
                        let hides = hides_a_record(path_signal, &reading);
                        let bears = reading.presents_review || reading.kind == Kind::Procedure;
                        (hides, bears.then(|| slim(reading)))
                    }
                    Err(problem) => (unread(&path, &problem, path_signal, policy.max_size).unseen, None),
                };
                (read.0 || read.1.is_some()).then_some(((path, blob), read))
            },
        );
        if let Some(first) = all.first().filter(|_| left_out > 0) {
            self.past.unseen.push(UnreadStretch {
                what: lookback_reading::count(left_out, "document"),
                from: first.from,
                until: None,
            });
        }
        let mut known: HashMap<(String, Oid), (bool, Option<usize>)> = HashMap::new();
        for (key, (hides, reading)) in found {
            let reading = reading.map(|reading| {
                self.past.readings.push(reading);
                self.past.readings.len() - 1
            });
            known.insert(key, (hides, reading));
        }
        let mut kept: Vec<(Standing, usize)> = Vec::new();
        for one in &all {
            let own = copies[&one.blob].contains(&one.path.as_str());
            let path = if own { &one.path } else { copies[&one.blob][0] };
            let Some((hides, reading)) = known.get(&(path.to_owned(), one.blob)) else { continue };
            if *hides {
                self.past.unseen.push(UnreadStretch { what: one.path.clone(), from: one.from, until: one.until });
            }
            kept.extend(reading.map(|reading| (one.clone(), reading)));
        }
        let added = self.added(&kept);
        self.past.stood = kept
            .into_iter()
            .zip(added)
            .map(|((one, reading), added)| Stood {
                path_signal: policy.path_signal.is_match(&one.path),
                path: one.path,
                blob: one.blob.to_string(),
                reading,
                added,
                from: one.from,
                until: one.until,
            })
            .collect();
        self.past
    }

    /// Which commits added documents, where nothing else tells their day. What stood at its path before is as old as that.
    fn added(&self, kept: &[(Standing, usize)]) -> Vec<Option<Revision>> {
        let (repository, walk) = (self.source.repository, self.source.walk);
        let mut asked: BTreeMap<Option<Oid>, Vec<usize>> = BTreeMap::new();
        let mut before: HashMap<(&str, Option<NaiveDate>), usize> = HashMap::new();
        let mut same: Vec<Option<usize>> = vec![None; kept.len()];
        for (at, (one, reading)) in kept.iter().enumerate() {
            let hangs = undated(&self.past.readings[*reading]);
            let last = before.get(&(one.path.as_str(), Some(one.from))).copied().filter(|last| {
                let (_, reading) = &kept[*last];
                undated(&self.past.readings[*reading])
            });
            same[at] = last;
            if hangs && last.is_none() {
                asked.entry(one.commit).or_default().push(at);
            }
            before.insert((&one.path, one.until), at);
        }
        let mut added: Vec<Option<Revision>> = vec![None; kept.len()];
        for (commit, places) in asked {
            let paths: Vec<String> = places.iter().map(|at| kept[*at].0.path.clone()).collect();
            let (histories, _) = match commit {
                Some(commit) => document_histories(repository, walk, Some(commit), &paths),
                None => state::histories(repository, walk, self.source.seen, &paths, self.source.today),
            };
            for (at, history) in places.into_iter().zip(histories) {
                added[at] = history.map(|history| history.added);
            }
        }
        for at in 0..kept.len() {
            if let Some(last) = same[at] {
                let revision = added[last].clone();
                added[at] = revision;
            }
        }
        added
    }
}

/// Does the day of a record hang on the commit that added it?
fn undated(reading: &Reading) -> bool {
    reading.presents_review
        && (reading.fields.date_held.is_none() || reading.fields.date_source == Some(DateSource::Inferred))
}

/// A reading without what does not bear on the cadence.
fn slim(reading: Reading) -> Reading {
    let earlier = reading.earlier.into_iter().map(slim).collect();
    Reading {
        references: Vec::new(),
        claims: Vec::new(),
        actions: Vec::new(),
        follow_ups: Vec::new(),
        analyses: Vec::new(),
        attachments: Vec::new(),
        fingerprint: Vec::new(),
        earlier,
        ..reading
    }
}
