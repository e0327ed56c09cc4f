//! How often something is done: the interval that a text states.

use std::sync::LazyLock;

use regex::Regex;

use crate::grammar::lexicon::words;

static EVERY: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)\b(?:every|each|alle|at least every|mindestens alle|within)?\s*(?P<n>\d{1,3}|one|two|three|four|six|twelve|other|second|zwei|drei|sechs|zwölf|second)[\s-]+(?P<u>days?|weeks?|months?|quarters?|years?|tagen?|tage|wochen?|monaten?|monate|quartale|jahren?|jahre)\b").expect("constant pattern")
});

/// Parts of the words for stretches of time. Most sentences have none.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new("(?i)year|jahr|jähr|quart|month|monat|week|woche|wöch|annual|ennial|dai|day|tag|tägl|fortnight")
        .expect("constant pattern")
});

/// The interval that a text states, in months.
pub(crate) fn interval_in(text: &str) -> Option<u32> {
    if !TIME.is_match(text) {
        return None;
    }
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
        let before = &lower[..found.get(0)?.end()];
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
