//! The event that started a run: in GitHub Actions from the environment and the event's payload, in other CI systems from the
//! environment. Pure: `main` hands over the environment, a command reads the file.

use serde_json::Value;

use crate::collect::request::{Base, PolicyTip, UnderReview};
use crate::net::github::Env;

/// What started the run, as far as it matters here. Outside a CI system everything is `None`; outside GitHub Actions only the base
/// of a pull request, the branch whose policy judges, and the privacy of the project are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CiEvent {
    /// `pull_request`, `push`, `schedule`…
    pub name: Option<String>,
    /// `owner/name` of the repository that the workflow runs in.
    pub repository: Option<String>,
    /// `owner/name` of the repository that a change comes from: a fork's.
    pub fork: Option<String>,
    /// Is that repository private (or internal)? `None`: the payload does not say.
    pub private: Option<bool>,
    /// The branch that the repository is judged on.
    pub default_branch: Option<String>,
    /// The ref that the run is for: `refs/heads/main`, `refs/pull/7/merge`.
    pub reference: Option<String>,
    /// The commit that the run is for.
    pub commit: Option<String>,
    /// The pull request, on an event of one.
    pub pull_request: Option<PullRequest>,
    /// Revisions that name the tip of the branch whose policy judges, where what the run is for is not merged.
    pub tips: Vec<String>,
    /// Where the change is reviewed.
    pub review: UnderReview,
    /// Page of the run.
    pub run_url: Option<String>,
}

/// The pull request of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PullRequest {
    /// Its number, where the payload tells.
    pub number: Option<u64>,
    /// Last commit of the branch that it goes into, else `origin/BRANCH`.
    pub base: String,
    /// Its own last commit.
    pub head: Option<String>,
}

/// Events of a pull request; their payload holds it.
const PULL_REQUEST: [&str; 4] =
    ["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"];

impl CiEvent {
    /// Reads the environment and the payload (the text of the file that `GITHUB_EVENT_PATH` names). A payload that is no JSON
    /// tells nothing.
    pub(crate) fn new(env: Env<'_>, payload: Option<&str>) -> Self {
        let of = |name: &str| env(name).filter(|value| !value.is_empty());
        let Some(name) = of("GITHUB_EVENT_NAME") else { return elsewhere(&of) };
        let payload: Value = payload.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
        let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let count = |pointer: &str| payload.pointer(pointer).and_then(Value::as_u64);
        let reference = of("GITHUB_REF").or_else(|| text("/ref"));
        let run_url = match (of("GITHUB_SERVER_URL"), of("GITHUB_REPOSITORY"), of("GITHUB_RUN_ID")) {
            (Some(server), Some(repository), Some(run)) => Some(format!("{server}/{repository}/actions/runs/{run}")),
            _ => None,
        };
        let target = of("GITHUB_BASE_REF").or_else(|| text("/pull_request/base/ref")).map(|branch| origin(&branch));
        let pull_request = PULL_REQUEST.contains(&name.as_str()).then(|| PullRequest {
            number: count("/pull_request/number").or_else(|| number(reference.as_deref())),
            base: text("/pull_request/base/sha").or_else(|| target.clone()).unwrap_or_else(|| "origin/HEAD".to_owned()),
            head: text("/pull_request/head/sha"),
        });
        let default_branch = text("/repository/default_branch");
        let queue = text("/merge_group/head_ref").as_deref().and_then(queued);
        let tips = match &pull_request {
            Some(pull) => std::iter::once(pull.base.clone()).chain(target).collect(),
            None if name == "merge_group" => {
                [text("/merge_group/base_sha"), text("/merge_group/base_ref").map(|branch| origin(&branch))]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            None => other_branch(reference.as_deref(), default_branch.as_deref()),
        };
        let review = UnderReview {
            number: pull_request.as_ref().map_or_else(
                || {
                    let commented = payload.pointer("/issue/pull_request").and_then(|_| count("/issue/number"));
                    queue.or(commented).or_else(|| count("/workflow_run/pull_requests/0/number"))
                },
                |pull| pull.number,
            ),
            into: default_branch.clone(),
            queued: queue.is_some(),
        };
        CiEvent {
            repository: of("GITHUB_REPOSITORY").or_else(|| text("/repository/full_name")),
            fork: text("/pull_request/head/repo/full_name").or_else(|| text("/workflow_run/head_repository/full_name")),
            private: payload.pointer("/repository/private").and_then(Value::as_bool),
            commit: of("GITHUB_SHA"),
            name: Some(name),
            default_branch,
            reference,
            pull_request,
            tips,
            review,
            run_url,
        }
    }

    /// What the revision is compared with, on a pull request of this very repository.
    pub(crate) fn base(&self, repository: &str) -> Option<Base> {
        let pull_request = self.pull_request.as_ref().filter(|_| self.is_about(repository))?;
        Some(Base { rev: pull_request.base.clone(), head: pull_request.head.clone(), by_hand: false })
    }

    /// The branch whose policy judges the commit that is looked at; `None`: its own does. That of the default branch itself and of a
    /// tag is its own. An event that runs for one commit while another one is checked out (`workflow_run`, `issue_comment`, a
    /// prescribed workflow) is judged by the policy of the one that it runs for.
    pub(crate) fn policy_tip(&self, repository: &str, looked_at: Option<&str>) -> Option<PolicyTip> {
        if !self.is_about(repository) {
            return None;
        }
        let other = self.commit.as_deref().filter(|commit| looked_at.is_some_and(|looked_at| looked_at != *commit));
        let revs = if self.tips.is_empty() { Vec::from_iter(other.map(str::to_owned)) } else { self.tips.clone() };
        (!revs.is_empty()).then_some(PolicyTip { revs, by_hand: false })
    }

    /// Is the event about this repository (`owner/name`, or a name without owner, which may be any), or about a fork's change to it?
    pub(crate) fn is_about(&self, repository: &str) -> bool {
        let same = |name: &String| name.eq_ignore_ascii_case(repository);
        !repository.contains('/') || self.repository.as_ref().is_none_or(same) || self.fork.as_ref().is_some_and(same)
    }

    /// May anybody at all have started the run, while it holds the rights of the repository?
    pub(crate) fn of_strangers(&self) -> bool {
        let safe = ["push", "schedule", "workflow_dispatch", "repository_dispatch", "merge_group", "release"];
        self.name.as_deref().is_some_and(|name| !safe.contains(&name))
    }

    /// Does the run stand for the state of the repository: its default branch, or no branch that anybody names?
    pub(crate) fn on_default_branch(&self) -> bool {
        match (&self.default_branch, &self.reference) {
            _ if self.pull_request.is_some() || !self.tips.is_empty() => false,
            (Some(branch), Some(reference)) => reference.strip_prefix("refs/heads/") == Some(branch),
            // A schedule runs on the default branch only.
            (None, _) => self.name.as_deref().is_none_or(|name| name == "schedule"),
            (Some(_), None) => true,
        }
    }
}

fn origin(branch: &str) -> String {
    format!("origin/{}", branch.strip_prefix("refs/heads/").unwrap_or(branch))
}

/// The default branch, for a run of another one.
fn other_branch(reference: Option<&str>, default: Option<&str>) -> Vec<String> {
    let branch = reference.and_then(|reference| reference.strip_prefix("refs/heads/"));
    match (branch, default) {
        (Some(branch), Some(default)) if branch != default => vec![origin(default)],
        _ => Vec::new(),
    }
}

/// The pull request of a queue's branch: `refs/heads/gh-readonly-queue/main/pr-7-<commit>`.
fn queued(reference: &str) -> Option<u64> {
    reference.rsplit('/').next()?.strip_prefix("pr-")?.split('-').next()?.parse().ok()
}

/// Variables that another CI system sets on a pull request only, the most exact first, each with what it holds.
const TARGETS: [(&str, Target); 6] = [
    // GitLab, merge request pipelines: docs.gitlab.com/ci/variables/predefined_variables
    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", Target::Commit),
    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", Target::Branch),
    // Bitbucket Pipelines
    ("BITBUCKET_PR_DESTINATION_COMMIT", Target::Commit),
    ("BITBUCKET_PR_DESTINATION_BRANCH", Target::Branch),
    // Azure Pipelines: `refs/heads/main`, or `main` for repositories on GitHub
    ("SYSTEM_PULLREQUEST_TARGETBRANCH", Target::Branch),
    // Jenkins, multibranch projects
    ("CHANGE_TARGET", Target::Branch),
];

#[derive(Clone, Copy)]
enum Target {
    Commit,
    Branch,
}

/// Where the tip of the target stands more exactly than in `TARGETS`: GitLab's base of a difference is the merge base, which the
/// author of a merge request chooses.
const TARGET_TIPS: [(&str, Target); 6] = [
    // Only in pipelines of merged results.
    ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", Target::Commit),
    TARGETS[1],
    TARGETS[2],
    TARGETS[3],
    TARGETS[4],
    TARGETS[5],
];

/// The event as CI systems other than GitHub Actions tell it.
fn elsewhere(of: &dyn Fn(&str) -> Option<String>) -> CiEvent {
    let told = |(name, target): &(&str, Target)| {
        let value = of(name)?;
        Some(match target {
            Target::Commit => value,
            Target::Branch => origin(&value),
        })
    };
    let base = TARGETS.iter().find_map(told);
    let branch = of("CI_COMMIT_BRANCH").map(|branch| format!("refs/heads/{branch}"));
    let tips = match base {
        Some(_) => TARGET_TIPS.iter().filter_map(told).collect(),
        None => other_branch(branch.as_deref(), of("CI_DEFAULT_BRANCH").as_deref()),
    };
    CiEvent {
        pull_request: base.map(|base| PullRequest { base, ..PullRequest::default() }),
        private: of("CI_PROJECT_VISIBILITY").map(|visibility| visibility == "private"),
        tips,
        ..CiEvent::default()
    }
}

/// The number in `refs/pull/7/merge`.
fn number(reference: Option<&str>) -> Option<u64> {
    reference?.strip_prefix("refs/pull/")?.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(pairs: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + Sync + 'a {
        |name| pairs.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned())
    }

    const PAYLOAD: &str = r#"{"pull_request": {"number": 7, "base": {"sha": "b0"}, "head": {"sha": "ad"}},
        "repository": {"full_name": "acme/pump", "private": false, "default_branch": "main"}}"#;

    #[test]
    fn a_pull_request_names_its_base_and_its_head() {
        let pairs = [
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_REPOSITORY", "acme/pump"),
            ("GITHUB_REF", "refs/pull/7/merge"),
            ("GITHUB_BASE_REF", "main"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_RUN_ID", "42"),
        ];
        let env = env(&pairs);
        let event = CiEvent::new(&env, Some(PAYLOAD));
        assert_eq!(event.base("acme/pump"), Some(Base { rev: "b0".into(), head: Some("ad".into()), by_hand: false }));
        assert_eq!(event.base("pump").unwrap().rev, "b0", "a clone without origin");
        assert_eq!(event.base("acme/other"), None, "another repository is no part of this pull request");
        assert_eq!(event.pull_request.as_ref().unwrap().number, Some(7));
        assert_eq!(event.private, Some(false));
        assert_eq!(event.run_url.as_deref(), Some("https://github.com/acme/pump/actions/runs/42"));
        assert!(!event.on_default_branch());
        for payload in [None, Some("no JSON"), Some("[]")] {
            let event = CiEvent::new(&env, payload);
            let pull_request = event.pull_request.unwrap();
            assert_eq!((pull_request.number, pull_request.base.as_str()), (Some(7), "origin/main"));
            assert_eq!(event.private, None);
        }
    }

    #[test]
    fn every_other_event_enforces() {
        for name in ["push", "schedule", "workflow_dispatch", "merge_group", "release", "workflow_run", "issue_comment"]
        {
            let event = CiEvent::new(&env(&[("GITHUB_EVENT_NAME", name)]), Some(PAYLOAD));
            assert_eq!(event.base("acme/pump"), None, "{name}");
        }
        assert_eq!(CiEvent::new(&env(&[]), Some(PAYLOAD)), CiEvent::default());
    }

    #[test]
    fn other_systems_name_the_base_in_their_own_words() {
        for (pairs, base) in [
            (&[("CI_MERGE_REQUEST_DIFF_BASE_SHA", "b0"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")][..], "b0"),
            (&[("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")], "origin/main"),
            (&[("BITBUCKET_PR_DESTINATION_COMMIT", "b0b0b0b0b0b0")], "b0b0b0b0b0b0"),
            (&[("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/release/2")], "origin/release/2"),
            (&[("SYSTEM_PULLREQUEST_TARGETBRANCH", "main")], "origin/main"),
            (&[("CHANGE_TARGET", "main")], "origin/main"),
        ] {
            let event = CiEvent::new(&env(pairs), None);
            assert_eq!(
                event.base("acme/pump"),
                Some(Base { rev: base.into(), head: None, by_hand: false }),
                "{pairs:?}"
            );
            assert!(!event.on_default_branch());
        }
        // A branch or a schedule enforces; an empty variable is none.
        for pairs in [&[("CI_COMMIT_BRANCH", "main"), ("GITLAB_CI", "true")][..], &[("CHANGE_TARGET", "")]] {
            assert_eq!(CiEvent::new(&env(pairs), None), CiEvent::default(), "{pairs:?}");
        }
        for (visibility, private) in [("private", true), ("internal", false), ("public", false)] {
            assert_eq!(CiEvent::new(&env(&[("CI_PROJECT_VISIBILITY", visibility)]), None).private, Some(private));
        }
    }

    #[test]
    fn the_policy_is_that_of_the_tip_and_never_of_what_is_not_merged() {
        let tip = |pairs: &[(&str, &str)], payload: Option<&str>, looked_at: &str| {
            let tip = CiEvent::new(&env(pairs), payload).policy_tip("acme/pump", Some(looked_at));
            tip.map(|tip| tip.revs.join(" ")).unwrap_or_default()
        };
        let on = |name: &'static str, reference: &'static str| {
            [
                ("GITHUB_EVENT_NAME", name),
                ("GITHUB_REF", reference),
                ("GITHUB_SHA", "c0"),
                ("GITHUB_REPOSITORY", "acme/pump"),
            ]
        };
        let main = "refs/heads/main";
        for name in PULL_REQUEST {
            assert_eq!(tip(&on(name, "refs/pull/7/merge"), Some(PAYLOAD), "ad"), "b0", "{name}");
        }
        let queue = r#"{"merge_group": {"base_sha": "b1", "base_ref": "refs/heads/main",
            "head_ref": "refs/heads/gh-readonly-queue/main/pr-12-b1"}, "repository": {"default_branch": "main"}}"#;
        let reference = "refs/heads/gh-readonly-queue/main/pr-12-b1";
        assert_eq!(tip(&on("merge_group", reference), Some(queue), "c0"), "b1 origin/main");
        let event = CiEvent::new(&env(&on("merge_group", reference)), Some(queue));
        assert_eq!((event.review.number, event.review.queued), (Some(12), true));
        for name in ["workflow_run", "issue_comment", "schedule", "repository_dispatch"] {
            assert_eq!(tip(&on(name, main), Some(PAYLOAD), "ad"), "c0", "{name} with something else checked out");
            assert_eq!(tip(&on(name, main), Some(PAYLOAD), "c0"), "", "{name}");
        }
        for name in ["push", "workflow_dispatch"] {
            assert_eq!(tip(&on(name, "refs/heads/topic"), Some(PAYLOAD), "c0"), "origin/main", "{name}");
            assert_eq!(tip(&on(name, main), Some(PAYLOAD), "c0"), "", "{name}");
            assert_eq!(tip(&on(name, "refs/tags/v1"), Some(PAYLOAD), "c0"), "", "{name}");
        }
        let gitlab = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", "mb"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")];
        assert_eq!(tip(&gitlab, None, "ad"), "origin/main", "never the merge base");
        let merged = [gitlab[0], gitlab[1], ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "b2")];
        assert_eq!(tip(&merged, None, "ad"), "b2 origin/main");
        let branch = [("CI_COMMIT_BRANCH", "topic"), ("CI_DEFAULT_BRANCH", "main")];
        assert_eq!(tip(&branch, None, "ad"), "origin/main");
        assert_eq!(tip(&[("CI_COMMIT_BRANCH", "main"), branch[1]], None, "ad"), "");
    }

    #[test]
    fn a_fork_is_part_of_its_pull_request() {
        let payload = PAYLOAD.replace(r#""head": {"#, r#""head": {"repo": {"full_name": "mallory/pump2"}, "#);
        let pairs = [("GITHUB_EVENT_NAME", "pull_request_target"), ("GITHUB_REPOSITORY", "acme/pump")];
        let event = CiEvent::new(&env(&pairs), Some(&payload));
        assert_eq!(event.policy_tip("mallory/pump2", Some("ad")).unwrap().revs, ["b0"]);
        assert_eq!(event.policy_tip("acme/other", Some("ad")), None);
        assert!(event.of_strangers() && !CiEvent::default().of_strangers());
    }

    #[test]
    fn only_the_default_branch_speaks_for_the_repository() {
        let payload = Some(r#"{"repository": {"default_branch": "main"}}"#);
        for (name, reference, payload, wanted) in [
            ("push", "refs/heads/main", payload, true),
            ("push", "refs/heads/topic", payload, false),
            ("push", "refs/tags/main", payload, false),
            ("workflow_dispatch", "refs/heads/topic", payload, false),
            ("schedule", "refs/heads/main", payload, true),
            ("schedule", "refs/heads/main", None, true),
            ("push", "refs/heads/main", None, false),
        ] {
            let pairs = [("GITHUB_EVENT_NAME", name), ("GITHUB_REF", reference)];
            assert_eq!(CiEvent::new(&env(&pairs), payload).on_default_branch(), wanted, "{name} {reference}");
        }
        assert!(CiEvent::default().on_default_branch(), "outside Actions the user knows");
    }
}
