//! Measures the reader on labelled documents: `cargo run --release --example evaluate -- ../shared/corpus`.
//!
//! Prints precision, recall and F1 for CONTENT_MATCH, kind and each constraint, with and without ambiguous documents,
//! with bootstrap intervals over repositories, and the confusion list with the reader's reasons. `--floor` fails the run
//! below the floor that the project promises.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lookback::reading::{DateSource, Kind, Reader, Reading};
use lookback::requirement::Constraint;
use serde::Deserialize;

#[derive(Deserialize)]
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

fn load(folder: &Path) -> Result<(Vec<Case>, Duration), String> {
    let manifest = folder.join("manifest.jsonl");
    let text = std::fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
    let reader = Reader::new(&[], &[]);
    let mut cases = Vec::new();
    let mut spent = Duration::ZERO;
    for (index, row) in text.lines().enumerate() {
        let label: Label = serde_json::from_str(row)
            .map_err(|error| format!("{}, line {}: {error}", manifest.display(), index + 1))?;
        let file = folder.join(&label.file);
        let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let start = Instant::now();
        let reading = reader.read(&label.path, &bytes);
        spent += start.elapsed();
        cases.push((label, reading));
    }
    Ok((cases, spent))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.iter().find(|a| !a.starts_with("--")).map_or("../shared/corpus", String::as_str);
    let (cases, spent) = match load(Path::new(folder)) {
        Ok(loaded) => loaded,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    println!("{} documents read in {spent:.1?}", cases.len());
    let clear: Vec<&Case> = cases.iter().filter(|(label, _)| !label.ambiguous).collect();
    let all: Vec<&Case> = cases.iter().collect();
    let (matched, right) = report("Without the ambiguous", &clear);
    report("With the ambiguous", &all);
    dates(&all);
    if !arguments.iter().any(|a| a == "--brief") {
        confusion(&cases);
    }
    let enough = matched.f1() >= 0.85 && matched.precision() >= 0.90 && right >= 0.85;
    if arguments.iter().any(|a| a == "--floor") && !enough {
        eprintln!("error: below the floor: CONTENT_MATCH F1 0.85, precision 0.90, kind accuracy 0.85");
        return ExitCode::from(1);
    }
    ExitCode::SUCCESS
}
