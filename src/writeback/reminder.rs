//! The one reminder issue: it opens when a review is due soon, carries what is missing as a checklist, follows the state,
//! closes itself when the review is held, and is opened again the next year. Pure.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::writeback::comment::Comment;
use crate::writeback::marker::{Author, Marker, Me, digest, remembering, undated, value};
use lookback_core::judge::catalog;
use lookback_core::model::period::State;
use lookback_core::model::{Finding, Level};
use lookback_core::model::{Report, Verdict};
use lookback_core::render::escape::{markdown, markdown_code};
use lookback_core::render::github::place;
use lookback_core::render::next::COMMAND;
use lookback_reading::{Constraint, STANDARD_EDITION, count, shorten};

/// Characters of the text; GitHub refuses more than 65,536.
const MOST: usize = 60_000;
/// Items listed one by one.
const ITEMS: usize = 100;
/// Characters of one item.
const ITEM: usize = 400;

/// An issue as the API gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct StandingReminder {
    /// Its number.
    pub number: u64,
    /// `open` or `closed`.
    #[serde(default)]
    pub state: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// Its author.
    #[serde(default)]
    pub user: Option<Author>,
    /// There for pull requests only.
    #[serde(default)]
    pub pull_request: Option<serde_json::Value>,
}

/// What the reminder is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReminderWanted {
    /// A review is due: an open issue that says so.
    Open(ReminderText),
    /// A review was held: closed, with a comment.
    Held {
        /// The day.
        on: NaiveDate,
        /// Path of the record, where known.
        record: Option<String>,
        /// The next due date.
        due: Option<NaiveDate>,
    },
    /// Nothing is due yet and nothing was held.
    Nothing,
    /// Cannot be told: whatever stands is left as it is. The reason.
    Unknown(String),
}

/// Title and text of an open reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReminderText {
    /// One line.
    pub title: String,
    /// Markdown, with the marker.
    pub body: String,
}

/// The next request for the reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReminderWrite {
    /// There never was one.
    Create(ReminderText),
    /// It says something else, or is to be opened again.
    Update {
        /// Its number.
        number: u64,
        /// What it is to say.
        text: ReminderText,
        /// Is the title still ours?
        retitle: bool,
        /// Is it closed, and to be opened?
        reopen: bool,
    },
    /// Say that the review was held.
    Comment {
        /// Its number.
        number: u64,
        /// What to say.
        body: String,
    },
    /// Close it; the comment stands. Or it is one too many.
    Close {
        /// Its number.
        number: u64,
        /// Its text, with who closed it.
        body: String,
        /// Why, in the API's words.
        reason: &'static str,
    },
}

impl ReminderWrite {
    /// The text that it brings, where that is news to people.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            ReminderWrite::Create(text) | ReminderWrite::Update { text, .. } => Some(&text.body),
            ReminderWrite::Comment { body, .. } => Some(body),
            ReminderWrite::Close { .. } => None,
        }
    }
}

/// What the report asks of the reminder.
pub(crate) fn wanted(report: &Report, name: &str) -> ReminderWanted {
    let held = report.constraints.iter().find(|result| result.constraint == Constraint::HeldAnnually);
    if let Some(result) = held.filter(|result| result.verdict == Verdict::Undetermined) {
        return ReminderWanted::Unknown(
            result.not_assessed.first().cloned().unwrap_or_else(|| "see the limits".to_owned()),
        );
    }
    match (report.cadence.state, report.cadence.due) {
        (State::DueSoon | State::Overdue, Some(due)) => ReminderWanted::Open(text(report, name, due)),
        (State::Never, Some(due)) if report.findings.iter().any(of_the_clock) => {
            ReminderWanted::Open(text(report, name, due))
        }
        (State::Current, due) => match report.cadence.last_review {
            Some(on) => ReminderWanted::Held { on, record: record(report, on), due },
            None => ReminderWanted::Nothing,
        },
        _ => ReminderWanted::Nothing,
    }
}

/// Does it say that time has passed? So does the state that the reminder opens with.
fn of_the_clock(finding: &Finding) -> bool {
    finding.constraint == Some(Constraint::HeldAnnually)
        && catalog::find(finding.rule).is_some_and(|rule| rule.calendar)
}

fn record(report: &Report, on: NaiveDate) -> Option<String> {
    let held = report.reviews.iter().rev().find(|review| review.counted == Some(true) && review.date_held == Some(on));
    held.map(|review| review.path.clone())
}

/// The marker of the reminder.
pub(crate) fn marker(name: &str) -> Marker {
    Marker::new("reminder", name)
}

/// The reminder among the issues: the oldest that we wrote and marked.
pub(crate) fn find<'a>(name: &str, me: &Me, issues: &'a [StandingReminder]) -> Option<&'a StandingReminder> {
    ours(name, me, issues).into_iter().next()
}

/// Those that we wrote and marked, the oldest first.
fn ours<'a>(name: &str, me: &Me, issues: &'a [StandingReminder]) -> Vec<&'a StandingReminder> {
    let marker = marker(name);
    let own = |issue: &&StandingReminder| {
        let said = issue.body.as_deref().is_some_and(|body| marker.begins(body));
        issue.pull_request.is_none() && me.wrote(issue.user.as_ref()) && said
    };
    let mut ours: Vec<&StandingReminder> = issues.iter().filter(own).collect();
    ours.sort_by_key(|issue| issue.number);
    ours
}

/// Closes all but the oldest of the open ones: two runs at once have each opened one.
pub(crate) fn surplus(name: &str, me: &Me, open: &[StandingReminder]) -> Vec<ReminderWrite> {
    ours(name, me, open).into_iter().skip(1).map(|issue| close(issue, "not_planned")).collect()
}

/// The closing, which remembers that it is ours.
pub(crate) fn close(issue: &StandingReminder, reason: &'static str) -> ReminderWrite {
    let body = remembering(issue.body.as_deref().unwrap_or_default(), "closed", "us");
    ReminderWrite::Close { number: issue.number, body, reason }
}

/// The next request, or nothing where all is as it is to be. `comments`: those of the reminder that [`find`] gave.
pub(crate) fn plan(
    wanted: &ReminderWanted,
    name: &str,
    me: &Me,
    existing: Option<&StandingReminder>,
    comments: &[Comment],
) -> Option<ReminderWrite> {
    match (wanted, existing) {
        (ReminderWanted::Open(text), None) => Some(ReminderWrite::Create(text.clone())),
        (ReminderWanted::Open(text), Some(issue)) => follow(text, issue),
        (ReminderWanted::Held { on, record, due }, Some(issue)) if issue.state == "open" => {
            let said = Marker::new("held", name).with("on", &on.to_string());
            let stands = comments.iter().any(|comment| {
                let body = comment.body.as_deref().unwrap_or_default();
                me.wrote(comment.user.as_ref())
                    && said.begins(body)
                    && value("held", "on", body) == Some(on.to_string().as_str())
            });
            if stands {
                return Some(close(issue, "completed"));
            }
            Some(ReminderWrite::Comment { number: issue.number, body: held_text(&said, *on, record.as_deref(), *due) })
        }
        (ReminderWanted::Held { .. } | ReminderWanted::Nothing | ReminderWanted::Unknown(_), _) => None,
    }
}

/// An open reminder follows the text. What we closed is opened again as soon as a review is due; what a person closed stays closed
/// until the state is another one. A title that people changed is theirs.
fn follow(text: &ReminderText, issue: &StandingReminder) -> Option<ReminderWrite> {
    let old = issue.body.as_deref().unwrap_or_default();
    let remembers = |body: &str, name: &str| value("reminder", name, body).map(str::to_owned);
    let same = |name: &str| remembers(old, name) == remembers(&text.body, name);
    let reopen = issue.state == "closed";
    let ours = remembers(old, "closed").is_some();
    if reopen && !ours && same("due") && same("phase") || !reopen && same("text") {
        return None;
    }
    // Ticks that people set survive, unless it is another year's list.
    let body = if same("due") { with_ticks(&text.body, old) } else { text.body.clone() };
    let retitle = remembers(old, "title").is_none_or(|title| title == titled(&issue.title));
    let text = ReminderText { title: text.title.clone(), body };
    Some(ReminderWrite::Update { number: issue.number, text, retitle, reopen })
}

/// How a title is remembered.
pub(crate) fn titled(title: &str) -> String {
    digest(&[title.trim()])[..16].to_owned()
}

/// Ticks the items that were ticked in the old text.
fn with_ticks(new: &str, old: &str) -> String {
    let ticked = |line: &str| {
        let line = line.trim_end();
        line.strip_prefix("- [x] ").or_else(|| line.strip_prefix("- [X] ")).map(str::to_owned)
    };
    let done: BTreeSet<String> = old.lines().filter_map(ticked).collect();
    let tick = |line: &str| match line.strip_prefix("- [ ] ") {
        Some(item) if done.contains(item) => format!("- [x] {item}\n"),
        _ => format!("{line}\n"),
    };
    new.lines().map(tick).collect()
}

/// The text says dates, never days left, so that it changes with the state and not every night.
fn text(report: &Report, name: &str, due: NaiveDate) -> ReminderText {
    let overdue = report.cadence.days_left.is_some_and(|left| left < 0);
    let phase = if overdue { "overdue" } else { "due-soon" };
    let which = if report.cadence.last_review.is_some() { "" } else { "first " };
    let when = if overdue { "is overdue since" } else { "is due by" };
    let title = format!("The {which}review of security defect management {when} {due}");
    let body = body(report, due, overdue);
    let dated = marker(name).dated(report.subject.as_of, report.cadence.days_left);
    let id = digest(&[&title, &undated("reminder", &format!("{}\n{body}", dated.line()))]);
    let marker = marker(name).with("due", &due.to_string()).with("phase", phase).with("text", &id[..16]);
    let marker = marker.with("title", &titled(&title));
    ReminderText { title, body: format!("{}\n{body}", marker.line()) }
}

fn body(report: &Report, due: NaiveDate, overdue: bool) -> String {
    let fails = due.succ_opt().unwrap_or(due);
    let last = report
        .cadence
        .last_review
        .map_or("No review has been held yet".to_owned(), |day| format!("The last review was held on {day}"));
    let mut out = format!(
        "{STANDARD_EDITION} 4.1.8 asks for a review at least annually ({}). {last}; the next {} {due}{}.\n",
        markdown(&window(&report.cadence.window)),
        if overdue { "was due on" } else { "is due on" },
        if overdue { String::new() } else { format!(", and from {fails} on the check fails") }
    );
    out += &format!(
        "\n### To do\n\n- [ ] Write the draft: `{COMMAND}` puts all that the data say beside the last record, and keeps what people wrote\n"
    );
    out += "- [ ] Fill the places that it leaves to people, marked `TODO(reviewer)`\n";
    out += "- [ ] Hold the review, with its participants, period and cut-off stated\n";
    out += "- [ ] Judge completeness, efficiency and resolution\n";
    out += "- [ ] Follow up the actions of the review before\n";
    out += "- [ ] Commit the record and have it approved by somebody other than its author\n";
    list(
        &mut out,
        "Issues to examine",
        report.next_population.managed.len(),
        report.next_population.managed.iter().map(|id| issue(report, id)),
    );
    let missing: Vec<&Finding> =
        report.standing().filter(|finding| finding.level > Level::Note && !of_the_clock(finding)).collect();
    list(&mut out, "Missing", missing.len(), missing.iter().map(|finding| item(finding)));
    out += "\nThis issue follows the state: it is updated when that changes, and closed when the review is held.\n";
    out
}

/// `every 12 months`, or the window as configured.
fn window(name: &str) -> String {
    match name.strip_suffix("-months").or_else(|| name.strip_suffix("-days")) {
        Some(_) => format!("every {}", name.replace('-', " ")),
        None => shorten(name, 100),
    }
}

fn list(out: &mut String, heading: &str, n: usize, items: impl Iterator<Item = String>) {
    if n == 0 {
        return;
    }
    *out += &format!("\n### {heading} ({n})\n\n");
    let room = MOST.saturating_sub(out.chars().count()) / 2;
    let (mut used, mut shown) = (0, 0);
    for item in items.take(ITEMS) {
        used += item.chars().count();
        if used > room {
            break;
        }
        shown += 1;
        *out += &format!("- [ ] {item}\n");
    }
    if n > shown {
        *out += &format!("\n… and {} more.\n", n - shown);
    }
}

/// Id, title and state; the title is masked already where it is under embargo.
fn issue(report: &Report, id: &str) -> String {
    match report.issues.iter().find(|result| result.issue.id == id) {
        Some(found) => {
            format!("{} {}", markdown(&shorten(id, 100)), markdown(&shorten(&found.issue.title, 120)))
        }
        None => markdown(&shorten(id, 100)),
    }
}

fn item(finding: &Finding) -> String {
    let place =
        finding.location.as_ref().map(|location| format!(" ({})", markdown_code(&shorten(&place(location), 200))));
    format!("{}: {}{}", finding.rule, markdown(&shorten(&finding.message, ITEM)), place.unwrap_or_default())
}

fn held_text(marker: &Marker, on: NaiveDate, record: Option<&str>, due: Option<NaiveDate>) -> String {
    let record = record.map(|path| format!(" ({})", markdown_code(&shorten(path, 200)))).unwrap_or_default();
    let next = due.map(|due| format!(" The next one is due on {due}.")).unwrap_or_default();
    format!("{}\nThe review was held on {on}{record}.{next}\n", marker.line())
}

/// `reminder issue #12 opened`, for the log. `called`: how the host calls an issue.
pub(crate) fn told(write: &ReminderWrite, called: &dyn Fn(u64) -> String) -> String {
    match write {
        ReminderWrite::Create(_) => "reminder issue opened".to_owned(),
        ReminderWrite::Update { number, reopen: true, .. } => {
            format!("reminder issue {} opened again", called(*number))
        }
        ReminderWrite::Update { number, .. } => format!("reminder issue {} updated", called(*number)),
        ReminderWrite::Comment { number, .. } => {
            format!("{} on reminder issue {}", count(1, "comment"), called(*number))
        }
        ReminderWrite::Close { number, reason: "not_planned", .. } => {
            format!("reminder issue {} closed, for there is an older one", called(*number))
        }
        ReminderWrite::Close { number, .. } => format!("reminder issue {} closed", called(*number)),
    }
}
