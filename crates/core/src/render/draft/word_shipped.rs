//! The shipped forms as Word files: the same headings, places and blocks, each block a content control with its tag. Pure.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::render::draft::error::DraftError;
use crate::render::draft::form::{REVIEWER, ReviewForm};
use crate::render::draft::word_form::{DOCUMENT, OURS};
use crate::render::draft::word_xml::plain_table;
use crate::render::escape::xml;

const NAMESPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/><Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/></Types>";
const PACKAGE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
const PARTS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>";
/// Style id, name, size in half points.
const STYLES: [(&str, &str, u32); 3] =
    [("Normal", "Normal", 18), ("Title", "Title", 32), ("Heading1", "heading 1", 24)];
/// A page on its side, for tables of many columns.
const PAGE: &str = "<w:sectPr><w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/><w:pgMar w:top=\"1000\" w:right=\"1000\" w:bottom=\"1000\" w:left=\"1000\" w:header=\"700\" w:footer=\"700\" w:gutter=\"0\"/></w:sectPr>";
/// Which control belongs into a row of the head, by the value that its template names.
const HEAD: [(&str, &str); 4] =
    [("period.to", "period"), ("product", "product"), ("procedures", "procedures"), ("previous", "previous")];

/// The shipped form as a Word form.
pub fn word_form(form: &ReviewForm<'_>) -> Result<Vec<u8>, DraftError> {
    let failed = |error: &dyn std::fmt::Display| DraftError::of(form.name, error.to_string(), "Report it as a bug.");
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{NAMESPACE}\"><w:body>{}{PAGE}</w:body></w:document>",
        body(form.text)
    );
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let styles = styles();
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", PACKAGE),
        (DOCUMENT, &document),
        ("word/_rels/document.xml.rels", PARTS),
        ("word/styles.xml", &styles),
    ] {
        out.start_file(name, SimpleFileOptions::default()).map_err(|error| failed(&error))?;
        out.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    }
    out.finish().map(Cursor::into_inner).map_err(|error| failed(&error))
}

fn styles() -> String {
    let style = |(id, name, size): (&str, &str, u32)| {
        let first = if id == "Normal" { " w:default=\"1\"" } else { "" };
        let bold = if id == "Normal" { "" } else { "<w:b/>" };
        format!(
            "<w:style w:type=\"paragraph\"{first} w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:pPr><w:spacing w:before=\"120\" w:after=\"60\"/></w:pPr><w:rPr>{bold}<w:sz w:val=\"{size}\"/></w:rPr></w:style>"
        )
    };
    let all: String = STYLES.into_iter().map(style).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles xmlns:w=\"{NAMESPACE}\">{all}</w:styles>"
    )
}

/// The paragraphs, tables and controls of a template of Markdown.
fn body(template: &str) -> String {
    let mut out = String::new();
    // A heading of nothing is left out.
    let mut heading = String::new();
    let mut lines = template.lines();
    let mut table: Vec<Vec<String>> = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(cells) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
            table.push(cells.split('|').map(|cell| cell.trim().to_owned()).collect());
            continue;
        }
        let table = std::mem::take(&mut table);
        let mut part = written(&table);
        if line.starts_with("{% else %}") {
            // What a form without issues says instead.
            lines.by_ref().find(|line| line.starts_with("{% endif %}"));
        } else if let Some(begin) = line.strip_prefix("<!-- lookback:begin ") {
            let name = begin.split(' ').next().unwrap_or_default();
            let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("<!-- lookback:end ")).collect();
            if let Some(title) = block.iter().find_map(|line| line.strip_prefix("## ")) {
                heading = paragraph("Heading1", title);
            }
            // A figure in a plain table could be taken for a judgement, and Word has no blocks of code.
            if name == "head" {
                part += &head(&block);
            } else if !block.contains(&"```") {
                part += &format!("{}<w:p/>", control(name, &paragraph("", name)));
            }
        } else if let Some(title) = line.strip_prefix("# ") {
            part += &paragraph("Title", title);
        } else if let Some(title) = line.strip_prefix("## ") {
            heading = paragraph("Heading1", title);
        } else if line.starts_with(REVIEWER) {
            part += &paragraph("", &without_values(line));
        } else if !line.is_empty() && !line.contains("{{") && !line.contains("{%") && !line.starts_with("```") {
            part += &paragraph("", line);
        }
        if !part.is_empty() {
            let above = if table.is_empty() { std::mem::take(&mut heading) } else { String::new() };
            out += &(above + &part);
        }
    }
    out + &heading + &written(&table)
}

/// A line with a sign for each value that only the data know.
fn without_values(line: &str) -> String {
    let mut parts = line.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "…" + part.split_once("}}").map_or("", |(_, rest)| rest))
}

/// A table of Markdown with an empty row to fill in.
fn written(table: &[Vec<String>]) -> String {
    let Some(head) = table.first() else { return String::new() };
    plain_table(head, &[vec![String::new(); head.len()]]) + "<w:p/>"
}

/// The rows of the head with a control each.
fn head(block: &[&str]) -> String {
    let mut out = String::new();
    for row in block.iter().filter(|line| line.contains("{{")) {
        let label = row.split('|').nth(1).unwrap_or_default().trim();
        let Some((_, name)) = HEAD.iter().find(|(value, _)| row.contains(value)) else { continue };
        let inner = control(name, &format!("<w:r><w:t>{name}</w:t></w:r>"));
        out += &format!("<w:p><w:r><w:t xml:space=\"preserve\">{}: </w:t></w:r>{inner}</w:p>", xml(label));
    }
    out
}

fn control(name: &str, content: &str) -> String {
    format!(
        "<w:sdt><w:sdtPr><w:tag w:val=\"{OURS}{name}\"/><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )
}

fn paragraph(style: &str, text: &str) -> String {
    let style = if style.is_empty() { String::new() } else { format!("<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>") };
    format!("<w:p>{style}<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", xml(text))
}
