//! Claims about numbers and shares of issues.

use crate::facts::claims::clause::{ClaimClause, Claimed, unbounded};
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::grammar::units::Form;
use crate::value::reading::{Among, ClaimKind};

/// Counts and shares.
pub(crate) fn counts(clause: &ClaimClause<'_>) -> Vec<Claimed> {
    let all = sentences();
    let mut out = Vec::new();
    let labels = all.of("labelled-counts").matches(clause.text);
    if clause.unit.form != Form::Row && !labels && !clause.unit.marks.any(&[Term::Defect, Term::SecurityDefect]) {
        return out;
    }
    for found in all.of("closed-of").all(clause.text) {
        if let (Some(n), Some(m)) = (clause.count(&found, "n"), clause.count(&found, "m"))
            && !clause.partly(&found)
            && !all.of("in-target").matches(clause.text)
            && !all.of("within-a-time").matches(clause.text)
        {
            let among = Among { count: None, ..clause.among(&found, Vec::new()) };
            out.push((ClaimKind::ClosedOf(n, m), among));
        }
    }
    if !out.is_empty() {
        return out;
    }
    for found in all.of("closed-percent").all(clause.text) {
        let exact =
            !all.of("inexact").matches(&clause.text[..found.get(0).map_or(0, crate::grammar::patterns::Part::start)]);
        if let (Ok(percent), true) = (found["p"].parse(), exact) {
            out.push((ClaimKind::ClosedPercent(percent), Among { count: None, ..clause.among(&found, Vec::new()) }));
        }
    }
    let kinds: [(&str, fn(u32) -> ClaimKind); 4] = [
        ("count-open", ClaimKind::Open),
        ("count-managed", ClaimKind::Managed),
        ("count-opened", ClaimKind::Opened),
        ("count-closed", ClaimKind::Closed),
    ];
    for (name, kind) in kinds {
        for found in all.of(name).all(clause.text) {
            let rest = found.name("rest").map_or("", |m| m.as_str());
            // "Three were fixed, one was accepted" counts the ways in which they were closed.
            let shares = name == "count-closed" && all.of("and-others").matches(rest);
            let Some(n) = clause.count(&found, "n").filter(|_| !shares && !clause.partly(&found) && unbounded(rest))
            else {
                continue;
            };
            let among = Among { count: None, ..clause.among(&found, Vec::new()) };
            if among.ids.is_empty() {
                out.push((kind(n), among));
            }
            break;
        }
    }
    for found in all.of("open-none").all(clause.text) {
        if let Some(n) = clause.count(&found, "n") {
            out.push((ClaimKind::Open(n), Among { count: None, ..clause.among(&found, Vec::new()) }));
        }
    }
    out
}
