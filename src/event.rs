//! The event that started a run: in GitHub Actions from the environment and the event's payload, in other CI systems from the
//! environment. Pure: `main` hands over the environment, a command reads the file.

use serde_json::Value;

use crate::collect::request::Base;
use crate::net::github::Env;

/// What started the run, as far as it matters here. Outside a CI system everything is `None`; outside GitHub Actions only the base
/// of a pull request and the privacy of the project are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CiEvent {
    /// `pull_request`, `push`, `schedule`…
    pub name: Option<String>,
    /// `owner/name` of the repository that the workflow runs in.
    pub repository: Option<String>,
    /// Is that repository private (or internal)? `None`: the payload does not say.
    pub private: Option<bool>,
    /// The branch that the repository is judged on.
    pub default_branch: Option<String>,
    /// The ref that the run is for: `refs/heads/main`, `refs/pull/7/merge`.
    pub reference: Option<String>,
    /// The pull request, on an event of one.
    pub pull_request: Option<PullRequest>,
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

impl CiEvent {
    /// Reads the environment and the payload (the text of the file that `GITHUB_EVENT_PATH` names). A payload that is no JSON
    /// tells nothing.
    pub(crate) fn new(env: Env<'_>, payload: Option<&str>) -> Self {
        let of = |name: &str| env(name).filter(|value| !value.is_empty());
        let Some(name) = of("GITHUB_EVENT_NAME") else { return elsewhere(&of) };
        let payload: Value = payload.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
        let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let reference = of("GITHUB_REF").or_else(|| text("/ref"));
        let run_url = match (of("GITHUB_SERVER_URL"), of("GITHUB_REPOSITORY"), of("GITHUB_RUN_ID")) {
            (Some(server), Some(repository), Some(run)) => Some(format!("{server}/{repository}/actions/runs/{run}")),
            _ => None,
        };
        let pull_request = matches!(name.as_str(), "pull_request" | "pull_request_target").then(|| PullRequest {
            number: payload
                .pointer("/pull_request/number")
                .and_then(Value::as_u64)
                .or_else(|| number(reference.as_deref())),
            base: text("/pull_request/base/sha")
                .or_else(|| of("GITHUB_BASE_REF").map(|branch| format!("origin/{branch}")))
                .unwrap_or_else(|| "origin/HEAD".to_owned()),
            head: text("/pull_request/head/sha"),
        });
        CiEvent {
            name: Some(name),
            repository: of("GITHUB_REPOSITORY").or_else(|| text("/repository/full_name")),
            private: payload.pointer("/repository/private").and_then(Value::as_bool),
            default_branch: text("/repository/default_branch"),
            reference,
            pull_request,
            run_url,
        }
    }

    /// What the revision is compared with, on a pull request of this very repository.
    pub(crate) fn base(&self, repository: &str) -> Option<Base> {
        let pull_request = self.pull_request.as_ref().filter(|_| self.is_about(repository))?;
        Some(Base { rev: pull_request.base.clone(), head: pull_request.head.clone(), by_hand: false })
    }

    /// Is the event about this repository (`owner/name`, or a name without owner, which may be any)?
    pub(crate) fn is_about(&self, repository: &str) -> bool {
        let own = self.repository.as_deref();
        !repository.contains('/') || own.is_none_or(|own| own.eq_ignore_ascii_case(repository))
    }

    /// Does the run stand for the state of the repository: its default branch, or no branch that anybody names?
    pub(crate) fn on_default_branch(&self) -> bool {
        match (&self.default_branch, &self.reference) {
            _ if self.pull_request.is_some() => false,
            (Some(branch), Some(reference)) => reference.strip_prefix("refs/heads/") == Some(branch),
            // A schedule runs on the default branch only.
            (None, _) => self.name.as_deref().is_none_or(|name| name == "schedule"),
            (Some(_), None) => true,
        }
    }
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

/// The event as CI systems other than GitHub Actions tell it.
fn elsewhere(of: &dyn Fn(&str) -> Option<String>) -> CiEvent {
    let base = TARGETS.iter().find_map(|(name, target)| {
        let value = of(name)?;
        Some(match target {
            Target::Commit => value,
            Target::Branch => format!("origin/{}", value.strip_prefix("refs/heads/").unwrap_or(&value)),
        })
    });
    CiEvent {
        pull_request: base.map(|base| PullRequest { base, ..PullRequest::default() }),
        private: of("CI_PROJECT_VISIBILITY").map(|visibility| visibility == "private"),
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
        for name in ["push", "schedule", "workflow_dispatch", "merge_group", "release"] {
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
