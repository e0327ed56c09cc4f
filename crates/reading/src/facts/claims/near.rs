//! What only comes near to a claim: a sentence without one that is read, which yet speaks of what became of the issues, or how long it
//! took. It neither stands nor is refuted; where the data say otherwise, it is asked about.

use std::collections::BTreeSet;

use crate::facts::claims::clause::Claimed;
use crate::facts::claims::durations::days;
use crate::facts::scope::severities;
use crate::grammar::learned::Said;
use crate::grammar::patterns::sentences;
use crate::grammar::references::Named;
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::reading::{Among, Answer, ClaimKind};

/// From this score on a sentence comes near even where it has a word for a goal or a condition.
const PLAIN: f32 = 0.25;

/// What the sentence comes near to, besides what was read in it. With it: is it stated plainly, where a section judges the handling?
pub(crate) fn near(unit: &Unit, named: &[Named], read: &[ClaimKind]) -> Vec<(Claimed, bool)> {
    if unit.form == Form::Row || unit.mood != Mood::Fact {
        return Vec::new();
    }
    let timed = read.iter().any(|kind| is_time(*kind));
    let stated = read.iter().any(|kind| !is_time(*kind));
    let ids: BTreeSet<String> = named.iter().map(|name| name.id.clone()).collect();
    let mut out = Vec::new();
    if let [one] = &ids.iter().cloned().collect::<Vec<_>>()[..] {
        if read.is_empty() {
            out.extend(of_one(unit, one).into_iter().map(|claim| (claim, false)));
        }
    } else if ids.is_empty() {
        out.extend(of_all(unit));
    }
    out.retain(|((kind, _), _)| if is_time(*kind) { !timed } else { !stated });
    out
}

/// Is it about how long something took?
fn is_time(kind: ClaimKind) -> bool {
    matches!(
        kind,
        ClaimKind::WithinTargets
            | ClaimKind::WithinDays(_)
            | ClaimKind::MedianDays(_)
            | ClaimKind::MeanDays(_)
            | ClaimKind::LongestDays(_)
    )
}

/// What became of all of them, or how long they took.
fn of_all(unit: &Unit) -> Vec<(Claimed, bool)> {
    let all = sentences();
    let text = unit.text.as_str();
    let among = || Among { severities: severities(text), ..Among::default() };
    let mut out = Vec::new();
    let unclaimed = ["not-claimed", "under-way"].iter().any(|name| all.of(name).matches(text));
    let says = |said: Said| {
        let scores = unit.said();
        let plain = if unclaimed { scores.of(said) >= PLAIN } else { scores.answer(said) != Answer::Absent };
        plain && !all.of("leaves-out-some").matches(text)
    };
    let plain = |name: &str| !unclaimed && all.of(name).matches(text);
    let whole =
        |name: &str| plain(name) && !all.of("leaves-out-some").matches(text) && !all.of("about-another").matches(text);
    if says(Said::AllClosed) || plain("none-open") {
        out.push(((ClaimKind::AllResolved, among()), whole("none-open")));
    }
    if says(Said::OnTime) || plain("all-in-target") {
        out.push(((ClaimKind::WithinTargets, among()), whole("all-in-target")));
    }
    if unclaimed {
        return out;
    }
    if all.of("average-word").matches(text) && !all.of("limit-word").matches(text) {
        out.extend(only_span(text).map(|days| ((ClaimKind::MeanDays(days), among()), false)));
    }
    if out.is_empty()
        && let Some(found) = all.of("number-open").first(text)
        && !all.of("turns-round").matches(text)
        && !all.of("about-another").matches(text)
    {
        out.extend(all.number(&found["n"]).map(|n| ((ClaimKind::Open(n), among()), false)));
    }
    out
}

/// What became of one issue, or how long it took; or that it alone was left.
fn of_one(unit: &Unit, id: &str) -> Vec<Claimed> {
    let all = sentences();
    let text = unit.text.as_str();
    if ["turns-round", "about-another", "not-claimed"].iter().any(|name| all.of(name).matches(text)) {
        return Vec::new();
    }
    let among = Among { ids: vec![id.to_owned()], ..Among::default() };
    let says = |names: [&str; 2]| names.iter().any(|name| all.of(name).matches(text));
    if says(["open-word", "nearly-open"]) {
        let others = Among { except: among.ids.clone(), ..Among::default() };
        let alone = all.of("alone-word").matches(text).then_some((ClaimKind::AllResolved, others));
        return alone.into_iter().chain([(ClaimKind::IsOpen, among)]).collect();
    }
    let closed = says(["closed-word", "nearly-closed"]) && !all.of("under-way").matches(text);
    match only_span(text) {
        Some(days) if closed && !all.of("limit-word").matches(text) => vec![(ClaimKind::WithinDays(days), among)],
        _ if closed && all.of("closed-plainly").matches(text) => vec![(ClaimKind::IsClosed, among)],
        _ if closed => vec![(ClaimKind::IsFixed, among)],
        _ => Vec::new(),
    }
}

/// The days of the one stretch of time that is named.
fn only_span(text: &str) -> Option<u32> {
    let found = sentences().of("one-span").all(text);
    let [only] = &found[..] else { return None };
    days(only)
}
