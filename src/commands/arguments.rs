//! Arguments that several commands share.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::world::World;
use lookback_core::render::Style;

/// What holds for every command.
#[derive(Args, Clone, Copy, Debug)]
pub struct Manner {
    /// Say everything: each finding, documents and why they count, reviews, actions, issues, measures
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say only the verdict and the errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
}

impl Manner {
    /// How to write on standard output.
    pub fn style(&self, world: &World) -> Style {
        let color = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => world.terminal && !world.no_color,
        };
        let verbosity = if self.quiet { -1 } else { i8::try_from(self.verbose).unwrap_or(2) };
        Style { color, links: world.links && self.color != When::Never, width: world.width, verbosity }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where to look and for which date.
#[expect(clippy::struct_excessive_bools, reason = "switches")]
#[derive(Args, Debug, Default)]
pub struct SourceArguments {
    /// The repository; default: the one that encloses the current folder
    #[arg(long, value_name = "PATH")]
    pub repo: Option<PathBuf>,
    /// The revision to look at; default: HEAD
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// Judge for this date, and look at the repository as it stood then; default: today in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// Judge what is checked out, committed or not; the default outside CI
    #[arg(long, conflicts_with_all = ["rev", "staged", "committed"])]
    pub work_tree: bool,
    /// Judge what would be committed now, as a pre-commit hook does
    #[arg(long, conflicts_with_all = ["rev", "committed"])]
    pub staged: bool,
    /// Judge the commit alone; the default in CI
    #[arg(long)]
    pub committed: bool,
    /// The configuration; default: lookback.toml in the repository's root
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Security issues: exports of GitHub, Jira or GitLab, CSAF, OpenVEX, OSV, CycloneDX or CSV; `github` (this repository and its
    /// subjects) or `github:owner/name`. Jira and GitLab are asked where lookback.toml names them. A file `github` is written `./github`
    #[arg(long, value_name = "SOURCE", num_args = 1.., action = clap::ArgAction::Append)]
    pub issues: Vec<PathBuf>,
    /// Use no network
    #[arg(long)]
    pub offline: bool,
    /// Keep answers of trackers in this folder, to ask less the next time. It holds what private repositories answer
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Trust the certificates in this PEM file too; default: that of `SSL_CERT_FILE`
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

/// Where to look, or evidence that was collected before.
#[derive(Args, Debug, Default)]
pub struct InputArguments {
    /// Where to look
    #[command(flatten)]
    pub source: SourceArguments,
    /// Judge evidence collected before (`lookback collect`), without repository and network
    #[arg(long, value_name = "FILE", conflicts_with_all = ["repo", "rev", "issues", "work_tree", "staged", "committed"])]
    pub evidence: Option<PathBuf>,
}

/// The formats of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For spreadsheets; cells that look like a formula begin with an apostrophe.
    Csv,
}

/// Two plain formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlainFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Reads a date of the command line.
pub(crate) fn date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| text.len() == 10)
        .ok_or_else(|| "not a date; write YYYY-MM-DD, for example 2026-03-14".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_iso_only() {
        for text in ["2026-3-14", "14.03.2026", "03/04/2026", "2026-02-30", "today", "", "2026-03-14T00:00:00Z"] {
            assert!(super::date(text).is_err(), "{text}");
        }
        assert!(super::date("2024-02-29").is_ok());
    }
}
