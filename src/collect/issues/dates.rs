//! Dates and times as trackers export them → moments in UTC. What could mean two days is refused, never guessed.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::period::start_of_day;

/// Reads a date or time; a date alone is the start of that day in UTC, a time without zone is in UTC.
/// The error says what is wrong.
pub fn parse(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let english = english(text.trim());
    let text = english.as_str();
    if text.len() > 40 || !text.is_ascii() {
        return Err("is not a date");
    }
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    if digits(0..4) && text.get(4..5) == Some("-") && digits(5..7) && text.get(7..8) == Some("-") && digits(8..10) {
        return iso(text);
    }
    if digits(0..1) && text.contains('.') {
        return german(text).ok_or("is not a date");
    }
    if let Some(at) = jira(text) {
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

fn iso(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let wrong = "is not a date of the calendar";
    let day = NaiveDate::parse_from_str(&text[..10], "%Y-%m-%d").map_err(|_| wrong)?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Ok(start_of_day(day));
    }
    let Some(clock) = rest.strip_prefix(['T', ' ']) else { return Err("is not a date") };
    let joined = format!("{} {}", &text[..10], clock.trim());
    for form in ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.fZ", "%Y-%m-%d %H:%MZ"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(&joined, form) {
            return Ok(at.and_utc());
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
fn german(text: &str) -> Option<DateTime<Utc>> {
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
        .map(|time| date.and_time(time).and_utc())
}

/// `12/Mar/26 10:15 AM`, as Jira writes it: the month's name leaves no doubt.
fn jira(text: &str) -> Option<DateTime<Utc>> {
    for form in ["%d/%b/%y %I:%M %p", "%d/%b/%y %H:%M", "%d/%b/%Y %H:%M", "%d/%b/%Y %I:%M %p"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(text, form) {
            return (at.and_utc().timestamp() > 0).then(|| at.and_utc());
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
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
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
            assert_eq!(parse(text), Err(why), "{text}");
        }
    }
}
