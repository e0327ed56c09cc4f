//! The verdict on a document whose fields and statements are found: judged, then proven constraint by constraint.

use crate::decide::judge::Judge;
use crate::decide::material::Material;
use crate::decide::proofs;
use crate::facts::refusals::{self, Refusal};
use crate::grammar::terms::Term;
use crate::value::constraint::Constraint;
use crate::value::declared::DeclaredAs;
use crate::value::reading::{Answer, Answered, Kind, Reading};

/// Judges a document whose fields and statements are found; fills in the rest of the reading. `standing`: what refuses its status.
pub(crate) fn judge(material: &Material<'_>, standing: Option<Refusal>, reading: &mut Reading) {
    let signs = material.count(reading);
    let title = material.title(reading);
    let file = material.file();
    let judge = Judge { material, signs: &signs, title, file };
    let declared = reading.declared.as_ref().map(|declared| declared.is);
    let (kind, sure) = declared.map_or_else(|| judge.kind(reading), |declared| (kind_of(declared), 1.0));
    reading.kind = kind;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 99")]
    let percent = (sure * 100.0).clamp(1.0, 99.0) as u8;
    reading.confidence = percent;
    reading.presents_review =
        declared.map_or_else(|| judge.presents_review(reading), |declared| declared == DeclaredAs::Review);
    // What only a record of a review can say of itself is sought in such a record alone.
    let about = judge.about_a_review(reading);
    let sought = |reading: &Reading| {
        let Material { doc, units, titles, lexicon, .. } = material;
        refusals::find(doc, units, titles, lexicon, (&reading.fields, about))
    };
    let refusal = if kind == Kind::Record { sought(reading) } else { None };
    let (mut told, mut held) = judge.held(reading, standing.into_iter().chain(refusal).collect());
    if declared.is_none() && !reading.presents_review {
        let reviews = judge.reviews_by_content(reading, told.is_ok());
        reading.presents_review = reviews != Answer::Absent;
        if reviews == Answer::Unsure && told.is_ok() {
            let doubt = judge.open_time(reading);
            held = if held.met() { Answered::not(Answer::Unsure, doubt.quotes.clone(), doubt.why) } else { held };
            told = Err(doubt);
        }
    }
    // Three judgements below a title that names problems, and nothing else that does.
    if declared.is_none() && kind == Kind::Record && told.is_ok() && judge.judges_nothing_named(reading) {
        let doubt = judge.open_time(reading);
        held = if held.met() { Answered::not(Answer::Unsure, doubt.quotes.clone(), doubt.why) } else { held };
        told = Err(doubt);
    }
    // What is no review was not held as one.
    if declared.is_none() && !reading.presents_review && kind == Kind::Record && held.met() {
        let title = reading.fields.title.iter().map(|title| title.quote.clone()).collect();
        let why = "it does not present itself as a review of how security problems were handled";
        held = Answered::not(Answer::Absent, title, why);
    }
    let mut evidence = judge.evidence(reading);
    // The text alone: what it reports, not whether it is in force.
    let doubt = told.as_ref().is_err_and(|refusal| !refusal.sure);
    // "(Simulated)" in the title is no status.
    let sample = judge.title.has(Term::Example);
    reading.content_match = match (evidence.any() && !sample, &told) {
        (true, Ok(())) => Answer::Proven,
        (true, Err(_)) if doubt => Answer::Unsure,
        _ => Answer::Absent,
    };
    reading.held = held;
    if let Some(declared) = declared {
        evidence = evidence.declared(declared);
    }
    reading.constraints = proofs::constraints(&judge, reading, &told, evidence);
}

/// What is left open where the words cannot be judged: a declared record may well be one.
pub(crate) fn unjudged(reading: &mut Reading, why: &str) {
    let title = || reading.fields.title.iter().map(|title| title.quote.clone()).collect();
    reading.content_match = Answer::Unsure;
    let Some(declared) = reading.declared.as_ref().map(|declared| declared.is) else { return };
    let unsure = Answered::not(Answer::Unsure, title(), why);
    let open: &[Constraint] = match declared {
        DeclaredAs::Review => &[
            Constraint::ReviewEstablished,
            Constraint::IssuesExamined,
            Constraint::ProcessAssessed,
            Constraint::HeldAnnually,
        ],
        DeclaredAs::Procedure => &[Constraint::ImprovementEstablished, Constraint::ReviewEstablished],
        DeclaredAs::Analysis => &[Constraint::DeployedDefectsAnalysed],
        DeclaredAs::None => &[],
    };
    reading.constraints.extend(open.iter().map(|constraint| (*constraint, unsure.clone())));
    reading.kind = kind_of(declared);
    reading.presents_review = declared == DeclaredAs::Review;
    if reading.kind == Kind::Record {
        reading.held = unsure;
    }
    if declared == DeclaredAs::None {
        reading.content_match = Answer::Absent;
    }
}

/// The sort of document that a declaration settles.
fn kind_of(declared: DeclaredAs) -> Kind {
    match declared {
        DeclaredAs::Review | DeclaredAs::Analysis => Kind::Record,
        DeclaredAs::Procedure => Kind::Procedure,
        DeclaredAs::None => Kind::Other,
    }
}
