//! Whose policy judges: that of the branch which a change is to be merged into, never one that the change brings with it. The one
//! place that decides what is trusted.
#![expect(clippy::disallowed_methods, reason = "looks where the configuration lies")]

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use git2::Oid;

use crate::collect::base_tree::{BaseTree, runs_checks};
use crate::collect::files::{IssueFile, find_config};
use crate::collect::filter::{declarations, globs};
use crate::collect::git::checkout::{Checkout, Overlaid};
use crate::collect::git::repository::Repository;
use crate::collect::policy_approval;
use crate::collect::request::PolicyTip;
use crate::commands::arguments::SourceArguments;
use crate::error::Error;
use crate::event::CiEvent;
use crate::net::session::Net;
use lookback_core::config::ConfigErrors;
use lookback_core::config::line::KeyLines;
use lookback_core::config::parse as config;
use lookback_core::judge::catalog as rules;
use lookback_core::judge::rules::policy_weakened;
use lookback_core::model::{
    ConfigText, DeclaredPath, Judged, Limit, LimitKind, Loosened, Policy, PolicyBase, github_source,
};
use lookback_reading::{Constraint, DeclaredAs, Location};

/// Where the configuration lies unless somebody says otherwise.
const NAME: &str = "lookback.toml";
/// Bytes of a configuration.
const MOST: u64 = 1 << 20;

/// The policy that judges.
#[derive(Default)]
pub(crate) struct Judging {
    /// As meant.
    pub policy: Policy,
    /// As written.
    pub config: Option<ConfigText>,
    /// Whose it is, where not the revision's own.
    pub base: Option<PolicyBase>,
    /// Issue files as the base has them.
    pub files: Vec<IssueFile>,
    /// What could not be seen of it.
    pub limits: Vec<Limit>,
}

/// What is asked for.
pub(crate) struct PolicyQuestion<'a> {
    /// The repository that is looked at.
    pub repository: &'a Repository,
    /// Its name.
    pub own: &'a str,
    /// What the command line says.
    pub source: &'a SourceArguments,
    /// The state that is judged.
    pub checkout: &'a Checkout,
    /// The branch whose policy judges; `None`: the revision's own.
    pub tip: Option<PolicyTip>,
    /// What started the run.
    pub event: &'a CiEvent,
    /// The network.
    pub net: &'a Net<'a>,
}

/// The policy of a configuration (path and text); the defaults where there is none.
pub(crate) fn policy_of(config: Option<(&str, &str)>) -> Result<Policy, Error> {
    match config {
        Some((path, text)) => Ok(parsed(path, text)?),
        None => Ok(Policy::default()),
    }
}

fn parsed(path: &str, text: &str) -> Result<Policy, ConfigErrors> {
    config::parse(text, path, &rules::ids())
}

/// A policy without what is trusted only where it is merged.
pub(crate) fn distrusted(policy: Policy, own: &str) -> Policy {
    policy.distrusted(own, policy_weakened::RULE.id)
}

/// Finds the policy that judges.
pub(crate) fn judging(ask: &PolicyQuestion<'_>) -> Result<Judging, Error> {
    let PolicyQuestion { repository, source, own, .. } = ask;
    // What lies outside the repository no change of it can reach.
    let path = match &source.config {
        Some(path) => inside(repository, path),
        None => Some(NAME.to_owned()),
    };
    let head = repository.resolve(source.rev.as_deref(), source.as_of)?;
    let seen = seen(ask, head, path.as_deref().unwrap_or(NAME))?;
    let (Some(tip), Some(path)) = (&ask.tip, path) else {
        // A day of the past is judged by the configuration that there is.
        let named = if source.as_of.is_some() { repository.resolve(source.rev.as_deref(), None)? } else { head };
        let named = if named == head { seen } else { named };
        let config = find_config(repository, source.config.as_deref(), ask.checkout.judged, named)?;
        if config.is_none() && ask.checkout.judged == Judged::Commit && ask.checkout.leaves(NAME) {
            return Err(Error::Usage(format!(
                "{NAME} is not in the commit that is judged; commit it, or name it with --config {NAME}"
            )));
        }
        let mut policy = policy_of(config.as_ref().map(|config| (config.path.as_str(), config.text.as_str())))?;
        // Anybody may have chosen a repository that the event does not name.
        if source.config.is_none() && ask.event.of_strangers() && !ask.event.is_about(own) {
            policy = distrusted(policy, own);
        }
        return Ok(Judging { policy, config, ..Judging::default() });
    };
    let name = ask.event.repository.as_deref();
    let tree = match BaseTree::find(repository, tip, ask.net, name)? {
        Ok(tree) => tree,
        Err(why) => return Ok(unread(tip, &why)),
    };
    let base = match tree.file(&path) {
        Ok(base) => base.map(|bytes| text(&bytes)),
        Err(why) => return Ok(unread(tip, &why)),
    };
    let change = Change {
        ask,
        tree: &tree,
        head,
        seen,
        path: &path,
        proposed: seen.and_then(|seen| proposed(repository, seen, &path)),
    };
    let mut found = match base {
        Some(text) => match parsed(&path, &text) {
            Ok(policy) => change.judged_by(policy, Some(ConfigText { path: path.clone(), text })),
            Err(errors) => return Ok(unread(tip, &format!("it has mistakes: {errors}"))),
        },
        None => match tree.runners() {
            Ok(runners) if runners.is_empty() => change.adopted()?,
            Ok(_) => change.judged_by(Policy::default(), None),
            Err(why) => return Ok(unread(tip, &why)),
        },
    };
    if let Some(base) = &mut found.base {
        base.rev = tip.revs.first().cloned().unwrap_or_default();
    }
    Ok(found)
}

/// The tree that is judged, as far as it says how.
fn seen(ask: &PolicyQuestion<'_>, head: Option<Oid>, config: &str) -> Result<Option<Oid>, Error> {
    let says_how = |path: &str| path == config || path == NAME || runs_checks(path);
    let wanted = Overlaid { judged: &says_how, beside: &|_| false, max_size: MOST };
    Ok(ask.repository.snapshot(ask.checkout, head, &wanted)?.tree)
}

/// The configuration that the change brings.
fn proposed(repository: &Repository, head: Oid, path: &str) -> Option<String> {
    repository.file_at(head, path, MOST).map(|bytes| text(&bytes))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// By whose policy it would be judged is not known: it is not judged.
fn unread(tip: &PolicyTip, why: &str) -> Judging {
    let rev = tip.revs.first().cloned().unwrap_or_default();
    let why = format!("the policy that judges, that of {rev}, cannot be read: {why}");
    let limit = Limit::new(
        LimitKind::PullRequest,
        "whose policy judges",
        why.clone(),
        "Check out the whole history (`fetch-depth: 0`), or give the token `contents: read`.",
    );
    Judging {
        base: Some(PolicyBase { rev, unread: Some(why), ..PolicyBase::default() }),
        limits: vec![limit.affecting(&Constraint::ALL)],
        ..Judging::default()
    }
}

/// A change that is not merged, and the tree that it is to be merged into.
struct Change<'a> {
    ask: &'a PolicyQuestion<'a>,
    tree: &'a BaseTree<'a>,
    head: Option<Oid>,
    /// The tree that is judged.
    seen: Option<Oid>,
    path: &'a str,
    proposed: Option<String>,
}

impl Change<'_> {
    /// The base's policy judges, and what the change would loosen of it is told.
    fn judged_by(&self, mut policy: Policy, config: Option<ConfigText>) -> Judging {
        let fork = self.fork();
        let theirs = fork.map(|fork| proposed(self.ask.repository, fork, self.path));
        let same = theirs.as_ref().map_or_else(
            || self.proposed.as_deref() == config.as_ref().map(|config| config.text.as_str()),
            |theirs| *theirs == self.proposed,
        );
        let own = fork
            .zip(self.seen)
            .map(|(fork, seen)| self.ask.repository.added_or_changed(fork, seen))
            .unwrap_or_default();
        let mut found: Vec<Loosened> = self.workflows(fork);
        if !same {
            let before = theirs.flatten().map(|text| parsed(self.path, &text));
            match self.proposed.as_ref().map(|text| parsed(self.path, text)) {
                None if config.is_some() => {
                    let gone = self.file("there", "deleted");
                    let default = Policy::default();
                    found.extend(policy_weakened::keys::loosened(&policy, &default, &|_| None, &|_| false));
                    found.insert(0, Loosened { location: None, ..gone });
                }
                None => {}
                Some(Err(errors)) => found.push(self.file("sound", &format!("broken ({})", first(&errors)))),
                Some(Ok(proposed)) => {
                    let told = |before: &Policy| self.loosened(before, &proposed, &own);
                    // What the base tightened since is not loosened by who has not seen it yet.
                    let since = before.and_then(Result::ok).map(|before| told(&before));
                    let keys: Option<BTreeSet<&str>> =
                        since.as_ref().map(|since| since.iter().map(|one| one.key.as_str()).collect());
                    let is_own = |one: &Loosened| keys.as_ref().is_none_or(|keys| keys.contains(one.key.as_str()));
                    found.extend(told(&policy).into_iter().filter(is_own));
                    declare(&mut policy, &proposed, &own);
                }
            }
        }
        let found = policy_weakened::keys::bounded(found);
        let mut judging = Judging { files: self.issue_files(&policy), policy, config, ..Judging::default() };
        let approved_by = if found.is_empty() { Vec::new() } else { self.approved_by(&mut judging.limits) };
        judging.base = Some(PolicyBase { loosened: found, approved_by, ..PolicyBase::default() });
        judging
    }

    /// There is nothing to be loosened yet. What the first configuration says of what may be shown, asked or written waits for the
    /// merge.
    fn adopted(&self) -> Result<Judging, Error> {
        let Some(text) = &self.proposed else { return Ok(Judging::default()) };
        let meant = parsed(self.path, text)?;
        let loosened = self.loosened(&Policy::default(), &meant, &BTreeSet::new());
        let loosened = policy_weakened::keys::bounded(loosened);
        let limits = waiting(&meant, self.ask.own, self.path).into_iter().collect();
        Ok(Judging {
            policy: distrusted(meant, self.ask.own),
            config: Some(ConfigText { path: self.path.to_owned(), text: text.clone() }),
            base: Some(PolicyBase { adopted: true, loosened, ..PolicyBase::default() }),
            limits,
            ..Judging::default()
        })
    }

    fn loosened(&self, before: &Policy, after: &Policy, own: &BTreeSet<String>) -> Vec<Loosened> {
        let lines = KeyLines::new(self.proposed.as_deref().unwrap_or_default());
        let fresh = self.fresh(after, own);
        policy_weakened::keys::loosened(before, after, &|key| lines.of(key), &|glob| fresh.contains(glob))
    }

    /// Globs of declared documents that are about nothing in the revision but what the change adds or changes.
    fn fresh(&self, proposed: &Policy, own: &BTreeSet<String>) -> BTreeSet<String> {
        let declared: Vec<String> = proposed.documents.declared.iter().map(|one| one.path.clone()).collect();
        let files = self.seen.and_then(|seen| self.ask.repository.tree_files(seen).ok()).filter(|tree| !tree.full);
        let (Some(files), Ok(set)) = (files, globs(&declared)) else { return BTreeSet::new() };
        let mut fresh = vec![true; declared.len()];
        let mut matched = Vec::new();
        for file in files.files.iter().filter(|file| !own.contains(&file.path)) {
            set.matches_into(&file.path, &mut matched);
            for at in &matched {
                fresh[*at] = false;
            }
        }
        declared.into_iter().zip(fresh).filter_map(|(glob, fresh)| fresh.then_some(glob)).collect()
    }

    /// The last commit that the change and the base have in common.
    fn fork(&self) -> Option<Oid> {
        self.ask.repository.merge_base(self.tree.commit()?, self.head?)
    }

    /// Workflows that run Lookback and that the change touches.
    fn workflows(&self, fork: Option<Oid>) -> Vec<Loosened> {
        let (repository, Some(seen)) = (self.ask.repository, self.seen) else { return Vec::new() };
        let runners = match fork {
            Some(fork) => BaseTree::Clone(repository, fork).runners(),
            None => self.tree.runners(),
        };
        let mut found = Vec::new();
        for (path, before) in runners.unwrap_or_default() {
            let after = repository.file_at(seen, &path, MOST);
            let word = match &after {
                Some(after) if *after == before => continue,
                Some(_) => "changed",
                None => "deleted",
            };
            let location = after.map(|_| Location::file(&path));
            found.push(Loosened {
                key: path,
                before: "what runs this check".to_owned(),
                after: word.to_owned(),
                location,
            });
        }
        found
    }

    fn file(&self, before: &str, after: &str) -> Loosened {
        let location = Some(Location::file(self.path));
        Loosened { key: self.path.to_owned(), before: before.to_owned(), after: after.to_owned(), location }
    }

    /// The issue files that the policy and the command line name, as the base has them.
    fn issue_files(&self, policy: &Policy) -> Vec<IssueFile> {
        let given = self.ask.source.issues.iter().filter(|path| path.to_str().and_then(github_source).is_none());
        let named = given.filter_map(|path| Some((path.display().to_string(), inside(self.ask.repository, path)?)));
        let tracked = policy.issues.files.iter().map(|path| (path.clone(), path.clone()));
        let read = |(name, path): (String, String)| {
            let bytes = self.tree.file(&path).ok()??;
            Some(IssueFile { name, bytes })
        };
        named.chain(tracked).filter_map(read).collect()
    }

    fn approved_by(&self, limits: &mut Vec<Limit>) -> Vec<String> {
        let (ask, Some(head)) = (self.ask, self.head) else { return Vec::new() };
        let Some(repository) = ask.event.repository.as_deref().filter(|_| !ask.net.is_offline()) else {
            return Vec::new();
        };
        let mut commits = vec![head.to_string()];
        // What GitHub checks out on a pull request merges its last commit.
        let merged = ask.repository.parents(head).into_iter().nth(1);
        commits.extend(merged.filter(|_| ask.event.pull_request.is_some()));
        let asked = ask.net.block_on(async {
            let client = ask.net.github(Some(repository)).await?;
            policy_approval::approved_by(Arc::as_ref(&client), repository, &ask.event.review, &commits).await
        });
        asked.and_then(|asked| asked).unwrap_or_else(|error| {
            limits.push(policy_approval::unknown(&error.to_string()));
            Vec::new()
        })
    }
}

fn first(errors: &ConfigErrors) -> String {
    let at = errors.errors.first().map(|error| format!("line {}: {}", error.line, error.message));
    at.unwrap_or_else(|| errors.path.clone())
}

/// What the first configuration names and nobody asks before it is merged.
fn waiting(policy: &Policy, own: &str, path: &str) -> Option<Limit> {
    let strange = |source: &&String| {
        github_source(source).is_some_and(|name| !name.is_empty() && !name.eq_ignore_ascii_case(own))
    };
    let mut named: Vec<String> = policy.issues.sources.iter().flatten().filter(strange).cloned().collect();
    named.extend(policy.trackers.iter().map(|tracker| format!("{} (line {})", tracker.kind.name(), tracker.line)));
    named.extend(policy.subjects.iter().map(|subject| subject.repository.clone()));
    if named.is_empty() {
        return None;
    }
    let why = format!("{path} is not merged yet; what it names is not asked before: {}", named.join(", "));
    let remedy = "Merge the configuration first, or name sources with --issues.";
    let issues = [Constraint::DeployedDefectsAnalysed, Constraint::IssuesExamined, Constraint::ProcessAssessed];
    Some(Limit::new(LimitKind::Tracker, "sources of the first configuration", why, remedy).affecting(&issues))
}

/// What a change declares its own documents to be counts, but that they are none.
fn declare(policy: &mut Policy, proposed: &Policy, own: &BTreeSet<String>) {
    let (Ok(ours), Ok(theirs)) = (declarations(&policy.documents), declarations(&proposed.documents)) else { return };
    let said = |path: &&String| theirs.of(path).filter(|said| said.is != DeclaredAs::None && ours.of(path).is_none());
    let more: Vec<DeclaredPath> = own
        .iter()
        .filter_map(|path| Some(DeclaredPath { path: globset::escape(path), declaration: said(&path)?.clone() }))
        .collect();
    policy.documents.declared.extend(more);
}

/// The path of a file in the repository, with `/`; `None` outside it. The file need not be there.
fn inside(repository: &Repository, path: &Path) -> Option<String> {
    let root = repository.workdir()?;
    let whole = std::path::absolute(path).ok()?;
    let mut plain = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    let folder = plain.parent().and_then(|folder| folder.canonicalize().ok());
    let real = folder.zip(plain.file_name()).map(|(folder, name)| folder.join(name));
    let roots = [Some(root.to_owned()), root.canonicalize().ok()];
    let below = |path: &PathBuf| {
        roots.iter().flatten().find_map(|root| {
            let parts: Vec<String> = path
                .strip_prefix(root)
                .ok()?
                .components()
                .map(|part| part.as_os_str().to_string_lossy().into_owned())
                .collect();
            Some(parts.join("/"))
        })
    };
    below(&plain).or_else(|| below(real.as_ref()?))
}
