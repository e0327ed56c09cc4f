//! How the weights come about: a linear support-vector machine for each thing that can be said (dual coordinate descent, in a fixed order,
//! with additions and multiplications alone, so that the bytes are the same everywhere).

#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "run by hand and by tests alone: reads the sentences, writes the weights"
)]

use super::features::{Feature, features};
use super::model::{BUCKETS, BYTES, SAID, Said, Scores, UNHELD, WIDE, length, place, tenths, weigh};
use crate::grammar::lexicon::{lexicon, words};
use crate::value::reading::Answer;

const ENGLISH: &str = include_str!("../../words/said/en.tsv");
const GERMAN: &str = include_str!("../../words/said/de.tsv");

/// The word that names each thing in the sentences.
const NAMES: [(Said, &str); SAID] = [
    (Said::Complete, "complete"),
    (Said::Efficient, "efficient"),
    (Said::Resolved, "resolved"),
    (Said::Approved, "approved"),
    (Said::Cause, "cause"),
    (Said::Improve, "improve"),
    (Said::Cadence, "cadence"),
    (Said::Unheld, "unheld"),
    (Said::Unexamined, "unexamined"),
    (Said::AllClosed, "all-closed"),
    (Said::OnTime, "on-time"),
    (Said::RuleCause, "rule-cause"),
    (Said::RuleImprove, "rule-improve"),
];

/// Passes over all sentences.
const PASSES: usize = 30;
/// After so many passes in which it taught nothing, a sentence is looked at in each fifth one only.
const IDLE: usize = 3;
const AGAIN: usize = 5;
/// How much one sentence may weigh; sentences that say the thing are fewer, and weigh more.
const WEIGHT: f64 = 1.0;
const SAYING: f64 = 2.0;

struct Example {
    line: usize,
    text: &'static str,
    context: &'static str,
    said: [bool; SAID],
    features: Vec<Feature>,
}

fn examples() -> Vec<Example> {
    let mut out = Vec::new();
    for line in ENGLISH.lines().chain(GERMAN.lines()).filter(|line| !line.starts_with('%') && !line.is_empty()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [labels, context, text] = columns[..] else { panic!("three columns: {line}") };
        let mut said = [false; SAID];
        for label in labels.split(',').map(str::trim).filter(|label| *label != "-") {
            let at = NAMES.iter().position(|learned| learned.1 == label).unwrap_or_else(|| panic!("{label}: {line}"));
            said[at] = true;
        }
        out.push(Example {
            line: out.len(),
            text,
            context,
            said,
            features: features(context, text, &lexicon().hits(&words(text))),
        });
    }
    out
}

/// Numbers that look random and are the same every time.
struct Shuffle(u64);

impl Shuffle {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below
    }

    fn order(&mut self, length: usize) -> Vec<usize> {
        let mut out: Vec<usize> = (0..length).collect();
        for at in (1..length).rev() {
            out.swap(at, self.next(at + 1));
        }
        out
    }
}

/// How many buckets a thing has.
fn buckets(at: usize) -> usize {
    if at == UNHELD { WIDE } else { BUCKETS }
}

/// The weights of one thing, and its bias.
fn learn(examples: &[&Example], at: usize) -> (Vec<f64>, f64) {
    let mut weights = vec![0.0; buckets(at)];
    let mut bias = 0.0;
    let mut alphas = vec![0.0; examples.len()];
    // Each feature's bucket and how much it counts: they are looked at in every pass.
    let row = |example: &&Example| -> Vec<(u32, f32)> {
        let counted = |feature: &Feature| (feature.bucket(buckets(at)) as u32, tenths(at, *feature) as f32);
        example.features.iter().map(counted).collect()
    };
    let rows: Vec<Vec<(u32, f32)>> = examples.iter().map(row).collect();
    let mut shuffle = Shuffle(42);
    // How often in a row a sentence taught nothing: most are far on their side, and are looked at again now and then.
    let mut idle = vec![0_usize; examples.len()];
    for pass in 0..PASSES {
        for index in shuffle.order(examples.len()) {
            if idle[index] >= IDLE && pass % AGAIN != 0 {
                continue;
            }
            let example = examples[index];
            let (sign, most) = if example.said[at] { (1.0, WEIGHT * SAYING) } else { (-1.0, WEIGHT) };
            let unit = 1.0 / f64::from(length(at, &example.features));
            let sum: f64 = rows[index].iter().map(|(own, count)| f64::from(*count) * weights[*own as usize]).sum();
            let score = sum * unit + bias;
            let old = alphas[index];
            // Each sentence has the length 1, and its bias counts one more.
            let new = (old - (sign * score - 1.0) / 2.0_f64).clamp(0.0, most);
            let step = (new - old) * sign;
            idle[index] = if old == 0.0 && step == 0.0 { idle[index] + 1 } else { 0 };
            if step != 0.0 {
                alphas[index] = new;
                for (own, count) in &rows[index] {
                    weights[*own as usize] += f64::from(*count) * step * unit;
                }
                bias += step;
            }
        }
    }
    (weights, bias)
}

fn model(examples: &[&Example]) -> Box<[u8; BYTES]> {
    let mut out: Box<[u8; BYTES]> = vec![0; BYTES].into_boxed_slice().try_into().expect("its length");
    for at in 0..SAID {
        let (weights, bias) = learn(examples, at);
        let most = weights.iter().fold(0.0_f64, |most, weight| most.max(weight.abs()));
        let scale = most / 127.0;
        out[at * 8..at * 8 + 4].copy_from_slice(&(scale as f32).to_le_bytes());
        out[at * 8 + 4..at * 8 + 8].copy_from_slice(&(bias as f32).to_le_bytes());
        for (bucket, weight) in weights.iter().enumerate() {
            out[place(at, bucket)] = ((weight / scale).round() as i8).cast_unsigned();
        }
    }
    out
}

const FOLDS: usize = 5;

/// Of what the model says for sure of sentences that it has not seen, so much has to be right; of what is said, so much has to be found.
/// The sentences are chosen to be hard: those of a real record are told apart better.
const RIGHT: f64 = 0.8;
const FOUND: f64 = 0.1;
/// So few wrong ones say nothing.
const FEW: usize = 3;

#[test]
fn what_is_sure_of_unseen_sentences_is_right() {
    let examples = examples();
    let (own, others): (Vec<&Example>, Vec<&Example>) = examples.iter().partition(|example| example.line % FOLDS == 0);
    let model = model(&others);
    for (said, name) in NAMES {
        let sure = |example: &&&Example| weigh(&model, &example.features).answer(said) == Answer::Proven;
        let says = |example: &&&Example| example.said[said as usize];
        let taken = own.iter().filter(sure).count();
        let right = own.iter().filter(sure).filter(says).count();
        let all = own.iter().filter(says).count();
        if taken > 0 {
            let (precise, found) = (right as f64 / taken as f64, right as f64 / all as f64);
            let few = taken - right <= FEW;
            assert!((precise >= RIGHT || few) && found >= FOUND, "{name}: {right} of {taken} right, {all} are said");
        }
    }
}

/// Scores of every sentence by a model that has not seen it.
fn unseen(examples: &[Example]) -> Vec<Scores> {
    let mut out = vec![Scores::default(); examples.len()];
    let mut shuffle = Shuffle(7);
    let fold: Vec<usize> = examples.iter().map(|_| shuffle.next(FOLDS)).collect();
    for own in 0..FOLDS {
        let others: Vec<&Example> = examples.iter().filter(|example| fold[example.line] != own).collect();
        let model = model(&others);
        for example in examples.iter().filter(|example| fold[example.line] == own) {
            out[example.line] = weigh(&model, &example.features);
        }
    }
    out
}

#[test]
#[ignore = "prints how well each thing is told from unseen sentences; run by hand"]
fn figures() {
    let examples = examples();
    let scores = unseen(&examples);
    let show = std::env::var("SHOW").ok();
    for learned in &NAMES {
        let (said, name) = *learned;
        let at = said as usize;
        let all = examples.iter().filter(|example| example.said[at]).count();
        println!("{name}: {all} of {}", examples.len());
        for limit in [-0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
            let taken: Vec<&Example> = examples.iter().filter(|e| scores[e.line].of(said) > limit).collect();
            let right = taken.iter().filter(|e| e.said[at]).count();
            println!(
                "  > {limit:4}: recall {:5.1} %, precision {:5.1} %, wrong {}",
                100.0 * right as f64 / all.max(1) as f64,
                100.0 * right as f64 / taken.len().max(1) as f64,
                taken.len() - right
            );
        }
        if show.as_deref() == Some(learned.1) {
            for e in &examples {
                let score = scores[e.line].of(said);
                if e.said[at] != (score > 0.0) {
                    println!("    {score:5.2} {} | {} | {}", if e.said[at] { "+" } else { "-" }, e.context, e.text);
                }
            }
        }
    }
}

#[test]
fn the_weights_are_those_of_the_sentences() {
    let examples = examples();
    let fresh = model(&examples.iter().collect::<Vec<_>>());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/words/said/weights.bin");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &fresh[..]).expect("written");
        return;
    }
    let stored = std::fs::read(path).expect("read");
    assert!(stored == fresh[..], "words/said/weights.bin is not what the sentences teach: run this test with UPDATE=1");
}

#[test]
#[ignore = "prints the scores of the sentences in the file that SENTENCES names; run by hand"]
fn scored() {
    let path = std::env::var("SENTENCES").expect("SENTENCES names a file");
    for line in std::fs::read_to_string(path).expect("read").lines() {
        let (context, text) = line.split_once('\t').unwrap_or(("", line));
        let scores = super::model::scores(context, text);
        let told: Vec<String> = NAMES
            .iter()
            .filter(|learned| scores.of(learned.0) > -0.8)
            .map(|learned| format!("{} {:.2}", learned.1, scores.of(learned.0)))
            .collect();
        println!("{}\n    {}", line, told.join(", "));
    }
}
