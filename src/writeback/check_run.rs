//! The check run: conclusion, summary and every finding as an annotation; and how far an interrupted one got. Pure.

use serde::{Deserialize, Serialize};

use crate::writeback::marker::digest;
use lookback_core::model::Level;
use lookback_core::model::PullRequestLane;
use lookback_core::model::{Lane, Report, Verdict};
use lookback_core::render::escape::lines;
use lookback_core::render::github::{self, CasesAlike};
use lookback_core::render::{lane, markdown};
use lookback_reading::shorten;

/// Annotations that the API takes in one request.
const PER_REQUEST: usize = 50;
/// Characters of a message; the API takes 64 KB.
const MESSAGE: usize = 8_000;
/// Characters of a title; the API takes 255.
const TITLE: usize = 255;

/// A check run as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRun {
    /// Its name.
    pub name: String,
    /// The commit that it is shown at.
    pub head_sha: String,
    /// `success`, `failure`, `neutral`, `action_required`.
    pub conclusion: &'static str,
    /// One line.
    pub title: String,
    /// Markdown.
    pub summary: String,
    /// All of them.
    pub annotations: Vec<Annotation>,
    /// Page of the run, if there is one.
    pub details_url: Option<String>,
}

/// One annotation, in the API's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// Repository-relative path.
    pub path: String,
    /// First line.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// First column; only within one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_column: Option<u32>,
    /// Last column; only within one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
    /// `notice`, `warning`, `failure`.
    pub annotation_level: &'static str,
    /// Constraint and rule.
    pub title: String,
    /// Fault and remedy.
    pub message: String,
}

/// A check run as the API gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct StandingRun {
    /// Its id.
    pub id: u64,
    /// Ours: see [`CheckRun::external_id`].
    #[serde(default)]
    pub external_id: Option<String>,
    /// `queued`, `in_progress`, `completed`.
    #[serde(default)]
    pub status: String,
    /// How it ended.
    #[serde(default)]
    pub conclusion: Option<String>,
    /// What it shows.
    #[serde(default)]
    pub output: Output,
}

/// The part of a check run's output that counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Output {
    /// How many annotations have arrived.
    #[serde(default)]
    pub annotations_count: usize,
}

/// The next request for the check run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckWrite {
    /// Create it with the first annotations; the request completes it when they are all.
    Create,
    /// Add the annotations from here on; the request with the last ones completes it.
    Continue(u64, usize),
    /// All annotations stand already; conclusion, title and summary are new.
    Refresh(u64),
}

impl CheckRun {
    /// What the report says, for a commit.
    pub fn new(report: &Report, name: &str, head_sha: &str, details_url: Option<&str>) -> Self {
        CheckRun {
            name: name.to_owned(),
            head_sha: head_sha.to_owned(),
            conclusion: conclusion(report),
            title: shorten(&lines(&lane::headline(report)), TITLE - 1),
            summary: markdown::summary(report),
            annotations: annotations(report),
            details_url: details_url.map(str::to_owned),
        }
    }

    /// Names the contents: `lookback/ANNOTATIONS/WHOLE`. By it a later run sees what stands there already.
    pub fn external_id(&self) -> String {
        let annotations = self.annotations_id();
        let whole = digest(&[&annotations, self.conclusion, &self.title, &self.summary]);
        format!("{annotations}/{whole}")
    }

    fn annotations_id(&self) -> String {
        let text = serde_json::to_string(&self.annotations).unwrap_or_default();
        format!("lookback/{}", digest(&[&self.head_sha, &text]))
    }

    /// The next request, or nothing where all stands there already. `existing`: check runs of this name at this commit.
    pub fn plan(&self, existing: &[StandingRun]) -> Option<CheckWrite> {
        let (id, annotations) = (self.external_id(), format!("{}/", self.annotations_id()));
        let of = |run: &StandingRun, wanted: &str| run.external_id.as_deref().is_some_and(|id| id.starts_with(wanted));
        // Only the newest run of a name is shown; what an older one says does not count.
        let Some(newest) = existing.iter().max_by_key(|run| run.id).filter(|run| of(run, &annotations)) else {
            return Some(CheckWrite::Create);
        };
        // Only the request with the last annotations completes it: what is completed has them all.
        let arrived = newest.output.annotations_count;
        if newest.status != "completed" {
            let all = arrived >= self.annotations.len();
            return Some(if all { CheckWrite::Refresh(newest.id) } else { CheckWrite::Continue(newest.id, arrived) });
        }
        let same = of(newest, &id) && newest.conclusion.as_deref() == Some(self.conclusion);
        (!same).then_some(CheckWrite::Refresh(newest.id))
    }

    /// The body of a request.
    pub fn body(&self, write: &CheckWrite) -> serde_json::Value {
        let from = match write {
            CheckWrite::Create => 0,
            CheckWrite::Continue(_, from) => *from,
            CheckWrite::Refresh(_) => self.annotations.len(),
        };
        let until = self.annotations.len().min(from + PER_REQUEST);
        let mut output = serde_json::json!({ "title": self.title, "summary": self.summary });
        if from < until {
            output["annotations"] = serde_json::json!(self.annotations[from..until]);
        }
        let mut body = serde_json::json!({ "name": self.name, "external_id": self.external_id(), "output": output });
        if matches!(write, CheckWrite::Create) {
            body["head_sha"] = self.head_sha.as_str().into();
        }
        if let Some(url) = &self.details_url {
            body["details_url"] = url.as_str().into();
        }
        if until == self.annotations.len() {
            body["status"] = "completed".into();
            body["conclusion"] = self.conclusion.into();
        } else {
            body["status"] = "in_progress".into();
        }
        body
    }
}

/// From the lane's verdict. What could not be judged is no success: a required check waits for somebody to look.
pub(crate) fn conclusion(report: &Report) -> &'static str {
    // What only reports may still fail, where it would report less from now on.
    if report.lane.lane == Lane::PullRequest(PullRequestLane::Report) && report.lane.exit_code == 0 {
        return "neutral";
    }
    match report.lane.exit_code {
        0 => "success",
        1 => "failure",
        _ if report.lane.verdict == Verdict::Undetermined => "action_required",
        _ => "failure",
    }
}

pub(crate) fn annotations(report: &Report) -> Vec<Annotation> {
    let mut out = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        out.extend(github::shown(report, level).iter().filter_map(|alike| annotation(alike, level)));
    }
    out
}

/// `None` for a finding that stands nowhere in the tree: the summary has it.
pub(crate) fn annotation(alike: &CasesAlike<'_>, level: Level) -> Option<Annotation> {
    let finding = alike.first;
    let location = finding.location.as_ref()?;
    let line = |line: Option<std::num::NonZeroU32>| line.map_or(1, std::num::NonZeroU32::get);
    let start_line = line(location.line);
    let end_line = location.end_line.map_or(start_line, std::num::NonZeroU32::get).max(start_line);
    let column = location.column.filter(|_| start_line == end_line).map(std::num::NonZeroU32::get);
    let end = location.end_column.map(std::num::NonZeroU32::get);
    Some(Annotation {
        path: location.path.clone(),
        start_line,
        end_line,
        start_column: column,
        // The API's last column is the last character's, ours the one after it.
        end_column: column.and_then(|column| end.map(|end| end.saturating_sub(1).max(column))),
        annotation_level: match level {
            Level::Note => "notice",
            Level::Warning => "warning",
            Level::Error => "failure",
        },
        title: shorten(&lines(&github::title(finding)), TITLE - 1),
        message: shorten(&lines(&github::message(alike, level)), MESSAGE),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::model::LaneResult;
    use lookback_core::render::sample;

    fn run(findings: usize) -> CheckRun {
        let mut report = sample::report();
        let template = report.findings[0].clone();
        let at = |line: usize| {
            let mut finding = template.clone();
            let line = std::num::NonZeroU32::new(u32::try_from(line).unwrap());
            if let Some(location) = &mut finding.location {
                (location.line, location.end_line) = (line, line);
            }
            finding
        };
        report.findings = (1..=findings).map(at).collect();
        report.lane.enforced = (0..findings).collect();
        CheckRun::new(&report, "Lookback", "c0ffee", None)
    }

    /// What the server keeps, as far as planning looks at it.
    fn apply(server: &mut Vec<StandingRun>, run: &CheckRun, write: &CheckWrite) {
        let body = run.body(write);
        let sent = body["output"]["annotations"].as_array().map_or(0, Vec::len);
        assert!(sent <= PER_REQUEST);
        if *write == CheckWrite::Create {
            server.push(StandingRun { id: server.len() as u64 + 1, ..StandingRun::default() });
        }
        let id = match write {
            CheckWrite::Create => server.len() as u64,
            CheckWrite::Continue(id, _) | CheckWrite::Refresh(id) => *id,
        };
        let kept = server.iter_mut().find(|kept| kept.id == id).unwrap();
        kept.output.annotations_count += sent;
        kept.external_id = body["external_id"].as_str().map(str::to_owned);
        kept.status = body["status"].as_str().unwrap().to_owned();
        kept.conclusion = body["conclusion"].as_str().map(str::to_owned);
    }

    fn write_all(server: &mut Vec<StandingRun>, run: &CheckRun) -> usize {
        let mut requests = 0;
        while let Some(write) = run.plan(server) {
            apply(server, run, &write);
            requests += 1;
            assert!(requests < 50);
        }
        requests
    }

    #[test]
    fn fifty_a_request_all_of_them_and_nothing_the_second_time() {
        for (annotations, requests) in [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3), (512, 11)] {
            let (mut server, run) = (Vec::new(), run(annotations));
            assert_eq!(run.annotations.len(), annotations);
            assert_eq!(write_all(&mut server, &run), requests, "{annotations}");
            assert_eq!((server.len(), server[0].output.annotations_count), (1, annotations));
            assert_eq!((server[0].status.as_str(), server[0].conclusion.as_deref()), ("completed", Some("failure")));
            assert_eq!(write_all(&mut server, &run), 0, "{annotations}");
        }
    }

    #[test]
    fn an_interrupted_one_is_continued_where_it_stopped() {
        let (mut server, run) = (Vec::new(), run(120));
        apply(&mut server, &run, &CheckWrite::Create);
        assert_eq!(server[0].status, "in_progress");
        assert_eq!(run.plan(&server), Some(CheckWrite::Continue(1, 50)));
        write_all(&mut server, &run);
        assert_eq!((server.len(), server[0].output.annotations_count), (1, 120));
    }

    #[test]
    fn the_same_findings_refresh_it_and_others_make_a_new_one() {
        let (mut server, first) = (Vec::new(), run(60));
        write_all(&mut server, &first);
        let renamed = CheckRun { title: "another day".into(), ..first.clone() };
        assert_eq!(renamed.plan(&server), Some(CheckWrite::Refresh(1)));
        write_all(&mut server, &renamed);
        assert_eq!((server.len(), server[0].output.annotations_count), (1, 60), "no annotation stands twice");
        write_all(&mut server, &run(3));
        assert_eq!(server.len(), 2);
        assert_eq!(renamed.plan(&server), Some(CheckWrite::Create), "the newer one hides the older");
    }

    #[test]
    fn the_lane_decides_the_conclusion() {
        let mut report = sample::report();
        assert_eq!(conclusion(&report), "failure");
        for (lane, verdict, expected) in [
            (PullRequestLane::Changed, Verdict::Conforms, "success"),
            (PullRequestLane::Changed, Verdict::Nonconforming, "failure"),
            (PullRequestLane::Changed, Verdict::Undetermined, "action_required"),
        ] {
            report.lane = LaneResult { lane: Lane::PullRequest(lane), ..LaneResult::enforced(verdict) };
            assert_eq!(conclusion(&report), expected);
        }
        let reported = LaneResult {
            lane: Lane::PullRequest(PullRequestLane::Report),
            ..LaneResult::enforced(Verdict::Nonconforming)
        };
        report.lane = LaneResult { exit_code: 0, ..reported.clone() };
        assert_eq!(conclusion(&report), "neutral");
        report.lane = reported;
        assert_eq!(conclusion(&report), "failure", "a loosened policy fails it");
    }

    #[test]
    fn annotations_keep_the_place_and_what_is_not_enforced_is_a_notice() {
        let mut report = sample::report();
        report.lane.lane = Lane::PullRequest(PullRequestLane::Changed);
        report.lane.enforced = vec![4];
        report.lane.not_enforced = vec![0, 1, 2, 3];
        let run = CheckRun::new(&report, "Lookback", "c0ffee", None);
        let levels: Vec<_> = run.annotations.iter().map(|annotation| annotation.annotation_level).collect();
        assert_eq!(levels, ["failure", "warning", "warning", "notice", "notice", "notice", "notice"]);
        let first = &run.annotations[0];
        assert_eq!((first.path.as_str(), first.start_line, first.end_line), ("docs/quality/SR-2025.md", 5, 5));
        assert_eq!((first.start_column, first.end_column), (Some(11), Some(47)));
        assert!(run.annotations[4].message.contains("Not enforced on this pull request"));
        let file = run.annotations.iter().find(|annotation| annotation.title.ends_with("review-altered")).unwrap();
        assert_eq!((file.start_line, file.start_column), (1, None), "a finding about the whole file");
    }

    #[test]
    fn bounds_of_the_api_hold() {
        for words in ["\u{1b}[31m::error::", &"A".repeat(100_000), &"|<&".repeat(30_000)] {
            let run = CheckRun::new(&sample::poisoned(words), "Lookback", "c0ffee", None);
            assert!(run.summary.chars().count() <= 65_535, "{}", run.summary.chars().count());
            assert!(run.title.chars().count() <= 255);
            for annotation in &run.annotations {
                assert!(annotation.message.len() <= 64 * 1024 && annotation.title.chars().count() <= 255);
                assert!(!annotation.message.contains('\u{1b}'));
            }
        }
    }
}
