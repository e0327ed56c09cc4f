//! What a report takes from records beside the judgement: what each held review examined, and what is said of deployed defects. Pure.

use crate::judge::facts::{Facts, met};
use crate::judge::held::Held;
use crate::model::evidence::FoundDocument;
use crate::model::record_words::{DefectAnalysis, ExaminedCount};
use crate::model::report::Review;
use lookback_reading::{Constraint, Kind};

/// The reviews, each with what it examined.
pub(crate) fn covered(mut reviews: Vec<Review>, held: &[Held]) -> Vec<Review> {
    for one in held {
        for record in &one.records {
            if let Some(review) = reviews.get_mut(*record) {
                review.examined =
                    Some(ExaminedCount { examined: one.coverage.examined, managed: one.coverage.managed });
            }
        }
    }
    reviews
}

/// What documents that count say of deployed defects, the latest document first.
pub(crate) fn analyses(facts: &Facts) -> Vec<DefectAnalysis> {
    let counts = |index: usize, document: &FoundDocument| {
        let held = |review: &Review| review.document == index && review.counted == Some(true);
        let records = document.reading.kind == Kind::Record && !document.reading.presents_review;
        records && met(&document.reading, Constraint::DeployedDefectsAnalysed) || facts.reviews.iter().any(held)
    };
    let mut documents: Vec<&FoundDocument> = facts
        .evidence
        .documents
        .iter()
        .enumerate()
        .filter(|(index, of)| counts(*index, of))
        .map(|(_, of)| of)
        .collect();
    documents.sort_by_key(|document| std::cmp::Reverse(facts.day_of(document)));
    let of = |document: &FoundDocument| {
        let path = document.path.clone();
        let analyses = document.reading.analyses.iter();
        let told = analyses.map(move |analysis| DefectAnalysis {
            path: path.clone(),
            ids: analysis.references.clone(),
            quote: analysis.quote.clone(),
            cause: analysis.cause.clone(),
        });
        told.collect::<Vec<_>>()
    };
    documents.into_iter().flat_map(of).collect()
}
