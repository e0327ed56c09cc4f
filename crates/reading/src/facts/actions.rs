//! Improvement actions, in tables and lists, and placeholders that show that a document is not filled in.

use std::sync::LazyLock;

use regex::Regex;

use crate::facts::statements::Titles;
use crate::grammar::lexicon::Lexicon;
use crate::grammar::names::key;
use crate::grammar::patterns::sentences;
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::Term;
use crate::grammar::units::joined;
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::Action;
use crate::value::text::{Quote, fold};

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
pub(crate) fn actions(doc: &Document, titles: &Titles, lexicon: &Lexicon, extra: &Extra) -> Vec<Action> {
    let mut out = Vec::new();
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
                    let Some(text) = cell(Column::Text) else { continue };
                    let (whole, span) = joined(row);
                    out.push(Action {
                        id: cell(Column::Id),
                        text,
                        owner: cell(Column::Owner),
                        due: cell(Column::Due),
                        references: ids(&whole, extra),
                        done: cell(Column::State).is_some_and(|state| is_done(&state)),
                        state: cell(Column::State),
                        quote: doc.quote(span),
                    });
                }
            }
            Shape::Item { text, checked } if titles.own(block.section).has(Term::ActionHeading) => {
                let marks = lexicon.marks(&text.text);
                if marks.has(Term::Placeholder) || text.text.split_whitespace().count() < 3 {
                    continue;
                }
                let (owner, due) = owner_and_due(&text.text);
                let words = fold(&text.text);
                let (id, words) = leading_id(&words);
                out.push(Action {
                    id,
                    text: words,
                    owner,
                    due,
                    references: ids(&text.text, extra),
                    state: checked
                        .map(|done| if done { "done" } else { "open" }.to_owned())
                        .or_else(|| state_of(&text.text)),
                    done: checked.unwrap_or_else(|| state_of(&text.text).is_some_and(|state| is_done(&state))),
                    quote: doc.quote(text.whole()),
                });
            }
            _ => {}
        }
    }
    out
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

/// Words that name nobody and no day: "tbd", "offen", "to be named".
fn vague(text: &str) -> bool {
    sentences().of("nobody").matches(text)
}

/// Is an action done, by the words of its state? "To be completed" and "ineffective" are not.
pub(crate) fn is_done(state: &str) -> bool {
    let all = sentences();
    all.of("action-done").matches(state) && !all.of("action-not-done").matches(state)
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

static OWNER: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)(?:\b(?:owner|responsible|assigned to|assignee|verantwortlich|zuständig)\s*[:=]?\s*(?P<a>[^,;()|\n]{2,60}))|(?P<b>@[A-Za-z0-9][A-Za-z0-9-]{1,38})").expect("constant pattern")
});

static DUE: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)\b(?:due(?:\s+(?:date|by|on))?|deadline|by|until|bis(?:\s+zum)?|fällig(?:\s+am)?|frist|termin|target(?:\s+date)?)\s*[:=]?\s*").expect("constant pattern")
});

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

fn owner_and_due(text: &str) -> (Option<String>, Option<String>) {
    let mut owner =
        OWNER.captures(text).and_then(|found| found.name("a").or(found.name("b"))).map(|m| fold(m.as_str())).filter(|name| !vague(name));
    let mut due = None;
    for found in DUE.find_iter(text) {
        let rest = &text[found.end()..];
        if let Some(date) = crate::grammar::dates::find(rest).first().filter(|date| date.range.start == 0) {
            due = Some(rest[date.range.clone()].to_owned());
            break;
        }
    }
    // "… (J. Doe, 2025-06-30)"
    if let Some(inner) = text.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner) {
        for part in inner.split([',', ';']).map(str::trim) {
            if let Some(date) = crate::grammar::dates::find(part).first() {
                due.get_or_insert_with(|| part[date.range.clone()].to_owned());
            } else if owner.is_none()
                && inner.contains([',', ';'])
                && !part.contains('#')
                && part.split_whitespace().count() <= 4
                && part.starts_with(char::is_uppercase)
            {
                owner = Some(part.to_owned());
            }
        }
    }
    (owner, due)
}

static MARK: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(
        r"(?x)\b(?:TBD|TBA|FIXME|XXX+|XYZ|N\.N\.|YYYY-MM-DD|YYYY-MM|DD\.MM\.YYYY|MM/DD/YYYY|DD/MM/YYYY|TT\.MM\.JJJJ|JJJJ-MM-TT|YYYY|JJJJ|NNN+)\b
        |\bTODO\b(?:\([^)]*\)|:|$)?
        |(?i:\bto\ be\ (?:determined|defined|completed|confirmed|filled\ in|added|supplied)\b|\bnoch\ (?:festzulegen|zu\ bestimmen|auszufüllen|zu\ ergänzen)\b|\bhier\ eintragen\b|\bbitte\ ausfüllen\b|\blorem\ ipsum\b)
        |\{\{[^}\n]{1,60}\}\}|<[A-Za-z][^<>\n/@=]{1,50}\ [^<>\n/@=]{1,50}>|_{3,}|\.{5,}(?P<leader>[\ \t]*\d+[\ \t]*(?:\n|$))?
        |<(?:[A-ZÄÖÜ][A-Za-zÄÖÜäöüß_-]{2,30}|(?i:date|name|title|company|role|product|version|year|owner|id|datum|firma|jahr|rolle|produkt))>
        |\[(?:\s{2,}|[A-ZÄÖÜ][^\]\n\[]{1,80}|\.\.\.|…|e\.g\.[^\]\n]{1,80}|date|name|names|title|datum|namen|role|from|to|von|bis|n|x\ days
            |(?:insert|enter|add|describe|list|summari[sz]e|number|names|your|bitte|to\ be|placeholder|specify|state)\b[^\]\n\[]{0,80}|[^\]\n\[]{4,80}\?)\](?P<after>[(\[:])?",
    )
    .expect("constant pattern")
});

/// Placeholders in the text, with their places, and unticked boxes.
pub(crate) fn placeholders(doc: &Document, titles: &Titles) -> Vec<Quote> {
    let mut out = Vec::new();
    let mut scan = |text: &Text, action: bool| {
        if !text.text.contains(['T', 'X', 'Y', 'J', '[', '{', '<', '_', '.', 'N', 'F', 't', 'n', 'b', 'h']) {
            return;
        }
        for found in MARK.captures_iter(&text.text) {
            let Some(whole) = found.get(0) else { continue };
            // A link or a reference is no placeholder.
            if found.name("after").is_some() || found.name("leader").is_some() || not_a_gap(whole.as_str()) {
                continue;
            }
            // `Text <target>`_ and :ref:`text <target>` of reStructuredText.
            if whole.as_str().starts_with('<') && text.text[whole.end()..].starts_with('`') {
                continue;
            }
            // `link:x[Text]` of AsciiDoc.
            let before = text.text[..whole.start()].chars().next_back();
            if whole.as_str().starts_with('[')
                && before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ']' | ')' | '/'))
            {
                continue;
            }
            if text.code.iter().any(|code| code.start <= whole.start() && whole.end() <= code.end) {
                continue;
            }
            // An action may be without owner or date without the record being unfilled.
            if action && whole.as_str().starts_with("TB") {
                continue;
            }
            out.push(doc.quote(text.span(whole.range())));
        }
    };
    for block in &doc.blocks {
        let action = titles.all(block.section).any(&[Term::ActionHeading, Term::ImproveHeading, Term::FollowUp]);
        match &block.shape {
            // What is quoted is not for this document to fill in.
            Shape::Quote(_) => {}
            shape => shape.texts().for_each(|text| scan(text, action)),
        }
    }
    for block in &doc.blocks {
        // An open box below "Actions" is an open action.
        let action = titles.all(block.section).any(&[Term::ActionHeading, Term::ImproveHeading, Term::FollowUp]);
        if let Shape::Item { text, checked: Some(false) } = &block.shape
            && !text.is_blank()
            && !action
        {
            out.push(doc.quote(text.whole()));
        }
    }
    out
}

/// Variables that a site generator puts in itself: `{{ site.baseurl }}`.
const SITE: [&str; 8] = ["site.", "page.", "layout.", "post.", "include.", "jekyll.", "relref", "ref "];

/// Bracketed text that is a citation, a state or a note rather than a gap.
fn not_a_gap(text: &str) -> bool {
    if let Some(name) = text.strip_prefix("{{") {
        let name = name.trim_start_matches(['<', '%', ' ']);
        return SITE.iter().any(|prefix| name.starts_with(prefix));
    }
    let inner = text.trim_matches(['[', ']', '<', '>']);
    text.starts_with('[')
        && (inner.bytes().any(|byte| byte.is_ascii_digit())
            && !inner.contains(' ')
            && !inner.contains("YYYY")
            && !inner.contains("XX")
            || ["CVE", "GHSA", "RFC", "HSEC", "ISO", "IEC"].iter().any(|prefix| inner.starts_with(prefix))
            || [
                "x",
                "X",
                "DONE",
                "OK",
                "NEW",
                "High",
                "Medium",
                "Low",
                "Critical",
                "Info",
                "FIXED",
                "Fixed",
                "Open",
                "Closed",
                "HIGH",
                "MEDIUM",
                "LOW",
                "CRITICAL",
                "INFO",
                "CLOSED",
                "OPEN",
                "PASS",
                "FAIL",
                "Resolved",
                "Done",
                "Acknowledged",
            ]
            .contains(&inner))
}
