//! The fleet as comma-separated values, a row for each repository.

use std::io::{self, Write};

use chrono::NaiveDate;

use crate::model::fleet_state::Fleet;
use crate::render::escape::cell;

/// Head of the table.
const HEAD: [&str; 21] = [
    "name",
    "team",
    "visibility",
    "state",
    "verdict",
    "due",
    "days_left",
    "last_review",
    "record",
    "examined",
    "managed",
    "open",
    "oldest_open_days",
    "errors",
    "warnings",
    "covered_by",
    "loosened",
    "why",
    "checked_on",
    "version",
    "revision",
];

/// Writes the table.
pub fn csv(fleet: &Fleet, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(HEAD)?;
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let number = |n: Option<usize>| n.map_or_else(String::new, |n| n.to_string());
    let days = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    let text = |text: Option<&str>| text.map_or_else(String::new, cell);
    for one in &fleet.repositories {
        let visibility = one.visibility.and_then(|visibility| serde_json::to_value(visibility).ok());
        table.write_record([
            cell(&one.name),
            text(one.team.as_deref()),
            text(visibility.as_ref().and_then(serde_json::Value::as_str)),
            one.state.word().to_owned(),
            one.verdict.map_or_else(String::new, |verdict| verdict.word().to_owned()),
            day(one.due),
            days(one.days_left),
            day(one.last_review),
            text(one.record.as_deref()),
            number(one.examined),
            number(one.managed),
            number(one.open),
            days(one.oldest_open_days),
            number(one.errors),
            number(one.warnings),
            cell(&one.covered_by.join(" ")),
            cell(&one.loosened.join("; ")),
            text(one.why.as_deref()),
            day(one.checked_on),
            text(one.version.as_deref()),
            text(one.revision.as_deref()),
        ])?;
    }
    table.flush()
}
