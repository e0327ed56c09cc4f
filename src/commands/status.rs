//! `status`: one line, and a badge.

use std::path::Path;

use clap::Args;

use crate::commands::arguments::{InputArguments, Manner};
use crate::commands::evidence::judged;
use crate::error::Error;
use crate::sink::write_whole;
use crate::world::World;
use lookback_core::render::status::{badge_json, exit_code, render};

/// `status`
#[derive(Args, Debug)]
pub struct StatusArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Write a shields-style JSON badge to this file (`-`: standard output)
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub badge: Option<String>,
    /// End with 1 when a review is overdue and with 3 when that cannot be told; without it the end is always 0
    #[arg(long)]
    pub exit_code: bool,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback status                     where the review stands, in one line
  lookback status --exit-code         fails when the review is overdue
  lookback status --badge badge.json  a badge for shields.io
  lookback status --as-of 2027-03-01  on another day

Exit codes: 0; with --exit-code 1 overdue, 3 undetermined; 2 could not run (usage, configuration, input).";

/// Prints the line, and writes the badge where it is asked for.
pub(crate) fn run(status: &StatusArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let report = judged(&status.input, manner, world)?;
    let style = manner.style(world);
    match status.badge.as_deref() {
        Some("-") => writeln!(world.out, "{:#}", badge_json(&report))?,
        Some(file) => {
            write_whole(Path::new(file), format!("{:#}\n", badge_json(&report)).as_bytes())?;
            render(&report, world.out, &style)?;
        }
        None => render(&report, world.out, &style)?,
    }
    Ok(if status.exit_code { exit_code(&report) } else { 0 })
}
