//! Shows a finished `Report`: one file per format, one escape per sink. Pure, but for `sink`, which puts bytes on disk.
//!
//! Judges nothing: verdict, levels and exit code are settled before a renderer runs.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use crate::model::report::Report;

use crate::render::style::Style;
use crate::render::{
    codequality, csv, escape, github, json::report as json, junit, markdown, sarif::log as sarif, text,
};

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For programs, as published by `lookback schema`.
    Json,
    /// For a job summary or a comment.
    Markdown,
    /// Workflow commands: annotations on a pull request.
    Github,
    /// For code scanning.
    Sarif,
    /// For the test reports of Jenkins, GitLab and others.
    Junit,
    /// For GitLab's merge requests.
    CodeQuality,
    /// The findings as a table.
    Csv,
}

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: [Format; 8] = [
        Format::Text,
        Format::Json,
        Format::Markdown,
        Format::Github,
        Format::Sarif,
        Format::Junit,
        Format::CodeQuality,
        Format::Csv,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// All names in a sentence.
    fn names() -> String {
        let names = Format::ALL.map(Format::name);
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
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

/// Writes the report in a format. Same report and style: same bytes.
pub fn render(format: Format, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(report, out, style),
        Format::Json => json::render(report, out),
        Format::Markdown => markdown::render(report, out),
        Format::Github => github::render(report, out),
        Format::Sarif => sarif::render(report, out),
        Format::Junit => junit::render(report, out),
        Format::CodeQuality => codequality::render(report, out),
        Format::Csv => csv::findings(report, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn names_parse_and_the_error_lists_all() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let error = "html\u{1b}[2J".parse::<Format>().unwrap_err().to_string();
        assert_eq!(
            error,
            "unknown format `html␛[2J`; there are text, json, markdown, github, sarif, junit, codequality and csv"
        );
        for format in Format::ALL {
            assert!(error.contains(format.name()));
        }
    }

    #[test]
    fn two_renders_are_byte_identical() {
        for format in Format::ALL {
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
