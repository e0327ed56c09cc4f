//! `status`: one line, and a badge.

use std::path::Path;

use clap::Args;

use crate::commands::arguments::{InputArguments, Manner};
use crate::commands::evidence::judged;
use crate::error::Error;
use crate::sink::write_whole;
use crate::world::World;
use lookback_core::render::status::{badge_json, status_line};

/// `status`
#[derive(Args, Debug)]
pub struct StatusArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Write a shields-style JSON badge to this file (`-`: standard output)
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub badge: Option<String>,
}

/// Prints the line, and writes the badge where it is asked for.
pub(crate) fn run(status: &StatusArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let report = judged(&status.input, manner, world)?;
    match status.badge.as_deref() {
        Some("-") => writeln!(world.out, "{:#}", badge_json(&report))?,
        Some(file) => {
            write_whole(Path::new(file), format!("{:#}\n", badge_json(&report)).as_bytes())?;
            writeln!(world.out, "{}", status_line(&report))?;
        }
        None => writeln!(world.out, "{}", status_line(&report))?,
    }
    Ok(0)
}
