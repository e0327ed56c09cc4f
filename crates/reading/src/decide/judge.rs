//! The judge: what sort of document it is, whether it is the evidence asked for, and which constraints it meets. Rules
//! decide what a fact excludes (drafts, denials, plans, unfilled forms) and what a complete record proves; between these
//! the weighed signs decide. Every answer carries the document's words.

use std::ops::Range;

use crate::decide::material::Material;
use crate::decide::signs::Signs;
use crate::facts::refusals::Refusal;
use crate::grammar::learned::Said;
use crate::grammar::names;
use crate::grammar::patterns::sentences;
use crate::grammar::references::{self, Extra};
use crate::grammar::terms::{Marks, Term};
use crate::grammar::units::{Form, Mood, Unit, demands, prescribes};
use crate::value::reading::{Answer, Answered, Aspect, Kind, Reading};
use crate::value::text::Quote;

/// A document's material and signs, weighed.
pub(crate) struct Judge<'a> {
    /// What the signs are counted over.
    pub(crate) material: &'a Material<'a>,
    /// The signs.
    pub(crate) signs: &'a Signs,
    /// Classes of the title.
    pub(crate) title: Marks,
    /// Classes of the file's name.
    pub(crate) file: Marks,
}

impl Judge<'_> {
    /// A sign's value; 0 when it was not counted.
    pub(crate) fn sign(&self, name: &str) -> f32 {
        self.signs.get(name).copied().unwrap_or_default()
    }

    /// Units other than headings.
    pub(crate) fn units(&self) -> impl Iterator<Item = &Unit> {
        self.material.units.iter().filter(|unit| unit.form != Form::Heading)
    }

    /// The document's own words at a place.
    pub(crate) fn quote(&self, span: Range<usize>) -> Quote {
        self.material.doc.quote(span)
    }

    /// What sort of document it is, and how sure that is (0 to 1).
    pub(crate) fn kind(&self, reading: &Reading) -> (Kind, f32) {
        if self.units().next().is_none() {
            return (Kind::Other, 0.95);
        }
        // Whatever it is called: the day, the period and all three judgements make a record.
        if self.aspects(reading).len() == Aspect::ALL.len()
            && reading.fields.date_held.is_some()
            && reading.fields.period_to.is_some()
            && self.sign("gaps") < 0.5
            && self.sign("named_issues") > 0.3
            && !self.is_form()
        {
            return (Kind::Record, 0.95);
        }
        // A review of the process with its date and judgements is a record, however short.
        if self.aspects(reading).len() >= 2
            && reading.fields.date_held.is_some()
            && self.title.any(&[Term::ReviewTitle, Term::ReviewAct, Term::JudgeAct, Term::ThisReview])
            && self.sign("gaps") < 0.5
            && self.sign("told") > 0.1
        {
            return (Kind::Record, 0.95);
        }
        // What says that the handling is reviewed time and again, and tells of no day on which that was done, prescribes it.
        let undated = reading.fields.date_held.is_none() && reading.fields.period_to.is_none();
        if undated && reading.establishes.is_some() && !self.is_form() && self.governs(reading) {
            return (Kind::Procedure, 0.9);
        }
        // A document that calls itself a form is one, unless it tells of something that happened on a stated day.
        let filled = self.sign("date_held") > 0.0 && self.sign("told") > 0.2;
        if self.sign("named_template") > 0.0 && !filled && self.sign("told") < 0.4 {
            return (Kind::Template, 0.9);
        }
        // So is one that speaks of itself as a form and is not filled in.
        let unfilled = self.sign("draft") > 0.0 || self.sign("gaps_some") > 0.5 || self.sign("all_open") > 0.0;
        if self.sign("self_template") > 0.0 && unfilled && self.sign("told") < 0.25 {
            return (Kind::Template, 0.85);
        }
        // A name that stands in for one to be put in, again and again.
        if self.sign("stand_in") > 0.0 && self.sign("told") < 0.25 {
            return (Kind::Template, 0.85);
        }
        // A checklist that is ticked off and dated, whatever it is called.
        let ticked_off = self.sign("ticked") > 0.5 && self.sign("date_held") > 0.0 && self.sign("unticked") <= 0.0;
        if ticked_off || self.recorded() {
            return (Kind::Record, 0.9);
        }
        self.material.model.kind(self.signs)
    }

    /// A report named after a stretch of time that tells of it, or a post-mortem that tells what happened and why. How much
    /// code or how many links stand between does not matter then.
    fn recorded(&self) -> bool {
        let tells = self.sign("told") > 0.1 && self.sign("obligation") < 0.1 && self.sign("gaps") < 0.5;
        let planned = self.sign("plan") > 0.15 || self.sign("title_other") > 0.0 || self.sign("title_procedure") > 0.0;
        let report = self.sign("named_period") > 0.0 && self.sign("told") > 0.2;
        let incident = self.sign("told_incident") >= 0.7
            && self.sign("cause_facts") > 0.3
            && self.sign("headings_record") > 0.1
            && self.sign("feature") < 0.3
            && self.sign("advice") < 0.5;
        let form = ["path_template", "named_template", "title_template", "self_template", "draft"];
        let bids = self.sign("commands") > 0.15 && self.sign("gaps_some") > 0.0;
        tells && !planned && !bids && form.iter().all(|name| self.sign(name) <= 0.0) && (report || incident)
    }

    /// The aspects of handling that it judges.
    pub(crate) fn aspects(&self, reading: &Reading) -> Vec<Aspect> {
        Aspect::ALL
            .into_iter()
            .filter(|aspect| reading.assessments.iter().any(|a| a.aspect == *aspect && a.answer.is_proven()))
            .collect()
    }

    /// Does it present itself as a periodic review of how security defects are handled?
    pub(crate) fn presents_review(&self, reading: &Reading) -> bool {
        let named = self.title.has(Term::ReviewTitle) || self.file.has(Term::ReviewTitle);
        // A security review of a release or of code judges that; only what recurs judges how problems are handled.
        let of_code = self.title.has(Term::AuditTitle) && !self.title.has(Term::Handling);
        let process = self.title.any(&[Term::Periodic, Term::Handling])
            || self.sign("aspects") > 0.5 && !of_code
            || self.sign("periodic") > 0.3 && (!of_code || self.says_that_it_looks_back())
            // A test of some days is none that looks back over a time.
            || reading.fields.period_to.as_ref().is_some_and(|to| {
                let from = reading.fields.period_from.as_ref();
                !of_code || from.is_none_or(|from| to.value.signed_duration_since(from.value).num_days() >= 27)
            });
        let one_off = self.sign("code_review") >= 0.75 && self.sign("aspects") < 0.5;
        if reading.kind == Kind::Record
            && (self.looks_back_by_name(reading) || self.says_its_matter() && self.aspects(reading).len() >= 2)
        {
            return true;
        }
        let kind = matches!(reading.kind, Kind::Record | Kind::Template | Kind::Other);
        kind && named && process && !one_off && self.speaks_of_problems(reading)
    }

    /// "Security review" may be one of a building or of code: does the title or a sentence speak of problems, or say which were looked at?
    fn speaks_of_problems(&self, reading: &Reading) -> bool {
        let problems = [Term::Defect, Term::SecurityDefect, Term::HandlingSubject, Term::ReviewSubject];
        let examines = |unit: &Unit| !reading.references.is_empty() && sentences().of("examines").matches(&unit.text);
        self.title.any(&problems)
            || self.title.any(&[Term::Handling, Term::ManagementReview, Term::MeetingTitle])
            || self.units().any(|unit| unit.marks.any(&problems) || examines(unit))
    }

    /// A security review that names neither the handling nor a stretch of time judges a release, or code.
    fn of_a_release(&self, reading: &Reading) -> bool {
        self.title.has(Term::AuditTitle)
            && !self.title.any(&[Term::Handling, Term::Periodic])
            && reading.fields.period_to.is_none()
    }

    /// Whatever it is called: does it judge how security problems were handled, on a day? What no name says, the passages have to:
    /// a judgement on test coverage or on an outage is none on security problems.
    pub(crate) fn reviews_by_content(&self, reading: &Reading, told: bool) -> Answer {
        let proven = || reading.assessments.iter().filter(|found| found.answer.is_proven());
        let carried = |aspect: &Aspect| {
            proven().find(|found| found.aspect == *aspect && self.on_handling(&found.quote)).map(|found| &found.quote)
        };
        let carried: Vec<&Quote> = Aspect::ALL.iter().filter_map(carried).collect();
        let all = carried.len() == Aspect::ALL.len();
        // One sentence that answers a question by chance seems to judge two things at once.
        let two = carried.len() == 2 && carried[0] != carried[1];
        let security =
            self.sign("security") > 0.1 || self.sign("title_security") > 0.0 || self.sign("headings_security") > 0.0;
        let single = self.title.any(&[Term::IncidentTitle, Term::AuditTitle]) && !self.title.has(Term::Periodic);
        let judges = told
            && reading.kind == Kind::Record
            && reading.fields.date_held.is_some()
            && (all && !self.of_a_release(reading) || (all || two) && !single)
            && security
            && (self.title.any(&[Term::Defect, Term::SecurityDefect])
                || self.units().any(|unit| unit.marks.any(&[Term::Defect, Term::SecurityDefect])));
        // Three judgements under the name of a review, and nothing that says on what.
        let unsaid = told
            && reading.kind == Kind::Record
            && self.title.has(Term::ReviewTitle)
            && self.aspects(reading).len() == Aspect::ALL.len()
            && !self.speaks_of_problems(reading);
        if unsaid {
            return Answer::Unsure;
        }
        let one = self.title.any(&[Term::IncidentTitle, Term::DefectTitle]);
        match (judges, self.looks_back(reading)) {
            (true, true) => Answer::Proven,
            (true, false) if !one => Answer::Unsure,
            _ => Answer::Absent,
        }
    }

    /// Does a sentence say that the handling, or the problems of a time, are looked back at?
    fn says_that_it_looks_back(&self) -> bool {
        let looked = [Term::ReviewAct, Term::LookBack, Term::ThisReview];
        let back = |unit: &Unit| {
            let handling = unit.has(Term::HandlingSubject) && unit.marks.any(&[Term::JudgeAct, Term::Handling]);
            let problems = unit.marks.any(&[Term::HandlingSubject, Term::ReviewSubject]) && unit.marks.any(&looked);
            unit.is_fact()
                && unit.form != Form::Row
                && (handling || problems)
                && (unit.told || unit.has(Term::Periodic))
        };
        self.units().any(back)
    }

    /// Does it present itself as a review and judge, and name no security problem but in its title?
    pub(crate) fn judges_nothing_named(&self, reading: &Reading) -> bool {
        reading.presents_review && self.aspects(reading).len() >= 2 && !self.names_problems(reading)
    }

    /// The doubt about a record that judges and does not say what it looks back at.
    pub(crate) fn open_time(&self, reading: &Reading) -> Refusal {
        let why = if self.names_problems(reading) {
            "it leaves open whether it looks back at how security problems were handled over a time"
        } else {
            "it names no security problem, and leaves open what it looks at"
        };
        let title = reading.fields.title.iter().map(|title| title.quote.clone()).collect();
        Refusal { sure: false, ..Refusal::sure(why, title) }
    }

    /// Does it look back over a stretch of time, or at how problems were handled? A day and judgements alone may be those of one release,
    /// one incident, one feature.
    fn looks_back(&self, reading: &Reading) -> bool {
        let named = [Term::ReviewTitle, Term::MeetingTitle, Term::ManagementReview, Term::ThisReview, Term::LookBack];
        let title = reading.fields.title.as_ref().map_or("", |title| title.value.as_str());
        let single = self.title.has(Term::IncidentTitle) || !references::find(title, &[], &Extra::default()).is_empty();
        let reports = self.title.any(&[Term::ReportTitle, Term::ReviewTitle, Term::MeetingTitle]);
        let secure = self.sign("title_security") > 0.0 || reports && self.sign("headings_security") > 0.0;
        reading.fields.period_to.is_some()
            || self.sign("named_period") > 0.0 && secure
            || self.title.any(&named)
            || self.title.has(Term::Periodic) && secure
            || !single && self.says_that_it_looks_back()
    }

    /// Is what a passage says about security problems or their handling: by its own words, by the headings above it, or, in a
    /// document on security, by words for problems and how they were dealt with?
    pub(crate) fn on_handling(&self, quote: &Quote) -> bool {
        let security = [Term::Security, Term::SecurityDefect, Term::Attack];
        let handling = [Term::Defect, Term::SecurityDefect, Term::Handling];
        let asked = [Term::Completeness, Term::Efficiency, Term::Resolution];
        let judges = [
            Term::CompleteGood,
            Term::CompleteBad,
            Term::EfficientGood,
            Term::EfficientBad,
            Term::ResolvedGood,
            Term::ResolvedBad,
        ];
        // "Our procedure wants us to ask if the way in which we deal with security defects works": then all is about that.
        let on_it = |unit: &Unit| {
            unit.has(Term::HandlingSubject)
                || unit.has(Term::ReviewSubject) && unit.marks.any(&[Term::Periodic, Term::LookBack, Term::ThisReview])
        };
        // A list of security problems, with or without a heading that calls it so.
        let listed = self.sign("named_issues") >= 0.5
            && (self.sign("security_defects") >= 0.4 || self.sign("headings_security") > 0.0);
        let document =
            self.sign("title_security") > 0.0 || self.sign("security") > 0.2 || listed || self.units().any(on_it);
        let mut units = self.units().filter(|unit| self.quote(unit.span.clone()) == *quote).peekable();
        // The column of a table of issues is quoted as a whole.
        if units.peek().is_none() {
            return document || self.sign("headings_security") > 0.0;
        }
        units.any(|unit| {
            let above = self.material.titles.all(unit.section);
            unit.marks.any(&security)
                || above.any(&security)
                || document
                    && (unit.marks.any(&handling)
                        || unit.marks.any(&asked)
                        || unit.marks.any(&judges)
                        || above.any(&handling)
                        || above.any(&asked)
                        || self.material.titles.judges(unit.section)
                        || unit.text.contains('#'))
        })
    }

    /// Was what it reports carried out (the error says why not), and does it count as held?
    pub(crate) fn held(&self, reading: &Reading, refusals: Vec<Refusal>) -> (Result<(), Refusal>, Answered) {
        let (standing, mut text): (Vec<Refusal>, Vec<Refusal>) =
            refusals.into_iter().partition(|refusal| refusal.standing);
        if !self.about_a_review(reading) {
            text.clear();
        }
        let told = self.carried_out(reading).and_then(|()| text.into_iter().next().map_or(Ok(()), Err));
        let answered = |refusal: &Refusal| {
            let nothing = matches!(reading.kind, Kind::Procedure | Kind::Other);
            let answer = match (nothing, refusal.sure) {
                (true, _) => Answer::Absent,
                (false, true) => Answer::Denied,
                (false, false) => Answer::Unsure,
            };
            Answered::not(answer, refusal.quotes.clone(), refusal.why)
        };
        let mut counts: Vec<Refusal> = told.as_ref().err().cloned().into_iter().chain(standing).collect();
        if let Some(draft) = &reading.fields.draft {
            counts.push(Refusal::standing("it is marked as not in force", vec![draft.clone()]));
        }
        if !reading.placeholders.is_empty() {
            let quotes = reading.placeholders.iter().take(3).cloned().collect();
            counts.push(Refusal::standing("it is not filled in", quotes));
        }
        let kept_as = if self.sign("path_template") > 0.0 {
            Some("it lies in a folder of templates")
        } else if names::sample(self.material.path) {
            Some("its path calls it a sample")
        } else {
            None
        };
        if let Some(why) = kept_as.filter(|_| self.about_a_review(reading)) {
            let title = reading.fields.title.iter().map(|title| title.quote.clone()).collect();
            counts.push(Refusal { sure: false, ..Refusal::standing(why, title) });
        }
        // What is sure goes before what is not.
        counts.sort_by_key(|refusal| !refusal.sure);
        let held = counts.first().map_or_else(|| Answered::proven(self.days(reading)), answered);
        (told, held)
    }

    /// The words that tell the day.
    fn days(&self, reading: &Reading) -> Vec<Quote> {
        reading.fields.date_held.iter().map(|held| held.quote.clone()).collect()
    }

    /// Is it about a review, so that a sentence on "the meeting" is about its own?
    pub(crate) fn about_a_review(&self, reading: &Reading) -> bool {
        let named = [Term::ReviewTitle, Term::MeetingTitle, Term::ManagementReview, Term::ThisReview];
        let single = self.title.has(Term::IncidentTitle) && !self.title.has(Term::ReviewTitle);
        reading.presents_review
            || !single && (self.title.any(&named) || self.file.any(&named) || self.aspects(reading).len() >= 2)
    }

    /// Does the text report something that was carried out?
    fn carried_out(&self, reading: &Reading) -> Result<(), Refusal> {
        let refuse = |why, quotes| Err(Refusal::sure(why, quotes));
        let first = |test: &dyn Fn(&Unit) -> bool, within: usize| {
            self.material
                .units
                .iter()
                .take(within)
                .find(|unit| test(unit))
                .map(|unit| vec![self.quote(unit.span.clone())])
        };
        match reading.kind {
            Kind::Record => {}
            Kind::Procedure => return refuse("it prescribes; it does not record something carried out", Vec::new()),
            Kind::Template => {
                return refuse("it is a form to be filled in", reading.placeholders.iter().take(3).cloned().collect());
            }
            Kind::Other => return refuse("it does not record something carried out", Vec::new()),
        }
        let about = self.about_a_review(reading);
        let denied = |unit: &Unit| unit.has(Term::NotHeld) && unit.mood != Mood::Obligation && unit.length < 40;
        if let Some(words) = first(&denied, 25).filter(|_| !about) {
            return refuse("it says that it was not carried out", words);
        }
        let example = |unit: &Unit| unit.has(Term::Example) && !unit.has(Term::LifeCycle);
        if let Some(words) = first(&example, 15).filter(|_| !about) {
            return refuse("it is marked as an example or a simulation", words);
        }
        if self.sign("plan") > 0.2 && self.sign("plan") > self.sign("told") {
            let words = self.units().find(|unit| unit.mood == Mood::Plan).map(|unit| self.quote(unit.span.clone()));
            return refuse("it says what is planned", words.into_iter().collect());
        }
        if self.sign("gaps") > 0.8
            || self.sign("unticked") > 0.8
            || self.sign("all_open") > 0.0 && self.sign("unticked") > 0.3
        {
            return refuse("it is not filled in", reading.placeholders.iter().take(3).cloned().collect());
        }
        if let Some(words) = self.another_subject(reading) {
            return refuse("what it reviews is something else than how security problems were handled", words);
        }
        Ok(())
    }

    /// Does it stand below a heading on security?
    pub(crate) fn secure_heading(&self, unit: &Unit) -> bool {
        self.material.titles.own(unit.section).any(&[Term::Security, Term::SecurityDefect])
    }

    /// Does the sentence before it in its section speak of security defects: "They record the phase in which …"?
    fn on_defects_around(&self, unit: &Unit) -> bool {
        let before = self.units().take_while(|other| other.span.start < unit.span.start);
        before.last().is_some_and(|other| {
            other.section == unit.section && other.marks.any(&[Term::SecurityDefect, Term::Attack])
        })
    }

    /// Does a procedure demand an analysis of why security defects came about: in the unit, below a heading on them, or in a section of its
    /// own of a procedure on them?
    pub(crate) fn prescribes_analysis(&self, unit: &Unit) -> bool {
        let defect = [Term::SecurityDefect, Term::Attack];
        let heading = self.material.titles.own(unit.section);
        let own_section = heading.has(Term::LookBack) && self.sign("security_defects") >= 1.0;
        let about = unit.marks.any(&defect) || heading.any(&defect) || own_section;
        let rule = demands(unit) || sentences().of("for-each").matches(&unit.text);
        // "The root causes of these attacks include:" and "isolating the cause can be hard" demand nothing.
        let open = sentences().of("may-be").matches(&unit.text) && !sentences().of("must-be").matches(&unit.text)
            || sentences().of("fixes-cause").matches(&unit.text) && !sentences().of("seeks").matches(&unit.text);
        let activity = sentences().of("which-activity").matches(&unit.text) && (about || self.on_defects_around(unit));
        // "Found in the field" is in the past there, and the sentence is not.
        let rules = prescribes(unit) || sentences().of("begins-for-each").matches(&unit.text);
        !open
            && rules
            && (rule && unit.has(Term::LookBack) && about
                || activity
                || unit.said().answer(Said::RuleCause) == Answer::Proven
                    && sentences().of("seeks-cause").matches(&unit.text))
    }
}
