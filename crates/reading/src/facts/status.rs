//! The standing of the document itself: the status in its front matter, its head table and the labelled lines before its first
//! section, the marks in its title. The status of a section, a row or an issue is not its own.

use crate::facts::refusals::Refusal;
use crate::facts::written::WrittenField;
use crate::grammar::dates;
use crate::grammar::learned;
use crate::grammar::learned::Said;
use crate::grammar::lexicon::{Hit, Lexicon, words};
use crate::grammar::names::key;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::{Marks, Term};
use crate::value::document::Document;
use crate::value::reading::Fields;

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusClass {
    /// The document holds.
    InForce,
    /// It does not, or not yet.
    NotInForce,
    /// The word is in neither list.
    Unknown,
}

/// From this score on a status in other words comes near to saying that the document does not hold.
const NEAR: f32 = 0.2;

/// Values of a flag in front matter that mean yes, and no.
const YES: [&str; 4] = ["true", "yes", "1", "on"];
const NO: [&str; 4] = ["false", "no", "0", "off"];

/// Why the document is not in force, if so.
pub(crate) fn read(doc: &Document, written: &[WrittenField], lexicon: &Lexicon, fields: &Fields) -> Option<Refusal> {
    let not = "it is marked as not in force";
    for pair in &doc.pairs {
        let value = pair.value.trim().to_lowercase();
        let flag = lexicon.fields.get(&key(&pair.key)).map(String::as_str);
        let off = flag == Some("draft_flag") && YES.contains(&value.as_str())
            || matches!(flag, Some("published_flag" | "made")) && NO.contains(&value.as_str());
        if off {
            return Some(Refusal::standing(not, vec![doc.quote(pair.span.clone())]));
        }
    }
    if let Some(quote) = title(lexicon, fields) {
        return Some(Refusal::standing(not, vec![quote]));
    }
    if let Some(refusal) = date(doc, written, lexicon).or_else(|| nature(doc, written, lexicon)) {
        return Some(refusal);
    }
    let front = |field: &'static str| written.iter().filter(move |w| w.field == field && w.front && !w.empty);
    let outcome =
        front("outcome").find(|w| w.value.chars().count() < 40 && of(&w.value, lexicon) == StatusClass::NotInForce);
    let status = front("status").next();
    match status.map(|w| of(&w.value, lexicon)) {
        Some(StatusClass::NotInForce) => {}
        Some(StatusClass::Unknown) if outcome.is_none() => {
            // Somebody's approval with its day settles what the word leaves open.
            let settled = fields.approved_by.is_some()
                && fields.approved_on.is_some()
                && status.is_none_or(|w| learned::scores("Status", &w.value).of(Said::Unheld) < NEAR);
            let quotes = status.into_iter().map(|w| doc.quote(w.span.clone())).collect();
            let why = "its status says neither that it is in force nor that it is not";
            return (!settled).then(|| Refusal { sure: false, ..Refusal::standing(why, quotes) });
        }
        _ if outcome.is_some() => {}
        _ => return None,
    }
    let word = status.filter(|w| of(&w.value, lexicon) == StatusClass::NotInForce).or(outcome)?;
    Some(Refusal::standing(not, vec![doc.quote(word.span.clone())]))
}

/// What stands beside the date held: "3 December 2025, cancelled", "planned: 2025-12-03". From where it was moved does not count.
fn date(doc: &Document, written: &[WrittenField], lexicon: &Lexicon) -> Option<Refusal> {
    let against = [Term::CalledOff, Term::Not, Term::NoRecord, Term::ToCome, Term::Plan, Term::Draft, Term::Awaiting];
    let held = written.iter().find(|w| w.field == "date_held" && w.head && !w.empty)?;
    let hits = lexicon.hits(&words(&held.value));
    let has = |term: Term| hits.iter().any(|hit| hit.term == term);
    if !against.into_iter().any(has) || has(Term::EarlierTime) || has(Term::HeldOtherwise) {
        return None;
    }
    let why = "the words beside its date say that it was put off, or is only planned";
    let moved = dates::find(&held.value).len() > 1;
    let quotes = vec![doc.quote(held.span.clone())];
    Some(Refusal { sure: !moved, ..Refusal::sure(why, quotes) })
}

/// What its head says that the document is, is for, or came to: "Document type: agenda", "Purpose: fictitious case".
fn nature(doc: &Document, written: &[WrittenField], lexicon: &Lexicon) -> Option<Refusal> {
    let against = [
        Term::NoRecordTitle,
        Term::NoRecord,
        Term::MadeUp,
        Term::CalledOff,
        Term::NotInForce,
        Term::Draft,
        Term::Generated,
        Term::ReadByNobody,
    ];
    let told = written.iter().filter(|w| ["nature", "outcome"].contains(&w.field.as_str()) && w.front && !w.empty);
    let refused = told.into_iter().find(|w| {
        let found = words(&w.value);
        let hits = lexicon.hits(&found);
        let early = |hit: &Hit| found.iter().filter(|word| word.range.start < hit.range.start).count() <= 2;
        let denied = |hit: &Hit| hits.iter().any(|not| not.term == Term::Not && not.range.start < hit.range.start);
        hits.iter().any(|hit| against.contains(&hit.term) && early(hit) && !denied(hit))
    })?;
    let why = "its head calls it something else than a record of what was held";
    Some(Refusal::standing(why, vec![doc.quote(refused.span.clone())]))
}

/// What a status says. What it was before, or replaces, does not count: "approved (supersedes draft 0.9)".
pub(crate) fn of(value: &str, lexicon: &Lexicon) -> StatusClass {
    let open = value.find(['(', '[']).filter(|at| *at > 0).unwrap_or(value.len());
    let main = value.get(..open).unwrap_or(value);
    let found = words(main);
    let hits = lexicon.hits(&found);
    let early = |term: Term| hits.iter().filter(|hit| hit.term == term).map(|hit| hit.range.start).min();
    let not = [Term::Draft, Term::NotInForce, Term::Awaiting, Term::CalledOff].into_iter().filter_map(early).min();
    let holds = early(Term::InForce);
    // "not approved", "noch nicht freigegeben": the negation is the status.
    let denied = early(Term::Not).is_some_and(|at| holds.is_some_and(|holds| at < holds));
    match (not, holds) {
        _ if denied => StatusClass::NotInForce,
        // "Approved, supersedes the draft of May": the first word decides over what follows a comma.
        (Some(not), Some(holds)) if holds < not && main[holds..not].contains([',', ';', '–', '—', '/']) => {
            let waits = early(Term::Awaiting).is_some();
            if waits { StatusClass::NotInForce } else { StatusClass::InForce }
        }
        (Some(_), _) => StatusClass::NotInForce,
        (None, Some(_)) => StatusClass::InForce,
        (None, None) => StatusClass::Unknown,
    }
}

/// A mark in the title: "Draft: …", "… (withdrawn)".
fn title(lexicon: &Lexicon, fields: &Fields) -> Option<crate::value::text::Quote> {
    let title = fields.title.as_ref()?;
    let text = title.value.as_str();
    let found = words(text);
    let marks: Marks = lexicon.marks(text);
    if !marks.has(Term::NoRecordTitle) {
        return None;
    }
    let marked = lexicon.hits(&found).into_iter().filter(|hit| hit.term == Term::NoRecordTitle).any(|hit| {
        let led = found.iter().filter(|word| word.range.start < hit.range.start).count();
        let before = text[..hit.range.start].trim_end();
        let after = text[hit.range.end..].trim_start();
        let bracketed = before.ends_with(['(', '[']) && after.starts_with([')', ']']);
        let ends = before.ends_with([':', '–', '—', '-']) && after.is_empty();
        // "Management review 2026: agenda and pre-reading"
        let named = before.ends_with([':', '–', '—']) && !sentences().of("names-minutes").matches(text);
        led == 0 || bracketed || ends || named
    });
    marked.then(|| title.quote.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::lexicon::lexicon;

    #[test]
    fn statuses_of_three_sorts() {
        for value in [
            "approved",
            "Final",
            "closed",
            "active",
            "current",
            "effective",
            "published",
            "released",
            "signed",
            "completed",
            "Approved (supersedes draft 0.9)",
            "approved, replaces draft B",
            "freigegeben",
            "gültig",
            "abgeschlossen",
            "in Kraft",
        ] {
            assert_eq!(of(value, lexicon()), StatusClass::InForce, "{value}");
        }
        for value in [
            "draft",
            "Entwurf",
            "in preparation",
            "rejected",
            "withdrawn",
            "void",
            "obsolete",
            "superseded",
            "awaiting signature",
            "submitted for approval",
            "not approved",
            "final draft",
            "approved, awaiting signature",
            "abgelehnt",
            "zurückgezogen",
            "ungültig",
            "noch nicht freigegeben",
            "zur Freigabe vorgelegt",
            "cancelled",
            "wartet auf Unterschrift",
            "for review",
            "in Überarbeitung",
            "ersetzt durch REC-25",
            "verschoben",
            "on hold",
        ] {
            assert_eq!(of(value, lexicon()), StatusClass::NotInForce, "{value}");
        }
        for value in ["green", "2", "open", "normal", "blau", "Stufe 3"] {
            assert_eq!(of(value, lexicon()), StatusClass::Unknown, "{value}");
        }
    }
}
