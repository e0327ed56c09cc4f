//! From arguments to evidence: collected anew, or read from a file that was collected before.
#![expect(clippy::disallowed_methods, reason = "reads the files that the user names")]

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use git2::Oid;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::collect::files::read_text;
use crate::collect::gather::{Gathered, KeptBeside, gather};
use crate::collect::git::commit_name::CommitName;
use crate::collect::git::repository::Repository;
use crate::collect::originals::Originals;
use crate::collect::request::{Base, PolicyTip, Request};
use crate::collect::since::leave_out;
use crate::commands::arguments::{InputArguments, Manner, SourceArguments};
use crate::commands::chosen::checkout;
use crate::commands::judging::{PolicyQuestion, judging};
use crate::commands::policy::{Judging, distrusted, inside, policy_of};
use crate::commands::speaks::LookedAt;
use crate::error::Error;
use crate::event::CiEvent;
use crate::net::session::{Net, NetOptions};
use crate::net::settings::NetProgress;
use crate::world::World;
use lookback_core::join::embargo;
use lookback_core::judge::verdict::judge;
use lookback_core::model::Past;
use lookback_core::model::Policy;
use lookback_core::model::Report;
use lookback_core::model::Visibility;
use lookback_core::model::{EVIDENCE_VERSION, Evidence};
use lookback_core::render::bag;
use lookback_core::render::next::places;

/// Which lane a command judges in.
#[derive(Clone, Copy)]
pub(crate) enum JudgedAs<'a> {
    /// The whole state, also on a pull request.
    Everything,
    /// The whole state, and every day before.
    EveryDay,
    /// The whole state as everybody may know it, with the files that it was made of.
    ForEverybody,
    /// As a pull request against this revision, or as the event tells.
    Lane(Option<&'a str>),
}

/// The evidence with the policy and the date to judge it by.
pub(crate) struct ToJudge {
    /// What was seen.
    pub evidence: Evidence,
    /// What is asked.
    pub policy: Policy,
    /// For which day.
    pub as_of: NaiveDate,
    /// How the revision came to be looked at.
    pub looked_at: LookedAt,
    /// What started the run, with what the clone knows.
    pub event: CiEvent,
    /// What the repository held on other days; `None`: nobody asked, or evidence was read that does not say.
    pub past: Option<Past>,
    /// The files that the evidence was made of, where somebody asked for them.
    pub originals: Option<Originals>,
}

/// The network of a run, as its arguments have it. Nothing is asked, and no thread started, before somebody needs it.
pub(crate) fn network<'n, 'w: 'n>(source: &'n SourceArguments, bars: &Bars, world: &World<'w>) -> Net<'n> {
    let requests = bars.requests.clone();
    let progress = move |progress| match progress {
        NetProgress::Requests(n) => requests.set_position(n as u64),
        NetProgress::Waiting(wait) => requests.set_message(format!("(waits {} s for its rate limit)", wait.as_secs())),
    };
    let options = NetOptions {
        offline: source.offline,
        cache: source.cache.as_deref(),
        ca: source.ca.as_deref(),
        progress: Some(Arc::new(progress)),
    };
    Net::new(world.env, world.now, options)
}

/// The event that started the run; outside GitHub Actions there is none.
pub(crate) fn event(world: &World) -> CiEvent {
    let payload = (world.env)("GITHUB_EVENT_PATH").and_then(|path| std::fs::read_to_string(path).ok());
    CiEvent::new(world.env, payload.as_deref())
}

/// The event, and what the clone knows beside it.
fn event_in(repository: &Repository, world: &World) -> CiEvent {
    let address = repository.web_url();
    event(world).in_clone(&repository.name(), address.as_deref(), repository.default_branch(), repository.has_remotes())
}

/// The evidence, the policy and the date to judge for.
pub(crate) fn input(
    input: &InputArguments,
    lane: JudgedAs<'_>,
    net: &Net<'_>,
    bars: &Bars,
    world: &World,
) -> Result<ToJudge, Error> {
    let mut judged = match &input.evidence {
        None => collected(&input.source, lane, net, bars, world)?,
        Some(path) => read_back(path, input, world)?,
    };
    leave_out(&mut judged.evidence, &judged.policy);
    Ok(judged)
}

/// What was collected before.
fn read_back(path: &Path, input: &InputArguments, world: &World) -> Result<ToJudge, Error> {
    let mut evidence = read_evidence(path)?;
    let event = event(world);
    let policy = if let Some(path) = &input.source.config {
        configured(path, &mut evidence, world)?
    } else {
        // Who hands over evidence does not say what may be shown, asked or written.
        let config = evidence.config.as_ref().map(|config| (config.path.as_str(), config.text.as_str()));
        distrusted(policy_of(config)?, &evidence.subject.repository)
    };
    let as_of = input.source.as_of.unwrap_or(evidence.subject.as_of);
    // What was collected in private may be judged where the log is public.
    evidence.sink = event.visibility.or(evidence.sink);
    embargo::mask(&mut evidence, &policy);
    let looked_at = LookedAt { from_file: true, ..LookedAt::default() };
    Ok(ToJudge { evidence, policy, as_of, looked_at, event, past: None, originals: None })
}

/// The policy of a configuration that the command line names beside evidence. One that lies in a repository is that of the branch
/// whose policy judges there, as it is without evidence.
fn configured(path: &Path, evidence: &mut Evidence, world: &World) -> Result<Policy, Error> {
    // The repository that the run stands in: one nested in it (a submodule) would be of the change's own choosing.
    let folder = Path::new(".");
    let repository = Repository::open(folder).ok().filter(|repository| inside(repository, path).is_some());
    let Some(repository) = repository else { return policy_of(Some((&path.display().to_string(), &read_text(path)?))) };
    let source =
        SourceArguments { repo: Some(folder.to_owned()), config: Some(path.to_owned()), ..SourceArguments::default() };
    let event = event_in(&repository, world);
    let net = &Net::new(world.env, world.now, NetOptions { offline: true, ..NetOptions::default() });
    let (checkout, _) = checkout(&repository, &source, world)?;
    let commit = repository.resolve(None, None)?.map(|commit| commit.to_string());
    let (own, tip) = (event.own(&repository.name()), event.policy_tip(&repository.name(), commit.as_deref()));
    let ask = PolicyQuestion {
        repository: &repository,
        own: &own,
        source: &source,
        collects: false,
        checkout: &checkout,
        tip,
        event: &event,
        net,
    };
    let Judging { policy, base, limits, .. } = judging(&ask)?;
    evidence.limits.extend(limits);
    evidence.limits.sort();
    evidence.limits.dedup();
    evidence.policy_base = base.or(evidence.policy_base.take());
    Ok(policy)
}

/// What a command that judges the whole state reports.
pub(crate) fn judged(from: &InputArguments, manner: &Manner, world: &World) -> Result<Report, Error> {
    let ToJudge { evidence, policy, as_of, .. } = everything(from, manner, world)?;
    Ok(report_on(&evidence, &policy, as_of, false))
}

/// The judgement of evidence for a day, with what its next step needs to know.
pub(crate) fn report_on(evidence: &Evidence, policy: &Policy, as_of: NaiveDate, strict: bool) -> Report {
    let mut report = judge(evidence, policy, as_of, strict);
    report.next_population.places = places(&report, evidence, policy);
    report
}

/// What a command judges that looks at the whole state.
pub(crate) fn everything(from: &InputArguments, manner: &Manner, world: &World) -> Result<ToJudge, Error> {
    let bars = Bars::new(manner, world);
    let net = network(&from.source, &bars, world);
    input(from, JudgedAs::Everything, &net, &bars, world)
}

/// The same, with what the repository held on every day before.
pub(crate) fn every_day(from: &InputArguments, manner: &Manner, world: &World) -> Result<ToJudge, Error> {
    let bars = Bars::new(manner, world);
    let net = network(&from.source, &bars, world);
    input(from, JudgedAs::EveryDay, &net, &bars, world)
}

/// Collects what the arguments name.
pub(crate) fn collected(
    source: &SourceArguments,
    lane: JudgedAs<'_>,
    net: &Net<'_>,
    bars: &Bars,
    world: &World,
) -> Result<ToJudge, Error> {
    let path = source.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    let repository = Repository::open(&path)?;
    if let Some(cache) = source.cache.as_deref().filter(|cache| repository.tracks(cache)) {
        return Err(Error::Usage(format!(
            "the cache {} is tracked by Git: what a commit brings is no answer of a server; name a folder that Git ignores",
            cache.display()
        )));
    }
    let (event, clone) = (event_in(&repository, world), repository.name());
    let own = event.own(&clone);
    let commit = repository.resolve(source.rev.as_deref(), None)?.map(|commit| commit.to_string());
    let of_event = event.base(&clone);
    let (base, tip) = match lane {
        JudgedAs::Lane(Some(rev)) => {
            let revs = vec![CommitName::Written(rev.to_owned())];
            // Who names the base does not say that the pull request of the event was looked at.
            let (head, merge) = of_event.map_or((None, None), |base| (base.head, base.merge));
            (Some(Base { revs: revs.clone(), head, merge, by_hand: true }), Some(PolicyTip { revs, by_hand: true }))
        }
        JudgedAs::Lane(None) => (of_event, event.policy_tip(&clone, commit.as_deref())),
        JudgedAs::Everything | JudgedAs::EveryDay | JudgedAs::ForEverybody => {
            (None, event.policy_tip(&clone, commit.as_deref()))
        }
    };
    let (checkout, not_compared) = checkout(&repository, source, world)?;
    let ask = PolicyQuestion {
        repository: &repository,
        own: &own,
        source,
        collects: true,
        checkout: &checkout,
        tip,
        event: &event,
        net,
    };
    let Judging { policy, config, base: policy_base, files: base_files, mut limits } = judging(&ask)?;
    limits.extend(not_compared);
    let walked = bars.commits.clone();
    let request = Request {
        repository: path,
        rev: source.rev.clone(),
        as_of: source.as_of,
        checkout,
        today: world.today,
        base,
        config,
        policy_base,
        base_files,
        limits,
        sink: match lane {
            JudgedAs::ForEverybody => Some(Visibility::Public),
            _ => event.visibility.filter(|_| event.is_about(&clone)),
        },
        issues: source.issues.clone(),
        github_by_default: (world.env)("GITHUB_ACTIONS").as_deref() == Some("true") && !source.offline,
        github_name: (world.env)("GITHUB_REPOSITORY"),
        own: Some(own),
        workspace: ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].iter().find_map(|name| (world.env)(name)).map(PathBuf::from),
        absent: None,
        progress: Some(Arc::new(move |n| walked.set_position(n as u64))),
    };
    let beside = match lane {
        JudgedAs::EveryDay => KeptBeside::Past,
        JudgedAs::ForEverybody => KeptBeside::Originals,
        JudgedAs::Everything | JudgedAs::Lane(_) => KeptBeside::Nothing,
    };
    let gathered = gather(&request, &policy, net, beside);
    bars.clear();
    let Gathered { evidence, past, originals } = gathered?;
    let as_of = evidence.subject.as_of;
    let looked_at = looked_at(&repository, source, evidence.subject.revision.as_deref())?;
    Ok(ToJudge { evidence, policy, as_of, looked_at, event, past, originals })
}

/// How the revision came to be looked at: as it is checked out, or chosen in another way.
fn looked_at(repository: &Repository, source: &SourceArguments, revision: Option<&str>) -> Result<LookedAt, Error> {
    let tip = repository.resolve(None, None)?.map(|commit| commit.to_string());
    let chosen = if source.rev.is_some() {
        Some("for a revision that --rev names")
    } else if tip.as_deref() != revision {
        Some("for a day that leaves commits of it out (--as-of)")
    } else {
        None
    };
    let merges = revision.and_then(|revision| Oid::from_str(revision).ok());
    let merges = merges.and_then(|commit| repository.parents(commit).into_iter().nth(1));
    // Where the clone does not know it, the user does.
    let default_tip = repository.named(&CommitName::Default).ok().map(|commit| commit.to_string());
    Ok(LookedAt { from_file: false, chosen, merges, default_tip })
}

/// Counters on standard error, on a terminal only; they appear only when something takes long enough to be noticed.
pub(crate) struct Bars {
    requests: ProgressBar,
    commits: ProgressBar,
}

impl Bars {
    /// Counters for a run of this manner.
    pub(crate) fn new(manner: &Manner, world: &World) -> Self {
        if !world.error_terminal || manner.quiet {
            return Bars { requests: ProgressBar::hidden(), commits: ProgressBar::hidden() };
        }
        let both = MultiProgress::new();
        let bar = |template: &str| {
            let bar = both.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        };
        Bars {
            requests: bar("{spinner} {human_pos} requests to servers {msg}"),
            commits: bar("{spinner} {human_pos} commits"),
        }
    }

    fn clear(&self) {
        self.requests.finish_and_clear();
        self.commits.finish_and_clear();
    }
}

fn read_evidence(path: &Path) -> Result<Evidence, Error> {
    let wrong = |why: String| Error::Evidence { path: path.display().to_string(), why };
    let bytes = if path == Path::new("-") { from_stdin() } else { std::fs::read(path) };
    let mut bytes = bytes.map_err(|source| Error::NoEvidence { path: path.display().to_string(), source })?;
    if bag::is_pack(&bytes) {
        bytes = bag::open(&bytes).map_err(|source| Error::Pack { path: path.display().to_string(), source })?;
    }
    let evidence: Evidence = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if evidence.schema_version != EVIDENCE_VERSION {
        return Err(wrong(format!("it has version {}, this is {EVIDENCE_VERSION}", evidence.schema_version)));
    }
    Ok(evidence)
}

fn from_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}
