//! Where issues come from: sorts what the command line, the configuration and the environment name, and asks the trackers among
//! it. The one synchronous door to the collectors of the network.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::cli::Source;
use crate::collect::approvals;
use crate::collect::git::repository::Repository;
use crate::collect::github::read as github;
use crate::error::Error;
use crate::net::base as net;
use crate::net::base::{NetError, Progress};
use crate::net::github::Env;
use lookback_core::model::evidence::Evidence;
use lookback_core::model::policy::{Policy, github_source};

/// Where issues come from, as the command line, else the configuration, else the environment says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Issue files of the command line.
    pub files: Vec<PathBuf>,
    /// Repositories on GitHub; an empty name stands for this one with its subjects.
    pub github: Vec<String>,
}

impl Sources {
    /// Sorts what is named. In GitHub Actions GitHub is a source unless something else is named.
    pub fn of(source: &Source, policy: &Policy, env: Env<'_>) -> Self {
        let mut sources = Sources::default();
        for given in &source.issues {
            match given.to_str().and_then(github_source) {
                Some(name) => sources.github.push(name.to_owned()),
                None => sources.files.push(given.clone()),
            }
        }
        if source.issues.is_empty() {
            let in_actions = env("GITHUB_ACTIONS").as_deref() == Some("true") && !source.offline;
            let default = if in_actions { vec!["github".to_owned()] } else { Vec::new() };
            let named = policy.issues.sources.as_ref().unwrap_or(&default);
            sources.github.extend(named.iter().filter_map(|text| github_source(text)).map(str::to_owned));
        }
        sources
    }
}

impl Sources {
    /// The repositories that are asked for on GitHub; none when it is no source.
    pub fn github_repositories(&self, repository: &Repository, policy: &Policy, env: Env<'_>) -> Vec<String> {
        if self.github.is_empty() {
            return Vec::new();
        }
        named(self, repository, policy, env).map(|(_, names)| names).unwrap_or_default()
    }
}

/// What asking takes from the world.
pub struct Asked<'a> {
    /// The environment.
    pub env: Env<'a>,
    /// The time.
    pub now: DateTime<Utc>,
    /// Today in UTC.
    pub today: NaiveDate,
}

/// Asks GitHub for what the sources name. Fails only where the settings are wrong; what cannot be had is a limit.
pub fn ask(
    sources: &Sources,
    repository: &Repository,
    policy: &Policy,
    source: &Source,
    world: &Asked<'_>,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<github::Found, Error> {
    let mut found = github::Found::default();
    if sources.github.is_empty() {
        return Ok(found);
    }
    let (own, repositories) = named(sources, repository, policy, world.env)?;
    if source.offline {
        found.read.limits = github::offline(&repositories);
        return Ok(found);
    }
    let extra = crate::net::github::Extra { cache: source.cache.as_deref(), ca: source.ca.as_deref() };
    let mut settings = crate::net::github::settings(world.env, &extra)?;
    settings.progress = Arc::new(progress);
    let as_of = source.as_of.unwrap_or(world.today);
    let ask = github::Ask { own: &own, repositories: &repositories, policy, as_of };
    net::block_on(async {
        match crate::net::github::connect(settings, world.env, repositories.first().map(String::as_str), world.now)
            .await
        {
            Ok(client) => Ok(Box::pin(github::read(&client, &ask)).await),
            Err(error @ NetError::Setup(_)) => Err(error.into()),
            Err(error) => {
                found.read.limits = github::unreachable(&repositories, &error);
                Ok(found)
            }
        }
    })?
}

/// Asks GitHub, where it is a source, how it vouches for the commits of the records of this repository.
pub fn vouch(
    sources: &Sources,
    repository: &Repository,
    policy: &Policy,
    source: &Source,
    world: &Asked<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if sources.github.is_empty() || source.offline {
        return Ok(());
    }
    let (own, repositories) = named(sources, repository, policy, world.env)?;
    if !repositories.iter().any(|name| name.eq_ignore_ascii_case(&own)) {
        return Ok(());
    }
    let extra = crate::net::github::Extra { cache: source.cache.as_deref(), ca: source.ca.as_deref() };
    let settings = crate::net::github::settings(world.env, &extra)?;
    net::block_on(async {
        // Where nobody can be asked, the limits of the issues say so.
        if let Ok(client) = crate::net::github::connect(settings, world.env, Some(&own), world.now).await {
            approvals::read(&client, &own, evidence).await;
        }
    })?;
    Ok(())
}

/// The name of this repository on GitHub, and all that are to be asked for.
fn named(
    sources: &Sources,
    repository: &Repository,
    policy: &Policy,
    env: Env<'_>,
) -> Result<(String, Vec<String>), Error> {
    let is_name = |name: &String| github_source(&format!("github:{name}")).is_some();
    let own = Some(repository.name()).filter(is_name).or_else(|| env("GITHUB_REPOSITORY").filter(is_name));
    let mut names: Vec<String> = Vec::new();
    for name in &sources.github {
        if !name.is_empty() {
            names.push(name.clone());
            continue;
        }
        names.extend(own.clone());
        names.extend(policy.subjects.iter().map(|subject| subject.repository.clone()));
        if own.is_none() && policy.subjects.is_empty() {
            return Err(Error::Usage(
                "the repository has no remote called origin that names it on GitHub; write --issues github:owner/name"
                    .to_owned(),
            ));
        }
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.to_lowercase()));
    // Without a name of its own, the one repository that is asked for is this one.
    let own = own.or_else(|| names.first().cloned()).unwrap_or_default();
    Ok((own, names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_sorted_and_defaulted() {
        let of = |given: &[&str], configured: Option<&[&str]>, actions: bool, offline: bool| {
            let source = Source { issues: given.iter().map(PathBuf::from).collect(), offline, ..Source::default() };
            let mut policy = Policy::default();
            policy.issues.sources = configured.map(|list| list.iter().map(|text| (*text).to_owned()).collect());
            let env = |name: &str| (actions && name == "GITHUB_ACTIONS").then(|| "true".to_owned());
            let sources = Sources::of(&source, &policy, &env);
            let files: Vec<String> = sources.files.iter().map(|path| path.display().to_string()).collect();
            (files, sources.github)
        };
        let both = |files: &[&str], github: &[&str]| {
            let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            (owned(files), owned(github))
        };
        // On a terminal nothing is asked unless it is named.
        assert_eq!(of(&[], None, false, false), both(&[], &[]));
        assert_eq!(of(&[], Some(&["github:a/b"]), false, false), both(&[], &["a/b"]));
        assert_eq!(of(&["github"], None, false, false), both(&[], &[""]));
        // A file is a file when it is written like one.
        let given = ["./github", "github:a", "github:a/b/c", "issues.csv", "github:../x"];
        assert_eq!(of(&given, None, false, false), both(&given, &[]));
        // In Actions GitHub is the default, and gives way to whatever is named.
        assert_eq!(of(&[], None, true, false), both(&[], &[""]));
        assert_eq!(of(&[], Some(&[]), true, false), both(&[], &[]));
        assert_eq!(of(&["x.json"], None, true, false), both(&["x.json"], &[]));
        assert_eq!(of(&[], None, true, true), both(&[], &[]));
        // What was asked for is asked for, also offline, so that it becomes a limit.
        assert_eq!(of(&["github"], None, true, true), both(&[], &[""]));
    }
}
