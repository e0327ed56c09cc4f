//! Candidates: commits that change software and speak of a vulnerability in their subject, and name no id by which anyone would
//! know it. They are no issues; nobody has to examine them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::source::HISTORY;
use crate::join::commit_words::WORDS;
use crate::join::commits::{CommitReference, event};
use crate::model::evidence::{Event, EventKind, Issue, Resolution};

/// The candidates among the commits of one history, oldest first. What carries one change is one; what was reverted is none.
pub fn candidates(references: &[CommitReference], is_tracker_key: impl Fn(&str) -> bool) -> Vec<Issue> {
    let reverted: BTreeSet<&String> = references.iter().flat_map(|reference| &reference.says.reverts).collect();
    let names_an_id = |commit: &CommitReference| {
        let says = &commit.says;
        says.security.iter().any(|id| !says.passing.contains(id) || is_tracker_key(id))
    };
    let mut changes: BTreeMap<&str, Vec<&CommitReference>> = BTreeMap::new();
    for commit in references.iter().filter(|commit| commit.says.words.is_some() && commit.changes_software()) {
        let is_issue = commit.fixes() && (commit.says.security_type || !commit.says.cwe.is_empty());
        if !is_issue && !names_an_id(commit) && !reverted.contains(&commit.commit) {
            changes.entry(&commit.change).or_default().push(commit);
        }
    }
    // Where one of the branches names an id, it is that issue's.
    for commit in references.iter().filter(|commit| names_an_id(commit)) {
        changes.remove(commit.change.as_str());
    }
    let mut found: Vec<Issue> = changes
        .into_values()
        .filter_map(|mut commits| {
            commits.sort_by(|a, b| (a.committed, &a.commit).cmp(&(b.committed, &b.commit)));
            candidate(&commits)
        })
        .collect();
    found.sort_by(|a, b| (&a.events, &a.id).cmp(&(&b.events, &b.id)));
    found
}

fn candidate(commits: &[&CommitReference]) -> Option<Issue> {
    let (first, more) = commits.split_first()?;
    let words = first.says.words.as_deref()?;
    let opened = Event { at: first.authored, ..event(EventKind::Opened, first, &WORDS.notes.first_named) };
    Some(Issue {
        title: first.says.subject.clone(),
        aliases: more.iter().map(|commit| format!("commit {}", commit.short())).collect(),
        cwe: commits.iter().flat_map(|commit| commit.says.cwe.iter().cloned()).collect(),
        events: vec![
            opened,
            event(EventKind::Fixed, first, &first.says.subject),
            event(EventKind::Closed, first, &WORDS.notes.fixed),
        ],
        resolution: Resolution::Fixed,
        fix_commits: commits.iter().map(|commit| commit.commit.clone()).collect(),
        why: Some(format!("{} \"{words}\"", WORDS.notes.words)),
        ..Issue::new(format!("commit {}", first.short()), HISTORY)
    })
}

/// Leaves those out that an issue knows as its fix.
pub fn unknown(mut candidates: Vec<Issue>, issues: &[Issue]) -> Vec<Issue> {
    let fixes: BTreeSet<&String> = issues.iter().flat_map(|issue| &issue.fix_commits).collect();
    candidates.retain(|candidate| !candidate.fix_commits.iter().any(|fix| fixes.contains(fix)));
    candidates
}
