//! The fleet for a monitoring, as Prometheus reads it: at most eight series a repository, none for an issue. What is not known has no
//! sample.

use chrono::NaiveDate;

use crate::model::fleet_state::{Fleet, FleetEntry, FleetState};
use crate::model::period::start_of_day;
use crate::render::escape::line;
use crate::render::export::openmetrics::{GaugeFamily, Labels, encoded, family, seconds};
use lookback_reading::shorten;

/// The text, with its closing mark.
pub fn metrics(fleet: &Fleet) -> String {
    let labels = |entry: &FleetEntry| vec![("repository", line(&shorten(&entry.name, 200)))];
    let each = |of: &dyn Fn(&FleetEntry) -> Option<f64>| -> Vec<(Labels, f64)> {
        fleet.repositories.iter().filter_map(|entry| Some((labels(entry), of(entry)?))).collect()
    };
    let worded = |label: &'static str, of: &dyn Fn(&FleetEntry) -> Option<&'static str>| -> Vec<(Labels, f64)> {
        let sample = |entry: &FleetEntry| Some(([labels(entry), vec![(label, of(entry)?.to_owned())]].concat(), 1.0));
        fleet.repositories.iter().filter_map(sample).collect()
    };
    let states =
        FleetState::ALL.iter().map(|state| (vec![("state", state.word().to_owned())], count(fleet.counts.get(*state))));
    let info = vec![("version", line(&fleet.version)), ("rules", line(&fleet.rules))];
    let families: Vec<GaugeFamily> = vec![
        family("lookback_fleet_info", "Which version checked, by which rules", [(info, 1.0)]),
        family("lookback_fleet_repositories", "Repositories of the plan, by where they stand", states),
        seconds("lookback_fleet_checked_timestamp", "Begin of the day judged for", [(Vec::new(), day(fleet.as_of))]),
        family(
            "lookback_fleet_state",
            "1 for where a repository stands, with reviews kept elsewhere as the repository that keeps them",
            worded("state", &|entry| Some(entry.state.word())),
        ),
        family(
            "lookback_verdict",
            "1 for the verdict on the repository itself",
            worded("verdict", &|entry| entry.verdict.map(crate::model::report::Verdict::word)),
        ),
        seconds(
            "lookback_review_due_timestamp",
            "Begin of the day by which the next review is due",
            each(&|entry| entry.due.map(day)),
        ),
        seconds(
            "lookback_last_review_timestamp",
            "Begin of the day of the last held review",
            each(&|entry| entry.last_review.map(day)),
        ),
        seconds(
            "lookback_last_checked_timestamp",
            "Begin of the day of the last check",
            each(&|entry| entry.checked_on.map(day)),
        ),
        family("lookback_issues_open", "Security issues that are open", each(&|entry| entry.open.map(count))),
        family("lookback_errors", "Errors that stand", each(&|entry| entry.errors.map(count))),
    ];
    encoded(families)
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a calendar are exact")]
fn day(day: NaiveDate) -> f64 {
    start_of_day(day).timestamp() as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn count(n: usize) -> f64 {
    n as f64
}
