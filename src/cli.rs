//! The command line: arguments only. `run` does what they ask.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use lookback_core::model::policy::PullRequestLane;

/// Is the yearly review of security defect management due, did it cover the issues, and what is missing?
///
/// Lookback reads a Git repository, the security issues that belong to it and the review documents inside it, and judges
/// them against IEC 81001-5-1 4.1.6 and 4.1.8 for any date.
#[derive(Parser, Debug)]
#[command(name = "lookback", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// Say more (documents, issues); twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say only the verdict and the errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
}

const EXIT_CODES: &str =
    "Exit codes: 0 conforms, 1 nonconforming, 2 could not run (usage, configuration, input), 3 undetermined.";

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

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Judge the repository and report (the main job)
    #[command(after_help = EXIT_CODES)]
    Check(Check),
    /// One line: state, last review, next due, days left
    Status(Status),
    /// The security issues, their periods, states, fixes and releases
    Issues(IssueListing),
    /// Conformance over the whole history: when it lapsed, for how long
    Timeline(Listing),
    /// Collect the evidence as JSON, to be judged later or elsewhere with `check --evidence`
    Collect(Collect),
    /// What the reader sees in given files: kind, answers, quotes, fields, references
    Read(Read),
    /// Explain a rule or a constraint
    Explain(Explain),
    /// Write a commented lookback.toml and a workflow, never over an existing file
    Init(Init),
    /// Print the JSON Schema of a format
    Schema(Schema),
    /// Build a small real repository in a new folder, check it, and say what to try next
    Demo(Demo),
    /// Run as a GitHub container action: inputs, event and files come from the environment (see action.yml)
    Action,
    /// Run known scenarios through the whole tool and compare: a record of software validation, to be filed
    #[command(name = "self-test", after_help = "Exit codes: 0 all passed, 1 at least one did not, 2 could not run.")]
    SelfTest(SelfTest),
    /// Print the completion script of a shell
    Completions(Completions),
    /// Print the manual page (roff), or write all pages into a folder
    Man(Man),
}

/// Where to look and for which date.
#[derive(Args, Debug, Default)]
pub struct Source {
    /// The repository; default: the one that encloses the current folder
    #[arg(long, value_name = "PATH")]
    pub repo: Option<PathBuf>,
    /// The revision to look at; default: HEAD
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// Judge for this date, and look at the repository as it stood then; default: today in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// The configuration; default: lookback.toml in the repository's root
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Security issues: files with the output of `gh issue list --json …`, or CSV; `github` (this repository and its subjects) or
    /// `github:owner/name`. A file of that name is written `./github`
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
pub struct Input {
    /// Where to look
    #[command(flatten)]
    pub source: Source,
    /// Judge evidence collected before (`lookback collect`), without repository and network
    #[arg(long, value_name = "FILE", conflicts_with_all = ["repo", "rev", "issues"])]
    pub evidence: Option<PathBuf>,
}

/// `check`
#[derive(Args, Debug)]
pub struct Check {
    /// Where to look
    #[command(flatten)]
    pub input: Input,
    /// Output: text, json, markdown, github, sarif, junit, codequality or csv, each to standard output or =FILE; may be given
    /// several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub format: Vec<String>,
    /// Count warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// Judge as a pull request that is to be merged into this revision; in GitHub Actions the event tells
    #[arg(long, value_name = "REV", conflicts_with = "evidence")]
    pub base: Option<String>,
    /// What a pull request enforces: changed, all or report; default: `on.pull_request` of the configuration
    #[arg(long, value_name = "WHAT", value_parser = lane)]
    pub on_pull_request: Option<PullRequestLane>,
    /// Write back to GitHub
    #[command(flatten)]
    pub write: Write,
}

/// What `check` writes back to GitHub; each also in lookback.toml under [github]
#[expect(clippy::struct_excessive_bools, reason = "four switches")]
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Write back to GitHub (needs a token; nothing is written with --offline)")]
pub struct Write {
    /// Keep one comment on the pull request, updated in place
    #[arg(long)]
    pub comment: bool,
    /// Write a check run with all findings as annotations
    #[arg(long)]
    pub check_run: bool,
    /// Keep one issue that reminds of a review that is due, and close it when the review is held
    #[arg(long)]
    pub reminder: bool,
    /// Write a commit status where there is no check run
    #[arg(long)]
    pub status: bool,
}

/// `status`
#[derive(Args, Debug)]
pub struct Status {
    /// Where to look
    #[command(flatten)]
    pub input: Input,
    /// Write a shields-style JSON badge to this file (`-`: standard output)
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub badge: Option<String>,
}

/// `issues`
#[derive(Args, Debug)]
pub struct IssueListing {
    /// Where to look
    #[command(flatten)]
    pub input: Input,
    /// Output
    #[arg(long, value_enum, default_value_t = Table::Text)]
    pub format: Table,
}

/// The formats of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For spreadsheets; cells that look like a formula begin with an apostrophe.
    Csv,
}

/// `timeline`
#[derive(Args, Debug)]
pub struct Listing {
    /// Where to look
    #[command(flatten)]
    pub input: Input,
    /// Output
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    pub format: Plain,
}

/// Two plain formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Plain {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `collect`
#[derive(Args, Debug)]
pub struct Collect {
    /// Where to look
    #[command(flatten)]
    pub source: Source,
    /// Write here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `read`
#[derive(Args, Debug)]
pub struct Read {
    /// Documents
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Output
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    pub format: Plain,
    /// The configuration (for tracker keys)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `explain`
#[derive(Args, Debug)]
pub struct Explain {
    /// A rule (`review-gap`) or a constraint (`4.1.8#b`); without one, all are listed
    #[arg(value_name = "RULE|CONSTRAINT")]
    pub what: Option<String>,
}

/// `init`
#[derive(Args, Debug)]
pub struct Init {
    /// The repository's root; default: the current folder
    #[arg(long, value_name = "PATH")]
    pub repo: Option<PathBuf>,
    /// The action that the workflow uses; default: that of the repository which published this program
    #[arg(long, value_name = "OWNER/NAME@REF")]
    pub action: Option<String>,
}

/// `schema`
#[derive(Args, Debug)]
pub struct Schema {
    /// Which format: report or reading
    #[arg(default_value = "report", value_name = "NAME")]
    pub name: String,
}

/// `demo`
#[derive(Args, Debug)]
pub struct Demo {
    /// The folder to build; it must not exist, or be empty. Default: a new folder for temporary files
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// The day the demo plays on; default: today in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
}

/// `self-test`
#[derive(Args, Debug)]
pub struct SelfTest {
    /// The day that the record states; default: today in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub date: Option<NaiveDate>,
    /// Form of the record
    #[arg(long, value_enum, default_value_t = RecordFormat::Text)]
    pub format: RecordFormat,
    /// Write the record here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Build the scenarios' repositories in this folder and keep them; it must not exist, or be empty
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
}

/// Forms of the record of a self-test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RecordFormat {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
    /// To be signed and filed.
    Markdown,
}

/// `completions`
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// `man`
#[derive(Args, Debug)]
pub struct Man {
    /// Write one page per command into this folder
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

fn date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| text.len() == 10)
        .ok_or_else(|| "not a date; write YYYY-MM-DD, for example 2026-03-14".to_owned())
}

fn lane(text: &str) -> Result<PullRequestLane, String> {
    match text {
        "changed" => Ok(PullRequestLane::Changed),
        "all" => Ok(PullRequestLane::All),
        "report" => Ok(PullRequestLane::Report),
        _ => Err("write changed, all or report".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn dates_are_iso_only() {
        for text in ["2026-3-14", "14.03.2026", "03/04/2026", "2026-02-30", "today", "", "2026-03-14T00:00:00Z"] {
            assert!(super::date(text).is_err(), "{text}");
        }
        assert!(super::date("2024-02-29").is_ok());
    }
}
