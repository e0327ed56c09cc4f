//! What the sentences and rows say: judgements, follow-ups, analyses.

use crate::grammar::lexicon::{Lexicon, words};
use crate::grammar::patterns::sentences;
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
    /// Is the first section that of the document's title?
    document: bool,
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
        Titles { own, all, document: doc.sections.len() > 1 }
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

pub(crate) const ASPECTS: [(Aspect, Term, Term, Term); 3] = [
    (Aspect::Completeness, Term::Completeness, Term::CompleteGood, Term::CompleteBad),
    (Aspect::Efficiency, Term::Efficiency, Term::EfficientGood, Term::EfficientBad),
    (Aspect::Resolution, Term::Resolution, Term::ResolvedGood, Term::ResolvedBad),
];

/// How long a sentence may be that denies a judgement as a whole.
const DENIAL: usize = 16;

/// Judgements on completeness, efficiency and resolution.
pub(crate) fn assessments(doc: &Document, units: &[Unit], titles: &Titles) -> Vec<Assessment> {
    let mut out: Vec<Assessment> = Vec::new();
    let mut lead = Lead::default();
    for unit in units {
        lead.turn(unit);
        if matches!(unit.form, Form::Heading | Form::Quote)
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
            continue;
        }
        for (aspect, subject, good, bad) in ASPECTS {
            let asked = heading.has(subject) || labelled(unit, subject) || lead.asks(aspect, unit);
            let Some((answer, favourable)) = judged(unit, aspect, (subject, good, bad), asked, lead.handling) else {
                continue;
            };
            out.push(Assessment { aspect, answer, favourable, quote: doc.quote(unit.span.clone()) });
        }
        lead.hear(unit);
    }
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
        let named = || ASPECTS.iter().filter(|(_, subject, ..)| unit.has(*subject)).map(|(aspect, ..)| *aspect);
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
                || sentences().of("answer-cell").matches(&unit.text)
                || !ASPECTS.iter().any(|(other, ..)| *other != aspect && named(*other)))
    }
}

/// Does a unit judge an aspect, and how? `asked`: a heading, a label or a question names the aspect.
fn judged(
    unit: &Unit,
    aspect: Aspect,
    (subject, good, bad): (Term, Term, Term),
    asked: bool,
    handling: bool,
) -> Option<(Answer, Option<bool>)> {
    let all = sentences();
    let text = unit.text.as_str();
    let named = references::find(text, &[], &Extra::default());
    if text.trim_end().ends_with('?') {
        return None;
    }
    let names = asked || unit.has(subject);
    if names && unit.length <= DENIAL && named.is_empty() && all.of("not-judged").matches(text) {
        // "No deadline was missed" judges; "not assessed" does not.
        return Some((Answer::Denied, None));
    }
    let (says, says_bad) = match aspect {
        Aspect::Completeness => ("complete-says", "complete-bad-says"),
        Aspect::Efficiency => ("efficient-says", "efficient-bad-says"),
        Aspect::Resolution => ("resolved-says", "resolved-bad-says"),
    };
    let tokens = with_ids(text, &named);
    // A sentence that judges another aspect by its name says nothing of this one in passing.
    let elsewhere = !names && ASPECTS.iter().any(|(_, other, ..)| *other != subject && unit.has(*other));
    let own = !elsewhere && all.of(says).matches(&tokens);
    // Words that only lower a judgement make none: "the activity that missed it".
    let claimed = own || !elsewhere && (unit.has(good) || unit.has(bad));
    let rates = (asked || unit.has(subject)) && all.of("rates").matches(text) && !all.of("not-judged").matches(text);
    if !asked && !claimed && !rates || all.of("aims").matches(text) {
        return None;
    }
    if points_elsewhere(text) && unit.length < DENIAL
        || all.of("restates").matches(text)
        || all.of("judges-other").matches(text)
        || unit.mood == Mood::Obligation
        || unit.mood == Mood::Plan && !unit.told && (named.is_empty() || aspect != Aspect::Resolution)
    {
        return None;
    }
    let bad = unit.has(bad) || all.of(says_bad).matches(&tokens);
    let good = unit.has(good) || own && !bad;
    let verdict = rates || asked && (all.of("verdict").matches(after_label(text)) || all.of("verdict").matches(text));
    let worse = asked && (all.of("verdict-bad").matches(after_label(text)) || all.of("verdict-bad").matches(text));
    let favourable = match (good || verdict && !worse, bad || worse) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) | (false, false) => None,
    };
    let heard = about_handling(unit)
        || handling && all.of("carries-on").matches(&tokens)
        || own && unit.marks.any(&[Term::Defect, Term::SecurityDefect, Term::Handling])
        || own && !unit.marks.any(&[Term::Feature, Term::Organisation]) && unit.form != Form::Row;
    let stated = if asked {
        let tells = unit.length >= 4 && tells_of_handling(unit, &named);
        let figures = all.of("figures-answer").matches(text);
        let ticked = unit.form == Form::Row && !named.is_empty() && all.of("cell-says").matches(text);
        figures
            || ticked
            || (own || verdict || unit.has(good_of(aspect)) || bad || tells) && speaks_of_handling(text, &named)
    } else {
        // A row without a label tells of one finding, not of the handling.
        (claimed && heard || rates && (heard || all.of("aspect-noun").matches(text)))
            && unit.length >= 3
            && unit.form != Form::Row
            && unit.mood == Mood::Fact
    };
    if stated {
        return Some((Answer::Proven, favourable));
    }
    (asked && unit.length >= 4).then_some((Answer::Unsure, None))
}

/// Only that: "every report was triaged; see the tracker" judges.
fn points_elsewhere(text: &str) -> bool {
    let pointer = sentences().of("pointer").first(text);
    pointer.is_some_and(|found| {
        !text[..found.get(0).map_or(0, super::super::grammar::patterns::Part::start)].contains([';', '('])
    })
}

/// Is it about the problems, what was done with them, how long it took, or a bare verdict? The supplier's list was complete, too.
fn speaks_of_handling(text: &str, named: &[references::Named]) -> bool {
    let all = sentences();
    !named.is_empty()
        || all.of("on-handling").matches(text)
        || all.of("verdict-alone").matches(text)
        || all.of("verdict-alone").matches(after_label(text))
}

fn good_of(aspect: Aspect) -> Term {
    match aspect {
        Aspect::Completeness => Term::CompleteGood,
        Aspect::Efficiency => Term::EfficientGood,
        Aspect::Resolution => Term::ResolvedGood,
    }
}

/// Under its question a sentence judges that tells what became of the problems, or how long it took.
fn tells_of_handling(unit: &Unit, named: &[references::Named]) -> bool {
    let subject = !named.is_empty()
        || sentences().of("deferred-work").matches(&unit.text)
        || unit.marks.any(&[Term::Defect, Term::SecurityDefect, Term::Handling, Term::TimeFigure, Term::Metric]);
    subject && sentences().of("outcome").matches(&unit.text)
}

/// A text with each id as `ID`.
fn with_ids(text: &str, named: &[references::Named]) -> String {
    let mut out = String::new();
    let mut last = 0;
    for name in named.iter().filter(|name| name.range.end <= text.len()) {
        if name.range.start >= last {
            out.push_str(&text[last..name.range.start]);
            out.push_str("ID");
            last = name.range.end;
        }
    }
    out.push_str(&text[last..]);
    out
}

/// What follows a short label: "Completeness: yes" → "yes".
fn after_label(text: &str) -> &str {
    let cut = text.char_indices().find(|(_, c)| matches!(c, ':' | '|')).filter(|(at, _)| *at < 60);
    cut.map_or(text, |(at, _)| text[at + 1..].trim_start())
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

/// Does a sentence turn to a matter: "The chair turned to efficiency", "As to the outcome, …"?
fn introduces(unit: &Unit) -> bool {
    sentences().of("introduces").matches(&unit.text)
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
            "beide",
            "beiden",
            "beider",
            "jeder",
            "jedes",
            "keines",
            "keiner",
            "aller",
            "either",
            "neither",
            "behandlung",
        ]
        .contains(&word.text.as_str())
    });
    collective
        && unit.marks.any(&[Term::Defect, Term::SecurityDefect])
        && unit.marks.any(&[Term::Handling, Term::Past, Term::SecurityDefect])
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
    // Of what the sentences before it in its section speak.
    let mut spoken: (usize, Vec<String>) = (0, Vec::new());
    for unit in units {
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
        if !analyses
            || (!about && ids.is_empty())
            || !unit.marks.any(&[Term::Past, Term::Missed, Term::Improve, Term::Cause])
        {
            continue;
        }
        let quote = doc.quote(unit.span.clone());
        let whole = ids.is_empty() && sentences().of("whole-of").matches(&unit.text);
        out.push(Analysis { references: ids, whole, cause: escape.then(|| quote.clone()), quote });
        if out.len() >= 60 {
            break;
        }
    }
    out
}
