//! Door, with the table of the commands: a new one is its file, which holds its arguments beside its body, its row in `Command` and in
//! `run`.

pub(crate) mod action;
pub(crate) mod arguments;
pub(crate) mod baseline;
pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod chosen;
pub(crate) mod collect;
pub(crate) mod completions;
pub(crate) mod confirm;
pub(crate) mod demo;
pub(crate) mod draft;
pub(crate) mod evidence;
pub(crate) mod explain;
pub(crate) mod fleet;
pub(crate) mod init;
pub(crate) mod issues;
pub(crate) mod judging;
pub(crate) mod man;
pub(crate) mod metrics;
pub(crate) mod notifying;
pub(crate) mod policy;
pub(crate) mod read;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod self_test;
pub(crate) mod speaks;
pub(crate) mod status;
pub(crate) mod temporary;
pub(crate) mod timeline;
pub(crate) mod writing;

use clap::Subcommand;

use crate::commands::arguments::Manner;
use crate::commands::baseline::BaselineArguments;
use crate::commands::check::CheckArguments;
use crate::commands::collect::CollectArguments;
use crate::commands::completions::CompletionsArguments;
use crate::commands::confirm::ConfirmArguments;
use crate::commands::demo::DemoArguments;
use crate::commands::draft::DraftArguments;
use crate::commands::explain::ExplainArguments;
use crate::commands::fleet::FleetArguments;
use crate::commands::init::InitArguments;
use crate::commands::issues::IssuesArguments;
use crate::commands::man::ManArguments;
use crate::commands::metrics::MetricsArguments;
use crate::commands::read::ReadArguments;
use crate::commands::report::ReportArguments;
use crate::commands::schema::SchemaArguments;
use crate::commands::self_test::SelfTestArguments;
use crate::commands::status::StatusArguments;
use crate::commands::timeline::TimelineArguments;
use crate::error::Error;
use crate::world::World;

pub(crate) const EXIT_CODES: &str =
    "Exit codes: 0 conforms, 1 nonconforming, 2 could not run (usage, configuration, input), 3 undetermined.";

/// The command line as a whole, for the commands that speak of it.
pub(crate) struct WholeLine {
    /// Its definition.
    pub definition: fn() -> clap::Command,
    /// Runs words, given without the program's name.
    pub run: fn(&[String], &mut World) -> Result<u8, String>,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Judge the repository and report (the main job)
    #[command(after_help = check::EXAMPLES)]
    Check(CheckArguments),
    /// One line: state, last review, next due, days left
    #[command(after_help = status::EXAMPLES)]
    Status(StatusArguments),
    /// The security issues, their periods, states, fixes and releases
    #[command(after_help = issues::EXAMPLES)]
    Issues(IssuesArguments),
    /// Write the next review record with all that data say; every judgement is left to people
    #[command(after_help = draft::EXAMPLES)]
    Draft(DraftArguments),
    /// Write the dossier for auditors, one page in which every statement leads to file, line and commit; or what other programs take (`--format`)
    #[command(after_help = report::EXAMPLES)]
    Report(ReportArguments),
    /// Waive what stands today for at most a year: a way in for a repository with a history
    #[command(after_help = baseline::EXAMPLES)]
    Baseline(BaselineArguments),
    /// The numbers by period, quarter or year: counts, times and ages by severity
    #[command(after_help = metrics::EXAMPLES)]
    Metrics(MetricsArguments),
    /// Conformance over the whole history: when it lapsed, for how long
    #[command(after_help = timeline::EXAMPLES)]
    Timeline(TimelineArguments),
    /// Collect the evidence as JSON, to be judged later or elsewhere with `check --evidence`
    #[command(after_help = collect::EXAMPLES)]
    Collect(CollectArguments),
    /// What the reader sees in given files: kind, answers, quotes, fields, references, and a checklist of what to write
    #[command(after_help = read::EXAMPLES)]
    Read(ReadArguments),
    /// Show what the reader is unsure about in a document, and settle it in a person's name
    #[command(after_help = confirm::EXAMPLES)]
    Confirm(ConfirmArguments),
    /// Explain a rule or a constraint
    #[command(after_help = explain::EXAMPLES)]
    Explain(ExplainArguments),
    /// Every repository of a maker: plan, run in shards, merge into one site
    #[command(after_help = fleet::EXAMPLES)]
    Fleet(FleetArguments),
    /// Write a commented lookback.toml and a workflow, never over an existing file
    #[command(after_help = init::EXAMPLES)]
    Init(InitArguments),
    /// Print the JSON Schema of a format
    #[command(after_help = schema::EXAMPLES)]
    Schema(SchemaArguments),
    /// Build a small real repository in a new folder, check it, and say what to try next
    #[command(after_help = demo::EXAMPLES)]
    Demo(DemoArguments),
    /// Run as a GitHub container action: inputs, event and files come from the environment (see action.yml)
    #[command(after_help = action::EXAMPLES)]
    Action,
    /// Run known scenarios through the whole tool and compare: a record of software validation, to be filed
    #[command(name = "self-test", after_help = self_test::EXAMPLES)]
    SelfTest(SelfTestArguments),
    /// Print the completion script of a shell
    #[command(after_help = completions::EXAMPLES)]
    Completions(CompletionsArguments),
    /// Print the manual page (roff), or write all pages into a folder
    #[command(after_help = man::EXAMPLES)]
    Man(ManArguments),
}

/// Runs one command and returns the exit code.
pub(crate) fn run(command: &Command, manner: &Manner, line: &WholeLine, world: &mut World) -> Result<u8, Error> {
    match command {
        Command::Check(arguments) => check::run(arguments, manner, world),
        Command::Status(arguments) => status::run(arguments, manner, world),
        Command::Issues(arguments) => issues::run(arguments, manner, world),
        Command::Draft(arguments) => draft::run(arguments, manner, world),
        Command::Report(arguments) => report::run(arguments, manner, world),
        Command::Baseline(arguments) => baseline::run(arguments, manner, world),
        Command::Metrics(arguments) => metrics::run(arguments, manner, world),
        Command::Timeline(arguments) => timeline::run(arguments, manner, world),
        Command::Collect(arguments) => collect::run(arguments, manner, world),
        Command::Read(arguments) => read::run(arguments, manner, world),
        Command::Confirm(arguments) => confirm::run(arguments, manner, world),
        Command::Explain(arguments) => explain::run(arguments, manner, world),
        Command::Fleet(arguments) => fleet::run(arguments, manner, world),
        Command::Init(arguments) => init::run(arguments, world),
        Command::Schema(arguments) => schema::run(arguments, world),
        Command::Demo(arguments) => demo::run(arguments, manner, world),
        Command::Action => action::run(world),
        Command::SelfTest(arguments) => self_test::run(arguments, world, line.run),
        Command::Completions(arguments) => completions::run(arguments, (line.definition)(), world),
        Command::Man(arguments) => man::run(arguments, (line.definition)(), world),
    }
}
