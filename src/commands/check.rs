//! `check`: judges, writes the reports, and writes back to GitHub what is asked for.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::cli;
use crate::cli::Cli;
use crate::commands::run::{Asked, World, event, input, style};
use crate::error::Error;
use crate::net;
use crate::net::base::NetError;
use crate::writeback;
use lookback_core::judge::verdict as judge;
use lookback_core::model::policy::Policy;
use lookback_core::model::report::Report;
use lookback_core::render;
use lookback_core::render::format::Format;
use lookback_core::render::style::Style;

/// Checks, shows, writes back, and hands the report over.
pub fn checked(cli: &Cli, check: &cli::Check, world: &mut World) -> Result<Report, Error> {
    let mut outputs: Vec<(Format, Option<PathBuf>)> = if check.format.is_empty() {
        vec![(Format::Text, None)]
    } else {
        check.format.iter().map(|text| output(text)).collect::<Result<_, _>>()?
    };
    let (evidence, mut policy, as_of) = input(&check.input, Asked::Lane(check.base.as_deref()), cli, world)?;
    policy.pull_request = check.on_pull_request.unwrap_or(policy.pull_request);
    let mut report = judge::judge(&evidence, &policy, as_of, check.strict);
    let style = style(cli, world);
    let written = write_back(check, &policy, &mut report, &mut outputs, world);
    match write_report(&report, &outputs, &style, world.out) {
        // A reader that went away (`lookback check | head`) does not change the verdict.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(report),
        Err(error) => Err(error),
        Ok(()) => {
            let plain = outputs.iter().any(|(format, file)| file.is_none() && *format == Format::Text);
            for line in written.iter().filter(|_| plain && !cli.quiet) {
                writeln!(world.out, "Written: {}", render::escape::line(line))?;
            }
            Ok(report)
        }
    }
}

/// Writes to GitHub what the command line and the policy ask for. What could not be written becomes a limit of the report, and
/// the annotations of a check run that was refused are printed as workflow commands instead; those of one that stands are not. Returns what was written.
pub fn write_back(
    check: &cli::Check,
    policy: &Policy,
    report: &mut Report,
    outputs: &mut Vec<(Format, Option<PathBuf>)>,
    world: &World,
) -> Vec<String> {
    let (cli, ours) = (check.write, &policy.github);
    let wanted = writeback::Wanted {
        comment: cli.comment || ours.comment,
        check_run: cli.check_run || ours.check_run,
        reminder: cli.reminder || ours.reminder,
        status: cli.status || ours.status,
        name: ours.name.clone(),
        labels: ours.reminder_labels.clone(),
    };
    if !wanted.anything() {
        return Vec::new();
    }
    let done = if check.input.source.offline {
        writeback::nothing_written(&wanted, "the run is offline (--offline)", "Run without --offline.")
    } else {
        let target = target(report, world);
        let conversation = async {
            let settings = net::github::settings(world.env, &net::github::Extra::default())?;
            let client = net::github::connect(settings, world.env, Some(&target.repository), world.now).await?;
            Ok(writeback::write(&client, report, &wanted, &target).await)
        };
        net::base::block_on(conversation).and_then(|done| done).unwrap_or_else(|error: NetError| {
            writeback::nothing_written(&wanted, &error.to_string(), "See docs/github.md on how GitHub is reached.")
        })
    };
    report.limits.extend(done.limits);
    let in_actions = (world.env)("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    match done.annotations {
        // A machine format on standard output stays alone there.
        writeback::Annotations::Refused
            if in_actions && outputs.iter().all(|(of, file)| file.is_some() || *of == Format::Text) =>
        {
            outputs.push((Format::Github, None));
        }
        // The check run holds every annotation: as workflow commands they would show a second time, at the same lines.
        writeback::Annotations::CheckRun if in_actions => {
            for (format, _) in outputs.iter_mut().filter(|(of, file)| file.is_none() && *of == Format::Github) {
                *format = Format::Text;
            }
        }
        _ => {}
    }
    done.written
}

/// Where it is written: the repository of the event, else of the origin.
pub fn target(report: &Report, world: &World) -> writeback::Target {
    let event = event(world);
    let about = event.is_about(&report.subject.repository);
    let pull_request = event.pull_request.as_ref().filter(|_| about);
    writeback::Target {
        repository: event.repository.clone().filter(|_| about).unwrap_or_else(|| report.subject.repository.clone()),
        commit: pull_request.and_then(|pull| pull.head.clone()).or_else(|| report.subject.revision.clone()),
        pull_request: pull_request.and_then(|pull| pull.number),
        default_branch: !about || event.on_default_branch(),
        run_url: event.run_url,
    }
}

pub fn output(text: &str) -> Result<(Format, Option<PathBuf>), Error> {
    let (format, file) = match text.split_once('=') {
        Some((format, file)) => (format, Some(file)),
        None => (text, None),
    };
    let format = format.parse::<Format>().map_err(|error| Error::Usage(error.to_string()))?;
    match file {
        Some("") => Err(Error::Usage(format!(
            "--format {text} names no file after \"=\"; write --format {}=FILE",
            format.name()
        ))),
        Some("-") | None => Ok((format, None)),
        Some(file) => Ok((format, Some(PathBuf::from(file)))),
    }
}

pub fn write_report(
    report: &Report,
    outputs: &[(Format, Option<PathBuf>)],
    style: &Style,
    out: &mut dyn Write,
) -> Result<(), Error> {
    for (format, file) in outputs {
        match file {
            Some(path) => {
                let mut bytes = Vec::new();
                let plain = Style { color: false, width: 100, ..*style };
                render::format::render(*format, report, &plain, &mut bytes)?;
                crate::sink::write_whole(path, &bytes)?;
            }
            None => render::format::render(*format, report, style, out)?,
        }
    }
    out.flush()?;
    Ok(())
}
