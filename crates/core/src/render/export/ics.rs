//! The next due date as a calendar (RFC 5545): one event of a whole day with its reminders. The time stamp is the day judged for, and
//! the identity is made of the repository and the last review, so that a calendar moves the event instead of doubling it.

use chrono::Duration;
use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _, EventStatus, Property};

use crate::model::digest::sha256;
use crate::model::period::start_of_day;
use crate::model::report::{Report, Verdict};
use crate::render::escape::line;
use crate::render::export::error::ExportError;
use crate::render::hosting::web;
use crate::render::next::next_step;
use crate::render::status::status_line;
use crate::render::words::sentence;
use lookback_reading::{Constraint, count, shorten};

/// Days before the due date on which a calendar reminds.
const REMINDERS: [u32; 4] = [60, 30, 7, 1];
/// Characters of a text.
const PIECE: usize = 1_000;

/// The calendar; an error where nothing is due.
pub(crate) fn calendar(report: &Report) -> Result<String, ExportError> {
    let event = event(report).ok_or_else(|| ExportError {
        what: "there is no due date for a calendar: nothing starts the clock of the first review".to_owned(),
        next: "Tag the first release, or set cadence.start in lookback.toml; `lookback status` says what is known."
            .to_owned(),
    })?;
    Ok(calendar_of(vec![event]))
}

/// The event of a report; `None` where nothing is due.
pub fn event(report: &Report) -> Option<Event> {
    let due = report.cadence.due?;
    let repository = line(&shorten(&report.subject.repository, 200));
    let stamp = start_of_day(report.subject.as_of).format("%Y%m%dT%H%M%SZ").to_string();
    let cycle = report.cadence.last_review.map_or_else(|| "first".to_owned(), |last| last.to_string());
    let identity = format!("{}-{cycle}", identity(&report.subject.repository));
    let summary = format!("Security review due: {repository}");
    let held = report.constraints.iter().find(|result| result.constraint == Constraint::HeldAnnually);
    // What could not be judged is not sure to be due on that day.
    let unsure = held.is_none_or(|result| result.verdict == Verdict::Undetermined);
    let mut event = Event::new();
    event
        .uid(&format!("{identity}@lookback"))
        .add_property("DTSTAMP", &stamp)
        .summary(&summary)
        .description(&description(report))
        .status(if unsure { EventStatus::Tentative } else { EventStatus::Confirmed })
        .add_property("TRANSP", "TRANSPARENT")
        .append_property(
            Property::new("DTSTART", due.format("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done(),
        );
    if let Some(url) = report.origin.as_deref().and_then(web) {
        event.url(url);
    }
    for days in REMINDERS {
        let said = format!("{summary} in {}, on {due}", count(days as usize, "day"));
        let mut alarm = Alarm::display(&said, -Duration::days(i64::from(days)));
        // Left out, they would come from the clock and from chance.
        alarm.add_property("DTSTAMP", &stamp).add_property("UID", format!("{identity}-{days}@lookback"));
        event.alarm(alarm);
    }
    Some(event.done())
}

/// The calendar of these events.
pub fn calendar_of(events: Vec<Event>) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", concat!("-//Lookback//Lookback ", env!("CARGO_PKG_VERSION"), "//EN")),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property(Property::new(key, value));
    }
    for event in events {
        calendar.push(event);
    }
    calendar.to_string()
}

/// The state, the verdict and the next step, a line each.
fn description(report: &Report) -> String {
    let verdict = format!("verdict on {}: {}", report.subject.as_of, report.said());
    let said = [Some(status_line(report)), Some(verdict), next_step(report)].into_iter().flatten();
    let said: Vec<_> = said.map(|text| line(&shorten(&sentence(&text), PIECE))).collect();
    said.join("\n")
}

/// Sixteen digits that stand for a repository.
fn identity(repository: &str) -> String {
    sha256(repository.as_bytes()).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::sample;

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(calendar(&sample::report()).unwrap().replace("\r\n", "\n"), @r#"
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Lookback//Lookback 0.1.0//EN
        CALSCALE:GREGORIAN
        METHOD:PUBLISH
        BEGIN:VEVENT
        DESCRIPTION:Overdue: last review 2025-02-03\, was due 2026-02-03\, 101 day
         s late.\nVerdict on 2026-05-15: nonconforming.\nFill 1 place in docs/quali
         ty/SR-2025.md (`lookback read docs/quality/SR-2025.md` lists what is missi
         ng)\, then commit it on a branch.
        DTSTAMP:20260515T000000Z
        DTSTART;VALUE=DATE:20260203
        STATUS:CONFIRMED
        SUMMARY:Security review due: acme/pump
        TRANSP:TRANSPARENT
        UID:58c01e442aa13eea-2025-02-03@lookback
        URL:https://github.com/acme/pump
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Security review due: acme/pump in 60 days\, on 2026-02-03
        DTSTAMP:20260515T000000Z
        TRIGGER:-PT5184000S
        UID:58c01e442aa13eea-2025-02-03-60@lookback
        END:VALARM
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Security review due: acme/pump in 30 days\, on 2026-02-03
        DTSTAMP:20260515T000000Z
        TRIGGER:-PT2592000S
        UID:58c01e442aa13eea-2025-02-03-30@lookback
        END:VALARM
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Security review due: acme/pump in 7 days\, on 2026-02-03
        DTSTAMP:20260515T000000Z
        TRIGGER:-PT604800S
        UID:58c01e442aa13eea-2025-02-03-7@lookback
        END:VALARM
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Security review due: acme/pump in 1 day\, on 2026-02-03
        DTSTAMP:20260515T000000Z
        TRIGGER:-PT86400S
        UID:58c01e442aa13eea-2025-02-03-1@lookback
        END:VALARM
        END:VEVENT
        END:VCALENDAR
        "#);
    }

    #[test]
    fn a_review_that_was_held_begins_another_event() {
        let uid = |report: &Report| {
            let text = calendar(report).unwrap();
            text.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned()
        };
        let mut report = sample::report();
        let before = uid(&report);
        report.cadence.due = Some("2026-03-01".parse().unwrap());
        report.subject.as_of = "2026-06-01".parse().unwrap();
        assert_eq!(uid(&report), before, "the same cycle moves");
        report.cadence.last_review = Some("2026-06-01".parse().unwrap());
        assert_ne!(uid(&report), before);
    }

    #[test]
    fn what_is_not_known_is_tentative_and_without_a_date_there_is_none() {
        let mut report = sample::report();
        assert!(calendar(&report).unwrap().contains("STATUS:CONFIRMED"));
        let held = report.constraints.last_mut().unwrap();
        held.verdict = Verdict::Undetermined;
        held.not_assessed = vec!["a record could not be read".to_owned()];
        let text = calendar(&report).unwrap().replace("\r\n ", "");
        assert!(
            text.contains("STATUS:TENTATIVE") && text.contains("undetermined: a record could not be read"),
            "{text}"
        );
        report.cadence.due = None;
        let error = calendar(&report).unwrap_err();
        assert!(error.next.contains("cadence.start"), "{error:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// As a calendar reads it: unfolded, every line is one of ours, and none is longer than 75 bytes before.
        #[test]
        fn hostile_words_stay_in_their_line(words in "(\r|\n|\r\n|END:VEVENT|[;:,\\\\\"]|\u{2028}|老虎|\\PC){0,60}") {
            let names = |report: &Report| -> Vec<String> {
                let text = calendar(report).unwrap();
                assert!(text.split("\r\n").all(|line| line.len() <= 76 && !line.contains(['\r', '\n'])), "{text}");
                let text = text.replace("\r\n ", "");
                text.lines().map(|line| line.split([':', ';']).next().unwrap_or_default().to_owned()).collect()
            };
            prop_assert_eq!(names(&sample::poisoned(&words)), names(&sample::poisoned("x")));
        }
    }
}
