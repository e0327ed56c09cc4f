//! The scenarios of the self-test: a requirement, a history that bears on it, and what a correct tool says of it. The expected
//! results stand beside the history and were derived from the requirement, not from the tool.

use crate::scenario::ScenarioCommit;
use crate::selftest::expected::{Expected, Scenario};
use crate::selftest::texts;
use crate::selftest::texts::{ExampleProduct, ExampleRecord, ISSUES, commit, issues, product};
use lookback_core::model::Verdict;
use lookback_core::model::period::State;

/// Judged on this day unless the scenario says otherwise: between the review of January 2026 and the notice for the next one.
const DAY: &str = "2026-06-01";

const CONFORMS: Expected = Expected { verdict: Verdict::Conforms, state: State::Current, findings: &[], unseen: &[] };
const FAULTY: Expected = Expected { verdict: Verdict::Nonconforming, ..CONFORMS };

const fn scenario(
    id: &'static str,
    requirement: &'static str,
    title: &'static str,
    history: fn() -> Vec<ScenarioCommit>,
    expected: Expected,
) -> Scenario {
    Scenario { id, requirement, title, as_of: DAY, shallow: false, arguments: &[], history, expected }
}

/// All scenarios.
pub static SCENARIOS: &[Scenario] = &[
    scenario(
        "conforming",
        "4.1.6, 4.1.8",
        "procedure, two reviews on time, every issue examined: nothing to find",
        || product().commits(),
        CONFORMS,
    ),
    Scenario {
        as_of: "2026-11-15",
        ..scenario(
            "due-soon",
            "4.1.8#d",
            "55 days before the due date: a warning, and no failure",
            || product().commits(),
            Expected { state: State::DueSoon, findings: &["warning review-due-soon"], ..CONFORMS },
        )
    },
    Scenario {
        as_of: "2027-01-09",
        ..scenario(
            "due-today",
            "4.1.8#d",
            "the due date itself is still on time",
            || product().commits(),
            Expected { state: State::DueSoon, findings: &["warning review-due-soon"], ..CONFORMS },
        )
    },
    Scenario {
        as_of: "2027-01-10",
        ..scenario(
            "overdue",
            "4.1.8#d",
            "the day after the due date is overdue",
            || product().commits(),
            Expected { state: State::Overdue, findings: &["error review-overdue"], ..FAULTY },
        )
    },
    Scenario {
        as_of: "2026-11-15",
        arguments: &["--strict"],
        ..scenario(
            "strict",
            "exit code",
            "with --strict a warning fails the check",
            || product().commits(),
            Expected { state: State::DueSoon, findings: &["warning review-due-soon"], ..FAULTY },
        )
    },
    scenario(
        "never-held",
        "4.1.8#d",
        "released for two years, a procedure, and no review on record",
        || ExampleProduct { first: None, second: None, ..product() }.commits(),
        Expected {
            state: State::Never,
            findings: &[
                "error deployed-defects-not-analysed",
                "error review-never-held",
                "warning improvement-activity-missing",
            ],
            unseen: &["4.1.8#b", "4.1.8#c"],
            ..FAULTY
        },
    ),
    scenario(
        "gap",
        "4.1.8#d",
        "the later review is on time today and still came 18 months after the one before: a warning",
        || {
            let record = ExampleRecord {
                held: "2024-07-05",
                period: "2024-01-10 to 2024-07-03",
                approved_on: "2024-07-08",
                rows: vec![(1, "high", "closed", "fixed in v1.0.1")],
                efficiency: "The handling was efficient: #1 was fixed within 15 days, against a target of 30.",
                completeness: "The handling was complete: the report was triaged, fixed, tested and released.",
                resolution: "The handling led to resolution: #1 was fixed and none was open at the cut-off.",
                analysis: "#1 was found in deployed software. It escaped because threat modelling had not covered the service interface; the threat model now includes it.",
                ..texts::first()
            };
            let early = commit(
                "2024-07-08",
                "docs: security review",
                &[("docs/reviews/security-review-2024.md", record.text())],
            );
            let second = ExampleRecord {
                period: "2024-07-04 to 2026-01-07",
                rows: vec![(2, "medium", "closed", "fixed in v1.1.0"), (3, "high", "closed", "fixed in v1.2.0")],
                analysis: "#2 and #3 were found in deployed software. They escaped because the update interface was not in the fuzzing plan; the plan was changed.",
                ..texts::second()
            };
            ExampleProduct { first: None, second: Some(second), more: vec![early], ..product() }.commits()
        },
        Expected { findings: &["warning review-gap"], ..CONFORMS },
    ),
    scenario(
        "not-examined",
        "4.1.8#b",
        "an issue managed in the period is not named in the record",
        || {
            let more = (7, "Session token does not expire", "low", "2025-09-01", Some(("2025-09-20", "COMPLETED")));
            let fix = commit(
                "2025-09-19",
                "fix(security): sessions expire\n\nFixes #7",
                &[("src/session.c", "/* */\n".to_owned())],
            );
            let issues = issues(&[ISSUES[0], ISSUES[1], ISSUES[2], more]);
            ExampleProduct { issues: Some(issues), more: vec![fix], ..product() }.commits()
        },
        Expected { findings: &["error deployed-defects-not-analysed", "error issue-not-examined"], ..FAULTY },
    ),
    scenario(
        "hostile-titles",
        "trust",
        "a title with workflow commands, escapes, markup and a formula changes nothing but the words",
        || {
            let title = "=1+1\n::error::x\u{1b}[2J\u{202e}<script>|`]]>&{0}[x](http://e.example)##[group]";
            let more = (7, title, "low", "2025-09-01", Some(("2025-09-20", "COMPLETED")));
            let fix = commit(
                "2025-09-19",
                "fix(security): sessions expire\n\nFixes #7",
                &[("src/session.c", "/* */\n".to_owned())],
            );
            let issues = issues(&[ISSUES[0], ISSUES[1], ISSUES[2], more]);
            ExampleProduct { issues: Some(issues), more: vec![fix], ..product() }.commits()
        },
        Expected { findings: &["error deployed-defects-not-analysed", "error issue-not-examined"], ..FAULTY },
    ),
    scenario(
        "contradicted",
        "4.1.8#c",
        "the record says that all was resolved, and an issue was open at the cut-off",
        || {
            let open = (7, "Session token does not expire", "low", "2025-12-20", None);
            let mut record = texts::second();
            record.rows.push((7, "low", "open", "fix planned"));
            record.resolution = "All security issues were resolved.";
            let issues = issues(&[ISSUES[0], ISSUES[1], ISSUES[2], open]);
            ExampleProduct { issues: Some(issues), second: Some(record), ..product() }.commits()
        },
        Expected { findings: &["error conclusion-contradicted"], ..FAULTY },
    ),
    scenario(
        "assessment-missing",
        "4.1.8#c",
        "the record judges completeness and resolution, not efficiency",
        || ExampleProduct { second: Some(ExampleRecord { efficiency: "", ..texts::second() }), ..product() }.commits(),
        Expected { findings: &["error assessment-missing"], ..FAULTY },
    ),
    scenario(
        "unfilled",
        "4.1.8#d",
        "a draft with placeholders is no held review: the one before counts, and is overdue",
        || {
            let record = ExampleRecord { status: "Draft", approved_by: "TBD", approved_on: "TBD", ..texts::second() };
            ExampleProduct { second: Some(record), ..product() }.commits()
        },
        Expected { state: State::Overdue, findings: &["error review-overdue", "error review-unfilled"], ..FAULTY },
    ),
    scenario(
        "procedure-missing",
        "4.1.8#a",
        "reviews and improvements take place, and no procedure prescribes them",
        || ExampleProduct { procedure: None, ..product() }.commits(),
        Expected { findings: &["error review-procedure-missing", "warning improvement-activity-missing"], ..FAULTY },
    ),
    scenario(
        "not-analysed",
        "4.1.6#b",
        "a defect of deployed software, and nobody asks how it escaped",
        || ExampleProduct { second: Some(ExampleRecord { analysis: "", ..texts::second() }), ..product() }.commits(),
        Expected { findings: &["error deployed-defects-not-analysed"], ..FAULTY },
    ),
    scenario(
        "action-untracked",
        "4.1.6#a",
        "an action without owner, due date and issue: a warning",
        || {
            let actions = "| A2 | Fuzz the update interface in every build |  |  |  | open |";
            ExampleProduct { second: Some(ExampleRecord { actions, ..texts::second() }), ..product() }.commits()
        },
        Expected { findings: &["warning action-untracked"], ..CONFORMS },
    ),
    scenario(
        "not-followed-up",
        "4.1.6#a",
        "an action of the review before is neither closed nor mentioned: a warning",
        || ExampleProduct { second: Some(ExampleRecord { follow_up: "", ..texts::second() }), ..product() }.commits(),
        Expected { findings: &["warning action-not-followed-up"], ..CONFORMS },
    ),
    scenario(
        "action-unproven",
        "4.1.6#a",
        "an action is called done, and nothing shows it: a warning",
        || {
            ExampleProduct { second: Some(ExampleRecord { follow_up: "- A1: done.", ..texts::second() }), ..product() }
                .commits()
        },
        Expected { findings: &["warning action-unproven"], ..CONFORMS },
    ),
    scenario(
        "backdated",
        "4.1.8#d",
        "a record dated January that was committed in May: a warning",
        || ExampleProduct { second_at: ("docs/reviews/security-review-2026.md", "2026-05-20"), ..product() }.commits(),
        Expected { findings: &["warning review-backdated"], ..CONFORMS },
    ),
    scenario(
        "unapproved",
        "4.1.8#d",
        "a record that nobody approved: a warning",
        || {
            ExampleProduct { second: Some(ExampleRecord { approved_by: "–", ..texts::second() }), ..product() }
                .commits()
        },
        Expected { findings: &["warning review-unapproved"], ..CONFORMS },
    ),
    scenario(
        "by-content",
        "signals",
        "a record under a name that tells nothing is found by its content",
        || ExampleProduct { second_at: ("docs/q1-notes.md", "2026-01-13"), ..product() }.commits(),
        CONFORMS,
    ),
    scenario(
        "waived",
        "waivers",
        "a waiver in force with rule, subject, reason, approver and expiry: shown, and no failure",
        || ExampleProduct { config: with_waiver("2026-12-31"), procedure: None, ..product() }.commits(),
        Expected { findings: &["waived review-procedure-missing", "warning improvement-activity-missing"], ..CONFORMS },
    ),
    scenario(
        "waiver-expired",
        "waivers",
        "the same waiver after its expiry heals nothing and is a fault of its own",
        || ExampleProduct { config: with_waiver("2026-05-31"), procedure: None, ..product() }.commits(),
        Expected {
            findings: &[
                "error review-procedure-missing",
                "error waiver-expired",
                "warning improvement-activity-missing",
            ],
            ..FAULTY
        },
    ),
    Scenario {
        shallow: true,
        ..scenario(
            "shallow",
            "limits",
            "the conforming history cut off by a shallow clone is undetermined, never a pass",
            || product().commits(),
            Expected {
                verdict: Verdict::Undetermined,
                unseen: &["4.1.6#a", "4.1.6#b", "4.1.8#a", "4.1.8#b", "4.1.8#c", "4.1.8#d"],
                ..CONFORMS
            },
        )
    },
    scenario(
        "empty",
        "limits",
        "a repository without a commit is undetermined, never a pass",
        Vec::new,
        Expected {
            verdict: Verdict::Undetermined,
            state: State::Never,
            unseen: &["4.1.6#a", "4.1.6#b", "4.1.8#a", "4.1.8#b", "4.1.8#c", "4.1.8#d"],
            ..CONFORMS
        },
    ),
];

fn with_waiver(expires: &str) -> String {
    format!(
        "{}\n[[waiver]]\nrule = \"review-procedure-missing\"\nsubject = \"*\"\nreason = \"The procedure lies in the quality system, QP-12.\"\n\
         approver = \"Dr. Anna Weber\"\nexpires = {expires}\n",
        product().config
    )
}
