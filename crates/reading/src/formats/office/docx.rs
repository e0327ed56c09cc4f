//! DOCX → document model. Deleted and moved-away text, hidden text, comments and field codes don't count; inserted text does.

use crate::formats::extract::Extract;
use crate::formats::office::archive::Archive;
use crate::formats::office::docx_body::DocxText;
use crate::formats::office::docx_styles::Styles;
use crate::formats::office::package::{Relations, is_signed, main_part, numbered, relations};
use crate::formats::office::properties;
use crate::formats::office::xml::walk;

/// Reads a document; the error says why nothing of it was read.
pub(crate) fn read(bytes: &[u8], out: &mut Extract) -> Result<(), String> {
    let mut archive = Archive::open(bytes)?;
    let names = archive.names();
    let main = main_part(&mut archive)?;
    let Some(body) = archive.text(&main)? else {
        return Err("it is no Word document: it has no text part".to_owned());
    };
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut styles = Styles::default();
    if let Some(xml) = archive.text(&format!("{folder}/styles.xml"))? {
        let _ = walk(&xml, &mut styles);
    }
    for part in numbered(&names, folder, "header") {
        one(&mut archive, &part, "header", &styles, out)?;
    }
    let file = main.rsplit('/').next().unwrap_or_default();
    let relations = relations(&mut archive, folder, file)?;
    let mut handler = DocxText::new("", &styles, &relations, out);
    let done = walk(&body, &mut handler);
    handler.finish();
    if let Err(why) = done {
        out.limit(why);
    }
    for (part, place) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        one(&mut archive, &format!("{folder}/{part}.xml"), place, &styles, out)?;
    }
    for part in numbered(&names, folder, "footer") {
        one(&mut archive, &part, "footer", &styles, out)?;
    }
    for part in ["docProps/core.xml", "docProps/custom.xml"] {
        if let Some(xml) = archive.text(part)? {
            properties::read(&xml, out);
        }
    }
    if is_signed(&names) {
        out.signature("The document carries a digital signature (not verified).");
    }
    Ok(())
}

fn one(
    archive: &mut Archive<'_>,
    part: &str,
    place: &'static str,
    styles: &Styles,
    out: &mut Extract,
) -> Result<(), String> {
    let Some(xml) = archive.text(part)? else { return Ok(()) };
    let relations = Relations::default();
    let mut handler = DocxText::new(place, styles, &relations, out);
    let done = walk(&xml, &mut handler);
    handler.finish();
    if let Err(why) = done {
        out.limit(format!("{place}: {why}"));
    }
    Ok(())
}
