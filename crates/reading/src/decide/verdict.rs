//! The verdict on a document whose fields and statements are found: judged, then proven constraint by constraint.

use crate::decide::judge::Judge;
use crate::decide::material::Material;
use crate::decide::proofs;
use crate::facts::refusals::Refusal;
use crate::grammar::terms::Term;
use crate::value::reading::{Answer, Reading};

/// Judges a document whose fields and statements are found; fills in the rest of the reading.
pub(crate) fn judge(material: &Material<'_>, refusals: Vec<Refusal>, reading: &mut Reading) {
    let signs = material.count(reading);
    let title = material.title(reading);
    let file = material.file();
    let judge = Judge { material, signs: &signs, title, file };
    let (kind, sure) = judge.kind(reading);
    reading.kind = kind;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 99")]
    let percent = (sure * 100.0).clamp(1.0, 99.0) as u8;
    reading.confidence = percent;
    reading.presents_review = judge.presents_review(reading);
    let (told, held) = judge.held(reading, refusals);
    reading.presents_review |= judge.reviews_by_content(reading, told.is_ok());
    let evidence = judge.evidence(reading);
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
    reading.constraints = proofs::constraints(&judge, reading, &told, evidence);
}
