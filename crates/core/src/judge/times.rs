//! How long things took with one issue, reckoned in this one place: days to the fix, to the resolution, and how long it is known. Pure.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::join::population;
use crate::model::issue::{EventKind, Issue};
use crate::model::period::{Period, end_of_day};

/// The fix of an issue.
pub(crate) struct FixTime {
    /// When its last part was there: where it landed, not before the report.
    pub(crate) available: DateTime<Utc>,
    /// Days since the report.
    pub(crate) days: f64,
    /// Did it land before anybody reported what it fixes?
    pub(crate) before_report: bool,
}

/// How long the fix took, if it landed before a moment.
pub(crate) fn fix_time(issue: &Issue, end: DateTime<Utc>) -> Option<FixTime> {
    let (landed, opened) = (fixed_at(issue, end)?, population::opened(issue)?);
    let available = landed.max(opened);
    Some(FixTime { available, days: days(opened, available), before_report: landed < opened })
}

/// When the fix landed, the last part of it, if that was before a moment.
pub(crate) fn fixed_at(issue: &Issue, end: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let fixed = issue.events.iter().filter(|event| event.kind == EventKind::Fixed && event.at < end);
    fixed.map(|event| event.at).max()
}

/// When the verified fix was available, else when it was closed; `None` while it is open at that moment without a fix. A fix that
/// precedes the report was available at once.
pub(crate) fn resolved_at(issue: &Issue, end: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let fixed = fix_time(issue, end).map(|time| time.available);
    let closed = population::closed_before(issue, end);
    match (closed, fixed) {
        (Some(closed), Some(fixed)) => Some(fixed.min(closed)),
        (Some(closed), None) => Some(closed),
        // A fix without closing counts only where nothing reopened it.
        (None, fixed) => {
            fixed.filter(|at| !issue.events.iter().any(|e| e.kind == EventKind::Reopened && e.at > *at && e.at < end))
        }
    }
}

/// Whole days from the report to the resolution, or (`false`) to the end of the day at which it was not resolved.
pub(crate) fn survived(issue: &Issue, to: NaiveDate) -> Option<(i64, bool)> {
    let resolved = resolved_at(issue, end_of_day(to)).map(|at| at.date_naive());
    Some((age(issue, resolved.unwrap_or(to))?, resolved.is_some()))
}

/// Whole days for which it is known on a day.
pub(crate) fn age(issue: &Issue, on: NaiveDate) -> Option<i64> {
    Some((on - population::opened(issue)?.date_naive()).num_days())
}

/// Days from the earliest awareness to the fix, the closing or (still open) the cut-off.
pub(crate) fn days_taken(issue: &Issue, period: Period) -> Option<i64> {
    let stop = resolved_at(issue, period.end()).unwrap_or_else(|| end_of_day(period.to) - Duration::seconds(1));
    age(issue, stop.date_naive())
}

/// Days between two moments, to the minute.
pub(crate) fn days(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    let minutes = i32::try_from((to - from).num_minutes()).unwrap_or(i32::MAX);
    f64::from(minutes) / (24.0 * 60.0)
}
