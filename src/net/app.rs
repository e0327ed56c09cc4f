//! As whom GitHub is asked where there is no token: as the app that the environment names, with a token of its installation.
//!
//! The statement that the app signs is made here with ring: octocrab's own `jwt` brings a second library for cryptography or a
//! provider of the same length, and keeps to itself which permissions the token was given.
#![expect(clippy::disallowed_methods, reason = "reads the app's key that the environment names")]

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use http::Method;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::Value;

use crate::net::auth::{Auth, Secret};
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::github::{Env, variable};
use crate::net::settings::Settings;

/// Does an app ask, because there is no token and one is named?
pub(crate) fn is_named(settings: &Settings, env: Env<'_>) -> bool {
    settings.auth == Auth::None && variable(env, "LOOKBACK_APP_ID").is_some()
}

/// May the app take a token of this repository's owner? It may of the owner of `own`, and of those that `LOOKBACK_APP_OWNERS` lists:
/// a configuration alone names no other.
pub(crate) fn may_ask(env: Env<'_>, own: &str, repository: &str) -> bool {
    let owner = |name: &str| name.split('/').next().unwrap_or_default().to_lowercase();
    let listed = variable(env, "LOOKBACK_APP_OWNERS").unwrap_or_default();
    let mut listed = listed.split(',').map(|name| name.trim().to_lowercase());
    owner(own) == owner(repository) || listed.any(|name| name == owner(repository))
}

/// A client of GitHub: with the token of `settings`, else as the app that the environment names (`LOOKBACK_APP_ID`,
/// `LOOKBACK_APP_KEY` or `LOOKBACK_APP_KEY_FILE`, `LOOKBACK_APP_INSTALLATION`), else as nobody. `repository` (`owner/name`) finds the
/// installation where it is not named.
pub(crate) async fn connect(
    settings: Settings,
    env: Env<'_>,
    repository: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Client, NetError> {
    let of = |name: &str| variable(env, name);
    let Some(app) = of("LOOKBACK_APP_ID").filter(|_| settings.auth == Auth::None) else { return Client::new(settings) };
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
    (as_app.auth, as_app.cache, as_app.ledger) = (Auth::Bearer(jwt), None, None);
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
struct Installation {
    id: u64,
}

#[derive(Deserialize)]
struct Token {
    token: String,
    #[serde(default)]
    permissions: BTreeMap<String, Value>,
}

/// The signed statement by which an app asks for its token: RS256, valid for nine minutes from a minute ago (GitHub allows ten).
pub(crate) fn jwt(app: &str, pem: &[u8], now: DateTime<Utc>) -> Result<String, NetError> {
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
    use super::may_ask;

    #[test]
    fn another_owner_is_asked_only_where_the_environment_says_so() {
        let listed = |name: &str| (name == "LOOKBACK_APP_OWNERS").then(|| "partner, Other".to_owned());
        for (repository, alone, with) in [
            ("acme/pump", true, true),
            ("ACME/valve", true, true),
            ("other/secret", false, true),
            ("otherorg/secret", false, false),
        ] {
            assert_eq!(
                (may_ask(&|_| None, "acme/pump", repository), may_ask(&listed, "acme/pump", repository)),
                (alone, with)
            );
        }
    }
}
