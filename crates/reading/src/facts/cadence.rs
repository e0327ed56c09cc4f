//! Which sentence establishes a periodic review of how security defects are handled, and at what interval. Much else is
//! done every quarter (scans, access reviews, training, the upkeep of a policy): what is reviewed decides, and of several
//! things named beside the word for the review, the nearest is reviewed.

use std::ops::Range;

use crate::facts::written::WrittenField;
use crate::grammar::intervals::interval_in;
use crate::grammar::learned::Said;
use crate::grammar::lexicon::{Hit, Lexicon, words};
use crate::grammar::patterns::sentences;
use crate::grammar::terms::{Marks, Term};
use crate::grammar::units::{Form, Unit, prescribes};
use crate::value::document::Document;
use crate::value::reading::Answer;

/// How far from its subject a word stands that belongs to it, in bytes.
const BESIDE: usize = 40;

/// From this score on a sentence is on the handling, whatever else it names.
const PLAIN: f32 = 1.0;

/// So many sentences or items around one may say how often it takes place.
const NEAR: usize = 4;

/// The most items between an item and the sentence that leads into its list.
const LIST: usize = 100;

/// What a sentence or a heading says that is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Looks {
    /// It speaks of no review.
    #[default]
    No,
    /// It speaks of a review and does not say of what.
    Unsaid,
    /// At something else.
    Elsewhere,
    /// At security defects or their handling.
    Handling,
}

/// A periodic review that is established.
#[derive(Clone, Debug)]
pub(crate) struct Established {
    /// Where the document says it.
    pub(crate) span: Range<usize>,
    /// How often, if it says that.
    pub(crate) months: Option<u32>,
}

/// What a section's title says.
#[derive(Clone, Copy, Default)]
struct Titled {
    looks: Looks,
    months: Option<u32>,
    parent: Option<usize>,
    /// Does it name security problems or their handling?
    problems: bool,
}

/// Does it name security problems or their handling?
fn names_problems(marks: Marks) -> bool {
    marks.any(&[Term::SecurityDefect, Term::HandlingSubject, Term::ReviewSubject])
}

/// A document's sections, read for what is reviewed and when.
pub(crate) struct Cadence<'a> {
    units: &'a [Unit],
    sections: Vec<Titled>,
    /// Is the document itself about such a review?
    named: bool,
    /// Is it named after security problems or their handling?
    titled: bool,
}

impl<'a> Cadence<'a> {
    /// Reads the titles of the sections; `title` and `file` are the document's own names.
    pub(crate) fn of(doc: &Document, units: &'a [Unit], lexicon: &Lexicon, title: &str, file: &str) -> Self {
        let sections = doc.sections.iter().map(|section| Titled {
            looks: looks(&section.title, &lexicon.hits(&words(&section.title))),
            months: interval_in(&section.title),
            parent: section.parent,
            problems: names_problems(lexicon.marks(&section.title)),
        });
        let names = if title.is_empty() { file } else { title };
        let titled = names_problems(lexicon.marks(names));
        Cadence { units, sections: sections.collect(), named: names_a_review(names, lexicon), titled }
    }

    /// The review that is established: the one with an interval, else one that is to be held now and again.
    pub(crate) fn established(&self) -> Option<Established> {
        let best = |test: &dyn Fn(u32) -> bool| {
            self.stated().filter(|(_, _, months)| months.is_some_and(test)).max_by_key(|(rank, unit, _)| {
                // Of equals the first.
                (*rank, std::cmp::Reverse(unit.span.start))
            })
        };
        // What is looked at every day or week is triage, not a look back.
        let vague = || self.stated().filter(|(_, _, months)| months.is_none()).max_by_key(|(rank, ..)| *rank);
        let (_, unit, months) =
            best(&|months| months > 0).or_else(|| if self.taken_away() { None } else { vague() })?;
        Some(Established { span: unit.span.clone(), months })
    }

    /// Does a sentence take the review away, so that what else speaks of it without an interval asks for none?
    fn taken_away(&self) -> bool {
        self.units.iter().any(|unit| {
            unit.form != Form::Quote && takes_away(&unit.text) && looks(&unit.text, &unit.hits) == Looks::Handling
        })
    }

    /// The first sentence that names a periodic review of something else.
    pub(crate) fn elsewhere(&self) -> Option<Range<usize>> {
        let other = |unit: &&Unit| {
            unit.form != Form::Quote
                && looks(&unit.text, &unit.hits) == Looks::Elsewhere
                && interval_in(&unit.text).is_some()
        };
        self.units.iter().find(other).map(|unit| unit.span.clone())
    }

    /// The first sentence that comes near: a rule for a review that leaves open of what, or how often.
    pub(crate) fn nearest(&self) -> Option<Range<usize>> {
        let near = |unit: &&Unit| {
            if matches!(unit.form, Form::Quote | Form::Heading)
                || !prescribes(unit)
                || unit.marks.any(&[Term::Placeholder, Term::Example])
                || takes_away(&unit.text)
            {
                return false;
            }
            match looks(&unit.text, &unit.hits) {
                Looks::Handling => true,
                Looks::Unsaid => interval_in(&unit.text).is_some_and(|months| months > 0),
                Looks::No | Looks::Elsewhere => false,
            }
        };
        if self.taken_away() {
            return None;
        }
        self.units.iter().find(near).map(|unit| unit.span.clone())
    }

    /// The interval in a field of the head ("Frequency: yearly"), where the document is about such a review.
    pub(crate) fn field(&self, written: &[WrittenField]) -> Option<Established> {
        let fields = written.iter().filter(|w| w.field == "interval" && self.named);
        fields
            .filter_map(|w| Some(Established { span: w.span.clone(), months: Some(interval_in(&w.value)?) }))
            .find(|established| established.months != Some(0))
    }

    /// The sentences that establish one: how plainly they do, and their interval.
    fn stated(&self) -> impl Iterator<Item = (u32, &Unit, Option<u32>)> {
        self.units.iter().enumerate().filter_map(|(index, unit)| {
            // "A yearly review is not required" takes it away.
            if unit.form == Form::Quote
                || unit.marks.any(&[Term::Placeholder, Term::Example])
                || takes_away(&unit.text)
                || self.binds_others(index)
                || sentences().of("in-contrast").matches(&unit.text)
            {
                return None;
            }
            let table = unit.form == Form::Row || unit.text.contains('|');
            let own = match looks(&unit.text, &unit.hits) {
                Looks::Elsewhere if !table && unit.said().of(Said::Cadence) >= PLAIN => Looks::Handling,
                Looks::Unsaid | Looks::No
                    if !table && unit.said().answer(Said::Cadence) == Answer::Proven && self.on_problems(index) =>
                {
                    Looks::Handling
                }
                own => own,
            };
            if own == Looks::Elsewhere {
                return None;
            }
            let months = interval_in(&unit.text);
            if own != Looks::Handling && months.is_none() {
                return None;
            }
            let around = self.around(index);
            let (rank, months) = match (own, months) {
                (Looks::Handling, Some(months)) => (4, Some(months)),
                (Looks::Handling, None) if unit.form != Form::Heading => {
                    match around.months.or_else(|| self.beside(index)) {
                        Some(months) => (3, Some(months)),
                        None if regularly(unit) => (1, None),
                        None => return None,
                    }
                }
                (Looks::Unsaid | Looks::No, Some(months)) if around.looks == Looks::Handling && speaks(unit, own) => {
                    (3, Some(months))
                }
                (Looks::Unsaid | Looks::No, Some(months)) if self.named && speaks(unit, own) => (2, Some(months)),
                _ => return None,
            };
            Some((rank + u32::from(prescribes(unit)), unit, months))
        })
    }

    /// "Our parent company asks its site to review it every year. This does not apply to us."
    fn binds_others(&self, index: usize) -> bool {
        self.units.get(index + 1).is_some_and(|next| {
            next.block == self.units[index].block && sentences().of("does-not-apply").matches(&next.text)
        })
    }

    /// How often that takes place which its section speaks of: "The board meets every six months. It goes through …", "When: each March".
    fn beside(&self, index: usize) -> Option<u32> {
        let section = self.units[index].section;
        let same = |unit: &&Unit| unit.section == section && unit.form != Form::Heading;
        let earlier = self.units[..index].iter().rev().take_while(same).take(NEAR);
        let later = self.units[index + 1..].iter().take_while(same).take(NEAR);
        let says = |unit: &&Unit| {
            let when = sentences().of("says-when").matches(&unit.text);
            // What a sentence takes away it does not give to the next.
            let taken = takes_away(&unit.text) || sentences().of("in-contrast").matches(&unit.text);
            (unit.has(Term::TakesPlace) || when) && !taken && looks(&unit.text, &unit.hits) != Looks::Elsewhere
        };
        earlier.chain(later).filter(says).find_map(|unit| interval_in(&unit.text)).filter(|months| *months > 0)
    }

    /// Is a unit on security problems or their handling: by its own words, by the headings or the lead-in above it, or in a document named
    /// after them? "Review at least annually", and nothing else, is the upkeep of the document or the review of anything.
    fn on_problems(&self, index: usize) -> bool {
        let unit = &self.units[index];
        names_problems(unit.marks)
            || unit.has(Term::Security) && unit.marks.any(&[Term::Defect, Term::Handling])
            || self.titled
            || self.around(index).problems
    }

    /// What the headings around a unit say, and the sentence that leads into its list.
    fn around(&self, index: usize) -> Titled {
        let unit = &self.units[index];
        let mut out = Titled::default();
        let mut section = Some(unit.section);
        while let Some(own) = section.and_then(|at| self.sections.get(at)) {
            if section == Some(0) || out.looks != Looks::No && out.months.is_some() {
                break;
            }
            if out.looks == Looks::No {
                out.looks = own.looks;
            }
            out.months = out.months.or(own.months);
            out.problems |= own.problems;
            section = own.parent;
        }
        let lead = self.units[..index].iter().rev().take(LIST).find(|other| other.form != Form::Item);
        if let Some(lead) = lead.filter(|lead| {
            unit.form == Form::Item && lead.section == unit.section && lead.text.trim_end().ends_with(':')
        }) {
            let own = looks(&lead.text, &lead.hits);
            if own != Looks::No {
                out.looks = own;
            }
            out.months = interval_in(&lead.text).or(out.months);
            out.problems |= names_problems(lead.marks);
        }
        out
    }
}

/// Is the document named after a periodic review of security or of its management: a review's procedure, schedule, cadence?
fn names_a_review(name: &str, lexicon: &Lexicon) -> bool {
    let mut hits = lexicon.hits(&words(name));
    // "Review procedure" is a procedure for the review, not a look at one.
    let acts: Vec<usize> = hits.iter().filter(|hit| hit.term == Term::ReviewAct).map(|hit| hit.range.end).collect();
    hits.retain(|hit| hit.term != Term::OtherSubject || !acts.contains(&hit.range.start.saturating_sub(1)));
    let marks = lexicon.marks(name);
    // A "security review process" without more is one for code or releases.
    let handled = [Term::Periodic, Term::HandlingSubject, Term::ReviewSubject, Term::SecurityDefect];
    let of_code = marks.has(Term::AuditTitle) && !marks.any(&handled);
    marks.any(&[Term::ReviewTitle, Term::ManagementReview]) && !of_code && looks(name, &hits) != Looks::Elsewhere
}

/// Does a sentence take a review away, or oblige nobody to hold one, and put none in its place?
fn takes_away(text: &str) -> bool {
    let all = sentences();
    ["not-required", "obliges-nobody"].iter().any(|name| all.of(name).matches(text))
        && !all.of("binds-anyway").matches(text)
}

/// Does the unit speak of holding something, so that its interval is that of the review around it?
fn speaks(unit: &Unit, own: Looks) -> bool {
    own == Looks::Unsaid || unit.has(Term::TakesPlace)
}

/// Is it to be done now and again?
fn regularly(unit: &Unit) -> bool {
    (prescribes(unit) || unit.rule || unit.said().answer(Said::Cadence) == Answer::Proven)
        && (unit.marks.any(&[Term::Periodic, Term::Regularly]) || sentences().of("at-no-interval").matches(&unit.text))
}

/// What a text says that is reviewed.
fn looks(text: &str, hits: &[Hit]) -> Looks {
    let of = |term: Term| hits.iter().filter(move |hit| hit.term == term);
    let acts = || of(Term::ReviewAct);
    let others: Vec<&Hit> = of(Term::OtherSubject).collect();
    // "Vulnerability scans" are scans, and a "vulnerability management policy" is a policy.
    let inside = |hit: &&Hit| !others.iter().any(|o| o.range.start <= hit.range.start && hit.range.end <= o.range.end);
    // In a table the cell of the review says of what; a cell of several things lists them.
    let table = text.contains(" | ");
    let one_cell = |a: &Hit, b: &Hit| {
        let between = a.range.end.min(b.range.end)..a.range.start.max(b.range.start);
        !table || text.get(between).is_none_or(|between| !between.contains(['|', ',']))
    };
    let mut judges = of(Term::ReviewAct).chain(of(Term::JudgeAct));
    let own: Vec<&Hit> = of(Term::HandlingSubject).filter(inside).collect();
    let within =
        |other: &&&Hit| own.iter().any(|hit| hit.range.start <= other.range.start && other.range.end <= hit.range.end);
    let handling = judges.any(|act| {
        let nearer = |hit: &&Hit| {
            let far = apart(&act.range, &hit.range);
            others.iter().filter(|other| !within(other)).all(|other| far <= apart(&act.range, &other.range))
        };
        own.iter().any(|hit| one_cell(act, hit) && nearer(hit))
    });
    // "It is reviewed how problems were handled", and not "how they are to be reviewed and fixed".
    let how = sentences().of("on-how-handled").all(text);
    let outside = |act: &Hit| {
        let spans = how.iter().filter_map(|found| found.get(0));
        !how.is_empty() && spans.into_iter().all(|span| act.range.end <= span.start() || span.end() <= act.range.start)
    };
    let handling = handling || of(Term::ReviewAct).chain(of(Term::JudgeAct)).any(outside);
    if acts().next().is_none() && !handling {
        return Looks::No;
    }
    if upkeep(text) {
        return Looks::Elsewhere;
    }
    if handling {
        return Looks::Handling;
    }
    // "Review vulnerabilities" is triage; a look back takes those of a stretch of time, or all.
    let whole = |hit: &&Hit| of(Term::Whole).any(|whole| apart(&whole.range, &hit.range) <= BESIDE);
    let subjects: Vec<&Hit> = of(Term::ReviewSubject).filter(inside).filter(whole).collect();
    let nearest = |act: &Hit, among: &[&Hit]| {
        among.iter().filter(|hit| one_cell(act, hit)).map(|hit| apart(&act.range, &hit.range)).min()
    };
    let mut out = Looks::Unsaid;
    for act in acts() {
        match (nearest(act, &subjects), nearest(act, &others)) {
            (Some(ours), theirs) if theirs.is_none_or(|theirs| ours < theirs) => return Looks::Handling,
            (_, Some(_)) => out = Looks::Elsewhere,
            _ => {}
        }
    }
    out
}

/// How many bytes lie between two stretches.
fn apart(a: &Range<usize>, b: &Range<usize>) -> usize {
    b.start.saturating_sub(a.end).max(a.start.saturating_sub(b.end))
}

/// Does it say that the document itself is kept up to date?
fn upkeep(text: &str) -> bool {
    let lower = text.to_lowercase();
    let has = |list: &[&str]| list.iter().any(|word| lower.contains(word));
    let begins = |list: &[&str]| list.iter().any(|word| lower.starts_with(word));
    begins(&["this ", "diese ", "dieses ", "dieser "])
        && has(&["reviewed", "updated", "revised", "überprüft", "aktualisiert"])
        && !has(&[" that ", " how ", " whether ", " dass ", " wie ", " ob "])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::markdown;
    use crate::grammar::lexicon::lexicon;
    use crate::grammar::units;

    /// The interval established; 0 stands for a review without one.
    fn months(text: &str) -> Option<u32> {
        let doc = markdown::parse(text.to_owned());
        let units = units::of(&doc, lexicon());
        let title = doc.sections.get(1).map(|section| section.title.clone()).unwrap_or_default();
        let established = Cadence::of(&doc, &units, lexicon(), &title, "docs/text.md").established()?;
        assert!(established.span.end <= doc.source.len());
        Some(established.months.unwrap_or(0))
    }

    #[test]
    fn reviews_of_the_handling() {
        let mut wrong = Vec::new();
        for (text, expected) in [
            ("The quality manager shall review the management of security defects at least every 12 months.", 12),
            (
                "At least once a year the product security team reviews all security issues closed since the last review.",
                12,
            ),
            ("Security incidents of the past quarter are reviewed every quarter by the PSIRT.", 3),
            ("The effectiveness of vulnerability handling is assessed annually.", 12),
            ("A retrospective on all vulnerabilities handled shall be held every six months.", 6),
            ("## Annual review of vulnerability management\n\nThe review is performed by the PSIRT once a year.", 12),
            ("Once a year:\n\n- review all security problems handled in the year\n- update the training", 12),
            ("| What | When | Who |\n|---|---|---|\n| Review of all security incidents | Quarterly | PSIRT |", 3),
            ("The problem resolution process for security-related issues is evaluated at least annually.", 12),
            ("Management reviews how security vulnerabilities were handled every 12 months.", 12),
            (
                "Each year the team evaluates whether the management of security-related issues was complete, efficient and led to resolution.",
                12,
            ),
            (
                "The organization conducts a periodic review (at least annually) of its security defect management process.",
                12,
            ),
            ("# Annual security review procedure\n\nThe review takes place every year in March.", 12),
            ("# Management review\n\nThe management review is held every six months.", 6),
            ("The PSIRT reports every quarter to management.", 3),
            ("We look back once a year at every vulnerability we received.", 12),
            ("The team shall regularly review how security incidents were handled.", 0),
            ("Die Überprüfung der Bearbeitung von Sicherheitsmängeln muss mindestens alle 6 Monate erfolgen.", 6),
            ("Einmal jährlich werden alle Sicherheitsvorfälle des vergangenen Jahres überprüft.", 12),
            ("Das Schwachstellenmanagement wird jährlich bewertet.", 12),
            ("Vulnerability management is reviewed by the board every six months.", 6),
            ("ANNUAL REVIEW OF VULNERABILITY MANAGEMENT", 12),
            ("Mindestens einmal im Jahr bewertet das Team den Umgang mit Schwachstellen.", 12),
            ("Der Problemlösungsprozess für sicherheitsrelevante Mängel wird einmal pro Jahr überprüft.", 12),
        ] {
            wrong.extend((months(text) != Some(expected)).then(|| format!("{text}: {:?}", months(text))));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn reviews_of_something_else() {
        let mut wrong = Vec::new();
        for text in [
            "Weekly vulnerability scans and monthly patch reviews are led by the director.",
            "Run vulnerability scans monthly and review the results.",
            "Access reviews take place quarterly.",
            "Review access logs weekly for security incidents.",
            "Training content on security incidents is reviewed annually.",
            "The incident response plan is reviewed annually.",
            "The vulnerability management policy is reviewed annually.",
            "This procedure for the handling of security issues is reviewed every two years.",
            "All security policies are reviewed and updated annually.",
            "Penetration tests are performed once a year and the findings reviewed.",
            "The annual review of suppliers covers their security incidents.",
            "Review open vulnerabilities every week.",
            "Security incidents are reviewed every day.",
            "Risk treatment progress is reviewed monthly in conjunction with vulnerability management figures.",
            "Monthly: incident response procedure review",
            "## Weekly reviews\n\n- new role assignments\n- failed logins",
            "☐ Reviewed (Annual)",
            "| PCI | quarterly scans | payment reviews, vulnerability management | director |",
            "| Vulnerability management | tool X | policy reviewed annually |",
            "Threat models must be reviewed at least once every 12 months.",
            "Vulnerabilities are fixed within six months.",
            "The yearly report lists the number of users.",
            "> The organisation shall review the management of security defects at least annually.",
            "# Access review procedure\n\nThe review is held every quarter.",
            "Der Schwachstellenscan wird monatlich durchgeführt und überprüft.",
            "Diese Verfahrensanweisung zum Umgang mit Sicherheitsmängeln wird jährlich überprüft.",
            "Die Zugriffsrechte werden vierteljährlich überprüft.",
        ] {
            wrong.extend(months(text).map(|months| format!("{text}: {months}")));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
