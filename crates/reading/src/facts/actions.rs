//! Improvement actions, in tables, lists and sentences.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::facts::owners::{owner_and_due, vague};
use crate::facts::statements::Titles;
use crate::grammar::dates;
use crate::grammar::lexicon::Lexicon;
use crate::grammar::names::key;
use crate::grammar::patterns::sentences;
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::Term;
use crate::grammar::units::joined;
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::{Action, Fields, Progress, Stated};
use crate::value::text::fold;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Text,
    Owner,
    Due,
    State,
}

fn column(name: &str) -> Option<Column> {
    let key = key(name);
    let starts = |words: &[&str]| words.iter().any(|word| key == *word || key.starts_with(&format!("{word} ")));
    if starts(&["id", "no", "nr", "action id", "number", "ref"]) || key.is_empty() && name.trim() == "#" {
        Some(Column::Id)
    } else if starts(&[
        "owner",
        "responsible",
        "resp",
        "by whom",
        "carried out by",
        "who",
        "assignee",
        "assigned",
        "action owner",
        "verantwortlich",
        "zuständig",
        "verantwortlicher",
        "lead",
        "wer",
    ]) {
        Some(Column::Owner)
    } else if starts(&[
        "due",
        "target date",
        "deadline",
        "by when",
        "until when",
        "until",
        "when",
        "target",
        "due date",
        "frist",
        "termin",
        "fällig",
        "fälligkeit",
        "bis wann",
        "zieldatum",
        "timeline",
        "bis",
    ]) {
        Some(Column::Due)
    } else if starts(&["status", "state", "outcome", "stand", "zustand", "progress"]) {
        Some(Column::State)
    } else if starts(&[
        "action",
        "actions",
        "action item",
        "description",
        "improvement",
        "task",
        "what",
        "was",
        "was zu tun ist",
        "to do",
        "todo",
        "vorhaben",
        "corrective action",
        "preventive action",
        "measure",
        "maßnahme",
        "massnahme",
        "verbesserung",
        "beschreibung",
        "aktion",
        "aufgabe",
        "korrekturmaßnahme",
        "verbesserungsmaßnahme",
        "remediation",
    ]) {
        Some(Column::Text)
    } else {
        None
    }
}

/// Is a table with this heading row a list of actions?
pub(crate) fn is_list(header: &[Text]) -> bool {
    let has = |wanted| header.iter().any(|cell| column(&cell.text) == Some(wanted));
    has(Column::Text) && (has(Column::Owner) || has(Column::Due))
}

/// Improvement actions of the document: rows of action tables, items under action headings.
/// What was due before the day of the review was not decided in it.
pub(crate) fn actions(
    doc: &Document,
    titles: &Titles,
    lexicon: &Lexicon,
    extra: &Extra,
    fields: &Fields,
) -> Vec<Action> {
    let held = fields.date_held.as_ref().map(|held| held.value);
    let people = fields.participants.as_slice();
    let mut out = Vec::new();
    // The section in which a line like "Decisions:" opens a list.
    let mut led = None;
    let listed: BTreeSet<usize> =
        doc.blocks.iter().filter(|block| is_listing(&block.shape)).map(|b| b.section).collect();
    let heads = |section: usize| {
        let named = || sentences().of("heads-actions").matches(&doc.sections[section].title);
        titles.own(section).has(Term::ActionHeading) || section > 1 && named()
    };
    for block in &doc.blocks {
        let heading = titles.all(block.section);
        if heading.any(&[Term::FollowUp, Term::NotExamined]) {
            continue;
        }
        match &block.shape {
            Shape::Table { header, rows } => {
                let columns: Vec<Option<Column>> = header.iter().map(|cell| column(&cell.text)).collect();
                let at = |wanted: Column| columns.iter().position(|column| *column == Some(wanted));
                let Some(text) = at(Column::Text) else { continue };
                let named = ["action", "maßnahme", "massnahme", "improvement", "measure", "verbesserung"];
                let own = key(&header[text].text);
                let sure = named.iter().any(|word| own.contains(word)) || heading.any(&[Term::ActionHeading]);
                if !sure
                    || at(Column::Owner).is_none() && at(Column::Due).is_none() && !heading.has(Term::ActionHeading)
                {
                    continue;
                }
                for row in rows {
                    let cell = |wanted: Column| {
                        at(wanted)
                            .and_then(|i| row.get(i))
                            .map(|cell| fold(&cell.text))
                            .filter(|text| !text.is_empty() && (wanted == Column::State || !vague(text)))
                    };
                    let none = |text: &String| sentences().of("no-action").matches(text);
                    let Some(text) = cell(Column::Text).filter(|text| !none(text)) else { continue };
                    let (whole, span) = joined(row);
                    out.push(Action {
                        id: cell(Column::Id).or_else(|| leading_id(&text).0),
                        text,
                        owner: cell(Column::Owner),
                        due: cell(Column::Due),
                        references: ids(&whole, extra),
                        progress: progress(cell(Column::State).as_deref()),
                        state: cell(Column::State),
                        quote: doc.quote(span),
                    });
                }
            }
            Shape::Item { text, checked }
                if heads(block.section)
                    || led == Some(block.section)
                    || !titles.beside(block.section)
                        && !lexicon.marks(&text.text).has(Term::Approves)
                        && names_who_and_when(&text.text, held, people) =>
            {
                let marks = lexicon.marks(&text.text);
                if !marks.has(Term::Placeholder) && text.text.split_whitespace().count() >= 3 {
                    out.push(told(doc, text, *checked, extra, people));
                }
            }
            Shape::Paragraph(text) => {
                led = leads(text).then_some(block.section);
                let section = heads(block.section) && !listed.contains(&block.section);
                if led.is_none() && (states_action(text, section, people) || section && demands(text, lexicon)) {
                    out.push(told(doc, text, None, extra, people));
                }
            }
            _ => {}
        }
    }
    out
}

fn is_listing(shape: &Shape) -> bool {
    matches!(shape, Shape::Table { .. } | Shape::Item { .. })
}

/// An action as an item or a paragraph tells it.
fn told(doc: &Document, text: &Text, checked: Option<bool>, extra: &Extra, people: &[Stated<String>]) -> Action {
    let (owner, due) = owner_and_due(&text.text, people);
    let (id, words) = leading_id(&fold(&text.text));
    let ticked = checked.map(|done| if done { "done" } else { "open" }.to_owned());
    let state = ticked.or_else(|| state_of(&text.text));
    Action {
        id,
        text: words,
        owner,
        due,
        references: ids(&text.text, extra),
        progress: progress(state.as_deref()),
        state,
        quote: doc.quote(text.whole()),
    }
}

/// Does an item say who does it by when? Then it is one wherever it stands; what begins with an issue tells of that, and who signed on
/// which day is told of the review itself.
fn names_who_and_when(text: &str, held: Option<NaiveDate>, people: &[Stated<String>]) -> bool {
    let led = references::find(text, &[], &Extra::default()).first().is_some_and(|named| named.range.start <= 2);
    let (owner, due) = owner_and_due(text, people);
    let ahead = due.and_then(|due| due_day(&due)).zip(held).is_some_and(|(due, held)| due > held);
    !led && owner.is_some() && ahead
}

/// "Decisions:", "To do:", "Der Kreis beschließt:".
fn leads(text: &Text) -> bool {
    sentences().of("leads-actions").matches(text.text.trim())
}

/// Does a paragraph tell of one: "Action: …", or with a person and a day under a heading for them?
fn states_action(text: &Text, section: bool, people: &[Stated<String>]) -> bool {
    let named = || matches!(owner_and_due(&text.text, people), (Some(_), Some(_)));
    sentences().of("labels-action").matches(&text.text) || section && named()
}

/// Does it say what shall be done: "The parser should be added to the plan."?
fn demands(text: &Text, lexicon: &Lexicon) -> bool {
    let marks = lexicon.marks(&text.text);
    let short = text.text.split_whitespace().count() <= 40;
    short && sentences().of("demands-action").matches(&text.text) && !marks.has(Term::Placeholder)
}

/// What a state says of its action.
fn progress(state: Option<&str>) -> Progress {
    if state.is_some_and(is_done) { Progress::Done } else { Progress::Open }
}

fn ids(text: &str, extra: &Extra) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for named in references::find(text, &[], extra) {
        if !out.contains(&named.id) {
            out.push(named.id);
        }
    }
    out
}

/// Is an action done, by the words of its state? "To be completed" and "ineffective" are not.
pub fn is_done(state: &str) -> bool {
    let all = sentences();
    all.of("action-done").matches(state) && !all.of("action-not-done").matches(state)
}

/// Do the words on an action say where outside the repository its proof lies: an address, a document by its id, an archive?
pub fn names_proof_elsewhere(text: &str) -> bool {
    sentences().of("proof-elsewhere").matches(text)
}

/// The last day by which an action is due, from the words that say when (`2025-06-30`, `Q3 2025`, `end of May 2025`).
pub fn due_day(text: &str) -> Option<NaiveDate> {
    dates::find(text).into_iter().find_map(|found| found.written.last())
}

/// `A1: do this` → the id and the rest.
fn leading_id(text: &str) -> (Option<String>, String) {
    if let Some((head, rest)) = text.split_once([':', ' ']).filter(|(head, _)| !head.is_empty()) {
        let head = head.trim_matches(['*', '[', ']', '(', ')', '.']);
        let id = head.len() <= 14
            && head.starts_with(|c: char| c.is_ascii_uppercase())
            && head.ends_with(|c: char| c.is_ascii_digit());
        if id
            && head.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
            && !rest.trim().is_empty()
        {
            return (Some(head.to_owned()), rest.trim_start_matches([':', '–', '—', '-', ' ']).to_owned());
        }
    }
    (None, text.to_owned())
}

/// The state that an item ends with: "…; done on 12 November", "Status: closed".
fn state_of(text: &str) -> Option<String> {
    let label = ["status:", "state:", "stand:", "zustand:"];
    let lower = text.to_lowercase();
    let labelled = label.iter().find_map(|word| lower.find(word).map(|at| at + word.len()));
    let start = labelled.or_else(|| {
        let at = text.rfind([';', '–', '—'])?;
        let part = text[at..].trim_start_matches([';', '–', '—', ' ']);
        let all = sentences();
        let short = part.split_whitespace().count() <= 12;
        (short && (all.of("action-done").matches(part) || all.of("action-not-done").matches(part)))
            .then(|| text.len() - part.len())
    })?;
    let part = text.get(start..)?.split([';', ',', '|']).next().unwrap_or("");
    Some(fold(part)).filter(|state| !state.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_says_whether_the_action_is_done() {
        for done in ["Done (2024-05-01)", "closed", "completed, verified", "Erledigt", "umgesetzt am 2024-05-01"] {
            assert_eq!(progress(Some(done)), Progress::Done, "{done}");
        }
        for open in ["not done", "Open", "in progress", "nicht erledigt", "not yet implemented", "incomplete", ""] {
            assert_eq!(progress(Some(open)), Progress::Open, "{open}");
        }
        assert_eq!(progress(None), Progress::Open);
    }
}
