//! One realistic report for all tests of this folder, and the same report with hostile words everywhere.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    clippy::new_without_default,
    reason = "for tests"
)]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use chrono::NaiveDate;

use crate::model::action::{ActionResult, ActionState, Proof, ProofKind, SaidInRecord};
use crate::model::digest::sha256;
use crate::model::evidence::{Judged, SourceSummary, Subject};
use crate::model::finding::{Finding, Level, Related};
use crate::model::issue::{Event, EventKind, Issue, Release, Resolution, Severity};
use crate::model::limit::{Limit, LimitKind};
use crate::model::metrics::{
    ActionNumbers, Caveat, CaveatKind, Metrics, Numbers, PeriodMetrics, Spread, Survival, SurvivalStep,
};
use crate::model::period::{Period, State};
use crate::model::policy_base::PolicyOrigin;
use crate::model::record_words::{DefectAnalysis, ExaminedCount, JudgedAspect, ReviewWords};
use crate::model::report::{
    Approval, Balance, CadenceResult, ConstraintResult, CountedAs, Coverage, DocumentResult, Gap, IssueResult,
    IssueState, LaneResult, MatchedBy, NextPopulation, Report, Review, Verdict,
};
use crate::model::span::Span;
use lookback_reading::{
    Action, Answer, Answered, Aspect, Constraint, DateSource, Fields, Kind, Location, Quote, Reading, Reference, Stated,
};

const RECORD: &str = "docs/quality/SR-2024.md";
const PROCEDURE: &str = "docs/quality/problem-resolution-review-procedure.md";
const DRAFT: &str = "docs/quality/SR-2025.md";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn action() -> ActionResult {
    let said = |on: &str, path: &str, quote| SaidInRecord { path: path.to_owned(), on: day(on), quote };
    ActionResult {
        id: Some("A2".to_owned()),
        text: "Extend the fuzzing plan to the service port".to_owned(),
        owner: Some("J. Lindt".to_owned()),
        due: Some(day("2024-06-30")),
        due_stated: Some("2024-06-30".to_owned()),
        issues: vec!["#41".to_owned()],
        state: ActionState::Done,
        stated: None,
        decided_in: said("2023-11-10", "docs/quality/SR-2023.md", Quote::at(44, 1, "A2 Extend the fuzzing plan")),
        called_done: Some(said("2025-02-03", RECORD, Quote::at(48, 1, "A2: done"))),
        proof: vec![Proof {
            on: Some(day("2024-05-02")),
            kind: ProofKind::Issue,
            what: "#41".to_owned(),
            note: "closed".to_owned(),
        }],
        open_issues: Vec::new(),
        cut_offs: Vec::new(),
        recurrence: Vec::new(),
    }
}

#[expect(clippy::too_many_arguments, reason = "a table of findings reads best as one call each")]
fn finding(
    rule: &'static str,
    level: Level,
    constraint: Constraint,
    subject: &str,
    path: &str,
    quote: Option<Quote>,
    message: &str,
    remedy: &str,
) -> Finding {
    Finding {
        rule,
        level,
        constraint: Some(constraint),
        message: message.to_owned(),
        remedy: remedy.to_owned().into(),
        subject: subject.to_owned(),
        form: crate::judge::catalog::find(rule).map_or_else(Cow::default, |rule| rule.form.into()),
        facet: None,
        location: Some(quote.as_ref().map_or_else(|| Location::file(path), |quote| Location::of(path, quote))),
        quote,
        related: Vec::new(),
        waived: None,
        uncommitted: false,
    }
}

fn issue(id: &str, title: &str, severity: Option<Severity>, opened: &str, closed: Option<&str>) -> IssueResult {
    IssueResult {
        issue: Issue {
            title: title.to_owned(),
            url: id.strip_prefix('#').map(|n| format!("https://github.com/acme/pump/issues/{n}")),
            severity,
            sources: set(&["history", "issues.json"]),
            resolution: if closed.is_some() { Resolution::Fixed } else { Resolution::None },
            events: vec![Event {
                at: crate::model::period::start_of_day(day(opened)),
                kind: EventKind::Opened,
                actor: Some("nurse".to_owned()),
                note: None,
            }],
            ..Issue::new(id, "history")
        },
        state: if closed.is_some() { IssueState::Closed } else { IssueState::Open },
        opened: Some(day(opened)),
        closed: closed.map(day),
        managed: true,
        examined: true,
    }
}

/// A commit that looks like a security fix.
pub fn candidate() -> IssueResult {
    let mut candidate =
        issue("commit 9e8d7c6b5a49", "Reject oversized infusion profiles", None, "2025-12-01", Some("2025-12-02"));
    candidate.issue.sources = set(&["history"]);
    candidate.issue.fix_commits = vec!["9e8d7c6b5a493827160594837261504938271605".to_owned()];
    candidate.issue.why = Some("the subject of a commit speaks of \"oversized\"".to_owned());
    candidate.managed = false;
    candidate.examined = false;
    candidate
}

fn words(id: &str, held: &str, from: Option<&str>, to: &str) -> ReviewWords {
    ReviewWords {
        doc_id: Some(Quote::at(3, 14, id)),
        product: Some(Stated { value: "Pump P1".to_owned(), quote: Quote::at(4, 10, "Pump P1") }),
        date_held: Some(Quote::at(7, 14, held)),
        period_from: from.map(|from| Quote::at(9, 13, from)),
        period_to: Some(Quote::at(9, 27, to)),
        approved_by: Some(Quote::at(11, 14, "R. Vogel, Head of Quality")),
        assessments: Aspect::ALL
            .iter()
            .zip(36..)
            .map(|(aspect, line)| JudgedAspect { aspect: *aspect, quote: Quote::at(line, 1, aspect.word()) })
            .collect(),
    }
}

fn review(path: &str, id: &str, held: &str, from: Option<&str>, to: &str) -> Review {
    Review {
        path: path.to_owned(),
        doc_id: Some(id.to_owned()),
        title: Some("Review of security problem resolution".to_owned()),
        date_held: Some(day(held)),
        date_source: Some(DateSource::Stated),
        period: Some(Period { from: from.map(day), to: day(to) }),
        period_stated: true,
        status: Some("Approved".to_owned()),
        approved_by: Some("R. Vogel, Head of Quality".to_owned()),
        approval: Approval::Claimed,
        counted: Some(true),
        why_not: None,
        examined: Some(ExaminedCount { examined: 2, managed: 4 }),
        words: words(id, held, from, to),
        document: 0,
    }
}

fn document(path: &str, matched_by: MatchedBy, kind: Kind, counted_as: Option<CountedAs>, why: &str) -> DocumentResult {
    DocumentResult {
        path: path.to_owned(),
        matched_by,
        kind,
        content_match: Some(matched_by != MatchedBy::Path),
        counted_as,
        why: why.to_owned(),
        confirmed_by: None,
    }
}

/// `acme/pump` on 2026-05-15: four reviews of which the last is a draft, overdue, two issues not examined, a claim that
/// the data contradict, a waived finding and a limit.
pub fn report() -> Report {
    let mut contradicted = finding(
        "conclusion-contradicted",
        Level::Error,
        Constraint::ProcessAssessed,
        RECORD,
        RECORD,
        Some(Quote::at(41, 3, "All security issues of the period were resolved and released.")),
        "the record says that all security issues were resolved, but #12 was open at the cut-off 2025-01-31",
        "correct the conclusion, or name the open issues and why they may stay open",
    );
    contradicted.related.push(Related {
        message: "#12 stands here as open".to_owned(),
        location: Some(Location::of(RECORD, &Quote::at(22, 1, "| #12 | open |"))),
    });
    contradicted
        .related
        .push(Related { message: "#12 was opened on 2024-06-03 and never closed".to_owned(), location: None });
    let mut not_examined = finding(
        "issue-not-examined",
        Level::Error,
        Constraint::IssuesExamined,
        "CVE-2025-1234",
        RECORD,
        Some(Quote::at(18, 1, "## Issues examined")),
        "CVE-2025-1234 (Heap overflow in the drug library parser) was managed in the period, but the record does not name it",
        "examine CVE-2025-1234 and name it in the record of the next review",
    );
    not_examined.related.push(Related {
        message: "the period of the review".to_owned(),
        location: Some(Location::of(RECORD, &Quote::at(9, 13, "2023-11-01 to 2025-01-31"))),
    });
    let not_examined_12 = finding(
        "issue-not-examined",
        Level::Error,
        Constraint::IssuesExamined,
        "#12",
        RECORD,
        Some(Quote::at(18, 1, "## Issues examined")),
        "#12 (Service port accepts the default password) was managed in the period, but the record only lists it as out of scope",
        "examine #12 and name it in the record of the next review",
    );
    let overdue = finding(
        "review-overdue",
        Level::Error,
        Constraint::HeldAnnually,
        "acme/pump",
        RECORD,
        Some(Quote::at(7, 14, "2025-02-03")),
        "the last review was held on 2025-02-03, the next was due on 2026-02-03: 101 days late",
        "hold the review and commit its record; `lookback draft` writes one with the data filled in",
    );
    let unfilled = finding(
        "review-unfilled",
        Level::Error,
        Constraint::HeldAnnually,
        DRAFT,
        DRAFT,
        Some(Quote::at(5, 11, "TODO(reviewer): name the participants")),
        "the record still holds 3 placeholders and does not count as held",
        "fill in the placeholders, or delete the file",
    );
    let gap = finding(
        "review-gap",
        Level::Warning,
        Constraint::HeldAnnually,
        "docs/quality/SR-2023.md",
        RECORD,
        Some(Quote::at(7, 14, "2025-02-03")),
        "451 days lie between the reviews of 2023-11-10 and 2025-02-03; 12-months allow 366",
        "explain the gap in the next record",
    );
    let untracked = finding(
        "action-untracked",
        Level::Warning,
        Constraint::ImprovementEstablished,
        RECORD,
        RECORD,
        Some(Quote::at(52, 1, "- Improve fuzzing of the drug library parser")),
        "the improvement action has no owner and no due date",
        "name who does it, by when, and the issue that tracks it",
    );
    let mut stale = finding(
        "closed-without-resolution",
        Level::Warning,
        Constraint::ProcessAssessed,
        "#9",
        RECORD,
        None,
        "#9 was closed with neither fix, release, advisory, accepted risk nor reason",
        "state in the issue why it was closed",
    );
    stale.waived = Some("duplicate of #7, closed by hand (R. Vogel, until 2026-12-31)".to_owned());
    let altered = finding(
        "review-altered",
        Level::Note,
        Constraint::HeldAnnually,
        RECORD,
        RECORD,
        None,
        "the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on 2025-02-10",
        "approve the changed record again",
    );
    let findings = vec![not_examined_12, not_examined, contradicted, overdue, unfilled, untracked, gap, stale, altered];

    let constraint = |constraint: Constraint, verdict, evidence: &[(&str, Quote)]| ConstraintResult {
        constraint,
        verdict,
        findings: (0..findings.len()).filter(|at| findings[*at].constraint == Some(constraint)).collect(),
        evidence: evidence.iter().map(|(path, quote)| ((*path).to_owned(), quote.clone())).collect(),
        not_assessed: Vec::new(),
    };
    let mut constraints = vec![
        constraint(
            Constraint::ImprovementEstablished,
            Verdict::Conforms,
            &[(RECORD, Quote::at(50, 1, "The threat model is now updated at every change of an interface."))],
        ),
        constraint(Constraint::DeployedDefectsAnalysed, Verdict::Undetermined, &[]),
        constraint(
            Constraint::ReviewEstablished,
            Verdict::Conforms,
            &[(
                PROCEDURE,
                Quote::at(12, 1, "The security officer reviews the problem resolution process once a year."),
            )],
        ),
        constraint(Constraint::IssuesExamined, Verdict::Nonconforming, &[]),
        constraint(Constraint::ProcessAssessed, Verdict::Nonconforming, &[]),
        constraint(Constraint::HeldAnnually, Verdict::Nonconforming, &[(RECORD, Quote::at(7, 14, "2025-02-03"))]),
    ];
    constraints[1].not_assessed.push("nobody says which issues affect deployed software".to_owned());

    let mut cve = issue(
        "CVE-2025-1234",
        "Heap overflow in the drug library parser",
        Some(Severity::Critical),
        "2025-01-20",
        Some("2025-04-02"),
    );
    cve.issue.aliases = set(&["GHSA-2222-3333-4444"]);
    cve.issue.cwe = set(&["CWE-122"]);
    cve.issue.fix_commits = vec!["0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c".to_owned()];
    cve.issue.released_in = Some(Release { tag: "v2.4.1".to_owned(), date: day("2025-04-09") });
    cve.issue.deployed = Some(true);
    cve.examined = false;
    let mut port = issue("#12", "Service port accepts the default password", Some(Severity::High), "2024-06-03", None);
    port.examined = false;
    let mut stale = issue("#9", "Log shows the pairing key", None, "2024-02-11", Some("2024-12-30"));
    stale.issue.resolution = Resolution::None;
    let mut update = issue(
        "#7",
        "Update check accepts an expired certificate",
        Some(Severity::Medium),
        "2023-12-01",
        Some("2024-01-18"),
    );
    update.issue.released_in = Some(Release { tag: "v2.3.0".to_owned(), date: day("2024-02-01") });
    let mut later =
        issue("#15", "Bluetooth pairing without confirmation (審査中)", Some(Severity::Low), "2025-11-30", None);
    later.managed = false;
    later.examined = false;

    let numbers = Numbers {
        survival: Survival {
            n: 4,
            open: 2,
            median_days: Some(323),
            steps: vec![
                SurvivalStep { days: 48, at_risk: 4, resolved: 1, open_share: 0.75 },
                SurvivalStep { days: 323, at_risk: 3, resolved: 1, open_share: 0.5 },
            ],
        },
        managed: 4,
        identified: 4,
        resolved: 2,
        open: 2,
        carry_over: 0,
        reopened: 0,
        days_to_first_response: Spread { n: 0, median: None, p90: None, mean: None },
        days_to_resolution: Spread { n: 2, median: Some(185.5), p90: Some(323.0), mean: Some(185.5) },
        days_to_fix: Spread { n: 1, median: Some(48.0), p90: Some(48.0), mean: Some(48.0) },
        fixed_before_report: vec!["#9".to_owned()],
        days_identified_to_release: Spread { n: 1, median: Some(62.0), p90: Some(62.0), mean: Some(62.0) },
        days_to_release: Spread { n: 1, median: Some(14.0), p90: Some(14.0), mean: Some(14.0) },
        patched_percent: Some(25.0),
        open_ages: [1, 0, 0, 1],
        targets_met: None,
        targets_missed: None,
        ids: [("open".to_owned(), vec!["#9".to_owned(), "#14".to_owned()])].into(),
    };
    let period = Period { from: Some(day("2023-11-01")), to: day("2025-01-31") };
    Report {
        subject: Subject {
            repository: "acme/pump".to_owned(),
            revision: Some("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d".to_owned()),
            as_of: day("2026-05-15"),
            judged: Judged::Commit,
            uncommitted: Vec::new(),
            not_looked_at: 0,
        },
        verdict: Verdict::Nonconforming,
        exit_code: 1,
        strict: false,
        rules_off: vec!["target-missed".to_owned()],
        origin: Some("https://github.com/acme/pump".to_owned()),
        policy: Some(PolicyOrigin { path: "lookback.toml".to_owned(), sha256: sha256(b"strict = true") }),
        lane: LaneResult { enforced: vec![0, 1, 2, 3, 4], ..LaneResult::enforced(Verdict::Nonconforming) },
        constraints,
        cadence: CadenceResult {
            state: State::Overdue,
            window: "12-months".to_owned(),
            last_review: Some(day("2025-02-03")),
            due: Some(day("2026-02-03")),
            days_left: Some(-101),
            gaps: vec![Gap { from: day("2023-11-10"), to: day("2025-02-03"), days: 451 }],
        },
        spans: vec![
            Span {
                from: day("2025-02-03"),
                to: day("2026-02-03"),
                state: Some(State::Current),
                why: format!("review held ({RECORD})"),
            },
            Span {
                from: day("2026-02-04"),
                to: day("2026-05-15"),
                state: Some(State::Overdue),
                why: "lapsed for 101 days; the review was due on 2026-02-03".to_owned(),
            },
        ],
        documents: vec![
            document(
                RECORD,
                MatchedBy::Content,
                Kind::Record,
                Some(CountedAs::Review),
                "held on 2025-02-03, the last review",
            ),
            document(DRAFT, MatchedBy::Content, Kind::Template, None, "3 placeholders are not filled in"),
            document(
                PROCEDURE,
                MatchedBy::Both,
                Kind::Procedure,
                Some(CountedAs::Procedure),
                "prescribes a review once a year",
            ),
            document(
                "docs/security-review.md",
                MatchedBy::Path,
                Kind::Template,
                None,
                "an empty template: no date, no issues",
            ),
        ],
        reviews: vec![
            review("docs/quality/SR-2022.md", "SR-2022", "2022-11-14", None, "2022-10-31"),
            review("docs/quality/SR-2023.md", "SR-2023", "2023-11-10", Some("2022-11-01"), "2023-10-31"),
            review(RECORD, "SR-2024", "2025-02-03", Some("2023-11-01"), "2025-01-31"),
            Review {
                date_held: None,
                date_source: None,
                period: None,
                period_stated: false,
                status: Some("Draft".to_owned()),
                approved_by: None,
                approval: Approval::None,
                counted: Some(false),
                why_not: Some("3 placeholders are not filled in".to_owned()),
                ..review(DRAFT, "SR-2025", "2026-01-01", None, "2026-01-01")
            },
        ],
        sources: vec![SourceSummary {
            name: "issues.json".to_owned(),
            kind: "issue file".to_owned(),
            read: Some(40),
            security: 5,
            limits: 1,
        }],
        issues: vec![port, later, update, stale, cve],
        candidates: vec![],
        coverage: Some(Coverage {
            period,
            record: RECORD.to_owned(),
            managed: 4,
            examined: 2,
            missing: vec!["#12".to_owned(), "CVE-2025-1234".to_owned()],
            unsure: Vec::new(),
            balance: Balance { open_start: 0, opened: 4, reopened: 0, closed: 2, open_end: 2 },
        }),
        next_population: NextPopulation {
            period: Period { from: Some(day("2025-02-01")), to: day("2026-05-15") },
            managed: vec!["#12".to_owned(), "#15".to_owned(), "CVE-2025-1234".to_owned()],
            places: None,
            balance: Balance { open_start: 2, opened: 1, reopened: 0, closed: 1, open_end: 2 },
        },
        actions: vec![action()],
        analyses: vec![DefectAnalysis {
            path: RECORD.to_owned(),
            ids: vec!["CVE-2025-1234".to_owned()],
            quote: Quote::at(46, 1, "CVE-2025-1234 was missed by fuzzing."),
            cause: Some(Quote::at(46, 1, "The drug library parser is now fuzzed.")),
        }],
        metrics: Metrics {
            period: Some(PeriodMetrics {
                period,
                groups: BTreeMap::from([("all".to_owned(), numbers)]),
                cwe: BTreeMap::from([("CWE-122".to_owned(), 1)]),
                sources: BTreeMap::from([("issues.json".to_owned(), 4)]),
                ids: BTreeMap::new(),
                caveats: vec![
                    Caveat { kind: CaveatKind::FixedBeforeReport, ids: vec!["#9".to_owned()], untold_by: Vec::new() },
                    Caveat {
                        kind: CaveatKind::Declassified,
                        ids: Vec::new(),
                        untold_by: vec!["issues.json".to_owned()],
                    },
                ],
                actions: ActionNumbers::default(),
                trend: None,
            }),
            previous: None,
        },
        findings,
        limits: vec![
            Limit::new(
                LimitKind::IssueSource,
                "which issues affect deployed software",
                "neither advisories nor labels were read: the run was offline",
                "run with a token, or set the label `deployed` on such issues and export them",
            )
            .affecting(&[Constraint::DeployedDefectsAnalysed]),
        ],
    }
}

/// What a reader sees in the last record.
pub fn reading() -> Reading {
    let stated = |text: &str| Some(Stated { value: text.to_owned(), quote: Quote::at(3, 1, text) });
    Reading {
        kind: Kind::Record,
        confidence: 92,
        content_match: Answer::Proven,
        constraints: BTreeMap::from([(
            Constraint::HeldAnnually,
            Answered::proven(vec![Quote::at(4, 7, "held on 2025-02-03")]),
        )]),
        fields: Fields {
            doc_id: stated("SR-2024"),
            title: stated("Review of security problem resolution 2024"),
            period_to: Some(Stated { value: "2025-01-31".parse().unwrap(), quote: Quote::at(9, 1, "2025-01-31") }),
            participants: vec![stated("R. Vogel (quality)").unwrap()],
            ..Fields::default()
        },
        references: vec![Reference {
            id: "#12".to_owned(),
            line: NonZeroU32::MIN,
            examined: Some(false),
            doubt: None,
            attachment: None,
        }],
        actions: vec![Action {
            id: None,
            text: "Improve fuzzing".to_owned(),
            owner: None,
            due: None,
            references: vec!["#15".to_owned()],
            state: None,
            progress: Default::default(),
            quote: Quote::at(52, 1, "- Improve fuzzing"),
        }],
        ..Reading::default()
    }
}

/// The sample with the same hostile words wherever the world outside can put words.
pub fn poisoned(words: &str) -> Report {
    let mut report = report();
    report.candidates = vec![candidate()];
    let bad = |text: &mut String| words.clone_into(text);
    let bad_place = |place: &mut Option<Location>| {
        if let Some(place) = place {
            words.clone_into(&mut place.path);
        }
    };
    bad(&mut report.subject.repository);
    report.policy.iter_mut().for_each(|policy| bad(&mut policy.path));
    report.subject.revision = Some(words.to_owned());
    for result in &mut report.constraints {
        for (path, quote) in &mut result.evidence {
            bad(path);
            bad(&mut quote.text);
        }
        result.not_assessed.iter_mut().for_each(bad);
    }
    for document in &mut report.documents {
        bad(&mut document.path);
        bad(&mut document.why);
    }
    for review in &mut report.reviews {
        bad(&mut review.path);
        for field in
            [&mut review.doc_id, &mut review.title, &mut review.status, &mut review.approved_by, &mut review.why_not]
        {
            *field = Some(words.to_owned());
        }
        if let Some(product) = &mut review.words.product {
            bad(&mut product.value);
        }
    }
    for result in report.issues.iter_mut().chain(&mut report.candidates) {
        let issue = &mut result.issue;
        bad(&mut issue.id);
        bad(&mut issue.title);
        issue.aliases = set(&[words]);
        issue.url = Some(words.to_owned());
        issue.why = Some(words.to_owned());
        if let Some(release) = &mut issue.released_in {
            bad(&mut release.tag);
        }
        for event in &mut issue.events {
            event.actor = Some(words.to_owned());
            event.note = Some(words.to_owned());
        }
    }
    for analysis in &mut report.analyses {
        bad(&mut analysis.path);
        analysis.ids.iter_mut().for_each(bad);
        bad(&mut analysis.quote.text);
        analysis.cause.iter_mut().for_each(|cause| bad(&mut cause.text));
    }
    if let Some(coverage) = &mut report.coverage {
        bad(&mut coverage.record);
        coverage.missing.iter_mut().for_each(bad);
        coverage.unsure.iter_mut().for_each(bad);
    }
    report.next_population.managed.iter_mut().for_each(bad);
    report.spans.iter_mut().for_each(|span| bad(&mut span.why));
    for source in &mut report.sources {
        bad(&mut source.name);
        bad(&mut source.kind);
    }
    bad(&mut report.cadence.window);
    for finding in &mut report.findings {
        bad(&mut finding.message);
        bad(finding.remedy.to_mut());
        bad(finding.form.to_mut());
        bad(&mut finding.subject);
        bad_place(&mut finding.location);
        if let Some(quote) = &mut finding.quote {
            bad(&mut quote.text);
        }
        for related in &mut finding.related {
            bad(&mut related.message);
            bad_place(&mut related.location);
        }
        if let Some(reason) = &mut finding.waived {
            bad(reason);
        }
    }
    for limit in &mut report.limits {
        bad(&mut limit.what);
        bad(&mut limit.why);
        bad(&mut limit.remedy);
    }
    report
}
