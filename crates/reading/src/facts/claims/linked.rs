//! Claims in any order of the words: a clause that has one quantity of issues ("all", "none", "n of m", "n") and one state ("closed" or
//! "open"), joined by a verb, and nothing that turns it round or is about another thing.

use crate::facts::claims::clause::{ClaimClause, Claimed, unbounded};
use crate::facts::claims::durations::days;
use crate::facts::scope::severities;
use crate::grammar::patterns::{Captures, sentences};
use crate::value::reading::{Among, ClaimKind};

/// How many of the issues.
#[derive(Clone, Copy)]
enum Quantity {
    All,
    None,
    Of(u32, u32),
    Number(u32),
}

/// The claim of a clause whose words no fixed pattern fits.
pub(crate) fn linked(clause: &ClaimClause<'_>) -> Option<Claimed> {
    let all = sentences();
    // Cheap, and few sentences get further.
    if !["closed-word", "open-word", "fixed-word", "in-target"].iter().any(|name| all.of(name).matches(clause.text)) {
        return None;
    }
    let plain = clause.plain();
    if plain.open_ended {
        return None;
    }
    let text = plain.text.as_str();
    let (quantity, found) = quantity(clause, text)?;
    let whole = found.get(0)?;
    let mut except = plain.except;
    if found.name("other").is_some() {
        // "All others": but those that the sentence named before.
        except.extend(clause.named.iter().filter(|name| name.range.end <= clause.at).map(|name| name.id.clone()));
        if except.is_empty() {
            return None;
        }
    }
    let (head, tail) = (&text[..whole.start()], &text[whole.end()..]);
    let around = without_brackets(&format!("{head} … {tail}"));
    let fix = found.name("a_fix").is_some();
    // "Three are not yet fixed" says how many are open.
    let unfinished = all.of("not-closed").matches(&around);
    let closed =
        !unfinished && (all.of("closed-word").matches(&around) || fix && all.of("fixed-word").matches(&around));
    let open = unfinished || all.of("open-word").matches(&around);
    let bare = around.split_whitespace().count() <= 3;
    if !unfinished && all.of("turns-round").matches(&around)
        || all.of("about-another").matches(&around)
        || !bare && !all.of("joins").matches(&format!("{} {around}", found.name("which").map_or("", |m| m.as_str())))
        || all.of("partly").matches(tail)
        || clause.partly(&found)
    {
        return None;
    }
    let days = all.of("in-days").first(&around).and_then(|found| days(&found));
    if days.is_none() && all.of("in-target").matches(&around) {
        let among = Among { severities: severities(text), ..clause.among(&found, except) };
        return (matches!(quantity, Quantity::All) && !open).then_some((ClaimKind::WithinTargets, among));
    }
    let kind = match (quantity, closed, open) {
        (Quantity::All, true, false) => match days {
            Some(days) => ClaimKind::WithinDays(days),
            None if fix => return None,
            None => ClaimKind::AllResolved,
        },
        (Quantity::None, false, true) if !fix => ClaimKind::AllResolved,
        (Quantity::Of(n, m), true, false) => ClaimKind::ClosedOf(n, m),
        (Quantity::Of(n, _), false, true) => ClaimKind::Open(n),
        (Quantity::Number(n), true, false) if plainly(head, tail) => ClaimKind::Closed(n),
        (Quantity::Number(n), false, true) if plainly(head, tail) => ClaimKind::Open(n),
        _ => return None,
    };
    let own = clause.among(&found, except);
    let count = if matches!(kind, ClaimKind::AllResolved | ClaimKind::WithinDays(_)) { own.count } else { None };
    Some((kind, Among { count, ..own }))
}

fn quantity<'t>(clause: &ClaimClause<'_>, text: &'t str) -> Option<(Quantity, Captures<'t>)> {
    let all = sentences();
    if let Some(found) = all.of("quantity-of").first(text) {
        let (n, m) = (clause.count(&found, "n")?, clause.count(&found, "m")?);
        return Some((Quantity::Of(n, m), found));
    }
    for (name, quantity) in [("quantity-none", Quantity::None), ("quantity-all", Quantity::All)] {
        if let Some(found) = all.of(name).first(text) {
            return Some((quantity, found));
        }
    }
    let found = all.of("quantity-number").first(text)?;
    Some((Quantity::Number(clause.count(&found, "n")?), found))
}

/// What stands in brackets is said in passing.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Is a number said of the whole period: only words of time and the like before it, and nothing that makes it a part behind it?
fn plainly(head: &str, tail: &str) -> bool {
    let all = sentences();
    let state =
        all.of("state-word").first(tail).and_then(|found| found.get(0).map(crate::grammar::patterns::Part::end));
    all.of("head-plain").matches(head) && unbounded(&tail[state.unwrap_or(0)..]) && !all.of("inexact").matches(head)
}
