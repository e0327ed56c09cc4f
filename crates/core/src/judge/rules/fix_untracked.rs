//! A security fix in the history that no tracker and no record knows.

use crate::intake::source::HISTORY;
use crate::join::population;
use crate::judge::facts::Facts;
use crate::judge::held::NamedIssues;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::{Finding, Level};
use crate::model::issue::{EventKind, Issue};
use crate::model::limit::{Limit, LimitKind};
use crate::model::period::Period;
use lookback_reading::{Constraint, count, shorten};

/// The rule.
pub static RULE: Rule = Rule {
    id: "fix-untracked",
    constraint: Some(Constraint::IssuesExamined),
    level: Level::Warning,
    title: "a security fix in the history that no tracker and no record knows",
    why: "What was fixed in passing was never assessed: nobody asked whether software in the field is affected, and no review can examine it.",
    remedy: "File a security issue for it and name the commit there, or name the commit in the record as no security problem; or waive it with a reason.",
    form: "Issues examined: commit 1a2b3c4d5e6f (no security problem: …)",
    calendar: false,
    good: "The commit \"Fix heap overflow in the parser\" is the fix of issue #12.",
    bad: "The commit \"Fix heap overflow in the parser\" belongs to no issue, and no record names it.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

/// So many are named; the others are counted.
const NAMED: usize = 20;

fn check(facts: &Facts) -> Outcome {
    let evidence = facts.evidence;
    // Without a tracker or an issue file the history is all that is known, and knows each of its fixes.
    if evidence.sources.iter().all(|source| source.kind == HISTORY) {
        return Outcome::Satisfied;
    }
    let mut named = NamedIssues::default();
    for document in facts.held.iter().flat_map(|held| facts.records(held)) {
        named.add(&document.reading, &evidence.subject.repository);
    }
    // The last period and the window that is open now: what lies before can be explained, not repaired.
    let period = Period { from: facts.latest().and_then(|held| held.period.from), to: facts.as_of };
    let of_history = |issue: &&Issue| issue.sources.iter().all(|source| source == HISTORY);
    let mut untracked: Vec<(&Issue, bool)> =
        evidence.issues.iter().filter(of_history).map(|issue| (issue, false)).collect();
    untracked.extend(evidence.candidates.iter().map(|candidate| (candidate, true)));
    untracked.retain(|(issue, _)| {
        let landed = population::closed_before(issue, period.end());
        let fixed = issue.events.iter().any(|event| event.kind == EventKind::Fixed);
        fixed && landed.is_some_and(|at| period.contains(at)) && !named.names(issue)
    });
    // What was not read of a tracker may be the issue that is missed.
    let unread = |limit: &&Limit| {
        matches!(limit.kind, LimitKind::Tracker | LimitKind::IssueSource)
            && limit.affects.contains(&Constraint::IssuesExamined)
    };
    if let Some(limit) = evidence.limits.iter().find(unread).filter(|_| !untracked.is_empty()) {
        return Outcome::NotAssessed(format!(
            "{} could not be read in full and may know {}: {}",
            limit.what,
            if untracked.len() == 1 { "the fix".to_owned() } else { format!("the {} fixes", untracked.len()) },
            limit.why
        ));
    }
    // Issues before candidates, the newest first.
    untracked.sort_by_key(|(issue, candidate)| {
        (*candidate, std::cmp::Reverse(population::closed_before(issue, period.end())))
    });
    let more = untracked.len().saturating_sub(NAMED);
    let mut findings: Vec<Finding> = untracked.iter().take(NAMED).map(|(issue, _)| finding(issue, period)).collect();
    if more > 0 {
        findings.push(RULE.finding(
            evidence.subject.repository.clone(),
            format!(
                "{} like security fixes that no tracker and no record knows; `lookback issues` lists them all",
                looks(more)
            ),
        ));
    }
    findings.into()
}

fn looks(n: usize) -> String {
    format!("{} {}", count(n, "further commit"), if n == 1 { "looks" } else { "look" })
}

fn finding(issue: &Issue, period: Period) -> Finding {
    let landed = population::closed_before(issue, period.end()).map(|at| format!(", landed {}", at.date_naive()));
    let message = format!(
        "{}{} looks like a security fix that no tracker and no record knows ({}): {}",
        issue.id,
        landed.unwrap_or_default(),
        issue.why.as_deref().unwrap_or("a fix in the history"),
        shorten(&issue.title, 120)
    );
    let mut finding = RULE.finding(&issue.id, message);
    for commit in &issue.fix_commits {
        finding = finding.related(format!("commit {}", commit.get(..12).unwrap_or(commit)), None);
    }
    finding
}

#[cfg(test)]
mod tests {
    use crate::fixtures::issue;
    use crate::judge::testing::*;
    use crate::model::evidence::SourceSummary;
    use crate::model::finding::Level;
    use crate::model::issue::EventKind::*;
    use crate::model::issue::Issue;
    use crate::model::limit::{Limit, LimitKind};
    use lookback_reading::Constraint;

    fn fix(id: &str, day: &str) -> Issue {
        let mut fix = issue(id, &[(day, Opened), (day, Fixed), (day, Closed)]);
        fix.sources = ["history".to_owned()].into();
        fix.fix_commits = vec![format!("{:0<40}", id.trim_start_matches("commit "))];
        fix
    }

    fn asked(mut world: Scene, kinds: &[&str]) -> Scene {
        world.evidence.sources = kinds
            .iter()
            .map(|kind| SourceSummary { name: "a".into(), kind: (*kind).into(), read: None, security: 0, limits: 0 })
            .collect();
        world
    }

    #[test]
    fn a_fix_that_nobody_knows() {
        let world = || {
            let mut world = Scene::new()
                .record_with("2024-03-14", |reading| reading.period("2023-03-14", "2024-03-14"))
                .record_with("2025-03-14", |reading| reading.names("abcdef1"));
            world.evidence.issues = vec![fix("CVE-2025-1111", "2025-01-10"), issue("#3", &[("2025-01-01", Opened)])];
            world.evidence.candidates = vec![
                fix("commit 0123456789ab", "2025-04-01"),
                fix("commit abcdef123456", "2025-02-01"),
                // Of a period before the last.
                fix("commit fedcba987654", "2023-06-01"),
            ];
            world
        };
        let found = asked(world(), &["issue file", "history"]).fired("2025-07-01", "fix-untracked");
        let subjects: Vec<&str> = found.iter().map(|finding| finding.subject.as_str()).collect();
        assert_eq!(subjects, ["CVE-2025-1111", "commit 0123456789ab"]);
        assert!(found.iter().all(|finding| finding.level == Level::Warning));
        assert_eq!(
            found[1].message,
            "commit 0123456789ab, landed 2025-04-01 looks like a security fix that no tracker and no record knows (a fix in the history): title of commit 0123456789ab"
        );
        // Where nobody but the history was asked, nobody can be said not to know.
        assert!(asked(world(), &["history"]).fired("2025-07-01", "fix-untracked").is_empty());
        assert!(asked(world(), &[]).fired("2025-07-01", "fix-untracked").is_empty());
    }

    #[test]
    fn a_tracker_that_did_not_answer_may_know_the_fix() {
        let mut world = asked(Scene::new().record("2025-03-14"), &["jira", "history"]);
        world.evidence.candidates = vec![fix("commit 0123456789ab", "2025-02-01")];
        assert_eq!(world.fired("2025-07-01", "fix-untracked").len(), 1);
        let limit = Limit::new(LimitKind::Tracker, "issues of jira", "nobody was asked (--offline)", "Ask.");
        world.evidence.limits.push(limit.affecting(&[Constraint::IssuesExamined]));
        assert!(world.fired("2025-07-01", "fix-untracked").is_empty());
        let report = crate::judge::verdict::judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        let result = report.constraints.iter().find(|result| result.constraint == Constraint::IssuesExamined).unwrap();
        assert!(result.not_assessed[0].contains("may know the fix"), "{:?}", result.not_assessed);
    }

    #[test]
    fn what_is_more_than_twenty_is_counted() {
        let mut world = asked(Scene::new().record("2025-03-14"), &["jira"]);
        world.evidence.candidates = (0..37).map(|n| fix(&format!("commit {n:012}"), "2025-02-01")).collect();
        let found = world.fired("2025-07-01", "fix-untracked");
        assert_eq!(found.len(), 21);
        assert!(found.iter().any(|finding| finding.message.starts_with("17 further commits look like")));
    }
}
