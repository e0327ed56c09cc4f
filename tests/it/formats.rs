//! Documents of every format, as people and programs write them, with what the reader must find, where, and what it must
//! not count.
#![expect(clippy::disallowed_methods, reason = "tests take the time")]

use std::time::Instant;

use crate::support::office::{docx, lines, odf, p, pdf, pdf_document, saved, table, xlsx, zipped};
use crate::support::{PROCEDURE, Repo, record};
use lookback_reading::{Kind, Quote, Reader, Reading, data_references, fold};
use lopdf::{Object, Stream, dictionary};
use proptest::prelude::*;

fn read(path: &str, bytes: &[u8]) -> Reading {
    Reader::new(&[], &[]).read(path, bytes)
}

fn text(path: &str, bytes: &[u8]) -> String {
    Reader::text(path, bytes).unwrap_or_default()
}

fn place(quote: &Quote) -> &str {
    quote.place.as_deref().unwrap_or("-")
}

fn examined(reading: &Reading) -> Vec<&str> {
    let mut ids: Vec<&str> =
        reading.references.iter().filter(|r| r.examined == Some(true)).map(|r| r.id.as_str()).collect();
    ids.dedup();
    ids
}

/// What every format of the same held review must yield.
fn complete(reading: &Reading) {
    assert_eq!(reading.kind, Kind::Record, "{reading:#?}");
    assert!(reading.content_match.is_proven() && reading.presents_review, "{:#?}", reading.constraints);
    let fields = &reading.fields;
    let word = |stated: &Option<lookback_reading::Stated<String>>| stated.as_ref().map(|s| s.value.clone());
    assert_eq!(word(&fields.doc_id).as_deref(), Some("QR-2025-004"));
    assert_eq!(word(&fields.title).as_deref(), Some("Periodic review of security defect management"));
    assert_eq!(fields.date_held.as_ref().map(|d| d.value.to_string()).as_deref(), Some("2025-03-14"));
    assert_eq!(fields.period_to.as_ref().map(|d| d.value.to_string()).as_deref(), Some("2025-03-14"));
    assert_eq!(word(&fields.approved_by).as_deref(), Some("Dr. Anna Weber"));
    for id in ["#12", "CVE-2024-1234"] {
        assert!(examined(reading).contains(&id), "{id} in {:?}", examined(reading));
    }
    assert_eq!(reading.actions.len(), 1, "{:#?}", reading.actions);
    assert_eq!(reading.actions[0].owner.as_deref(), Some("Robin Meyer"));
    assert!(reading.placeholders.is_empty(), "{:?}", reading.placeholders);
    assert!(reading.limits.is_empty(), "{:?}", reading.limits);
}

const HEAD: [[&str; 2]; 5] = [
    ["Document ID", "QR-2025-004"],
    ["Status", "Approved"],
    ["Date held", "2025-03-14"],
    ["Period", "2024-03-15 to 2025-03-14"],
    ["Approved by", "Dr. Anna Weber"],
];
const ISSUES: [[&str; 3]; 3] =
    [["Issue", "Severity", "State"], ["#12", "high", "closed"], ["CVE-2024-1234", "critical", "closed"]];
const ACTIONS: [[&str; 4]; 2] =
    [["Id", "Action", "Owner", "Due"], ["A1", "Extend the fuzzing plan to all parsers", "Robin Meyer", "2025-06-30"]];
const JUDGEMENTS: [[&str; 2]; 3] = [
    ["Completeness", "The handling was complete: every security issue was triaged, analysed and tested."],
    ["Efficiency", "The handling was efficient: every fix was available within the time targets of the team."],
    ["Resolution", "The handling led to resolution: all security issues of the period were resolved."],
];

fn rows<const N: usize>(rows: &[[&'static str; N]]) -> Vec<Vec<&'static str>> {
    rows.iter().map(|row| row.to_vec()).collect()
}

fn docx_table<const N: usize>(of: &[[&'static str; N]]) -> String {
    let rows = rows(of);
    table(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn record_docx(more: &str) -> Vec<u8> {
    let mut body = p("T1", "Periodic review of security defect management") + &docx_table(&HEAD);
    body += &(p("H1", "Issues examined") + &docx_table(&ISSUES));
    for [title, words] in JUDGEMENTS {
        body += &(p("berschrift2", title) + &p("", words));
    }
    body += &(p("Own", "Improvement actions") + &docx_table(&ACTIONS) + more);
    docx(&body, &[])
}

#[test]
fn a_record_in_word() {
    let reading = read("docs/review.docx", &record_docx(""));
    complete(&reading);
    assert_eq!(place(&reading.fields.title.as_ref().unwrap().quote), "paragraph 1");
    assert_eq!(place(&reading.fields.doc_id.as_ref().unwrap().quote), "table 1, row 1, column 2");
    assert_eq!(place(&reading.actions[0].quote), "table 3, row 2, column 1");
}

#[test]
fn word_marks_what_does_not_count() {
    let run = |inner: &str| format!("<w:p><w:r><w:t>The team closed #1.</w:t></w:r>{inner}</w:p>");
    let body = p("H1", "Security issues examined")
        + &run("<w:del><w:r><w:delText>deleted #2</w:delText></w:r></w:del>")
        + &run("<w:ins><w:r><w:t> inserted #3</w:t></w:r></w:ins>")
        + &run("<w:moveFrom><w:r><w:t>moved away #4</w:t></w:r></w:moveFrom>")
        + &run("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden #5</w:t></w:r>")
        + &run("<w:r><w:instrText>HYPERLINK #6</w:instrText></w:r>")
        + &run("<w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t> shown #7</w:t></w:r>")
        + &run(
            "<mc:AlternateContent><mc:Choice><w:r><w:t> once #8</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t> twice #9</w:t></w:r></mc:Fallback></mc:AlternateContent>",
        );
    let comments = "<w:comments><w:comment><w:p><w:r><w:t>comment #10</w:t></w:r></w:p></w:comment></w:comments>";
    let reading = read("review.docx", &docx(&body, &[("word/comments.xml", comments)]));
    let mut ids = examined(&reading);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids, ["#1", "#3", "#7", "#8"]);
}

#[test]
fn content_controls_boxes_and_headers_of_word() {
    let control = |alias: &str, more: &str, text: &str| {
        format!(
            "<w:p><w:r><w:t>{alias}: </w:t></w:r><w:sdt><w:sdtPr><w:alias w:val=\"{alias}\"/>{more}</w:sdtPr><w:sdtContent><w:r><w:t>{text}</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        )
    };
    let body = p("T1", "Security review 2025")
        + &control("Date of review", "<w:date w:fullDate=\"2025-03-14T00:00:00Z\"/>", "14 March 2025")
        + &control("Approved by", "<w:showingPlcHdr/>", "Click or tap here to enter text.")
        + &p("", "☐ All issues were triaged")
        + "<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar><w:t> Fixes were released</w:t></w:r></w:p>";
    let header = format!("<w:hdr>{}</w:hdr>", p("", "Document ID: QR-7 | Version: 3"));
    let core = "<cp:coreProperties><dc:title>Other title</dc:title><dc:creator>Ann</dc:creator><dcterms:created>2020-01-01T00:00:00Z</dcterms:created></cp:coreProperties>";
    let reading = read(
        "r.docx",
        &docx(
            &body,
            &[("word/header1.xml", &header), ("docProps/core.xml", core), ("_xmlsignatures/sig1.xml", "<s/>")],
        ),
    );
    let fields = &reading.fields;
    assert_eq!(fields.title.as_ref().unwrap().value, "Security review 2025", "the text goes before properties");
    assert_eq!(fields.author.as_ref().unwrap().value, "Ann");
    assert_eq!(place(&fields.author.as_ref().unwrap().quote), "document properties");
    assert_eq!(fields.doc_id.as_ref().unwrap().value, "QR-7");
    assert_eq!(place(&fields.doc_id.as_ref().unwrap().quote), "header");
    assert_eq!(fields.version.as_ref().unwrap().value, "3");
    assert_eq!(fields.date_held.as_ref().unwrap().value.to_string(), "2025-03-14");
    assert!(fields.approved_by.is_none());
    assert!(fields.signature.as_ref().unwrap().text.contains("digital signature"));
    let gaps: Vec<&str> = reading.placeholders.iter().map(|quote| quote.text.as_str()).collect();
    assert!(gaps.contains(&"Click or tap here to enter text."), "{gaps:?}");
    assert!(gaps.contains(&"All issues were triaged"), "{gaps:?}");
    assert!(!gaps.iter().any(|gap| gap.contains("released")), "{gaps:?}");
}

#[test]
fn a_day_in_the_properties_is_not_the_day_of_a_review() {
    let core = "<cp:coreProperties><dcterms:modified>2024-05-05T00:00:00Z</dcterms:modified></cp:coreProperties>";
    let custom =
        "<Properties><property name=\"Date of review\"><vt:lpwstr>2024-05-06</vt:lpwstr></property></Properties>";
    let body = p("T1", "Periodic review of security defect management") + &p("", "All vulnerabilities were fixed.");
    let reading = read("r.docx", &docx(&body, &[("docProps/core.xml", core), ("docProps/custom.xml", custom)]));
    assert!(reading.fields.date_held.is_none());
}

fn odf_table<const N: usize>(of: &[[&'static str; N]]) -> String {
    let row = |row: &[&str; N]| -> String {
        let cells: String =
            row.iter().map(|c| format!("<table:table-cell><text:p>{c}</text:p></table:table-cell>")).collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    format!("<table:table>{}</table:table>", of.iter().map(row).collect::<String>())
}

#[test]
fn a_record_in_open_document_text() {
    let mut body = "<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>deleted #99</text:p></text:deletion></text:changed-region></text:tracked-changes>".to_owned();
    body += "<text:h text:outline-level=\"1\">Periodic review of security defect management</text:h>";
    body += &odf_table(&HEAD);
    body += &format!("<text:h text:outline-level=\"2\">Issues examined</text:h>{}", odf_table(&ISSUES));
    for [title, words] in JUDGEMENTS {
        body += &format!(
            "<text:h text:outline-level=\"2\">{title}</text:h><text:p>{words}<office:annotation><text:p>note #98</text:p></office:annotation></text:p>"
        );
    }
    body +=
        &format!("<text:h text:outline-level=\"2\">Improvement actions</text:h>{}</office:text>", odf_table(&ACTIONS));
    let reading = read("review.odt", &odf(&body, &[]));
    complete(&reading);
    assert!(!examined(&reading).iter().any(|id| ["#98", "#99"].contains(id)));
    assert_eq!(place(&reading.fields.doc_id.as_ref().unwrap().quote), "table 1, row 1, column 2");
}

#[test]
fn a_record_in_pdf() {
    let mut page: Vec<crate::support::office::Words> =
        vec![(60.0, 780.0, 18.0, true, "Periodic review of security defect management")];
    let mut y = 740.0;
    let mut row = |page: &mut Vec<crate::support::office::Words<'static>>, cells: &[&'static str], step: f32| {
        y -= step;
        for (x, cell) in [60.0, 180.0, 380.0, 480.0].into_iter().zip(cells) {
            page.push((x, y, 10.0, false, cell));
        }
    };
    for pair in &HEAD {
        row(&mut page, pair, 14.0);
    }
    let mut second: Vec<crate::support::office::Words> = Vec::new();
    second.push((60.0, 790.0, 14.0, true, "Issues examined"));
    for (index, cells) in (0u8..).zip(&ISSUES) {
        for (x, cell) in [60.0, 180.0, 300.0].into_iter().zip(cells) {
            second.push((x, 770.0 - 14.0 * f32::from(index), 10.0, false, cell));
        }
    }
    for (index, [title, words]) in (0u8..).zip(&JUDGEMENTS) {
        let y = 690.0 - 50.0 * f32::from(index);
        second.push((60.0, y, 14.0, true, title));
        let (one, two) = words.split_at(words[..50].rfind(' ').unwrap());
        second.push((60.0, y - 16.0, 10.0, false, one));
        second.push((60.0, y - 28.0, 10.0, false, two.trim_start()));
    }
    second.push((60.0, 500.0, 14.0, true, "Improvement actions"));
    for (index, cells) in (0u8..).zip(&ACTIONS) {
        for (x, cell) in [60.0, 110.0, 350.0, 450.0].into_iter().zip(cells) {
            second.push((x, 480.0 - 14.0 * f32::from(index), 10.0, false, cell));
        }
    }
    let bytes = pdf(&[page, second], &[("Title", "Not this"), ("Author", "Robin Meyer")]);
    let reading = read("review.pdf", &bytes);
    complete(&reading);
    assert_eq!(place(&reading.fields.title.as_ref().unwrap().quote), "page 1");
    assert_eq!(place(&reading.actions[0].quote), "page 2");
    assert!(text("review.pdf", &bytes).ends_with("Title: Not this\nAuthor: Robin Meyer\n"));
}

#[test]
fn pages_without_text_are_a_limit() {
    let page = lines(&["Security review of the issues of 2025", "All vulnerabilities were fixed."]);
    let mut doc = pdf_document(&[page, vec![]], &[]);
    let image = dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 };
    let image = doc.add_object(Stream::new(image, vec![0]));
    let second = doc.get_pages()[&2];
    let content = doc.add_object(Stream::new(lopdf::Dictionary::new(), b"q 500 0 0 800 0 0 cm /Im1 Do Q".to_vec()));
    let page = doc.get_dictionary_mut(second).unwrap();
    page.set("Contents", content);
    page.set("Resources", dictionary! { "XObject" => dictionary! { "Im1" => image } });
    let reading = read("scan.pdf", &saved(&mut doc));
    assert_eq!(reading.limits.len(), 1, "{:?}", reading.limits);
    assert!(reading.limits[0].starts_with("PDF: page 2: no text layer"), "{:?}", reading.limits);
}

#[test]
fn signatures_and_form_fields_of_pdf() {
    let mut doc = pdf_document(&[lines(&["Security review", "Reviewed by"])], &[]);
    let rect: Vec<Object> = vec![150.into(), 753.into(), 250.into(), 765.into()];
    let field = doc.add_object(dictionary! { "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "T" => Object::string_literal("name"), "V" => Object::string_literal("Anna Weber"), "Rect" => rect });
    doc.add_object(dictionary! { "Type" => "Sig", "Name" => Object::string_literal("Anna Weber"), "M" => Object::string_literal("D:20250320101500Z"), "ByteRange" => Vec::<Object>::new(), "Contents" => Object::string_literal("x") });
    let page = doc.get_pages()[&1];
    doc.get_dictionary_mut(page).unwrap().set("Annots", vec![Object::Reference(field)]);
    let bytes = saved(&mut doc);
    assert!(text("r.pdf", &bytes).contains("Reviewed by | Anna Weber"), "{}", text("r.pdf", &bytes));
    let signature = read("r.pdf", &bytes).fields.signature.unwrap();
    assert_eq!(signature.text, "The document carries a digital signature by Anna Weber on 2025-03-20 (not verified).");
}

#[test]
fn workbooks_as_issue_tables_and_action_lists() {
    let review: &[&[&str]] = &[
        &["Security review 2025"],
        &["Date of review", "=45730"],
        &[],
        &["Issue", "Severity", "State", "Closed on"],
        &["#12", "high", "closed", "=45730.5"],
    ];
    let actions: &[&[&str]] =
        &[&["Id", "Action", "Owner", "Due date"], &["A1", "Extend the fuzzing plan", "Robin", "=45838"]];
    let bytes = xlsx(&[
        ("Security issues", "visible", review),
        ("Improvement actions", "visible", actions),
        ("Scratch", "hidden", &[&["Issue"], &["#77"]]),
        ("Not examined", "visible", &[&["Issue", "Why"], &["#13", "out of scope"]]),
    ]);
    let reading = read("review.xlsx", &bytes);
    assert_eq!(reading.fields.date_held.as_ref().unwrap().value.to_string(), "2025-03-14");
    assert_eq!(place(&reading.fields.date_held.as_ref().unwrap().quote), "Security issues!B2");
    assert_eq!(examined(&reading), ["#12"]);
    assert!(reading.references.iter().any(|r| r.id == "#13" && r.examined == Some(false)));
    assert_eq!(reading.actions[0].due.as_deref(), Some("2025-06-30"));
    assert_eq!(place(&reading.actions[0].quote), "Improvement actions!A2");
}

#[test]
fn two_far_cells_of_a_workbook_cost_nothing() {
    let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>security review</t></is></c></row><row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>#5</t></is></c></row></sheetData></worksheet>";
    let bytes = zipped(&[
        (
            "_rels/.rels",
            "<Relationships><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    let start = Instant::now();
    let reading = read("r.xlsx", &bytes);
    assert_eq!(examined(&reading), ["#5"]);
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn open_document_sheets_with_typed_days_and_filling() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let body = format!(
        "<office:spreadsheet><table:table table:name=\"Issues\"><table:table-row>{}{}</table:table-row><table:table-row>{}<table:table-cell office:value-type=\"date\" office:date-value=\"2025-03-04\"><text:p>03/04/25</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row><table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table></office:spreadsheet>",
        cell("Security issue"),
        cell("Closed"),
        cell("#12")
    );
    let bytes = odf(&body, &[]);
    assert_eq!(text("i.ods", &bytes), "Issues\nSecurity issue | Closed\n#12 | 2025-03-04\n");
    assert_eq!(examined(&read("i.ods", &bytes)), ["#12"]);
}

#[test]
fn web_pages_keep_the_lines_of_the_file() {
    let html = "<!DOCTYPE html>\n<html><head><title>T</title></head>\n<body>\n<h1>Security review</h1>\n<table>\n<tr><th>Document ID</th>\n<td>QR-2025-004</td></tr>\n</table>\n<!-- #8 --><p>All vulnerabilities (<a href=\"https://github.com/o/r/issues/7\">#7</a>) were fixed.</p></body></html>\n";
    let reading = read("docs/security-review.html", html.as_bytes());
    let id = reading.fields.doc_id.as_ref().unwrap();
    assert_eq!((id.value.as_str(), id.quote.line.get(), id.quote.place.clone()), ("QR-2025-004", 7, None));
    assert_eq!(examined(&reading), ["QR-2025-004", "#7", "o/r#7"]);
}

#[test]
fn broken_files_are_limits_that_say_what_to_do() {
    let whole = record_docx("");
    let (mut locked, page) = (pdf_document(&[lines(&["security"])], &[]), lines(&["security review"]));
    let id = vec![Object::string_literal("a"), Object::string_literal("a")];
    locked.trailer.set("ID", id);
    let encryption = dictionary! { "Filter" => "Standard", "V" => 1, "R" => 2, "O" => Object::string_literal("x".repeat(32)), "U" => Object::string_literal("y".repeat(32)), "P" => -4 };
    let encryption = locked.add_object(encryption);
    locked.trailer.set("Encrypt", encryption);
    let document = pdf(&[page], &[]);
    let manifest = [("META-INF/manifest.xml", "<m><manifest:encryption-data/></m>")];
    for (path, bytes, words) in [
        ("a.docx", whole[..whole.len() / 2].to_vec(), "cut off"),
        ("b.docx", vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], "encrypted"),
        ("c.odt", odf("", &manifest), "encrypted"),
        ("d.pdf", document[..document.len() / 3].to_vec(), "damaged or cut off"),
        ("e.pdf", saved(&mut locked), "encrypted"),
        ("f.pdf", b"%PDF-1.5 nothing".to_vec(), "damaged or cut off"),
        ("g.xlsx", whole.clone(), "no Excel workbook"),
        ("h.doc", b"x".to_vec(), "save it as DOCX or PDF"),
        ("i.pptx", b"x".to_vec(), "export it as PDF"),
        ("j.docx", zipped(&[("a", "b")]), "no text part"),
        ("k.docx", docx("", &[]), "empty"),
    ] {
        let reading = read(path, &bytes);
        assert_eq!(reading.limits.len(), 1, "{path}: {:?}", reading.limits);
        assert!(reading.limits[0].contains(words), "{path}: {:?}", reading.limits);
        assert!(!reading.content_match.is_proven() && reading.kind == Kind::Other);
    }
}

#[test]
fn bombs_and_depths_stay_within_bounds() {
    let start = Instant::now();
    let spaces = " ".repeat(100 << 20);
    let bomb = docx(&spaces, &[]);
    assert!(bomb.len() < 1 << 20);
    assert!(read("bomb.docx", &bomb).limits[0].contains("unpacks to more than"));
    assert!(read("bomb.xlsx", &bomb).limits[0].contains("unpacks to more than"));
    let deep = docx(&"<w:sdt>".repeat(200_000), &[]);
    assert!(read("deep.docx", &deep).limits[0].contains("nested deeper"));
    let deep = odf(&"<table:table><table:table-row><table:table-cell>".repeat(100_000), &[]);
    assert!(read("deep.odt", &deep).limits[0].contains("nested deeper"));
    let _ = read("deep.html", "<div><table><tr><td>security ".repeat(50_000).as_bytes());

    let mut doc = pdf_document(&[lines(&["security review"])], &[]);
    let mut form = Stream::new(dictionary! { "Type" => "XObject", "Subtype" => "Form" }, b"/Fm Do /Fm Do".to_vec());
    let id = doc.new_object_id();
    form.dict.set("Resources", dictionary! { "XObject" => dictionary! { "Fm" => id } });
    doc.objects.insert(id, form.into());
    let page = doc.get_pages()[&1];
    let content = doc.add_object(Stream::new(lopdf::Dictionary::new(), b"/Fm Do".to_vec()));
    let page = doc.get_dictionary_mut(page).unwrap();
    page.set("Contents", content);
    page.set("Resources", dictionary! { "XObject" => dictionary! { "Fm" => id } });
    let _ = read("loop.pdf", &saved(&mut doc));

    let mut doc = pdf_document(&[lines(&["security review"])], &[]);
    let mut huge = Stream::new(lopdf::Dictionary::new(), b"q Q ".repeat(10 << 20));
    huge.compress().unwrap();
    let content = doc.add_object(huge);
    let page = doc.get_pages()[&1];
    doc.get_dictionary_mut(page).unwrap().set("Contents", content);
    let reading = read("bomb.pdf", &saved(&mut doc));
    assert!(reading.limits[0].contains("too much drawing"), "{:?}", reading.limits);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn three_hundred_pages() {
    let words: Vec<String> = (0..50)
        .map(|n| format!("Security issue #{n} of the period was analysed and resolved by the team in time."))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let pages = vec![lines(&words); 300];
    let bytes = pdf(&pages, &[]);
    let start = Instant::now();
    let reading = read("long.pdf", &bytes);
    println!("300 pages, {} bytes: {:?}", bytes.len(), start.elapsed());
    assert!(reading.references.iter().any(|reference| reference.id == "#49"));
    // The promise is three seconds for a release build; this build may be ten times slower, on a busy machine.
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn attached_issue_tables_count_as_named() {
    let repo = Repo::new();
    let record = crate::support::record("2025-03-14", "2024-03-15", "2025-03-14", &["#1"]);
    let links = "\n\nThe issues are listed in [the table](data/issues.xlsx), see also [export](../issues.csv), [lost](data/lost.csv) and [out](../../../out.csv).\n";
    repo.write("docs/security-review-2025.md", record + links)
        .write("docs/data/issues.xlsx", xlsx(&[("Issues", "visible", &[&["Issue"], &["#2"]])]))
        .write("issues.csv", "id,state\n\"#3\",closed\n")
        .commit("2025-03-20", "Review");
    let evidence = repo.run("collect", &["--as-of", "2025-06-01"]).json();
    let references = evidence["documents"][0]["reading"]["references"].as_array().unwrap();
    let attached: Vec<(&str, &str)> =
        references.iter().filter_map(|r| Some((r["id"].as_str()?, r["attachment"].as_str()?))).collect();
    assert_eq!(attached, [("#2", "docs/data/issues.xlsx"), ("#3", "issues.csv")]);
    let limits: Vec<String> = evidence["limits"].as_array().unwrap().iter().map(ToString::to_string).collect();
    assert!(limits.iter().any(|l| l.contains("data/lost.csv") && l.contains("no such file")), "{limits:?}");
    assert!(limits.iter().any(|l| l.contains("out.csv") && l.contains("out of the repository")), "{limits:?}");
}

#[test]
fn places_are_printed_by_every_renderer() {
    let repo = Repo::new();
    let mut body = p("T1", "Periodic review of security defect management") + &docx_table(&HEAD);
    body += &(p("H1", "Issues examined") + &docx_table(&ISSUES) + &p("", "Participants: TBD"));
    repo.write("docs/security-review.docx", docx(&body, &[])).commit("2025-03-20", "Review");
    let file = repo.root().join("docs/security-review.docx");
    let run = crate::support::lookback(&["read", file.to_str().unwrap()]);
    assert!(run.out.contains("paragraph 3: “TBD”"), "{}", run.all());
    for format in ["text", "markdown", "github"] {
        let run = repo.run("check", &["--as-of", "2025-06-01", "--format", format]);
        assert!(run.out.contains("paragraph 3"), "{format}: {}", run.all());
        assert!(!run.out.contains("security-review.docx,line="), "{}", run.out);
    }
    let report = repo.report("2025-06-01");
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings.iter().any(|f| f["location"]["place"] == "paragraph 3" && f["location"]["column"].is_null()),
        "{findings:#?}"
    );
}

#[test]
fn attached_data_of_every_form() {
    let reader = Reader::new(&[], &[]);
    let ids = |path: &str, bytes: &[u8]| -> Vec<String> {
        data_references(path, bytes, &reader).references.into_iter().map(|r| format!("{} {}", r.id, r.line)).collect()
    };
    assert_eq!(ids("a.csv", b"id;x\n#4;y\n"), ["#4 2"]);
    assert_eq!(ids("a.json", b"[{\"id\":\n \"CVE-2024-1234\"}]"), ["CVE-2024-1234 2"]);
    assert_eq!(ids("a.xlsx", &xlsx(&[("S", "visible", &[&["Id", "B"], &["#9", "x"]])])), ["#9 3"]);
    assert!(!data_references("a.xlsx", b"broken", &reader).limits.is_empty());
}

/// From the quote's line and column on, the text begins with the quote, white space folded.
fn stands(text: &str, quote: &Quote) -> bool {
    let from = quote.line.get() as usize - 1;
    let column = quote.column.get() as usize - 1;
    let Some(start) = (0..from).try_fold(0, |at, _| text[at..].find('\n').map(|end| at + end + 1)) else {
        return quote.text.is_empty();
    };
    let rest: String = text[start..].chars().skip(column).take(3000).collect();
    fold(&rest).starts_with(&quote.text)
}

fn check(path: &str, bytes: &[u8]) {
    let reading = read(path, bytes);
    let text = text(path, bytes);
    let fields = &reading.fields;
    let mut quotes: Vec<Quote> = reading.constraints.values().flat_map(|answer| answer.quotes.clone()).collect();
    quotes.extend(reading.placeholders.iter().chain(&reading.follow_ups).cloned());
    quotes.extend(reading.actions.iter().map(|action| action.quote.clone()));
    quotes.extend(reading.assessments.iter().map(|a| a.quote.clone()));
    quotes.extend(reading.claims.iter().map(|claim| claim.quote.clone()));
    quotes.extend(reading.analyses.iter().map(|analysis| analysis.quote.clone()));
    quotes.extend(fields.participants.iter().map(|person| person.quote.clone()));
    let words = [&fields.doc_id, &fields.title, &fields.version, &fields.status, &fields.author, &fields.approved_by];
    quotes.extend(words.into_iter().flatten().map(|stated| stated.quote.clone()));
    let days = [&fields.date_held, &fields.period_from, &fields.period_to, &fields.next_review, &fields.approved_on];
    quotes.extend(days.into_iter().flatten().map(|stated| stated.quote.clone()));
    quotes.extend(fields.signature.clone().into_iter().chain(fields.draft.clone()));
    for quote in quotes {
        assert!(stands(&text, &quote), "{quote:?} in {path}: {text:?}");
    }
}

const WORDS: [&str; 16] = [
    "Security review 2025",
    "Date held: 2025-03-14",
    "All vulnerabilities were résolved in time.",
    "TBD",
    "#12 – #15",
    "☐ all issues examined",
    "Status",
    "Approved by",
    "Dr. Änne & Söhne <x>",
    "the handling was complete",
    "  ",
    "Action",
    "Owner",
    "Due",
    "CVE-2024-1234 was missed because the parser was not fuzzed.",
    "Next review: 2026-03-14",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quotes_are_the_extracted_texts_own_words(
        picked in proptest::collection::vec((0..6usize, 0..WORDS.len(), 0..WORDS.len()), 1..20),
    ) {
        let (mut word, mut open, mut web, mut page) = (String::new(), "<office:text>".to_owned(), String::new(), Vec::new());
        let mut cells: Vec<Vec<&str>> = Vec::new();
        let mut y = 800.0;
        for (shape, one, two) in picked {
            let (one, two) = (WORDS[one], WORDS[two]);
            let (safe, other) = (crate::support::office::xml(one), crate::support::office::xml(two));
            y -= 14.0;
            page.push((60.0, y, if shape == 0 { 16.0 } else { 10.0 }, shape == 1, one));
            cells.push(vec![one, two]);
            match shape {
                0 => {
                    word += &p("H1", one);
                    open += &format!("<text:h text:outline-level=\"1\">{safe}</text:h>");
                    web += &format!("<h2>{safe}</h2>");
                }
                1 | 2 => {
                    word += &p("", one);
                    open += &format!("<text:p>{safe}<text:s/><text:placeholder>{other}</text:placeholder></text:p>");
                    web += &format!("<p>{safe} <b>{other}</b>\n");
                }
                3 => {
                    word += &format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{safe}: </w:t></w:r><w:sdt><w:sdtPr><w:tag w:val=\"Status\"/><w:showingPlcHdr w:val=\"{}\"/></w:sdtPr><w:sdtContent><w:r><w:t>{other}</w:t></w:r></w:sdtContent></w:sdt></w:p>", u8::from(one.len() > 9));
                    web += &format!("<ul><li>{safe}<li>{other}</ul>");
                }
                _ => {
                    word += &table(&[&[one, two], &[two, one]]);
                    open += &format!("<table:table><table:table-row><table:table-cell><text:p>{safe}</text:p></table:table-cell><table:table-cell><text:p>{other}</text:p></table:table-cell></table:table-row></table:table>");
                    web += &format!("<table><tr><td>{safe}<td>{other}\n</table>");
                    page.push((300.0, y, 10.0, false, two));
                }
            }
        }
        check("a/security-review-2025.docx", &docx(&word, &[]));
        check("a/security-review-2025.odt", &odf(&(open + "</office:text>"), &[]));
        check("a/security-review-2025.html", web.as_bytes());
        check("a/security-review-2025.pdf", &pdf(&[page], &[("Title", "security")]));
        let rows: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
        check("a/security-review-2025.xlsx", &xlsx(&[("Review", "visible", &rows)]));
    }

    #[test]
    fn damage_is_never_a_panic(at in any::<prop::sample::Index>(), with in any::<u8>(), cut in any::<prop::sample::Index>(), which in 0..5usize) {
        let (path, mut bytes) = match which {
            0 => ("a.docx", record_docx("")),
            1 => ("a.odt", odf("<office:text><text:p>security review</text:p></office:text>", &[])),
            2 => ("a.pdf", pdf(&[lines(&["security review", "Date: 2025-03-14"])], &[("Title", "x")])),
            3 => ("a.xlsx", xlsx(&[("S", "visible", &[&["security", "=45730"]])])),
            _ => ("a.html", b"<h1>security</h1><table><tr><td>x</table>".to_vec()),
        };
        let index = at.index(bytes.len());
        bytes[index] = with;
        let _ = read(path, &bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read(path, &bytes);
    }
}

/// A cell whose name stands for no column that there is: a limit or a reading, and the run goes on.
#[test]
fn a_workbook_with_an_impossible_cell_stops_nobody() {
    use std::io::{Cursor, Read};
    let whole = xlsx(&[("Issues", "visible", &[&["Issue"], &["#2"]])]);
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let parts: Vec<(String, String)> = names
        .into_iter()
        .map(|name| {
            let mut text = String::new();
            archive.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
            (name, text.replace("\"A1\"", "\"ZZZZZZZZZZ1\""))
        })
        .collect();
    assert!(parts.iter().any(|(_, text)| text.contains("ZZZZZZZZZZ1")));
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let reading = read("security-review.xlsx", &zipped(&parts));
    assert!(!reading.content_match.is_proven());
}

#[test]
fn no_file_with_the_signal_is_passed_over() {
    let table = "Title;Periodic review of security defect management\nStatus;Approved\nDate held;2025-06-02\n\
        Period;2023-06-02 to 2025-06-01\nApproved by;Dr. Anna Weber, 2025-06-02\nIssues examined;#4, #5\n\
        Completeness;complete, every issue was recorded and analysed\nEfficiency;efficient, the targets were met\n\
        Resolution;achieved, every issue is fixed\n";
    for (file, text, expected) in [
        ("security-review-2025.csv", table.to_owned(), "conforms"),
        ("security-review-2025.csv", "who;when\nA. Weber;2025-06-02\n".to_owned(), "undetermined"),
        (
            "security-review-2025.eml",
            "Subject: the review\n\nWe met and went through everything.\n".to_owned(),
            "undetermined",
        ),
        (
            "security-review-2025.md",
            "# Zpráva\n\nVšechny nahlášené případy byly vyřešeny.\n".to_owned(),
            "undetermined",
        ),
        (
            "security-review-2025-issues.csv",
            "id,title,state\n#4,Leak,closed\n#5,Crash,open\n".to_owned(),
            "nonconforming",
        ),
        ("security-review-2025.md", "# Notes\n\nTo be written.\n".to_owned(), "nonconforming"),
    ] {
        let repo = Repo::new();
        repo.write("docs/procedure.md", PROCEDURE);
        repo.write("docs/security-review-2023.md", record("2023-06-02", "2022-06-01", "2023-06-01", &["#1"]));
        repo.commit("2023-06-03", "Review");
        repo.write(&format!("qm/{file}"), text).commit("2025-06-03", "Review");
        let report = repo.report("2025-07-01");
        let held = report["constraints"].as_array().unwrap().iter().find(|one| one["id"] == "4.1.8#d").unwrap();
        assert_eq!(held["verdict"], expected, "{file}: {}", report["limits"]);
        let named = report["limits"].as_array().unwrap().iter().any(|limit| limit["what"] == format!("qm/{file}"));
        assert_eq!(named, expected == "undetermined", "{file}: {}", report["limits"]);
    }
}
