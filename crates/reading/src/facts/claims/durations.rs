//! Claims about how long issues took.

use crate::facts::claims::clause::{ClaimClause, Claimed};
use crate::facts::scope::severities;
use crate::grammar::patterns::{Captures, sentences};
use crate::value::reading::{Among, ClaimKind};

/// Median, mean, longest, and what none took longer than.
pub(crate) fn durations(clause: &ClaimClause<'_>) -> Vec<Claimed> {
    let all = sentences();
    let kinds: [(&str, fn(u32) -> ClaimKind); 4] = [
        ("days-median", ClaimKind::MedianDays),
        ("days-mean", ClaimKind::MeanDays),
        ("days-longest", ClaimKind::LongestDays),
        ("days-bound", ClaimKind::WithinDays),
    ];
    let mut out = Vec::new();
    for (name, kind) in kinds {
        let Some(found) = all.of(name).first(clause.text) else { continue };
        let between = found.name("in_between").map_or("", |m| m.as_str());
        if all.of("other-duration").matches(between) || all.of("inexact").matches(between) {
            continue;
        }
        let head = &clause.text[..found.get(0).map_or(0, crate::grammar::patterns::Part::start)];
        if all.of("other-duration").matches(head) && !all.of("names-target").matches(head) {
            continue;
        }
        if let Some(days) = days(&found) {
            let lead = &clause.text[..found.name("d").map_or(0, crate::grammar::patterns::Part::start)];
            // "#731 was the longest, 140 days" is about that one.
            let named: Vec<String> =
                clause.named.iter().filter(|name| clause.inside(name)).map(|name| name.id.clone()).collect();
            let ids = if name == "days-longest" && named.len() == 1 { named } else { Vec::new() };
            out.push((kind(days), Among { severities: severities(lead), ids, ..Among::default() }));
        }
    }
    out
}

/// The days of a match, rounded; weeks count seven, months as many as they have at most.
pub(crate) fn days(found: &Captures<'_>) -> Option<u32> {
    // "A week" is one.
    let number: f64 = match found.name("d") {
        Some(written) => {
            let written = written.as_str();
            written.replace(',', ".").parse().ok().or_else(|| sentences().number(written).map(f64::from))?
        }
        None => f64::from(u8::from(found.name("one").is_some())),
    };
    let unit = found.name("u").map_or("", |m| m.as_str()).to_lowercase();
    let days = match unit.chars().next() {
        Some('w') => number * 7.0,
        Some('m') => number * 31.0,
        _ => number,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most four digits")]
    (0.0..100_000.0).contains(&days).then_some(days.round() as u32)
}
