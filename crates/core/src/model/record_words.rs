//! Where documents say what a report tells of them: the quotes that a statement is followed to. Data only.

use lookback_reading::{Aspect, Quote, Stated};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the record of a review says what is told of it; `None`: in no words of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewWords {
    /// Its id.
    pub doc_id: Option<Quote>,
    /// The product that it is about.
    pub product: Option<Stated<String>>,
    /// The day on which the review was held.
    pub date_held: Option<Quote>,
    /// The first day of its period.
    pub period_from: Option<Quote>,
    /// The last one.
    pub period_to: Option<Quote>,
    /// Who approved it.
    pub approved_by: Option<Quote>,
    /// What it judges, each with the words.
    pub assessments: Vec<JudgedAspect>,
}

/// An aspect of the handling that a record judges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JudgedAspect {
    /// Which.
    pub aspect: Aspect,
    /// The words.
    pub quote: Quote,
}

/// How many issues of its period a held review examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExaminedCount {
    /// Those that its records name.
    pub examined: usize,
    /// Those that there were.
    pub managed: usize,
}

/// Words that analyse a security defect of deployed software.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DefectAnalysis {
    /// Path of the document.
    pub path: String,
    /// The issues that they are about, as the document names them.
    pub ids: Vec<String>,
    /// The words.
    pub quote: Quote,
    /// Those that name the activity which missed the defect, or what changes in it.
    pub cause: Option<Quote>,
}
