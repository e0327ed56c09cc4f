//! What a rule is: a fault with its words, its level and one function of the facts; and what a rule says of a finding.

use std::borrow::Cow;

use crate::judge::facts::Facts;
use crate::judge::held::Held;
use crate::model::evidence::FoundDocument;
use crate::model::finding::{Finding, Level, Related};
use lookback_reading::{Constraint, Location, Quote};

/// A rule: what it is called, what it says, how it is checked.
pub struct Rule {
    /// Named for the fault, so that "allow *rule*" reads well.
    pub id: &'static str,
    /// The constraint that its findings count against; waiver rules have none.
    pub constraint: Option<Constraint>,
    /// Default level.
    pub level: Level,
    /// The fault, in one sentence.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// The sure form: what to write so that it is read for sure.
    pub form: &'static str,
    /// Does the passing of time alone bring it about? A pull request answers for it only when it takes away what kept it silent.
    pub calendar: bool,
    /// What passes.
    pub good: &'static str,
    /// What fires it.
    pub bad: &'static str,
    /// Where the words and dates of the two examples belong, so that a test can judge them.
    pub example: Example,
    /// How it is checked.
    pub check: RuleCheck,
}

/// Where the words and dates of a rule's examples belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// They hold nothing to be judged; the tests of the rule's file and the scenarios show what is said.
    Told,
    /// A row of the table of actions.
    ActionRow,
    /// The analysis of a deployed defect.
    Analysis,
    /// The date held.
    DateHeld,
    /// The approval.
    Approval,
    /// The status where they begin with that word, else the approval.
    StatusOrApproval,
    /// The conclusion on resolution.
    Conclusion,
    /// The follow-up of earlier actions.
    FollowUp,
    /// How often the procedure asks for the review.
    Interval,
    /// The day of the last review and the day judged for.
    LastAndJudged,
    /// The days of two reviews.
    TwoReviews,
    /// The day held and the day of the commit, once or more.
    HeldAndCommitted,
    /// The day of the approval and the days of changes.
    ApprovedAndChanged,
    /// The last day of a waiver and the day judged for.
    ExpiryAndJudged,
    /// From, to and cut-off of periods.
    Periods,
    /// The days left until the review is due.
    DaysLeft,
    /// Ids of issues that a record names or not.
    Ids,
}

/// How a rule is checked.
pub enum RuleCheck {
    /// Against the facts.
    Facts(fn(&Facts) -> Outcome),
    /// Against the waivers and how many findings each one matched, once all other rules ran.
    Waivers(fn(&Facts, &[usize]) -> Outcome),
}

/// The three answers of a rule, and two of them at once.
#[derive(Debug)]
pub enum Outcome {
    /// Looked, and found nothing wrong.
    Satisfied,
    /// Faults.
    Findings(Vec<Finding>),
    /// Could not look, because…
    NotAssessed(String),
    /// Faults where it looked, and a place where it could not look, because…
    Partly(Vec<Finding>, String),
}

impl Outcome {
    /// What was found, and why not all could be looked at.
    pub(crate) fn parts(self) -> (Vec<Finding>, Option<String>) {
        match self {
            Outcome::Satisfied => (Vec::new(), None),
            Outcome::Findings(found) => (found, None),
            Outcome::NotAssessed(why) => (Vec::new(), Some(why)),
            Outcome::Partly(found, why) => (found, Some(why)),
        }
    }
}

impl From<Vec<Finding>> for Outcome {
    fn from(findings: Vec<Finding>) -> Self {
        if findings.is_empty() { Outcome::Satisfied } else { Outcome::Findings(findings) }
    }
}

impl Rule {
    /// A finding of this rule at its default level, without a place.
    pub fn finding(&self, subject: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            level: self.level,
            constraint: self.constraint,
            message: message.into(),
            remedy: self.remedy.into(),
            form: self.form.into(),
            subject: subject.into(),
            facet: None,
            location: None,
            quote: None,
            related: Vec::new(),
            waived: None,
            uncommitted: false,
        }
    }

    /// The finding about a held review: a warning where a later review exists, because history can be explained, not repaired.
    pub(crate) fn about_review(
        &self,
        facts: &Facts,
        held: &Held,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Finding {
        let mut finding = self.finding(subject, message);
        if !facts.is_latest(held) {
            finding.level = finding.level.min(Level::Warning);
        }
        match facts.records(held).next() {
            Some(record) => finding.in_file(record),
            None => finding,
        }
    }
}

impl Finding {
    /// Points at the whole document.
    #[must_use]
    pub(crate) fn in_file(mut self, document: &FoundDocument) -> Self {
        self.location = Some(Location::file(&document.path));
        self
    }

    /// Points at words of the document.
    #[must_use]
    pub fn at(mut self, document: &FoundDocument, quote: &Quote) -> Self {
        self.location = Some(Location::of(&document.path, quote));
        self.quote = Some(quote.clone());
        self
    }

    /// Points at words if there are any, else stays where it is.
    #[must_use]
    pub(crate) fn at_some(self, document: &FoundDocument, quote: Option<&Quote>) -> Self {
        match quote {
            Some(quote) => self.at(document, quote),
            None => self,
        }
    }

    /// Replaces the rule's remedy by a closer one.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Replaces the rule's sure form by the one that fits.
    #[must_use]
    pub fn form(mut self, form: &'static str) -> Self {
        self.form = form.into();
        self
    }

    /// Says which constraint it is about, for a rule about several.
    #[must_use]
    pub fn on(mut self, constraint: Constraint) -> Self {
        self.constraint = Some(constraint);
        self
    }

    /// Replaces the rule's level.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Says which of several faults in one subject it is.
    #[must_use]
    pub(crate) fn facet(mut self, facet: &'static str) -> Self {
        self.facet = Some(facet.to_owned());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, location: Option<Location>) -> Self {
        self.related.push(Related { message: message.into(), location });
        self
    }

    /// Adds the configuration line that set a limit.
    #[must_use]
    pub(crate) fn set_by(self, facts: &Facts, line: Option<usize>, what: &str) -> Self {
        match (&facts.policy.origin, line) {
            (Some(origin), Some(line)) => {
                let mut location = Location::file(&origin.path);
                location.line = Some(lookback_reading::one_based(line));
                self.related(format!("{what} is set here"), Some(location))
            }
            _ => self,
        }
    }
}
