//! Trackers on the network, by the `[[tracker]]` tables of the configuration. What cannot be had is a limit that names the tracker,
//! the reason and what to do; never a pass, never a stop. The answers are read by the same readers as files.

use crate::collect::source::{Answered, Asked, Asking, Source};
use crate::collect::trackers::address::{TrackerAddress, TrackerAnswer};
use crate::collect::trackers::gitlab;
use crate::collect::trackers::jira;
use crate::net::error::NetError;
use crate::net::session::Net;
use futures_util::future::join_all;
use lookback_core::intake::SourceRead;
use lookback_core::intake::read as issues;
use lookback_core::model::Limit;
use lookback_core::model::{Policy, TrackerKind, TrackerPolicy};

/// The row of Jira.
pub(crate) static JIRA: Source = Source {
    name: "jira",
    permissions: &["Browse projects in every project of the query, and the security levels of its issues"],
    ask: |asking| Ok(ask(asking, |kind| kind != TrackerKind::Gitlab)),
};

/// The row of GitLab.
pub(crate) static GITLAB: Source = Source {
    name: "gitlab",
    permissions: &["scope read_api, role Reporter (Developer for vulnerabilities)"],
    ask: |asking| Ok(ask(asking, |kind| kind == TrackerKind::Gitlab)),
};

const REPORT: &str = "Report it with the version of the tracker; meanwhile name an export with --issues FILE.";

fn ask<'a>(asking: &'a Asking<'a>, wanted: fn(TrackerKind) -> bool) -> Asked<'a> {
    let mine = asking.policy.trackers.iter().enumerate().filter(|(_, tracker)| wanted(tracker.kind));
    let (policy, net) = (asking.policy, asking.net);
    // After the files, in the order of the configuration.
    let mut answers = Vec::new();
    let mut questions = Vec::new();
    for (at, tracker) in mine {
        let rank = at + 1;
        match address(tracker, net) {
            Ok(address) => questions.push(async move { answered(rank, tracker, &address, policy, net).await }),
            Err(limit) => answers.push(Answered::plain(rank, tracker.kind.name(), kind(tracker), None, only(*limit))),
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

fn kind(tracker: &TrackerPolicy) -> &'static str {
    if tracker.kind == TrackerKind::Gitlab { GITLAB.name } else { JIRA.name }
}

/// The address to ask at, where there is one and it may be asked.
fn address(tracker: &TrackerPolicy, net: &Net<'_>) -> Result<TrackerAddress, Box<Limit>> {
    let address = TrackerAddress::new(tracker, net)?;
    if net.is_offline() {
        let why = "the network is not to be used (--offline)";
        let remedy = "Run without --offline, or name an export of the tracker with --issues FILE.";
        return Err(Box::new(address.limit(tracker, why, remedy)));
    }
    Ok(address)
}

async fn answered(
    rank: usize,
    tracker: &TrackerPolicy,
    address: &TrackerAddress,
    policy: &Policy,
    net: &Net<'_>,
) -> Answered {
    let (seen, read) = match conversation(tracker, address, policy, net).await {
        Ok(got) => read(tracker, address, policy, got),
        Err(error) => (None, only(address.failed(tracker, &error))),
    };
    Answered::plain(rank, &address.name, kind(tracker), seen, read)
}

async fn conversation(
    tracker: &TrackerPolicy,
    address: &TrackerAddress,
    policy: &Policy,
    net: &Net<'_>,
) -> Result<TrackerAnswer, NetError> {
    let client = address.client(net).await?;
    Ok(match tracker.kind {
        TrackerKind::JiraCloud | TrackerKind::JiraDataCenter => {
            Box::pin(jira::fetch(&client, tracker, policy, address)).await
        }
        TrackerKind::Gitlab => Box::pin(gitlab::fetch(&client, tracker, policy, address)).await,
    })
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
