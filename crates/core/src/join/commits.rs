//! Security issues as commits tell them: which commits fix what, and joining that to the issues of other sources. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::intake::source::HISTORY;
use crate::join::carried::Carried;
use crate::join::commit_words::WORDS;
use crate::join::message::CommitMessage;
use crate::join::reverts::Reverts;
use crate::model::issue::{Event, EventKind, Issue, Resolution};

/// A commit that speaks of security, closes an issue or reverts another commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitReference {
    /// Full id.
    pub commit: String,
    /// Author with address.
    pub author: String,
    /// Author time.
    pub authored: DateTime<Utc>,
    /// Committer time: when it landed.
    pub committed: DateTime<Utc>,
    /// What its message says.
    pub says: CommitMessage,
    /// What it changed.
    pub changed: Changed,
    /// Id of its patch, where the same change is looked for.
    pub patch: Option<String>,
    /// The change that it carries, or the changes.
    pub carried: Carried,
}

impl CommitReference {
    /// A commit of which nothing else is known yet.
    pub fn new(commit: String, authored: DateTime<Utc>) -> Self {
        CommitReference {
            carried: Carried::itself(commit.clone()),
            commit,
            author: String::new(),
            authored,
            committed: authored,
            says: CommitMessage::default(),
            changed: Changed::Unknown,
            patch: None,
        }
    }

    /// Does it fix what it names, as it says? Not where it changed documents, tests or CI alone.
    pub(crate) fn fixes(&self) -> bool {
        self.says.is_fix && self.changes_software()
    }

    /// Does it name a problem in changing software, without saying that it fixes it?
    fn may_fix(&self) -> bool {
        self.says.may_fix && !self.says.is_fix && self.changes_software()
    }

    pub(crate) fn changes_software(&self) -> bool {
        matches!(self.changed, Changed::Software | Changed::Unknown)
    }

    pub(crate) fn short(&self) -> &str {
        short(&self.commit)
    }
}

/// What the commits of one history take back.
pub fn reverts(references: &[CommitReference]) -> Reverts<'_> {
    Reverts::of(references.iter().map(|one| (one.commit.as_str(), one.says.reverts.as_slice())))
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// What a commit changed, as far as it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Changed {
    /// Software, maybe among other things.
    Software,
    /// Files of which the path does not tell whether they are software, or tests and documents.
    Doubtful,
    /// Documents, tests or CI alone.
    Beside,
    /// Lists of what scanners shall pass over, and no software.
    IgnoreLists,
    /// Nobody looked, it cannot be seen, or it changed nothing: the message decides.
    #[default]
    Unknown,
}

/// The security issues that the commits tell of: what a commit fixes, what one that changes software names while none claims its
/// fix, what scanners shall pass over, and what the keys of the team's own security tracker name.
pub fn issues(references: &[CommitReference], is_tracker_key: impl Fn(&str) -> bool) -> Vec<Issue> {
    let mut commits: Vec<&CommitReference> = references.iter().collect();
    commits.sort_by(|a, b| (a.authored, &a.commit).cmp(&(b.authored, &b.commit)));
    let named = |commit: &CommitReference| commit.says.meant().cloned().collect::<BTreeSet<String>>();
    let mut claimed: BTreeSet<String> = BTreeSet::new();
    for commit in commits.iter().filter(|commit| commit.fixes()) {
        claimed.extend(named(commit));
    }
    // A merge is taken for the fix only where nothing that it merges is.
    let plain = commits.iter().filter(|commit| commit.may_fix() && !commit.says.merge);
    let mentioned: BTreeSet<String> = plain.flat_map(|commit| named(commit)).chain(claimed.iter().cloned()).collect();

    let reverts = reverts(references);
    let mut history = Histories::default();
    for commit in commits {
        for id in &commit.says.security {
            history.first_seen.entry(id.clone()).or_insert(commit.authored);
        }
        for reverted in &commit.says.reverts {
            history.reopen(reverted, commit);
            for fix in reverts.targets(reverted) {
                history.bring_back(fix, commit);
            }
        }
        let mut ids = named(commit);
        let keys: Vec<String> = ids.iter().filter(|id| is_tracker_key(id)).cloned().collect();
        if commit.fixes() {
            for (id, aliases) in problems(commit, &ids) {
                let why = if ids.is_empty() { &WORDS.notes.typed } else { &WORDS.notes.claims };
                history.fix(id, aliases, commit, why);
            }
        } else if commit.may_fix() {
            ids.retain(|id| is_public(id) && !(if commit.says.merge { &mentioned } else { &claimed }).contains(id));
            for (id, aliases) in problems(commit, &ids).into_iter().filter(|_| !ids.is_empty()) {
                history.fix(id, aliases, commit, &WORDS.notes.names);
            }
        }
        let (passed_over, lifted) = suppressions(commit);
        for (id, disposal) in passed_over {
            history.dispose(id, commit, disposal);
        }
        for id in lifted {
            history.lift(id, commit);
        }
        for id in keys {
            history.issue(&id, commit, &WORDS.notes.key);
        }
    }
    history.issues.into_values().collect()
}

/// The ids that scanners shall pass over from a commit on, and what becomes of them; and those that they shall pass over no more. Where
/// lists of such ids are all that changes, every id is one of them, whose fate is the same for all where the message tells nothing else.
fn suppressions(commit: &CommitReference) -> (Vec<(&String, Resolution)>, Vec<&String>) {
    let says = &commit.says;
    let listed = commit.changed == Changed::IgnoreLists;
    let removed: &[String] = if listed { &says.removed } else { &[] };
    let lifted: BTreeSet<&String> = says.lifted.iter().chain(removed).filter(|id| is_public(id)).collect();
    let passed_over: BTreeSet<&String> = match listed {
        true if lifted.is_empty() => says.security.iter().collect(),
        true => says.suppressed.iter().chain(&says.added).collect(),
        false => says.suppressed.iter().collect(),
    };
    let passed_over = passed_over.into_iter().filter(|id| is_public(id) && !lifted.contains(id));
    let disposed = says.disposal.map(|disposal| passed_over.map(|id| (id, disposal)).collect());
    (disposed.unwrap_or_default(), lifted.into_iter().collect())
}

/// Is it the id of a published vulnerability, not a key of the team's own?
fn is_public(id: &str) -> bool {
    id.starts_with("CVE-") || id.starts_with("GHSA-")
}

/// What becomes of the issues, commit by commit.
#[derive(Default)]
struct Histories {
    issues: BTreeMap<String, Issue>,
    fixed_by: BTreeMap<String, Vec<String>>,
    first_seen: BTreeMap<String, DateTime<Utc>>,
}

impl Histories {
    fn issue(&mut self, id: &str, commit: &CommitReference, why: &str) -> &mut Issue {
        let opened = self.first_seen.get(id).copied().unwrap_or(commit.authored);
        self.issues.entry(id.to_owned()).or_insert_with(|| blank(id, commit, opened, why))
    }

    fn fix(&mut self, id: String, aliases: BTreeSet<String>, commit: &CommitReference, why: &str) {
        let issue = self.issue(&id, commit, why);
        issue.aliases.extend(aliases);
        issue.cwe.extend(commit.says.cwe.iter().cloned());
        issue.fix_commits.push(commit.commit.clone());
        issue.events.push(event(EventKind::Fixed, commit, &commit.says.subject));
        issue.events.push(event(EventKind::Closed, commit, &WORDS.notes.fixed));
        issue.resolution = Resolution::Fixed;
        self.fixed_by.entry(commit.commit.clone()).or_default().push(id);
    }

    /// Closes what is not fixed.
    fn dispose(&mut self, id: &str, commit: &CommitReference, disposal: Resolution) {
        let issue = self.issue(id, commit, &WORDS.notes.passes_over);
        if issue.resolution == Resolution::Fixed {
            return;
        }
        let notes = &WORDS.notes;
        let note = if disposal == Resolution::NotAffected { &notes.not_affected } else { &notes.accepted };
        issue.events.push(event(EventKind::Closed, commit, note));
        issue.resolution = disposal;
    }

    /// What scanners were told to pass over and shall report again is open again, whether or not anybody saw that they were told so.
    fn lift(&mut self, id: &str, commit: &CommitReference) {
        let issue = self.issue(id, commit, &WORDS.notes.lifted);
        if matches!(issue.resolution, Resolution::Accepted | Resolution::NotAffected) {
            issue.events.push(event(EventKind::Reopened, commit, &WORDS.notes.lifted));
            issue.resolution = Resolution::None;
        }
    }

    /// What takes a revert back fixes again what the commit fixed that was reverted.
    fn bring_back(&mut self, fix: &str, commit: &CommitReference) {
        for id in self.fixed_by.get(fix).cloned().into_iter().flatten() {
            self.fix(id, BTreeSet::new(), commit, &WORDS.notes.claims);
        }
    }

    fn reopen(&mut self, reverted: &str, commit: &CommitReference) {
        for id in self.fixed_by.get(reverted).into_iter().flatten() {
            if let Some(issue) = self.issues.get_mut(id) {
                issue.fix_commits.retain(|fix| fix != reverted);
                issue.events.push(event(EventKind::Reopened, commit, &WORDS.notes.reverted));
                issue.resolution = Resolution::None;
            }
        }
    }
}

/// The problems that one commit is about: each with its id and its other ids. Two CVEs in one commit are two problems; one CVE
/// with its GHSA, one key or one closed issue is one problem with several names. `ids` are those that it is about.
fn problems(commit: &CommitReference, ids: &BTreeSet<String>) -> Vec<(String, BTreeSet<String>)> {
    let says = &commit.says;
    let of = |prefix: &str| ids.iter().filter(|id| id.starts_with(prefix)).collect::<Vec<_>>();
    let (cves, advisories) = (of("CVE-"), of("GHSA-"));
    let keys: Vec<&String> = ids.iter().filter(|id| !is_public(id)).collect();
    let closed: Vec<&String> = says.issues.iter().collect();
    // Without any id it is a candidate; closing an issue tells of security only where the commit is marked so.
    if ids.is_empty() && (closed.is_empty() || says.cwe.is_empty() && !says.security_type) {
        return Vec::new();
    }
    let pairs: BTreeMap<&str, &String> = says.pairs.iter().rev().map(|(cve, other)| (cve.as_str(), other)).collect();
    let pair = |cve: &String| pairs.get(cve.as_str()).copied();
    let paired: BTreeSet<&String> = cves.iter().filter_map(|cve| pair(cve)).collect();
    let alone: Vec<&String> = advisories.iter().filter(|advisory| !paired.contains(**advisory)).copied().collect();
    let public = cves.len() + alone.len();
    if public <= 1 && keys.len() <= 1 && closed.len() <= 1 {
        let mut all = [&keys, &closed, &advisories, &cves].into_iter().flatten().map(|id| (*id).clone());
        return all.next().map(|id| vec![(id, all.collect())]).unwrap_or_default();
    }
    let mut problems: Vec<(String, BTreeSet<String>)> = Vec::new();
    for cve in &cves {
        problems.push(match pair(cve).filter(|advisory| ids.contains(*advisory)) {
            Some(advisory) => (advisory.clone(), BTreeSet::from([(*cve).clone()])),
            None => ((*cve).clone(), BTreeSet::new()),
        });
    }
    let single = |id: &String| (id.clone(), BTreeSet::new());
    problems.extend(alone.into_iter().chain(keys).map(single));
    if ids.is_empty() {
        problems.extend(closed.into_iter().map(single));
    }
    problems
}

fn blank(id: &str, commit: &CommitReference, opened: DateTime<Utc>, why: &str) -> Issue {
    Issue {
        title: commit.says.subject.clone(),
        events: vec![Event { at: opened, ..event(EventKind::Opened, commit, &WORDS.notes.first_named) }],
        why: Some(format!("{why} ({})", commit.short())),
        ..Issue::new(id, HISTORY)
    }
}

/// What a commit does to an issue happens when it lands.
pub(crate) fn event(kind: EventKind, commit: &CommitReference, note: &str) -> Event {
    let (at, actor) = (commit.committed, Some(commit.author.clone()));
    Event { at, kind, actor, note: Some(format!("{note} (commit {})", commit.short())) }
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
    let reverts = reverts(references);
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for (index, issue) in issues.iter().enumerate().filter(|(_, issue)| !tracked.of(issue).any(|fixed| fixed)) {
        for name in issue.aliases.iter().chain([&issue.id]) {
            by_name.insert(full(name, home), index);
        }
    }
    let closing = |commit: &&CommitReference| commit.says.is_fix || !commit.says.issues.is_empty();
    for commit in references.iter().filter(closing).filter(|commit| !reverts.is_undone(&commit.commit)) {
        let named: BTreeSet<usize> =
            commit.says.issues.iter().filter_map(|id| by_name.get(&full(id, repository)).copied()).collect();
        for index in named {
            let issue = &mut issues[index];
            if !issue.fix_commits.contains(&commit.commit) {
                issue.fix_commits.push(commit.commit.clone());
                issue.events.push(event(EventKind::Fixed, commit, &commit.says.subject));
                issue.sources.insert(HISTORY.to_owned());
            }
        }
    }
}

/// A name in small letters, a bare number with its repository.
fn full(name: &str, repository: &str) -> String {
    if name.starts_with('#') { format!("{repository}{name}").to_lowercase() } else { name.to_lowercase() }
}
