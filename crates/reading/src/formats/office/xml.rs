//! XML as a stream of openings, closings and words. No document type, no entities of its own, bounded depth.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements deeper than this are not read.
const DEEPEST: usize = 512;

/// An opening tag.
pub(crate) struct Tag<'a> {
    start: &'a BytesStart<'a>,
}

impl Tag<'_> {
    /// An attribute's value by its name without prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.start.attributes().with_checks(false).flatten().find_map(|attribute| {
            let key: &str = attribute.key.as_ref();
            let local = key.rsplit_once(':').map_or(key, |(_, local)| local);
            (local == name).then(|| {
                attribute
                    .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                    .map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned)
            })
        })
    }

    /// An on-off property: present without a value means on.
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self.attribute("val").as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// What reads an XML document. Names come without prefix.
pub(crate) trait Handler {
    /// An element begins.
    fn open(&mut self, name: &str, tag: &Tag<'_>);
    /// An element ends.
    fn close(&mut self, name: &str);
    /// Words.
    fn words(&mut self, words: &str);
}

/// Walks a document. An error says why it was not read to its end; what came before was handed over.
pub(crate) fn walk(xml: &str, handler: &mut dyn Handler) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_dangling_amp = true;
    reader.config_mut().allow_unmatched_ends = true;
    let mut depth = 0usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(format!("its elements are nested deeper than {DEEPEST}: not read to the end"));
                }
                handler.open(start.local_name().as_ref(), &Tag { start: &start });
            }
            Ok(Event::Empty(start)) => {
                handler.open(start.local_name().as_ref(), &Tag { start: &start });
                handler.close(start.local_name().as_ref());
            }
            Ok(Event::End(end)) => {
                depth = depth.saturating_sub(1);
                handler.close(end.local_name().as_ref());
            }
            Ok(Event::Text(text)) => handler.words(&text.xml10_content()),
            Ok(Event::CData(text)) => handler.words(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let name: &str = &reference;
                match reference.resolve_char_ref() {
                    Ok(Some(c)) => handler.words(c.encode_utf8(&mut [0; 4])),
                    _ => handler.words(quick_xml::escape::resolve_predefined_entity(name).unwrap_or("\u{FFFD}")),
                }
            }
            Ok(Event::Eof) => {
                return if depth == 0 { Ok(()) } else { Err("it is cut off: not read to the end".to_owned()) };
            }
            Ok(_) => {}
            Err(_) => return Err("its XML is damaged: not read to the end".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Log(String);

    impl Handler for Log {
        fn open(&mut self, name: &str, tag: &Tag<'_>) {
            self.0 += &format!("<{name} {:?}>", tag.attribute("val"));
        }
        fn close(&mut self, name: &str) {
            self.0 += &format!("</{name}>");
        }
        fn words(&mut self, words: &str) {
            self.0 += words;
        }
    }

    #[test]
    fn names_come_without_prefix_and_references_are_resolved() {
        let mut log = Log::default();
        walk("<w:p w:val='a&amp;b'>x &lt; &#228;<w:br/></w:p>", &mut log).unwrap();
        assert_eq!(log.0, "<p Some(\"a&b\")>x < ä<br None></br></p>");
    }

    #[test]
    fn deep_and_cut_documents_end_with_a_reason() {
        let why = walk(&"<a>".repeat(100_000), &mut Log::default()).unwrap_err();
        assert_eq!(why, "its elements are nested deeper than 512: not read to the end");
        assert_eq!(walk("<a><b>x", &mut Log::default()).unwrap_err(), "it is cut off: not read to the end");
        assert!(walk("<a", &mut Log::default()).is_err());
    }

    #[test]
    fn entities_of_its_own_are_not_expanded() {
        let mut log = Log::default();
        let _ = walk("<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY b \"&l;&l;\">]><a>&b;</a>", &mut log);
        assert_eq!(log.0, "<a None>\u{FFFD}</a>");
    }
}
