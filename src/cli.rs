//! The command line as a whole.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
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

/// Reads the words of a command line, the program's name first. A path where none belongs is told where it does.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(words).map_err(|mut error| {
        let stray = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(word)) if error.kind() == ErrorKind::UnknownArgument => word.clone(),
            _ => return error,
        };
        if !stray.starts_with('-') {
            let tips = vec![place_for(&stray).into()];
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
        error
    })
}

/// Where a path belongs.
fn place_for(stray: &str) -> String {
    if Path::new(stray).extension().is_some() {
        format!("`lookback read {stray}` says what a document lacks; to judge a repository, write `--repo PATH`")
    } else {
        format!("to judge the repository in that folder, write `--repo {stray}`")
    }
}

/// Runs one command and returns the exit code.
pub fn run(cli: &Cli, world: &mut World) -> Result<u8, Error> {
    commands::run(&cli.command, &cli.manner, &LINE, world)
}

/// Runs a command line, given without the program's name.
fn line(words: &[String], world: &mut World) -> Result<u8, String> {
    let words = std::iter::once("lookback".into()).chain(words.iter().map(OsString::from));
    let cli = parse(words).map_err(|error| error.to_string())?;
    run(&cli, world).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::CommandFactory;

    /// The words of a line of a shell, as far as examples need it.
    fn words(line: &str) -> Vec<OsString> {
        let mut parts = line.split('"');
        let mut words: Vec<OsString> = Vec::new();
        while let Some(plain) = parts.next() {
            words.extend(plain.split_whitespace().map(OsString::from));
            words.extend(parts.next().map(OsString::from));
        }
        words
    }

    #[test]
    fn every_help_has_examples_that_are_understood() {
        for command in super::Cli::command().get_subcommands() {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = help.lines().filter_map(|line| line.strip_prefix("  lookback "));
            let mut shown = 0;
            for example in examples {
                let line = example.split("  ").next().unwrap().split(" | ").next().unwrap();
                let line = words(&format!("lookback {line}"));
                assert!(super::parse(line.clone()).is_ok(), "{name}: {line:?}");
                assert!(example.len() + "  lookback ".len() <= 80, "{name}: too wide for a terminal: {example}");
                shown += 1;
            }
            assert!(shown > 0, "{name} --help has no example");
        }
    }

    #[test]
    fn arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
