//! When each entry of a running log was written: its revisions are read, oldest first, until every review that it tells of was seen.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use git2::Oid;

use crate::collect::filter::Declarations;
use crate::collect::git::repository::Repository;
use lookback_core::model::{FoundDocument, Revision};
use lookback_reading::{Answer, Reader, Reading};

/// Revisions of one log that are read; what is older than none of them stays unknown.
const REVISIONS: usize = 1000;

/// Notes of every log which revision was the first to tell of each of its reviews. One of which that cannot be told is left out.
pub(crate) fn date_entries(
    documents: &mut [FoundDocument],
    repository: &Repository,
    reader: &Reader,
    declared: &Declarations<'_>,
    max_size: u64,
) {
    for document in documents.iter_mut().filter(|document| !document.reading.earlier.is_empty()) {
        let Some(history) = &mut document.history else { continue };
        let now = document.blob.as_ref().and_then(|blob| repository.blob(Oid::from_str(blob).ok()?, max_size).ok());
        let now = now.and_then(|bytes| Reader::text(&document.path, &bytes)).unwrap_or_default();
        let mut log = Log::new(&document.reading, &now);
        let mut last: Option<Oid> = None;
        for (at, revision) in history.revisions.iter().enumerate().take(REVISIONS) {
            if log.open.is_empty() {
                break;
            }
            if !revision.is_committed() {
                log.compare(&document.reading, None, at);
                continue;
            }
            let blob = blob(repository, revision);
            // A move changes nothing.
            if blob.is_some() && blob == last {
                continue;
            }
            last = blob;
            let Some(bytes) = blob.and_then(|blob| repository.blob(blob, max_size).ok()) else {
                // What it told of nobody knows, so nothing that comes later is the first.
                break;
            };
            let reading = reader.read_as(&revision.path, &bytes, declared.of(&revision.path));
            log.compare(&reading, Reader::text(&revision.path, &bytes).as_deref(), at);
        }
        history.entries = log.first;
    }
}

fn blob(repository: &Repository, revision: &Revision) -> Option<Oid> {
    repository.file_id(Oid::from_str(&revision.commit).ok()?, &revision.path)
}

/// An entry as it stands now.
struct Entry {
    /// The line, or the cells of the row, that date it.
    dated: BTreeSet<String>,
    /// What it says.
    said: BTreeSet<String>,
}

/// A log, of whose entries the first revision is looked for.
struct Log {
    /// Entries that are still looked for.
    open: BTreeMap<NaiveDate, Entry>,
    /// The lines that date entries.
    dated: BTreeSet<String>,
    /// What was found.
    first: BTreeMap<NaiveDate, usize>,
}

impl Log {
    fn new(now: &Reading, text: &str) -> Self {
        let days = entries(now).filter_map(|entry| {
            let held = entry.fields.date_held.as_ref()?;
            let dated: BTreeSet<String> = parts(&held.quote.text).filter(|part| has_a_day(part)).collect();
            Some((held.value, dated))
        });
        let days: BTreeMap<NaiveDate, BTreeSet<String>> = days.collect();
        let all: BTreeSet<String> = days.values().flatten().cloned().collect();
        let open = days.into_iter().map(|(day, dated)| {
            let said = said(text, &dated, &all).unwrap_or_default();
            (day, Entry { dated, said })
        });
        Log { open: open.collect(), dated: all, first: BTreeMap::new() }
    }

    /// Takes out what a revision tells of. A revision that dates an entry alike and says something else under it leaves open whether
    /// it is that entry.
    fn compare(&mut self, then: &Reading, text: Option<&str>, at: usize) {
        let told = entries(then).filter(|entry| matches!(entry.held.answer, Answer::Proven | Answer::Unsure));
        let days: BTreeSet<NaiveDate> =
            told.filter_map(|entry| entry.fields.date_held.as_ref()).map(|held| held.value).collect();
        let (first, dated) = (&mut self.first, &self.dated);
        self.open.retain(|day, entry| {
            let then = text.and_then(|text| said(text, &entry.dated, dated));
            let much = |then: &BTreeSet<String>| entry.said.intersection(then).count() * 2 >= entry.said.len().max(1);
            if days.contains(day) || then.as_ref().is_some_and(much) {
                first.insert(*day, at);
                return false;
            }
            then.is_none()
        });
    }
}

/// What stands in the row that holds one of these dates, or below the line that is one, up to the next of all.
fn said(text: &str, dated: &BTreeSet<String>, all: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    let mut lines = text.lines().skip_while(|line| !parts(line).any(|part| dated.contains(&part)));
    let first = lines.next()?;
    if is_row(first) {
        return Some(parts(first).filter(|part| !part.is_empty()).collect());
    }
    let below = lines.take_while(|line| !parts(line).any(|part| all.contains(&part)));
    Some(below.flat_map(parts).filter(|part| !part.is_empty()).collect())
}

fn entries(reading: &Reading) -> impl Iterator<Item = &Reading> {
    reading.earlier.iter().chain([reading])
}

/// A line without its marks, or the cells of a row.
fn parts(line: &str) -> impl Iterator<Item = String> {
    line.split(['|', '\t']).map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
}

fn is_row(line: &str) -> bool {
    line.trim_matches(['|', ' ']).contains(['|', '\t'])
}

fn has_a_day(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 5
}
