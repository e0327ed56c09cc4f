//! Do servers of issues still say what evidence was made of? Each answer is asked for again on condition; none is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};

use crate::collect::trackers::TRACKERS;
use crate::collect::trackers::source::places;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::ledger::Heard;
use crate::net::session::Net;
use lookback_core::model::{Policy, sha256};

/// Does everything that was heard still hold? What nobody can be asked for does not.
pub(crate) fn holds(heard: &[Heard], policy: &Policy, net: &Net<'_>) -> bool {
    heard.is_empty()
        || !net.is_offline() && net.block_on(asked(heard, policy, net)).is_ok_and(|holds| holds == Ok(true))
}

/// Who can be asked at all, in a word: what the environment says of it, a repository does not.
pub(crate) fn reach(policy: &Policy, net: &Net<'_>) -> String {
    let trackers = places(&TRACKERS, policy, net);
    let mut told: Vec<String> =
        trackers.into_iter().map(|place| place.map_or("-".to_owned(), |place| place.name)).collect();
    told.extend(
        ["GITHUB_API_URL", "LOOKBACK_APP_ID", "LOOKBACK_APP_OWNERS"].map(|name| net.variable(name).unwrap_or_default()),
    );
    sha256(told.join("\n").as_bytes())
}

async fn asked(heard: &[Heard], policy: &Policy, net: &Net<'_>) -> Result<bool, NetError> {
    let github = net.settings()?.base;
    let mut trackers = Vec::new();
    for place in places(&TRACKERS, policy, net).iter().flatten() {
        trackers.push(place.client(net).await?);
    }
    // An app has a client for each owner.
    let mut clients: BTreeMap<(&str, &str), Arc<Client>> = BTreeMap::new();
    let mut all = Vec::new();
    for one in heard {
        let repository = repository(&one.path).filter(|_| one.base == github).unwrap_or_default();
        let at = (one.base.as_str(), repository);
        let client = match clients.get(&at) {
            Some(client) => Arc::clone(client),
            None if one.base == github => net.github(Some(repository).filter(|name| !name.is_empty())).await?,
            None => match trackers.iter().find(|client| client.base() == one.base) {
                Some(client) => Arc::clone(client),
                None => return Ok(false),
            },
        };
        clients.insert(at, Arc::clone(&client));
        all.push((client, one));
    }
    let at_once = all.iter().map(|(client, _)| client.concurrency()).min().unwrap_or(1);
    let asked = all.iter().map(|(client, one)| client.still(one));
    let mut answers = stream::iter(asked).buffer_unordered(at_once);
    while let Some(holds) = answers.next().await {
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `owner/name` of a path of GitHub.
fn repository(path: &str) -> Option<&str> {
    let rest = path.split_once("/repos/")?.1;
    let end = rest.match_indices('/').nth(1).map_or(rest.len(), |(at, _)| at);
    rest[..end].split('?').next().filter(|name| name.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::repository;

    #[test]
    fn whose_path_it_is() {
        for (path, name) in [
            ("/repos/acme/pump", Some("acme/pump")),
            ("/api/v3/repos/acme/pump/issues?state=all", Some("acme/pump")),
            ("/repos/acme/pump?x=a/b", Some("acme/pump")),
            ("/user", None),
        ] {
            assert_eq!(repository(path), name, "{path}");
        }
    }
}
