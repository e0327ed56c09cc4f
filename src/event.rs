//! The event that started a run: in GitHub Actions from the environment and the event's payload, in other CI systems from the
//! environment. Pure: `main` hands over the environment, a command reads the file.

mod elsewhere;
pub(crate) mod gitlab;

use serde_json::Value;

use crate::collect::git::commit_name::CommitName;
use crate::collect::request::{Base, PolicyTip, UnderReview};
use crate::net::github::Env;
use lookback_core::model::Visibility;

/// What started the run, as far as it matters here. Outside a CI system everything is `None`; outside GitHub Actions only what the run
/// is for, the base of a pull request, the branch whose policy judges, and the privacy of the project are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CiEvent {
    /// Does a CI system run it?
    pub ci: bool,
    /// `pull_request`, `push`, `schedule`…
    pub name: Option<String>,
    /// `owner/name` of the repository that the workflow runs in.
    pub repository: Option<String>,
    /// `owner/name` of the repository that a change comes from: a fork's.
    pub fork: Option<String>,
    /// `owner/name` of the repository whose branches the event names, where the clone may be one of another.
    pub home: Option<String>,
    /// Does it run in a fork, whose clone it then is?
    pub in_fork: bool,
    /// Who may read that repository; `None`: the payload does not say.
    pub visibility: Option<Visibility>,
    /// The branch that the repository is judged on.
    pub default_branch: Option<String>,
    /// The ref that the run is for: `refs/heads/main`, `refs/pull/7/merge`.
    pub reference: Option<String>,
    /// The commit that the run is for.
    pub commit: Option<String>,
    /// The workflow that runs, as GitHub names it: `owner/name/PATH@REF`.
    pub workflow: Option<String>,
    /// The pull request, on an event of one.
    pub pull_request: Option<PullRequest>,
    /// Names of the tip of the branch whose policy judges, where the event says which that is.
    pub tips: Vec<CommitName>,
    /// Where the change is reviewed.
    pub review: UnderReview,
    /// Page of the run.
    pub run_url: Option<String>,
}

/// The pull request of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PullRequest {
    /// Its number, where the payload tells.
    pub number: Option<u64>,
    /// Last commit of the branch that it goes into, else that branch.
    pub base: CommitName,
    /// Its own last commit.
    pub head: Option<String>,
}

/// What the ref of a run is to its repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefStanding {
    /// The branch that it is judged on; where no CI system runs, what the user chose.
    Default,
    /// A tag.
    Tag,
    /// What is not merged.
    Other,
    /// Nobody says.
    Unknown,
}

/// Which workflow runs, as far as it may be one that the change brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Running<'a> {
    /// The one at this path of the change.
    At(&'a str),
    /// One of the base, or of another repository: prescribed, whatever the change says.
    Foreign,
    /// Nobody says.
    Untold,
}

/// Events of a pull request; their payload holds it.
const PULL_REQUEST: [&str; 4] =
    ["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"];

impl CiEvent {
    /// Reads the environment and the payload (the text of the file that `GITHUB_EVENT_PATH` names). A payload that is no JSON
    /// tells nothing.
    pub(crate) fn new(env: Env<'_>, payload: Option<&str>) -> Self {
        let of = |name: &str| env(name).filter(|value| !value.is_empty());
        let Some(name) = of("GITHUB_EVENT_NAME") else { return without_event(&of) };
        let payload: Value = payload.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
        let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let count = |pointer: &str| payload.pointer(pointer).and_then(Value::as_u64);
        let reference = of("GITHUB_REF").or_else(|| text("/ref"));
        let run_url = match (of("GITHUB_SERVER_URL"), of("GITHUB_REPOSITORY"), of("GITHUB_RUN_ID")) {
            (Some(server), Some(repository), Some(run)) => Some(format!("{server}/{repository}/actions/runs/{run}")),
            _ => None,
        };
        let target =
            of("GITHUB_BASE_REF").or_else(|| text("/pull_request/base/ref")).map(|name| CommitName::branch(&name));
        let pull_request = PULL_REQUEST.contains(&name.as_str()).then(|| PullRequest {
            number: count("/pull_request/number").or_else(|| number(reference.as_deref())),
            base: text("/pull_request/base/sha")
                .map(CommitName::Commit)
                .or_else(|| target.clone())
                .unwrap_or(CommitName::Default),
            head: text("/pull_request/head/sha"),
        });
        let default_branch = text("/repository/default_branch").or_else(|| elsewhere::default_branch(&of));
        let queue = text("/merge_group/head_ref").as_deref().and_then(queued);
        let tips = match &pull_request {
            Some(pull) => std::iter::once(pull.base.clone()).chain(target).collect(),
            // Its `base_sha` may be another change that waits in the queue: it counts where nobody has the branch.
            None if name == "merge_group" => {
                let branch = text("/merge_group/base_ref").map(|name| CommitName::branch(&name));
                branch.into_iter().chain(text("/merge_group/base_sha").map(CommitName::Commit)).collect()
            }
            None => Vec::new(),
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
            behind: text("/merge_group/base_sha"),
        };
        let repository = of("GITHUB_REPOSITORY").or_else(|| text("/repository/full_name"));
        CiEvent {
            ci: true,
            home: repository.clone(),
            in_fork: false,
            repository,
            fork: text("/pull_request/head/repo/full_name").or_else(|| text("/workflow_run/head_repository/full_name")),
            visibility: Visibility::told(
                payload.pointer("/repository/visibility").and_then(Value::as_str),
                payload.pointer("/repository/private").and_then(Value::as_bool),
            ),
            commit: of("GITHUB_SHA"),
            workflow: of("GITHUB_WORKFLOW_REF"),
            name: Some(name),
            default_branch,
            reference,
            pull_request,
            tips,
            review,
            run_url,
        }
    }

    /// The event, and what the clone itself knows. `repository`: its name; `default_branch`: that of its origin; `remotes`: has it any?
    #[must_use]
    pub(crate) fn in_clone(
        mut self,
        repository: &str,
        address: Option<&str>,
        default_branch: Option<String>,
        remotes: bool,
    ) -> Self {
        self.in_fork |= self.home.as_deref().zip(address).is_some_and(|(home, clone)| elsewhere::is_other(home, clone));
        if self.is_about(repository) && !self.is_foreign(repository) {
            self.default_branch = self.default_branch.or(default_branch);
        }
        // What came from nowhere is merged into nothing.
        self.ci &= remotes || self.reference.is_some();
        self
    }

    /// What the revision is compared with, on a pull request of this very repository.
    pub(crate) fn base(&self, repository: &str) -> Option<Base> {
        let pull_request = self.pull_request.as_ref().filter(|_| self.is_about(repository))?;
        let revs = std::iter::once(&pull_request.base).chain(self.tips.iter().filter(|tip| **tip != pull_request.base));
        let revs = revs.map(|name| self.seen_from(repository, name)).collect();
        let (head, merge) = (pull_request.head.clone(), self.merge().map(str::to_owned));
        Some(Base { revs, head, merge, by_hand: false })
    }

    /// The commit that the server itself made of a pull request and its base. On `pull_request_target` the run is one of the base.
    pub(crate) fn merge(&self) -> Option<&str> {
        self.commit.as_deref().filter(|_| self.pull_request.is_some() && !self.is_of_base())
    }

    /// Is it an event of a pull request that runs for its base?
    fn is_of_base(&self) -> bool {
        self.name.as_deref() == Some("pull_request_target")
    }

    /// The branch whose policy judges the commit that is looked at; `None`: its own does. That of the default branch itself is its
    /// own; a tag stands on any commit, and whoever may push a branch may push one. An event that runs for one commit while another one
    /// is checked out (`workflow_run`, `issue_comment`, a prescribed workflow) is judged by the policy of the one that it runs for.
    pub(crate) fn policy_tip(&self, repository: &str, looked_at: Option<&str>) -> Option<PolicyTip> {
        if !self.is_about(repository) {
            return None;
        }
        let other = self.commit.as_deref().filter(|commit| looked_at.is_some_and(|looked_at| looked_at != *commit));
        let revs = match self.standing() {
            _ if !self.tips.is_empty() => self.tips.clone(),
            RefStanding::Default => Vec::from_iter(other.map(|commit| CommitName::Commit(commit.to_owned()))),
            RefStanding::Tag | RefStanding::Other | RefStanding::Unknown => {
                vec![self.default_branch.as_deref().map_or(CommitName::Default, CommitName::branch)]
            }
        };
        let revs: Vec<CommitName> = revs.iter().map(|name| self.seen_from(repository, name)).collect();
        (!revs.is_empty()).then_some(PolicyTip { revs, by_hand: false })
    }

    /// A name of the event in a clone of this repository: that of another one holds the commits of the event, and none of its branches.
    fn seen_from(&self, repository: &str, name: &CommitName) -> CommitName {
        match name {
            CommitName::Branch(branch) if self.is_foreign(repository) => CommitName::Elsewhere(Some(branch.clone())),
            CommitName::Default if self.is_foreign(repository) => CommitName::Elsewhere(None),
            other => other.clone(),
        }
    }

    /// Is a clone of this name (`owner/name`) one of another repository than that whose branches the event names: of a fork?
    fn is_foreign(&self, repository: &str) -> bool {
        let last_two = |name: &str| name.rsplitn(3, '/').take(2).map(str::to_lowercase).collect::<Vec<_>>();
        let home = self.home.as_deref().filter(|_| repository.contains('/'));
        self.in_fork || home.is_some_and(|home| last_two(home) != last_two(repository))
    }

    /// What sources and reports call the repository that is judged: a fork that is checked out for its change is no repository of its
    /// own.
    pub(crate) fn own(&self, repository: &str) -> String {
        let own = self.repository.as_ref().filter(|_| self.is_about(repository) && self.is_foreign(repository));
        own.map_or_else(|| repository.to_owned(), Clone::clone)
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

    /// What the ref of the run is to the repository.
    pub(crate) fn standing(&self) -> RefStanding {
        if self.pull_request.is_some() || !self.tips.is_empty() {
            return RefStanding::Other;
        }
        match (&self.default_branch, &self.reference) {
            (_, Some(reference)) if reference.starts_with("refs/tags/") => RefStanding::Tag,
            (Some(branch), Some(reference)) if reference.strip_prefix("refs/heads/") == Some(branch) => {
                RefStanding::Default
            }
            (Some(_), Some(_)) => RefStanding::Other,
            // A schedule runs on the default branch only.
            _ if !self.ci || self.name.as_deref() == Some("schedule") => RefStanding::Default,
            _ => RefStanding::Unknown,
        }
    }

    /// Which workflow runs.
    pub(crate) fn running(&self) -> Running<'_> {
        // What runs on an event of the base, or of the default branch, is theirs, whatever is checked out.
        if self.name.is_some() && (self.standing() != RefStanding::Other || self.is_of_base()) {
            return Running::Foreign;
        }
        let Some(workflow) = self.workflow.as_deref() else { return Running::Untold };
        // Outside GitHub Actions a pipeline is named by its path alone.
        if self.name.is_none() {
            return Running::At(workflow);
        }
        let of_repository = self.repository.as_deref().and_then(|name| workflow.strip_prefix(name)?.strip_prefix('/'));
        match of_repository.and_then(|rest| rest.split_once('@')) {
            Some((path, reference)) if self.reference.as_deref() == Some(reference) => Running::At(path),
            _ => Running::Foreign,
        }
    }
}

/// The event as CI systems other than GitHub Actions tell it.
fn without_event(of: &dyn Fn(&str) -> Option<String>) -> CiEvent {
    let found = elsewhere::read(of);
    let tips = if found.base.is_some() { found.tips } else { Vec::new() };
    CiEvent {
        ci: elsewhere::in_ci(of),
        pull_request: found.base.map(|base| PullRequest { number: None, base, head: None }),
        home: found.home,
        in_fork: found.in_fork,
        workflow: found.pipeline,
        visibility: found.visibility,
        default_branch: found.default_branch,
        reference: found.reference,
        tips,
        ..CiEvent::default()
    }
}

/// Does a CI system run it?
pub(crate) fn in_ci(env: Env<'_>) -> bool {
    elsewhere::in_ci(&|name| env(name))
}

/// The pull request of a queue's branch: `refs/heads/gh-readonly-queue/main/pr-7-<commit>`.
fn queued(reference: &str) -> Option<u64> {
    reference.rsplit('/').next()?.strip_prefix("pr-")?.split('-').next()?.parse().ok()
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

    fn words(names: &[CommitName]) -> String {
        names.iter().map(CommitName::to_string).collect::<Vec<_>>().join(" ")
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
        let named = |event: &CiEvent, repository: &str| words(&event.base(repository).unwrap().revs);
        assert_eq!(named(&event, "acme/pump"), "b0 origin/main");
        assert_eq!(event.base("acme/pump").unwrap().head.as_deref(), Some("ad"));
        assert_eq!(named(&event, "pump"), "b0 origin/main", "a clone without origin");
        assert_eq!(event.base("acme/other"), None, "another repository is no part of this pull request");
        assert_eq!(event.pull_request.as_ref().unwrap().number, Some(7));
        assert_eq!(event.visibility, Some(Visibility::Public));
        assert_eq!(event.run_url.as_deref(), Some("https://github.com/acme/pump/actions/runs/42"));
        assert_eq!(event.standing(), RefStanding::Other);
        for payload in [None, Some("no JSON"), Some("[]")] {
            let event = CiEvent::new(&env, payload);
            let pull_request = event.pull_request.unwrap();
            assert_eq!((pull_request.number, pull_request.base), (Some(7), CommitName::branch("main")));
            assert_eq!(event.visibility, None);
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
            assert_eq!(event.base("acme/pump").unwrap().revs[0].to_string(), base, "{pairs:?}");
            assert_eq!(event.standing(), RefStanding::Other);
        }
        // A branch or a schedule enforces; an empty variable is none.
        assert_eq!(CiEvent::new(&env(&[("CHANGE_TARGET", "")]), None), CiEvent::default());
        let branch = [("CI_COMMIT_BRANCH", "main"), ("GITLAB_CI", "true")];
        assert_eq!(CiEvent::new(&env(&branch), None).base("acme/pump"), None);
        for (word, visibility) in
            [("private", Visibility::Private), ("internal", Visibility::Internal), ("public", Visibility::Public)]
        {
            assert_eq!(CiEvent::new(&env(&[("CI_PROJECT_VISIBILITY", word)]), None).visibility, Some(visibility));
        }
    }

    #[test]
    fn the_policy_is_that_of_the_tip_and_never_of_what_is_not_merged() {
        let tip = |pairs: &[(&str, &str)], payload: Option<&str>, looked_at: &str| {
            let tip = CiEvent::new(&env(pairs), payload).policy_tip("acme/pump", Some(looked_at));
            tip.map(|tip| words(&tip.revs)).unwrap_or_default()
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
        assert_eq!(
            tip(&on("merge_group", reference), Some(queue), "c0"),
            "origin/main b1",
            "first the branch, and not what waits in the queue"
        );
        let event = CiEvent::new(&env(&on("merge_group", reference)), Some(queue));
        let review = &event.review;
        assert_eq!((review.number, review.queued, review.behind.as_deref()), (Some(12), true, Some("b1")));
        for name in ["workflow_run", "issue_comment", "schedule", "repository_dispatch"] {
            assert_eq!(tip(&on(name, main), Some(PAYLOAD), "ad"), "c0", "{name} with something else checked out");
            assert_eq!(tip(&on(name, main), Some(PAYLOAD), "c0"), "", "{name}");
        }
        for name in ["push", "workflow_dispatch"] {
            assert_eq!(tip(&on(name, "refs/heads/topic"), Some(PAYLOAD), "c0"), "origin/main", "{name}");
            assert_eq!(tip(&on(name, main), Some(PAYLOAD), "c0"), "", "{name}");
            assert_eq!(tip(&on(name, "refs/tags/v1"), Some(PAYLOAD), "c0"), "origin/main", "{name}");
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
    fn a_fork_is_part_of_its_pull_request_and_its_branches_are_nobodys() {
        let payload = PAYLOAD.replace(r#""head": {"#, r#""head": {"repo": {"full_name": "mallory/pump2"}, "#);
        let pairs = [
            ("GITHUB_EVENT_NAME", "pull_request_target"),
            ("GITHUB_REPOSITORY", "acme/pump"),
            ("GITHUB_BASE_REF", "main"),
        ];
        let event = CiEvent::new(&env(&pairs), Some(&payload));
        let there = [CommitName::Commit("b0".into()), CommitName::Elsewhere(Some("main".into()))];
        assert_eq!(event.policy_tip("mallory/pump2", Some("ad")).unwrap().revs, there);
        assert_eq!(event.base("mallory/pump2").unwrap().revs, there);
        assert_eq!(event.policy_tip("Acme/Pump", Some("ad")).unwrap().revs[1], CommitName::branch("main"));
        assert_eq!(event.policy_tip("acme/other", Some("ad")), None);
        assert_eq!((event.own("mallory/pump2").as_str(), event.own("pump").as_str()), ("acme/pump", "pump"));
        assert!(event.of_strangers() && !CiEvent::default().of_strangers());
        // A pipeline of GitLab in the fork, and a clone of the fork by Jenkins.
        let gitlab = [
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_MERGE_REQUEST_PROJECT_PATH", "acme/sub/pump"),
            ("CI_PROJECT_PATH", "mallory/pump"),
        ];
        let jenkins = [
            ("CHANGE_TARGET", "main"),
            ("CHANGE_FORK", "mallory"),
            ("CHANGE_URL", "https://github.com/sub/pump/pull/7"),
        ];
        let data_center = [
            ("CHANGE_TARGET", "main"),
            ("CHANGE_FORK", "~mallory/pump"),
            ("CHANGE_URL", "https://git.acme.example/bb/projects/SUB/repos/pump/pull-requests/7/overview"),
        ];
        for pairs in [gitlab, jenkins, data_center] {
            let event = CiEvent::new(&env(&pairs), None);
            let tip = |clone: &str| event.policy_tip(clone, None).unwrap().revs;
            assert_eq!(tip("mallory/pump"), [CommitName::Elsewhere(Some("main".into()))]);
            if pairs != gitlab {
                assert_eq!(tip("sub/pump"), [CommitName::branch("main")]);
            }
        }
        // A fork in a group of the same name: GitLab says whose pipeline it is, elsewhere the address of the clone does.
        let below = |path: &'static str| {
            CiEvent::new(&env(&[gitlab[0], gitlab[1], ("CI_PROJECT_PATH", path)]), None).policy_tip("sub/pump", None)
        };
        assert_eq!(below("mallory/sub/pump").unwrap().revs, [CommitName::Elsewhere(Some("main".into()))]);
        assert_eq!(below("acme/sub/pump").unwrap().revs, [CommitName::branch("main")]);
        let by_jenkins = [
            ("CHANGE_TARGET", "main"),
            ("CHANGE_FORK", "mallory/sub"),
            ("CHANGE_URL", "https://gitlab.example/acme/sub/pump/-/merge_requests/7"),
        ];
        for (owner, foreign) in [("acme", false), ("mallory", true)] {
            let address = format!("https://gitlab.example/{owner}/sub/pump");
            let event = CiEvent::new(&env(&by_jenkins), None).in_clone("sub/pump", Some(&address), None, true);
            let tip = event.policy_tip("sub/pump", None).unwrap().revs;
            assert_eq!(matches!(tip[..], [CommitName::Elsewhere(_)]), foreign, "{owner}: {tip:?}");
        }
    }

    #[test]
    fn only_the_default_branch_speaks_for_the_repository() {
        use RefStanding::{Default, Other, Tag, Unknown};
        let payload = Some(r#"{"repository": {"default_branch": "main"}}"#);
        for (name, reference, payload, wanted) in [
            ("push", "refs/heads/main", payload, Default),
            ("push", "refs/heads/topic", payload, Other),
            ("push", "refs/tags/main", payload, Tag),
            ("workflow_dispatch", "refs/heads/topic", payload, Other),
            ("schedule", "refs/heads/main", payload, Default),
            ("schedule", "refs/heads/main", None, Default),
            ("push", "refs/heads/main", None, Unknown),
            // Of a commit that no ref names.
            ("deployment", "", payload, Unknown),
        ] {
            let pairs = [("GITHUB_EVENT_NAME", name), ("GITHUB_REF", reference)];
            let event = CiEvent::new(&env(&pairs), payload);
            assert_eq!(event.standing(), wanted, "{name} {reference}");
            let tip = event.policy_tip("acme/pump", None).map(|tip| words(&tip.revs));
            let wanted = match (wanted, payload) {
                (Default, _) => None,
                (_, Some(_)) => Some("origin/main".to_owned()),
                (_, None) => Some("origin/HEAD".to_owned()),
            };
            assert_eq!(tip, wanted, "{name} {reference}");
        }
        assert_eq!(CiEvent::default().standing(), Default, "outside a CI system the user knows");
    }

    #[test]
    fn a_branch_build_of_any_system_is_no_default_branch_before_somebody_says_so() {
        for (system, reference) in [
            (("JENKINS_URL", "https://ci.acme.example"), ("BRANCH_NAME", "topic")),
            (("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/heads/topic")),
            (("BITBUCKET_BUILD_NUMBER", "1"), ("BITBUCKET_BRANCH", "topic")),
            (("CI", "true"), ("CIRCLE_BRANCH", "topic")),
            (("TEAMCITY_VERSION", "2025.1"), ("TEAMCITY_SAYS_NOTHING", "topic")),
        ] {
            let of = |more: (&'static str, &'static str)| CiEvent::new(&env(&[system, reference, more]), None);
            let tip = |event: &CiEvent| event.policy_tip("acme/pump", Some("c0")).map(|tip| words(&tip.revs));
            let event = of(("", ""));
            assert_eq!(event.standing(), RefStanding::Unknown, "{reference:?}");
            assert_eq!(tip(&event).as_deref(), Some("origin/HEAD"));
            let event = event.in_clone("acme/pump", None, Some("main".into()), true);
            assert_eq!(tip(&event).as_deref(), Some("origin/main"), "{reference:?}");
            let told = of(("CI_DEFAULT_BRANCH", "topic"));
            let known = reference.0 != "TEAMCITY_SAYS_NOTHING";
            assert_eq!(
                told.standing(),
                if known { RefStanding::Default } else { RefStanding::Unknown },
                "{reference:?}"
            );
        }
        for tag in ["CI_COMMIT_TAG", "BITBUCKET_TAG", "CIRCLE_TAG", "TAG_NAME"] {
            assert_eq!(CiEvent::new(&env(&[("CI", "true"), (tag, "v1")]), None).standing(), RefStanding::Tag, "{tag}");
        }
        let nowhere = CiEvent::new(&env(&[("CI", "true")]), None).in_clone("pump", None, None, false);
        assert_eq!(nowhere.standing(), RefStanding::Default, "what came from nowhere is merged into nothing");
    }

    #[test]
    fn a_workflow_is_the_change_s_own_only_where_github_runs_that_of_the_change() {
        let run = |name: &'static str, reference: &'static str, workflow: &'static str| {
            let payload = r#"{"repository": {"default_branch": "main"}}"#;
            let pairs = [
                ("GITHUB_EVENT_NAME", name),
                ("GITHUB_REF", reference),
                ("GITHUB_WORKFLOW_REF", workflow),
                ("GITHUB_REPOSITORY", "acme/pump"),
                ("GITHUB_SHA", "c0"),
            ];
            match CiEvent::new(&env(&pairs), Some(payload)).running() {
                Running::At(path) => path.to_owned(),
                other => format!("{other:?}"),
            }
        };
        let (pull, main, topic) = ("refs/pull/7/merge", "refs/heads/main", "refs/heads/topic");
        assert_eq!(run("pull_request", pull, "acme/pump/.github/w.yml@refs/pull/7/merge"), ".github/w.yml");
        assert_eq!(run("push", topic, "acme/pump/.github/w.yml@refs/heads/topic"), ".github/w.yml");
        for (name, reference, workflow) in [
            ("pull_request", pull, "acme/policies/.github/w.yml@refs/heads/main"),
            ("pull_request", pull, "acme/pump2/.github/w.yml@refs/pull/7/merge"),
            ("pull_request", pull, "acme/pump/.github/w.yml@refs/heads/main"),
            ("pull_request_target", main, "acme/pump/.github/w.yml@refs/heads/main"),
            ("issue_comment", main, "acme/pump/.github/w.yml@refs/heads/main"),
        ] {
            assert_eq!(run(name, reference, workflow), "Foreign", "{name} {workflow}");
        }
        assert_eq!(run("pull_request", pull, ""), "Untold");
    }
}
