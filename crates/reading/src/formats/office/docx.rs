//! DOCX → document model. Deleted and moved-away text, hidden text, comments and field codes don't count; inserted text does.

use std::collections::HashMap;

use crate::formats::office::archive::Archive;
use crate::formats::office::docx_body::Body;
use crate::formats::office::extract::Extract;
use crate::formats::office::properties;
use crate::formats::office::xml::{Handler, Tag, walk};

/// What a paragraph style means.
#[derive(Clone, Debug, Default)]
pub struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    /// Is its text hidden?
    pub hidden: bool,
    /// Is its text bold?
    pub bold: bool,
}

/// The styles of a document, by id.
#[derive(Debug, Default)]
pub struct Styles {
    by_id: HashMap<String, Style>,
    open: Option<(String, Style)>,
}

/// What a paragraph is by its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The document's title.
    Title,
    /// A heading of a level.
    Heading(u8),
    /// An item of a list.
    Item,
    /// A line of a table of contents, which says nothing of its own.
    Contents,
    /// Running text.
    Text,
}

impl Styles {
    /// The style of an id.
    pub fn get(&self, id: &str) -> Option<&Style> {
        self.by_id.get(id)
    }

    /// The role that a style, or one that it is based on, gives.
    pub fn role(&self, id: &str) -> Role {
        let mut next = Some(id.to_owned());
        for _ in 0..16 {
            let Some(id) = next else { break };
            let style = self.by_id.get(&id);
            let name = style.map_or(id.as_str(), |style| style.name.as_str()).to_lowercase();
            if matches!(name.as_str(), "title" | "titel") {
                return Role::Title;
            }
            if name.starts_with("toc ") || name.starts_with("verzeichnis ") || name.starts_with("table of ") {
                return Role::Contents;
            }
            let level = ["heading", "überschrift", "berschrift"].iter().find_map(|word| name.strip_prefix(word));
            if let Some(level) = level.and_then(|rest| rest.trim().parse::<u8>().ok()) {
                return Role::Heading(level.clamp(1, 9));
            }
            if let Some(level) = style.and_then(|style| style.outline) {
                return Role::Heading(level.saturating_add(1).min(9));
            }
            if name.starts_with("list") || name.starts_with("aufzählung") {
                return Role::Item;
            }
            next = style.and_then(|style| style.based_on.clone());
        }
        Role::Text
    }
}

impl Handler for Styles {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        if name == "style" {
            self.open = tag.attribute("styleId").map(|id| (id, Style::default()));
        }
        let Some((_, style)) = &mut self.open else { return };
        match name {
            "name" => style.name = tag.attribute("val").unwrap_or_default(),
            "basedOn" => style.based_on = tag.attribute("val"),
            "outlineLvl" => style.outline = tag.attribute("val").and_then(|v| v.parse().ok()).filter(|v| *v < 9),
            "vanish" => style.hidden = tag.is_on(),
            "b" => style.bold = tag.is_on(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if name == "style"
            && let Some((id, style)) = self.open.take()
        {
            self.by_id.insert(id, style);
        }
    }

    fn words(&mut self, _: &str) {}
}

/// Targets of relationships, by id.
#[derive(Debug, Default)]
pub struct Relations(pub HashMap<String, String>);

impl Handler for Relations {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        if name == "Relationship"
            && let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target"))
        {
            self.0.insert(id, target);
        }
    }
    fn close(&mut self, _: &str) {}
    fn words(&mut self, _: &str) {}
}

/// Reads a document; the error says why nothing of it was read.
pub fn read(bytes: &[u8], out: &mut Extract) -> Result<(), String> {
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
    let mut handler = Body::new("", &styles, &relations, out);
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

/// Does a package hold a digital signature?
pub fn is_signed(names: &[String]) -> bool {
    names.iter().any(|name| name.strip_prefix("_xmlsignatures/").is_some_and(|part| part.starts_with("sig")))
}

/// The main part, as the package names it.
fn main_part(archive: &mut Archive<'_>) -> Result<String, String> {
    let usual = "word/document.xml".to_owned();
    let Some(xml) = archive.text("_rels/.rels")? else { return Ok(usual) };
    struct Main(Option<String>);
    impl Handler for Main {
        fn open(&mut self, name: &str, tag: &Tag<'_>) {
            if name == "Relationship" && tag.attribute("Type").is_some_and(|kind| kind.ends_with("/officeDocument")) {
                self.0 = tag.attribute("Target");
            }
        }
        fn close(&mut self, _: &str) {}
        fn words(&mut self, _: &str) {}
    }
    let mut main = Main(None);
    let _ = walk(&xml, &mut main);
    Ok(main.0.map_or(usual, |target| target.trim_start_matches('/').to_owned()))
}

/// `header1.xml`, `header2.xml`… of a folder.
fn numbered(names: &[String], folder: &str, stem: &str) -> Vec<String> {
    let start = format!("{folder}/{stem}");
    names.iter().filter(|name| name.starts_with(&start)).take(50).cloned().collect()
}

fn relations(archive: &mut Archive<'_>, folder: &str, file: &str) -> Result<Relations, String> {
    let mut relations = Relations::default();
    if let Some(xml) = archive.text(&format!("{folder}/_rels/{file}.rels"))? {
        let _ = walk(&xml, &mut relations);
    }
    Ok(relations)
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
    let mut handler = Body::new(place, styles, &relations, out);
    let done = walk(&xml, &mut handler);
    handler.finish();
    if let Err(why) = done {
        out.limit(format!("{place}: {why}"));
    }
    Ok(())
}
