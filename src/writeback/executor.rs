//! Looks at what stands there, writes what is planned, and looks again where a request may or may not have been acted on:
//! nothing is written twice. What may not be written becomes a limit without effect on the verdict.

use http::Method;
use percent_encoding::utf8_percent_encode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::time::sleep;

use crate::net::client::Client;
use crate::net::error::NetError;
use crate::writeback::check_run::{CheckRun, CheckWrite, StandingRun};
use crate::writeback::comment;
use crate::writeback::comment::{Comment, CommentWrite};
use crate::writeback::marker::Me;
use crate::writeback::outcome;
use crate::writeback::outcome::{
    Annotations, CHECK_RUN, PlannedWrite, STATUS, WriteHost, WriteKind, WriteTarget, WriteWanted, WrittenBack, keep,
    limit,
};
use crate::writeback::post::place::{Post, VALUE, whole};
use crate::writeback::reminder;
use crate::writeback::reminder::{ReminderWanted, ReminderWrite, StandingReminder};
use crate::writeback::status;
use crate::writeback::status::StandingStatus;
use lookback_core::model::{Lane, Report};

/// Looks that follow a request of which nobody knows whether it was acted on.
const DOUBTS: usize = 3;
/// Requests of one kind in one run; more are a fault of ours or of the server.
const MOST: usize = 2_000;

/// Writes what is wanted and applies to this run.
pub async fn write(client: &Client, report: &Report, wanted: &WriteWanted, target: &WriteTarget) -> WrittenBack {
    let mut done = WrittenBack::default();
    let post = Post { client, target, labels: &wanted.labels };
    let writer = Writer { client, report: Some(report), wanted, target, post };
    if !client.authenticated() {
        let (why, remedy) = match target.host {
            WriteHost::Github => {
                ("there is no token (GITHUB_TOKEN)", "Give the step a token: `env: GITHUB_TOKEN: ${{ github.token }}`.")
            }
            WriteHost::Gitlab => (
                "there is no token for this server (GITLAB_TOKEN, and GITLAB_URL where it is not the pipeline's own)",
                "Set GITLAB_TOKEN (scope `api`) as a masked variable of the project.",
            ),
            WriteHost::Jira { .. } => (
                "there is no token for this server (JIRA_TOKEN, of the Cloud JIRA_EMAIL too, and JIRA_URL)",
                "Set them, and let JIRA_URL name the address that the token is for.",
            ),
        };
        done.annotations = Annotations::of(wanted.check_run, false);
        done.limits.extend(writer.kinds().into_iter().map(|kind| limit(kind, why.to_owned(), remedy)));
        return done;
    }
    if target.host != WriteHost::Github {
        // What the configuration of [github] asks for is GitHub's; a merge request has reports for it.
        return writer.letters(done).await;
    }
    if wanted.check_run {
        let written = writer.check_run(&mut done).await;
        done.annotations = Annotations::of(true, keep(&mut done, &CHECK_RUN, written));
    }
    let status = wanted.status && done.annotations != Annotations::CheckRun;
    if !(status || writer.comments() || writer.reminds()) {
        return done;
    }
    if status {
        let written = async { writer.status(&writer.post.me().await?, &mut done).await }.await;
        keep(&mut done, &STATUS, written);
    }
    writer.letters(done).await
}

/// Keeps one issue that says what is given, of no report in particular.
pub(crate) async fn write_issue(
    client: &Client,
    issue: &ReminderWanted,
    wanted: &WriteWanted,
    target: &WriteTarget,
) -> WrittenBack {
    let mut done = WrittenBack::default();
    let post = Post { client, target, labels: &wanted.labels };
    let writer = Writer { client, report: None, wanted, target, post };
    let written = async { writer.keep_issue(issue, &writer.post.me().await?, &mut done).await }.await;
    keep(&mut done, outcome::reminder(&target.host), written);
    done
}

/// May the server have acted on a request that failed like this?
fn in_doubt(error: &NetError) -> bool {
    matches!(error, NetError::Transport { sent: true, .. } | NetError::Malformed { .. })
}

struct Writer<'a> {
    client: &'a Client,
    report: Option<&'a Report>,
    wanted: &'a WriteWanted,
    target: &'a WriteTarget,
    post: Post<'a>,
}

impl Writer<'_> {
    /// Comment and reminder, which every host has.
    async fn letters(&self, mut done: WrittenBack) -> WrittenBack {
        if !(self.comments() || self.reminds()) {
            return done;
        }
        let me = self.post.me().await;
        if self.comments() {
            let written = async { self.comment(&me.clone()?, &mut done).await }.await;
            keep(&mut done, outcome::comment(&self.target.host), written);
        }
        if self.reminds() {
            let written = async { self.reminder(&me.clone()?, &mut done).await }.await;
            keep(&mut done, outcome::reminder(&self.target.host), written);
        }
        done
    }

    /// Is it only to be said? Then it is.
    fn only_planned(&self, told: String, text: Option<&str>, done: &mut WrittenBack) -> bool {
        if self.wanted.plan {
            done.planned.push(PlannedWrite { told, text: text.map(str::to_owned) });
        }
        self.wanted.plan
    }

    /// Jira has no pull requests.
    fn comments(&self) -> bool {
        let on_changes = !matches!(self.target.host, WriteHost::Jira { .. });
        self.wanted.comment && on_changes && self.target.pull_request.is_some()
    }

    /// A branch or a pull request does not speak for the repository: a record that is not merged is not held there.
    fn reminds(&self) -> bool {
        let enforced = self.report.is_some_and(|report| report.lane.lane == Lane::Enforce);
        self.wanted.reminder && self.target.default_branch && enforced
    }

    /// The kinds that apply to this run.
    fn kinds(&self) -> Vec<&'static WriteKind> {
        let on_github = self.target.host == WriteHost::Github;
        let kinds = [
            (on_github && self.wanted.check_run, &CHECK_RUN),
            (on_github && self.wanted.status, &STATUS),
            (self.comments(), outcome::comment(&self.target.host)),
            (self.reminds(), outcome::reminder(&self.target.host)),
        ];
        kinds.into_iter().filter(|(on, _)| *on).map(|(_, kind)| kind).collect()
    }

    fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.target.repository)
    }

    fn commit(&self) -> Result<&str, NetError> {
        self.target.commit.as_deref().ok_or_else(|| NetError::Setup("there is no commit to show it at".to_owned()))
    }

    /// After an error: goes on when it is worth a look, else gives it back.
    async fn doubt(&self, error: NetError, doubts: &mut usize) -> Result<(), NetError> {
        if !in_doubt(&error) || *doubts >= DOUBTS {
            return Err(error);
        }
        *doubts += 1;
        // A list may lag behind what was written.
        sleep(self.client.pause() * 2).await;
        Ok(())
    }

    async fn check_run(&self, done: &mut WrittenBack) -> Result<(), NetError> {
        #[derive(Deserialize)]
        struct Runs {
            check_runs: Vec<StandingRun>,
        }
        let commit = self.commit()?;
        let Some(report) = self.report else { return Ok(()) };
        let run = CheckRun::new(report, &self.wanted.name, commit, self.target.run_url.as_deref());
        let name = utf8_percent_encode(&self.wanted.name, VALUE);
        let list = self.path(&format!("/commits/{commit}/check-runs?check_name={name}&filter=all&per_page=100"));
        let (mut doubts, mut written) = (0, false);
        let mut existing = self.client.get_unkept::<Runs>(&list).await?.value.check_runs;
        for _ in 0..MOST {
            let Some(write) = run.plan(&existing) else { break };
            if self.only_planned(format!("check run \"{}\": {}", run.name, run.conclusion), Some(&run.title), done) {
                return Ok(());
            }
            match self.send_check_run(&run, &write).await {
                Ok(now) => {
                    written = true;
                    existing.retain(|other| other.id != now.id);
                    existing.push(now);
                }
                Err(error) => {
                    self.doubt(error, &mut doubts).await?;
                    existing = self.client.get_unkept::<Runs>(&list).await?.value.check_runs;
                }
            }
        }
        if written {
            done.written.push(format!("check run \"{}\": {}", run.name, run.conclusion));
        }
        Ok(())
    }

    /// Sends the next request; what the server keeps now is what it kept and what was sent.
    async fn send_check_run(&self, run: &CheckRun, write: &CheckWrite) -> Result<StandingRun, NetError> {
        let body = run.body(write);
        let (method, path) = match write {
            CheckWrite::Create => (Method::POST, self.path("/check-runs")),
            CheckWrite::Continue(id, _) | CheckWrite::Refresh(id) => {
                (Method::PATCH, self.path(&format!("/check-runs/{id}")))
            }
        };
        let mut now: StandingRun = self.client.send(method, &path, &body).await?;
        let sent = |pointer: &str| body.pointer(pointer).and_then(|value| value.as_str()).map(str::to_owned);
        let before = match write {
            CheckWrite::Create => 0,
            CheckWrite::Continue(_, from) => *from,
            CheckWrite::Refresh(_) => run.annotations.len(),
        };
        now.output.annotations_count =
            before + body.pointer("/output/annotations").and_then(|list| list.as_array()).map_or(0, Vec::len);
        now.external_id = sent("/external_id");
        now.status = sent("/status").unwrap_or_default();
        now.conclusion = sent("/conclusion");
        Ok(now)
    }

    async fn status(&self, me: &Me, done: &mut WrittenBack) -> Result<(), NetError> {
        let commit = self.commit()?;
        let Some(report) = self.report else { return Ok(()) };
        let status = status::status(report, &self.wanted.name, self.target.run_url.as_deref());
        let list = self.path(&format!("/commits/{commit}/statuses?per_page=100"));
        let mut doubts = 0;
        loop {
            let existing: Vec<StandingStatus> = whole(self.client, &list).await?;
            if !status::is_news(&status, me, &existing) {
                return Ok(());
            }
            let told = format!("commit status \"{}\": {}", status.context, status.state);
            if self.only_planned(told, Some(&status.description), done) {
                return Ok(());
            }
            match self
                .client
                .send::<IgnoredAny>(Method::POST, &self.path(&format!("/statuses/{commit}")), &status)
                .await
            {
                Ok(_) => {
                    done.written.push(format!("commit status \"{}\": {}", status.context, status.state));
                    return Ok(());
                }
                Err(error) => self.doubt(error, &mut doubts).await?,
            }
        }
    }

    async fn comment(&self, me: &Me, done: &mut WrittenBack) -> Result<(), NetError> {
        let Some(report) = self.report else { return Ok(()) };
        let Some(number) = self.target.pull_request else { return Ok(()) };
        let at = self.post.change(number);
        let (mut doubts, mut written) = (0, false);
        loop {
            let existing: Vec<Comment> = self.post.comments(number).await?;
            for id in comment::surplus(&self.wanted.name, me, &existing) {
                if !self.only_planned(format!("a second comment on {at} deleted"), None, done) {
                    self.post.delete_comment(number, id).await?;
                }
            }
            // A list may not show yet what was just written.
            if written {
                return Ok(());
            }
            let Some(write) = comment::plan(report, &self.wanted.name, me, &existing) else { return Ok(()) };
            let (told, text) = match &write {
                CommentWrite::Create(text) => ("written", text),
                CommentWrite::Update(_, text) => ("updated", text),
            };
            let told = format!("comment {told} on {at}");
            if self.only_planned(told.clone(), Some(text), done) {
                return Ok(());
            }
            match self.post.comment(number, &write).await {
                Ok(()) => {
                    done.written.push(told);
                    // Another run may have written one at the same time.
                    written = matches!(write, CommentWrite::Create(_));
                    if !written {
                        return Ok(());
                    }
                }
                Err(error) => self.doubt(error, &mut doubts).await?,
            }
        }
    }

    async fn reminder(&self, me: &Me, done: &mut WrittenBack) -> Result<(), NetError> {
        let Some(report) = self.report else { return Ok(()) };
        self.keep_issue(&reminder::wanted(report, &self.wanted.name), me, done).await
    }

    async fn keep_issue(&self, wanted: &ReminderWanted, me: &Me, done: &mut WrittenBack) -> Result<(), NetError> {
        match wanted {
            ReminderWanted::Nothing => return Ok(()),
            ReminderWanted::Unknown(why) => {
                let remedy = "Resolve what could not be seen; the reminder is left as it is until then.";
                let why = format!("whether a review is due is undetermined: {why}");
                done.limits.push(limit(outcome::reminder(&self.target.host), why, remedy));
                return Ok(());
            }
            ReminderWanted::Open(_) | ReminderWanted::Held { .. } => {}
        }
        let mut doubts = 0;
        loop {
            let (existing, comments) = self.standing(wanted, me, done).await?;
            let Some(write) = reminder::plan(wanted, &self.wanted.name, me, existing.as_ref(), &comments) else {
                return Ok(());
            };
            let told = reminder::told(&write, &|number| self.post.issue(number));
            if self.only_planned(told.clone(), write.text(), done) {
                if let (ReminderWrite::Comment { .. }, Some(issue)) = (&write, &existing) {
                    self.close(&reminder::close(issue, "completed"), done).await?;
                }
                return Ok(());
            }
            match self.post.remind(&write, &self.wanted.name).await {
                Ok(()) => done.written.push(told),
                Err(error) => {
                    self.doubt(error, &mut doubts).await?;
                    continue;
                }
            }
            return match (write, existing) {
                // Another run may have opened one at the same time.
                (ReminderWrite::Create(_), _) => self.standing(wanted, me, done).await.map(|_| ()),
                // Only a comment is followed by something: the closing. A list may not show yet what was just written.
                (ReminderWrite::Comment { .. }, Some(issue)) => {
                    self.close(&reminder::close(&issue, "completed"), done).await
                }
                _ => Ok(()),
            };
        }
    }

    /// Closing twice is closing once: it is simply sent again where in doubt.
    async fn close(&self, write: &ReminderWrite, done: &mut WrittenBack) -> Result<(), NetError> {
        let told = reminder::told(write, &|number| self.post.issue(number));
        if self.only_planned(told.clone(), None, done) {
            return Ok(());
        }
        let mut doubts = 0;
        loop {
            match self.post.remind(write, &self.wanted.name).await {
                Ok(()) => {
                    done.written.push(told);
                    return Ok(());
                }
                Err(error) => self.doubt(error, &mut doubts).await?,
            }
        }
    }

    /// The reminder and, before it is closed, its comments. Open issues are looked through first: mostly that is all. Of several open
    /// ones the newer are closed.
    async fn standing(
        &self,
        wanted: &ReminderWanted,
        me: &Me,
        done: &mut WrittenBack,
    ) -> Result<(Option<StandingReminder>, Vec<Comment>), NetError> {
        let mut states = vec!["open"];
        if matches!(wanted, ReminderWanted::Open(_)) {
            states.push("closed");
        }
        for state in states {
            let issues = self.post.reminders(state, me, &self.wanted.name).await?;
            let surplus = if state == "open" { reminder::surplus(&self.wanted.name, me, &issues) } else { Vec::new() };
            for write in surplus {
                self.close(&write, done).await?;
            }
            if let Some(issue) = reminder::find(&self.wanted.name, me, &issues) {
                let comments = if matches!(wanted, ReminderWanted::Held { .. }) {
                    self.post.reminder_comments(issue.number).await?
                } else {
                    Vec::new()
                };
                return Ok((Some(issue.clone()), comments));
            }
        }
        Ok((None, Vec::new()))
    }
}
