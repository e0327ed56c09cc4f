//! The lane of a run in words: what of the judgement counts here and what does not. Raw text: every sink escapes it.

use crate::model::policy::PullRequestLane;
use crate::model::report::{Lane, LaneResult, Report};
use crate::render::words;
use lookback_reading::{count, listed};

/// Documents and reasons named one by one.
const NAMED: usize = 10;

/// `enforce` or `pull-request`.
pub fn name(lane: Lane) -> &'static str {
    match lane {
        Lane::Enforce => "enforce",
        Lane::PullRequest(_) => "pull-request",
    }
}

/// The policy of a pull request, as configured.
pub fn policy(lane: Lane) -> Option<&'static str> {
    match lane {
        Lane::Enforce => None,
        Lane::PullRequest(policy) => Some(policy.word()),
    }
}

/// One sentence a line; none where everything is enforced.
pub fn lines(report: &Report) -> Vec<String> {
    let lane = &report.lane;
    let Some(policy) = policy(lane.lane) else { return Vec::new() };
    let base = lane.base.as_deref().map(|base| format!(" against {}", base.get(..12).unwrap_or(base)));
    let changed = match lane.changed.len() {
        0 if lane.base.is_none() => "what it changes could not be seen".to_owned(),
        0 => "no document of the review is changed".to_owned(),
        n => format!("{} of the review changed ({})", count(n, "document"), listed(&lane.changed, NAMED)),
    };
    let mut out = vec![format!(
        "Pull request{}: {}; {changed} (on.pull_request = \"{policy}\").",
        base.unwrap_or_default(),
        lane.verdict.word()
    )];
    if !lane.not_seen.is_empty() {
        out.push(format!("Not judged: {}.", listed(&lane.not_seen, NAMED)));
    }
    out.extend(not_enforced(report, lane));
    out
}

fn not_enforced(report: &Report, lane: &LaneResult) -> Option<String> {
    if lane.not_enforced.is_empty() {
        return None;
    }
    let mut rules: Vec<&str> =
        lane.not_enforced.iter().filter_map(|at| report.findings.get(*at)).map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let reason = match lane.lane {
        Lane::PullRequest(PullRequestLane::Report) => "the policy reports only",
        _ => "this pull request does not cause them",
    };
    Some(format!(
        "Not enforced here: {} ({}), because {reason}; where everything is enforced they fail the check.",
        count(lane.not_enforced.len(), "error"),
        rules.join(", ")
    ))
}

/// What the lane's verdict means for a run, in a word or two: for a check run's title and a status line.
pub fn headline(report: &Report) -> String {
    let lane = &report.lane;
    let state = words::state(report.cadence.state);
    let standing = match lane.enforced.len() {
        0 => lane.verdict.word().to_owned(),
        n => format!("{}, {}", lane.verdict.word(), count(n, "error")),
    };
    match lane.lane {
        Lane::Enforce => format!("{standing}; review {state}"),
        Lane::PullRequest(_) => match lane.not_enforced.len() {
            0 => format!("{standing}; review {state}"),
            n => format!("{standing}; {} not enforced here; review {state}", count(n, "error")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::Verdict;
    use crate::render::sample;

    #[test]
    fn a_pull_request_says_what_it_judged_and_what_not() {
        let mut report = sample::report();
        assert!(lines(&report).is_empty());
        assert_eq!(headline(&report), "nonconforming, 5 errors; review overdue");
        report.lane = LaneResult {
            lane: Lane::PullRequest(PullRequestLane::Changed),
            verdict: Verdict::Nonconforming,
            exit_code: 1,
            base: Some("0123456789abcdef".to_owned()),
            changed: vec!["docs/quality/SR-2025.md".to_owned()],
            enforced: vec![4],
            not_enforced: vec![0, 1, 2, 3],
            not_seen: vec!["docs/scan.pdf: no text layer".to_owned()],
        };
        insta::assert_snapshot!(lines(&report).join("\n"), @r#"
        Pull request against 0123456789ab: nonconforming; 1 document of the review changed (docs/quality/SR-2025.md) (on.pull_request = "changed").
        Not judged: docs/scan.pdf: no text layer.
        Not enforced here: 4 errors (conclusion-contradicted, issue-not-examined, review-overdue), because this pull request does not cause them; where everything is enforced they fail the check.
        "#);
        assert_eq!(headline(&report), "nonconforming, 1 error; 4 errors not enforced here; review overdue");
    }
}
