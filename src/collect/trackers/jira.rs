//! Jira's search API: Cloud (`/rest/api/3/search/jql`, pages by token) and Data Center (`/rest/api/2/search`, pages by number),
//! with the changelog of every issue.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt};
use serde_json::{Map, Value, json};

use crate::collect::source::Source;
use crate::collect::trackers::address::{Account, TrackerAnswer, encoded};
use crate::collect::trackers::source;
use crate::collect::trackers::tracker::{Question, Tracker};
use crate::net::auth::{Auth, Secret};
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::pages::MOST_PAGES;
use lookback_core::model::{Policy, TrackerKind};

/// Issues or changes of a page.
const PAGE: usize = 100;

/// The fields that are read, beside that of the severity.
const FIELDS: &str = "summary,created,updated,resolutiondate,statuscategorychangedate,status,issuetype,priority,resolution,labels,components,reporter,creator,versions,description,comment,issuelinks,security";

/// The row of Jira.
pub(crate) static JIRA: Tracker = Tracker {
    source: Source {
        name: "jira",
        permissions: &["Browse projects in every project of the query, and the security levels of its issues"],
        ask: |asking| Ok(source::ask(asking, &JIRA)),
    },
    kinds: &[TrackerKind::JiraCloud, TrackerKind::JiraDataCenter],
    account,
    fetch: |question| Box::pin(fetch(question)),
};

fn account(kind: TrackerKind, of: &dyn Fn(&str) -> Option<String>) -> Account {
    let cloud = kind == TrackerKind::JiraCloud;
    let auth = |token: String| match of("JIRA_EMAIL") {
        _ if !cloud => Ok(Auth::Bearer(Secret::new(&token))),
        Some(user) => Ok(Auth::Basic { user, password: Secret::new(&token) }),
        None => Err("JIRA_EMAIL is not set".to_owned()),
    };
    Account {
        own: of("JIRA_URL"),
        variable: "JIRA_URL",
        token: of("JIRA_TOKEN").map(auth),
        remedy: if cloud {
            "Set JIRA_EMAIL, JIRA_TOKEN (an API token) and JIRA_URL (the address it is for)."
        } else {
            "Set JIRA_TOKEN (a personal access token) and JIRA_URL (the address it is for)."
        },
        needs: "The token's user needs \"Browse projects\" in every project of the query, and the security levels of its issues.",
    }
}

/// Asks for all issues of the query. What came before a page failed is kept, and the failure is a limit.
async fn fetch(question: &Question<'_>) -> TrackerAnswer {
    let Question { client, tracker, policy, place } = *question;
    let mut got = TrackerAnswer::default();
    let cloud = tracker.kind == TrackerKind::JiraCloud;
    let severity = match severities(client, policy, cloud).await {
        Ok(found) => found,
        Err(error) => {
            got.limits.push(place.failed(tracker, &error));
            return got;
        }
    };
    let fields = severity.keys().fold(FIELDS.to_owned(), |list, id| format!("{list},{id}"));
    let query = ordered(&tracker.query);
    let ask = format!("jql={}&maxResults={PAGE}&expand=changelog&fields={}", encoded(&query), encoded(&fields));
    let (mut issues, missing) = if cloud { by_token(client, &ask).await } else { by_number(client, &ask).await };
    got.limits.extend(missing.map(|error| place.failed(tracker, &error)));
    unique(&mut issues);
    without_reminders(client, &mut issues).await;
    complete(client, cloud, &mut issues).await;
    got.seen = issues.len();
    got.values = vec![json!({ "total": issues.len(), "names": severity, "issues": issues })];
    got
}

/// Leaves out reminders that the account of the token opened: they are no issues of the product, and name all that there are. Who else
/// gives an issue our label hides nothing.
async fn without_reminders(client: &Client, issues: &mut Vec<Value>) {
    let labelled = |issue: &Value| {
        let labels = issue.pointer("/fields/labels").and_then(Value::as_array);
        labels.is_some_and(|labels| {
            labels.iter().filter_map(Value::as_str).any(|label| label.starts_with("lookback-reminder-"))
        })
    };
    if !issues.iter().any(labelled) {
        return;
    }
    let Ok(me) = client.get_unkept::<Value>("/rest/api/2/myself").await else { return };
    let id = |of: Option<&Value>| -> Option<String> {
        let of = of?;
        ["accountId", "name"].iter().find_map(|key| of.get(key)?.as_str().map(str::to_owned))
    };
    let Some(me) = id(Some(&me.value)) else { return };
    issues.retain(|issue| !(labelled(issue) && id(issue.pointer("/fields/creator")).as_ref() == Some(&me)));
}

/// Pages need an order that does not change between them.
fn ordered(query: &str) -> String {
    if query.to_lowercase().contains("order by") {
        query.to_owned()
    } else {
        format!("{query} ORDER BY created ASC, key ASC")
    }
}

/// The fields whose names say that they hold the severity: id → name.
async fn severities(client: &Client, policy: &Policy, cloud: bool) -> Result<Map<String, Value>, NetError> {
    let path = if cloud { "/rest/api/3/field" } else { "/rest/api/2/field" };
    let fields: Vec<Value> = client.get(path).await?.value;
    let own = policy.issues.columns.iter().find(|(field, _)| field == "severity").map(|(_, name)| name.clone());
    let common = || lookback_core::intake::SEVERITY_FIELDS.map(str::to_owned).to_vec();
    let wanted = own.map_or_else(common, |name| vec![name]);
    let text = |field: &Value, key: &str| field.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let named = fields.iter().map(|field| (text(field, "id"), text(field, "name")));
    let found = named.filter(|(id, name)| wanted.iter().any(|word| word.eq_ignore_ascii_case(name) || word == id));
    Ok(found.map(|(id, name)| (id, Value::from(name))).collect())
}

/// The issues of an answer, and whether it is one.
fn issues_of(page: &mut Value, path: &str) -> Result<Vec<Value>, NetError> {
    match page.get_mut("issues").map(Value::take) {
        Some(Value::Array(list)) => Ok(list),
        _ => Err(NetError::Malformed { path: path.to_owned(), why: "it holds no list of `issues`".to_owned() }),
    }
}

async fn by_token(client: &Client, ask: &str) -> (Vec<Value>, Option<NetError>) {
    let path = "/rest/api/3/search/jql";
    let (mut issues, mut token, mut seen) = (Vec::new(), String::new(), BTreeSet::new());
    loop {
        let next = if token.is_empty() { String::new() } else { format!("&nextPageToken={}", encoded(&token)) };
        let page = client.get::<Value>(&format!("{path}?{ask}{next}")).await;
        let page = page.and_then(|mut answer| Ok((issues_of(&mut answer.value, path)?, answer.value)));
        let rest = match page {
            Ok((list, rest)) => {
                issues.extend(list);
                rest
            }
            Err(error) => return (issues, Some(error)),
        };
        match rest.get("nextPageToken").and_then(Value::as_str).filter(|next| !next.is_empty()) {
            Some(next) if seen.len() < MOST_PAGES && seen.insert(next.to_owned()) => next.clone_into(&mut token),
            Some(_) => {
                let why = "its pages have no end".to_owned();
                return (issues, Some(NetError::Malformed { path: path.to_owned(), why }));
            }
            None if rest.get("isLast").and_then(Value::as_bool) == Some(false) => {
                let why = "it is not the last page, but names no next one".to_owned();
                return (issues, Some(NetError::Malformed { path: path.to_owned(), why }));
            }
            None => return (issues, None),
        }
    }
}

async fn by_number(client: &Client, ask: &str) -> (Vec<Value>, Option<NetError>) {
    let path = "/rest/api/2/search";
    let page = async |start: usize| {
        let mut answer = client.get::<Value>(&format!("{path}?{ask}&startAt={start}")).await?;
        let list = issues_of(&mut answer.value, path)?;
        Ok::<_, NetError>((list, answer.value))
    };
    let (mut issues, total, step) = match page(0).await {
        Ok((list, rest)) => {
            let Some(total) = rest.get("total").and_then(Value::as_u64) else {
                let why = "it does not say how many issues there are (`total`)".to_owned();
                return (list, Some(NetError::Malformed { path: path.to_owned(), why }));
            };
            let step = list.len();
            (list, usize::try_from(total).unwrap_or(usize::MAX), step)
        }
        Err(error) => return (Vec::new(), Some(error)),
    };
    if step == 0 && total > 0 || step > 0 && total / step > MOST_PAGES {
        let why = format!("it says that there are {total} issues, and sent {step}");
        return (issues, Some(NetError::Malformed { path: path.to_owned(), why }));
    }
    // The server may send fewer than asked for; its own number is the step.
    let starts = (step..total).step_by(step.max(1));
    let answers: Vec<_> = stream::iter(starts).map(page).buffered(client.concurrency()).collect().await;
    let mut missing = None;
    for answer in answers {
        match answer {
            Ok((list, _)) => issues.extend(list),
            Err(error) => missing = missing.or(Some(error)),
        }
    }
    if missing.is_none() && issues.len() < total {
        let why = format!("of {total} issues only {} came", issues.len());
        missing = Some(NetError::Malformed { path: path.to_owned(), why });
    }
    (issues, missing)
}

/// An issue that moved between pages while they were asked for comes once.
fn unique(issues: &mut Vec<Value>) {
    let mut seen = BTreeSet::new();
    issues.retain(|issue| match issue.get("key").and_then(Value::as_str) {
        Some(key) => seen.insert(key.to_owned()),
        None => true,
    });
}

/// A search holds only the newest changes of an issue that has many; the others are asked for. Where that fails, the changelog
/// stays cut, which its reader tells.
async fn complete(client: &Client, cloud: bool, issues: &mut [Value]) {
    let cut = |issue: &&mut Value| {
        let of = |path: &str| issue.pointer(path);
        let total = of("/changelog/total").and_then(Value::as_u64).unwrap_or(0);
        let here = of("/changelog/histories").and_then(Value::as_array).map_or(0, Vec::len);
        cloud && total > here as u64 && issue.get("key").is_some_and(Value::is_string)
    };
    let work = issues.iter_mut().filter(cut).map(|issue| async move {
        let key = issue.get("key").and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(histories) = changelog(client, &key).await {
            issue["changelog"] = json!({ "startAt": 0, "total": histories.len(), "histories": histories });
        }
    });
    stream::iter(work).buffer_unordered(client.concurrency()).collect::<Vec<()>>().await;
}

pub(crate) async fn changelog(client: &Client, key: &str) -> Option<Vec<Value>> {
    let mut histories = Vec::new();
    for _ in 0..MOST_PAGES {
        let path =
            format!("/rest/api/3/issue/{}/changelog?startAt={}&maxResults={PAGE}", encoded(key), histories.len());
        let mut page = client.get::<Value>(&path).await.ok()?.value;
        let Some(Value::Array(list)) = page.get_mut("values").map(Value::take) else { return None };
        let total = page.get("total").and_then(Value::as_u64)?;
        let came = list.len();
        histories.extend(list);
        if histories.len() as u64 >= total {
            return Some(histories);
        }
        if came == 0 {
            return None;
        }
    }
    None
}
