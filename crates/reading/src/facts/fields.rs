//! Header fields: from front matter, tables, bold pairs, `Key: value` lines, headings, the title and the file name.

use std::ops::Range;

use chrono::NaiveDate;

use crate::facts::held;
use crate::grammar::dates;
use crate::grammar::dates::Written;
use crate::grammar::lexicon::Lexicon;
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::{Fields, Stated};
use crate::value::text::fold;

/// A field as written.
#[derive(Clone, Debug)]
pub struct Written1 {
    /// Which field (a key of `[fields]` in the vocabulary).
    pub field: String,
    /// Its value.
    pub value: String,
    /// Where the value stands.
    pub span: Range<usize>,
    /// From the document's head (front matter, or before the second section's end), not from deep inside.
    pub head: bool,
    /// Is the value empty?
    pub empty: bool,
}

/// How many blocks count as a document's head.
pub const HEAD_BLOCKS: usize = 25;

/// A name of a field in its normal form: lower case, no emoji, no punctuation.
pub fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    let plain: String =
        lower.chars().map(|c| if c.is_alphanumeric() || c == '_' || c == '/' { c } else { ' ' }).collect();
    fold(plain.trim_matches(['_', ' ']))
}

/// Every field that the document writes down.
pub fn written(doc: &Document, lexicon: &Lexicon) -> Vec<Written1> {
    let mut out = Vec::new();
    let field_of = |name: &str| {
        if name.len() > 80 {
            return None;
        }
        let key = key(name);
        lexicon.fields.get(&key).or_else(|| lexicon.fields.get(&key.replace('_', " "))).cloned()
    };
    let mut push = |field: String, value: &str, span: Range<usize>, head: bool| {
        let value = clean(value);
        out.push(Written1 { field, empty: value.is_empty(), value, span, head });
    };
    for pair in &doc.pairs {
        if let Some(field) = field_of(&pair.key) {
            push(field, &pair.value, pair.span.clone(), true);
        }
    }
    for (index, block) in doc.blocks.iter().enumerate() {
        let head = index < HEAD_BLOCKS;
        match &block.shape {
            Shape::Paragraph(text) | Shape::Item { text, .. } | Shape::Quote(text) => {
                for (name, value) in pairs_of(text) {
                    if let Some(field) = field_of(&text.text[name]) {
                        push(field, &text.text[value.clone()], text.span(value), head);
                    }
                }
            }
            Shape::Table { header, rows } => table_pairs(header, rows, &mut |name, cell: &Text| {
                if let Some(field) = field_of(name) {
                    push(field, &cell.text, cell.whole(), head);
                }
            }),
            Shape::Heading(text) => {
                if let Some((name, value)) = pairs_of(text).into_iter().next()
                    && let Some(field) = field_of(&text.text[name])
                {
                    push(field, &text.text[value.clone()], text.span(value), head);
                    continue;
                }
                let Some(field) = field_of(text.text.trim_start_matches(|c: char| c.is_numeric() || c == '.')) else {
                    continue;
                };
                // A heading that names a field: what follows is its value, item by item.
                for next in doc.blocks[index + 1..].iter().take(30) {
                    match &next.shape {
                        Shape::Heading(_) => break,
                        Shape::Item { text, .. } => push(field.clone(), &text.text, text.whole(), head),
                        Shape::Paragraph(text) if text.text.len() <= 300 => {
                            push(field.clone(), &text.text, text.whole(), head);
                            if field != "participants" {
                                break;
                            }
                        }
                        Shape::Table { header, rows } if field == "participants" => {
                            people_of_table(header, rows, &mut |cell: &Text, role| {
                                let value =
                                    role.map_or(cell.text.clone(), |role| format!("{} ({role})", cell.text.trim()));
                                push(field.clone(), &value, cell.whole(), head);
                            });
                            break;
                        }
                        _ => break,
                    }
                }
            }
        }
    }
    out
}

fn people_of_table(header: &[Text], rows: &[Vec<Text>], push: &mut dyn FnMut(&Text, Option<&str>)) {
    let role = header.iter().position(|cell| {
        let key = key(&cell.text);
        ["role", "rolle", "function", "funktion", "position", "title"].contains(&key.as_str())
    });
    let name = header.iter().position(|cell| {
        let key = key(&cell.text);
        key.contains("name") || key.contains("participant") || key.contains("teilnehm") || key.contains("attendee")
    });
    let name = name.unwrap_or(usize::from(role == Some(0)));
    for row in rows {
        if let Some(cell) = row.get(name).filter(|cell| !cell.is_blank()) {
            push(cell, role.filter(|role| *role != name).and_then(|role| row.get(role)).map(|cell| cell.text.trim()));
        }
    }
}

fn table_pairs(header: &[Text], rows: &[Vec<Text>], push: &mut dyn FnMut(&str, &Text)) {
    // A list of actions has an owner, a date and a state; they are not the document's.
    if crate::facts::actions::is_list(header) {
        return;
    }
    let width = header.len().max(rows.first().map_or(0, Vec::len));
    if width == 2 || width == 4 {
        for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
            for pair in row.chunks_exact(2) {
                push(pair[0].text.trim().trim_end_matches(':'), &pair[1]);
            }
        }
    }
    if rows.len() == 1 && width >= 2 {
        for (name, cell) in header.iter().zip(&rows[0]) {
            push(name.text.trim().trim_end_matches(':'), cell);
        }
    }
}

/// Key and value ranges in a text: `Key: value` lines, several in a line after `|`, `·` or bold keys.
fn pairs_of(text: &Text) -> Vec<(Range<usize>, Range<usize>)> {
    let mut out = Vec::new();
    let body = &text.text;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let line_range = at..at + line.len();
        at += line.len();
        // Bold keys of this line, in order.
        let mut starts: Vec<(Range<usize>, usize)> = Vec::new();
        for bold in text.bold.iter().filter(|b| b.start >= line_range.start && b.end <= line_range.end) {
            let inner = &body[bold.clone()];
            let rest = &body[bold.end..line_range.end];
            if let Some(colon) = colon(inner) {
                starts.push((bold.start..bold.start + colon.start, bold.start + colon.end));
            } else if let Some(colon) = colon(rest).filter(|colon| rest[..colon.start].trim().is_empty()) {
                starts.push((bold.clone(), bold.end + colon.end));
            } else if rest.trim_start().starts_with(['|', '–', '—']) {
                let sign = rest.trim_start().chars().next().map_or(0, char::len_utf8);
                starts.push((bold.clone(), bold.end + (rest.len() - rest.trim_start().len()) + sign));
            }
        }
        if starts.is_empty() {
            let mut from = line_range.start;
            for piece in line.split(['|', '·', '•', ';']) {
                // `:Key: value` is a field of reStructuredText and AsciiDoc.
                let lead = piece.len() - piece.trim_start().trim_start_matches([':', '-', '*']).len();
                if let Some(colon) = colon(&piece[lead..]).filter(|colon| colon.start <= 60) {
                    let key_range = from + lead..from + lead + colon.start;
                    let value_end = if line.contains(['|', '·', '•']) { from + piece.len() } else { line_range.end };
                    let value = from + lead + colon.end;
                    out.push((key_range, value..value_end.max(value)));
                }
                from += piece.len() + piece_end(body, from + piece.len());
            }
            continue;
        }
        for (index, (name, value)) in starts.iter().enumerate() {
            let end = starts.get(index + 1).map_or(line_range.end, |(next, _)| next.start);
            out.push((name.clone(), *value..end.max(*value)));
        }
    }
    out
}

/// The first colon, of either width.
fn colon(text: &str) -> Option<Range<usize>> {
    let (at, sign) = text.char_indices().find(|(_, c)| matches!(c, ':' | '：'))?;
    Some(at..at + sign.len_utf8())
}

fn piece_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// A value without the markup, separators and emoji around it.
fn clean(value: &str) -> String {
    let folded = fold(value);
    let trimmed = folded.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '*' | '_' | '`' | '|' | '·' | '•' | '"' | ',' | ';') || is_emoji(c)
    });
    trimmed.trim().to_owned()
}

fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0x2190..=0x21FF | 0x2300..=0x27BF | 0x2B00..=0x2BFF | 0xFE0F | 0x1F000..=0x1FAFF)
}

/// Reads the fields. `is_placeholder` tells values that are no values.
pub fn read(doc: &Document, path: &str, all: &[Written1], is_placeholder: &dyn Fn(&str) -> bool) -> Fields {
    let mut fields = Fields::default();
    let state = |w: &Written1| Stated { value: w.value.clone(), quote: doc.quote(w.span.clone()) };
    let usable = |w: &&Written1| !w.empty && !is_placeholder(&w.value);
    let text = |name: &str, longest: usize| {
        all.iter().filter(usable).find(|w| w.field == name && w.head && w.value.chars().count() <= longest).map(state)
    };
    fields.doc_id =
        text("doc_id", 60).filter(|id| id.value.bytes().any(|b| b.is_ascii_digit()) && !id.value.contains(". "));
    fields.version = text("version", 30);
    fields.status = text("status", 80);
    fields.product = text("product", 120);
    fields.author = text("author", 120);
    fields.title = title(doc).or_else(|| text("title", 200));
    let any = |name: &str, longest: usize| {
        all.iter().filter(usable).find(|w| w.field == name && w.value.chars().count() <= longest).map(state)
    };
    fields.approved_by = any("approved_by", 120).filter(|s| {
        let lower = s.value.to_lowercase();
        s.value.chars().any(char::is_alphabetic)
            && !lower.starts_with("pending")
            && dates::find(&lower).first().is_none_or(|d| d.range.start > 2)
    });
    let day = |name: &str| {
        all.iter().filter(usable).filter(|w| w.field == name).find_map(|w| {
            let found = dates::find(&w.value);
            let Some(Written::Day(day)) = found.first().map(|f| f.written) else { return None };
            Some(Stated { value: day, quote: doc.quote(w.span.clone()) })
        })
    };
    fields.approved_on = day("approved_on").or_else(|| {
        // "Approved by: J. Doe, 2025-03-20"
        let by = all.iter().filter(usable).find(|w| w.field == "approved_by")?;
        match dates::find(&by.value).first()?.written {
            Written::Day(day) => Some(Stated { value: day, quote: doc.quote(by.span.clone()) }),
            _ => None,
        }
    });
    fields.next_review = coarse(doc, all, "next_review");
    held::periods(doc, path, all, &mut fields);
    for w in all.iter().filter(usable).filter(|w| w.field == "participants") {
        people(doc, w, &mut fields.participants);
    }
    held::read(doc, path, all, &mut fields);
    fields
}

fn coarse(doc: &Document, all: &[Written1], name: &str) -> Option<Stated<NaiveDate>> {
    all.iter().filter(|w| w.field == name).find_map(|w| {
        let written = dates::find(&w.value).first()?.written;
        let day = if matches!(written, Written::Year(_)) { None } else { written.first() }?;
        Some(Stated { value: day, quote: doc.quote(w.span.clone()) })
    })
}

/// One person a line, comma or semicolon, with the role in brackets kept.
fn people(doc: &Document, w: &Written1, out: &mut Vec<Stated<String>>) {
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
    for name in names {
        let name = fold(name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '-' | '.')));
        let fine =
            name.chars().any(char::is_alphabetic) && name.chars().count() <= 100 && dates::find(&name).is_empty();
        if fine && out.len() < 60 && !out.iter().any(|known| known.value == name) {
            out.push(Stated { value: name, quote: doc.quote(w.span.clone()) });
        }
    }
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
