//! Security issues as commits tell them: which commits fix what, and joining that to the issues of other sources. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::intake::source::HISTORY;
use crate::join::commit_words::WORDS;
use crate::join::message::CommitMessage;
use crate::model::evidence::{Event, EventKind, Issue, Resolution};

/// A commit that speaks of security, closes an issue or reverts another commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitReference {
    /// Full id.
    pub commit: String,
    /// Author with address.
    pub author: String,
    /// Author time.
    pub authored: DateTime<Utc>,
    /// Committer time.
    pub committed: DateTime<Utc>,
    /// What its message says.
    pub says: CommitMessage,
}

/// The security issues that the commits tell of. A commit that only mentions a CVE makes no issue; one that fixes it does, and
/// so does any commit that names a key of the team's own security tracker.
pub fn issues(references: &[CommitReference], is_tracker_key: impl Fn(&str) -> bool) -> Vec<Issue> {
    let mut commits: Vec<&CommitReference> = references.iter().collect();
    commits.sort_by(|a, b| (a.authored, &a.commit).cmp(&(b.authored, &b.commit)));
    let mut issues: BTreeMap<String, Issue> = BTreeMap::new();
    let mut fixed_by: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut first_seen: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();

    for commit in commits {
        for id in &commit.says.security {
            first_seen.entry(id).or_insert(commit.authored);
        }
        for reverted in &commit.says.reverts {
            for id in fixed_by.get(reverted.as_str()).into_iter().flatten() {
                if let Some(issue) = issues.get_mut(id) {
                    issue.fix_commits.retain(|fix| fix != reverted);
                    issue.events.push(event(commit.committed, EventKind::Reopened, commit, &WORDS.notes.reverted));
                    issue.resolution = Resolution::None;
                }
            }
        }
        for (id, aliases) in problems(commit, &is_tracker_key) {
            let opened = first_seen.get(id.as_str()).copied().unwrap_or(commit.authored);
            let issue = issues.entry(id.clone()).or_insert_with(|| blank(&id, commit, opened));
            issue.aliases.extend(aliases);
            issue.cwe.extend(commit.says.cwe.iter().cloned());
            if commit.says.is_fix {
                issue.fix_commits.push(commit.commit.clone());
                issue.events.push(event(commit.authored, EventKind::Fixed, commit, &commit.says.subject));
                issue.events.push(event(commit.committed, EventKind::Closed, commit, &WORDS.notes.fixed));
                issue.resolution = Resolution::Fixed;
                fixed_by.entry(&commit.commit).or_default().push(id);
            }
        }
    }
    issues.into_values().collect()
}

/// The problems that one commit is about: each with its id and its other ids. Two CVEs in one commit are two problems; one CVE
/// with one GHSA, one key or one closed issue is one problem with several names.
fn problems(commit: &CommitReference, is_tracker_key: &impl Fn(&str) -> bool) -> Vec<(String, BTreeSet<String>)> {
    if !commit.says.is_fix {
        return commit
            .says
            .security
            .iter()
            .filter(|id| is_tracker_key(id))
            .map(|id| (id.clone(), BTreeSet::new()))
            .collect();
    }
    let of = |test: &dyn Fn(&str) -> bool| commit.says.security.iter().filter(|id| test(id)).collect::<Vec<_>>();
    let cves = of(&|id| id.starts_with("CVE-"));
    let advisories = of(&|id| id.starts_with("GHSA-"));
    let keys = of(&|id| !id.starts_with("CVE-") && !id.starts_with("GHSA-"));
    let closed: Vec<&String> = commit.says.issues.iter().collect();
    let names = [&keys, &closed, &advisories, &cves];
    if commit.says.security.is_empty() && commit.says.cwe.is_empty() && !commit.says.security_type {
        return Vec::new();
    }
    if names.iter().all(|ids| ids.len() <= 1) {
        let mut all = names.into_iter().flatten().map(|id| (*id).clone());
        return match all.next() {
            Some(id) => vec![(id, all.collect())],
            None => vec![(format!("commit {}", commit.commit.get(..12).unwrap_or(&commit.commit)), BTreeSet::new())],
        };
    }
    let security = commit.says.security.iter().map(|id| (id.clone(), BTreeSet::new()));
    let plain = closed.into_iter().filter(|_| commit.says.security.is_empty()).map(|id| (id.clone(), BTreeSet::new()));
    security.chain(plain).collect()
}

fn blank(id: &str, commit: &CommitReference, opened: DateTime<Utc>) -> Issue {
    Issue {
        title: commit.says.subject.clone(),
        events: vec![event(opened, EventKind::Opened, commit, &WORDS.notes.first_named)],
        ..Issue::new(id, HISTORY)
    }
}

fn event(at: DateTime<Utc>, kind: EventKind, commit: &CommitReference, note: &str) -> Event {
    let short = commit.commit.get(..12).unwrap_or(&commit.commit);
    Event { at, kind, actor: Some(commit.author.clone()), note: Some(format!("{note} (commit {short})")) }
}

/// The names of the issues that a tracker tells of, in small letters, and whether the tracker names their fix.
pub struct Tracked(BTreeMap<String, bool>);

impl Tracked {
    /// From the issues of all sources but the history.
    pub fn new(issues: &[Issue]) -> Self {
        let mut names = BTreeMap::new();
        for issue in issues {
            for name in issue.aliases.iter().chain([&issue.id]) {
                *names.entry(name.to_lowercase()).or_default() |= !issue.fix_commits.is_empty();
            }
        }
        Tracked(names)
    }

    /// Takes from an issue of the history what a tracker knows better: when it was opened and closed, and, where the tracker
    /// names the fix, the commits that only speak of the issue (a follow-up, a test, a backport).
    pub fn defer(&self, issue: &mut Issue) {
        let known: Vec<bool> = self.of(issue).collect();
        if known.is_empty() {
            return;
        }
        issue.events.retain(|event| event.kind == EventKind::Fixed);
        if known.contains(&true) {
            issue.events.clear();
            issue.fix_commits.clear();
        }
    }

    fn of(&self, issue: &Issue) -> impl Iterator<Item = bool> {
        issue.aliases.iter().chain([&issue.id]).filter_map(|name| self.0.get(&name.to_lowercase()).copied())
    }
}

/// Adds the commits that close a known issue without any word of security (`Fixes #12`), unless a tracker names its fix.
/// `repository` is the one whose commits these are, `home` the one that bare numbers of issues belong to.
pub fn attach_plain_fixes(
    issues: &mut [Issue],
    references: &[CommitReference],
    repository: &str,
    home: &str,
    tracked: &Tracked,
) {
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for (index, issue) in issues.iter().enumerate().filter(|(_, issue)| !tracked.of(issue).any(|fixed| fixed)) {
        for name in issue.aliases.iter().chain([&issue.id]) {
            by_name.insert(full(name, home), index);
        }
    }
    for commit in references.iter().filter(|commit| commit.says.is_fix || !commit.says.issues.is_empty()) {
        let named: BTreeSet<usize> =
            commit.says.issues.iter().filter_map(|id| by_name.get(&full(id, repository)).copied()).collect();
        for index in named {
            let issue = &mut issues[index];
            if !issue.fix_commits.contains(&commit.commit) {
                issue.fix_commits.push(commit.commit.clone());
                issue.events.push(event(commit.authored, EventKind::Fixed, commit, &commit.says.subject));
                issue.sources.insert(HISTORY.to_owned());
            }
        }
    }
}

/// A name in small letters, a bare number with its repository.
fn full(name: &str, repository: &str) -> String {
    if name.starts_with('#') { format!("{repository}{name}").to_lowercase() } else { name.to_lowercase() }
}
