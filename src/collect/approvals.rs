//! How GitHub vouches for the commits of review records: is the signature verified, did the commit come through a pull request
//! that somebody other than its author approved, and was it the final version that was approved?

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use futures_util::stream::{self, StreamExt};
use serde::Deserialize;

use crate::net::client::Client;
use crate::net::error::NetError;
use lookback_core::model::{Endorsement, Evidence, Limit, LimitKind, PullRequestApproval};

/// Commits asked about in one run; records change a few times a year.
const MOST: usize = 200;

/// Asks about every commit that changed a document which presents itself as a review, and keeps the answers in the evidence.
/// Never fails: what could not be had is a limit without effect on the verdict, because a claim in the text still counts as one.
pub async fn read(client: &Client, repository: &str, evidence: &mut Evidence) {
    let commits = commits(evidence);
    let asked = commits.iter().take(MOST);
    let answers: Vec<(String, Result<Endorsement, NetError>)> = stream::iter(asked)
        .map(|commit| async move { (commit.clone(), endorsement(client, repository, commit).await) })
        .buffered(client.concurrency())
        .collect()
        .await;
    let mut known: BTreeMap<String, Endorsement> = BTreeMap::new();
    let mut failed: Option<NetError> = None;
    for (commit, answer) in answers {
        match answer {
            Ok(endorsement) => {
                known.insert(commit, endorsement);
            }
            // A commit that was not pushed yet has no pull request: nothing is known of it, and nothing is missing.
            Err(NetError::NotFound { .. } | NetError::Rejected { status: 422, .. }) => {}
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    for document in &mut evidence.documents {
        let Some(history) = &mut document.history else { continue };
        let revisions = history.revisions.iter_mut().chain([&mut history.added, &mut history.last_change]);
        for revision in revisions {
            revision.endorsement = known.get(&revision.commit).cloned();
        }
    }
    if let Some(error) = failed {
        evidence.limits.push(limit(error.to_string()));
    }
    if commits.len() > MOST {
        evidence
            .limits
            .push(limit(format!("the records were changed by {} commits; {MOST} were asked about", commits.len())));
    }
    evidence.limits.sort();
}

/// Commits of review records, the latest of each document first.
fn commits(evidence: &Evidence) -> Vec<String> {
    let mut ranked: Vec<(usize, String)> = Vec::new();
    for document in evidence.documents.iter().filter(|document| document.reading.presents_review) {
        let revisions = document.history.iter().flat_map(|history| history.revisions.iter().rev().enumerate());
        let revisions = revisions.filter(|(_, revision)| revision.is_committed());
        ranked.extend(revisions.map(|(rank, revision)| (rank, revision.commit.clone())));
    }
    ranked.sort();
    let mut seen = BTreeSet::new();
    ranked.into_iter().map(|(_, commit)| commit).filter(|commit| seen.insert(commit.clone())).collect()
}

fn limit(why: String) -> Limit {
    Limit::new(
        LimitKind::Approval,
        "approvals of the records on GitHub",
        why,
        "Give the token `pull-requests: read` and `contents: read`; until then an approval is what the text claims.",
    )
}

/// A commit as the API gives it.
#[derive(Deserialize)]
pub(crate) struct CommitAnswer {
    #[serde(default)]
    pub author: Option<User>,
    #[serde(default)]
    pub committer: Option<User>,
    commit: Inner,
}

#[derive(Deserialize)]
pub(crate) struct Inner {
    #[serde(default)]
    verification: Option<Verification>,
}

#[derive(Deserialize)]
pub(crate) struct Verification {
    verified: bool,
    #[serde(default)]
    signature: Option<String>,
}

/// An account; the kind tells people from programs.
#[derive(Clone, Deserialize)]
pub(crate) struct User {
    /// Empty where GitHub knows no account.
    #[serde(default)]
    pub login: String,
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
pub(crate) struct Pull {
    pub number: u64,
    /// How many commits it has; a list of pull requests does not tell.
    #[serde(default)]
    pub commits: Option<usize>,
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    merged_at: Option<DateTime<Utc>>,
    pub head: PullEnd,
    #[serde(default)]
    pub base: PullEnd,
}

/// Where a pull request comes from, or goes to.
#[derive(Default, Deserialize)]
pub(crate) struct PullEnd {
    #[serde(default)]
    pub sha: String,
    #[serde(default, rename = "ref")]
    pub branch: String,
    #[serde(default)]
    repo: Option<EndRepository>,
}

#[derive(Default, Deserialize)]
struct EndRepository {
    #[serde(default)]
    default_branch: Option<String>,
}

impl PullEnd {
    /// Is it a branch that nobody judges by, as far as GitHub says which one that is?
    fn is_aside(&self) -> bool {
        let default = self.repo.as_ref().and_then(|repo| repo.default_branch.as_ref());
        default.is_some_and(|default| *default != self.branch)
    }
}

/// Who belongs to the repository or to its organisation. Whether one of them may write is asked where a policy hangs on it.
const BELONGING: [&str; 3] = ["OWNER", "MEMBER", "COLLABORATOR"];

#[derive(Clone, Deserialize)]
pub(crate) struct ReviewAnswer {
    #[serde(default)]
    user: Option<User>,
    state: String,
    /// What the reviewer is to the repository: anybody may review what is public.
    #[serde(default)]
    author_association: String,
    #[serde(default)]
    commit_id: Option<String>,
    #[serde(default)]
    submitted_at: Option<DateTime<Utc>>,
}

async fn endorsement(client: &Client, repository: &str, commit: &str) -> Result<Endorsement, NetError> {
    let about: CommitAnswer = client.get(&format!("/repos/{repository}/commits/{commit}")).await?.value;
    let verification = about.commit.verification.filter(|v| v.verified || v.signature.is_some());
    let author: Vec<String> = about.author.into_iter().map(|user| user.login).collect();
    let pulls = client.pages::<Pull>(&format!("/repos/{repository}/commits/{commit}/pulls?per_page=100")).await;
    if let Some(error) = pulls.missing {
        return Err(error);
    }
    let mut best: Option<PullRequestApproval> = None;
    for pull in pulls.items.into_iter().filter(|pull| pull.merged_at.is_some() && !pull.base.is_aside()) {
        let path = format!("/repos/{repository}/pulls/{}/reviews?per_page=100", pull.number);
        let reviews = client.pages::<ReviewAnswer>(&path).await;
        if let Some(error) = reviews.missing {
            return Err(error);
        }
        let found = approval(&pull, &author, reviews.items);
        if best.as_ref().is_none_or(|best| best.approved_by.is_empty() && !found.approved_by.is_empty()) {
            best = Some(found);
        }
    }
    Ok(Endorsement { verified: verification.map(|verification| verification.verified), pull_request: best })
}

/// Who approved it: each person's last word counts, before the merge where it is merged; that of its author, and of who made its
/// commits, does not, nor a program's.
pub(crate) fn approval(pull: &Pull, makers: &[String], mut reviews: Vec<ReviewAnswer>) -> PullRequestApproval {
    let author = pull.user.as_ref().map(|user| user.login.clone());
    let own = |login: &str| author.iter().chain(makers).any(|maker| maker.eq_ignore_ascii_case(login));
    reviews.sort_by_key(|review| review.submitted_at);
    let mut last: BTreeMap<String, ReviewAnswer> = BTreeMap::new();
    for review in reviews {
        let Some(user) = review.user.clone().filter(|user| user.kind != "Bot" && !own(&user.login)) else { continue };
        if !BELONGING.contains(&review.author_association.as_str()) {
            continue;
        }
        let in_time = pull.merged_at.is_none_or(|merged| review.submitted_at.is_some_and(|at| at <= merged));
        if in_time && matches!(review.state.as_str(), "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED") {
            last.insert(user.login, review);
        }
    }
    last.retain(|_, review| review.state == "APPROVED");
    let (final_ones, earlier): (Vec<_>, Vec<_>) =
        last.into_iter().partition(|(_, review)| review.commit_id.as_deref() == Some(pull.head.sha.as_str()));
    let logins = |list: Vec<(String, ReviewAnswer)>| list.into_iter().map(|(login, _)| login).collect();
    PullRequestApproval {
        number: pull.number,
        author,
        approved_by: logins(final_ones),
        approved_earlier: logins(earlier),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pull() -> Pull {
        serde_json::from_value(json!({
            "number": 12, "user": { "login": "robin", "type": "User" }, "merged_at": "2025-03-20T10:00:00Z",
            "head": { "sha": "final" },
        }))
        .unwrap()
    }

    fn review(login: &str, state: &str, commit: &str, at: &str) -> ReviewAnswer {
        serde_json::from_value(json!({
            "user": { "login": login, "type": if login.ends_with("[bot]") { "Bot" } else { "User" } },
            "author_association": if login == "passer-by" { "NONE" } else { "MEMBER" }, "state": state, "commit_id": commit, "submitted_at": format!("2025-03-{at}T09:00:00Z"),
        }))
        .unwrap()
    }

    fn by(reviews: Vec<ReviewAnswer>) -> (Vec<String>, Vec<String>) {
        let found = approval(&pull(), &["robin".to_owned()], reviews);
        (found.approved_by, found.approved_earlier)
    }

    #[test]
    fn the_last_word_of_others_on_the_final_version_counts() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for (reviews, approved, earlier) in [
            (vec![], vec![], vec![]),
            (vec![review("anna", "APPROVED", "final", "18")], vec!["anna"], vec![]),
            (vec![review("anna", "APPROVED", "first", "18")], vec![], vec!["anna"]),
            (vec![review("robin", "APPROVED", "final", "18")], vec![], vec![]),
            (vec![review("Robin", "APPROVED", "final", "18")], vec![], vec![]),
            (vec![review("passer-by", "APPROVED", "final", "18")], vec![], vec![]),
            (vec![review("lint[bot]", "APPROVED", "final", "18")], vec![], vec![]),
            (vec![review("anna", "COMMENTED", "final", "18")], vec![], vec![]),
            (
                vec![review("anna", "CHANGES_REQUESTED", "first", "17"), review("anna", "APPROVED", "final", "18")],
                vec!["anna"],
                vec![],
            ),
            (
                vec![review("anna", "CHANGES_REQUESTED", "final", "19"), review("anna", "APPROVED", "final", "18")],
                vec![],
                vec![],
            ),
            (
                vec![review("anna", "APPROVED", "final", "18"), review("anna", "COMMENTED", "final", "19")],
                vec!["anna"],
                vec![],
            ),
            (vec![review("anna", "DISMISSED", "final", "18")], vec![], vec![]),
            (vec![review("anna", "APPROVED", "final", "25")], vec![], vec![]),
        ] {
            assert_eq!(by(reviews), (words(&approved), words(&earlier)));
        }
    }
}
