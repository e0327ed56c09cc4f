//! The results of all shards as one fleet: any number of folders, in any order. What is missing, there twice, or of another day, version
//! or plan is told; a fleet that is put together by mistake looks like a healthy one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::fleet::config::FleetConfig;
use crate::fleet::error::FleetError;
use crate::fleet::files::{KnownPlan, RunFolder};
use lookback_core::judge::fleet::entry;
use lookback_core::model::{
    FLEET_VERSION, FleetEntry, FleetOutcome, FleetRow, FleetShard, NotChecked, PlannedRepository, Report, sha256,
};
use lookback_core::render::escape::line;
use lookback_core::render::read_report;
use lookback_reading::shorten;

/// Why a repository without a result was not checked.
const NO_RESULT: &str = "there is no result of it: its shard did not come to its end; run it again";

/// All of it, put together.
pub(crate) struct MergedFleet {
    /// The plan.
    pub known: KnownPlan,
    /// `fleet.toml`.
    pub config: FleetConfig,
    /// The day that was judged for.
    pub as_of: NaiveDate,
    /// By which version.
    pub version: String,
    /// By which rules.
    pub rules: String,
    /// The repositories of the plan, by name, each by its own result.
    pub entries: Vec<FleetEntry>,
}

/// One repository with its report, while it is in hand.
pub(crate) struct InHand<'a> {
    /// Its own entry, before it is covered.
    pub entry: &'a mut FleetEntry,
    /// Its report; `None`: not checked.
    pub report: Option<&'a Report>,
    /// By which rules it was checked.
    pub rules: &'a str,
    /// Does its policy show private issues where everybody may read?
    pub shows_embargoed: bool,
}

/// Puts folders together. `each` sees every repository with its report, in the order of the plan.
pub(crate) fn merge(
    folders: &[PathBuf],
    partial: bool,
    mut each: impl FnMut(InHand<'_>) -> Result<(), FleetError>,
) -> Result<MergedFleet, FleetError> {
    let folders: Vec<(String, RunFolder)> =
        folders.iter().map(|path| (line(&path.display().to_string()), RunFolder::at(path))).collect();
    let known = one_plan(&folders)?;
    let shards = one_night(&folders, &known, partial)?;
    let mut entries = Vec::new();
    let mut night: Option<(NaiveDate, String, String)> =
        shards.first().map(|shard| (shard.as_of, shard.version.clone(), shard.rules.clone()));
    for planned in &known.plan.repositories {
        let found = find(&folders, planned, &known.digest)?;
        let Some((folder, row)) = found else {
            if !partial {
                return Err(FleetError::mistake(
                    format!("there is no result of {}, of shard {}", shown(&planned.name), planned.shard),
                    "Run its shard again, or show it as not checked with --partial.",
                ));
            }
            entries.push((planned, None));
            continue;
        };
        let of_row = (row.as_of, row.version.clone(), row.rules.clone());
        match &night {
            Some(night) if *night != of_row => return Err(apart(&shown(&planned.name), night, &of_row)),
            Some(_) => {}
            None => night = Some(of_row),
        }
        entries.push((planned, Some((folder, row))));
    }
    let Some((as_of, version, rules)) = night else {
        return Err(FleetError::mistake(
            "none of the folders holds a result",
            "Name the folders of `lookback fleet run --out`.",
        ));
    };
    let mut made: Vec<FleetEntry> = Vec::new();
    for (planned, found) in entries {
        let row =
            found.as_ref().map_or_else(|| missing(planned, &known, (as_of, &version, &rules)), |(_, row)| row.clone());
        let report = match (&row.outcome, &found) {
            (FleetOutcome::Checked(checked), Some((folder, _))) => {
                Some(report_of(folder, &planned.name, &checked.report)?)
            }
            _ => None,
        };
        let mut entry = entry(planned, &row, report.as_ref());
        let shows_embargoed = matches!(&row.outcome, FleetOutcome::Checked(checked) if checked.shows_embargoed);
        each(InHand { entry: &mut entry, report: report.as_ref(), rules: &row.rules, shows_embargoed })?;
        made.push(entry);
    }
    let config = FleetConfig::new(known.plan.config.as_ref())?;
    Ok(MergedFleet { known, config, as_of, version, rules, entries: made })
}

fn shown(name: &str) -> String {
    line(&shorten(name, 200))
}

/// The plan of all folders.
fn one_plan(folders: &[(String, RunFolder)]) -> Result<KnownPlan, FleetError> {
    let mut known: Option<(&str, KnownPlan)> = None;
    for (name, folder) in folders {
        let plan = folder.plan()?;
        match &known {
            Some((first, other)) if other.digest != plan.digest => {
                return Err(FleetError::mistake(
                    format!("{first} and {name} hold results of different plans"),
                    "Merge the folders of one plan.",
                ));
            }
            Some(_) => {}
            None => known = Some((name, plan)),
        }
    }
    known
        .map(|(_, plan)| plan)
        .ok_or_else(|| FleetError::mistake("no folder is named", "Name the folders of `lookback fleet run --out`."))
}

/// The shards that came to their end: each once, of one night, and all of them unless some may be missing.
fn one_night(folders: &[(String, RunFolder)], known: &KnownPlan, partial: bool) -> Result<Vec<FleetShard>, FleetError> {
    let mut found: BTreeMap<u32, (&str, FleetShard)> = BTreeMap::new();
    for (name, folder) in folders {
        for shard in folder.shards()? {
            if shard.plan != known.digest {
                return Err(FleetError::mistake(
                    format!("{name} holds a shard of another plan"),
                    "Take it away and run it again.",
                ));
            }
            if let Some((other, _)) = found.get(&shard.shard) {
                return Err(FleetError::mistake(
                    format!("shard {} is there twice: in {other} and in {name}", shard.shard),
                    "Name one of the two folders.",
                ));
            }
            found.insert(shard.shard, (name, shard));
        }
    }
    let missing: Vec<String> =
        (1..=known.plan.shards).filter(|shard| !found.contains_key(shard)).map(|shard| shard.to_string()).collect();
    if !missing.is_empty() && !partial {
        let (which, is) = if missing.len() == 1 { ("shard", "is") } else { ("shards", "are") };
        return Err(FleetError::mistake(
            format!("{which} {} of {} {is} missing", missing.join(", "), known.plan.shards),
            "Name its folder too, run it again, or show its repositories as not checked with --partial.",
        ));
    }
    let shards: Vec<FleetShard> = found.into_values().map(|(_, shard)| shard).collect();
    let of = |shard: &FleetShard| (shard.as_of, shard.version.clone(), shard.rules.clone());
    if let Some(first) = shards.first().map(of)
        && let Some(other) = shards.iter().find(|shard| of(shard) != first)
    {
        return Err(apart(&format!("shard {}", other.shard), &first, &of(other)));
    }
    Ok(shards)
}

/// Results that do not belong together.
fn apart(what: &str, one: &(NaiveDate, String, String), other: &(NaiveDate, String, String)) -> FleetError {
    let why = if one.0 != other.0 {
        format!("{what} is judged for {}, and others for {}", other.0, one.0)
    } else if one.1 != other.1 {
        format!("{what} is checked by version {}, and others by {}", other.1, one.1)
    } else {
        format!("{what} is checked by other rules than others")
    };
    FleetError::mistake(why, "Run all shards with one version and for one day (--as-of).")
}

/// The result of a repository, in the one folder that has it.
fn find<'a>(
    folders: &'a [(String, RunFolder)],
    planned: &PlannedRepository,
    plan: &str,
) -> Result<Option<(&'a RunFolder, FleetRow)>, FleetError> {
    let mut found: Option<(&str, &RunFolder, FleetRow)> = None;
    for (name, folder) in folders {
        let Some(row) = folder.row(&planned.name)? else { continue };
        if row.plan != plan || row.name != planned.name || row.schema_version != FLEET_VERSION {
            return Err(FleetError::mistake(
                format!("the result of {} in {name} is of another plan", shown(&planned.name)),
                "Take the folder away and run its shard again.",
            ));
        }
        if let Some((other, ..)) = found {
            return Err(FleetError::mistake(
                format!("{} is there twice: in {other} and in {name}", shown(&planned.name)),
                "Name one of the two folders.",
            ));
        }
        found = Some((name, folder, row));
    }
    Ok(found.map(|(_, folder, row)| (folder, row)))
}

fn missing(planned: &PlannedRepository, known: &KnownPlan, night: (NaiveDate, &str, &str)) -> FleetRow {
    FleetRow {
        schema_version: FLEET_VERSION,
        name: planned.name.clone(),
        plan: known.digest.clone(),
        as_of: night.0,
        version: night.1.to_owned(),
        rules: night.2.to_owned(),
        outcome: FleetOutcome::NotChecked { cause: NotChecked::NoResult, why: NO_RESULT.to_owned() },
    }
}

/// A report, as its row knows it.
fn report_of(folder: &RunFolder, name: &str, digest: &str) -> Result<Report, FleetError> {
    let (path, bytes) = folder.report(name)?;
    if sha256(&bytes) != digest {
        let why = "its digest is not the one of its row".to_owned();
        return Err(FleetError::Foreign { path, why });
    }
    read_report(&String::from_utf8_lossy(&bytes)).map_err(|source| FleetError::Report { path, source })
}
