//! Why a file of the revision could not be read, as a limit.

use crate::collect::git::error::BlobProblem;
use lookback_core::model::{Limit, LimitKind};
use lookback_reading::Constraint;

/// The limit for a file whose contents are not to be had.
pub(crate) fn unread(path: &str, problem: &BlobProblem, path_signal: bool, max_size: u64) -> Limit {
    let (why, remedy) = reason(problem, max_size);
    // A file that cannot be read could be the record; one whose path carries the signal is presumed to be.
    let presumed = match problem {
        BlobProblem::Ours => false,
        BlobProblem::TooLarge(_) | BlobProblem::Pointer(_) => path_signal,
        BlobProblem::Absent | BlobProblem::Unreadable(_) => true,
    };
    let limit = Limit::new(LimitKind::Document, path, why, remedy);
    if presumed { limit.affecting(&Constraint::ALL).may_hide_a_record() } else { limit }
}

/// The program whose pointer stands in the place of the contents, if one does.
pub(crate) fn pointer(bytes: &[u8]) -> Option<&'static str> {
    const PROGRAMS: [(&str, &str); 3] = [
        ("version https://git-lfs.github.com/spec/", "Git LFS"),
        ("version https://hawser.github.com/spec/", "Git LFS"),
        ("/annex/objects/", "git-annex"),
    ];
    let small = bytes.len() < 2048;
    PROGRAMS.iter().find(|(head, _)| small && bytes.starts_with(head.as_bytes())).map(|(_, program)| *program)
}

/// Why, and what to do next.
pub(crate) fn reason(problem: &BlobProblem, max_size: u64) -> (String, String) {
    match problem {
        BlobProblem::TooLarge(size) => (
            format!("{size} bytes are more than the {max_size} that are read"),
            "Raise documents.max_size_mib, or exclude the file with documents.exclude.".to_owned(),
        ),
        BlobProblem::Absent => (
            "its contents are not in this partial clone".to_owned(),
            "Clone without a filter (`git clone` without `--filter`, `fetch-depth: 0`).".to_owned(),
        ),
        BlobProblem::Pointer(program) => (
            format!("it is a pointer of {program}; the contents lie outside of the repository"),
            "Keep records and lists in Git itself (`git lfs untrack`, `git lfs migrate export`); they are small."
                .to_owned(),
        ),
        BlobProblem::Ours => (
            "Lookback wrote it: a report or a dossier repeats what records say, and is no evidence".to_owned(),
            "Keep it out of the repository, or leave it out with documents.exclude.".to_owned(),
        ),
        BlobProblem::Unreadable(why) => (why.clone(), "Check the repository with `git fsck`.".to_owned()),
    }
}
