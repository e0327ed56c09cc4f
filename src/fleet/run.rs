//! A run over the repositories of one or more shards: so many at a time, within its budgets, from where an earlier run was stopped. What
//! stops one repository is its row, and never the end.
#![expect(clippy::disallowed_methods, reason = "measures how long things take")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::NaiveDate;

use crate::fleet::check::Checker;
use crate::fleet::error::FleetError;
use crate::fleet::files::{KnownPlan, RunFolder};
use crate::fleet::git::Failure;
use crate::fleet::worker::FleetWorker;
use crate::net::ledger::Allowance;
use lookback_core::model::{
    FLEET_VERSION, FleetCost, FleetOutcome, FleetRow, FleetShard, NotChecked, PlannedRepository, sha256,
};
use lookback_core::render::rules;

/// What a run may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budgets {
    /// All of it.
    pub time: Option<Duration>,
    /// One repository.
    pub time_each: Duration,
    /// Requests to servers of issues, of one repository.
    pub requests_each: usize,
}

/// How a run went.
#[derive(Debug, Default)]
pub(crate) struct RunSummary {
    /// Repositories that were checked, those of an earlier run included.
    pub checked: usize,
    /// Of these, whose evidence was that of an earlier check.
    pub unchanged: usize,
    /// Of these, whose result was there already.
    pub there: usize,
    /// What was not checked, by name.
    pub not_checked: Vec<(String, NotChecked, String)>,
    /// Results that could not be written, with why.
    pub unwritten: Vec<String>,
}

/// By whom results are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Maker {
    /// The version of Lookback.
    pub version: String,
    /// SHA-256 of its table of rules.
    pub rules: String,
}

impl Maker {
    /// This program.
    pub(crate) fn this() -> Maker {
        Maker { version: env!("CARGO_PKG_VERSION").to_owned(), rules: sha256(rules::page().as_bytes()) }
    }
}

/// A run, and where its results go.
pub(crate) struct FleetRun<'a> {
    /// The plan.
    pub known: &'a KnownPlan,
    /// Which shards.
    pub shards: &'a [u32],
    /// Where results go.
    pub folder: &'a RunFolder,
    /// The day that is judged for.
    pub as_of: NaiveDate,
    /// By whom.
    pub maker: Maker,
    /// What it may use.
    pub budgets: Budgets,
    /// Requests to servers of issues, of all who work.
    pub allowance: &'a Allowance,
    /// Who works, one at a time each.
    pub workers: &'a [FleetWorker<'a>],
    /// Checks one repository; else why none can be checked.
    pub checker: Result<&'a Checker<'a>, Failure>,
    /// Told of each repository that is done.
    pub done: &'a (dyn Fn(&FleetRow) + Sync),
}

impl FleetRun<'_> {
    /// Runs to the end.
    pub(crate) fn run(&self) -> Result<RunSummary, FleetError> {
        self.folder.begin(self.known)?;
        let began = Instant::now();
        let end = self.budgets.time.map(|time| began + time);
        let mine = |one: &&PlannedRepository| self.shards.contains(&one.shard);
        let mut all: Vec<&PlannedRepository> = self.known.plan.repositories.iter().filter(mine).collect();
        all.sort_by_key(|one| (std::cmp::Reverse(one.cost_ms), one.name.as_str()));
        let next = AtomicUsize::new(0);
        let summary = Mutex::new(RunSummary::default());
        let work = |worker: &FleetWorker<'_>| {
            while let Some(planned) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.one(planned, worker, end, &summary);
            }
        };
        std::thread::scope(|scope| {
            for worker in self.workers.iter().take(all.len().max(1)) {
                scope.spawn(move || work(worker));
            }
        });
        let mut summary = summary.into_inner().unwrap_or_else(PoisonError::into_inner);
        summary.not_checked.sort();
        summary.unwritten.sort();
        if summary.unwritten.is_empty() {
            self.ends(&all, &summary)?;
        }
        Ok(summary)
    }

    fn one(
        &self,
        planned: &PlannedRepository,
        worker: &FleetWorker<'_>,
        end: Option<Instant>,
        summary: &Mutex<RunSummary>,
    ) {
        let add =
            |change: &dyn Fn(&mut RunSummary)| change(&mut summary.lock().unwrap_or_else(PoisonError::into_inner));
        if self.is_there(planned) {
            return add(&|summary| (summary.checked, summary.there) = (summary.checked + 1, summary.there + 1));
        }
        let began = Instant::now();
        let mut cost = FleetCost { name: planned.name.clone(), ..FleetCost::default() };
        worker.ledger.begin(self.budgets.requests_each);
        let result = self.checked(planned, worker, (began, end), &mut cost);
        cost.ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        cost.requests = worker.ledger.sent() as u64;
        let (outcome, report) = match result {
            Ok((row, report)) => (FleetOutcome::Checked(row), Some(report)),
            Err(Failure { cause, why, said }) => {
                cost.said = Some(said).filter(|said| !said.is_empty());
                (FleetOutcome::NotChecked { cause, why }, None)
            }
        };
        cost.report_bytes = report.as_ref().map_or(0, Vec::len) as u64;
        let row = self.row(planned, outcome);
        let written = self.folder.write(&row, report.as_deref(), &cost);
        (self.done)(&row);
        add(&|summary| {
            if let Err(error) = &written {
                summary.unwritten.push(format!("{}: {error}", row.name));
            }
            match &row.outcome {
                FleetOutcome::Checked(_) => {
                    summary.checked += 1;
                    summary.unchanged += usize::from(cost.unchanged);
                }
                FleetOutcome::NotChecked { cause, why } => {
                    summary.not_checked.push((row.name.clone(), *cause, why.clone()));
                }
            }
        });
    }

    /// Was it checked already, for the same day, by the same program?
    fn is_there(&self, planned: &PlannedRepository) -> bool {
        let Ok(Some(row)) = self.folder.row(&planned.name) else { return false };
        let FleetOutcome::Checked(checked) = &row.outcome else { return false };
        let same = self.row(planned, row.outcome.clone()) == row;
        same && self.folder.report(&planned.name).is_ok_and(|(_, report)| sha256(&report) == checked.report)
    }

    fn row(&self, planned: &PlannedRepository, outcome: FleetOutcome) -> FleetRow {
        FleetRow {
            schema_version: FLEET_VERSION,
            name: planned.name.clone(),
            plan: self.known.digest.clone(),
            as_of: self.as_of,
            version: self.maker.version.clone(),
            rules: self.maker.rules.clone(),
            outcome,
        }
    }

    fn checked(
        &self,
        planned: &PlannedRepository,
        worker: &FleetWorker<'_>,
        (began, end): (Instant, Option<Instant>),
        cost: &mut FleetCost,
    ) -> Result<(lookback_core::model::CheckedRepository, Vec<u8>), Failure> {
        if end.is_some_and(|end| began >= end) {
            return Err(Failure::new(
                NotChecked::Budget,
                "the time of the run was used up before it; give it more (--time), or more shards",
            ));
        }
        if self.allowance.is_used_up() {
            return Err(Failure::new(
                NotChecked::Budget,
                "the requests of the run were used up before it; run again later, or raise --requests",
            ));
        }
        let checker = self.checker.as_ref().map_err(Clone::clone)?;
        let own = began + self.budgets.time_each;
        let until = end.map_or(own, |end| end.min(own));
        let checked = catch_unwind(AssertUnwindSafe(|| checker.check(planned, worker, until, cost)));
        checked.unwrap_or_else(|_| {
            Err(Failure::new(NotChecked::Internal, "the check stopped by a fault of ours; please report it"))
        })
    }

    /// Writes that the shards came to their end.
    fn ends(&self, all: &[&PlannedRepository], summary: &RunSummary) -> Result<(), FleetError> {
        for shard in self.shards {
            let mine: Vec<&str> = all.iter().filter(|one| one.shard == *shard).map(|one| one.name.as_str()).collect();
            let not_checked = summary.not_checked.iter().filter(|(name, ..)| mine.contains(&name.as_str())).count();
            self.folder.end(&FleetShard {
                schema_version: FLEET_VERSION,
                plan: self.known.digest.clone(),
                shard: *shard,
                shards: self.known.plan.shards,
                as_of: self.as_of,
                version: self.maker.version.clone(),
                rules: self.maker.rules.clone(),
                checked: mine.len() - not_checked,
                not_checked,
            })?;
        }
        Ok(())
    }
}
