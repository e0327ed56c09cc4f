//! The verdict on a document whose fields and statements are found: judged, then proven constraint by constraint.

use crate::decide::judge::Judge;
use crate::decide::material::Material;
use crate::decide::proofs;
use crate::value::reading::{Answer, Answered, Kind, Reading};

/// Judges a document whose fields and statements are found; fills in the rest of the reading.
pub(crate) fn judge(material: &Material<'_>, reading: &mut Reading) {
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
    let held = judge.held(reading);
    let evidence = judge.evidence(reading);
    reading.content_match = if held.is_ok() && evidence.any() { Answer::Proven } else { Answer::Absent };
    let refused = if reading.kind == Kind::Record { Answer::Denied } else { Answer::Absent };
    reading.held = match &held {
        Ok(()) => Answered::proven(Vec::new()),
        Err((why, quotes)) => Answered::not(refused, quotes.clone(), *why),
    };
    reading.constraints = proofs::constraints(&judge, reading, &held, evidence);
}
