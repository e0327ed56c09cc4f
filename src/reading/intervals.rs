//! How often something is done: the interval in a text, and that of the review of how security defects are handled.

use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{Term, words};
use super::model::Document;
use super::statements::Titles;
use super::units::{Form, Mood, Unit};
use crate::reading::Interval;

static EVERY: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)\b(?:every|each|alle|at least every|mindestens alle|within)?\s*(?P<n>\d{1,3}|one|two|three|four|six|twelve|other|second|zwei|drei|sechs|zwölf|second)[\s-]+(?P<u>days?|weeks?|months?|quarters?|years?|tagen?|tage|wochen?|monaten?|monate|quartale|jahren?|jahre)\b").expect("constant pattern")
});

/// The interval that a text states, in months.
pub fn interval_in(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let words = words(&lower);
    for found in EVERY.captures_iter(&lower) {
        let n = match &found["n"] {
            "one" => 1,
            "two" | "other" | "second" | "zwei" => 2,
            "three" | "drei" => 3,
            "four" => 4,
            "six" | "sechs" => 6,
            "twelve" | "zwölf" => 12,
            n => n.parse().ok()?,
        };
        let before = &lower[..found.get(0)?.start() + found[0].len().min(30)];
        let recurring = ["every", "alle ", "each", "review_in", "review in"].iter().any(|w| before.contains(w))
            || lower.trim() == found[0].trim();
        if !recurring {
            continue;
        }
        let unit = &found["u"];
        return Some(if unit.starts_with("da") || unit.starts_with("tag") {
            n / 30
        } else if unit.starts_with('w') {
            n / 4
        } else if unit.starts_with('m') {
            n
        } else if unit.starts_with('q') {
            n * 3
        } else {
            n * 12
        });
    }
    let has = |prefixes: &[&str]| words.iter().any(|word| prefixes.iter().any(|p| word.text.starts_with(p)));
    if has(&["weekly", "daily", "wöchentlich", "täglich", "fortnightly"]) {
        return Some(0);
    }
    if has(&["monthly", "monatlich"]) {
        return Some(1);
    }
    if has(&["quarterly", "vierteljährlich", "quartalsweise"])
        || lower.contains("every quarter")
        || lower.contains("each quarter")
        || lower.contains("jedes quartal")
    {
        return Some(3);
    }
    if has(&["semiannual", "biannual", "halbjährlich"])
        || lower.contains("semi-annual")
        || lower.contains("half-year")
        || lower.contains("twice a year")
        || lower.contains("zweimal im jahr")
        || lower.contains("zweimal pro jahr")
    {
        return Some(6);
    }
    if has(&["biennial"]) {
        return Some(24);
    }
    let yearly = has(&["annual", "yearly", "jährlich"])
        || [
            "every year",
            "each year",
            "once a year",
            "once per year",
            "once every year",
            "per calendar year",
            "each calendar year",
            "jedes jahr",
            "einmal pro jahr",
            "einmal im jahr",
            "pro kalenderjahr",
            "jedem kalenderjahr",
            "once in twelve months",
        ]
        .iter()
        .any(|w| lower.contains(w));
    yearly.then_some(12)
}

/// The interval of the review of how security defects are handled.
pub fn interval(doc: &Document, units: &[Unit], titles: &Titles, about: bool) -> Option<Interval> {
    let mut best: Option<(u32, usize)> = None;
    for (index, unit) in units.iter().enumerate() {
        if !unit.has(Term::Periodic) && !unit.text.contains("review_in") {
            continue;
        }
        if unit.form == Form::Quote
            || unit.has(Term::Placeholder)
            || unit.has(Term::Example)
            || interval_in(&unit.text).is_none()
        {
            continue;
        }
        let heading = titles.all(unit.section);
        let lower = unit.text.to_lowercase();
        let reviews = ["review", "überprüf", "bewert", "assess"].iter().any(|w| lower.contains(w));
        if !reviews && !heading.has(Term::Periodic) && !heading.has(Term::ReviewTitle) {
            continue;
        }
        let document = [
            "this procedure",
            "this document",
            "this policy",
            "diese verfahrensanweisung",
            "dieses dokument",
            "this plan",
        ]
        .iter()
        .any(|w| lower.contains(w));
        let score = 1
            + u32::from(unit.marks.any(&[Term::SecurityDefect])) * 3
            + u32::from(unit.marks.any(&[Term::Security])) * 2
            + u32::from(unit.has(Term::Handling)) * 2
            + u32::from(heading.any(&[Term::ReviewTitle, Term::SecurityDefect])) * 2
            + u32::from(lower.contains("review") || lower.contains("überprüf"))
            + u32::from(unit.mood == Mood::Obligation)
            + u32::from(about);
        let score = if document { 1 } else { score };
        if score >= 3 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, index));
        }
    }
    let unit = &units[best?.1];
    Some(Interval { months: interval_in(&unit.text)?, quote: doc.quote(unit.span.clone()) })
}
