//! The record changed after its approval.

use super::{Check, Outcome, Rule};
use crate::facts::Facts;
use crate::finding::Level;
use crate::requirement::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-altered",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Note,
    title: "the record changed after its approval",
    why: "What was approved is not what stands there now; the auditor asks for the difference.",
    remedy: "Approve the changed record again, or record the change in its history.",
    good: "Approved on 2025-03-20, unchanged since.",
    bad: "Approved on 2025-03-20, changed by a commit of 2025-08-02.",
    check: Check::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for held in &facts.held {
        for document in facts.records(held) {
            let fields = &document.reading.fields;
            let (Some(history), Some(approver)) = (&document.history, &fields.approved_by) else { continue };
            let added = history.added.committed.date_naive();
            let approved = fields.approved_on.as_ref().map_or(added, |stated| stated.value.max(added));
            let later: Vec<_> = history
                .revisions
                .iter()
                .skip(1)
                .filter(|revision| revision.committed.date_naive() > approved)
                .collect();
            let Some(last) = later.last() else { continue };
            let message = format!(
                "The record was approved on {approved} and changed since by {}, last on {} ({}).",
                crate::text::count(later.len(), "commit"),
                last.committed.date_naive(),
                last.commit.get(..12).unwrap_or(&last.commit)
            );
            let quote = fields.approved_on.as_ref().map_or(&approver.quote, |stated| &stated.quote);
            findings.push(RULE.about_review(facts, held, &document.path, message).at(document, quote));
        }
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::*;

    #[test]
    fn changes_after_the_approval() {
        let world = World::new().record("2025-03-14");
        assert!(world.fired("2025-12-01", "review-altered").is_empty());
        let found = world.changed("2025-08-02").fired("2025-12-01", "review-altered");
        assert_eq!(
            found[0].message,
            "The record was approved on 2025-03-14 and changed since by 1 commit, last on 2025-08-02 (00000002c2)."
        );
    }
}
