//! Where documents say what a report tells of them: the quotes that a statement is followed to. Data only.

use lookback_reading::{Aspect, Quote, Stated};

/// Where the record of a review says what is told of it; `None`: in no words of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    pub assessments: Vec<(Aspect, Quote)>,
}

/// Words that analyse a security defect of deployed software.
#[derive(Clone, Debug, PartialEq, Eq)]
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
