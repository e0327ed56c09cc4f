//! How to reach GitHub, from the environment: address, token, proxies, certificates. Owns no query.
#![expect(clippy::disallowed_methods, reason = "reads the certificates that the environment names")]

use std::path::{Path, PathBuf};

use crate::net::auth::{Auth, Proxies, Secret};
use crate::net::error::NetError;
use crate::net::settings::Settings;

/// Where the public GitHub answers.
const PUBLIC: &str = "https://api.github.com";

/// The environment as `main` hands it over.
pub type Env<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// A variable without white space around it; an empty one is none.
pub(crate) fn variable(env: Env<'_>, name: &str) -> Option<String> {
    env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Settings for GitHub. Reads `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`, `GITHUB_TOKEN` or `GH_TOKEN`, the proxies, and
/// `SSL_CERT_FILE`. A GitHub App's token is fetched by `app`.
pub(crate) fn settings(env: Env<'_>, cache: Option<&Path>, ca: Option<&Path>) -> Result<Settings, NetError> {
    let of = |name: &str| variable(env, name);
    let base = of("GITHUB_API_URL").unwrap_or_else(|| PUBLIC.to_owned());
    let auth = match of("GITHUB_TOKEN").or_else(|| of("GH_TOKEN")) {
        Some(token) => Auth::Bearer(Secret::new(&token)),
        None => Auth::None,
    };
    let mut settings = Settings::new(&base, auth);
    settings.graphql = Some(of("GITHUB_GRAPHQL_URL").unwrap_or_else(|| graphql_of(&settings.base)));
    settings.headers =
        vec![("accept", "application/vnd.github+json".to_owned()), ("x-github-api-version", "2022-11-28".to_owned())];
    settings.proxies = Proxies::from_env(env);
    settings.cache = cache.map(Path::to_owned);
    let ca = ca.map(Path::to_owned).or_else(|| of("SSL_CERT_FILE").map(PathBuf::from));
    if let Some(path) = ca {
        let pem = std::fs::read(&path).map_err(|error| {
            NetError::Setup(format!("cannot read the extra certificates in {}: {error}", path.display()))
        })?;
        settings.ca = Some(pem);
    }
    Ok(settings)
}

/// The GraphQL endpoint that belongs to a REST address: `…/api/graphql` beside `…/api/v3`, else `…/graphql`.
fn graphql_of(base: &str) -> String {
    match base.strip_suffix("/api/v3") {
        Some(host) => format!("{host}/api/graphql"),
        None => format!("{base}/graphql"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_of_a_server() {
        assert_eq!(graphql_of("https://api.github.com"), "https://api.github.com/graphql");
        assert_eq!(graphql_of("https://ghe.example/api/v3"), "https://ghe.example/api/graphql");
    }
}
