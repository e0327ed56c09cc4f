//! The improvement actions, a line each: who, by when, what records say of it, and what shows that.

use crate::model::action::{ActionResult, CutOffState, Proof, ProofKind};
use crate::render::escape::line;
use lookback_reading::{Location, shorten};

/// The actions in the order of the report. Harmless text, not wrapped.
pub(crate) fn lines(actions: &[ActionResult]) -> Vec<String> {
    actions.iter().map(told).collect()
}

fn told(action: &ActionResult) -> String {
    let id = action.id.as_ref().map_or_else(String::new, |id| format!("{} ", short(id)));
    let who = action.owner.as_deref().map_or_else(|| "nobody named".to_owned(), short);
    let due =
        action.due_stated.as_deref().map_or_else(|| "no due date".to_owned(), |due| format!("due {}", short(due)));
    let issues =
        if action.issues.is_empty() { String::new() } else { format!(", {}", line(&action.issues.join(", "))) };
    let mut text = format!("{id}{} ({who}, {due}{issues}): decided {}, ", short(&action.text), action.decided_in.on);
    text += &match &action.called_done {
        None => "open".to_owned(),
        Some(said) => {
            let place = Location::of(&said.path, &said.quote).position(&shorten(&said.path, 300));
            format!("called done {} ({})", said.on, line(&place))
        }
    };
    if !action.open_issues.is_empty() {
        text += &format!("; still open: {}", line(&action.open_issues.join(", ")));
    }
    for CutOffState { on, open, closed } in &action.cut_offs {
        let states = [("open", open), ("closed", closed)];
        let states = states.iter().filter(|(_, ids)| !ids.is_empty());
        let states: Vec<String> = states.map(|(state, ids)| format!("{} {state}", line(&ids.join(", ")))).collect();
        text += &format!("; at the cut-off {on} {}", states.join(", "));
    }
    let shown: Vec<String> = action.proof.iter().map(proof).collect();
    if !shown.is_empty() {
        text += &format!("; shown by {}", shown.join(", "));
    } else if action.called_done.is_some() {
        text += "; nothing shows it";
    }
    for again in &action.recurrence {
        let class = [vec![again.cwe.clone()], again.components.clone()].concat().join(", ");
        text += &format!("; came again: {} ({}, as {})", line(&again.id), line(&class), line(&again.of));
    }
    text
}

/// One proof in words.
pub(crate) fn proof(proof: &Proof) -> String {
    let on = proof.on.map_or_else(String::new, |on| format!(" {on}"));
    let what = short(&proof.what);
    match proof.kind {
        ProofKind::Issue => format!("issue {what} closed{on}"),
        ProofKind::Commit => format!("commit {}{on} “{}”", what.get(..12).unwrap_or(&what), short(&proof.note)),
        ProofKind::PullRequest => format!("pull request {what} merged{on} ({})", short(&proof.note)),
        ProofKind::File => format!("{what}{on} ({})", short(&proof.note)),
        ProofKind::Release => format!("release {what}{on}"),
        ProofKind::Elsewhere => format!("what lies elsewhere, by its own words: “{what}”"),
    }
}

fn short(text: &str) -> String {
    line(&shorten(text, 200))
}
