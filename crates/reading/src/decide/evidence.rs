//! Which evidence a record is: the review of how problems were handled, the analysis of a defect, an improvement. What the text judges by
//! rules and by weighed signs; whose defect it tells of.

use crate::decide::judge::Judge;
use crate::grammar::terms::Term;
use crate::value::declared::DeclaredAs;
use crate::value::reading::{DateSource, Reading};

/// From this likelihood on a record is taken as evidence.
const LIKELY: f32 = 0.45;

/// Which of the three sorts of evidence a record is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Grounds {
    /// Reviews how security problems are handled.
    pub(crate) review: bool,
    /// Analyses a security defect.
    pub(crate) analysis: bool,
    some: bool,
}

impl Grounds {
    /// Is it evidence at all?
    pub(crate) fn any(self) -> bool {
        self.some
    }

    /// What is left of it, or beyond doubt, once somebody declared what the document is.
    pub(crate) fn declared(self, declared: DeclaredAs) -> Self {
        let none = Grounds::default();
        match declared {
            DeclaredAs::Review => Grounds { review: true, some: true, ..self },
            DeclaredAs::Procedure => self,
            DeclaredAs::Analysis => Grounds { analysis: true, some: true, ..none },
            DeclaredAs::None => none,
        }
    }
}

impl Judge<'_> {
    /// Does it call itself a form, or is it written like one?
    pub(crate) fn is_form(&self) -> bool {
        ["named_template", "self_template", "stand_in"].into_iter().any(|name| self.sign(name) > 0.0)
    }

    /// Is it kept as a document that governs: in force from a day, approved, with an identifier and a version?
    pub(crate) fn governs(&self, reading: &Reading) -> bool {
        let fields = &reading.fields;
        let kept =
            [fields.status.is_some(), fields.doc_id.is_some(), fields.version.is_some(), fields.approved_by.is_some()];
        reading.effective.is_some() || kept.into_iter().filter(|kept| *kept).count() >= 2
    }

    /// Which evidence it is.
    pub(crate) fn evidence(&self, reading: &Reading) -> Grounds {
        let aspects = self.aspects(reading).len();
        let security = self.sign("security") > 0.1 || self.sign("title_security") > 0.0;
        // News of releases report on a month too, but on what was shipped.
        let news =
            (self.title.has(Term::OtherTitle) || self.sign("versions") > 0.12) && self.sign("title_incident") <= 0.0;
        let likely = security && !news && !self.own_audit() && self.material.model.evidence(self.signs) >= LIKELY;
        let incident = self.on_an_incident();
        let analysed =
            (self.sign("cause_facts") > 0.3 || self.sign("missed_facts") > 0.6) && self.sign("defect_facts") >= 0.2;
        // A review of the process that judges it; a section on security is enough, the rest may say "the handling".
        let section = self.sign("headings_security") > 0.0;
        let review = reading.presents_review && (security || section) && aspects >= 2;
        // A report on an incident or an audit is written once; only one that is called periodic covers a stretch of time.
        let single = ["title_incident", "title_audit"].iter().any(|name| self.sign(name) > 0.0)
            && !self.title.has(Term::Periodic);
        let periodic = ["title_meeting", "title_review"].iter().any(|name| self.sign(name) > 0.0)
            || self.sign("title_report") > 0.0 && !single;
        // "Security report 2024" reports on a stretch of time, whether or not it says "yearly".
        let named_period = self.sign("named_period") > 0.0;
        let review_like = periodic && (self.sign("periodic") > 0.3 || named_period);
        // "Update 2024-10" with a section on security problems is a report like one that is called so.
        let on_security = self.sign("title_security") > 0.0 || named_period && section && self.sign("tells") > 0.5;
        let listed = named_period && self.sign("examined_section") > 0.0 && self.sign("security_defects") >= 1.0;
        // An analysis of a security defect in use, with its cause and what changes.
        let analysis = incident
            && security
            && analysed
            && self.sign("defect_facts") >= 0.4
            && self.sign("improve_facts") + self.sign("improve_heading") >= 0.5
            && self.sign("deployed_facts") > 0.3
            && self.sign("code_review") < 0.75
            && self.sign("outage") < 0.2;
        // A periodic report on the handling, or minutes that look at security problems.
        let report = !news
            && (review_like || named_period)
            && on_security
            && self.sign("handling_facts") >= 0.5
            && (self.sign("defect_facts") >= 0.6 || listed)
            && self.sign("code_review") < 0.75;
        let minutes = self.sign("title_meeting") > 0.0
            && self.sign("date_held") + self.sign("name_dated") > 0.0
            && self.sign("participants") > 0.0
            && self.sign("security") > 0.1
            && (self.sign("examined_section") > 0.0
                || self.sign("security") > 0.15 && self.sign("periodic") > 0.6 && self.sign("defect_facts") >= 0.2);
        // A running log of reviews: dated entries, what was found and what was done.
        let log = periodic
            && self.sign("title_security") > 0.0
            && self.sign("headings_dated") > 0.0
            && self.sign("periodic") > 0.6
            && self.sign("told") > 0.1
            && self.sign("improve_facts") >= 0.5
            && self.sign("decided_actions") + self.sign("named_issues") > 0.5;
        let any = likely || review || analysis || report || minutes || log;
        Grounds {
            review: review || report || minutes || log || likely && (review_like || named_period && on_security),
            analysis: any && analysed && self.may_analyse(reading),
            some: any,
        }
    }

    /// Is it named after an incident or a defect, or laid out as a post-mortem?
    pub(crate) fn on_an_incident(&self) -> bool {
        self.on_one_incident() || self.sign("title_defect") > 0.0
    }

    /// Is it named after an incident, or laid out as a post-mortem? One named after a defect alone may be an advisory.
    fn on_one_incident(&self) -> bool {
        self.sign("title_incident") > 0.0 || self.sign("headings_record") >= 0.5
    }

    /// Does it tell what happened in an incident? What turns to its readers explains to them what an incident is.
    pub(crate) fn retraces(&self) -> bool {
        self.on_one_incident() && self.sign("told") >= 0.15 && self.sign("you") <= 0.08
    }

    /// Is it named after one defect, as an advisory or a disclosure is?
    pub(crate) fn on_a_defect(&self) -> bool {
        self.title.any(&[Term::SecurityDefect, Term::Attack])
    }

    /// Is it the sort of document in which defects are analysed: named after an incident or a defect, laid out as a post-mortem, or the
    /// record of a review? In reports on what was done, minutes of a group and catalogues the same words tell of other things.
    pub(crate) fn may_analyse(&self, reading: &Reading) -> bool {
        self.on_an_incident()
            || self.on_a_defect()
            || reading.presents_review
            || self.title.any(&[Term::ManagementReview, Term::MeetingTitle])
    }

    /// Is it the sort of document that decides on improvements: one that analyses, a report or minutes of a body, a list of actions? What
    /// changed in a product, a release or a rule of the house is told everywhere.
    pub(crate) fn may_improve(&self, reading: &Reading) -> bool {
        let named = |name: &str| self.sign(name) > 0.0;
        let kept =
            ["title_meeting", "title_review", "title_report", "named_period", "improve_heading"].into_iter().any(named);
        self.may_analyse(reading) || kept || !reading.actions.is_empty()
    }

    /// Is it told by those whose software it was: in the first person, with the head of a record, or by issues of their own? An entry of a
    /// catalogue of other people's incidents has none of these, though it names whose product it was.
    pub(crate) fn own(&self, reading: &Reading) -> bool {
        let fields = &reading.fields;
        let head = fields.doc_id.is_some()
            || fields.approved_by.is_some()
            || !fields.participants.is_empty()
            || matches!(fields.date_source, Some(DateSource::Stated));
        let number =
            |id: &str| id.rsplit_once('-').is_some_and(|(_, number)| number.bytes().all(|b| b.is_ascii_digit()));
        let elsewhere = |id: &str| id.starts_with("CVE-") || id.contains("://");
        let issue = |id: &str| id.starts_with('#') || !elsewhere(id) && number(id);
        head || reading.presents_review
            || !reading.actions.is_empty()
            || self.units().any(|unit| unit.has(Term::We) && !unit.is_quoted())
            || reading.references.iter().any(|named| issue(&named.id))
    }

    /// A single audit or code review by its own people, or one that lists findings and tells nothing: what it finds is not
    /// yet a defect of the field, and nothing recurs.
    fn own_audit(&self) -> bool {
        let named = |name: &str| self.sign(name) > 0.0;
        let recurring = self.title.has(Term::Periodic) || self.file.has(Term::Periodic) || named("headings_dated");
        let log = named("title_report") && recurring;
        named("title_audit")
            && !["title_incident", "title_meeting", "named_period"].into_iter().any(named)
            && !log
            && (self.sign("tells") < 0.5 || !self.units().any(|unit| unit.has(Term::External)))
    }
}
