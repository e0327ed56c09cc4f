//! The files that evidence was made of, for a pack: documents and issue files as they were read, and which of these say more than the
//! evidence may.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use regex::Regex;

use crate::collect::files::IssueFile;
use crate::collect::git::repository::Repository;
use lookback_core::intake::read::read_file;
use lookback_core::intake::words::plain_ids;
use lookback_core::join::embargo::Audience;
use lookback_core::model::{Evidence, Issue, Policy};
use lookback_reading::decode;

/// What was read.
pub(crate) struct Originals {
    /// Holds the documents, what is not committed included.
    repository: Repository,
    /// What was judged of it.
    tree: Option<Oid>,
    /// Issue files that hold nothing that is masked.
    pub issue_files: Vec<IssueFile>,
    /// Names of the others.
    pub left_out: Vec<String>,
}

impl Originals {
    /// Of a run, before anything is masked. `issues`: what all sources say, with what is private marked.
    pub(crate) fn new(
        (repository, tree): (Repository, Option<Oid>),
        files: Vec<IssueFile>,
        issues: &[Issue],
        audience: &Audience<'_>,
        policy: &Policy,
    ) -> Self {
        let private: BTreeSet<String> = issues.iter().filter(|issue| issue.private).flat_map(ids).collect();
        let masked = |file: &IssueFile| !policy.show_embargoed && holds_private(file, &private, audience, policy);
        let (left_out, issue_files): (Vec<_>, Vec<_>) = files.into_iter().partition(masked);
        Originals { repository, tree, issue_files, left_out: left_out.into_iter().map(|file| file.name).collect() }
    }

    /// Files of the state that was judged, without bytes where they cannot be read any more: documents, and what they attach.
    pub(crate) fn documents<'e>(
        &self,
        evidence: &'e Evidence,
        max_size: u64,
        counts: impl Fn(&str) -> bool,
    ) -> BTreeMap<&'e str, Option<Vec<u8>>> {
        let counted = evidence.documents.iter().filter(|document| counts(&document.path));
        let paths = counted.flat_map(|document| {
            let references = document.reading.references.iter();
            references.filter_map(|reference| reference.attachment.as_deref()).chain([document.path.as_str()])
        });
        let read = |path| self.repository.file_in(self.tree?, path, max_size).ok().flatten();
        paths.map(|path| (path, read(path))).collect()
    }
}

/// Does a file tell of an issue that is private, in whatever source it is so, or name one by its public id?
fn holds_private(file: &IssueFile, private: &BTreeSet<String>, audience: &Audience<'_>, policy: &Policy) -> bool {
    // It was read before: one that cannot be read any more is kept back.
    let Ok(mut read) = read_file(&file.name, &file.bytes, policy) else { return true };
    audience.mark(&mut read.issues);
    audience.mark(&mut read.others);
    let mut told = read.issues.iter().chain(&read.others);
    if audience.hides(audience.own) || told.any(|issue| issue.private || ids(issue).any(|id| private.contains(&id))) {
        return true;
    }
    let Ok(public_id) = Regex::new("(?i)CVE-[0-9]{4}-[0-9]{4,19}|GHSA(-[0-9a-z]{4}){3}") else { return true };
    let text = decode(&file.bytes).0;
    public_id.find_iter(&plain_ids(&text)).any(|id| private.contains(&id.as_str().to_lowercase()))
}

/// All names of an issue, without regard to case.
fn ids(issue: &Issue) -> impl Iterator<Item = String> + '_ {
    issue.aliases.iter().chain([&issue.id]).map(|id| id.to_lowercase())
}
