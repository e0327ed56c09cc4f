//! `metrics`: the numbers by period, quarter or year.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::commands::arguments::{InputArguments, Manner, TableFormat};
use crate::commands::evidence::{ToJudge, everything};
use crate::error::Error;
use crate::sink::write_whole;
use crate::world::World;
use lookback_core::judge::{Facts, Settled, chart_values, metrics_by};
use lookback_core::model::Division;
use lookback_core::render;
use lookback_core::render::escape::line;

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
    /// Draw the charts too, each as NAME.svg with its values in NAME.csv, into this folder
    #[arg(long, value_name = "DIR")]
    pub svg: Option<PathBuf>,
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

/// Writes the charts, each with its values; returns the files.
fn draw(facts: &Facts<'_>, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut written = Vec::new();
    for chart in render::charts::charts(&chart_values(facts))? {
        for (kind, bytes) in [("svg", chart.svg.clone().into_bytes()), ("csv", chart.csv()?)] {
            let path = folder.join(format!("{}.{kind}", chart.name));
            write_whole(&path, &bytes)?;
            written.push(path);
        }
    }
    Ok(written)
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback metrics               by review period
  lookback metrics --by year     by calendar year
  lookback metrics --svg charts  with charts";

/// Prints the numbers.
pub(crate) fn run(asked: &MetricsArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let ToJudge { evidence, policy, as_of, .. } = everything(&asked.input, manner, world)?;
    let settled = Settled::new(&evidence, as_of);
    let division = match asked.by {
        By::Period => Division::Period,
        By::Quarter => Division::Quarter,
        By::Year => Division::Year,
    };
    let facts = Facts::new(&settled, &policy, as_of);
    let drawn = asked.svg.as_deref().map(|folder| draw(&facts, folder)).transpose()?.unwrap_or_default();
    let measured = metrics_by(&facts, division);
    let style = manner.style(world);
    match asked.format {
        TableFormat::Text => {
            render::metrics::render(&measured, world.out, &style)?;
            for path in drawn {
                writeln!(world.out, "wrote {}", line(&path.display().to_string()))?;
            }
        }
        TableFormat::Json => render::metrics::json(division, &measured, world.out)?,
        TableFormat::Csv => render::metrics::csv(&measured, world.out)?,
    }
    Ok(0)
}
