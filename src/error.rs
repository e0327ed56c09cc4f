//! What stops a run, put together from the errors of all layers, and the hints for the user: the top of the errors, which nothing
//! below `commands` knows. Every such end is exit code 2.

use std::io;
use std::path::Path;

use crate::action::error::ActionError;
use crate::action::inputs::InputError;
use crate::collect::error::CollectError;
use crate::collect::git::error::GitError;
use crate::fleet::error::FleetError;
use crate::init::InitError;
use crate::net::error::NetError;
use crate::plain;
use crate::scenario::BuildError;
use crate::sink::WriteError;
use lookback_core::config::{ConfigErrors, nearest};
use lookback_core::render::bag::BagError;
use lookback_core::render::escape;
use lookback_reading::shorten;

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
    /// The pack of evidence is not believed.
    #[error("{}: {source}", escape::line(path))]
    Pack {
        /// Which file.
        path: String,
        /// Why.
        source: BagError,
    },
    /// The evidence file cannot be read.
    #[error("cannot read the evidence {path}: {}", plain::why(source))]
    NoEvidence {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Inputs of the action that are not understood, all of them.
    #[error(transparent)]
    Inputs(#[from] InputError),
    /// A wrong argument.
    #[error("{0}")]
    Usage(String),
    /// A wrong argument that has a right one.
    #[error("{what}")]
    Argument {
        /// What is wrong.
        what: String,
        /// What to write instead.
        next: String,
    },
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
    /// A step of the fleet cannot be taken.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// A repository of `demo` or `self-test` could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl Error {
    /// What to do next, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Argument { next, .. } => Some(next.clone()),
            Error::Evidence { .. } | Error::NoEvidence { .. } => {
                Some("Collect it with `lookback collect -o FILE`.".to_owned())
            }
            Error::Pack { .. } => Some(
                "Ask whoever made it for the pack again (`lookback collect --pack FILE`), and compare the SHA-256 that was printed then."
                    .to_owned(),
            ),
            Error::Write(error) => Some(error.remedy()),
            Error::Draft(error) => Some(error.next.clone()),
            Error::Fleet(error) => error.hint(),
            Error::Export(error) => Some(error.next.clone()),
            Error::Config(_) => Some("All keys with their meaning are in docs/configuration.md.".to_owned()),
            Error::Collect(CollectError::Named { name, source }) => Some(meant(name, source)),
            Error::Collect(CollectError::Configured { .. }) => {
                Some("Paths in lookback.toml start in the root of the repository.".to_owned())
            }
            Error::Collect(CollectError::Read { source, .. }) => read_hint(source.kind()).map(str::to_owned),
            Error::Git(GitError::NotFound { .. }) => {
                Some("`lookback demo` shows what it does without a repository of your own.".to_owned())
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

/// What to do about a file that the command line names.
fn read_hint(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::NotFound => Some("Check the path: it starts in the current folder."),
        io::ErrorKind::IsADirectory => Some("Name a file in it."),
        io::ErrorKind::PermissionDenied => Some("Give this user the right to read it."),
        _ => None,
    }
}

/// What a source of issues was meant to be, by how it is written.
fn meant(name: &str, why: &io::Error) -> String {
    if why.kind() == io::ErrorKind::IsADirectory {
        return format!("Name the files in it, for example --issues {}/issues.json.", name.trim_end_matches('/'));
    }
    let shown = escape::line(&shorten(name, 200));
    let address = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://"));
    let on_github = address.and_then(|address| address.strip_prefix("github.com/"));
    let tracker = "Jira and GitLab are asked where lookback.toml names them under [[tracker]] (docs/issues.md); or export the issues into a file, and name that.";
    if let Some(repository) = on_github {
        let repository: Vec<&str> = repository.trim_end_matches(".git").split('/').take(2).collect();
        return format!("Write --issues github:{}.", escape::line(&shorten(&repository.join("/"), 200)));
    }
    match nearest(name, &["github", "jira", "gitlab"]) {
        Some("github") => return "Did you mean --issues github?".to_owned(),
        Some(_) => return tracker.to_owned(),
        None if address.is_some() => return tracker.to_owned(),
        None => {}
    }
    let is_file = Path::new(name).extension().is_some_and(|end| end == "json" || end == "csv");
    if name.matches('/').count() == 1 && !name.starts_with(['.', '/']) && !is_file {
        return format!("Where it is a repository on GitHub, write --issues github:{shown}.");
    }
    "Check the path: it starts in the current folder. `github` asks GitHub itself.".to_owned()
}

impl From<ActionError> for Error {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Random(_) => Error::Usage(error.to_string()),
            ActionError::Write(error) => Error::Write(error),
            ActionError::Dossier(error) => Error::Dossier(error),
            ActionError::Output(error) => Error::Output(error),
        }
    }
}
