//! GitLab: notes on merge requests, and issues. A line that begins with a slash would be a command there; none of ours does.

use http::Method;
use percent_encoding::utf8_percent_encode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::net::client::Client;
use crate::net::error::NetError;
use crate::writeback::comment::{Comment, CommentWrite};
use crate::writeback::marker::{Author, Me};
use crate::writeback::post::place::{Post, VALUE, whole};
use crate::writeback::reminder::{ReminderWrite, StandingReminder};

#[derive(Deserialize)]
struct User {
    username: String,
}

impl User {
    fn author(self) -> Author {
        Author { login: self.username, kind: String::new() }
    }
}

#[derive(Deserialize)]
struct Note {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    author: Option<User>,
    /// Of GitLab itself: what somebody did.
    #[serde(default)]
    system: bool,
}

#[derive(Deserialize)]
struct Issue {
    iid: u64,
    state: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    author: Option<User>,
}

fn path(post: &Post<'_>, rest: &str) -> String {
    format!("/api/v4/projects/{}{rest}", utf8_percent_encode(&post.target.repository, VALUE))
}

pub(crate) async fn me(client: &Client) -> Result<Me, NetError> {
    let user: User = client.get_unkept("/api/v4/user").await?.value;
    Ok(Me { login: Some(user.username) })
}

/// Notes of people and programs. `of`: `merge_requests` or `issues`.
pub(crate) async fn notes(post: &Post<'_>, of: &str, number: u64) -> Result<Vec<Comment>, NetError> {
    let rest = format!("/{of}/{number}/notes?sort=asc&order_by=created_at&per_page=100");
    let notes: Vec<Note> = whole(post.client, &path(post, &rest)).await?;
    let written = notes.into_iter().filter(|note| !note.system);
    Ok(written.map(|note| Comment { id: note.id, body: note.body, user: note.author.map(User::author) }).collect())
}

pub(crate) async fn note(post: &Post<'_>, number: u64, write: &CommentWrite) -> Result<(), NetError> {
    let (method, rest, body) = match write {
        CommentWrite::Create(body) => (Method::POST, format!("/merge_requests/{number}/notes"), body),
        CommentWrite::Update(id, body) => (Method::PUT, format!("/merge_requests/{number}/notes/{id}"), body),
    };
    send(post, method, &rest, &json!({ "body": inert(body) })).await
}

pub(crate) async fn delete_note(post: &Post<'_>, number: u64, id: u64) -> Result<(), NetError> {
    send(post, Method::DELETE, &format!("/merge_requests/{number}/notes/{id}"), &json!({})).await
}

/// Issues of ours. What others wrote is no reminder, and need not be asked for.
pub(crate) async fn issues(post: &Post<'_>, state: &str, me: &Me) -> Result<Vec<StandingReminder>, NetError> {
    let state = if state == "open" { "opened" } else { state };
    let author = utf8_percent_encode(me.login.as_deref().unwrap_or_default(), VALUE);
    let rest =
        format!("/issues?state={state}&author_username={author}&scope=all&order_by=created_at&sort=asc&per_page=100");
    let issues: Vec<Issue> = whole(post.client, &path(post, &rest)).await?;
    let standing = issues.into_iter().map(|issue| StandingReminder {
        number: issue.iid,
        state: if issue.state == "opened" { "open".to_owned() } else { issue.state },
        title: issue.title,
        body: issue.description,
        user: issue.author.map(User::author),
        pull_request: None,
    });
    Ok(standing.collect())
}

pub(crate) async fn remind(post: &Post<'_>, write: &ReminderWrite) -> Result<(), NetError> {
    let (method, rest, body) = match write {
        ReminderWrite::Create(text) => {
            let mut body = json!({ "title": text.title, "description": inert(&text.body) });
            if !post.labels.is_empty() {
                body["labels"] = post.labels.join(",").into();
            }
            (Method::POST, "/issues".to_owned(), body)
        }
        ReminderWrite::Update { number, text, retitle, reopen } => {
            let mut body = json!({ "description": inert(&text.body) });
            if *retitle {
                body["title"] = text.title.as_str().into();
            }
            if *reopen {
                body["state_event"] = "reopen".into();
            }
            (Method::PUT, format!("/issues/{number}"), body)
        }
        ReminderWrite::Comment { number, body } => {
            (Method::POST, format!("/issues/{number}/notes"), json!({ "body": inert(body) }))
        }
        ReminderWrite::Close { number, body, .. } => {
            (Method::PUT, format!("/issues/{number}"), json!({ "description": inert(body), "state_event": "close" }))
        }
    };
    send(post, method, &rest, &body).await
}

async fn send(post: &Post<'_>, method: Method, rest: &str, body: &Value) -> Result<(), NetError> {
    post.client.send::<IgnoredAny>(method, &path(post, rest), body).await.map(|_| ())
}

/// A text in which no line is a command: GitLab obeys lines such as `/close`.
fn inert(text: &str) -> String {
    let line = |line: &str| {
        let blanks = line.len() - line.trim_start().len();
        if line[blanks..].starts_with('/') {
            format!("{}\\{}", &line[..blanks], &line[blanks..])
        } else {
            line.to_owned()
        }
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_line_is_a_command() {
        assert_eq!(
            super::inert("a /close\n/close\n\t/label ~x\n- /merge"),
            "a /close\n\\/close\n\t\\/label ~x\n- /merge"
        );
    }
}
