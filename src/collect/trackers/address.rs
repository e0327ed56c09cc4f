//! Where a tracker is and as whom it is asked. A token goes only to the address that the environment gives it to.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::net::auth::Auth;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::session::Net;
use crate::net::settings::Settings;
use lookback_core::model::TrackerPolicy;
use lookback_core::model::{Limit, LimitKind, Visibility};
use lookback_reading::Constraint;

/// What one tracker answered, still as JSON.
#[derive(Default)]
pub(crate) struct TrackerAnswer {
    pub values: Vec<serde_json::Value>,
    /// Answers in another format than the first.
    pub more: Vec<serde_json::Value>,
    pub limits: Vec<Limit>,
    /// How many it holds, security issues or not.
    pub seen: usize,
    /// Who may read the project, where the tracker says.
    pub visibility: Option<Visibility>,
}

/// Bytes of answers that are taken from one tracker: they are kept as JSON until they are read.
const MOST_BYTES: u64 = 64 << 20;

/// As whom a kind of tracker is asked, as the environment has it.
pub(crate) struct Account {
    /// The address that the token is for.
    pub own: Option<String>,
    /// The variable that names it.
    pub variable: &'static str,
    /// The token as its server wants it, or why it cannot be used; `None`: there is none.
    pub token: Option<Result<Auth, String>>,
    /// How to ask as somebody.
    pub remedy: &'static str,
    /// What the user must be allowed.
    pub needs: &'static str,
}

/// Where a tracker is and as whom it is asked.
pub(crate) struct TrackerAddress {
    /// Its address without a slash at the end.
    url: String,
    /// How it is called among the sources.
    pub name: String,
    auth: Auth,
    /// Why nobody in particular asks.
    pub why_nobody: String,
    /// How to ask as somebody.
    pub remedy: &'static str,
    needs: &'static str,
}

impl TrackerAddress {
    /// Address and token. A token goes only to the address that the environment gives it to: the configuration lies in the
    /// repository, and whoever may change it must not learn the token.
    pub(crate) fn new(tracker: &TrackerPolicy, account: Account) -> Result<Self, Box<Limit>> {
        let Account { own, variable, token, remedy, needs } = account;
        let url = tracker.url.clone().or_else(|| own.clone()).unwrap_or_default();
        let url = url.trim_end_matches('/').to_owned();
        let Some(at) = origin(&url) else {
            let why = format!("no address is known: neither `url` in its table nor {variable}");
            return Err(Box::new(limit(
                &format!("issues of {}", tracker.kind.name()),
                &why,
                "Add `url = \"https://…\"` to the [[tracker]] table.",
            )));
        };
        let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned();
        let name = if tracker.project.is_empty() { host } else { format!("{host}/{}", tracker.project) };
        let same = own.as_deref().and_then(origin) == Some(at);
        let (auth, why_nobody) = match token {
            None => (Auth::None, "none is set".to_owned()),
            Some(_) if !same => {
                let of = own.unwrap_or_else(|| "no address".to_owned());
                (Auth::None, format!("the token is for {of}, and this is {url}"))
            }
            Some(Err(why)) => (Auth::None, why),
            Some(Ok(auth)) => (auth, String::new()),
        };
        Ok(TrackerAddress { url, name, auth, why_nobody, remedy, needs })
    }

    /// Does anybody in particular ask?
    pub(crate) fn authenticated(&self) -> bool {
        self.auth != Auth::None
    }

    /// A client with the proxies, certificates and cache of the environment.
    pub(crate) async fn client(&self, net: &Net<'_>) -> Result<Arc<Client>, NetError> {
        let settings = Settings {
            base: self.url.clone(),
            graphql: Some(format!("{}/api/graphql", self.url)),
            auth: self.auth.clone(),
            headers: vec![("accept", "application/json".to_owned())],
            most_bytes: MOST_BYTES,
            ..net.settings()?
        };
        net.server(settings).await
    }

    /// What could not be seen of it.
    pub(crate) fn limit(&self, tracker: &TrackerPolicy, why: &str, remedy: &str) -> Limit {
        limit(&format!("issues of {} at {}", tracker.kind.name(), self.name), why, remedy)
    }

    /// Why the whole tracker could not be asked.
    pub(crate) fn failed(&self, tracker: &TrackerPolicy, error: &NetError) -> Limit {
        self.limit(tracker, &error.to_string(), &self.advice(tracker, error))
    }

    /// What to do about a refusal.
    fn advice(&self, tracker: &TrackerPolicy, error: &NetError) -> String {
        let may = self.needs;
        match error {
            NetError::Permission { .. } if !self.authenticated() => format!("{} {may}", self.remedy),
            NetError::Permission { .. } => may.to_owned(),
            NetError::NotFound { .. } => {
                format!("Check `url` and `project` of the [[tracker]] in line {}. {may}", tracker.line)
            }
            NetError::Rejected { .. } => format!("Check `query` of the [[tracker]] in line {}.", tracker.line),
            NetError::RateLimited { .. } => "Run again later, or with --cache DIR.".to_owned(),
            NetError::Budget { .. } => {
                "Narrow it (`project`, `query`), or name an export of the tracker with --issues FILE.".to_owned()
            }
            _ => "Run again; or name an export of the tracker with --issues FILE.".to_owned(),
        }
    }
}

pub(crate) fn limit(what: &str, why: &str, remedy: &str) -> Limit {
    use Constraint::{DeployedDefectsAnalysed, IssuesExamined, ProcessAssessed};
    Limit::new(LimitKind::Tracker, what, why, remedy).affecting(&[
        DeployedDefectsAnalysed,
        IssuesExamined,
        ProcessAssessed,
    ])
}

/// Scheme, host and port of an address; `None` when it is none.
pub(crate) fn origin(url: &str) -> Option<(String, String, Option<u16>)> {
    let uri: http::Uri = url.parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?.to_owned();
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let port = authority.port_u16().or(Some(if scheme == "https" { 443 } else { 80 }));
    Some((scheme, authority.host().to_lowercase(), port))
}

/// All but letters, digits and `-._~`.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text for a part of a path or query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}
