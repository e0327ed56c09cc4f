//! Has somebody who may write, and neither opened it nor made a commit of it, approved the last commit of a change that loosens the
//! policy? GitHub is asked only where there is such a change.

use percent_encoding::utf8_percent_encode;
use serde::Deserialize;

use crate::collect::approvals::{CommitAnswer, Pull, ReviewAnswer, approval};
use crate::collect::base_tree::PLAIN;
use crate::collect::request::UnderReview;
use crate::net::client::Client;
use crate::net::error::NetError;
use lookback_core::model::{Limit, LimitKind};

/// Commits that GitHub lists of a pull request, at most.
const LISTED: usize = 250;

/// What somebody may do in a repository.
#[derive(Deserialize)]
struct Access {
    permission: String,
}

/// Logins of those who approved the last commit of a change.
#[derive(Default)]
pub(crate) struct Approvals {
    /// Who may write, and neither opened it nor made a commit of it.
    pub(crate) by: Vec<String>,
    /// Who made a commit of it: that does not count.
    pub(crate) by_makers: Vec<String>,
}

/// Who approved it. `commits`: the commit looked at, and the one that it merges; `made`: commits that a queue made of
/// it, one where it merges or squashes, else one for each.
pub(crate) async fn approved_by(
    client: &Client,
    repository: &str,
    review: &UnderReview,
    commits: &[String],
    made: usize,
) -> Result<Approvals, NetError> {
    let number = match review.number {
        Some(number) => Some(number),
        None => found(client, repository, review, commits).await?,
    };
    let Some(number) = number else { return Ok(Approvals::default()) };
    let pull = client.get_unkept::<Pull>(&format!("/repos/{repository}/pulls/{number}")).await?.value;
    let is_it = if review.queued { made == 1 || pull.commits == Some(made) } else { commits.contains(&pull.head.sha) };
    if !is_it {
        return Ok(Approvals::default());
    }
    let makers = makers(client, repository, &pull).await?;
    let path = format!("/repos/{repository}/pulls/{number}/reviews?per_page=100");
    let reviews = client.pages_unkept::<ReviewAnswer>(&path).await;
    if let Some(error) = reviews.missing {
        return Err(error);
    }
    let mut approvals = Approvals::default();
    for login in approval(&pull, &[], reviews.items).approved_by {
        if makers.iter().any(|maker| maker.eq_ignore_ascii_case(&login)) {
            approvals.by_makers.push(login);
        } else if may_write(client, repository, &login).await? {
            approvals.by.push(login);
        }
    }
    Ok(approvals)
}

/// Logins of those who made the commits of a pull request, all of them.
async fn makers(client: &Client, repository: &str, pull: &Pull) -> Result<Vec<String>, NetError> {
    let path = format!("/repos/{repository}/pulls/{}/commits?per_page=100", pull.number);
    let commits = client.pages_unkept::<CommitAnswer>(&path).await;
    if let Some(error) = commits.missing {
        return Err(error);
    }
    let listed = commits.items.len();
    if pull.commits.map_or(listed >= LISTED, |all| listed < all) {
        let why = format!("GitHub lists {listed} of its commits only, so that who made the others is not known");
        return Err(NetError::Malformed { path, why });
    }
    let made = commits.items.into_iter().flat_map(|commit| [commit.author, commit.committer]);
    Ok(made.flatten().map(|user| user.login).collect())
}

/// May somebody write to the repository? Being a member of its organisation, or a collaborator who reads, says nothing of it.
async fn may_write(client: &Client, repository: &str, login: &str) -> Result<bool, NetError> {
    let login = utf8_percent_encode(login, PLAIN);
    let path = format!("/repos/{repository}/collaborators/{login}/permission");
    match client.get_unkept::<Access>(&path).await {
        Ok(answer) => Ok(matches!(answer.value.permission.as_str(), "admin" | "maintain" | "write")),
        // Nobody who has to do with it.
        Err(NetError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The number of the open pull request into the branch whose last commit is looked at.
async fn found(
    client: &Client,
    repository: &str,
    review: &UnderReview,
    commits: &[String],
) -> Result<Option<u64>, NetError> {
    let Some(commit) = commits.first() else { return Ok(None) };
    let pulls = client.pages_unkept::<Pull>(&format!("/repos/{repository}/commits/{commit}/pulls?per_page=100")).await;
    if let Some(error) = pulls.missing {
        return Err(error);
    }
    let into = |pull: &Pull| review.into.as_ref().is_some_and(|branch| *branch == pull.base.branch);
    let found = pulls.items.into_iter().find(|pull| into(pull) && pull.head.sha == *commit);
    Ok(found.map(|pull| pull.number))
}

/// The limit where nobody could be asked.
pub(crate) fn unknown(why: &str) -> Limit {
    Limit::new(
        LimitKind::Approval,
        "who approved the change of the policy",
        why,
        "Give the token `pull-requests: read` and `contents: read` (an app or a fine-grained token `metadata: read` too); until then the change counts as approved by nobody.",
    )
}

/// The limit where only people approved it who made a part of it. Who updates a branch by a merge may have decided what conflicts
/// became.
pub(crate) fn of_makers(logins: &[String]) -> Limit {
    Limit::new(
        LimitKind::Approval,
        "who approved the change of the policy",
        format!(
            "{} approved it and made a commit of it (\"Update branch\" makes one too), which is no look from outside",
            logins.join(", ")
        ),
        "Have somebody approve it who made none of its commits, or rebase the branch and have it approved again.",
    )
}

/// The limit where an approval of one change would cover others.
pub(crate) fn queued() -> Limit {
    Limit::new(
        LimitKind::Approval,
        "who approved the change of the policy",
        "the queue merges it together with other changes of the policy, and each has its own reviewers",
        "Wait until what is before it in the queue is merged, and queue it again; until then the change counts as approved by nobody.",
    )
}
