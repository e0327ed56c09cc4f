//! The signs by which the judge decides: shares and counts over a document's units, each with a name. The weights that
//! turn them into answers are data (`weights.toml`), trained by `cargo run --example evaluate -- --train`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::dates::{self, Written};
use super::lexicon::{Lexicon, Marks, Term};
use super::model::{Document, Shape};
use super::statements::Titles;
use super::units::{Form, Mood, Unit};
use crate::reading::{DateSource, Kind, Reading};

/// Named signs of a document, most of them shares between 0 and 1.
pub type Signs = BTreeMap<&'static str, f32>;

/// The weights, as data.
const WEIGHTS: &str = include_str!("weights.toml");

/// Weights of one answer: sign → weight; `bias` stands alone.
pub type Weights = BTreeMap<String, f32>;

/// The weights of all answers.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    kind: BTreeMap<String, Weights>,
    evidence: Weights,
}

impl Model {
    /// Reads weights; the error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The weights that ship with the reader.
    pub fn shipped() -> Arc<Self> {
        static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "the file is part of the program, covered by tests")]
            Arc::new(Model::parse(WEIGHTS).expect("weights.toml is well-formed"))
        });
        Arc::clone(&MODEL)
    }

    /// The likeliest kind, with its probability.
    pub fn kind(&self, signs: &Signs) -> (Kind, f32) {
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
    pub fn evidence(&self, signs: &Signs) -> f32 {
        1.0 / (1.0 + (-weigh(&self.evidence, signs)).exp())
    }
}

fn weigh(weights: &Weights, signs: &Signs) -> f32 {
    let sum: f32 = signs.iter().filter_map(|(name, value)| Some(weights.get(*name)? * value)).sum();
    sum + weights.get("bias").copied().unwrap_or_default()
}

/// What the signs are counted over.
pub struct Material<'a> {
    /// Repository-relative path.
    pub path: &'a str,
    /// The document.
    pub doc: &'a Document,
    /// Its units.
    pub units: &'a [Unit],
    /// Its section titles.
    pub titles: &'a Titles,
    /// The vocabulary.
    pub lexicon: &'a Lexicon,
    /// The weights.
    pub model: &'a Model,
}

impl Material<'_> {
    /// Classes of the title.
    pub fn title(&self, reading: &Reading) -> Marks {
        self.lexicon.marks(reading.fields.title.as_ref().map_or("", |title| title.value.as_str()))
    }

    /// Classes of the file's name.
    pub fn file(&self) -> Marks {
        let file = self.path.rsplit('/').next().unwrap_or(self.path);
        self.lexicon.marks(&file.replace('_', " "))
    }

    /// Classes of the folders.
    fn folders(&self) -> Marks {
        let folders = self.path.rsplit_once('/').map_or("", |(folders, _)| folders);
        self.lexicon.marks(&folders.replace('_', " "))
    }

    /// Counts the signs.
    pub fn count(&self, reading: &Reading) -> Signs {
        let mut signs = Signs::new();
        let body: Vec<&Unit> = self.units.iter().filter(|unit| unit.form != Form::Heading).collect();
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let n = body.len().max(1) as f32;
        let share = |test: &dyn Fn(&Unit) -> bool| -> f32 {
            #[expect(clippy::cast_precision_loss, reason = "small counts")]
            let count = body.iter().filter(|unit| test(unit)).count() as f32;
            count / n
        };
        // A handful is as good as many: counts are softened.
        let some = |test: &dyn Fn(&Unit) -> bool, enough: f32| (share(test) * n / enough).min(1.0);
        let one = |yes: bool| f32::from(u8::from(yes));
        let title = self.title(reading);
        let file = self.file();
        let folders = self.folders();
        let named = |term: Term| one(title.has(term)) * 0.7 + one(file.has(term)) * 0.3;
        signs.insert("told", share(&|u| u.told && u.mood == Mood::Fact));
        signs.insert("obligation", share(&|u| u.mood == Mood::Obligation));
        signs.insert("commands", share(&|u| u.commands && !u.told));
        signs.insert("plan", share(&|u| u.mood == Mood::Plan));
        signs.insert("we", share(&|u| u.has(Term::We)));
        signs.insert("instruction", share(&|u| u.has(Term::Instruction)));
        let boxed = self
            .units
            .iter()
            .filter(|u| {
                u.checked == Some(false)
                    && !self.titles.all(u.section).any(&[Term::ActionHeading, Term::ImproveHeading, Term::FollowUp])
            })
            .count();
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let boxed = boxed as f32;
        signs.insert("unticked", (boxed / n * 2.0).min(1.0));
        signs.insert("feature", share(&|u| u.has(Term::Feature)));
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let gaps = (reading.placeholders.len() as f32 - boxed).max(0.0);
        signs.insert("gaps", (gaps / n * 4.0).min(1.0));
        signs.insert("gaps_some", (gaps / 4.0).min(1.0));
        signs.insert("empty_cells", self.empty_cells());
        let early = |term: Term| one(self.units.iter().take(12).any(|unit| unit.has(term)));
        signs.insert("self_procedure", early(Term::SelfProcedure));
        signs.insert("self_template", early(Term::SelfTemplate));
        signs.insert("self_other", early(Term::SelfOther));
        for (name, term) in [
            ("title_procedure", Term::ProcedureTitle),
            ("title_template", Term::TemplateTitle),
            ("title_incident", Term::IncidentTitle),
            ("title_meeting", Term::MeetingTitle),
            ("title_report", Term::ReportTitle),
            ("title_audit", Term::AuditTitle),
            ("title_review", Term::ReviewTitle),
            ("title_other", Term::OtherTitle),
        ] {
            signs.insert(name, named(term));
        }
        signs.insert("path_template", one(folders.has(Term::TemplateTitle)));
        signs.insert("path_procedure", one(folders.has(Term::ProcedureTitle)));
        let headings = |term: Term| {
            let all = self.doc.sections.iter().enumerate().skip(2);
            let (mut hit, mut total) = (0.0_f32, 0.0_f32);
            for (index, _) in all {
                total += 1.0;
                hit += one(self.titles.own(index).has(term));
            }
            if total > 0.0 { hit / total } else { 0.0 }
        };
        signs.insert("headings_procedure", headings(Term::ProcedureHeading));
        signs.insert("headings_record", headings(Term::RecordHeading));
        signs.insert("headings_dated", {
            let dated = self
                .doc
                .sections
                .iter()
                .skip(1)
                .any(|s| dates::find(&s.title).iter().any(|d| matches!(d.written, Written::Day(_))));
            one(dated)
        });
        signs.insert(
            "date_held",
            one(matches!(reading.fields.date_source, Some(DateSource::Stated | DateSource::StatedMonth))),
        );
        let name = self.path.rsplit('/').next().unwrap_or(self.path).replace('_', "-");
        let dated = |text: &str| dates::find(text).iter().any(|d| d.written != Written::Ambiguous);
        signs.insert("name_dated", one(dated(&name) || reading.fields.title.as_ref().is_some_and(|t| dated(&t.value))));
        let days =
            body.iter().filter(|u| dates::find(&u.text).iter().any(|d| matches!(d.written, Written::Day(_)))).count();
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        signs.insert("dated", (days as f32 / 4.0).min(1.0));
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        signs.insert("references", (reading.references.len() as f32 / 6.0).min(1.0));
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        signs.insert("links", (self.doc.links.len() as f32 / n).min(1.0));
        signs.insert("draft", one(reading.fields.draft.is_some()));
        signs.insert("interval", one(reading.interval.is_some()));
        signs.insert("short", 1.0 - (n / 15.0).min(1.0));
        // What it is about.
        let fact = |u: &Unit| u.is_fact() && u.told;
        // Under a title that names a vulnerability or an attack, the facts are about it.
        let titled = title.any(&[Term::SecurityDefect, Term::Attack]);
        signs.insert("security", share(&|u| u.marks.any(&[Term::Security, Term::SecurityDefect, Term::Attack])));
        signs.insert(
            "title_security",
            one(title.any(&[Term::Security, Term::SecurityDefect, Term::Attack])
                || file.any(&[Term::Security, Term::SecurityDefect, Term::Attack])),
        );
        signs.insert(
            "defect_facts",
            some(
                &|u| {
                    fact(u)
                        && (u.marks.any(&[Term::SecurityDefect, Term::Attack])
                            || titled
                                && u.marks.any(&[
                                    Term::Security,
                                    Term::Defect,
                                    Term::Cause,
                                    Term::Deployed,
                                    Term::LifeCycle,
                                ]))
                },
                5.0,
            ),
        );
        signs.insert("attack_facts", some(&|u| fact(u) && u.has(Term::Attack), 3.0));
        signs.insert(
            "cause_facts",
            some(&|u| u.is_fact() && (u.has(Term::Cause) || self.titles.own(u.section).has(Term::Cause)), 3.0),
        );
        let ticked = self.units.iter().any(|u| u.checked == Some(true));
        signs.insert("all_open", one(boxed >= 3.0 && !ticked));
        signs.insert("missed_facts", some(&|u| fact(u) && u.has(Term::Missed), 3.0));
        signs.insert("deployed_facts", some(&|u| fact(u) && u.has(Term::Deployed), 3.0));
        signs.insert("improve_facts", some(&|u| u.is_fact() && u.has(Term::Improve), 4.0));
        let improving = (0..self.doc.sections.len()).any(|index| self.titles.own(index).has(Term::ImproveHeading));
        signs.insert("improve_heading", one(improving));
        signs.insert(
            "handling_facts",
            some(&|u| fact(u) && u.has(Term::Handling) && u.marks.any(&[Term::Security, Term::SecurityDefect]), 4.0),
        );
        signs.insert("outage", share(&|u| u.has(Term::Outage)));
        signs.insert("code_review", (share(&|u| u.has(Term::CodeReview)) * 5.0).min(1.0));
        signs.insert("periodic", some(&|u| u.has(Term::Periodic), 3.0));
        signs.insert("metric", share(&|u| u.has(Term::Metric)));
        signs.insert("example", early(Term::Example));
        signs.insert("not_held", one(self.units.iter().any(|u| u.has(Term::NotHeld))));
        let aspects: std::collections::BTreeSet<_> = reading.assessments.iter().map(|a| a.aspect.word()).collect();
        #[expect(clippy::cast_precision_loss, reason = "at most three")]
        signs.insert("aspects", aspects.len() as f32 / 3.0);
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        signs.insert("actions", (reading.actions.len() as f32 / 3.0).min(1.0));
        signs.insert("participants", one(!reading.fields.participants.is_empty()));
        signs
    }

    /// Share of empty cells in the tables.
    fn empty_cells(&self) -> f32 {
        let (mut empty, mut all) = (0.0_f32, 0.0_f32);
        for block in &self.doc.blocks {
            if let Shape::Table { rows, .. } = &block.shape {
                for cell in rows.iter().flatten() {
                    all += 1.0;
                    if cell.is_blank() {
                        empty += 1.0;
                    }
                }
            }
        }
        if all > 0.0 { empty / all } else { 0.0 }
    }
}
