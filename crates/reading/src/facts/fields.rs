//! Header fields: from what the document writes down as fields, the title and the file name.

use chrono::NaiveDate;

use crate::facts::statements::Titles;
use crate::facts::written::WrittenField;
use crate::facts::{held, periods, told_times};
use crate::grammar::dates;
use crate::grammar::dates::Written;
use crate::grammar::lexicon::Lexicon;
use crate::grammar::names::key;
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::grammar::units::Unit;
use crate::value::document::{Document, Section, Shape};
use crate::value::reading::{Fields, Stated};
use crate::value::text::fold;

/// Reads the fields: what is written as such, else what sentences tell. `is_placeholder` tells values that are no values.
pub(crate) fn read(
    doc: &Document,
    path: &str,
    (all, units, titles): (&[WrittenField], &[Unit], &Titles),
    lexicon: &Lexicon,
    is_placeholder: &dyn Fn(&str) -> bool,
) -> Fields {
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
    fields.title = title(doc, lexicon);
    // A letter is called what its subject says, and a sheet without headings what stands on its first line.
    let says = |title: &Stated<String>| lexicon.marks(&title.value).any(&NAMES);
    if !fields.title.as_ref().is_some_and(says) {
        let other = text("title", 200).filter(says);
        fields.title = other.or(fields.title.take()).or_else(|| text("title", 200)).or_else(|| first_line(doc));
    }
    fields.approved_on = all.iter().filter(usable).filter(|w| w.field == "approved_on").find_map(|w| {
        let found = dates::find(&w.value);
        let Some(Written::Day(day)) = found.first().map(|f| f.written) else { return None };
        Some(Stated { value: day, quote: doc.quote(w.span.clone()) })
    });
    fields.next_review = coarse(doc, all, "next_review");
    let written = periods::periods(doc, path, all, &mut fields);
    for w in all.iter().filter(usable).filter(|w| w.field == "participants") {
        people(doc, w, &mut fields.participants);
    }
    held::read(doc, path, all, told_times::day(doc, units, titles), &mut fields);
    told_times::period(doc, titles, written, &mut fields);
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

/// Among so many paragraphs above the first heading the name of a document stands.
const LEADING: usize = 8;

/// What the name of a document names.
const NAMES: [Term; 12] = [
    Term::ReviewTitle,
    Term::MeetingTitle,
    Term::ManagementReview,
    Term::ReportTitle,
    Term::ProcedureTitle,
    Term::IncidentTitle,
    Term::DefectTitle,
    Term::AuditTitle,
    Term::OtherTitle,
    Term::NoRecordTitle,
    Term::Security,
    Term::SecurityDefect,
];

/// The first line of a sheet without headings, where it is short enough for a name.
fn first_line(doc: &Document) -> Option<Stated<String>> {
    let Shape::Paragraph(text) = &doc.blocks.first()?.shape else { return None };
    let line = text.text.lines().next()?.trim();
    let short = line.chars().count() <= 140 && !line.ends_with(['.', ';', ':']);
    let value = line.replace(['*', '_'], "");
    short.then(|| Stated { value, quote: doc.quote(text.span(0..line.len().min(text.text.len()))) })
}

/// The line above the first heading that names a review of how problems were handled, where the heading does not: the subject of a
/// letter, the head of minutes without marks.
fn leading_line(doc: &Document, lexicon: &Lexicon) -> Option<Stated<String>> {
    let names = |text: &str| {
        let marks = lexicon.marks(text);
        let handled = [Term::HandlingSubject, Term::ReviewSubject, Term::SecurityDefect, Term::Security];
        let looks = [Term::ReviewAct, Term::LookBack, Term::ThisReview, Term::MeetingTitle, Term::JudgeAct];
        marks.has(Term::ReviewTitle) || marks.any(&handled) && marks.any(&looks)
    };
    if doc.sections.get(1).is_some_and(|section| names(&section.title)) {
        return None;
    }
    doc.blocks.iter().take_while(|block| block.section == 0).take(LEADING).find_map(|block| {
        let Shape::Paragraph(text) = &block.shape else { return None };
        let mut at = 0;
        text.text.split_inclusive('\n').find_map(|line| {
            let start = at;
            at += line.len();
            let own = line.trim();
            let short = (10..=140).contains(&own.chars().count())
                && !own.ends_with(['.', ';', ':', ','])
                && !own.contains(": ");
            (short && names(own)).then(|| {
                let value = own.replace(['*', '_'], "");
                Stated { value, quote: doc.quote(text.span(start..start + line.trim_end().len())) }
            })
        })
    })
}

fn title(doc: &Document, lexicon: &Lexicon) -> Option<Stated<String>> {
    let named = |names: &[&str]| {
        doc.pairs.iter().find(|pair| names.contains(&key(&pair.key).as_str()) && !pair.value.is_empty())
    };
    let pair = named(&["title", "titel"]).or_else(|| named(&["name"]));
    if let Some(pair) = pair {
        return Some(Stated { value: pair.value.clone(), quote: doc.quote(pair.span.clone()) });
    }
    if let Some(line) = leading_line(doc, lexicon) {
        return Some(line);
    }
    let titled = |section: &&Section| !section.title.is_empty();
    let sections = || doc.sections.iter().skip(1).filter(titled);
    let first = sections().find(|section| section.level == 1).or_else(|| sections().next())?;
    // A letterhead stands above the name of the document, with nothing between them.
    let empty =
        |at: usize| !doc.blocks.iter().any(|block| block.section == at && !matches!(block.shape, Shape::Heading(_)));
    let named = |section: &&Section| lexicon.marks(&section.title).any(&NAMES);
    let letterhead = !named(&first) && doc.sections.get(1).is_some_and(|own| own.title == first.title) && empty(1);
    let top = doc.sections.get(2).filter(|next| letterhead && named(next)).unwrap_or(first);
    Some(Stated { value: top.title.clone(), quote: doc.quote(top.span.clone()) })
}
