//! The names of the formats.

use std::fmt;
use std::str::FromStr;

use strum::VariantArray as _;

use crate::render::{Format, escape};

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: &[Format] = Format::VARIANTS;

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// All names in a sentence.
    fn names() -> String {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        let (last, others) = names.split_last().unwrap_or((&"", &[]));
        format!("{} and {last}", others.join(", "))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{}`; there are {}", escape::line(name), Format::names())]
pub struct UnknownFormat {
    /// The name as given.
    pub name: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Format::ALL
            .iter()
            .copied()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Style, render, sample};

    #[test]
    fn names_parse_and_the_error_lists_all() {
        for &format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let error = "html\u{1b}[2J".parse::<Format>().unwrap_err().to_string();
        assert!(error.starts_with("unknown format `html␛[2J`; there are text, json, markdown, "), "{error}");
        let last = Format::ALL.last().unwrap();
        assert!(error.ends_with(&format!(" and {last}")), "{error}");
        for &format in Format::ALL {
            assert!(error.contains(format.name()));
        }
    }

    #[test]
    fn two_renders_are_byte_identical() {
        for &format in Format::ALL {
            for verbosity in -1..=1 {
                let style = Style { color: true, verbosity, ..Style::default() };
                let bytes = || {
                    let mut out = Vec::new();
                    render(format, &sample::report(), &style, &mut out).unwrap();
                    out
                };
                assert_eq!(bytes(), bytes(), "{format}");
            }
        }
    }
}
