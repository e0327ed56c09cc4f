//! How the numbers of a period may flatter: what makes them look better than what happened, told from the issues themselves. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::intake::source::HISTORY;
use crate::join::population;
use crate::model::issue::{EventKind, Issue, Resolution};
use crate::model::metrics::{Caveat, CaveatKind, Numbers};
use crate::model::period::Period;

/// So many closings without a fix within `BULK_TIME` are no decisions on single issues.
const BULK: usize = 5;
const BULK_TIME: TimeDelta = TimeDelta::hours(1);

/// Which source tells of which kind of event in any of its issues: one that never does may have no word for it.
pub(crate) struct Telling<'a>(BTreeSet<(&'a str, EventKind)>);

impl<'a> Telling<'a> {
    /// What the sources of these issues tell of.
    pub(crate) fn new(issues: &'a [Issue]) -> Self {
        let of = |issue: &'a Issue| {
            let kinds: BTreeSet<EventKind> = issue.events.iter().map(|event| event.kind).collect();
            issue.sources.iter().flat_map(move |source| kinds.clone().into_iter().map(|kind| (source.as_str(), kind)))
        };
        Telling(issues.iter().flat_map(of).collect())
    }
}

/// What may flatter the numbers of a period. `issues`: all that are known; `managed`: those of the period, whose numbers are `all`.
pub(crate) fn of(
    issues: &[Issue],
    told_by: &Telling<'_>,
    (managed, period): (&[&Issue], Period),
    all: &Numbers,
) -> Vec<Caveat> {
    let ids = |counts: &dyn Fn(&Issue) -> bool| -> Vec<String> {
        managed.iter().filter(|issue| counts(issue)).map(|issue| issue.id.clone()).collect()
    };
    let happened = |issue: &Issue, kind: EventKind| {
        issue.events.iter().any(|event| event.kind == kind && period.contains(event.at))
    };
    let sources: BTreeSet<&str> = managed.iter().flat_map(|issue| &issue.sources).map(String::as_str).collect();
    let told = |kind, event| {
        // What is no longer one of security may not be managed any more either.
        let known = issues.iter().filter(|issue| happened(issue, event)).map(|issue| issue.id.clone()).collect();
        let untold = sources.iter().filter(|source| !told_by.0.contains(&(**source, event)));
        Caveat { kind, ids: known, untold_by: untold.map(|source| (*source).to_owned()).collect() }
    };
    let plain = |kind, ids| Caveat { kind, ids, untold_by: Vec::new() };
    let times = all.days_to_resolution.n + all.days_to_fix.n;
    let still_open = all.ids.get("open").cloned().unwrap_or_default();
    let found = [
        plain(CaveatKind::FixedBeforeReport, all.fixed_before_report.clone()),
        plain(CaveatKind::ReportUnknown, ids(&|issue| !population::is_reported(issue))),
        plain(CaveatKind::ClockOfHistory, ids(&|issue| issue.sources.iter().eq([HISTORY]))),
        plain(CaveatKind::ClosedInBulk, in_bulk(managed, period)),
        plain(
            CaveatKind::RiskAccepted,
            ids(&|issue| {
                issue.resolution == Resolution::Accepted && population::closed_before(issue, period.end()).is_some()
            }),
        ),
        plain(CaveatKind::AcceptancePast, ids(&|issue| accepted_until(issue).is_some_and(|day| day < period.to))),
        plain(CaveatKind::StillOpen, if times > 0 { still_open } else { Vec::new() }),
        told(CaveatKind::SeverityChanged, EventKind::SeverityChanged),
        told(CaveatKind::Declassified, EventKind::Declassified),
        told(CaveatKind::Reopened, EventKind::Reopened),
    ];
    found.into_iter().filter(|caveat| !caveat.ids.is_empty() || !caveat.untold_by.is_empty()).collect()
}

/// The last day for which a risk was accepted, as a label or the words of the closing say.
fn accepted_until(issue: &Issue) -> Option<NaiveDate> {
    let closings = issue.events.iter().filter(|event| event.kind == EventKind::Closed);
    let words = closings.filter_map(|event| event.note.as_ref()).chain(&issue.labels);
    words.filter(|_| issue.resolution == Resolution::Accepted).filter_map(|text| lookback_reading::due_day(text)).max()
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
    let (mut found, mut taken) = (Vec::new(), 0);
    for first in 0..closed.len() {
        let until = closed[first].0 + BULK_TIME;
        let end = closed.partition_point(|(at, _)| *at <= until);
        if end - first >= BULK && end > taken {
            found.extend(closed[first.max(taken)..end].iter().map(|(_, id)| (*id).to_owned()));
            taken = end;
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::Scene;
    use crate::model::issue::EventKind::{Closed, Opened};

    #[test]
    fn windows_that_overlap_name_each_issue_once() {
        let minutes = [0, 50, 55, 58, 59, 61, 62, 63, 300, 301, 302, 303];
        let mut scene = Scene::new();
        for at in minutes {
            scene = scene.issue(&format!("#{at}"), &[("2025-01-01", Opened), ("2025-02-01", Closed)]);
        }
        for (issue, at) in scene.evidence.issues.iter_mut().zip(minutes) {
            issue.events[1].at += TimeDelta::minutes(at);
        }
        let managed: Vec<&Issue> = scene.evidence.issues.iter().collect();
        let period = Period { from: None, to: "2025-12-31".parse().unwrap() };
        assert_eq!(in_bulk(&managed, period), ["#0", "#50", "#55", "#58", "#59", "#61", "#62", "#63"]);
    }
}
