//! The words by which commits speak of fixes, of vulnerabilities and of what scanners shall pass over.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// The list.
pub(crate) static WORDS: LazyLock<CommitWords> =
    LazyLock::new(|| toml::from_str(include_str!("commit_words.toml")).expect("the words of commits are well-formed"));

/// What commit messages say of a fix, and what is noted of it. All but the notes are patterns.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommitWords {
    /// In the first line they claim a fix.
    pub(crate) fixing: Vec<String>,
    /// The same, where the line names an id: a newer version of what others make.
    pub(crate) renewing: Vec<String>,
    /// Before an id they claim a fix anywhere.
    pub(crate) fixing_an_id: Vec<String>,
    /// In the subject they name a vulnerability.
    pub(crate) vulnerability: Vec<String>,
    /// The same, beside a word that claims a fix.
    pub(crate) weakness: Vec<String>,
    /// Parts of these by which subjects that hold none are passed over.
    pub(crate) stems: Vec<String>,
    /// What looks like one of these and is none.
    pub(crate) harmless: Vec<String>,
    /// Beginnings of subjects of commits that fix nothing.
    pub(crate) quiet: Vec<String>,
    /// Before an id: it is spoken of, not fixed.
    pub(crate) passing: Vec<String>,
    /// What may stand between these, or the next, and the ids.
    pub(crate) between: Vec<String>,
    /// Before ids: scanners shall pass over them.
    pub(crate) suppressing: Vec<String>,
    /// What scanners report: where the first line opens with a suppressing word and holds one, all of the message speaks of it.
    pub(crate) reports: Vec<String>,
    /// In the first line, before a suppressing word: a suppression is taken back.
    pub(crate) lifting: Vec<String>,
    /// Before ids: they are suppressed no more.
    pub(crate) lifting_an_id: Vec<String>,
    /// Before ids: they are taken from a list.
    pub(crate) removing: Vec<String>,
    /// Behind ids: the same.
    pub(crate) removed: Vec<String>,
    /// Before ids: a list gets them.
    pub(crate) adding: Vec<String>,
    /// Behind ids: the same.
    pub(crate) added: Vec<String>,
    /// Right before a suppressing word: it is denied.
    pub(crate) denied_before: Vec<String>,
    /// What may stand between a denial and what it denies.
    pub(crate) after_denied: Vec<String>,
    /// Right behind the ids: it is denied.
    pub(crate) denied_after: Vec<String>,
    /// Behind an id: it is suppressed no more.
    pub(crate) lifted: Vec<String>,
    /// What may stand between ids and such words.
    pub(crate) auxiliary: Vec<String>,
    /// In the same sentence as ids that are suppressed no more: they are fixed.
    pub(crate) fixed_since: Vec<String>,
    /// Suppressing words that tell of something past.
    pub(crate) suppressed_once: Vec<String>,
    /// In the same sentence as such a word: it is so no more.
    pub(crate) until_now: Vec<String>,
    /// The product is not affected.
    pub(crate) not_affected: Vec<String>,
    /// Notes of events, and reasons.
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
    /// It accepts the risk.
    pub(crate) accepted: String,
    /// It says that the product is not affected.
    pub(crate) not_affected: String,
    /// Why it is an issue: a fix is claimed.
    pub(crate) claims: String,
    /// Why it is an issue: named by a change of software.
    pub(crate) names: String,
    /// Why it is an issue: suppressed.
    pub(crate) passes_over: String,
    /// Why it is an issue: a key of the team's own security tracker.
    pub(crate) key: String,
    /// Why it is an issue: by its conventional type.
    pub(crate) typed: String,
    /// Why it is a candidate: words of a vulnerability.
    pub(crate) words: String,
    /// Why it is a candidate: a fix is claimed, and the class of a weakness or an id is named.
    pub(crate) claims_one: String,
    /// Why it is a candidate: an id is named.
    pub(crate) names_one: String,
    /// Why it is a candidate and no issue, or although it claims nothing: nobody knows whether it changes software.
    pub(crate) doubtful: String,
    /// It takes a suppression back.
    pub(crate) lifted: String,
}

/// One pattern of a fixed text, without regard to case, line by line.
pub(crate) fn pattern(text: &str) -> Regex {
    RegexBuilder::new(text).case_insensitive(true).multi_line(true).build().expect("a fixed pattern is valid")
}

/// Any of these as whole words.
pub(crate) fn any_word(patterns: &[String]) -> String {
    format!(r"\b(?:{})\b", patterns.join("|"))
}
