//! The one next step of whoever reads a judgement: fill the draft that is there, write one, or mend the last record.

use crate::judge::confirmed::Settled;
use crate::judge::draft::draft;
use crate::judge::facts::Facts;
use crate::judge::rules::{
    review_due_soon, review_never_held, review_overdue, review_procedure_missing, review_unfilled,
};
use crate::judge::unclear::FILLED;
use crate::model::evidence::Evidence;
use crate::model::finding::{Finding, Level};
use crate::model::policy::Policy;
use crate::model::report::{ConstraintResult, Report, Verdict};
use crate::render::draft::{REVIEWER, ReviewForm, write};
use crate::render::escape::line;
use crate::render::limits::{LimitGroup, groups};
use lookback_reading::{Constraint, Kind, count, listed, shorten};

/// The command that writes the next record.
pub const COMMAND: &str = "lookback draft";

/// How many places the draft leaves to people, where writing it is the next step: what the report does not hold.
pub fn places(report: &Report, evidence: &Evidence, policy: &Policy) -> Option<usize> {
    next_step(report).filter(|step| *step == written(None))?;
    let settled = Settled::new(evidence, report.subject.as_of);
    let values = draft(&Facts::new(&settled, policy, report.subject.as_of))?;
    let form = ReviewForm::shipped("en")?;
    write(&values, &form).ok().map(|text| crate::render::draft::places(&text).len())
}

/// What to do next; `None` where nothing is to be done, or what stopped the judgement has to be settled first.
pub(crate) fn next_step(report: &Report) -> Option<String> {
    let held = report.constraints.iter().find(|result| result.constraint == Constraint::HeldAnnually);
    if held.is_some_and(|result| result.verdict == Verdict::Undetermined) {
        return None;
    }
    let fires = |rule: &str| report.standing().find(|finding| finding.rule == rule);
    let place = |finding: &Finding| finding.location.as_ref().map(|location| line(&shorten(&location.path, 300)));
    let due =
        [review_overdue::RULE.id, review_never_held::RULE.id, review_due_soon::RULE.id].into_iter().find_map(fires);
    let last = report.cadence.last_review;
    let begun = report.standing().filter(|finding| finding.rule == review_unfilled::RULE.id).find(|finding| {
        let of = |path: &str| report.reviews.iter().find(|review| review.path == path);
        let review = finding.location.as_ref().and_then(|location| of(&location.path));
        review.is_some_and(|review| last.is_none() || review.date_held.is_none() || review.date_held > last)
    });
    if let Some(path) = begun.and_then(place) {
        let left = begun.map_or(0, |finding| finding.related.len() + 1);
        // A finding names ten of them.
        let many = if left < 10 { count(left, "place") } else { "10 or more places".to_owned() };
        return Some(format!(
            "fill {many} in {path} (`lookback read {path}` lists what is missing), then commit it on a branch"
        ));
    }
    // The next record takes up what the last one misses.
    if due.is_some() {
        return Some(written(report.next_population.places));
    }
    let record = report.reviews.iter().rev().find(|review| review.counted == Some(true) && review.date_held == last);
    let faults = record.map_or(0, |record| {
        let own = report.standing().filter(|finding| finding.level == Level::Error);
        own.filter(|finding| finding.location.as_ref().is_some_and(|location| location.path == record.path)).count()
    });
    let record = record.filter(|_| faults > 0)?;
    let path = line(&shorten(&record.path, 300));
    let missed = report.coverage.as_ref().is_some_and(|coverage| !coverage.missing.is_empty());
    let ids = if missed { ", `lookback draft --issues-missing` prints the ids that it does not name" } else { "" };
    let errors = count(faults, "error");
    Some(format!("mend {path} ({errors}): `lookback read` says what to write{ids}; commit it on a branch"))
}

/// All that is to be done next: the one step, and what has to be seen before the rest can be judged.
pub(crate) fn steps(report: &Report) -> Vec<String> {
    let mut steps: Vec<String> = begin(report).into_iter().chain(next_step(report)).collect();
    let open = |constraint: &Constraint| undetermined(report).any(|result| result.constraint == *constraint);
    // What only bears on what is not due stops nothing yet.
    let stopping: Vec<_> =
        groups(&report.limits).into_iter().filter(|group| group.first.affects.iter().any(open)).collect();
    let remedy = |group: &LimitGroup<'_>| {
        format!("to judge what is undetermined: {}: {}", listed(&group.what, 3), group.first.remedy)
    };
    steps.extend(stopping.iter().take(SEEN_FIRST).map(remedy));
    if let more @ 1.. = stopping.len().saturating_sub(SEEN_FIRST) {
        steps.push(format!("{} could not be seen: below, under \"Not seen\"", count(more, "further thing")));
    }
    if steps.is_empty() {
        steps.extend(settled(report));
    }
    steps
}

/// Where nothing is there to begin with: what writes it.
fn begin(report: &Report) -> Option<String> {
    let missing = report.standing().any(|finding| finding.rule == review_procedure_missing::RULE.id);
    let begun = report.documents.iter().any(|document| document.kind == Kind::Procedure);
    let init = "run `lookback init`, which writes a procedure and a form for records; put names into the procedure, and commit";
    (missing && !begun).then(|| init.to_owned())
}

/// What is not judged.
fn undetermined(report: &Report) -> impl Iterator<Item = &ConstraintResult> {
    report.constraints.iter().filter(|result| result.verdict == Verdict::Undetermined)
}

/// What the words of a document leave open, where that alone keeps a constraint from being judged.
fn settled(report: &Report) -> Option<String> {
    let open =
        |constraint: Option<Constraint>| undetermined(report).any(|result| Some(result.constraint) == constraint);
    let finding = report.standing().find(|finding| open(finding.constraint) && finding.location.is_some())?;
    let location = finding.location.as_ref()?;
    let path = line(&shorten(&location.path, 300));
    if finding.form == FILLED {
        let at = line(&location.position(&path));
        return Some(format!("fill in the names that {at} leaves open; `lookback read {path}` lists them"));
    }
    let said = line(&shorten(finding.message.trim_end_matches('.'), 300));
    Some(format!("settle {}: {said}; `lookback read {path}` says what to write", line(&location.position(&path))))
}

/// Things to be seen first that are told as steps.
const SEEN_FIRST: usize = 3;

fn written(places: Option<usize>) -> String {
    let places = places.map_or_else(|| "the places".to_owned(), |n| count(n, "place"));
    format!("run `{COMMAND}`, fill {places} marked {REVIEWER}, and commit the record on a branch")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::Scene;
    use crate::model::issue::EventKind::*;

    fn next(scene: &Scene, day: &str) -> Option<String> {
        let report = crate::judge::verdict::judge(&scene.evidence, &scene.policy, day.parse().unwrap(), false);
        next_step(&report)
    }

    #[test]
    fn one_step_at_a_time() {
        let run = "run `lookback draft`, fill the places marked TODO(reviewer), and commit the record on a branch";
        let sound = || Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12)).record("2025-03-14");
        assert_eq!(next(&sound(), "2025-07-01"), None, "nothing is to be done");
        assert_eq!(next(&sound(), "2026-03-01").as_deref(), Some(run), "due soon");
        assert_eq!(next(&sound(), "2026-04-01").as_deref(), Some(run), "overdue");
        let mut report =
            crate::judge::verdict::judge(&sound().evidence, &sound().policy, "2026-04-01".parse().unwrap(), false);
        report.next_population.places = places(&report, &sound().evidence, &sound().policy);
        let said = next_step(&report).unwrap();
        assert!(said.starts_with("run `lookback draft`, fill 8 places marked TODO(reviewer), and"), "{said}");
        let never = Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12));
        assert_eq!(next(&never, "2024-06-01"), None, "not due");
        assert_eq!(next(&never, "2025-06-01").as_deref(), Some(run), "never held");
        let faulty = sound().issue("#3", &[("2025-01-10", Opened), ("2025-02-10", Closed)]);
        let said = next(&faulty, "2025-07-01").unwrap();
        assert!(said.starts_with("mend docs/reviews/security-review-2025-03-14.md (1 error): "), "{said}");
        assert!(said.contains("--issues-missing"), "{said}");
        assert!(next(&faulty, "2026-03-01").unwrap().starts_with("run"), "what is due goes first");
    }

    #[test]
    fn where_nothing_is_there_the_first_step_writes_it() {
        let steps = |scene: &Scene| {
            let day = "2025-06-01".parse().unwrap();
            steps(&crate::judge::verdict::judge(&scene.evidence, &scene.policy, day, false))
        };
        let bare = steps(&Scene::new().release("v1.0.0", "2024-03-01"));
        assert!(bare[0].starts_with("run `lookback init`") && bare[1].starts_with("run `lookback draft`"), "{bare:?}");
        let begun = steps(&Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12)));
        assert!(begun[0].starts_with("run `lookback draft`"), "{begun:?}");
    }

    #[test]
    fn a_draft_that_is_there_is_filled_first() {
        let scene = Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12)).record("2025-03-14").record_with(
            "2026-03-01",
            |mut reading| {
                let quote = lookback_reading::Quote::at(9, 1, "TODO(reviewer)");
                reading.0.placeholders = vec![quote.clone()];
                reading.0.held = lookback_reading::Answered::not(
                    lookback_reading::Answer::Denied,
                    vec![quote],
                    "it is not filled in",
                );
                reading
            },
        );
        let said = next(&scene, "2026-04-01").unwrap();
        assert!(said.starts_with("fill 1 place in docs/reviews/security-review-2026-03-01.md"), "{said}");
    }

    #[test]
    fn what_words_leave_open_is_the_next_step_where_there_is_no_other() {
        let mut report = crate::render::sample::report();
        report.limits.clear();
        report.findings.retain(|finding| finding.rule == "action-untracked");
        assert_eq!(steps(&report), Vec::<String>::new(), "what is open has no place of its own");
        for result in &mut report.constraints {
            result.verdict = Verdict::Undetermined;
        }
        let said = steps(&report).join("\n");
        assert!(said.starts_with("settle docs/quality/SR-2024.md:52: the improvement action has no owner"), "{said}");
        assert!(said.ends_with("`lookback read docs/quality/SR-2024.md` says what to write"), "{said}");
    }
}
