//! What the styles of an ODF document look like.

use std::collections::HashMap;

use crate::formats::office::xml::{Handler, Tag};

/// What the named and automatic styles look like.
#[derive(Default)]
pub(crate) struct Looks {
    by_name: HashMap<String, Look>,
    open: Option<String>,
}

/// What a style looks like.
#[derive(Clone, Copy, Default)]
pub(crate) struct Look {
    /// In bold?
    pub(crate) bold: bool,
    /// Not shown?
    pub(crate) hidden: bool,
    /// The style of titles?
    pub(crate) title: bool,
}

impl Looks {
    /// The look of a style.
    pub(crate) fn of(&self, style: &str) -> Look {
        self.by_name.get(style).copied().unwrap_or_default()
    }
}

impl Handler for Looks {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "style" => {
                self.open = tag.attribute("name");
                let parent = tag.attribute("parent-style-name").unwrap_or_default();
                let mut look = self.by_name.get(&parent).copied().unwrap_or_default();
                look.title |= parent == "Title" || self.open.as_deref() == Some("Title");
                if let Some(name) = &self.open {
                    self.by_name.insert(name.clone(), look);
                }
            }
            "text-properties" => {
                if let Some(look) = self.open.as_ref().and_then(|name| self.by_name.get_mut(name)) {
                    if let Some(weight) = tag.attribute("font-weight") {
                        look.bold = weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600);
                    }
                    look.hidden |= tag.attribute("display").as_deref() == Some("none");
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if name == "style" {
            self.open = None;
        }
    }

    fn words(&mut self, _: &str) {}
}
