//! `timeline`: conformance over the whole history.

use clap::{Args, ValueEnum};

use crate::commands::arguments::{InputArguments, Manner};
use crate::commands::evidence::{ToJudge, every_day};
use crate::error::Error;
use crate::world::World;
use lookback_core::judge::Facts;
use lookback_core::judge::Settled;
use lookback_core::judge::{on_record, spans};
use lookback_core::render;
use lookback_core::render::timeline::OnRecord;

/// `timeline`
#[derive(Args, Debug)]
pub struct TimelineArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Output
    #[arg(long, value_enum, default_value_t = TimelineFormat::Text)]
    pub format: TimelineFormat,
}

/// The formats of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TimelineFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A picture; its description holds the same days.
    Svg,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback timeline                when the review was on time, and when not
  lookback timeline --format json  the same for programs";

/// Prints the spans.
pub(crate) fn run(listing: &TimelineArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let ToJudge { evidence, policy, as_of, past, .. } = every_day(&listing.input, manner, world)?;
    let settled = Settled::new(&evidence, as_of);
    let held = spans(&Facts::new(&settled, &policy, as_of));
    let on_record = past.map(|past| on_record(&evidence, &past, &policy, as_of));
    let style = manner.style(world);
    let told = OnRecord { spans: on_record.as_deref(), limits: &evidence.limits };
    match listing.format {
        TimelineFormat::Text => render::timeline::render(&held, told, world.out, &style)?,
        TimelineFormat::Svg => world.out.write_all(render::timeline_chart::chart(&held, told)?.as_bytes())?,
        TimelineFormat::Json => {
            render::json::report::timeline_json(&held, on_record.as_deref(), &evidence.limits, world.out)?;
        }
    }
    Ok(0)
}
