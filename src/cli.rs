//! The command line as a whole.

use clap::{CommandFactory, Parser};

use crate::commands;
use crate::commands::arguments::Manner;
use crate::commands::{Command, EXIT_CODES, WholeLine};
use crate::error::Error;
use crate::world::World;

/// Is the yearly review of security defect management due, did it cover the issues, and what is missing?
///
/// Lookback reads a Git repository, the security issues that belong to it and the review documents inside it, and judges
/// them against IEC 81001-5-1 4.1.6 and 4.1.8 for any date.
#[derive(Parser, Debug)]
#[command(name = "lookback", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// How to say it
    #[command(flatten)]
    pub manner: Manner,
}

const LINE: WholeLine = WholeLine { definition: Cli::command, run: line };

/// Runs one command and returns the exit code.
pub fn run(cli: &Cli, world: &mut World) -> Result<u8, Error> {
    commands::run(&cli.command, &cli.manner, &LINE, world)
}

/// Runs a command line, given without the program's name.
fn line(words: &[String], world: &mut World) -> Result<u8, String> {
    let words = std::iter::once("lookback".to_owned()).chain(words.iter().cloned());
    let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
    run(&cli, world).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
