//! Measures the reader on labelled documents: `cargo run --release --example evaluate -- ../shared/corpus`.
//!
//! Prints precision, recall and F1 for `CONTENT_MATCH`, kind and each constraint, with and without ambiguous documents,
//! with bootstrap intervals over repositories, and the confusion list with the reader's reasons. `--floor` fails the run
//! below the floor that the project promises.

#![expect(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods, reason = "a command")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lookback::reading::{DateSource, Kind, Reader, Reading};
use lookback::requirement::Constraint;
use serde::Deserialize;

#[derive(Clone, Deserialize)]
struct Label {
    id: u32,
    repo: String,
    path: String,
    kind: Kind,
    answers_content_match: bool,
    c1: Option<bool>,
    c2: Option<bool>,
    c3: Option<bool>,
    c4: Option<bool>,
    c5: Option<bool>,
    c6: Option<bool>,
    review_date: Option<String>,
    period_start: Option<String>,
    period_end: Option<String>,
    #[serde(default)]
    security_issue_ids: Vec<String>,
    ambiguous: bool,
    why: String,
    file: String,
}

impl Label {
    fn constraint(&self, constraint: Constraint) -> Option<bool> {
        [self.c1, self.c2, self.c3, self.c4, self.c5, self.c6][constraint as usize]
    }
}

#[derive(Clone, Copy, Default)]
struct Score {
    hit: f64,
    false_alarm: f64,
    missed: f64,
    right_no: f64,
}

impl Score {
    fn add(&mut self, found: bool, truth: bool) {
        match (found, truth) {
            (true, true) => self.hit += 1.0,
            (true, false) => self.false_alarm += 1.0,
            (false, true) => self.missed += 1.0,
            (false, false) => self.right_no += 1.0,
        }
    }

    fn precision(&self) -> f64 {
        self.hit / (self.hit + self.false_alarm)
    }

    fn recall(&self) -> f64 {
        self.hit / (self.hit + self.missed)
    }

    fn f1(&self) -> f64 {
        2.0 * self.hit / (2.0 * self.hit + self.false_alarm + self.missed)
    }
}

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
            ("told", 4.0),
            ("date_held", 1.5),
            ("title_incident", 1.5),
            ("title_meeting", 1.5),
            ("title_report", 1.0),
            ("title_audit", 1.0),
            ("name_dated", 0.8),
            ("headings_record", 1.5),
            ("headings_dated", 1.0),
            ("dated", 0.8),
            ("participants", 0.5),
            ("we", 0.5),
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
        ],
    ),
    (
        "template",
        &[
            ("title_template", 4.0),
            ("path_template", 2.5),
            ("self_template", 2.0),
            ("gaps", 4.0),
            ("gaps_some", 2.0),
            ("empty_cells", 3.0),
            ("unticked", 2.0),
            ("told", -2.0),
            ("instruction", 2.0),
        ],
    ),
    (
        "other",
        &[("bias", 0.7), ("title_other", 2.0), ("self_other", 2.0), ("feature", 1.5), ("links", 0.7), ("plan", 1.0)],
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
        ],
    ),
];

/// Softmax regression by gradient descent with momentum; deterministic. `shrink` pulls weights to zero.
fn train(samples: &[Sample], classes: &[&str], shrink: f64) -> Vec<Weights> {
    let names: Vec<&str> = samples.first().map(|s| s.0.keys().copied().collect()).unwrap_or_default();
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
    let known = |class: &str, name: &str| {
        let row = PRIOR.iter().find(|(own, _)| *own == class).map_or(&[][..], |(_, row)| row);
        row.iter().find(|(own, _)| *own == name).map_or(0.0, |(_, weight)| *weight)
    };
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

/// `weights.toml` for the documents of all repositories but one.
fn weights_without(labels: &[(Label, Option<BTreeMap<&'static str, f32>>)], left_out: Option<&str>) -> String {
    use std::fmt::Write as _;
    let chosen = || labels.iter().filter(|(label, _)| Some(label.repo.as_str()) != left_out);
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
    let mut out = String::from(
        "# Weights of the signs, trained by `cargo run --release --example evaluate -- --train`. Read `+` as speaking for,\n# `-` as speaking against.\n",
    );
    for (kind, weights) in KINDS.iter().zip(train(&kinds, &KINDS.map(Kind::word), 0.02)) {
        let _ = writeln!(out, "\n[kind.{}]", kind.word());
        for (name, weight) in weights {
            let _ = writeln!(out, "{name} = {weight:.3}");
        }
    }
    let two = train(&evidence, &["none", "evidence"], 0.02);
    let _ = writeln!(out, "\n[evidence]");
    for (name, weight) in &two[1] {
        let _ = writeln!(out, "{name} = {:.3}", weight - two[0][name]);
    }
    out
}

type Case = (Label, Reading);
type Question = fn(&Case) -> Option<(bool, bool)>;

fn score<'a>(cases: impl Iterator<Item = &'a Case>, question: impl Fn(&Case) -> Option<(bool, bool)>) -> Score {
    let mut score = Score::default();
    for (found, truth) in cases.filter_map(question) {
        score.add(found, truth);
    }
    score
}

/// The middle 95 % of F1 when repositories are drawn with replacement.
fn interval(cases: &[&Case], question: &dyn Fn(&Case) -> Option<(bool, bool)>) -> (f64, f64) {
    let mut groups: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        groups.entry(case.0.repo.as_str()).or_default().push(case);
    }
    let groups: Vec<Vec<&Case>> = groups.into_values().collect();
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut values: Vec<f64> = (0..1000)
        .map(|_| {
            let drawn = (0..groups.len()).flat_map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let index = usize::try_from(seed % groups.len() as u64).unwrap_or(0);
                groups[index].iter().copied()
            });
            score(drawn, question).f1()
        })
        .filter(|value| value.is_finite())
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values.get(values.len() * share / 1000).copied().unwrap_or(f64::NAN);
    (at(25), at(975))
}

fn line(name: &str, cases: &[&Case], question: &dyn Fn(&Case) -> Option<(bool, bool)>) -> Score {
    let all = score(cases.iter().copied(), question);
    let (low, high) = interval(cases, question);
    println!(
        "  {name:<28} P {:.2}  R {:.2}  F1 {:.2} [{low:.2}, {high:.2}]  tp {} fp {} fn {} tn {}",
        all.precision(),
        all.recall(),
        all.f1(),
        all.hit,
        all.false_alarm,
        all.missed,
        all.right_no
    );
    all
}

fn report(name: &str, cases: &[&Case]) -> (Score, f64) {
    println!("\n{name}: {} documents", cases.len());
    let content: Question = |(label, reading)| Some((reading.content_match, label.answers_content_match));
    let matched = line("CONTENT_MATCH", cases, &content);
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let right = cases.iter().filter(|(label, reading)| label.kind == reading.kind).count() as f64 / cases.len() as f64;
    println!("  kind accuracy                {right:.2}");
    for kind in [Kind::Record, Kind::Procedure, Kind::Template, Kind::Other] {
        line(&format!("kind {}", kind.word()), cases, &move |(label, reading): &Case| {
            Some((reading.kind == kind, label.kind == kind))
        });
    }
    for constraint in Constraint::ALL {
        line(constraint.id(), cases, &move |(label, reading): &Case| {
            Some((reading.constraints.get(&constraint).is_some_and(|answer| answer.met), label.constraint(constraint)?))
        });
    }
    (matched, right)
}

fn dates(cases: &[&Case]) {
    let (mut exact, mut wrong, mut missed) = (0, 0, 0);
    println!("\nReview dates");
    for (label, reading) in cases {
        let found = reading.fields.date_held.as_ref().map(|date| date.value.to_string());
        let stated = matches!(reading.fields.date_source, Some(DateSource::Stated | DateSource::StatedMonth));
        match (&label.review_date, found) {
            (Some(truth), Some(found)) if *truth == found => exact += 1,
            (Some(truth), Some(found)) => {
                wrong += 1;
                println!("  {:03} wrong: {found} ({:?}), labelled {truth}", label.id, reading.fields.date_source);
            }
            (Some(truth), None) => {
                missed += 1;
                println!("  {:03} missed: {truth}", label.id);
            }
            (None, Some(found)) if stated => println!(
                "  {:03} extra: {found}, {:?}",
                label.id,
                reading.fields.date_held.as_ref().map(|d| &d.quote.text)
            ),
            (None, _) => {}
        }
    }
    println!("  exact {exact}, wrong {wrong}, missed {missed}");
    for (label, reading) in cases {
        let from = reading.fields.period_from.as_ref().map(|d| d.value.to_string());
        let to = reading.fields.period_to.as_ref().map(|d| d.value.to_string());
        if (label.period_start.is_some() || label.period_end.is_some() || from.is_some() || to.is_some())
            && (from != label.period_start || to != label.period_end)
        {
            println!(
                "  {:03} period {from:?}..{to:?}, labelled {:?}..{:?}",
                label.id, label.period_start, label.period_end
            );
        }
        for id in &label.security_issue_ids {
            if reading.limits.is_empty()
                && !reading.references.iter().any(|reference| reference.id.eq_ignore_ascii_case(id))
            {
                println!("  {:03} reference {id} not found", label.id);
            }
        }
    }
}

fn confusion(cases: &[Case]) {
    println!("\nConfusions (document: found / labelled; why)");
    for (label, reading) in cases {
        let mut wrong = Vec::new();
        if reading.content_match != label.answers_content_match {
            wrong.push(format!("match {}/{}", reading.content_match, label.answers_content_match));
        }
        if reading.kind != label.kind {
            wrong.push(format!("kind {} {}%/{}", reading.kind.word(), reading.confidence, label.kind.word()));
        }
        for constraint in Constraint::ALL {
            let found = reading.constraints.get(&constraint).is_some_and(|answer| answer.met);
            if label.constraint(constraint).is_some_and(|truth| truth != found) {
                wrong.push(format!("c{} {}", constraint as usize + 1, if found { "claimed" } else { "missed" }));
            }
        }
        if wrong.is_empty() {
            continue;
        }
        let why = reading
            .constraints
            .get(&Constraint::ProcessAssessed)
            .and_then(|answer| answer.why_not.clone())
            .unwrap_or_default();
        let mark = if label.ambiguous { "~" } else { " " };
        println!(
            "{mark} {:03} {}: {}\n      label: {}\n      reader: {why}{}",
            label.id,
            label.path,
            wrong.join(", "),
            label.why,
            reading.limits.iter().map(|l| format!("; {l}")).collect::<String>()
        );
    }
}

fn labels(folder: &Path) -> Result<Vec<(Label, Vec<u8>)>, String> {
    let manifest = folder.join("manifest.jsonl");
    let text = std::fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
    let read = |(index, row): (usize, &str)| {
        let label: Label = serde_json::from_str(row)
            .map_err(|error| format!("{}, line {}: {error}", manifest.display(), index + 1))?;
        let file = folder.join(&label.file);
        let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok((label, bytes))
    };
    text.lines().enumerate().map(read).collect()
}

fn run(arguments: &[String]) -> Result<bool, String> {
    let asked = |name: &str| arguments.iter().any(|a| a == name);
    let folder = arguments.iter().find(|a| !a.starts_with("--")).map_or("../shared/corpus", String::as_str);
    let documents = labels(Path::new(folder))?;
    let reader = Reader::new(&[], &[]);
    let signs = |label: &Label, bytes: &[u8]| reader.signs(&label.path, bytes);
    if asked("--train") {
        let samples: Vec<_> = documents
            .into_iter()
            .map(|(label, bytes)| {
                let s = signs(&label, &bytes);
                (label, s)
            })
            .collect();
        println!("{}", weights_without(&samples, None).trim_end());
        return Ok(true);
    }
    if asked("--signs") {
        for (label, bytes) in &documents {
            println!(
                "{:03} {} {} {:?}",
                label.id,
                label.kind.word(),
                label.answers_content_match,
                signs(label, bytes)
                    .unwrap_or_default()
                    .into_iter()
                    .filter(|(_, v)| *v > 0.0)
                    .collect::<BTreeMap<_, _>>()
            );
        }
        return Ok(true);
    }
    // Each repository is read with weights that were trained without it, unless the shipped ones are asked for.
    let mut readers: BTreeMap<String, Reader> = BTreeMap::new();
    if !asked("--shipped") {
        let samples: Vec<_> = documents.iter().map(|(label, bytes)| (label.clone(), signs(label, bytes))).collect();
        for (label, _) in &documents {
            if !readers.contains_key(&label.repo) {
                let weights = weights_without(&samples, Some(&label.repo));
                readers.insert(label.repo.clone(), reader.clone().with_weights(&weights)?);
            }
        }
    }
    let mut spent = Duration::ZERO;
    let mut cases: Vec<Case> = Vec::new();
    for (label, bytes) in documents {
        let start = Instant::now();
        let reading = readers.get(&label.repo).unwrap_or(&reader).read(&label.path, &bytes);
        spent += start.elapsed();
        cases.push((label, reading));
    }
    println!(
        "{} documents read in {spent:.1?}; {}",
        cases.len(),
        if asked("--shipped") { "weights as shipped" } else { "weights trained without the repository they judge" }
    );
    let clear: Vec<&Case> = cases.iter().filter(|(label, _)| !label.ambiguous).collect();
    let all: Vec<&Case> = cases.iter().collect();
    let (matched, right) = report("Without the ambiguous", &clear);
    report("With the ambiguous", &all);
    dates(&all);
    if !asked("--brief") {
        confusion(&cases);
    }
    Ok(!asked("--floor") || matched.f1() >= 0.85 && matched.precision() >= 0.90 && right >= 0.85)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("error: below the floor: CONTENT_MATCH F1 0.85, precision 0.90, kind accuracy 0.85");
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
