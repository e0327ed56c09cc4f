//! Which host is asked: one set of questions and requests.

use crate::net::error::NetError;
use crate::writeback::comment::{Comment, CommentWrite};
use crate::writeback::marker::Me;
use crate::writeback::outcome::WriteHost;
use crate::writeback::post::place::Post;
use crate::writeback::post::{github, gitlab, jira};
use crate::writeback::reminder::{ReminderWrite, StandingReminder};

impl Post<'_> {
    /// The account of the token. Who cannot know whose comments are whose must not write.
    pub(crate) async fn me(&self) -> Result<Me, NetError> {
        match self.target.host {
            WriteHost::Github => github::me(self.client).await,
            WriteHost::Gitlab => gitlab::me(self.client).await,
            WriteHost::Jira { .. } => jira::me(self.client).await,
        }
    }

    /// How a pull request is called.
    pub(crate) fn change(&self, number: u64) -> String {
        if self.target.host == WriteHost::Gitlab { format!("!{number}") } else { format!("#{number}") }
    }

    /// How an issue is called.
    pub(crate) fn issue(&self, number: u64) -> String {
        match &self.target.host {
            WriteHost::Jira { project, .. } => jira::key(project, number),
            WriteHost::Github | WriteHost::Gitlab => format!("#{number}"),
        }
    }

    /// The comments on a pull request.
    pub(crate) async fn comments(&self, number: u64) -> Result<Vec<Comment>, NetError> {
        match self.target.host {
            WriteHost::Github => github::comments(self, number).await,
            WriteHost::Gitlab => gitlab::notes(self, "merge_requests", number).await,
            WriteHost::Jira { .. } => Ok(Vec::new()),
        }
    }

    /// Writes a comment on a pull request.
    pub(crate) async fn comment(&self, number: u64, write: &CommentWrite) -> Result<(), NetError> {
        match self.target.host {
            WriteHost::Github => github::comment(self, number, write).await,
            WriteHost::Gitlab => gitlab::note(self, number, write).await,
            WriteHost::Jira { .. } => Ok(()),
        }
    }

    /// Deletes a comment on a pull request. Gone is gone, whoever deleted it.
    pub(crate) async fn delete_comment(&self, number: u64, id: u64) -> Result<(), NetError> {
        let deleted = match self.target.host {
            WriteHost::Github => github::delete_comment(self, id).await,
            WriteHost::Gitlab => gitlab::delete_note(self, number, id).await,
            WriteHost::Jira { .. } => Ok(()),
        };
        match deleted {
            Err(NetError::NotFound { .. }) => Ok(()),
            other => other,
        }
    }

    /// Issues among which the reminder of this name is, that are `open` or `closed`.
    pub(crate) async fn reminders(&self, state: &str, me: &Me, name: &str) -> Result<Vec<StandingReminder>, NetError> {
        match &self.target.host {
            WriteHost::Github => github::issues(self, state).await,
            WriteHost::Gitlab => gitlab::issues(self, state, me).await,
            WriteHost::Jira { cloud, project, .. } => jira::issues(self.client, (*cloud, project), state, name).await,
        }
    }

    /// The comments on a reminder.
    pub(crate) async fn reminder_comments(&self, number: u64) -> Result<Vec<Comment>, NetError> {
        match &self.target.host {
            WriteHost::Github => github::comments(self, number).await,
            WriteHost::Gitlab => gitlab::notes(self, "issues", number).await,
            WriteHost::Jira { project, .. } => jira::comments(self.client, project, number).await,
        }
    }

    /// Sends a request for the reminder of this name.
    pub(crate) async fn remind(&self, write: &ReminderWrite, name: &str) -> Result<(), NetError> {
        match &self.target.host {
            WriteHost::Github => github::remind(self, write).await,
            WriteHost::Gitlab => gitlab::remind(self, write).await,
            WriteHost::Jira { project, issue_type, .. } => jira::remind(self, (project, issue_type), write, name).await,
        }
    }
}
