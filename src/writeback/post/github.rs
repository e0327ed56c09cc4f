//! GitHub: comments on pull requests, and issues.

use http::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::net::client::Client;
use crate::net::error::NetError;
use crate::writeback::comment::{Comment, CommentWrite};
use crate::writeback::marker::Me;
use crate::writeback::post::place::{Post, whole};
use crate::writeback::reminder::{ReminderWrite, StandingReminder};

fn path(post: &Post<'_>, rest: &str) -> String {
    format!("/repos/{}{rest}", post.target.repository)
}

/// An installation's token may not ask for its user; GraphQL tells it, on some servers without the `[bot]` that its comments carry.
pub(crate) async fn me(client: &Client) -> Result<Me, NetError> {
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

pub(crate) async fn comments(post: &Post<'_>, number: u64) -> Result<Vec<Comment>, NetError> {
    whole(post.client, &path(post, &format!("/issues/{number}/comments?per_page=100"))).await
}

pub(crate) async fn comment(post: &Post<'_>, number: u64, write: &CommentWrite) -> Result<(), NetError> {
    let (method, rest, body) = match write {
        CommentWrite::Create(body) => (Method::POST, format!("/issues/{number}/comments"), body),
        CommentWrite::Update(id, body) => (Method::PATCH, format!("/issues/comments/{id}"), body),
    };
    post.client.send::<IgnoredAny>(method, &path(post, &rest), &json!({ "body": body })).await.map(|_| ())
}

pub(crate) async fn delete_comment(post: &Post<'_>, id: u64) -> Result<(), NetError> {
    let path = path(post, &format!("/issues/comments/{id}"));
    post.client.send::<IgnoredAny>(Method::DELETE, &path, &json!({})).await.map(|_| ())
}

pub(crate) async fn issues(post: &Post<'_>, state: &str) -> Result<Vec<StandingReminder>, NetError> {
    let rest = format!("/issues?state={state}&sort=created&direction=asc&per_page=100");
    whole(post.client, &path(post, &rest)).await
}

pub(crate) async fn remind(post: &Post<'_>, write: &ReminderWrite) -> Result<(), NetError> {
    let (method, rest, body) = match write {
        ReminderWrite::Create(text) => {
            let mut body = json!({ "title": text.title, "body": text.body });
            if !post.labels.is_empty() {
                body["labels"] = json!(post.labels);
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
    post.client.send::<IgnoredAny>(method, &path(post, &rest), &body).await.map(|_| ())
}
