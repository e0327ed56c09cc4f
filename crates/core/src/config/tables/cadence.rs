//! `[cadence]`: when reviews are due.

use toml::de::DeTable;

use crate::config::key::{Key, KeyKind, nothing, quoted, set};
use crate::config::walk::{ConfigWalk, clean};
use crate::model::period::{Window, YearStart};
use crate::model::policy::Policy;

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 6] = [
    Key {
        path: "cadence.window",
        kind: KeyKind::Choice,
        default_of: |p| quoted(&p.cadence.window.name()),
        example: r#""12-months""#,
        says: "How long a held review holds: \"N-months\" (1 to 12), \"N-days\" (1 to 366), \"calendar-year\", or \"iso13485-4.1.3\", which needs monitoring_plan. A shorter interval stated in the procedure wins.",
        set: |w, p, e| {
            p.cadence.window_line = Some(w.places.of(e.at).0);
            if let Some(window) = w.window(e) {
                p.cadence.window = window;
            }
        },
    },
    Key {
        path: "cadence.monitoring_plan",
        kind: KeyKind::Text,
        default_of: nothing,
        example: r#""MMP-001""#,
        says: "Path or id of the monitoring and measurement plan (ISO 13485 4.1.3) that holds the review; required with window = \"iso13485-4.1.3\", not allowed without it.",
        set: |w, p, e| {
            let plan = w.text(e, r#"monitoring_plan = "MMP-001""#);
            if let (Some(text), Window::Iso13485 { plan }) = (plan, &mut p.cadence.window) {
                *plan = text;
            }
        },
    },
    Key {
        path: "cadence.notice_days",
        kind: KeyKind::Number,
        default_of: |p| p.cadence.notice_days.to_string(),
        example: "60",
        says: "Days before the due date from which a review counts as due soon.",
        set: |w, p, e| set(&mut p.cadence.notice_days, w.number(e, 0, 366, "days")),
    },
    Key {
        path: "cadence.start",
        kind: KeyKind::Date,
        default_of: nothing,
        example: "2025-01-01",
        says: "The clock of the first review starts here, or at the first release where that is later.",
        set: |w, p, e| p.cadence.start = w.date(e).or(p.cadence.start),
    },
    Key {
        path: "cadence.backdating_days",
        kind: KeyKind::Number,
        default_of: |p| p.cadence.backdating_days.to_string(),
        example: "30",
        says: "Days between the date held and the commit of the record before the record counts as backdated.",
        set: |w, p, e| set(&mut p.cadence.backdating_days, w.number(e, 0, 3660, "days")),
    },
    Key {
        path: "cadence.fiscal_year_start",
        kind: KeyKind::Text,
        default_of: nothing,
        example: r#""10-01""#,
        says: "Month and day on which the fiscal year begins (MM-DD). A period \"FY 2024/25\" is then known; \"FY2025\" is the year that had ended by the day of the review, and stays unclear where the year that ends and the year that begins in 2025 both had. Without it a fiscal year is unclear until its days stand beside it.",
        set: |w, p, e| {
            let Some(text) = w.text(e, r#"fiscal_year_start = "10-01""#) else { return };
            p.cadence.fiscal_year_start = YearStart::parse(&text);
            if p.cadence.fiscal_year_start.is_none() {
                w.error_at(
                    e.value.span().start,
                    format!("\"{}\" is no day that every year has", clean(&text)),
                    "write month and day, for example `fiscal_year_start = \"10-01\"`",
                );
            }
        },
    },
];

/// What the keys demand of one another.
pub(crate) fn across(walk: &mut ConfigWalk<'_>, policy: &mut Policy, tree: &DeTable<'_>) {
    let cadence = tree.get("cadence").and_then(|value| value.get_ref().as_table());
    let Some(cadence) = cadence else { return };
    let (window, plan) = (cadence.get_key_value("window"), cadence.get_key_value("monitoring_plan"));
    match (&mut policy.cadence.window, window, plan) {
        (Window::Iso13485 { .. }, Some((key, _)), None) => walk.error_at(
            key.span().start,
            "window = \"iso13485-4.1.3\" without `monitoring_plan`",
            "name the plan that holds the review: `monitoring_plan = \"MMP-001\"`",
        ),
        // Keys come in the order of the alphabet, so the window was not yet known when the plan was read.
        (Window::Iso13485 { plan: name }, _, Some((_, value))) => {
            value.get_ref().as_str().unwrap_or_default().trim().clone_into(name);
        }
        (_, _, Some((key, _))) => walk.error_at(
            key.span().start,
            "`monitoring_plan` has no effect with this window",
            "set window = \"iso13485-4.1.3\", or leave the plan out",
        ),
        _ => {}
    }
}
