//! Properties that office files keep beside the text: title, author, version, status, fields of the maker's own.

use crate::formats::extract::Extract;
use crate::formats::office::xml::{Handler, Tag, walk};
use crate::value::text::fold;

/// Names of properties that say nothing about the document.
const USELESS: [&str; 16] = [
    "revision",
    "lastPrinted",
    "Application",
    "AppVersion",
    "Template",
    "TotalTime",
    "Pages",
    "Words",
    "Characters",
    "Lines",
    "Paragraphs",
    "DocSecurity",
    "generator",
    "editing-duration",
    "editing-cycles",
    "language",
];

#[derive(Default)]
struct Properties {
    found: Vec<(String, String)>,
    open: Vec<String>,
    named: Option<String>,
    value: String,
}

impl Handler for Properties {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        if matches!(name, "property" | "user-defined") {
            self.named = tag.attribute("name");
        }
        self.open.push(name.to_owned());
        self.value.clear();
    }

    fn close(&mut self, name: &str) {
        let value = std::mem::take(&mut self.value);
        self.open.pop();
        let key = self.named.clone().unwrap_or_else(|| match name {
            "creator" | "initial-creator" => "Author".to_owned(),
            "contentStatus" => "Status".to_owned(),
            "title" => "Title".to_owned(),
            name => name.to_owned(),
        });
        if matches!(name, "property" | "user-defined") {
            self.named = None;
        }
        if !value.trim().is_empty() && value.len() <= 300 && !USELESS.contains(&key.as_str()) && self.found.len() < 100
        {
            self.found.push((key, fold(&value)));
        }
    }

    fn words(&mut self, words: &str) {
        if self.value.len() <= 300 {
            self.value.push_str(words);
        }
    }
}

/// Writes the properties of a part (`core.xml`, `custom.xml`, `meta.xml`) at the end of the text.
pub(crate) fn read(xml: &str, out: &mut Extract) {
    let mut properties = Properties::default();
    // A damaged part costs only what it would have said where the text is silent.
    let _ = walk(xml, &mut properties);
    out.place("document properties");
    for (key, value) in properties.found {
        out.property(&key, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_custom_and_meta() {
        let mut out = Extract::default();
        read(
            "<cp:coreProperties><dc:title>Review</dc:title><dc:creator>Ann</dc:creator><cp:revision>7</cp:revision></cp:coreProperties>",
            &mut out,
        );
        read("<Properties><property name=\"Version\"><vt:lpwstr>2.1</vt:lpwstr></property></Properties>", &mut out);
        read(
            "<office:meta><meta:user-defined meta:name=\"Document ID\">QR-4</meta:user-defined></office:meta>",
            &mut out,
        );
        let (doc, _) = out.finish();
        let pairs: Vec<_> = doc.properties.iter().map(|pair| (pair.key.as_str(), pair.value.as_str())).collect();
        assert_eq!(pairs, [("Title", "Review"), ("Author", "Ann"), ("Version", "2.1"), ("Document ID", "QR-4")]);
        assert_eq!(doc.quote(doc.properties[2].span.clone()).text, "2.1");
    }
}
