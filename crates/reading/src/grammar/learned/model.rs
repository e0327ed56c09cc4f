//! The weights, and the scores that they give a sentence.

use super::features::{Feature, features, labelled};
use crate::grammar::lexicon::{Hit, lexicon, words};
use crate::value::reading::Answer;

/// What can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// That the handling was complete, or was not.
    Complete,
    /// That it was efficient, or was not.
    Efficient,
    /// That it led to resolution, or did not.
    Resolved,
    /// That this record was approved.
    Approved,
    /// Which activity of the life cycle missed a defect.
    Cause,
    /// That the process changes.
    Improve,
    /// That the handling is reviewed periodically.
    Cadence,
    /// That this review was not held, or that this is no record of one.
    Unheld,
    /// That an issue was not examined.
    Unexamined,
    /// That no issue is open.
    AllClosed,
    /// That all issues were closed in time.
    OnTime,
    /// As a rule: that the activity is sought that missed a defect in the field.
    RuleCause,
    /// As a rule: that lessons change the process.
    RuleImprove,
}

impl Said {
    /// From which scores on it is said, and comes near: chosen by what sentences score that the model has not seen
    /// (`train::figures`). What only raises a doubt or a question is never said for sure.
    fn limits(self) -> (f32, f32) {
        match self {
            Said::Complete | Said::Efficient | Said::Resolved | Said::Cadence => (0.3, -0.2),
            Said::Cause => (0.3, -0.1),
            Said::RuleImprove => (0.15, -0.1),
            Said::RuleCause => (0.45, -0.1),
            Said::Improve => (0.4, 0.0),
            Said::Unexamined => (0.6, 0.4),
            Said::Approved => (0.6, 0.0),
            Said::AllClosed | Said::OnTime => (f32::INFINITY, 0.08),
            Said::Unheld => (f32::INFINITY, 0.2),
        }
    }
}

/// The score of a text without a word.
const SILENT: f32 = -2.0;

/// How many things can be said.
pub(super) const SAID: usize = 13;

/// The buckets of what all things share, and of the one that is said in the most words: there no two words may fall together.
pub(super) const BUCKETS: usize = 1 << 16;
pub(super) const WIDE: usize = 1 << 20;

/// Where the weights begin, and where those of the wide one do.
const SHARED: usize = SAID * 8;
const APART: usize = SHARED + BUCKETS * SAID;

/// The bytes of a model: per thing its scale and its bias (`f32`, little endian), then per bucket a signed byte for each thing, then
/// per wide bucket one for `Unheld`.
pub(super) const BYTES: usize = APART + WIDE;

/// The place of what has wide buckets.
pub(super) const UNHELD: usize = Said::Unheld as usize;

/// How much a feature counts for a thing, in tenths: what is said in the most words is told by words, not by their parts.
pub(super) fn tenths(at: usize, feature: Feature) -> i32 {
    if at == UNHELD && feature.part { 3 } else { 10 }
}

/// The length of a sentence for a thing, in tenths.
#[expect(clippy::cast_precision_loss, reason = "far below 2^23")]
pub(super) fn length(at: usize, features: &[Feature]) -> f32 {
    (features.iter().map(|feature| tenths(at, *feature).pow(2)).sum::<i32>() as f32).sqrt()
}

/// Where the weight of a thing stands.
pub(super) fn place(at: usize, bucket: usize) -> usize {
    if at == UNHELD { APART + bucket } else { SHARED + bucket * SAID + at }
}

static WEIGHTS: &[u8; BYTES] = include_bytes!("../../words/said/weights.bin");

/// How plainly each thing is said: above 0 rather than not, above 1 as plainly as in the sentences learned from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scores([f32; SAID]);

impl Scores {
    /// The score of one thing.
    pub(crate) fn of(&self, said: Said) -> f32 {
        self.0[said as usize]
    }

    /// Is it said, near, or neither? What is denied the model does not know.
    pub(crate) fn answer(&self, said: Said) -> Answer {
        let (sure, near) = said.limits();
        match self.of(said) {
            score if score >= sure => Answer::Proven,
            score if score >= near => Answer::Unsure,
            _ => Answer::Absent,
        }
    }
}

impl Scores {
    /// The higher of two scores of each thing.
    pub(crate) fn or(self, other: Scores) -> Scores {
        let mut out = self;
        for (own, other) in out.0.iter_mut().zip(other.0) {
            *own = own.max(other);
        }
        out
    }
}

/// Scores a sentence below its context: a label, a question or a heading, or nothing.
pub(crate) fn scores(context: &str, text: &str) -> Scores {
    scores_with(context, text, &lexicon().hits(&words(text)))
}

/// The same where the phrases in it are found already.
pub(crate) fn scores_with(context: &str, text: &str, hits: &[Hit]) -> Scores {
    // A dash, an empty box: nothing is said.
    if !labelled(text).1.contains(char::is_alphanumeric) {
        return Scores([SILENT; SAID]);
    }
    weigh(WEIGHTS, &features(context, text, hits))
}

pub(super) fn weigh(model: &[u8; BYTES], features: &[Feature]) -> Scores {
    let mut sums = [0_i32; SAID];
    for feature in features {
        let start = place(0, feature.bucket(BUCKETS));
        for (sum, weight) in sums.iter_mut().zip(&model[start..start + SAID]) {
            *sum += 10 * i32::from(weight.cast_signed());
        }
        let wide = place(UNHELD, feature.bucket(WIDE));
        sums[UNHELD] += tenths(UNHELD, *feature) * i32::from(model[wide].cast_signed());
    }
    let (plain, wide) = (length(0, features), length(UNHELD, features));
    let number = |at: usize| f32::from_le_bytes([model[at], model[at + 1], model[at + 2], model[at + 3]]);
    let mut out = [0.0; SAID];
    #[expect(clippy::cast_precision_loss, reason = "far below 2^23")]
    for (at, score) in out.iter_mut().enumerate() {
        let length = if at == UNHELD { wide } else { plain };
        *score = sums[at] as f32 * number(at * 8) / length + number(at * 8 + 4);
    }
    Scores(out)
}
