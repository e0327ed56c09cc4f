//! Measures the reader on labelled documents: `cargo run --release --example evaluate -- ../shared/corpus`.
//!
//! Every repository is judged with weights that were trained without it. Printed are precision, recall and F1 for
//! `CONTENT_MATCH`, each kind and each constraint, with and without the ambiguous documents, with bootstrap intervals over
//! repositories; dates and references; what the trained weights add; and every confusion with the reader's reason.
//! Below the floor (`FLOOR`) the exit code is 1.
//!
//! - `--brief`: without the confusions.
//! - `--part=open`, `--part=sealed`: two thirds of the repositories, to work on; the last third judged with weights
//!   trained on the other two, to look at when the work is done. No floor.
//! - `--shipped`: with `crates/reading/src/words/weights.toml` as it is.
//! - `--signs`: the signs of each document.
//! - `--train`: trains on all documents and rewrites `crates/reading/src/words/weights.toml`. Deterministic.
#![allow(unreachable_pub, reason = "modules of one binary")]
#![expect(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods, reason = "a command")]

mod corpus;
mod score;
mod show;
mod train;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lookback_reading::{Constraint, Reader};

use corpus::{Labelled, Part};
use score::{Case, Figures};

/// Where the weights lie.
const WEIGHTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/reading/src/words/weights.toml");

/// What `CONTENT_MATCH` (F1, precision) and kind (accuracy) have to reach on the unambiguous documents, a little under what they do.
const FLOOR: [f64; 3] = [0.88, 0.93, 0.85];
/// F1 of the constraints that a procedure can meet as well. The other two need a review that was held: no false alarm at all.
const CONSTRAINT_FLOOR: f64 = 0.75;
/// Share of the stated dates found exactly. None may be wrong.
const DATES_FLOOR: f64 = 0.95;

/// Which weights a document is judged with.
#[derive(Clone, Copy, PartialEq)]
enum With {
    /// Those that ship.
    Shipped,
    /// What is known before any document: the rules alone.
    Rules,
    /// Trained without the document's repository.
    Trained,
}

/// Reads every document of `judged`, training on `known`.
fn read(judged: &[Labelled], known: &[Labelled], with: With) -> Result<(Vec<Case>, Duration), String> {
    let reader = Reader::new(&[], &[]);
    let mut readers: BTreeMap<&str, Reader> = BTreeMap::new();
    let samples = if with == With::Trained { train::samples(known, &reader) } else { Vec::new() };
    for (label, _) in judged {
        if !readers.contains_key(label.repo.as_str()) {
            let own = match with {
                With::Shipped => reader.clone(),
                With::Rules => reader.clone().with_weights(&train::before())?,
                With::Trained => reader.clone().with_weights(&train::weights(&samples, Some(label.repo.as_str())))?,
            };
            readers.insert(&label.repo, own);
        }
    }
    let mut spent = Duration::ZERO;
    let mut cases = Vec::new();
    for (label, bytes) in judged {
        let start = Instant::now();
        let reading = readers.get(label.repo.as_str()).unwrap_or(&reader).read(&label.path, bytes);
        spent += start.elapsed();
        cases.push((label.clone(), reading));
    }
    Ok((cases, spent))
}

fn clear(cases: &[Case]) -> Vec<&Case> {
    cases.iter().filter(|(label, _)| !label.ambiguous).collect()
}

/// Prints the figures of the rules alone, of single signals and of the trained weights side by side.
fn compare(judged: &[Labelled], trained: &[Case]) -> Result<(), String> {
    println!("\nWhat the weights add (without the ambiguous)");
    let (rules, _) = read(judged, &[], With::Rules)?;
    for (name, cases) in [("rules, no training", &rules[..]), ("rules and trained weights", trained)] {
        let figures = Figures::of(&clear(cases));
        println!(
            "  {name:<28} CONTENT_MATCH P {:.2} R {:.2} F1 {:.2}, kind accuracy {:.2}",
            figures.matched.precision(),
            figures.matched.recall(),
            figures.matched.f1(),
            figures.kind
        );
    }
    let path = score::path_signal(&clear(trained));
    println!(
        "  {:<28} CONTENT_MATCH P {:.2} R {:.2} F1 {:.2}",
        "path signal alone",
        path.precision(),
        path.recall(),
        path.f1()
    );
    Ok(())
}

fn run(arguments: &[String]) -> Result<bool, String> {
    let asked = |name: &str| arguments.iter().any(|a| a == name);
    let folder = arguments.iter().find(|a| !a.starts_with("--")).map_or("../shared/corpus", String::as_str);
    let all = corpus::load(Path::new(folder))?;
    if asked("--train") {
        let text = train::weights(&train::samples(&all, &Reader::new(&[], &[])), None);
        std::fs::write(WEIGHTS, text).map_err(|error| format!("{WEIGHTS}: {error}"))?;
        println!("{WEIGHTS} rewritten from {} documents", all.len());
        return Ok(true);
    }
    let only = |part: Part| all.iter().filter(|(label, _)| label.part() == part).cloned().collect::<Vec<_>>();
    let part = if asked("--part=open") {
        Some(Part::Open)
    } else if asked("--part=sealed") {
        Some(Part::Sealed)
    } else {
        None
    };
    let known = if part.is_some() { only(Part::Open) } else { all.clone() };
    let judged = part.map_or_else(|| all.clone(), only);
    if asked("--signs") {
        show::signs(&judged);
        return Ok(true);
    }
    let with = if asked("--shipped") { With::Shipped } else { With::Trained };
    let (cases, spent) = read(&judged, &known, with)?;
    let weights = if with == With::Shipped { "weights as shipped" } else { "weights trained without the repository" };
    println!("{} documents read in {spent:.1?}; {weights}", cases.len());
    score::report("Without the ambiguous", &clear(&cases));
    score::report("With the ambiguous", &cases.iter().collect::<Vec<_>>());
    let dates = show::dates(&cases);
    compare(&judged, &cases)?;
    if !asked("--brief") {
        show::confusions(&cases);
    }
    let figures = Figures::of(&clear(&cases));
    Ok(part.is_some() || with == With::Shipped || above_floor(&figures, dates))
}

fn above_floor(figures: &Figures, (exact, wrong, missed): (usize, usize, usize)) -> bool {
    let [f1, precision, kind] = FLOOR;
    let mut least = vec![
        ("CONTENT_MATCH F1".to_owned(), figures.matched.f1(), f1),
        ("CONTENT_MATCH precision".to_owned(), figures.matched.precision(), precision),
        ("kind accuracy".to_owned(), figures.kind, kind),
    ];
    for (constraint, score) in &figures.constraints {
        if matches!(constraint, Constraint::IssuesExamined | Constraint::ProcessAssessed) {
            least.push((format!("{} without false alarm", constraint.id()), -score.false_alarms(), 0.0));
        } else {
            least.push((format!("{} F1", constraint.id()), score.f1(), CONSTRAINT_FLOOR));
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let (exact, wrong, all) = (exact as f64, wrong as f64, (exact + wrong + missed) as f64);
    least.push(("share of exact dates".to_owned(), exact / all, DATES_FLOOR));
    least.push(("dates without a wrong one".to_owned(), -wrong, 0.0));
    let below: Vec<_> = least.iter().filter(|(_, reached, floor)| reached.is_nan() || reached < floor).collect();
    for (name, reached, floor) in &below {
        eprintln!("error: {name} is {reached:.3}, below its floor of {floor}");
    }
    below.is_empty()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
