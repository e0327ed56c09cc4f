//! `metrics`: the numbers by period, quarter or year.

use clap::{Args, ValueEnum};

use crate::commands::arguments::{InputArguments, Manner, TableFormat};
use crate::commands::evidence::{ToJudge, everything};
use crate::error::Error;
use crate::world::World;
use lookback_core::judge::{Facts, Settled, metrics_by};
use lookback_core::model::Division;
use lookback_core::render;

/// `metrics`
#[derive(Args, Debug)]
pub struct MetricsArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Into which periods the numbers are divided
    #[arg(long, value_enum, default_value_t = By::Period)]
    pub by: By,
    /// Output
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub format: TableFormat,
}

/// Into which periods the numbers are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Those of the held reviews, and the open one.
    Period,
    /// Quarters of the calendar.
    Quarter,
    /// Years of the calendar.
    Year,
}

/// Prints the numbers.
pub(crate) fn run(asked: &MetricsArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let ToJudge { evidence, policy, as_of, .. } = everything(&asked.input, manner, world)?;
    let settled = Settled::new(&evidence, as_of);
    let division = match asked.by {
        By::Period => Division::Period,
        By::Quarter => Division::Quarter,
        By::Year => Division::Year,
    };
    let measured = metrics_by(&Facts::new(&settled, &policy, as_of), division);
    let style = manner.style(world);
    match asked.format {
        TableFormat::Text => render::metrics::render(&measured, world.out, &style)?,
        TableFormat::Json => render::metrics::json(division, &measured, world.out)?,
        TableFormat::Csv => render::metrics::csv(&measured, world.out)?,
    }
    Ok(0)
}
