//! Has somebody other than the author, who may write, approved the last commit of a change that loosens the policy? GitHub is asked
//! only where there is such a change.

use crate::collect::approvals::{CommitAnswer, Pull, ReviewAnswer, approval};
use crate::collect::request::UnderReview;
use crate::net::client::Client;
use crate::net::error::NetError;
use lookback_core::model::{Limit, LimitKind};

/// What those are to a repository who may write to it.
const WRITERS: [&str; 3] = ["OWNER", "MEMBER", "COLLABORATOR"];

/// Logins of those who approved it. `commits`: the commit looked at, and the one that it merges.
pub(crate) async fn approved_by(
    client: &Client,
    repository: &str,
    review: &UnderReview,
    commits: &[String],
) -> Result<Vec<String>, NetError> {
    let pull = match review.number {
        Some(number) => Some(client.get_unkept::<Pull>(&format!("/repos/{repository}/pulls/{number}")).await?.value),
        None => found(client, repository, review, commits).await?,
    };
    let Some(pull) = pull.filter(|pull| review.queued || commits.contains(&pull.head.sha)) else {
        return Ok(Vec::new());
    };
    let head = format!("/repos/{repository}/commits/{}", pull.head.sha);
    let author = client.get_unkept::<CommitAnswer>(&head).await?.value.author.map(|user| user.login);
    let path = format!("/repos/{repository}/pulls/{}/reviews?per_page=100", pull.number);
    let reviews = client.pages_unkept::<ReviewAnswer>(&path).await;
    if let Some(error) = reviews.missing {
        return Err(error);
    }
    let by_writers = reviews.items.into_iter().filter(|review| WRITERS.contains(&review.author_association.as_str()));
    Ok(approval(&pull, author.as_deref(), by_writers.collect()).approved_by)
}

/// The open pull request into the branch whose last commit is looked at.
async fn found(
    client: &Client,
    repository: &str,
    review: &UnderReview,
    commits: &[String],
) -> Result<Option<Pull>, NetError> {
    let Some(commit) = commits.first() else { return Ok(None) };
    let pulls = client.pages_unkept::<Pull>(&format!("/repos/{repository}/commits/{commit}/pulls?per_page=100")).await;
    if let Some(error) = pulls.missing {
        return Err(error);
    }
    let into = |pull: &Pull| review.into.as_ref().is_some_and(|branch| *branch == pull.base.branch);
    Ok(pulls.items.into_iter().find(|pull| into(pull) && pull.head.sha == *commit))
}

/// The limit where nobody could be asked.
pub(crate) fn unknown(why: &str) -> Limit {
    Limit::new(
        LimitKind::Approval,
        "who approved the change of the policy",
        why,
        "Give the token `pull-requests: read` and `contents: read`; until then the change counts as approved by nobody.",
    )
}
