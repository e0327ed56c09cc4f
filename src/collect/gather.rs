//! The one door to what the run is about: opens the repository, walks its history while the network is asked, reads its documents
//! and issue files, and hands over one immutable `Evidence`. Everything that could not be seen becomes a limit.

use std::collections::BTreeSet;
use std::sync::mpsc;

use crate::collect::actions;
use crate::collect::actions::Followed;
use crate::collect::answers;
use crate::collect::approvals;
use crate::collect::changes;
use crate::collect::confirmations;
use crate::collect::documents::{ReadDocuments, read_documents};
use crate::collect::error::CollectError;
use crate::collect::files::{IssueFile, NAME, issue_files};
use crate::collect::filter::declarations;
use crate::collect::git::absent::AbsentObjects;
use crate::collect::git::checkout::Snapshot;
use crate::collect::git::error::GitError;
use crate::collect::git::graph::Walk;
use crate::collect::git::releases::ReleaseTags;
use crate::collect::git::repository::Repository;
use crate::collect::git::walk::WalkOptions;
use crate::collect::history;
use crate::collect::history::WalkedHistory;
use crate::collect::issue_files::taken_away;
use crate::collect::logs::{LogReader, date_entries};
use crate::collect::originals::Originals;
use crate::collect::past;
use crate::collect::past::PastSource;
use crate::collect::request::Request;
use crate::collect::source::{Answers, Asking, summarised};
use crate::collect::state::{histories, snapshot, uncommitted};
use crate::collect::subjects;
use crate::collect::subjects::{CloneWalk, WalkedProduct};
use crate::collect::wanted::Wanted;
use crate::net::session::Net;
use chrono::NaiveDate;
use lookback_core::join::candidates;
use lookback_core::join::commits;
use lookback_core::join::commits::Tracked;
use lookback_core::join::embargo;
use lookback_core::join::embargo::Audience;
use lookback_core::model::Policy;
use lookback_core::model::{
    EVIDENCE_VERSION, Evidence, History, Issue, Judged, Limit, LimitKind, Past, Release, SourceSummary, Subject,
};
use lookback_reading::{Constraint, Reader};

/// Collects everything that the request asks for, by the policy of its configuration.
pub fn collect(request: &Request, policy: &Policy, net: &Net<'_>) -> Result<Evidence, CollectError> {
    gather(request, policy, net, KeptBeside::Nothing).map(|gathered| gathered.evidence)
}

/// What else is to be kept of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeptBeside {
    /// The evidence is all.
    Nothing,
    /// What the repository held of reviews on every day before.
    Past,
    /// The files that the evidence was made of.
    Originals,
}

/// What a run gathered.
pub(crate) struct Gathered {
    /// What was seen.
    pub evidence: Evidence,
    /// See [`KeptBeside::Past`].
    pub past: Option<Past>,
    /// See [`KeptBeside::Originals`].
    pub originals: Option<Originals>,
}

/// Collects, and keeps what else is asked for.
pub(crate) fn gather(
    request: &Request,
    policy: &Policy,
    net: &Net<'_>,
    beside: KeptBeside,
) -> Result<Gathered, CollectError> {
    let repository = Repository::open(&request.repository)?.noting(request.absent.as_ref());
    let name = request.own.clone().unwrap_or_else(|| repository.name());
    let as_of = request.as_of.unwrap_or(request.today);
    let wanted = Wanted::new(request, policy, &name)?;
    let head = repository.resolve(request.rev.as_deref(), request.as_of)?;
    let seen = snapshot(&repository, request, policy, head)?;
    // What trackers say of a day of the past stands in the files that there are.
    let named = if request.as_of.is_some() { repository.resolve(request.rev.as_deref(), None)? } else { head };
    let named = if named == head { seen.tree } else { named };
    let judged = request.checkout.judged;
    let files =
        issue_files(&repository, &wanted.files, (policy, request.config.as_ref()), judged, named, &request.base_files)?;
    let asking = Asking { policy, net, files: &files, wanted: &wanted, as_of, today: request.today.max(as_of) };

    let nothing = |_: usize| ();
    let progress: &(dyn Fn(usize) + Sync) = match &request.progress {
        Some(progress) => progress.as_ref(),
        None => &nothing,
    };
    let Read { walk, answers, reader, mut documents } =
        read((&repository, request.absent.as_ref()), &seen, &asking, &name, progress)?;
    let Answers { issues: mut told, others, mut limits, summaries, releases: published, visibilities, .. } = answers;
    limits.extend(request.limits.iter().cloned());
    taken_away(&request.base_files, policy, &mut told, &mut limits);
    if head.is_none() {
        limits.push(nothing_to_look_at(request.as_of));
    } else if policy.issues.history_alone() || !asks_beside_the_history(&wanted, &files, policy, request) {
        limits.push(only_the_history(policy));
    }
    limits.extend(wanted.passed_over());
    if request.config.is_none() && seen.uncommitted.contains_key(NAME) {
        limits.push(without_configuration());
    }
    limits.append(&mut documents.limits);
    limits.extend(walk.limits.iter().cloned());
    let paths: Vec<String> = documents.found.iter().map(|document| document.path.clone()).collect();
    let today = request.today.min(as_of);
    let (histories, more) = histories(&repository, &walk, &seen, &paths, today);
    limits.extend(more);
    for (document, history) in documents.found.iter_mut().zip(histories) {
        document.history = history;
    }
    let declared = declarations(&policy.documents)?;
    let (reader, max_size) = (&reader, policy.documents.max_size);
    let with = LogReader { repository: &repository, reader, declared: &declared, max_size };
    limits.extend(date_entries(&mut documents.found, &with));
    let tracked = actions::named(others, &documents.found, &name);
    let followed = Followed { repository: &repository, walk: &walk, seen: &seen, name: &name, defects: &told };
    let traces = actions::traces(&documents.found, &followed);
    let past = if beside == KeptBeside::Past {
        let (repository, walk, seen) = (&repository, &walk, &seen);
        let policy = &policy.documents;
        Some(past::recorded(&PastSource { repository, walk, seen, as_of, today, policy, reader })?)
    } else {
        None
    };
    let config = request.config.as_ref().map(|config| config.path.as_str());
    let changes = match &request.base {
        Some(base) => Some(changes::changes(&repository, base, &seen, &policy.documents, config, reader, &mut limits)?),
        None => None,
    };
    let confirmations = confirmations::read(&repository, &walk, &seen, changes.as_ref(), &mut limits);
    let clones = CloneWalk {
        root: repository.workdir(),
        within: request.workspace.as_deref(),
        own: &name,
        as_of: request.as_of,
        day: as_of,
        asked: &wanted.github,
        absent: request.absent.as_ref(),
        progress,
    };
    let products = subjects::walk(policy, &clones, &mut limits);
    let releases = all_releases(&walk, &products, &published);
    // Without an event, those read it who may read the repository, wherever it lies.
    let address = repository.web_url().map(|url| url.trim_start_matches("https://").to_lowercase());
    let mut own = [Some(wanted.own.to_lowercase()), address].into_iter().flatten();
    let sink = request.sink.or(own.find_map(|name| visibilities.get(&name).copied()));
    let audience = Audience { sink, visibilities: &visibilities, own: &name };
    limits.extend(subjects::masked(&products, &audience));
    let JoinedIssues { issues, candidates, from_history } =
        join_issues(told, (&repository, &walk), &products, &releases, policy, &audience, &mut limits);
    limits.sort();
    limits.dedup();
    let origin = repository.web_url();
    let uncommitted = uncommitted(&seen, &documents.found);
    let originals = (beside == KeptBeside::Originals)
        .then(|| Originals::new((repository, seen.tree), files, &issues, &audience, policy));
    let mut evidence = Evidence {
        schema_version: EVIDENCE_VERSION,
        subject: Subject {
            repository: name,
            revision: head.map(|id| id.to_string()),
            as_of,
            // What is clean is the commit.
            judged: if uncommitted.is_empty() { Judged::Commit } else { judged },
            uncommitted,
            not_looked_at: seen.left,
        },
        config: request.config.clone(),
        origin,
        history: History { commits: walk.commits, first: walk.first, last: walk.last },
        documents: documents.found,
        documents_read: documents.read,
        releases,
        issues,
        candidates,
        tracked,
        traces,
        limits,
        unseen: documents.unseen,
        changes,
        sink,
        visibilities,
        sources: summaries.into_iter().chain(from_history).collect(),
        confirmations,
        policy_base: request.policy_base.clone(),
    };
    embargo::mask(&mut evidence, policy);
    vouch(&wanted, net, &mut evidence)?;
    Ok(Gathered { evidence, past, originals })
}

/// What is read of the world, before it is put together.
struct Read {
    walk: Walk,
    answers: Answers,
    reader: Reader,
    documents: ReadDocuments,
}

/// The history is walked on a thread of its own, with its own handle, while servers answer and then while documents are read:
/// only the dates of its releases wait for the servers, only the ids in documents wait for the issues.
fn read(
    (repository, absent): (&Repository, Option<&AbsentObjects>),
    seen: &Snapshot,
    asking: &Asking<'_>,
    name: &str,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Read, CollectError> {
    let (policy, as_of) = (asking.policy, asking.as_of);
    let options = WalkOptions {
        tags: ReleaseTags { release: &policy.releases.tag, prerelease: &policy.releases.prerelease },
        tracker_keys: &policy.issues.tracker_keys,
        modules: &policy.issues.modules,
        progress,
    };
    let asked = answers::prepare(asking)?;
    let second = Repository::open(repository.path())?.noting(absent);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        let options = &options;
        // Where no dates come, asking has failed, and nobody looks at the walk.
        let walking =
            scope.spawn(move || second.walk(seen.commit, as_of, options, || receive.recv().unwrap_or_default()));
        let answers = answers::answers(asked, asking.net);
        // Nobody hears it where the walk has failed already.
        drop(answers.as_ref().map(|answers| send.send(answers.dates.clone())));
        drop(send);
        let answers = answers?;
        let odd: Vec<String> =
            answers.issues.iter().flat_map(|issue| issue.aliases.iter().chain([&issue.id]).cloned()).collect();
        let reader = Reader::new(&policy.issues.tracker_keys, &odd).with_products(subjects::words(policy, name));
        let documents = read_documents(repository, seen, &policy.documents, &reader)?;
        let walk =
            walking.join().map_err(|_| GitError::Internal("walking the history stopped unexpectedly".to_owned()))?;
        Ok(Read { walk: walk?, answers, reader, documents })
    })
}

/// Asks GitHub, where it is a source, how it vouches for the commits of the records of this repository.
fn vouch(wanted: &Wanted, net: &Net<'_>, evidence: &mut Evidence) -> Result<(), CollectError> {
    if net.is_offline() || !wanted.github.iter().any(|name| name.eq_ignore_ascii_case(&wanted.own)) {
        return Ok(());
    }
    net.settings()?;
    net.block_on(async {
        // Where nobody can be asked, the limits of the issues say so.
        if let Ok(client) = net.github(Some(&wanted.own)).await {
            approvals::read(&client, &wanted.own, evidence).await;
        }
    })?;
    Ok(())
}

fn nothing_to_look_at(as_of: Option<NaiveDate>) -> Limit {
    let why = match as_of {
        Some(day) => format!("no commit of the revision is dated {day} or earlier"),
        None => "the repository has no commit yet".to_owned(),
    };
    Limit::new(
        LimitKind::NothingToLookAt,
        "documents and history",
        why,
        "Commit something, or choose a later date with --as-of or another revision with --rev.",
    )
    .affecting(&Constraint::ALL)
}

/// The configuration was committed, and is gone from what is judged: its sources are not asked, and what it decides does not hold.
fn without_configuration() -> Limit {
    let why = "it is in the commit and no longer here, so the defaults judge, and nothing that it names is read";
    let remedy = "Bring it back (`git checkout -- lookback.toml`), or commit its removal.";
    Limit::new(LimitKind::IssueSource, NAME, why, remedy).affecting(&Constraint::OF_ISSUES)
}

/// Is anything a source of issues but the commits? One that could not answer is: it has a limit of its own.
fn asks_beside_the_history(wanted: &Wanted, files: &[IssueFile], policy: &Policy, request: &Request) -> bool {
    !files.is_empty() || !request.base_files.is_empty() || !wanted.github.is_empty() || !policy.trackers.is_empty()
}

/// Commits tell of what was fixed, and of nothing that is open: that they tell of every issue is the team's word, shown with its reason.
fn only_the_history(policy: &Policy) -> Limit {
    let what = "sources of security issues";
    if let Some(reason) = policy.issues.sources_reason.as_deref().filter(|_| policy.issues.history_alone()) {
        let why = format!("the history is the only one: {reason}");
        let remedy = "Take \"history\" out of issues.sources as soon as there is a tracker.";
        return Limit::new(LimitKind::Other, what, why, remedy);
    }
    let why = if policy.issues.from_history {
        "nothing but the history was asked, so an issue that no commit names is not known"
    } else {
        "none was asked, so no issue is known"
    };
    let remedy = "Name one: an export (--issues FILE, or `files` under [issues]), GitHub (`sources = [\"github\"]`) or a [[tracker]]. Where commits tell of every issue, write `sources = [\"history\"]` with `sources_reason`.";
    Limit::new(LimitKind::IssueSource, what, why, remedy).affecting(&Constraint::OF_ISSUES)
}

/// Releases of this repository and of the products, by date. What a clone and the network both know counts once, by the clone's date.
fn all_releases(walk: &Walk, products: &[WalkedProduct], published: &[Release]) -> Vec<Release> {
    let mut releases = walk.releases.clone();
    for product in products {
        releases.extend(product.walk.releases.iter().map(|release| subjects::named(release, &product.repository)));
    }
    let known: BTreeSet<String> = releases.iter().map(|release| release.tag.to_lowercase()).collect();
    releases.extend(published.iter().filter(|release| !known.contains(&release.tag.to_lowercase())).cloned());
    releases.sort_by_key(|release| release.date);
    releases
}

/// What is known of security problems, from all sources.
struct JoinedIssues {
    issues: Vec<Issue>,
    candidates: Vec<Issue>,
    from_history: Option<SourceSummary>,
}

fn join_issues(
    mut told: Vec<Issue>,
    (git, walk): (&Repository, &Walk),
    products: &[WalkedProduct],
    releases: &[Release],
    policy: &Policy,
    audience: &Audience<'_>,
    limits: &mut Vec<Limit>,
) -> JoinedIssues {
    let repository = audience.own;
    let tracked = Tracked::new(&told);
    let is_key = |id: &str| policy.issues.tracker_keys.iter().any(|pattern| pattern.is_match(id));
    let mut summary = None;
    let mut candidates = Vec::new();
    if policy.issues.from_history {
        let mut from_history = commits::issues(&walk.references, is_key);
        candidates = candidates::candidates(&walk.references, is_key);
        for product in products {
            let mut of_product = commits::issues(&product.walk.references, is_key);
            subjects::placed(&mut of_product, &product.repository);
            from_history.append(&mut of_product);
            let mut suspected = candidates::candidates(&product.walk.references, is_key);
            for one in &mut suspected {
                subjects::belongs(one, &product.repository);
            }
            candidates.append(&mut suspected);
        }
        for issue in &mut from_history {
            tracked.defer(issue);
        }
        let seen = walk.commits + products.iter().map(|product| product.walk.commits).sum::<usize>();
        summary = Some(summarised(history::SOURCE, history::SOURCE, Some(seen), from_history.len(), walk.limits.len()));
        told.extend(from_history);
    }
    let mut issues = lookback_core::join::issues::join(told, repository);
    audience.mark(&mut issues);
    commits::attach_plain_fixes(&mut issues, &walk.references, repository, repository, &tracked);
    let mut places = vec![WalkedHistory { product: None, walk, repository: git }];
    for product in products {
        commits::attach_plain_fixes(&mut issues, &product.walk.references, &product.repository, repository, &tracked);
        places.push(WalkedHistory {
            product: Some(&product.repository),
            walk: &product.walk,
            repository: &product.clone,
        });
    }
    history::complete(&mut issues, &places, releases, limits);
    candidates = candidates::unknown(candidates, &issues);
    history::complete(&mut candidates, &places, releases, limits);
    JoinedIssues { issues, candidates, from_history: summary }
}
