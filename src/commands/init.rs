//! `init`: a commented configuration and a workflow.

use std::path::PathBuf;

use clap::Args;

use crate::error::Error;
use crate::world::World;

/// `init`
#[derive(Args, Debug)]
pub struct InitArguments {
    /// The repository's root; default: the current folder
    #[arg(long, value_name = "PATH")]
    pub repo: Option<PathBuf>,
    /// The action that the workflow uses; default: that of the repository which published this program
    #[arg(long, value_name = "OWNER/NAME@REF")]
    pub action: Option<String>,
}

/// Writes the files, and says which.
pub(crate) fn run(init: &InitArguments, world: &mut World) -> Result<u8, Error> {
    let root = init.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    for path in crate::init::init(&root, init.action.as_deref())? {
        writeln!(world.out, "wrote {}", path.display())?;
    }
    writeln!(world.out, "\nNext: read lookback.toml, then run `lookback check`.")?;
    Ok(0)
}
