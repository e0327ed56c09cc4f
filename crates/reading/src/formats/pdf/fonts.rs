//! Fonts of a PDF: codes → characters and widths.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use crate::formats::pdf::objects::number;

/// Most bytes that a font's character map may unpack to.
const MOST_MAP: usize = 2 << 20;

/// Widths of Helvetica from the blank to the tilde, in thousandths.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// Widths of Times, likewise.
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];

/// A font ready for use.
pub(crate) struct Font {
    codes: Codes,
    /// Set in bold, by its name?
    pub(crate) bold: bool,
}

enum Codes {
    /// One byte a character.
    One(Vec<(String, f32)>),
    /// Two bytes a character.
    Two { map: Option<Encoding<'static>>, widths: HashMap<u16, f32>, usual: f32 },
}

/// A character as shown.
pub(crate) struct Glyph {
    /// Its characters; `None` where the font does not tell.
    pub(crate) text: Option<String>,
    /// Thousandths of the size.
    pub(crate) width: f32,
    /// The single byte 32, to which word spacing applies?
    pub(crate) blank: bool,
}

impl Font {
    /// Reads a font.
    pub(crate) fn new(doc: &Document, dict: &Dictionary) -> Font {
        let name = dict.get_deref(b"BaseFont", doc).and_then(Object::as_name).unwrap_or_default();
        let name = String::from_utf8_lossy(name).to_lowercase();
        let bold = ["bold", "black", "heavy", "semibold", "demi"].iter().any(|word| name.contains(word));
        let composite = dict.get_deref(b"Subtype", doc).and_then(Object::as_name).ok() == Some(b"Type0");
        let codes = if composite { two(doc, dict) } else { one(doc, dict, &name) };
        Font { codes, bold }
    }

    /// The characters of a string.
    pub(crate) fn glyphs(&self, bytes: &[u8], mut show: impl FnMut(Glyph)) {
        match &self.codes {
            Codes::One(table) => {
                for byte in bytes {
                    let (text, width) = &table[*byte as usize];
                    let text = (!text.is_empty()).then(|| text.clone());
                    show(Glyph { text, width: *width, blank: *byte == b' ' });
                }
            }
            Codes::Two { map, widths, usual } => {
                for pair in bytes.as_chunks::<2>().0 {
                    let code = u16::from_be_bytes(*pair);
                    let text = mapped(map.as_ref(), u32::from(code), 2);
                    show(Glyph { text, width: widths.get(&code).copied().unwrap_or(*usual), blank: false });
                }
            }
        }
    }
}

/// The characters of a code by the font's own map.
fn mapped(map: Option<&Encoding<'static>>, code: u32, length: u8) -> Option<String> {
    match map? {
        Encoding::UnicodeMapEncoding(map) => {
            map.get(code, length).map(|units| String::from_utf16_lossy(&units).replace('\0', ""))
        }
        _ => None,
    }
}

/// The font's own map to Unicode.
fn unicode_map(doc: &Document, dict: &Dictionary) -> Option<Encoding<'static>> {
    // lopdf reads the map only of a font with this encoding.
    let mut asked = Dictionary::new();
    asked.set("Type", Object::Name(b"Font".to_vec()));
    asked.set("Encoding", Object::Name(b"Identity-H".to_vec()));
    asked.set("ToUnicode", dict.get(b"ToUnicode").ok()?.clone());
    match asked.get_font_encoding_with_limit(doc, MOST_MAP) {
        Ok(Encoding::UnicodeMapEncoding(map)) => Some(Encoding::UnicodeMapEncoding(map)),
        _ => None,
    }
}

fn one(doc: &Document, dict: &Dictionary, name: &str) -> Codes {
    let map = unicode_map(doc, dict);
    let mut typed = dict.clone();
    typed.set("Type", Object::Name(b"Font".to_vec()));
    typed.remove(b"ToUnicode");
    let encoding = typed.get_font_encoding_with_limit(doc, MOST_MAP).ok();
    let first = dict.get_deref(b"FirstChar", doc).and_then(Object::as_i64).unwrap_or(0);
    let widths = dict.get_deref(b"Widths", doc).and_then(Object::as_array).ok();
    // A bitmap font's glyph space is its own; half the size is a fair guess.
    let drawn = dict.get_deref(b"Subtype", doc).and_then(Object::as_name).ok() == Some(b"Type3");
    let table = (0..=255u8).map(|byte| {
        let own = mapped(map.as_ref(), u32::from(byte), 1);
        let plain = || encoding.as_ref().and_then(|e| e.bytes_to_string(&[byte]).ok()).unwrap_or_default();
        let text = own.filter(|text| !text.is_empty()).unwrap_or_else(plain);
        let given = widths.filter(|_| !drawn).and_then(|widths| {
            let index = usize::try_from(i64::from(byte) - first).ok()?;
            number(doc.dereference(widths.get(index)?).ok()?.1)
        });
        let width = given.filter(|width| *width > 0.0).unwrap_or_else(|| usual_width(name, &text));
        (text, width)
    });
    Codes::One(table.collect())
}

fn usual_width(font: &str, text: &str) -> f32 {
    if font.contains("courier") || font.contains("mono") {
        return 600.0;
    }
    let table = if font.contains("times") || font.contains("serif") { &TIMES } else { &HELVETICA };
    let index = text.chars().next().and_then(|c| (c as usize).checked_sub(32));
    f32::from(index.and_then(|index| table.get(index)).copied().unwrap_or(556))
}

fn two(doc: &Document, dict: &Dictionary) -> Codes {
    let map = unicode_map(doc, dict);
    let below = dict
        .get_deref(b"DescendantFonts", doc)
        .and_then(Object::as_array)
        .ok()
        .and_then(|fonts| doc.dereference(fonts.first()?).ok()?.1.as_dict().ok());
    let mut widths = HashMap::new();
    let usual = below.and_then(|font| font.get_deref(b"DW", doc).ok()).and_then(number).unwrap_or(1000.0);
    let list = below.and_then(|font| font.get_deref(b"W", doc).ok()).and_then(|w| w.as_array().ok());
    let mut items = list.map_or(&[][..], Vec::as_slice).iter();
    let code = |object: Option<&Object>| object.and_then(|o| o.as_i64().ok()).and_then(|n| u16::try_from(n).ok());
    while let Some(first) = code(items.next()) {
        match items.next().and_then(|object| doc.dereference(object).ok()).map(|(_, object)| object) {
            Some(Object::Array(each)) => {
                for (code, width) in (first..=u16::MAX).zip(each.iter().filter_map(number)) {
                    widths.insert(code, width);
                }
            }
            last => {
                let (Some(last), Some(width)) = (code(last), items.next().and_then(number)) else { break };
                widths.extend((first..=last).map(|code| (code, width)));
            }
        }
    }
    Codes::Two { map, widths, usual }
}
