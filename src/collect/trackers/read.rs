//! Trackers on the network: Jira and GitLab, by the `[[tracker]]` tables of the configuration. What cannot be had is a limit that
//! names the tracker, the reason and what to do; never a pass, never a stop. The answers are read by the same readers as files.

use crate::collect::trackers::gitlab;
use crate::collect::trackers::jira;
use crate::net::base as net;
use crate::net::base::{Auth, Client, NetError, Secret, Settings};
use crate::net::github::{Env, Extra, settings};
use lookback_core::intake::read as issues;
use lookback_core::intake::source::SourceRead;
use lookback_core::model::evidence::{Limit, LimitKind};
use lookback_core::model::policy::{Policy, TrackerKind, TrackerPolicy};
use lookback_reading::Constraint;

/// What may be reached, and how.
pub struct Reach<'a> {
    /// The environment.
    pub env: Env<'a>,
    /// Cache and certificates.
    pub extra: &'a Extra<'a>,
    /// Is the network forbidden?
    pub offline: bool,
}

/// What one tracker answered, still as JSON.
#[derive(Default)]
pub struct Got {
    pub values: Vec<serde_json::Value>,
    /// Answers in another format than the first.
    pub more: Vec<serde_json::Value>,
    pub limits: Vec<Limit>,
}

/// Asks every tracker that the policy names, one after the other.
pub fn collect(policy: &Policy, reach: &Reach<'_>) -> SourceRead {
    let mut all = SourceRead::default();
    for tracker in &policy.trackers {
        let mut read = one(tracker, policy, reach);
        all.issues.append(&mut read.issues);
        all.limits.append(&mut read.limits);
    }
    all
}

pub fn one(tracker: &TrackerPolicy, policy: &Policy, reach: &Reach<'_>) -> SourceRead {
    let place = match Place::new(tracker, reach.env) {
        Ok(place) => place,
        Err(limit) => return SourceRead { limits: vec![*limit], ..SourceRead::default() },
    };
    if reach.offline {
        let why = "the network is not to be used (--offline)";
        return only(place.limit(
            tracker,
            why,
            "Run without --offline, or name an export of the tracker with --issues FILE.",
        ));
    }
    let asked = net::block_on(async {
        let client = place.client(reach)?;
        let got = match tracker.kind {
            TrackerKind::JiraCloud | TrackerKind::JiraDataCenter => {
                Box::pin(jira::fetch(&client, tracker, policy, &place)).await
            }
            TrackerKind::Gitlab => Box::pin(gitlab::fetch(&client, tracker, policy, &place)).await,
        };
        Ok(got)
    });
    let mut got = match asked.and_then(|asked| asked) {
        Ok(got) => got,
        Err(error) => return only(place.failed(tracker, &error)),
    };
    if !place.authenticated() {
        let why = format!("it was asked without a token ({}), so only what is public was seen", place.why_nobody);
        got.limits.push(place.limit(tracker, &why, place.remedy));
    }
    let mut all = SourceRead { limits: got.limits, ..SourceRead::default() };
    for values in [&got.values, &got.more] {
        match issues::read_answers(&place.name, values, policy) {
            Ok(mut read) => {
                all.issues.append(&mut read.issues);
                all.limits.append(&mut read.limits);
            }
            Err(error) => all.limits.push(place.limit(tracker, &error.to_string(), REPORT)),
        }
    }
    all
}

pub const REPORT: &str = "Report it with the version of the tracker; meanwhile name an export with --issues FILE.";

pub fn only(limit: Limit) -> SourceRead {
    SourceRead { limits: vec![limit], ..SourceRead::default() }
}

/// Where a tracker is and as whom it is asked.
pub struct Place {
    /// Its address without a slash at the end.
    url: String,
    /// How it is called among the sources.
    pub name: String,
    auth: Auth,
    /// Why nobody in particular asks.
    why_nobody: String,
    remedy: &'static str,
}

impl Place {
    /// Address and token. A token goes only to the address that the environment gives it to: the configuration lies in the
    /// repository, and whoever may change it must not learn the token.
    fn new(tracker: &TrackerPolicy, env: Env<'_>) -> Result<Self, Box<Limit>> {
        let of = |name: &str| env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let (own, remedy) = match tracker.kind {
            TrackerKind::JiraCloud => {
                (of("JIRA_URL"), "Set JIRA_EMAIL, JIRA_TOKEN (an API token) and JIRA_URL (the address it is for).")
            }
            TrackerKind::JiraDataCenter => {
                (of("JIRA_URL"), "Set JIRA_TOKEN (a personal access token) and JIRA_URL (the address it is for).")
            }
            TrackerKind::Gitlab => {
                let own = of("GITLAB_URL").or_else(|| of("CI_SERVER_URL"));
                (
                    own.or_else(|| Some("https://gitlab.com".to_owned())),
                    "Set GITLAB_TOKEN (scope read_api) and, for a server of your own, GITLAB_URL.",
                )
            }
        };
        let url = tracker.url.clone().or_else(|| own.clone()).unwrap_or_default();
        let url = url.trim_end_matches('/').to_owned();
        let Some(at) = origin(&url) else {
            let why = "no address is known: neither `url` in its table nor JIRA_URL".to_owned();
            return Err(Box::new(limit(
                &format!("issues of {}", tracker.kind.name()),
                &why,
                "Add `url = \"https://…\"` to the [[tracker]] table.",
            )));
        };
        let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned();
        let name = if tracker.project.is_empty() { host } else { format!("{host}/{}", tracker.project) };
        let token = match tracker.kind {
            TrackerKind::Gitlab => of("GITLAB_TOKEN"),
            _ => of("JIRA_TOKEN"),
        };
        let same = own.as_deref().and_then(origin) == Some(at);
        let (auth, why_nobody) = match (token, tracker.kind, of("JIRA_EMAIL")) {
            (None, ..) => (Auth::None, "none is set".to_owned()),
            (Some(_), ..) if !same => {
                let of = own.unwrap_or_else(|| "no address".to_owned());
                (Auth::None, format!("the token is for {of}, and this is {url}"))
            }
            (Some(_), TrackerKind::JiraCloud, None) => (Auth::None, "JIRA_EMAIL is not set".to_owned()),
            (Some(token), TrackerKind::JiraCloud, Some(user)) => {
                (Auth::Basic { user, password: Secret::new(&token) }, String::new())
            }
            (Some(token), TrackerKind::JiraDataCenter, _) => (Auth::Bearer(Secret::new(&token)), String::new()),
            (Some(token), TrackerKind::Gitlab, _) => {
                (Auth::Header { name: "private-token", value: Secret::new(&token) }, String::new())
            }
        };
        Ok(Place { url, name, auth, why_nobody, remedy })
    }

    fn authenticated(&self) -> bool {
        self.auth != Auth::None
    }

    /// A client with the proxies, certificates and cache of the environment.
    fn client(&self, reach: &Reach<'_>) -> Result<Client, NetError> {
        Client::new(Settings {
            base: self.url.clone(),
            graphql: Some(format!("{}/api/graphql", self.url)),
            auth: self.auth.clone(),
            headers: vec![("accept", "application/json".to_owned())],
            ..settings(reach.env, reach.extra)?
        })
    }

    pub fn limit(&self, tracker: &TrackerPolicy, why: &str, remedy: &str) -> Limit {
        limit(&format!("issues of {} at {}", tracker.kind.name(), self.name), why, remedy)
    }

    /// Why the whole tracker could not be asked.
    pub fn failed(&self, tracker: &TrackerPolicy, error: &NetError) -> Limit {
        self.limit(tracker, &error.to_string(), &self.advice(tracker, error))
    }

    /// What to do about a refusal.
    fn advice(&self, tracker: &TrackerPolicy, error: &NetError) -> String {
        let may = match tracker.kind {
            TrackerKind::Gitlab => {
                "The token needs the scope read_api, and its user at least the role Reporter in the project (Developer for vulnerabilities)."
            }
            _ => {
                "The token's user needs \"Browse projects\" in every project of the query, and the security levels of its issues."
            }
        };
        match error {
            NetError::Permission { .. } if !self.authenticated() => format!("{} {may}", self.remedy),
            NetError::Permission { .. } => may.to_owned(),
            NetError::NotFound { .. } => {
                format!("Check `url` and `project` of the [[tracker]] in line {}. {may}", tracker.line)
            }
            NetError::Rejected { .. } => format!("Check `query` of the [[tracker]] in line {}.", tracker.line),
            NetError::RateLimited { .. } => "Run again later, or with --cache DIR.".to_owned(),
            _ => "Run again; or name an export of the tracker with --issues FILE.".to_owned(),
        }
    }
}

pub fn limit(what: &str, why: &str, remedy: &str) -> Limit {
    use Constraint::{DeployedDefectsAnalysed, IssuesExamined, ProcessAssessed};
    Limit {
        kind: LimitKind::Tracker,
        unseen: false,
        what: what.to_owned(),
        why: why.to_owned(),
        remedy: remedy.to_owned(),
        affects: vec![DeployedDefectsAnalysed, IssuesExamined, ProcessAssessed],
    }
}

/// Scheme, host and port of an address; `None` when it is none.
pub fn origin(url: &str) -> Option<(String, String, Option<u16>)> {
    let uri: http::Uri = url.parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?.to_owned();
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let port = authority.port_u16().or(Some(if scheme == "https" { 443 } else { 80 }));
    Some((scheme, authority.host().to_lowercase(), port))
}

/// Text for a part of a path or query: all but letters, digits and `-._~` as `%XX`.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
