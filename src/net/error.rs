//! Why an answer did not come, in types: callers decide by the case, never by the words.

use lookback_reading::shorten;

/// Why an answer did not come. Messages hold no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The server knows who asks, or that nobody did, and refuses (401, 403).
    #[error("{path}: access refused ({status}): {message}")]
    Permission {
        /// The path asked for.
        path: String,
        /// HTTP status.
        status: u16,
        /// The server's own words.
        message: String,
        /// The permission as the server names it (`security_events=read`), where it does.
        needs: Option<String>,
    },
    /// There is no such thing, or the server does not admit it (404, 410).
    #[error("{path}: not found: {message}")]
    NotFound {
        /// The path asked for.
        path: String,
        /// The server's own words.
        message: String,
        /// The permission as the server names it, where it does.
        needs: Option<String>,
    },
    /// The server says that the feature is switched off.
    #[error("{path}: switched off: {message}")]
    FeatureOff {
        /// The path asked for.
        path: String,
        /// The server's own words.
        message: String,
    },
    /// The conversation is locked: nobody but who may write to the repository adds to it.
    #[error("{path}: the conversation is locked: {message}")]
    Locked {
        /// The path asked for.
        path: String,
        /// The server's own words.
        message: String,
    },
    /// The rate limit is used up, and the wait would be longer than the client's patience.
    #[error("{path}: the rate limit is used up; it would be free again in {wait} seconds")]
    RateLimited {
        /// The path asked for.
        path: String,
        /// Seconds that the server asks to wait.
        wait: u64,
    },
    /// No answer, or only a part of one, or a fault of the server (5xx), also after repetition.
    #[error("{path}: {why}")]
    Transport {
        /// The path asked for.
        path: String,
        /// What happened.
        why: String,
        /// May the server have acted on the request? `false` only when it certainly never got it.
        sent: bool,
    },
    /// More than a run takes from one server.
    #[error("{path}: a run takes {most} from one server at most, and this would be more")]
    Budget {
        /// The path asked for.
        path: String,
        /// What is taken: bytes, or requests.
        most: String,
    },
    /// An answer that is not what its documentation says.
    #[error("{path}: the answer is not understood: {why}")]
    Malformed {
        /// The path asked for.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The server understood and says no (any other 4xx, or an error of GraphQL).
    #[error("{path}: refused ({status}): {message}")]
    Rejected {
        /// The path asked for.
        path: String,
        /// HTTP status; 200 for an error of GraphQL.
        status: u16,
        /// The server's own words.
        message: String,
    },
    /// The client could not be set up.
    #[error("{0}")]
    Setup(String),
}

impl NetError {
    /// May the same request succeed when it is sent again soon?
    pub fn passing(&self) -> bool {
        matches!(self, NetError::Transport { .. } | NetError::Malformed { .. })
    }

    /// Is it the same until somebody changes something: a permission, a setting, the thing itself?
    pub(crate) fn lasting(&self) -> bool {
        matches!(
            self,
            NetError::Permission { .. }
                | NetError::NotFound { .. }
                | NetError::FeatureOff { .. }
                | NetError::Rejected { .. }
        )
    }
}

/// Words of a server, on one line, short enough for a message.
pub(crate) fn printable(text: &str) -> String {
    let plain: String = text.chars().take(400).map(|c| if c.is_control() { ' ' } else { c }).collect();
    shorten(plain.trim(), 200)
}
