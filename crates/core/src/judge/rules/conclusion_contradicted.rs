//! The record's claim disagrees with the data at the cut-off.

pub(crate) mod data;

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::rules::conclusion_contradicted::data::{Refuted, refuted};
use crate::model::finding::{Finding, Level};
use lookback_reading::{Constraint, shorten};

/// The rule.
pub static RULE: Rule = Rule {
    id: "conclusion-contradicted",
    constraint: Some(Constraint::ProcessAssessed),
    level: Level::Error,
    title: "the record's claim disagrees with the data at the cut-off",
    why: "A conclusion that the data refute is worse than none: it shows that nobody looked.",
    remedy: "Correct the record, or the data; if both are right, say in the record why they differ.",
    form: "Open at the cut-off: #14",
    calendar: false,
    good: "\"All issues were resolved\", and none was open at the cut-off.",
    bad: "\"All issues were resolved\", and #14 was open at the cut-off.",
    example: Example::Conclusion,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let findings: Vec<Finding> = facts
        .held
        .iter()
        .flat_map(|held| {
            refuted(facts, held, false).into_iter().map(move |Refuted { record, claim, data }| {
                let message = format!("The record says \"{}\", but {data}.", shorten(&claim.quote.text, 160));
                RULE.about_review(facts, held, &record.path, message).at(record, &claim.quote)
            })
        })
        .collect();
    let doubts = facts.latest().map(|held| refuted(facts, held, true)).unwrap_or_default();
    if findings.iter().all(|finding| finding.level < Level::Error) && !doubts.is_empty() {
        let doubt = |open: &Refuted| {
            let words = shorten(&open.claim.quote.text, 120);
            format!("whether {} claims what the data refute is not clear: \"{words}\"", open.record.path)
        };
        return Outcome::Partly(findings, doubts.iter().map(doubt).collect::<Vec<_>>().join("; "));
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::issue::EventKind::*;
    use crate::model::issue::Resolution;
    use lookback_reading::ClaimKind;

    #[test]
    fn claims_meet_the_data_at_the_cut_off() {
        for (claim, message) in [
            (ClaimKind::AllResolved, Some("but 1 issue was open at the cut-off 2025-03-14: #14.")),
            (ClaimKind::Open(1), None),
            (ClaimKind::Open(0), Some("but 1 issue was open at the cut-off 2025-03-14: #14.")),
            (ClaimKind::Managed(2), None),
            (ClaimKind::Managed(5), Some("but 2 issues were managed in the period up to 2025-03-14.")),
            (ClaimKind::Opened(2), None),
            (ClaimKind::Closed(2), Some("but 1 issue was closed in the period up to 2025-03-14.")),
            (ClaimKind::NoIssues, Some("but 2 issues were managed in the period up to 2025-03-14.")),
            (ClaimKind::AllExamined, Some("but it does not name #14.")),
            (ClaimKind::WithinTargets, None),
        ] {
            let world = Scene::new()
                .issue("#3", &[("2025-01-10", Opened), ("2025-02-10", Closed)])
                .issue("#14", &[("2025-01-10", Opened), ("2025-05-10", Closed)])
                .record_with("2025-03-14", |reading| reading.names("#3").claims(claim));
            let found = world.fired("2025-07-01", "conclusion-contradicted");
            assert_eq!(
                found.first().map(|f| f.message.replace("The record says \"the claim\", ", "")).as_deref(),
                message,
                "{claim:?}"
            );
        }
    }

    #[test]
    fn what_may_be_open_or_closed_refutes_nothing() {
        for (claim, count) in [
            (ClaimKind::AllResolved, 1),
            (ClaimKind::Open(1), 0),
            (ClaimKind::Open(7), 0),
            (ClaimKind::Closed(3), 0),
            (ClaimKind::ClosedOf(2, 3), 0),
            (ClaimKind::Opened(3), 0),
            (ClaimKind::Opened(5), 1),
        ] {
            for open in [true, false] {
                let mut world = Scene::new()
                    .issue("#3", &[("2025-01-10", Opened), ("2025-02-10", Closed)])
                    .issue("#14", &[("2025-01-10", Opened)])
                    .issue("#15", &[("2025-01-10", Opened), ("2025-05-10", Closed)])
                    .record_with("2025-03-14", |reading| reading.claims(claim));
                world.evidence.issues[1].state_unknown = true;
                // Another one is open at the cut-off, or its state is not known either.
                world.evidence.issues[2].state_unknown = !open;
                let found = world.fired("2025-07-01", "conclusion-contradicted");
                let expected = if open || claim != ClaimKind::AllResolved { count } else { 0 };
                assert_eq!(found.len(), expected, "{claim:?} {found:?}");
                assert!(found.iter().all(|finding| !finding.message.contains("#14")), "{found:?}");
            }
        }
    }

    fn median(said: u32, from: &str, resolution: Resolution) -> usize {
        let mut world = Scene::new()
            .issue("#3", &[("2024-01-10", Opened), ("2024-02-09", Closed)])
            .issue("#4", &[("2024-12-10", Opened), ("2025-02-08", Closed)])
            .issue("#5", &[("2024-06-10", Opened), ("2025-03-10", Closed)])
            .record_with("2025-03-14", |reading| {
                reading
                    .period(from, "2025-03-14")
                    .names("#3")
                    .names("#4")
                    .names("#5")
                    .claims(ClaimKind::MedianDays(said))
            });
        world.evidence.issues.retain(|issue| resolution != Resolution::None || issue.id != "#5");
        world
            .evidence
            .issues
            .iter_mut()
            .filter(|issue| issue.id == "#5")
            .for_each(|issue| issue.resolution = resolution);
        world.fired("2025-07-01", "conclusion-contradicted").len()
    }

    #[test]
    fn a_time_to_the_fix_may_leave_out_what_was_never_fixed() {
        assert_eq!(median(60, "2024-03-15", Resolution::Accepted), 0);
        assert_eq!(median(60, "2024-03-15", Resolution::Fixed), 1);
        assert_eq!(median(30, "2024-03-15", Resolution::Accepted), 1);
    }

    #[test]
    fn one_issue_of_a_quarter_has_no_median() {
        assert_eq!(median(30, "2024-12-15", Resolution::None), 0, "a running figure");
        assert_eq!(median(10, "2024-12-15", Resolution::None), 1, "shorter than any so far");
        assert_eq!(median(30, "2024-03-15", Resolution::None), 1, "of a whole year");
    }
}
