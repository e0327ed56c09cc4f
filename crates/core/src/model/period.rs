//! Dates, windows and periods: when a review is due, when it is overdue, what lies in a period. Imports nothing of ours.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use lookback_reading::FiscalYear;

/// The order of day, month and year in dates such as `3/4/2025`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

/// The day on which a year of the books begins: month and day, never the 29th of February.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearStart {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl YearStart {
    /// Reads `MM-DD`.
    pub fn parse(text: &str) -> Option<YearStart> {
        let (month, day) = text.split_once('-')?;
        let two =
            |part: &str| part.parse().ok().filter(|_| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()));
        let start = YearStart { month: two(month)?, day: two(day)? };
        // 2023 has no 29th of February: a year of the books begins every year.
        NaiveDate::from_ymd_opt(2023, start.month, start.day).map(|_| start)
    }

    /// `MM-DD`.
    pub fn text(self) -> String {
        format!("{:02}-{:02}", self.month, self.day)
    }

    /// The days of a fiscal year. One year alone may name the year by its first day or by its last one: then the one is meant that had
    /// ended by the day of the review; `None` where both had, or neither.
    pub fn days(self, year: FiscalYear, held: NaiveDate) -> Option<Period> {
        let from = |first: i32| {
            let from = NaiveDate::from_ymd_opt(first, self.month, self.day)?;
            let to = NaiveDate::from_ymd_opt(first + 1, self.month, self.day)?.pred_opt()?;
            Some(Period { from: Some(from), to })
        };
        if year.last.is_some() || (self.month, self.day) == (1, 1) {
            return from(year.first);
        }
        let ended = [year.first - 1, year.first].into_iter().filter_map(from).filter(|period| period.to <= held);
        let ended: Vec<Period> = ended.collect();
        if let [only] = ended.as_slice() { Some(*only) } else { None }
    }
}

/// How long a held review holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window {
    /// The same day so many calendar months later; 29 February falls to 28, 31 to the last day of a shorter month.
    Months(u32),
    /// So many days later.
    Days(u32),
    /// Any day of the next calendar year.
    CalendarYear,
    /// Within the monitoring and measurement of ISO 13485 4.1.3: twelve months, with the plan that says so.
    Iso13485 {
        /// Path or id of the monitoring plan.
        plan: String,
    },
}

impl Default for Window {
    fn default() -> Self {
        Window::Months(12)
    }
}

impl Window {
    /// The last day on which the review that follows one held on `held` is on time. Saturates at the end of the calendar.
    pub fn due(&self, held: NaiveDate) -> NaiveDate {
        let due = match self {
            Window::Months(n) => held.checked_add_months(Months::new(*n)),
            Window::Days(n) => held.checked_add_days(Days::new(u64::from(*n))),
            Window::CalendarYear => NaiveDate::from_ymd_opt(held.year() + 1, 12, 31),
            Window::Iso13485 { .. } => held.checked_add_months(Months::new(12)),
        };
        due.unwrap_or(NaiveDate::MAX)
    }

    /// The window in effect when a procedure states an interval of `months`: the shorter one wins.
    #[must_use]
    pub(crate) fn or_shorter(&self, months: Option<u32>) -> Window {
        let Some(months) = months.filter(|n| *n > 0) else { return self.clone() };
        let probe = NaiveDate::from_ymd_opt(2023, 3, 1).unwrap_or_default();
        let stated = Window::Months(months);
        if stated.due(probe) < self.due(probe) { stated } else { self.clone() }
    }

    /// The name as configured and printed.
    pub fn name(&self) -> String {
        match self {
            Window::Months(n) => format!("{n}-months"),
            Window::Days(n) => format!("{n}-days"),
            Window::CalendarYear => "calendar-year".to_owned(),
            Window::Iso13485 { .. } => "iso13485-4.1.3".to_owned(),
        }
    }
}

/// Where the cadence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum State {
    /// No review was ever held and none is due yet or the first one is overdue: see `due`.
    Never,
    /// Held, and not due soon.
    Current,
    /// Due within the notice period.
    DueSoon,
    /// The due date has passed.
    Overdue,
}

impl State {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Days from `today` to `due`: zero on the due date itself, negative when overdue.
pub fn days_left(due: NaiveDate, today: NaiveDate) -> i64 {
    due.signed_duration_since(today).num_days()
}

/// The state of a window that a held review opened.
pub fn state(due: NaiveDate, today: NaiveDate, notice_days: u32) -> State {
    match days_left(due, today) {
        left if left < 0 => State::Overdue,
        left if left <= i64::from(notice_days) => State::DueSoon,
        _ => State::Current,
    }
}

/// A period in whole days, both included: after the end of the day before `from`, up to the end of day `to`, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// First day; `null`: since the beginning.
    pub from: Option<NaiveDate>,
    /// Last day: the cut-off.
    pub to: NaiveDate,
}

impl Period {
    /// Is the moment after the start and not after the cut-off?
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        at < self.end() && self.start().is_none_or(|start| at >= start)
    }

    /// The first moment of the period.
    pub fn start(&self) -> Option<DateTime<Utc>> {
        self.from.map(start_of_day)
    }

    /// The first moment after the period.
    pub fn end(&self) -> DateTime<Utc> {
        end_of_day(self.to)
    }
}

/// Midnight UTC at which the day begins.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// Midnight UTC at which the day ends: the first moment that no longer belongs to it.
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    start_of_day(day.succ_opt().unwrap_or(NaiveDate::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn due_dates() {
        for (window, held, due) in [
            (Window::Months(12), "2024-02-29", "2025-02-28"),
            (Window::Months(12), "2023-02-28", "2024-02-28"),
            (Window::Months(12), "2025-01-15", "2026-01-15"),
            (Window::Months(1), "2025-01-31", "2025-02-28"),
            (Window::Months(1), "2024-01-31", "2024-02-29"),
            (Window::Months(6), "2025-08-31", "2026-02-28"),
            (Window::Months(48), "2024-02-29", "2028-02-29"),
            (Window::Days(365), "2024-02-29", "2025-02-28"),
            (Window::Days(365), "2023-03-01", "2024-02-29"),
            (Window::CalendarYear, "2024-01-02", "2025-12-31"),
            (Window::CalendarYear, "2024-12-31", "2025-12-31"),
            (Window::Iso13485 { plan: "MMP-1".into() }, "2024-02-29", "2025-02-28"),
        ] {
            assert_eq!(window.due(day(held)), day(due), "{window:?} after {held}");
        }
        assert_eq!(Window::Months(12).due(NaiveDate::MAX), NaiveDate::MAX);
    }

    #[test]
    fn overdue_from_the_day_after() {
        let due = day("2026-01-15");
        for (today, expected) in [
            ("2025-11-15", State::Current),
            ("2025-11-16", State::DueSoon),
            ("2026-01-14", State::DueSoon),
            ("2026-01-15", State::DueSoon),
            ("2026-01-16", State::Overdue),
        ] {
            assert_eq!(state(due, day(today), 60), expected, "{today}");
        }
        assert_eq!(days_left(due, day("2026-01-15")), 0);
        assert_eq!(days_left(due, day("2026-01-16")), -1);
    }

    #[test]
    fn periods_end_to_the_second() {
        let period = Period { from: Some(day("2025-01-01")), to: day("2025-12-31") };
        for (at, inside) in [
            ("2024-12-31T23:59:59Z", false),
            ("2025-01-01T00:00:00Z", true),
            ("2025-12-31T23:59:59Z", true),
            ("2026-01-01T00:00:00Z", false),
            ("2026-01-01T00:59:59+01:00", true),
            ("2025-12-31T23:00:00-01:00", false),
        ] {
            let at = DateTime::parse_from_rfc3339(at).unwrap().to_utc();
            assert_eq!(period.contains(at), inside, "{at}");
        }
    }

    #[test]
    fn the_shorter_interval_wins() {
        assert_eq!(Window::Months(12).or_shorter(Some(6)), Window::Months(6));
        assert_eq!(Window::Months(12).or_shorter(Some(24)), Window::Months(12));
        assert_eq!(Window::Days(90).or_shorter(Some(6)), Window::Days(90));
        assert_eq!(Window::Months(12).or_shorter(None), Window::Months(12));
        assert_eq!(Window::CalendarYear.or_shorter(Some(12)), Window::Months(12));
    }
}
