//! The crates as libraries: collects a repository, judges it and prints the verdict; no command line, network or terminal.
//! `cargo run --example library -- REPOSITORY YYYY-MM-DD`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a command")]

use std::error::Error;
use std::path::Path;

use lookback::collect::gather::{Options, collect, find_config, issue_files};
use lookback::collect::git::repository::Repository;
use lookback::collect::github::read::Found;
use lookback_core::config::parse::parse;
use lookback_core::intake::source::SourceRead;
use lookback_core::judge::catalog::ids;
use lookback_core::judge::verdict::judge;
use lookback_core::model::policy::Policy;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name a repository")?;
    let today = arguments.next().ok_or("name the day to judge for")?.parse()?;

    let repository = Repository::open(Path::new(&folder))?;
    let config = find_config(&repository, None, None)?;
    let policy = match &config {
        Some(config) => parse(&config.text, &config.path, &ids())?,
        None => Policy::default(),
    };
    let files = issue_files(&repository, &[], &policy, None)?;
    let options = Options {
        rev: None,
        as_of: None,
        today,
        base: None,
        private: None,
        trackers: SourceRead::default(),
        github: Found::default(),
        asked: Vec::new(),
        progress: &|_| (),
    };
    let evidence = collect(&repository, &policy, config, &files, &options)?;
    let report = judge(&evidence, &policy, today, false);
    println!("{:?}: {} findings", report.verdict, report.findings.len());
    Ok(())
}
