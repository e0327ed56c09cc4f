//! Door, with the table of the formats: a new one is its file and its row. Shows a finished `Report`; judges nothing: verdict,
//! levels and exit code are settled before a renderer runs.

pub(crate) mod actions;
pub(crate) mod anchor;
pub(crate) mod axis;
pub mod bag;
pub mod baseline;
pub mod charts;
pub(crate) mod checklist;
pub(crate) mod codequality;
pub mod csv;
pub(crate) mod documents;
pub mod dossier;
pub mod draft;
#[cfg(test)]
mod embargo_tests;
pub mod escape;
pub mod export;
pub mod fleet;
pub mod format;
pub mod github;
pub(crate) mod groups;
pub(crate) mod hosting;
pub mod issues;
pub mod json;
pub(crate) mod junit;
pub mod lane;
pub mod layout;
pub(crate) mod limits;
pub(crate) mod links;
pub mod markdown;
pub mod metrics;
pub mod next;
pub mod open;
pub mod ours;
pub mod reading;
pub mod rules;
#[cfg(any(test, feature = "fixtures"))]
pub mod sample;
pub(crate) mod sarif;
pub mod schema;
pub(crate) mod snippet;
pub mod status;
pub(crate) mod style;
pub(crate) mod template;
pub(crate) mod text;
pub mod timeline;
pub mod timeline_chart;
pub(crate) mod words;

use std::io::{self, Write};

use crate::model::report::Report;

pub use crate::render::json::read::{ReportError, report as read_report};
pub use crate::render::style::Style;

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray)]
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

/// Writes the report in a format. Same report and style: same bytes.
pub fn render(format: Format, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(report, out, style),
        Format::Json => json::report::render(report, out),
        Format::Markdown => markdown::render(report, out),
        Format::Github => github::render(report, out),
        Format::Sarif => sarif::log::render(report, out),
        Format::Junit => junit::render(report, out),
        Format::CodeQuality => codequality::render(report, out),
        Format::Csv => csv::findings(report, out),
    }
}
