//! How much of a tree is read: each content a few times at most, and no more documents and bytes than a run can bear. What is left out
//! beyond that is a limit; another copy of what was read says nothing new.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::collect::git::repository::TreeFile;
use lookback_core::model::{Limit, LimitKind};
use lookback_reading::{Constraint, Reading, Reference};

/// Documents that are read; the largest repository of documents that was seen has 5,300.
const DOCUMENTS: usize = 40_000;

/// Bytes of text that are read of all documents: a file of some KB may hold megabytes.
pub(crate) const TEXT: usize = 64 << 20;

/// The same of all that documents said on every day before.
pub(crate) const TEXT_OF_THE_PAST: usize = 8 * TEXT;

/// Copies of one content that are read: where it stands may say what it is.
const COPIES: usize = 3;

/// Mentions and judgements of a document that are kept one by one, whatever they repeat.
const REPEATED: usize = 1_000;

/// What a document says again and again, kept once it is enough: a file of some KB may say the same thing twenty thousand times. Which
/// issues it names, with which answer and doubt, stays whole, and so does every sort of judgement.
pub(crate) fn without_repetition(mut reading: Reading) -> Reading {
    if reading.references.len() > REPEATED {
        let mut seen = HashSet::new();
        let new =
            |one: &Reference| seen.insert((one.id.clone(), one.examined, one.attachment.clone(), one.doubt.is_some()));
        reading.references.retain(new);
        reading.references.shrink_to_fit();
    }
    if reading.assessments.len() > REPEATED {
        let mut seen: BTreeMap<_, usize> = BTreeMap::new();
        reading.assessments.retain(|one| {
            let times = seen.entry((one.aspect, one.answer, one.favourable)).or_default();
            *times += 1;
            *times <= REPEATED / 10
        });
        reading.assessments.shrink_to_fit();
    }
    reading.earlier = reading.earlier.into_iter().map(without_repetition).collect();
    reading
}

/// What is read of the documents of a tree, those first that stand where evidence is looked for, and what that leaves out.
pub(crate) fn within(mut files: Vec<TreeFile>, looked_for: impl Fn(&str) -> bool) -> (Vec<TreeFile>, Option<Limit>) {
    // Stable: by path among equals.
    files.sort_by_key(|file| !looked_for(&file.path));
    let mut seen: HashMap<git2::Oid, usize> = HashMap::new();
    files.retain(|file| {
        let copies = seen.entry(file.oid).or_default();
        *copies += 1;
        *copies <= COPIES
    });
    let left_out = files.len().saturating_sub(DOCUMENTS);
    files.truncate(DOCUMENTS);
    let limit = (left_out > 0).then(|| too_many(&format!("{left_out} documents"), DOCUMENTS, "documents"));
    (files, limit)
}

/// Documents that were left out because others took all the text that a run reads.
pub(crate) fn unread(left_out: usize) -> Option<Limit> {
    (left_out > 0).then(|| too_many(&format!("{left_out} documents"), TEXT >> 20, "MiB of text"))
}

/// More than a run reads.
pub(crate) fn too_many(what: &str, most: usize, of: &str) -> Limit {
    Limit::new(
        LimitKind::Tree,
        what,
        format!("a run reads {most} {of} at most; these were not read"),
        "Name the folders that hold quality documents with documents.include, or leave others out with documents.exclude.",
    )
    .affecting(&Constraint::ALL)
    .may_hide_a_record()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: String, content: usize) -> TreeFile {
        TreeFile { path, oid: git2::Oid::from_str(&format!("{content:040x}")).unwrap() }
    }

    #[test]
    fn one_content_is_read_a_few_times_and_first_where_it_is_looked_for() {
        let files =
            (0..200).map(|n| file(format!("copies/{n:03}.docx"), 1)).chain([file("review/own.docx".to_owned(), 1)]);
        let (kept, limit) = within(files.collect(), |path| path.starts_with("review/"));
        let paths: Vec<&str> = kept.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["review/own.docx", "copies/000.docx", "copies/001.docx"]);
        assert!(limit.is_none(), "a copy says nothing new");
    }

    #[test]
    fn what_is_said_again_and_again_is_kept_once_it_is_enough() {
        let read = |lines: usize| {
            let text =
                "The issues #1 and #2 were reviewed; the handling was complete. #3 was not examined.\n\n".repeat(lines);
            without_repetition(lookback_reading::Reader::new(&[], &[]).read("docs/review.md", text.as_bytes()))
        };
        let (few, many) = (read(20), read(2_000));
        let names = |reading: &Reading| -> std::collections::BTreeSet<(String, Option<bool>)> {
            reading.references.iter().map(|one| (one.id.clone(), one.examined)).collect()
        };
        assert_eq!(names(&few), names(&many));
        assert_eq!(few.references.len(), 60, "nothing is left out of what people write");
        assert!(many.references.len() < 20 && many.assessments.len() <= REPEATED, "{}", many.references.len());
        assert_eq!(few.assessments.is_empty(), many.assessments.is_empty());
    }

    #[test]
    fn too_many_documents_are_a_limit() {
        let (kept, limit) =
            within((0..DOCUMENTS + 7).map(|n| file(format!("d/{n:06}.md"), n + 1)).collect(), |_| false);
        assert_eq!(kept.len(), DOCUMENTS);
        let limit = limit.unwrap();
        assert!(limit.what.starts_with("7 documents") && limit.unseen && limit.affects.len() == Constraint::ALL.len());
    }
}
