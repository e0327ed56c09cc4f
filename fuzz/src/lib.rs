//! What the fuzz targets share: no panic, and what a reading quotes is the document's own text at the place given.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use lookback_core::model::Policy;
use lookback_reading::{Quote, Reader, Reading, data_references, fold};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

static READER: LazyLock<Reader> = LazyLock::new(|| {
    leave_guarded_to_the_reader();
    Reader::new(&[], &["SEC-1".to_owned()])
});

/// A panic in a crate whose calls the reader guards is a file that is not read, and no crash: the hook, which ends the fuzzer at every
/// panic, leaves it to the reader. One that gets past the guard still ends the fuzzer.
fn leave_guarded_to_the_reader() {
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let guarded = panic.location().is_some_and(|place| place.file().contains("/calamine-"));
        if !guarded {
            end(panic);
        }
    }));
}

fn quotes(reading: &Reading) -> Vec<&Quote> {
    let fields = &reading.fields;
    let mut out: Vec<&Quote> = reading.constraints.values().flat_map(|answer| &answer.quotes).collect();
    out.extend(reading.placeholders.iter().chain(&reading.follow_ups));
    out.extend(reading.establishes.iter().chain(&reading.elsewhere));
    out.extend(reading.actions.iter().map(|action| &action.quote));
    out.extend(reading.claims.iter().map(|claim| &claim.quote));
    out.extend(reading.assessments.iter().map(|assessment| &assessment.quote));
    out.extend(reading.analyses.iter().flat_map(|a| [Some(&a.quote), a.cause.as_ref()]).flatten());
    let words = [&fields.doc_id, &fields.title, &fields.version, &fields.status, &fields.author, &fields.approved_by];
    out.extend(words.into_iter().flatten().map(|stated| &stated.quote));
    let days = [&fields.date_held, &fields.period_from, &fields.period_to, &fields.next_review, &fields.approved_on];
    out.extend(days.into_iter().flatten().map(|stated| &stated.quote));
    out
}

fn stands(text: &str, quote: &Quote) -> bool {
    let mut start = 0;
    for _ in 1..quote.line.get() {
        match text[start..].find('\n') {
            Some(end) => start += end + 1,
            None => return quote.text.is_empty(),
        }
    }
    let rest: String = text[start..].chars().skip(quote.column.get() as usize - 1).take(4000).collect();
    fold(&rest).starts_with(&quote.text)
}

/// Reads a document and looks up every quote.
pub fn document(path: &str, data: &[u8]) {
    let reading = READER.read(path, data);
    let Some(text) = Reader::text(path, data) else { return };
    for quote in quotes(&reading) {
        assert!(stands(&text, quote), "{quote:?} is not in {path}");
    }
}

/// The same for a text that is worth reading whatever it says.
pub fn text(path: &str, data: &[u8]) {
    let mut all = b"Security review ".to_vec();
    all.extend_from_slice(data);
    document(path, &all);
    document(path, data);
}

/// Reads an attached data file.
pub fn attachment(path: &str, data: &[u8]) {
    let _ = data_references(path, data, &READER);
}

fn zipped(parts: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(*name, options).ok()?;
        writer.write_all(bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// An archive whose parts are the data, cut at zero bytes.
pub fn parts(path: &str, names: &[&str], data: &[u8]) {
    let parts: Vec<(&str, &[u8])> = names.iter().copied().zip(data.split(|byte| *byte == 0)).collect();
    if let Some(bytes) = zipped(&parts) {
        document(path, &bytes);
    }
}

/// A workbook whose sheet, shared words and styles are the data, cut at zero bytes.
pub fn workbook(data: &[u8]) {
    let mut own = data.split(|byte| *byte == 0);
    let mut next = || own.next().unwrap_or_default();
    let parts: [(&str, &[u8]); 6] = [
        ("_rels/.rels", b"<Relationships><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", b"<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", next()),
        ("xl/sharedStrings.xml", next()),
        ("xl/styles.xml", next()),
    ];
    if let Some(bytes) = zipped(&parts) {
        document("a/security-review.xlsx", &bytes);
    }
}

/// A PDF of one page with the data as its content and as its form.
pub fn page(data: &[u8]) {
    let mut doc = Document::with_version("1.5");
    let tree = doc.new_object_id();
    let font = doc.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let form = doc.new_object_id();
    let resources = dictionary! { "Font" => dictionary! { "F1" => font }, "XObject" => dictionary! { "Fm" => form } };
    let mut stream = Stream::new(dictionary! { "Type" => "XObject", "Subtype" => "Form" }, data.to_vec());
    stream.dict.set("Resources", resources.clone());
    doc.objects.insert(form, stream.into());
    let content = doc.add_object(Stream::new(
        Dictionary::new(),
        [b"BT /F1 10 Tf 60 700 Td (Security review) Tj ET ", data].concat(),
    ));
    let kid = doc.add_object(
        dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources },
    );
    let kids: Vec<Object> = vec![kid.into()];
    doc.objects.insert(tree, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 1 }));
    let catalog = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    doc.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    if doc.save_to(&mut bytes).is_ok() {
        document("a/security-review.pdf", &bytes);
    }
}

/// Reads an issue file.
pub fn issues(name: &str, data: &[u8]) {
    let _ = lookback_core::intake::read::read_file(name, data, &Policy::default());
}

/// Reads a configuration; mistakes are errors with places.
pub fn config(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = lookback_core::config::parse::parse(text, "lookback.toml", &["review-overdue", "review-gap"]);
    }
}

/// Reads evidence, judges it and renders the report in every format.
pub fn evidence(data: &[u8]) {
    let Ok(evidence) = serde_json::from_slice::<lookback_core::model::Evidence>(data) else { return };
    let report = lookback_core::judge::verdict::judge(&evidence, &Policy::default(), evidence.subject.as_of, false);
    for name in ["text", "json", "markdown", "github"] {
        let Ok(format) = name.parse::<lookback_core::render::Format>() else { continue };
        let _ = lookback_core::render::render(
            format,
            &report,
            &lookback_core::render::Style::default(),
            &mut Vec::new(),
        );
    }
}

/// What must hold for the escapes.
pub fn escapes(text: &str) {
    use lookback_core::render::escape;
    assert!(!escape::line(text).chars().any(char::is_control));
    assert!(!escape::lines(text).chars().any(|c| c.is_control() && c != '\n'));
    assert!(!escape::command_data(text).contains(['\n', '\r']));
    assert!(!escape::command_property(text).contains(['\n', '\r', ':', ',']));
    assert!(!escape::no_command(&escape::line(text)).trim_start().starts_with("::"));
    assert!(!escape::markdown(text).contains('\n'));
    let _ = escape::markdown_code(text);
}
