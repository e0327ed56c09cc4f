//! What became of the improvement actions: from the record that decided each to the one that calls it done, and to what shows that.
//! Pure.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::join::action_words::{has_word, significant, told_by};
use crate::join::{components, population};
use crate::judge::held::{Held, NamedIssues};
use crate::model::action::{
    ActionResult, ActionState, ActionTrace, CutOffState, Proof, ProofKind, Recurrence, SaidInRecord,
};
use crate::model::evidence::{Evidence, FoundDocument};
use crate::model::issue::{Issue, Resolution};
use crate::model::period::end_of_day;
use crate::model::report::{IssueState, Review};
use lookback_reading::{Action, Progress, Quote};

/// What is known of held reviews, before rules look at it.
pub(crate) struct ActionGrounds<'a> {
    /// What was collected.
    pub(crate) evidence: &'a Evidence,
    /// Documents that present themselves as reviews.
    pub(crate) reviews: &'a [Review],
    /// Held reviews, oldest first.
    pub(crate) held: &'a [Held],
    /// The date judged for.
    pub(crate) as_of: NaiveDate,
}

/// The actions that held reviews decided, oldest first. One that a later record carries on under its own words stays one.
pub(crate) fn actions(grounds: &ActionGrounds<'_>) -> Vec<ActionResult> {
    let mut out: Vec<ActionResult> = Vec::new();
    for held in grounds.held {
        for record in held.records(grounds.evidence, grounds.reviews) {
            let said = |quote: &Quote| SaidInRecord { path: record.path.clone(), on: held.date, quote: quote.clone() };
            for at in 0..out.len() {
                let earlier = &out[at];
                if earlier.decided_in.on >= held.date || earlier.state == ActionState::Done {
                    continue;
                }
                // Ids may begin anew with each review: the last action of an id is the one that is meant by it.
                let again =
                    out[at + 1..].iter().any(|later| later.decided_in.on < held.date && has_id_of(later, earlier));
                if let Some(quote) = called_done(grounds, record, earlier, again) {
                    out[at].state = ActionState::Done;
                    out[at].called_done = Some(said(quote));
                }
            }
            for action in &record.reading.actions {
                match out.iter_mut().rfind(|one| is_carried_on(one, action)) {
                    Some(known) => carry_on(known, action, &said),
                    None => out.push(decided(action, &said)),
                }
            }
        }
    }
    for action in &mut out {
        prove(grounds, action);
    }
    out
}

fn decided(action: &Action, said: &dyn Fn(&Quote) -> SaidInRecord) -> ActionResult {
    let done = action.progress == Progress::Done;
    ActionResult {
        id: action.id.clone(),
        text: action.text.clone(),
        owner: action.owner.clone(),
        due: action.due.as_deref().and_then(lookback_reading::due_day),
        due_stated: action.due.clone(),
        issues: action.references.clone(),
        state: if done { ActionState::Done } else { ActionState::Open },
        stated: action.state.clone(),
        decided_in: said(&action.quote),
        called_done: done.then(|| said(&action.quote)),
        proof: Vec::new(),
        open_issues: Vec::new(),
        cut_offs: Vec::new(),
        recurrence: Vec::new(),
    }
}

/// The same action in a later row, or in the other record of the day: what it says anew is kept beside what it was.
fn carry_on(known: &mut ActionResult, action: &Action, said: &dyn Fn(&Quote) -> SaidInRecord) {
    known.owner = action.owner.clone().or_else(|| known.owner.take());
    known.stated = action.state.clone().or_else(|| known.stated.take());
    if action.due.is_some() {
        known.due = action.due.as_deref().and_then(lookback_reading::due_day);
        known.due_stated.clone_from(&action.due);
    }
    for id in &action.references {
        if !known.issues.contains(id) {
            known.issues.push(id.clone());
        }
    }
    if known.called_done.is_none() && action.progress == Progress::Done {
        known.state = ActionState::Done;
        known.called_done = Some(said(&action.quote));
    }
}

/// Ids may begin anew with each review: the same id on other words is another action.
fn is_carried_on(known: &ActionResult, action: &Action) -> bool {
    let (old, new) = (significant(&known.text), significant(&action.text));
    match (&known.id, &action.id) {
        (Some(one), Some(other)) if one.eq_ignore_ascii_case(other) => !old.is_disjoint(&new),
        (Some(_), Some(_)) => false,
        _ => !old.is_empty() && old == new,
    }
}

fn has_id_of(one: &ActionResult, other: &ActionResult) -> bool {
    one.id.as_ref().zip(other.id.as_ref()).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// The words of a later record that call an action done. `again`: its id means another one by now.
fn called_done<'a>(
    grounds: &ActionGrounds<'_>,
    record: &'a FoundDocument,
    action: &ActionResult,
    again: bool,
) -> Option<&'a Quote> {
    let words = significant(&action.text);
    let id = action.id.as_deref().filter(|_| !again);
    // Of a defect that led to the action it is said that it was fixed: what tracks the action is no security issue.
    let tracked: Vec<&String> = action.issues.iter().filter(|id| tracks(grounds, id)).collect();
    let mut said = record.reading.follow_ups.iter();
    said.find(|quote| {
        let about = is_about(&quote.text, id, &words) || tracked.iter().any(|issue| has_word(&quote.text, issue));
        lookback_reading::tells_of_all_actions(&quote.text) || about && lookback_reading::is_done(&quote.text)
    })
}

/// Does an id name an issue of a tracker that is none of security?
fn tracks(grounds: &ActionGrounds<'_>, id: &str) -> bool {
    let mut named = NamedIssues::default();
    named.add_ids(&[id.to_owned()], &grounds.evidence.subject.repository);
    let names = |issues: &[Issue]| issues.iter().any(|issue| named.names(issue));
    names(&grounds.evidence.tracked) && !names(&grounds.evidence.issues)
}

/// Is a sentence about an action: by its id, else by most of its words?
pub(crate) fn is_about(text: &str, id: Option<&str>, words: &BTreeSet<String>) -> bool {
    id.is_some_and(|id| has_word(text, id)) || told_by(words, &significant(text))
}

/// Is it mentioned in a later record: by id, by issue, or by most of its words?
pub(crate) fn mentions(document: &FoundDocument, action: &Action) -> bool {
    let reading = &document.reading;
    let texts = || {
        reading.follow_ups.iter().map(|q| q.text.as_str()).chain(reading.actions.iter().map(|a| a.quote.text.as_str()))
    };
    let words = significant(&action.text);
    if let Some(id) = &action.id {
        // Ids may begin anew with each review: a new action of the same id is another where it shares no word.
        let carried = |a: &Action| a.id.as_ref() != Some(id) || !words.is_disjoint(&significant(&a.text));
        if reading.follow_ups.iter().any(|quote| has_word(&quote.text, id))
            || reading.actions.iter().any(|a| (a.id.as_ref() == Some(id) || has_word(&a.quote.text, id)) && carried(a))
        {
            return true;
        }
    }
    if action.references.iter().any(|id| reading.references.iter().any(|named| named.id.eq_ignore_ascii_case(id))) {
        return true;
    }
    if reading.follow_ups.iter().any(|quote| lookback_reading::tells_of_all_actions(&quote.text)) {
        return true;
    }
    // Told in other words, with the name of who does it.
    let owner = action.owner.as_deref().and_then(|owner| owner.split_whitespace().next_back()).unwrap_or_default();
    texts().any(|text| {
        let told = significant(text);
        told_by(&words, &told) || words.intersection(&told).count() >= 2 && owner.len() > 2 && has_word(text, owner)
    })
}

/// The issues that these ids name, security issues or not.
pub(crate) fn named_issues<'a>(evidence: &'a Evidence, ids: &[String]) -> impl Iterator<Item = &'a Issue> {
    let mut named = NamedIssues::default();
    named.add_ids(ids, &evidence.subject.repository);
    let known = evidence.issues.iter().chain(&evidence.tracked);
    known.filter(move |issue| named.names(issue))
}

/// Adds what shows that the action was carried out, and what came again all the same.
fn prove(grounds: &ActionGrounds<'_>, action: &mut ActionResult) {
    let end = end_of_day(grounds.as_of);
    let mut proof: BTreeSet<Proof> = BTreeSet::new();
    // What was closed before it was decided shows nothing, unless the record that names it calls it done at once.
    let at_once = action.called_done.as_ref().is_some_and(|said| *said == action.decided_in);
    for issue in named_issues(grounds.evidence, &action.issues) {
        match (population::closed_before(issue, end), population::state_before(issue, end)) {
            (Some(at), _) if at.date_naive() >= action.decided_in.on || at_once && !is_defect(grounds, issue) => {
                let on = Some(at.date_naive());
                proof.insert(Proof { on, kind: ProofKind::Issue, what: issue.id.clone(), note: "closed".to_owned() });
            }
            (None, Some(IssueState::Open)) if !issue.state_unknown => action.open_issues.push(issue.id.clone()),
            _ => {}
        }
    }
    action.cut_offs = cut_offs(grounds, action);
    let decided = &action.decided_in;
    let own = |trace: &&ActionTrace| trace.path == decided.path && trace.quote == decided.quote;
    for trace in grounds.evidence.traces.iter().filter(own) {
        proof.extend(trace.proof.iter().filter(|one| one.on.is_none_or(|on| on <= grounds.as_of)).cloned());
    }
    let words = [Some(&decided.quote), action.called_done.as_ref().map(|said| &said.quote)];
    for quote in words.into_iter().flatten() {
        for release in grounds.evidence.releases.iter().filter(|release| release.date <= grounds.as_of) {
            if has_word(&quote.text, &release.tag) || has_word(&quote.text, release.tag.trim_start_matches('v')) {
                let (on, what) = (Some(release.date), release.tag.clone());
                proof.insert(Proof { on, kind: ProofKind::Release, what, note: "released".to_owned() });
            }
        }
        if lookback_reading::names_proof_elsewhere(&quote.text) {
            let (kind, what) = (ProofKind::Elsewhere, quote.text.clone());
            proof.insert(Proof { on: None, kind, what, note: String::new() });
        }
    }
    action.proof = proof.into_iter().collect();
    action.recurrence = recurrences(grounds, action);
}

/// The state of its issues at the cut-offs of the reviews that came after the one that decided it.
fn cut_offs(grounds: &ActionGrounds<'_>, action: &ActionResult) -> Vec<CutOffState> {
    let issues: Vec<&Issue> = named_issues(grounds.evidence, &action.issues).collect();
    let later = grounds.held.iter().filter(|held| held.date > action.decided_in.on).map(|held| held.period.to);
    let at = |on: NaiveDate| {
        let in_state = |state| {
            let of = issues.iter().filter(|issue| population::state_before(issue, end_of_day(on)) == Some(state));
            of.map(|issue| issue.id.clone()).collect()
        };
        CutOffState { on, open: in_state(IssueState::Open), closed: in_state(IssueState::Closed) }
    };
    later.map(at).filter(|state| !state.open.is_empty() || !state.closed.is_empty()).collect()
}

/// Is it a defect of deployed software?
fn is_defect(grounds: &ActionGrounds<'_>, issue: &Issue) -> bool {
    grounds.evidence.issues.iter().any(|known| known.id == issue.id)
        && issue.deployed != Some(false)
        && !matches!(issue.resolution, Resolution::NotAffected | Resolution::Duplicate)
}

/// Defects of the class of one that the action names, and of its component where that is known of both, that became known after the action
/// was called done.
fn recurrences(grounds: &ActionGrounds<'_>, action: &ActionResult) -> Vec<Recurrence> {
    let Some(done) = action.done_on() else { return Vec::new() };
    let ids: Vec<String> = action.issues.iter().chain(&defects_told(grounds, action)).cloned().collect();
    let mut out = Vec::new();
    let end = end_of_day(grounds.as_of);
    for of in named_issues(grounds.evidence, &ids).filter(|issue| is_defect(grounds, issue)) {
        for later in grounds.evidence.issues.iter().filter(|later| later.id != of.id && is_defect(grounds, later)) {
            let Some(on) = population::entered(later).filter(|at| *at < end).map(|at| at.date_naive()) else {
                continue;
            };
            let Some(cwe) = of.cwe.intersection(&later.cwe).next().filter(|_| on > done) else { continue };
            // In another component it is another defect.
            let Some(components) = components::shared(of, later) else { continue };
            let components = components.into_iter().collect();
            out.push(Recurrence { of: of.id.clone(), id: later.id.clone(), on, cwe: cwe.clone(), components });
        }
    }
    out.sort_by(|a, b| (a.on, &a.id, &a.of).cmp(&(b.on, &b.id, &b.of)));
    out
}

/// The defects whose analysis, in the record that decided it, names the action by its id.
fn defects_told(grounds: &ActionGrounds<'_>, action: &ActionResult) -> Vec<String> {
    let Some(id) = &action.id else { return Vec::new() };
    let own = grounds.evidence.documents.iter().filter(|document| document.path == action.decided_in.path);
    let analyses = own.flat_map(|document| &document.reading.analyses);
    let about = analyses.filter(|analysis| {
        let cause = analysis.cause.as_ref().map_or("", |cause| cause.text.as_str());
        has_word(&analysis.quote.text, id) || has_word(cause, id)
    });
    about.flat_map(|analysis| analysis.references.clone()).collect()
}
