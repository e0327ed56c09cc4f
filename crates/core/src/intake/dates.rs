//! Dates and times as trackers export them → moments in UTC. What could mean two days is refused, never guessed.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::model::period::start_of_day;

/// Reads a date or time; a date alone is the start of that day in UTC, a time that names no zone is one of `zone` (UTC where the
/// policy names none). The error says what is wrong.
pub(crate) fn parse(text: &str, zone: Option<Tz>) -> Result<DateTime<Utc>, &'static str> {
    let zone = zone.unwrap_or(Tz::UTC);
    let english = english(text.trim());
    let text = english.as_str();
    if text.len() > 40 || !text.is_ascii() {
        return Err("is not a date");
    }
    let (text, zone) = text.strip_suffix(" UTC").map_or((text, zone), |text| (text, Tz::UTC));
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    if digits(0..4) && text.get(4..5) == Some("-") && digits(5..7) && text.get(7..8) == Some("-") && digits(8..10) {
        return iso(text, zone);
    }
    if digits(0..1) && text.contains('.') {
        return german(text, zone).ok_or("is not a date");
    }
    if let Some(at) = jira(text, zone) {
        return Ok(at);
    }
    let slashes = text.split(' ').next().unwrap_or_default();
    let parts: Vec<&str> = slashes.split(['/', '-']).collect();
    if parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())) {
        return Err("could mean two days");
    }
    Err("is not a date")
}

/// German names of months in Jira's form (`12/Mrz/26`), which differ from the English ones.
fn english(text: &str) -> String {
    const MONTHS: [(&str, &str); 7] = [
        ("/jän/", "/Jan/"),
        ("/mär/", "/Mar/"),
        ("/märz/", "/Mar/"),
        ("/mrz/", "/Mar/"),
        ("/mai/", "/May/"),
        ("/okt/", "/Oct/"),
        ("/dez/", "/Dec/"),
    ];
    if text.len() > 40 || text.bytes().filter(|byte| *byte == b'/').count() != 2 {
        return text.to_owned();
    }
    let small = text.to_lowercase().replace('.', "");
    let found = MONTHS.iter().find(|(german, _)| small.contains(german));
    found.map_or_else(|| text.to_owned(), |(german, english)| small.replacen(german, english, 1).to_uppercase())
}

/// The moment at which clocks in the zone show this time: the first one where they are set back, the next one they show where
/// they are set forward.
fn moment(clock: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let shown = |clock: NaiveDateTime| zone.from_local_datetime(&clock).earliest().map(|at| at.to_utc());
    shown(clock).or_else(|| shown(clock + TimeDelta::hours(1))).or_else(|| shown(clock.checked_add_days(Days::new(1))?))
}

fn iso(text: &str, zone: Tz) -> Result<DateTime<Utc>, &'static str> {
    let wrong = "is not a date of the calendar";
    let day = NaiveDate::parse_from_str(&text[..10], "%Y-%m-%d").map_err(|_| wrong)?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Ok(start_of_day(day));
    }
    let Some(clock) = rest.strip_prefix(['T', ' ']) else { return Err("is not a date") };
    let joined = format!("{} {}", &text[..10], clock.trim());
    for (form, zone) in [
        ("%Y-%m-%d %H:%M", zone),
        ("%Y-%m-%d %H:%M:%S%.f", zone),
        ("%Y-%m-%d %H:%M:%S%.fZ", Tz::UTC),
        ("%Y-%m-%d %H:%MZ", Tz::UTC),
    ] {
        if let Ok(at) = NaiveDateTime::parse_from_str(&joined, form) {
            return moment(at, zone).ok_or(wrong);
        }
    }
    for form in ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z", "%Y-%m-%d %H:%M %#z", "%Y-%m-%d %H:%M%#z"] {
        if let Ok(at) = DateTime::parse_from_str(&joined, form) {
            return Ok(at.to_utc());
        }
    }
    Err("has a time that is not one")
}

/// `DD.MM.YYYY`, with or without a time.
fn german(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let (day, clock) = text.split_once([' ', ',']).unwrap_or((text, ""));
    let year = day.rsplit('.').next()?;
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let date = NaiveDate::parse_from_str(day, "%d.%m.%Y").ok()?;
    let clock = clock.trim();
    if clock.is_empty() {
        return Some(start_of_day(date));
    }
    ["%H:%M", "%H:%M:%S"]
        .iter()
        .find_map(|form| chrono::NaiveTime::parse_from_str(clock, form).ok())
        .and_then(|time| moment(date.and_time(time), zone))
}

/// `12/Mar/26 10:15 AM`, as Jira writes it: the month's name leaves no doubt.
fn jira(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    for form in ["%d/%b/%y %I:%M %p", "%d/%b/%y %H:%M", "%d/%b/%Y %H:%M", "%d/%b/%Y %I:%M %p"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(text, form) {
            return moment(at, zone).filter(|at| at.timestamp() > 0);
        }
    }
    ["%d/%b/%y", "%d/%b/%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok().map(start_of_day).filter(|at| at.timestamp() > 0))
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
    fn what_is_refused() {
        for (text, why) in [
            ("03/04/2026", "could mean two days"),
            ("3-4-26", "could mean two days"),
            ("banana", "is not a date"),
            ("2026-02-30", "is not a date of the calendar"),
            ("2026-02-03 25:00", "has a time that is not one"),
            ("2026-02-03x", "is not a date"),
            ("01.02.26", "is not a date"),
            ("31.02.2026", "is not a date"),
            ("", "is not a date"),
            ("2026", "is not a date"),
            ("ä2026-01-01", "is not a date"),
        ] {
            assert_eq!(parse(text, None), Err(why), "{text}");
        }
    }
}
