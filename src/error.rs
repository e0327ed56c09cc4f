//! What stops a run, with a hint for the user. Every such end is exit code 2.

use crate::collect::gather::CollectError;
use crate::init::InitError;
use crate::scenario::BuildError;
use crate::sink::WriteError;
use lookback_core::config::walk::ConfigErrors;

/// Exit code of a run that could not judge: usage, configuration, input or output.
pub const COULD_NOT_RUN: u8 = 2;

/// What stopped the run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration has mistakes, all listed.
    #[error("{0}")]
    Config(#[from] ConfigErrors),
    /// Collecting failed.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// Git failed.
    #[error(transparent)]
    Git(#[from] crate::collect::git::repository::GitError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Standard output failed.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] std::io::Error),
    /// The evidence file is no evidence.
    #[error("{path} is not evidence of this version of Lookback: {why}")]
    Evidence {
        /// Which file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// Inputs of the action that are not understood, all of them.
    #[error(transparent)]
    Inputs(#[from] crate::action::entry::InputError),
    /// A wrong argument.
    #[error("{0}")]
    Usage(String),
    /// The network could not be set up.
    #[error(transparent)]
    Net(#[from] crate::net::base::NetError),
    /// `init` failed.
    #[error(transparent)]
    Init(#[from] InitError),
    /// A repository of `demo` or `self-test` could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl Error {
    /// What to do next, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Evidence { .. } => Some("Collect it again with `lookback collect -o FILE`.".to_owned()),
            Error::Write(error) => Some(error.remedy()),
            Error::Config(_) => {
                Some("`lookback init` in an empty folder writes a configuration with every key explained.".to_owned())
            }
            Error::Collect(CollectError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Some("Check the path; paths in lookback.toml start at the repository's root.".to_owned())
            }
            _ => None,
        }
    }
}
