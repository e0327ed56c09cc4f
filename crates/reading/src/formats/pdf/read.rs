//! PDF → document model: text with page numbers. `lopdf` reads objects, streams and fonts within bounds; where the words
//! stand on the page, and what that makes of them, is decided here: a text extractor that follows forms without a bound or
//! panics on damage could not run in this process.

use std::collections::BTreeSet;

use lopdf::{Document, LoadOptions, Object, ObjectId};

use crate::formats::extract::Extract;
use crate::formats::hints::Hints;
use crate::formats::pdf::columns::one_after_the_other;
use crate::formats::pdf::content::{Budget, Interpreter, Run};
use crate::formats::pdf::layout;
use crate::formats::pdf::lines::{self, Line};
use crate::formats::pdf::objects::{MOST_PAGE, inherited, number};
use crate::value::guard::guarded;
use crate::value::text::fold;

/// Most pages that are read.
const MOST_PAGES: usize = 3000;
/// Most bytes that all object streams together may unpack to.
const MOST_OBJECTS: usize = 32 << 20;

/// Reads a document; the error says why nothing of it was read.
pub(crate) fn read(bytes: &[u8], hints: Hints, out: &mut Extract) -> Result<(), String> {
    // The crate may stop short at a file that was made to harm it.
    guarded(|| pages(bytes, hints, out)).unwrap_or_else(|| Err("it is damaged".to_owned()))
}

fn pages(bytes: &[u8], hints: Hints, out: &mut Extract) -> Result<(), String> {
    // Each stream gets an equal share of what all may unpack to.
    let share = MOST_OBJECTS / packed_streams(bytes).max(1);
    let options = LoadOptions { max_decompressed_size: Some(share.max(4096)), ..LoadOptions::default() };
    let doc = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => encrypted(),
        lopdf::Error::Decompress(_) => "it unpacks to more than is read".to_owned(),
        _ if bytes.windows(8).any(|window| window == b"/Encrypt") => encrypted(),
        _ => "it is damaged or cut off".to_owned(),
    })?;
    if doc.is_encrypted() {
        return Err(encrypted());
    }
    let pages = doc.get_pages();
    if pages.is_empty() {
        return Err("it is damaged or cut off: it has no pages".to_owned());
    }
    if pages.len() > MOST_PAGES {
        out.limit(format!("only the first {MOST_PAGES} of {} pages were read", pages.len()));
    }
    let mut report = Report::default();
    let mut budget = Budget::default();
    let mut interpreter = Interpreter::new(&doc);
    let mut laid = Vec::new();
    for (number, id) in pages.iter().take(MOST_PAGES) {
        let lines = page(&doc, *number, *id, &mut interpreter, &mut budget, &mut report);
        laid.push((*number, lines, links(&doc, *id)));
    }
    if budget.is_spent() {
        out.limit("it draws more than is read: not read to the end");
    }
    layout::write(&laid, hints, out);
    report.write(out);
    information(&doc, out);
    if let Some(words) = signature(&doc) {
        out.signature(&words);
    }
    Ok(())
}

fn encrypted() -> String {
    "it is encrypted: save it without a password".to_owned()
}

/// How many streams may unpack while the file is loaded; names written with escapes are counted as if they were such.
fn packed_streams(bytes: &[u8]) -> usize {
    let named = bytes.windows(6).filter(|window| *window == b"ObjStm").count();
    let escaped = bytes
        .windows(4)
        .filter(|window| window[0] != b' ' && window[1] == b'#' && window[2..].iter().all(u8::is_ascii_hexdigit))
        .count();
    named + escaped + bytes.windows(5).filter(|window| *window == b"/XRef").count()
}

/// Pages that could not be read, by reason.
#[derive(Default)]
struct Report {
    no_text: BTreeSet<u32>,
    damaged: BTreeSet<u32>,
    too_large: BTreeSet<u32>,
    unreadable: BTreeSet<u32>,
}

impl Report {
    fn write(&self, out: &mut Extract) {
        for (pages, why) in [
            (&self.no_text, "no text layer (scanned?): run text recognition on it, or keep the record as text"),
            (&self.damaged, "damaged"),
            (&self.too_large, "too much drawing: not read"),
            (&self.unreadable, "a font does not tell which characters it shows: not read in full"),
        ] {
            if !pages.is_empty() {
                out.limit(format!("{}: {why}", ranges(pages)));
            }
        }
    }
}

/// `page 3`, `pages 1–4, 7`.
fn ranges(pages: &BTreeSet<u32>) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for page in pages {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *page => *last = *page,
            _ => parts.push((*page, *page)),
        }
    }
    let more = if parts.len() > 20 { ", …" } else { "" };
    let words: Vec<String> = parts
        .iter()
        .take(20)
        .map(|(from, to)| if from == to { from.to_string() } else { format!("{from}–{to}") })
        .collect();
    format!("{} {}{more}", if pages.len() == 1 { "page" } else { "pages" }, words.join(", "))
}

fn page(
    doc: &Document,
    number: u32,
    id: ObjectId,
    interpreter: &mut Interpreter<'_>,
    budget: &mut Budget,
    report: &mut Report,
) -> Vec<Line> {
    if budget.is_spent() {
        return Vec::new();
    }
    let Ok(content) = doc.get_page_content_with_limit(id, MOST_PAGE) else {
        report.too_large.insert(number);
        return Vec::new();
    };
    let mut drawn = interpreter.page(id, &content, budget);
    drawn.runs.extend(fields(doc, id));
    if drawn.damaged {
        report.damaged.insert(number);
    }
    let lines = one_after_the_other(lines::lines(drawn.runs));
    if lines.is_empty() && drawn.images > 0 {
        report.no_text.insert(number);
    }
    if drawn.unknown * 10 > drawn.known + drawn.unknown {
        report.unreadable.insert(number);
    }
    lines
}

/// What stands in the form fields of a page.
fn fields(doc: &Document, page: ObjectId) -> Vec<Run> {
    let mut runs = Vec::new();
    for widget in doc.get_page_annotations(page).unwrap_or_default().into_iter().take(5000) {
        if widget.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Widget") {
            continue;
        }
        let kind = inherited(doc, widget, b"FT").and_then(|kind| kind.as_name().ok());
        let words = match kind {
            Some(b"Tx" | b"Ch") => inherited(doc, widget, b"V").and_then(|value| lopdf::decode_text_string(value).ok()),
            Some(b"Btn") => {
                let flags = inherited(doc, widget, b"Ff").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
                let on = widget.get(b"AS").and_then(Object::as_name).is_ok_and(|state| state != b"Off");
                (flags & (1 << 16) == 0).then(|| if on { "☒" } else { "☐" }.to_owned())
            }
            _ => None,
        };
        let rect: Vec<f32> = widget
            .get_deref(b"Rect", doc)
            .and_then(Object::as_array)
            .map(|rect| rect.iter().filter_map(number).collect())
            .unwrap_or_default();
        if let (Some(words), [left, bottom, right, _]) = (words, rect.as_slice())
            && !words.trim().is_empty()
        {
            // Near where the words of the label stand.
            runs.push(Run::at(*left, bottom + 3.0, *right, words.trim()));
        }
    }
    runs
}

/// Targets of the links of a page.
fn links(doc: &Document, page: ObjectId) -> Vec<String> {
    let annotations = doc.get_page_annotations(page).unwrap_or_default();
    annotations
        .into_iter()
        .take(5000)
        .filter_map(|link| {
            let action = link.get_deref(b"A", doc).ok()?.as_dict().ok()?;
            let url = action.get_deref(b"URI", doc).ok()?.as_str().ok()?;
            (url.len() <= 2000).then(|| String::from_utf8_lossy(url).into_owned())
        })
        .collect()
}

fn information(doc: &Document, out: &mut Extract) {
    let info = doc.trailer.get(b"Info").ok().and_then(|info| doc.dereference(info).ok());
    let Some(info) = info.and_then(|(_, info)| info.as_dict().ok()) else { return };
    out.place("document properties");
    for key in ["Title", "Author", "Subject", "Keywords", "CreationDate", "ModDate", "lookback", "Lookback"] {
        let value = info.get_deref(key.as_bytes(), doc).ok().and_then(|value| lopdf::decode_text_string(value).ok());
        if let Some(value) = value.filter(|value| value.len() <= 300) {
            out.property(key, &fold(&value));
        }
    }
}

/// What is known of a signature over the document.
fn signature(doc: &Document) -> Option<String> {
    let signed = doc.objects.values().filter_map(|object| object.as_dict().ok()).find(|dict| {
        dict.get(b"Type").and_then(Object::as_name).ok() == Some(b"Sig")
            && dict.has(b"ByteRange")
            && dict.has(b"Contents")
    })?;
    let word = |key: &[u8]| {
        let value = signed.get_deref(key, doc).ok()?;
        let text = fold(&lopdf::decode_text_string(value).ok()?);
        (!text.is_empty() && text.len() <= 200).then_some(text)
    };
    let by = word(b"Name").map_or_else(String::new, |name| format!(" by {name}"));
    // D:20250320101500+01'00'
    let on = word(b"M")
        .and_then(|date| {
            let digits: String = date.trim_start_matches("D:").chars().take(8).collect();
            (digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()))
                .then(|| format!(" on {}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]))
        })
        .unwrap_or_default();
    Some(format!("The document carries a digital signature{by}{on} (not verified)."))
}
