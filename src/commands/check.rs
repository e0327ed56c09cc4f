//! `check`: judges, writes the reports, and has written back what is asked for.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::commands::arguments::{InputArguments, Manner};
use crate::commands::evidence::{Bars, JudgedAs, ToJudge, input, network, report_on};
use crate::commands::notifying::{NotifyAsked, notify};
use crate::commands::writing::{WriteArguments, WriteAsked, say, write_back};
use crate::error::Error;
use crate::sink::write_through;
use crate::world::World;
use lookback_core::config::nearest;
use lookback_core::model::PullRequestLane;
use lookback_core::model::Report;
use lookback_core::render;
use lookback_core::render::Format;
use lookback_core::render::Style;

/// `check`
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
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
    /// What a change of the policy does that loosens it: error, or report where the workflow cannot be changed with it
    #[arg(long, value_name = "WHAT", default_value = "error", value_parser = ["error", "report"])]
    pub policy_changes: String,
    /// Name of check run and status, which tells several runs in one repository apart; default: `github.name` of the configuration
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Write back
    #[command(flatten)]
    pub write: WriteArguments,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback check                           the repository around this folder
  lookback check --issues github           with issues and alerts of GitHub
  lookback check --issues issues.json      with issues exported into a file
  lookback check --as-of 2027-03-01        as it would stand on another day
  lookback check --format sarif=out.sarif  a report for code scanning
  lookback check -q                        verdict and errors; -v: everything
  lookback check --reminder --plan         what would be written

Exit codes: 0 conforms, 1 nonconforming, 2 could not run (usage, configuration, input), 3 undetermined.";

/// Checks, and returns the exit code.
pub(crate) fn run(check: &CheckArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    Ok(checked(check, manner, world)?.exit_code)
}

/// Checks, shows, writes back, and hands the report over.
pub(crate) fn checked(check: &CheckArguments, manner: &Manner, world: &mut World) -> Result<Report, Error> {
    let mut outputs: Vec<(Format, Option<PathBuf>)> = if check.format.is_empty() {
        vec![(Format::Text, None)]
    } else {
        check.format.iter().map(|text| output(text)).collect::<Result<_, _>>()?
    };
    apart(&outputs)?;
    let bars = Bars::new(manner, world);
    let net = network(&check.input.source, &bars, world);
    let lane = JudgedAs::Lane(check.base.as_deref());
    let ToJudge { evidence, mut policy, as_of, looked_at, event, .. } = input(&check.input, lane, &net, &bars, world)?;
    policy.pull_request = check.on_pull_request.unwrap_or(policy.pull_request);
    policy.report_loosening = check.policy_changes == "report";
    let mut report = report_on(&evidence, &policy, as_of, check.strict);
    // The report is the whole; what it was made of is not kept beside it.
    drop(evidence);
    let style = manner.style(world);
    let asked = WriteAsked { given: check.write, name: check.name.as_deref(), policy: &policy };
    let mut told = write_back(&asked, &mut report, (&looked_at, &event), &mut outputs, &net, world);
    let name = asked.name.unwrap_or(&policy.github.name);
    let asked = NotifyAsked { plan: check.write.plan, name, cache: check.input.source.cache.as_deref() };
    let more = notify(&asked, &report, (&looked_at, &event), &net, world);
    report.limits.extend(more.limits);
    told.written.extend(more.written);
    told.planned.extend(more.planned);
    match write_report(&report, &outputs, &style, world.out) {
        // A reader that went away (`lookback check | head`) does not change the verdict.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(report),
        Err(error) => Err(error),
        Ok(()) => {
            let plain = outputs.iter().any(|(format, file)| file.is_none() && *format == Format::Text);
            if plain && !manner.quiet {
                say(&told, check.write.plan, manner.verbose > 0, world.out)?;
            }
            Ok(report)
        }
    }
}

fn output(text: &str) -> Result<(Format, Option<PathBuf>), Error> {
    let (format, file) = match text.split_once('=') {
        Some((format, file)) => (format, Some(file)),
        None => (text, None),
    };
    let format = format.parse::<Format>().map_err(|error| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        match nearest(format, &names) {
            Some(near) => Error::Argument { what: error.to_string(), next: format!("Did you mean --format {near}?") },
            None => Error::Usage(error.to_string()),
        }
    })?;
    match file {
        Some("") => Err(Error::Usage(format!(
            "--format {text} names no file after \"=\"; write --format {}=FILE",
            format.name()
        ))),
        Some("-") | None => Ok((format, None)),
        Some(file) => Ok((format, Some(PathBuf::from(file)))),
    }
}

/// Refuses two formats in one place, where neither could be read. Annotations are lines of a log and may stand beside the text.
fn apart(outputs: &[(Format, Option<PathBuf>)]) -> Result<(), Error> {
    for (at, (second, place)) in outputs.iter().enumerate() {
        let log = |format: Format| matches!(format, Format::Text | Format::Github);
        let clash = |(first, of): &&(Format, Option<PathBuf>)| {
            of == place && !(place.is_none() && first != second && log(*first) && log(*second))
        };
        if let Some((first, _)) = outputs[..at].iter().find(clash) {
            let whole = place.as_ref().map_or_else(|| "standard output".to_owned(), |file| file.display().to_string());
            return Err(Error::Argument {
                what: format!("--format {first} and --format {second} both write to {whole}"),
                next: format!("Give each a file of its own, for example --format {second}=FILE."),
            });
        }
    }
    Ok(())
}

fn write_report(
    report: &Report,
    outputs: &[(Format, Option<PathBuf>)],
    style: &Style,
    out: &mut dyn Write,
) -> Result<(), Error> {
    for (format, file) in outputs {
        match file {
            Some(path) => {
                let plain = Style { color: false, width: 100, ..*style };
                write_through(path, |out| render::render(*format, report, &plain, out))?;
            }
            None => render::render(*format, report, style, out)?,
        }
    }
    out.flush()?;
    Ok(())
}

fn lane(text: &str) -> Result<PullRequestLane, String> {
    match text {
        "changed" => Ok(PullRequestLane::Changed),
        "all" => Ok(PullRequestLane::All),
        "report" => Ok(PullRequestLane::Report),
        _ => Err("write changed, all or report".to_owned()),
    }
}
