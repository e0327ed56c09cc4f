//! The weights that turn a document's signs into answers: data (`weights.toml`), trained by the `evaluate` example with
//! `--train`. The signs are counted in `material`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::value::reading::Kind;

/// Named signs of a document, most of them shares between 0 and 1.
pub(crate) type Signs = BTreeMap<&'static str, f32>;

/// The weights, as data.
const WEIGHTS: &str = include_str!("../words/weights.toml");

/// Weights of one answer: sign → weight; `bias` stands alone.
pub(crate) type Weights = BTreeMap<String, f32>;

/// The weights of all answers.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Model {
    kind: BTreeMap<String, Weights>,
    evidence: Weights,
}

impl Model {
    /// Reads weights; the error says what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The weights that ship with the reader.
    pub(crate) fn shipped() -> Arc<Self> {
        static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "the file is part of the program, covered by tests")]
            Arc::new(Model::parse(WEIGHTS).expect("weights.toml is well-formed"))
        });
        Arc::clone(&MODEL)
    }

    /// The likeliest kind, with its probability.
    pub(crate) fn kind(&self, signs: &Signs) -> (Kind, f32) {
        let scores: Vec<(Kind, f32)> = [Kind::Record, Kind::Procedure, Kind::Template, Kind::Other]
            .into_iter()
            .map(|kind| (kind, self.kind.get(kind.word()).map_or(0.0, |weights| weigh(weights, signs))))
            .collect();
        let top = scores.iter().map(|(_, score)| *score).fold(f32::MIN, f32::max);
        let total: f32 = scores.iter().map(|(_, score)| (score - top).exp()).sum();
        let best = scores.into_iter().find(|(_, score)| *score >= top).map_or(Kind::Other, |(kind, _)| kind);
        (best, 1.0 / total)
    }

    /// How likely a record is the evidence asked for (0 to 1).
    pub(crate) fn evidence(&self, signs: &Signs) -> f32 {
        1.0 / (1.0 + (-weigh(&self.evidence, signs)).exp())
    }
}

fn weigh(weights: &Weights, signs: &Signs) -> f32 {
    let sum: f32 = signs.iter().filter_map(|(name, value)| Some(weights.get(*name)? * value)).sum();
    sum + weights.get("bias").copied().unwrap_or_default()
}
