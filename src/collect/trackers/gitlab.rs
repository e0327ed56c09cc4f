//! GitLab's API: the issues of a project, with state and label events of those that are security issues, and its
//! vulnerabilities.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use crate::collect::source::Source;
use crate::collect::trackers::address::{Account, TrackerAddress, TrackerAnswer, encoded};
use crate::collect::trackers::source;
use crate::collect::trackers::tracker::{Question, Tracker};
use crate::net::auth::{Auth, Secret};
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::pages::MOST_PAGES;
use lookback_core::intake::REMINDER_MARK;
use lookback_core::intake::read as issues;
use lookback_core::model::{Policy, TrackerKind, TrackerPolicy, Visibility};

/// The vulnerabilities of a project with all that was done about them.
const VULNERABILITIES: &str = "query($project: ID!, $after: String) { project(fullPath: $project) { vulnerabilities(first: 100, after: $after, state: [DETECTED, CONFIRMED, DISMISSED, RESOLVED]) { pageInfo { hasNextPage endCursor } nodes { id title state severity reportType detectedAt confirmedAt dismissedAt resolvedAt updatedAt dismissalReason webUrl identifiers { name externalType externalId } stateTransitions { nodes { createdAt fromState toState comment dismissalReason author { username } } } } } } }";

/// The row of GitLab.
pub(crate) static GITLAB: Tracker = Tracker {
    source: Source {
        name: "gitlab",
        permissions: &["scope read_api, role Reporter (Developer for vulnerabilities)"],
        ask: |asking| Ok(source::ask(asking, &GITLAB)),
    },
    kinds: &[TrackerKind::Gitlab],
    account,
    fetch: |question| Box::pin(fetch(question)),
};

fn account(_: TrackerKind, of: &dyn Fn(&str) -> Option<String>) -> Account {
    let own = of("GITLAB_URL").or_else(|| of("CI_SERVER_URL"));
    let auth = |token: String| Ok(Auth::Header { name: "private-token", value: Secret::new(&token) });
    Account {
        own: own.or_else(|| Some("https://gitlab.com".to_owned())),
        variable: "GITLAB_URL",
        token: of("GITLAB_TOKEN").map(auth),
        remedy: "Set GITLAB_TOKEN (scope read_api) and, for a server of your own, GITLAB_URL.",
        needs: "The token needs the scope read_api, and its user at least the role Reporter in the project (Developer for vulnerabilities).",
    }
}

/// Asks for issues and vulnerabilities. What came is kept when something else fails; every failure is a limit.
async fn fetch(question: &Question<'_>) -> TrackerAnswer {
    let Question { client, tracker, policy, place } = *question;
    let mut got = TrackerAnswer::default();
    let project = format!("/api/v4/projects/{}", encoded(&tracker.project));
    let found: Value = match client.get(&project).await {
        Ok(answer) => answer.value,
        Err(error) => {
            got.limits.push(place.failed(tracker, &error));
            return got;
        }
    };
    got.visibility =
        found.get("visibility").and_then(Value::as_str).and_then(|word| Visibility::told(Some(word), None));
    let path = found.get("path_with_namespace").and_then(Value::as_str).unwrap_or(&tracker.project);
    if found.get("issues_access_level").and_then(Value::as_str) != Some("disabled") {
        issues(client, &project, tracker, policy, place, &mut got).await;
    }
    if tracker.vulnerabilities {
        vulnerabilities(client, path, tracker, place, &mut got).await;
    }
    got
}

async fn issues(
    client: &Client,
    project: &str,
    tracker: &TrackerPolicy,
    policy: &Policy,
    place: &TrackerAddress,
    got: &mut TrackerAnswer,
) {
    let path = format!("{project}/issues?scope=all&order_by=created_at&sort=asc&per_page=100");
    let number = |issue: &Value| issue.get("iid").and_then(Value::as_u64);
    let mut list = client.pages_settled(&path, number).await;
    got.limits.extend(list.missing.take().map(|error| place.failed(tracker, &error)));
    without_reminders(client, &mut list.items).await;
    // Events cost two requests an issue: only those that are security issues now get theirs.
    let security: BTreeSet<u64> = issues::read_answers(&place.name, &list.items, policy)
        .map(|read| read.issues.iter().filter_map(|issue| issue.id.strip_prefix('#')?.parse().ok()).collect())
        .unwrap_or_default();
    let wanted = list.items.iter_mut().filter(|issue| number(issue).is_some_and(|iid| security.contains(&iid)));
    let work = wanted.map(|issue| async move {
        let at = format!("{project}/issues/{}", number(issue).unwrap_or_default());
        let mut failed = None;
        for kind in ["resource_state_events", "resource_label_events"] {
            let events = client.pages::<Value>(&format!("{at}/{kind}?per_page=100")).await;
            match events.missing {
                None => issue[kind] = Value::Array(events.items),
                Some(error) => failed = Some(error),
            }
        }
        failed
    });
    let failed: Vec<NetError> =
        stream::iter(work).buffer_unordered(client.concurrency()).filter_map(|failed| async { failed }).collect().await;
    if let Some(first) = failed.first() {
        let what = format!("history of {} of GitLab at {}", lookback_reading::count(failed.len(), "issue"), place.name);
        got.limits.push(place.failed(tracker, first).of(what));
    }
    got.seen += list.items.len();
    got.values.append(&mut list.items);
}

/// Leaves out reminders that the account of the token wrote: they are no issues of the product, and name all that there are. Who else
/// writes our mark at the head of an issue hides nothing.
async fn without_reminders(client: &Client, issues: &mut Vec<Value>) {
    let marked = |issue: &Value| {
        issue.get("description").and_then(Value::as_str).is_some_and(|text| text.starts_with(REMINDER_MARK))
    };
    if !issues.iter().any(marked) {
        return;
    }
    let Ok(me) = client.get_unkept::<Value>("/api/v4/user").await else { return };
    let Some(me) = me.value.get("username").and_then(Value::as_str) else { return };
    let own = |issue: &Value| issue.pointer("/author/username").and_then(Value::as_str) == Some(me);
    issues.retain(|issue| !(marked(issue) && own(issue)));
}

async fn vulnerabilities(
    client: &Client,
    project: &str,
    tracker: &TrackerPolicy,
    place: &TrackerAddress,
    got: &mut TrackerAnswer,
) {
    let mut nodes = Vec::new();
    let mut after = Value::Null;
    let mut failed = None;
    for asked in 1..=MOST_PAGES {
        let answer = client.graphql::<Value>(VULNERABILITIES, json!({ "project": project, "after": after })).await;
        let mut page = match answer {
            Ok(page) => page,
            Err(error) => {
                failed = Some(error.to_string());
                break;
            }
        };
        // Without the licence or the role the list is `null`, and nobody says which.
        let Some(list) = page.pointer_mut("/project/vulnerabilities/nodes").map(Value::take).filter(Value::is_array)
        else {
            failed = Some(
                "GitLab shows none to this user: it needs the role Developer, and the project GitLab Ultimate"
                    .to_owned(),
            );
            break;
        };
        nodes.extend(list.as_array().cloned().unwrap_or_default());
        let info = |field: &str| page.pointer(&format!("/project/vulnerabilities/pageInfo/{field}")).cloned();
        if info("hasNextPage").and_then(|more| more.as_bool()) != Some(true) {
            break;
        }
        let Some(next) = info("endCursor").filter(|next| next.is_string() && *next != after && asked < MOST_PAGES)
        else {
            failed = Some("its pages have no end".to_owned());
            break;
        };
        after = next;
    }
    if let Some(why) = failed {
        let limit = place.limit(
            tracker,
            &why,
            "If the project has no vulnerability report, write `vulnerabilities = false` in its [[tracker]] table.",
        );
        got.limits.push(limit.of(format!("vulnerabilities of GitLab at {}", place.name)));
    }
    got.seen += nodes.len();
    // Kept in a form of their own: their reader is not that of issues.
    if !nodes.is_empty() {
        got.more.push(json!({ "data": { "project": { "vulnerabilities": { "nodes": nodes } } } }));
    }
}
