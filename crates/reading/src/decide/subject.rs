//! What a record is about: a look back at how security problems were handled, by its name or that of a section, or something else in the
//! form of one: a scan, a training, the doors, the suppliers.

use crate::decide::judge::Judge;
use crate::grammar::lexicon::{Hit, words};
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Unit};
use crate::value::reading::{Aspect, Reading};
use crate::value::text::Quote;

/// Among its first so many sentences a document says what it looks at.
const SCOPE: usize = 30;

/// Among its first so many sentences a short record does.
const FIRST: usize = 4;

/// So many judgements of an aspect are asked what they are about.
const CARRIED: usize = 50;

impl Judge<'_> {
    /// Is it, or a section of it, named after a look back at security problems, and judges at least two aspects there?
    pub(crate) fn looks_back_by_name(&self, reading: &Reading) -> bool {
        let on = [Term::HandlingSubject, Term::ReviewSubject, Term::SecurityDefect, Term::Security, Term::Attack];
        let names = |title: &str| {
            self.material.lexicon.marks(title).any(&on) && sentences().of("heading-looks-back").matches(title)
        };
        let doc = self.material.doc;
        let sections = &doc.sections;
        let begins: Vec<usize> = sections.iter().map(|section| doc.line_of(section.span.start)).collect();
        let judged = |section: usize| {
            // The section of a quote is the last that begins above it.
            let within = |found: &Quote| {
                let mut at = begins.partition_point(|line| *line <= found.line.get() as usize).checked_sub(1);
                while let Some(own) = at.filter(|own| *own != section && *own > 0) {
                    at = sections[own].parent;
                }
                at == Some(section)
            };
            let told = |aspect: &Aspect| {
                let mut found =
                    reading.assessments.iter().filter(|one| one.aspect == *aspect && one.answer.is_proven());
                found.any(|one| within(&one.quote))
            };
            Aspect::ALL.iter().filter(|aspect| told(aspect)).count()
        };
        let of_a_release = self.title.has(Term::AuditTitle) && !self.title.any(&[Term::Handling, Term::Periodic]);
        let title = !of_a_release && reading.fields.title.as_ref().is_some_and(|title| names(&title.value));
        title && self.aspects(reading).len() >= 2
            || (1 + usize::from(of_a_release)..sections.len())
                .any(|section| names(&sections[section].title) && judged(section) >= 2)
    }

    /// Does a sentence say that it was looked at how our security problems were handled? That counts for more than any title.
    pub(crate) fn says_its_matter(&self) -> bool {
        let all = sentences();
        let says = |name: &str, unit: &Unit| all.of(name).matches(&unit.text);
        self.units().take(SCOPE).any(|unit| {
            unit.form != Form::Row
                && unit.is_fact()
                && says("looks-at-handling", unit)
                && !["of-another-firm", "handling-outside", "scope-of-another"].iter().any(|name| says(name, unit))
        })
    }

    /// Does it name a security problem below its title, or say that there was none?
    pub(crate) fn names_problems(&self, reading: &Reading) -> bool {
        let problems = [Term::Defect, Term::SecurityDefect, Term::HandlingSubject, Term::ReviewSubject, Term::Attack];
        self.names_issues(reading)
            || self.units().any(|unit| unit.marks.any(&problems) && !self.of_another_matter(unit))
    }

    /// Does it name issues below its title?
    fn names_issues(&self, reading: &Reading) -> bool {
        let title = reading.fields.title.as_ref().map(|title| title.quote.line);
        reading.references.iter().any(|named| Some(named.line) != title)
    }

    fn of_another_matter(&self, unit: &Unit) -> bool {
        let all = sentences();
        all.of("another-matter").matches(&unit.text) && !all.of("looks-at-handling").matches(&unit.text)
    }

    /// Where no issue is named, the first sentences say what was looked at: marks of a course, keys, the text of a procedure.
    fn looks_at_another(&self, reading: &Reading) -> Option<Quote> {
        if self.names_issues(reading) {
            return None;
        }
        let told = |unit: &&Unit| !matches!(unit.form, Form::Row | Form::Item) && unit.length >= 6 && unit.is_fact();
        let first = self.units().filter(told).take(FIRST).find(|unit| self.of_another_matter(unit))?;
        let looks = |unit: &Unit| sentences().of("tells-what-was-looked-at").matches(&unit.text);
        (looks(first) && !self.units().any(|unit| unit.has(Term::HandlingSubject)))
            .then(|| self.quote(first.span.clone()))
    }

    /// A security review of code, a release, access rights, suppliers, scans, training, the risk file, the document itself. The
    /// title says so where it does not name the handling of problems; else the first sentences that tell what was looked at.
    pub(crate) fn another_subject(&self, reading: &Reading) -> Option<Vec<Quote>> {
        let title = reading.fields.title.as_ref()?;
        let filed = |unit: &&Unit| unit.form != Form::Row && sentences().of("of-a-supplier").matches(&unit.text);
        if let Some(words) = self.units().take(SCOPE).find(filed) {
            return Some(vec![self.quote(words.span.clone())]);
        }
        if self.says_its_matter() {
            return None;
        }
        // "Annual security review training 2025" is a training, a report on a scan is on that.
        let body = self.title.any(&[Term::ManagementReview, Term::MeetingTitle]);
        let own = self.title.any(&[Term::HandlingSubject, Term::ReviewSubject])
            || self.title.has(Term::SecurityDefect) && self.title.has(Term::Handling);
        let another = sentences().of("title-of-another").matches(&title.value) && !own
            || sentences().of("title-of-others").matches(&title.value)
            || sentences().of("title-of-training").matches(&title.value);
        if !body && another && (self.about_a_review(reading) || self.aspects(reading).len() >= 2) {
            return Some(vec![title.quote.clone()]);
        }
        let scope = |unit: &&Unit| {
            let row = unit.form == Form::Row || unit.text.contains(':');
            unit.form != Form::Row
                && !unit.has(Term::CalledOff)
                && sentences().of("scope-of-another").matches(&unit.text)
                || row && sentences().of("scope-row-of-another").matches(&unit.text)
        };
        if let Some(words) = self.units().take(SCOPE).find(scope).filter(|_| !body) {
            return Some(vec![self.quote(words.span.clone())]);
        }
        if !self.about_a_review(reading) || !reading.presents_review && !self.title.has(Term::ThisReview) {
            return None;
        }
        if let Some(words) = self.looks_at_another(reading).filter(|_| !body && reading.declared.is_none()) {
            return Some(vec![words]);
        }
        let handled = [
            Term::HandlingSubject,
            Term::ReviewSubject,
            Term::SecurityDefect,
            Term::ManagementReview,
            Term::MeetingTitle,
        ];
        let problems = self.title.has(Term::Defect) && self.title.any(&[Term::Handling, Term::Security]);
        if self.title.any(&handled) || problems {
            return None;
        }
        let told =
            self.units().filter(|unit| unit.told && unit.marks.any(&[Term::ReviewAct, Term::JudgeAct, Term::Past]));
        // "Log of the reviews" is kept of reviews.
        let found = words(&title.value);
        let log = |hit: &Hit| sentences().of("log-word").matches(&title.value[hit.range.clone()]);
        let other = [Term::AnotherSubject, Term::OtherSubject];
        let named = self.material.lexicon.hits(&found).iter().any(|hit| other.contains(&hit.term) && !log(hit));
        // What the sentences only suggest, a declaration settles; what the title says, it doesn't.
        if !named && reading.declared.is_some() {
            return None;
        }
        // "How vulnerabilities were dealt with is outside the scope of this review."
        let outside = |unit: &&Unit| {
            unit.marks.any(&[Term::SecurityDefect, Term::HandlingSubject, Term::Defect])
                && sentences().of("handling-outside").matches(&unit.text)
        };
        if let Some(words) = self.units().find(outside) {
            return Some(vec![self.quote(words.span.clone())]);
        }
        let (mut other, mut own) = (Vec::new(), 0);
        for unit in told {
            // Below such a title findings are reported and fixed too; only the handling itself is another matter.
            let matter = unit.has(Term::HandlingSubject)
                || !named
                    && (unit.has(Term::ReviewSubject)
                        || unit.has(Term::Handling) && unit.marks.any(&[Term::Defect, Term::SecurityDefect]));
            if matter {
                own += 1;
            } else if unit.marks.any(&[Term::AnotherSubject, Term::CodeReview, Term::OtherSubject])
                && (named || unit.marks.any(&[Term::ReviewAct, Term::JudgeAct]))
                && !sentences().of("not-our-subject").matches(&unit.text)
            {
                other.push(self.quote(unit.span.clone()));
            }
        }
        // What is judged of security problems is their handling, whatever else a passage names.
        let carried = |aspect: &Aspect| {
            let own = reading.assessments.iter().filter(|found| found.aspect == *aspect && found.answer.is_proven());
            own.take(CARRIED).any(|found| self.on_handling(&found.quote) && !other.contains(&found.quote))
        };
        if !named && Aspect::ALL.iter().filter(|aspect| carried(aspect)).count() >= 2 {
            return None;
        }
        let enough = other.len() > own && (named || own == 0);
        (enough || named && own == 0)
            .then(|| if named { vec![title.quote.clone()] } else { other.into_iter().take(2).collect() })
    }
}
