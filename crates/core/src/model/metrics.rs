//! The numbers of a report: counts, times and ages per severity, for the period and the one before. Data only.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::period::Period;

/// Into which periods numbers are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Division {
    /// Those of the held reviews, and the open one.
    Period,
    /// Quarters of the calendar.
    Quarter,
    /// Years of the calendar.
    Year,
}

/// Numbers for the period of the last held review and the one before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metrics {
    /// For the period of the last held review (else: up to the date judged for).
    pub period: Option<PeriodMetrics>,
    /// For the period before.
    pub previous: Option<PeriodMetrics>,
}

/// Numbers for one period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PeriodMetrics {
    /// The period.
    pub period: Period,
    /// `all`, then per severity (`critical`, `high`, `medium`, `low`, `unrated`), only where n > 0.
    pub groups: BTreeMap<String, Numbers>,
    /// CWE class → issues.
    pub cwe: BTreeMap<String, usize>,
    /// Source of discovery → issues.
    pub sources: BTreeMap<String, usize>,
}

/// Numbers for one group of issues.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Numbers {
    /// Managed in the period.
    pub managed: usize,
    /// Opened in the period.
    pub identified: usize,
    /// Closed in the period and closed at its end.
    pub resolved: usize,
    /// Open at the cut-off.
    pub open: usize,
    /// Open at the cut-off and already at the start.
    pub carry_over: usize,
    /// Reopened in the period.
    pub reopened: usize,
    /// Days to the first response.
    pub days_to_first_response: Spread,
    /// Days from identification to the verified fix or closing.
    pub days_to_resolution: Spread,
    /// Days from identification to where the fix landed; one that precedes the report counts as 0.
    pub days_to_fix: Spread,
    /// Ids of the issues whose fix precedes the report.
    pub fixed_before_report: Vec<String>,
    /// Days from identification to the first release that contains the fix.
    pub days_identified_to_release: Spread,
    /// Days from the fix to the first release that contains it.
    pub days_to_release: Spread,
    /// Share in percent of the vulnerabilities identified in the period that were fixed by its end; `null`: n/a (none identified).
    pub patched_percent: Option<f64>,
    /// Ages in days of what is open at the cut-off: 0–30, 31–90, 91–180, over 180.
    pub open_ages: [usize; 4],
    /// Issues that met the team's own target; `null` without targets.
    pub targets_met: Option<usize>,
    /// Issues that missed it.
    pub targets_missed: Option<usize>,
    /// The ids behind each number, by its name; only where there are any.
    pub ids: BTreeMap<String, Vec<String>>,
}

/// n, median, 90th percentile (nearest rank) and mean, in days; `null` when n is 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// How many.
    pub n: usize,
    /// Median.
    pub median: Option<f64>,
    /// 90th percentile, nearest rank.
    pub p90: Option<f64>,
    /// Mean.
    pub mean: Option<f64>,
}
