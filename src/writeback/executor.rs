//! Looks at what stands there, writes what is planned, and looks again where a request may or may not have been acted on:
//! nothing is written twice. What may not be written becomes a limit without effect on the verdict.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use tokio::time::sleep;

use crate::net::client::Client;
use crate::net::error::NetError;
use crate::writeback::check_run::{CheckRun, CheckWrite, StandingRun};
use crate::writeback::comment;
use crate::writeback::comment::{Comment, CommentWrite};
use crate::writeback::marker::Me;
use crate::writeback::outcome::{
    Annotations, CHECK_RUN, COMMENT, REMINDER, STATUS, WriteKind, WriteTarget, WriteWanted, WrittenBack, keep, limit,
};
use crate::writeback::reminder;
use crate::writeback::reminder::{ReminderWanted, ReminderWrite, StandingReminder};
use crate::writeback::status;
use crate::writeback::status::StandingStatus;
use lookback_core::model::{Lane, Report};

/// What stands for itself in the value of a query.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Looks that follow a request of which nobody knows whether it was acted on.
const DOUBTS: usize = 3;
/// Requests of one kind in one run; more are a fault of ours or of the server.
const MOST: usize = 2_000;

/// Writes what is wanted and applies to this run.
pub async fn write(client: &Client, report: &Report, wanted: &WriteWanted, target: &WriteTarget) -> WrittenBack {
    let mut done = WrittenBack::default();
    let writer = Writer { client, report: Some(report), wanted, target };
    if !client.authenticated() {
        let why = "there is no token (GITHUB_TOKEN)".to_owned();
        done.annotations = Annotations::of(wanted.check_run, false);
        for kind in writer.kinds() {
            done.limits.push(limit(
                kind,
                why.clone(),
                "Give the step a token: `env: GITHUB_TOKEN: ${{ github.token }}`.",
            ));
        }
        return done;
    }
    if wanted.check_run {
        let written = writer.check_run(&mut done).await;
        done.annotations = Annotations::of(true, keep(&mut done, &CHECK_RUN, written));
    }
    let status = wanted.status && done.annotations != Annotations::CheckRun;
    if !(status || writer.comments() || writer.reminds()) {
        return done;
    }
    let me = who(client).await;
    let me = me.as_ref().map_err(Clone::clone);
    if status {
        let written = async { writer.status(me.clone()?, &mut done).await }.await;
        keep(&mut done, &STATUS, written);
    }
    if writer.comments() {
        let written = async { writer.comment(me.clone()?, &mut done).await }.await;
        keep(&mut done, &COMMENT, written);
    }
    if writer.reminds() {
        let written = async { writer.reminder(me.clone()?, &mut done).await }.await;
        keep(&mut done, &REMINDER, written);
    }
    done
}

/// The account of the token. An installation's token may not ask for its user; GraphQL tells it, on some servers without the
/// `[bot]` that its comments carry. Who cannot know whose comments are whose must not write: other errors are given back.
async fn who(client: &Client) -> Result<Me, NetError> {
    #[derive(Deserialize)]
    struct User {
        login: String,
    }
    #[derive(Deserialize)]
    struct Viewer {
        viewer: User,
    }
    match client.get_unkept::<User>("/user").await {
        Ok(answer) => return Ok(Me { login: Some(answer.value.login) }),
        Err(NetError::Permission { status: 403, .. } | NetError::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    if !client.has_graphql() {
        return Ok(Me::default());
    }
    match client.graphql::<Viewer>("query { viewer { login } }", json!({})).await {
        Ok(answer) => Ok(Me { login: Some(format!("{}[bot]", answer.viewer.login.trim_end_matches("[bot]"))) }),
        Err(error @ (NetError::Transport { .. } | NetError::RateLimited { .. } | NetError::Malformed { .. })) => {
            Err(error)
        }
        Err(_) => Ok(Me::default()),
    }
}

/// Keeps one issue that says what is given, of no report in particular.
pub(crate) async fn write_issue(
    client: &Client,
    issue: &ReminderWanted,
    wanted: &WriteWanted,
    target: &WriteTarget,
) -> WrittenBack {
    let mut done = WrittenBack::default();
    let writer = Writer { client, report: None, wanted, target };
    let written = async { writer.keep_issue(issue, &who(client).await?, &mut done).await }.await;
    keep(&mut done, &REMINDER, written);
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
}

impl Writer<'_> {
    fn comments(&self) -> bool {
        self.wanted.comment && self.target.pull_request.is_some()
    }

    /// A branch or a pull request does not speak for the repository: a record that is not merged is not held there.
    fn reminds(&self) -> bool {
        let enforced = self.report.is_some_and(|report| report.lane.lane == Lane::Enforce);
        self.wanted.reminder && self.target.default_branch && enforced
    }

    /// The kinds that apply to this run.
    fn kinds(&self) -> Vec<&'static WriteKind> {
        let kinds = [
            (self.wanted.check_run, &CHECK_RUN),
            (self.wanted.status, &STATUS),
            (self.comments(), &COMMENT),
            (self.reminds(), &REMINDER),
        ];
        kinds.into_iter().filter(|(on, _)| *on).map(|(_, kind)| kind).collect()
    }

    fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.target.repository)
    }

    fn commit(&self) -> Result<&str, NetError> {
        self.target.commit.as_deref().ok_or_else(|| NetError::Setup("there is no commit to show it at".to_owned()))
    }

    /// All items of a list, or the reason why it is not whole: who has not seen all must not write.
    async fn list<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, NetError> {
        let pages = self.client.pages_unkept::<T>(path).await;
        match pages.missing {
            Some(error) => Err(error),
            None => Ok(pages.items),
        }
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
            let existing: Vec<StandingStatus> = self.list(&list).await?;
            if !status::is_news(&status, me, &existing) {
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
        let list = self.path(&format!("/issues/{number}/comments?per_page=100"));
        let (mut doubts, mut written) = (0, false);
        loop {
            let existing: Vec<Comment> = self.list(&list).await?;
            for id in comment::surplus(&self.wanted.name, me, &existing) {
                self.delete_comment(id).await?;
            }
            // A list may not show yet what was just written.
            if written {
                return Ok(());
            }
            let Some(write) = comment::plan(report, &self.wanted.name, me, &existing) else { return Ok(()) };
            let (method, path, body, told) = match &write {
                CommentWrite::Create(body) => {
                    (Method::POST, format!("/issues/{number}/comments"), body, "comment written")
                }
                CommentWrite::Update(id, body) => {
                    (Method::PATCH, format!("/issues/comments/{id}"), body, "comment updated")
                }
            };
            match self.client.send::<IgnoredAny>(method, &self.path(&path), &json!({ "body": body })).await {
                Ok(_) => {
                    done.written.push(format!("{told} on #{number}"));
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

    /// Gone is gone, whoever deleted it.
    async fn delete_comment(&self, id: u64) -> Result<(), NetError> {
        let path = self.path(&format!("/issues/comments/{id}"));
        match self.client.send::<IgnoredAny>(Method::DELETE, &path, &json!({})).await {
            Ok(_) | Err(NetError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
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
                done.limits.push(limit(&REMINDER, format!("whether a review is due is undetermined: {why}"), remedy));
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
            match self.send_reminder(&write).await {
                Ok(()) => done.written.push(reminder::told(&write)),
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
        let mut doubts = 0;
        loop {
            match self.send_reminder(write).await {
                Ok(()) => {
                    done.written.push(reminder::told(write));
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
            let issues: Vec<StandingReminder> = self
                .list(&self.path(&format!("/issues?state={state}&sort=created&direction=asc&per_page=100")))
                .await?;
            let surplus = if state == "open" { reminder::surplus(&self.wanted.name, me, &issues) } else { Vec::new() };
            for write in surplus {
                self.close(&write, done).await?;
            }
            if let Some(issue) = reminder::find(&self.wanted.name, me, &issues) {
                let comments = if matches!(wanted, ReminderWanted::Held { .. }) {
                    self.list(&self.path(&format!("/issues/{}/comments?per_page=100", issue.number))).await?
                } else {
                    Vec::new()
                };
                return Ok((Some(issue.clone()), comments));
            }
        }
        Ok((None, Vec::new()))
    }

    async fn send_reminder(&self, write: &ReminderWrite) -> Result<(), NetError> {
        let (method, path, body) = match write {
            ReminderWrite::Create(text) => {
                let mut body = json!({ "title": text.title, "body": text.body });
                if !self.wanted.labels.is_empty() {
                    body["labels"] = json!(self.wanted.labels);
                }
                (Method::POST, "/issues".to_owned(), body)
            }
            ReminderWrite::Update { number, text, retitle, reopen } => {
                let mut body = json!({ "body": text.body });
                if *retitle {
                    body["title"] = text.title.as_str().into();
                }
                if *reopen {
                    body["state"] = "open".into();
                }
                (Method::PATCH, format!("/issues/{number}"), body)
            }
            ReminderWrite::Comment { number, body } => {
                (Method::POST, format!("/issues/{number}/comments"), json!({ "body": body }))
            }
            ReminderWrite::Close { number, body, reason } => {
                let body = json!({ "body": body, "state": "closed", "state_reason": reason });
                (Method::PATCH, format!("/issues/{number}"), body)
            }
        };
        self.client.send::<IgnoredAny>(method, &self.path(&path), &body).await.map(|_| ())
    }
}
