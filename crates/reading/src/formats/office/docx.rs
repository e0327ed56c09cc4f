//! DOCX → document model. Deleted and moved-away text, hidden text, comments and field codes don't count; inserted text does.

use std::collections::HashMap;

use crate::formats::extract::Extract;
use crate::formats::html;
use crate::formats::office::archive::Archive;
use crate::formats::office::docx_body::DocxText;
use crate::formats::office::docx_styles::Styles;
use crate::formats::office::package::{Relations, is_signed, main_part, numbered, relations};
use crate::formats::office::properties;
use crate::formats::office::xml::walk;
use crate::value::document::Document;

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
    let embedded = embedded(&mut archive, folder, &relations);
    let mut handler = DocxText::new("", &styles, &relations, out).with_embedded(embedded);
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

/// The parts in formats of their own that belong into the text, by id; `None` for one in a format that is not read there.
fn embedded(archive: &mut Archive<'_>, folder: &str, relations: &Relations) -> HashMap<String, Option<Document>> {
    let read = |(id, target): (&String, &String)| {
        let part = target.strip_prefix('/').map_or_else(|| format!("{folder}/{target}"), str::to_owned);
        let text = archive.text(&part).ok().flatten();
        (id.clone(), text.filter(|text| is_html(&part, text)).map(|text| html::parse(&text)))
    };
    relations.embedded().map(read).collect()
}

/// Is a part a page of HTML, by its name or by how it begins?
fn is_html(part: &str, text: &str) -> bool {
    let start: String = text.trim_start().chars().take(200).collect::<String>().to_lowercase();
    [".html", ".htm", ".xhtml"].iter().any(|ending| part.to_lowercase().ends_with(ending))
        || ["<!doctype html", "<html", "<body"].iter().any(|element| start.starts_with(element))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::office::archive::tests::zipped;

    fn read_body(body: &str, chunk: (&str, &str)) -> (String, Vec<String>) {
        let relations = format!(
            r#"<Relationships><Relationship Id="c1" Type="http://x/relationships/aFChunk" Target="{}"/></Relationships>"#,
            chunk.0
        );
        let bytes = zipped(&[
            ("word/document.xml", format!("<w:document><w:body>{body}</w:body></w:document>").as_bytes()),
            ("word/_rels/document.xml.rels", relations.as_bytes()),
            (&format!("word/{}", chunk.0), chunk.1.as_bytes()),
        ]);
        let mut out = Extract::default();
        read(&bytes, &mut out).unwrap();
        let (doc, limits) = out.finish();
        let links = doc.links.iter().map(|link| format!("-> {}\n", link.url));
        (links.fold(doc.source.clone(), |text, link| text + &link), limits)
    }

    #[test]
    fn embedded_pages_stand_where_they_belong() {
        let body =
            "<w:p><w:r><w:t>Before</w:t></w:r></w:p><w:altChunk r:id='c1'/><w:p><w:r><w:t>After</w:t></w:r></w:p>";
        let page = "<h1>Review</h1><p>Held <a href='https://t.example/3'>as planned</a><table><tr><td>Issue<td>State<tr><td>#3<td>closed</table>";
        let (text, limits) = read_body(body, ("chunk.html", page));
        assert_eq!(
            text,
            "Before\nReview\nHeld as planned\nIssue | State\n#3 | closed\nAfter\n-> https://t.example/3\n"
        );
        assert!(limits.is_empty());
        let (text, limits) = read_body(body, ("chunk.rtf", "{\\rtf1 Review}"));
        assert_eq!(text, "Before\nAfter\n");
        assert_eq!(limits, ["a part that another program put into it is not read: open it in Word and save it"]);
    }

    #[test]
    fn fields_tell_addresses_and_days() {
        let body = "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK \"https://t.example/3\" \\o \"x\" </w:instrText></w:r>\
            <w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>the ticket</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>\
            <w:p><w:fldSimple w:instr='HYPERLINK https://t.example/4'><w:r><w:t>another</w:t></w:r></w:fldSimple></w:p>\
            <w:p><w:r><w:t>Held: </w:t></w:r><w:sdt><w:sdtPr><w:date w:fullDate='2026-01-09T00:00:00Z'/></w:sdtPr>\
            <w:sdtContent><w:r><w:t>01/</w:t></w:r><w:r><w:t>09/26</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>, Bonn</w:t></w:r></w:p>";
        let (text, _) = read_body(body, ("none.html", ""));
        assert_eq!(
            text,
            "the ticket\nanother\nHeld: 2026-01-09, Bonn\n-> https://t.example/3\n-> https://t.example/4\n"
        );
    }
}
