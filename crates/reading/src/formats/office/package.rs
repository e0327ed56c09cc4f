//! The package of an Office file: its parts, how they refer to each other, its signature.

use std::collections::HashMap;

use crate::formats::office::archive::Archive;
use crate::formats::office::xml::{Handler, Tag, walk};

/// Targets of relationships, by id.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    targets: HashMap<String, String>,
    /// Ids of parts in formats of their own that belong into the text.
    embedded: Vec<String>,
}

impl Relations {
    /// The target of an id.
    pub(crate) fn target(&self, id: &str) -> Option<&String> {
        self.targets.get(id)
    }

    /// Id and target of each part in a format of its own that belongs into the text.
    pub(crate) fn embedded(&self) -> impl Iterator<Item = (&String, &String)> {
        self.embedded.iter().filter_map(|id| self.targets.get_key_value(id))
    }
}

impl Handler for Relations {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        if name == "Relationship"
            && let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target"))
        {
            if tag.attribute("Type").is_some_and(|kind| kind.ends_with("/aFChunk")) {
                self.embedded.push(id.clone());
            }
            self.targets.insert(id, target);
        }
    }
    fn close(&mut self, _: &str) {}
    fn words(&mut self, _: &str) {}
}

/// Does a package hold a digital signature?
pub(crate) fn is_signed(names: &[String]) -> bool {
    names.iter().any(|name| name.strip_prefix("_xmlsignatures/").is_some_and(|part| part.starts_with("sig")))
}

/// The main part, as the package names it.
pub(crate) fn main_part(archive: &mut Archive<'_>) -> Result<String, String> {
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
pub(crate) fn numbered(names: &[String], folder: &str, stem: &str) -> Vec<String> {
    let start = format!("{folder}/{stem}");
    names.iter().filter(|name| name.starts_with(&start)).take(50).cloned().collect()
}

/// Targets of the relationships of a part.
pub(crate) fn relations(archive: &mut Archive<'_>, folder: &str, file: &str) -> Result<Relations, String> {
    let mut relations = Relations::default();
    if let Some(xml) = archive.text(&format!("{folder}/_rels/{file}.rels"))? {
        let _ = walk(&xml, &mut relations);
    }
    Ok(relations)
}
