//! One line on where the cadence stands, and the same as a badge.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::model::period::State;
use crate::model::report::{Report, Verdict};
use crate::render::escape::line;
use crate::render::limits;
use crate::render::style::Style;
use lookback_reading::{Constraint, count};

/// `due-soon: last review 2025-03-14, next due 2026-03-14, 40 days left`.
///
/// When a limit stopped the judgement of 4.1.8#d, the line says so: the dates may then be those of the part that was seen.
pub fn status_line(report: &Report) -> String {
    let cadence = &report.cadence;
    let state = cadence.state.word();
    let mut parts = Vec::new();
    match cadence.last_review {
        Some(last) => parts.push(format!("last review {last}")),
        None => parts.push("no review held".to_owned()),
    }
    match (cadence.due, cadence.days_left) {
        (Some(due), Some(left)) => {
            let first = if cadence.last_review.is_none() { "first review" } else { "next" };
            if left < 0 {
                let first = if cadence.last_review.is_none() { "first review " } else { "" };
                parts.push(format!("{first}was due {due}"));
                parts.push(format!("{} late", days(left.saturating_neg())));
            } else {
                parts.push(format!("{first} due {due}"));
                parts.push(if left == 0 { "due today".to_owned() } else { format!("{} left", days(left)) });
            }
        }
        (Some(due), None) => parts.push(format!("next due {due}")),
        _ => parts.push("no due date: nothing starts the clock (no release, no cadence.start)".to_owned()),
    }
    let mut out = format!("{state}: {}", parts.join(", "));
    if let Some(why) = undetermined(report) {
        out.push_str("; undetermined: ");
        out.push_str(&line(why));
    }
    out
}

/// The line, and what could not be seen of what it rests on; quiet: the line alone.
pub fn render(report: &Report, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let mut text = status_line(report) + "\n";
    if style.verbosity >= 0 {
        limits::closing(&limits::bearing(&report.limits, Constraint::HeldAnnually), style, &mut text);
    }
    out.write_all(text.as_bytes())
}

/// Why the judgement on 4.1.8#d was stopped, if it was.
fn undetermined(report: &Report) -> Option<&str> {
    let result = report.constraints.iter().find(|result| result.constraint == Constraint::HeldAnnually)?;
    let stopped = result.verdict == Verdict::Undetermined;
    stopped.then(|| result.not_assessed.first().map_or("see the limits", String::as_str))
}

/// Does the cadence alone fail a run? 1 when a review is overdue, 3 when that cannot be told, else 0.
pub fn exit_code(report: &Report) -> u8 {
    let late = report.cadence.days_left.is_some_and(|left| left < 0);
    if undetermined(report).is_some() {
        Verdict::Undetermined.exit_code()
    } else if late {
        Verdict::Nonconforming.exit_code()
    } else {
        Verdict::Conforms.exit_code()
    }
}

fn days(n: i64) -> String {
    count(usize::try_from(n).unwrap_or(0), "day")
}

/// A badge in the form that shields.io reads from an endpoint. Green only when the verdict is good too: a window that is
/// open says nothing about what was examined.
pub fn badge_json(report: &Report) -> Value {
    let cadence = &report.cadence;
    let late = cadence.days_left.filter(|left| *left < 0);
    let (message, color) = if undetermined(report).is_some() {
        ("undetermined".to_owned(), "lightgrey")
    } else {
        match (cadence.state, late, cadence.days_left) {
            (State::Overdue, Some(late), _) => (format!("overdue by {}", days(late.saturating_neg())), "red"),
            (State::Overdue, None, _) => ("overdue".to_owned(), "red"),
            (State::Never, Some(_), _) => ("never held".to_owned(), "red"),
            (State::Never, None, Some(left)) => (format!("first due in {}", days(left)), "lightgrey"),
            (State::Never, None, None) => ("none yet".to_owned(), "lightgrey"),
            (State::DueSoon, _, Some(0)) => ("due today".to_owned(), "yellow"),
            (State::DueSoon, _, left) => (format!("due in {}", days(left.unwrap_or(0))), "yellow"),
            (State::Current, ..) => match (report.verdict, cadence.due) {
                (Verdict::Nonconforming, _) => ("nonconforming".to_owned(), "orange"),
                (Verdict::Undetermined, _) => ("undetermined".to_owned(), "lightgrey"),
                (Verdict::Conforms | Verdict::NotDue, Some(due)) => (format!("current until {due}"), "brightgreen"),
                (Verdict::Conforms | Verdict::NotDue, None) => ("current".to_owned(), "brightgreen"),
            },
        }
    };
    json!({ "schemaVersion": 1, "label": "security review", "message": message, "color": color })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    fn at(state: State, last: Option<&str>, due: Option<&str>, left: Option<i64>) -> Report {
        let mut report = sample::report();
        report.cadence.state = state;
        report.cadence.last_review = last.map(|day| day.parse().unwrap());
        report.cadence.due = due.map(|day| day.parse().unwrap());
        report.cadence.days_left = left;
        report
    }

    #[test]
    fn every_state_has_its_line_and_badge() {
        let held = Some("2025-03-14");
        let due = Some("2026-03-14");
        for (report, line, message, color) in [
            (
                at(State::DueSoon, held, due, Some(40)),
                "due-soon: last review 2025-03-14, next due 2026-03-14, 40 days left",
                "due in 40 days",
                "yellow",
            ),
            (
                at(State::DueSoon, held, due, Some(0)),
                "due-soon: last review 2025-03-14, next due 2026-03-14, due today",
                "due today",
                "yellow",
            ),
            (
                at(State::Current, held, due, Some(200)),
                "current: last review 2025-03-14, next due 2026-03-14, 200 days left",
                "nonconforming",
                "orange",
            ),
            (
                at(State::Overdue, held, due, Some(-1)),
                "overdue: last review 2025-03-14, was due 2026-03-14, 1 day late",
                "overdue by 1 day",
                "red",
            ),
            (
                at(State::Never, None, due, Some(9)),
                "never: no review held, first review due 2026-03-14, 9 days left",
                "first due in 9 days",
                "lightgrey",
            ),
            (
                at(State::Never, None, due, Some(-300)),
                "never: no review held, first review was due 2026-03-14, 300 days late",
                "never held",
                "red",
            ),
            (
                at(State::Never, None, None, None),
                "never: no review held, no due date: nothing starts the clock (no release, no cadence.start)",
                "none yet",
                "lightgrey",
            ),
        ] {
            assert_eq!(status_line(&report), line);
            let badge = badge_json(&report);
            assert_eq!((badge["message"].as_str(), badge["color"].as_str()), (Some(message), Some(color)), "{line}");
            assert_eq!((badge["schemaVersion"].as_u64(), badge["label"].as_str()), (Some(1), Some("security review")));
        }
    }

    #[test]
    fn what_could_not_be_judged_is_never_green() {
        let mut report = at(State::Current, Some("2025-03-14"), Some("2026-03-14"), Some(200));
        report.verdict = Verdict::Conforms;
        assert_eq!(badge_json(&report)["color"], "brightgreen");
        report.verdict = Verdict::Undetermined;
        report.constraints[5].verdict = Verdict::Undetermined;
        report.constraints[5].not_assessed = vec!["the history is cut off".to_owned()];
        assert_eq!(badge_json(&report)["color"], "lightgrey");
        assert_eq!(
            status_line(&report),
            "current: last review 2025-03-14, next due 2026-03-14, 200 days left; undetermined: the history is cut off"
        );
    }
}
