//! A Jira on loopback, Cloud or Data Center, that keeps what it is sent and takes nothing that Jira's API does not take: fields by name
//! and type, transitions of its own workflow, pages by token or by number.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::server::{Reply, Seen, Server, Spoil};

pub const TOKEN: &str = "jira-canary0123456789";
pub const EMAIL: &str = "bot@acme.example";
const ME: &str = "712020:bot";

/// What the server keeps.
pub struct Jira {
    pub cloud: bool,
    /// Is there a way from open to closed and back?
    pub workflow: bool,
    pub issues: Vec<Value>,
    pub comments: Vec<Value>,
    /// Status codes with which the next writes are refused, before anything is kept.
    pub refusals: Vec<(u16, Vec<(&'static str, &'static str)>)>,
    pub writes: usize,
}

fn wrong(field: &str, why: &str) -> Reply {
    Reply::json(400, &json!({ "errorMessages": [], "errors": { field: why } }))
}

fn empty(status: u16) -> Reply {
    Reply { status, headers: Vec::new(), body: String::new() }
}

impl Jira {
    pub fn new(cloud: bool) -> Jira {
        let (issues, comments, refusals) = (Vec::new(), Vec::new(), Vec::new());
        Jira { cloud, workflow: true, issues, comments, refusals, writes: 0 }
    }

    fn me(&self) -> Value {
        if self.cloud {
            json!({ "accountId": ME, "accountType": "atlassian", "displayName": "Bot", "active": true })
        } else {
            json!({ "name": "bot", "key": "JIRAUSER1", "displayName": "Bot", "active": true })
        }
    }

    pub fn answer(&mut self, seen: &Seen) -> Reply {
        let basic = "Basic Ym90QGFjbWUuZXhhbXBsZTpqaXJhLWNhbmFyeTAxMjM0NTY3ODk=".to_owned();
        let wanted = if self.cloud { basic } else { format!("Bearer {TOKEN}") };
        if seen.headers.get("authorization") != Some(&wanted) {
            return Reply::json(401, &json!({ "message": "Client must be authenticated to access this resource." }));
        }
        let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let query: BTreeMap<&str, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, text)| (name, decoded(text)))
            .collect();
        let body: Value = serde_json::from_str(&seen.body).unwrap_or(Value::Null);
        if seen.method != "GET" {
            if !self.refusals.is_empty() {
                let (status, headers) = self.refusals.remove(0);
                let reply =
                    Reply::json(status, &json!({ "errorMessages": [format!("refused {TOKEN}")], "errors": {} }));
                return headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value));
            }
            self.writes += 1;
        }
        let rest = path.strip_prefix("/rest/api/2/").expect("the API");
        let parts: Vec<&str> = rest.split('/').collect();
        match (seen.method.as_str(), parts.as_slice()) {
            ("GET", ["myself"]) => Reply::json(200, &self.me()),
            ("GET", ["search", "jql"]) if self.cloud => self.by_token(&query),
            ("GET", ["search"]) if !self.cloud => self.by_number(&query),
            ("GET", ["field"]) => Reply::json(200, &json!([])),
            ("POST", ["issue"]) => self.create(&body),
            ("PUT", ["issue", key]) => self.edit(key, &body),
            ("GET", ["issue", _, "comment"]) => {
                let from: usize = query["startAt"].parse().unwrap();
                let some: Vec<Value> = self.comments.iter().skip(from).take(1).cloned().collect();
                let total = self.comments.len();
                Reply::json(200, &json!({ "startAt": from, "maxResults": 1, "total": total, "comments": some }))
            }
            ("POST", ["issue", _, "comment"]) => {
                let text = body["body"].as_str().filter(|text| !text.is_empty() && text.chars().count() <= 32_767);
                if text.is_none() || body.as_object().unwrap().len() != 1 {
                    return wrong("comment", "Comment body is not valid!");
                }
                let id = (self.comments.len() + 1).to_string();
                let comment = json!({ "id": id, "body": body["body"], "author": self.me() });
                self.comments.push(comment.clone());
                Reply::json(201, &comment)
            }
            ("GET", ["issue", key, "transitions"]) => {
                let ways = if self.workflow { self.ways(key) } else { json!([]) };
                Reply::json(200, &json!({ "expand": "transitions", "transitions": ways }))
            }
            ("POST", ["issue", key, "transitions"]) => {
                let ways = self.ways(key);
                let way = ways.as_array().unwrap().iter().find(|way| way["id"] == body["transition"]["id"]);
                let Some(way) = way.cloned() else { return wrong("transition", "It is not a valid transition") };
                let at = self.at(key);
                self.issues[at]["fields"]["status"] = way["to"].clone();
                empty(204)
            }
            other => panic!("unexpected request {other:?}"),
        }
    }

    fn at(&self, key: &str) -> usize {
        self.issues.iter().position(|issue| issue["key"] == key).expect("an issue of ours")
    }

    fn ways(&self, key: &str) -> Value {
        let to = |key: &str| json!({ "name": key, "statusCategory": { "id": 1, "key": key } });
        let open = json!({ "id": "11", "name": "Reopen", "to": to("new") });
        let work = json!({ "id": "21", "name": "Start", "to": to("indeterminate") });
        let done = json!({ "id": "31", "name": "Finish", "to": to("done") });
        let closed = self.issues[self.at(key)]["fields"]["status"]["statusCategory"]["key"] == "done";
        if closed { json!([work, open]) } else { json!([work, done]) }
    }

    /// The issues of a query of the one form that we ask.
    fn found(&self, query: &BTreeMap<&str, String>) -> Vec<Value> {
        // Who reads asks for all, with their history.
        if query.contains_key("expand") {
            return self.issues.clone();
        }
        assert_eq!(query["fields"], "summary,description,status,creator");
        let form = regex::Regex::new(
            r#"^project = "([A-Z]+)" AND labels = "([a-z0-9-]+)" AND statusCategory (!?=) Done ORDER BY created ASC$"#,
        );
        let form = form.unwrap();
        let asked = form.captures(&query["jql"]).unwrap_or_else(|| panic!("{}", query["jql"]));
        let wanted = |issue: &&Value| {
            let fields = &issue["fields"];
            let done = fields["status"]["statusCategory"]["key"] == "done";
            let labels = fields["labels"].as_array().unwrap();
            fields["project"]["key"] == asked[1]
                && labels.iter().any(|label| *label == asked[2])
                && done == (&asked[3] == "=")
        };
        self.issues.iter().filter(wanted).cloned().collect()
    }

    fn by_token(&self, query: &BTreeMap<&str, String>) -> Reply {
        let found = self.found(query);
        let from: usize =
            query.get("nextPageToken").map_or(0, |token| token.trim_start_matches("t/+").parse().unwrap());
        let some: Vec<Value> = found.iter().skip(from).take(1).cloned().collect();
        let mut answer = json!({ "issues": some, "isLast": from + 1 >= found.len() });
        if from + 1 < found.len() {
            answer["nextPageToken"] = format!("t/+{}", from + 1).into();
        }
        Reply::json(200, &answer)
    }

    fn by_number(&self, query: &BTreeMap<&str, String>) -> Reply {
        let found = self.found(query);
        let from: usize = query.get("startAt").map_or(0, |from| from.parse().unwrap());
        let some: Vec<Value> = found.iter().skip(from).take(1).cloned().collect();
        Reply::json(200, &json!({ "startAt": from, "maxResults": 1, "total": found.len(), "issues": some }))
    }

    fn create(&mut self, body: &Value) -> Reply {
        let fields = body["fields"].as_object().expect("fields");
        let known = ["project", "issuetype", "summary", "description", "labels"];
        if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return wrong(name, "Field cannot be set. It is not on the appropriate screen, or unknown.");
        }
        if fields["issuetype"]["name"] != "Task" {
            return wrong("issuetype", "Specify a valid issue type");
        }
        if let Err(reply) = texts(&body["fields"]) {
            return reply;
        }
        let labels = fields["labels"].as_array().unwrap();
        if labels.iter().any(|label| label.as_str().unwrap().contains(' ')) {
            return wrong("labels", "The label contains spaces which is invalid.");
        }
        let mut fields = body["fields"].clone();
        fields["status"] = json!({ "name": "To Do", "statusCategory": { "id": 2, "key": "new" } });
        fields["creator"] = self.me();
        fields["created"] = "2026-02-11T10:00:00.000+0000".into();
        let key = format!("SEC-{}", 11 + self.issues.len());
        self.issues.push(
            json!({ "id": "1", "key": key, "self": "https://jira.example/rest/api/2/issue/1", "fields": fields }),
        );
        Reply::json(201, &json!({ "id": "1", "key": key, "self": "https://jira.example/rest/api/2/issue/1" }))
    }

    fn edit(&mut self, key: &str, body: &Value) -> Reply {
        let fields = body["fields"].as_object().expect("fields");
        if let Some(name) = fields.keys().find(|name| !["summary", "description"].contains(&name.as_str())) {
            return wrong(name, "Field cannot be set.");
        }
        if let Err(reply) = texts(&body["fields"]) {
            return reply;
        }
        let at = self.at(key);
        for (name, value) in fields {
            self.issues[at]["fields"][name.as_str()] = value.clone();
        }
        empty(204)
    }

    pub fn serve(shared: &Arc<Mutex<Jira>>, spoil: Spoil) -> Server {
        let kept = Arc::clone(shared);
        Server::start(spoil, move |seen, _| kept.lock().unwrap().answer(seen))
    }
}

fn texts(fields: &Value) -> Result<(), Reply> {
    if let Some(summary) = fields.get("summary") {
        let text = summary.as_str().unwrap_or_default();
        if text.is_empty() || text.contains('\n') || text.chars().count() > 255 {
            return Err(wrong("summary", "The summary is invalid"));
        }
    }
    let text = fields["description"].as_str().unwrap_or_default();
    if text.chars().count() > 32_767 {
        return Err(wrong("description", "The entered text is too long."));
    }
    assert_eq!(text.matches("{noformat}").count(), 2, "all of it is without markup: {text}");
    Ok(())
}
