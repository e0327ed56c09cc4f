//! Jira: the reminder as an issue of a project, found again by a label of ours. Its texts stand in a block without markup, in which
//! nobody's words become a link, a mention or a picture; the hidden first line of other hosts is its last one.

use http::Method;
use percent_encoding::utf8_percent_encode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::net::client::Client;
use crate::net::error::NetError;
use crate::writeback::comment::Comment;
use crate::writeback::marker::{Author, Me, digest};
use crate::writeback::post::place::{Post, VALUE};
use crate::writeback::reminder::{ReminderWrite, StandingReminder};
use lookback_reading::shorten;

/// Characters of a text; Jira refuses more than 32,767.
const MOST: usize = 30_000;
/// Items of a page, and pages that are asked for.
const PAGE: usize = 100;
const PAGES: usize = 20;
/// Around a text that is shown as it is.
const PLAIN: &str = "{noformat}";

#[derive(Deserialize)]
struct User {
    /// The Cloud's.
    #[serde(default, rename = "accountId")]
    account: Option<String>,
    /// A server's.
    #[serde(default)]
    name: Option<String>,
}

impl User {
    fn login(self) -> Option<String> {
        self.account.or(self.name).filter(|login| !login.is_empty())
    }

    fn author(self) -> Author {
        Author { login: self.login().unwrap_or_default(), kind: String::new() }
    }
}

#[derive(Deserialize)]
struct Found {
    key: String,
    fields: Fields,
}

#[derive(Deserialize)]
struct Fields {
    #[serde(default)]
    summary: String,
    #[serde(default)]
    description: Option<String>,
    status: Status,
    #[serde(default)]
    creator: Option<User>,
}

#[derive(Deserialize)]
struct Status {
    #[serde(rename = "statusCategory")]
    category: Category,
}

#[derive(Deserialize)]
struct Category {
    key: String,
}

#[derive(Deserialize)]
struct Transitions {
    transitions: Vec<Transition>,
}

#[derive(Deserialize)]
struct Transition {
    id: String,
    to: Status,
}

/// `SEC-12`
pub(crate) fn key(project: &str, number: u64) -> String {
    format!("{project}-{number}")
}

fn at(project: &str, number: u64, rest: &str) -> String {
    format!("/rest/api/2/issue/{}{rest}", utf8_percent_encode(&key(project, number), VALUE))
}

/// The label by which the reminder of this name is found.
fn label(name: &str) -> String {
    format!("lookback-reminder-{}", &digest(&[name])[..12])
}

pub(crate) async fn me(client: &Client) -> Result<Me, NetError> {
    let path = "/rest/api/2/myself";
    let user: User = client.get_unkept(path).await?.value;
    let why = || NetError::Malformed { path: path.to_owned(), why: "it names no account".to_owned() };
    Ok(Me { login: Some(user.login().ok_or_else(why)?) })
}

/// The issues with our label.
pub(crate) async fn issues(
    client: &Client,
    (cloud, project): (bool, &str),
    state: &str,
    name: &str,
) -> Result<Vec<StandingReminder>, NetError> {
    let is = if state == "open" { "!=" } else { "=" };
    let query = format!(
        "project = \"{project}\" AND labels = \"{}\" AND statusCategory {is} Done ORDER BY created ASC",
        label(name)
    );
    let search = if cloud { "/rest/api/2/search/jql" } else { "/rest/api/2/search" };
    let ask = format!(
        "{search}?jql={}&maxResults={PAGE}&fields=summary%2Cdescription%2Cstatus%2Ccreator",
        utf8_percent_encode(&query, VALUE)
    );
    let malformed = |why: &str| NetError::Malformed { path: search.to_owned(), why: why.to_owned() };
    let mut found = Vec::new();
    let mut next = Some(String::new());
    for _ in 0..PAGES {
        let Some(page) = next.take() else { break };
        let mut answer: Value = client.get_unkept(&format!("{ask}{page}")).await?.value;
        let list = answer.get_mut("issues").map(Value::take).unwrap_or_default();
        let list: Vec<Found> = serde_json::from_value(list).map_err(|error| malformed(&error.to_string()))?;
        let came = list.len();
        found.extend(list);
        next = match (answer.get("nextPageToken").and_then(Value::as_str), answer.get("total").and_then(Value::as_u64))
        {
            (Some(token), _) => Some(format!("&nextPageToken={}", utf8_percent_encode(token, VALUE))),
            (None, Some(total)) if came > 0 && (found.len() as u64) < total => {
                Some(format!("&startAt={}", found.len()))
            }
            _ => None,
        };
    }
    if next.is_some() {
        return Err(malformed("its pages have no end"));
    }
    let number = |key: &str| key.strip_prefix(project)?.strip_prefix('-')?.parse::<u64>().ok();
    let standing = found.into_iter().filter_map(|issue| {
        Some(StandingReminder {
            number: number(&issue.key)?,
            state: if issue.fields.status.category.key == "done" { "closed" } else { "open" }.to_owned(),
            title: issue.fields.summary,
            body: issue.fields.description.as_deref().map(from_jira),
            user: issue.fields.creator.map(User::author),
            pull_request: None,
        })
    });
    Ok(standing.collect())
}

pub(crate) async fn comments(client: &Client, project: &str, number: u64) -> Result<Vec<Comment>, NetError> {
    #[derive(Deserialize)]
    struct Page {
        comments: Vec<Said>,
        total: usize,
    }
    #[derive(Deserialize)]
    struct Said {
        id: String,
        #[serde(default)]
        body: Option<String>,
        #[serde(default)]
        author: Option<User>,
    }
    let path = at(project, number, "/comment");
    let mut all: Vec<Comment> = Vec::new();
    for _ in 0..PAGES {
        let ask = format!("{path}?maxResults={PAGE}&startAt={}", all.len());
        let page: Page = client.get_unkept(&ask).await?.value;
        let came = page.comments.len();
        all.extend(page.comments.into_iter().map(|said| Comment {
            id: said.id.parse().unwrap_or_default(),
            body: said.body.as_deref().map(from_jira),
            user: said.author.map(User::author),
        }));
        if all.len() >= page.total {
            return Ok(all);
        }
        if came == 0 {
            break;
        }
    }
    Err(NetError::Malformed { path, why: "its pages have no end".to_owned() })
}

pub(crate) async fn remind(
    post: &Post<'_>,
    (project, issue_type): (&str, &str),
    write: &ReminderWrite,
    name: &str,
) -> Result<(), NetError> {
    match write {
        ReminderWrite::Create(text) => {
            // A label of Jira holds no blank.
            let others = post.labels.iter().map(|label| label.split_whitespace().collect::<Vec<_>>().join("-"));
            let labels: Vec<String> = std::iter::once(label(name)).chain(others).collect();
            let fields = json!({ "project": { "key": project }, "issuetype": { "name": issue_type },
                "summary": shorten(&text.title, 240), "description": to_jira(&text.body), "labels": labels });
            send(post, Method::POST, "/rest/api/2/issue", &json!({ "fields": fields })).await
        }
        ReminderWrite::Update { number, text, retitle, reopen } => {
            // Opened first: its text remembers from then on that it is open.
            if *reopen {
                transition(post, project, *number, false).await?;
            }
            let mut fields = json!({ "description": to_jira(&text.body) });
            if *retitle {
                fields["summary"] = shorten(&text.title, 240).into();
            }
            send(post, Method::PUT, &at(project, *number, ""), &json!({ "fields": fields })).await
        }
        ReminderWrite::Comment { number, body } => {
            send(post, Method::POST, &at(project, *number, "/comment"), &json!({ "body": to_jira(body) })).await
        }
        ReminderWrite::Close { number, body, .. } => {
            // Closed last: its text remembers already who did it.
            let fields = json!({ "fields": { "description": to_jira(body) } });
            send(post, Method::PUT, &at(project, *number, ""), &fields).await?;
            transition(post, project, *number, true).await
        }
    }
}

async fn send(post: &Post<'_>, method: Method, path: &str, body: &Value) -> Result<(), NetError> {
    post.client.send::<IgnoredAny>(method, path, body).await.map(|_| ())
}

/// Takes the first way of the project's own workflow that leads to a state that is done, or to one that is not.
async fn transition(post: &Post<'_>, project: &str, number: u64, done: bool) -> Result<(), NetError> {
    let path = at(project, number, "/transitions");
    let ways: Transitions = post.client.get_unkept(&path).await?.value;
    let wanted = if done { &["done"][..] } else { &["new", "indeterminate"] };
    let way = wanted.iter().find_map(|key| ways.transitions.iter().find(|way| way.to.category.key == *key));
    let Some(way) = way else {
        let state = if done { "a closed one" } else { "an open one" };
        let message = format!("the workflow of {} has no way from its state to {state}", key(project, number));
        return Err(NetError::Rejected { path, status: 200, message });
    };
    send(post, Method::POST, &path, &json!({ "transition": { "id": way.id } })).await
}

/// Our Markdown as plain text in a block without markup, what it remembers at its end.
fn to_jira(body: &str) -> String {
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    let remembered = first.trim_end().strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
    let text = if remembered.is_some() { rest } else { body };
    let lines = text.lines().map(|line| {
        let line = line.trim_start_matches("### ");
        match line.strip_prefix("- [ ] ").or_else(|| line.strip_prefix("- [x] ")) {
            Some(item) => format!("* {}", plain(item)),
            None => plain(line),
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n").replace(PLAIN, "noformat");
    let text = shorten_lines(text.trim(), MOST);
    let remembered = remembered.map(|line| format!("\n\n[{line}]")).unwrap_or_default();
    format!("{PLAIN}\n{text}{remembered}\n{PLAIN}")
}

/// The same with what it remembers in front, as other hosts have it.
fn from_jira(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let remembered = |line: &&str| line.trim().starts_with("[lookback:") && line.trim().ends_with(']');
    match text.lines().rev().find(remembered) {
        Some(line) => format!("<!-- {} -->\n{text}", line.trim().trim_start_matches('[').trim_end_matches(']')),
        None => text,
    }
}

/// What our Markdown shows.
fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => out.extend(chars.next()),
            '`' => {}
            _ => out.push(c),
        }
    }
    for (markup, text) in [
        ("<code>", ""),
        ("</code>", ""),
        ("&#8203;", ""),
        ("&#124;", "|"),
        ("&#36;", "$"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        out = out.replace(markup, text);
    }
    out
}

/// As many whole lines as fit, and a note where some do not.
fn shorten_lines(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut left = most;
    for line in text.lines() {
        let size = line.chars().count() + 1;
        if size > left {
            break;
        }
        left -= size;
        out.push_str(line);
        out.push('\n');
    }
    out + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writeback::marker::{Marker, value};

    #[test]
    fn nobodys_words_are_markup_and_what_is_remembered_comes_back() {
        let marker = Marker::new("reminder", "Lookback").with("due", "2026-03-14").line();
        let body = format!(
            "{marker}\nText \\#1 &lt;b&gt; {{noformat}} !https://evil.example/x.png! [~admin]\n\n### To do\n\n- [ ] Write `lookback draft`\n- [x] <code>a&#124;b</code>\n"
        );
        let jira = to_jira(&body);
        insta::assert_snapshot!(jira, @r"
        {noformat}
        Text #1 <b> noformat !https://evil.example/x.png! [~admin]

        To do

        * Write lookback draft
        * a|b

        [lookback:reminder key=2d956cea96dc due=2026-03-14]
        {noformat}
        ");
        assert_eq!(jira.matches(PLAIN).count(), 2, "nothing ends the block before its end");
        let back = from_jira(&jira.replace('\n', "\r\n"));
        assert_eq!(value("reminder", "due", &back), Some("2026-03-14"));
        assert!(Marker::new("reminder", "Lookback").begins(&back) && !Marker::new("reminder", "other").begins(&back));
        let long = to_jira(&format!("{marker}\n{}", "- [ ] an issue\n".repeat(10_000)));
        assert!(long.chars().count() < 32_767 && from_jira(&long).starts_with("<!-- lookback:reminder "));
        assert_eq!(from_jira("Somebody's own"), "Somebody's own");
    }
}
