//! `baseline`: a way in for a repository with a history.
#![expect(clippy::disallowed_methods, reason = "adds to the configuration of the user")]

use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use clap::Args;

use crate::collect::files::NAME;
use crate::collect::git::repository::Repository;
use crate::commands::arguments::{InputArguments, Manner, date};
use crate::commands::evidence::judged;
use crate::error::Error;
use crate::sink::write_whole;
use crate::world::World;
use lookback_core::render::baseline::{Baseline, BaselineTerms, baseline};
use lookback_reading::{count, listed};

/// `baseline`
#[derive(Args, Debug)]
pub struct BaselineArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Why what stands today is acceptable
    #[arg(long, value_name = "TEXT", value_parser = said)]
    pub reason: String,
    /// Who answers for it
    #[arg(long, value_name = "NAME", value_parser = said)]
    pub approver: String,
    /// The last day on which the waivers hold, within a year; default: a year from the day looked at
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub expires: Option<NaiveDate>,
    /// Only print what would be added to the configuration
    #[arg(long)]
    pub print: bool,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback baseline --print --reason WHY --approver NAME  what would be added
  lookback baseline --reason WHY --approver NAME          adds it

What is overdue is never waived. Waived findings stay visible, and come back when the waivers expire.";

/// Days for which a baseline may hold.
const LONGEST: u64 = 366;

/// Adds the waivers to the configuration, and says what stands all the same.
pub(crate) fn run(asked: &BaselineArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    // What stands is looked at as of that day, and the waivers hold from it.
    let day = asked.input.source.as_of.unwrap_or(world.today);
    let last = day.checked_add_days(Days::new(LONGEST)).unwrap_or(day);
    let expires = asked.expires.unwrap_or_else(|| day.checked_add_days(Days::new(365)).unwrap_or(last));
    if expires > last || expires < day {
        let named = if day == world.today { "today, " } else { "" };
        return Err(Error::Argument {
            what: format!("--expires {expires} is not within a year from {named}{day}"),
            next: format!(
                "Name a day up to {last}; by then the findings are mended, or somebody answers for them anew."
            ),
        });
    }
    let report = judged(&asked.input, manner, world)?;
    let terms = BaselineTerms { reason: asked.reason.clone(), approver: asked.approver.clone(), expires };
    let Baseline { toml, waived, left } = baseline(&report, &terms);
    let left: Vec<&str> = left.into_iter().collect();
    if toml.is_empty() {
        writeln!(world.out, "there is nothing to waive: no error and no warning stands that may be waived")?;
    } else if asked.print {
        write!(world.out, "{}", toml.trim_start())?;
    } else {
        let path = configuration(asked)?;
        let before = match std::fs::read_to_string(&path) {
            Ok(text) => text.trim_end().to_owned() + "\n",
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(source) => {
                let path = path.display().to_string();
                return Err(crate::collect::error::CollectError::Read { path, source }.into());
            }
        };
        let text = before + &toml;
        write_whole(&path, text.trim_start().as_bytes())?;
        let told = count(waived, "finding");
        writeln!(
            world.out,
            "{}: waivers for {told} until {expires}, in the name of {}",
            path.display(),
            asked.approver
        )?;
        writeln!(world.out, "Next: read them, commit them, and mend what they name before {expires}.")?;
    }
    if !left.is_empty() {
        writeln!(world.out, "Not waived, because it is due or watches over the policy: {}", listed(&left, 10))?;
    }
    Ok(0)
}

/// Where the waivers go.
fn configuration(asked: &BaselineArguments) -> Result<PathBuf, Error> {
    if let Some(path) = &asked.input.source.config {
        return Ok(path.clone());
    }
    let place = asked.input.source.repo.as_deref().unwrap_or(Path::new("."));
    let repository = Repository::open(place)?;
    repository.workdir().map(|root| root.join(NAME)).ok_or_else(|| Error::Argument {
        what: "the repository is bare, with no configuration to write".to_owned(),
        next: "Name a clone with --repo, a file with --config, or take --print.".to_owned(),
    })
}

fn said(text: &str) -> Result<String, String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty()).ok_or_else(|| "it is empty".to_owned())
}
