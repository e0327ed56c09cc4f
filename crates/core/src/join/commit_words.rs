//! The words by which commits speak of fixes.

use std::sync::LazyLock;

use serde::Deserialize;

/// The list.
pub(crate) static WORDS: LazyLock<CommitWords> =
    LazyLock::new(|| toml::from_str(include_str!("commit_words.toml")).expect("the words of commits are well-formed"));

/// What commit messages say of a fix, and what is noted of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommitWords {
    /// Patterns: in the first line they claim a fix.
    pub(crate) fixing: Vec<String>,
    /// Patterns: before an id they claim a fix anywhere.
    pub(crate) fixing_an_id: Vec<String>,
    /// Notes of events.
    pub(crate) notes: CommitNotes,
}

/// What the history notes of a commit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommitNotes {
    /// It names the problem before all others.
    pub(crate) first_named: String,
    /// It fixes it.
    pub(crate) fixed: String,
    /// It takes the fix back.
    pub(crate) reverted: String,
}
