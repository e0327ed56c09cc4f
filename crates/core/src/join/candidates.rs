//! Candidates: commits that change software and look like the fix of a vulnerability, and name no id by which anyone would know it;
//! and fixes of which the paths leave open whether they change software. They are no issues; nobody has to examine them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::source::HISTORY;
use crate::join::carried::by_change;
use crate::join::commit_words::WORDS;
use crate::join::commits::{Changed, CommitReference, event, reverts};
use crate::model::issue::{Event, EventKind, Issue, Resolution};

/// The candidates among the commits of one history, oldest first. What carries one change is one; what was reverted, and stayed so, is none.
pub fn candidates(references: &[CommitReference], is_tracker_key: impl Fn(&str) -> bool) -> Vec<Issue> {
    let reverts = reverts(references);
    let names_an_id = |commit: &CommitReference| {
        commit.says.meant().next().is_some() || commit.says.security.iter().any(|id| is_tracker_key(id))
    };
    // One of which nobody knows whether it changes software makes no issue, whatever it names.
    let is_issue = |commit: &CommitReference| {
        let marked = commit.says.security_type || !commit.says.cwe.is_empty();
        commit.changed != Changed::Doubtful
            && (names_an_id(commit) || commit.fixes() && marked && !commit.says.issues.is_empty())
    };
    let suspected = references.iter().filter_map(|commit| {
        let why = reason(commit).filter(|_| !is_issue(commit) && !reverts.is_undone(&commit.commit))?;
        Some((&commit.carried, (commit, why)))
    });
    let mut changes = by_change(suspected);
    // Where one of the branches names an id, it is that issue's.
    let issues: BTreeSet<&str> =
        references.iter().filter(|commit| is_issue(commit)).map(|commit| commit.carried.change.as_str()).collect();
    for issue in &issues {
        changes.remove(issue);
    }
    // One that puts several together does not say which of them its id is of, unless only one of them can be meant.
    for commit in references.iter().filter(|commit| is_issue(commit)) {
        let parts = || commit.carried.parts.iter().map(String::as_str);
        let open: Vec<&str> = parts().filter(|part| changes.contains_key(part)).collect();
        if let ([only], false) = (open.as_slice(), parts().any(|part| issues.contains(part))) {
            changes.remove(only);
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

/// Why a commit is a candidate, if it is one: by the words of its subject, by its type, by the class of weakness that it fixes, and,
/// where its paths leave open whether it changes software, by the ids that it names.
fn reason(commit: &CommitReference) -> Option<String> {
    let (says, notes) = (&commit.says, &WORDS.notes);
    let doubtful = commit.changed == Changed::Doubtful;
    let why = if let Some(words) = &says.words {
        format!("{} \"{words}\"", notes.words)
    } else if says.is_fix && says.security_type {
        notes.typed.clone()
    } else if says.is_fix
        && let Some(class) = says.cwe.first()
    {
        format!("{} {class}", notes.claims_one)
    } else if doubtful
        && (says.is_fix || says.may_fix)
        && let Some(id) = says.meant().next()
    {
        format!("{} {id}", if says.is_fix { &notes.claims_one } else { &notes.names_one })
    } else {
        return None;
    };
    match commit.changed {
        Changed::Software | Changed::Unknown => Some(why),
        Changed::Doubtful => Some(format!("{why}, {}", notes.doubtful)),
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

/// Leaves out what an issue knows: of the ids that a candidate names these, and the candidate where none is left. A commit that an
/// issue names as its fix accounts for one more id, or for the candidate without any; one that several candidates share does not say
/// which of them it is.
pub fn unknown(mut candidates: Vec<Issue>, issues: &[Issue]) -> Vec<Issue> {
    let fixes: BTreeSet<&String> = issues.iter().flat_map(|issue| &issue.fix_commits).collect();
    let names: BTreeSet<String> = issues
        .iter()
        .flat_map(|issue| issue.aliases.iter().chain([&issue.id]))
        .map(|name| name.to_lowercase())
        .collect();
    let mut sharing: BTreeMap<String, usize> = BTreeMap::new();
    for fix in candidates.iter().flat_map(|candidate| &candidate.fix_commits) {
        *sharing.entry(fix.clone()).or_default() += 1;
    }
    candidates.retain_mut(|candidate| {
        let ids = |candidate: &Issue| candidate.aliases.iter().filter(|name| !name.starts_with("commit ")).count();
        let all = ids(candidate);
        candidate.aliases.retain(|name| !names.contains(&name.to_lowercase()));
        let left = ids(candidate);
        let fixed = candidate.fix_commits.iter().any(|fix| sharing[fix] == 1 && fixes.contains(fix));
        left > usize::from(fixed && left == all) || all == 0 && !fixed
    });
    candidates
}
