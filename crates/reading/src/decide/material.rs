//! Counts the signs of a document: shares and softened counts over its units, sections, names and fields.

use std::collections::BTreeSet;

use crate::decide::signs::{Model, Signs};
use crate::facts::blanks;
use crate::facts::blanks::count;
use crate::facts::statements::Titles;
use crate::grammar::dates;
use crate::grammar::dates::Written;
use crate::grammar::intervals::interval_in;
use crate::grammar::lexicon::Lexicon;
use crate::grammar::names;
use crate::grammar::terms::{Marks, Term};
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::Document;
use crate::value::reading::{DateSource, Reading};

/// What the signs are counted over.
pub(crate) struct Material<'a> {
    /// Repository-relative path.
    pub(crate) path: &'a str,
    /// The document.
    pub(crate) doc: &'a Document,
    /// Its units.
    pub(crate) units: &'a [Unit],
    /// Its section titles.
    pub(crate) titles: &'a Titles,
    /// The vocabulary.
    pub(crate) lexicon: &'a Lexicon,
    /// The weights.
    pub(crate) model: &'a Model,
    /// How many fields of its head are empty or hold a placeholder.
    pub(crate) open_fields: usize,
}

fn one(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

/// Is it about security?
const SECURITY: [Term; 3] = [Term::Security, Term::SecurityDefect, Term::Attack];

/// Names of what is recorded.
const RECORDS: [(&str, Term); 5] = [
    ("told_incident", Term::IncidentTitle),
    ("told_defect", Term::DefectTitle),
    ("told_meeting", Term::MeetingTitle),
    ("told_report", Term::ReportTitle),
    ("told_audit", Term::AuditTitle),
];

/// Headings below which open boxes are open actions, not an unfilled form.
const ACTIONS: [Term; 3] = [Term::ActionHeading, Term::ImproveHeading, Term::FollowUp];

impl Material<'_> {
    /// Classes of the title. The first of several sections of one level is no title.
    pub(crate) fn title(&self, reading: &Reading) -> Marks {
        let sections = &self.doc.sections;
        let first = sections.get(1).filter(|first| first.level > 1);
        let section = first.is_some_and(|first| {
            first.title == title_of(reading) && sections.iter().skip(2).any(|other| other.level == first.level)
        });
        if section { Marks::default() } else { self.lexicon.marks(title_of(reading)) }
    }

    /// Classes of the file's name.
    pub(crate) fn file(&self) -> Marks {
        self.lexicon.marks(&self.file_name().replace('_', " "))
    }

    fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// Classes of the folders.
    fn folders(&self) -> Marks {
        let folders = self.path.rsplit_once('/').map_or("", |(folders, _)| folders);
        self.lexicon.marks(&folders.replace(['_', '-'], " "))
    }

    /// Units other than headings, in the sections on the matter.
    fn body(&self) -> impl Iterator<Item = &Unit> {
        let on_it = |unit: &&Unit| unit.form != Form::Heading && !self.titles.beside(unit.section);
        self.units.iter().filter(on_it)
    }

    fn length(&self) -> f32 {
        count(self.body().count().max(1))
    }

    /// Share of the units.
    fn share(&self, test: impl Fn(&Unit) -> bool) -> f32 {
        count(self.body().filter(|unit| test(unit)).count()) / self.length()
    }

    /// A handful is as good as many: `enough` units count as 1, in a short text a third of it.
    fn some(&self, test: impl Fn(&Unit) -> bool, enough: f32) -> f32 {
        let enough = enough.min((self.length() / 3.0).max(2.0));
        (count(self.body().filter(|unit| test(unit)).count()) / enough).min(1.0)
    }

    /// Does the text tell something at all? 1 from one unit in twelve on.
    fn tells(&self) -> f32 {
        (self.share(|u| u.told && u.mood == Mood::Fact) / 0.08).min(1.0)
    }

    /// Is the phrase among the first units?
    fn early(&self, term: Term) -> f32 {
        one(self.units.iter().take(12).any(|unit| unit.has(term)))
    }

    /// Counts the signs.
    pub(crate) fn count(&self, reading: &Reading) -> Signs {
        let mut signs = Signs::new();
        self.moods(&mut signs);
        self.gaps(reading, &mut signs);
        self.names(reading, &mut signs);
        self.headings(&mut signs);
        self.shape(reading, &mut signs);
        self.subject(reading, &mut signs);
        self.content(reading, &mut signs);
        signs
    }

    /// How it speaks.
    fn moods(&self, signs: &mut Signs) {
        signs.insert("told", self.share(|u| u.told && u.mood == Mood::Fact));
        signs.insert("tells", self.tells());
        signs.insert("obligation", self.share(|u| u.mood == Mood::Obligation && !u.has(Term::Product)));
        signs.insert("product_shall", self.share(|u| u.mood == Mood::Obligation && u.has(Term::Product)));
        signs.insert("commands", self.share(|u| u.commands && !u.told && !u.has(Term::Interface)));
        signs.insert("interface", self.share(|u| u.has(Term::Interface)));
        signs.insert("plan", self.share(|u| u.mood == Mood::Plan));
        signs.insert("we", self.share(|u| u.has(Term::We)));
        signs.insert("you", self.share(|u| u.has(Term::You)));
        signs.insert("instruction", self.share(|u| u.has(Term::Instruction)));
        signs.insert("feature", self.share(|u| u.has(Term::Feature)));
        // How things are done as a rule, and by whom: the voice of a procedure in the plain present.
        signs.insert("rule", self.share(|u| u.rule && !u.has(Term::Interface)));
        signs.insert("roles", self.share(|u| u.has(Term::Role) && !u.told));
        signs.insert("advice", self.some(|u| u.has(Term::Advice) && !u.told, 2.0));
        signs.insert("self_procedure", self.early(Term::SelfProcedure));
        signs.insert("self_template", self.early(Term::SelfTemplate));
        signs.insert("self_other", self.early(Term::SelfOther));
        signs.insert("example", self.early(Term::Example));
    }

    /// Is it filled in?
    fn gaps(&self, reading: &Reading, signs: &mut Signs) {
        let open = |u: &&Unit| u.checked == Some(false) && !self.titles.all(u.section).any(&ACTIONS);
        let form = || self.units.iter().filter(|unit| !self.titles.lists_tasks(unit.section));
        let boxed = count(form().filter(open).count());
        let ticked = form().any(|u| u.checked == Some(true));
        let gaps = (count(reading.placeholders.len()) - boxed).max(0.0);
        signs.insert("unticked", (boxed / self.length() * 2.0).min(1.0));
        signs.insert("all_open", one(boxed >= 3.0 && !ticked));
        signs.insert("ticked", self.share(|u| u.checked == Some(true)));
        signs.insert("gaps", (gaps / self.length() * 4.0).min(1.0));
        signs.insert("gaps_some", (gaps / 3.0).min(1.0));
        signs.insert("gaps_head", (count(self.open_fields) / 2.0).min(1.0));
        signs.insert("empty_cells", blanks::empty_cells(self.doc));
        signs.insert("empty_sections", blanks::empty_sections(self.doc));
        signs.insert("field_table", one(blanks::field_table(self.doc)));
        signs.insert("stand_in", one(blanks::stand_in(self.doc, self.units.len())));
        signs.insert("draft", one(reading.fields.draft.is_some()));
    }

    /// What it calls itself.
    fn names(&self, reading: &Reading, signs: &mut Signs) {
        let (title, file, folders) = (self.title(reading), self.file(), self.folders());
        // "Management review" names a matter; only a text that tells something is a record of one.
        let tells = self.tells();
        for (name, term) in [
            ("title_procedure", Term::ProcedureTitle),
            ("title_template", Term::TemplateTitle),
            ("title_incident", Term::IncidentTitle),
            ("title_defect", Term::DefectTitle),
            ("title_meeting", Term::MeetingTitle),
            ("title_report", Term::ReportTitle),
            ("title_audit", Term::AuditTitle),
            ("title_review", Term::ReviewTitle),
            ("title_other", Term::OtherTitle),
        ] {
            let named = one(title.has(term)) * 0.7 + one(file.has(term)) * 0.3;
            signs.insert(name, named);
            if let Some((told, _)) = RECORDS.iter().find(|(_, own)| *own == term) {
                signs.insert(told, named * tells);
            }
        }
        signs.insert("title_security", one(title.any(&SECURITY) || file.any(&SECURITY)));
        signs.insert("path_template", one(folders.has(Term::TemplateTitle)));
        signs.insert("path_procedure", one(folders.has(Term::ProcedureTitle)));
        let kept = [Term::IncidentTitle, Term::MeetingTitle, Term::ReportTitle, Term::AuditTitle];
        signs.insert("path_record", one(folders.any(&kept)) * tells);
        signs.insert("named_period", one(self.named_period(reading)));
        let named = names::template(title_of(reading)) || names::template(names::stem(self.file_name()));
        signs.insert("named_template", one(named));
        let dated = |text: &str| dates::find(text).iter().any(|d| d.written != Written::Ambiguous);
        let name = self.file_name().replace('_', "-");
        signs.insert("name_dated", one(dated(&name) || dated(title_of(reading))));
    }

    /// Is it named after a stretch of time: "Update 2024-10", "Q3 report", "Security report 2023"? A year alone says so only
    /// of a report; an incident or an audit named after its month covers no stretch.
    fn named_period(&self, reading: &Reading) -> bool {
        let title = self.title(reading);
        let single = [Term::IncidentTitle, Term::DefectTitle, Term::AuditTitle];
        if title.any(&single) || self.file().any(&single) {
            return false;
        }
        let stretch = |text: &str, year: bool| {
            let found = dates::find(text);
            !found.is_empty()
                && found.iter().all(|date| match date.written {
                    Written::Month(..) | Written::Quarter(..) | Written::Half(..) => true,
                    Written::Year(_) => year,
                    Written::Day(_) | Written::Ambiguous => false,
                })
        };
        let stem = names::stem(self.file_name()).replace('_', "-");
        let named = title_of(reading);
        // What happened on a day did not last a month, whatever the file is called.
        let day = dates::find(named).iter().any(|date| matches!(date.written, Written::Day(_) | Written::Ambiguous));
        let short = named.split_whitespace().count() <= 8;
        // A month in a file's name may be that of a post's writing.
        let reports = [Term::ReportTitle, Term::MeetingTitle, Term::ReviewTitle, Term::Periodic];
        let filed = title.any(&reports) || named.is_empty() || named.to_lowercase().contains("update");
        !day && (short && stretch(named, title.has(Term::ReportTitle)) || filed && stretch(&stem, false))
    }

    /// Filled fields of the head whose names belong to the class, as a share of `enough`.
    fn fields(&self, term: Term, enough: f32) -> f32 {
        let named = |name: &str, value: &str| {
            name.split_whitespace().count() <= 4
                && value.chars().any(char::is_alphanumeric)
                && self.lexicon.marks(name).has(term)
                && !self.lexicon.marks(value).has(Term::Placeholder)
                && !value.trim_start().starts_with(['[', '<', '{'])
        };
        let pairs = self.doc.pairs.iter().filter(|pair| named(&pair.key, &pair.value)).count();
        let units = self.units.iter().take(30).filter(|unit| unit.form != Form::Heading);
        let lines =
            units.filter(|unit| unit.text.split_once([':', '|']).is_some_and(|(name, value)| named(name, value)));
        (count(pairs + lines.count()) / enough).min(1.0)
    }

    /// What its sections are called, the title left out.
    fn headings(&self, signs: &mut Signs) {
        let sections = &self.doc.sections;
        // "Fields:" on a line of its own is a heading too.
        let label = |u: &&Unit| u.form == Form::Sentence && u.length <= 3 && u.text.trim_end().ends_with(':');
        let labels: Vec<Marks> = self.units.iter().filter(label).map(|unit| unit.marks).collect();
        let kinds = [Term::ProcedureHeading, Term::RecordHeading, Term::OtherHeading];
        let counts = |at: &usize| !self.titles.beside(*at) || self.titles.own(*at).any(&kinds);
        let all = ((2..sections.len()).filter(counts).count() + labels.len()).max(1);
        let share = |term: Term| {
            let own = (2..sections.len()).filter(|index| self.titles.own(*index).has(term)).count();
            count(own + labels.iter().filter(|marks| marks.has(term)).count()) / count(all)
        };
        signs.insert("headings_procedure", share(Term::ProcedureHeading));
        signs.insert("headings_record", share(Term::RecordHeading));
        signs.insert("headings_other", share(Term::OtherHeading));
        let versions = sections.iter().skip(1).filter(|section| names::version(&section.title)).count();
        signs.insert("headings_version", count(versions) / count(all));
        let day = |text: &str| dates::find(text).iter().any(|d| matches!(d.written, Written::Day(_)));
        signs
            .insert("headings_dated", one(sections.iter().skip(1).any(|s| day(&s.title) && !names::version(&s.title))));
        let secure = (1..sections.len()).any(|index| self.titles.own(index).any(&SECURITY));
        signs.insert("headings_security", one(secure));
        let improving = (0..sections.len()).any(|index| self.titles.own(index).has(Term::ImproveHeading));
        signs.insert("improve_heading", one(improving));
    }

    /// What it is made of.
    fn shape(&self, reading: &Reading, signs: &mut Signs) {
        let source = reading.fields.date_source;
        let held = one(matches!(source, Some(DateSource::Stated | DateSource::StatedMonth)));
        signs.insert("date_held", held);
        signs.insert("told_date", held * self.tells());
        let day = |u: &Unit| dates::find(&u.text).iter().any(|d| matches!(d.written, Written::Day(_)));
        signs.insert("dated", self.some(day, 4.0));
        signs.insert("named_issues", (count(reading.references.len()) / 6.0).min(1.0));
        let links = self.doc.links.iter().filter(|link| !self.titles.beside(link.section)).count();
        signs.insert("links", (count(links) / self.length()).min(1.0));
        signs.insert("code", blanks::code(self.doc));
        let reviewed = |u: &Unit| u.has(Term::Periodic) && u.has(Term::ReviewAct) && u.form != Form::Quote;
        signs.insert("interval", one(self.units.iter().any(|u| reviewed(u) && interval_in(&u.text).is_some())));
        // The header of a document that is kept up to date rather than written once.
        let fields = &reading.fields;
        let controlled = fields.version.is_some() && fields.next_review.is_some() && fields.period_to.is_none();
        signs.insert("controlled", one(controlled));
        signs.insert("record_fields", self.fields(Term::RecordField, 3.0));
        let labelled = |u: &Unit| {
            u.is_fact()
                && u.text.split_once(':').is_some_and(|(name, value)| {
                    name.split_whitespace().count() <= 3
                        && value.chars().any(char::is_alphanumeric)
                        && self.lexicon.marks(name).has(Term::FindingField)
                })
        };
        signs.insert("findings", self.some(labelled, 6.0));
        signs.insert("control_fields", self.fields(Term::ControlField, 3.0));
        signs.insert("timeline", self.some(|u| u.stamped, 4.0));
        // One or two versions are named by everybody.
        let versions = self.body().filter(|u| names::names_version(&u.text)).count().saturating_sub(2);
        signs.insert("versions", count(versions) / self.length());
        // In a book all is said somewhere.
        signs.insert("long", (self.length() / 400.0).min(1.0));
        signs.insert("short", 1.0 - (self.length() / 15.0).min(1.0));
        signs.insert("decided_actions", (count(reading.actions.len()) / 3.0).min(1.0));
        signs.insert("participants", one(!reading.fields.participants.is_empty()));
        signs.insert("done", self.some(|u| self.done(u), 3.0));
        let aspects: BTreeSet<_> =
            reading.assessments.iter().filter(|a| a.answer.is_proven()).map(|a| a.aspect).collect();
        signs.insert("aspects", count(aspects.len()) / 3.0);
    }

    /// What it is about.
    fn subject(&self, reading: &Reading, signs: &mut Signs) {
        // Under a title that names a vulnerability or an attack, the facts are about it.
        let titled = self.title(reading).any(&[Term::SecurityDefect, Term::Attack]);
        let near = [Term::Security, Term::Defect, Term::Cause, Term::Deployed, Term::LifeCycle];
        let under = |u: &Unit| titled || self.titles.own(u.section).any(&[Term::SecurityDefect, Term::Attack]);
        let defect = |u: &Unit| {
            fact(u) && (u.marks.any(&[Term::SecurityDefect, Term::Attack]) || u.marks.any(&near) && under(u))
        };
        let secure = |u: &Unit| u.marks.any(&SECURITY[..2]) || self.titles.own(u.section).any(&SECURITY[..2]);
        // "12 triaged" below a heading on security problems tells without a sentence.
        let counted = |u: &Unit| {
            matches!(u.form, Form::Item | Form::Row)
                && u.is_fact()
                && u.length <= 8
                && u.text.bytes().any(|b| b.is_ascii_digit())
                && u.marks.any(&[Term::Handling, Term::Done, Term::StillOpen])
                && self.titles.own(u.section).any(&SECURITY[..2])
        };
        let handling = |u: &Unit| fact(u) && u.has(Term::Handling) && secure(u) || counted(u);
        signs.insert("security_defects", self.some(|u| u.has(Term::SecurityDefect), 5.0));
        signs.insert("security", self.share(|u| u.marks.any(&SECURITY)));
        signs.insert("defect_facts", self.some(defect, 5.0));
        signs.insert("attack_facts", self.some(|u| fact(u) && u.has(Term::Attack), 3.0));
        signs.insert("handling_facts", self.some(handling, 4.0));
        signs.insert("examined_section", one(self.examined_section()));
        signs.insert("outage", self.share(|u| u.has(Term::Outage)));
        signs.insert("code_review", (self.share(|u| u.has(Term::CodeReview)) * 5.0).min(1.0));
        signs.insert("metric", self.share(|u| u.has(Term::Metric)));
    }

    /// What it says about it.
    fn content(&self, reading: &Reading, signs: &mut Signs) {
        let caused = |u: &Unit| u.is_fact() && (u.has(Term::Cause) || self.titles.own(u.section).has(Term::Cause));
        let titled = self.title(reading);
        signs.insert("cause_facts", self.some(caused, 3.0));
        signs.insert("missed_facts", self.some(|u| fact(u) && u.has(Term::Missed), 3.0));
        signs.insert("deployed_facts", self.some(|u| fact(u) && u.has(Term::Deployed), 3.0));
        signs.insert("improve_facts", self.some(|u| self.improves(u), 4.0));
        let recurring = self.some(|u| u.has(Term::Periodic), 3.0);
        signs.insert("periodic", recurring.max(one(titled.has(Term::Periodic)) / 2.0));
        signs.insert("not_held", one(self.units.iter().any(|u| u.has(Term::NotHeld))));
    }

    /// Does it say what was improved? What an agenda names or bids is not yet an improvement; what a list of actions bids was decided.
    pub(crate) fn improves(&self, unit: &Unit) -> bool {
        let minutes = self.titles.own(1).has(Term::MeetingTitle);
        let bare = unit.commands || minutes && unit.form == Form::Item;
        let bid = bare && !unit.told && !self.titles.all(unit.section).any(&ACTIONS);
        unit.is_fact() && unit.has(Term::Improve) && !bid
    }

    /// A section on security problems or their handling in which something is told or counted.
    fn examined_section(&self) -> bool {
        let about = |marks: Marks| {
            marks.has(Term::SecurityDefect) || marks.has(Term::Security) && marks.any(&[Term::Defect, Term::Handling])
        };
        self.body().any(|u| {
            u.section > 1
                && about(self.titles.own(u.section))
                && u.is_fact()
                && (u.told
                    || u.has(Term::NoIssues)
                    || u.form == Form::Row && u.text.bytes().any(|b| b.is_ascii_digit()))
        })
    }

    /// Does a cell or a short value say that something is fixed, closed, done?
    fn done(&self, unit: &Unit) -> bool {
        unit.has(Term::Done)
            && unit
                .text
                .split(['|', ':', '\n'])
                .any(|cell| cell.split_whitespace().count() <= 3 && self.lexicon.marks(cell).has(Term::Done))
    }
}

fn fact(unit: &Unit) -> bool {
    unit.is_fact() && unit.told
}

fn title_of(reading: &Reading) -> &str {
    reading.fields.title.as_ref().map_or("", |title| title.value.as_str())
}
