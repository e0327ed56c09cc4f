//! Repositories as their servers list them: an organisation of GitHub, a group of GitLab, through the one client. A list that is cut
//! off is none: what is missing in a plan nobody would miss.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use globset::GlobMatcher;
use serde::Deserialize;
use serde_json::Value;

use crate::fleet::error::FleetError;
use crate::fleet::names::way;
use crate::net::auth::{Auth, Secret};
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::session::Net;
use crate::net::settings::Settings;
use lookback_core::model::{PlannedRepository, Visibility};
use lookback_core::render::escape::line;

/// Which of them are wanted.
pub(crate) struct HostFilter {
    /// Names; empty: all.
    pub names: Vec<GlobMatcher>,
    /// One of these topics; empty: any.
    pub topics: Vec<String>,
    /// Custom properties of GitHub, all of them.
    pub properties: Vec<(String, String)>,
    /// Those that are archived too?
    pub archived: bool,
    /// Forks too?
    pub forks: bool,
}

/// One repository as its server tells of it.
struct Told {
    repository: PlannedRepository,
    archived: bool,
    fork: bool,
    topics: Vec<String>,
}

impl HostFilter {
    fn takes(&self, told: &Told) -> bool {
        let name = &told.repository.name;
        (self.archived || !told.archived)
            && (self.forks || !told.fork)
            && (self.names.is_empty() || self.names.iter().any(|glob| glob.is_match(name)))
            && (self.topics.is_empty() || told.topics.iter().any(|topic| self.topics.contains(topic)))
    }
}

#[derive(Deserialize)]
struct GitHubRepository {
    full_name: String,
    clone_url: String,
    default_branch: Option<String>,
    visibility: Option<String>,
    private: Option<bool>,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    fork: bool,
    pushed_at: Option<DateTime<Utc>>,
    #[serde(default)]
    topics: Vec<String>,
}

#[derive(Deserialize)]
struct GitHubProperties {
    repository_full_name: String,
    #[serde(default)]
    properties: Vec<GitHubProperty>,
}

#[derive(Deserialize)]
struct GitHubProperty {
    property_name: String,
    value: Value,
}

#[derive(Deserialize)]
struct GitLabProject {
    path_with_namespace: String,
    http_url_to_repo: String,
    default_branch: Option<String>,
    visibility: Option<String>,
    #[serde(default)]
    archived: bool,
    forked_from_project: Option<Value>,
    last_activity_at: Option<DateTime<Utc>>,
    #[serde(default)]
    topics: Vec<String>,
}

/// The repositories of an organisation of GitHub.
pub(crate) fn organisation(
    name: &str,
    filter: &HostFilter,
    net: &Net<'_>,
) -> Result<Vec<PlannedRepository>, FleetError> {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !plain {
        return Err(FleetError::mistake(
            format!("\"{}\" is no name of an organisation", line(name)),
            "Write the last part of its address: --org acme for https://github.com/acme.",
        ));
    }
    let asked = net.block_on(async {
        let client = net.github(None).await?;
        let told: Vec<GitHubRepository> =
            whole(&client, &format!("/orgs/{name}/repos?type=all&sort=full_name&per_page=100")).await?;
        let properties = if filter.properties.is_empty() {
            None
        } else {
            let told: Vec<GitHubProperties> =
                whole(&client, &format!("/orgs/{name}/properties/values?per_page=100")).await?;
            Some(told)
        };
        Ok((told, properties))
    })?;
    let (told, properties) = asked.map_err(|source| FleetError::List { of: name.to_owned(), source })?;
    let properties: Option<BTreeMap<String, Vec<GitHubProperty>>> = properties
        .map(|all| all.into_iter().map(|one| (one.repository_full_name.to_lowercase(), one.properties)).collect());
    let has = |name: &str| match &properties {
        None => true,
        Some(known) => {
            let own = known.get(&name.to_lowercase());
            filter.properties.iter().all(|(key, value)| {
                own.is_some_and(|own| own.iter().any(|one| one.property_name == *key && holds(&one.value, value)))
            })
        }
    };
    let told = told.into_iter().map(|one| Told {
        archived: one.archived,
        fork: one.fork,
        topics: one.topics,
        repository: PlannedRepository {
            visibility: Visibility::told(one.visibility.as_deref(), one.private),
            name: one.full_name,
            url: one.clone_url,
            branch: one.default_branch.filter(|branch| !branch.is_empty()),
            team: None,
            pushed: one.pushed_at,
            cost_ms: 0,
            shard: 1,
        },
    });
    wanted(told.filter(|one| has(&one.repository.name)), filter)
}

/// Is the property this text, or does its list hold it?
fn holds(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Array(list) => list.iter().any(|one| one.as_str() == Some(wanted)),
        Value::Bool(flag) => wanted == flag.to_string(),
        _ => false,
    }
}

/// The repositories of a group of GitLab, with those of its groups.
pub(crate) fn group(name: &str, filter: &HostFilter, net: &Net<'_>) -> Result<Vec<PlannedRepository>, FleetError> {
    if let Some((key, _)) = filter.properties.first() {
        return Err(FleetError::mistake(
            format!("GitLab knows no custom property ({})", line(key)),
            "Use --topic, or leave --property to --org.",
        ));
    }
    let base = net.variable("GITLAB_URL").or_else(|| net.variable("CI_SERVER_URL"));
    let base = base.unwrap_or_else(|| "https://gitlab.com".to_owned());
    let token = net.variable("GITLAB_TOKEN");
    let auth = token.map_or(Auth::None, |token| Auth::Header { name: "private-token", value: Secret::new(&token) });
    let encoded = percent_encoding::utf8_percent_encode(name.trim_matches('/'), percent_encoding::NON_ALPHANUMERIC);
    let path = format!(
        "/api/v4/groups/{encoded}/projects?include_subgroups=true&with_shared=false&order_by=id&sort=asc&per_page=100"
    );
    let told: Result<Vec<GitLabProject>, NetError> = net.block_on(async {
        let settings = Settings {
            base: base.trim_end_matches('/').to_owned(),
            graphql: None,
            auth,
            headers: vec![("accept", "application/json".to_owned())],
            ..net.settings()?
        };
        let client = net.server(settings).await?;
        whole(&client, &path).await
    })?;
    let told = told.map_err(|source| FleetError::List { of: name.to_owned(), source })?;
    let told = told.into_iter().map(|one| Told {
        archived: one.archived,
        fork: one.forked_from_project.is_some_and(|from| !from.is_null()),
        topics: one.topics,
        repository: PlannedRepository {
            name: one.path_with_namespace,
            url: one.http_url_to_repo,
            branch: one.default_branch.filter(|branch| !branch.is_empty()),
            visibility: Visibility::told(one.visibility.as_deref(), None),
            team: None,
            pushed: one.last_activity_at,
            cost_ms: 0,
            shard: 1,
        },
    });
    wanted(told, filter)
}

/// All pages, or why not.
async fn whole<T: serde::de::DeserializeOwned>(client: &Client, path: &str) -> Result<Vec<T>, NetError> {
    let pages = client.pages::<T>(path).await;
    pages.missing.map_or(Ok(pages.items), Err)
}

/// Those that are wanted, each once. An address that is not fetched from stops the plan.
fn wanted(told: impl Iterator<Item = Told>, filter: &HostFilter) -> Result<Vec<PlannedRepository>, FleetError> {
    let mut found: BTreeMap<String, PlannedRepository> = BTreeMap::new();
    for one in told.filter(|one| filter.takes(one)) {
        if let Err(why) = way(&one.repository.url) {
            return Err(FleetError::mistake(
                format!("the server names {} for {}: {why}", line(&one.repository.url), line(&one.repository.name)),
                "Name it in a file with --list, by an address that may be fetched from.",
            ));
        }
        // A list that grows while its pages are read shows a repository twice.
        found.insert(one.repository.name.clone(), one.repository);
    }
    Ok(found.into_values().collect())
}
