//! ODF text and spreadsheets → document model. Deleted text of tracked changes, annotations and hidden text don't
//! count.

use crate::formats::extract::Extract;
use crate::formats::office::archive::Archive;
use crate::formats::office::odf_body::{OdfText, Office};
use crate::formats::office::odf_looks::Looks;
use crate::formats::office::properties;
use crate::formats::office::xml::walk;

/// Reads a document; the error says why nothing of it was read.
pub(crate) fn read(bytes: &[u8], office: Office, out: &mut Extract) -> Result<(), String> {
    let mut archive = Archive::open(bytes)?;
    if archive.text("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err("it is encrypted: save it without a password".to_owned());
    }
    let Some(content) = archive.text("content.xml")? else {
        return Err("it is no OpenDocument file: it has no content part".to_owned());
    };
    let styles = archive.text("styles.xml")?.unwrap_or_default();
    let mut looks = Looks::default();
    let _ = walk(&styles, &mut looks);
    let _ = walk(&content, &mut looks);
    if office == Office::Text {
        edges(&styles, "header", &looks, out);
    }
    let mut body = OdfText::new("", office, &looks, out);
    let done = walk(&content, &mut body);
    body.finish();
    if let Err(why) = done {
        out.limit(why);
    }
    if office == Office::Text {
        edges(&styles, "footer", &looks, out);
    }
    if let Some(meta) = archive.text("meta.xml")? {
        properties::read(&meta, out);
    }
    if archive.text("META-INF/documentsignatures.xml")?.is_some() {
        out.signature("The document carries a digital signature (not verified).");
    }
    Ok(())
}

/// Headers or footers of the master pages.
fn edges(styles: &str, which: &'static str, looks: &Looks, out: &mut Extract) {
    let mut body = OdfText::new(which, Office::Text, looks, out);
    let _ = walk(styles, &mut body);
    body.finish();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::office::archive::tests::zipped;

    fn read_content(office: Office, content: &str) -> (String, Vec<String>, Vec<String>) {
        let mut out = Extract::default();
        read(&zipped(&[("content.xml", content.as_bytes())]), office, &mut out).unwrap();
        let (doc, limits) = out.finish();
        (doc.source.clone(), doc.links.iter().map(|link| link.url.clone()).collect(), limits)
    }

    #[test]
    fn a_field_of_a_day_is_that_day() {
        let (text, ..) = read_content(
            Office::Text,
            "<o:text><text:p>Held: <text:date text:date-value='2026-01-09T10:00:00'>01/09/26</text:date>, Bonn</text:p></o:text>",
        );
        assert_eq!(text, "Held: 2026-01-09, Bonn\n");
    }

    #[test]
    fn cells_keep_links_and_say_where_a_formula_has_no_result() {
        let (text, links, limits) = read_content(
            Office::Sheet,
            "<table:table table:name='Review'><table:table-row>\
             <table:table-cell office:value-type='string'><text:p><text:a xlink:href='https://t.example/3'>ticket</text:a></text:p></table:table-cell>\
             <table:table-cell table:formula='of:=DATE(2026;1;9)'/>\
             <table:table-cell table:formula='of:=1+2' office:value-type='float' office:value='3'/>\
             <table:table-cell table:formula='of:=&quot;&quot;' office:value-type='string' office:string-value=''/>\
             </table:table-row></table:table>",
        );
        assert_eq!(text, "Review\nticket | =formula | 3\n");
        assert_eq!(links, ["https://t.example/3"]);
        assert_eq!(limits.len(), 1);
        assert!(limits[0].starts_with("sheet Review holds formulas without a result (B1)"), "{limits:?}");
    }
}
