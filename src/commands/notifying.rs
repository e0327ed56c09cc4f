//! The message to the webhook that the environment names, when the state of the yearly cycle is another one: by a run that speaks for the
//! default branch, and never to an address that a file names. What was told is remembered in the cache, where there is one.
#![expect(clippy::disallowed_methods, reason = "reads what was told last")]

use std::path::{Path, PathBuf};

use crate::commands::speaks::{LookedAt, Silent};
use crate::commands::writing::spoken;
use crate::event::CiEvent;
use crate::event::gitlab::GitlabRun;
use crate::net::auth::Auth;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::session::Net;
use crate::net::settings::Settings;
use crate::sink::write_whole;
use crate::world::World;
use crate::writeback::notify::{NotifyFormat, is_news, message, remembered};
use crate::writeback::outcome::{PlannedWrite, WEBHOOK, WrittenBack, limit};
use crate::writeback::reminder::{ReminderWanted, wanted};
use lookback_core::model::{Lane, Report, sha256};

/// Where it goes, and in which form.
const URL: &str = "LOOKBACK_NOTIFY_URL";
const FORMAT: &str = "LOOKBACK_NOTIFY_FORMAT";

/// What is remembered of a first message that did not arrive.
const UNSENT: &str = "unsent";

/// What is asked for.
pub(crate) struct NotifyAsked<'a> {
    /// Is it only to be said?
    pub plan: bool,
    /// The name of the set-up.
    pub name: &'a str,
    /// The folder that is kept between runs.
    pub cache: Option<&'a Path>,
}

/// An address that is never shown: what follows its host is a secret.
struct Webhook {
    origin: String,
    path: String,
    host: String,
    format: NotifyFormat,
}

/// Sends the message where there is news. What could not be sent becomes a limit of the report, and is told by the next run.
pub(crate) fn notify(
    asked: &NotifyAsked<'_>,
    report: &Report,
    (looked_at, event): (&LookedAt, &CiEvent),
    net: &Net<'_>,
    world: &World,
) -> WrittenBack {
    let mut done = WrittenBack::default();
    if net.variable(URL).is_none() || report.lane.lane != Lane::Enforce {
        return done;
    }
    let unsent = |why: String, remedy: &str| limit(&WEBHOOK, why, remedy);
    let gitlab = GitlabRun::of(world.env, report.origin.as_deref());
    let url = match spoken(report, looked_at, event, gitlab.as_ref()) {
        Err(Silent { why, remedy }) | Ok((_, Some(Silent { why, remedy }))) => {
            done.limits.push(unsent(why, remedy));
            return done;
        }
        Ok((target, None)) if !target.default_branch => return done,
        Ok((target, None)) => target.run_url,
    };
    let webhook = match webhook(net) {
        Ok(webhook) => webhook,
        Err(why) => {
            done.limits.push(unsent(why.to_owned(), WEBHOOK.allow));
            return done;
        }
    };
    // Where the state cannot be told there is no other one.
    if matches!(wanted(report, asked.name), ReminderWanted::Unknown(_)) {
        return done;
    }
    let memory = asked.cache.map(|folder| memory(folder, &report.subject.repository, asked.name));
    let told = memory.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
    if !is_news(report, told.as_deref().map(str::trim)) {
        remember(memory.as_deref().filter(|_| told.is_none() && !asked.plan), &remembered(report));
        return done;
    }
    let body = message(report, webhook.format, url.as_deref());
    let line = format!("message to the webhook at {}: {}", webhook.host, report.cadence.state.word());
    if asked.plan {
        done.planned.push(PlannedWrite { told: line, text: Some(body.to_string()) });
        return done;
    }
    if net.is_offline() {
        done.limits.push(unsent("the run is offline (--offline)".to_owned(), "Run without --offline."));
        return done;
    }
    let sent = net.settings().and_then(|settings| {
        let settings = Settings {
            base: webhook.origin.clone(),
            graphql: None,
            auth: Auth::None,
            headers: Vec::new(),
            cache: None,
            ..settings
        };
        net.block_on(async { Client::new(settings)?.post_unheard(&webhook.path, &body).await }).and_then(|sent| sent)
    });
    match sent {
        Ok(()) => {
            done.written.push(line);
            remember(memory.as_deref(), &remembered(report));
        }
        Err(error) => {
            // The next run knows that there is something to tell.
            remember(memory.as_deref().filter(|_| told.is_none()), UNSENT);
            done.limits.push(unsent(format!("{}: {}", webhook.host, without_path(&error)), WEBHOOK.allow));
        }
    }
    done
}

/// What is remembered is only what need not be told again: where it cannot be written, it is told once more.
fn remember(memory: Option<&Path>, told: &str) {
    if let Some(path) = memory {
        drop(path.parent().map(std::fs::create_dir_all));
        drop(write_whole(path, format!("{told}\n").as_bytes()));
    }
}

fn memory(folder: &Path, repository: &str, name: &str) -> PathBuf {
    folder.join(format!("told-{}.txt", &sha256(format!("{repository}\n{name}").as_bytes())[..16]))
}

/// The address of the environment, in parts.
fn webhook(net: &Net<'_>) -> Result<Webhook, &'static str> {
    let url: http::Uri = net.variable(URL).unwrap_or_default().trim().parse().map_err(|_| "it is no address")?;
    let scheme =
        url.scheme_str().filter(|scheme| matches!(*scheme, "https" | "http")).ok_or("it is no address of the web")?;
    let authority = url.authority().filter(|authority| !authority.as_str().contains('@'));
    let authority = authority.ok_or("it names no host, or holds a password before it")?;
    let format = match net.variable(FORMAT) {
        None => NotifyFormat::of_host(authority.host()),
        Some(name) => NotifyFormat::named(&name).ok_or("LOOKBACK_NOTIFY_FORMAT is none of json, slack, teams")?,
    };
    Ok(Webhook {
        origin: format!("{scheme}://{authority}"),
        path: url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned(),
        host: authority.host().to_owned(),
        format,
    })
}

/// Why it was not sent, without the path, which is a secret.
fn without_path(error: &NetError) -> String {
    match error {
        NetError::Permission { status, .. } | NetError::Rejected { status, .. } => format!("it answered {status}"),
        NetError::NotFound { .. } | NetError::FeatureOff { .. } => "there is no such webhook (404)".to_owned(),
        NetError::RateLimited { .. } => "it takes no more messages for now".to_owned(),
        NetError::Setup(why) => why.clone(),
        NetError::Transport { .. } => "no answer came, or the server failed".to_owned(),
        NetError::Locked { .. } | NetError::Malformed { .. } | NetError::Budget { .. } => {
            "its answer is none of a webhook".to_owned()
        }
    }
}
