//! Header fields: from what the document writes down as fields, the title and the file name.

use chrono::NaiveDate;

use crate::facts::written::WrittenField;
use crate::facts::{held, periods};
use crate::grammar::dates;
use crate::grammar::dates::Written;
use crate::grammar::names::key;
use crate::grammar::patterns::sentences;
use crate::value::document::Document;
use crate::value::reading::{Fields, Stated};
use crate::value::text::fold;

/// Reads the fields. `is_placeholder` tells values that are no values.
pub(crate) fn read(doc: &Document, path: &str, all: &[WrittenField], is_placeholder: &dyn Fn(&str) -> bool) -> Fields {
    let mut fields = Fields::default();
    let state = |w: &WrittenField| Stated { value: w.value.clone(), quote: doc.quote(w.span.clone()) };
    let usable = |w: &&WrittenField| !w.empty && !is_placeholder(&w.value);
    let text = |name: &str, longest: usize| {
        all.iter().filter(usable).find(|w| w.field == name && w.head && w.value.chars().count() <= longest).map(state)
    };
    fields.doc_id =
        text("doc_id", 60).filter(|id| id.value.bytes().any(|b| b.is_ascii_digit()) && !id.value.contains(". "));
    fields.version = text("version", 30);
    let front = all.iter().filter(usable).find(|w| w.field == "status" && w.front && w.value.chars().count() <= 80);
    fields.status = front.map(state).or_else(|| text("status", 80));
    fields.product = text("product", 120);
    fields.author = text("author", 120);
    fields.title = title(doc).or_else(|| text("title", 200));
    fields.approved_on = all.iter().filter(usable).filter(|w| w.field == "approved_on").find_map(|w| {
        let found = dates::find(&w.value);
        let Some(Written::Day(day)) = found.first().map(|f| f.written) else { return None };
        Some(Stated { value: day, quote: doc.quote(w.span.clone()) })
    });
    fields.next_review = coarse(doc, all, "next_review");
    periods::periods(doc, path, all, &mut fields);
    for w in all.iter().filter(usable).filter(|w| w.field == "participants") {
        people(doc, w, &mut fields.participants);
    }
    held::read(doc, path, all, &mut fields);
    fields
}

fn coarse(doc: &Document, all: &[WrittenField], name: &str) -> Option<Stated<NaiveDate>> {
    all.iter().filter(|w| w.field == name).find_map(|w| {
        let written = dates::find(&w.value).first()?.written;
        let day = if matches!(written, Written::Year(_)) { None } else { written.first() }?;
        Some(Stated { value: day, quote: doc.quote(w.span.clone()) })
    })
}

/// One person a line, comma or semicolon, with the role in brackets kept; a role behind a comma goes there.
fn people(doc: &Document, w: &WrittenField, out: &mut Vec<Stated<String>>) {
    let mut depth = 0i32;
    let mut piece = String::new();
    let mut names = Vec::new();
    for c in w.value.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth <= 0 && matches!(c, ',' | ';' | '\n') {
            names.push(std::mem::take(&mut piece));
        } else {
            piece.push(c);
        }
    }
    names.push(piece);
    // The person of whom a role may follow.
    let mut of_line = None;
    for name in names {
        let name = fold(name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '-' | '.')));
        let fine =
            name.chars().any(char::is_alphabetic) && name.chars().count() <= 100 && dates::find(&name).is_empty();
        if fine
            && is_role(&name)
            && let Some(person) = of_line.take()
        {
            let person: &mut Stated<String> = &mut out[person];
            person.value = format!("{} ({name})", person.value);
            continue;
        }
        if fine && out.len() < 60 && !out.iter().any(|known| known.value == name) {
            of_line = name.contains(char::is_uppercase).then_some(out.len());
            out.push(Stated { value: name, quote: doc.quote(w.span.clone()) });
        }
    }
}

/// Is it what somebody is, not what somebody is called? Names are written large, and handles begin with a sign.
fn is_role(text: &str) -> bool {
    !text.contains(|c: char| c.is_uppercase() || c == '@') || sentences().of("role").matches(text)
}

fn title(doc: &Document) -> Option<Stated<String>> {
    let named = |names: &[&str]| {
        doc.pairs.iter().find(|pair| names.contains(&key(&pair.key).as_str()) && !pair.value.is_empty())
    };
    let pair = named(&["title", "titel"]).or_else(|| named(&["name"]));
    if let Some(pair) = pair {
        return Some(Stated { value: pair.value.clone(), quote: doc.quote(pair.span.clone()) });
    }
    let top = doc.sections.iter().skip(1).find(|section| section.level == 1).or_else(|| doc.sections.get(1))?;
    Some(Stated { value: top.title.clone(), quote: doc.quote(top.span.clone()) })
}
