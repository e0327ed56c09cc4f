//! Which constraints a document meets, each with the sentences that decide it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use crate::decide::evidence::Grounds;
use crate::decide::judge::Judge;
use crate::facts::refusals::Refusal;
use crate::grammar::learned::Said;
use crate::grammar::patterns::sentences;
use crate::grammar::references::{self, Extra};
use crate::grammar::terms::{Marks, Term};
use crate::grammar::units::{Form, Unit, demands, prescribes};
use crate::value::constraint::Constraint;
use crate::value::declared::DeclaredAs;
use crate::value::reading::{Answer, Answered, Assessment, ClaimKind, Kind, Reading};
use crate::value::text::Quote;

/// The most sentences that prove one constraint.
const QUOTES: usize = 3;

/// A phase's name in a list ("Lessons learned", "Post-incident review") demands nothing yet.
const PHRASE: usize = 4;

/// From this score on a sentence is a rule, whatever its tense.
const PLAIN: f32 = 1.0;

/// Answers all constraints of a document whose kind and evidence are judged.
pub(crate) fn constraints(
    judge: &Judge<'_>,
    reading: &Reading,
    held: &Result<(), Refusal>,
    evidence: Grounds,
) -> BTreeMap<Constraint, Answered> {
    let case = Case::of(judge, reading, held, evidence);
    let answer = |constraint| {
        if let Some(why) = case.declared_otherwise(constraint) {
            return Answered::not(Answer::Absent, Vec::new(), why);
        }
        if case.met(constraint) {
            return case.shown(constraint, held);
        }
        if let Some(quote) = case.nearest(constraint) {
            return Answered::not(Answer::Unsure, vec![quote.clone()], near(constraint));
        }
        // Somebody who looks for the review's procedure is told what this one reviews instead.
        let asked = reading.kind == Kind::Procedure && constraint == Constraint::ReviewEstablished;
        if let Some(quote) = reading.elsewhere.as_ref().filter(|_| asked) {
            let why = "the periodic review that it names is of something else than the handling of security problems";
            return Answered::not(Answer::Absent, vec![quote.clone()], why);
        }
        match held {
            Err(refusal) if reading.kind != Kind::Procedure => {
                Answered::not(Answer::Absent, refusal.quotes.clone(), refusal.why)
            }
            _ => Answered::not(Answer::Absent, Vec::new(), lacking(constraint)),
        }
    };
    Constraint::ALL.into_iter().map(|constraint| (constraint, answer(constraint))).collect()
}

/// Does it demand that something is improved? "Improvement opportunities" names a matter.
fn bids_improvement(unit: &Unit) -> bool {
    let changes = unit.has(Term::Learn) || says("to-change", unit) || says("improves-all", unit);
    prescribes(unit) && unit.has(Term::Improve) && unit.length > PHRASE && changes
}

/// Does it tell that a process was changed: "We automated the security release process"?
fn changes_process(unit: &Unit) -> bool {
    unit.is_fact() && says("changed-process", unit)
}

/// Does a sentence say what a group of patterns says?
fn says(group: &str, unit: &Unit) -> bool {
    sentences().of(group).matches(&unit.text)
}

/// What a record or procedure lacks.
fn lacking(constraint: Constraint) -> &'static str {
    match constraint {
        Constraint::ImprovementEstablished => "no improvement of the security processes is stated",
        Constraint::DeployedDefectsAnalysed => "no security defect of deployed software is analysed",
        Constraint::ReviewEstablished => "no periodic review of the handling of security problems is established",
        Constraint::IssuesExamined => "it examines no security issues of a period",
        Constraint::ProcessAssessed => {
            "it does not judge whether the handling was complete, efficient and led to resolution"
        }
        Constraint::HeldAnnually => "no review at least once a year is shown",
    }
}

/// What words that come near to a constraint leave open.
fn near(constraint: Constraint) -> &'static str {
    match constraint {
        Constraint::ReviewEstablished => "it leaves open what is reviewed, or how often",
        Constraint::DeployedDefectsAnalysed => "it leaves open whether the defect was one of the maker's own software",
        _ => "it leaves open whether the handling was complete, efficient and led to resolution",
    }
}

/// A document with what has been judged of it.
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
struct Case<'a> {
    judge: &'a Judge<'a>,
    reading: &'a Reading,
    evidence: Grounds,
    /// Evidence of something carried out.
    record: bool,
    /// A procedure on security.
    procedure: bool,
    /// A procedure for corrective action that names security among what it is applied to.
    corrective: bool,
    /// A procedure for management reviews that names security among what they look at.
    management: bool,
    /// A procedure that demands a periodic review.
    review_procedure: bool,
}

impl<'a> Case<'a> {
    fn of(judge: &'a Judge<'a>, reading: &'a Reading, held: &Result<(), Refusal>, evidence: Grounds) -> Self {
        let told = held.is_ok() && reading.kind == Kind::Record;
        // What is told in doubt meets what it meets in doubt.
        let near = matches!(reading.content_match, Answer::Proven | Answer::Unsure);
        let record = near || told && reading.declared.is_some();
        let prescriptive = reading.kind == Kind::Procedure;
        let security = judge.sign("title_security") > 0.0 || judge.sign("security") > 0.25;
        let procedure = prescriptive && security;
        let on_security = |unit: &&Unit| unit.marks.any(&[Term::Security, Term::SecurityDefect]);
        let wider = prescriptive && judge.units().filter(on_security).count() >= 2;
        let corrective = wider && judge.sign("title_incident") > 0.0;
        let management = wider && judge.sign("title_meeting") > 0.0 && reading.interval.is_some();
        // Without an interval it is still established, if weakly: `review-procedure-interval` says what is missing.
        // A management review looks at much; it may be the yearly one, and is not yet that of the handling.
        let on_incidents = wider && judge.sign("security") > 0.1 && judge.sign("title_meeting") <= 0.0;
        let review_procedure = (procedure || on_incidents) && reading.establishes.is_some();
        Case { judge, reading, evidence, record, procedure, corrective, management, review_procedure }
    }

    /// What the document is declared to be, where that rules the constraint out.
    fn declared_otherwise(&self, constraint: Constraint) -> Option<&'static str> {
        match self.reading.declared.as_ref()?.is {
            DeclaredAs::Analysis if constraint != Constraint::DeployedDefectsAnalysed => {
                Some("it is declared as an analysis of security defects, and stands for nothing else")
            }
            DeclaredAs::None => Some("it is declared to be no evidence"),
            _ => None,
        }
    }

    /// The answer on what is met: in doubt where the telling is, and from a procedure only while it is in force.
    fn shown(&self, constraint: Constraint, told: &Result<(), Refusal>) -> Answered {
        let standing = &self.reading.in_force;
        match told {
            _ if self.reading.kind == Kind::Procedure && !standing.met() => standing.clone(),
            Err(doubt) if self.reading.kind == Kind::Record => {
                Answered::not(Answer::Unsure, doubt.quotes.clone(), doubt.why)
            }
            _ => Answered::proven(self.quotes(constraint)),
        }
    }

    /// The words that come near to a constraint.
    fn nearest(&self, constraint: Constraint) -> Option<&'a Quote> {
        let unsure = |found: &&Assessment| found.answer == Answer::Unsure;
        match constraint {
            Constraint::ReviewEstablished if self.procedure && self.reading.in_force.met() => {
                self.reading.nearest.as_ref()
            }
            Constraint::ProcessAssessed if self.record && self.evidence.review => {
                self.reading.assessments.iter().find(unsure).map(|found| &found.quote)
            }
            // Told of nobody's software in particular: a defect of one's own, or an entry of a catalogue?
            Constraint::DeployedDefectsAnalysed if self.record && self.evidence.analysis => {
                self.reading.analyses.first().map(|found| &found.quote)
            }
            _ => None,
        }
    }

    fn met(&self, constraint: Constraint) -> bool {
        let (judge, record) = (self.judge, self.record);
        let review = record && self.evidence.review;
        match constraint {
            Constraint::ImprovementEstablished => {
                let decides = judge.may_improve(self.reading) && (!judge.on_an_incident() || judge.own(self.reading));
                record && decides && !self.changes().is_empty()
                    || judge.units().any(|unit| self.bids(unit))
                    || (self.procedure || self.corrective) && judge.units().any(|unit| self.learns(unit))
            }
            Constraint::DeployedDefectsAnalysed => {
                record && self.analysed() && judge.own(self.reading)
                    || self.procedure && judge.units().any(|unit| judge.prescribes_analysis(unit))
            }
            Constraint::ReviewEstablished => review || self.review_procedure,
            Constraint::IssuesExamined => review && self.examined(),
            Constraint::ProcessAssessed => review && judge.aspects(self.reading).len() >= 2,
            Constraint::HeldAnnually => {
                let cadence = self.reading.interval.as_ref().is_some_and(|interval| interval.months <= 12);
                review || (self.review_procedure || self.management) && cadence
            }
        }
    }

    fn examined(&self) -> bool {
        self.reading.references.iter().any(|r| r.examined == Some(true))
            || self.reading.claims.iter().any(|claim| claim.kind == ClaimKind::NoIssues)
            || self.judge.sign("examined_section") > 0.0
            || self.judge.sign("defect_facts") >= 0.4
    }

    /// The document's own sentences for what is met.
    fn quotes(&self, constraint: Constraint) -> Vec<Quote> {
        match constraint {
            Constraint::ImprovementEstablished => self.improvements(),
            Constraint::DeployedDefectsAnalysed => self.analyses(),
            Constraint::ReviewEstablished => {
                let established: Vec<Quote> = self.reading.establishes.iter().cloned().collect();
                if established.is_empty() { self.reviews() } else { established }
            }
            Constraint::IssuesExamined => self.examines(),
            Constraint::ProcessAssessed => {
                let judged = self.reading.assessments.iter().filter(|assessment| assessment.answer.is_proven());
                judged.take(4).map(|assessment| assessment.quote.clone()).collect()
            }
            Constraint::HeldAnnually => {
                let fields = &self.reading.fields;
                let dates = fields.date_held.iter().chain(&fields.period_to).chain(&fields.next_review);
                let interval = self.reading.interval.iter().map(|interval| interval.quote.clone());
                let found: Vec<Quote> = interval.chain(dates.map(|date| date.quote.clone())).take(QUOTES).collect();
                if found.is_empty() { self.reviews() } else { found }
            }
        }
    }

    /// What tells of the issues, names them, or says that there were none.
    fn examines(&self) -> Vec<Quote> {
        let of = |attached: &Option<String>| attached.is_none();
        let examined = self.reading.references.iter().filter(|r| r.examined == Some(true) && of(&r.attachment));
        let lines: BTreeSet<NonZeroU32> = examined.map(|reference| reference.line).collect();
        let none = self.reading.claims.iter().filter(|claim| claim.kind == ClaimKind::NoIssues);
        let none: Vec<Quote> = none.map(|claim| claim.quote.clone()).take(QUOTES).collect();
        let names = |unit: &Unit| !unit.is_quoted() && lines.contains(&self.judge.quote(unit.span.clone()).line);
        let told = |unit: &Unit| unit.told && unit.is_fact() && self.on_defect(unit) && unit.length > 3;
        let found = self.some(&told);
        let found = if found.is_empty() && !lines.is_empty() { self.some(&names) } else { found };
        match (found.is_empty(), none.is_empty()) {
            (false, _) => found,
            (true, false) => none,
            (true, true) => self.first(&[&|unit| unit.is_fact() && self.judge.secure_heading(unit), &|unit| {
                unit.marks.any(&[Term::Defect, Term::SecurityDefect]) && unit.length > 3
            }]),
        }
    }

    /// What improves: told, listed as an action, or demanded.
    fn improvements(&self) -> Vec<Quote> {
        if self.record { self.changes() } else { self.first(&[&|unit| self.learns(unit), &|unit| self.bids(unit)]) }
    }

    /// What says in a record that the makers' way of working changes. The actions of a review or an analysis are decided for that.
    fn changes(&self) -> Vec<Quote> {
        // What says it plainly goes before what only has the words.
        let mut told = self.some(&|unit| self.says_change(unit));
        if self.decides() {
            let worded =
                self.some(&|unit| self.judge.material.improves(unit) && unit.length > 3 && self.of_process(unit));
            let actions = self.reading.actions.iter().map(|action| action.quote.clone());
            for quote in worded.into_iter().chain(actions) {
                if !told.contains(&quote) {
                    told.push(quote);
                }
            }
        }
        told.truncate(QUOTES);
        told
    }

    /// Does it say that the makers' way of working changed, or is to? That it is about such things does not, nor that a product was bettered.
    fn says_change(&self, unit: &Unit) -> bool {
        let learned = unit.said().answer(Said::Improve) == Answer::Proven;
        // A record that decides is short of words; elsewhere the change itself has to be said.
        let above = self.judge.material.titles.all(unit.section);
        let plain = self.decides() || above.has(Term::ImproveHeading) || says("to-change", unit);
        unit.is_fact() && (changes_process(unit) || learned && plain && self.of_process(unit))
    }

    /// Is it a document in which lessons are drawn: the review of a time, minutes of the management, or a report on an incident?
    fn decides(&self) -> bool {
        let reviews = self.reading.presents_review || self.judge.title.has(Term::ManagementReview);
        self.evidence.review && reviews || self.judge.on_an_incident()
    }

    /// Is it about what people do, or below a heading on what changes? A faster page improves the product.
    fn of_process(&self, unit: &Unit) -> bool {
        let process = [Term::LifeCycle, Term::Handling, Term::HandlingSubject, Term::Learn, Term::Missed];
        let heading = self.judge.material.titles.all(unit.section);
        unit.marks.any(&process)
            || self.decides() && unit.marks.any(&[Term::Security, Term::SecurityDefect])
            || heading.any(&[Term::ImproveHeading, Term::ActionHeading, Term::Cause])
    }

    /// Does it analyse a defect? A document named after an incident does so as a whole; what reports on a time, and an advisory, tell of
    /// much beside: there a sentence has to say what let the defect through, or what it was in released software.
    fn analysed(&self) -> bool {
        let judge = self.judge;
        let caused = self.reading.analyses.iter().any(|analysis| analysis.cause.is_some());
        // What a review says of its own issues is about them; elsewhere the document has to be about defects.
        let on_defects = judge.sign("defect_facts") >= 0.2 || self.evidence.review;
        let told = caused && on_defects && judge.may_analyse(self.reading);
        let ours = || judge.units().any(|unit| unit.has(Term::We) && !unit.is_quoted());
        let whole = judge.retraces()
            || !self.reading.analyses.is_empty() && ours()
            || self.evidence.review && judge.units().any(|unit| self.tells_of_a_defect(unit));
        self.evidence.analysis && (caused || whole) || told
    }

    /// Does it tell of a security defect in released software, or of how one came about?
    fn tells_of_a_defect(&self, unit: &Unit) -> bool {
        unit.is_fact()
            && unit.told
            && unit.marks.any(&[Term::SecurityDefect, Term::Attack])
            && (unit.marks.any(&[Term::Deployed, Term::Cause, Term::Missed])
                || !references::find(&unit.text, &[], &Extra::default()).is_empty())
    }

    /// Why a defect came about.
    fn analyses(&self) -> Vec<Quote> {
        let reading = self.reading;
        let mut found: Vec<Quote> =
            reading.analyses.iter().filter_map(|analysis| analysis.cause.clone()).take(QUOTES).collect();
        if self.record && found.is_empty() {
            found = self.some(&|unit| self.tells_of_a_defect(unit));
        }
        if self.record && found.is_empty() {
            found = reading.analyses.iter().take(QUOTES).map(|analysis| analysis.quote.clone()).collect();
        }
        if self.record && !found.is_empty() {
            return found;
        }
        self.first(&[
            &|unit| self.judge.prescribes_analysis(unit),
            &|unit| {
                unit.marks.any(&[Term::SecurityDefect, Term::Attack]) && unit.marks.any(&[Term::Cause, Term::Missed])
            },
            &|unit| unit.is_fact() && unit.marks.any(&[Term::Cause, Term::Missed]),
            &|unit| unit.is_fact() && self.on_defect(unit),
        ])
    }

    /// What shows a review of the handling: what was handled, what recurs, what is on security.
    fn reviews(&self) -> Vec<Quote> {
        let secure = |unit: &Unit| unit.marks.any(&[Term::Security, Term::SecurityDefect]);
        self.first(&[
            &|unit| unit.has(Term::Periodic) && secure(unit) && unit.length > 3 && unit.form != Form::Quote,
            &|unit| unit.is_fact() && unit.has(Term::Handling) && (secure(unit) || self.judge.secure_heading(unit)),
            &|unit| unit.has(Term::Periodic) && unit.length > 3,
            &|unit| unit.is_fact() && secure(unit),
        ])
    }

    /// Does the procedure of a review demand that something is improved? So does that of the management.
    fn bids(&self, unit: &Unit) -> bool {
        (self.review_procedure || self.management) && bids_improvement(unit)
    }

    /// Does a procedure demand that something is learnt from security problems: in the sentence, below a heading on them, or in a
    /// document named after them? A post-mortem looks at a problem by itself.
    fn learns(&self, unit: &Unit) -> bool {
        let about = |marks: Marks| marks.any(&[Term::SecurityDefect, Term::Attack, Term::Incident]);
        let title = self.judge.title;
        let named =
            about(title) || title.has(Term::Security) && title.has(Term::Handling) && !title.has(Term::AuditTitle);
        let said = unit.said().answer(Said::RuleImprove);
        let bids = self.corrective && (named || unit.length > 6) || demands(unit) || said != Answer::Absent;
        // A corrective action corrects anything; what is learned in it has to be said, but where all is about such actions.
        let lesson = self.corrective || says("lesson", unit) || says("to-change", unit);
        let worded = unit.has(Term::Learn) && unit.length > PHRASE && bids && lesson && unit.checked != Some(false);
        let above = self.judge.material.titles.all(unit.section);
        // "After each vulnerability the test plan is extended" is one, whatever the words.
        let each = about(unit.marks) && says("begins-for-each", unit);
        // "The activity is then amended."
        let amends = says("changes-activity", unit)
            && (about(unit.marks) || about(above) || above.has(Term::ImproveHeading) || named);
        let learned = (said == Answer::Proven || each) && says("to-change", unit) || amends;
        // "The activity is then changed": a rule in the plain present, though its words look back.
        let rule = amends || says("begins-for-each", unit) || unit.said().of(Said::RuleImprove) >= PLAIN;
        // Where neither the document nor the section is about them, a word in passing does not do: the sentence has to say it whole.
        let whole = || learned && about(unit.marks) && unit.form != Form::Row;
        (prescribes(unit) || learned && rule)
            && (worded || learned)
            && !["for-readers", "teaches-nothing"].into_iter().any(|group| says(group, unit))
            && (named || self.corrective || about(above) || whole())
    }

    fn on_defect(&self, unit: &Unit) -> bool {
        unit.marks.any(&[Term::Defect, Term::SecurityDefect, Term::Attack])
    }

    fn some(&self, test: &dyn Fn(&Unit) -> bool) -> Vec<Quote> {
        let units = self.judge.units().filter(|unit| unit.form != Form::Quote && test(unit));
        units.take(QUOTES).map(|unit| self.judge.quote(unit.span.clone())).collect()
    }

    /// The sentences of the first test that some pass; without any, the title or the first sentence.
    fn first(&self, tests: &[&dyn Fn(&Unit) -> bool]) -> Vec<Quote> {
        let found = tests.iter().map(|test| self.some(*test)).find(|found| !found.is_empty());
        found.unwrap_or_else(|| {
            let title = self.reading.fields.title.iter().map(|title| title.quote.clone());
            let first = self.judge.units().take(1).map(|unit| self.judge.quote(unit.span.clone()));
            title.chain(first).take(1).collect()
        })
    }
}
