//! `fleet run`: checks the repositories of a shard.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;

use crate::commands::arguments::{Manner, date};
use crate::commands::evidence::report_on;
use crate::error::Error;
use crate::fleet::cache::FleetCache;
use crate::fleet::check::Checker;
use crate::fleet::config::FleetConfig;
use crate::fleet::error::FleetError;
use crate::fleet::files::{RunFolder, read_plan};
use crate::fleet::git::{Failure, Git};
use crate::fleet::memory::Memory;
use crate::fleet::room::CacheRoom;
use crate::fleet::run::{Budgets, FleetRun, Maker, RunSummary};
use crate::fleet::shard::{chosen, part};
use crate::fleet::worker::FleetWorker;
use crate::net::ledger::Allowance;
use crate::net::session::{Net, NetOptions};
use crate::world::World;
use lookback_core::model::{NotChecked, sha256};
use lookback_core::render::escape::line;
use lookback_reading::count;

/// `fleet run`
#[derive(Args, Debug)]
pub struct FleetRunArguments {
    /// The plan
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// Which shard: `i/n`, or `auto` as Kubernetes, SLURM or GitLab number their jobs; without it all
    #[arg(long, value_name = "SHARD")]
    pub shard: Option<String>,
    /// The folder of the results; a run that was stopped goes on where it was
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// The folder of the copies of repositories, of their evidence and of answers; it holds what private repositories hold
    #[arg(long, value_name = "DIR", default_value = "cache")]
    pub cache: PathBuf,
    /// Most MiB that the cache keeps; what was not used the longest goes first
    #[arg(long, value_name = "MIB", default_value_t = 20_480)]
    pub cache_size: u64,
    /// Repositories at a time
    #[arg(long, value_name = "N", default_value = "4")]
    pub jobs: NonZeroUsize,
    /// Judge for this date; default: today in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// Most seconds of the run; what is left then is not checked
    #[arg(long, value_name = "SECONDS")]
    pub time: Option<u64>,
    /// Most seconds of one repository
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub time_each: u64,
    /// Most MiB of the copy of one repository
    #[arg(long, value_name = "MIB", default_value_t = 2_048)]
    pub disk_each: u64,
    /// Most requests to servers of issues, of all shards together: they share the limit of one token
    #[arg(long, value_name = "N")]
    pub requests: Option<usize>,
    /// Most requests to servers of issues for one repository; answers that did not change (304) are not counted
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    pub requests_each: usize,
    /// Ask no server of issues
    #[arg(long)]
    pub offline: bool,
    /// Trust the certificates in this PEM file too, where issues are asked for; default: that of `SSL_CERT_FILE`
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  lookback fleet run plan.json                    every repository of the plan
  lookback fleet run plan.json --shard 3/16       one shard of sixteen
  lookback fleet run plan.json --shard auto       as the engine numbers its jobs
  lookback fleet run plan.json --jobs 8 --time 3000

Exit codes: 0 every repository has its row; 2 could not run (usage, configuration, input, output).";

const MIB: u64 = 1 << 20;

/// Runs the shard.
pub(super) fn run(asked: &FleetRunArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let known = read_plan(&asked.plan)?;
    let config = FleetConfig::new(known.plan.config.as_ref())?;
    let shards = chosen(asked.shard.as_deref(), known.plan.shards, world.env)?;
    let budgets = Budgets {
        time: asked.time.map(Duration::from_secs),
        time_each: Duration::from_secs(asked.time_each),
        requests_each: asked.requests_each,
    };
    let allowance = Arc::new(Allowance::new(asked.requests.map(|all| part(all, &shards, known.plan.shards))));
    let answers = FleetCache::answers(&asked.cache);
    let options = || NetOptions {
        offline: asked.offline,
        cache: Some(&answers),
        ca: asked.ca.as_deref(),
        ..NetOptions::default()
    };
    let net = |options| Net::new(world.env, world.now, options);
    let worker = || FleetWorker::new(net, options(), &allowance);
    let workers: Vec<FleetWorker<'_>> = (0..asked.jobs.get()).map(|_| worker()).collect();
    let (maker, folder) = (Maker::this(), RunFolder::at(&asked.out));
    let of_config = known.plan.config.as_ref().map(|config| sha256(config.text.as_bytes())).unwrap_or_default();
    let cache = FleetCache::open(&asked.cache);
    let git = cache.as_ref().ok().map(|_| Git::new(&asked.cache, world.env));
    if let Some(Ok(git)) = &git {
        git.look()?;
    }
    let as_of = asked.as_of.unwrap_or(world.today);
    let checker = match (&cache, &git) {
        (Ok(cache), Some(Ok(git))) => Ok(Checker {
            known: &known,
            config: &config,
            git,
            cache,
            room: CacheRoom::new(cache, asked.cache_size.saturating_mul(MIB)),
            judge: report_on,
            memory: Memory {
                cache,
                made_by: format!("{} {} {of_config}", maker.version, maker.rules),
                as_of: asked.as_of,
                today: world.today,
            },
            most_bytes: asked.disk_each.saturating_mul(MIB),
            transferred: std::sync::Mutex::default(),
        }),
        (Err(error), _) | (_, Some(Err(error))) => {
            Err(Failure::new(NotChecked::Cache, format!("the cache cannot be used: {error}; {}", error.remedy())))
        }
        (Ok(_), None) => Err(Failure::new(NotChecked::Internal, "there is no program to transfer with")),
    };
    let summary = FleetRun {
        known: &known,
        shards: &shards,
        folder: &folder,
        as_of,
        maker,
        budgets,
        allowance: &allowance,
        workers: &workers,
        checker: checker.as_ref().map_err(Clone::clone),
        done: &|_| (),
    }
    .run()?;
    if let Ok(cache) = &cache {
        cache.shrink(asked.cache_size.saturating_mul(MIB));
    }
    told(&summary, asked, manner, world)
}

fn told(summary: &RunSummary, asked: &FleetRunArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    if let Some(first) = summary.unwritten.first() {
        let what = format!("{} cannot be written: {first}", count(summary.unwritten.len(), "result"));
        return Err(FleetError::mistake(
            what,
            "Free some space or name another --out, and run again: what is finished stays.",
        )
        .into());
    }
    if !manner.quiet {
        for (name, cause, why) in &summary.not_checked {
            writeln!(world.out, "not checked: {}: {}: {}", line(name), cause.word(), line(why))?;
        }
    }
    let all = summary.checked + summary.not_checked.len();
    writeln!(
        world.out,
        "{}: {} checked ({} unchanged, {} finished before), {} not checked; results in {}",
        if all == 1 { "1 repository".to_owned() } else { format!("{all} repositories") },
        summary.checked,
        summary.unchanged,
        summary.there,
        summary.not_checked.len(),
        line(&asked.out.display().to_string())
    )?;
    Ok(0)
}
