//! `fleet merge`: the results of all shards as a site, tables, a calendar, metrics and a history.
#![expect(clippy::disallowed_methods, reason = "reads the history that the user names")]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::commands::arguments::{Manner, date};
use crate::error::Error;
use crate::fleet::config::{FleetFailOn, Publish};
use crate::fleet::error::FleetError;
use crate::fleet::files::RunFolder;
use crate::fleet::merge::{InHand, MergedFleet, merge};
use crate::fleet::site::{Dossiers, SiteFolder};
use crate::net::error::NetError;
use crate::net::session::{Net, NetOptions};
use crate::sink::{write_through, write_whole};
use crate::world::World;
use crate::writeback::executor::write_issue;
use crate::writeback::fleet::summary;
use crate::writeback::outcome::{WriteTarget, WriteWanted, nothing_written};
use lookback_core::judge::fleet::{cover, leave_out_private};
use lookback_core::model::{
    FLEET_VERSION, Fleet, FleetCounts, FleetEntry, FleetState, NotChecked, PlannedRepository, Visibility, github_source,
};
use lookback_core::render::escape::line;
use lookback_core::render::fleet::history::FleetHistory;
use lookback_core::render::fleet::{calendar, calendar_event, csv, json, metrics, site};
use lookback_reading::count;

/// `fleet merge`
#[derive(Args, Debug)]
pub struct FleetMergeArguments {
    /// The folders of the runs
    #[arg(value_name = "DIR", required = true)]
    pub folders: Vec<PathBuf>,
    /// Write the site into this folder
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// Add to this file what changed, a line of JSON each
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// Write a table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write JSON (`lookback schema fleet`)
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write a calendar of all due dates
    #[arg(long, value_name = "FILE")]
    pub ics: Option<PathBuf>,
    /// Write metrics, as Prometheus reads them
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
    /// Which dossiers the site gets
    #[arg(long, value_enum, default_value_t = WhichDossiers::Changed, value_name = "WHICH")]
    pub dossiers: WhichDossiers,
    /// Show what has no result as not checked, instead of failing
    #[arg(long)]
    pub partial: bool,
    /// Leave out everything that not everybody may read, and count it; the history holds it all the same
    #[arg(long)]
    pub public: bool,
    /// Keep one issue in this repository on GitHub that says where the fleet stands
    #[arg(long, value_name = "OWNER/NAME", value_parser = on_github)]
    pub issue: Option<String>,
    /// Where the site is shown, for the issue
    #[arg(long, value_name = "URL", requires = "issue")]
    pub page: Option<String>,
    /// The present day, to tell how long nothing was checked; default: today in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
}

/// Which dossiers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WhichDossiers {
    /// Where something changed since the history's last night, or there is none.
    Changed,
    /// All.
    All,
    /// None.
    None,
}

/// The name by which the issue is found again.
const ISSUE: &str = "Lookback fleet";

pub(super) const EXAMPLES: &str = "\
Examples:
  lookback fleet merge results --site site --history history.jsonl
  lookback fleet merge shard-1 shard-2 --csv fleet.csv --metrics fleet.prom
  lookback fleet merge results --public --site public

Exit codes: 0 done, 1 what fleet.toml fails on (`fail_on`), 2 could not run (usage, configuration, input).";

/// Puts the results together, and tells how the night went.
pub(super) fn run(asked: &FleetMergeArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let text = match &asked.history {
        Some(path) => read_history(path)?,
        None => String::new(),
    };
    let named = asked.history.as_deref().unwrap_or(Path::new("history"));
    let odd = |error: &dyn std::fmt::Display| FleetError::Foreign {
        path: named.display().to_string(),
        why: error.to_string(),
    };
    let history = FleetHistory::read(&text).map_err(|error| odd(&error))?;
    if history.torn && !manner.quiet {
        writeln!(world.notes, "note: the last line of {} was torn, and is cut", line(&named.display().to_string()))?;
    }
    let secrets = may_be_shown(asked)?;
    let secret = |text: &str| {
        let text = if secrets.is_empty() { String::new() } else { text.to_lowercase() };
        secrets.iter().any(|name| text.contains(name))
    };
    let mut folder = asked.site.as_deref().map(SiteFolder::new).transpose()?;
    let which = match asked.dossiers {
        WhichDossiers::Changed => Dossiers::Changed,
        WhichDossiers::All => Dossiers::All,
        WhichDossiers::None => Dossiers::None,
    };
    let mut events = Vec::new();
    let merged = merge(&asked.folders, asked.partial, |InHand { entry, report, rules, shows_embargoed }| {
        let hidden = asked.public && entry.visibility != Some(Visibility::Public);
        let Some(report) = report.filter(|_| !hidden) else { return Ok(()) };
        if asked.ics.is_some() {
            events.extend(calendar_event(report));
        }
        // What was collected to be shown where all may read it is not masked again.
        let masked = !(asked.public && shows_embargoed && report.issues.iter().any(|issue| issue.issue.private));
        if let Some(folder) = folder.as_mut().filter(|_| masked) {
            entry.page = folder.dossier(entry, report, !history.knows(entry, rules), which, &secret)?;
        }
        Ok(())
    })?;
    let (fleet, all) = fleet(&merged, &history, asked, world.today);
    if let Some(folder) = &folder {
        folder.finish(&site(&fleet).map_err(FleetError::from)?)?;
    }
    if let Some(path) = &asked.csv {
        write_through(path, |out| csv(&fleet, out))?;
    }
    if let Some(path) = &asked.json {
        write_through(path, |out| json(&fleet, out))?;
    }
    if let Some(path) = &asked.ics {
        write_whole(path, calendar(events).as_bytes())?;
    }
    if let Some(path) = &asked.metrics {
        write_whole(path, metrics(&fleet).as_bytes())?;
    }
    if let Some(path) = &asked.history {
        let text = history.with(&text, &fleet, &all).map_err(|error| odd(&error))?;
        write_whole(path, text.as_bytes())?;
    }
    told(&fleet, manner, world)?;
    if let Some(repository) = &asked.issue {
        keep_issue(&fleet, repository, asked, world)?;
    }
    Ok(u8::from(failed(&fleet.counts, merged.config.fail_on)))
}

/// A name as GitHub has them.
fn on_github(text: &str) -> Result<String, String> {
    match github_source(&format!("github:{text}")) {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err("write OWNER/NAME".to_owned()),
    }
}

/// Keeps the issue, and tells what came of it: what could not be written changes no result.
fn keep_issue(fleet: &Fleet, repository: &str, asked: &FleetMergeArguments, world: &mut World) -> Result<(), Error> {
    let wanted = WriteWanted { reminder: true, name: ISSUE.to_owned(), ..WriteWanted::default() };
    let target = WriteTarget { repository: repository.to_owned(), default_branch: true, ..WriteTarget::default() };
    let page = asked.page.as_deref().filter(|page| page.starts_with("https://") && !page.contains(['(', ')', ' ']));
    let issue = summary(fleet, ISSUE, page);
    let net = Net::new(world.env, world.now, NetOptions::default());
    let written = net.block_on(async {
        let client = net.github(Some(repository)).await?;
        Ok::<_, NetError>(write_issue(&client, &issue, &wanted, &target).await)
    })?;
    let done = written.unwrap_or_else(|error| {
        nothing_written(&wanted, &target.host, &error.to_string(), "See docs/github.md on how GitHub is reached.")
    });
    for text in &done.written {
        writeln!(world.out, "written: {}", line(text))?;
    }
    for limit in &done.limits {
        writeln!(world.notes, "note: the issue was not written: {}; {}", line(&limit.why), line(&limit.remedy))?;
    }
    Ok(())
}

fn read_history(path: &Path) -> Result<String, FleetError> {
    match std::fs::read(path) {
        // A torn line may end inside a character.
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(FleetError::Read { path: path.display().to_string(), source }),
    }
}

/// Names that may stand nowhere in the results. Who publishes private ones says so.
fn may_be_shown(asked: &FleetMergeArguments) -> Result<Vec<String>, FleetError> {
    let Some(first) = asked.folders.first() else { return Ok(Vec::new()) };
    let known = RunFolder::at(first).plan()?;
    let private = |one: &&PlannedRepository| one.visibility != Some(Visibility::Public);
    let private: Vec<&PlannedRepository> = known.plan.repositories.iter().filter(private).collect();
    if asked.public {
        return Ok(private.into_iter().map(|one| one.name.to_lowercase()).collect());
    }
    let publish = crate::fleet::config::FleetConfig::new(known.plan.config.as_ref())?.publish;
    if private.is_empty() || publish == Some(Publish::Private) {
        return Ok(Vec::new());
    }
    let what = format!(
        "{} not known to be public",
        if private.len() == 1 { "1 repository is".to_owned() } else { format!("{} repositories are", private.len()) }
    );
    Err(FleetError::mistake(
        what,
        "Leave them out with --public; or write publish = \"private\" in fleet.toml where those alone see the results who may read all of them, and plan again.",
    ))
}

/// The fleet as it is shown, and every repository as the history keeps it.
fn fleet(
    merged: &MergedFleet,
    history: &FleetHistory,
    asked: &FleetMergeArguments,
    today: NaiveDate,
) -> (Fleet, Vec<FleetEntry>) {
    let mut all = merged.entries.clone();
    for entry in all.iter_mut().filter(|entry| entry.checked_on.is_none()) {
        entry.checked_on = history.last_checked(&entry.name);
        entry.subjects = history.subjects(&entry.name);
    }
    cover(&mut all);
    let counts = FleetCounts::of(all.iter().map(|entry| entry.state));
    let mut shown = all.clone();
    let not_shown = if asked.public { leave_out_private(&mut shown) } else { 0 };
    let fleet = Fleet {
        schema_version: FLEET_VERSION,
        as_of: merged.as_of,
        merged_on: asked.as_of.unwrap_or(today),
        version: merged.version.clone(),
        rules: merged.rules.clone(),
        plan: merged.known.named(),
        counts,
        not_shown,
        repositories: shown,
        weeks: history.weeks(merged.as_of, counts),
    };
    (fleet, all)
}

/// Does the night count as failed?
fn failed(counts: &FleetCounts, on: FleetFailOn) -> bool {
    let any = |state: FleetState| counts.get(state) > 0;
    (on >= FleetFailOn::Overdue && any(FleetState::Overdue))
        || (on >= FleetFailOn::Nonconforming && any(FleetState::Nonconforming))
        || (on >= FleetFailOn::NotChecked && any(FleetState::NotChecked))
}

fn told(fleet: &Fleet, manner: &Manner, world: &mut World) -> Result<(), Error> {
    if let Some(days) = fleet.silent_days() {
        let days = count(usize::try_from(days).unwrap_or(0), "day");
        writeln!(world.out, "nothing was checked for {days}: the last night was {}", fleet.as_of)?;
    }
    if !manner.quiet {
        let mut first: Vec<&FleetEntry> =
            fleet.repositories.iter().filter(|entry| entry.state <= FleetState::DueSoon).collect();
        first.sort_by_key(|entry| (entry.state, entry.due.is_none(), entry.due, entry.name.as_str()));
        for entry in first {
            let due = entry.due.map(|due| format!(", due {due}")).unwrap_or_default();
            let cause = entry.cause.map(NotChecked::word).map(|cause| format!(" ({cause})")).unwrap_or_default();
            writeln!(world.out, "{}{cause}: {}{due}", entry.state.word(), line(&entry.name))?;
        }
    }
    let counts: Vec<String> =
        FleetState::ALL.iter().map(|state| format!("{} {}", fleet.counts.get(*state), state.word())).collect();
    let all = fleet.counts.repositories;
    let all = if all == 1 { "1 repository".to_owned() } else { format!("{all} repositories") };
    writeln!(world.out, "{all} on {}: {}", fleet.as_of, counts.join(", "))?;
    if fleet.not_shown > 0 {
        writeln!(world.out, "{} private and not shown", fleet.not_shown)?;
    }
    Ok(())
}
