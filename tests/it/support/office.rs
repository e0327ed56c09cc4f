//! Small documents of every format, made in memory as the programs that people use would write them.

use std::io::{Cursor, Write};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};

/// An archive of parts.
pub fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Text as XML.
pub fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const STYLES: &str = r#"<w:styles xmlns:w="w"><w:style w:type="paragraph" w:styleId="T1"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Our heading"/><w:basedOn w:val="H1"/></w:style></w:styles>"#;

/// A DOCX file with a body and further parts.
pub fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let mut parts = vec![("word/document.xml", document.as_str()), ("word/styles.xml", STYLES)];
    parts.extend_from_slice(more);
    zipped(&parts)
}

/// A paragraph of a DOCX file in a style (empty: none).
pub fn p(style: &str, text: &str) -> String {
    let style = if style.is_empty() { String::new() } else { format!("<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>") };
    format!("<w:p>{style}<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", xml(text))
}

/// A table of a DOCX file.
pub fn table(rows: &[&[&str]]) -> String {
    let rows: String = rows
        .iter()
        .map(|row| {
            let cells: String = row.iter().map(|cell| format!("<w:tc>{}</w:tc>", p("", cell))).collect();
            format!("<w:tr>{cells}</w:tr>")
        })
        .collect();
    format!("<w:tbl>{rows}</w:tbl>")
}

/// An ODT or ODS file with a body.
pub fn odf(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"b\"><office:body>{body}</office:body></office:document-content>"
    );
    let mut parts = vec![("content.xml", content.as_str())];
    parts.extend_from_slice(more);
    zipped(&parts)
}

/// A workbook; each sheet has a name, a state (`visible`, `hidden`) and rows of cells; `=45730` is a day by its serial number.
pub fn xlsx(sheets: &[(&str, &str, &[&[&str]])]) -> Vec<u8> {
    let mut names = String::new();
    let mut relations = String::new();
    let mut parts: Vec<(String, String)> = Vec::new();
    for (index, (name, state, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        names += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" state=\"{state}\" r:id=\"rId{id}\"/>");
        relations += &format!(
            "<Relationship Id=\"rId{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
        );
        let mut data = String::new();
        for (row, cells) in rows.iter().enumerate() {
            data += &format!("<row r=\"{}\">", row + 1);
            for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let at = format!("{}{}", char::from(b'A' + u8::try_from(column).unwrap()), row + 1);
                data += &match cell.strip_prefix('=') {
                    Some(serial) => format!("<c r=\"{at}\" s=\"1\"><v>{serial}</v></c>"),
                    None => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{}</t></is></c>", xml(cell)),
                };
            }
            data += "</row>";
        }
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>"
        );
        parts.push((format!("xl/worksheets/sheet{id}.xml"), sheet));
    }
    parts.push(("xl/workbook.xml".into(), format!("<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{names}</sheets></workbook>")));
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>")));
    parts.push(("_rels/.rels".into(), "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>".into()));
    parts.push(("xl/styles.xml".into(), "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>".into()));
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    zipped(&parts)
}

/// Words on a page: left, base line (from below), size, bold.
pub type Words<'a> = (f32, f32, f32, bool, &'a str);

/// A PDF with pages of words, in Helvetica, with an information dictionary.
pub fn pdf(pages: &[Vec<Words>], info: &[(&str, &str)]) -> Vec<u8> {
    saved(&mut pdf_document(pages, info))
}

/// Writes a document.
pub fn saved(doc: &mut Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    bytes
}

/// The same before it is written.
pub fn pdf_document(pages: &[Vec<Words>], info: &[(&str, &str)]) -> Document {
    let mut doc = Document::with_version("1.5");
    let tree = doc.new_object_id();
    let font = |name: &str| dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name, "Encoding" => "WinAnsiEncoding" };
    let plain = doc.add_object(font("Helvetica"));
    let bold = doc.add_object(font("Helvetica-Bold"));
    let resources = doc.add_object(dictionary! { "Font" => dictionary! { "F1" => plain, "F2" => bold } });
    let mut kids: Vec<Object> = Vec::new();
    for words in pages {
        let mut operations = Vec::new();
        for (x, y, size, bold, text) in words {
            let name = if *bold { "F2" } else { "F1" };
            let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c as u32).unwrap_or(b'?')).collect();
            operations.push(Operation::new("BT", vec![]));
            operations.push(Operation::new("Tf", vec![name.into(), (*size).into()]));
            operations.push(Operation::new("Td", vec![(*x).into(), (*y).into()]));
            operations.push(Operation::new("Tj", vec![Object::String(bytes, StringFormat::Literal)]));
            operations.push(Operation::new("ET", vec![]));
        }
        let content = Content { operations }.encode().unwrap();
        let mut stream = Stream::new(Dictionary::new(), content);
        stream.compress().unwrap();
        let content = doc.add_object(stream);
        kids.push(doc.add_object(dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content }).into());
    }
    let count = i64::try_from(kids.len()).unwrap();
    let media: Vec<Object> = vec![0.into(), 0.into(), 595.into(), 842.into()];
    doc.objects.insert(
        tree,
        Object::Dictionary(
            dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources, "MediaBox" => media },
        ),
    );
    let catalog = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    doc.trailer.set("Root", catalog);
    let mut dict = Dictionary::new();
    for (key, value) in info {
        dict.set(*key, Object::string_literal(*value));
    }
    let info = doc.add_object(dict);
    doc.trailer.set("Info", info);
    doc
}

/// Lines from the top of a page down, twelve points apart, in size ten.
pub fn lines<'a>(texts: &[&'a str]) -> Vec<Words<'a>> {
    let mut y = 780.0;
    texts
        .iter()
        .map(|text| {
            y -= 12.0;
            (60.0, y, 10.0, false, *text)
        })
        .collect()
}
