//! Claims about issues that are named: closed, closed on a day, open.

use std::ops::Range;

use crate::facts::claims::clause::{ClaimClause, Claimed};
use crate::grammar::dates;
use crate::grammar::patterns::{Captures, sentences};
use crate::grammar::references::Named;
use crate::grammar::units::Form;
use crate::value::reading::{Among, ClaimKind};
use chrono::NaiveDate;

/// Single issues.
pub(crate) fn singles(clause: &ClaimClause<'_>) -> Vec<Claimed> {
    let all = sentences();
    if clause.unit.form == Form::Row || !clause.named.iter().any(|name| clause.inside(name)) {
        return Vec::new();
    }
    let tokens = clause.tokens();
    if let Some(found) = all.of("ids-open").first(&tokens) {
        let ids = about(clause, &tokens, &found);
        return vec![(ClaimKind::IsOpen, Among { ids, ..Among::default() })];
    }
    let Some(found) = all.of("ids-closed").first(&tokens) else { return Vec::new() };
    if all.of("excepting").matches(&tokens) {
        return Vec::new();
    }
    let among = Among { ids: about(clause, &tokens, &found), ..Among::default() };
    let closing = found.name("verb").is_some_and(|verb| all.of("closes").matches(verb.as_str()));
    match day(&found) {
        Some(day) if closing => vec![(ClaimKind::ClosedOn(day), among)],
        _ if closing => vec![(ClaimKind::IsClosed, among)],
        _ => vec![(ClaimKind::IsFixed, among)],
    }
}

/// The ids that a match covers.
fn about(clause: &ClaimClause<'_>, tokens: &str, found: &Captures<'_>) -> Vec<String> {
    let start = found.get(0).map_or(0, crate::grammar::patterns::Part::start);
    let skip = tokens[..start].matches("ID").count();
    let own = found.get(0).map_or(0, |m| {
        let rest = found.name("rest").map_or(0, crate::grammar::patterns::Part::len);
        m.as_str()[..m.len() - rest].matches("ID").count()
    });
    let mut seen: Vec<&Named> = Vec::new();
    for name in clause.named.iter().filter(|name| clause.inside(name)) {
        if seen.last().is_none_or(|last| last.range != name.range) {
            seen.push(name);
        }
    }
    let ranges: Vec<Range<usize>> = seen.iter().skip(skip).take(own).map(|name| name.range.clone()).collect();
    clause.named.iter().filter(|name| ranges.contains(&name.range)).map(|name| name.id.clone()).collect()
}

/// The day that follows the verb or stands before the issue: "closed on 4 March", "am 4. März wurde #14 geschlossen".
fn day(found: &Captures<'_>) -> Option<NaiveDate> {
    let when = found.name("on_day").or_else(|| found.name("rest")).map_or("", |m| m.as_str()).trim_start();
    let lead = sentences().of("on-a-day").first(when)?;
    let text = &when[lead.get(0).map_or(0, crate::grammar::patterns::Part::end)..];
    match dates::find(text).into_iter().next().filter(|date| date.range.start == 0)?.written {
        dates::Written::Day(day) => Some(day),
        _ => None,
    }
}
