//! For what a run may speak on GitHub and GitLab: comment, check run and status for the event's own commit, the reminder for the last commit of
//! the default branch, and nothing for what a file names.

use crate::event::gitlab::GitlabRun;
use crate::event::{CiEvent, RefStanding};
use crate::writeback::outcome::{WriteHost, WriteTarget};
use lookback_core::model::Report;
use lookback_reading::count;

/// How the revision that was judged came to be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LookedAt {
    /// Does a file say what was seen?
    pub from_file: bool,
    /// Why it is not the checked-out commit with all that came before it, if so.
    pub chosen: Option<&'static str>,
    /// The commit that it merges, where it merges one.
    pub merges: Option<String>,
    /// Last commit of the default branch of `origin`, where the clone knows it.
    pub default_tip: Option<String>,
}

/// Nothing may be written: why, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Silent {
    /// Why.
    pub why: String,
    /// What to do.
    pub remedy: &'static str,
}

/// Where it is written, and why the reminder is left alone although the run is one of the default branch.
pub(crate) fn target(
    report: &Report,
    looked_at: &LookedAt,
    event: &CiEvent,
) -> Result<(WriteTarget, Option<Silent>), Silent> {
    let (repository, revision) = (&report.subject.repository, report.subject.revision.as_deref());
    let silent = |why: String, remedy| Err(Silent { why, remedy });
    let in_actions = event.name.is_some();
    if looked_at.from_file && !(in_actions && event.repository.is_some()) {
        let why = "what a file of evidence names is written to nobody".to_owned();
        return silent(why, "Judge the evidence in a workflow of its own repository, or check the repository itself.");
    }
    if in_actions && !event.is_about(repository) {
        let why = format!("the run is one of {}, not of {repository}", event.repository.as_deref().unwrap_or_default());
        return silent(why, "Run it in a workflow of the repository that it is about.");
    }
    if !report.subject.uncommitted.is_empty() {
        let files = count(report.subject.uncommitted.len(), "file");
        let why = format!("the judgement rests on what is not committed ({files})");
        return silent(why, "Commit them first, or judge the commit alone with --committed.");
    }
    let pull_request = event.pull_request.as_ref();
    let head = pull_request.and_then(|pull| pull.head.as_deref());
    // On a pull request the run stands for its last commit: the commit that the event runs for may be one of the base.
    let run_for = if pull_request.is_some() { event.merge() } else { event.commit.as_deref() };
    let own: Vec<&str> = [run_for, head].into_iter().flatten().collect();
    let merges = head.is_some() && looked_at.merges.as_deref() == head;
    let speaks = merges || revision.is_some_and(|revision| own.contains(&revision));
    if in_actions && !speaks && (pull_request.is_some() || !own.is_empty()) {
        let run = match own.as_slice() {
            [] => "a pull request whose last commit is not known".to_owned(),
            own => format!("commit {}", own.join(" or ")),
        };
        let why = format!("the run is one of {run}, and {} was looked at", revision.unwrap_or("no commit"));
        return silent(why, "Check out the commit of the event, without --rev and without an --as-of before it.");
    }
    let standing = event.standing();
    let reminder = leave(looked_at, revision, event, in_actions);
    let target = WriteTarget {
        host: WriteHost::Github,
        repository: event.repository.clone().unwrap_or_else(|| repository.clone()),
        commit: head.or(revision).map(str::to_owned),
        pull_request: pull_request.and_then(|pull| pull.number),
        default_branch: standing == RefStanding::Default && reminder.is_none(),
        run_url: event.run_url.clone(),
    };
    Ok((target, reminder.filter(|_| matches!(standing, RefStanding::Default | RefStanding::Unknown))))
}

/// The same on GitLab: by the commit that its pipeline runs for.
pub(crate) fn gitlab_target(
    report: &Report,
    looked_at: &LookedAt,
    event: &CiEvent,
    run: &GitlabRun,
) -> Result<(WriteTarget, Option<Silent>), Silent> {
    let (target, left) = target(report, looked_at, event)?;
    let revision = report.subject.revision.as_deref();
    let own = |commit: &str| run.commits.iter().any(|own| own == commit);
    // Where the result of a merge is built, its own commit is the second parent.
    let speaks = revision.is_some_and(own) || looked_at.merges.as_deref().is_some_and(own);
    if !run.commits.is_empty() && !speaks {
        let (of, seen) = (run.commits.join(" or "), revision.unwrap_or("no commit"));
        let why = format!("the pipeline is one of commit {of}, and {seen} was looked at");
        return Err(Silent { why, remedy: "Check the commit of the pipeline, without --repo and --rev." });
    }
    let target = WriteTarget {
        host: WriteHost::Gitlab,
        repository: run.project.clone(),
        pull_request: run.merge_request.filter(|_| event.pull_request.is_some()),
        run_url: run.job_url.clone(),
        ..target
    };
    Ok((target, left))
}

/// Why the reminder is left as it is.
fn leave(looked_at: &LookedAt, revision: Option<&str>, event: &CiEvent, in_actions: bool) -> Option<Silent> {
    let remedy = "Run it on the default branch as it is, best every night.";
    if event.standing() == RefStanding::Unknown {
        let why = "it speaks for the default branch, and nobody says whether this is a run of it".to_owned();
        let remedy = "Set BRANCH_NAME to the branch of the run and CI_DEFAULT_BRANCH to the default one (docs/pull-requests.md).";
        return Some(Silent { why, remedy });
    }
    if let Some(how) = looked_at.chosen {
        return Some(Silent { why: format!("it speaks for the default branch as it is, and not {how}"), remedy });
    }
    let tip = looked_at.default_tip.as_deref().filter(|_| !in_actions)?;
    (Some(tip) != revision && event.pull_request.is_none()).then(|| Silent {
        why: format!(
            "it speaks for the default branch, whose last commit here is {tip}, and another one was looked at"
        ),
        remedy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::render::sample;

    const TIP: &str = "c0ffee";

    fn report(revision: &str) -> Report {
        let mut report = sample::report();
        report.subject.repository = "acme/pump".into();
        report.subject.revision = Some(revision.into());
        report
    }

    fn event(pairs: &[(&str, &str)], payload: &str) -> CiEvent {
        let all = [("GITHUB_REPOSITORY", "acme/pump"), ("GITHUB_SHA", TIP), ("GITHUB_REF", "refs/heads/main")];
        let of = |name: &str| {
            let found = pairs.iter().chain(&all).find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        CiEvent::new(&of, Some(payload))
    }

    fn nightly() -> CiEvent {
        event(&[("GITHUB_EVENT_NAME", "schedule")], r#"{"repository": {"default_branch": "main"}}"#)
    }

    #[test]
    fn the_commit_of_the_event_and_nothing_else() {
        let checkout = LookedAt::default();
        let (target, left) = super::target(&report(TIP), &checkout, &nightly()).unwrap();
        assert!(target.default_branch && left.is_none());
        assert_eq!((target.repository.as_str(), target.commit.as_deref()), ("acme/pump", Some(TIP)));
        let other = super::target(&report("ad"), &checkout, &nightly()).unwrap_err();
        assert_eq!(other.why, "the run is one of commit c0ffee, and ad was looked at");
        let mut elsewhere = report(TIP);
        elsewhere.subject.repository = "acme/other".into();
        assert!(super::target(&elsewhere, &checkout, &nightly()).unwrap_err().why.contains("not of acme/other"));
    }

    #[test]
    fn nothing_is_said_of_a_commit_that_is_not_what_was_judged() {
        let mut report = report(TIP);
        report.subject.uncommitted = vec!["docs/security-review-2026.md".into()];
        let silent = super::target(&report, &LookedAt::default(), &CiEvent::default()).unwrap_err();
        assert!(silent.why.contains("(1 file)") && silent.remedy.contains("--committed"), "{}", silent.why);
    }

    #[test]
    fn a_pull_request_speaks_for_its_last_commit_also_where_the_merge_of_it_is_checked_out() {
        let payload = r#"{"pull_request": {"number": 7, "base": {"sha": "b0"}, "head": {"sha": "ad"}}}"#;
        let pull = event(&[("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_REF", "refs/pull/7/merge")], payload);
        let merge = LookedAt { merges: Some("ad".into()), ..LookedAt::default() };
        for (revision, looked_at) in [("ad", LookedAt::default()), (TIP, LookedAt::default()), ("f00", merge)] {
            let (target, _) = super::target(&report(revision), &looked_at, &pull).unwrap();
            assert_eq!(
                (target.commit.as_deref(), target.pull_request, target.default_branch),
                (Some("ad"), Some(7), false)
            );
        }
        assert!(super::target(&report("f00"), &LookedAt::default(), &pull).is_err());
    }

    #[test]
    fn the_commit_of_the_base_is_no_pull_request() {
        let payload = r#"{"pull_request": {"number": 7, "base": {"sha": "b0"}, "head": {"sha": "ad"}}}"#;
        let target = event(&[("GITHUB_EVENT_NAME", "pull_request_target")], payload);
        let silent = super::target(&report(TIP), &LookedAt::default(), &target).unwrap_err();
        assert_eq!(silent.why, "the run is one of commit ad, and c0ffee was looked at");
        assert!(super::target(&report("ad"), &LookedAt::default(), &target).is_ok());
        let unnamed = event(&[("GITHUB_EVENT_NAME", "pull_request_target")], "{}");
        assert!(super::target(&report(TIP), &LookedAt::default(), &unnamed).is_err());
    }

    #[test]
    fn the_reminder_is_left_alone_by_every_other_look() {
        let chosen = LookedAt { chosen: Some("for a revision that --rev names"), ..LookedAt::default() };
        let (target, left) = super::target(&report(TIP), &chosen, &nightly()).unwrap();
        assert!(!target.default_branch && left.unwrap().why.contains("--rev"));
        let branch = event(
            &[("GITHUB_EVENT_NAME", "push"), ("GITHUB_REF", "refs/heads/topic")],
            r#"{"repository": {"default_branch": "main"}}"#,
        );
        let (target, left) = super::target(&report(TIP), &LookedAt::default(), &branch).unwrap();
        assert!(!target.default_branch && left.is_none(), "a branch has none, and nothing is to be said of it");
        let by_hand = LookedAt { default_tip: Some(TIP.into()), ..LookedAt::default() };
        assert!(super::target(&report(TIP), &by_hand, &CiEvent::default()).unwrap().0.default_branch);
        let (target, left) = super::target(&report("ad"), &by_hand, &CiEvent::default()).unwrap();
        assert!(!target.default_branch && left.is_some());
        let of = |name: &str| {
            [("CI", "true"), ("BRANCH_NAME", "main")]
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let unknown = CiEvent::new(&of, None);
        let (target, left) = super::target(&report(TIP), &by_hand, &unknown).unwrap();
        assert!(!target.default_branch && left.unwrap().remedy.contains("CI_DEFAULT_BRANCH"));
        let known = unknown.in_clone("acme/pump", None, Some("main".into()), true);
        assert!(super::target(&report(TIP), &by_hand, &known).unwrap().0.default_branch);
    }

    #[test]
    fn a_file_names_nobody_to_write_to() {
        let file = LookedAt { from_file: true, ..LookedAt::default() };
        assert!(super::target(&report(TIP), &file, &CiEvent::default()).is_err());
        let (target, _) = super::target(&report(TIP), &file, &nightly()).unwrap();
        assert_eq!(target.repository, "acme/pump");
        assert!(super::target(&report("ad"), &file, &nightly()).is_err());
    }
}
