//! `demo`: a small real repository, built and checked.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::commands::arguments::{Manner, SourceArguments, date};
use crate::commands::evidence::{Bars, JudgedAs, ToJudge, collected, network, report_on};
use crate::commands::temporary::temporary;
use crate::demo::build::build;
use crate::error::Error;
use crate::world::World;
use lookback_core::render::{Format, render};

/// `demo`
#[derive(Args, Debug)]
pub struct DemoArguments {
    /// The folder to build; it must not exist, or be empty. Default: a new folder for temporary files
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// The day the demo plays on; default: today in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// With the documents in German
    #[arg(long)]
    pub german: bool,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback demo           in a new folder for temporary files
  lookback demo pump      in the folder pump
  lookback demo --german  with German documents";

/// Builds it and checks it.
pub(crate) fn run(demo: &DemoArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let today = demo.as_of.unwrap_or(world.today);
    let folder = match &demo.folder {
        Some(folder) => folder.clone(),
        None => temporary("lookback-demo-", "as in `lookback demo FOLDER`")?.keep(),
    };
    let built = build(&folder, today, demo.german)?;
    writeln!(world.out, "Built {} in {}\n", built.what, folder.display())?;
    let source = SourceArguments { repo: Some(folder.clone()), as_of: Some(today), ..SourceArguments::default() };
    let bars = Bars::new(manner, world);
    let net = network(&source, &bars, world);
    let ToJudge { evidence, policy, .. } = collected(&source, JudgedAs::Everything, &net, &bars, world)?;
    let report = report_on(&evidence, &policy, today, false);
    let style = manner.style(world);
    render(Format::Text, &report, &style, world.out)?;
    let (record, mends) = &built.mends;
    writeln!(
        world.out,
        "\nThe demo is made with gaps: this verdict is the right one. It turns green with these lines of\n{record},\nfrom the bottom up, so that they keep their numbers:"
    )?;
    for mend in mends {
        let how = if mend.instead { "write instead" } else { "write below it" };
        writeln!(world.out, "\n  line {}, {how}:", mend.line)?;
        for line in mend.text.lines() {
            writeln!(world.out, "    {line}")?;
        }
    }
    let again = format!("lookback check --repo {} --as-of {today}", folder.display());
    writeln!(world.out, "\nThen nothing fails: {again}\n\nTry next:")?;
    for command in &built.next {
        writeln!(world.out, "  {command}")?;
    }
    Ok(0)
}
