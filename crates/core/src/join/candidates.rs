//! Candidates: commits that change software and look like the fix of a vulnerability, and name no id by which anyone would know it;
//! and fixes of which the paths leave open whether they change software. They are no issues; nobody has to examine them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::source::HISTORY;
use crate::join::commit_words::WORDS;
use crate::join::commits::{Changed, CommitReference, event};
use crate::model::evidence::{Event, EventKind, Issue, Resolution};

/// The candidates among the commits of one history, oldest first. What carries one change is one; what was reverted is none.
pub fn candidates(references: &[CommitReference], is_tracker_key: impl Fn(&str) -> bool) -> Vec<Issue> {
    let reverted: BTreeSet<&String> = references.iter().flat_map(|reference| &reference.says.reverts).collect();
    let names_an_id = |commit: &CommitReference| {
        commit.says.meant().next().is_some() || commit.says.security.iter().any(|id| is_tracker_key(id))
    };
    // One of which nobody knows whether it changes software makes no issue, whatever it names.
    let is_issue = |commit: &CommitReference| {
        let marked = commit.says.security_type || !commit.says.cwe.is_empty();
        commit.changed != Changed::Doubtful
            && (names_an_id(commit) || commit.fixes() && marked && !commit.says.issues.is_empty())
    };
    let mut changes: BTreeMap<&str, Vec<(&CommitReference, String)>> = BTreeMap::new();
    let (squashed, single): (Vec<&CommitReference>, Vec<&CommitReference>) =
        references.iter().partition(|commit| !commit.parts.is_empty());
    for commit in single.iter().chain(&squashed) {
        let Some(why) = reason(commit).filter(|_| !is_issue(commit) && !reverted.contains(&commit.commit)) else {
            continue;
        };
        // What puts several together is none beside them.
        let known: Vec<&str> = commit.changes().filter(|change| changes.contains_key(change)).collect();
        let of = if known.is_empty() { vec![commit.change.as_str()] } else { known };
        for change in of {
            changes.entry(change).or_default().push((commit, why.clone()));
        }
    }
    // Where one of the branches names an id, it is that issue's.
    for commit in references.iter().filter(|commit| is_issue(commit)) {
        for change in commit.changes() {
            changes.remove(change);
        }
    }
    let mut found: Vec<Issue> = changes
        .into_values()
        .filter_map(|mut commits| {
            commits.sort_by(|(a, _), (b, _)| (a.committed, &a.commit).cmp(&(b.committed, &b.commit)));
            candidate(&commits)
        })
        .collect();
    found.sort_by(|a, b| (&a.events, &a.id).cmp(&(&b.events, &b.id)));
    found
}

/// Why a commit is a candidate, if it is one: by the words of its subject, by its type, by the class of weakness that it fixes. Where
/// the paths leave open whether it changes software, only one that claims a fix is.
fn reason(commit: &CommitReference) -> Option<String> {
    let (says, notes) = (&commit.says, &WORDS.notes);
    let why = if let Some(words) = &says.words {
        format!("{} \"{words}\"", notes.words)
    } else if !says.is_fix {
        return None;
    } else if says.security_type {
        notes.typed.clone()
    } else if let Some(class) = says.cwe.first() {
        format!("{} {class}", notes.classed)
    } else if commit.changed == Changed::Doubtful && says.meant().next().is_some() {
        return Some(notes.doubtful.clone());
    } else {
        return None;
    };
    match commit.changed {
        Changed::Software | Changed::Unknown => Some(why),
        Changed::Doubtful => says.is_fix.then(|| notes.doubtful.clone()),
        Changed::Beside | Changed::IgnoreLists => None,
    }
}

fn candidate(commits: &[(&CommitReference, String)]) -> Option<Issue> {
    let ((first, why), more) = commits.split_first()?;
    let opened = Event { at: first.authored, ..event(EventKind::Opened, first, &WORDS.notes.first_named) };
    let named = commits.iter().flat_map(|(commit, _)| commit.says.meant().cloned());
    Some(Issue {
        title: first.says.subject.clone(),
        aliases: more.iter().map(|(commit, _)| format!("commit {}", commit.short())).chain(named).collect(),
        cwe: commits.iter().flat_map(|(commit, _)| commit.says.cwe.iter().cloned()).collect(),
        events: vec![
            opened,
            event(EventKind::Fixed, first, &first.says.subject),
            event(EventKind::Closed, first, &WORDS.notes.fixed),
        ],
        resolution: Resolution::Fixed,
        fix_commits: commits.iter().map(|(commit, _)| commit.commit.clone()).collect(),
        why: Some(why.clone()),
        ..Issue::new(format!("commit {}", first.short()), HISTORY)
    })
}

/// Leaves those out that an issue knows: as its fix, or by an id that they name.
pub fn unknown(mut candidates: Vec<Issue>, issues: &[Issue]) -> Vec<Issue> {
    let fixes: BTreeSet<&String> = issues.iter().flat_map(|issue| &issue.fix_commits).collect();
    let names: BTreeSet<String> = issues
        .iter()
        .flat_map(|issue| issue.aliases.iter().chain([&issue.id]))
        .map(|name| name.to_lowercase())
        .collect();
    let known = |candidate: &Issue| {
        candidate.fix_commits.iter().any(|fix| fixes.contains(fix))
            || candidate.aliases.iter().any(|name| names.contains(&name.to_lowercase()))
    };
    candidates.retain(|candidate| !known(candidate));
    candidates
}
