//! `fleet`: plan, run and merge over many repositories.

mod merge;
mod plan;
mod run;

use clap::{Args, Subcommand};

use crate::commands::arguments::Manner;
use crate::error::Error;
use crate::world::World;

/// `fleet`
#[derive(Args, Debug)]
pub struct FleetArguments {
    /// What to do
    #[command(subcommand)]
    pub step: FleetStep,
}

/// The steps of a night.
#[derive(Subcommand, Debug)]
pub enum FleetStep {
    /// List the repositories of an organisation, a group, a file or folders, and share them out to shards
    #[command(after_help = plan::EXAMPLES)]
    Plan(plan::FleetPlanArguments),
    /// Check the repositories of a shard, each to a report of its own
    #[command(after_help = run::EXAMPLES)]
    Run(run::FleetRunArguments),
    /// Put the results of all shards together: a site, tables, a calendar, metrics, a history
    #[command(after_help = merge::EXAMPLES)]
    Merge(merge::FleetMergeArguments),
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback fleet plan --list repositories.txt -o plan.json  which, and where
  lookback fleet run plan.json --out results                the checks
  lookback fleet merge results --site site                  the pages

Exit codes: 0 done; 1 what fleet.toml fails on (`merge`); 2 could not run (usage, configuration, input).";

/// Runs one step.
pub(crate) fn run(fleet: &FleetArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    match &fleet.step {
        FleetStep::Plan(arguments) => plan::run(arguments, manner, world),
        FleetStep::Run(arguments) => run::run(arguments, manner, world),
        FleetStep::Merge(arguments) => merge::run(arguments, manner, world),
    }
}
