//! The statement claims exactly what a table of (proven, not proven) allows, over generated reports.

use proptest::prelude::*;

use crate::judge::testing::Scene;
use crate::judge::verdict::judge;
use crate::model::issue::EventKind::*;
use crate::model::report::{Approval, Report, Verdict};
use crate::render::dossier::{AuditClause, AuditStatement, Want, statement};
use lookback_reading::{Aspect, Constraint, Quote, Stated};

/// A report in which every clause is proven.
fn whole() -> Report {
    let scene = Scene::new()
        .release("v1.0.0", "2024-06-01")
        .issue("#1", &[("2025-01-10", Opened), ("2025-02-01", Fixed), ("2025-02-02", Closed)])
        .procedure(Some(12))
        .record_with("2025-03-14", |reading| {
            let mut reading = reading.names("#1").period("2024-06-01", "2025-03-10");
            reading.0.fields.doc_id = Some(Stated { value: "SR-1".to_owned(), quote: Quote::at(2, 1, "SR-1") });
            reading
        });
    let mut report = judge(&scene.evidence, &scene.policy, "2025-07-01".parse().unwrap(), false);
    for result in &mut report.constraints {
        result.verdict = Verdict::Conforms;
        result.findings.clear();
        result.not_assessed.clear();
    }
    report.findings.clear();
    report.reviews[0].approval = Approval::PullRequest;
    report
}

fn claimed(statement: &AuditStatement) -> Vec<AuditClause> {
    statement.proven.iter().map(|proven| proven.clause).collect()
}

#[test]
fn everything_is_claimed_where_everything_is_proven() {
    assert_eq!(claimed(&statement(&whole())), AuditClause::ALL);
}

#[expect(clippy::struct_excessive_bools, reason = "a row of a table")]
/// What differs from the whole report.
#[derive(Clone, Debug)]
struct Wants {
    /// By constraint: its verdict, and whether words are there.
    answers: Vec<(Verdict, bool)>,
    commit: bool,
    /// Of the record: date, cut-off, approver; each of three aspects.
    words: [bool; 6],
    committed: bool,
    named: bool,
    shown: bool,
    waived: bool,
    off: bool,
}

fn wants() -> impl Strategy<Value = Wants> {
    // Mostly proven, else hardly anything would ever be claimed.
    let verdict = prop_oneof![
        6 => Just(Verdict::Conforms),
        1 => Just(Verdict::NotDue),
        1 => Just(Verdict::Undetermined),
        1 => Just(Verdict::Nonconforming)
    ];
    let mostly = || prop::bool::weighted(0.85);
    let answers = prop::collection::vec((verdict, mostly()), 6);
    let words = prop::array::uniform6(mostly());
    (
        answers,
        words,
        mostly(),
        mostly(),
        mostly(),
        any::<bool>(),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.15),
    )
        .prop_map(|(answers, words, commit, committed, named, shown, waived, off)| Wants {
            answers,
            commit,
            words,
            committed,
            named,
            shown,
            waived,
            off,
        })
}

fn report(wants: &Wants) -> Report {
    let mut report = whole();
    for (result, (verdict, words)) in report.constraints.iter_mut().zip(&wants.answers) {
        result.verdict = *verdict;
        if !words {
            result.evidence.clear();
        }
    }
    if !wants.commit {
        report.subject.revision = None;
    }
    let [date, cut_off, approver, aspects @ ..] = wants.words;
    let review = &mut report.reviews[0];
    let words = &mut review.words;
    words.date_held = words.date_held.take().filter(|_| date);
    words.period_to = words.period_to.take().filter(|_| cut_off);
    words.approved_by = words.approved_by.take().filter(|_| approver);
    words.assessments.retain(|judged| aspects[Aspect::ALL.iter().position(|one| *one == judged.aspect).unwrap()]);
    review.approval = if wants.shown { Approval::VerifiedCommit } else { Approval::SignedCommit };
    if !wants.committed {
        report.subject.uncommitted = vec![review.path.clone()];
    }
    let coverage = report.coverage.as_mut().unwrap();
    if !wants.named {
        (coverage.examined, coverage.missing) = (0, vec!["#1".to_owned()]);
    }
    if wants.waived {
        let mut finding = crate::render::sample::report().findings[1].clone();
        finding.waived = Some("known (A. Weber, until 2027-01-01)".to_owned());
        report.findings.push(finding);
        let examined = report.constraints.iter_mut().find(|result| result.constraint == Constraint::IssuesExamined);
        examined.unwrap().findings.push(0);
    }
    if wants.off {
        report.rules_off = vec!["assessment-missing".to_owned()];
    }
    report
}

/// The table.
fn allowed(wants: &Wants) -> Vec<AuditClause> {
    let answer = |constraint: Constraint| {
        let at = Constraint::ALL.iter().position(|one| *one == constraint).unwrap();
        wants.commit && wants.answers[at] == (Verdict::Conforms, true)
    };
    let [date, cut_off, approver, complete, efficient, resolved] = wants.words;
    let held = answer(Constraint::HeldAnnually) && date && wants.committed;
    let judged = answer(Constraint::ProcessAssessed) && wants.committed && !wants.off;
    let table = [
        (AuditClause::Procedure, answer(Constraint::ReviewEstablished)),
        (AuditClause::Held, held),
        (AuditClause::Period, held && cut_off),
        (AuditClause::Examined, answer(Constraint::IssuesExamined) && wants.named && wants.committed && !wants.waived),
        (AuditClause::Judged(Aspect::Completeness), judged && complete),
        (AuditClause::Judged(Aspect::Efficiency), judged && efficient),
        (AuditClause::Judged(Aspect::Resolution), judged && resolved),
        (AuditClause::Approved, held && approver),
        (AuditClause::ApprovalShown, held && approver && wants.shown),
        // The procedure, which is committed, only demands these.
        (AuditClause::Improvement, answer(Constraint::ImprovementEstablished) && wants.committed),
        (AuditClause::Defects, answer(Constraint::DeployedDefectsAnalysed) && wants.committed),
    ];
    table.into_iter().filter(|(_, proven)| *proven).map(|(clause, _)| clause).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn what_is_claimed_is_what_the_table_allows(wants in wants()) {
        let report = report(&wants);
        let told = statement(&report);
        prop_assert_eq!(claimed(&told), allowed(&wants));
        for proven in &told.proven {
            prop_assert!(!proven.proof.is_empty());
            prop_assert!(proven.proof.iter().all(|proof| !report.subject.uncommitted.contains(&proof.path)));
        }
        let mut all = claimed(&told);
        all.extend(told.unproven.iter().map(|unproven| unproven.clause));
        all.sort();
        prop_assert_eq!(all, AuditClause::ALL, "each clause stands on one side");
        prop_assert!(told.unproven.iter().all(|unproven| !unproven.why.is_empty()));
    }
}

#[test]
fn faults_that_are_made_less_are_not_proven_right() {
    let mut report = whole();
    let mut finding = crate::render::sample::report().findings[1].clone();
    finding.level = crate::model::finding::Level::Warning;
    report.findings.push(finding);
    report.constraints[3].findings.push(0);
    let told = statement(&report);
    let why = told.unproven.iter().find(|unproven| unproven.clause == AuditClause::Examined).map(|one| one.why.clone());
    assert_eq!(why, Some(vec![Want::Lowered(vec![0])]));
    // The same of an earlier review is history.
    let mut earlier = report.reviews[0].clone();
    "docs/quality/SR-2024.md".clone_into(&mut earlier.path);
    report.reviews.insert(0, earlier);
    report.reviews[0].date_held = Some("2024-06-10".parse().unwrap());
    assert!(claimed(&statement(&report)).contains(&AuditClause::Examined));
}
