//! An issue managed in the period is not named in the record.

use crate::join::population;
use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::unclear;
use crate::model::finding::Level;
use crate::model::report::IssueState;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "issue-not-examined",
    constraint: Some(Constraint::IssuesExamined),
    level: Level::Error,
    title: "an issue managed in the period is not named in the record",
    why: "Each review examines the security issues managed since the last one; an issue that the record does not name was not examined, as far as anyone can show.",
    remedy: "Examine it and name it in the record, by id, alias or URL; or waive it with a reason.",
    form: unclear::EXAMINED,
    calendar: false,
    good: "Issues #3 and #5 were managed in the period and stand in the record's table.",
    bad: "Issue #7 was opened and closed in the period, and the record does not name it.",
    example: Example::Ids,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for held in &facts.held {
        for id in &held.coverage.missing {
            let Some(issue) = facts.issue(id) else { continue };
            let opened = population::opened(issue).map(|at| at.date_naive());
            let state = population::state_before(issue, held.period.end());
            let mut what = vec![];
            what.extend(issue.severity.map(|severity| format!("{severity:?}").to_lowercase()));
            what.extend(opened.map(|day| format!("opened {day}")));
            match (state, population::closed_before(issue, held.period.end())) {
                (Some(IssueState::Closed), Some(at)) => what.push(format!("closed {}", at.date_naive())),
                _ => what.push(format!("open at the cut-off {}", held.period.to)),
            }
            let message = format!(
                "{id} ({}) was managed in the period up to {} and is not named in the record: {}",
                what.join(", "),
                held.period.to,
                lookback_reading::shorten(&issue.title, 120)
            );
            let mut finding = RULE.about_review(facts, held, id, message);
            if let Some(record) = facts.records(held).next() {
                let fields = &record.reading.fields;
                let period = fields.period_to.as_ref().or(fields.date_held.as_ref()).map(|stated| &stated.quote);
                finding = finding.at_some(record, period);
            }
            for commit in &issue.fix_commits {
                finding = finding.related(format!("commit {}, which fixed it", short(commit)), None);
            }
            if let Some(url) = &issue.url {
                finding = finding.related(url.clone(), None);
            }
            findings.push(finding);
        }
    }
    if findings.iter().any(|finding| finding.level == Level::Error)
        && let Some(why) = facts.latest().and_then(|held| facts.unread_part(held, Constraint::IssuesExamined))
    {
        return Outcome::NotAssessed(why);
    }
    if !findings.iter().any(|finding| finding.level == Level::Error)
        && let Some(open) = facts.latest().and_then(|held| unclear::examined(facts, held))
    {
        return Outcome::Partly(findings, open.message);
    }
    if facts.held.is_empty() && facts.overdue() {
        return Outcome::NotAssessed("no review has been held that could have examined the issues".to_owned());
    }
    findings.into()
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::finding::Level;
    use crate::model::issue::EventKind::*;

    #[test]
    fn each_managed_issue_is_named() {
        let world = Scene::new()
            .issue("#3", &[("2025-01-10", Opened)])
            .issue("#7", &[("2025-01-11", Opened), ("2025-02-01", Closed)])
            .issue("#9", &[("2025-06-11", Opened)])
            .record_with("2025-03-14", |reading| reading.names("#3"));
        let found = world.fired("2025-07-01", "issue-not-examined");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].subject, "#7");
        assert_eq!(found[0].level, Level::Error);
        assert_eq!(
            found[0].message,
            "#7 (opened 2025-01-11, closed 2025-02-01) was managed in the period up to 2025-03-14 and is not named in the record: title of #7"
        );
    }

    #[test]
    fn a_doubt_neither_passes_nor_accuses() {
        let world = |plainly: bool| {
            Scene::new().issue("#3", &[("2025-01-10", Opened)]).record_with("2025-03-14", |reading| {
                let mut reading = reading.names("#3");
                reading.0.references[0].examined = None;
                reading.0.references[0].doubt = Some(lookback_reading::Quote::at(20, 1, "#3: perhaps next time"));
                if plainly { reading.names("#3") } else { reading }
            })
        };
        let open = world(false);
        assert!(open.fired("2025-07-01", "issue-not-examined").is_empty());
        assert!(open.not_assessed("2025-07-01", "issue-not-examined"));
        let told = open.fired("2025-07-01", "wording-unclear");
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].message, "Whether #3 was examined cannot be told.");
        let said = world(true);
        assert!(said.fired("2025-07-01", "wording-unclear").is_empty());
        assert!(!said.not_assessed("2025-07-01", "issue-not-examined"));
    }

    #[test]
    fn in_an_earlier_review_it_is_a_warning() {
        let world = Scene::new()
            .issue("#3", &[("2024-01-10", Opened), ("2024-02-01", Closed)])
            .record("2024-03-14")
            .record("2025-03-14");
        let found = world.fired("2025-07-01", "issue-not-examined");
        assert_eq!((found.len(), found[0].level), (1, Level::Warning));
    }
}
