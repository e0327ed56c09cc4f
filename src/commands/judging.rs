//! Whose policy judges: that of the branch which a change is to be merged into, never one that the change brings with it. The one
//! place that decides what is trusted.

use git2::Oid;

use crate::collect::base_tree::{BaseTree, runs_checks};
use crate::collect::files::{MOST, NAME, find_config};
use crate::collect::git::checkout::{Checkout, Overlaid};
use crate::collect::git::commit_name::CommitName;
use crate::collect::git::repository::Repository;
use crate::collect::request::PolicyTip;
use crate::commands::arguments::SourceArguments;
use crate::commands::change::Change;
use crate::commands::policy::{Judging, distrusted, inside, parsed, policy_of, text};
use crate::error::Error;
use crate::event::{CiEvent, Running};
use crate::net::session::Net;
use lookback_core::judge::rules::policy_weakened::keys;
use lookback_core::model::{ConfigText, Judged, Limit, LimitKind, Policy, PolicyBase, github_source};
use lookback_reading::Constraint;

/// What is asked for.
pub(crate) struct PolicyQuestion<'a> {
    /// The repository that is looked at.
    pub repository: &'a Repository,
    /// Its name.
    pub own: &'a str,
    /// What the command line says.
    pub source: &'a SourceArguments,
    /// Are issues collected?
    pub collects: bool,
    /// The state that is judged.
    pub checkout: &'a Checkout,
    /// The branch whose policy judges; `None`: the revision's own.
    pub tip: Option<PolicyTip>,
    /// What started the run.
    pub event: &'a CiEvent,
    /// The network.
    pub net: &'a Net<'a>,
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
    let (Some(tip), Some(path)) = (&ask.tip, &path) else {
        // A day of the past is judged by the configuration that there is.
        let named = if source.as_of.is_some() { repository.resolve(source.rev.as_deref(), None)? } else { head };
        let named = if named == head { seen } else { named };
        // Without any commit what lies there is all that there is.
        let none = head.is_none() && repository.resolve(source.rev.as_deref(), None)?.is_none();
        let judged = if none { Judged::WorkTree } else { ask.checkout.judged };
        let config = find_config(repository, source.config.as_deref(), judged, named)?;
        if config.is_none() && ask.checkout.judged == Judged::Commit && ask.checkout.leaves(NAME) {
            return Err(Error::Usage(format!(
                "{NAME} is not in the commit that is judged; commit it, or name it with --config {NAME}"
            )));
        }
        let mut policy = policy_of(config.as_ref().map(|config| (config.path.as_str(), config.text.as_str())))?;
        // Anybody may have chosen a repository that the event does not name, with every file in it.
        if path.is_some() && ask.event.of_strangers() && !ask.event.is_about(own) {
            policy = distrusted(policy, own).not_in_force();
        }
        return Ok(Judging { policy, config, ..Judging::default() });
    };
    let name = ask.event.repository.as_deref();
    let tree = match BaseTree::find(repository, tip, ask.net, name)? {
        Ok(tree) => tree,
        Err(why) => return Ok(unread(tip, name, &why)),
    };
    let base = match tree.file(path, MOST) {
        Ok(base) => base.map(|bytes| text(&bytes)),
        Err(why) => return Ok(unread(tip, name, &why)),
    };
    let change = Change {
        repository,
        event: ask.event,
        net: ask.net,
        issues: ask.collects.then_some(source.issues.as_slice()),
        proposed: seen.and_then(|seen| repository.file_at(seen, path, MOST)).map(|bytes| text(&bytes)),
        fork: head.and_then(|head| forked_at(ask, &tree, head)),
        tree: &tree,
        head,
        seen,
        path,
    };
    let mut found = match base {
        Some(text) => match parsed(path, &text) {
            Ok(policy) => change.judged_by(policy, Some(ConfigText { path: path.clone(), text })),
            Err(errors) => return Ok(unread(tip, name, &format!("it has mistakes: {errors}"))),
        },
        None => match tree.runners() {
            Ok(runners) if runners.is_empty() => adopted(&change, own)?,
            Ok(_) => change.judged_by(Policy::default(), None),
            Err(why) => return Ok(unread(tip, name, &why)),
        },
    };
    if let Some(base) = &mut found.base {
        base.rev = tip.name();
    }
    Ok(found)
}

/// The last commit that the change and its base have in common. The server's own merge begins with the base as it was then, which may
/// be newer than what the event names.
fn forked_at(ask: &PolicyQuestion<'_>, tree: &BaseTree<'_>, head: Oid) -> Option<Oid> {
    let merge = ask.event.merge().is_some_and(|merge| merge == head.to_string());
    match ask.repository.parents(head).as_slice() {
        [base, _] if merge => Oid::from_str(base).ok(),
        _ => ask.repository.merge_base(tree.commit()?, head),
    }
}

/// The tree that is judged, as far as it says how.
fn seen(ask: &PolicyQuestion<'_>, head: Option<Oid>, config: &str) -> Result<Option<Oid>, Error> {
    let says_how = |path: &str| path == config || path == NAME || runs_checks(path);
    let wanted = Overlaid { judged: &says_how, beside: &|_| false, max_size: MOST };
    Ok(ask.repository.snapshot(ask.checkout, head, &wanted)?.tree)
}

/// By whose policy it would be judged is not known: it is not judged. `home`: the repository on GitHub.
fn unread(tip: &PolicyTip, home: Option<&str>, why: &str) -> Judging {
    let rev = tip.name();
    let why = format!("the policy that judges, that of {rev}, cannot be read: {why}");
    let remedy = match (&tip.revs[..], home) {
        ([CommitName::Default], _) => "Say which branch is the default one: set CI_DEFAULT_BRANCH to its name, or run `git remote set-head origin --auto` in the clone, which needs that branch too (docs/pull-requests.md).".to_owned(),
        (_, Some(_)) => "Check out the whole history (`fetch-depth: 0`), or give the token `contents: read`.".to_owned(),
        (revs, None) => match revs.iter().find_map(|name| if let CommitName::Branch(name) = name { Some(name) } else { None }) {
            Some(branch) => format!("Fetch the branch: `git fetch origin +refs/heads/{branch}:refs/remotes/origin/{branch}`, with the whole history."),
            None => "Fetch the branch that it goes into, with the whole history, and name it with --base.".to_owned(),
        },
    };
    let limit = Limit::new(LimitKind::PullRequest, "whose policy judges", why.clone(), remedy);
    Judging {
        base: Some(PolicyBase { rev, unread: Some(why), ..PolicyBase::default() }),
        limits: vec![limit.affecting(&Constraint::ALL)],
        ..Judging::default()
    }
}

/// There is nothing to be loosened yet. What the first configuration says of what may be shown, asked or written waits for the merge;
/// where a workflow runs that the change does not bring, somebody runs Lookback already, and what decides what fails waits too.
fn adopted(change: &Change<'_>, own: &str) -> Result<Judging, Error> {
    let Some(text) = &change.proposed else { return Ok(Judging::default()) };
    let meant = parsed(change.path, text)?;
    let loosened = keys::bounded(change.loosened(&Policy::default(), &meant, &|_| false));
    let mut limits: Vec<Limit> = waiting(&meant, own, change.path).into_iter().collect();
    let mut policy = distrusted(meant, own);
    if !runs_itself(change) {
        policy = policy.not_in_force();
        limits.push(prescribed(change.path));
    }
    Ok(Judging {
        policy,
        config: Some(ConfigText { path: change.path.to_owned(), text: text.clone() }),
        base: Some(PolicyBase { adopted: true, loosened, ..PolicyBase::default() }),
        limits,
        ..Judging::default()
    })
}

/// Does the change itself bring what runs Lookback?
fn runs_itself(change: &Change<'_>) -> bool {
    let Some(seen) = change.seen else { return false };
    match change.event.running() {
        _ if !change.event.ci => true,
        Running::Foreign | Running::Untold => false,
        Running::At(path) => {
            let after = change.repository.file_at(seen, path, MOST);
            after.is_some() && change.tree.file(path, MOST).is_ok_and(|before| before != after)
        }
    }
}

/// The first configuration decides less than it says.
fn prescribed(path: &str) -> Limit {
    Limit::new(
        LimitKind::Other,
        "what the first configuration decides",
        format!(
            "what runs Lookback here does not come with the change; lane, levels of rules, waivers and what is left out of {path} wait for the merge"
        ),
        "Merge the configuration first, or have the change bring the workflow that runs Lookback.",
    )
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
    Some(
        Limit::new(LimitKind::Tracker, "sources of the first configuration", why, remedy)
            .affecting(&Constraint::OF_ISSUES),
    )
}
