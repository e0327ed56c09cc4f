//! `self-test`: runs the scenarios through the very function that `main` calls, and writes the record.
#![expect(clippy::disallowed_methods, reason = "reads the executable that runs, to name it in the record")]

use std::collections::BTreeMap;
use std::path::Path;

use clap::Parser;
use sha2::{Digest, Sha256};

use crate::cli;
use crate::cli::{Cli, RecordFormat};
use crate::commands::run::World;
use crate::error::Error;
use crate::selftest::suite as selftest;
use crate::selftest::suite::Record;
use lookback_core::render;

/// Runs all scenarios; 0 when every result is the expected one, else 1.
pub fn self_test(arguments: &cli::SelfTest, world: &mut World) -> Result<u8, Error> {
    // The temporary folder is held until the end and goes with it.
    let (root, _temporary) = if let Some(folder) = &arguments.keep {
        (folder.clone(), None)
    } else {
        let temporary = crate::commands::run::temporary("lookback-self-test-", "with --keep FOLDER")?;
        (temporary.path().to_owned(), Some(temporary))
    };
    let date = arguments.date.unwrap_or(world.today);
    let mut command = |words: &[String]| {
        let cli = Cli::try_parse_from(std::iter::once("lookback".to_owned()).chain(words.iter().cloned()))
            .map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        let mut inner = World {
            today: date,
            // Scenarios play without a network.
            now: date.and_time(chrono::NaiveTime::MIN).and_utc(),
            env: &|_| None,
            inputs: &BTreeMap::new(),
            terminal: false,
            error_terminal: false,
            no_color: true,
            width: 100,
            out: &mut out,
        };
        let code = crate::commands::run::run(&cli, &mut inner).map_err(|error| error.to_string())?;
        Ok((code, out))
    };
    let rows = selftest::run(&root, &mut command)?;
    let record = Record {
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
        writeln!(world.out, "{}", crate::selftest::show::conclusion(&record))?;
    }
    Ok(u8::from(!record.passed))
}

pub fn bytes(format: RecordFormat, record: &Record) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    match format {
        RecordFormat::Text => crate::selftest::show::text(record, &mut out)?,
        RecordFormat::Json => crate::selftest::show::json(record, &mut out)?,
        RecordFormat::Markdown => crate::selftest::show::markdown(record, &mut out)?,
    }
    Ok(out)
}

pub fn write(path: &Path, format: RecordFormat, record: &Record) -> Result<(), Error> {
    Ok(crate::sink::write_whole(path, &bytes(format, record)?)?)
}

/// SHA-256 of the running executable; `None` where the system does not let it be read.
pub fn executable() -> Option<String> {
    let bytes = std::fs::read(std::env::current_exe().ok()?).ok()?;
    Some(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}
