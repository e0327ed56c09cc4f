//! How often something is done: the interval that a text states.

use std::sync::LazyLock;

use regex::Regex;

use crate::grammar::patterns::{Part, sentences};

/// Parts of the words for stretches of time. Most sentences have none.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(
        "(?i)each|every|jede|year|annum|jahr|jähr|quart|month|monat|week|woche|wöch|annual|ennial|dai|day|tag|tägl|fortnight|twelve|zwölf",
    )
    .expect("constant pattern")
});

/// The interval that a text states, in months.
pub(crate) fn interval_in(text: &str) -> Option<u32> {
    if !TIME.is_match(text) {
        return None;
    }
    let lower = text.to_lowercase();
    let all = sentences();
    // "No longer every two years but every year".
    let instead = all.of("not-so-but").first(&lower).and_then(|found| found.get(0).map(Part::end));
    if let Some(months) = instead.and_then(|at| interval_in(&lower[at..])) {
        return Some(months);
    }
    if all.of("at-most-so-often").matches(&lower) {
        return None;
    }
    for found in all.of("interval").all(&lower) {
        let Some(n) = all.number(&found["n"]) else { continue };
        let unit = found["u"].trim_start_matches("calendar ").trim_start_matches("kalender");
        // 365 days and 52 weeks are a year, 31 days a month; what is longer counts as the next whole month.
        return Some(match unit.chars().next() {
            Some('d' | 't') => months_of(n),
            Some('w') => months_of(n.saturating_mul(7)),
            Some('m') => n,
            Some('q') => n * 3,
            _ => n * 12,
        });
    }
    // "Once a year; what comes in is triaged every day": what is rarer is the look back.
    let groups = [
        ("each-half", 6),
        ("daily-or-weekly", 0),
        ("monthly", 1),
        ("each-quarter", 3),
        ("each-other-year", 24),
        ("each-year", 12),
        ("each-season", 12),
        ("each-month", 1),
        ("each-week", 0),
    ];
    groups.into_iter().find(|(group, _)| all.of(group).matches(&lower)).map(|(_, months)| months)
}

/// Days as months: below a year the nearest number of months, a year is a year with its odd day, what is longer counts as the next
/// whole month. Below half a month there is none.
fn months_of(days: u32) -> u32 {
    let (years, left) = (days / 365, days % 365);
    match (years, left) {
        (0, left) => (left * 10 + 152) / 304,
        (years, left) if left <= years => years * 12,
        (years, left) => years * 12 + (left * 10).div_ceil(304),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_as_people_write_them() {
        for (text, months) in [
            ("every 52 weeks", 12),
            ("at least every 365 days", 12),
            ("every 366 days", 12),
            ("every 53 weeks", 13),
            ("every 104 weeks", 24),
            ("every 371 days", 13),
            ("every 400 days", 14),
            ("every 14 days", 0),
            ("every 30 days", 1),
            ("every 90 days", 3),
            ("every 180 days", 6),
            ("every 300 days", 10),
            ("every 364 days", 12),
            ("every 26 weeks", 6),
            ("every 30 weeks", 7),
            ("at intervals of no more than twelve months", 12),
            ("no later than twelve months after the last one", 12),
            ("not later than 12 months after the meeting before", 12),
            ("every 18 months", 18),
            ("alle achtzehn Monate", 18),
            ("every other year", 24),
            ("every second year", 24),
            ("every third year", 36),
            ("at two-year intervals", 24),
            ("jedes zweite Jahr", 24),
            ("in einem Turnus von zwei Jahren", 24),
            ("im Zweijahresrhythmus", 24),
            ("alle 13 Monate", 13),
            ("once in every calendar year", 12),
            ("biennially", 24),
            ("zweijährlich", 24),
            ("alle zwei Jahre", 24),
            ("once per calendar year", 12),
            ("each calendar year", 12),
            ("in jedem Kalenderjahr einmal", 12),
            ("spätestens nach zwölf Monaten", 12),
            ("spätestens alle zwölf Monate", 12),
            ("within 12 months of the previous review", 12),
            ("every six months", 6),
            ("annually", 12),
            ("Each December the board sits down", 12),
            ("jeden Jänner", 12),
            ("every spring", 12),
            ("each month", 1),
            ("Jeden Monat", 1),
            ("einmal im Monat", 1),
            ("once a week", 0),
            ("half-yearly", 6),
            ("twice per year", 6),
            ("jedes Halbjahr", 6),
            ("twice a year, in January and in July", 6),
            ("two times in each calendar year", 6),
            ("in each calendar year", 12),
            ("once in each fiscal year", 12),
            ("einmal in jedem Geschäftsjahr", 12),
            ("between two reviews no more than a year passes", 12),
            ("zwischen zwei Sitzungen liegt höchstens ein Jahr", 12),
            ("is due twelve months after the previous one", 12),
            ("four times a year", 3),
            ("viermal im Jahr", 3),
            ("einmal im Quartal", 3),
            ("year by year", 12),
            ("Jahr für Jahr", 12),
            ("once a year; what comes in is triaged every day", 12),
            ("jedes Jahr; Meldungen werden jede Woche gesichtet", 12),
        ] {
            assert_eq!(interval_in(text), Some(months), "{text}");
        }
        for text in [
            "twice in the year 2024",
            "four of them this year",
            "fixed after 12 months",
            "a year ago",
            "the third year",
            "each may object",
            "every may-fly",
        ] {
            assert_eq!(interval_in(text), None, "{text}");
        }
    }
}
