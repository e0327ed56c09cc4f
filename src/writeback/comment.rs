//! The one comment on a pull request: what it says, and whether it is written, rewritten or left as it is. Pure.

use serde::Deserialize;

use crate::writeback::marker::{Author, Marker, Me, undated};
use lookback_core::model::Finding;
use lookback_core::model::period::State;
use lookback_core::model::{Report, Verdict};
use lookback_core::render::escape::{markdown, markdown_code};
use lookback_core::render::{github, lane, markdown};
use lookback_reading::{Location, shorten};

/// Characters of a comment; GitHub refuses more than 65,536.
pub(crate) const MOST: usize = 60_000;
/// Findings listed one by one.
const ROWS: usize = 50;
/// Characters of one piece of text.
const PIECE: usize = 600;

/// A comment as the API gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Comment {
    /// Its id.
    pub id: u64,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// Its author.
    #[serde(default)]
    pub user: Option<Author>,
}

/// What is to be done about the comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CommentWrite {
    /// There is none yet.
    Create(String),
    /// Ours says something else.
    Update(u64, String),
}

/// The marker of the comment.
pub(crate) fn marker(name: &str) -> Marker {
    Marker::new("comment", name)
}

/// Nothing where the comment says it already, and where there is nothing to say and never was.
pub(crate) fn plan(report: &Report, name: &str, me: &Me, comments: &[Comment]) -> Option<CommentWrite> {
    let text = text(report, &marker(name).dated(report.subject.as_of, report.cadence.days_left));
    match ours(name, me, comments).first() {
        Some(comment) if comment.body.as_deref().is_some_and(|body| same(body, &text)) => None,
        Some(comment) => Some(CommentWrite::Update(comment.id, text)),
        None => has_news(report).then_some(CommentWrite::Create(text)),
    }
}

/// Ids of all but the oldest of ours: two runs at once have each written one.
pub(crate) fn surplus(name: &str, me: &Me, comments: &[Comment]) -> Vec<u64> {
    ours(name, me, comments).iter().skip(1).map(|comment| comment.id).collect()
}

/// Those that we wrote and marked, the oldest first.
fn ours<'a>(name: &str, me: &Me, comments: &'a [Comment]) -> Vec<&'a Comment> {
    let marker = marker(name);
    let own = |comment: &&Comment| {
        me.wrote(comment.user.as_ref()) && comment.body.as_deref().is_some_and(|body| marker.begins(body))
    };
    let mut ours: Vec<&Comment> = comments.iter().filter(own).collect();
    ours.sort_by_key(|comment| comment.id);
    ours
}

/// Whether two texts of ours say the same, but for the day.
fn same(a: &str, b: &str) -> bool {
    undated("comment", a) == undated("comment", b)
}

/// Is there anything to tell the author of a pull request?
fn has_news(report: &Report) -> bool {
    report.verdict != Verdict::Conforms
        || report.lane.verdict != Verdict::Conforms
        || report.cadence.state != State::Current
        || !report.lane.changed.is_empty()
}

/// The text changes when the state does, not with the calendar: what of the day is in it, its marker remembers.
pub(crate) fn text(report: &Report, marker: &Marker) -> String {
    let lane = &report.lane;
    let mut out = format!(
        "{}\n### {} Security review: {}\n",
        marker.line(),
        markdown::verdict_mark(lane.verdict),
        markdown(&lane::headline(report))
    );
    for sentence in lane::lines(report) {
        out += &format!("\n{}\n", markdown(&shorten(&sentence, 2_000)));
    }
    out += &format!("\n{}\n", markdown(&window(report)));
    let here: Vec<&Finding> = report
        .findings
        .iter()
        .enumerate()
        .filter(|(at, finding)| finding.waived.is_none() && (lane.enforced.contains(at) || in_changed(report, finding)))
        .filter(|(at, _)| !lane.not_enforced.contains(at))
        .map(|(_, finding)| finding)
        .collect();
    if !here.is_empty() {
        out += "\n| Level | Rule | Where | What | What to do |\n|---|---|---|---|---|\n";
    }
    let mut left_out = here.len().saturating_sub(ROWS);
    for finding in here.iter().take(ROWS) {
        let row = row(finding);
        if out.chars().count() + row.chars().count() > MOST {
            left_out += 1;
        } else {
            out += &row;
        }
    }
    if left_out > 0 {
        out += &format!("\n… and {left_out} more; the report has them all.\n");
    }
    out
}

fn in_changed(report: &Report, finding: &Finding) -> bool {
    finding.location.as_ref().is_some_and(|location| report.lane.changed.contains(&location.path))
}

/// Where the window stands, without the days left.
pub(crate) fn window(report: &Report) -> String {
    let last = report.cadence.last_review.map_or("no review held".to_owned(), |day| format!("last review {day}"));
    match (report.cadence.state, report.cadence.due) {
        (State::Overdue, Some(due)) => format!("Review overdue: {last}, the next was due on {due}."),
        (State::DueSoon, Some(due)) => match due.succ_opt() {
            Some(fails) => {
                format!("Review due soon: {last}, the next is due on {due}; from {fails} on the check fails.")
            }
            None => format!("Review due soon: {last}, the next is due on {due}."),
        },
        (_, Some(due)) => format!("Review state: {last}, the next is due on {due}."),
        (_, None) => format!("Review state: {last}; nothing starts the clock yet."),
    }
}

pub(crate) fn row(finding: &Finding) -> String {
    format!(
        "| {} | {} | {} | {} | {} |\n",
        finding.level.word(),
        finding.rule,
        finding.location.as_ref().map_or_else(String::new, place),
        markdown(&shorten(&finding.message, PIECE)),
        markdown(&shorten(&finding.remedy, PIECE))
    )
}

pub(crate) fn place(location: &Location) -> String {
    markdown_code(&shorten(&github::place(location), PIECE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::model::PullRequestLane;
    use lookback_core::model::{Lane, LaneResult};
    use lookback_core::render::sample;

    fn report() -> Report {
        let mut report = sample::report();
        report.lane = LaneResult {
            lane: Lane::PullRequest(PullRequestLane::Changed),
            changed: vec!["docs/quality/SR-2025.md".to_owned()],
            enforced: vec![4],
            not_enforced: vec![0, 1, 2, 3],
            base: Some("0123456789abcdef".to_owned()),
            ..LaneResult::enforced(Verdict::Nonconforming)
        };
        report
    }

    fn conforming() -> Report {
        let mut report = report();
        report.findings.clear();
        report.verdict = Verdict::Conforms;
        report.cadence.state = State::Current;
        report.lane = LaneResult { lane: report.lane.lane, ..LaneResult::enforced(Verdict::Conforms) };
        report
    }

    fn me() -> Me {
        Me { login: Some("github-actions[bot]".into()) }
    }

    fn comment(id: u64, login: &str, body: &str) -> Comment {
        Comment { id, body: Some(body.into()), user: Some(Author { login: login.into(), kind: "Bot".into() }) }
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(text(&report(), &marker("Lookback")), @r###"
        <!-- lookback:comment key=2d956cea96dc -->
        ### ❌ Security review: nonconforming, 1 error; 4 errors not enforced here; review overdue

        Pull request against 0123456789ab: nonconforming; 1 document of the review changed (docs/quality/SR-2025.md) (on.pull\_request = "changed").

        Not enforced here: 4 errors (conclusion-contradicted, issue-not-examined, review-overdue), because this pull request does not cause them; where everything is enforced they fail the check.

        Review overdue: last review 2025-02-03, the next was due on 2026-02-03.

        | Level | Rule | Where | What | What to do |
        |---|---|---|---|---|
        | error | review-unfilled | <code>docs/quality/SR-2025.md:5</code> | the record still holds 3 placeholders and does not count as held | fill in the placeholders, or delete the file |
        "###);
    }

    #[test]
    fn one_comment_written_once_and_updated_in_place() {
        let report = report();
        let Some(CommentWrite::Create(text)) = plan(&report, "Lookback", &me(), &[]) else { panic!("not created") };
        let ours = comment(5, "github-actions[bot]", &text);
        assert_eq!(
            plan(&report, "Lookback", &me(), std::slice::from_ref(&ours)),
            None,
            "the second run writes nothing"
        );
        let windows = comment(5, "github-actions[bot]", &text.replace('\n', "\r\n"));
        assert_eq!(plan(&report, "Lookback", &me(), &[windows]), None);
        let Some(CommentWrite::Update(5, now)) = plan(&conforming(), "Lookback", &me(), std::slice::from_ref(&ours))
        else {
            panic!("not updated")
        };
        assert!(now.contains("conforms"));
        let later = comment(9, "github-actions[bot]", &text);
        assert_eq!(surplus("Lookback", &me(), &[later.clone(), ours.clone()]), [9], "of two runs at once");
        assert!(matches!(plan(&conforming(), "Lookback", &me(), &[later, ours]), Some(CommentWrite::Update(5, _))));
    }

    #[test]
    fn another_day_is_no_news() {
        let mut today = report();
        today.findings[4].message = format!("judged on {}: 5 days late", today.subject.as_of);
        today.cadence.days_left = Some(-5);
        let Some(CommentWrite::Create(text)) = plan(&today, "Lookback", &me(), &[]) else { panic!("not created") };
        let mut tomorrow = today.clone();
        tomorrow.subject.as_of = tomorrow.subject.as_of.succ_opt().unwrap();
        tomorrow.findings[4].message = format!("judged on {}: 6 days late", tomorrow.subject.as_of);
        tomorrow.cadence.days_left = Some(-6);
        let ours = comment(5, "github-actions[bot]", &text);
        assert_eq!(plan(&tomorrow, "Lookback", &me(), std::slice::from_ref(&ours)), None);
        tomorrow.findings[4].message += " and more";
        assert!(plan(&tomorrow, "Lookback", &me(), &[ours]).is_some());
    }

    #[test]
    fn a_stranger_with_our_marker_does_not_hijack_it() {
        let report = report();
        let text = text(&report, &marker("Lookback"));
        for body in [text.clone(), format!("{}\nnonsense", marker("Lookback").line())] {
            let strange = comment(1, "mallory", &body);
            assert!(matches!(plan(&report, "Lookback", &me(), &[strange]), Some(CommentWrite::Create(_))));
        }
        let quoted = comment(1, "github-actions[bot]", &format!("> {text}"));
        assert!(matches!(plan(&report, "Lookback", &me(), &[quoted]), Some(CommentWrite::Create(_))));
        let other = comment(1, "github-actions[bot]", &text);
        assert!(matches!(plan(&report, "Pump", &me(), &[other]), Some(CommentWrite::Create(_))), "another set-up");
    }

    #[test]
    fn silent_where_there_is_nothing_to_say() {
        assert_eq!(plan(&conforming(), "Lookback", &me(), &[]), None);
        let mut touched = conforming();
        touched.lane.changed.push("docs/a.md".into());
        assert!(plan(&touched, "Lookback", &me(), &[]).is_some());
    }

    #[test]
    fn hostile_and_huge_reports_stay_inert_and_within_bounds() {
        for words in ["::error::x <!-- lookback:comment --> @octocat ![x](http://e.org) </td>", &"A".repeat(10_000)] {
            let mut report = sample::poisoned(words);
            report.lane = self::report().lane;
            report.lane.changed = vec![words.to_owned(); 2_000];
            report.lane.enforced = (0..report.findings.len()).collect();
            report.lane.not_enforced.clear();
            let text = text(&report, &marker("Lookback"));
            assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
            assert_eq!(text.matches("<!--").count(), 1);
            assert!(!text.contains("](http://") && !text.contains("@octocat"));
        }
    }
}
