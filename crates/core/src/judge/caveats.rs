//! How the numbers of a period may flatter: what makes them look better than what happened, told from the issues themselves. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::intake::source::HISTORY;
use crate::join::population;
use crate::model::evidence::{EventKind, Issue, Resolution};
use crate::model::metrics::{Caveat, CaveatKind, Numbers};
use crate::model::period::Period;

/// So many closings without a fix within `BULK_TIME` are no decisions on single issues.
const BULK: usize = 5;
const BULK_TIME: TimeDelta = TimeDelta::hours(1);

/// What may flatter the numbers of a period. `issues`: all that are known; `all`: the numbers of the period.
pub(crate) fn of(issues: &[Issue], period: Period, all: &Numbers) -> Vec<Caveat> {
    let managed: Vec<&Issue> = issues.iter().filter(|issue| population::managed(issue, period)).collect();
    let ids = |among: &[&Issue], counts: &dyn Fn(&Issue) -> bool| -> Vec<String> {
        among.iter().filter(|issue| counts(issue)).map(|issue| issue.id.clone()).collect()
    };
    let happened = |issue: &Issue, kind: EventKind| {
        issue.events.iter().any(|event| event.kind == kind && period.contains(event.at))
    };
    // Where no issue of a source ever tells of such a thing, the source may have no word for it.
    let untold = |kind: EventKind| -> Vec<String> {
        let tells = |source: &str| {
            let of_source = issues.iter().filter(|issue| issue.sources.contains(source));
            of_source.flat_map(|issue| &issue.events).any(|event| event.kind == kind)
        };
        let sources: BTreeSet<&str> = managed.iter().flat_map(|issue| &issue.sources).map(String::as_str).collect();
        sources.into_iter().filter(|source| !tells(source)).map(str::to_owned).collect()
    };
    let told = |kind, event| {
        // What is no longer one of security is no longer managed either.
        let known: Vec<&Issue> = issues.iter().collect();
        Caveat { kind, ids: ids(&known, &|issue| happened(issue, event)), untold_by: untold(event) }
    };
    let plain = |kind, ids| Caveat { kind, ids, untold_by: Vec::new() };
    let times = all.days_to_resolution.n + all.days_to_fix.n;
    let still_open = all.ids.get("open").cloned().unwrap_or_default();
    let found = [
        plain(CaveatKind::FixedBeforeReport, all.fixed_before_report.clone()),
        plain(CaveatKind::ReportUnknown, ids(&managed, &|issue| !population::is_reported(issue))),
        plain(CaveatKind::ClockOfHistory, ids(&managed, &|issue| issue.sources.iter().eq([HISTORY]))),
        plain(CaveatKind::ClosedInBulk, in_bulk(&managed, period)),
        plain(
            CaveatKind::RiskAccepted,
            ids(&managed, &|issue| {
                issue.resolution == Resolution::Accepted && population::closed_before(issue, period.end()).is_some()
            }),
        ),
        plain(CaveatKind::StillOpen, if times > 0 { still_open } else { Vec::new() }),
        told(CaveatKind::SeverityChanged, EventKind::SeverityChanged),
        told(CaveatKind::Declassified, EventKind::Declassified),
        told(CaveatKind::Reopened, EventKind::Reopened),
    ];
    found.into_iter().filter(|caveat| !caveat.ids.is_empty() || !caveat.untold_by.is_empty()).collect()
}

/// Issues that were closed in the period without a fix, many within the hour.
fn in_bulk(managed: &[&Issue], period: Period) -> Vec<String> {
    let fixed = |issue: &Issue| {
        issue.resolution == Resolution::Fixed || issue.events.iter().any(|event| event.kind == EventKind::Fixed)
    };
    let mut closed: Vec<(DateTime<Utc>, &str)> = managed
        .iter()
        .filter(|issue| !fixed(issue))
        .filter_map(|issue| Some((population::closed_before(issue, period.end())?, issue.id.as_str())))
        .filter(|(at, _)| period.contains(*at))
        .collect();
    closed.sort_unstable();
    let mut found = BTreeSet::new();
    for first in 0..closed.len() {
        let until = closed[first].0 + BULK_TIME;
        let end = closed.partition_point(|(at, _)| *at <= until);
        if end - first >= BULK {
            found.extend(closed[first..end].iter().map(|(_, id)| (*id).to_owned()));
        }
    }
    found.into_iter().collect()
}
