//! The one way in which JSON leaves: written piece by piece, however long it is, and inert wherever it is shown.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::render::escape;

/// Writes a value, with a line end. Text keeps its value; what is not visible, and what a runner takes for a command, is escaped.
pub fn write(value: &impl Serialize, mut out: &mut dyn Write) -> io::Result<()> {
    value
        .serialize(&mut Serializer::with_formatter(&mut out, Inert(PrettyFormatter::new())))
        .map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// The usual layout, with text that is inert.
struct Inert(PrettyFormatter<'static>);

impl Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        out.write_all(escape::json(fragment).as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn written(value: &Value) -> String {
        let mut out = Vec::new();
        write(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_layout_is_the_usual_one() {
        let value = json!({ "a": [1, { "b": [] }, "x\n\"\\"], "c": {}, "d": null });
        assert_eq!(written(&value), serde_json::to_string_pretty(&value).unwrap() + "\n");
    }

    #[test]
    fn no_line_of_it_is_a_command() {
        let value = json!({ "##[add-mask]x": "a ##[error]b ###[c]", "d": "##\u{1b}[e" });
        let text = written(&value);
        assert!(!text.contains("##["), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    proptest! {
        #[test]
        fn it_keeps_its_value(text in "(##\\[|::|\\PC|\u{1b}|\u{202e}|\n|\"){0,12}") {
            let value = json!({ &text: [&text] });
            prop_assert!(!written(&value).contains("##["));
            prop_assert_eq!(serde_json::from_str::<Value>(&written(&value)).unwrap(), value);
        }
    }
}
