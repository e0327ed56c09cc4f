//! `collect`: the evidence as JSON, to be judged later or elsewhere.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::commands::arguments::{Manner, SourceArguments};
use crate::commands::evidence::{Bars, JudgedAs, collected, network};
use crate::error::Error;
use crate::sink::write_through;
use crate::world::World;
use lookback_core::render::json::safe::write;

/// `collect`
#[derive(Args, Debug)]
pub struct CollectArguments {
    /// Where to look
    #[command(flatten)]
    pub source: SourceArguments,
    /// Write here instead of standard output (`-`)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback collect -o evidence.json        what was seen, to be judged elsewhere
  lookback check --evidence evidence.json  judges it, without network";

/// Writes the evidence.
pub(crate) fn run(collect: &CollectArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let bars = Bars::new(manner, world);
    let net = network(&collect.source, &bars, world);
    let evidence = collected(&collect.source, JudgedAs::Everything, &net, &bars, world)?.evidence;
    match collect.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => write_through(path, |out| write(&evidence, out))?,
        None => write(&evidence, world.out)?,
    }
    Ok(0)
}
