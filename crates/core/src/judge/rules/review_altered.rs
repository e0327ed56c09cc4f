//! The record changed after its approval.

use crate::judge::facts::Facts;
use crate::judge::held::Held;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::evidence::{DocumentHistory, FoundDocument};
use crate::model::finding::{Finding, Level};
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-altered",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Note,
    title: "the record changed after its approval",
    why: "What was approved is not what stands there now; the auditor asks for the difference.",
    remedy: "Approve the changed record again, or record the change in its history.",
    form: "Approved by: J. Doe, 2026-01-12",
    calendar: false,
    good: "Approved on 2025-03-20, unchanged since.",
    bad: "Approved on 2025-03-20, changed by a commit of 2025-08-02.",
    example: Example::ApprovedAndChanged,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for held in &facts.held {
        for document in facts.records(held) {
            let fields = &document.reading.fields;
            let Some(history) = &document.history else { continue };
            if history.last_change.approved().is_some() {
                continue;
            }
            if let Some(finding) = after_pull_request(facts, held, document, history) {
                findings.push(finding);
                continue;
            }
            let Some(approver) = &fields.approved_by else { continue };
            let added = history.added.committed.date_naive();
            let approved = fields.approved_on.as_ref().map_or(added, |stated| stated.value.max(added));
            let later: Vec<_> = history
                .revisions
                .iter()
                .skip(1)
                .filter(|revision| revision.committed.date_naive() > approved && !revision.moved)
                .collect();
            let Some(last) = later.last() else { continue };
            let message = format!(
                "The record was approved on {approved} and changed since by {}, last on {} ({}).",
                lookback_reading::count(later.len(), "commit"),
                last.committed.date_naive(),
                last.short()
            );
            let quote = fields.approved_on.as_ref().map_or(&approver.quote, |stated| &stated.quote);
            findings.push(RULE.about_review(facts, held, &document.path, message).at(document, quote));
        }
    }
    findings.into()
}

/// The record came through an approved pull request and was changed since without one.
fn after_pull_request(
    facts: &Facts,
    held: &Held,
    document: &FoundDocument,
    history: &DocumentHistory,
) -> Option<Finding> {
    let at = history.revisions.iter().rposition(|revision| revision.approved().is_some())?;
    let pull = history.revisions[at].approved()?;
    let later: Vec<_> = history.revisions[at + 1..].iter().filter(|revision| !revision.moved).collect();
    let last = later.last()?;
    let message = format!(
        "The record was approved in pull request #{} ({}) and changed since by {} without one, last on {} ({}).",
        pull.number,
        pull.approved_by.join(", "),
        lookback_reading::count(later.len(), "commit"),
        last.committed.date_naive(),
        last.short()
    );
    Some(RULE.about_review(facts, held, &document.path, message))
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::evidence::{Endorsement, PullRequestApproval};

    #[test]
    fn changes_after_the_approval() {
        let world = Scene::new().record("2025-03-14");
        assert!(world.fired("2025-12-01", "review-altered").is_empty());
        let found = world.changed("2025-08-02").fired("2025-12-01", "review-altered");
        assert_eq!(
            found[0].message,
            "The record was approved on 2025-03-14 and changed since by 1 commit, last on 2025-08-02 (00000002c2)."
        );
    }
    #[test]
    fn another_path_is_no_change() {
        let mut world = Scene::new().record("2025-03-14").changed("2025-08-02");
        world.evidence.documents[0].history.as_mut().unwrap().revisions[1].moved = true;
        assert!(world.fired("2025-12-01", "review-altered").is_empty());
    }

    #[test]
    fn changes_after_an_approved_pull_request() {
        let approved = || {
            let pull = PullRequestApproval { number: 12, approved_by: vec!["anna".into()], ..Default::default() };
            Some(Endorsement { verified: None, pull_request: Some(pull) })
        };
        let mut world = Scene::new().record("2025-03-14").changed("2025-08-02");
        let history = world.evidence.documents[0].history.as_mut().unwrap();
        history.revisions[0].endorsement = approved();
        assert_eq!(
            world.fired("2025-12-01", "review-altered")[0].message,
            "The record was approved in pull request #12 (anna) and changed since by 1 commit without one, last on 2025-08-02 (00000002c2)."
        );
        let history = world.evidence.documents[0].history.as_mut().unwrap();
        history.revisions[1].endorsement = approved();
        history.last_change.endorsement = approved();
        assert!(world.fired("2025-12-01", "review-altered").is_empty(), "approved again");
    }
}
