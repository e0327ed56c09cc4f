//! `issues`: the security issues as a table.

use clap::Args;

use crate::commands::arguments::{InputArguments, Manner, TableFormat};
use crate::commands::evidence::judged;
use crate::error::Error;
use crate::world::World;
use lookback_core::render;

/// `issues`
#[derive(Args, Debug)]
pub struct IssuesArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Output
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub format: TableFormat,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback issues                  each security issue, and why it is one
  lookback issues --issues github  those of GitHub too
  lookback issues --format csv     for a spreadsheet";

/// Prints the table.
pub(crate) fn run(listing: &IssuesArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let report = judged(&listing.input, manner, world)?;
    let style = manner.style(world);
    match listing.format {
        TableFormat::Text => render::issues::render(&report, world.out, &style)?,
        TableFormat::Json => render::json::report::issues_json(&report, world.out)?,
        TableFormat::Csv => render::csv::issues(&report, world.out)?,
    }
    Ok(0)
}
