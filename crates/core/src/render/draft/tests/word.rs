//! Word forms: controls are filled, all else stays byte for byte, and what is wrong is named.

use std::io::{Cursor, Read, Write};

use super::*;
use crate::render::draft::word_form::fill;

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn unzipped(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut part = zip.by_index(at).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

fn control(tag: &str, content: &str) -> String {
    format!(
        "<w:sdt><w:sdtPr><w:tag w:val=\"{tag}\"/><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )
}

fn p(text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"Firm\"/></w:pPr><w:r><w:rPr><w:i/></w:rPr><w:t>{text}</w:t></w:r></w:p>")
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<w:tc><w:tcPr><w:shd/></w:tcPr>{}</w:tc>", p(cell))).collect();
    format!("<w:tr>{cells}</w:tr>")
}

fn table(rows: &[&[&str]]) -> String {
    format!("<w:tbl><w:tblPr/>{}</w:tbl>", rows.iter().map(|cells| row(cells)).collect::<String>())
}

fn period() -> String {
    format!("<w:p>{}</w:p>", control("lookback:period", "<w:r><w:t>the period</w:t></w:r>"))
}

fn form(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\"?>\n<w:document xmlns:w=\"w\"><w:body>{}{body}</w:body></w:document>",
        p("Our review")
    );
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &document),
        ("word/header1.xml", "<w:hdr>ACME</w:hdr>"),
        ("word/styles.xml", "<w:styles/>"),
    ])
}

fn filled_word(form: &[u8]) -> Result<Vec<(String, String)>, String> {
    let words = ReviewForm::shipped("en").unwrap();
    fill(&drafted(&busy()), &words, "our.docx", form).map(|bytes| unzipped(&bytes)).map_err(|error| error.to_string())
}

#[test]
fn controls_are_filled_and_all_else_stays() {
    let chosen = table(&[&["Nr.", "What", "Ours"], &["Issue", "Title", ""]]);
    let body = format!(
        "{}{}{}",
        period(),
        control("lookback:population", &chosen),
        control("firm:own", &p("<x/>".replace('<', "&lt;").as_str()))
    );
    let original = form(&body);
    let parts = filled_word(&original).unwrap();
    let before = unzipped(&original);
    let names = |parts: &[(String, String)]| parts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&parts), names(&before));
    for (new, old) in parts.iter().zip(&before).filter(|(new, _)| new.0 != "word/document.xml") {
        assert_eq!(new, old);
    }
    let text = &parts[1].1;
    assert!(text.contains("<w:t xml:space=\"preserve\">2025-03-15 – 2026-02-20</w:t>"), "{text}");
    assert_eq!(text.matches("<w:tr>").count(), 1 + 3, "{text}");
    let pattern = "<w:tc><w:tcPr><w:shd/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Firm\"/></w:pPr><w:r><w:rPr><w:i/></w:rPr><w:t xml:space=\"preserve\">";
    assert!(
        text.contains(&format!("{pattern}#12</w:t></w:r></w:p></w:tc>{pattern}Bolus frame overruns a buffer</w:t>")),
        "{text}"
    );
    // The firm's own control, and the text around, are as they were.
    let old = &before[1].1;
    let head = old.find("<w:sdtPr><w:tag w:val=\"lookback:period").unwrap();
    assert_eq!(text[..head], old[..head]);
    let own = old.find("<w:sdt><w:sdtPr><w:tag w:val=\"firm:own").unwrap();
    assert!(text.ends_with(&old[own..]));
    assert_eq!(text.matches("showingPlcHdr").count(), 1, "only in the control that is not ours");
}

#[test]
fn a_control_without_a_table_gets_one_that_the_reader_reads() {
    let body = format!("{}{}", period(), control("lookback:population", &p("here")));
    let words = ReviewForm::shipped("en").unwrap();
    let bytes = fill(&drafted(&busy()), &words, "our.docx", &form(&body)).unwrap();
    let reading = Reader::new(&[], &[]).read("docs/security-review-2026.docx", &bytes);
    let named: Vec<&str> = reading.references.iter().map(|reference| reference.id.as_str()).collect();
    for id in ["#12", "#15", "#17"] {
        assert!(named.contains(&id), "{named:?}");
    }
}

#[test]
fn hostile_titles_stay_text() {
    let mut scene = busy();
    scene.evidence.issues[0].title = "</w:t><w:sdt> & \u{0} *x* [y](z) | `c`".into();
    let body = format!("{}{}", period(), control("lookback:population", &table(&[&["a", "b"], &["Issue", "Title"]])));
    let bytes = fill(&drafted(&scene), &ReviewForm::shipped("en").unwrap(), "our.docx", &form(&body)).unwrap();
    let text = &unzipped(&bytes)[1].1;
    assert!(text.contains("&lt;/w:t&gt;&lt;w:sdt&gt; &amp; ␀ *x* [y](z) | `c`"), "{text}");
}

#[test]
fn what_is_wrong_in_a_word_form_is_named() {
    let population = control("lookback:population", &p("x"));
    for (bytes, says) in [
        (b"no archive".to_vec(), "our.docx: the form is no Word file"),
        (zipped(&[("a", "b")]), "has no word/document.xml"),
        (form(""), "no content control has the tag lookback:period"),
        (form(&period()), "no content control has the tag lookback:population"),
        (
            form(&format!("{}{population}{}", period(), control("lookback:judgement", &p("x")))),
            "the tag lookback:judgement is unknown",
        ),
        (form(&format!("{}{population}{population}", period())), "two controls have the tag lookback:population"),
        (
            form(&format!("{}{}", period(), control("lookback:population", &control("lookback:missed", &p("x"))))),
            "stands in the control lookback:population",
        ),
        (
            form(&format!("{}{}", period(), control("lookback:population", &control("other", &p("x"))))),
            "holds another control",
        ),
        (form(&format!("{}<w:p>{}</w:p>", period(), control("lookback:population", "<w:r/>"))), "stands within a line"),
        (
            form(&format!("{}<w:tbl>{}</w:tbl>", period(), control("lookback:population", &row(&["x"])))),
            "around a row or a cell",
        ),
        (
            form(&format!("{}{}", period(), control("lookback:population", &table(&[&["a"], &["Tilte"]])))),
            "no column is called \"Tilte\"",
        ),
        (
            form(&format!("{}{}", period(), control("lookback:population", &table(&[&["a", "b"], &["", ""]])))),
            "it has 2 columns, the data have 13",
        ),
        (form(&format!("{}{population}</w:p>", period())), "its XML is damaged at byte"),
        (form(&format!("{}{population}<w:p>", period())), "its XML is damaged at byte"),
        (
            form(&format!("{}<w:sdt><w:sdtPr><w:tag w:val=\"lookback:population\"/></w:sdtPr></w:sdt>", period())),
            "has no content",
        ),
        (
            form(&format!(
                "{}<w:sdt><w:sdtPr><w:tag w:val=\"lookback:population\"/></w:sdtPr><w:sdtContent/></w:sdt>",
                period()
            )),
            "is empty",
        ),
        (form(&format!("{}{}", period(), "<a>".repeat(1000))), "nested deeper than 512"),
        (form(&" ".repeat(40 << 20)), "unpacks to more than 32 MiB"),
    ] {
        let error = filled_word(&bytes).unwrap_err();
        assert!(error.contains(says), "{says}: {error}");
    }
    let large = vec![0; usize::try_from(crate::render::draft::MOST_OF_A_WORD_FORM).unwrap() + 1];
    assert!(filled_word(&large).unwrap_err().contains("at most 52428800 are read"));
}
