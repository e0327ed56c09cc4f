//! Section 3: the strip, the reviews with their periods, approvals and what they examined, the lapses, and what became of actions.

use serde::Serialize;

use crate::model::action::{ActionResult, Proof, ProofKind};
use crate::model::period::State;
use crate::model::report::{Report, Review};
use crate::render::dossier::places::{PagePlaces, ShownCommit, ShownPlace, ShownQuote};
use crate::render::dossier::strip::{StripView, strip};
use crate::render::dossier::told::CaseText;
use crate::render::dossier::words::DossierWords;
use lookback_reading::Location;

/// The section.
#[derive(Serialize)]
pub(crate) struct CadenceView {
    strip: Option<StripView>,
    label: String,
    window: String,
    reviews: Vec<ReviewView>,
    lapses: Vec<LapseView>,
    gaps: Vec<String>,
    actions: Vec<ActionView>,
}

#[derive(Serialize)]
struct ReviewView {
    no: usize,
    held: Option<String>,
    name: Option<String>,
    title: Option<String>,
    place: ShownPlace,
    period: Option<String>,
    stated: bool,
    approval: String,
    approver: Option<String>,
    counted: &'static str,
    why_not: Option<CaseText>,
    examined: Option<String>,
}

#[derive(Serialize)]
struct LapseView {
    from: String,
    to: String,
    days: String,
    known: bool,
    why: CaseText,
}

#[derive(Serialize)]
struct ActionView {
    name: Option<String>,
    text: String,
    owner: Option<String>,
    due: Option<String>,
    state: &'static str,
    decided: ShownPlace,
    called_done: Option<ShownQuote>,
    proof: Vec<ActionProofView>,
    recurrence: Vec<String>,
}

#[derive(Serialize)]
struct ActionProofView {
    on: Option<String>,
    kind: &'static str,
    what: String,
    place: Option<ShownPlace>,
    commit: Option<ShownCommit>,
    note: String,
}

/// Proofs of an action that are shown.
const PROOFS: usize = 4;

/// The section of a report.
pub(crate) fn view(report: &Report, words: &DossierWords, places: &PagePlaces<'_>) -> CadenceView {
    let overdue: i64 = overdue(report).map(crate::model::span::Span::days).sum();
    let held = report.reviews.iter().filter(|review| review.counted == Some(true)).count();
    let strip = strip(report);
    let label = strip.as_ref().map_or_else(String::new, |strip| {
        let (from, to) = (strip.from.to_string(), strip.to.to_string());
        let days = words.count(usize::try_from(overdue).unwrap_or(0), "day");
        let reviews = words.count(held, "review");
        words.say("cadence", "label", &[("from", &from), ("to", &to), ("reviews", &reviews), ("days", &days)])
    });
    CadenceView {
        strip,
        label,
        window: words
            .find("window", &report.cadence.window)
            .map_or_else(|| words.cut(&report.cadence.window, 100), str::to_owned),
        reviews: reviews(report, words, places),
        lapses: lapses(report, words),
        gaps: report
            .cadence
            .gaps
            .iter()
            .map(|gap| {
                let (from, to) = (gap.from.to_string(), gap.to.to_string());
                words.say("cadence", "gap", &[("from", &from), ("to", &to), ("days", &gap.days.to_string())])
            })
            .collect(),
        actions: report.actions.iter().map(|action| told(action, words, places)).collect(),
    }
}

fn overdue(report: &Report) -> impl Iterator<Item = &crate::model::span::Span> {
    // Where no review was ever held, what lies behind the due day is overdue too.
    report.spans.iter().filter(|span| span.state == Some(State::Overdue))
}

fn lapses(report: &Report, words: &DossierWords) -> Vec<LapseView> {
    let lapsed = report.spans.iter().filter(|span| matches!(span.state, Some(State::Overdue) | None));
    let told = lapsed.map(|span| LapseView {
        from: span.from.to_string(),
        to: span.to.to_string(),
        days: words.count(usize::try_from(span.days()).unwrap_or(0), "day"),
        known: span.state.is_some(),
        why: words.told(&span.why, 300),
    });
    told.collect()
}

/// The latest first.
fn reviews(report: &Report, words: &DossierWords, places: &PagePlaces<'_>) -> Vec<ReviewView> {
    let told = report.reviews.iter().enumerate().rev().map(|(at, review)| review_view(at, review, words, places));
    told.collect()
}

fn review_view(at: usize, review: &Review, words: &DossierWords, places: &PagePlaces<'_>) -> ReviewView {
    let approval = serde_json::to_value(review.approval).ok();
    let approval = approval.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let place = match &review.words.date_held {
        Some(quote) => places.location(&Location::of(&review.path, quote)),
        None => places.file(&review.path),
    };
    ReviewView {
        no: at,
        held: review.date_held.map(|day| day.to_string()),
        name: review.doc_id.as_deref().map(|id| words.cut(id, 200)),
        title: review.title.as_deref().map(|title| words.cut(title, 300)),
        place,
        period: review.period.map(|period| words.period(period)),
        stated: review.period_stated,
        approval: words.get("approval", approval).to_owned(),
        approver: review.approved_by.as_deref().map(|name| words.cut(name, 200)),
        counted: match review.counted {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unsure",
        },
        why_not: review.why_not.as_deref().map(|why| words.told(why, 400)),
        examined: review.examined.map(|count| {
            words.say("glance", "n-of", &[("n", &count.examined.to_string()), ("of", &count.managed.to_string())])
        }),
    }
}

fn told(action: &ActionResult, words: &DossierWords, places: &PagePlaces<'_>) -> ActionView {
    let decided = &action.decided_in;
    ActionView {
        name: action.id.as_deref().map(|id| words.cut(id, 60)),
        text: words.cut(&action.text, 300),
        owner: action.owner.as_deref().map(|owner| words.cut(owner, 100)),
        due: action.due_stated.as_deref().map(|due| words.cut(due, 60)),
        state: action.state.word(),
        decided: places.location(&Location::of(&decided.path, &decided.quote)),
        called_done: action.called_done.as_ref().map(|said| places.quote(&said.path, &said.quote)),
        proof: action.proof.iter().take(PROOFS).map(|proof| shown(proof, words, places)).collect(),
        recurrence: action
            .recurrence
            .iter()
            .map(|again| {
                let on = again.on.to_string();
                let class = [vec![again.cwe.clone()], again.components.clone()].concat().join(", ");
                let [id, of, cwe] = [&again.id, &again.of, &class].map(|text| words.cut(text, 60));
                words.say("cadence", "again", &[("id", &id), ("of", &of), ("cwe", &cwe), ("on", &on)])
            })
            .collect(),
    }
}

fn shown(proof: &Proof, words: &DossierWords, places: &PagePlaces<'_>) -> ActionProofView {
    ActionProofView {
        on: proof.on.map(|day| day.to_string()),
        kind: proof.kind.word(),
        what: words.cut(&proof.what, 200),
        place: (proof.kind == ProofKind::File).then(|| places.file(&proof.what)),
        commit: (proof.kind == ProofKind::Commit).then(|| places.commit(&proof.what)),
        note: words.told(&proof.note, 200).text,
    }
}
