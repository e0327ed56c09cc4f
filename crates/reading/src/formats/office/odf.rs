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
