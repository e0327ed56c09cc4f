//! A GitLab on loopback that keeps what it is sent and takes nothing that GitLab's API does not take: parameters by name and type, the
//! author's own notes alone, pages by `Link`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::server::{Reply, Seen, Server, Spoil};

pub const TOKEN: &str = "glpat-canary0123456789";
pub const BOT: &str = "project_7_bot_a1";
pub const PROJECT: &str = "group/sub/pump";
/// Items of a page.
const PAGE: usize = 2;

/// What the server keeps.
#[derive(Default)]
pub struct Gitlab {
    pub notes: Vec<Value>,
    pub issues: Vec<Value>,
    pub issue_notes: Vec<Value>,
    /// Status codes with which the next writes are refused, before anything is kept.
    pub refusals: Vec<(u16, Vec<(&'static str, &'static str)>)>,
    /// The status with which the question who asks is refused.
    pub nobody: Option<u16>,
    pub writes: usize,
}

fn user(name: &str) -> Value {
    json!({ "id": 7, "username": name, "name": name, "state": "active", "web_url": "https://gitlab.example/x" })
}

/// Is it this number?
fn is(id: &Value, written: &str) -> bool {
    id.as_u64() == written.parse().ok()
}

fn wrong(why: &str) -> Reply {
    Reply::json(400, &json!({ "error": why }))
}

/// The parameters of a request; one that is none of these, or not of its type, is refused.
fn checked(body: &Value, known: &[&str], needed: &[&str]) -> Result<(), Reply> {
    let Some(fields) = body.as_object() else { return Err(wrong("the body is no object")) };
    for (name, value) in fields {
        if !known.contains(&name.as_str()) || !value.is_string() {
            return Err(wrong(&format!("{name} is invalid")));
        }
    }
    match needed.iter().find(|name| !fields.contains_key(**name)) {
        Some(name) => Err(wrong(&format!("{name} is missing"))),
        None => Ok(()),
    }
}

impl Gitlab {
    pub fn answer(&mut self, seen: &Seen, own: &str) -> Reply {
        if seen.headers.get("private-token").map(String::as_str) != Some(TOKEN) {
            return Reply::json(401, &json!({ "message": "401 Unauthorized" }));
        }
        assert!(!seen.headers.contains_key("authorization"), "one way to say who asks");
        let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
        let query: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let body: Value = serde_json::from_str(&seen.body).unwrap_or(Value::Null);
        let rest = path.strip_prefix("/api/v4/").expect("the API");
        if rest == "user" {
            return match self.nobody {
                Some(status) => Reply::json(status, &json!({ "message": "403 Forbidden" })),
                None => Reply::json(200, &user(BOT)),
            };
        }
        if seen.method != "GET" {
            if !self.refusals.is_empty() {
                let (status, headers) = self.refusals.remove(0);
                let reply = Reply::json(status, &json!({ "message": format!("{status} refused {TOKEN}") }));
                return headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value));
            }
            self.writes += 1;
        }
        let rest = rest.strip_prefix("projects/group%2Fsub%2Fpump/").expect("our project");
        let parts: Vec<&str> = rest.split('/').collect();
        let page = |items: Vec<Value>| paged(&items, &query, path, own);
        match (seen.method.as_str(), parts.as_slice()) {
            ("GET", ["merge_requests", "7", "notes"]) => page(ordered(&self.notes, &query)),
            ("POST", ["merge_requests", "7", "notes"]) => note(&mut self.notes, &body),
            ("PUT", ["merge_requests", "7", "notes", id]) => changed(&mut self.notes, id, &body),
            ("DELETE", ["merge_requests", "7", "notes", id]) => {
                let before = self.notes.len();
                self.notes.retain(|note| !is(&note["id"], id));
                let status = if self.notes.len() < before { 204 } else { 404 };
                Reply { status, headers: Vec::new(), body: String::new() }
            }
            ("GET", ["issues"]) => {
                assert!(["opened", "closed", "all"].contains(&query["state"]) && query["scope"] == "all");
                let found = self.issues.iter().filter(|issue| {
                    issue["state"] == query["state"] && issue["author"]["username"] == query["author_username"]
                });
                page(found.cloned().collect())
            }
            ("POST", ["issues"]) => {
                if let Err(wrong) = checked(&body, &["title", "description", "labels"], &["title"]) {
                    return wrong;
                }
                assert!(body["title"].as_str().unwrap().chars().count() <= 255);
                let mut issue = body;
                issue["iid"] = (self.issues.len() + 1).into();
                issue["state"] = "opened".into();
                issue["author"] = user(BOT);
                self.issues.push(issue.clone());
                Reply::json(201, &issue)
            }
            ("PUT", ["issues", iid]) => {
                if let Err(wrong) = checked(&body, &["title", "description", "state_event"], &[]) {
                    return wrong;
                }
                let Some(issue) = self.issues.iter_mut().find(|issue| is(&issue["iid"], iid)) else {
                    return Reply::json(404, &json!({ "message": "404 Not found" }));
                };
                for name in ["title", "description"] {
                    if !body[name].is_null() {
                        issue[name] = body[name].clone();
                    }
                }
                match body["state_event"].as_str() {
                    Some("close") => issue["state"] = "closed".into(),
                    Some("reopen") => issue["state"] = "opened".into(),
                    Some(_) => return wrong("state_event does not have a valid value"),
                    None => {}
                }
                Reply::json(200, issue)
            }
            ("GET", ["issues", _, "notes"]) => page(ordered(&self.issue_notes, &query)),
            ("POST", ["issues", _, "notes"]) => note(&mut self.issue_notes, &body),
            other => panic!("unexpected request {other:?}"),
        }
    }

    pub fn serve(shared: &Arc<Mutex<Gitlab>>, spoil: Spoil) -> Server {
        let kept = Arc::clone(shared);
        Server::start(spoil, move |seen, own| kept.lock().unwrap().answer(seen, own))
    }

    /// Notes of the merge request that we wrote.
    pub fn ours(&self) -> Vec<&Value> {
        self.notes.iter().filter(|note| note["author"]["username"] == BOT).collect()
    }
}

/// What others wrote, with our mark at its head.
pub fn stranger(text: &str) -> Value {
    json!({ "id": 1, "body": text, "author": user("mallory"), "system": false })
}

fn ordered(notes: &[Value], query: &BTreeMap<&str, &str>) -> Vec<Value> {
    assert_eq!((query["sort"], query["order_by"]), ("asc", "created_at"));
    notes.to_vec()
}

fn paged(items: &[Value], query: &BTreeMap<&str, &str>, path: &str, own: &str) -> Reply {
    assert_eq!(query["per_page"], "100");
    let page: usize = query.get("page").map_or(1, |page| page.parse().unwrap());
    let rest: Vec<String> =
        query.iter().filter(|(name, _)| **name != "page").map(|(name, value)| format!("{name}={value}")).collect();
    let some: Vec<Value> = items.iter().skip((page - 1) * PAGE).take(PAGE).cloned().collect();
    let reply = Reply::json(200, &Value::Array(some));
    if items.len() <= page * PAGE {
        return reply;
    }
    reply.with("link", &format!("<{own}{path}?{}&page={}>; rel=\"next\"", rest.join("&"), page + 1))
}

fn note(notes: &mut Vec<Value>, body: &Value) -> Reply {
    if let Err(wrong) = checked(body, &["body"], &["body"]) {
        return wrong;
    }
    let obeyed = body["body"].as_str().unwrap().lines().any(|line| line.trim_start().starts_with('/'));
    assert!(!obeyed, "a line of it is a command: {body}");
    let note = json!({ "id": 100 + notes.len(), "body": body["body"], "author": user(BOT), "system": false });
    notes.push(note.clone());
    Reply::json(201, &note)
}

fn changed(notes: &mut [Value], id: &str, body: &Value) -> Reply {
    if let Err(wrong) = checked(body, &["body"], &["body"]) {
        return wrong;
    }
    match notes.iter_mut().find(|note| is(&note["id"], id)) {
        Some(note) if note["author"]["username"] == BOT => {
            note["body"] = body["body"].clone();
            Reply::json(200, note)
        }
        Some(_) => Reply::json(403, &json!({ "message": "403 Forbidden" })),
        None => Reply::json(404, &json!({ "message": "404 Not found" })),
    }
}
