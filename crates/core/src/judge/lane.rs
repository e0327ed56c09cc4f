//! The two lanes: on a pull request counts what it changes, everywhere else everything counts. Pure.
//!
//! The judgement itself is the same in both; the lane decides what of it fails the run.

use std::collections::BTreeSet;

use crate::judge::catalog;
use crate::judge::facts::{Facts, met};
use crate::judge::review::counts;
use crate::judge::rules::policy_weakened;
use crate::model::evidence::{ChangedFile, Changes, FoundDocument};
use crate::model::finding::{Finding, Level};
use crate::model::limit::{Limit, LimitKind};
use crate::model::policy::PullRequestLane;
use crate::model::report::{ConstraintResult, Lane, LaneResult, Verdict};
use lookback_reading::{Constraint, Kind, Reading};

/// What of the judgement counts. Without changes in the evidence this is no pull request, and everything does.
pub(crate) fn lane(
    facts: &Facts,
    findings: &[Finding],
    constraints: &[ConstraintResult],
    verdict: Verdict,
    strict: bool,
) -> LaneResult {
    let errors: Vec<usize> = (0..findings.len()).filter(|at| is_error(&findings[*at], strict)).collect();
    let Some(changes) = &facts.evidence.changes else {
        return LaneResult { enforced: errors, ..LaneResult::enforced(verdict) };
    };
    let policy = facts.policy.pull_request;
    let unread = facts.evidence.policy_base.as_ref().and_then(|base| base.unread.clone());
    let touched = Touched::new(facts, changes);
    let mut result = LaneResult {
        lane: Lane::PullRequest(policy),
        verdict,
        exit_code: verdict.exit_code(),
        base: changes.merge_base.clone(),
        changed: touched.paths.iter().map(|path| (*path).to_owned()).collect(),
        enforced: errors.clone(),
        not_enforced: Vec::new(),
        not_seen: changes.unseen.iter().cloned().chain(unread).collect(),
    };
    let of_change = unseen_of_change(facts, &result.not_seen);
    result.not_seen.extend(of_change);
    if policy == PullRequestLane::All {
        // The state was judged; whether it holds the pull request is not known.
        if verdict != Verdict::Nonconforming && !result.not_seen.is_empty() {
            result.verdict = Verdict::Undetermined;
            result.exit_code = result.verdict.exit_code();
        }
        return result;
    }
    let (caused, other): (Vec<usize>, Vec<usize>) = errors.into_iter().partition(|at| touched.causes(&findings[*at]));
    result.not_seen.extend(not_seen(facts, &touched, constraints));
    result.verdict = match (caused.is_empty(), result.not_seen.is_empty()) {
        (false, _) => Verdict::Nonconforming,
        (true, false) => Verdict::Undetermined,
        (true, true) => Verdict::Conforms,
    };
    result.exit_code = result.verdict.exit_code();
    (result.enforced, result.not_enforced) = (caused, other);
    if policy == PullRequestLane::Report {
        // Who only reports has not agreed to being told less.
        let (loosened, reported) = result.enforced.into_iter().partition(|at| loosens(&findings[*at]));
        result.enforced = loosened;
        result.not_enforced.extend::<Vec<usize>>(reported);
        result.not_enforced.sort_unstable();
        let blind = facts.evidence.limits.iter().any(stops_the_change);
        result.exit_code = match (result.enforced.is_empty(), blind) {
            (false, _) => Verdict::Nonconforming.exit_code(),
            // Whether it loosens anything is not known.
            (true, true) => Verdict::Undetermined.exit_code(),
            (true, false) => 0,
        };
    }
    result
}

fn loosens(finding: &Finding) -> bool {
    finding.rule == policy_weakened::RULE.id
}

fn is_error(finding: &Finding, strict: bool) -> bool {
    finding.waived.is_none() && (finding.level == Level::Error || strict && finding.level == Level::Warning)
}

/// Is it not known by whose policy the change is judged, or what it loosens?
fn stops_the_change(limit: &Limit) -> bool {
    limit.kind == LimitKind::PullRequest && !limit.affects.is_empty()
}

/// What could not be seen of the change itself, beside what is said already.
fn unseen_of_change(facts: &Facts, said: &[String]) -> Vec<String> {
    let limits = facts.evidence.limits.iter().filter(|limit| stops_the_change(limit) && !said.contains(&limit.why));
    limits.map(|limit| format!("{}: {}", limit.what, limit.why)).collect()
}

/// What stopped the judgement of the documents that the pull request changes.
fn not_seen(facts: &Facts, touched: &Touched, constraints: &[ConstraintResult]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let open =
        |constraint: &Constraint| constraints.iter().any(|result| result.constraint == *constraint && result.is_open());
    for limit in facts.evidence.limits.iter().filter(|limit| limit.affects.iter().any(open)) {
        if touched.changes.changed.iter().any(|file| !file.deleted && file.path == limit.what) {
            out.push(format!("{}: {}", limit.what, limit.why));
        }
    }
    if !touched.judged.is_empty() {
        for result in constraints.iter().filter(|result| result.verdict == Verdict::Undetermined) {
            let why = result.not_assessed.first().map_or("see the limits", String::as_str);
            out.push(format!("{}: {why}", result.constraint));
        }
    }
    out.sort();
    out.dedup();
    out
}

/// What a pull request touches of the review.
struct Touched<'a> {
    changes: &'a Changes,
    /// Paths of changed documents that have, or had, to do with the review, sorted.
    paths: BTreeSet<&'a str>,
    /// Those of them that are records or procedures and stand in the tree.
    judged: BTreeSet<&'a str>,
    /// Constraints that a document met before the change and does not meet after it.
    lost: BTreeSet<Constraint>,
    /// Path of the configuration.
    config: Option<&'a str>,
    /// Does the pull request's own configuration judge? Else lines of the one that does are not lines that it changes.
    judged_by_own: bool,
}

impl<'a> Touched<'a> {
    fn new(facts: &Facts<'a>, changes: &'a Changes) -> Self {
        let mut touched = Touched {
            changes,
            paths: BTreeSet::new(),
            judged: BTreeSet::new(),
            lost: BTreeSet::new(),
            config: facts.evidence.config.as_ref().map(|config| config.path.as_str()),
            judged_by_own: facts.evidence.policy_base.as_ref().is_none_or(|base| base.adopted),
        };
        for file in &changes.changed {
            let after = facts.evidence.documents.iter().find(|document| !file.deleted && document.path == file.path);
            if after.is_some() || file.before.as_ref().is_some_and(of_the_review) {
                touched.paths.insert(&file.path);
            }
            if after.is_some_and(|document| of_the_review(&document.reading)) {
                touched.judged.insert(&file.path);
            }
            touched.lost.extend(lost(facts, file, after));
        }
        touched
    }

    /// Does the pull request cause the fault? It does when the fault stands in a document that it changes, on a line of the
    /// configuration that it changes, or is the want of something that it takes away.
    fn causes(&self, finding: &Finding) -> bool {
        if loosens(finding) || finding.constraint.is_some_and(|constraint| self.lost.contains(&constraint)) {
            return true;
        }
        let Some(location) = &finding.location else { return false };
        let Some(file) = self.changes.changed.iter().find(|file| !file.deleted && file.path == location.path) else {
            return false;
        };
        if self.config == Some(file.path.as_str()) {
            return self.judged_by_own && location.line.is_some_and(|line| file.has_line(line.get()));
        }
        !catalog::find(finding.rule).is_some_and(|rule| rule.calendar)
    }
}

fn of_the_review(reading: &Reading) -> bool {
    reading.presents_review || matches!(reading.kind, Kind::Record | Kind::Procedure)
}

/// The constraints that the file met before and does not meet now. A record whose date moved back, or that became a draft,
/// no longer holds the window open.
fn lost(facts: &Facts, file: &ChangedFile, after: Option<&FoundDocument>) -> Vec<Constraint> {
    let Some(before) = &file.before else { return Vec::new() };
    let mut lost: Vec<Constraint> = Constraint::ALL
        .into_iter()
        .filter(|constraint| met(before, *constraint) && !after.is_some_and(|after| met(&after.reading, *constraint)))
        .collect();
    let held = |reading: &Reading| {
        let date = reading.fields.date_held.as_ref().map(|stated| stated.value);
        let counted = reading.presents_review && counts(reading, date, facts.as_of, facts.policy).0 == Some(true);
        counted.then_some(date).flatten()
    };
    let now = after.and_then(|after| held(&after.reading));
    if held(before).is_some_and(|before| now.is_none_or(|now| now < before)) {
        lost.push(Constraint::HeldAnnually);
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::Scene;
    use crate::judge::verdict::judge;
    use crate::model::issue::EventKind::*;
    use crate::model::report::Report;

    const RECORD: &str = "docs/reviews/security-review-2025-03-14.md";
    const LATE: &str = "2026-07-01";

    fn changes(files: Vec<ChangedFile>) -> Changes {
        Changes {
            base: "main".into(),
            merge_base: Some("c0ffee".into()),
            files: files.len(),
            changed: files,
            unseen: None,
        }
    }

    fn changed(path: &str, before: Option<&Reading>) -> ChangedFile {
        ChangedFile { path: path.into(), deleted: false, lines: vec![(1, 9)], before: before.cloned() }
    }

    /// One held review of March 2025 that does not name #3, a procedure, and a pull request.
    fn world() -> Scene {
        Scene::new().issue("#3", &[("2025-01-10", Opened)]).procedure(Some(12)).record("2025-03-14")
    }

    fn on_pull_request(mut world: Scene, files: Vec<ChangedFile>, as_of: &str, strict: bool) -> Report {
        world.evidence.changes = Some(changes(files));
        judge(&world.evidence, &world.policy, as_of.parse().unwrap(), strict)
    }

    fn rules(report: &Report, of: &[usize]) -> Vec<&'static str> {
        of.iter().map(|at| report.findings[*at].rule).collect()
    }

    #[test]
    fn without_a_pull_request_everything_counts() {
        let world = world();
        let report = judge(&world.evidence, &world.policy, LATE.parse().unwrap(), false);
        assert_eq!((report.lane.lane, report.lane.verdict, report.exit_code), (Lane::Enforce, report.verdict, 1));
        assert_eq!(rules(&report, &report.lane.enforced), ["issue-not-examined", "review-overdue"]);
        assert!(report.lane.not_enforced.is_empty());
    }

    #[test]
    fn a_pull_request_that_leaves_the_review_alone_passes_and_says_what_stands() {
        let report = on_pull_request(world(), vec![changed("src/main.rs", None)], LATE, false);
        assert_eq!(
            (report.verdict, report.lane.verdict, report.exit_code),
            (Verdict::Nonconforming, Verdict::Conforms, 0)
        );
        assert_eq!(rules(&report, &report.lane.not_enforced), ["issue-not-examined", "review-overdue"]);
        assert!(report.lane.changed.is_empty());
    }

    #[test]
    fn a_record_it_touches_fails_when_faulty_but_not_for_the_calendar() {
        let before = world().evidence.documents[1].reading.clone();
        let report = on_pull_request(world(), vec![changed(RECORD, Some(&before))], LATE, false);
        assert_eq!((report.lane.verdict, report.exit_code), (Verdict::Nonconforming, 1));
        assert_eq!(rules(&report, &report.lane.enforced), ["issue-not-examined"]);
        assert_eq!(rules(&report, &report.lane.not_enforced), ["review-overdue"]);
        assert_eq!(report.lane.changed, [RECORD]);
    }

    #[test]
    fn taking_a_record_or_the_procedure_away_is_answered_for() {
        let full = world();
        for (path, wanted) in [(RECORD, "review-never-held"), ("docs/procedure.md", "review-procedure-missing")] {
            let mut world = world();
            world.evidence.history.first = Some(crate::model::period::start_of_day("2020-01-01".parse().unwrap()));
            world.evidence.documents.retain(|document| document.path != path);
            let before = full.evidence.documents.iter().find(|document| document.path == path).unwrap();
            let gone = ChangedFile { deleted: true, lines: vec![], ..changed(path, Some(&before.reading)) };
            let report = on_pull_request(world, vec![gone], LATE, false);
            assert!(rules(&report, &report.lane.enforced).contains(&wanted), "{:?}", report.findings);
            assert_eq!(report.exit_code, 1);
        }
    }

    #[test]
    fn moving_the_date_of_a_record_back_is_answered_for() {
        let mut before = world().evidence.documents[1].reading.clone();
        before.fields.date_held.as_mut().unwrap().value = "2026-03-14".parse().unwrap();
        let report = on_pull_request(world(), vec![changed(RECORD, Some(&before))], LATE, false);
        assert!(rules(&report, &report.lane.enforced).contains(&"review-overdue"));
    }

    #[test]
    fn the_policy_may_enforce_all_or_nothing() {
        for (policy, code, enforced) in [(PullRequestLane::All, 1, 2), (PullRequestLane::Report, 0, 0)] {
            let mut world = world();
            world.policy.pull_request = policy;
            let report = on_pull_request(world, vec![changed(RECORD, None)], LATE, false);
            assert_eq!((report.exit_code, report.lane.enforced.len()), (code, enforced), "{policy:?}");
            assert_eq!(report.lane.enforced.len() + report.lane.not_enforced.len(), 2);
            assert_eq!((report.verdict, report.lane.verdict), (Verdict::Nonconforming, Verdict::Nonconforming));
        }
    }

    #[test]
    fn before_the_due_date_it_only_warns_and_names_the_day() {
        let world = Scene::new().procedure(Some(12)).record("2025-03-14");
        let report = on_pull_request(world, vec![changed(RECORD, None)], "2026-03-01", false);
        assert_eq!(report.exit_code, 0);
        let soon = report.findings.iter().find(|finding| finding.rule == "review-due-soon").unwrap();
        assert!(soon.message.ends_with("from 2026-03-15 on this check fails."), "{}", soon.message);
    }

    #[test]
    fn what_cannot_be_seen_is_no_pass() {
        let mut unseen = world();
        unseen.evidence.changes =
            Some(Changes { unseen: Some("the clone is shallow".into()), merge_base: None, ..changes(vec![]) });
        let report = judge(&unseen.evidence, &unseen.policy, LATE.parse().unwrap(), false);
        assert_eq!((report.lane.verdict, report.exit_code), (Verdict::Undetermined, 3));
        assert_eq!(report.lane.not_seen, ["the clone is shallow"]);

        // Not even where all counts: what was judged may be something else than the pull request.
        let mut fine = Scene::new().procedure(Some(12)).record("2025-03-14");
        fine.policy.pull_request = PullRequestLane::All;
        fine.evidence.changes = Some(changes(vec![]));
        let judged = |scene: &Scene| judge(&scene.evidence, &scene.policy, "2025-07-01".parse().unwrap(), false);
        assert_eq!(judged(&fine).exit_code, 0);
        fine.evidence.changes.as_mut().unwrap().unseen = Some("it does not contain the pull request".into());
        let report = judged(&fine);
        assert_eq!(
            (report.verdict, report.lane.verdict, report.exit_code),
            (Verdict::Conforms, Verdict::Undetermined, 3)
        );
        fine.evidence.changes.as_mut().unwrap().unseen = None;
        let limit = Limit::new(LimitKind::PullRequest, "issues.csv", "the base's cannot be read", "fetch it");
        fine.evidence.limits.push(limit.affecting(&[Constraint::IssuesExamined]));
        for lane in [PullRequestLane::All, PullRequestLane::Changed] {
            fine.policy.pull_request = lane;
            assert_eq!(judged(&fine).lane.not_seen, ["issues.csv: the base's cannot be read"], "{lane:?}");
            assert_eq!(judged(&fine).exit_code, 3, "{lane:?}");
        }

        let mut world = Scene::new().procedure(Some(12)).record("2025-03-14");
        world.evidence.limits.push(
            Limit::new(LimitKind::Tracker, "alerts", "no token", "give one").affecting(&[Constraint::IssuesExamined]),
        );
        world.evidence.changes = Some(changes(vec![changed(RECORD, None)]));
        let touched = judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        assert_eq!((touched.lane.verdict, touched.exit_code), (Verdict::Undetermined, 3));
        world.evidence.changes = Some(changes(vec![changed("src/lib.rs", None)]));
        let untouched = judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        assert_eq!((untouched.verdict, untouched.exit_code), (Verdict::Undetermined, 0));
    }

    #[test]
    fn strict_counts_warnings_of_what_it_changes() {
        let warned = || {
            Scene::new().procedure(Some(12)).record_with("2025-03-14", |mut reading| {
                reading.0.fields.approved_by = None;
                reading
            })
        };
        let lenient = on_pull_request(warned(), vec![changed(RECORD, None)], "2025-07-01", false);
        let strict = on_pull_request(warned(), vec![changed(RECORD, None)], "2025-07-01", true);
        assert_eq!((lenient.exit_code, strict.exit_code), (0, 1));
    }
}
