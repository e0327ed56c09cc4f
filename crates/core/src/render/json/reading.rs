//! A reading as JSON: what `lookback read --format json` writes for one file.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::render::checklist::{ChecklistPoint, checklist};
use lookback_reading::{
    Answer, Answered, Aspect, Assessment, Constraint, DateSource, Declaration, Kind, Quote, Reading, Reference, Stated,
};

/// What the reader sees in one file.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Lookback reading")]
pub(crate) struct JsonReading<'a> {
    path: &'a str,
    kind: Kind,
    /// What the document, or the configuration, declares it to be; that settles the kind.
    declared: Option<&'a Declaration>,
    /// How sure the judge is of the kind, in percent.
    confidence: u8,
    /// Does it record a periodic review, an improvement, or an analysis of deployed defects?
    /// `null`: unsure.
    content_match: Option<bool>,
    /// All six constraints.
    constraints: BTreeMap<Constraint, JsonAnswer<'a>>,
    /// Does it report something that was carried out and is in force?
    held: JsonHeld<'a>,
    /// Is the document itself in force, as far as its words, its name and its place tell?
    in_force: JsonHeld<'a>,
    fields: JsonFields<'a>,
    /// Judgements on completeness, efficiency and resolution: all three.
    assessments: Vec<JsonAssessment<'a>>,
    /// What it has to say, point by point; empty for what is neither the record of a review nor its procedure.
    checklist: Vec<JsonPoint>,
    /// Issues that it names.
    references: &'a [Reference],
    /// Improvement actions.
    actions: Vec<JsonAction<'a>>,
    /// What could not be read or judged.
    limits: &'a [String],
}

#[derive(Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonAnswer<'a> {
    /// `null`: unsure.
    met: Option<bool>,
    answer: Answer,
    /// Why it is not proven.
    why: Option<&'a str>,
    quotes: Vec<JsonQuote<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonQuote<'a> {
    line: NonZeroU32,
    /// Only where a reader does not see lines: page, paragraph, sheet and cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    text: &'a str,
}

/// An answer with its reason.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonHeld<'a> {
    answer: Answer,
    /// Why it is not proven.
    why: Option<&'a str>,
    quotes: Vec<JsonQuote<'a>>,
}

impl<'a> JsonHeld<'a> {
    fn of(answered: &'a Answered) -> Self {
        JsonHeld { answer: answered.answer, why: answered.why_not.as_deref(), quotes: quotes(&answered.quotes) }
    }
}

/// One point of the checklist.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonPoint {
    /// What the document has to do.
    asks: String,
    answer: Answer,
    /// Why it does not, as far as that is known.
    why: Option<String>,
    /// A form that is read for certain.
    write: &'static str,
}

impl JsonPoint {
    fn of(point: ChecklistPoint) -> Self {
        JsonPoint { asks: point.asks, answer: point.answer, why: point.why, write: point.write }
    }
}

/// The judgement on one aspect.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonAssessment<'a> {
    aspect: Aspect,
    answer: Answer,
    quotes: Vec<JsonQuote<'a>>,
}

impl<'a> JsonAssessment<'a> {
    /// The best answer on the aspect, with the words that give it.
    fn new(aspect: Aspect, found: &'a [Assessment]) -> Self {
        let found = || found.iter().filter(move |one| one.aspect == aspect);
        let answer = found().map(|one| one.answer).max().unwrap_or_default();
        let quotes = found().filter(|one| one.answer == answer).map(|one| JsonQuote::of(&one.quote)).collect();
        JsonAssessment { aspect, answer, quotes }
    }
}

impl<'a> JsonQuote<'a> {
    fn of(quote: &'a Quote) -> Self {
        JsonQuote { line: quote.line, place: quote.place.as_deref(), text: &quote.text }
    }
}

fn quotes(quotes: &[Quote]) -> Vec<JsonQuote<'_>> {
    quotes.iter().map(JsonQuote::of).collect()
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonFields<'a> {
    doc_id: Option<&'a str>,
    title: Option<&'a str>,
    version: Option<&'a str>,
    status: Option<&'a str>,
    product: Option<&'a str>,
    date_held: Option<NaiveDate>,
    date_source: Option<DateSource>,
    /// `null` when neither end is stated.
    period: Option<StatedPeriod>,
    next_review: Option<NaiveDate>,
    /// From when on it is in force.
    effective: Option<NaiveDate>,
    /// Until when it is in force.
    expires: Option<NaiveDate>,
    /// How often a procedure asks for the review, in months.
    interval_months: Option<u32>,
    participants: Vec<&'a str>,
    author: Option<&'a str>,
    approved_by: Option<&'a str>,
    approved_on: Option<NaiveDate>,
    /// Only where the file carries a digital signature; what is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
}

/// A period as stated: either end may be missing.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct StatedPeriod {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JsonAction<'a> {
    id: Option<&'a str>,
    text: &'a str,
    owner: Option<&'a str>,
    /// As written.
    due: Option<&'a str>,
    references: &'a [String],
    state: Option<&'a str>,
    line: NonZeroU32,
    /// Only where a reader does not see lines: page, paragraph, sheet and cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
}

impl<'a> JsonReading<'a> {
    pub(crate) fn new(path: &'a str, reading: &'a Reading) -> Self {
        let words = |stated: &'a Option<Stated<String>>| stated.as_ref().map(|stated| stated.value.as_str());
        let date = |stated: &Option<Stated<NaiveDate>>| stated.as_ref().map(|stated| stated.value);
        let fields = &reading.fields;
        let (from, to) = (date(&fields.period_from), date(&fields.period_to));
        JsonReading {
            path,
            kind: reading.kind,
            declared: reading.declared.as_ref(),
            confidence: reading.confidence,
            content_match: reading.content_match.met(),
            constraints: Constraint::ALL
                .into_iter()
                .map(|constraint| {
                    let answer =
                        reading.constraints.get(&constraint).map_or_else(JsonAnswer::default, |answer| JsonAnswer {
                            met: answer.answer.met(),
                            answer: answer.answer,
                            why: answer.why_not.as_deref(),
                            quotes: quotes(&answer.quotes),
                        });
                    (constraint, answer)
                })
                .collect(),
            held: JsonHeld::of(&reading.held),
            in_force: JsonHeld::of(&reading.in_force),
            assessments: Aspect::ALL
                .into_iter()
                .map(|aspect| JsonAssessment::new(aspect, &reading.assessments))
                .collect(),
            fields: JsonFields {
                doc_id: words(&fields.doc_id),
                title: words(&fields.title),
                version: words(&fields.version),
                status: words(&fields.status),
                product: words(&fields.product),
                date_held: date(&fields.date_held),
                date_source: fields.date_source,
                period: (from.is_some() || to.is_some()).then_some(StatedPeriod { from, to }),
                next_review: date(&fields.next_review),
                effective: date(&reading.effective),
                expires: date(&reading.expires),
                interval_months: reading.interval.as_ref().map(|interval| interval.months),
                participants: fields.participants.iter().map(|stated| stated.value.as_str()).collect(),
                author: words(&fields.author),
                approved_by: words(&fields.approved_by),
                approved_on: date(&fields.approved_on),
                signature: fields.signature.as_ref().map(|quote| quote.text.as_str()),
            },
            checklist: checklist(reading).into_iter().map(JsonPoint::of).collect(),
            references: &reading.references,
            actions: reading
                .actions
                .iter()
                .map(|action| JsonAction {
                    id: action.id.as_deref(),
                    text: &action.text,
                    owner: action.owner.as_deref(),
                    due: action.due.as_deref(),
                    references: &action.references,
                    state: action.state.as_deref(),
                    line: action.quote.line,
                    place: action.quote.place.as_deref(),
                })
                .collect(),
            limits: &reading.limits,
        }
    }
}
