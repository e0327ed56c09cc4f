//! What stops the writing of outputs, summary and report files.

use std::io;

use crate::sink::WriteError;
use lookback_core::render::dossier::DossierError;

/// Why the results do not reach the runner.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// No delimiter can be drawn.
    #[error("the system gives no random numbers for the outputs: {0}")]
    Random(String),
    /// A file that the user named could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The dossier cannot be made.
    #[error(transparent)]
    Dossier(#[from] DossierError),
    /// Standard output failed.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}
