//! Whether a sentence judges how the handling was: by its words, by the label or heading that asks, and by what the model has learned.

use crate::grammar::learned::Said;
use crate::grammar::patterns::sentences;
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::reading::{Answer, Aspect};

pub(crate) const ASPECTS: [(Aspect, Term, Term, Term); 3] = [
    (Aspect::Completeness, Term::Completeness, Term::CompleteGood, Term::CompleteBad),
    (Aspect::Efficiency, Term::Efficiency, Term::EfficientGood, Term::EfficientBad),
    (Aspect::Resolution, Term::Resolution, Term::ResolvedGood, Term::ResolvedBad),
];

/// From this score on a sentence that judges another aspect by its name judges this one too.
const BESIDES: f32 = 0.8;

/// From this score on a sentence answers the question under which it stands.
const ANSWERS: f32 = 0.2;

/// From this score on a sentence of a section of judgements may be one.
const FAR: f32 = -0.6;

/// A label and a figure: "Efficiency: 8 d", "Resolution: 2 of 3 pages".
const FIGURE: usize = 5;

/// The most words of an answer that says nothing without its question.
const SHORT: usize = 3;

/// How long a sentence may be that denies a judgement as a whole.
const DENIAL: usize = 16;

/// What stands around a unit that may judge.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    /// A heading, a label or a question names the aspect.
    pub(crate) asked: bool,
    /// Its section has spoken of the handling of problems.
    pub(crate) handling: bool,
    /// Its section is there for judgements.
    pub(crate) judges: bool,
}

/// Does a unit judge an aspect, and how?
pub(crate) fn judged(
    unit: &Unit,
    aspect: Aspect,
    (subject, good, bad): (Term, Term, Term),
    Around { asked, handling, judges }: Around,
) -> Option<(Answer, Option<bool>)> {
    let all = sentences();
    let text = unit.text.as_str();
    let named = references::find(text, &[], &Extra::default());
    // A question, a choice that nobody made, or what answers a question on something else.
    let apart = unit.context.ends_with('?') && named.is_empty() && asks_of_another(&unit.context);
    let adopted = all.of("was-adopted").matches(text) && !all.of("not-adopted").matches(text);
    let proposed = all.of("not-passed").matches(text) && !adopted;
    if text.trim_end().ends_with('?') || apart || proposed || all.of("answer-left").matches(text) {
        return None;
    }
    // Data that nobody weighs: a table of ages, of open issues or of targets, whatever it stands under.
    if unit.form == Form::Row && bare_data(text) {
        return None;
    }
    // A sentence that names another aspect answers another question, whatever it stands under.
    let other = !unit.has(subject) && ASPECTS.iter().any(|(_, other, ..)| *other != subject && unit.has(*other));
    let answers = all.of("answers-yes").matches(text);
    let asked = asked && (!other || answers || all.of("verdict-alone").matches(text));
    let names = asked || unit.has(subject);
    let tokens = references::with_ids(text, &named);
    let learned = Learned::of(unit, aspect, (other, judges), &named, &tokens);
    let short = unit.length <= DENIAL || learned.answer == Answer::Absent;
    if names && short && named.is_empty() && all.of("not-judged").matches(text) {
        // "No deadline was missed" judges; "not assessed" does not.
        return Some((Answer::Denied, None));
    }
    let (says, says_bad) = patterns_of(aspect);
    // A sentence that judges another aspect by its name says nothing of this one in passing.
    let elsewhere = !names && other;
    let own = !elsewhere && all.of(says).matches(&tokens);
    // Words that only lower a judgement make none: "the activity that missed it".
    let claimed = own || !elsewhere && (unit.has(good) || unit.has(bad));
    let rates = (asked || unit.has(subject)) && all.of("rates").matches(text) && !all.of("not-judged").matches(text);
    if !asked && !claimed && !rates && learned.answer == Answer::Absent || all.of("aims").matches(text) {
        return None;
    }
    let verdict_first = asked && leads_with_verdict(unit);
    if points_elsewhere(text) && unit.length < DENIAL
        || all.of("restates").matches(main_statement(text))
        || all.of("judges-other").matches(text)
        || unit.mood == Mood::Obligation && !verdict_first && !states(unit)
        || unit.mood == Mood::Plan && !unit.told && !verdict_first && (named.is_empty() || aspect != Aspect::Resolution)
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
    // A row that an issue leads is about that issue; that it is open says nothing of how long anything took.
    let of_issue = unit.form == Form::Row && leads(&named);
    let stated = if asked {
        let tells = unit.length >= 4 && tells_of_handling(unit, &named) && !(of_issue && aspect == Aspect::Efficiency);
        let figures = all.of("figures-answer").matches(text);
        let ticked = unit.form == Form::Row && !named.is_empty() && all.of("cell-says").matches(text);
        figures
            || ticked
            || (own || verdict || unit.has(good_of(aspect)) || bad || tells)
                && (answers || speaks_of_handling(text, &named))
    } else {
        // A row without a label tells of one finding, not of the handling.
        (claimed && heard || rates && (heard || all.of("aspect-noun").matches(text)))
            && unit.length >= 3
            && unit.form != Form::Row
            && unit.mood == Mood::Fact
    };
    let plain = states(unit) && !(names && all.of("not-judged").matches(text));
    let about = asked
        || handling
        || judges
        || heard
        || !named.is_empty()
        || unit.marks.any(&[Term::Defect, Term::SecurityDefect, Term::Handling]);
    let plain = plain && about;
    let learned = if asked { learned.below_a_question(unit, !named.is_empty()) } else { learned.answer };
    if stated || learned == Answer::Proven && plain {
        // What is good once something ships is not yet good.
        let hangs = asked && favourable != Some(false) && hangs_on_what_comes(unit);
        return Some((if hangs { Answer::Unsure } else { Answer::Proven }, favourable.filter(|_| !hangs)));
    }
    // Three words without one of the field leave nothing open: "Coffee is ready."
    let says_enough = unit.length >= 4 || asked || claimed;
    let near = asked && unit.length >= 4 && !of_issue;
    (near || learned == Answer::Unsure && plain && says_enough).then_some((Answer::Unsure, None))
}

/// The patterns of what judges an aspect, and of what judges it unfavourably.
fn patterns_of(aspect: Aspect) -> (&'static str, &'static str) {
    match aspect {
        Aspect::Completeness => ("complete-says", "complete-bad-says"),
        Aspect::Efficiency => ("efficient-says", "efficient-bad-says"),
        Aspect::Resolution => ("resolved-says", "resolved-bad-says"),
    }
}

/// Does a sentence judge another aspect in plain words? Then it does not come near to this one for its section alone: "Every issue
/// was fixed and published."
fn judges_another(aspect: Aspect, tokens: &str) -> bool {
    let others = ASPECTS.iter().map(|(other, ..)| *other).filter(|other| *other != aspect);
    others.into_iter().any(|other| sentences().of(patterns_of(other).0).matches(tokens))
}

/// Does a row hold nothing but its label and data: figures, days, severities? One that an aspect labels answers it.
fn bare_data(row: &str) -> bool {
    let mut cells = row.split('|');
    let label = cells.next().unwrap_or_default();
    let mut cells = cells.peekable();
    let all = sentences();
    cells.peek().is_some()
        && !all.of("aspect-label").matches(label)
        && cells.all(|cell| all.of("bare-cell").matches(cell))
}

/// Does an issue lead what names these?
fn leads(named: &[references::Named]) -> bool {
    named.iter().any(|issue| issue.range.start == 0)
}

/// What the model makes of a sentence for one aspect.
struct Learned {
    said: Said,
    score: f32,
    answer: Answer,
}

impl Learned {
    /// `other`: the sentence judges another aspect by its name; `judges`: its section is there for judgements, where less is enough;
    /// `named`: the issues that it names; `tokens`: its words, with theirs in the place of ids.
    fn of(
        unit: &Unit,
        aspect: Aspect,
        (other, judges): (bool, bool),
        named: &[references::Named],
        tokens: &str,
    ) -> Self {
        let leads = leads(named);
        let said = said_of(aspect);
        let scores = if other { unit.alone() } else { unit.said() };
        let score = scores.of(said);
        let answer = match scores.answer(said) {
            Answer::Proven if other && score < BESIDES => Answer::Unsure,
            // One issue is not all; `answered` looks at a whole column.
            Answer::Proven if unit.form == Form::Row && !named.is_empty() => Answer::Absent,
            // What comes near in the row that an issue leads is about that issue.
            Answer::Unsure if unit.form == Form::Row && leads => Answer::Absent,
            Answer::Unsure if judges && !other && score >= ANSWERS && unit.form != Form::Row => Answer::Proven,
            Answer::Absent if judges && !other && score >= FAR && unit.form != Form::Row => {
                if judges_another(aspect, tokens) { Answer::Absent } else { Answer::Unsure }
            }
            answer => answer,
        };
        Learned { said, score, answer }
    }

    /// What a heading asks, a sentence has to answer by itself as well; then less is enough.
    fn below_a_question(&self, unit: &Unit, named: bool) -> Answer {
        let alone = unit.length <= SHORT || unit.alone().answer(self.said) != Answer::Absent;
        let figure = unit.length <= FIGURE && self.score < BESIDES;
        let enough = if unit.length <= FIGURE { BESIDES } else { ANSWERS };
        // Eight days say nothing without a target.
        if sentences().of("figure-alone").matches(after_label(&unit.text)) {
            return Answer::Absent;
        }
        if alone && self.score >= enough && (unit.form != Form::Row || !named) {
            return Answer::Proven;
        }
        if figure || !alone { Answer::Absent } else { self.answer }
    }
}

/// Does the verdict hang on something that is yet to come: right behind it, or behind the sign that ends it?
fn hangs_on_what_comes(unit: &Unit) -> bool {
    let answer = after_label(&unit.text);
    let Some(verdict) = sentences().of("verdict-alone").first(answer) else { return false };
    let rest = verdict.get(0).map_or("", |found| &answer[found.end()..]);
    sentences().of("hangs-on").matches(rest) || !unit.told && sentences().of("may-hang-on").matches(rest)
}

/// Does a sentence state what was, at least in its main statement: "incomplete, although step 6 demands it"?
fn states(unit: &Unit) -> bool {
    if unit.mood == Mood::Fact {
        return true;
    }
    let (first, rest) = first_part(unit, &[';', ':', ',', '(', '–', '—']);
    !rest.is_empty()
        && (first.split_whitespace().count() > 2 || sentences().of("verdict-alone").matches(first))
        && !rest.trim_end().ends_with('?')
        && !supposes(unit, first)
}

/// What an answer says up to the first of these signs, its label left out, and the rest.
fn first_part<'u>(unit: &'u Unit, ends: &[char]) -> (&'u str, &'u str) {
    let answer = after_label(&unit.text);
    answer.split_at(answer.find(ends).unwrap_or(answer.len()))
}

/// Is there a word for a plan, a duty or a condition in the first part of an answer?
fn supposes(unit: &Unit, part: &str) -> bool {
    let open = [Term::Plan, Term::Obligation, Term::StrongObligation, Term::Condition];
    let start = unit.text.len() - after_label(&unit.text).len();
    unit.hits.iter().any(|hit| open.contains(&hit.term) && (start..start + part.len()).contains(&hit.range.start))
}

/// Does an answer begin with its verdict and go on to something else: "not achieved for all: #14 is open; its fix is planned for
/// May"? What is planned or demanded behind the verdict leaves it as it is.
fn leads_with_verdict(unit: &Unit) -> bool {
    let (first, _) = first_part(unit, &[';', ':', ',', '(', '–', '—', '|']);
    sentences().of("verdict-alone").matches(first) && !supposes(unit, first)
}

/// What stands before "although", "because" and the like.
fn main_statement(text: &str) -> &str {
    let turn = sentences().of("gives-reason").first(text);
    turn.and_then(|found| found.get(0).map(|turn| &text[..turn.start()])).unwrap_or(text)
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

/// Does a question ask of something else than the handling of problems: "Was the training complete?"
pub(crate) fn asks_of_another(question: &str) -> bool {
    let all = sentences();
    let of = all.of("asks-of").first(question);
    let noun = of.as_ref().and_then(|found| found.name("noun"));
    noun.is_some_and(|noun| !all.of("asks-of-own").matches(noun.as_str()))
        || all.of("asks-else").matches(question)
        || all.of("about-another").matches(question) && !all.of("on-handling").matches(question)
}

/// What a sentence says that judges the aspect.
pub(crate) fn said_of(aspect: Aspect) -> Said {
    match aspect {
        Aspect::Completeness => Said::Complete,
        Aspect::Efficiency => Said::Efficient,
        Aspect::Resolution => Said::Resolved,
    }
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

/// What follows a short label: "Completeness: yes" → "yes".
pub(crate) fn after_label(text: &str) -> &str {
    // A row of dots leads to a value as well.
    if let Some(dots) = leader(text) {
        return text[dots..].trim_start_matches(['.', ' ']);
    }
    let cut = text.char_indices().find(|(_, c)| matches!(c, ':' | '|')).filter(|(at, _)| *at < 60);
    cut.map_or(text, |(at, _)| text[at + 1..].trim_start())
}

/// Where a row of dots leads from a short label to its value; three are an ellipsis.
fn leader(text: &str) -> Option<usize> {
    text.find("....").filter(|at| (1..60).contains(at))
}

/// A figure on the handling that is held against its target: "MTTR (P1) | < 4 h | 3.2 h | ✅".
pub(crate) fn measured(unit: &Unit) -> Option<(Aspect, Option<bool>)> {
    if !unit.marks.any(&[Term::TimeFigure, Term::ClosedFigure])
        || unit.text.bytes().filter(u8::is_ascii_digit).count() < 2
    {
        return None;
    }
    let all = sentences();
    let marks = [("target-met", Some(true)), ("target-missed", Some(false)), ("target-doubtful", None)];
    let (_, favourable) = marks.iter().find(|(name, _)| all.of(name).matches(&unit.text))?;
    let about = unit.marks.any(&[Term::Defect, Term::SecurityDefect]) || all.of("patch-word").matches(&unit.text);
    let aspect = if unit.has(Term::TimeFigure) { Aspect::Efficiency } else { Aspect::Resolution };
    about.then_some((aspect, *favourable))
}

/// Are the unit's first words the subject itself?
pub(crate) fn labelled(unit: &Unit, subject: Term) -> bool {
    let dots = leader(&unit.text);
    let head = &unit.text[..dots.or_else(|| unit.text.find([':', '|', '–', '—'])).unwrap_or(unit.text.len())];
    let marked = matches!(unit.form, Form::Row) || dots.is_some() || unit.text.contains([':', '–', '—']);
    marked
        && head.len() < 60
        && head.len() < unit.text.len()
        && unit.hits.iter().any(|hit| hit.term == subject && hit.range.end <= head.len() + 1)
}

/// Does a sentence speak of the handling of problems as a whole?
pub(crate) fn about_handling(unit: &Unit) -> bool {
    let collective = sentences().of("collective").matches(&unit.text);
    collective
        && unit.marks.any(&[Term::Defect, Term::SecurityDefect])
        && unit.marks.any(&[Term::Handling, Term::Past, Term::SecurityDefect])
}
