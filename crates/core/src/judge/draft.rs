//! What data say of the window that is open, put together for the next record. Pure; decides nothing.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use crate::join::population;
use crate::judge::facts::Facts;
use crate::judge::held::{Held, NamedIssues};
use crate::judge::metrics::{by, missed};
use crate::judge::rules::deployed_defects_not_analysed::{analyses, is_defect};
use crate::model::action::ActionState;
use crate::model::draft::{
    DraftAction, DraftCandidate, DraftDefect, DraftIssue, DraftMetrics, DraftSource, DraftStep, DraftTarget, Outlier,
    PreviousReview, RecordDraft, UnseenPart,
};
use crate::model::evidence::FoundDocument;
use crate::model::issue::{EventKind, Issue, Resolution, Severity};
use crate::model::metrics::Division;
use crate::model::period::Period;
use crate::model::report::IssueState;
use lookback_reading::{Constraint, Progress};

/// The draft of the next record; `None` where the last review leaves no window open on the date judged for.
pub fn draft(facts: &Facts) -> Option<RecordDraft> {
    let period = facts.open_window();
    if period.from.is_some_and(|from| from > period.to) {
        return None;
    }
    let evidence = facts.evidence;
    let managed: Vec<&Issue> = evidence.issues.iter().filter(|issue| population::managed(issue, period)).collect();
    let path = |index: &usize| evidence.documents[*index].path.clone();
    let unseen =
        evidence.limits.iter().filter(|limit| Constraint::OF_ISSUES.iter().any(|of| limit.affects.contains(of)));
    Some(RecordDraft {
        repository: evidence.subject.repository.clone(),
        product: facts.latest().and_then(|held| stated_product(facts, held)),
        period,
        begins: period.from.or_else(|| earliest(facts)),
        previous: facts.latest().map(|held| previous(facts, held)),
        procedures: facts.procedures.iter().map(path).collect(),
        sources: evidence
            .sources
            .iter()
            .map(|source| DraftSource {
                name: source.name.clone(),
                kind: source.kind.clone(),
                read: source.read,
                security: source.security,
                digest: None,
            })
            .collect(),
        unseen: unseen.map(|limit| UnseenPart { what: limit.what.clone(), why: limit.why.clone() }).collect(),
        issues: managed.iter().map(|issue| steps(facts, issue, period)).collect(),
        balance: population::balance(&evidence.issues, period),
        missed: left_out(facts, period),
        candidates: candidates(facts, period),
        deployed: deployed(facts, &managed, period),
        actions: open_actions(facts),
        metrics: numbers(facts, period),
    })
}

/// Ids of the issues that the last held review's record does not name, or not surely.
pub fn missed_by_last(facts: &Facts) -> Vec<String> {
    let of = |held: &Held| [held.coverage.missing.clone(), held.coverage.unsure.clone()].concat();
    facts.latest().map(of).unwrap_or_default()
}

fn earliest(facts: &Facts) -> Option<NaiveDate> {
    let evidence = facts.evidence;
    let opened = evidence.issues.iter().filter_map(population::opened).min();
    let known = [evidence.history.first, opened].into_iter().flatten();
    known.map(|at| at.date_naive()).min().filter(|day| *day <= facts.as_of)
}

fn stated_product(facts: &Facts, held: &Held) -> Option<String> {
    facts.records(held).find_map(|record| record.reading.fields.product.as_ref()).map(|stated| stated.value.clone())
}

fn previous(facts: &Facts, held: &Held) -> PreviousReview {
    let mut records = facts.records(held);
    let id = |record: &FoundDocument| record.reading.fields.doc_id.as_ref().map(|stated| stated.value.clone());
    let first = records.next();
    PreviousReview {
        date: held.date,
        path: first.map(|record| record.path.clone()).unwrap_or_default(),
        id: first.and_then(id).or_else(|| records.find_map(id)),
        period: held.period,
    }
}

/// As they stand now: the new record speaks of them as of its own cut-off.
fn left_out(facts: &Facts, period: Period) -> Vec<DraftIssue> {
    let ids = missed_by_last(facts);
    ids.iter().filter_map(|id| facts.issue(id)).map(|issue| steps(facts, issue, period)).collect()
}

/// The steps of an issue, as far as data show them by the cut-off.
fn steps(facts: &Facts, issue: &Issue, period: Period) -> DraftIssue {
    let before = |at: &chrono::DateTime<chrono::Utc>| *at < period.end();
    let first = |kind: EventKind| {
        let of = issue.events.iter().filter(|event| event.kind == kind).map(|event| event.at).filter(before);
        of.min().map(|at| at.date_naive())
    };
    let closed = population::closed_before(issue, period.end()).map(|at| at.date_naive());
    let landed = issue.events.iter().filter(|event| event.kind == EventKind::Fixed).map(|event| event.at);
    let landed = landed.filter(before).max().map(|at| at.date_naive());
    let on = |day: Option<NaiveDate>, else_: DraftStep| day.map_or(else_, DraftStep::On);
    let wants_fix = matches!(issue.resolution, Resolution::Fixed | Resolution::None);
    let release = issue.released_in.as_ref().filter(|release| release.date <= period.to);
    let due = facts.policy.targets.resolve(issue.severity);
    let age = population::opened(issue).map_or(0, |at| (period.to - at.date_naive()).num_days());
    let in_time = due.is_some_and(|days| age <= i64::from(days));
    let pending = if wants_fix && !in_time { DraftStep::Missing } else { DraftStep::NotDue };
    let fixed = landed.is_some() || closed.is_some() && issue.resolution == Resolution::Fixed;
    let after_fix = if fixed && wants_fix { DraftStep::Missing } else { DraftStep::NotDue };
    let decided = [first(EventKind::SeverityChanged), landed, closed].into_iter().flatten().min();
    DraftIssue {
        id: issue.id.clone(),
        url: issue.url.clone(),
        title: issue.title.clone(),
        severity: issue.severity.map_or(UNRATED, Severity::word),
        state: if closed.is_some() || issue.undated { IssueState::Closed } else { IssueState::Open }.word(),
        resolution: issue.resolution.word(),
        recorded: on(population::opened(issue).map(|at| at.date_naive()), DraftStep::Missing),
        acknowledged: on(first(EventKind::FirstResponse), DraftStep::Missing),
        decided: on(decided, if in_time { DraftStep::NotDue } else { DraftStep::Missing }),
        fixed: on(landed, if closed.is_some() && wants_fix { DraftStep::Missing } else { pending }),
        verified: after_fix,
        released: on(release.map(|release| release.date), after_fix),
        release: release.map(|release| release.tag.clone()),
        disclosed: on(
            first(EventKind::Published),
            if release.is_some() { DraftStep::Missing } else { DraftStep::NotDue },
        ),
        closed,
    }
}

/// The group of the numbers that holds what has no severity.
const UNRATED: &str = "unrated";

fn candidates(facts: &Facts, period: Period) -> Vec<DraftCandidate> {
    let inside = |issue: &&Issue| population::opened(issue).is_some_and(|at| period.contains(at));
    let found = facts.evidence.candidates.iter().filter(inside);
    found
        .map(|issue| DraftCandidate {
            id: issue.id.clone(),
            title: issue.title.clone(),
            on: population::opened(issue).map(|at| at.date_naive()),
            release: issue.released_in.as_ref().map(|release| release.tag.clone()),
        })
        .collect()
}

fn deployed(facts: &Facts, managed: &[&Issue], period: Period) -> Vec<DraftDefect> {
    let analysing: Vec<(&str, NamedIssues)> = analyses(facts, period)
        .filter(|document| !document.reading.presents_review)
        .map(|document| {
            let mut named = NamedIssues::default();
            for analysis in &document.reading.analyses {
                named.add_ids(&analysis.references, &facts.evidence.subject.repository);
            }
            (document.path.as_str(), named)
        })
        .collect();
    let escaped = managed.iter().filter(|issue| issue.deployed != Some(false) && is_defect(issue));
    escaped
        .map(|issue| DraftDefect {
            id: issue.id.clone(),
            url: issue.url.clone(),
            title: issue.title.clone(),
            severity: issue.severity.map_or(UNRATED, Severity::word),
            known: issue.deployed == Some(true),
            analysed_in: analysing
                .iter()
                .filter(|(_, named)| named.names(issue))
                .map(|(path, _)| (*path).to_owned())
                .collect(),
        })
        .collect()
}

/// The actions to follow up: those that held reviews decided and that are open.
fn open_actions(facts: &Facts) -> Vec<DraftAction> {
    let open = facts.actions.iter().filter(|action| action.state == ActionState::Open);
    told_apart(open.map(|action| {
        let asked = DraftAction {
            id: String::new(),
            text: action.text.clone(),
            owner: action.owner.clone(),
            due: action.due_stated.clone(),
            references: action.issues.clone(),
            state: action.stated.clone(),
            record: action.decided_in.path.clone(),
        };
        (action.id.clone(), asked)
    }))
}

/// The open actions of the document at this path, else those to follow up: those that may become issues of a tracker.
pub fn actions_to_track(facts: &Facts, path: &str) -> Vec<DraftAction> {
    let records = facts.evidence.documents.iter().filter(|document| document.path == path);
    let all = records.flat_map(|record| &record.reading.actions);
    let own = told_apart(all.filter(|action| action.progress == Progress::Open).map(|action| {
        let asked = DraftAction {
            id: String::new(),
            text: action.text.clone(),
            owner: action.owner.clone(),
            due: action.due.clone(),
            references: action.references.clone(),
            state: action.state.clone(),
            record: path.to_owned(),
        };
        (action.id.clone(), asked)
    }));
    if own.is_empty() { open_actions(facts) } else { own }
}

/// Gives each its own id, else its place in the list, so that no two are alike.
fn told_apart(actions: impl Iterator<Item = (Option<String>, DraftAction)>) -> Vec<DraftAction> {
    let mut taken = BTreeSet::new();
    let mut out: Vec<DraftAction> = Vec::new();
    for (id, action) in actions {
        let name = id.unwrap_or_else(|| (out.len() + 1).to_string());
        let same = (2_usize..).map(|n| format!("{name} ({n})"));
        let id = std::iter::once(name.clone()).chain(same).find(|id| !taken.contains(id)).unwrap_or(name);
        taken.insert(id.clone());
        out.push(DraftAction { id, ..action });
    }
    out
}

fn numbers(facts: &Facts, period: Period) -> DraftMetrics {
    let mut measured = by(facts, Division::Period);
    let now = measured.pop().unwrap_or_else(|| crate::judge::metrics::of_period(facts, period));
    let targets = &facts.policy.targets.resolve_days;
    let of = |severity: &Severity| now.groups.get(severity.word());
    let targets = targets
        .iter()
        .map(|(severity, days)| DraftTarget {
            severity: severity.word(),
            days: *days,
            met: of(severity).and_then(|numbers| numbers.targets_met).unwrap_or(0),
            missed: of(severity).and_then(|numbers| numbers.targets_missed).unwrap_or(0),
        })
        .collect();
    let outliers = missed(facts, period);
    let outliers = outliers.into_iter().map(|(issue, days, target)| Outlier { id: issue.id.clone(), days, target });
    DraftMetrics { targets, outliers: outliers.collect(), before: measured.pop(), now }
}

/// Where the next record belongs: beside the last one and named like it, with the next year in place of its year.
pub fn next_record_path(facts: &Facts, extension: &str) -> String {
    let held = facts.latest();
    let last = held.and_then(|held| facts.records(held).find(|record| record.reading.earlier.is_empty()));
    let after = held.map_or(i32::MIN, |held| held.date.year() + 1);
    let year = facts.as_of.year().max(after);
    let Some(last) = last else { return format!("{FOLDER}/{NAME}-{year}.{extension}") };
    let (folder, file) = last.path.rsplit_once('/').map_or(("", last.path.as_str()), |(folder, file)| (folder, file));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (stem, year) = match dated(stem) {
        Some((before, named, rest)) => {
            let year = facts.as_of.year().max(named + 1);
            (format!("{before}{year}{rest}"), year)
        }
        None => (format!("{NAME}-{year}"), year),
    };
    // A folder for each year.
    let parts = folder.split('/').filter(|part| !part.is_empty());
    let own = |part: &str| part.len() == 4 && dated(part).is_some();
    let parts = parts.map(|part| if own(part) { year.to_string() } else { part.to_owned() });
    parts.chain([format!("{stem}.{extension}")]).collect::<Vec<_>>().join("/")
}

/// Where a first record goes.
const FOLDER: &str = "docs/reviews";
const NAME: &str = "security-review";

/// A name around its year; month and day behind the year go, for they would be those of another day.
fn dated(name: &str) -> Option<(&str, i32, &str)> {
    static DATED: LazyLock<Regex> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
        Regex::new(r"(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[-_.]?[0-9]{2}){0,2}(?:[^0-9]|$)").expect("constant pattern")
    });
    let found = DATED.captures(name)?;
    let (whole, year) = (found.get(0)?, found.get(1)?);
    let end =
        whole.end() - name[..whole.end()].chars().next_back().filter(|c| !c.is_ascii_digit()).map_or(0, char::len_utf8);
    Some((&name[..year.start()], year.as_str().parse().ok()?, &name[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::confirmed::Settled;
    use crate::judge::testing::Scene;
    use crate::model::issue::EventKind::*;

    fn drafted(scene: &Scene, as_of: &str) -> RecordDraft {
        let as_of = as_of.parse().unwrap();
        draft(&Facts::new(&Settled::new(&scene.evidence, as_of), &scene.policy, as_of)).unwrap()
    }

    #[test]
    fn names_follow_the_last_record() {
        for (last, expected) in [
            ("docs/reviews/security-review-2025.md", "docs/reviews/security-review-2026.md"),
            ("docs/reviews/security-review-2025-03-14.md", "docs/reviews/security-review-2026.md"),
            ("qa/2025/review.docx", "qa/2026/security-review-2026.md"),
            ("qa/2025/Review_20250314_final.docx", "qa/2026/Review_2026_final.md"),
            ("SEC-REV-003.md", "security-review-2026.md"),
            ("docs/CVE-20250/x.md", "docs/CVE-20250/security-review-2026.md"),
        ] {
            let mut scene = Scene::new().record("2025-03-14");
            scene.evidence.documents[0].path = last.to_owned();
            let as_of = "2026-02-01".parse().unwrap();
            let settled = Settled::new(&scene.evidence, as_of);
            assert_eq!(next_record_path(&Facts::new(&settled, &scene.policy, as_of), "md"), expected, "{last}");
        }
        let (scene, as_of) = (Scene::new(), "2026-02-01".parse().unwrap());
        let settled = Settled::new(&scene.evidence, as_of);
        let path = next_record_path(&Facts::new(&settled, &scene.policy, as_of), "md");
        assert_eq!(path, "docs/reviews/security-review-2026.md");
    }

    #[test]
    fn steps_are_dated_missing_or_not_due() {
        use DraftStep::{Missing, NotDue};
        let on = |day: &str| DraftStep::On(day.parse().unwrap());
        let mut scene = Scene::new().record("2025-03-14");
        scene.policy.targets.resolve_days = vec![(Severity::High, 30)];
        for (id, events, resolution, severity) in [
            (
                "#1",
                vec![
                    ("2025-05-01", Opened),
                    ("2025-05-02", FirstResponse),
                    ("2025-05-20", Fixed),
                    ("2025-05-21", Closed),
                ],
                Resolution::Fixed,
                None,
            ),
            ("#2", vec![("2025-06-20", Opened)], Resolution::None, Some(Severity::High)),
            ("#3", vec![("2025-05-20", Opened)], Resolution::None, Some(Severity::High)),
            ("#4", vec![("2025-05-20", Opened), ("2025-05-29", Closed)], Resolution::Accepted, None),
            ("#5", vec![("2025-05-20", Opened), ("2025-05-29", Closed)], Resolution::None, None),
        ] {
            scene = scene.issue(id, &events);
            let issue = scene.evidence.issues.last_mut().unwrap();
            (issue.resolution, issue.severity) = (resolution, severity);
        }
        let drafted = drafted(&scene, "2025-07-01");
        let told: Vec<_> = drafted
            .issues
            .iter()
            .map(|one| (one.acknowledged, one.decided, one.fixed, one.verified, one.released, one.disclosed))
            .collect();
        let (fix, close) = (on("2025-05-20"), on("2025-05-29"));
        assert_eq!(
            told,
            [
                (on("2025-05-02"), fix, fix, Missing, Missing, NotDue),
                (Missing, NotDue, NotDue, NotDue, NotDue, NotDue),
                (Missing, Missing, Missing, NotDue, NotDue, NotDue),
                (Missing, close, NotDue, NotDue, NotDue, NotDue),
                (Missing, close, Missing, NotDue, NotDue, NotDue),
            ]
        );
        let outliers = &drafted.metrics.outliers;
        assert_eq!(outliers.iter().map(|one| (one.id.as_str(), one.days)).collect::<Vec<_>>(), [("#3", 42)]);
    }

    #[test]
    fn a_review_of_today_leaves_nothing_to_draft() {
        let scene = Scene::new().record("2025-03-14");
        let as_of = "2025-03-14".parse().unwrap();
        assert_eq!(draft(&Facts::new(&Settled::new(&scene.evidence, as_of), &scene.policy, as_of)), None);
    }

    #[test]
    fn actions_are_told_apart_and_keep_their_state() {
        let scene = Scene::new().record_with("2025-03-14", |reading| {
            let mut reading = reading
                .action(Some("A1"), "Extend the threat model", Some("R. Meyer"), None, None)
                .action(Some("A1"), "Buy a fuzzer", None, None, Some("#9"))
                .action(None, "Train the team", None, None, None)
                .action(Some("A4"), "Done already", None, None, None);
            reading.0.actions[3].progress = Progress::Done;
            reading
        });
        let actions = drafted(&scene, "2025-07-01").actions;
        assert_eq!(actions.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["A1", "A1 (2)", "3"]);
    }
}
