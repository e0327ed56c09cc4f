//! What CI systems other than GitHub Actions tell of a run in their environment: what it is for, where that goes, and from where. Pure.

use crate::collect::git::commit_name::CommitName;
use lookback_core::model::Visibility;

/// Variables of CI systems.
const CI: [&str; 8] = [
    "CI",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "TF_BUILD",
    "JENKINS_URL",
    "BITBUCKET_BUILD_NUMBER",
    "TEAMCITY_VERSION",
    "CIRCLECI",
];

/// The name of the default branch: of GitLab, and of whoever sets it where the system does not say.
const DEFAULT: &str = "CI_DEFAULT_BRANCH";

/// What the environment tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    /// What a change is compared with; `None`: it is none.
    pub base: Option<CommitName>,
    /// Names of the tip of the branch that a change goes into, the most exact first.
    pub tips: Vec<CommitName>,
    /// The ref that the run is for, in full.
    pub reference: Option<String>,
    /// The branch that the repository is judged on.
    pub default_branch: Option<String>,
    /// `owner/name` of the repository that a change goes into, where it comes from another one.
    pub home: Option<String>,
    /// Does the run belong to a fork?
    pub in_fork: bool,
    /// The file that says what runs, where the system has one place for it.
    pub pipeline: Option<String>,
    /// Who may read the project.
    pub visibility: Option<Visibility>,
}

/// Does a CI system run it?
pub(crate) fn in_ci(of: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name: &&str| of(name).is_some_and(|value| !value.is_empty() && !value.eq_ignore_ascii_case("false"));
    CI.iter().any(set)
}

/// The default branch as the environment names it.
pub(crate) fn default_branch(of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    of(DEFAULT)
}

/// Reads the environment; an empty variable is none.
pub(crate) fn read(of: &dyn Fn(&str) -> Option<String>) -> Environment {
    let told = |(name, target): &(&str, Target)| {
        let value = of(name)?;
        Some(match target {
            Target::Commit => CommitName::Commit(value),
            Target::Branch => CommitName::branch(&value),
        })
    };
    let reference = REFERENCES.iter().find_map(|(name, prefix)| Some(format!("{prefix}{}", of(name)?)));
    Environment {
        base: TARGETS.iter().find_map(told),
        tips: TARGETS.iter().filter(|(name, _)| *name != MERGE_BASE).filter_map(told).collect(),
        reference,
        default_branch: default_branch(of),
        home: home(of),
        in_fork: of("CI_MERGE_REQUEST_PROJECT_PATH")
            .is_some_and(|path| of("CI_PROJECT_PATH").is_some_and(|own| own != path)),
        pipeline: PIPELINES.iter().find_map(|(name, path)| of(name).map(|_| (*path).to_owned())),
        visibility: Visibility::told(of("CI_PROJECT_VISIBILITY").as_deref(), None),
    }
}

/// Variables of the systems whose pipeline stands in one file.
const PIPELINES: [(&str, &str); 4] = [
    ("GITLAB_CI", ".gitlab-ci.yml"),
    ("CIRCLECI", ".circleci/config.yml"),
    ("BITBUCKET_BUILD_NUMBER", "bitbucket-pipelines.yml"),
    ("TF_BUILD", "azure-pipelines.yml"),
];

/// Variables that name what a run is for, each with what its value lacks. A tag goes before a branch.
const REFERENCES: [(&str, &str); 9] = [
    // GitLab; neither is set on a merge request
    ("CI_COMMIT_TAG", "refs/tags/"),
    ("CI_COMMIT_BRANCH", "refs/heads/"),
    // Azure Pipelines: in full
    ("BUILD_SOURCEBRANCH", ""),
    // Bitbucket Pipelines
    ("BITBUCKET_TAG", "refs/tags/"),
    ("BITBUCKET_BRANCH", "refs/heads/"),
    // CircleCI: `pull/7` for a fork
    ("CIRCLE_TAG", "refs/tags/"),
    ("CIRCLE_BRANCH", "refs/heads/"),
    // Jenkins, multibranch projects
    ("TAG_NAME", "refs/tags/"),
    ("BRANCH_NAME", "refs/heads/"),
];

/// Variables that are set on a pull request only, the most exact first, each with what it holds.
const TARGETS: [(&str, Target); 7] = [
    // GitLab, merge request pipelines: docs.gitlab.com/ci/variables/predefined_variables. The first one is set only where the result of
    // the merge is built, which holds what the target gained since.
    ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", Target::Commit),
    (MERGE_BASE, Target::Commit),
    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", Target::Branch),
    // Bitbucket Pipelines
    ("BITBUCKET_PR_DESTINATION_COMMIT", Target::Commit),
    ("BITBUCKET_PR_DESTINATION_BRANCH", Target::Branch),
    // Azure Pipelines: `refs/heads/main`, or `main` for repositories on GitHub
    ("SYSTEM_PULLREQUEST_TARGETBRANCH", Target::Branch),
    // Jenkins, multibranch projects
    ("CHANGE_TARGET", Target::Branch),
];

/// The base of a difference, and no tip: the author of a merge request chooses it.
const MERGE_BASE: &str = "CI_MERGE_REQUEST_DIFF_BASE_SHA";

#[derive(Clone, Copy)]
enum Target {
    Commit,
    Branch,
}

/// The repository that a fork's change goes into. GitLab runs such a pipeline in the fork; Jenkins may clone the fork.
fn home(of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let project = of("CI_MERGE_REQUEST_PROJECT_PATH").filter(|path| of("CI_PROJECT_PATH").as_ref() != Some(path));
    let page = || of("CHANGE_URL").filter(|_| of("CHANGE_FORK").is_some());
    let of_page = |page: String| {
        let (_, path) = page.split_once("://").map_or(page.as_str(), |(_, rest)| rest).split_once('/')?;
        let ends = ["/pull/", "/pull-requests/", "/-/merge_requests/", "/pulls/"];
        let path = ends.iter().find_map(|end| path.split_once(end))?.0;
        // Bitbucket Data Center: `projects/PUMP/repos/firmware`, cloned from `scm/pump/firmware`.
        let parts: Vec<&str> = path.split('/').collect();
        Some(match parts[..] {
            [.., "projects", project, "repos", name] => format!("{project}/{name}"),
            [.., "users", user, "repos", name] => format!("~{user}/{name}"),
            _ => path.to_owned(),
        })
    };
    project.or_else(|| page().and_then(of_page))
}

/// Is a clone from this address one of another repository than this one, as far as their whole paths tell?
pub(crate) fn is_other(home: &str, clone: &str) -> bool {
    let path = clone.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    home.split('/').count() > 2 && !path.is_empty() && !path.eq_ignore_ascii_case(home)
}
