//! Why something of GitHub could not be seen, as a limit that says what to do. Pure.

use crate::net::error::NetError;
use lookback_core::model::{Limit, LimitKind};
use lookback_reading::Constraint;

/// A limit about `what`, for which a token would need `permission`.
pub(crate) fn of(what: String, error: &NetError, permission: &str, affects: &[Constraint]) -> Limit {
    let grant = |needs: &Option<String>| {
        let stated = needs.as_ref().map(|needs| format!(" (GitHub names it {needs})")).unwrap_or_default();
        format!("Give the token this permission: {permission}{stated}; see docs/github.md.")
    };
    let (why, remedy) = match error {
        NetError::Permission { status: 401, message, needs, .. } => {
            (format!("GitHub accepts no token, or not this one (401: {message})"), grant(needs))
        }
        NetError::Permission { status, message, needs, .. } => {
            let remedy = grant(needs) + " Of what the repository does not use, take the kind out of [issues] github.";
            (format!("permission missing: {permission} ({status}: {message})"), remedy)
        }
        NetError::NotFound { message, needs, .. } => (
            format!("GitHub does not show it: it does not exist, or the permission is missing: {permission} ({message})"),
            grant(needs),
        ),
        NetError::FeatureOff { message, .. } => (
            format!("switched off in the repository: {message}"),
            "Nothing, if that is meant; else switch it on in the repository's security settings.".to_owned(),
        ),
        NetError::Locked { message, .. } => (
            format!("GitHub holds it locked: {message}"),
            "Unlock it, then run again.".to_owned(),
        ),
        NetError::RateLimited { wait, .. } => (
            format!("the rate limit is used up for another {wait} seconds, longer than a run waits"),
            "Run again later; with a token the limit is higher, and --cache DIR spares requests.".to_owned(),
        ),
        NetError::Transport { path, why, .. } => (
            format!("no answer from GitHub ({path}): {why}"),
            "Run again; if it stays so, check GITHUB_API_URL, the proxy (HTTPS_PROXY) and the certificates (SSL_CERT_FILE)."
                .to_owned(),
        ),
        NetError::Budget { most, .. } => (
            format!("a run takes {most} from one server at most, and GitHub has more to tell"),
            "Take repositories or kinds out of [issues] sources and [issues] github, or name an export with --issues FILE."
                .to_owned(),
        ),
        NetError::Malformed { path, why } => (
            format!("GitHub's answer is not understood ({path}): {why}"),
            "Run again; if it stays so, report it with the version of Lookback and of the server.".to_owned(),
        ),
        NetError::Rejected { path, status, message } => (
            format!("GitHub refused the question ({path}, {status}: {message})"),
            "If it stays so, report it with the version of Lookback and of the server.".to_owned(),
        ),
        NetError::Setup(why) => (why.clone(), "Correct the setting, then run again.".to_owned()),
    };
    let off = matches!(error, NetError::FeatureOff { .. });
    Limit::new(LimitKind::Tracker, what, why, remedy).affecting(if off { &[] } else { affects })
}
