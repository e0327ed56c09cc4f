//! What the charts of the numbers show: values alone, so that each is also a table. Data only.

use chrono::NaiveDate;

use crate::model::issue::Severity;
use crate::model::metrics::{Spread, Survival};

/// The values of all charts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartValues {
    /// How many issues were open, from each day on that changed it, up to the date judged for.
    pub open: Vec<OpenFrom>,
    /// How long fixes took, by severity, worst first; only severities that have one.
    pub fixes: Vec<FixesOfSeverity>,
    /// How long all issues stayed open, the open ones counted until the date judged for.
    pub survival: Survival,
    /// How long those are known that are open, oldest first.
    pub ages: Vec<IssueAge>,
}

/// How many issues were open from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFrom {
    /// The day.
    pub day: NaiveDate,
    /// At its end.
    pub open: usize,
}

/// Fixes of issues of one severity.
#[derive(Clone, Debug, PartialEq)]
pub struct FixesOfSeverity {
    /// `None`: nobody rated them.
    pub severity: Option<Severity>,
    /// Days from the report to where the fix landed, one an issue, shortest first.
    pub taken: Vec<FixTaken>,
    /// Median and 90th percentile.
    pub spread: Spread,
}

/// How long the fix of an issue took.
#[derive(Clone, Debug, PartialEq)]
pub struct FixTaken {
    /// The issue.
    pub id: String,
    /// When the fix landed.
    pub landed: NaiveDate,
    /// Days since the report.
    pub days: f64,
}

/// How long an open issue is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueAge {
    /// The issue.
    pub id: String,
    /// `None`: nobody rated it.
    pub severity: Option<Severity>,
    /// Whole days.
    pub days: i64,
}
