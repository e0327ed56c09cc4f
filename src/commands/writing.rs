//! What `check` has written back, and to whom: comment, check run, status and reminder to the host of the repository, the reminder to
//! Jira where the trusted policy says so. What could not be written becomes a limit of the report.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::collect::trackers::address::{Account, TrackerAddress};
use crate::collect::trackers::gitlab::GITLAB;
use crate::collect::trackers::jira::JIRA;
use crate::collect::trackers::tracker::Tracker;
use crate::commands::speaks::{LookedAt, Silent, gitlab_target, target};
use crate::event::CiEvent;
use crate::event::gitlab::GitlabRun;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::session::Net;
use crate::world::World;
use crate::writeback::outcome::{
    Annotations, WriteHost, WriteTarget, WriteWanted, WrittenBack, limit, nothing_written,
};
use crate::writeback::{executor, outcome};
use lookback_core::model::{Policy, Report, TrackerKind, TrackerPolicy};
use lookback_core::render::Format;
use lookback_core::render::escape;
use lookback_reading::shorten;

/// What `check` writes back; each also in lookback.toml under [github]
#[expect(clippy::struct_excessive_bools, reason = "switches")]
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Write back (needs a token; nothing is written with --offline)")]
pub struct WriteArguments {
    /// Keep one comment on the pull request, of GitLab the merge request, updated in place
    #[arg(long)]
    pub comment: bool,
    /// GitHub: write a check run with all findings as annotations
    #[arg(long)]
    pub check_run: bool,
    /// Keep one issue that reminds of a review that is due, and close it when the review is held: on GitHub, on GitLab, or in Jira
    /// where the configuration says so
    #[arg(long)]
    pub reminder: bool,
    /// GitHub: write a commit status where there is no check run
    #[arg(long)]
    pub status: bool,
    /// Write nothing: look at what stands there, and say what would be written; -v shows the texts
    #[arg(long)]
    pub plan: bool,
}

/// What is asked for: by the command line, and by the trusted policy.
pub(crate) struct WriteAsked<'a> {
    /// On the command line.
    pub given: WriteArguments,
    /// The name of the set-up, where the command line has one.
    pub name: Option<&'a str>,
    /// The policy.
    pub policy: &'a Policy,
}

impl WriteAsked<'_> {
    fn wanted(&self) -> WriteWanted {
        let (given, ours) = (self.given, &self.policy.github);
        WriteWanted {
            comment: given.comment || ours.comment,
            check_run: given.check_run || ours.check_run,
            reminder: given.reminder || ours.reminder,
            status: given.status || ours.status,
            name: self.name.map_or_else(|| ours.name.clone(), |name| shorten(name, 100)),
            labels: ours.reminder_labels.clone(),
            plan: given.plan,
        }
    }
}

/// Writes what is asked for. The annotations of a check run that was refused are printed as workflow commands instead; those of one
/// that stands are not.
pub(crate) fn write_back(
    asked: &WriteAsked<'_>,
    report: &mut Report,
    (looked_at, event): (&LookedAt, &CiEvent),
    outputs: &mut Vec<(Format, Option<PathBuf>)>,
    net: &Net<'_>,
    world: &World,
) -> WrittenBack {
    let wanted = asked.wanted();
    if !wanted.anything() {
        return WrittenBack::default();
    }
    let gitlab = GitlabRun::of(world.env, report.origin.as_deref());
    let host = if gitlab.is_some() { WriteHost::Gitlab } else { WriteHost::Github };
    let jira = asked.policy.trackers.iter().find_map(|tracker| Some((tracker, jira(tracker)?)));
    let jira = jira.filter(|_| wanted.reminder);
    let there = WriteWanted { reminder: wanted.reminder && jira.is_none(), ..wanted.clone() };
    let only_reminder = WriteWanted { comment: false, check_run: false, status: false, ..wanted.clone() };
    let silent = |why: &str, remedy: &str| {
        let mut done = nothing_written(&there, &host, why, remedy);
        if let Some((_, host)) = &jira {
            done.limits.extend(nothing_written(&only_reminder, host, why, remedy).limits);
        }
        done
    };
    let spoken = spoken(report, looked_at, event, gitlab.as_ref());
    let mut done = if net.is_offline() {
        silent("the run is offline (--offline)", "Run without --offline.")
    } else {
        match spoken {
            Err(Silent { why, remedy }) => silent(&why, remedy),
            Ok((target, left)) => {
                let letters = Letters { report, net };
                let mut done = WrittenBack::default();
                if there.anything() {
                    let server = gitlab.as_ref().map(|run| (&GITLAB, of_gitlab(run)));
                    done = letters.written(&there, &target, server);
                }
                if let Some((tracker, host)) = &jira {
                    let target = WriteTarget { host: host.clone(), ..target.clone() };
                    let more = letters.written(&only_reminder, &target, Some((&JIRA, (*tracker).clone())));
                    done.written.extend(more.written);
                    done.planned.extend(more.planned);
                    done.limits.extend(more.limits);
                }
                let left = left.filter(|_| wanted.reminder);
                let of = jira.as_ref().map_or(&host, |(_, host)| host);
                done.limits.extend(left.map(|Silent { why, remedy }| limit(outcome::reminder(of), why, remedy)));
                done.limits.extend(unasked(asked.given, event, &target));
                done
            }
        }
    };
    report.limits.append(&mut done.limits);
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
    done
}

/// For what the run may speak, on GitLab or else on GitHub.
pub(crate) fn spoken(
    report: &Report,
    looked_at: &LookedAt,
    event: &CiEvent,
    gitlab: Option<&GitlabRun>,
) -> Result<(WriteTarget, Option<Silent>), Silent> {
    match gitlab {
        Some(run) => gitlab_target(report, looked_at, event, run),
        None => target(report, looked_at, event),
    }
}

/// Says what was written, or would have been.
pub(crate) fn say(done: &WrittenBack, plan: bool, texts: bool, out: &mut dyn Write) -> io::Result<()> {
    for line in &done.written {
        writeln!(out, "Written: {}", escape::line(line))?;
    }
    for planned in &done.planned {
        writeln!(out, "Planned: {}", escape::line(&planned.told))?;
        for line in planned.text.iter().filter(|_| texts).flat_map(|text| text.lines()) {
            writeln!(out, "    {}", escape::line(line))?;
        }
    }
    if plan && done.planned.is_empty() {
        writeln!(out, "Planned: nothing")?;
    }
    Ok(())
}

/// A workflow may ask for a comment on every event; who types it expects one.
fn unasked(given: WriteArguments, event: &CiEvent, target: &WriteTarget) -> Option<lookback_core::model::Limit> {
    let by_hand = event.name.is_none() && target.host == WriteHost::Github;
    (given.comment && by_hand && target.pull_request.is_none()).then(|| {
        limit(
            outcome::comment(&target.host),
            "the run is not one of a pull request".to_owned(),
            "Run it in a workflow on `pull_request` (docs/pull-requests.md).",
        )
    })
}

/// Jira as the keeper of the reminder, where the table says so.
fn jira(tracker: &TrackerPolicy) -> Option<WriteHost> {
    Some(WriteHost::Jira {
        cloud: tracker.kind == TrackerKind::JiraCloud,
        project: tracker.reminder.clone()?,
        issue_type: tracker.reminder_type.clone(),
    })
}

/// A server of GitLab, as a table of the configuration would name it.
fn of_gitlab(run: &GitlabRun) -> TrackerPolicy {
    TrackerPolicy {
        kind: TrackerKind::Gitlab,
        url: Some(run.server.clone()),
        query: String::new(),
        project: run.project.clone(),
        vulnerabilities: false,
        reminder: None,
        reminder_type: String::new(),
        line: 0,
    }
}

struct Letters<'a> {
    report: &'a Report,
    net: &'a Net<'a>,
}

impl Letters<'_> {
    /// Has it written by the client of the host. `server`: of GitLab and Jira, whose tokens go to one address alone.
    fn written(
        &self,
        wanted: &WriteWanted,
        target: &WriteTarget,
        server: Option<(&'static Tracker, TrackerPolicy)>,
    ) -> WrittenBack {
        let conversation = async {
            let client = self.client(target, server).await?;
            Ok(executor::write(&client, self.report, wanted, target).await)
        };
        self.net.block_on(conversation).and_then(|done| done).unwrap_or_else(|error: NetError| {
            let remedy = match target.host {
                WriteHost::Github => "See docs/github.md on how GitHub is reached.",
                WriteHost::Gitlab => "See docs/ci/gitlab.md on what is written there.",
                WriteHost::Jira { .. } => "See docs/reminders.md on the reminder in Jira.",
            };
            nothing_written(wanted, &target.host, &error.to_string(), remedy)
        })
    }

    async fn client(
        &self,
        target: &WriteTarget,
        server: Option<(&'static Tracker, TrackerPolicy)>,
    ) -> Result<Arc<Client>, NetError> {
        let Some((tracker, policy)) = server else { return self.net.github(Some(&target.repository)).await };
        let account: Account = (tracker.account)(policy.kind, &|name| self.net.variable(name));
        let address = TrackerAddress::new(&policy, account).map_err(|limit| NetError::Setup(limit.why.clone()))?;
        address.client(self.net).await
    }
}
