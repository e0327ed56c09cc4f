//! The rules: one fault a file, one row here. The table is the only source of their words: the docs page, `explain`, SARIF
//! metadata and the ids in the configuration derive from it. Rules are pure functions of `Facts`.

use crate::evidence::Document;
use crate::facts::{Facts, Held};
use crate::finding::{Finding, Level, Related};
use crate::requirement::Constraint;
use crate::text::{Location, Quote};

mod action_not_followed_up;
mod action_untracked;
mod assessment_missing;
mod cause_not_traced;
mod closed_without_resolution;
mod conclusion_contradicted;
mod deployed_defects_not_analysed;
mod improvement_activity_missing;
mod issue_not_examined;
mod review_altered;
mod review_backdated;
mod review_due_soon;
mod review_gap;
mod review_hollow;
mod review_never_held;
mod review_overdue;
mod review_period_unclear;
mod review_procedure_interval;
mod review_procedure_missing;
mod review_unapproved;
mod review_undated;
mod review_unfilled;
mod target_missed;
mod waiver_expired;
mod waiver_unused;

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
    /// What passes.
    pub good: &'static str,
    /// What fires it.
    pub bad: &'static str,
    /// How it is checked.
    pub check: Check,
}

/// How a rule is checked.
pub enum Check {
    /// Against the facts.
    Facts(fn(&Facts) -> Outcome),
    /// Against the waivers and how many findings each one matched, once all other rules ran.
    Waivers(fn(&Facts, &[usize]) -> Outcome),
}

/// The three answers of a rule.
#[derive(Debug)]
pub enum Outcome {
    /// Looked, and found nothing wrong.
    Satisfied,
    /// Faults.
    Findings(Vec<Finding>),
    /// Could not look, because…
    NotAssessed(String),
}

impl From<Vec<Finding>> for Outcome {
    fn from(findings: Vec<Finding>) -> Self {
        if findings.is_empty() { Outcome::Satisfied } else { Outcome::Findings(findings) }
    }
}

/// All rules, in the order of SPEC section 5.
pub static RULES: [&Rule; 25] = [
    &review_never_held::RULE,
    &review_overdue::RULE,
    &review_due_soon::RULE,
    &review_gap::RULE,
    &review_procedure_missing::RULE,
    &review_procedure_interval::RULE,
    &issue_not_examined::RULE,
    &review_period_unclear::RULE,
    &assessment_missing::RULE,
    &conclusion_contradicted::RULE,
    &target_missed::RULE,
    &improvement_activity_missing::RULE,
    &deployed_defects_not_analysed::RULE,
    &cause_not_traced::RULE,
    &action_untracked::RULE,
    &action_not_followed_up::RULE,
    &review_undated::RULE,
    &review_backdated::RULE,
    &review_unfilled::RULE,
    &review_unapproved::RULE,
    &review_altered::RULE,
    &review_hollow::RULE,
    &closed_without_resolution::RULE,
    &waiver_expired::RULE,
    &waiver_unused::RULE,
];

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// All ids, for validation of the configuration.
pub fn ids() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.id).collect()
}

impl Rule {
    /// A finding of this rule at its default level, without a place.
    pub fn finding(&self, subject: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            level: self.level,
            constraint: self.constraint,
            message: message.into(),
            remedy: self.remedy.to_owned(),
            subject: subject.into(),
            facet: None,
            location: None,
            quote: None,
            related: Vec::new(),
            waived: None,
        }
    }

    /// The finding about a held review: a warning where a later review exists, because history can be explained, not repaired.
    pub fn about_review(
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
    pub fn in_file(mut self, document: &Document) -> Self {
        self.location = Some(Location::file(&document.path));
        self
    }

    /// Points at words of the document.
    #[must_use]
    pub fn at(mut self, document: &Document, quote: &Quote) -> Self {
        self.location = Some(Location::of(&document.path, quote));
        self.quote = Some(quote.clone());
        self
    }

    /// Points at words if there are any, else stays where it is.
    #[must_use]
    pub fn at_some(self, document: &Document, quote: Option<&Quote>) -> Self {
        match quote {
            Some(quote) => self.at(document, quote),
            None => self,
        }
    }

    /// Replaces the rule's remedy by a closer one.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
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
    pub fn facet(mut self, facet: &'static str) -> Self {
        self.facet = Some(facet);
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
    pub fn set_by(self, facts: &Facts, line: Option<usize>, what: &str) -> Self {
        match (&facts.policy.origin, line) {
            (Some(path), Some(line)) => {
                let mut location = Location::file(path);
                location.line = Some(crate::text::one_based(line));
                self.related(format!("{what} is set here"), Some(location))
            }
            _ => self,
        }
    }
}

/// The docs page of all rules, in Markdown.
pub fn page() -> String {
    let mut out = String::from(
        "# Rules\n\nMade from the rule table (`src/rules.rs`); refresh it with `UPDATE=1 cargo test --test docs`.\n\n\
         A rule is named for the fault. Its level can be set in `lookback.toml` under `[rules]`; a single finding is waived\n\
         under `[[waiver]]`. Errors fail the check, warnings do so with `--strict`.\n\n| rule | constraint | level | fault |\n|---|---|---|---|\n",
    );
    for rule in RULES {
        let constraint = rule.constraint.map_or("–", Constraint::id);
        out += &format!("| [`{0}`](#{0}) | {constraint} | {1} | {2} |\n", rule.id, rule.level.word(), rule.title);
    }
    for rule in RULES {
        out += &format!("\n## {}\n\n{}\n", rule.id, text_of(rule));
    }
    out
}

/// One rule explained, in Markdown.
pub fn text_of(rule: &Rule) -> String {
    let constraint =
        rule.constraint.map_or("no constraint of its own".to_owned(), |c| format!("{c} ({})", c.info().title));
    format!(
        "{}.\n\nLevel: {}. Counts against: {constraint}.\n\n**Why.** {}\n\n**What to do.** {}\n\n**Passes:** {}\n\n**Fires:** {}\n",
        capital(rule.title),
        rule.level.word(),
        rule.why,
        rule.remedy,
        rule.good,
        rule.bad
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// "There is none" cannot be said while a document could not be read: neither a fault nor a pass.
    #[test]
    fn absence_is_not_claimed_while_something_is_unseen() {
        use crate::evidence::EventKind::{Closed, Opened};
        use testing::World;
        let bare = || {
            let mut world = World::new()
                .release("v1.0.0", "2023-01-10")
                .issue("#3", &[("2024-01-10", Opened), ("2024-02-10", Closed)]);
            world.evidence.issues[0].deployed = Some(true);
            world
        };
        let lapsed = || World::new().record("2023-01-10").procedure(Some(12));
        for (rule, mut world) in [
            ("review-never-held", bare()),
            ("review-overdue", lapsed()),
            ("review-procedure-missing", bare()),
            ("improvement-activity-missing", bare()),
            ("deployed-defects-not-analysed", bare()),
        ] {
            assert_eq!(world.fired("2025-07-01", rule).len(), 1, "{rule} fires when all was seen");
            world.evidence.unseen.push("docs/security-review-2025.pdf".to_owned());
            assert!(world.fired("2025-07-01", rule).is_empty(), "{rule}");
            assert!(world.not_assessed("2025-07-01", rule), "{rule}");
        }
    }

    #[test]
    fn folder_and_table_agree() {
        let mut files = BTreeSet::new();
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name != "testing.rs" {
                files.insert(name.trim_end_matches(".rs").replace('_', "-"));
            }
        }
        let table: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
        assert_eq!(files, table);
    }
}
