//! Trains the weights of the signs: softmax regression that starts from what is known beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use lookback_reading::{Kind, Reader};

use crate::corpus::{Label, Labelled};

/// Second line of the head of `weights.toml`.
const LEGEND: &str = "# Read `+` as speaking for, `-` as speaking against.\n";

/// How strongly weights are pulled to what is known beforehand.
const SHRINK: f64 = 0.02;

/// One answer's weights: sign → weight.
type Weights = BTreeMap<String, f64>;
/// A document's signs with the right answer, and how much it counts.
type Sample = (BTreeMap<&'static str, f32>, usize, f64);

const KINDS: [Kind; 4] = [Kind::Record, Kind::Procedure, Kind::Template, Kind::Other];

/// What is known before any document is seen; training moves away from it only as far as the documents carry.
const PRIOR: [(&str, &[(&str, f64)]); 5] = [
    (
        "record",
        &[
            ("bias", -1.0),
            ("tells", 1.5),
            ("told", 3.5),
            ("told_date", 1.5),
            ("told_incident", 1.5),
            ("told_defect", 0.5),
            ("told_meeting", 1.5),
            ("told_report", 1.0),
            ("told_audit", 1.0),
            ("name_dated", 0.8),
            ("headings_record", 1.5),
            ("headings_dated", 1.0),
            ("dated", 0.8),
            ("participants", 0.5),
            ("we", 0.5),
            ("done", 1.0),
            ("aspects", 0.5),
            ("references", 0.3),
            ("plan", -1.5),
            ("path_record", 0.8),
            ("named_period", 0.8),
            ("record_fields", 1.5),
            ("findings", 1.2),
            ("timeline", 1.5),
            ("ticked", 1.0),
            ("rule", -1.0),
            ("advice", -1.2),
        ],
    ),
    (
        "procedure",
        &[
            ("bias", 0.5),
            ("obligation", 4.0),
            ("commands", 3.0),
            ("title_procedure", 2.5),
            ("path_procedure", 0.7),
            ("self_procedure", 1.5),
            ("headings_procedure", 1.5),
            ("told", -2.0),
            ("interval", 0.5),
            ("date_held", -0.7),
            ("code", -0.7),
            ("gaps_some", -1.5),
            ("gaps_head", -1.0),
            ("controlled", 1.5),
            ("path_template", -1.0),
            ("field_table", -0.5),
            ("you", 0.5),
            ("rule", 2.0),
            ("roles", 1.0),
            ("control_fields", 1.0),
            ("timeline", -0.7),
        ],
    ),
    (
        "template",
        &[
            ("title_template", 3.0),
            ("named_template", 3.0),
            ("path_template", 3.0),
            ("self_template", 2.0),
            ("gaps", 4.0),
            ("gaps_some", 2.5),
            ("gaps_head", 2.5),
            ("stand_in", 5.0),
            ("empty_cells", 3.0),
            ("empty_sections", 2.0),
            ("field_table", 3.0),
            ("unticked", 2.0),
            ("all_open", 0.5),
            ("told", -2.0),
            ("instruction", 2.0),
            ("date_held", -0.7),
        ],
    ),
    (
        "other",
        &[
            ("bias", 0.7),
            ("title_other", 2.0),
            ("self_other", 2.0),
            ("feature", 2.0),
            ("links", 0.7),
            ("plan", 1.0),
            ("code", 1.5),
            ("headings_other", 2.0),
            ("headings_version", 2.5),
            ("versions", 2.0),
            ("product_shall", 3.0),
            ("interface", 3.0),
            ("short", 0.3),
            ("advice", 2.0),
        ],
    ),
    (
        "evidence",
        &[
            ("bias", -2.2),
            ("told", 0.5),
            ("defect_facts", 0.8),
            ("cause_facts", 0.5),
            ("improve_facts", 0.5),
            ("improve_heading", 0.5),
            ("title_incident", 0.5),
            ("title_defect", 0.3),
            ("title_security", 0.4),
            ("security", 1.0),
            ("attack_facts", 0.4),
            ("deployed_facts", 0.4),
            ("handling_facts", 0.8),
            ("periodic", 0.3),
            ("title_meeting", 0.5),
            ("title_report", 0.4),
            ("code_review", -1.3),
            ("outage", -1.5),
            ("title_audit", -0.4),
            ("example", -1.5),
            ("not_held", -1.0),
            ("feature", -0.7),
            ("gaps", -1.0),
            ("aspects", 0.7),
            ("date_held", 0.2),
            ("advice", -0.8),
            ("named_period", 0.3),
            ("versions", -1.5),
            ("long", -1.0),
            ("title_other", -0.7),
        ],
    ),
];

/// Softmax regression by gradient descent with momentum; deterministic. `shrink` pulls weights to zero.
fn train(samples: &[Sample], classes: &[&str], shrink: f64) -> Vec<Weights> {
    // Only signs of which something is expected beforehand: the others would be learnt by heart.
    let known = |class: &str| PRIOR.iter().find(|(own, _)| *own == class).map_or(&[][..], |(_, row)| row);
    let rows = classes.iter().flat_map(|class| known(class));
    let names: BTreeSet<&str> = rows.map(|(name, _)| *name).filter(|name| *name != "bias").collect();
    let width = names.len() + 1;
    let rows: Vec<Vec<f64>> = samples
        .iter()
        .map(|(signs, _, _)| {
            std::iter::once(1.0)
                .chain(names.iter().map(|n| f64::from(signs.get(n).copied().unwrap_or_default())))
                .collect()
        })
        .collect();
    let total: f64 = samples.iter().map(|s| s.2).sum();
    let known =
        |class: &str, name: &str| known(class).iter().find(|(own, _)| *own == name).map_or(0.0, |(_, weight)| *weight);
    let prior: Vec<Vec<f64>> = classes
        .iter()
        .map(|class| std::iter::once("bias").chain(names.iter().copied()).map(|name| known(class, name)).collect())
        .collect();
    let classes = classes.len();
    let mut weights = prior.clone();
    let mut speed = vec![vec![0.0; width]; classes];
    for _ in 0..600 {
        let mut slope = vec![vec![0.0; width]; classes];
        for (row, (_, class, worth)) in rows.iter().zip(samples) {
            let scores: Vec<f64> = weights.iter().map(|w| w.iter().zip(row).map(|(a, b)| a * b).sum()).collect();
            let top = scores.iter().copied().fold(f64::MIN, f64::max);
            let sum: f64 = scores.iter().map(|s| (s - top).exp()).sum();
            for (index, score) in scores.iter().enumerate() {
                let error = (score - top).exp() / sum - f64::from(u8::from(index == *class));
                for (into, value) in slope[index].iter_mut().zip(row) {
                    *into += worth * error * value / total;
                }
            }
        }
        for index in 0..classes {
            for at in 0..width {
                let pull = shrink * (weights[index][at] - prior[index][at]);
                speed[index][at] = 0.9 * speed[index][at] - 0.5 * (slope[index][at] + pull);
                weights[index][at] += speed[index][at];
            }
        }
    }
    weights
        .iter()
        .map(|w| {
            std::iter::once("bias").chain(names.iter().copied()).map(str::to_owned).zip(w.iter().copied()).collect()
        })
        .collect()
}

/// A document's label with its signs; `None` for what is not judged.
pub type Seen = (Label, Option<BTreeMap<&'static str, f32>>);

/// The signs of every document.
pub fn samples(known: &[Labelled], reader: &Reader) -> Vec<Seen> {
    known.iter().map(|(label, bytes)| (label.clone(), reader.signs(&label.path, bytes))).collect()
}

/// `weights.toml` for the documents of all repositories but one.
pub fn weights(seen: &[Seen], left_out: Option<&str>) -> String {
    let chosen = || seen.iter().filter(|(label, _)| Some(label.repo.as_str()) != left_out);
    let worth = |label: &Label| if label.ambiguous { 0.5 } else { 1.0 };
    let kinds: Vec<Sample> = chosen()
        .filter_map(|(label, signs)| Some((signs.clone()?, KINDS.iter().position(|k| *k == label.kind)?, worth(label))))
        .collect();
    let evidence: Vec<Sample> = chosen()
        .filter_map(|(label, signs)| {
            let record = if label.kind == Kind::Record { 1.0 } else { 0.4 };
            Some((signs.clone()?, usize::from(label.answers_content_match), worth(label) * record))
        })
        .collect();
    let repositories: BTreeSet<&str> = chosen().map(|(label, _)| label.repo.as_str()).collect();
    let head = format!(
        "# Weights of the signs, trained by `evaluate -- FOLDER --train` on {} documents of {} repositories.\n",
        chosen().count(),
        repositories.len()
    );
    let two = train(&evidence, &["none", "evidence"], SHRINK);
    let evidence = two[1].iter().map(|(name, weight)| (name.clone(), weight - two[0][name])).collect();
    head + &written(&train(&kinds, &KINDS.map(Kind::word), SHRINK), &evidence)
}

/// `weights.toml` as it stands before any document is seen.
pub fn before() -> String {
    let row = |class: &str| {
        let row = PRIOR.iter().find(|(own, _)| *own == class).map_or(&[][..], |(_, row)| row);
        row.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect::<Weights>()
    };
    written(&KINDS.map(|kind| row(kind.word())), &row("evidence"))
}

fn written(kinds: &[Weights], evidence: &Weights) -> String {
    let mut out = String::from(LEGEND);
    let mut section = |name: &str, weights: &Weights| {
        let _ = writeln!(out, "\n[{name}]");
        for (name, weight) in weights {
            let _ = writeln!(out, "{name} = {weight:.3}");
        }
    };
    for (kind, weights) in KINDS.iter().zip(kinds) {
        section(&format!("kind.{}", kind.word()), weights);
    }
    section("evidence", evidence);
    out
}
