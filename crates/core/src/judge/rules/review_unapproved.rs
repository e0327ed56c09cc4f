//! No approval; claimed, merged through an approved pull request and signed commit are told apart.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::evidence::FoundDocument;
use crate::model::finding::Level;
use crate::model::report::Approval;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-unapproved",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Warning,
    title: "no approval; claimed, merged through an approved pull request and signed commit are told apart",
    why: "A record becomes one when somebody other than its author answers for it.",
    remedy: "Have the record approved: name the approver and the date, and merge it through an approved pull request or a signed commit.",
    form: "Approved by: J. Doe, 2026-01-12",
    calendar: false,
    good: "\"Approved by: Dr. A. Weber, 2025-03-20\"",
    bad: "No approver, or the author as the only approver.",
    example: Example::Approval,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for held in &facts.held {
        for record in &held.records {
            let review = &facts.reviews[*record];
            let document = facts.document(*record);
            let fields = &document.reading.fields;
            let approver = fields.approved_by.as_ref();
            // Who wrote it: as stated, else who committed it.
            let committer = document.history.as_ref().map(|history| history.added.author.as_str());
            let author = fields.author.as_ref().map(|stated| stated.value.as_str()).or(committer);
            if review.approval == Approval::PullRequest {
                continue;
            }
            let message = match approver {
                None if review.approval == Approval::None => format!("The record names no approval{}.", pull(document)),
                Some(approver) if author.is_some_and(|author| same_person(author, &approver.value)) => {
                    format!("The record is approved by its author alone: {}.", approver.value)
                }
                _ => continue,
            };
            findings.push(
                RULE.about_review(facts, held, &document.path, message)
                    .in_file(document)
                    .at_some(document, approver.map(|stated| &stated.quote)),
            );
        }
    }
    findings.into()
}

/// What the pull request lacks, where the record came through one.
fn pull(document: &FoundDocument) -> String {
    let last = document.history.as_ref().map(|history| &history.last_change);
    let Some(pull) = last.and_then(|last| last.endorsement.as_ref()).and_then(|e| e.pull_request.as_ref()) else {
        return String::new();
    };
    match pull.approved_earlier.as_slice() {
        [] => format!(", and nobody but its author approved pull request #{}", pull.number),
        earlier => {
            format!(", and {} approved pull request #{} before its last change", earlier.join(", "), pull.number)
        }
    }
}

/// The same name, without regard to case, titles and what follows a comma or bracket.
fn same_person(a: &str, b: &str) -> bool {
    fn name(text: &str) -> String {
        let text = text.split([',', '(', '<', ';']).next().unwrap_or_default().to_lowercase();
        text.split_whitespace()
            .filter(|word| !word.ends_with('.') || word.chars().count() == 2)
            .collect::<Vec<_>>()
            .join(" ")
    }
    let (a, b) = (name(a), name(b));
    !a.is_empty() && a == b
}

#[cfg(test)]
mod tests {
    use super::same_person;
    use crate::judge::testing::*;
    use crate::model::evidence::{Endorsement, PullRequestApproval};
    use crate::model::report::Approval;
    use lookback_reading::{Quote, Stated};

    #[test]
    fn nobody_or_the_author_alone() {
        let world = |author: &str, approver: Option<&str>| {
            Scene::new().record_with("2025-03-14", |mut reading| {
                let stated = |text: &str| Stated { value: text.to_owned(), quote: Quote::at(5, 1, text) };
                reading.0.fields.author = Some(stated(author));
                reading.0.fields.approved_by = approver.map(stated);
                reading
            })
        };
        let rule = "review-unapproved";
        assert_eq!(world("R. Meyer", None).fired("2025-07-01", rule)[0].message, "The record names no approval.");
        assert_eq!(
            world("R. Meyer", Some("R. Meyer (QM)")).fired("2025-07-01", rule)[0].message,
            "The record is approved by its author alone: R. Meyer (QM)."
        );
        assert!(world("R. Meyer", Some("Dr. A. Weber")).fired("2025-07-01", rule).is_empty());
    }

    #[test]
    fn whoever_committed_it_is_its_author() {
        let world = |approver: &'static str| {
            Scene::new().record_with("2025-03-14", move |mut reading| {
                reading.0.fields.approved_by =
                    Some(Stated { value: approver.to_owned(), quote: Quote::at(5, 1, approver) });
                reading
            })
        };
        let rule = "review-unapproved";
        assert_eq!(
            world("R. Meyer").fired("2025-07-01", rule)[0].message,
            "The record is approved by its author alone: R. Meyer."
        );
        assert!(world("A. Weber").fired("2025-07-01", rule).is_empty());
    }

    #[test]
    fn a_pull_request_that_others_approved_is_an_approval() {
        let rule = "review-unapproved";
        let world = |approved: &[&str], earlier: &[&str]| {
            let mut world = Scene::new().record_with("2025-03-14", |mut reading| {
                reading.0.fields.approved_by = None;
                reading
            });
            let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
            let history = world.evidence.documents[0].history.as_mut().unwrap();
            history.last_change.endorsement = Some(Endorsement {
                verified: None,
                pull_request: Some(PullRequestApproval {
                    number: 12,
                    author: Some("robin".into()),
                    approved_by: words(approved),
                    approved_earlier: words(earlier),
                }),
            });
            world
        };
        assert!(world(&["anna"], &[]).fired("2025-07-01", rule).is_empty());
        assert_eq!(
            world(&[], &[]).fired("2025-07-01", rule)[0].message,
            "The record names no approval, and nobody but its author approved pull request #12."
        );
        assert_eq!(
            world(&[], &["anna"]).fired("2025-07-01", rule)[0].message,
            "The record names no approval, and anna approved pull request #12 before its last change."
        );
        let approved = world(&["anna", "ben"], &[]);
        let report =
            crate::judge::verdict::judge(&approved.evidence, &approved.policy, "2025-07-01".parse().unwrap(), false);
        assert_eq!(report.reviews[0].approved_by.as_deref(), Some("anna, ben (pull request #12)"));
        assert_eq!(report.reviews[0].approval, Approval::PullRequest);
    }

    #[test]
    fn claimed_signed_and_verified_are_told_apart() {
        for (signed, verified, expected) in [
            (false, None, Approval::Claimed),
            (true, None, Approval::SignedCommit),
            (true, Some(false), Approval::Claimed),
            (true, Some(true), Approval::VerifiedCommit),
        ] {
            let mut world = Scene::new().record("2025-03-14");
            let last = &mut world.evidence.documents[0].history.as_mut().unwrap().last_change;
            last.signed = signed;
            last.endorsement = verified.map(|verified| Endorsement { verified: Some(verified), pull_request: None });
            let report =
                crate::judge::verdict::judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
            assert_eq!(report.reviews[0].approval, expected);
            assert_eq!(report.reviews[0].approved_by.as_deref(), Some("A. Weber"));
        }
    }

    #[test]
    fn names() {
        assert!(same_person("Dr. Anna Weber, QM", "anna weber"));
        assert!(!same_person("A. Weber", "B. Weber"));
        assert!(!same_person("", ""));
    }
}
