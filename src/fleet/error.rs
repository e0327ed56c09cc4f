//! What stops a command of the fleet. One repository that is odd stops none: it is a row.

use crate::net::error::NetError;
use crate::plain;
use crate::sink::WriteError;
use lookback_core::config::ConfigErrors;
use lookback_core::render::ReportError;
use lookback_core::render::escape::line;
use lookback_reading::shorten;

/// What stopped a command of the fleet.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// A mistake of whoever runs it, and what to write instead.
    #[error("{what}")]
    Mistake {
        /// What is wrong.
        what: String,
        /// What to do.
        next: String,
    },
    /// `fleet.toml` has mistakes.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// A file or folder cannot be read.
    #[error("cannot read {}: {}", line(&shorten(.path, 300)), plain::why(source))]
    Read {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file of another program, or of another version.
    #[error("{} is not what `lookback fleet` wrote: {why}", line(&shorten(.path, 300)))]
    Foreign {
        /// Which.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// A report cannot be read again.
    #[error("{}: {source}", line(&shorten(.path, 300)))]
    Report {
        /// Which.
        path: String,
        /// Why.
        source: ReportError,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A server does not say what there is.
    #[error("cannot list the repositories of {}: {source}", line(&shorten(.of, 200)))]
    List {
        /// Whose.
        of: String,
        /// Why.
        source: NetError,
    },
    /// The network is set up wrongly.
    #[error(transparent)]
    Net(#[from] NetError),
    /// A page cannot be made.
    #[error(transparent)]
    Page(#[from] lookback_core::render::dossier::DossierError),
}

impl FleetError {
    /// A mistake, and what to do about it.
    pub(crate) fn mistake(what: impl Into<String>, next: impl Into<String>) -> Self {
        FleetError::Mistake { what: what.into(), next: next.into() }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            FleetError::Mistake { next, .. } => Some(next.clone()),
            FleetError::Config(_) => Some("The keys of fleet.toml are in docs/fleet.md.".to_owned()),
            FleetError::Foreign { .. } | FleetError::Report { .. } => {
                Some("Take it away and run `lookback fleet run` again with this version.".to_owned())
            }
            FleetError::Write(error) => Some(error.remedy()),
            FleetError::List { .. } => Some(
                "Set GITHUB_TOKEN or GITLAB_TOKEN to one that may list them; a plan is written only where all are known."
                    .to_owned(),
            ),
            FleetError::Read { .. } => Some("Check the path: it starts in the current folder.".to_owned()),
            FleetError::Net(_) | FleetError::Page(_) => None,
        }
    }
}
