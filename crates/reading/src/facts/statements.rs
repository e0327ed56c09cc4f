//! What the sentences and rows say: judgements, follow-ups, analyses.

use crate::facts::judged::{ASPECTS, Around, about_handling, after_label, asks_of_another, judged, labelled, measured};
use crate::grammar::learned::Said;
use crate::grammar::lexicon::Lexicon;
use crate::grammar::patterns::sentences;
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::{Marks, Term};
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::{Document, Section};
use crate::value::reading::{Analysis, Answer, Aspect, Assessment};
use crate::value::text::Quote;

/// The most analyses that are taken from one document: far more than a maker has in a year.
const MOST_ANALYSES: usize = 10_000;

/// What makes a section one on the matter: it speaks of security, of problems and their handling, or of the review.
const MATTER: [Term; 17] = [
    Term::Security,
    Term::SecurityDefect,
    Term::Attack,
    Term::Defect,
    Term::Handling,
    Term::HandlingSubject,
    Term::ReviewSubject,
    Term::ReviewAct,
    Term::JudgeAct,
    Term::ThisReview,
    Term::LookBack,
    Term::Cause,
    Term::Missed,
    Term::Completeness,
    Term::Efficiency,
    Term::Resolution,
    Term::ActionHeading,
];

/// An aspect leads a sentence behind so many words: "2.1 Zur Vollständigkeit", "Was it complete".
const LEADS: usize = 2;

/// What makes a section one on security problems, whatever its title.
const PROBLEMS: [Term; 5] =
    [Term::SecurityDefect, Term::Attack, Term::HandlingSubject, Term::ReviewSubject, Term::Security];

/// Classes of every section's title, with those of the sections around it.
pub(crate) struct Titles {
    own: Vec<Marks>,
    all: Vec<Marks>,
    /// Is the first section that of the document's title?
    document: bool,
    /// Is the section beside the matter?
    beside: Vec<bool>,
    /// Does its title, or one around it, name another matter, and nothing in it the handling of security problems?
    foreign: Vec<bool>,
    /// Does it list tasks, by its own title?
    tasks: Vec<bool>,
    /// Does its own title, or one around it, announce judgements on the handling?
    judges: Vec<bool>,
}

impl Titles {
    /// Reads the titles.
    pub(crate) fn of(doc: &Document, lexicon: &Lexicon, units: &[Unit]) -> Self {
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
        let mut beside: Vec<bool> = all.iter().enumerate().map(|(at, marks)| at > 1 && !marks.any(&MATTER)).collect();
        for unit in units.iter().filter(|unit| unit.marks.any(&MATTER)) {
            if let Some(beside) = beside.get_mut(unit.section) {
                *beside = false;
            }
        }
        let above = doc.blocks.first().is_some_and(|block| block.section == 0);
        let mut foreign: Vec<bool> = Vec::with_capacity(own.len());
        for (at, section) in doc.sections.iter().enumerate() {
            let within = section.parent.is_some_and(|parent| foreign.get(parent).is_some_and(|foreign| *foreign));
            // The first heading is the title, unless text stands above it.
            let titled = at > 1 || at == 1 && above && doc.sections.len() > 2;
            let own = titled && sentences().of("heading-of-another").matches(&section.title);
            foreign.push((within || own) && !all[at].any(&PROBLEMS));
        }
        // A sheet of plain text has headings that nobody marked: where two aspects lead sentences, the judgement goes on.
        let mut led: Vec<Vec<Aspect>> = vec![Vec::new(); own.len()];
        for unit in units.iter().filter(|unit| unit.form != Form::Heading) {
            let leads = |(_, subject, ..): &&(Aspect, Term, Term, Term)| {
                unit.hits
                    .iter()
                    .any(|hit| hit.term == *subject && unit.text[..hit.range.start].split_whitespace().count() <= LEADS)
            };
            let Some(led) = led.get_mut(unit.section) else { continue };
            for (aspect, ..) in ASPECTS.iter().filter(leads) {
                if !led.contains(aspect) {
                    led.push(*aspect);
                }
            }
        }
        for (foreign, _) in foreign.iter_mut().zip(&led).filter(|(_, led)| led.len() > 1) {
            *foreign = false;
        }
        for unit in units.iter().filter(|unit| unit.marks.any(&PROBLEMS)) {
            if let Some(foreign) = foreign.get_mut(unit.section) {
                *foreign = false;
            }
        }
        let named = |section: &Section| sentences().of("task-heading").matches(&section.title);
        let tasks = beside.iter().zip(&doc.sections).map(|(beside, section)| *beside && named(section)).collect();
        let mut judges: Vec<bool> = Vec::with_capacity(own.len());
        for section in &doc.sections {
            let within = section.parent.is_some_and(|parent| judges.get(parent).is_some_and(|judges| *judges));
            judges.push(within || section.level > 1 && sentences().of("judgement-heading").matches(&section.title));
        }
        Titles { own, all, document: doc.sections.len() > 1, beside, foreign, tasks, judges }
    }

    /// Are the open boxes of a section tasks, and no gaps of the form? Not so "Steps taken", "Release" and the like, whatever stands
    /// around them.
    pub(crate) fn lists_tasks(&self, section: usize) -> bool {
        self.tasks.get(section).is_some_and(|tasks| *tasks)
    }

    /// Does a section say nothing of the matter, such as the tasks of the office, or the history of the form? What stands in it says
    /// nothing of the rest, however long it is. The head is never one.
    pub(crate) fn beside(&self, section: usize) -> bool {
        self.beside.get(section).is_some_and(|beside| *beside)
    }

    /// Is a section about another matter by its title: "Project list", "Training", "Any other business"? Only what names the review or the
    /// record speaks of them there.
    pub(crate) fn foreign(&self, section: usize) -> bool {
        self.foreign.get(section).is_some_and(|foreign| *foreign)
    }

    /// Is a section there for judgements: "Judgement", "Assessment of the process"?
    pub(crate) fn judges(&self, section: usize) -> bool {
        self.judges.get(section).is_some_and(|judges| *judges)
    }

    /// Classes of a section's own title.
    pub(crate) fn own(&self, section: usize) -> Marks {
        self.own.get(section).copied().unwrap_or_default()
    }

    /// Classes of a section's title where it asks for a judgement: not the document's own title, nor one that names several aspects.
    fn asked(&self, section: usize) -> Marks {
        let own = self.own(section);
        let aspects = ASPECTS.iter().filter(|(_, subject, ..)| own.has(*subject)).count();
        let title =
            section <= 1 && self.document && own.any(&[Term::ReviewTitle, Term::MeetingTitle, Term::ReportTitle]);
        if aspects == 1 && !title { own } else { Marks::default() }
    }

    /// Classes of a section's title and of those around it, the document's title left out.
    pub(crate) fn all(&self, section: usize) -> Marks {
        self.all.get(section).copied().unwrap_or_default()
    }
}

/// Judgements on completeness, efficiency and resolution.
pub(crate) fn assessments(doc: &Document, units: &[Unit], titles: &Titles) -> Vec<Assessment> {
    let mut out: Vec<Assessment> = Vec::new();
    // Sections whose heading asks for an aspect and in which it is said that it was not judged.
    let mut refused: Vec<(usize, Aspect)> = Vec::new();
    let mut sections: Vec<usize> = Vec::new();
    let mut lead = Lead::default();
    for unit in units {
        lead.turn(unit);
        // "> **Efficiency** – Poor. Half of them missed the goal." answers below a mark of quotation, too.
        let quoted = unit.form == Form::Quote && !ASPECTS.iter().any(|(_, subject, ..)| labelled(unit, *subject));
        if unit.form == Form::Heading
            || quoted
            || unit.checked == Some(false)
            || unit.marks.any(&[Term::Placeholder, Term::Example])
            || titles.all(unit.section).any(&[Term::ActionHeading, Term::FollowUp, Term::NotExamined])
        {
            continue;
        }
        let heading = titles.asked(unit.section);
        if unit.is_fact()
            && let Some((aspect, favourable)) = measured(unit)
        {
            out.push(Assessment { aspect, answer: Answer::Proven, favourable, quote: doc.quote(unit.span.clone()) });
            sections.push(unit.section);
            continue;
        }
        let (handling, judges) = (lead.handling, titles.judges(unit.section));
        for (aspect, subject, good, bad) in ASPECTS {
            let asked = heading.has(subject) || labelled(unit, subject) || lead.asks(aspect, unit);
            let Some((answer, favourable)) =
                judged(unit, aspect, (subject, good, bad), Around { asked, handling, judges })
            else {
                continue;
            };
            if answer == Answer::Denied && heading.has(subject) {
                refused.push((unit.section, aspect));
            }
            out.push(Assessment { aspect, answer, favourable, quote: doc.quote(unit.span.clone()) });
            sections.push(unit.section);
        }
        lead.hear(unit);
    }
    // What such a section goes on to tell of the aspect is why it was not judged, unless it says a verdict.
    let mut at = sections.into_iter();
    out.retain(|found| {
        let section = at.next().unwrap_or_default();
        found.answer != Answer::Proven || found.favourable.is_some() || !refused.contains(&(section, found.aspect))
    });
    out
}

/// What the sentences before ask or speak of.
#[derive(Default)]
struct Lead {
    section: usize,
    /// A short lead-in or a question that names aspects: "Efficiency.", "Was the handling complete?".
    aspects: Vec<Aspect>,
    /// The paragraph to which they are confined, where an answer or a sentence of its own names them: "Efficiency: fair. …".
    within: Option<usize>,
    /// Has the section spoken of the handling of problems?
    handling: bool,
}

impl Lead {
    fn turn(&mut self, unit: &Unit) {
        if self.section != unit.section || unit.form == Form::Heading {
            *self = Lead { section: unit.section, ..Lead::default() };
        }
        if self.within.is_some_and(|block| block != unit.block) {
            self.aspects.clear();
            self.within = None;
        }
        let question = unit.text.trim_end().ends_with('?');
        let answered = after_label(&unit.text) != unit.text && !after_label(&unit.text).is_empty();
        let short = unit.length <= 3 || unit.length <= 8 && unit.text.trim_end().ends_with(':');
        let lead = question || short && unit.form != Form::Row && !answered;
        // A question asks with the word for the answer: "Was it efficient?"
        let asks = |(_, subject, good, bad): &&(Aspect, Term, Term, Term)| {
            if question {
                !asks_of_another(&unit.text) && unit.marks.any(&[*subject, *good, *bad])
            } else {
                unit.has(*subject)
            }
        };
        let named = || ASPECTS.iter().filter(asks).map(|(aspect, ..)| *aspect);
        if lead {
            self.aspects = named().collect();
            self.within = None;
        } else if unit.form != Form::Row && named().count() == 1 && (answered || introduces(unit)) {
            // What its sentences go on to say answers too, and nothing behind them does.
            self.aspects = named().collect();
            self.within = Some(unit.block);
        }
    }

    fn hear(&mut self, unit: &Unit) {
        self.handling = self.handling || unit.has(Term::Handling) || about_handling(unit);
    }

    /// What names another aspect answers another question.
    fn asks(&self, aspect: Aspect, unit: &Unit) -> bool {
        let named = |other: Aspect| ASPECTS.iter().any(|(own, subject, ..)| *own == other && unit.has(*subject));
        self.aspects == [aspect]
            && (named(aspect)
                || ["answer-cell", "answers-yes"].iter().any(|name| sentences().of(name).matches(&unit.text))
                || !ASPECTS.iter().any(|(other, ..)| *other != aspect && named(*other)))
    }
}

/// Does a sentence turn to a matter: "The chair turned to efficiency", "As to the outcome, …"? An answer goes on with its own.
fn introduces(unit: &Unit) -> bool {
    let says = |name: &str| sentences().of(name).matches(&unit.text);
    says("introduces") && !says("answers-yes")
}

/// Does a sentence on earlier actions say what became of all of them: "All actions of last year are done"?
pub fn tells_of_all_actions(text: &str) -> bool {
    let all = sentences();
    all.of("all-actions").matches(text) && !all.of("not-all-actions").matches(text)
}

/// Sentences and rows that follow up earlier actions.
pub(crate) fn follow_ups(doc: &Document, units: &[Unit], titles: &Titles) -> Vec<Quote> {
    units
        .iter()
        .filter(|unit| {
            unit.form != Form::Heading
                && !unit.has(Term::Placeholder)
                // The action itself is told as it was asked for; its row says what became of it.
                && (unit.mood != Mood::Obligation || unit.form == Form::Row)
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
    // Of what the sentences before it in its section speak.
    let mut spoken: (usize, Vec<String>) = (0, Vec::new());
    let defects = [Term::Defect, Term::SecurityDefect, Term::Attack];
    for (at, unit) in units.iter().enumerate() {
        let mut ids: Vec<String> = references::find(&unit.text, &[], extra).into_iter().map(|named| named.id).collect();
        if spoken.0 != unit.section {
            let title = doc.sections.get(unit.section).map_or("", |section| section.title.as_str());
            let named = references::find(title, &[], extra).into_iter().map(|named| named.id);
            spoken = (unit.section, named.collect());
        }
        if ids.is_empty() {
            ids.clone_from(&spoken.1);
        } else {
            spoken.1.clone_from(&ids);
        }
        if matches!(unit.form, Form::Heading | Form::Quote)
            || unit.mood != Mood::Fact
            || unit.length < if unit.has(Term::Cause) { 3 } else { 5 }
            || unit.marks.any(&[Term::Placeholder, Term::Example])
            || sentences().of("no-cause").matches(&unit.text)
        {
            continue;
        }
        let heading = titles.all(unit.section);
        let in_the_field = heading.has(Term::Deployed) && heading.has(Term::Defect);
        let of_defect = !ids.is_empty()
            || unit.marks.any(&defects)
            || heading.any(&[Term::Cause, Term::SecurityDefect, Term::Attack])
            || in_the_field
            // "The defect was found in the field. It escaped because …"
            || units[..at].last().is_some_and(|before| before.section == unit.section && before.marks.any(&defects));
        let learned = unit.said().answer(Said::Cause);
        let missed = unit.has(Term::LifeCycle) && unit.has(Term::Missed) && (security || of_defect);
        let mended = unit.has(Term::LifeCycle) && unit.has(Term::Improve) && unit.told && of_defect;
        let escape = missed
            || mended
            || learned == Answer::Proven && !heading.any(&[Term::FollowUp, Term::ActionHeading]) && of_defect;
        let analyses = unit.has(Term::Cause) || heading.has(Term::Cause) || escape;
        let about = security
            || escape
            || unit.marks.any(&[Term::SecurityDefect, Term::Attack])
            || heading.any(&[Term::SecurityDefect, Term::Attack, Term::Cause])
            || in_the_field;
        if !analyses
            || (!about && ids.is_empty())
            || !escape && !unit.marks.any(&[Term::Past, Term::Missed, Term::Improve, Term::Cause])
        {
            continue;
        }
        let quote = doc.quote(unit.span.clone());
        let whole = ids.is_empty() && sentences().of("whole-of").matches(&unit.text);
        out.push(Analysis { references: ids, whole, cause: escape.then(|| quote.clone()), quote });
        if out.len() >= MOST_ANALYSES {
            break;
        }
    }
    out
}
