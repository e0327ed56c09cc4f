//! The judge: what sort of document it is, whether it is the evidence asked for, and which constraints it meets. Works on
//! the units and fields that others found; every answer carries the words that decide it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::dates;
use super::lexicon::{Lexicon, Marks, Term};
use super::model::Document;
use super::statements::Titles;
use super::units::{Form, Mood, Unit};
use crate::reading::{Answer, Aspect, Kind, Reading};
use crate::requirement::Constraint;
use crate::text::Quote;

/// What the judge looks at.
pub struct Case<'a> {
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
}

/// Counts on which the judge decides; public so that the evaluation can print them.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// Units other than headings.
    pub units: f32,
    /// Share of units that state facts with a verb of the past.
    pub past: f32,
    /// Share of obligations.
    pub obligation: f32,
    /// Share of units about security.
    pub security: f32,
    /// Placeholders per unit.
    pub gaps: f32,
    /// Unticked boxes.
    pub unticked: f32,
    /// Dates to the day.
    pub dates: f32,
    /// Classes of title and path.
    pub title: Marks,
    /// Classes of the path's last part.
    pub file: Marks,
    /// Facts about security defects.
    pub defect_facts: f32,
    /// Facts about causes.
    pub cause_facts: f32,
    /// Facts about deployed software.
    pub deployed_facts: f32,
    /// Facts about improvement.
    pub improve_facts: f32,
    /// Facts about attacks.
    pub attack_facts: f32,
    /// Facts about handling.
    pub handling_facts: f32,
    /// Units about outages.
    pub outage: f32,
    /// Units about product features.
    pub feature: f32,
    /// Units that describe a code review before deployment.
    pub code_review: f32,
    /// Units that speak of recurrence.
    pub periodic: f32,
    /// Units with figures about handling.
    pub metric: f32,
    /// Instructions.
    pub instruction: f32,
}

impl Case<'_> {
    fn quote(&self, span: Range<usize>) -> Quote {
        self.doc.quote(span)
    }

    /// Counts the signs.
    pub fn signs(&self, reading: &Reading) -> Signs {
        let mut signs = Signs::default();
        let title = reading.fields.title.as_ref().map_or("", |title| title.value.as_str());
        signs.title = self.lexicon.marks(title);
        let file = self.path.rsplit('/').next().unwrap_or(self.path);
        signs.file = self.lexicon.marks(&file.replace('_', " "));
        for unit in self.units.iter().filter(|unit| unit.form != Form::Heading) {
            signs.units += 1.0;
            let one = |yes: bool| if yes { 1.0 } else { 0.0 };
            let fact = unit.is_fact() && unit.has(Term::Past);
            signs.past += one(fact);
            signs.obligation += one(unit.mood == Mood::Obligation);
            signs.security += one(unit.marks.any(&[Term::Security, Term::SecurityDefect]));
            signs.defect_facts += one(fact && unit.marks.any(&[Term::SecurityDefect, Term::Attack]));
            signs.cause_facts += one(unit.is_fact() && unit.has(Term::Cause));
            signs.deployed_facts += one(fact && unit.has(Term::Deployed));
            signs.improve_facts += one(unit.is_fact() && unit.has(Term::Improve));
            signs.attack_facts += one(fact && unit.has(Term::Attack));
            signs.handling_facts += one(fact && unit.has(Term::Handling));
            signs.outage += one(unit.has(Term::Outage));
            signs.feature += one(unit.has(Term::Feature));
            signs.code_review += one(unit.has(Term::CodeReview));
            signs.periodic += one(unit.has(Term::Periodic));
            signs.metric += one(unit.has(Term::Metric));
            signs.instruction += one(unit.has(Term::Instruction));
            signs.dates +=
                dates::find(&unit.text).iter().filter(|f| matches!(f.written, dates::Written::Day(_))).count() as f32;
        }
        signs.unticked = self.units.iter().filter(|unit| unit.checked == Some(false)).count() as f32;
        let n = signs.units.max(1.0);
        signs.gaps = (reading.placeholders.len() as f32 - signs.unticked).max(0.0) / n;
        signs
    }

    /// Fills in kind, confidence, content match, constraints and presentation.
    pub fn judge(&self, reading: &mut Reading) {
        let signs = self.signs(reading);
        let (kind, confidence) = self.kind(&signs, reading);
        reading.kind = kind;
        reading.confidence = confidence;
        let held = self.held(&signs, reading, kind);
        reading.presents_review = self.presents_review(&signs, kind);
        reading.content_match = false;
        let evidence = self.evidence(&signs, reading);
        reading.content_match = kind == Kind::Record && held.is_ok() && evidence.any();
        reading.constraints = self.constraints(&signs, reading, kind, &held, &evidence);
    }

    fn kind(&self, signs: &Signs, reading: &Reading) -> (Kind, u8) {
        let n = signs.units.max(1.0);
        if signs.units < 1.0 {
            return (Kind::Other, 95);
        }
        let title = |term: Term| f32::from(u8::from(signs.title.has(term)));
        let file = |term: Term| f32::from(u8::from(signs.file.has(term)));
        let past = signs.past / n;
        let must = signs.obligation / n;
        let mut template = 3.0 * title(Term::TemplateTitle)
            + 2.0 * file(Term::TemplateTitle)
            + 8.0 * signs.gaps.min(0.5)
            + (signs.unticked / n * 3.0)
            + (signs.instruction / n * 3.0)
            - 2.0 * past;
        if self.path.to_lowercase().contains("template") || self.path.to_lowercase().contains("vorlage") {
            template += 2.0;
        }
        let procedure = 2.0 * title(Term::ProcedureTitle) + file(Term::ProcedureTitle) + 5.0 * must - 2.0 * past
            + 0.5 * f32::from(u8::from(reading.interval.is_some()));
        let mut record = 1.5
            * title(Term::IncidentTitle)
                .max(title(Term::ReviewTitle))
                .max(title(Term::MeetingTitle))
                .max(title(Term::ReportTitle))
                .max(title(Term::AuditTitle))
            + 4.0 * past
            + (signs.dates / 5.0).min(1.0);
        if reading.fields.date_held.is_some() {
            record += 1.5;
        }
        if !dates::find(&reading.fields.title.as_ref().map(|t| t.value.clone()).unwrap_or_default()).is_empty() {
            record += 0.7;
        }
        let other = 1.0 + 1.5 * title(Term::OtherTitle) + 2.0 * (signs.feature / n).min(1.0);
        let scores =
            [(Kind::Record, record), (Kind::Procedure, procedure), (Kind::Template, template), (Kind::Other, other)];
        let total: f32 = scores.iter().map(|(_, score)| score.exp()).sum();
        let best = scores
            .iter()
            .copied()
            .fold((Kind::Other, f32::MIN), |best, next| if next.1 > best.1 { next } else { best });
        (best.0, (best.1.exp() / total * 100.0).clamp(1.0, 99.0) as u8)
    }

    /// Was it carried out? The error says why not, with the words.
    fn held(&self, signs: &Signs, reading: &Reading, kind: Kind) -> Result<(), (String, Vec<Quote>)> {
        if kind != Kind::Record {
            return Err(("it does not record something carried out".to_owned(), Vec::new()));
        }
        if let Some(draft) = &reading.fields.draft {
            return Err(("it is marked as not in force".to_owned(), vec![draft.clone()]));
        }
        if let Some(unit) = self.units.iter().find(|unit| unit.has(Term::NotHeld) && unit.length < 40) {
            return Err(("it says that the review was not held".to_owned(), vec![self.quote(unit.span.clone())]));
        }
        if let Some(unit) = self.units.iter().take(15).find(|unit| unit.has(Term::Example)) {
            return Err(("it is marked as an example or simulation".to_owned(), vec![self.quote(unit.span.clone())]));
        }
        if signs.gaps > 0.25 {
            return Err(("it is not filled in".to_owned(), reading.placeholders.iter().take(3).cloned().collect()));
        }
        Ok(())
    }

    fn presents_review(&self, signs: &Signs, kind: Kind) -> bool {
        kind != Kind::Procedure
            && (signs.title.has(Term::ReviewTitle) || signs.file.has(Term::ReviewTitle))
            && signs.code_review < 2.0
    }

    fn evidence(&self, signs: &Signs, reading: &Reading) -> Evidence {
        let n = signs.units.max(1.0);
        let security = signs.security / n;
        let incident = signs.title.has(Term::IncidentTitle) || signs.file.has(Term::IncidentTitle);
        let about_security = security > 0.15 || signs.title.any(&[Term::Security, Term::SecurityDefect, Term::Attack]);
        let aspects =
            Aspect::ALL.iter().filter(|aspect| reading.assessments.iter().any(|a| a.aspect == **aspect)).count();
        let periodic = reading.presents_review
            || signs.title.any(&[Term::MeetingTitle, Term::ReportTitle, Term::Periodic]) && signs.periodic > 0.0;
        let analysis = signs.defect_facts >= 2.0
            && signs.cause_facts >= 1.0
            && (incident || signs.improve_facts >= 2.0)
            && about_security;
        Evidence {
            review: periodic
                && about_security
                && (aspects >= 1 || signs.handling_facts >= 2.0)
                && signs.code_review < 2.0,
            analysis: analysis && signs.code_review < 3.0,
            improvement: incident
                && about_security
                && signs.improve_facts >= 2.0
                && signs.defect_facts >= 1.0
                && signs.code_review < 3.0,
        }
    }

    fn constraints(
        &self,
        signs: &Signs,
        reading: &Reading,
        kind: Kind,
        held: &Result<(), (String, Vec<Quote>)>,
        evidence: &Evidence,
    ) -> BTreeMap<Constraint, Answer> {
        let mut out = BTreeMap::new();
        let quotes = |terms: &[&[Term]]| -> Vec<Quote> {
            self.units
                .iter()
                .filter(|unit| {
                    unit.form != Form::Heading
                        && unit.form != Form::Quote
                        && terms.iter().all(|any| unit.marks.any(any))
                })
                .take(3)
                .map(|unit| self.quote(unit.span.clone()))
                .collect()
        };
        let record = reading.content_match;
        let n = signs.units.max(1.0);
        let procedure = kind == Kind::Procedure
            && (signs.security / n > 0.15 || signs.title.any(&[Term::Security, Term::SecurityDefect]));
        let aspects: Vec<Aspect> =
            Aspect::ALL.into_iter().filter(|aspect| reading.assessments.iter().any(|a| a.aspect == *aspect)).collect();
        for constraint in Constraint::ALL {
            let (met, words, reason): (bool, Vec<Quote>, &str) = match constraint {
                Constraint::ImprovementEstablished => (
                    record && (evidence.improvement || signs.improve_facts >= 1.0)
                        || procedure && signs.periodic > 0.0 && reading.interval.is_some(),
                    quotes(&[&[Term::Improve]]),
                    "no improvement of the security process is stated",
                ),
                Constraint::DeployedDefectsAnalysed => (
                    record && evidence.analysis
                        || procedure && !quotes(&[&[Term::Cause], &[Term::SecurityDefect, Term::Defect]]).is_empty(),
                    reading.analyses.iter().take(3).map(|a| a.quote.clone()).collect(),
                    "no security defect of deployed software is analysed",
                ),
                Constraint::ReviewEstablished => (
                    record && evidence.review || procedure && reading.interval.is_some(),
                    quotes(&[&[Term::Periodic]]),
                    "no periodic review of the handling of security problems is established",
                ),
                Constraint::IssuesExamined => (
                    record
                        && evidence.review
                        && (reading.references.iter().any(|r| r.examined) || signs.defect_facts >= 2.0),
                    quotes(&[&[Term::SecurityDefect], &[Term::Past]]),
                    "no security issue is examined",
                ),
                Constraint::ProcessAssessed => (
                    record && evidence.review && aspects.len() >= 2,
                    reading.assessments.iter().take(3).map(|a| a.quote.clone()).collect(),
                    "completeness, efficiency and resolution are not judged",
                ),
                Constraint::HeldAnnually => (
                    record && evidence.review || procedure && reading.interval.as_ref().is_some_and(|i| i.months <= 12),
                    quotes(&[&[Term::Periodic]]),
                    "no review at least once a year is shown",
                ),
            };
            let answer = if met {
                Answer { met, quotes: words, why_not: None }
            } else {
                match held {
                    Err((why, quotes)) if kind == Kind::Record => {
                        Answer { met, quotes: quotes.clone(), why_not: Some(why.clone()) }
                    }
                    _ => Answer { met, quotes: Vec::new(), why_not: Some(reason.to_owned()) },
                }
            };
            out.insert(constraint, answer);
        }
        out
    }
}

/// Which of the three sorts of evidence a record is.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    review: bool,
    analysis: bool,
    improvement: bool,
}

impl Evidence {
    fn any(self) -> bool {
        self.review || self.analysis || self.improvement
    }
}
