//! Precision, recall and F1 of every question, with bootstrap intervals over repositories.

use std::collections::BTreeMap;

use lookback_reading::{Constraint, Kind, Reading};

use crate::corpus::Label;

/// Answers counted against the truth.
#[derive(Clone, Copy, Default)]
pub struct Score {
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

    /// As the word says; `NaN` without any.
    pub fn precision(&self) -> f64 {
        self.hit / (self.hit + self.false_alarm)
    }

    /// Found, and not there.
    pub fn false_alarms(&self) -> f64 {
        self.false_alarm
    }

    /// As the word says; `NaN` without any.
    pub fn recall(&self) -> f64 {
        self.hit / (self.hit + self.missed)
    }

    /// As the word says; `NaN` without any.
    pub fn f1(&self) -> f64 {
        2.0 * self.hit / (2.0 * self.hit + self.false_alarm + self.missed)
    }
}

/// A label and what the reader said.
pub type Case = (Label, Reading);

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

fn line(name: &str, cases: &[&Case], question: &dyn Fn(&Case) -> Option<(bool, bool)>) {
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
}

/// The figures that have a floor.
pub struct Figures {
    /// `CONTENT_MATCH`.
    pub matched: Score,
    /// Share of documents whose kind is right.
    pub kind: f64,
    /// Each constraint.
    pub constraints: Vec<(Constraint, Score)>,
}

impl Figures {
    /// Counts them.
    pub fn of(cases: &[&Case]) -> Figures {
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let share = |part: usize| part as f64 / cases.len() as f64;
        Figures {
            matched: score(cases.iter().copied(), |case| Some(content(case))),
            kind: share(cases.iter().filter(|(label, reading)| label.kind == reading.kind).count()),
            constraints: Constraint::ALL
                .into_iter()
                .map(|of| (of, score(cases.iter().copied(), |case| met(case, of))))
                .collect(),
        }
    }
}

/// Is the constraint met, and ought it to be? `None` where the text does not decide.
fn met((label, reading): &Case, constraint: Constraint) -> Option<(bool, bool)> {
    Some((
        reading.constraints.get(&constraint).is_some_and(lookback_reading::Answered::met),
        label.constraint(constraint)?,
    ))
}

fn content((label, reading): &Case) -> (bool, bool) {
    (reading.content_match.is_proven(), label.answers_content_match)
}

/// What the default path pattern alone would say.
pub fn path_signal(cases: &[&Case]) -> Score {
    score(cases.iter().copied(), |(label, _)| Some((label.path_matches_regex, label.answers_content_match)))
}

/// Prints every question's figures.
pub fn report(name: &str, cases: &[&Case]) {
    println!("\n{name}: {} documents", cases.len());
    line("CONTENT_MATCH", cases, &|case| Some(content(case)));
    println!("  kind accuracy                {:.2}", Figures::of(cases).kind);
    for kind in [Kind::Record, Kind::Procedure, Kind::Template, Kind::Other] {
        line(&format!("kind {}", kind.word()), cases, &move |(label, reading): &Case| {
            Some((reading.kind == kind, label.kind == kind))
        });
    }
    for constraint in Constraint::ALL {
        line(constraint.id(), cases, &move |case: &Case| met(case, constraint));
    }
}
