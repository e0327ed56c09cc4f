//! From arguments to evidence: collected anew, or read from a file that was collected before.
#![expect(clippy::disallowed_methods, reason = "reads the files that the user names")]

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::collect::files::{find_config, read_text};
use crate::collect::gather;
use crate::collect::git::repository::Repository;
use crate::collect::request::{Base, Request};
use crate::commands::arguments::{InputArguments, Manner, SourceArguments};
use crate::error::Error;
use crate::event::CiEvent;
use crate::net::session::{Net, NetOptions};
use crate::net::settings::NetProgress;
use crate::world::World;
use lookback_core::config::parse as config;
use lookback_core::join::embargo;
use lookback_core::judge::catalog as rules;
use lookback_core::judge::verdict as judge;
use lookback_core::model::Policy;
use lookback_core::model::Report;
use lookback_core::model::{EVIDENCE_VERSION, Evidence};

/// Which lane a command judges in.
#[derive(Clone, Copy)]
pub(crate) enum JudgedAs<'a> {
    /// The whole state, also on a pull request.
    Everything,
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

/// The evidence, the policy and the date to judge for.
pub(crate) fn input(
    input: &InputArguments,
    lane: JudgedAs<'_>,
    net: &Net<'_>,
    bars: &Bars,
    world: &World,
) -> Result<ToJudge, Error> {
    let Some(path) = &input.evidence else { return collected(&input.source, lane, net, bars, world) };
    let mut evidence = read_evidence(path)?;
    let policy = match &input.source.config {
        Some(path) => policy_of(Some((&path.display().to_string(), &read_text(path)?)))?,
        None => policy_of(evidence.config.as_ref().map(|config| (config.path.as_str(), config.text.as_str())))?,
    };
    let as_of = input.source.as_of.unwrap_or(evidence.subject.as_of);
    // What was collected in private may be judged where the log is public.
    evidence.private = event(world).private.or(evidence.private);
    embargo::mask(&mut evidence, policy.show_embargoed);
    Ok(ToJudge { evidence, policy, as_of })
}

/// What a command that judges the whole state reports.
pub(crate) fn judged(from: &InputArguments, manner: &Manner, world: &World) -> Result<Report, Error> {
    let ToJudge { evidence, policy, as_of } = everything(from, manner, world)?;
    Ok(judge::judge(&evidence, &policy, as_of, false))
}

/// What a command judges that looks at the whole state.
pub(crate) fn everything(from: &InputArguments, manner: &Manner, world: &World) -> Result<ToJudge, Error> {
    let bars = Bars::new(manner, world);
    let net = network(&from.source, &bars, world);
    input(from, JudgedAs::Everything, &net, &bars, world)
}

/// The policy of a configuration (path and text); the defaults where there is none.
pub(crate) fn policy_of(config: Option<(&str, &str)>) -> Result<Policy, Error> {
    match config {
        Some((path, text)) => Ok(config::parse(text, path, &rules::ids())?),
        None => Ok(Policy::default()),
    }
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
    let found = find_config(&repository, source.config.as_deref(), source.rev.as_deref())?;
    let policy = policy_of(found.as_ref().map(|config| (config.path.as_str(), config.text.as_str())))?;
    let event = event(world);
    let base = match lane {
        JudgedAs::Everything => None,
        JudgedAs::Lane(Some(rev)) => Some(Base { rev: rev.to_owned(), head: None, by_hand: true }),
        JudgedAs::Lane(None) => event.base(&repository.name()),
    };
    let walked = bars.commits.clone();
    let request = Request {
        repository: path,
        rev: source.rev.clone(),
        as_of: source.as_of,
        today: world.today,
        base,
        config: found,
        private: event.private.filter(|_| event.is_about(&repository.name())),
        issues: source.issues.clone(),
        github_by_default: (world.env)("GITHUB_ACTIONS").as_deref() == Some("true") && !source.offline,
        github_name: (world.env)("GITHUB_REPOSITORY"),
        progress: Some(Arc::new(move |n| walked.set_position(n as u64))),
    };
    let evidence = gather::collect(&request, &policy, net);
    bars.clear();
    let evidence = evidence?;
    let as_of = evidence.subject.as_of;
    Ok(ToJudge { evidence, policy, as_of })
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
    let text = if path == Path::new("-") {
        io::read_to_string(io::stdin()).map_err(|error| wrong(error.to_string()))?
    } else {
        std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?
    };
    let evidence: Evidence = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if evidence.schema_version != EVIDENCE_VERSION {
        return Err(wrong(format!("it has version {}, this is {EVIDENCE_VERSION}", evidence.schema_version)));
    }
    Ok(evidence)
}
