//! Small values for tests, of this crate and of the binary.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    clippy::new_without_default,
    reason = "for tests"
)]

use chrono::{DateTime, Utc};

use crate::model::issue::{Event, EventKind, Issue};
use crate::model::period::Period;

pub fn issue(id: &str, events: &[(&str, EventKind)]) -> Issue {
    Issue {
        title: format!("title of {id}"),
        events: events.iter().map(|(at, kind)| Event { at: time(at), kind: *kind, actor: None, note: None }).collect(),
        ..Issue::new(id, "test")
    }
}

pub fn time(text: &str) -> DateTime<Utc> {
    let text = if text.len() == 10 { format!("{text}T12:00:00Z") } else { text.to_owned() };
    DateTime::parse_from_rfc3339(&text).unwrap().to_utc()
}

pub fn period(from: &str, to: &str) -> Period {
    Period { from: (!from.is_empty()).then(|| from.parse().unwrap()), to: to.parse().unwrap() }
}
