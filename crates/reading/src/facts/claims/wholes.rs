//! Claims about all issues: all or all but some resolved, examined, within their targets, or that there were none.

use crate::facts::claims::clause::{ClaimClause, Claimed};
use crate::facts::claims::durations::days;
use crate::facts::scope;
use crate::facts::scope::severities;
use crate::grammar::lexicon::{Hit, words};
use crate::grammar::patterns::{Captures, sentences};
use crate::grammar::terms::Term;
use crate::grammar::units::Form;
use crate::value::reading::{Among, ClaimKind};

/// All, none, all but.
pub(crate) fn wholes(clause: &ClaimClause<'_>) -> Vec<Claimed> {
    let all = sentences();
    let mut out = Vec::new();
    let plain = clause.plain();
    let (text, except) = (&plain.text, &plain.except);
    let about = clause.unit.form != Form::Row || clause.unit.marks.any(&[Term::Defect, Term::SecurityDefect]);
    if let Some(found) = all.of("all-but").first(text) {
        if let Some(n) = all.number(&found["n"]) {
            out.push((ClaimKind::Open(n), clause.among(&found, Vec::new())));
        }
        return out;
    }
    if plain.open_ended {
        return out;
    }
    if let Some(found) = all.of("within-days").first(text)
        && let Some(days) = days(&found)
    {
        out.push((ClaimKind::WithinDays(days), clause.among(&found, except.clone())));
    }
    if let Some(found) = all.of("all-resolved").first(text)
        && about
        && !clause.partly(&found)
        && !other_head(clause, &found)
    {
        out.push((ClaimKind::AllResolved, clause.among(&found, except.clone())));
    }
    let severities = severities(text);
    let among = Among { severities: severities.clone(), except: except.clone(), ..Among::default() };
    if about && says(clause, Term::WithinTargets) && !all.of("about-another").matches(text) {
        out.push((ClaimKind::WithinTargets, among.clone()));
    }
    if about && says(clause, Term::AllExamined) && severities.is_empty() {
        out.push((ClaimKind::AllExamined, among));
    }
    if about && says(clause, Term::NoIssues) && severities.is_empty() && except.is_empty() && there_were_none(clause) {
        out.push((ClaimKind::NoIssues, Among::default()));
    }
    if all.of("time-without").matches(text) && severities.is_empty() && except.is_empty() {
        out.push((ClaimKind::NoIssues, Among::default()));
    }
    if about && let Some(found) = all.of("none-so-severe").first(text) {
        let severities = scope::severities(found.get(0).map_or("", |whole| whole.as_str()));
        out.push((ClaimKind::Managed(0), Among { severities, ..Among::default() }));
    }
    out
}

/// Has the clause a phrase of the class that no word before it turns round?
fn says(clause: &ClaimClause<'_>, term: Term) -> bool {
    let unit = clause.unit;
    let inside = clause.at..=clause.at + clause.text.len();
    let within = |hit: &&Hit| inside.contains(&hit.range.start) && inside.contains(&hit.range.end);
    let denies = |text: &str| words(text).iter().any(|word| sentences().of("denies-next").matches(&word.text));
    unit.hits.iter().filter(|hit| hit.term == term).filter(within).any(|hit| {
        let before = unit.text[..hit.range.start].split_whitespace().next_back().unwrap_or("");
        !denies(&unit.text[hit.range.clone()]) && !denies(before)
    })
}

/// "All were fixed" alone says of what only where the sentence speaks of problems or of nothing else.
fn other_head(clause: &ClaimClause<'_>, found: &Captures<'_>) -> bool {
    let start = found.get(0).map_or(0, crate::grammar::patterns::Part::start);
    let before = clause.text.get(..start).unwrap_or("");
    sentences().of("other-head").matches(before) && !clause.unit.marks.any(&[Term::SecurityDefect])
}

/// "No security issues were reported" does; "no security issue was open" and "no security issue missed its target" do not:
/// the clause goes on to a state.
fn there_were_none(clause: &ClaimClause<'_>) -> bool {
    let unit = clause.unit;
    let end = clause.at + clause.text.len();
    let mut none = unit
        .hits
        .iter()
        .filter(|hit| hit.term == Term::NoIssues && hit.range.start >= clause.at && hit.range.end <= end);
    none.any(|none| {
        let stop = unit.text[none.range.start..end].find([',', ';', ':']).map_or(end, |at| none.range.start + at);
        let state = unit
            .hits
            .iter()
            .any(|hit| hit.term == Term::StillOpen && (none.range.start..stop).contains(&hit.range.start));
        let turned = sentences().of("turns-round").matches(unit.text.get(none.range.end..stop).unwrap_or(""));
        !state && !turned && !sentences().of("by-whom").matches(&unit.text[none.range.start..stop])
    })
}
