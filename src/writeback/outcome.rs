//! What is to be written back, where, and what came of it.

use crate::net::error::NetError;
use lookback_core::model::{Limit, LimitKind};

/// What is to be written.
#[expect(clippy::struct_excessive_bools, reason = "switches")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteWanted {
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
    /// Look, and only say what would be written?
    pub plan: bool,
}

/// Who keeps comments and reminders, and in whose words they are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WriteHost {
    /// GitHub.
    #[default]
    Github,
    /// GitLab: notes on merge requests, issues.
    Gitlab,
    /// Jira: issues alone.
    Jira {
        /// Is it the Cloud? It is asked for issues in another way than a server of the firm's own.
        cloud: bool,
        /// Key of the project.
        project: String,
        /// Type of a new issue.
        issue_type: String,
    },
}

impl WriteWanted {
    /// Is there anything to write?
    pub fn anything(&self) -> bool {
        self.comment || self.check_run || self.reminder || self.status
    }
}

/// Where it is to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteTarget {
    /// Who keeps it.
    pub host: WriteHost,
    /// `owner/name`, of GitLab `group/project`.
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
pub struct WrittenBack {
    /// What was written, in words.
    pub written: Vec<String>,
    /// What would have been written, where it was only to be said.
    pub planned: Vec<PlannedWrite>,
    /// What was not, and why. Affects no constraint.
    pub limits: Vec<Limit>,
    /// Where the annotations stand.
    pub annotations: Annotations,
}

/// A request that was not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedWrite {
    /// What it does, in words.
    pub told: String,
    /// The text that it brings, where it brings one.
    pub text: Option<String>,
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
    /// By what was asked for, and whether it was written.
    pub fn of(wanted: bool, written: bool) -> Self {
        match (wanted, written) {
            (false, _) => Annotations::Unasked,
            (true, true) => Annotations::CheckRun,
            (true, false) => Annotations::Refused,
        }
    }
}

/// What a kind of writing is called and needs.
pub(crate) struct WriteKind {
    /// How it is called.
    pub what: &'static str,
    /// What to do about a refusal.
    pub allow: &'static str,
    /// The permission in the words of a workflow; empty elsewhere.
    permission: &'static str,
}

/// The check run.
pub(crate) const CHECK_RUN: WriteKind = WriteKind {
    what: "check run",
    allow: "Give the token the permission `checks: write`. The token of a pull request from a fork is read-only.",
    permission: "checks: write",
};
/// The commit status.
pub(crate) const STATUS: WriteKind = WriteKind {
    what: "commit status",
    allow: "Give the token the permission `statuses: write`. The token of a pull request from a fork is read-only.",
    permission: "statuses: write",
};
const COMMENT: WriteKind = WriteKind {
    what: "comment on the pull request",
    allow: "Give the token the permission `pull-requests: write`. The token of a pull request from a fork is read-only.",
    permission: "pull-requests: write",
};
const REMINDER: WriteKind = WriteKind {
    what: "reminder issue",
    allow: "Give the token the permission `issues: write`. The token of a pull request from a fork is read-only.",
    permission: "issues: write",
};
/// The message to a webhook.
pub(crate) const WEBHOOK: WriteKind = WriteKind {
    what: "message to the webhook",
    allow: "Check LOOKBACK_NOTIFY_URL: the whole address, as the service gave it.",
    permission: "",
};
const GITLAB: &str =
    "Give GITLAB_TOKEN the scope `api`, and its user the role Reporter in the project; CI_JOB_TOKEN may not write.";
const JIRA: &str = "Give the user of JIRA_TOKEN \"Browse projects\", \"Create issues\", \"Edit issues\", \"Transition issues\" and \"Add comments\" in the project.";

/// The comment.
pub(crate) fn comment(host: &WriteHost) -> &'static WriteKind {
    const OF_GITLAB: WriteKind = WriteKind { what: "note on the merge request", allow: GITLAB, permission: "" };
    match host {
        WriteHost::Gitlab => &OF_GITLAB,
        WriteHost::Github | WriteHost::Jira { .. } => &COMMENT,
    }
}

/// The reminder.
pub(crate) fn reminder(host: &WriteHost) -> &'static WriteKind {
    const OF_GITLAB: WriteKind = WriteKind { what: "reminder issue", allow: GITLAB, permission: "" };
    const OF_JIRA: WriteKind = WriteKind { what: "reminder issue in Jira", allow: JIRA, permission: "" };
    match host {
        WriteHost::Github => &REMINDER,
        WriteHost::Gitlab => &OF_GITLAB,
        WriteHost::Jira { .. } => &OF_JIRA,
    }
}

/// Limits for `wanted` when nothing can be asked: `why` is said once for each kind.
pub fn nothing_written(wanted: &WriteWanted, host: &WriteHost, why: &str, remedy: &str) -> WrittenBack {
    let kinds = [
        (wanted.check_run, &CHECK_RUN),
        (wanted.status, &STATUS),
        (wanted.comment, comment(host)),
        (wanted.reminder, reminder(host)),
    ];
    let limits = kinds.into_iter().filter(|(on, _)| *on).map(|(_, kind)| limit(kind, why.to_owned(), remedy)).collect();
    WrittenBack { limits, annotations: Annotations::of(wanted.check_run, false), ..WrittenBack::default() }
}

/// Turns an error into a limit; says whether it was none.
pub(crate) fn keep(done: &mut WrittenBack, kind: &WriteKind, result: Result<(), NetError>) -> bool {
    let Err(error) = result else { return true };
    let remedy = match &error {
        NetError::Permission { needs: Some(needs), .. } | NetError::NotFound { needs: Some(needs), .. } => format!(
            "The server asks for the permission {needs} ({} in a workflow). The token of a pull request from a fork is read-only.",
            kind.permission
        ),
        NetError::Permission { .. } | NetError::NotFound { .. } => kind.allow.to_owned(),
        NetError::Locked { .. } => {
            "Unlock the conversation (\"Unlock conversation\" beside it), or switch this writing off.".to_owned()
        }
        NetError::FeatureOff { .. } => {
            "Switch the feature on in the repository's settings, or the writing off.".to_owned()
        }
        _ => "Run again; what stands there already is not written twice.".to_owned(),
    };
    done.limits.push(limit(kind, error.to_string(), &remedy));
    false
}

pub(crate) fn limit(kind: &WriteKind, why: String, remedy: &str) -> Limit {
    Limit::new(LimitKind::Writing, format!("{}: not written", kind.what), why, remedy)
}
