//! `completions`: the completion script of a shell.

use clap::Args;

use crate::error::Error;
use crate::world::World;

/// `completions`
#[derive(Args, Debug)]
pub struct CompletionsArguments {
    /// The shell
    pub shell: clap_complete::Shell,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback completions bash  prints the script for this shell";

/// Prints the script. `line` is the command line that it completes.
#[expect(clippy::unnecessary_wraps, reason = "commands end alike")]
pub(crate) fn run(completions: &CompletionsArguments, mut line: clap::Command, world: &mut World) -> Result<u8, Error> {
    clap_complete::generate(completions.shell, &mut line, "lookback", world.out);
    Ok(0)
}
