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
    /// The ids behind each class and each source, by its name.
    pub ids: BTreeMap<String, Vec<String>>,
    /// How the numbers may flatter, told from the issues; only what there is.
    pub caveats: Vec<Caveat>,
    /// The improvement actions that reviews of the period decided.
    pub actions: ActionNumbers,
    /// Against the period before; `null` where there is none.
    pub trend: Option<Trend>,
}

/// Improvement actions that reviews held in a period decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionNumbers {
    /// How many.
    pub decided: usize,
    /// Those of them that a record calls done by the date judged for.
    pub done: usize,
    /// Those of them that were done by the day on which they were due.
    pub on_time: usize,
    /// Those called done of which something shows it.
    pub proven: usize,
    /// Days from the review to what shows it first, else to the record that calls them done.
    pub days: Spread,
    /// Their names, by `decided`, `done`, `on_time`, `proven`; only where there are any.
    pub names: BTreeMap<String, Vec<String>>,
}

/// What may make the numbers look better than what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Caveat {
    /// What it is.
    pub kind: CaveatKind,
    /// The issues that it is about.
    pub ids: Vec<String>,
    /// Sources of the period that tell of no such thing in any of their issues: they may have no word for it.
    pub untold_by: Vec<String>,
}

/// Ways in which numbers flatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum CaveatKind {
    /// The fix landed before the report: 0 days each.
    FixedBeforeReport,
    /// When they were reported is not known: no time counts them.
    ReportUnknown,
    /// Only the history knows them: their clock starts with the commit that fixes them.
    ClockOfHistory,
    /// Five or more were closed without a fix within an hour; on a day, where the source knows only days.
    ClosedInBulk,
    /// Closed because the risk was accepted: resolved, and not fixed.
    RiskAccepted,
    /// The risk was accepted until a day that has passed by the end of the period.
    AcceptancePast,
    /// Still open: times of what is closed leave them out.
    StillOpen,
    /// Their severity changed in the period: they count under the last one.
    SeverityChanged,
    /// They were called issues of security no longer: nothing counts them from then on.
    Declassified,
    /// They were closed once and opened again.
    Reopened,
}

/// The numbers of a period against those of the period before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// The period before.
    pub before: Period,
    /// By how much each count of all issues changed (`managed`, `identified`, `resolved`, `open`, `carry_over`, `reopened`).
    pub changes: BTreeMap<String, i64>,
    /// CWE classes that issues of both periods have.
    pub recurring: Vec<Recurring>,
}

/// A class of weaknesses that came again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recurring {
    /// `CWE-79`.
    pub cwe: String,
    /// Issues identified in the period before.
    pub before: usize,
    /// Ids of those identified in the period.
    pub ids: Vec<String>,
    /// The components in which issues of both periods lie; none: nobody tells.
    pub components: Vec<String>,
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
    /// How long those identified in the period stayed open, the open ones counted until the cut-off.
    pub survival: Survival,
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

impl Numbers {
    /// The counts of issues by name, in the order of printing.
    pub(crate) fn counts(&self) -> [(&'static str, usize); 6] {
        [
            ("managed", self.managed),
            ("identified", self.identified),
            ("resolved", self.resolved),
            ("open", self.open),
            ("carry_over", self.carry_over),
            ("reopened", self.reopened),
        ]
    }
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

/// The estimate of Kaplan and Meier: how many are still open after so many days.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Survival {
    /// How many issues.
    pub n: usize,
    /// How many of them are open at the cut-off.
    pub open: usize,
    /// The day by which half of them are resolved; `null`: fewer are yet.
    pub median_days: Option<i64>,
    /// The days on which issues were resolved.
    pub steps: Vec<SurvivalStep>,
}

/// One step of the estimate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurvivalStep {
    /// Whole days since the report.
    pub days: i64,
    /// Issues that were open so long, and are known until then.
    pub at_risk: usize,
    /// Issues resolved on that day.
    pub resolved: usize,
    /// The estimated share of issues that stay open longer.
    pub open_share: f64,
}
