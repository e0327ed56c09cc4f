//! What a document says, with the words that prove it: the values of a reading.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::constraint::Constraint;
use crate::value::declared::Declaration;
use crate::value::text::Quote;

/// What a document says, with the words that prove it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What sort of document it is.
    pub kind: Kind,
    /// How sure the judge is of the kind, in percent (0 to 100).
    pub confidence: u8,
    /// What somebody declares it to be; that settles the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Declaration>,
    /// Does it *record* a periodic review of security defect management, an improvement of the security processes, or an
    /// analysis of security defects in deployed software?
    pub content_match: Answer,
    /// Does the text, as it stands, report a review or another act that was carried out and is in force? Product and date are
    /// judged elsewhere. Absent where it reports nothing of the kind.
    pub held: Answered,
    /// Does it present itself as a periodic review of security defect management (title and structure), held or not?
    pub presents_review: bool,
    /// One answer per constraint (all six, also when not met).
    pub constraints: BTreeMap<Constraint, Answered>,
    /// Header fields.
    pub fields: Fields,
    /// Issues that it names.
    pub references: Vec<Reference>,
    /// Judgements on completeness, efficiency and resolution.
    pub assessments: Vec<Assessment>,
    /// Statements that data can contradict.
    pub claims: Vec<Claim>,
    /// Improvement actions.
    pub actions: Vec<Action>,
    /// Sentences or rows that follow up earlier actions.
    pub follow_ups: Vec<Quote>,
    /// Placeholders and unticked boxes that show it is not filled in.
    pub placeholders: Vec<Quote>,
    /// The sentence that establishes a periodic review of how security defects are handled.
    pub establishes: Option<Quote>,
    /// Where none does, a sentence on a periodic review of something else.
    pub elsewhere: Option<Quote>,
    /// Where none does, a sentence that comes near: one on a review that leaves open of what, or how often.
    #[serde(default)]
    pub nearest: Option<Quote>,
    /// The interval of that review.
    pub interval: Option<Interval>,
    /// Is the document itself in force, as far as its words, its name and its place tell? Days are judged elsewhere.
    #[serde(default)]
    pub in_force: Answered,
    /// From when on the document is in force, where it says so.
    #[serde(default)]
    pub effective: Option<Stated<NaiveDate>>,
    /// Until when the document is in force, where it says so.
    #[serde(default)]
    pub expires: Option<Stated<NaiveDate>>,
    /// Analyses of security defects in deployed software.
    pub analyses: Vec<Analysis>,
    /// Data files that it links or names, as written (relative paths).
    pub attachments: Vec<String>,
    /// ISO 639-1 code of the language it is written in, where recognised.
    pub language: Option<String>,
    /// Of a running log of reviews: those before its latest, which is this reading itself; oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Reading>,
    /// A word that is none of ours in the place of a declaration: `lookback: reveiw`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub misdeclared: Option<Quote>,
    /// What could not be read or judged.
    pub limits: Vec<String>,
    /// Sorted hashes of its normalised sentences (dates and numbers stripped), for comparing two records.
    pub fingerprint: Vec<u32>,
}

impl Reading {
    /// The code of a language that is recognised and not judged.
    pub fn foreign(&self) -> Option<&str> {
        self.language.as_deref().filter(|code| !matches!(*code, "en" | "de"))
    }
}

/// Sort of document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Reports something that was carried out.
    Record,
    /// Prescribes something.
    Procedure,
    /// To be filled in.
    Template,
    /// Neither.
    #[default]
    Other,
}

impl Kind {
    /// The word as printed, for limits and the evaluation.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Record => "record",
            Kind::Procedure => "procedure",
            Kind::Template => "template",
            Kind::Other => "other",
        }
    }
}

/// One of the four answers that a document gives to a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The text says nothing of it.
    #[default]
    Absent,
    /// The text says that it was not so.
    Denied,
    /// Something in the text comes near, and does not say it.
    Unsure,
    /// The text says it.
    Proven,
}

impl Answer {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        match self {
            Answer::Absent => "absent",
            Answer::Denied => "denied",
            Answer::Unsure => "unsure",
            Answer::Proven => "proven",
        }
    }

    /// `Some(true)` where it is proven, `None` where nobody can tell from the text.
    pub fn met(self) -> Option<bool> {
        match self {
            Answer::Proven => Some(true),
            Answer::Unsure => None,
            Answer::Absent | Answer::Denied => Some(false),
        }
    }

    /// Is it proven?
    pub fn is_proven(self) -> bool {
        self == Answer::Proven
    }
}

/// An answer with the document's own words for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// The words that decide it; where it is unsure, the nearest ones.
    pub quotes: Vec<Quote>,
    /// Why it is not proven, in one sentence.
    pub why_not: Option<String>,
}

impl Answered {
    /// Proven by these words.
    pub fn proven(quotes: Vec<Quote>) -> Self {
        Answered { answer: Answer::Proven, quotes, why_not: None }
    }

    /// Anything but proven, with the reason.
    pub fn not(answer: Answer, quotes: Vec<Quote>, why: impl Into<String>) -> Self {
        Answered { answer, quotes, why_not: Some(why.into()) }
    }

    /// Is it proven?
    pub fn met(&self) -> bool {
        self.answer.is_proven()
    }
}

/// A value with the words that state it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// Where it is stated.
    pub quote: Quote,
}

/// Header fields of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    /// Document id.
    pub doc_id: Option<Stated<String>>,
    /// Title.
    pub title: Option<Stated<String>>,
    /// Version.
    pub version: Option<Stated<String>>,
    /// Status as written (`Approved`, `Draft`, `Entwurf`).
    pub status: Option<Stated<String>>,
    /// Does the status (or a banner) say that it is not in force: draft, pending sign-off, in progress, simulated?
    pub draft: Option<Quote>,
    /// Product.
    pub product: Option<Stated<String>>,
    /// Date held.
    pub date_held: Option<Stated<NaiveDate>>,
    /// Where the date held comes from and how exact it is; set when `date_held` is.
    pub date_source: Option<DateSource>,
    /// A date that could mean two days (`03/04/2026`) or is in a form that is not read (`CW 02/2026`): reported, never guessed.
    pub ambiguous_date: Option<Quote>,
    /// First day of the period.
    pub period_from: Option<Stated<NaiveDate>>,
    /// Last day of the period: the cut-off.
    pub period_to: Option<Stated<NaiveDate>>,
    /// The fiscal year that the period is named by, where its days are not stated.
    #[serde(default)]
    pub fiscal_year: Option<Stated<FiscalYear>>,
    /// Next review due, as the record states it.
    pub next_review: Option<Stated<NaiveDate>>,
    /// People who took part, with role where stated.
    pub participants: Vec<Stated<String>>,
    /// Author, if named.
    pub author: Option<Stated<String>>,
    /// Approver.
    pub approved_by: Option<Stated<String>>,
    /// Approval date.
    pub approved_on: Option<Stated<NaiveDate>>,
    /// A digital signature over the document, present but not verified.
    #[serde(default)]
    pub signature: Option<Quote>,
}

/// A year of the books as it is named: `FY2025`, or `FY 2024/25` with its last year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiscalYear {
    /// The year that names it, or the first of two.
    pub first: i32,
    /// The second of two.
    pub last: Option<i32>,
}

/// Where a date comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DateSource {
    /// Stated as the review or meeting date, to the day.
    Stated,
    /// Stated, but only to the month or quarter: its first day counts.
    StatedMonth,
    /// In the title.
    Title,
    /// In the file name.
    FileName,
    /// The author date of the commit that added the record.
    Inferred,
}

/// An issue named in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// Normal form: `#12`, `owner/repo#12`, `CVE-2025-1234`, `GHSA-xxxx-xxxx-xxxx`, `SEC-12`, `CWE-79`, a URL. Ranges are expanded.
    pub id: String,
    /// 1-based line.
    pub line: std::num::NonZeroU32,
    /// `false` inside a section or sentence that says it was not examined or is out of scope; `None` where words come near to that.
    pub examined: Option<bool>,
    /// These words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Quote>,
    /// The attached data file that names it, by its path in the repository; the line is then one of that file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
}

/// The three things that 4.1.8#c wants judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    /// Was the management complete?
    Completeness,
    /// Was it efficient (timely)?
    Efficiency,
    /// Did it lead to resolution?
    Resolution,
}

impl Aspect {
    /// All three, in the order of the clause.
    pub const ALL: [Aspect; 3] = [Aspect::Completeness, Aspect::Efficiency, Aspect::Resolution];

    /// The word as printed.
    pub fn word(self) -> &'static str {
        match self {
            Aspect::Completeness => "completeness",
            Aspect::Efficiency => "efficiency",
            Aspect::Resolution => "resolution",
        }
    }
}

/// A judgement that the review made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// On what.
    pub aspect: Aspect,
    /// Proven: it was judged. Denied: the text says that it was not. Unsure: something comes near.
    pub answer: Answer,
    /// `Some(true)` favourable, `Some(false)` unfavourable, `None` mixed or unclear.
    pub favourable: Option<bool>,
    /// The words.
    pub quote: Quote,
}

/// A statement that data can contradict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What is claimed.
    pub kind: ClaimKind,
    /// Of which issues.
    #[serde(default)]
    pub among: Among,
    /// Do the words only come near to it? Then it neither stands nor is refuted.
    #[serde(default)]
    pub near: bool,
    /// The words.
    pub quote: Quote,
}

/// The issues that a claim is about; without any of these all issues of the period.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Among {
    /// Those of these severities (`critical`, `high`, `medium`, `low`).
    pub severities: Vec<String>,
    /// Those with these ids.
    pub ids: Vec<String>,
    /// All but those with these ids.
    pub except: Vec<String>,
    /// So many, as the text counts them ("both").
    pub count: Option<u32>,
}

/// What a claim says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "claim", content = "n")]
pub enum ClaimKind {
    /// So many of so many were closed.
    ClosedOf(u32, u32),
    /// So many percent of the issues were closed.
    ClosedPercent(u32),
    /// Each of these issues was closed.
    IsClosed,
    /// Each of these issues was fixed or resolved: closed, or with a commit that fixes it.
    IsFixed,
    /// Each of these issues was closed on this day.
    ClosedOn(NaiveDate),
    /// Each of these issues is open.
    IsOpen,
    /// The median time to the fix, in days.
    MedianDays(u32),
    /// The mean time to the fix, in days.
    MeanDays(u32),
    /// The longest time to the fix, in days.
    LongestDays(u32),
    /// Every fix was there within so many days.
    WithinDays(u32),
    /// Every issue was resolved; none is open (without exception).
    AllResolved,
    /// So many issues are open at the cut-off.
    Open(u32),
    /// So many issues were managed (examined, handled, reviewed) in the period.
    Managed(u32),
    /// So many issues were opened (reported, identified) in the period.
    Opened(u32),
    /// So many issues were closed (resolved, fixed) in the period.
    Closed(u32),
    /// All were handled within the time targets.
    WithinTargets,
    /// There were no security issues in the period.
    NoIssues,
    /// Every issue of the period was examined.
    AllExamined,
}

/// An improvement action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// Its own id (`A1`, `CAPA-3`), if any.
    pub id: Option<String>,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owner: Option<String>,
    /// By when, as written.
    pub due: Option<String>,
    /// Issues named in the same row or item.
    pub references: Vec<String>,
    /// State as written.
    pub state: Option<String>,
    /// What the state says.
    #[serde(default)]
    pub progress: Progress,
    /// Where.
    pub quote: Quote,
}

/// What the state of an action says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// Nothing says that it was carried out.
    #[default]
    Open,
    /// It was carried out.
    Done,
}

/// A review interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// In months; 0 means shorter than a month.
    pub months: u32,
    /// Is it a year as such ("annually", "each calendar year"), not twelve months to the day?
    #[serde(default)]
    pub yearly: bool,
    /// The words.
    pub quote: Quote,
}

/// An analysis of a security defect in deployed software.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// The issues that it is about.
    pub references: Vec<String>,
    /// Does it speak of all of them: "both field defects were traced to"?
    #[serde(default)]
    pub whole: bool,
    /// The words that analyse.
    pub quote: Quote,
    /// The words that name the life-cycle activity that missed the defect, or what changes in it.
    pub cause: Option<Quote>,
}
