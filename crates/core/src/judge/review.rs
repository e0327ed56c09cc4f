//! A document as a review: its dates, its period, its approval, and whether it counts as held. The one place where that is decided.

use chrono::NaiveDate;

use crate::judge::product::{ProductMatch, compare};
use crate::model::evidence::FoundDocument;
use crate::model::period::Period;
use crate::model::policy::Policy;
use crate::model::record_words::{JudgedAspect, ReviewWords};
use crate::model::report::{Approval, Review};
use lookback_reading::{Answer, DateSource, Kind, Reading};

/// A form kept for the next review is not a review: kind template, and nothing says which review it would be.
pub(crate) fn is_blank_template(document: &FoundDocument) -> bool {
    let fields = &document.reading.fields;
    document.reading.kind == Kind::Template && fields.date_held.is_none() && fields.period_to.is_none()
        || document.reading.kind == Kind::Template && document.path.to_lowercase().contains("template")
        || document.reading.kind == Kind::Procedure
}

pub(crate) fn review(document: &FoundDocument, index: usize, as_of: NaiveDate, policy: &Policy) -> Review {
    let fields = &document.reading.fields;
    let added = document.history.as_ref().map(|history| history.added.authored.date_naive());
    let (date_held, date_source) = match &fields.date_held {
        // A day on which the text was made or updated must not make an old record young.
        Some(made) if fields.date_source == Some(DateSource::Inferred) => {
            (Some(added.map_or(made.value, |added| added.min(made.value))), Some(DateSource::Inferred))
        }
        Some(stated) => (Some(stated.value), Some(fields.date_source.unwrap_or(DateSource::Stated))),
        None => (added, added.map(|_| DateSource::Inferred)),
    };
    let (counted, why_not) = counts(&document.reading, date_held, as_of, policy);
    let stated = stated_period(document, date_held, policy);
    Review {
        path: document.path.clone(),
        doc_id: fields.doc_id.as_ref().map(|stated| stated.value.clone()),
        title: fields.title.as_ref().map(|stated| stated.value.clone()),
        date_held,
        date_source,
        // Without a stated cut-off the day of the review is one.
        period: stated
            .or_else(|| Some(Period { from: fields.period_from.as_ref().map(|from| from.value), to: date_held? })),
        period_stated: stated.is_some(),
        status: fields.status.as_ref().map(|stated| stated.value.clone()),
        approved_by: approved_by(document),
        approval: approval(document),
        counted,
        why_not,
        examined: None,
        words: words(&document.reading),
        document: index,
    }
}

/// Where the text says what is told of the review.
fn words(reading: &Reading) -> ReviewWords {
    let fields = &reading.fields;
    let judged = reading.assessments.iter().filter(|assessment| assessment.answer == Answer::Proven);
    ReviewWords {
        doc_id: fields.doc_id.as_ref().map(|stated| stated.quote.clone()),
        product: fields.product.clone(),
        date_held: fields.date_held.as_ref().map(|stated| stated.quote.clone()),
        period_from: fields.period_from.as_ref().map(|stated| stated.quote.clone()),
        period_to: fields.period_to.as_ref().map(|stated| stated.quote.clone()),
        approved_by: fields.approved_by.as_ref().map(|stated| stated.quote.clone()),
        assessments: judged.map(|found| JudgedAspect { aspect: found.aspect, quote: found.quote.clone() }).collect(),
    }
}

/// The period that the record states: by its days, or by a fiscal year whose days the configuration tells.
fn stated_period(document: &FoundDocument, held: Option<NaiveDate>, policy: &Policy) -> Option<Period> {
    let fields = &document.reading.fields;
    if let Some(to) = &fields.period_to {
        return Some(Period { from: fields.period_from.as_ref().map(|stated| stated.value), to: to.value });
    }
    let (year, start) = (fields.fiscal_year.as_ref()?, policy.cadence.fiscal_year_start?);
    start.days(year.value, held?)
}

/// The approver as written; where the text names none, those who approved the pull request.
fn approved_by(document: &FoundDocument) -> Option<String> {
    let stated = document.reading.fields.approved_by.as_ref().map(|stated| stated.value.clone());
    stated.or_else(|| {
        let pull = document.history.as_ref()?.last_change.approved()?;
        Some(format!("{} (pull request #{})", pull.approved_by.join(", "), pull.number))
    })
}

/// The strongest way in which the record as it stands is approved. A signature says who committed, not who approved: it only
/// strengthens what the text claims.
fn approval(document: &FoundDocument) -> Approval {
    let last = document.history.as_ref().map(|history| &history.last_change);
    if last.is_some_and(|last| last.approved().is_some()) {
        return Approval::PullRequest;
    }
    let in_file = document.reading.fields.signature.is_some();
    if document.reading.fields.approved_by.is_none() {
        return if in_file { Approval::SignedDocument } else { Approval::None };
    }
    let verified = last.and_then(|last| last.endorsement.as_ref()).and_then(|endorsement| endorsement.verified);
    match (verified, last.is_some_and(|last| last.signed)) {
        (Some(true), _) => Approval::VerifiedCommit,
        (None, true) => Approval::SignedCommit,
        _ if in_file => Approval::SignedDocument,
        (Some(false), _) | (None, false) => Approval::Claimed,
    }
}

/// Does a document that presents itself as a review count as held (`None`: its words leave it open), and why not? The reader says
/// what the text reports and whether it is in force; here come its product and its day.
pub(crate) fn counts(
    reading: &Reading,
    date_held: Option<NaiveDate>,
    as_of: NaiveDate,
    policy: &Policy,
) -> (Option<bool>, Option<String>) {
    let held = &reading.held;
    let why = || {
        let why = held.why_not.clone().unwrap_or_else(|| "it does not report a review that was held".to_owned());
        match held.quotes.first() {
            Some(quote) => format!("{why} ({}: \"{}\")", quote.whereabouts(), quote.text),
            None => why,
        }
    };
    let refused = |why| (Some(false), Some(why));
    match held.answer {
        Answer::Denied | Answer::Absent => return refused(why()),
        Answer::Proven | Answer::Unsure => {}
    }
    let product = reading.fields.product.as_ref().map(|stated| stated.value.as_str());
    let ours = product.map_or(ProductMatch::Own, |product| compare(product, policy));
    let product = product.unwrap_or_default();
    if ours == ProductMatch::Another {
        return refused(format!("it is about another product: \"{product}\""));
    }
    match date_held {
        None => return refused("no date: none is stated and the history does not tell when it was added".to_owned()),
        Some(date) if date > as_of => return refused(format!("its date, {date}, lies after {as_of}")),
        Some(_) => {}
    }
    match (held.answer, ours) {
        (Answer::Unsure, _) => (None, Some(why())),
        (_, ProductMatch::Open) => {
            (None, Some(format!("it is not clear whether \"{product}\" is a product that a [[subject]] names")))
        }
        _ => (Some(true), None),
    }
}
