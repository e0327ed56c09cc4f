//! The command line: one line a command, which names its arguments and its body.

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::action;
use crate::commands::arguments::Manner;
use crate::commands::check::{self, CheckArguments};
use crate::commands::collect::{self, CollectArguments};
use crate::commands::completions::{self, CompletionsArguments};
use crate::commands::confirm::{self, ConfirmArguments};
use crate::commands::demo::{self, DemoArguments};
use crate::commands::explain::{self, ExplainArguments};
use crate::commands::init::{self, InitArguments};
use crate::commands::issues::{self, IssuesArguments};
use crate::commands::man::{self, ManArguments};
use crate::commands::read::{self, ReadArguments};
use crate::commands::schema::{self, SchemaArguments};
use crate::commands::self_test::{self, SelfTestArguments};
use crate::commands::status::{self, StatusArguments};
use crate::commands::timeline::{self, TimelineArguments};
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

const EXIT_CODES: &str =
    "Exit codes: 0 conforms, 1 nonconforming, 2 could not run (usage, configuration, input), 3 undetermined.";

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Judge the repository and report (the main job)
    #[command(after_help = EXIT_CODES)]
    Check(CheckArguments),
    /// One line: state, last review, next due, days left
    Status(StatusArguments),
    /// The security issues, their periods, states, fixes and releases
    Issues(IssuesArguments),
    /// Conformance over the whole history: when it lapsed, for how long
    Timeline(TimelineArguments),
    /// Collect the evidence as JSON, to be judged later or elsewhere with `check --evidence`
    Collect(CollectArguments),
    /// What the reader sees in given files: kind, answers, quotes, fields, references
    Read(ReadArguments),
    /// Show what the reader is unsure about in a document, and settle it in a person's name
    Confirm(ConfirmArguments),
    /// Explain a rule or a constraint
    Explain(ExplainArguments),
    /// Write a commented lookback.toml and a workflow, never over an existing file
    Init(InitArguments),
    /// Print the JSON Schema of a format
    Schema(SchemaArguments),
    /// Build a small real repository in a new folder, check it, and say what to try next
    Demo(DemoArguments),
    /// Run as a GitHub container action: inputs, event and files come from the environment (see action.yml)
    Action,
    /// Run known scenarios through the whole tool and compare: a record of software validation, to be filed
    #[command(name = "self-test", after_help = "Exit codes: 0 all passed, 1 at least one did not, 2 could not run.")]
    SelfTest(SelfTestArguments),
    /// Print the completion script of a shell
    Completions(CompletionsArguments),
    /// Print the manual page (roff), or write all pages into a folder
    Man(ManArguments),
}

/// Runs one command and returns the exit code.
pub fn run(cli: &Cli, world: &mut World) -> Result<u8, Error> {
    let manner = &cli.manner;
    match &cli.command {
        Command::Check(arguments) => check::run(arguments, manner, world),
        Command::Status(arguments) => status::run(arguments, manner, world),
        Command::Issues(arguments) => issues::run(arguments, manner, world),
        Command::Timeline(arguments) => timeline::run(arguments, manner, world),
        Command::Collect(arguments) => collect::run(arguments, manner, world),
        Command::Read(arguments) => read::run(arguments, manner, world),
        Command::Confirm(arguments) => confirm::run(arguments, manner, world),
        Command::Explain(arguments) => explain::run(arguments, world),
        Command::Init(arguments) => init::run(arguments, world),
        Command::Schema(arguments) => schema::run(arguments, world),
        Command::Demo(arguments) => demo::run(arguments, manner, world),
        Command::Action => action::run(world),
        Command::SelfTest(arguments) => self_test::run(arguments, world, &mut line),
        Command::Completions(arguments) => completions::run(arguments, Cli::command(), world),
        Command::Man(arguments) => man::run(arguments, Cli::command(), world),
    }
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
