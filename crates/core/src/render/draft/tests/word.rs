//! Word forms: controls are filled, all else stays byte for byte, and what is wrong is named.

use std::io::{Cursor, Read, Write};

use super::*;
use crate::render::draft::word_form::fill;
use crate::render::draft::word_merge::{is_word_draft, merge_word};
use crate::render::draft::word_shipped::word_form;

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

/// A form with a column for people, filled from a scene.
fn record_of(scene: &Scene) -> Vec<u8> {
    let chosen = table(&[&["Nr.", "What", "Ours"], &["Issue", "Title", ""]]);
    let form = form(&format!("{}{}", period(), control("lookback:population", &chosen)));
    fill(&drafted(scene), &ReviewForm::shipped("en").unwrap(), "our.docx", &form).unwrap()
}

/// The same with other words in its text, as Word would write it: packed anew.
fn edited(record: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let parts = unzipped(record);
    let of = |(name, text): &(String, String)| if name == "word/document.xml" { change(text) } else { text.clone() };
    let texts: Vec<String> = parts.iter().map(of).collect();
    let parts: Vec<(&str, &str)> =
        parts.iter().zip(&texts).map(|((name, _), text)| (name.as_str(), text.as_str())).collect();
    zipped(&parts)
}

/// A remark in the row of an issue.
fn remarked(record: &[u8], id: &str, remark: &str) -> Vec<u8> {
    edited(record, |text| {
        let row = text.find(&format!(">{id}</w:t>")).unwrap();
        let end = row + text[row..].find("</w:tr>").unwrap();
        let last = text[..end].rfind("<w:t xml:space=\"preserve\">").unwrap() + "<w:t xml:space=\"preserve\">".len();
        format!("{}{remark}{}", &text[..last], &text[last..])
    })
}

#[test]
fn drafted_again_a_word_record_follows_the_data_and_keeps_what_people_wrote() {
    let before = record_of(&busy());
    let mut more = busy();
    more.evidence.issues.push(crate::fixtures::issue("#99", &[("2026-01-20", crate::model::issue::EventKind::Opened)]));
    let after = record_of(&more);
    // The same data: the same bytes, whatever people wrote into their column and around.
    let there = remarked(&before, "#12", "We tested it.");
    let there = edited(&there, |text| text.replace("Our review", "Our review of the pump"));
    assert!(is_word_draft(&there) && !is_word_draft(&form("")));
    let again = merge_word("r.docx", &there, &before).unwrap();
    assert_eq!((again.changes, again.kept.len(), &again.bytes), (false, 0, &there));
    // One issue more: one row more, all else as it was.
    let again = merge_word("r.docx", &there, &after).unwrap();
    assert!(again.changes && again.kept.is_empty(), "{:?}", again.kept);
    let (old, new) = (unzipped(&there), unzipped(&again.bytes));
    for (one, other) in old.iter().zip(&new).filter(|(one, _)| one.0 != "word/document.xml") {
        assert_eq!(one, other);
    }
    let text = &new[1].1;
    assert_eq!(text.matches("<w:tr>").count(), old[1].1.matches("<w:tr>").count() + 1, "{text}");
    assert!(text.contains("We tested it.") && text.contains("Our review of the pump") && text.contains(">#99<"));
    // And once more nothing is new.
    assert!(!merge_word("r.docx", &again.bytes, &after).unwrap().changes);
    // One issue less: its row stays for its remark, and goes without one.
    let back = merge_word("r.docx", &again.bytes, &before).unwrap();
    assert!(back.kept.is_empty() && !unzipped(&back.bytes)[1].1.contains(">#99<"));
    let spoken = remarked(&again.bytes, "#99", "A false alarm.");
    let back = merge_word("r.docx", &spoken, &before).unwrap();
    assert!(back.kept[0].contains("keeps the row #99") && unzipped(&back.bytes)[1].1.contains("A false alarm."));
}

#[test]
fn what_people_changed_in_a_word_record_is_named_and_kept() {
    let before = record_of(&busy());
    let mut more = busy();
    more.evidence.issues.push(crate::fixtures::issue("#99", &[("2026-01-20", crate::model::issue::EventKind::Opened)]));
    let after = record_of(&more);
    let merged = |there: &[u8]| merge_word("r.docx", there, &after);
    let changed = edited(&before, |text| text.replace("Bolus frame overruns a buffer", "All is well"));
    let kept = merged(&changed).unwrap();
    assert!(!kept.changes && kept.kept[0].contains("lookback:population was changed by hand"), "{:?}", kept.kept);
    assert_eq!(kept.bytes, changed);
    let unmarked = edited(&before, |text| text.replace("lookback:population#", "firm:"));
    let kept = merged(&unmarked).unwrap();
    assert!(kept.kept[0].contains("lookback:population was taken out, and stays out"), "{:?}", kept.kept);
    for (there, says) in [
        (form(&format!("{}{}", period(), control("lookback:population", &p("x")))), "no draft of Lookback"),
        (form(""), "no draft of Lookback"),
        (b"no archive".to_vec(), "is no Word file"),
    ] {
        let error = merged(&there).unwrap_err().to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
    // What is filled is no form.
    let error = fill(&drafted(&busy()), &ReviewForm::shipped("en").unwrap(), "our.docx", &before).unwrap_err();
    assert!(error.to_string().contains("is filled already"), "{error}");
}

#[test]
fn shipped_word_forms_are_filled_read_and_drafted_again() {
    for (code, remark) in [("en", "Remark"), ("de", "Bemerkung")] {
        let words = ReviewForm::shipped(code).unwrap();
        let form = word_form(&words).unwrap();
        let heads = words.text.lines().filter_map(|line| line.strip_prefix("## "));
        // Measures are blocks of code, which Word has not.
        let lacking: Vec<&str> = heads.filter(|head| !unzipped(&form)[2].1.contains(&format!(">{head}<"))).collect();
        assert_eq!(lacking, [if code == "en" { "Measures" } else { "Kennzahlen" }]);
        let filled = fill(&drafted(&busy()), &words, "form.docx", &form).unwrap();
        let text = &unzipped(&filled)[2].1;
        assert!(text.contains("2025-03-15 – 2026-02-20") && text.contains(remark), "{text}");
        assert!(text.matches("TODO(reviewer)").count() > 5, "{text}");
        let reading = Reader::new(&[], &[]).read("docs/security-review-2026.docx", &filled);
        let named: Vec<&str> = reading.references.iter().map(|reference| reference.id.as_str()).collect();
        assert!(["#12", "#15", "#17"].iter().all(|id| named.contains(id)), "{named:?}");
        assert!(reading.presents_review && !reading.held.met(), "unedited it is no review: {:?}", reading.held);
        // Nor with its places deleted: it judges nothing.
        let parts = text.split("TODO(reviewer)");
        let deleted =
            parts.enumerate().map(|(n, part)| if n == 0 { part } else { &part[part.find("</w:t>").unwrap()..] });
        let deleted: String = deleted.collect();
        let less = edited(&filled, |_| deleted.clone());
        let reading = Reader::new(&[], &[]).read("docs/security-review-2026.docx", &less);
        assert!(reading.assessments.iter().all(|one| !one.answer.is_proven()), "{:?}", reading.assessments);
        let there = remarked(&filled, "#12", "Tested.");
        let again = merge_word("r.docx", &there, &filled).unwrap();
        assert!(!again.changes && again.kept.is_empty(), "{code}: {:?}", again.kept);
    }
}
