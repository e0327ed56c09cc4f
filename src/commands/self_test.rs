//! `self-test`: runs the scenarios through the very function that `main` calls, and writes the record.
#![expect(clippy::disallowed_methods, reason = "reads the executable that runs, to name it in the record")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};

use crate::commands::arguments::date;
use crate::commands::temporary::temporary;
use crate::error::Error;
use crate::selftest::record::SelfTestRecord;
use crate::selftest::show;
use crate::selftest::suite as selftest;
use crate::sink::write_whole;
use crate::world::World;

/// `self-test`
#[derive(Args, Debug)]
pub struct SelfTestArguments {
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

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback self-test                               all scenarios
  lookback self-test --format markdown -o test.md  a record to be filed

Exit codes: 0 all passed, 1 at least one did not, 2 could not run.";

/// Runs all scenarios; 0 when every result is the expected one, else 1.
///
/// `line` runs a command line as `main` does.
pub(crate) fn run(
    arguments: &SelfTestArguments,
    world: &mut World,
    line: fn(&[String], &mut World) -> Result<u8, String>,
) -> Result<u8, Error> {
    // The temporary folder is held until the end and goes with it.
    let (root, _temporary) = if let Some(folder) = &arguments.keep {
        (folder.clone(), None)
    } else {
        let temporary = temporary("lookback-self-test-", "with --keep FOLDER")?;
        (temporary.path().to_owned(), Some(temporary))
    };
    let date = arguments.date.unwrap_or(world.today);
    let mut command = |words: &[String]| {
        let mut out = Vec::new();
        let mut notes = std::io::sink();
        let mut inner = World {
            today: date,
            // Scenarios play without a network.
            now: date.and_time(chrono::NaiveTime::MIN).and_utc(),
            env: &|_| None,
            inputs: &BTreeMap::new(),
            terminal: false,
            error_terminal: false,
            no_color: true,
            links: false,
            width: 100,
            out: &mut out,
            notes: &mut notes,
        };
        let code = line(words, &mut inner)?;
        Ok((code, out))
    };
    let rows = selftest::run(&root, &mut command)?;
    let record = SelfTestRecord {
        tool: "Lookback",
        version: env!("CARGO_PKG_VERSION"),
        executable_sha256: executable(),
        platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        date,
        passed: rows.iter().all(|row| row.passed),
        rows,
    };
    match &arguments.output {
        Some(path) => write(path, arguments.format, &record)?,
        None => world.out.write_all(&bytes(arguments.format, &record)?)?,
    }
    if arguments.output.is_some() {
        writeln!(world.out, "{}", show::conclusion(&record))?;
    }
    Ok(u8::from(!record.passed))
}

fn bytes(format: RecordFormat, record: &SelfTestRecord) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    match format {
        RecordFormat::Text => show::text(record, &mut out)?,
        RecordFormat::Json => show::json(record, &mut out)?,
        RecordFormat::Markdown => show::markdown(record, &mut out)?,
    }
    Ok(out)
}

fn write(path: &Path, format: RecordFormat, record: &SelfTestRecord) -> Result<(), Error> {
    Ok(write_whole(path, &bytes(format, record)?)?)
}

/// SHA-256 of the running executable; `None` where the system does not let it be read.
fn executable() -> Option<String> {
    let bytes = std::fs::read(std::env::current_exe().ok()?).ok()?;
    Some(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}
