//! Bytes of a file → the document model, whatever its format. Every parser works within bounds and never panics: what it
//! cannot read is a limit.

use crate::formats::markdown;
use crate::formats::markup;
use crate::formats::markup::Markup;
use crate::formats::office::extract::Extract;
use crate::formats::office::{docx, odf, odf::Office, xlsx};
use crate::formats::{delimited, html, pdf::read as pdf};
use crate::value::document as model;
use crate::value::document::Document;

/// Formats that are known but not read, with what to do instead.
const UNREAD: [(&str, &str); 14] = [
    ("doc", "DOC is not read: save it as DOCX or PDF"),
    ("dot", "DOT is not read: save it as DOCX or PDF"),
    ("rtf", "RTF is not read: save it as DOCX or PDF"),
    ("xls", "XLS is not read: save it as XLSX"),
    ("xlsb", "XLSB is not read: save it as XLSX"),
    ("numbers", "Numbers files are not read: export them as XLSX"),
    ("pages", "Pages files are not read: export them as DOCX or PDF"),
    ("ppt", "PPT is not read: export it as PDF"),
    ("pptx", "PPTX is not read: export it as PDF"),
    ("odp", "ODP is not read: export it as PDF"),
    ("odg", "ODG is not read: export it as PDF"),
    ("vsdx", "VSDX is not read: export it as PDF"),
    ("msg", "MSG is not read: save it as text or PDF"),
    ("epub", "EPUB is not read: export it as PDF or HTML"),
];

/// A document with what could not be read of it.
pub struct Parsed {
    /// The document.
    pub doc: Document,
    /// What could not be read, a short sentence each.
    pub limits: Vec<String>,
}

/// The extension of a path, in lower case.
pub fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_lowercase())
}

/// Parses a file by its extension. The error says why nothing of it was read, and what to do.
pub fn parse(path: &str, bytes: &[u8]) -> Result<Parsed, String> {
    let extension = extension(path);
    if let Some((_, why)) = UNREAD.iter().find(|(unread, _)| *unread == extension) {
        return Err((*why).to_owned());
    }
    let mut out = Extract::default();
    let read = match extension.as_str() {
        "docx" | "docm" | "dotx" => docx::read(bytes, &mut out),
        "odt" | "ott" => odf::read(bytes, Office::Text, &mut out),
        "ods" => odf::read(bytes, Office::Sheet, &mut out),
        "xlsx" | "xlsm" => guarded(|| xlsx::read(bytes, &mut out)),
        "pdf" => guarded(|| pdf::read(bytes, &mut out)),
        _ => return text(&extension, bytes),
    };
    let name = extension.to_uppercase();
    read.map_err(|why| format!("{name} not read: {why}"))?;
    let (doc, limits) = out.finish();
    if doc.source.trim().is_empty() && limits.is_empty() {
        return Err("the document is empty".to_owned());
    }
    Ok(Parsed { doc, limits: limits.into_iter().map(|limit| format!("{name}: {limit}")).collect() })
}

/// Readers of others may stop short at a file that was made to harm them: that file is not read, and the run goes on.
fn guarded(read: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
    caught.unwrap_or_else(|_| Err("it is damaged".to_owned()))
}

fn text(extension: &str, bytes: &[u8]) -> Result<Parsed, String> {
    let (source, lost) = model::decode(bytes);
    if source.trim().is_empty() {
        return Err(lost.unwrap_or_else(|| "the document is empty".to_owned()));
    }
    let doc = match extension {
        "rst" | "rest" => markup::parse(source, Markup::Rst),
        "adoc" | "asciidoc" | "asc" => markup::parse(source, Markup::AsciiDoc),
        "txt" | "text" | "log" => markup::parse(source, Markup::Plain),
        "csv" | "tsv" => delimited::parse(source),
        "html" | "htm" | "xhtml" => html::parse(&source),
        _ => markdown::parse(source),
    };
    Ok(Parsed { doc, limits: lost.into_iter().collect() })
}
