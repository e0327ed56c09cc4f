//! The timelines of issues: fifty issues a request by GraphQL, kept on disk by the date of their last change; one by one by
//! REST where there is no GraphQL.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures_util::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::collect::github::history::{Moment, What};
use crate::collect::github::listed::Listed;
use crate::collect::github::place::AskedRepository;
use crate::collect::github::rest;
use crate::net::error::NetError;

/// Issues a request.
const BATCH: usize = 50;
/// Issues in one file of the cache.
const SHARD: u64 = 200;

/// What the timelines say, by issue number, and why some are missing.
pub(crate) struct Timelines {
    pub of: BTreeMap<u64, Vec<Moment>>,
    pub missing: Option<NetError>,
}

/// The question to GraphQL: the timelines of many issues at once.
const QUERY: &str = r"
query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Issue { id timelineItems(first: 100, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, CLOSED_EVENT,
    REOPENED_EVENT, RENAMED_TITLE_EVENT, ISSUE_COMMENT, CONNECTED_EVENT, DISCONNECTED_EVENT, CROSS_REFERENCED_EVENT]) {
    pageInfo { hasNextPage endCursor } nodes { ...item } } } }
}
";
/// The question for the rest of a long timeline.
const MORE: &str = r"
query ($id: ID!, $after: String!) {
  node(id: $id) { ... on Issue { id timelineItems(first: 100, after: $after, itemTypes: [LABELED_EVENT, UNLABELED_EVENT,
    CLOSED_EVENT, REOPENED_EVENT, RENAMED_TITLE_EVENT, ISSUE_COMMENT, CONNECTED_EVENT, DISCONNECTED_EVENT,
    CROSS_REFERENCED_EVENT]) { pageInfo { hasNextPage endCursor } nodes { ...item } } } }
}
";
/// The fields of one event, in both.
const ITEM: &str = r"
fragment who on Actor { __typename login }
fragment pull on PullRequest { url mergedAt mergeCommit { oid } }
fragment item on IssueTimelineItems {
  __typename
  ... on LabeledEvent { createdAt actor { ...who } label { name } }
  ... on UnlabeledEvent { createdAt actor { ...who } label { name } }
  ... on ClosedEvent { createdAt actor { ...who } stateReason closer { __typename ... on Commit { oid } ...pull } }
  ... on ReopenedEvent { createdAt actor { ...who } }
  ... on RenamedTitleEvent { createdAt actor { ...who } previousTitle currentTitle }
  ... on IssueComment { createdAt author { ...who } }
  ... on ConnectedEvent { createdAt actor { ...who } subject { ...pull } }
  ... on DisconnectedEvent { createdAt actor { ...who } subject { ...pull } }
  ... on CrossReferencedEvent { createdAt actor { ...who } willCloseTarget source { ...pull } }
}
";

/// All questions to GraphQL as they are sent, to be checked against a server's schema.
pub fn graphql_questions() -> [String; 2] {
    [QUERY, MORE].map(|question| format!("{question}{ITEM}"))
}

/// Reads the timelines of these issues, the more telling ones first, should a limit cut it short.
pub(crate) async fn read(place: &AskedRepository<'_>, listed: &[&Listed]) -> Timelines {
    let kept = kept(place, listed);
    let wanted: Vec<&Listed> = listed.iter().copied().filter(|issue| !kept.contains_key(&issue.number)).collect();
    let mut timelines = by_graphql(place, &wanted).await;
    let absent = matches!(
        timelines.missing,
        Some(NetError::NotFound { .. } | NetError::Permission { .. } | NetError::Rejected { .. } | NetError::Setup(_))
    );
    if absent && timelines.of.is_empty() {
        timelines = by_rest(place, &wanted).await;
    }
    if !timelines.of.is_empty() {
        keep(place, listed, &kept, &timelines.of);
    }
    timelines.of.extend(kept);
    timelines
}

async fn by_graphql(place: &AskedRepository<'_>, listed: &[&Listed]) -> Timelines {
    let mut out = Timelines { of: BTreeMap::new(), missing: None };
    let numbers: BTreeMap<&str, u64> = listed.iter().map(|issue| (issue.node_id.as_str(), issue.number)).collect();
    let batches = listed.chunks(BATCH).map(|batch| {
        let ids: Vec<&str> = batch.iter().map(|issue| issue.node_id.as_str()).collect();
        async move { batch_of(place, ids).await }
    });
    let mut answers = stream::iter(batches).buffer_unordered(place.client.concurrency());
    while let Some((items, error)) = answers.next().await {
        out.missing = out.missing.or(error);
        let absent = matches!(
            out.missing,
            Some(
                NetError::NotFound { .. }
                    | NetError::Permission { .. }
                    | NetError::Rejected { .. }
                    | NetError::Setup(_)
            )
        );
        for (id, moments) in items {
            out.of.extend(numbers.get(id.as_str()).map(|number| (*number, moments)));
        }
        if absent {
            break;
        }
    }
    out
}

/// One batch; a batch that the server fails on is asked for again in halves, for its work may have been too much.
async fn batch_of(place: &AskedRepository<'_>, ids: Vec<&str>) -> (Vec<(String, Vec<Moment>)>, Option<NetError>) {
    let (mut done, mut missing) = (Vec::new(), None);
    let mut waiting = vec![ids];
    while let Some(ids) = waiting.pop() {
        let query = format!("{QUERY}{ITEM}");
        match place.client.dated::<Nodes>(&query, json!({ "ids": ids })).await {
            Ok(answer) => {
                if answer.nodes.iter().filter(|node| node.is_some()).count() < ids.len() {
                    missing = missing.or(Some(NetError::Malformed {
                        path: "graphql".to_owned(),
                        why: "it shows no timeline of an issue that the list names".to_owned(),
                    }));
                }
                for node in answer.nodes.into_iter().flatten() {
                    match whole(place, node).await {
                        Ok(Some(one)) => done.push(one),
                        Ok(None) => {}
                        Err(error) => missing = missing.or(Some(error)),
                    }
                }
            }
            Err(NetError::Transport { .. }) if ids.len() > BATCH / 4 => {
                let (one, two) = ids.split_at(ids.len() / 2);
                waiting.extend([two.to_vec(), one.to_vec()]);
            }
            Err(error) => missing = missing.or(Some(error)),
        }
    }
    (done, missing)
}

/// The timeline of one issue, its further pages included.
async fn whole(place: &AskedRepository<'_>, node: Node) -> Result<Option<(String, Vec<Moment>)>, NetError> {
    let (Some(id), Some(items)) = (node.id, node.timeline) else { return Ok(None) };
    let mut moments: Vec<Moment> = items.nodes.into_iter().flatten().filter_map(Item::moment).collect();
    let mut page = items.page;
    while let (true, Some(after)) = (page.has_next, page.end.take()) {
        let query = format!("{MORE}{ITEM}");
        let answer: OneNode = place.client.dated(&query, json!({ "id": id, "after": after })).await?;
        let Some(items) = answer.node.and_then(|node| node.timeline) else { break };
        moments.extend(items.nodes.into_iter().flatten().filter_map(Item::moment));
        page = items.page;
        if page.end.as_ref() == Some(&after) {
            break;
        }
    }
    Ok(Some((id, moments)))
}

async fn by_rest(place: &AskedRepository<'_>, listed: &[&Listed]) -> Timelines {
    let mut out = Timelines { of: BTreeMap::new(), missing: None };
    let questions = listed.iter().map(|issue| {
        let path = place.path(&format!("/issues/{}/timeline?per_page=100", issue.number));
        async move { (issue.number, place.client.pages::<rest::Item>(&path).await) }
    });
    let mut answers = stream::iter(questions).buffer_unordered(place.client.concurrency());
    while let Some((number, pages)) = answers.next().await {
        match pages.missing {
            Some(error) => {
                let hopeless = matches!(error, NetError::RateLimited { .. });
                out.missing = out.missing.or(Some(error));
                if hopeless {
                    break;
                }
            }
            None => {
                out.of.insert(number, pages.items.into_iter().filter_map(rest::Item::moment).collect());
            }
        }
    }
    out
}

/// A timeline as kept on disk. It holds as long as the issue says that it was not changed since.
#[derive(Serialize, Deserialize)]
struct Kept {
    number: u64,
    updated: DateTime<Utc>,
    moments: Vec<Moment>,
}

pub(crate) fn key(place: &AskedRepository<'_>, shard: u64) -> String {
    format!("timelines 1 {} {} {shard}", place.client.base(), place.repository)
}

/// Timelines that the cache holds and that are of these issues as they are now.
fn kept(place: &AskedRepository<'_>, listed: &[&Listed]) -> BTreeMap<u64, Vec<Moment>> {
    let Some(cache) = place.client.cache() else { return BTreeMap::new() };
    let updated: BTreeMap<u64, DateTime<Utc>> = listed.iter().map(|issue| (issue.number, issue.updated_at)).collect();
    let mut shards: Vec<u64> = updated.keys().map(|number| number / SHARD).collect();
    shards.dedup();
    let mut found = BTreeMap::new();
    for shard in shards {
        let bytes = cache.get(&key(place, shard)).unwrap_or_default();
        let kept: Vec<Kept> = serde_json::from_slice(&bytes).unwrap_or_default();
        let fresh = kept.into_iter().filter(|one| updated.get(&one.number) == Some(&one.updated));
        found.extend(fresh.map(|one| (one.number, one.moments)));
    }
    found
}

fn keep(
    place: &AskedRepository<'_>,
    listed: &[&Listed],
    kept: &BTreeMap<u64, Vec<Moment>>,
    new: &BTreeMap<u64, Vec<Moment>>,
) {
    let Some(cache) = place.client.cache() else { return };
    let mut shards: BTreeMap<u64, Vec<&Listed>> = BTreeMap::new();
    for issue in listed {
        shards.entry(issue.number / SHARD).or_default().push(issue);
    }
    for (shard, issues) in shards {
        if !issues.iter().any(|issue| new.contains_key(&issue.number)) {
            continue;
        }
        let all: Vec<Kept> = issues
            .iter()
            .filter_map(|issue| {
                let moments = new.get(&issue.number).or_else(|| kept.get(&issue.number))?.clone();
                Some(Kept { number: issue.number, updated: issue.updated_at, moments })
            })
            .collect();
        if let Ok(bytes) = serde_json::to_vec(&all) {
            cache.put(&key(place, shard), &bytes);
        }
    }
}

#[derive(Deserialize)]
struct Nodes {
    nodes: Vec<Option<Node>>,
}

#[derive(Deserialize)]
struct OneNode {
    node: Option<Node>,
}

/// Empty when the id is that of something else.
#[derive(Deserialize)]
struct Node {
    id: Option<String>,
    #[serde(rename = "timelineItems")]
    timeline: Option<Items>,
}

#[derive(Deserialize)]
struct Items {
    #[serde(rename = "pageInfo")]
    page: Page,
    nodes: Vec<Option<Item>>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "hasNextPage")]
    has_next: bool,
    #[serde(rename = "endCursor")]
    end: Option<String>,
}

/// One event as GraphQL has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(rename = "__typename")]
    kind: String,
    created_at: Option<DateTime<Utc>>,
    actor: Option<Who>,
    author: Option<Who>,
    label: Option<Named>,
    state_reason: Option<String>,
    closer: Option<Closer>,
    previous_title: Option<String>,
    current_title: Option<String>,
    subject: Option<Closer>,
    source: Option<Closer>,
    #[serde(default)]
    will_close_target: bool,
}

#[derive(Deserialize)]
struct Who {
    #[serde(rename = "__typename")]
    kind: Option<String>,
    login: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// A commit, a pull request, or nothing that matters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Closer {
    oid: Option<String>,
    url: Option<String>,
    merged_at: Option<DateTime<Utc>>,
    merge_commit: Option<MergeCommit>,
}

#[derive(Deserialize)]
struct MergeCommit {
    oid: String,
}

impl Closer {
    fn commit(&self) -> Option<String> {
        self.oid.clone().or_else(|| self.merge_commit.as_ref().map(|commit| commit.oid.clone()))
    }

    /// A merged pull request as a fix.
    fn merged(self) -> Option<What> {
        let commit = self.commit();
        Some(What::Merged { pull: self.url?, at: self.merged_at?, commit })
    }
}

impl Item {
    fn moment(self) -> Option<Moment> {
        let at = self.created_at?;
        let who = self.actor.or(self.author);
        let bot = who.as_ref().is_some_and(|who| who.kind.as_deref() == Some("Bot"));
        let label = self.label.map(|label| label.name);
        let what = match self.kind.as_str() {
            "LabeledEvent" => What::Labelled(label?),
            "UnlabeledEvent" => What::Unlabelled(label?),
            "ClosedEvent" => What::Closed {
                reason: self.state_reason.map(|reason| reason.to_lowercase().replace('_', "-")),
                commit: self.closer.as_ref().and_then(Closer::commit),
            },
            "ReopenedEvent" => What::Reopened,
            "RenamedTitleEvent" => What::Renamed { from: self.previous_title?, to: self.current_title? },
            "IssueComment" => What::Commented { bot },
            "ConnectedEvent" => self.subject?.merged()?,
            "DisconnectedEvent" => What::Disconnected { pull: self.subject?.url? },
            "CrossReferencedEvent" if self.will_close_target => self.source?.merged()?,
            _ => return None,
        };
        Some(Moment { at, actor: who.map(|who| who.login), what })
    }
}
