//! How to reach GitHub, from the environment: address, token or app, proxies, certificates. Owns no query.
#![expect(clippy::disallowed_methods, reason = "reads the app's key and the certificates that the environment names")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use http::Method;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::Value;

use crate::net::base::{Auth, Client, NetError, Proxies, Secret, Settings};

/// Where the public GitHub answers.
pub const PUBLIC: &str = "https://api.github.com";

/// The environment as `main` hands it over.
pub type Env<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// What the command line adds to the environment.
#[derive(Clone, Debug, Default)]
pub struct Extra<'a> {
    /// Folder of the cache.
    pub cache: Option<&'a Path>,
    /// A file with more certificates.
    pub ca: Option<&'a Path>,
}

/// Settings for GitHub. Reads `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`, `GITHUB_TOKEN` or `GH_TOKEN`, the proxies, and
/// `SSL_CERT_FILE`. A GitHub App's token is fetched by [`connect`].
pub fn settings(env: Env<'_>, extra: &Extra<'_>) -> Result<Settings, NetError> {
    let of = |name: &str| env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
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
    settings.cache = extra.cache.map(Path::to_owned);
    let ca = extra.ca.map(Path::to_owned).or_else(|| of("SSL_CERT_FILE").map(PathBuf::from));
    if let Some(path) = ca {
        let pem = std::fs::read(&path).map_err(|error| {
            NetError::Setup(format!("cannot read the extra certificates in {}: {error}", path.display()))
        })?;
        settings.ca = Some(pem);
    }
    Ok(settings)
}

/// A client of GitHub: with the token of `settings`, else as the app that the environment names (`LOOKBACK_APP_ID`,
/// `LOOKBACK_APP_KEY` or `LOOKBACK_APP_KEY_FILE`, `LOOKBACK_APP_INSTALLATION`), else as nobody. `repository` (`owner/name`) finds the
/// installation where it is not named.
pub async fn connect(
    settings: Settings,
    env: Env<'_>,
    repository: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Client, NetError> {
    let of = |name: &str| env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let (Auth::None, Some(app)) = (&settings.auth, of("LOOKBACK_APP_ID")) else { return Client::new(settings) };
    let pem = match (of("LOOKBACK_APP_KEY"), of("LOOKBACK_APP_KEY_FILE")) {
        (Some(key), _) => key.into_bytes(),
        (None, Some(file)) => std::fs::read(&file)
            .map_err(|error| NetError::Setup(format!("cannot read the app's private key in {file}: {error}")))?,
        (None, None) => {
            let why =
                "LOOKBACK_APP_ID is set without LOOKBACK_APP_KEY or LOOKBACK_APP_KEY_FILE (the app's private key)";
            return Err(NetError::Setup(why.to_owned()));
        }
    };
    let jwt = Secret::new(&jwt(&app, &pem, now)?);
    let mut as_app = settings.clone();
    (as_app.auth, as_app.cache) = (Auth::Bearer(jwt), None);
    let as_app = Client::new(as_app)?;
    let installation = match (of("LOOKBACK_APP_INSTALLATION"), repository) {
        (Some(id), _) => id,
        (None, Some(repository)) => {
            as_app.get::<Installation>(&format!("/repos/{repository}/installation")).await?.value.id.to_string()
        }
        (None, None) => {
            return Err(NetError::Setup("name the app's installation: LOOKBACK_APP_INSTALLATION".to_owned()));
        }
    };
    if !installation.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NetError::Setup("LOOKBACK_APP_INSTALLATION is not a number".to_owned()));
    }
    let path = format!("/app/installations/{installation}/access_tokens");
    let mut tries = 0;
    let token: Token = loop {
        tries += 1;
        // One token more than needed does no harm.
        match as_app.send(Method::POST, &path, &Value::Object(Default::default())).await {
            Err(NetError::Transport { .. }) if tries < settings.attempts => tokio::time::sleep(settings.pause).await,
            answer => break answer?,
        }
    };
    let grants = token.permissions.into_keys().collect();
    Client::new(Settings { auth: Auth::Bearer(Secret::new(&token.token)), grants, ..settings })
}

#[derive(Deserialize)]
pub struct Installation {
    id: u64,
}

#[derive(Deserialize)]
pub struct Token {
    token: String,
    #[serde(default)]
    permissions: BTreeMap<String, Value>,
}

/// The GraphQL endpoint that belongs to a REST address: `…/api/graphql` beside `…/api/v3`, else `…/graphql`.
pub fn graphql_of(base: &str) -> String {
    match base.strip_suffix("/api/v3") {
        Some(host) => format!("{host}/api/graphql"),
        None => format!("{base}/graphql"),
    }
}

/// The signed statement by which an app asks for its token: RS256, valid for nine minutes from a minute ago (GitHub allows ten).
pub fn jwt(app: &str, pem: &[u8], now: DateTime<Utc>) -> Result<String, NetError> {
    let wrong = || {
        NetError::Setup("the app's private key is no RSA key in PEM; download one from the app's settings".to_owned())
    };
    let key = match PrivateKeyDer::from_pem_slice(pem).map_err(|_| wrong())? {
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
        _ => return Err(wrong()),
    }
    .map_err(|_| wrong())?;
    let now = now.timestamp();
    let claims = serde_json::json!({ "iat": now - 60, "exp": now + 480, "iss": app });
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).map_err(|_| wrong())?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(&signature)))
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
