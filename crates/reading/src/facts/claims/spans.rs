//! Claims about how long named issues took, or none took longer: a quantity or ids, a stretch of time, and a word for the end, in any
//! order of the words.

use crate::facts::claims::clause::{ClaimClause, Claimed, several};
use crate::facts::claims::durations::days;
use crate::facts::scope::severities;
use crate::grammar::patterns::sentences;
use crate::value::reading::{Among, ClaimKind};

/// "#14 was closed after 27 days", "no fix took longer than two weeks".
pub(crate) fn spans(clause: &ClaimClause<'_>) -> Option<Claimed> {
    let all = sentences();
    if !all.of("names-span").matches(clause.text) || all.of("other-span").matches(clause.text) {
        return None;
    }
    if let Some(found) = all.of("none-longer").first(clause.text) {
        // "None of the four": up to the figure of the days.
        let lead = &clause.text[..found.name("d").map_or(0, crate::grammar::patterns::Part::start)];
        let among = Among { severities: severities(clause.text), count: several(lead), ..Among::default() };
        return Some((ClaimKind::WithinDays(days(&found)?), among));
    }
    let ids: Vec<String> = clause.named.iter().filter(|name| clause.inside(name)).map(|name| name.id.clone()).collect();
    let one = ids.len() == 1 && !clause.text.contains(['–', '/']);
    if !one || all.of("turns-round").matches(clause.text) || all.of("inexact").matches(clause.text) {
        return None;
    }
    let among = Among { ids, ..Among::default() };
    if let Some(found) = all.of("span-within").first(clause.text) {
        return Some((ClaimKind::WithinDays(days(&found)?), among));
    }
    let found = all.of("span-exact").first(clause.text)?;
    Some((ClaimKind::LongestDays(days(&found)?), among))
}
