//! What the repository shows of the improvement actions that its records decide: commits that name one, files that were changed for
//! it, and the issues that they name, security issues or not. Work in proportion to what happened since.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use git2::{ObjectType, Oid};

use crate::collect::git::between::TreeComparison;
use crate::collect::git::checkout::Snapshot;
use crate::collect::git::commit::{parse, time};
use crate::collect::git::documents::document_histories;
use crate::collect::git::graph::Walk;
use crate::collect::git::merged::MergedPull;
use crate::collect::git::repository::Repository;
use lookback_core::join::action_words::{names_file, significant, tokens, told_by};
use lookback_core::model::{ActionTrace, FoundDocument, Issue, Proof, ProofKind};
use lookback_reading::{Action, Kind, Quote, Reading};

/// Actions that are looked for, newest first.
const MOST: usize = 200;
/// Commits and files that are kept of one action.
const KEPT: usize = 5;
/// Entries of trees that are looked at, in all.
const ENTRIES: usize = 2_000_000;
/// Files whose history is asked for.
const FILES: usize = 200;
/// The last bytes of a message that are looked at.
const MESSAGE: usize = 16 << 10;

/// An action, and from when on something may have been done for it.
struct Open {
    path: String,
    quote: Quote,
    since: NaiveDate,
    text: String,
    words: BTreeSet<String>,
    /// Its issues, as a commit writes them, in small letters.
    ids: Vec<String>,
    /// Its own id with that of the record: together they name it.
    own: Option<(String, String)>,
    commits: Vec<Proof>,
    files: Vec<Proof>,
}

/// What the actions are followed in.
pub(crate) struct Followed<'a> {
    /// The repository.
    pub repository: &'a Repository,
    /// Its history.
    pub walk: &'a Walk,
    /// The state that is judged.
    pub seen: &'a Snapshot,
    /// Its name: `#41` is one of its own issues.
    pub name: &'a str,
    /// Security issues that sources tell of: a commit that names one mends the defect, and carries out no action for it.
    pub defects: &'a [Issue],
}

/// Follows the actions of all records.
pub(crate) fn traces(documents: &[FoundDocument], with: &Followed<'_>) -> Vec<ActionTrace> {
    let names = with.defects.iter().flat_map(|issue| issue.aliases.iter().chain([&issue.id]));
    let defects: BTreeSet<String> = names.map(|id| bare(id, with.name)).collect();
    let mut open = actions(documents, with.name);
    for one in &mut open {
        one.ids.retain(|id| !defects.contains(id) && !id.starts_with("cve-") && !id.starts_with("ghsa-"));
    }
    if open.is_empty() {
        return Vec::new();
    }
    // What records a review names its actions, and carries none of them out.
    let records = documents.iter().filter(|document| document.reading.presents_review);
    let own: BTreeSet<String> = records
        .clone()
        .filter_map(|document| document.history.as_ref())
        .flat_map(|history| history.revisions.iter().map(|revision| revision.commit.clone()))
        .collect();
    with.commits(&mut open, &own);
    let paths: BTreeSet<&str> = records.map(|document| document.path.as_str()).collect();
    with.files(&mut open, &paths);
    let mut out: Vec<ActionTrace> = open
        .into_iter()
        .map(|one| ActionTrace { path: one.path, quote: one.quote, proof: [one.commits, one.files].concat() })
        .filter(|trace| !trace.proof.is_empty())
        .collect();
    for trace in &mut out {
        trace.proof.sort();
    }
    out.sort_by(|a, b| (&a.path, &a.quote).cmp(&(&b.path, &b.quote)));
    out
}

/// Of these issues, those that a record or an action names.
pub(crate) fn named(others: Vec<Issue>, documents: &[FoundDocument], name: &str) -> Vec<Issue> {
    let all = || documents.iter().flat_map(|document| readings(&document.reading));
    let of_actions = all().flat_map(|reading| &reading.actions).flat_map(|action| &action.references);
    let records = all().filter(|reading| reading.presents_review);
    let of_records = records.flat_map(|reading| &reading.references).map(|reference| &reference.id);
    let ids: BTreeSet<String> = of_actions.chain(of_records).map(|id| bare(id, name)).collect();
    let is_named = |issue: &Issue| issue.aliases.iter().chain([&issue.id]).any(|id| ids.contains(&bare(id, name)));
    let mut out: Vec<Issue> = others.into_iter().filter(is_named).collect();
    out.sort_by(|a, b| a.id.cmp(&b.id));
    out
}

/// A reading with those of earlier reviews in the same file.
fn readings(reading: &Reading) -> impl Iterator<Item = &Reading> {
    [reading].into_iter().chain(&reading.earlier)
}

/// An id in small letters; an issue of the repository itself without its name.
fn bare(id: &str, name: &str) -> String {
    let id = id.to_lowercase();
    match id.split_once('#') {
        Some((owner, number)) if owner == name.to_lowercase() => format!("#{number}"),
        _ => id,
    }
}

fn actions(documents: &[FoundDocument], name: &str) -> Vec<Open> {
    let mut out = Vec::new();
    for document in documents {
        for reading in readings(&document.reading).filter(|one| one.presents_review && one.kind == Kind::Record) {
            let held = reading.fields.date_held.as_ref().map(|held| held.value);
            let added = document.history.as_ref().map(|history| history.added.committed.date_naive());
            let Some(since) = held.or(added) else { continue };
            let record = reading.fields.doc_id.as_ref().map(|id| id.value.as_str());
            let own = |action: &Action| Some((record?.to_lowercase(), action.id.as_ref()?.to_lowercase()));
            out.extend(reading.actions.iter().map(|action| Open {
                path: document.path.clone(),
                quote: action.quote.clone(),
                since,
                words: significant(&action.text),
                text: action.text.clone(),
                ids: action.references.iter().map(|id| bare(id, name)).collect(),
                own: own(action),
                commits: Vec::new(),
                files: Vec::new(),
            }));
        }
    }
    out.sort_by(|a, b| (b.since, &a.path, &a.quote).cmp(&(a.since, &b.path, &b.quote)));
    out.truncate(MOST);
    out
}

impl Followed<'_> {
    /// Commits that name an action: by its issue, by its own id beside that of the record, or by most of its words in the first line.
    fn commits(&self, open: &mut [Open], own: &BTreeSet<String>) {
        let Some(first) = open.iter().map(|one| one.since).min() else { return };
        let Ok(odb) = self.repository.objects() else { return };
        let mut by_id: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, one) in open.iter().enumerate() {
            for id in one.ids.iter().chain(one.own.as_ref().map(|(_, id)| id)) {
                by_id.entry(id.clone()).or_default().push(at);
            }
            for word in &one.words {
                by_word.entry(word.clone()).or_default().push(at);
            }
        }
        let later = |committed: i64| time(committed).filter(|at| at.date_naive() >= first);
        let mut nodes: Vec<_> =
            self.walk.nodes.iter().filter_map(|node| Some((later(node.committed)?, node.id))).collect();
        nodes.sort();
        for (at, id) in nodes {
            let Ok(object) = odb.read(id) else { continue };
            let Some(raw) = parse(object.data()).filter(|_| object.kind() == ObjectType::Commit) else { continue };
            let message = raw.message();
            let text = String::from_utf8_lossy(&message[..message.len().min(MESSAGE)]);
            let subject = text.lines().next().unwrap_or_default();
            let mut found: BTreeSet<usize> = BTreeSet::new();
            let names: BTreeSet<String> = tokens(&text).map(|token| bare(token, self.name)).collect();
            for place in names.iter().filter_map(|name| by_id.get(name)).flatten() {
                let one = &open[*place];
                let by_own = one.own.as_ref().is_some_and(|(record, id)| names.contains(record) && names.contains(id));
                if by_own || one.ids.iter().any(|id| names.contains(id)) {
                    found.insert(*place);
                }
            }
            let pull = MergedPull::of(&text);
            let said = pull.as_ref().map_or(subject, |pull| pull.title);
            let told = significant(said);
            let near: BTreeSet<usize> = told.iter().filter_map(|word| by_word.get(word)).flatten().copied().collect();
            // A merge says what its commits say, or what the pull request is called.
            found.extend(near.into_iter().filter(|place| {
                let words = &open[*place].words;
                (pull.is_some() || raw.parents.len() < 2) && words.len() >= 3 && told_by(words, &told)
            }));
            if found.is_empty() || own.contains(&id.to_string()) {
                continue;
            }
            for place in found {
                let one = &mut open[place];
                if one.since <= at.date_naive() && one.commits.len() < KEPT {
                    let said = lookback_reading::shorten(said, 200);
                    let (kind, what, note) = match &pull {
                        Some(pull) => (ProofKind::PullRequest, pull.number.clone(), format!("{said}, merged by {id}")),
                        None => (ProofKind::Commit, id.to_string(), said),
                    };
                    one.commits.push(Proof { on: Some(at.date_naive()), kind, what, note });
                }
            }
        }
    }

    /// Files that an action names and that were changed since it was decided.
    fn files(&self, open: &mut [Open], records: &BTreeSet<&str>) {
        let Some(head) = self.seen.commit else { return };
        let mut by_day: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
        for (at, one) in open.iter().enumerate() {
            by_day.entry(one.since).or_default().push(at);
        }
        let tree = |commit: Oid| self.walk.find(commit).map(|at| self.walk.nodes[at as usize].tree);
        let mut left = ENTRIES;
        let mut changed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (day, places) in by_day.iter().rev() {
            let before = self.repository.resolve(Some(&head.to_string()), day.pred_opt());
            let Ok(before) = before.map(|commit| commit.and_then(tree)) else { continue };
            let named = |path: &str, at: &usize| names_file(&open[*at].text, &open[*at].words, path);
            let wanted = |path: &str| !records.contains(path) && places.iter().any(|at| named(path, at));
            let Ok(odb) = self.repository.objects() else { return };
            let mut compare = TreeComparison { odb, wanted: &wanted, left };
            let between = compare.between(before, tree(head));
            left = compare.left;
            let Some(between) = between else { break };
            let room = FILES.saturating_sub(changed.len());
            for (path, _, now) in between.files.into_iter().take(room) {
                let of = places.iter().copied().filter(|at| now.is_some() && named(&path, at));
                changed.entry(path.clone()).or_default().extend(of);
            }
        }
        let paths: Vec<String> = changed.keys().cloned().collect();
        let (histories, _) = document_histories(self.repository, self.walk, Some(head), &paths);
        for ((path, places), history) in changed.into_iter().zip(histories) {
            for place in places {
                let one = &mut open[place];
                let revisions = history.iter().flat_map(|history| &history.revisions);
                let after = revisions.filter(|revision| revision.committed.date_naive() >= one.since);
                if let Some(revision) =
                    after.min_by_key(|revision| revision.committed).filter(|_| one.files.len() < KEPT)
                {
                    one.files.push(Proof {
                        on: Some(revision.committed.date_naive()),
                        kind: ProofKind::File,
                        what: path.clone(),
                        note: format!("changed by {}", revision.short()),
                    });
                }
            }
        }
    }
}
