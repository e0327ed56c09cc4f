//! When each entry of a running log was written: its revisions are read, oldest first, until every review that it tells of was seen.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use git2::Oid;

use crate::collect::filter::Declarations;
use crate::collect::git::repository::Repository;
use lookback_core::model::{FoundDocument, Limit, LimitKind, Revision};
use lookback_reading::{Answer, Constraint, Reader, Reading};

/// Bytes of revisions that a run looks through for all logs, and of those that it reads as documents: all revisions of a log that grows
/// with every commit are as large as the square of its age.
const BOUNDS: Bounds = Bounds { seen: 32 << 20, read: 1 << 20 };

struct Bounds {
    seen: usize,
    read: usize,
}

/// What the revisions of logs are read with.
pub(crate) struct LogReader<'a> {
    /// Where they are kept.
    pub repository: &'a Repository,
    /// Reads them.
    pub reader: &'a Reader,
    /// What the configuration declares documents to be.
    pub declared: &'a Declarations<'a>,
    /// The largest document that is read, in bytes.
    pub max_size: u64,
}

/// Notes of every log which revision was the first to tell of each of its reviews. One of which that cannot be told is left out; what
/// was not looked for is a limit.
pub(crate) fn date_entries(documents: &mut [FoundDocument], with: &LogReader<'_>) -> Vec<Limit> {
    let mut left = BOUNDS;
    let mut limits = Vec::new();
    for document in documents.iter_mut().filter(|document| !document.reading.earlier.is_empty()) {
        let Some(revisions) = document.history.as_ref().map(|history| history.revisions.clone()) else { continue };
        let (first, open) = with.first(document, &revisions, &mut left);
        limits.extend((open > 0).then(|| not_read(&document.path, open)));
        if let Some(history) = &mut document.history {
            history.entries = first;
        }
    }
    limits
}

fn not_read(path: &str, open: usize) -> Limit {
    let entries = if open == 1 { "1 entry".to_owned() } else { format!("{open} entries") };
    Limit::new(
        LimitKind::History,
        format!("when {entries} of {path} {} written", if open == 1 { "was" } else { "were" }),
        format!("a run reads {} MiB of the revisions of running logs at most", BOUNDS.read >> 20),
        "Begin a new file for the next reviews, or keep each review in a file of its own.",
    )
    .affecting(&[Constraint::HeldAnnually])
}

impl LogReader<'_> {
    /// Which revision was the first to tell of each review, and of how many that was not looked for to the end.
    fn first(
        &self,
        document: &FoundDocument,
        revisions: &[Revision],
        left: &mut Bounds,
    ) -> (BTreeMap<NaiveDate, usize>, usize) {
        let blob = document.blob.as_ref().and_then(|blob| Oid::from_str(blob).ok());
        let now = blob.and_then(|blob| self.repository.blob(blob, self.max_size).ok());
        let now = now.and_then(|bytes| Reader::text(&document.path, &bytes)).unwrap_or_default();
        let mut log = Log::new(&document.reading, &now);
        let (mut first, mut last_read, mut unread) = (BTreeMap::new(), None, 0);
        for (at, revision) in revisions.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| &revisions[before]);
            let due = self.due(&mut log, before, revision, at + 1 == revisions.len());
            if due.is_empty() {
                continue;
            }
            if !revision.is_committed() {
                first.extend(due.into_keys().map(|day| (day, at)));
                continue;
            }
            // What it told of nobody knows, so nothing that comes later is the first.
            let Some(bytes) = self.bytes(revision) else { continue };
            let text = Reader::text(&revision.path, &bytes).unwrap_or_default();
            let told: Vec<_> =
                due.into_iter().map(|(day, entry)| (entry.told(&text, &log.dated), day, entry)).collect();
            let asks = |read: Option<&RevisionRead>| {
                let news = read.is_none_or(|read| read.numbers != numbers(&text));
                let open = |day| read.is_some_and(|read: &RevisionRead| read.refused.contains(day));
                told.iter().any(|(told, day, _)| *told == Some(false) || told.is_none() && (news || open(day)))
            };
            let reads = asks(last_read.as_ref());
            let Some(seen) = left.seen.checked_sub(bytes.len()) else {
                return (first, unread + told.len() + log.open.len());
            };
            left.seen = seen;
            let affordable = !reads || bytes.len() <= left.read;
            if reads && affordable {
                left.read -= bytes.len();
                last_read = Some(self.read(revision, &bytes, &text));
            }
            for (told, day, entry) in told {
                let tells = || last_read.as_ref().is_some_and(|read| read.told.contains(&day));
                if told == Some(true) || affordable && tells() {
                    first.insert(day, at);
                } else if !affordable {
                    unread += 1;
                } else if told.is_none() {
                    log.open.insert(day, entry);
                }
                // Else it dates an entry alike and says something else under it: that leaves open whether it is this one.
            }
        }
        (first, unread)
    }

    /// Takes out the entries that a revision may be the first to tell of. Before its day nobody can tell of what was held on it, but of
    /// what is planned; a day more covers time zones. What stands there in the end is told, whatever its day.
    fn due(
        &self,
        log: &mut Log,
        before: Option<&Revision>,
        revision: &Revision,
        last: bool,
    ) -> BTreeMap<NaiveDate, Entry> {
        let reaches = |revision: &Revision| revision.committed.date_naive().succ_opt().unwrap_or(NaiveDate::MAX);
        let later = match reaches(revision).succ_opt() {
            Some(day) if !last => log.open.split_off(&day),
            _ => BTreeMap::new(),
        };
        let mut due = std::mem::replace(&mut log.open, later);
        // What stood there in full before its day was written before it, though it is first seen behind it.
        if let Some(before) = before {
            let planned = |day: &NaiveDate| *day > reaches(before) && *day <= reaches(revision);
            if due.keys().any(planned) {
                let text = self.bytes(before).and_then(|bytes| Reader::text(&before.path, &bytes)).unwrap_or_default();
                due.retain(|day, entry| !planned(day) || entry.told(&text, &log.dated) != Some(true));
            }
        }
        due
    }

    fn bytes(&self, revision: &Revision) -> Option<Vec<u8>> {
        let blob = self.repository.file_id(Oid::from_str(&revision.commit).ok()?, &revision.path)?;
        self.repository.blob(blob, self.max_size).ok()
    }

    fn read(&self, revision: &Revision, bytes: &[u8], text: &str) -> RevisionRead {
        let reading = self.reader.read_as(&revision.path, bytes, self.declared.of(&revision.path));
        let mut read = RevisionRead { numbers: numbers(text), told: BTreeSet::new(), refused: BTreeSet::new() };
        for entry in entries(&reading) {
            let Some(held) = &entry.fields.date_held else { continue };
            let counts = matches!(entry.held.answer, Answer::Proven | Answer::Unsure);
            if counts { &mut read.told } else { &mut read.refused }.insert(held.value);
        }
        read
    }
}

/// What a revision says as a document.
struct RevisionRead {
    /// Its lines with numbers: another revision with the same names no other day.
    numbers: Vec<String>,
    /// The days of the reviews that it tells of.
    told: BTreeSet<NaiveDate>,
    /// The days of those that do not count as held as it stands: a word may change that.
    refused: BTreeSet<NaiveDate>,
}

fn numbers(text: &str) -> Vec<String> {
    text.lines().filter(|line| line.contains(|c: char| c.is_ascii_digit())).map(str::to_owned).collect()
}

/// A log, of whose entries the first revision is looked for.
struct Log {
    /// Its entries that are still looked for, by day.
    open: BTreeMap<NaiveDate, Entry>,
    /// The lines that date them.
    dated: BTreeSet<Dated>,
}

impl Log {
    fn new(now: &Reading, text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let place = |entry: &Reading| {
            let held = entry.fields.date_held.as_ref()?;
            let at = held.quote.line.get() as usize - 1;
            let line = lines.get(at)?;
            let before: String = line.chars().take(held.quote.column.get() as usize - 1).collect();
            Some((held.value, at, Dated::of(line, cells(&before).count() - 1)?))
        };
        let places: Vec<_> = entries(now).filter_map(place).collect();
        let dated: BTreeSet<Dated> = places.iter().map(|(.., dated)| dated.clone()).collect();
        let open = places.into_iter().map(|(day, at, own)| {
            let said = said(&lines[at..], &own, &dated);
            (day, Entry { dated: own, said })
        });
        Log { open: open.collect(), dated }
    }
}

/// An entry as it stands now.
struct Entry {
    /// What dates it.
    dated: Dated,
    /// What it says.
    said: BTreeSet<String>,
}

impl Entry {
    /// Does a text tell of it: half of what it says, dated as it is? `None`: nothing there is dated so.
    fn told(&self, text: &str, all: &BTreeSet<Dated>) -> Option<bool> {
        let lines: Vec<&str> = text.lines().collect();
        let alike = (0..lines.len()).filter(|at| self.dated.is(lines[*at]));
        let said = alike.map(|at| said(&lines[at..], &self.dated, all)).filter(|said| !said.is_empty());
        said.map(|then| self.said.intersection(&then).count() * 2 >= self.said.len().max(1)).max()
    }
}

/// What dates an entry: a line with its marks (a heading is no item of a list), or the cell of a row at its place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Dated {
    marks: String,
    words: String,
    cell: usize,
    cells: usize,
}

impl Dated {
    fn of(line: &str, cell: usize) -> Option<Self> {
        let (words, cells) = (cells(line).nth(cell)?, cells(line).count());
        let marks: String = line.trim_start().chars().take_while(|c| !c.is_alphanumeric()).collect();
        Some(Dated { marks: marks.trim_end().to_owned(), words, cell, cells }).filter(|dated| !dated.words.is_empty())
    }

    fn is(&self, line: &str) -> bool {
        Dated::of(line, self.cell).as_ref() == Some(self)
    }
}

/// What stands in a row, or below a line that dates an entry, up to the next of all.
fn said(lines: &[&str], dated: &Dated, all: &BTreeSet<Dated>) -> BTreeSet<String> {
    let row = dated.cells > 1;
    let own = lines.iter().take(1).filter(|_| row);
    let below = lines.iter().skip(1).take_while(|line| !row && !all.iter().any(|dated| dated.is(line)));
    own.chain(below).flat_map(|line| cells(line)).filter(|part| !part.is_empty()).collect()
}

fn entries(reading: &Reading) -> impl Iterator<Item = &Reading> {
    reading.earlier.iter().chain([reading])
}

/// The cells of a row, or a line without its marks.
fn cells(line: &str) -> impl Iterator<Item = String> {
    line.split(['|', '\t']).map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
}
