//! What a named person says that a document states, where its words leave that open. Data only.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use lookback_reading::{Aspect, Constraint};

/// Where confirmations are kept, in the root of the repository.
pub const CONFIRMATIONS: &str = "lookback.confirmations.toml";

/// What can be confirmed of a document.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ConfirmedFact {
    /// It reports a review that was held and is in force.
    Held,
    /// The day on which that was.
    DateHeld,
    /// The issues that it names as examined were examined.
    Examined,
    /// It judges completeness.
    Completeness,
    /// It judges efficiency.
    Efficiency,
    /// It judges resolution.
    Resolution,
    /// It establishes the periodic review.
    Established,
    /// It establishes improvement.
    Improved,
    /// It analyses security defects of deployed software.
    Analysed,
}

impl ConfirmedFact {
    /// The word of the file and of the command.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The constraint that it bears on.
    pub fn constraint(self) -> Constraint {
        match self {
            ConfirmedFact::Held | ConfirmedFact::DateHeld => Constraint::HeldAnnually,
            ConfirmedFact::Examined => Constraint::IssuesExamined,
            ConfirmedFact::Completeness | ConfirmedFact::Efficiency | ConfirmedFact::Resolution => {
                Constraint::ProcessAssessed
            }
            ConfirmedFact::Established => Constraint::ReviewEstablished,
            ConfirmedFact::Improved => Constraint::ImprovementEstablished,
            ConfirmedFact::Analysed => Constraint::DeployedDefectsAnalysed,
        }
    }

    /// That it judges an aspect.
    pub fn judges(aspect: Aspect) -> ConfirmedFact {
        match aspect {
            Aspect::Completeness => ConfirmedFact::Completeness,
            Aspect::Efficiency => ConfirmedFact::Efficiency,
            Aspect::Resolution => ConfirmedFact::Resolution,
        }
    }
}

/// What a person says of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConfirmedValue {
    /// The document states it.
    Yes,
    /// It states that it was not so.
    No,
    /// It states this day.
    Day(NaiveDate),
}

impl ConfirmedValue {
    /// As written in the file and on the command line.
    pub fn written(self) -> String {
        match self {
            ConfirmedValue::Yes => "yes".to_owned(),
            ConfirmedValue::No => "no".to_owned(),
            ConfirmedValue::Day(day) => day.to_string(),
        }
    }

    /// The value that is written for a fact: a day where one is asked for, else yes or no.
    pub fn read(fact: ConfirmedFact, text: &str) -> Option<ConfirmedValue> {
        match (fact, text) {
            (ConfirmedFact::DateHeld, day) => day.parse().ok().map(ConfirmedValue::Day),
            (_, "yes") => Some(ConfirmedValue::Yes),
            (_, "no") => Some(ConfirmedValue::No),
            _ => None,
        }
    }
}

/// What a confirmation says: of which document, of what, in whose words.
pub type ConfirmationKey<'c> =
    ((&'c str, &'c str, &'c str), (ConfirmedFact, ConfirmedValue, NaiveDate), Option<&'c str>);

/// One confirmation, bound to one version of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmation {
    /// Repository-relative path of the document.
    pub path: String,
    /// Id of the Git blob that the person looked at.
    pub blob: String,
    /// Which fact.
    pub fact: ConfirmedFact,
    /// What is said of it.
    pub value: ConfirmedValue,
    /// Who says so.
    pub by: String,
    /// When.
    pub on: NaiveDate,
    /// The document's words that say it, as the person copied them.
    pub quote: Option<String>,
    /// Its line in [`CONFIRMATIONS`].
    pub line: usize,
    /// Does only the pull request add it? Then this is its commit's author, and it settles nothing yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_by: Option<String>,
}

impl Confirmation {
    /// Who and when: `Jane Doe on 2026-01-09`.
    pub fn signed(&self) -> String {
        format!("{} on {}", self.by, self.on)
    }

    /// The statement, wherever it is written.
    pub fn statement(&self) -> ConfirmationKey<'_> {
        let Confirmation { path, blob, fact, value, by, on, quote, .. } = self;
        ((path, blob, by), (*fact, *value, *on), quote.as_deref())
    }
}
