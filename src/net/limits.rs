//! What an answer's status and headers mean: fine, wait and ask again, or why not. Pure.

use std::time::Duration;

use chrono::DateTime;
use http::HeaderMap;
use serde_json::Value;

use crate::net::error::{NetError, printable};
use crate::net::transport::{Raw, shown};

/// The wait when a server asks for one without saying how long; GitHub asks for at least a minute.
const UNSTATED: Duration = Duration::from_secs(60);

/// What an answer means for the request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// Use it.
    Fine,
    /// The server asks to wait so long.
    Wait(Duration),
    /// Look there (same server).
    Moved(String),
    /// It is none.
    Failed(NetError),
}

/// Judges an answer to a request for `path`.
pub(crate) fn judge(path: &str, raw: &Raw) -> Means {
    let path = shown(path);
    let message = message(&raw.body);
    let needs = permissions(&raw.headers);
    match raw.status {
        200..=299 | 304 => Means::Fine,
        301 | 302 | 307 | 308 => match header(&raw.headers, "location") {
            Some(to) => Means::Moved(to.to_owned()),
            None => Means::Failed(NetError::Malformed { path, why: "it moved, but does not say where".into() }),
        },
        401 => Means::Failed(NetError::Permission { path, status: 401, message, needs }),
        403 | 429 => {
            if let Some(wait) = rate_limit(raw, &message) {
                Means::Wait(wait)
            } else if message.to_lowercase().contains("is locked") {
                Means::Failed(NetError::Locked { path, message })
            } else {
                Means::Failed(NetError::Permission { path, status: raw.status, message, needs })
            }
        }
        404 | 410 if switched_off(&path, &message) => Means::Failed(NetError::FeatureOff { path, message }),
        404 | 410 => Means::Failed(NetError::NotFound { path, message, needs }),
        503 if header(&raw.headers, "retry-after").is_some() => {
            Means::Wait(retry_after(&raw.headers).unwrap_or(UNSTATED))
        }
        500..=599 => {
            let why = format!("the server failed ({}): {message}", raw.status);
            Means::Failed(NetError::Transport { path, why, sent: true })
        }
        status => Means::Failed(NetError::Rejected { path, status, message }),
    }
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Seconds, or a date set against the server's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = header(headers, "retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(text).ok()?;
    let now = DateTime::parse_from_rfc2822(header(headers, "date")?).ok()?;
    Some((until - now).to_std().unwrap_or_default())
}

/// How long a refused request has to wait; `None` when the refusal is no rate limit.
fn rate_limit(raw: &Raw, message: &str) -> Option<Duration> {
    if let Some(wait) = retry_after(&raw.headers) {
        return Some(wait);
    }
    if header(&raw.headers, "x-ratelimit-remaining") == Some("0") {
        let reset: i64 = header(&raw.headers, "x-ratelimit-reset")?.trim().parse().ok()?;
        // The server's own clock: ours may be wrong.
        let now = header(&raw.headers, "date").and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        let left =
            now.map(|now| reset.saturating_sub(now.timestamp()).max(0)).and_then(|left| u64::try_from(left).ok());
        return Some(left.map_or(UNSTATED, |left| Duration::from_secs(left + 1)));
    }
    let lower = message.to_lowercase();
    (raw.status == 429 || lower.contains("rate limit") || lower.contains("abuse detection")).then_some(UNSTATED)
}

/// The sentence by which GitHub says, with 404 or 410, that the feature of an address is off. Words of a 403 are those of a refusal,
/// whatever they are, and a sentence about something else says nothing of this.
const OFF: [(&str, &str); 4] = [
    ("/issues", "Issues are disabled for this repo"),
    ("/issues", "Issues has been disabled in this repository."),
    ("/code-scanning/alerts", "no analysis found"),
    ("/secret-scanning/alerts", "Secret scanning is disabled on this repository."),
];

fn switched_off(path: &str, message: &str) -> bool {
    OFF.iter().any(|(end, sentence)| path.ends_with(end) && message == *sentence)
}

/// The permissions that a GitHub App or fine-grained token would need, in the server's own notation.
pub(crate) fn permissions(headers: &HeaderMap) -> Option<String> {
    let of = |name| header(headers, name).map(printable).filter(|text| !text.is_empty());
    of("x-accepted-github-permissions")
        .or_else(|| of("x-accepted-oauth-scopes").map(|scopes| format!("scope {scopes}")))
}

/// What the body says, else nothing.
pub(crate) fn message(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = value.get("message").or_else(|| value.get("error")).and_then(Value::as_str);
    let also = value
        .get("errors")
        .filter(|errors| errors.is_array())
        // Jira's.
        .or_else(|| value.get("errorMessages"))
        .and_then(Value::as_array)
        .and_then(|errors| errors.first())
        .and_then(|first| first.get("message").unwrap_or(first).as_str());
    match (said, also) {
        (Some(said), Some(also)) => printable(&format!("{said}: {also}")),
        (Some(one), None) | (None, Some(one)) => printable(one),
        (None, None) => "no reason given".to_owned(),
    }
}

/// Links to other pages, as the header has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    pub next: Option<String>,
    pub last: Option<String>,
}

/// Reads the `Link` header.
pub(crate) fn links(headers: &HeaderMap) -> Links {
    let mut links = Links::default();
    for text in headers.get_all("link").iter().filter_map(|value| value.to_str().ok()) {
        // An address may hold commas, so a link ends where the next one begins.
        for part in text.split('<').skip(1) {
            let Some((address, attributes)) = part.split_once('>') else { continue };
            for relation in attributes.split([';', ',']).filter_map(|one| one.trim().strip_prefix("rel=")) {
                match relation.trim_matches('"') {
                    "next" => links.next = Some(address.to_owned()),
                    "last" => links.last = Some(address.to_owned()),
                    _ => {}
                }
            }
        }
    }
    links
}
