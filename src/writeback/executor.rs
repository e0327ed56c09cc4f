//! Looks at what stands there, writes what is planned, and looks again where a request may or may not have been acted on:
//! nothing is written twice. What may not be written becomes a limit without effect on the verdict.

use http::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use tokio::time::sleep;

use crate::net::base::{Client, NetError};
use crate::writeback::check_run;
use crate::writeback::check_run::{CheckRun, CheckWrite};
use crate::writeback::comment;
use crate::writeback::comment::{Comment, CommentWrite};
use crate::writeback::marker::Me;
use crate::writeback::reminder;
use crate::writeback::reminder::ReminderWrite;
use crate::writeback::status;
use lookback_core::model::evidence::{Limit, LimitKind};
use lookback_core::model::report::{Lane, Report};

/// Looks that follow a request of which nobody knows whether it was acted on.
pub const DOUBTS: usize = 3;
/// Requests of one kind in one run; more are a fault of ours or of the server.
pub const MOST: usize = 2_000;

/// What is to be written.
#[expect(clippy::struct_excessive_bools, reason = "four switches")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The comment, on a pull request.
    pub comment: bool,
    /// The check run.
    pub check_run: bool,
    /// The reminder, where everything is enforced.
    pub reminder: bool,
    /// The commit status, where there is no check run.
    pub status: bool,
    /// Name of the check run, context of the status.
    pub name: String,
    /// Labels of a new reminder.
    pub labels: Vec<String>,
}

impl Wanted {
    /// Is there anything to write?
    pub fn anything(&self) -> bool {
        self.comment || self.check_run || self.reminder || self.status
    }
}

/// Where it is to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// `owner/name`.
    pub repository: String,
    /// The commit that check run and status are shown at: on a pull request its last one.
    pub commit: Option<String>,
    /// The pull request.
    pub pull_request: Option<u64>,
    /// Does the run stand for the state of the repository?
    pub default_branch: bool,
    /// Page of the run.
    pub run_url: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// What was written, in words.
    pub written: Vec<String>,
    /// What was not, and why. Affects no constraint.
    pub limits: Vec<Limit>,
    /// Where the annotations stand.
    pub annotations: Annotations,
}

/// Where the annotations of a report stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Annotations {
    /// No check run is asked for: they are left to workflow commands, where those are printed.
    #[default]
    Unasked,
    /// In a check run, all of them.
    CheckRun,
    /// The check run was refused: they have to reach people in another way.
    Refused,
}

impl Annotations {
    fn of(wanted: bool, written: bool) -> Self {
        match (wanted, written) {
            (false, _) => Annotations::Unasked,
            (true, true) => Annotations::CheckRun,
            (true, false) => Annotations::Refused,
        }
    }
}

/// What a kind of writing is called and needs.
pub struct Kind {
    what: &'static str,
    permission: &'static str,
}

pub const COMMENT: Kind = Kind { what: "comment on the pull request", permission: "pull-requests: write" };
pub const CHECK_RUN: Kind = Kind { what: "check run", permission: "checks: write" };
pub const REMINDER: Kind = Kind { what: "reminder issue", permission: "issues: write" };
pub const STATUS: Kind = Kind { what: "commit status", permission: "statuses: write" };

/// Writes what is wanted and applies to this run.
pub async fn write(client: &Client, report: &Report, wanted: &Wanted, target: &Target) -> Done {
    let mut done = Done::default();
    let writer = Writer { client, report, wanted, target };
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

/// Limits for `wanted` when nothing can be asked: `why` is said once for each kind.
pub fn nothing_written(wanted: &Wanted, why: &str, remedy: &str) -> Done {
    let kinds = [
        (wanted.check_run, &CHECK_RUN),
        (wanted.status, &STATUS),
        (wanted.comment, &COMMENT),
        (wanted.reminder, &REMINDER),
    ];
    let limits = kinds.into_iter().filter(|(on, _)| *on).map(|(_, kind)| limit(kind, why.to_owned(), remedy)).collect();
    Done { limits, annotations: Annotations::of(wanted.check_run, false), written: Vec::new() }
}

/// The account of the token. An installation's token may not ask for its user; GraphQL tells it, on some servers without the
/// `[bot]` that its comments carry. Who cannot know whose comments are whose must not write: other errors are given back.
pub async fn who(client: &Client) -> Result<Me, NetError> {
    #[derive(Deserialize)]
    struct User {
        login: String,
    }
    #[derive(Deserialize)]
    struct Viewer {
        viewer: User,
    }
    match client.get::<User>("/user").await {
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

/// Turns an error into a limit; says whether it was none.
pub fn keep(done: &mut Done, kind: &Kind, result: Result<(), NetError>) -> bool {
    let Err(error) = result else { return true };
    let remedy = match &error {
        NetError::Permission { needs: Some(needs), .. } | NetError::NotFound { needs: Some(needs), .. } => format!(
            "The server asks for the permission {needs} ({} in a workflow). The token of a pull request from a fork is read-only.",
            kind.permission
        ),
        NetError::Permission { .. } | NetError::NotFound { .. } => format!(
            "Give the token the permission `{}`. The token of a pull request from a fork is read-only.",
            kind.permission
        ),
        NetError::FeatureOff { .. } => {
            "Switch the feature on in the repository's settings, or the writing off.".to_owned()
        }
        _ => "Run again; what stands there already is not written twice.".to_owned(),
    };
    done.limits.push(limit(kind, error.to_string(), &remedy));
    false
}

pub fn limit(kind: &Kind, why: String, remedy: &str) -> Limit {
    Limit {
        kind: LimitKind::Writing,
        unseen: false,
        what: format!("{}: not written", kind.what),
        why,
        remedy: remedy.to_owned(),
        affects: Vec::new(),
    }
}

/// May the server have acted on a request that failed like this?
pub fn in_doubt(error: &NetError) -> bool {
    matches!(error, NetError::Transport { sent: true, .. } | NetError::Malformed { .. })
}

pub struct Writer<'a> {
    client: &'a Client,
    report: &'a Report,
    wanted: &'a Wanted,
    target: &'a Target,
}

impl Writer<'_> {
    fn comments(&self) -> bool {
        self.wanted.comment && self.target.pull_request.is_some()
    }

    /// A branch or a pull request does not speak for the repository: a record that is not merged is not held there.
    fn reminds(&self) -> bool {
        self.wanted.reminder && self.target.default_branch && self.report.lane.lane == Lane::Enforce
    }

    /// The kinds that apply to this run.
    fn kinds(&self) -> Vec<&'static Kind> {
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
        let pages = self.client.pages::<T>(path).await;
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

    async fn check_run(&self, done: &mut Done) -> Result<(), NetError> {
        #[derive(Deserialize)]
        struct Runs {
            check_runs: Vec<check_run::Existing>,
        }
        let commit = self.commit()?;
        let run = CheckRun::new(self.report, &self.wanted.name, commit, self.target.run_url.as_deref());
        let name = encoded(&self.wanted.name);
        let list = self.path(&format!("/commits/{commit}/check-runs?check_name={name}&filter=all&per_page=100"));
        let (mut doubts, mut written) = (0, false);
        let mut existing = self.client.get::<Runs>(&list).await?.value.check_runs;
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
                    existing = self.client.get::<Runs>(&list).await?.value.check_runs;
                }
            }
        }
        if written {
            done.written.push(format!("check run \"{}\": {}", run.name, run.conclusion));
        }
        Ok(())
    }

    /// Sends the next request; what the server keeps now is what it kept and what was sent.
    async fn send_check_run(&self, run: &CheckRun, write: &CheckWrite) -> Result<check_run::Existing, NetError> {
        let body = run.body(write);
        let (method, path) = match write {
            CheckWrite::Create => (Method::POST, self.path("/check-runs")),
            CheckWrite::Continue(id, _) | CheckWrite::Refresh(id) => {
                (Method::PATCH, self.path(&format!("/check-runs/{id}")))
            }
        };
        let mut now: check_run::Existing = self.client.send(method, &path, &body).await?;
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

    async fn status(&self, me: &Me, done: &mut Done) -> Result<(), NetError> {
        let commit = self.commit()?;
        let status = status::status(self.report, &self.wanted.name, self.target.run_url.as_deref());
        let list = self.path(&format!("/commits/{commit}/statuses?per_page=100"));
        let mut doubts = 0;
        loop {
            let existing: Vec<status::Existing> = self.list(&list).await?;
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

    async fn comment(&self, me: &Me, done: &mut Done) -> Result<(), NetError> {
        let Some(number) = self.target.pull_request else { return Ok(()) };
        let list = self.path(&format!("/issues/{number}/comments?per_page=100"));
        let mut doubts = 0;
        loop {
            let existing: Vec<Comment> = self.list(&list).await?;
            let Some(write) = comment::plan(self.report, &self.wanted.name, me, &existing) else { return Ok(()) };
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
                    return Ok(());
                }
                Err(error) => self.doubt(error, &mut doubts).await?,
            }
        }
    }

    async fn reminder(&self, me: &Me, done: &mut Done) -> Result<(), NetError> {
        let wanted = reminder::wanted(self.report, &self.wanted.name);
        match &wanted {
            reminder::Wanted::Nothing => return Ok(()),
            reminder::Wanted::Unknown(why) => {
                let remedy = "Resolve what could not be seen; the reminder is left as it is until then.";
                done.limits.push(limit(&REMINDER, format!("whether a review is due is undetermined: {why}"), remedy));
                return Ok(());
            }
            reminder::Wanted::Open(_) | reminder::Wanted::Held { .. } => {}
        }
        let (mut doubts, mut steps) = (0, 0);
        loop {
            let (existing, comments) = self.standing(&wanted, me).await?;
            let Some(write) = reminder::plan(&wanted, &self.wanted.name, me, existing.as_ref(), &comments) else {
                return Ok(());
            };
            match self.send_reminder(&write).await {
                Ok(()) => done.written.push(reminder::told(&write)),
                Err(error) => {
                    self.doubt(error, &mut doubts).await?;
                    continue;
                }
            }
            steps += 1;
            // Only a comment is followed by something: the closing. A list may not show yet what was just written.
            if !matches!(write, ReminderWrite::Comment { .. }) || steps > 1 {
                return Ok(());
            }
            let Some(issue) = existing else { return Ok(()) };
            return self.close(issue.number, done).await;
        }
    }

    /// Closing twice is closing once: it is simply sent again where in doubt.
    async fn close(&self, number: u64, done: &mut Done) -> Result<(), NetError> {
        let (write, mut doubts) = (ReminderWrite::Close(number), 0);
        loop {
            match self.send_reminder(&write).await {
                Ok(()) => {
                    done.written.push(reminder::told(&write));
                    return Ok(());
                }
                Err(error) => self.doubt(error, &mut doubts).await?,
            }
        }
    }

    /// The reminder and, before it is closed, its comments. Open issues are looked through first: mostly that is all.
    async fn standing(
        &self,
        wanted: &reminder::Wanted,
        me: &Me,
    ) -> Result<(Option<reminder::Existing>, Vec<Comment>), NetError> {
        let mut states = vec!["open"];
        if matches!(wanted, reminder::Wanted::Open(_)) {
            states.push("closed");
        }
        for state in states {
            let issues: Vec<reminder::Existing> = self
                .list(&self.path(&format!("/issues?state={state}&sort=created&direction=asc&per_page=100")))
                .await?;
            if let Some(issue) = reminder::find(&self.wanted.name, me, &issues) {
                let comments = if matches!(wanted, reminder::Wanted::Held { .. }) {
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
            ReminderWrite::Update { number, text, reopen } => {
                let mut body = json!({ "title": text.title, "body": text.body });
                if *reopen {
                    body["state"] = "open".into();
                }
                (Method::PATCH, format!("/issues/{number}"), body)
            }
            ReminderWrite::Comment { number, body } => {
                (Method::POST, format!("/issues/{number}/comments"), json!({ "body": body }))
            }
            ReminderWrite::Close(number) => {
                (Method::PATCH, format!("/issues/{number}"), json!({ "state": "closed", "state_reason": "completed" }))
            }
        };
        self.client.send::<IgnoredAny>(method, &self.path(&path), &body).await.map(|_| ())
    }
}

/// A value of a query, percent-encoded.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}
