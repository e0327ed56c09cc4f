//! Door: a fleet as a site, a table, JSON, a calendar, metrics and lines of its history. Same fleet: same bytes.

pub mod history;
mod metrics;
mod site;
mod table;
mod weeks;

use std::io::{self, Write};

use crate::model::fleet_state::Fleet;
use crate::render::json::safe::write;

pub use crate::render::export::{calendar_event, calendar_of as calendar};
pub use crate::render::fleet::metrics::metrics;
pub use crate::render::fleet::site::{SitePage, site};
pub use crate::render::fleet::table::csv;

/// The fleet as JSON, as `lookback schema fleet` describes it.
pub fn json(fleet: &Fleet, out: &mut dyn Write) -> io::Result<()> {
    write(fleet, out)
}
