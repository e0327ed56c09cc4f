//! What stops the collecting.

use crate::collect::git::error::GitError;
use crate::net::error::NetError;
use crate::plain;
use lookback_core::intake::IssueFileError;

/// What stopped the collecting.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Git.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file could not be read.
    #[error("cannot read {path}: {}", plain::why(source))]
    Read {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What `--issues` names is no file that can be read.
    #[error("cannot read the issues of {name}: {}", plain::why(source))]
    Named {
        /// As the user gave it.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// An issue file of the configuration cannot be read.
    #[error("{config}{}: issues.files names {name}, which cannot be read: {}", line.map(|line| format!(":{line}")).unwrap_or_default(), plain::why(source))]
    Configured {
        /// The configuration.
        config: String,
        /// Line of the key.
        line: Option<usize>,
        /// As written there.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// An issue file is malformed.
    #[error(transparent)]
    Issues(#[from] IssueFileError),
    /// A glob of the configuration is no glob.
    #[error("[documents] has a pattern that is no glob: {0}")]
    Glob(#[from] globset::Error),
    /// GitHub is asked for this repository, and nobody knows how it is called there.
    #[error("the repository has no remote called origin that names it on GitHub; write --issues github:owner/name")]
    Unnamed,
    /// The network is set up wrongly.
    #[error(transparent)]
    Net(#[from] NetError),
}
