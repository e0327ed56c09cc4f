//! `man`: the manual pages.
#![expect(clippy::disallowed_methods, reason = "makes the folder that the user names")]

use std::path::PathBuf;

use clap::Args;

use crate::error::Error;
use crate::world::World;

/// `man`
#[derive(Args, Debug)]
pub struct ManArguments {
    /// Write one page per command into this folder
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback man       the page of the whole
  lookback man man1  one page a command into the folder man1";

/// Prints the page of `line`, or writes those of all commands.
pub(crate) fn run(man: &ManArguments, line: clap::Command, world: &mut World) -> Result<u8, Error> {
    match &man.folder {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            clap_mangen::generate_to(line, folder)?;
            writeln!(world.out, "wrote the pages into {}", folder.display())?;
        }
        None => clap_mangen::Man::new(line).render(world.out)?,
    }
    Ok(0)
}
