//! `check`: judges, writes the reports, and writes back to GitHub what is asked for.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::commands::arguments::{InputArguments, Manner};
use crate::commands::evidence::{Bars, JudgedAs, ToJudge, input, network, report_on};
use crate::commands::speaks::{LookedAt, Silent, target};
use crate::error::Error;
use crate::event::CiEvent;
use crate::net::error::NetError;
use crate::net::session::Net;
use crate::sink::write_through;
use crate::world::World;
use crate::writeback::executor;
use crate::writeback::outcome::{Annotations, COMMENT, REMINDER, WriteWanted, limit, nothing_written};
use lookback_core::config::nearest;
use lookback_core::model::Report;
use lookback_core::model::{Policy, PullRequestLane};
use lookback_core::render;
use lookback_core::render::Format;
use lookback_core::render::Style;
use lookback_reading::shorten;

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
    /// Write back to GitHub
    #[command(flatten)]
    pub write: WriteArguments,
}

/// What `check` writes back to GitHub; each also in lookback.toml under [github]
#[expect(clippy::struct_excessive_bools, reason = "four switches")]
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Write back to GitHub (needs a token; nothing is written with --offline)")]
pub struct WriteArguments {
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

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback check                           the repository around this folder
  lookback check --issues github           with issues and alerts of GitHub
  lookback check --issues issues.json      with issues exported into a file
  lookback check --as-of 2027-03-01        as it would stand on another day
  lookback check --format sarif=out.sarif  a report for code scanning
  lookback check -q                        verdict and errors; -v: everything

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
    let written = write_back(check, &policy, &mut report, (&looked_at, &event), &mut outputs, &net, world);
    match write_report(&report, &outputs, &style, world.out) {
        // A reader that went away (`lookback check | head`) does not change the verdict.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(report),
        Err(error) => Err(error),
        Ok(()) => {
            let plain = outputs.iter().any(|(format, file)| file.is_none() && *format == Format::Text);
            for line in written.iter().filter(|_| plain && !manner.quiet) {
                writeln!(world.out, "Written: {}", render::escape::line(line))?;
            }
            Ok(report)
        }
    }
}

/// Writes to GitHub what the command line and the policy ask for. What could not be written becomes a limit of the report, and
/// the annotations of a check run that was refused are printed as workflow commands instead; those of one that stands are not. Returns what was written.
fn write_back(
    check: &CheckArguments,
    policy: &Policy,
    report: &mut Report,
    (looked_at, event): (&LookedAt, &CiEvent),
    outputs: &mut Vec<(Format, Option<PathBuf>)>,
    net: &Net<'_>,
    world: &World,
) -> Vec<String> {
    let (given, ours) = (check.write, &policy.github);
    let wanted = WriteWanted {
        comment: given.comment || ours.comment,
        check_run: given.check_run || ours.check_run,
        reminder: given.reminder || ours.reminder,
        status: given.status || ours.status,
        name: check.name.as_deref().map_or_else(|| ours.name.clone(), |name| shorten(name, 100)),
        labels: ours.reminder_labels.clone(),
    };
    if !wanted.anything() {
        return Vec::new();
    }
    let done = if net.is_offline() {
        nothing_written(&wanted, "the run is offline (--offline)", "Run without --offline.")
    } else {
        match target(report, looked_at, event) {
            Err(Silent { why, remedy }) => nothing_written(&wanted, &why, remedy),
            Ok((target, left)) => {
                let conversation = async {
                    let client = net.github(Some(&target.repository)).await?;
                    Ok(executor::write(&client, report, &wanted, &target).await)
                };
                let mut done = net.block_on(conversation).and_then(|done| done).unwrap_or_else(|error: NetError| {
                    nothing_written(&wanted, &error.to_string(), "See docs/github.md on how GitHub is reached.")
                });
                let left = left.filter(|_| wanted.reminder);
                done.limits.extend(left.map(|Silent { why, remedy }| limit(&REMINDER, why, remedy)));
                // A workflow may ask for it on every event; who types it expects one.
                if given.comment && event.name.is_none() && target.pull_request.is_none() {
                    let why = "the run is not one of a pull request".to_owned();
                    done.limits.push(limit(
                        &COMMENT,
                        why,
                        "Run it in a workflow on `pull_request` (docs/pull-requests.md).",
                    ));
                }
                done
            }
        }
    };
    report.limits.extend(done.limits);
    let in_actions = (world.env)("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    match done.annotations {
        // A machine format on standard output stays alone there.
        Annotations::Refused
            if in_actions && outputs.iter().all(|(of, file)| file.is_some() || *of == Format::Text) =>
        {
            outputs.push((Format::Github, None));
        }
        // The check run holds every annotation: as workflow commands they would show a second time, at the same lines.
        Annotations::CheckRun if in_actions => {
            for (format, _) in outputs.iter_mut().filter(|(of, file)| file.is_none() && *of == Format::Github) {
                *format = Format::Text;
            }
        }
        _ => {}
    }
    done.written
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
