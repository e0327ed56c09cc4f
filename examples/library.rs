//! The crates as libraries: collects a repository, judges it, prints the verdict; no command line, network or terminal.
//! `cargo run --example library -- REPOSITORY YYYY-MM-DD`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a command")]

use std::{error::Error, path::Path};

use lookback::{Net, NetOptions, Repository, Request, collect, find_config};
use lookback_core::config::parse::parse;
use lookback_core::judge::catalog::ids;
use lookback_core::judge::verdict::judge;
use lookback_core::model::{Evidence, Judged, Policy, Report};

/// Collects what a repository holds on a day, with the policy to judge it by.
pub fn collected(folder: &Path, today: chrono::NaiveDate) -> Result<(Evidence, Policy), Box<dyn Error>> {
    let repository = Repository::open(folder)?;
    // A day of the past is judged by the configuration that there is.
    let commit = repository.resolve(None, None)?;
    let config = find_config(&repository, None, Judged::Commit, commit)?;
    let policy = match &config {
        Some(config) => parse(&config.text, &config.path, &ids())?,
        None => Policy::default(),
    };
    let net = Net::new(&|_| None, Default::default(), NetOptions { offline: true, ..NetOptions::default() });
    let request = Request { repository: folder.into(), as_of: Some(today), today, config, ..Request::default() };
    Ok((collect(&request, &policy, &net)?, policy))
}

/// Judges a repository for a day.
pub fn judged(folder: &Path, day: &str) -> Result<Report, Box<dyn Error>> {
    let (evidence, policy) = collected(folder, day.parse()?)?;
    Ok(judge(&evidence, &policy, evidence.subject.as_of, false))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, day] = arguments.as_slice() else { return Err("name a repository and a day".into()) };
    let report = judged(Path::new(folder), day)?;
    println!("{:?}: {} findings", report.verdict, report.findings.len());
    Ok(())
}
