//! The commit status, where a check run is not allowed. Pure.

use serde::{Deserialize, Serialize};

use crate::writeback::check_run::conclusion;
use crate::writeback::marker::{Author, Me};
use lookback_core::model::Report;
use lookback_core::render::escape::line;
use lookback_core::render::lane;
use lookback_reading::shorten;

/// Characters of a description; the API takes 140.
const DESCRIPTION: usize = 140;

/// A status as it is to be, in the API's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// `success`, `failure`, `error`.
    pub state: &'static str,
    /// One line.
    pub description: String,
    /// Whose.
    pub context: String,
    /// Page of the run, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_url: Option<String>,
}

/// A status as the API gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct StandingStatus {
    /// `success`, `failure`, `error`, `pending`.
    #[serde(default)]
    pub state: String,
    /// One line.
    #[serde(default)]
    pub description: Option<String>,
    /// Whose.
    #[serde(default)]
    pub context: String,
    /// Its author.
    #[serde(default)]
    pub creator: Option<Author>,
}

/// What the report says. A status knows no neutral end: what is only reported is a success, and what is undetermined an error.
pub fn status(report: &Report, name: &str, target_url: Option<&str>) -> Status {
    Status {
        state: match conclusion(report) {
            "success" | "neutral" => "success",
            "failure" => "failure",
            _ => "error",
        },
        description: shorten(&line(&lane::headline(report)), DESCRIPTION - 1),
        context: name.to_owned(),
        target_url: target_url.map(str::to_owned),
    }
}

/// Is it to be written? `existing`: statuses of the commit, newest first.
pub(crate) fn is_news(status: &Status, me: &Me, existing: &[StandingStatus]) -> bool {
    let newest = existing.iter().find(|other| other.context == status.context);
    !newest.is_some_and(|newest| {
        me.wrote(newest.creator.as_ref())
            && newest.state == status.state
            && newest.description.as_deref() == Some(status.description.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::model::PullRequestLane;
    use lookback_core::model::{Lane, LaneResult, Verdict};
    use lookback_core::render::sample;

    #[test]
    fn the_lane_decides_and_the_second_run_writes_nothing() {
        let me = Me { login: Some("octocat".into()) };
        let mut report = sample::report();
        for (lane, verdict, state) in [
            (Lane::Enforce, Verdict::Conforms, "success"),
            (Lane::Enforce, Verdict::Nonconforming, "failure"),
            (Lane::Enforce, Verdict::Undetermined, "error"),
            (Lane::PullRequest(PullRequestLane::Report), Verdict::Nonconforming, "success"),
        ] {
            // Where all is only reported, nothing fails.
            let exit_code = if state == "success" { 0 } else { verdict.exit_code() };
            report.lane = LaneResult { lane, exit_code, ..LaneResult::enforced(verdict) };
            let status = status(&report, "Lookback", None);
            assert_eq!(status.state, state);
            assert!(is_news(&status, &me, &[]));
            let own = |login: &str, state: &str| StandingStatus {
                state: state.into(),
                description: Some(status.description.clone()),
                context: "Lookback".into(),
                creator: Some(Author { login: login.into(), kind: "User".into() }),
            };
            assert!(!is_news(&status, &me, &[own("octocat", state)]));
            assert!(is_news(&status, &me, &[own("mallory", state)]));
            assert!(is_news(&status, &me, &[own("octocat", "pending"), own("octocat", state)]), "the newest counts");
        }
    }

    #[test]
    fn the_description_fits() {
        let long = shorten(&"x".repeat(500), DESCRIPTION - 1);
        assert_eq!(long.chars().count(), DESCRIPTION);
        assert!(status(&sample::report(), "Lookback", None).description.chars().count() <= DESCRIPTION);
    }
}
