//! `action`: the container action. Its inputs become the command line of `lookback check`, and the finished report becomes
//! annotations, outputs, a job summary and report files. Judges nothing itself. Reads no environment: that enters in `main`.
#![expect(clippy::disallowed_methods, reason = "looks whether the workspace is there")]

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use crate::action::error::ActionError;
use crate::action::inputs::{FailOn, Inputs, inputs};
use crate::action::outputs;
use crate::action::workflow;
use crate::collect::git::repository::Repository;
use crate::commands::arguments::Manner;
use crate::commands::check;
use crate::commands::check::CheckArguments;
use crate::error::{COULD_NOT_RUN, Error};
use crate::sink::below;
use crate::world::World;
use lookback_core::model::Report;
use lookback_core::render::escape;

#[cfg(test)]
mod tests;

/// The command line of `lookback check`, as the inputs come to it.
#[derive(Parser)]
#[command(name = "lookback")]
struct CheckLine {
    #[command(subcommand)]
    command: OnlyCheck,
    #[command(flatten)]
    manner: Manner,
}

#[derive(Subcommand)]
enum OnlyCheck {
    Check(CheckArguments),
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback action                          with the inputs of the runner
  env INPUT_FAIL-ON=never lookback action  the same by hand, with one input";

/// Runs the action and returns the exit code of the step. What stops a run is annotated here, because a container's
/// standard error shows nowhere but in the log.
pub(crate) fn run(world: &mut World) -> Result<u8, Error> {
    match checked(world) {
        Ok(code) => Ok(code),
        Err(Error::Output(error)) => Err(Error::Output(error)),
        Err(error) => {
            let mut message = error.to_string();
            if let Some(hint) = error.hint_in_action() {
                message.push_str("\nHelp: ");
                message.push_str(&hint);
            }
            workflow::say(world.out, "error", "Lookback could not run", &message)?;
            let values = outputs::stopped();
            workflow::write_outputs(world.env, &values, world.out)?;
            Ok(COULD_NOT_RUN)
        }
    }
}

fn checked(world: &mut World) -> Result<u8, Error> {
    let inputs = inputs(world.inputs)?;
    // A runner other than GitHub's may name the path that it has outside the container, and start the step in the one inside.
    let workspace = (world.env)("GITHUB_WORKSPACE").map(PathBuf::from).filter(|path| path.is_dir());
    let workspace = workspace.unwrap_or_else(|| PathBuf::from("."));
    let CheckLine { command: OnlyCheck::Check(check), manner } =
        CheckLine::try_parse_from(inputs.arguments(&workspace)).map_err(|error| Error::Usage(plain(&error)))?;
    // Where it is written is looked at before anything is read.
    if let Some(cache) = &inputs.cache {
        below(&workspace, cache).map_err(ActionError::from)?;
    }
    shallow(&workspace.join(&inputs.repo), &inputs, world)?;
    let outer = world.env;
    let env = |name: &str| inputs.variable(name).unwrap_or_else(|| outer(name));
    let mut inner = World { env: &env, out: &mut *world.out, notes: &mut *world.notes, ..*world };
    let report = check::checked(&check, &manner, &mut inner)?;
    let files = outputs::write_reports(&report, &inputs, &workspace, world.out)?;
    let dossier = outputs::write_dossier(&report, &inputs, &workspace, world.out)?;
    if inputs.summary {
        workflow::write_summary(world.env, &report, world.out)?;
    }
    workflow::write_outputs(world.env, &outputs::values(&report, &files, dossier), world.out)?;
    Ok(step_code(&report, &inputs))
}

/// The exit code of the step: that of the report, but for what the workflow's author told not to fail.
fn step_code(report: &Report, inputs: &Inputs) -> u8 {
    let undetermined = lookback_core::model::Verdict::Undetermined.exit_code();
    match inputs.fail_on {
        FailOn::Never => 0,
        _ if report.exit_code == undetermined && !inputs.fail_on_undetermined => 0,
        FailOn::Error | FailOn::Warning => report.exit_code,
    }
}

/// A shallow checkout is said at once, before anything is read: nobody should wait for it, or look for it among findings.
fn shallow(path: &Path, inputs: &Inputs, world: &mut World) -> Result<(), Error> {
    if !Repository::open(path)?.is_shallow() {
        return Ok(());
    }
    let fails = inputs.fail_on != FailOn::Never && inputs.fail_on_undetermined;
    let level = if fails { "error" } else { "warning" };
    let message = "The checkout is shallow: it hides when records, fixes and releases came, so nothing can be judged for sure.\n\
                   Help: give actions/checkout the input fetch-depth: 0";
    workflow::say(world.out, level, "Shallow checkout", message)?;
    Ok(())
}

/// What the parser of the command line says, without its usage lines.
fn plain(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    escape::line(first.strip_prefix("error: ").unwrap_or(first))
}
