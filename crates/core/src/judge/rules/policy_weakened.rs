//! A change that is not merged yet loosens the policy that judges it.

mod diff;
pub mod keys;
mod tables;

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::{Finding, Level};
use crate::model::policy_base::{Loosened, PolicyBase};
use lookback_reading::Location;

/// The rule.
pub static RULE: Rule = Rule {
    id: "policy-weakened",
    constraint: None,
    level: Level::Error,
    title: "a change loosens the policy that judges it",
    why: "Who may write the rules for their own change passes any gate: what was deleted, excluded, waived or switched off is missed by nobody.",
    remedy: "Take it back, or have somebody who may write, and neither opened it nor made a commit of it, approve the last commit and run the check again.",
    form: "policy-changes: report",
    calendar: false,
    good: "A pull request shortens `cadence.window`, or somebody else approved its last commit.",
    bad: "A pull request sets `review-overdue = \"off\"`.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let Some(base) = facts.evidence.policy_base.as_ref().filter(|base| !base.loosened.is_empty()) else {
        return Outcome::Satisfied;
    };
    if base.adopted {
        return vec![adopted(base)].into();
    }
    let lenient = facts.policy.report_loosening || !base.approved_by.is_empty();
    let findings = base.loosened.iter().map(|loosened| {
        let finding = placed(RULE.finding(&loosened.key, message(base, loosened)), loosened.location.clone());
        if lenient { finding.level(Level::Warning) } else { finding }
    });
    findings.collect::<Vec<_>>().into()
}

fn message(base: &PolicyBase, Loosened { key, before, after, .. }: &Loosened) -> String {
    let approved = match base.approved_by.as_slice() {
        [] => String::new(),
        by => format!(" {} approved it.", by.join(", ")),
    };
    let who = if base.together { "This change, or one that waits before it in the queue," } else { "This change" };
    format!("{who} loosens the policy that judges it: {key} is {before} and would be {after}.{approved}")
}

/// The first configuration is judged by itself; what it leaves out of the defaults is said once.
fn adopted(base: &PolicyBase) -> Finding {
    let told =
        base.loosened.iter().map(|Loosened { key, before, after, .. }| format!("{key} ({before}, here {after})"));
    let message = format!(
        "This change brings the first configuration, which is looser than the defaults: {}.",
        told.collect::<Vec<_>>().join("; ")
    );
    let place = base.loosened.iter().find_map(|loosened| loosened.location.as_ref());
    placed(RULE.finding("*", message), place.map(|place| Location::file(&place.path)))
        .level(Level::Warning)
        .remedy("Have somebody other than the author look at it: from the merge on it judges every change.")
}

fn placed(mut finding: Finding, location: Option<Location>) -> Finding {
    finding.location = location;
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::Scene;
    use crate::judge::verdict::judge;
    use crate::model::evidence::Changes;
    use crate::model::limit::{Limit, LimitKind};
    use crate::model::policy::{PullRequestLane, Waiver};
    use crate::model::report::{Report, Verdict};
    use lookback_reading::Constraint;

    const DAY: &str = "2025-07-01";

    fn base() -> PolicyBase {
        let loosened = |key: &str, before: &str, after: &str| Loosened {
            key: key.into(),
            before: before.into(),
            after: after.into(),
            location: Some(Location::file("lookback.toml")),
        };
        PolicyBase {
            rev: "b0".into(),
            loosened: vec![
                loosened("rules.review-overdue", "error", "off"),
                loosened("cadence.window", "6-months", "12-months"),
            ],
            ..PolicyBase::default()
        }
    }

    fn judged(base: PolicyBase, lane: PullRequestLane, change: impl FnOnce(&mut Scene)) -> Report {
        let mut world = Scene::new().procedure(Some(12)).record("2025-03-14");
        world.evidence.policy_base = Some(base);
        world.evidence.changes = Some(Changes { merge_base: Some("b0".into()), ..Changes::default() });
        world.policy.pull_request = lane;
        change(&mut world);
        judge(&world.evidence, &world.policy, DAY.parse().unwrap(), false)
    }

    fn levels(report: &Report) -> Vec<Level> {
        report.findings.iter().filter(|finding| finding.rule == RULE.id).map(|finding| finding.level).collect()
    }

    #[test]
    fn each_key_is_a_finding_and_fails_every_lane() {
        for lane in [PullRequestLane::Changed, PullRequestLane::All, PullRequestLane::Report] {
            let report = judged(base(), lane, |_| ());
            assert_eq!((levels(&report), report.exit_code), (vec![Level::Error; 2], 1), "{lane:?}");
            assert_eq!((report.lane.enforced.len(), report.lane.verdict), (2, Verdict::Nonconforming));
            assert_eq!(
                report.findings[1].message,
                "This change loosens the policy that judges it: rules.review-overdue is error and would be off."
            );
        }
        let on_a_branch = judged(base(), PullRequestLane::Changed, |world| world.evidence.changes = None);
        assert_eq!(on_a_branch.exit_code, 1);
    }

    /// Where nothing of a change is seen, it is not known whether it loosens anything.
    #[test]
    fn a_lane_that_reports_is_no_pass_of_what_it_cannot_see() {
        let blind = |world: &mut Scene| {
            let limit = Limit::new(LimitKind::PullRequest, "what it loosens", "a shallow clone", "fetch");
            world.evidence.limits.push(limit.affecting(&Constraint::ALL));
        };
        let nothing = PolicyBase { loosened: Vec::new(), ..base() };
        assert_eq!(judged(nothing.clone(), PullRequestLane::Report, |_| ()).exit_code, 0);
        assert_eq!(judged(nothing, PullRequestLane::Report, blind).exit_code, 3);
        assert_eq!(judged(base(), PullRequestLane::Report, blind).exit_code, 1);
    }

    #[test]
    fn an_approval_or_the_input_makes_it_a_warning() {
        let approved = PolicyBase { approved_by: vec!["anna".into()], ..base() };
        let report = judged(approved, PullRequestLane::Changed, |_| ());
        assert_eq!((levels(&report), report.exit_code), (vec![Level::Warning; 2], 0));
        assert!(report.findings[0].message.ends_with("anna approved it."), "{:?}", report.findings[0]);
        let reported = judged(base(), PullRequestLane::Changed, |world| world.policy.report_loosening = true);
        assert_eq!((levels(&reported), reported.exit_code), (vec![Level::Warning; 2], 0));
    }

    #[test]
    fn the_policy_that_judges_may_waive_it_and_the_first_configuration_is_told_once() {
        let report = judged(base(), PullRequestLane::Changed, |world| {
            world.policy.waivers.push(Waiver {
                rule: RULE.id.into(),
                subject: "*".into(),
                reason: "moved".into(),
                approver: "A. Weber".into(),
                expires: "2026-01-01".parse().unwrap(),
                line: 1,
            });
        });
        assert_eq!(report.exit_code, 0);
        let report = judged(PolicyBase { adopted: true, ..base() }, PullRequestLane::Changed, |_| ());
        assert_eq!((levels(&report), report.exit_code), (vec![Level::Warning], 0));
        assert!(
            report.findings.iter().any(|finding| finding.message.contains("cadence.window (6-months, here 12-months)"))
        );
    }

    #[test]
    fn a_policy_that_cannot_be_read_judges_nothing_and_passes_nothing() {
        let unread =
            PolicyBase { unread: Some("b0 is not in this clone".into()), rev: "b0".into(), ..PolicyBase::default() };
        for lane in [PullRequestLane::Changed, PullRequestLane::All] {
            let report = judged(unread.clone(), lane, |_| ());
            assert!(report.findings.is_empty(), "{:?}", report.findings);
            assert!(report.constraints.iter().all(|result| result.verdict == Verdict::Undetermined));
            assert_eq!((report.verdict, report.exit_code), (Verdict::Undetermined, 3), "{lane:?}");
        }
        let on_a_branch = judged(unread, PullRequestLane::Changed, |world| world.evidence.changes = None);
        assert_eq!(on_a_branch.exit_code, 3);
    }
}
