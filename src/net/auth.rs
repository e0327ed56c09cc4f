//! As whom and by which way a server is asked: tokens that are never shown, and proxies.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a token; white space around it, as files leave it, is cut off.
    pub fn new(text: &str) -> Self {
        Secret(text.trim().to_owned())
    }

    /// The token itself, for the header.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// As whom a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// As nobody.
    None,
    /// `Authorization: Bearer …` (GitHub, Jira Data Center).
    Bearer(Secret),
    /// `Authorization: Basic …` (Jira Cloud: e-mail and API token).
    Basic {
        /// User or e-mail.
        user: String,
        /// Password or token.
        password: Secret,
    },
    /// A header of the server's own (`PRIVATE-TOKEN` of GitLab).
    Header {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: Secret,
    },
}

impl Auth {
    /// What must not come back out of an answer: the token, and the form in which a header carries it with a name.
    pub fn secrets(&self) -> Vec<String> {
        let secrets = match self {
            Auth::None => Vec::new(),
            Auth::Bearer(token) | Auth::Header { value: token, .. } => vec![token.reveal().to_owned()],
            Auth::Basic { user, password } => {
                let both = BASE64_STANDARD.encode(format!("{user}:{}", password.reveal()));
                vec![password.reveal().to_owned(), both]
            }
        };
        secrets.into_iter().filter(|secret| !secret.is_empty()).collect()
    }
}

/// Proxies, in the words of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http:` addresses.
    pub http: Option<String>,
    /// For `https:` addresses.
    pub https: Option<String>,
    /// Hosts that are asked directly, with commas between.
    pub except: Option<String>,
}

impl Proxies {
    /// As the environment has them, in capitals or small letters. `HTTP_PROXY` in capitals is left alone: a web server could
    /// have set it from a header.
    pub fn from_env(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let of = |names: &[&str]| names.iter().find_map(|name| env(name).filter(|value| !value.trim().is_empty()));
        Proxies {
            http: of(&["http_proxy", "all_proxy", "ALL_PROXY"]),
            https: of(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            except: of(&["no_proxy", "NO_PROXY"]),
        }
    }
}
