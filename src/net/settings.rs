//! How a client is to be: where it asks, as whom, and how patient it is.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::net::auth::{Auth, Proxies};
use crate::net::error::NetError;
use crate::net::ledger::Ledger;

/// How a client is to be: where it asks, as whom, and how patient it is.
#[derive(Clone)]
pub struct Settings {
    /// Root of the REST API, `https://api.github.com`, `https://ghe.example/api/v3`; paths of requests follow it.
    pub base: String,
    /// The GraphQL endpoint, where the server has one.
    pub graphql: Option<String>,
    /// As whom.
    pub auth: Auth,
    /// Permissions that the token is known to have, in the server's words.
    pub grants: Vec<String>,
    /// Sent with every request, beside the authentication.
    pub headers: Vec<(&'static str, String)>,
    /// Proxies, as the environment names them.
    pub proxies: Proxies,
    /// Certificates in PEM that are trusted beside the built-in roots.
    pub ca: Option<Vec<u8>>,
    /// Folder of the cache of answers; `None`: no cache.
    pub cache: Option<PathBuf>,
    /// One request may take so long, answer included.
    pub timeout: Duration,
    /// Tries of a request that may be repeated; at least 1.
    pub attempts: u32,
    /// The pause before the first repetition, at most; it doubles with each.
    pub pause: Duration,
    /// So long, in sum, the client waits for rate limits; what would take longer is given up.
    pub patience: Duration,
    /// Bytes of answers that are taken in one conversation.
    pub most_bytes: u64,
    /// Requests under way at once.
    pub concurrency: usize,
    /// Where it stands what may be sent, and what was heard; `None`: nobody counts.
    pub(crate) ledger: Option<Arc<Ledger>>,
    /// Told of every answer and every wait; for a display of the progress.
    pub progress: Arc<dyn Fn(NetProgress) + Send + Sync>,
}

/// What a client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetProgress {
    /// So many requests have been answered.
    Requests(usize),
    /// Waits for so long because the server asked for it.
    Waiting(Duration),
}

impl Settings {
    /// Settings with the usual patience: 30 seconds a request, 4 tries, 2 minutes for rate limits, 24 requests at once, 512 MiB in one conversation.
    pub fn new(base: &str, auth: Auth) -> Self {
        Settings {
            base: base.trim_end_matches('/').to_owned(),
            graphql: None,
            auth,
            grants: Vec::new(),
            headers: Vec::new(),
            proxies: Proxies::default(),
            ca: None,
            cache: None,
            timeout: Duration::from_secs(30),
            attempts: 4,
            pause: Duration::from_millis(500),
            patience: Duration::from_secs(120),
            most_bytes: 512 << 20,
            concurrency: 24,
            ledger: None,
            progress: Arc::new(|_| ()),
        }
    }
}

/// Scheme with host, and path, of an address.
pub(crate) fn split(address: &str) -> Result<(String, String), NetError> {
    let wrong =
        || NetError::Setup("the server's address (GITHUB_API_URL) is not of the form https://host/path".to_owned());
    let uri: http::Uri = address.parse().map_err(|_| wrong())?;
    let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(wrong)?;
    if !matches!(scheme, "http" | "https") || uri.query().is_some() || authority.as_str().contains('@') {
        return Err(wrong());
    }
    Ok((format!("{scheme}://{authority}"), uri.path().trim_end_matches('/').to_owned()))
}
