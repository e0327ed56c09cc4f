//! The files of a fleet: the plan, and in the folder of a run a row, a report and a cost for each repository, and an end for each shard.
//! Every file is written whole.
#![expect(clippy::disallowed_methods, reason = "reads and makes the folders of a run")]

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fleet::error::FleetError;
use crate::fleet::names::{file_stem, way};
use crate::fleet::plan::within;
use crate::sink::{WriteError, write_whole};
use lookback_core::model::{FLEET_VERSION, FleetCost, FleetPlan, FleetRow, FleetShard, sha256};
use lookback_core::render::json::safe;

const PLAN: &str = "plan.json";
const ROWS: &str = "rows";
const REPORTS: &str = "results";
const COSTS: &str = "costs";
const SHARDS: &str = "shards";
/// Bytes of one file that are read.
const MOST: u64 = 1 << 30;

/// A plan, and the digest by which its results name it.
pub(crate) struct KnownPlan {
    /// The plan.
    pub plan: FleetPlan,
    /// SHA-256 of its text.
    pub digest: String,
}

impl KnownPlan {
    /// SHA-256 of what it names, however that is shared out to shards.
    pub(crate) fn named(&self) -> String {
        let mut plan = self.plan.clone();
        plan.shards = 1;
        for one in &mut plan.repositories {
            (one.shard, one.cost_ms) = (1, 0);
        }
        sha256(&plan_text(&plan))
    }
}

/// A plan as text.
pub(crate) fn plan_text(plan: &FleetPlan) -> Vec<u8> {
    json(plan)
}

fn json(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to memory can't fail.
    let _ = safe::write(value, &mut out);
    out
}

/// Reads a plan, and looks whether it may be run.
pub(crate) fn read_plan(path: &Path) -> Result<KnownPlan, FleetError> {
    let bytes = read_bytes(path)?;
    let plan: FleetPlan = parsed(path, &bytes)?;
    let foreign = |why: String| FleetError::Foreign { path: path.display().to_string(), why };
    if plan.schema_version != FLEET_VERSION {
        return Err(foreign(format!("it has version {}, this is {FLEET_VERSION}", plan.schema_version)));
    }
    within(plan.shards)?;
    if plan.repositories.is_empty() {
        return Err(foreign("it names no repository".to_owned()));
    }
    let mut names: Vec<&str> = plan.repositories.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|two| two[0] == two[1]) {
        return Err(foreign("it names a repository twice".to_owned()));
    }
    for one in &plan.repositories {
        way(&one.url).map_err(|why| foreign(format!("the address of {}: {why}", one.name)))?;
        if !(1..=plan.shards).contains(&one.shard) {
            return Err(foreign(format!("{} is of shard {} of {}", one.name, one.shard, plan.shards)));
        }
    }
    Ok(KnownPlan { digest: sha256(&plan_text(&plan)), plan })
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, FleetError> {
    let failed = |source| FleetError::Read { path: path.display().to_string(), source };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > MOST {
        return Err(failed(std::io::Error::other(format!("it holds more than {} MiB", MOST >> 20))));
    }
    std::fs::read(path).map_err(failed)
}

fn parsed<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, FleetError> {
    serde_json::from_slice(bytes)
        .map_err(|error| FleetError::Foreign { path: path.display().to_string(), why: error.to_string() })
}

/// How old a half-written file is before it is taken for one that a killed run left: no other run writes one for so long.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Takes away what runs left half-written that were killed. What cannot be taken away harms nothing: only whole files have a name that is read.
fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let half = entry.file_name().to_str().is_some_and(|name| name.starts_with(".lookback-"));
        let old = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if half && old().is_some_and(|age| age > ABANDONED) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The folder of a run.
pub(crate) struct RunFolder {
    root: PathBuf,
}

impl RunFolder {
    /// The folder at a path, which need not be there.
    pub(crate) fn at(root: &Path) -> Self {
        RunFolder { root: root.to_owned() }
    }

    /// Makes the folder with all that it holds, and writes the plan into it. One of another plan is not mixed with it.
    pub(crate) fn begin(&self, known: &KnownPlan) -> Result<(), FleetError> {
        for folder in [ROWS, REPORTS, COSTS, SHARDS] {
            let path = self.root.join(folder);
            std::fs::create_dir_all(&path).map_err(|source| WriteError { path: path.clone(), source })?;
            sweep(&path);
        }
        let path = self.root.join(PLAN);
        match self.plan() {
            Ok(there) if there.digest == known.digest => return Ok(()),
            Ok(_) => {
                return Err(FleetError::mistake(
                    format!("{} holds results of another plan", self.root.display()),
                    "Name another folder with --out, or take this one away.",
                ));
            }
            Err(FleetError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(write_whole(&path, &plan_text(&known.plan))?)
    }

    /// The plan that its results are of.
    pub(crate) fn plan(&self) -> Result<KnownPlan, FleetError> {
        read_plan(&self.root.join(PLAN))
    }

    fn path(&self, folder: &str, name: &str) -> PathBuf {
        self.root.join(folder).join(format!("{}.json", file_stem(name)))
    }

    /// Writes what became of a repository. The row is last: where it is, all is.
    pub(crate) fn write(&self, row: &FleetRow, report: Option<&[u8]>, cost: &FleetCost) -> Result<(), WriteError> {
        let at = self.path(REPORTS, &row.name);
        match report {
            Some(report) => write_whole(&at, report)?,
            None => match std::fs::remove_file(&at) {
                Err(source) if source.kind() != ErrorKind::NotFound => return Err(WriteError { path: at, source }),
                _ => {}
            },
        }
        write_whole(&self.path(COSTS, &row.name), &json(cost))?;
        write_whole(&self.path(ROWS, &row.name), &json(row))
    }

    /// What became of a repository; `None`: nothing yet.
    pub(crate) fn row(&self, name: &str) -> Result<Option<FleetRow>, FleetError> {
        let path = self.path(ROWS, name);
        match read_bytes(&path) {
            Ok(bytes) => parsed(&path, &bytes).map(Some),
            Err(FleetError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The report of a repository, with where it lies.
    pub(crate) fn report(&self, name: &str) -> Result<(String, Vec<u8>), FleetError> {
        let path = self.path(REPORTS, name);
        Ok((path.display().to_string(), read_bytes(&path)?))
    }

    /// Writes that a shard came to its end.
    pub(crate) fn end(&self, shard: &FleetShard) -> Result<(), WriteError> {
        write_whole(&self.root.join(SHARDS).join(format!("{}.json", shard.shard)), &json(shard))
    }

    /// The shards that came to their end, by number.
    pub(crate) fn shards(&self) -> Result<Vec<FleetShard>, FleetError> {
        let mut found: Vec<FleetShard> = all(&self.root.join(SHARDS))?;
        found.sort_by_key(|shard| shard.shard);
        Ok(found)
    }
}

/// What repositories took in earlier runs, in milliseconds; of several runs the last one that is named counts. A night on which nothing
/// had changed does not tell.
pub(crate) fn costs(folders: &[PathBuf]) -> Result<BTreeMap<String, u64>, FleetError> {
    let mut known = BTreeMap::new();
    for folder in folders {
        for cost in all::<FleetCost>(&folder.join(COSTS))? {
            if cost.unchanged {
                known.entry(cost.name).or_insert(cost.ms);
            } else {
                known.insert(cost.name, cost.ms);
            }
        }
    }
    Ok(known)
}

/// All files of a folder, in the order of their names.
fn all<T: DeserializeOwned>(folder: &Path) -> Result<Vec<T>, FleetError> {
    let failed = |source| FleetError::Read { path: folder.display().to_string(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|end| end == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| parsed(path, &read_bytes(path)?)).collect()
}
