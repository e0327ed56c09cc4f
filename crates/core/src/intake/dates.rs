//! Dates and times as trackers export them → moments in UTC. What could mean two days is refused, never guessed.

use std::sync::LazyLock;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use regex::Regex;

use crate::model::period::{DateOrder, start_of_day};
use lookback_reading::month;

const NO_DATE: &str = "is not a date";
/// Why a date that is one in two ways is refused.
pub(crate) const TWO_DAYS: &str = "could mean two days";
const NOT_IN_CALENDAR: &str = "is not a date of the calendar";
const OTHER_ORDER: &str = "is no date in the order of the others";

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern is valid")
}

static NUMBERS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(\d{1,4})([-/.])(\d{1,2})([-/.])(\d{1,4})((?:[T ,].*)?)$"));
static COMPACT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^((?:19|20)\d\d)(\d\d)(\d\d)((?:T.*)?)$"));
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\p{L}{2,10}\.?,? )?(?P<d>\d{1,2})(?:st|nd|rd|th)?\.?[ /-]?(?P<m>\p{L}{3,9})\.?,?[ /-](?P<y>\d{4}|\d\d)(?P<rest>(?:[T ,].*)?)$",
    )
});
static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\p{L}{2,10}\.?,? )?(?P<m>\p{L}{3,9})\.?[ /-](?P<d>\d{1,2})(?:st|nd|rd|th)?(?:, ?|[ /-])(?P<y>\d{4})(?P<rest>(?:[T ,].*)?)$",
    )
});
static YEAR_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?P<y>\d{4})[ /-](?P<m>\p{L}{3,9})\.?[ /-](?P<d>\d{1,2})(?P<rest>(?:[T ,].*)?)$"));

/// Reads a date or time; a date alone is the start of that day in UTC, a time that names no zone is one of `zone` (UTC where the
/// policy names none). The error says what is wrong.
pub(crate) fn parse(text: &str, zone: Option<Tz>) -> Result<DateTime<Utc>, &'static str> {
    parse_ordered(text, zone, None)
}

/// The same where the order of day, month and year is known: stated by the policy, or by the column ([`order_of`]).
pub(crate) fn parse_ordered(
    text: &str,
    zone: Option<Tz>,
    order: Option<DateOrder>,
) -> Result<DateTime<Utc>, &'static str> {
    let text = plain(text).ok_or(NO_DATE)?;
    if let Some(at) = serial(&text) {
        return Ok(at);
    }
    let (day, rest) = if let Some(found) = named(&text) {
        found
    } else {
        let (readings, rest) = readings(&text).ok_or(NO_DATE)?;
        (choose(&readings, order)?, rest)
    };
    clock(day, rest.trim_start_matches(['T', ' ', ',']), zone.unwrap_or(Tz::UTC))
}

/// The order that the dates of one column agree on; `None` where they leave a doubt, or contradict one another.
pub(crate) fn order_of<'a>(cells: impl Iterator<Item = &'a str>) -> Option<DateOrder> {
    let mut left = vec![DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];
    for text in cells.filter_map(plain) {
        // Other separators, and a year of four digits in front, leave no doubt, and say nothing of what does.
        let doubtful = NUMBERS.captures(&text).is_some_and(|found| found[1].len() < 4 && &found[2] != ".");
        if let Some((readings, _)) = readings(&text).filter(|_| doubtful) {
            left.retain(|order| readings.iter().any(|(own, day)| own == order && day.is_some()));
        }
    }
    match left.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// One kind of blank; `None` where the text is too long to be a date.
fn plain(text: &str) -> Option<String> {
    (text.len() <= 80).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A day as spreadsheets count them, from the end of 1899, and the part of it that has passed.
fn serial(text: &str) -> Option<DateTime<Utc>> {
    let (days, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    if days.len() != 5 || !digits(days) || !digits(part) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days.parse().ok()?))?;
    let milliseconds = part.parse::<u64>().ok()? * 86_400_000 / 10_u64.pow(u32::try_from(part.len()).ok()?);
    // Years that no tracker has seen are no dates but other numbers.
    let seen = NaiveDate::from_ymd_opt(1980, 1, 1)? <= day && day < NaiveDate::from_ymd_opt(2100, 1, 1)?;
    seen.then(|| start_of_day(day) + TimeDelta::milliseconds(i64::try_from(milliseconds).unwrap_or(0)))
}

/// A date whose month has a name, and what follows it.
fn named(text: &str) -> Option<(NaiveDate, &str)> {
    let found = [&*DAY_FIRST, &*MONTH_FIRST, &*YEAR_FIRST].iter().find_map(|form| form.captures(text))?;
    let day = NaiveDate::from_ymd_opt(year(&found["y"])?, month(&found["m"])?, found["d"].parse().ok()?)?;
    Some((day, found.name("rest")?.as_str()))
}

fn year(digits: &str) -> Option<i32> {
    let year: i32 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(year),
        2 => Some(2000 + year),
        _ => None,
    }
}

/// The days that a date in numbers may mean, by order (`None`: no day of the calendar), and what follows it.
type Readings<'t> = (Vec<(DateOrder, Option<NaiveDate>)>, &'t str);

fn readings(text: &str) -> Option<Readings<'_>> {
    if let Some(found) = COMPACT.captures(text) {
        let day = NaiveDate::from_ymd_opt(year(&found[1])?, found[2].parse().ok()?, found[3].parse().ok()?);
        return Some((vec![(DateOrder::Ymd, day)], found.get(4)?.as_str()));
    }
    let found = NUMBERS.captures(text).filter(|found| found[2] == found[4])?;
    let (one, two, three) = (&found[1], &found[3], &found[5]);
    let orders: &[DateOrder] = match (one.len(), three.len(), &found[2]) {
        (4, 1 | 2, _) => &[DateOrder::Ymd],
        (1 | 2, 4, ".") => &[DateOrder::Dmy],
        (1 | 2, 4, _) => &[DateOrder::Dmy, DateOrder::Mdy],
        (1, 2, ".") => &[DateOrder::Dmy],
        (2, 2, ".") => &[DateOrder::Dmy, DateOrder::Ymd],
        (1, 2, _) => &[DateOrder::Dmy, DateOrder::Mdy],
        (2, 2, _) => &[DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd],
        _ => return None,
    };
    let day = |order: &DateOrder| {
        let (y, m, d) = match order {
            DateOrder::Dmy => (three, two, one),
            DateOrder::Mdy => (three, one, two),
            DateOrder::Ymd => (one, two, three),
        };
        (*order, year(y).and_then(|y| NaiveDate::from_ymd_opt(y, m.parse().ok()?, d.parse().ok()?)))
    };
    let days = orders.iter().map(day).collect();
    Some((days, found.get(6)?.as_str()))
}

/// The one day that is meant.
fn choose(readings: &[(DateOrder, Option<NaiveDate>)], order: Option<DateOrder>) -> Result<NaiveDate, &'static str> {
    if let ([_, _, ..], Some(order)) = (readings, order) {
        return readings.iter().find(|(own, _)| *own == order).and_then(|(_, day)| *day).ok_or(OTHER_ORDER);
    }
    let mut days: Vec<NaiveDate> = readings.iter().filter_map(|(_, day)| *day).collect();
    days.sort_unstable();
    days.dedup();
    match days.as_slice() {
        [] => Err(NOT_IN_CALENDAR),
        [one] => Ok(*one),
        _ => Err(TWO_DAYS),
    }
}

/// The moment at which clocks in the zone show this time: the first one where they are set back, the next one they show where
/// they are set forward.
fn moment(clock: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let shown = |clock: NaiveDateTime| zone.from_local_datetime(&clock).earliest().map(|at| at.to_utc());
    shown(clock).or_else(|| shown(clock + TimeDelta::hours(1))).or_else(|| shown(clock.checked_add_days(Days::new(1))?))
}

/// A day and the time on it.
fn clock(day: NaiveDate, text: &str, zone: Tz) -> Result<DateTime<Utc>, &'static str> {
    if text.is_empty() {
        return Ok(start_of_day(day));
    }
    // As browsers write it: `10:00:00 GMT+0100 (the name of the zone)`.
    let text = text.split(" (").next().unwrap_or(text).replace("GMT+", "+").replace("GMT-", "-");
    let text = text.as_str();
    let utc = ["UTC", "GMT", "Z"].iter().find_map(|name| text.strip_suffix(name));
    let (text, zone) = utc.map_or((text, zone), |text| (text.trim_end(), Tz::UTC));
    let joined = format!("{} {text}", day.format("%Y-%m-%d"));
    for form in ["%H:%M", "%H:%M:%S%.f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(&joined, &format!("%Y-%m-%d {form}")) {
            return moment(at, zone).ok_or(NOT_IN_CALENDAR);
        }
    }
    for form in ["%H:%M:%S%.f%#z", "%H:%M:%S%.f %#z", "%H:%M %#z", "%H:%M%#z"] {
        if let Ok(at) = DateTime::parse_from_str(&joined, &format!("%Y-%m-%d {form}")) {
            return Ok(at.to_utc());
        }
    }
    Err("has a time that is not one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, moment) in [
            ("2026-03-04", "2026-03-04T00:00:00Z"),
            (" 2024-02-29 ", "2024-02-29T00:00:00Z"),
            ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z"),
            ("2026-03-04T05:06:07.123Z", "2026-03-04T05:06:07.123Z"),
            ("2026-03-04T00:30:00+01:00", "2026-03-03T23:30:00Z"),
            ("2026-03-04T00:30:00.000+0100", "2026-03-03T23:30:00Z"),
            ("2026-03-04 05:06", "2026-03-04T05:06:00Z"),
            ("2026-03-04 05:06:07", "2026-03-04T05:06:07Z"),
            ("2026-03-04 05:06:07 UTC", "2026-03-04T05:06:07Z"),
            ("2026-03-04 05:06:07 +0000", "2026-03-04T05:06:07Z"),
            ("04.03.2026", "2026-03-04T00:00:00Z"),
            ("4.3.2026 05:06", "2026-03-04T05:06:00Z"),
            ("12/Mar/26 10:15 PM", "2026-03-12T22:15:00Z"),
            ("12/Mar/2026", "2026-03-12T00:00:00Z"),
            ("5/Dez/25 3:04 PM", "2025-12-05T15:04:00Z"),
            ("05/Mär/26 15:04", "2026-03-05T15:04:00Z"),
            // One reading only.
            ("6/21/2025 16:14", "2025-06-21T16:14:00Z"),
            ("21/06/2025", "2025-06-21T00:00:00Z"),
            ("5/5/2025", "2025-05-05T00:00:00Z"),
            ("2025/03/04 9:05 PM", "2025-03-04T21:05:00Z"),
            ("20250304", "2025-03-04T00:00:00Z"),
            ("Mar 4, 2025", "2025-03-04T00:00:00Z"),
            ("March 4, 2025, 10:15\u{202f}AM", "2025-03-04T10:15:00Z"),
            ("04-Mar-2025", "2025-03-04T00:00:00Z"),
            ("4. März 2025", "2025-03-04T00:00:00Z"),
            ("Tue, 04 Mar 2025 10:00:00 +0100", "2025-03-04T09:00:00Z"),
            ("Tue Mar 04 2025 10:00:00 GMT+0100 (Central European Standard Time)", "2025-03-04T09:00:00Z"),
            ("2025-Sep-04", "2025-09-04T00:00:00Z"),
            // As spreadsheets count.
            ("45720", "2025-03-04T00:00:00Z"),
            ("45720.5", "2025-03-04T12:00:00Z"),
        ] {
            let expected = DateTime::parse_from_rfc3339(moment).unwrap().to_utc();
            assert_eq!(parse(text, None), Ok(expected), "{text}");
        }
    }

    #[test]
    fn times_without_a_zone_are_of_the_zone_that_is_named() {
        for (text, berlin) in [
            ("2026-03-04 00:30", "2026-03-03T23:30:00Z"),
            ("2026-07-04 00:30", "2026-07-03T22:30:00Z"),
            ("04.07.2026 00:30", "2026-07-03T22:30:00Z"),
            ("4/Jul/26 12:30 AM", "2026-07-03T22:30:00Z"),
            // Said to be in a zone, or a day: nothing to add.
            ("2026-07-04 00:30 UTC", "2026-07-04T00:30:00Z"),
            ("2026-07-04T00:30:00Z", "2026-07-04T00:30:00Z"),
            ("2026-07-04T00:30:00-02:00", "2026-07-04T02:30:00Z"),
            ("2026-07-04", "2026-07-04T00:00:00Z"),
            // Clocks are set back at 03:00 and forward at 02:00.
            ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
            ("2026-03-29 02:30", "2026-03-29T01:30:00Z"),
        ] {
            let expected = DateTime::parse_from_rfc3339(berlin).unwrap().to_utc();
            assert_eq!(parse(text, Some(Tz::Europe__Berlin)), Ok(expected), "{text}");
        }
        // A day that the island of Samoa left out.
        assert!(parse("2011-12-30 12:00", Some(Tz::Pacific__Apia)).is_ok());
    }

    #[test]
    fn the_column_tells_the_order_or_leaves_a_doubt() {
        let order = |cells: &[&str]| order_of(cells.iter().copied());
        assert_eq!(order(&["3/4/2025", "6/21/2025", ""]), Some(DateOrder::Mdy));
        assert_eq!(order(&["3/4/2025", "21/06/2025 10:00"]), Some(DateOrder::Dmy));
        assert_eq!(order(&["3/4/2025", "5/6/2025", "2025-06-21", "21.06.2025"]), None);
        assert_eq!(order(&["3/4/2025", "21/06/2025", "6/21/2025"]), None);
        let day = |text, order| parse_ordered(text, None, Some(order)).map(|at| at.date_naive().to_string());
        assert_eq!(day("3/4/2025", DateOrder::Mdy), Ok("2025-03-04".to_owned()));
        assert_eq!(day("3/4/25", DateOrder::Dmy), Ok("2025-04-03".to_owned()));
        assert_eq!(day("21/06/2025", DateOrder::Mdy), Err(OTHER_ORDER));
        // What leaves no doubt needs no order.
        assert_eq!(day("2025-06-21", DateOrder::Mdy), Ok("2025-06-21".to_owned()));
        assert_eq!(day("21.06.2025", DateOrder::Mdy), Ok("2025-06-21".to_owned()));
    }

    #[test]
    fn what_is_refused() {
        for (text, why) in [
            ("03/04/2026", "could mean two days"),
            ("3-4-26", "could mean two days"),
            ("banana", "is not a date"),
            ("2026-02-30", "is not a date of the calendar"),
            ("2026-02-03 25:00", "has a time that is not one"),
            ("2026-02-03x", "is not a date"),
            ("01.02.26", "could mean two days"),
            ("31.02.2026", "is not a date of the calendar"),
            ("13/13/2026", "is not a date of the calendar"),
            ("Mar 2026", "is not a date"),
            ("123456", "is not a date"),
            ("", "is not a date"),
            ("2026", "is not a date"),
            ("ä2026-01-01", "is not a date"),
        ] {
            assert_eq!(parse(text, None), Err(why), "{text}");
        }
    }
}
