//! What a run may know of the world. It enters in `main`, and nowhere else.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::{DateTime, NaiveDate, Utc};

use crate::net::github::Env;

/// What a run may know of the world.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the terminal")]
pub struct World<'a> {
    /// Today in UTC.
    pub today: NaiveDate,
    /// The time, for what a server wants dated.
    pub now: DateTime<Utc>,
    /// The environment: addresses, tokens, proxies, the event of a workflow.
    pub env: Env<'a>,
    /// The variables `INPUT_*` of the environment: inputs of the action.
    pub inputs: &'a BTreeMap<String, String>,
    /// Is standard output a terminal?
    pub terminal: bool,
    /// Is standard error a terminal (for progress)?
    pub error_terminal: bool,
    /// Does the environment forbid colour (`NO_COLOR`, `TERM=dumb`)?
    pub no_color: bool,
    /// Can the terminal follow links (OSC 8)?
    pub links: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// Standard error, for what is no result.
    pub notes: &'a mut dyn Write,
}
