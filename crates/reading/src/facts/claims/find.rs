//! Statements that data can contradict: all, none, counts, shares, single issues, durations. Nothing here says whether they are
//! true; a goal, a condition, another period or another thing than an issue is no claim.

use chrono::Datelike;

use crate::facts::claims::clause::{ClaimClause, Claimed, cut};
use crate::facts::claims::{counts, durations, linked, near, singles, spans, wholes};
use crate::facts::figures;
use crate::facts::scope::{other_period, severities};
use crate::facts::statements::Titles;
use crate::grammar::patterns::sentences;
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::Document;
use crate::value::reading::{Claim, ClaimKind, Fields};
use crate::value::text::Quote;

/// Statements that data can contradict.
pub(crate) fn claims(doc: &Document, units: &[Unit], titles: &Titles, extra: &Extra, fields: &Fields) -> Vec<Claim> {
    let year = fields.period_to.as_ref().or(fields.date_held.as_ref()).map(|stated| stated.value.year());
    let mut found = Found { year, out: Vec::new() };
    for (index, unit) in units.iter().enumerate() {
        if matches!(unit.form, Form::Heading | Form::Quote)
            || unit.marks.any(&[Term::Placeholder, Term::Example])
            || unit.checked == Some(false)
            || titles.all(unit.section).any(&[Term::FollowUp, Term::ActionHeading, Term::NotExamined])
        {
            continue;
        }
        // What stands under or after a word for problems may be called "all" or "nothing" alone.
        let before = index.checked_sub(1).and_then(|at| units.get(at)).filter(|other| other.section == unit.section);
        let elsewhere =
            before.is_some_and(|other| other.length <= 3 && sentences().of("titles-actions").matches(&other.text));
        if !elsewhere {
            found.unit(unit, titles.judges(unit.section), &doc.quote(unit.span.clone()), extra);
        }
    }
    figures::figures(doc, titles, extra, year, &mut |claim| found.add(claim));
    found.out
}

struct Found {
    year: Option<i32>,
    out: Vec<Claim>,
}

impl Found {
    fn add(&mut self, claim: Claim) {
        // "None is open" and "all are resolved" are one claim.
        let same = |other: &Claim| {
            other.among == claim.among
                && (other.kind == claim.kind
                    || claim.kind == ClaimKind::Open(0) && other.kind == ClaimKind::AllResolved
                    || claim.kind == ClaimKind::AllResolved && other.kind == ClaimKind::Open(0))
        };
        // What is stated goes before what only comes near to it.
        match self.out.iter().position(same) {
            Some(at) if self.out[at].near && !claim.near => self.out[at] = claim,
            Some(_) => {}
            None => self.out.push(claim),
        }
    }

    /// `judges`: does its section judge the handling?
    fn unit(&mut self, unit: &Unit, judges: bool, quote: &Quote, extra: &Extra) {
        let all = sentences();
        let named = references::find(&unit.text, &[], extra);
        let supposed = unit.mood == Mood::Obligation || unit.text.trim_end().ends_with('?');
        let mut read = Vec::new();
        for range in cut(&unit.text) {
            let text = &unit.text[range.clone()];
            if supposed || all.of("not-claimed").matches(text) {
                continue;
            }
            let under_way = all.of("under-way").matches(text);
            let so_far = |kind: &ClaimKind| !under_way || matches!(kind, ClaimKind::IsOpen | ClaimKind::Open(_));
            let clause = ClaimClause { unit, text, at: range.start, named: &named };
            // "#14 was closed in May" names when, not another period.
            let elsewhere = other_period(text, self.year);
            let of_one =
                |kind: &ClaimKind| matches!(kind, ClaimKind::IsClosed | ClaimKind::IsFixed | ClaimKind::ClosedOn(_));
            let severe = all.of("of-severity").first(text).and_then(|found| Some(severities(found.get(0)?.as_str())));
            for (kind, mut among) in
                stated(&clause).into_iter().filter(|(kind, _)| (!elsewhere || of_one(kind)) && so_far(kind))
            {
                if among.severities.is_empty() {
                    among.severities = severe.clone().unwrap_or_default();
                }
                read.push(kind);
                self.add(Claim { kind, among, near: false, quote: quote.clone() });
            }
        }
        if !supposed && !other_period(&unit.text, self.year) {
            for ((kind, among), plain) in near::near(unit, &named, &read) {
                self.add(Claim { kind, among, near: !(plain && judges), quote: quote.clone() });
            }
        }
    }
}

fn stated(clause: &ClaimClause<'_>) -> Vec<Claimed> {
    let mut out = wholes::wholes(clause);
    out.extend(counts::counts(clause));
    let amount = |kind: &ClaimKind| {
        matches!(
            kind,
            ClaimKind::AllResolved
                | ClaimKind::WithinDays(_)
                | ClaimKind::NoIssues
                | ClaimKind::Open(_)
                | ClaimKind::Closed(_)
                | ClaimKind::ClosedOf(..)
                | ClaimKind::ClosedPercent(_)
                | ClaimKind::Opened(_)
                | ClaimKind::Managed(_)
        )
    };
    if !out.iter().any(|(kind, _)| amount(kind)) {
        out.extend(linked::linked(clause));
    }
    let lasting = durations::durations(clause);
    if lasting.is_empty() && !out.iter().any(|(kind, _)| matches!(kind, ClaimKind::WithinDays(_))) {
        out.extend(spans::spans(clause));
    }
    out.extend(lasting);
    out.extend(singles::singles(clause));
    out
}
