//! `report`: the dossier, one page that an auditor can check.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::commands::arguments::{InputArguments, Manner};
use crate::commands::evidence::judged;
use crate::error::Error;
use crate::sink::write_whole;
use crate::world::World;
use lookback_core::render::dossier::{DossierWords, dossier};

/// `report`
#[derive(Args, Debug)]
pub struct ReportArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// Write here instead of to standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The language of the page
    #[arg(long, value_enum, default_value_t = PageLanguage::En)]
    pub lang: PageLanguage,
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
  lookback report -o dossier.html              one page, without network and complete without scripts
  lookback report --lang de -o dossier.html    in German
  lookback report --evidence FILE              of evidence that was collected before

Exit codes: 0 written, whatever the verdict; 2 could not run (usage, configuration, input).";

/// Writes the page.
pub(crate) fn run(asked: &ReportArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let report = judged(&asked.input, manner, world)?;
    let code = match asked.lang {
        PageLanguage::En => "en",
        PageLanguage::De => "de",
    };
    let words = DossierWords::shipped(code).ok_or_else(|| Error::Usage(format!("there are no words in \"{code}\"")))?;
    let page = dossier(&report, &words)?;
    match asked.output.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => write_whole(path, page.as_bytes())?,
        None => world.out.write_all(page.as_bytes())?,
    }
    Ok(0)
}
