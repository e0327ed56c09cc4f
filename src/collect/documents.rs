//! The documents of a revision: reads those that are wanted, on all processors, and keeps those that carry the path signal or that
//! the reader finds something in.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::collect::attachments;
use crate::collect::budget;
use crate::collect::error::CollectError;
use crate::collect::filter::{Declarations, declarations, document_filter};
use crate::collect::git::checkout::Snapshot;
use crate::collect::git::error::BlobProblem;
use crate::collect::git::repository::{MAX_FILES, Repository, TreeFile};
use crate::collect::links;
use crate::collect::passed_over;
use crate::collect::unread::{pointer, unread};
use lookback_core::model::DocumentPolicy;
use lookback_core::model::{FoundDocument, Limit, LimitKind};
use lookback_core::render::ours::is_ours;
use lookback_reading::{Answer, Constraint, DeclaredAs, Kind, Quote, Reader, Reading, Sought};

/// What reading the tree gave.
#[derive(Default)]
pub(crate) struct ReadDocuments {
    /// Those kept, by path.
    pub found: Vec<FoundDocument>,
    /// How many were read.
    pub read: usize,
    /// What could not be read.
    pub limits: Vec<Limit>,
    /// Files that could have been any record or procedure.
    pub unseen: Vec<String>,
}

/// Reads every document of the tree and keeps those that carry the path signal or that the reader finds something in.
pub(crate) fn read_documents(
    repository: &Repository,
    seen: &Snapshot,
    policy: &DocumentPolicy,
    reader: &Reader,
) -> Result<ReadDocuments, CollectError> {
    let mut out = ReadDocuments::default();
    let Some(tree) = seen.tree else {
        out.unseen.push("the repository".to_owned());
        return Ok(out);
    };
    let is_document = document_filter(policy)?;
    let declared = declarations(policy)?;
    let tree = repository.tree_files(tree)?;
    let may_be = |path: &str| is_document(path) && (policy.path_signal.is_match(path) || declared.of(path).is_some());
    if tree.full {
        out.limits.push(budget::too_many("part of the tree", MAX_FILES, "files of a tree"));
    }
    let unread = |(path, problem): &(String, BlobProblem)| {
        unread(path, problem, policy.path_signal.is_match(path) || declared.of(path).is_some(), policy.max_size)
    };
    out.limits.extend(seen.unread.iter().map(unread));
    let all: attachments::FilesByPath = tree.files.iter().map(|file| (file.path.clone(), file.oid)).collect();
    out.limits.extend(links::unseen(repository, &tree, &all, &may_be));
    out.limits.extend(tree.limits);
    let mut files: Vec<TreeFile> = tree.files;
    files.retain(|file| is_document(&file.path));
    let (files, more) = budget::within(files, |path| policy.path_signal.is_match(path) || declared.of(path).is_some());
    out.limits.extend(more);
    let blobs = files.into_iter().map(|file| {
        let bytes = repository.blob(file.oid, policy.max_size);
        (file.path, file.oid, bytes)
    });
    let all_of_it = |path: String, oid: git2::Oid, reading: Result<Reading, BlobProblem>| {
        Some((path, oid, reading.map(budget::without_repetition)))
    };
    let (read, left_out) = read_blobs(reader, (&declared, policy, Sought::Security), budget::TEXT, blobs, all_of_it);
    out.limits.extend(budget::unread(left_out));
    for (path, oid, reading) in read {
        let path_signal = policy.path_signal.is_match(&path);
        let mut reading = match reading {
            Ok(reading) => reading,
            Err(problem) => {
                out.limits.push(unread(&(path, problem)));
                continue;
            }
        };
        out.read += 1;
        let kept = is_kept(is_signalled(&path, path_signal, &reading), &reading);
        out.limits.extend(reading.misdeclared.as_ref().map(|words| misdeclared(&path, words)));
        out.limits.extend(reading.limits.iter().map(|why| not_in_full(&path, why, kept.then_some(&reading))));
        if kept {
            let more = attachments::attach(repository, &all, &path, &mut reading, reader, policy.max_size);
            out.limits.extend(more);
            out.found.push(FoundDocument { path, path_signal, blob: Some(oid.to_string()), reading, history: None });
        }
    }
    out.found.sort_by(|a, b| a.path.cmp(&b.path));
    out.unseen = out.limits.iter().filter(|limit| limit.unseen).map(|limit| limit.what.clone()).collect();
    out.unseen.sort();
    out.unseen.dedup();
    Ok(out)
}

/// What a document with an unread part may say: once it is declared to be something and its language is all that is not read,
/// what that leaves open; else anything.
fn may_say(reading: &Reading) -> Vec<Constraint> {
    let open = |constraint: &Constraint| {
        reading.constraints.get(constraint).is_some_and(|answered| answered.answer == Answer::Unsure)
    };
    let all = reading.declared.is_none() || reading.foreign().is_none();
    Constraint::ALL.into_iter().filter(|constraint| all || open(constraint)).collect()
}

/// Documents in the hands of the readers at a time: memory stays bounded by the largest few.
const AT_A_TIME: usize = 4;

/// Reads contents on all processors, and keeps of each what `keep` makes of it; the results come in the order of the input, whichever
/// was ready first. Tells how many were left out because those before them took `most` bytes of text.
pub(crate) fn read_blobs<T: Send>(
    reader: &Reader,
    (declared, policy, sought): (&Declarations<'_>, &DocumentPolicy, Sought),
    most: usize,
    blobs: impl ExactSizeIterator<Item = (String, git2::Oid, Result<Vec<u8>, BlobProblem>)>,
    keep: impl Fn(String, git2::Oid, Result<Reading, BlobProblem>) -> Option<T> + Sync,
) -> (Vec<T>, usize) {
    type Job = (usize, String, git2::Oid, Result<Vec<u8>, BlobProblem>);
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    let (send, receive) = std::sync::mpsc::sync_channel::<Job>(AT_A_TIME);
    let receive = Mutex::new(receive);
    let done: Mutex<BTreeMap<usize, (usize, Option<T>)>> = Mutex::new(BTreeMap::new());
    let taken = AtomicUsize::new(0);
    let work = || {
        loop {
            // The lock is given back before the reading starts.
            let job = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((index, path, oid, bytes)) = job else { return };
            let sought = if policy.path_signal.is_match(&path) { Sought::Everything } else { sought };
            let how = (declared.of(&path), sought);
            let bytes = bytes.and_then(|bytes| match pointer(&bytes) {
                Some(program) => Err(BlobProblem::Pointer(program)),
                None if is_ours(&bytes) => Err(BlobProblem::Ours),
                None => Ok(bytes),
            });
            let read = bytes.map(|bytes| {
                let (mut reading, size) = match passed_over::not_read(&path) {
                    Some(reading) => (reading, 0),
                    None => reader.read_sized(&path, &bytes, how),
                };
                if policy.path_signal.is_match(&path) {
                    reading.limits.extend(passed_over::doubt(&path, &bytes, &reading, policy));
                }
                (reading, size)
            });
            let size = read.as_ref().map_or(0, |(_, size)| *size);
            taken.fetch_add(size, Ordering::Relaxed);
            let kept = keep(path, oid, read.map(|(reading, _)| reading));
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(index, (size, kept));
        }
    };
    let all = blobs.len();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
        for (index, (path, oid, bytes)) in blobs.enumerate() {
            if taken.load(Ordering::Relaxed) > most || send.send((index, path, oid, bytes)).is_err() {
                break;
            }
        }
        drop(send);
    });
    // By the order of the input, not by which was ready first: the same documents are left out every time.
    let mut before = 0;
    let within = done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().take_while(|(size, _)| {
        let fits = before <= most;
        before += size;
        fits
    });
    let kept: Vec<Option<T>> = within.map(|(_, kept)| kept).collect();
    let left_out = all - kept.len();
    (kept.into_iter().flatten().collect(), left_out)
}

/// Does the path speak for the document? A table of issues is kept for what it says alone.
fn is_signalled(path: &str, path_signal: bool, reading: &Reading) -> bool {
    path_signal && !(passed_over::is_table(path) && reading.limits.is_empty())
}

/// Is a document kept, for its path or for what it says?
fn is_kept(path_signal: bool, reading: &Reading) -> bool {
    path_signal || reading.misdeclared.is_some() || is_of_interest(reading)
}

/// May what was not read of a document be a record or a procedure?
pub(crate) fn hides_a_record(path_signal: bool, reading: &Reading) -> bool {
    reading.misdeclared.is_some()
        || !reading.limits.is_empty() && is_kept(path_signal, reading) && !may_say(reading).is_empty()
}

/// Something of a document was not read; one that is kept for its path or its words may hold what is missed there.
fn not_in_full(path: &str, why: &str, kept: Option<&Reading>) -> Limit {
    let limit = Limit::new(
        LimitKind::Document,
        path,
        why,
        "Keep the record in English or German and in a format that can be read: Markdown, reStructuredText, AsciiDoc, plain text, HTML, DOCX, ODT, XLSX, ODS or PDF with text. A file that is neither record nor procedure is left out with documents.exclude.",
    );
    let affects = kept.map(may_say).unwrap_or_default();
    if affects.is_empty() { limit } else { limit.affecting(&affects).may_hide_a_record() }
}

/// A declaration in a word of its own declares nothing, and its author believes that it does.
fn misdeclared(path: &str, words: &Quote) -> Limit {
    let known = DeclaredAs::ALL.map(DeclaredAs::word).join(", ");
    Limit::new(
        LimitKind::Document,
        path,
        format!("it declares itself as \"{}\" ({}), which is none of {known}", words.text, words.whereabouts()),
        format!("Write one of {known} behind `lookback:`."),
    )
    .affecting(&Constraint::ALL)
    .may_hide_a_record()
}

fn is_of_interest(reading: &Reading) -> bool {
    reading.content_match.is_proven()
        || reading.presents_review
        || reading.declared.is_some()
        || matches!(reading.kind, Kind::Record | Kind::Procedure)
            && (reading.constraints.values().any(lookback_reading::Answered::met)
                || reading.in_force.answer == lookback_reading::Answer::Unsure
                    && reading.constraints.values().any(|found| found.answer == lookback_reading::Answer::Unsure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::model::Policy;

    /// Which documents are left out hangs on their order and their text, not on who was ready first.
    #[test]
    fn text_beyond_the_budget_is_left_out() {
        let (reader, policy) = (Reader::new(&[], &[]), Policy::default());
        let declared = declarations(&policy.documents).unwrap();
        let read = |most: usize| {
            let blobs = (0..40).map(|n| (format!("d/{n:02}.md"), git2::Oid::ZERO_SHA1, Ok(vec![b'x'; 100 + n])));
            let blobs: Vec<_> = blobs.collect();
            read_blobs(
                &reader,
                (&declared, &policy.documents, Sought::Security),
                most,
                blobs.into_iter(),
                |path, _, _| Some(path),
            )
        };
        for _ in 0..5 {
            let (kept, left_out) = read(520);
            assert_eq!((kept.last().map(String::as_str), left_out), (Some("d/05.md"), 34));
        }
        assert_eq!(read(usize::MAX).1, 0);
    }
}
