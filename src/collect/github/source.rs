//! The row of GitHub in the table of sources.

use std::sync::Arc;

use crate::collect::error::CollectError;
use crate::collect::github::read;
use crate::collect::github::read::{GitHubRead, GitHubRequest};
use crate::collect::source::{Asked, Asking, Source, SourceAnswer};
use crate::net::error::NetError;
use lookback_core::intake::SourceRead;

/// The row of GitHub.
pub(crate) static GITHUB: Source = Source {
    name: "github",
    permissions: &[
        "metadata: read",
        "issues: read",
        "contents: read",
        "repository security advisories: read",
        "Dependabot alerts: read",
        "code scanning alerts: read",
        "secret scanning alerts: read",
    ],
    ask,
};

/// After every other source, so that what the team's own files and trackers say comes first.
const RANK: usize = usize::MAX;

fn ask<'a>(asking: &'a Asking<'a>) -> Result<Asked<'a>, CollectError> {
    let repositories = &asking.wanted.github;
    if repositories.is_empty() {
        return Ok(Asked::Now(Vec::new()));
    }
    if asking.net.is_offline() {
        return Ok(Asked::Now(vec![only(read::offline(repositories))]));
    }
    // Settings that are wrong stop the run before anybody is asked.
    asking.net.settings()?;
    Ok(Asked::Later(Box::pin(converse(asking))))
}

/// Every client is asked for the repositories that are its own.
async fn converse(asking: &Asking<'_>) -> Result<Vec<SourceAnswer>, CollectError> {
    let own = &asking.wanted.own;
    let mut askers: Vec<(String, Vec<String>)> = Vec::new();
    let mut answers = Vec::new();
    for repository in &asking.wanted.github {
        let Some(asker) = asking.net.asker(own, repository)? else {
            answers.push(only(read::foreign(repository)));
            continue;
        };
        match askers.iter_mut().find(|(known, _)| *known == asker) {
            Some((_, repositories)) => repositories.push(repository.clone()),
            None => askers.push((asker, vec![repository.clone()])),
        }
    }
    for (_, repositories) in &askers {
        answers.push(ask_one(asking, repositories).await?);
    }
    Ok(answers)
}

async fn ask_one(asking: &Asking<'_>, repositories: &[String]) -> Result<SourceAnswer, CollectError> {
    let client = match asking.net.github(repositories.first().map(String::as_str)).await {
        Ok(client) => client,
        Err(error @ NetError::Setup(_)) => return Err(error.into()),
        Err(error) => return Ok(only(read::unreachable(repositories, &error))),
    };
    let (own, policy, as_of) = (&asking.wanted.own, asking.policy, asking.as_of);
    let request = GitHubRequest { own, repositories, policy, as_of };
    let GitHubRead { read, published, visibilities, releases, summaries } =
        read::read(Arc::as_ref(&client), &request).await;
    Ok(SourceAnswer { rank: RANK, read, summaries, dates: published, releases, visibilities })
}

fn only(limits: Vec<lookback_core::model::Limit>) -> SourceAnswer {
    SourceAnswer { rank: RANK, read: SourceRead { limits, ..SourceRead::default() }, ..SourceAnswer::default() }
}
