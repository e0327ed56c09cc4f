//! What the documents only come near to, with the words and the labelled form that would settle it. The best document in force
//! decides: where one proves a point, the doubt about another says nothing.

use crate::judge::facts::{Facts, in_force};
use crate::judge::held::{Held, NamedIssues};
use crate::model::evidence::FoundDocument;
use lookback_reading::{Answer, Answered, Aspect, Constraint, Kind, Quote, Reading, shorten};

/// A point that the words of a document leave open.
pub(crate) struct Unclear<'a> {
    /// Which constraint stays undetermined by it.
    pub(crate) constraint: Constraint,
    /// The document that comes nearest.
    pub(crate) document: &'a FoundDocument,
    /// Which of several points of one constraint.
    pub(crate) facet: Option<&'static str>,
    /// What cannot be told, and why, in one sentence.
    pub(crate) message: String,
    /// The nearest words.
    pub(crate) quote: Option<&'a Quote>,
    /// What to write to settle it.
    pub(crate) form: &'static str,
}

/// What is read for certain as a held review in force.
pub(crate) const HELD: &str = "Status: approved";
/// What is read for certain as the product of a record.
pub(crate) const PRODUCT: &str = "Product: Infusion pump";
/// What is read for certain as the standing of a procedure.
pub(crate) const IN_FORCE: &str = "Status: effective\nEffective date: 2025-01-31";
/// What is read for certain as those who answer for a procedure.
pub(crate) const FILLED: &str = "Owner: R. Meyer\nApproved by: J. Doe, 2025-01-31";
/// What is read for certain as the rule for a yearly review.
pub(crate) const ESTABLISHED: &str = "The security problem resolution process is reviewed at least every 12 months.";
/// What is read for certain as a rule for improvement.
pub(crate) const IMPROVED: &str = "Improvement action: extend the fuzzing plan; owner R. Meyer; due 2026-06-30";
/// What is read for certain as the issues examined.
pub(crate) const EXAMINED: &str = "Issues examined: #12, #14, CVE-2025-1234";
/// What is read for certain as the analysis of a deployed defect.
pub(crate) const ANALYSED: &str =
    "Escape cause: #12 was missed by threat modelling. Change: the model covers the serial interface.";

/// What is read for certain as a judgement on an aspect.
pub(crate) fn judgement(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Completeness => "Completeness: complete. Every issue was recorded and analysed.",
        Aspect::Efficiency => "Efficiency: efficient. The targets were met.",
        Aspect::Resolution => "Resolution: achieved. Every issue is fixed or accepted with a reason.",
    }
}

/// What to write so that a document is in force: its status, or the names where these are all that is left open.
pub(crate) fn in_force_form(reading: &Reading) -> &'static str {
    let open = |quote: &Quote| reading.placeholders.iter().any(|place| place.line == quote.line);
    let Answered { answer, quotes, .. } = &reading.in_force;
    let gaps = *answer == Answer::Unsure && !quotes.is_empty() && quotes.iter().all(open);
    if gaps && reading.fields.status.is_some() { FILLED } else { IN_FORCE }
}

/// Everything that stays open.
pub(crate) fn all<'a>(facts: &Facts<'a>) -> Vec<Unclear<'a>> {
    let mut out: Vec<Unclear<'a>> = held(facts).into_iter().collect();
    for constraint in
        [Constraint::ReviewEstablished, Constraint::ImprovementEstablished, Constraint::DeployedDefectsAnalysed]
    {
        out.extend(of(facts, constraint));
    }
    out.extend(facts.latest().and_then(|held| examined(facts, held)));
    out.extend(facts.latest().into_iter().flat_map(|held| judgements(facts, held)));
    out
}

/// Whether a later review than the last held one was held.
fn held<'a>(facts: &Facts<'a>) -> Option<Unclear<'a>> {
    let review = facts.unsure()?;
    let document = &facts.evidence.documents[review.document];
    let why = review.why_not.as_deref().unwrap_or("its words leave it open");
    let of_product = document.reading.held.answer == Answer::Proven;
    let product = document.reading.fields.product.as_ref().map(|stated| &stated.quote);
    Some(Unclear {
        constraint: Constraint::HeldAnnually,
        document,
        facet: None,
        message: format!("Whether this review counts as held cannot be told: {why}."),
        quote: if of_product { product } else { document.reading.held.quotes.first() },
        form: if of_product { PRODUCT } else { HELD },
    })
}

/// Whether something establishes what a constraint asks for, where nothing in force proves it. A document of any sort that only
/// mentions the matter is no doubt: it stands where evidence is looked for, records something, or would count but for its status.
pub(crate) fn of<'a>(facts: &Facts<'a>, constraint: Constraint) -> Option<Unclear<'a>> {
    let (kinds, form, asked): (&[Kind], _, _) = match constraint {
        Constraint::ReviewEstablished => (&[Kind::Procedure], ESTABLISHED, "establishes the periodic review"),
        Constraint::ImprovementEstablished => {
            (&[Kind::Procedure, Kind::Record], IMPROVED, "establishes improvement of the security life cycle")
        }
        Constraint::DeployedDefectsAnalysed => {
            (&[Kind::Record], ANALYSED, "analyses security defects of deployed software")
        }
        Constraint::IssuesExamined | Constraint::ProcessAssessed | Constraint::HeldAnnually => return None,
    };
    if !facts.meeting(constraint, kinds).is_empty() {
        return None;
    }
    let open = facts.evidence.documents.iter().enumerate().find_map(|(index, document)| {
        let reading = &document.reading;
        let answered = reading.constraints.get(&constraint)?;
        // What a record proves is in doubt where it is in doubt whether the record counts.
        let doubted = answered.met() && facts.is_doubted(index);
        let answered = if doubted { &reading.held } else { answered };
        let standing = reading.in_force.answer == Answer::Unsure;
        let looked_for = document.path_signal || standing || reading.kind == Kind::Record;
        let held = reading.kind != Kind::Procedure || in_force(reading, facts.as_of);
        let counts =
            kinds.contains(&reading.kind) && looked_for && held && (doubted || answered.answer == Answer::Unsure);
        let of_product = doubted && answered.answer == Answer::Proven;
        counts.then_some((document, answered, of_product))
    });
    let (document, Answered { quotes, why_not, .. }, of_product) = open?;
    let product = "it is not clear whether its product is one that a [[subject]] names";
    let why = if of_product { product } else { why_not.as_deref().unwrap_or("its words leave it open") };
    Some(Unclear {
        constraint,
        document,
        facet: None,
        message: format!("Whether this {} {asked} cannot be told: {why}.", document.reading.kind.word()),
        quote: quotes.first(),
        form: match document.reading.in_force.answer {
            _ if of_product => PRODUCT,
            Answer::Unsure => in_force_form(&document.reading),
            _ => form,
        },
    })
}

/// Why the want of it cannot be judged, where something comes near.
pub(crate) fn why(facts: &Facts<'_>, constraint: Constraint) -> Option<String> {
    let open = of(facts, constraint)?;
    let quote = open.quote.map_or_else(String::new, |quote| format!(" (\"{}\")", shorten(&quote.text, 120)));
    Some(format!("{}: {}{quote}", open.document.path, open.message.trim_end_matches('.')))
}

/// The issues of which the words of a held review leave open whether they were examined.
pub(crate) fn examined<'a>(facts: &Facts<'a>, held: &Held) -> Option<Unclear<'a>> {
    let first = held.coverage.unsure.first()?;
    let issue = facts.issue(first)?;
    let of_it = |id: &String| {
        let mut named = NamedIssues::default();
        named.add_ids(std::slice::from_ref(id), &facts.evidence.subject.repository);
        named.names(issue)
    };
    let (document, quote) = held.records.iter().find_map(|review| {
        let document = facts.document(*review);
        let mut doubts = document.reading.references.iter().filter(|reference| of_it(&reference.id));
        doubts.find_map(|reference| reference.doubt.as_ref()).map(|quote| (document, quote))
    })?;
    let (more, were) = match held.coverage.unsure.len() {
        1 => (String::new(), "was"),
        2 => (" and one more issue".to_owned(), "were"),
        n => (format!(" and {} more issues", n - 1), "were"),
    };
    Some(Unclear {
        constraint: Constraint::IssuesExamined,
        document,
        facet: None,
        message: format!("Whether {first}{more} {were} examined cannot be told."),
        quote: Some(quote),
        form: EXAMINED,
    })
}

/// The aspects of the handling that a held review neither judges nor leaves out.
pub(crate) fn judgements<'a>(facts: &Facts<'a>, held: &Held) -> Vec<Unclear<'a>> {
    let records: Vec<&'a FoundDocument> = held.records.iter().map(|review| facts.document(*review)).collect();
    let open = |aspect: Aspect| {
        let found = |answer: Answer| {
            records.iter().find_map(|record| {
                let mut own = record.reading.assessments.iter();
                own.find(|found| found.aspect == aspect && found.answer == answer).map(|found| (*record, found))
            })
        };
        if found(Answer::Proven).is_some() || found(Answer::Denied).is_some() {
            return None;
        }
        let (document, near) = found(Answer::Unsure)?;
        Some(Unclear {
            constraint: Constraint::ProcessAssessed,
            document,
            facet: Some(aspect.word()),
            message: format!("Whether this review judges {} cannot be told.", aspect.word()),
            quote: Some(&near.quote),
            form: judgement(aspect),
        })
    };
    Aspect::ALL.into_iter().filter_map(open).collect()
}
