//! `timeline`: conformance over the whole history.

use clap::Args;

use crate::commands::arguments::{InputArguments, Manner, PlainFormat};
use crate::commands::evidence::{ToJudge, everything};
use crate::error::Error;
use crate::world::World;
use lookback_core::judge::Facts;
use lookback_core::judge::Settled;
use lookback_core::judge::spans;
use lookback_core::render;

/// `timeline`
#[derive(Args, Debug)]
pub struct TimelineArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Output
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub format: PlainFormat,
}

/// Prints the spans.
pub(crate) fn run(listing: &TimelineArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let ToJudge { evidence, policy, as_of, .. } = everything(&listing.input, manner, world)?;
    let settled = Settled::new(&evidence, as_of);
    let spans = spans(&Facts::new(&settled, &policy, as_of));
    let style = manner.style(world);
    match listing.format {
        PlainFormat::Text => render::timeline::render(&spans, world.out, &style)?,
        PlainFormat::Json => render::json::report::spans_json(&spans, world.out)?,
    }
    Ok(0)
}
