//! What GitLab tells of a pipeline that writes back: the project, the merge request, and the commit that it runs for. Pure.

use crate::net::github::Env;

/// A project of GitLab that may be written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GitlabRun {
    /// Address of the server, without a slash at the end.
    pub server: String,
    /// `group/project`; of a fork's merge request the project that it goes into.
    pub project: String,
    /// Number of the merge request in the project.
    pub merge_request: Option<u64>,
    /// The commits that the pipeline runs for; empty by hand.
    pub commits: Vec<String>,
    /// Page of the job.
    pub job_url: Option<String>,
}

impl GitlabRun {
    /// The run of a pipeline; by hand the project that the clone comes from, where the server is the one that the token is for.
    pub(crate) fn of(env: Env<'_>, origin: Option<&str>) -> Option<GitlabRun> {
        let of = |name: &str| env(name).filter(|value| !value.is_empty());
        if of("GITHUB_EVENT_NAME").is_some() {
            return None;
        }
        if of("GITLAB_CI").is_none() {
            let server = of("GITLAB_URL").unwrap_or_else(|| "https://gitlab.com".to_owned());
            let server = server.trim_end_matches('/');
            let project = origin?.strip_prefix(server)?.strip_prefix('/')?;
            let known = of("GITLAB_TOKEN").is_some() && project.contains('/');
            return known.then(|| GitlabRun {
                server: server.to_owned(),
                project: project.trim_end_matches('/').trim_end_matches(".git").to_owned(),
                ..GitlabRun::default()
            });
        }
        let merge_request = of("CI_MERGE_REQUEST_IID").and_then(|number| number.parse().ok());
        let target = of("CI_MERGE_REQUEST_PROJECT_PATH").filter(|_| merge_request.is_some());
        let commits = ["CI_COMMIT_SHA", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"].into_iter().filter_map(of);
        Some(GitlabRun {
            server: of("CI_SERVER_URL")?.trim_end_matches('/').to_owned(),
            project: target.or_else(|| of("CI_PROJECT_PATH"))?,
            merge_request,
            commits: commits.collect(),
            job_url: of("CI_JOB_URL"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pairs: &[(&str, &str)], origin: Option<&str>) -> Option<GitlabRun> {
        let of = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        GitlabRun::of(&of, origin)
    }

    #[test]
    fn a_pipeline_tells_where_it_may_write() {
        let pipeline = [
            ("GITLAB_CI", "true"),
            ("CI_SERVER_URL", "https://gitlab.acme.example/"),
            ("CI_PROJECT_PATH", "fork/pump"),
            ("CI_COMMIT_SHA", "c0ffee"),
        ];
        let found = run(&pipeline, None).unwrap();
        assert_eq!((found.server.as_str(), found.project.as_str()), ("https://gitlab.acme.example", "fork/pump"));
        assert_eq!((found.merge_request, found.commits), (None, vec!["c0ffee".to_owned()]));
        let of_fork = [("CI_MERGE_REQUEST_IID", "7"), ("CI_MERGE_REQUEST_PROJECT_PATH", "group/sub/pump")];
        let found = run(&[&pipeline[..], &of_fork].concat(), None).unwrap();
        assert_eq!((found.project.as_str(), found.merge_request), ("group/sub/pump", Some(7)));
        assert_eq!(run(&[&pipeline[..], &[("GITHUB_EVENT_NAME", "push")]].concat(), None), None);
    }

    #[test]
    fn by_hand_the_origin_has_to_lie_where_the_token_is_for() {
        let token = [("GITLAB_TOKEN", "t"), ("GITLAB_URL", "https://gitlab.acme.example")];
        let of = |origin: &str| run(&token, Some(origin)).map(|run| run.project);
        assert_eq!(of("https://gitlab.acme.example/group/sub/pump").as_deref(), Some("group/sub/pump"));
        assert_eq!(of("https://gitlab.acme.example.evil.example/group/pump"), None);
        assert_eq!(of("https://github.com/acme/pump"), None);
        assert_eq!(run(&[], Some("https://gitlab.com/group/pump")), None, "nobody gave a token");
    }
}
