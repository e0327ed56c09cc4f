//! What a document writes down as fields: in front matter, tables, bold pairs, `Key: value` lines, headings.

use std::ops::Range;

use crate::facts::actions::is_list;
use crate::grammar::dates;
use crate::grammar::labels;
use crate::grammar::lexicon::Lexicon;
use crate::grammar::names::key;
use crate::grammar::terms::Term;
use crate::value::document::{Document, Shape, Text};
use crate::value::text::fold;

/// A field as written.
#[derive(Clone, Debug)]
pub(crate) struct WrittenField {
    /// Which field (a key of `[fields]` in the vocabulary).
    pub(crate) field: String,
    /// Its value.
    pub(crate) value: String,
    /// Where the value stands.
    pub(crate) span: Range<usize>,
    /// From the document's head (front matter, or before the second section's end), not from deep inside.
    pub(crate) head: bool,
    /// From what speaks of the document itself: front matter, or before the first section.
    pub(crate) front: bool,
    /// Is the value empty?
    pub(crate) empty: bool,
}

/// How many blocks count as a document's head.
pub(crate) const HEAD_BLOCKS: usize = 25;

/// Every field that the document writes down.
pub(crate) fn fields(doc: &Document, lexicon: &Lexicon) -> Vec<WrittenField> {
    let mut out = Vec::new();
    let field_of = |name: &str| labels::field(name).map(str::to_owned);
    let mut push = |field: String, value: &str, span: Range<usize>, (head, front): (bool, bool)| {
        let value = clean(value);
        out.push(WrittenField { field, empty: value.is_empty(), value, span, head, front });
    };
    for pair in &doc.pairs {
        if let Some(field) = field_of(&pair.key) {
            push(field, &pair.value, pair.span.clone(), (true, true));
        }
    }
    for (index, block) in doc.blocks.iter().enumerate() {
        let title = &doc.sections[block.section].title;
        let own = block.section <= 1
            || title.split_whitespace().count() <= 4 && lexicon.marks(title).has(Term::DocumentHeading);
        let head = (index < HEAD_BLOCKS, own && index < HEAD_BLOCKS);
        match &block.shape {
            Shape::Paragraph(text) | Shape::Item { text, .. } | Shape::Quote(text) => {
                for (name, value) in pairs_of(text) {
                    if let Some(field) = field_of(&text.text[name]) {
                        push(field, &text.text[value.clone()], text.span(value), head);
                    }
                }
            }
            Shape::Table { header, rows } => {
                let known = |name: &str| field_of(name).is_some();
                table_pairs(header, rows, &known, &mut |name, cell: &Text| {
                    if let Some(field) = field_of(name) {
                        push(field, &cell.text, cell.whole(), head);
                    }
                });
                if columns(header, &known)
                    && let Some(row) = latest(header, rows, &field_of)
                {
                    for (name, cell) in header.iter().zip(row) {
                        if let Some(field) = field_of(&name.text).filter(|field| VERSIONED.contains(&field.as_str())) {
                            push(field, &cell.text, cell.whole(), head);
                        }
                    }
                }
                if columns(header, &known) && rows.len() == 1 {
                    dated_approval(header, &rows[0], &field_of, &mut |cell: &Text| {
                        push("approved_on".to_owned(), &cell.text, cell.whole(), head);
                    });
                }
            }
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

/// Does a heading row name columns, so that what stands beside a name is no value: "Version | Date | Author | Change"?
fn columns(header: &[Text], known: &dyn Fn(&str) -> bool) -> bool {
    header.len() >= 3
        && header.iter().filter(|cell| known(cell.text.trim().trim_end_matches(':'))).count() * 2 > header.len()
        && header.iter().all(|cell| !cell.is_blank() && !cell.text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// What the newest row of a revision history tells of the document.
const VERSIONED: [&str; 2] = ["version", "author"];

/// The newest row of a revision history.
fn latest<'t>(
    header: &[Text],
    rows: &'t [Vec<Text>],
    field_of: &dyn Fn(&str) -> Option<String>,
) -> Option<&'t Vec<Text>> {
    let column = |field: &str| header.iter().position(|cell| field_of(&cell.text).as_deref() == Some(field));
    let (_, date) = (column("version")?, column("date")?);
    let day = |row: &&Vec<Text>| {
        row.get(date).and_then(|cell| dates::find(&cell.text).first().and_then(|found| found.written.first()))
    };
    // Of rows without days the last one is the newest.
    if rows.len() < 2 { None } else { rows.iter().max_by_key(day) }
}

/// A column of dates beside that of the approver tells when it was approved.
fn dated_approval(
    header: &[Text],
    row: &[Text],
    field_of: &dyn Fn(&str) -> Option<String>,
    push: &mut dyn FnMut(&Text),
) {
    for pair in header.windows(2).zip(row.windows(2)) {
        let (names, cells) = pair;
        let is = |cell: &Text, field: &str| field_of(cell.text.trim()).as_deref() == Some(field);
        if is(&names[0], "approved_by") && is(&names[1], "date") && !cells[1].is_blank() {
            push(&cells[1]);
        }
    }
}

fn table_pairs(header: &[Text], rows: &[Vec<Text>], known: &dyn Fn(&str) -> bool, push: &mut dyn FnMut(&str, &Text)) {
    // A list of actions has an owner, a date and a state; they are not the document's.
    if is_list(header) {
        return;
    }
    let width = header.len().max(rows.first().map_or(0, Vec::len));
    let names = |at: usize| header.get(at).is_some_and(|cell| known(cell.text.trim().trim_end_matches(':')));
    // The steps of a document's life have their own days.
    let dates = header.iter().filter(|cell| known(cell.text.trim()) && lone_date(&cell.text)).count();
    // In a head table of four columns the first names something in most rows; in a list it holds what is listed.
    let all = || std::iter::once(header).chain(rows.iter().map(Vec::as_slice)).filter(|row| !row.is_empty());
    let named = all().filter(|row| known(row[0].text.trim().trim_end_matches(':'))).count() * 2 >= all().count();
    // "Product | VitaLink | Status | RELEASED" is a row as those below it; "Field | Entry | Field | Entry" names no columns either.
    let paired = width == 4 && named && names(0) && !names(1) && names(2);
    let twice = width == 4 && header.len() == 4 && header[0].text == header[2].text && header[1].text == header[3].text;
    let listed = columns(header, known) && !paired;
    // "A2 | Date of the evaluation | 27 March": numbered lines of a sheet.
    let short = |cell: &Text| (1..=4).contains(&cell.text.trim().chars().count());
    if width == 3 && !listed && rows.len() > 1 && rows.iter().all(|row| row.len() == 3 && short(&row[0])) {
        for row in rows {
            push(row[1].text.trim().trim_end_matches(':'), &row[2]);
        }
    }
    if twice || !listed && (width == 2 || width == 4 && named) {
        for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
            for pair in row.chunks_exact(2) {
                push(pair[0].text.trim().trim_end_matches(':'), &pair[1]);
            }
        }
    }
    if rows.len() == 1 && width >= 2 {
        for (name, cell) in header.iter().zip(&rows[0]) {
            if !(listed && dates > 1 && lone_date(&name.text)) {
                push(name.text.trim().trim_end_matches(':'), cell);
            }
        }
    }
}

/// A column of dates that does not say of what.
fn lone_date(name: &str) -> bool {
    labels::field(name) == Some("date")
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
