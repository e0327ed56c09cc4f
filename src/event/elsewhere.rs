//! What CI systems other than GitHub Actions tell of a run in their environment: what it is for, where that goes, and from where. Pure.

use crate::collect::git::commit_name::CommitName;

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
    /// Is the project private?
    pub private: Option<bool>,
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
        tips: TARGET_TIPS.iter().filter_map(told).collect(),
        reference,
        default_branch: default_branch(of),
        home: home(of),
        private: of("CI_PROJECT_VISIBILITY").map(|visibility| visibility == "private"),
    }
}

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

/// The repository that a fork's change goes into. GitLab runs such a pipeline in the fork; Jenkins may clone the fork.
fn home(of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let project = of("CI_MERGE_REQUEST_PROJECT_PATH").filter(|path| of("CI_PROJECT_PATH").as_ref() != Some(path));
    let page = || of("CHANGE_URL").filter(|_| of("CHANGE_FORK").is_some());
    let of_page = |page: String| {
        let path = page.split_once("://").map_or(page.as_str(), |(_, rest)| rest);
        let ends = ["/pull/", "/pull-requests/", "/-/merge_requests/", "/pulls/"];
        Some(ends.iter().find_map(|end| path.split_once(end))?.0.to_owned())
    };
    project.or_else(|| page().and_then(of_page))
}
