//! `report`: the dossier, one page that an auditor can check, and what other programs take from a report.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::commands::arguments::{InputArguments, Manner};
use crate::commands::evidence::judged;
use crate::error::Error;
use crate::sink::write_whole;
use crate::world::World;
use lookback_core::model::Report;
use lookback_core::render::dossier::{DossierWords, dossier};
use lookback_core::render::export::{self as render, Export};

/// `report`
#[derive(Args, Debug)]
pub struct ReportArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Write here instead of to standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = ReportFormat::Html)]
    pub format: ReportFormat,
    /// The language of the page; default: en
    #[arg(long, value_enum)]
    pub lang: Option<PageLanguage>,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// The dossier: one page for auditors
    Html,
    /// A calendar with the next due date and reminders
    Ics,
    /// State and measures for a monitoring, as Prometheus reads them
    Openmetrics,
    /// An in-toto statement (test-result) on the commit, to be signed
    InToto,
    /// OSCAL assessment results, with plan and catalog inside
    Oscal,
    /// An OSCAL plan of action and milestones
    Poam,
}

impl ReportFormat {
    /// The export; `None` for the page.
    fn export(self) -> Option<Export> {
        match self {
            ReportFormat::Html => None,
            ReportFormat::Ics => Some(Export::Ics),
            ReportFormat::Openmetrics => Some(Export::Openmetrics),
            ReportFormat::InToto => Some(Export::InToto),
            ReportFormat::Oscal => Some(Export::Oscal),
            ReportFormat::Poam => Some(Export::Poam),
        }
    }
}

/// The languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PageLanguage {
    /// English.
    En,
    /// German.
    De,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback report -o dossier.html             one page, without network
  lookback report --lang de -o dossier.html   in German
  lookback report --format ics -o review.ics  the due date, for a calendar
  lookback report --evidence FILE             of evidence collected before

Exit codes: 0 written, whatever the verdict; 2 could not run (usage, configuration, input).";

/// Writes the page, or the export.
pub(crate) fn run(asked: &ReportArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let export = asked.format.export();
    if export.is_some() && asked.lang.is_some() {
        return Err(Error::Usage("--lang is for the page; leave it out with --format".to_owned()));
    }
    let report = judged(&asked.input, manner, world)?;
    let page = match export {
        Some(wanted) => render::export(wanted, &report)?,
        None => page(&report, asked.lang.unwrap_or(PageLanguage::En))?,
    };
    match asked.output.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => write_whole(path, page.as_bytes())?,
        None => world.out.write_all(page.as_bytes())?,
    }
    Ok(0)
}

fn page(report: &Report, lang: PageLanguage) -> Result<String, Error> {
    let code = match lang {
        PageLanguage::En => "en",
        PageLanguage::De => "de",
    };
    let words = DossierWords::shipped(code).ok_or_else(|| Error::Usage(format!("there are no words in \"{code}\"")))?;
    Ok(dossier(report, &words)?)
}
