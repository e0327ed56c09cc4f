//! The state that is judged, for the evidence: which files of it matter, and since when they stand there. What is not committed counts
//! as committed today.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use git2::Oid;

use crate::collect::error::CollectError;
use crate::collect::filter::document_filter;
use crate::collect::git::checkout::{Overlaid, Snapshot};
use crate::collect::git::documents::document_histories;
use crate::collect::git::graph::Walk;
use crate::collect::git::repository::Repository;
use crate::collect::request::Request;
use lookback_core::model::period::end_of_day;
use lookback_core::model::{CONFIRMATIONS, DocumentHistory, FoundDocument, Limit, Policy, Revision};

/// Files that a record may attach.
const DATA: [&str; 6] = ["csv", "tsv", "json", "xlsx", "ods", "xls"];

/// Lays what is not committed over the commit, as far as it matters.
pub(crate) fn snapshot(
    repository: &Repository,
    request: &Request,
    policy: &Policy,
    commit: Option<Oid>,
) -> Result<Snapshot, CollectError> {
    let is_document = document_filter(&policy.documents)?;
    let config = request.config.as_ref().map(|config| config.path.as_str());
    let wanted = Overlaid {
        judged: &|path| is_document(path) || is_named(path, config, policy),
        beside: &|path| {
            DATA.iter().any(|known| path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case(known)))
        },
        max_size: policy.documents.max_size,
    };
    Ok(repository.snapshot(&request.checkout, commit, &wanted)?)
}

fn is_named(path: &str, config: Option<&str>, policy: &Policy) -> bool {
    path == "lookback.toml"
        || path == CONFIRMATIONS
        || config == Some(path)
        || policy.issues.files.iter().any(|file| file == path)
}

/// What was judged and is not committed: of what a record may attach only what one does.
pub(crate) fn uncommitted(seen: &Snapshot, documents: &[FoundDocument]) -> Vec<String> {
    let attached = |path: &String| {
        let references = documents.iter().flat_map(|document| &document.reading.references);
        references.filter_map(|reference| reference.attachment.as_ref()).any(|attached| attached == path)
    };
    let counts = seen.uncommitted.iter().filter(|(path, judged)| **judged || attached(path));
    counts.map(|(path, _)| path.clone()).collect()
}

/// The histories of documents of the state, in the order given. One that is not committed has a revision of today.
pub(crate) fn histories(
    repository: &Repository,
    walk: &Walk,
    seen: &Snapshot,
    paths: &[String],
    today: NaiveDate,
) -> (Vec<Option<DocumentHistory>>, Vec<Limit>) {
    let committed = |path: &String| {
        if seen.uncommitted.contains_key(path) { seen.before.get(path).cloned() } else { Some(path.clone()) }
    };
    let before: Vec<Option<String>> = paths.iter().map(committed).collect();
    let known: Vec<String> = before.iter().flatten().cloned().collect();
    let (known, limits) = document_histories(repository, walk, seen.commit, &known);
    let mut known = known.into_iter();
    let told = paths.iter().zip(before).map(|(path, before)| {
        let history = match before {
            Some(_) => Some(known.next()??),
            None => None,
        };
        if seen.uncommitted.contains_key(path) { Some(changed_today(history, path, today)) } else { history }
    });
    (told.collect(), limits)
}

/// The history with what waits for a commit.
fn changed_today(history: Option<DocumentHistory>, path: &str, today: NaiveDate) -> DocumentHistory {
    let now = end_of_day(today) - Duration::seconds(1);
    let change = Revision {
        commit: Revision::NOT_COMMITTED.to_owned(),
        path: path.to_owned(),
        author: String::new(),
        authored: now,
        committed: now,
        signed: false,
        moved: false,
        endorsement: None,
    };
    let mut revisions = history.map(|history| history.revisions).unwrap_or_default();
    revisions.push(change.clone());
    DocumentHistory { added: revisions[0].clone(), last_change: change, revisions, entries: BTreeMap::new() }
}
