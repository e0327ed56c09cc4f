//! What no answer may bring back: tokens are taken out of what a server says.

use crate::net::error::NetError;
use crate::net::transport::Raw;

/// Should a server, or somebody who writes into it, repeat the token: nothing behind this point holds it.
pub(crate) fn hide(secrets: &[String], raw: &mut Raw) {
    for secret in secrets {
        let clean = |bytes: &[u8]| {
            let found = memchr::memmem::find(bytes, secret.as_bytes()).is_some();
            found.then(|| String::from_utf8_lossy(bytes).replace(secret.as_str(), "***").into_bytes())
        };
        if let Some(body) = clean(&raw.body) {
            raw.body = body;
        }
        for value in raw.headers.values_mut() {
            if let Some(text) = clean(value.as_bytes()) {
                *value = http::HeaderValue::from_bytes(&text).unwrap_or(http::HeaderValue::from_static("***"));
            }
        }
    }
}

/// The error without the token, should a server repeat it in its words.
pub(crate) fn discreet(secrets: &[String], error: NetError) -> NetError {
    let hide = |text: String| secrets.iter().fold(text, |text, secret| text.replace(secret.as_str(), "***"));
    match error {
        NetError::Permission { path, status, message, needs } => {
            NetError::Permission { path: hide(path), status, message: hide(message), needs: needs.map(hide) }
        }
        NetError::NotFound { path, message, needs } => {
            NetError::NotFound { path: hide(path), message: hide(message), needs: needs.map(hide) }
        }
        NetError::FeatureOff { path, message } => NetError::FeatureOff { path: hide(path), message: hide(message) },
        NetError::Locked { path, message } => NetError::Locked { path: hide(path), message: hide(message) },
        NetError::Transport { path, why, sent } => NetError::Transport { path: hide(path), why: hide(why), sent },
        NetError::Budget { path, most } => NetError::Budget { path: hide(path), most },
        NetError::Malformed { path, why } => NetError::Malformed { path: hide(path), why: hide(why) },
        NetError::Rejected { path, status, message } => {
            NetError::Rejected { path: hide(path), status, message: hide(message) }
        }
        other @ (NetError::RateLimited { .. } | NetError::Setup(_)) => other,
    }
}
