//! What stops a run, put together from the errors of all layers, and the hints for the user: the top of the errors, which nothing
//! below `commands` knows. Every such end is exit code 2.

use crate::action::error::ActionError;
use crate::action::inputs::InputError;
use crate::collect::error::CollectError;
use crate::collect::git::error::GitError;
use crate::init::InitError;
use crate::net::error::NetError;
use crate::scenario::BuildError;
use crate::sink::WriteError;
use lookback_core::config::ConfigErrors;

pub use crate::action::outputs::COULD_NOT_RUN;

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
    Git(#[from] GitError),
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
    Inputs(#[from] InputError),
    /// A wrong argument.
    #[error("{0}")]
    Usage(String),
    /// The network could not be set up.
    #[error(transparent)]
    Net(#[from] NetError),
    /// `init` failed.
    #[error(transparent)]
    Init(#[from] InitError),
    /// A draft cannot be written.
    #[error(transparent)]
    Draft(#[from] lookback_core::render::draft::DraftError),
    /// The dossier cannot be made.
    #[error(transparent)]
    Dossier(#[from] lookback_core::render::dossier::DossierError),
    /// There is nothing to export.
    #[error(transparent)]
    Export(#[from] lookback_core::render::export::ExportError),
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
            Error::Draft(error) => Some(error.next.clone()),
            Error::Export(error) => Some(error.next.clone()),
            Error::Config(_) => {
                Some("`lookback init` in an empty folder writes a configuration with every key explained.".to_owned())
            }
            Error::Collect(CollectError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Some("Check the path; paths in lookback.toml start at the repository's root.".to_owned())
            }
            _ => None,
        }
    }

    /// The same, for who runs the action.
    pub fn hint_in_action(&self) -> Option<String> {
        match self {
            Error::Git(GitError::NotFound { .. }) => {
                Some("check the repository out first: actions/checkout with fetch-depth: 0".to_owned())
            }
            _ => self.hint(),
        }
    }
}

impl From<ActionError> for Error {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Random(_) => Error::Usage(error.to_string()),
            ActionError::Write(error) => Error::Write(error),
            ActionError::Output(error) => Error::Output(error),
        }
    }
}
