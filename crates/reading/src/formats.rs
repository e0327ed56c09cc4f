//! Door, with the table of the formats: a new one is its file and its row. A file of any other extension is read as Markdown.

pub(crate) mod cells;
pub(crate) mod decode;
pub(crate) mod delimited;
pub(crate) mod extract;
pub(crate) mod format;
pub(crate) mod front_matter;
pub(crate) mod hints;
pub(crate) mod html;
pub(crate) mod lines;
pub(crate) mod markdown;
pub(crate) mod markup;
pub(crate) mod markup_tables;
pub(crate) mod office;
pub(crate) mod pdf;
pub(crate) mod resolved;
pub(crate) mod sheets;
pub(crate) mod site_marks;

use crate::formats::format::{DocumentFormat as Format, Read};
use crate::formats::lines::Markup;
use crate::formats::office::odf_body::Office;

/// Every format that is known.
#[rustfmt::skip]
pub(crate) static FORMATS: &[Format] = &[
    Format { extensions: &["md", "markdown", "mdx"], further: &[], name: "Markdown", read: Read::Text(|text, _| markdown::parse(text)) },
    Format { extensions: &["rst"], further: &["rest"], name: "reStructuredText", read: Read::Text(|text, hints| markup::parse(text, Markup::Rst, hints)) },
    Format { extensions: &["adoc", "asciidoc", "asc"], further: &[], name: "AsciiDoc", read: Read::Text(|text, hints| markup::parse(text, Markup::AsciiDoc, hints)) },
    Format { extensions: &["txt"], further: &["text", "log"], name: "plain text", read: Read::Text(|text, hints| markup::parse(text, Markup::Plain, hints)) },
    Format { extensions: &["org"], further: &[], name: "Org", read: Read::Text(|text, _| markdown::parse(text)) },
    Format { extensions: &["html", "htm"], further: &["xhtml"], name: "HTML", read: Read::Text(|text, _| html::parse(&text)) },
    Format { extensions: &["docx"], further: &["docm", "dotx"], name: "DOCX", read: Read::Bytes(|bytes, _, out| office::docx::read(bytes, out)) },
    Format { extensions: &["odt"], further: &["ott"], name: "ODT", read: Read::Bytes(|bytes, _, out| office::odf::read(bytes, Office::Text, out)) },
    Format { extensions: &["pdf"], further: &[], name: "PDF", read: Read::Bytes(pdf::read::read) },
    Format { extensions: &["xlsx"], further: &["xlsm"], name: "XLSX", read: Read::Bytes(|bytes, _, out| sheets::xlsx::read(bytes, out)) },
    Format { extensions: &["ods"], further: &[], name: "ODS", read: Read::Bytes(|bytes, _, out| sheets::ods::read(bytes, out)) },
    Format { extensions: &[], further: &["csv", "tsv"], name: "CSV", read: Read::Text(|text, _| delimited::parse(text)) },
    Format { extensions: &[], further: &["doc"], name: "DOC", read: Read::Not("DOC is not read: save it as DOCX or PDF") },
    Format { extensions: &[], further: &["dot"], name: "DOT", read: Read::Not("DOT is not read: save it as DOCX or PDF") },
    Format { extensions: &[], further: &["rtf"], name: "RTF", read: Read::Not("RTF is not read: save it as DOCX or PDF") },
    Format { extensions: &[], further: &["xls"], name: "XLS", read: Read::Not("XLS is not read: save it as XLSX") },
    Format { extensions: &[], further: &["xlsb"], name: "XLSB", read: Read::Not("XLSB is not read: save it as XLSX") },
    Format { extensions: &[], further: &["numbers"], name: "Numbers", read: Read::Not("Numbers files are not read: export them as XLSX") },
    Format { extensions: &[], further: &["pages"], name: "Pages", read: Read::Not("Pages files are not read: export them as DOCX or PDF") },
    Format { extensions: &[], further: &["ppt"], name: "PPT", read: Read::Not("PPT is not read: export it as PDF") },
    Format { extensions: &[], further: &["pptx"], name: "PPTX", read: Read::Not("PPTX is not read: export it as PDF") },
    Format { extensions: &[], further: &["odp"], name: "ODP", read: Read::Not("ODP is not read: export it as PDF") },
    Format { extensions: &[], further: &["odg"], name: "ODG", read: Read::Not("ODG is not read: export it as PDF") },
    Format { extensions: &[], further: &["vsdx"], name: "VSDX", read: Read::Not("VSDX is not read: export it as PDF") },
    Format { extensions: &[], further: &["msg"], name: "MSG", read: Read::Not("MSG is not read: save it as text or PDF") },
    Format { extensions: &[], further: &["epub"], name: "EPUB", read: Read::Not("EPUB is not read: export it as PDF or HTML") },
];

/// Further extensions of office files: they are documents where their path says so, whether they are read or not.
pub fn further_extensions() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().filter(|format| !matches!(format.read, Read::Text(_))).flat_map(|format| format.further).copied()
}

/// The extensions by which documents are looked for.
pub fn document_extensions() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().flat_map(|format| format.extensions).copied()
}
