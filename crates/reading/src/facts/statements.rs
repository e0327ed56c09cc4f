//! What the sentences and rows say: judgements, follow-ups, analyses.

use crate::grammar::lexicon::{Lexicon, words};
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::{Marks, Term};
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::Document;
use crate::value::reading::{Analysis, Answer, Aspect, Assessment};
use crate::value::text::Quote;

/// Classes of every section's title, with those of the sections around it.
pub(crate) struct Titles {
    own: Vec<Marks>,
    all: Vec<Marks>,
}

impl Titles {
    /// Reads the titles.
    pub(crate) fn of(doc: &Document, lexicon: &Lexicon) -> Self {
        let own: Vec<Marks> = doc.sections.iter().map(|section| lexicon.marks(&section.title)).collect();
        let mut all: Vec<Marks> = Vec::with_capacity(own.len());
        for (index, section) in doc.sections.iter().enumerate() {
            let mut marks = own[index];
            // The document's title says nothing about one section.
            if let Some(parent) = section.parent.filter(|parent| doc.sections[*parent].level > 1) {
                marks.join(all[parent]);
            }
            all.push(marks);
        }
        Titles { own, all }
    }

    /// Classes of a section's own title.
    pub(crate) fn own(&self, section: usize) -> Marks {
        self.own.get(section).copied().unwrap_or_default()
    }

    /// Classes of a section's title and of those around it, the document's title left out.
    pub(crate) fn all(&self, section: usize) -> Marks {
        self.all.get(section).copied().unwrap_or_default()
    }
}

const ASPECTS: [(Aspect, Term, Term, Term); 3] = [
    (Aspect::Completeness, Term::Completeness, Term::CompleteGood, Term::CompleteBad),
    (Aspect::Efficiency, Term::Efficiency, Term::EfficientGood, Term::EfficientBad),
    (Aspect::Resolution, Term::Resolution, Term::ResolvedGood, Term::ResolvedBad),
];

/// Judgements on completeness, efficiency and resolution.
pub(crate) fn assessments(doc: &Document, units: &[Unit], titles: &Titles) -> Vec<Assessment> {
    let mut out: Vec<Assessment> = Vec::new();
    for unit in units {
        if !unit.is_fact() || unit.has(Term::Placeholder) || unit.has(Term::Example) {
            continue;
        }
        let heading = titles.own(unit.section);
        if titles.all(unit.section).any(&[Term::ActionHeading, Term::FollowUp, Term::NotExamined]) {
            continue;
        }
        if let Some((aspect, favourable)) = measured(unit) {
            out.push(Assessment { aspect, answer: Answer::Proven, favourable, quote: doc.quote(unit.span.clone()) });
            continue;
        }
        for (aspect, subject, good, bad) in ASPECTS {
            let under = heading.has(subject);
            // A row or a labelled item may name the aspect in its first words: "Completeness: …", "| Completeness | yes, … |".
            let label = labelled(unit, subject);
            let (good, bad) = (unit.has(good), unit.has(bad));
            let enough = unit.length >= 4;
            let stated = match (under || label, enough) {
                (true, true) => true,
                (true, false) => label && unit.length >= 2 && (good || bad),
                // A row without a label tells of one finding, not of the handling.
                (false, true) => (good || bad) && unit.form != Form::Row && about_handling(unit),
                (false, false) => false,
            };
            if stated {
                let favourable = match (good, bad) {
                    (true, false) => Some(true),
                    (false, true) => Some(false),
                    (true, true) | (false, false) => None,
                };
                out.push(Assessment {
                    aspect,
                    answer: Answer::Proven,
                    favourable,
                    quote: doc.quote(unit.span.clone()),
                });
            }
        }
    }
    out
}

/// Marks and words by which a figure is held against its target.
const VERDICTS: [(&str, Option<bool>); 16] = [
    ("✅", Some(true)),
    ("🟢", Some(true)),
    ("✔", Some(true)),
    ("🔴", Some(false)),
    ("❌", Some(false)),
    ("🟡", None),
    ("🟠", None),
    ("⚠", None),
    ("below target", Some(false)),
    ("below the target", Some(false)),
    ("target missed", Some(false)),
    ("target met", Some(true)),
    ("on target", Some(true)),
    ("above target", Some(true)),
    ("ziel erreicht", Some(true)),
    ("ziel verfehlt", Some(false)),
];

/// A figure on the handling that is held against its target: "MTTR (P1) | < 4 h | 3.2 h | ✅".
fn measured(unit: &Unit) -> Option<(Aspect, Option<bool>)> {
    if !unit.marks.any(&[Term::TimeFigure, Term::ClosedFigure])
        || unit.text.bytes().filter(u8::is_ascii_digit).count() < 2
    {
        return None;
    }
    let lower = unit.text.to_lowercase();
    let (_, favourable) = VERDICTS.iter().find(|(mark, _)| lower.contains(mark))?;
    let about = unit.marks.any(&[Term::Defect, Term::SecurityDefect]) || lower.contains("patch");
    let aspect = if unit.has(Term::TimeFigure) { Aspect::Efficiency } else { Aspect::Resolution };
    about.then_some((aspect, *favourable))
}

/// Are the unit's first words the subject itself?
fn labelled(unit: &Unit, subject: Term) -> bool {
    let head = unit.text.split([':', '|', '–', '—']).next().unwrap_or("");
    let marked = matches!(unit.form, Form::Row) || unit.text.contains([':', '–', '—']);
    marked
        && head.len() < 60
        && head.len() < unit.text.len()
        && unit.hits.iter().any(|hit| hit.term == subject && hit.range.end <= head.len() + 1)
}

/// Does a sentence speak of the handling of problems as a whole?
fn about_handling(unit: &Unit) -> bool {
    let collective = words(&unit.text).iter().any(|word| {
        [
            "all",
            "every",
            "each",
            "none",
            "no",
            "both",
            "alle",
            "jede",
            "keine",
            "sämtliche",
            "process",
            "management",
            "handling",
            "prozess",
            "bearbeitung",
            "issues",
            "defects",
            "vulnerabilities",
            "reports",
            "advisories",
            "median",
            "mean",
            "average",
        ]
        .contains(&word.text.as_str())
    });
    collective
        && unit.marks.any(&[Term::Defect, Term::SecurityDefect])
        && unit.marks.any(&[Term::Handling, Term::Past, Term::SecurityDefect])
}

/// Sentences and rows that follow up earlier actions.
pub(crate) fn follow_ups(doc: &Document, units: &[Unit], titles: &Titles) -> Vec<Quote> {
    units
        .iter()
        .filter(|unit| {
            unit.form != Form::Heading
                && !unit.has(Term::Placeholder)
                && unit.mood != Mood::Obligation
                && (titles.all(unit.section).has(Term::FollowUp)
                    || (unit.has(Term::FollowUp) && unit.is_fact() && unit.length > 5))
        })
        .map(|unit| doc.quote(unit.span.clone()))
        .collect()
}

/// Analyses of security defects: sentences with a cause, under or about a security defect.
pub(crate) fn analyses(
    doc: &Document,
    units: &[Unit],
    titles: &Titles,
    extra: &Extra,
    security: bool,
) -> Vec<Analysis> {
    let mut out = Vec::new();
    for unit in units {
        if matches!(unit.form, Form::Heading | Form::Quote)
            || unit.mood != Mood::Fact
            || unit.length < if unit.has(Term::Cause) { 3 } else { 5 }
            || unit.marks.any(&[Term::Placeholder, Term::Example])
        {
            continue;
        }
        let heading = titles.all(unit.section);
        let escape = unit.has(Term::LifeCycle) && unit.marks.any(&[Term::Missed, Term::Improve]);
        let analyses = unit.has(Term::Cause) || heading.has(Term::Cause) || escape;
        let about = security
            || unit.marks.any(&[Term::SecurityDefect, Term::Attack])
            || heading.any(&[Term::SecurityDefect, Term::Attack, Term::Cause])
            || heading.has(Term::Deployed) && heading.has(Term::Defect);
        let ids: Vec<String> = references::find(&unit.text, &[], extra).into_iter().map(|named| named.id).collect();
        if !analyses
            || (!about && ids.is_empty())
            || !unit.marks.any(&[Term::Past, Term::Missed, Term::Improve, Term::Cause])
        {
            continue;
        }
        let quote = doc.quote(unit.span.clone());
        out.push(Analysis { references: ids, cause: escape.then(|| quote.clone()), quote });
        if out.len() >= 60 {
            break;
        }
    }
    out
}
