//! What the styles of a DOCX file make of a paragraph.

use std::collections::HashMap;

use crate::formats::office::flow::Role;
use crate::formats::office::xml::{Handler, Tag};

/// What a paragraph style means.
#[derive(Clone, Debug, Default)]
pub(crate) struct ParagraphStyle {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    /// Is its text hidden?
    pub(crate) hidden: bool,
    /// Is its text bold?
    pub(crate) bold: bool,
}

/// The styles of a document, by id.
#[derive(Debug, Default)]
pub(crate) struct Styles {
    by_id: HashMap<String, ParagraphStyle>,
    open: Option<(String, ParagraphStyle)>,
}

impl Styles {
    /// The style of an id.
    pub(crate) fn get(&self, id: &str) -> Option<&ParagraphStyle> {
        self.by_id.get(id)
    }

    /// The role that a style, or one that it is based on, gives.
    pub(crate) fn role(&self, id: &str) -> Role {
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
            self.open = tag.attribute("styleId").map(|id| (id, ParagraphStyle::default()));
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
