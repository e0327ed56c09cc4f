//! The connection itself: TLS roots, proxies, who asks. A request goes in, status, headers and the whole body come out.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;
use reqwest::{NoProxy, Proxy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::net::auth::Auth;
use crate::net::error::{NetError, printable};
use crate::net::settings::Settings;

/// Larger answers are refused, in bytes.
const MAX_BODY: usize = 64 << 20;

/// An answer as it came.
pub(crate) struct Raw {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// One server that is asked.
pub(crate) struct Transport {
    crab: Octocrab,
    timeout: Duration,
}

impl Transport {
    /// A connection to the server of `origin` (`https://host:port`).
    pub(crate) fn new(origin: &str, settings: &Settings) -> Result<Self, NetError> {
        let wrong = |why: String| NetError::Setup(why);
        let http = http_client(settings)?;
        let mut builder = Octocrab::builder().base_uri(origin).map_err(|_| wrong(format!("{origin} is no address")))?;
        match &settings.auth {
            Auth::Basic { user, password } => builder = builder.basic_auth(user.clone(), password.reveal().to_owned()),
            Auth::Header { name, value } => {
                let name = name.parse().map_err(|_| wrong(format!("\"{name}\" is no name of a header")))?;
                builder = builder.add_header(name, value.reveal().to_owned());
            }
            Auth::None | Auth::Bearer(_) => {}
        }
        let mut crab = builder
            .build_with_reqwest(http)
            .map_err(|_| wrong("the token holds characters that no token has; check how it is set".into()))?;
        if let Auth::Bearer(token) = &settings.auth {
            if http::HeaderValue::from_str(token.reveal()).is_err() {
                return Err(wrong("the token holds characters that no token has; check how it is set".into()));
            }
            crab = crab
                .user_access_token(token.reveal().to_owned())
                .map_err(|_| wrong("the token cannot be used".into()))?;
        }
        Ok(Transport { crab, timeout: settings.timeout })
    }

    /// Sends one request and reads the whole answer. `path` begins with `/`.
    pub(crate) async fn once(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, String)],
        body: Option<&[u8]>,
    ) -> Result<Raw, NetError> {
        let failed = |why: String, sent: bool| NetError::Transport { path: shown(path), why, sent };
        let mut request = Request::builder().method(method.clone()).uri(path);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let bytes = body.map(<[u8]>::to_vec).unwrap_or_default();
        let request = request.body(bytes).map_err(|error| failed(format!("no valid request: {error}"), false))?;
        let exchange = async {
            let response = self.crab.execute(request).await.map_err(|error| {
                let (why, sent) = cause(&error);
                failed(why, sent)
            })?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, MAX_BODY).collect().await;
            let body = body.map_err(|error| failed(format!("the answer broke off: {}", innermost(&*error)), true))?;
            Ok(Raw { status: parts.status.as_u16(), headers: parts.headers, body: body.to_bytes().to_vec() })
        };
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(done) => done,
            Err(_) => Err(failed(format!("no answer within {} seconds", self.timeout.as_secs_f32()), true)),
        }
    }
}

/// A path for messages: queries can be long and say nothing to a reader.
pub(crate) fn shown(path: &str) -> String {
    printable(path.split('?').next().unwrap_or(path))
}

fn http_client(settings: &Settings) -> Result<reqwest::Client, NetError> {
    let wrong = |why: String| NetError::Setup(why);
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("lookback/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(settings.timeout.min(Duration::from_secs(10)))
        .pool_max_idle_per_host(settings.concurrency)
        .tls_backend_preconfigured(tls(settings.ca.as_deref())?)
        .no_proxy();
    let except = settings.proxies.except.as_deref().and_then(NoProxy::from_string);
    for (address, make) in [
        (&settings.proxies.http, Proxy::http as fn(String) -> reqwest::Result<Proxy>),
        (&settings.proxies.https, Proxy::https as fn(String) -> reqwest::Result<Proxy>),
    ] {
        if let Some(address) = address {
            // Its own words would show a password inside the address.
            let proxy = make(address.clone())
                .map_err(|_| wrong("the proxy of the environment (HTTPS_PROXY) is no address".into()))?;
            builder = builder.proxy(proxy.no_proxy(except.clone()));
        }
    }
    builder.build().map_err(|error| wrong(format!("cannot set up the network: {}", innermost(&error))))
}

/// The built-in roots and those that the user trusts beside them.
fn tls(ca: Option<&[u8]>) -> Result<rustls::ClientConfig, NetError> {
    let wrong = |why: String| NetError::Setup(why);
    let mut roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    if let Some(pem) = ca {
        let mut added = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate
                .map_err(|_| wrong("the file of extra certificates (SSL_CERT_FILE) is no PEM file".into()))?;
            // Bundles of systems hold a few that rustls does not take; the others still count.
            added += usize::from(roots.add(certificate).is_ok());
        }
        if added == 0 {
            return Err(wrong("the file of extra certificates (SSL_CERT_FILE) holds no usable certificate".into()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(format!("cannot set up TLS: {error}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// What went wrong, and whether the server may have got the request.
fn cause(error: &octocrab::Error) -> (String, bool) {
    let mut at: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut sent = true;
    while let Some(one) = at {
        if let Some(http) = one.downcast_ref::<reqwest::Error>() {
            sent = !(http.is_connect() || http.is_builder());
        }
        // A service error of octocrab says nothing of its own; the chain below does.
        at = match one.downcast_ref::<octocrab::Error>() {
            Some(octocrab::Error::Service { source, .. }) => Some(&**source),
            _ => one.source(),
        };
    }
    let why = match error {
        octocrab::Error::Service { source, .. } => innermost(&**source),
        _ => error.source().map_or_else(|| error.to_string(), innermost),
    };
    let what = if sent { "the connection broke off" } else { "no connection" };
    (format!("{what}: {why}"), sent)
}

/// The words of the first cause: those above only repeat the address.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut at = error;
    while let Some(source) = at.source() {
        at = source;
    }
    printable(&at.to_string())
}
