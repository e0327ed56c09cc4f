//! Trackers on the network, by the `[[tracker]]` tables of the configuration. What cannot be had is a limit that names the tracker,
//! the reason and what to do; never a pass, never a stop. The answers are read by the same readers as files.

use crate::collect::source::{Asked, Asking, SourceAnswer};
use crate::collect::trackers::address::{TrackerAddress, TrackerAnswer};
use crate::collect::trackers::tracker::{Question, Tracker};
use crate::net::error::NetError;
use crate::net::session::Net;
use futures_util::future::join_all;
use lookback_core::intake::SourceRead;
use lookback_core::intake::read as issues;
use lookback_core::model::Limit;
use lookback_core::model::{Policy, TrackerPolicy};

const REPORT: &str = "Report it with the version of the tracker; meanwhile name an export with --issues FILE.";

/// Asks every table of the configuration that is of this tracker.
pub(crate) fn ask<'a>(asking: &'a Asking<'a>, asked: &'static Tracker) -> Asked<'a> {
    let mine = asking.policy.trackers.iter().enumerate().filter(|(_, tracker)| asked.kinds.contains(&tracker.kind));
    let (policy, net) = (asking.policy, asking.net);
    // After the files, in the order of the configuration.
    let mut answers = Vec::new();
    let mut questions = Vec::new();
    for (at, tracker) in mine {
        let rank = at + 1;
        match address(asked, tracker, net) {
            Ok(address) => questions.push(async move { answered(rank, asked, tracker, &address, policy, net).await }),
            Err(limit) => {
                answers.push(SourceAnswer::plain(rank, tracker.kind.name(), asked.source.name, None, only(*limit)));
            }
        }
    }
    if questions.is_empty() {
        return Asked::Now(answers);
    }
    Asked::Later(Box::pin(async move {
        answers.extend(join_all(questions).await);
        Ok(answers)
    }))
}

/// The address to ask at, where there is one and it may be asked.
fn address(asked: &Tracker, tracker: &TrackerPolicy, net: &Net<'_>) -> Result<TrackerAddress, Box<Limit>> {
    let account = (asked.account)(tracker.kind, &|name| net.variable(name));
    let address = TrackerAddress::new(tracker, account)?;
    if net.is_offline() {
        let why = "the network is not to be used (--offline)";
        let remedy = "Run without --offline, or name an export of the tracker with --issues FILE.";
        return Err(Box::new(address.limit(tracker, why, remedy)));
    }
    Ok(address)
}

/// Where the trackers of a policy are, of which some may be known by the environment alone; `None`: nobody can be asked.
pub(crate) fn places(kinds: &[&'static Tracker], policy: &Policy, net: &Net<'_>) -> Vec<Option<TrackerAddress>> {
    let of = |tracker: &TrackerPolicy| {
        let asked = kinds.iter().find(|asked| asked.kinds.contains(&tracker.kind))?;
        address(asked, tracker, net).ok()
    };
    policy.trackers.iter().map(of).collect()
}

async fn answered(
    rank: usize,
    asked: &'static Tracker,
    tracker: &TrackerPolicy,
    address: &TrackerAddress,
    policy: &Policy,
    net: &Net<'_>,
) -> SourceAnswer {
    let (visibility, (seen, mut read)) = match conversation(asked, tracker, address, policy, net).await {
        Ok(got) => (got.visibility, read(tracker, address, policy, got)),
        Err(error) => (None, (None, only(address.failed(tracker, &error)))),
    };
    // A project that says who may read it is a repository as any other.
    let told = visibility.map(|visibility| (address.name.to_lowercase(), visibility));
    for issue in read.issues.iter_mut().chain(&mut read.others).filter(|_| told.is_some()) {
        issue.repositories.insert(address.name.clone());
    }
    let plain = SourceAnswer::plain(rank, &address.name, asked.source.name, seen, read);
    SourceAnswer { visibilities: told.into_iter().collect(), ..plain }
}

async fn conversation(
    asked: &'static Tracker,
    tracker: &TrackerPolicy,
    place: &TrackerAddress,
    policy: &Policy,
    net: &Net<'_>,
) -> Result<TrackerAnswer, NetError> {
    let client = &*place.client(net).await?;
    Ok((asked.fetch)(&Question { client, tracker, policy, place }).await)
}

fn read(
    tracker: &TrackerPolicy,
    address: &TrackerAddress,
    policy: &Policy,
    mut got: TrackerAnswer,
) -> (Option<usize>, SourceRead) {
    if !address.authenticated() {
        let why = format!("it was asked without a token ({}), so only what is public was seen", address.why_nobody);
        got.limits.push(address.limit(tracker, &why, address.remedy));
    }
    let mut all = SourceRead { limits: got.limits, ..SourceRead::default() };
    for values in [&got.values, &got.more] {
        match issues::read_answers(&address.name, values, policy) {
            Ok(mut read) => {
                all.issues.append(&mut read.issues);
                all.others.append(&mut read.others);
                all.limits.append(&mut read.limits);
            }
            Err(error) => all.limits.push(address.limit(tracker, &error.to_string(), REPORT)),
        }
    }
    (Some(got.seen), all)
}

fn only(limit: Limit) -> SourceRead {
    SourceRead { limits: vec![limit], ..SourceRead::default() }
}
